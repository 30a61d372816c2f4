"""Kernels of benign overfitting: portable, and equal to naive computations on the same draws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import ndtr

import theory.benign_overfitting as theory
from sims import benign_overfitting as bo
from sims.arrays import strict_rng, to_host
from sims.benign_overfitting import support


def numpy_rng(seed):
    return np.random.Generator(np.random.SFC64(seed))


def widest(spectra):
    return spectra.eigenvalues[:, 0] - spectra.eigenvalues[:, -1] + spectra.ridge


VALUES, COEF2, COUNTS = (4.0, 1.0, 0.2), (1.0, 0.5, 0.0), (2, 3, 9)
X = np.random.default_rng(5).standard_normal((4, 7)).tolist()
TALL = np.random.default_rng(6).standard_normal((7, 4)).tolist()
KERNELS = [
    (bo.ridge_risk, {"eigenvalues": VALUES, "coef2": COEF2, "n": 6, "sigma2": 0.3, "multiplicity": COUNTS}),
    (bo.ridge_risk, {"eigenvalues": VALUES, "coef2": COEF2, "n": 6, "ridge": 0.8, "entries": "rademacher"}),
    (bo.ridge_path, {"eigenvalues": VALUES, "coef2": COEF2, "n": 6, "ridges": (0.0, 2.0), "multiplicity": COUNTS}),
    (bo.isotropic_risk, {"n": 5, "p": 11, "w_norm2": 2.0}),
    (bo.isotropic_risk, {"n": 11, "p": 5, "sigma2": 2.0}),
    (bo.conditional_risk, {"X": X, "w": [1.0] * 7, "eigenvalues": [1.0] * 7, "ridge": 0.3}),
    (bo.conditional_risk, {"X": TALL, "w": [1.0] * 4, "eigenvalues": [1.0] * 4, "sigma2": 0.5}),
    (bo.power_law_risk, {"alpha": 1.5, "n": 5, "ridge": 0.1, "explicit": 60}),
    (bo.power_law_risk, {"alpha": 1.5, "n": 5, "explicit": 60, "tail": False}),
    (bo.log_spectrum_variance, {"beta": 2.0, "n": 5, "explicit": 60}),
    (bo.exponential_cost, {"n": 8, "rate": 0.7, "extra": 6}),
    (bo.junk_risk, {"n": 5, "d_junk": 12, "lam_junk": 2.0, "w": 2.0}),
    (bo.gmm_error, {"n": 5, "p": 12, "R": 1.5, "eta": 0.2}),
    (bo.bilevel_classification, {"n": 5, "m": 12, "lam1": 1.0, "c": 0.3}),
    (bo.sign_classifier_error, {"n": 5, "m": 12, "tau": 0.3, "eta": 0.2}),
    (bo.sign_classifier_error, {"n": 12, "m": 5, "eta": 0.2}),
    (bo.support_vectors, {"n": 5, "p": 9}),
    (bo.support_vectors, {"n": 5, "p": 9, "entries": "rademacher"}),
    (bo.support_vectors, {"n": 5, "p": 9, "entries": "student"}),
    (bo.support_vectors, {"n": 5, "p": 9, "entries": "spread"}),
    (bo.expected_violations, {"n": 5, "p": 9}),
    (bo.prob_all_support, {"n": 5, "p": 9}),
    (bo.machine_is_interpolator, {"n": 4, "p": 9, "sweeps": 300}),
    (bo.laplace_variance, {"n": 7, "ell": 0.2}),
    (bo.laplace_variance, {"n": 7, "ell": 0.2, "design": "triangle"}),
    (bo.hardest_spectra, {"objective": widest, "n": 4, "p": 9, "rounds": 4}),
    (bo.hardest_spectra, {"objective": widest, "n": 4, "p": 9, "rounds": 4, "ridge": 3.0}),
]


def named(result):
    return result._asdict() if hasattr(result, "_asdict") else {"value": result}


@pytest.mark.parametrize(("function", "cell"), KERNELS, ids=lambda v: getattr(v, "__name__", None))
def test_strict_arrays_give_the_numbers_of_numpy(function, cell):
    strict = named(function(**cell, trials=7, rng=strict_rng(3)))
    plain = named(function(**cell, trials=7, rng=numpy_rng(3)))
    assert function.floats_per_trial(**cell) > 0
    assert strict.keys() == plain.keys()
    for name, value in plain.items():
        assert value.shape[0] == 7
        assert np.all(np.isfinite(value))
        np.testing.assert_array_equal(to_host(strict[name]), value)


# --- regression ------------------------------------------------------------------------------------------------------


def naive(x, sigma, w, sigma2, ridge):
    """Bias, variance and mean training error from the definition."""
    n, p = x.shape
    M = np.linalg.solve(x @ x.T + ridge * np.eye(n), x)
    hat = np.eye(n) - x @ M.T
    error = (np.eye(p) - x.T @ M) @ w
    train = (np.sum((hat @ x @ w) ** 2) + sigma2 * np.sum(hat**2)) / n
    return error @ (sigma * error), sigma2 * np.trace(M @ (sigma[:, None] * M.T)), train


@pytest.mark.parametrize("ridge", [0.0, 0.6])
def test_ridge_risk_is_the_definition_averaged_over_signs(ridge):
    sigma, coef2 = np.repeat(VALUES, COUNTS), np.repeat(COEF2, COUNTS)
    cell = {"eigenvalues": VALUES, "coef2": COEF2, "n": 6, "sigma2": 0.3, "ridge": ridge, "multiplicity": COUNTS}
    risk = bo.ridge_risk(**cell, trials=3, rng=numpy_rng(1))
    x = numpy_rng(1).standard_normal(size=(3, 6, 14)) * np.sqrt(sigma)
    signs = np.array(np.meshgrid(*[[-1, 1]] * 5)).reshape(5, -1).T  # five features carry signal
    for t in range(3):
        parts = [naive(x[t], sigma, np.append(s, np.ones(9)) * np.sqrt(coef2), 0.3, ridge) for s in signs]
        bias, variance, train = np.mean(parts, axis=0)
        kappa = 1 / np.trace(np.linalg.inv(x[t] @ x[t].T + ridge * np.eye(6)))
        got = [risk.kappa[t], risk.bias[t], risk.variance[t], risk.excess[t], risk.test[t], risk.train[t]]
        expected = [kappa, bias, variance, bias + variance, bias + variance + 0.3, train]
        np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-12)
    path = bo.ridge_path(VALUES, COEF2, 6, (ridge,), 0.3, COUNTS, trials=3, rng=numpy_rng(1))
    np.testing.assert_array_equal(path[:, 0], risk.excess)


def test_ridge_risk_with_nothing_integrated():
    """Drawn noise, drawn test points, one sign: the same mean."""
    sigma, w, trials = np.repeat(VALUES, COUNTS), np.sqrt(np.repeat(COEF2, COUNTS)), 20_000
    rng = numpy_rng(2)
    x = rng.standard_normal((trials, 6, 14)) * np.sqrt(sigma)
    y = x @ w + math.sqrt(0.3) * rng.standard_normal((trials, 6))
    fitted = (x.mT @ np.linalg.solve(x @ x.mT + 0.6 * np.eye(6), y[..., None]))[..., 0]
    point = rng.standard_normal((trials, 14)) * np.sqrt(sigma)
    squared = np.sum((fitted - w) * point, axis=-1) ** 2
    clever = bo.ridge_risk(VALUES, COEF2, 6, 0.3, 0.6, COUNTS, trials=4000, rng=rng).excess
    difference = squared.mean() - clever.mean()
    assert abs(difference) < 4 * math.hypot(squared.std() / math.sqrt(trials), clever.std() / math.sqrt(4000))
    assert clever.std() < 0.5 * squared.std()


@pytest.mark.parametrize(("n", "p"), [(5, 11), (11, 5)])
def test_isotropic_risk_is_the_definition(n, p):
    risk = bo.isotropic_risk(n, p, 0.5, 2.0, trials=3, rng=numpy_rng(4))
    for t, x in enumerate(numpy_rng(4).standard_normal(size=(3, n, p))):
        inverse = np.linalg.pinv(x)
        w = math.sqrt(2) * np.eye(p)[0]
        assert risk.variance[t] == pytest.approx(0.5 * np.sum(inverse**2), rel=1e-10)
        assert risk.bias[t] == pytest.approx(np.sum((w - inverse @ x @ w) ** 2), abs=1e-10)


@pytest.mark.parametrize(("design", "ridge"), [(X, 0.0), (X, 0.4), (TALL, 0.0), (TALL, 0.4)])
def test_conditional_risk_of_exact_noise_sets(design, ridge):
    x = np.array(design)
    n, p = x.shape
    sigma, w = np.linspace(0.5, 2, p), np.linspace(-1, 1, p)
    fits = bo.conditional_risk(design, w, sigma, 0.3, ridge, trials=3, rng=numpy_rng(1))
    inverse = np.linalg.pinv(x) if ridge == 0 else x.T @ np.linalg.inv(x @ x.T + ridge * np.eye(n))
    error = w - inverse @ x @ w
    bias, variance = error @ (sigma * error), 0.3 * np.sum(sigma[:, None] * inverse**2)
    np.testing.assert_allclose(fits.bias, bias, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(fits.variance, variance, rtol=1e-9)
    np.testing.assert_allclose(fits.excess, bias + variance, rtol=1e-9)


def test_infinite_spectra_are_ridge_regression_with_the_tail_trace():
    alpha, explicit = 1.5, 60
    values = [i**-alpha for i in range(1, explicit + 1)]
    tail, squares = (explicit + 0.5) ** -0.5 / 0.5, (explicit + 0.5) ** -2 / 2
    cost = bo.power_law_risk(alpha, 5, 0.1, explicit, trials=4, rng=numpy_rng(3)) - 1
    plain = bo.ridge_risk(values, [0.0] * explicit, 5, 1.0, tail + 0.1, trials=4, rng=numpy_rng(3)).variance
    x = numpy_rng(3).standard_normal(size=(4, 5, explicit)) * np.sqrt(values)
    inverse = np.linalg.inv(x @ x.mT + (tail + 0.1) * np.eye(5))
    np.testing.assert_allclose(cost, plain + squares * np.sum(inverse**2, axis=(1, 2)), rtol=1e-9)
    # The same numbers with many more features drawn: the ridge stands for them.
    short = bo.power_law_risk(alpha, 8, 0.0, 400, trials=3000, rng=numpy_rng(4))
    long = bo.power_law_risk(alpha, 8, 0.0, 1600, trials=3000, rng=numpy_rng(5))
    assert abs(short.mean() - long.mean()) < 4 * math.sqrt((short.var() + long.var()) / 3000)
    edge = math.log(explicit + 1)
    logs = [1 / (i * math.log(i + 1) ** 2) for i in range(1, explicit + 1)]
    cost = bo.log_spectrum_variance(2.0, 5, explicit, trials=4, rng=numpy_rng(3))
    x = numpy_rng(3).standard_normal(size=(4, 5, explicit)) * np.sqrt(logs)
    inverse = np.linalg.inv(x @ x.mT + np.eye(5) / edge)
    weighted = (x * logs) @ x.mT + np.eye(5) / (explicit * edge**4)
    np.testing.assert_allclose(cost, np.trace(inverse @ weighted @ inverse, axis1=1, axis2=2), rtol=1e-9)


def test_exponential_cost_where_the_kernel_matrix_still_can_be_inverted():
    n, extra, rate = 8, 6, 0.7
    cost = bo.exponential_cost(n, rate, extra, trials=5, rng=numpy_rng(2))
    scale = np.exp(-0.5 * rate * np.arange(1, n + extra + 1))
    for t, z in enumerate(numpy_rng(2).standard_normal(size=(5, n, n + extra))):
        inverse = np.linalg.pinv(z * scale, rcond=1e-15)
        assert cost[t] == pytest.approx(1 + np.sum((scale[:, None] * inverse) ** 2), rel=1e-8)
    # Far beyond that, rows stay finite and the growth goes on.
    assert np.median(bo.exponential_cost(100, 1.0, trials=64, rng=numpy_rng(0))) > 50


def test_junk_risk_is_ridge_risk():
    junk = bo.junk_risk(5, 12, 2.0, 0.5, -2.0, trials=4, rng=numpy_rng(3))
    plain = bo.ridge_risk([1.0, 2 / 12], [4.0, 0.0], 5, 0.5, 0.0, [1, 12], trials=4, rng=numpy_rng(3))
    np.testing.assert_allclose(junk.bias, plain.bias, rtol=1e-9)
    np.testing.assert_allclose(junk.variance, plain.variance, rtol=1e-9)


# --- classification --------------------------------------------------------------------------------------------------


def test_gmm_error_against_drawn_test_points():
    n, p, R, eta = 6, 15, 1.5, 0.3
    error = bo.gmm_error(n, p, R, eta, trials=5, rng=numpy_rng(1))
    rng = numpy_rng(1)
    clean = np.where(rng.random(size=(5, n)) < 0.5, -1.0, 1.0)
    flips = rng.random(size=(5, n)) < eta
    x = rng.standard_normal(size=(5, n, p))
    x[..., 0] += R * clean
    for t in range(5):
        w = np.linalg.pinv(x[t]) @ np.where(flips[t], -clean[t], clean[t])
        assert error[t] == pytest.approx(ndtr(-R * w[0] / np.linalg.norm(w)), rel=1e-10)
        label = np.where(rng.random(20_000) < 0.5, -1.0, 1.0)
        point = rng.standard_normal((20_000, p))
        point[:, 0] += R * label
        assert np.mean(label * (point @ w) < 0) == pytest.approx(error[t], abs=0.02)


def test_bilevel_classification_against_drawn_test_points():
    n, m, lam1, c = 8, 20, 1.3, 0.2
    out = bo.bilevel_classification(n, m, lam1, c, trials=4, rng=numpy_rng(1))
    rng = numpy_rng(1)
    z = rng.standard_normal(size=(4, n, m + 1))
    scale = np.sqrt([lam1] + [c] * m)
    for t in range(4):
        w = np.linalg.pinv(z[t] * scale) @ np.sign(z[t, :, 0])
        assert out.survival[t] == pytest.approx(math.sqrt(lam1) * w[0], rel=1e-9)
        assert out.contamination[t] == pytest.approx(math.sqrt(c) * np.linalg.norm(w[1:]), rel=1e-9)
        point = rng.standard_normal((20_000, m + 1))
        wrong = np.mean(np.sign(point[:, 0]) != np.sign(point @ (scale * w)))
        assert out.error[t] == pytest.approx(wrong, abs=0.02)


@pytest.mark.parametrize("m", [3, 20])
def test_noisy_signs_against_drawn_test_points(m):
    n, tau, eta = 8, 0.4, 0.25
    error = bo.sign_classifier_error(n, m, tau, eta, trials=4, rng=numpy_rng(1))
    rng = numpy_rng(1)
    z, flips = rng.standard_normal(size=(4, n, m + 1)), rng.random(size=(4, n)) < eta
    scale = np.sqrt([1.0] + [tau] * m)
    for t in range(4):
        w = np.linalg.pinv(z[t] * scale) @ (np.where(flips[t], -1, 1) * np.sign(z[t, :, 0]))
        point = rng.standard_normal((20_000, m + 1))
        wrong = np.mean(np.sign(point[:, 0]) != np.sign(point @ (scale * w)))
        assert error[t] == pytest.approx(wrong, abs=0.02)
        assert math.cos(math.pi * error[t]) == pytest.approx(w[0] / np.linalg.norm(scale * w), rel=1e-9)


def test_support_vectors_are_the_signs_of_the_dual():
    out = bo.support_vectors(6, 10, trials=50, rng=numpy_rng(1))
    rng = numpy_rng(1)
    labels = np.where(rng.random(size=(50, 6)) < 0.5, -1.0, 1.0)
    for t, x in enumerate(rng.standard_normal(size=(50, 6, 10))):
        bad = int(np.sum(labels[t] * np.linalg.solve(x @ x.T, labels[t]) <= 0))
        assert (out.violations[t], out.all_support[t]) == (bad, bad == 0)
    assert 0 < out.all_support.mean() < 1
    np.testing.assert_array_equal(bo.expected_violations(6, 10, trials=50, rng=numpy_rng(1)), out.violations)
    np.testing.assert_array_equal(bo.prob_all_support(6, 10, trials=50, rng=numpy_rng(1)), out.all_support)


def test_the_hard_margin_machine_by_the_sign_test():
    for p in (16, 40):
        found = bo.machine_is_interpolator(12, p, trials=40, rng=numpy_rng(p))
        assert found.agreement.min() == 1
        assert found.gap.max() < 1e-13
    assert bo.machine_is_interpolator(12, 40, inverse=False, trials=40, rng=numpy_rng(1)).agreement.min() == 0


def test_a_machine_of_one_sweep_agrees_with_nothing():
    crippled = bo.machine_is_interpolator(12, 40, sweeps=1, trials=40, rng=numpy_rng(1))
    assert np.isnan(crippled.agreement).all()
    assert crippled.gap.min() > 1e-3


def test_a_singular_gram_matrix_is_no_support(monkeypatch):
    monkeypatch.setattr(support.arrays, "spd_solve", lambda a, b: np.full_like(b, np.nan))
    crippled = bo.support_vectors(6, 10, trials=5, rng=numpy_rng(1))
    assert np.isnan(crippled.violations).all()
    assert np.isnan(crippled.all_support).all()


@pytest.mark.parametrize("design", ["uniform", "triangle"])
def test_laplace_variance_on_a_fine_grid(design):
    n, ell = 6, 0.15
    cost = bo.laplace_variance(n, ell, design, trials=3, rng=numpy_rng(1))
    u = np.sort(numpy_rng(1).random(size=(3, n)), axis=-1)
    for t, x in enumerate(u if design == "uniform" else np.sqrt(u)):
        grid = x[0] + (x[-1] - x[0]) * (np.arange(40_000) + 0.5) / 40_000
        weights = np.linalg.solve(np.exp(-abs(x[:, None] - x) / ell), np.exp(-abs(x[:, None] - grid) / ell))
        density = 1.0 if design == "uniform" else 2 * grid
        mean = np.mean(density * np.sum(weights**2, axis=0)) * (x[-1] - x[0])
        assert cost[t] == pytest.approx(mean * (n + 1) / (n - 1), rel=2e-4)


# --- search and measures ---------------------------------------------------------------------------------------------


def test_the_search_climbs_and_its_fixed_point_is_exact():
    start = bo.hardest_spectra(widest, 4, 9, 0, 3.0, 4, trials=50, rng=numpy_rng(1))
    end = bo.hardest_spectra(widest, 4, 9, 20, 3.0, 4, trials=50, rng=numpy_rng(1))
    np.testing.assert_array_equal(end.value, widest(end))
    assert np.all(end.value >= start.value)
    assert end.value.mean() > 2 * start.value.mean()
    assert np.all((end.ridge > 0) & (end.ridge <= 3))
    assert np.all(np.diff(end.eigenvalues, axis=-1) <= 0)
    share = bo.shares(end, 4)
    L = end.eigenvalues / (end.eigenvalues + share.kappa[:, None])
    np.testing.assert_allclose(L.sum(axis=-1) + end.ridge / share.kappa, 4, rtol=1e-10)
    np.testing.assert_allclose(share.s, np.sum(L**2, axis=-1) / 4, rtol=1e-14)
    missed = np.sum((1 - L) ** 2 * end.eigenvalues * end.coef2, axis=-1)
    np.testing.assert_allclose(share.missed, missed, rtol=1e-6)
    assert share.residual.max() < 1e-10


def bias_over_bound(spectra):
    """The lower bound on the bias over the bias, which the bound keeps below 1."""
    solved = bo.shares(spectra, 8)
    return theory.ranks.ridge_bounds(spectra.eigenvalues, spectra.coef2, 8, spectra.ridge).bias_lo / solved.missed


def test_the_search_breaks_a_bound_that_random_draws_do_not():
    """The constant 1/4 of the lower bound on the bias taken 3 % too large."""
    found = bo.hardest_spectra(bias_over_bound, 8, 30, 100, 20.0, trials=16, rng=numpy_rng(1))
    assert 1 / 1.03 < found.value.max() <= 1 + 1e-8
    assert np.median(found.missed) < 0.2
    drawn = bo.hardest_spectra(bias_over_bound, 8, 30, 0, 20.0, trials=16 * 100, rng=numpy_rng(1))
    assert drawn.value.max() < 1 / 1.03


@pytest.mark.parametrize("rounds", [0, 1])
def test_a_search_of_no_or_one_round_is_not_certified(rounds):
    crippled = bo.hardest_spectra(bias_over_bound, 8, 30, rounds, 20.0, trials=16, rng=numpy_rng(1))
    assert crippled.missed.max() > 0.6


def test_regime_with_an_intercept_loses_one_direction_and_no_more():
    rows = np.random.default_rng(0).standard_normal((60, 3000))
    found = bo.regime(rows + np.linspace(-9, 5, 3000), intercept=True)
    assert found.name == "benign"
    # 59 rotated rows, isotropic: the exact mean is 59/(3000 - 59 - 1); one design is within 2 %.
    assert found.cost == pytest.approx(59 / 2940, rel=0.02)
    centred = rows - rows.mean(axis=0)
    inverse = np.linalg.pinv(centred @ centred.T)
    assert found.cost == pytest.approx(59 * np.trace(inverse @ inverse) / np.trace(inverse) ** 2 - 1, rel=1e-9)
    with pytest.raises(ValueError, match="rows must be linearly independent"):
        bo.regime(centred)


@pytest.mark.parametrize("power", [1.55, 2.5])
def test_regime_in_single_precision_is_that_in_double(power):
    rng = np.random.default_rng(0)
    left, right = (np.linalg.qr(rng.standard_normal((n, 150)))[0] for n in (150, 1500))
    rows = ((left * np.arange(1, 151.0) ** -power) @ right.T).astype(np.float32)
    values = np.arange(1, 151.0) ** (2 * power)
    assert bo.regime(rows).cost == pytest.approx(150 * np.sum(values**2) / np.sum(values) ** 2 - 1, rel=1e-4)


def test_regime_of_a_feature_matrix():
    rng = numpy_rng(0)
    flat = rng.standard_normal((60, 4000))
    assert bo.regime(flat).name == "benign"
    assert bo.regime(flat).cost == pytest.approx(60 / 3940, rel=0.02)
    assert bo.regime(flat).growth == pytest.approx(1.0, abs=0.1)
    assert bo.regime(flat).kappa == pytest.approx(3940 / 60, rel=0.01)
    power = rng.standard_normal((60, 3000)) * np.arange(1.0, 3001) ** -1.0
    tempered = bo.regime(power)
    assert tempered.name == "tempered"
    assert tempered.cost == pytest.approx(1.0, abs=0.25)
    assert abs(tempered.growth) < 0.3
    steep = rng.standard_normal((16, 30)) * np.exp(-0.5 * np.arange(30) * 1.5)
    assert bo.regime(steep).name == "catastrophic"
    strict = strict_rng(0).standard_normal(size=(60, 4000))
    assert bo.regime(strict) == bo.regime(to_host(strict))


@pytest.mark.parametrize(
    "bad", [np.ones((3, 9)), np.ones((8, 8)), np.ones(9), np.ones((6, 20)), np.full((5, 9), np.nan)]
)
def test_regime_refuses_what_cannot_be_interpolated(bad):
    with pytest.raises(ValueError, match="features"):
        bo.regime(bad)
