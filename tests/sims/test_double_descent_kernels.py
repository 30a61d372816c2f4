"""Kernels of double descent: every backend the same numbers, and the same numbers as naive linear algebra."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from sims import arrays, digits
from sims import double_descent as dd

TWO = ((2.0, 0.1), (4, 8))
TARGET = (0.1, 0.05)

KERNELS = [
    (dd.min_norm_risk, {"n": 6, "p": 10, "r2": 2.0, "sigma2": 0.5}),
    (dd.min_norm_risk, {"n": 10, "p": 6}),
    (dd.bidiagonal_min_norm_risk, {"n": 6, "p": 10}),
    (dd.bidiagonal_min_norm_risk, {"n": 10, "p": 6}),
    (dd.variance_of_variance, {"n": 9, "p": 3, "copies": 4}),
    (dd.subset_risk, {"n": 6, "p": 9, "D": 12, "beta_sq": 3.0, "sigma2": 0.1}),
    (dd.subset_risk, {"n": 12, "p": 5, "D": 8, "beta_sq": tuple(range(8)), "sigma2": 0.1}),
    (dd.ridge_risk, {"lam": 0.1, "n": 6, "spectrum": TWO, "beta_sq": TARGET, "sigma2": 0.3}),
    (dd.ridge_risk, {"lam": 0.0, "n": 6, "spectrum": TWO, "beta_sq": TARGET, "sigma2": 0.3}),
    (dd.ridge_risk, {"lam": 0.1, "n": 20, "spectrum": TWO, "beta_sq": TARGET, "sigma2": 0.3}),
    (dd.bayes_ridge_risk, {"n": 7, "spectrum": TWO, "r2": 2.0, "sigma2": 0.3, "factors": (0.5, 1.0)}),
    (dd.nested_bayes_risk, {"sizes": (3, 8, 20), "spectrum": TWO, "r2": 2.0, "sigma2": 0.3}),
    (dd.peak_variance, {"lam": 0.1, "sigma2": 2.0, "n": 9}),
    (dd.nested_min_norm_risk, {"sizes": (5, 2, 20), "p": 10, "r2": 2.0, "sigma2": 0.5}),
    (dd.plain_min_norm_risk, {"n": 6, "p": 12, "scales": (0.5, 1.5)}),
    (dd.plain_min_norm_risk, {"n": 12, "p": 6}),
    (dd.digits_ridge, {"n": 8, "lam": 0.1, "width": 20}),
    (dd.digits_ridge, {"n": 40, "lam": 0.0, "width": 20}),
    (dd.digits_cross_validation, {"n": 8, "lam": 0.1, "width": 20}),
    *((dd.ridgeless_noise, {"n": 8, "p": 16, "rows": rows}) for rows in dd.ROWS),
    (dd.ridgeless_noise, {"n": 16, "p": 8, "rows": "relu", "scales": (0.5, 1.5)}),
    (dd.ridgeless_noise, {"n": 16, "p": 8, "rows": "sphere", "scales": (4.0,)}),
]


def _sfc(seed):
    return np.random.Generator(np.random.SFC64(seed))


def _fields(result):
    named = result._asdict() if hasattr(result, "_asdict") else {"value": result}
    return {name: arrays.to_host(value) for name, value in named.items()}


@pytest.mark.parametrize(("kernel", "cell"), KERNELS)
def test_every_backend_gives_the_same_finite_numbers(kernel, cell):
    here, strict = (_fields(kernel(**cell, trials=5, rng=rng)) for rng in (_sfc(3), arrays.strict_rng(3)))
    assert kernel.floats_per_trial(**cell) > 0
    for name, values in here.items():
        assert values.shape[0] == 5
        assert np.isfinite(values).all()
        np.testing.assert_array_equal(values, strict[name], err_msg=name)


# --- against pseudo-inverses, one draw at a time ---------------------------------------------------------------------


@pytest.mark.parametrize(("n", "p"), [(6, 10), (10, 6)])
def test_min_norm_against_pinv(n, p):
    risk = dd.min_norm_risk(n, p, 2.0, 0.5, trials=4, rng=_sfc(1))
    designs = _sfc(1).standard_normal(size=(4, n, p))
    beta = np.full(p, np.sqrt(2.0 / p))
    for x, bias, variance in zip(designs, *risk, strict=True):
        inverse = np.linalg.pinv(x)
        assert variance == pytest.approx(0.5 * np.sum(inverse**2), rel=1e-10)
        assert bias == pytest.approx(np.sum((beta - inverse @ x @ beta) ** 2), rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(("n", "p"), [(6, 10), (6, 7), (10, 6), (5, 5), (1, 3), (3, 1)])
def test_a_bidiagonal_design_has_the_law_of_a_drawn_one(n, p):
    drawn = dd.min_norm_risk(n, p, 2.0, 0.5, trials=20000, rng=_sfc(1))
    short = dd.bidiagonal_min_norm_risk(n, p, 2.0, 0.5, trials=20000, rng=_sfc(2))
    pairs = [*zip(drawn, short, strict=True), (drawn.bias * drawn.variance, short.bias * short.variance)]
    assert min(scipy.stats.ks_2samp(a, b).pvalue for a, b in pairs) > 1e-4


@pytest.mark.parametrize(("n", "p", "D"), [(6, 9, 12), (12, 5, 8)])
def test_subset_against_pinv(n, p, D):
    squares = np.arange(1.0, D + 1)
    found = dd.subset_risk(n, p, D, squares, 0.3, trials=4, rng=_sfc(2))
    rng = _sfc(2)
    designs = rng.standard_normal(size=(4, n, D))
    order = np.argsort(rng.random(size=(4, D)), axis=-1)
    for x, permuted, value in zip(designs, np.sqrt(squares)[order], found, strict=True):
        inverse = np.linalg.pinv(x[:, :p])
        fitted = inverse @ (x @ permuted)
        error = np.sum((fitted - permuted[:p]) ** 2) + np.sum(permuted[p:] ** 2) + 0.3 * (1 + np.sum(inverse**2))
        assert value == pytest.approx(error, rel=1e-9)
    # The mean square over T of the coefficients used is that of all.
    assert np.sort(order, axis=-1).tolist() == [list(range(D))] * 4


def test_variance_of_variance_is_the_sample_variance():
    found = dd.variance_of_variance(9, 3, copies=4, trials=2, rng=_sfc(4))
    x = _sfc(4).standard_normal(size=(2, 4, 9, 3))
    traces = np.trace(np.linalg.inv(np.swapaxes(x, -1, -2) @ x), axis1=-2, axis2=-1)
    np.testing.assert_allclose(found, traces.var(axis=1, ddof=1), rtol=1e-10)


@pytest.mark.parametrize(("lam", "n"), [(0.1, 6), (0.0, 6), (0.1, 20), (0.0, 20)])
def test_ridge_against_the_estimator(lam, n):
    values, squares = np.repeat(TWO[0], TWO[1]), np.repeat(TARGET, TWO[1])
    found = dd.ridge_risk(lam, n, TWO, TARGET, 0.3, trials=3, rng=_sfc(5))
    for t, z in enumerate(_sfc(5).standard_normal(size=(3, n, 12))):
        x = z * np.sqrt(values)
        m = np.linalg.pinv(x) if lam == 0 else np.linalg.solve(x.T @ x + n * lam * np.eye(12), x.T)
        rest, hat = np.eye(12) - m @ x, x @ m
        bias = np.sum(squares * np.diag(rest.T @ np.diag(values) @ rest))
        left = np.eye(n) - hat
        train = (0.3 * np.trace(left @ left) + np.sum(squares * np.diag(x.T @ left @ left @ x))) / n
        assert found.bias[t] == pytest.approx(bias, rel=1e-9, abs=1e-12)
        assert found.variance[t] == pytest.approx(0.3 * np.trace(m.T @ np.diag(values) @ m), rel=1e-9)
        assert found.train[t] == pytest.approx(train, rel=1e-9, abs=1e-12)
        assert found.df1[t] == pytest.approx(np.trace(hat), rel=1e-9)
        assert found.test_error[t] == pytest.approx(found.bias[t] + found.variance[t] + 0.3)
        dimensions = dd.effective_dimensions(x, lam)
        assert [found.kappa[t], found.df1[t], found.df2[t]] == pytest.approx([float(d) for d in dimensions], rel=1e-9)
        if np.trace(left) > 1e-9:
            assert found.gcv[t] == pytest.approx(train / (np.trace(left) / n) ** 2, rel=1e-8)


def test_gcv_of_ridgeless_interpolation_is_the_limit_of_small_ridge():
    at, near = (dd.ridge_risk(lam, 6, TWO, TARGET, 0.3, trials=3, rng=_sfc(6)) for lam in (0.0, 1e-9))
    for name in ("kappa", "df2", "gcv", "bias", "variance"):
        np.testing.assert_allclose(getattr(at, name), getattr(near, name), rtol=1e-5)


def test_spectrum_forms_agree():
    pair = dd.ridge_risk(0.1, 6, TWO, TARGET, 0.3, trials=2, rng=_sfc(7))
    values, squares = np.repeat(TWO[0], TWO[1]), np.repeat(TARGET, TWO[1])
    long = dd.ridge_risk(0.1, 6, tuple(values), tuple(squares), 0.3, trials=2, rng=_sfc(7))
    np.testing.assert_array_equal(pair.bias, long.bias)


@pytest.mark.parametrize("n", [7, 30])
def test_bayes_ridge_against_the_estimator(n):
    values = np.repeat(TWO[0], TWO[1])
    found = dd.bayes_ridge_risk(n, TWO, 2.0, 0.3, (0.5, 1.0), trials=2, rng=_sfc(8))
    nested = dd.nested_bayes_risk((3, n), TWO, 2.0, 0.3, 0.5, trials=2, rng=_sfc(8))
    for t, z in enumerate(_sfc(8).standard_normal(size=(2, n, 12))):
        x, total = z * np.sqrt(values), 0.5 * 0.3 * 12 / 2.0
        m = np.linalg.solve(x.T @ x + total * np.eye(12), x.T)
        rest = np.eye(12) - m @ x
        risk = 2.0 / 12 * np.sum(values[:, None] * rest**2) + 0.3 * np.sum(values[:, None] * m**2)
        assert found.risk[t, 0] == pytest.approx(risk, rel=1e-10)
        assert nested.risk[t, 1] == pytest.approx(risk, rel=1e-10)
        assert nested.ratio[t, 0] == pytest.approx(risk / nested.risk[t, 0], rel=1e-10)
        assert found.ratio[t, 1] == pytest.approx(1.0, rel=1e-10)


def test_peak_recursion_on_the_bidiagonal_matrix_it_stands_for():
    lam, n = 0.02, 7
    found = dd.peak_variance(lam, 1.5, n, trials=3, rng=_sfc(9))
    rng, diagonal, side = _sfc(9), [], []
    for i in range(n):
        diagonal.append(rng.chisquare(float(n - i), size=(3,)))
        if i < n - 1:
            side.append(rng.chisquare(float(n - i - 1), size=(3,)))
    for t in range(3):
        b = np.diag([np.sqrt(d[t]) for d in diagonal]) + np.diag([np.sqrt(e[t]) for e in side], 1)
        s = np.linalg.svd(b, compute_uv=False) ** 2
        assert found[t] == pytest.approx(1.5 * np.sum(s / (s + n * lam) ** 2), rel=1e-10)


def test_peak_recursion_has_the_law_of_drawn_designs():
    # Two independent simulations of one mean; 4.4 standard errors have probability 1e-5.
    lam, n, trials = 0.02, 12, 3000
    fast = dd.peak_variance(lam, 1.0, n, trials=trials, rng=_sfc(10))
    drawn = dd.ridge_risk(lam, n, ((1.0,), (n,)), (0.0,), 1.0, trials=trials, rng=_sfc(11)).variance
    gap = abs(fast.mean() - drawn.mean())
    assert gap < 4.4 * np.hypot(fast.std(), drawn.std()) / np.sqrt(trials)
    assert np.quantile(fast, 0.9) == pytest.approx(np.quantile(drawn, 0.9), rel=0.05)


def test_nested_samples_are_prefixes_of_one_design():
    found = dd.nested_min_norm_risk((5, 2, 20), 10, 2.0, 0.5, trials=2, rng=_sfc(12))
    beta = np.full(10, np.sqrt(0.2))
    for t, x in enumerate(_sfc(12).standard_normal(size=(2, 20, 10))):
        risks = []
        for n in (5, 2, 20):
            inverse = np.linalg.pinv(x[:n])
            risks.append(np.sum((beta - inverse @ x[:n] @ beta) ** 2) + 0.5 * np.sum(inverse**2))
        np.testing.assert_allclose(found.risk[t], risks, rtol=1e-9)
        np.testing.assert_allclose(found.increase[t], np.subtract(risks[1:], risks[0]), rtol=1e-8)


@pytest.mark.parametrize("rows", dd.ROWS)
@pytest.mark.parametrize(("n", "p"), [(5, 12), (24, 12)])
def test_noise_is_measured_with_the_second_moment_of_the_rows(rows, n, p):
    from sims.double_descent.design_noise import _rows

    x, moment = _rows(_sfc(13), 2, n, p, rows)
    sigma = np.eye(p) if moment is None else moment
    found = dd.ridgeless_noise(n, p, 2.0, rows, trials=2, rng=_sfc(13))
    for t in range(2):
        inverse = np.linalg.pinv(x[t])
        assert found[t] == pytest.approx(2.0 * np.trace(sigma @ inverse @ inverse.T), rel=1e-9)
    # The stated second moment is that of many rows, entry by entry to 6 standard errors of a heavy-tailed square.
    many, _ = _rows(_sfc(14), 1, 20_000, p, rows)
    np.testing.assert_allclose(many[0].T @ many[0] / 20_000, sigma, atol=0.1 * np.max(sigma))


def test_rows_of_constant_norm_and_unknown_rows():
    from sims.double_descent.design_noise import _rows

    sphere, _ = _rows(_sfc(15), 2, 3, 7, "sphere")
    np.testing.assert_allclose(np.sum(sphere**2, axis=-1), 7.0, rtol=1e-12)
    np.testing.assert_allclose(dd.ridgeless_noise(1, 5, rows="sphere", trials=3, rng=_sfc(1)), 0.2, rtol=1e-12)
    with pytest.raises(ValueError, match="rows = 'cauchy'"):
        dd.ridgeless_noise(3, 5, rows="cauchy", trials=1, rng=_sfc(1))


def test_plain_simulation_against_refits():
    n, p = 6, 9
    found = dd.plain_min_norm_risk(n, p, 2.0, 0.3, (0.5, 1.5), trials=2, rng=_sfc(16))
    rng = _sfc(16)
    z = rng.standard_normal(size=(2, n, p))
    tau = np.asarray([0.5, 1.5])[rng.integers(0, 2, size=(2 * n,))].reshape(2, n, 1)
    x, beta = z * np.sqrt(tau), np.full(p, np.sqrt(2.0 / p))
    y = x @ beta + np.sqrt(0.3) * rng.standard_normal(size=(2, n, 1))[..., 0]
    for t in range(2):
        assert found.test_error[t] == pytest.approx(0.3 + np.sum((np.linalg.pinv(x[t]) @ y[t] - beta) ** 2), rel=1e-8)
        errors = []
        for i in range(n):
            kept = np.arange(n) != i
            errors.append((y[t, i] - x[t, i] @ np.linalg.pinv(x[t, kept]) @ y[t, kept]) ** 2)
        assert found.leave_one_out[t] == pytest.approx(np.mean(errors), rel=1e-7)


# --- digits ----------------------------------------------------------------------------------------------------------


def test_digits_are_scaled_as_stated():
    images, labels = digits.load()
    assert images.shape == (1797, 64)
    assert labels.shape == (1797,)
    assert (images.min(), images.max()) == (0.0, 1.0)
    scaled = digits.scaled_images()
    assert np.mean(np.sum(scaled**2, axis=1)) == pytest.approx(1.0)
    assert np.abs(scaled.mean(axis=0)).max() < 1e-12
    pool = digits.relu_features(200)
    weights = np.random.default_rng(0).standard_normal((200, 64))
    features = np.maximum(scaled @ weights.T, 0)
    np.testing.assert_allclose(pool.features, features - features.mean(axis=0), atol=1e-12)
    assert sorted({float(t) for t in np.round(pool.targets - pool.targets.min(), 12)}) == [0.0, 2.0]
    assert abs(pool.targets.mean()) < 1e-12


def test_digits_moments_are_the_best_linear_fit():
    moments, pool = dd.digits_moments(), digits.relu_features(200)
    beta, residual, *_ = np.linalg.lstsq(pool.features, pool.targets, rcond=None)
    assert moments.sigma2 == pytest.approx(residual[0] / 1797, rel=1e-9)
    assert moments.sigma2 == pytest.approx(0.128, abs=5e-4)
    assert np.sum(moments.beta_sq) == pytest.approx(np.sum(beta**2), rel=1e-6)
    explained = np.sum(moments.beta_sq * moments.spectrum)
    assert explained + moments.sigma2 == pytest.approx(np.mean(pool.targets**2), rel=1e-9)


@pytest.mark.parametrize(("n", "lam"), [(30, 0.1), (300, 0.1), (30, 0.0), (300, 0.0)])
def test_digits_ridge_is_the_mean_over_all_images(n, lam):
    found = dd.digits_ridge(n, lam, trials=2, rng=_sfc(17))
    pool = digits.relu_features(200)
    for rows, value in zip(_sfc(17).integers(0, 1797, size=(2, n)), found, strict=True):
        x, y = pool.features[rows], pool.targets[rows]
        m = np.linalg.pinv(x, rcond=1e-7) if lam == 0 else np.linalg.solve(x.T @ x + n * lam * np.eye(200), x.T)
        assert value == pytest.approx(np.mean((pool.features @ (m @ y) - pool.targets) ** 2), rel=1e-6)


def test_digits_leave_one_out_against_a_held_out_pool():
    n, lam = 12, 0.1
    found = dd.digits_cross_validation(n, lam, trials=2, rng=_sfc(18))
    pool, order = digits.relu_features(200), np.argsort(_sfc(18).random(size=(2, 1797)), axis=-1)
    for t in range(2):
        seen, unseen = order[t, : n - 1], order[t, n - 1 :]
        x, y = pool.features[seen], pool.targets[seen]
        beta = np.linalg.solve(x.T @ x + n * lam * np.eye(200), x.T @ y)
        error = np.mean((pool.features[unseen] @ beta - pool.targets[unseen]) ** 2)
        assert found.test_error[t] == pytest.approx(error, rel=1e-9)
        unit = np.mean(pool.targets**2)
        assert found.calibration[t] - 1 == pytest.approx((found.leave_one_out[t] - error) / unit, rel=1e-9)
        assert found.gcv_calibration[t] - 1 == pytest.approx((found.gcv[t] - error) / unit, rel=1e-9)
