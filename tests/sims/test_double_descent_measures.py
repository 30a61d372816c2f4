"""Measures for data of one's own: against refits and hat matrices, on every namespace, and with bad input."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from sims import arrays
from sims import double_descent as dd

LAMS = (0.0, 0.01, 1.0)


def _data(n, p, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, p)) * np.linspace(0.3, 2, p)
    return X, X @ rng.standard_normal(p) / math.sqrt(p) + rng.standard_normal(n)


def _estimator(X, total):
    return np.linalg.pinv(X) if total == 0 else np.linalg.solve(X.T @ X + total * np.eye(X.shape[1]), X.T)


@pytest.mark.parametrize("lam", LAMS)
@pytest.mark.parametrize(("n", "p"), [(12, 5), (8, 20), (9, 9)])
def test_leave_one_out_is_refitting_with_the_same_total_penalty(n, p, lam):
    X, y = _data(n, p)
    errors = []
    for i in range(n):
        kept = np.arange(n) != i
        errors.append((y[i] - X[i] @ _estimator(X[kept], n * lam) @ y[kept]) ** 2)
    assert dd.leave_one_out(X, y, lam) == pytest.approx(np.mean(errors), rel=1e-8)
    np.testing.assert_allclose(dd.cross_validation(X, y, [lam]).squares[:, 0], errors, rtol=1e-7)


@pytest.mark.parametrize("lam", [0.01, 1.0])
@pytest.mark.parametrize(("n", "p"), [(12, 5), (8, 20), (9, 9)])
def test_gcv_and_dimensions_are_those_of_the_hat_matrix(n, p, lam):
    X, y = _data(n, p)
    left = np.eye(n) - X @ _estimator(X, n * lam)
    trace, trace2 = np.trace(left), np.trace(left @ left)
    assert dd.gcv(X, y, lam) == pytest.approx(np.mean((left @ y) ** 2) / (trace / n) ** 2, rel=1e-10)
    found = [float(d) for d in dd.effective_dimensions(X, lam)]
    assert found == pytest.approx([n * lam / trace, n - trace, n - trace**2 / trace2], rel=1e-9)


def test_ridgeless_interpolation_takes_the_limit():
    X, y = _data(8, 20)
    inverse = np.linalg.inv(X @ X.T)
    assert dd.gcv(X, y, 0.0) == pytest.approx(8 * y @ inverse @ inverse @ y / np.trace(inverse) ** 2, rel=1e-9)
    kappa, df1, df2 = dd.effective_dimensions(X, 0.0)
    assert kappa == pytest.approx(1 / np.trace(inverse), rel=1e-9)
    assert df1 == 8
    assert df2 == pytest.approx(8 - np.trace(inverse) ** 2 / np.sum(inverse**2), rel=1e-9)
    # Fewer features than samples: df1 = df2 = p, and GCV is the classical residual variance over (1 - p/n).
    X, y = _data(12, 5)
    np.testing.assert_allclose([float(d) for d in dd.effective_dimensions(X, 0.0)], [0, 5, 5], atol=1e-9)
    residual = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    assert dd.gcv(X, y, 0.0) == pytest.approx(np.mean(residual**2) / (7 / 12) ** 2, rel=1e-9)


@pytest.mark.parametrize(("n", "p"), [(12, 5), (8, 20)])
def test_curve_gathers_the_single_ridges(n, p):
    X, y = _data(n, p)
    curve = dd.predict_test_error(X, y, LAMS, z=2.0)
    assert curve.lam == LAMS
    np.testing.assert_allclose(curve.test_error, [dd.leave_one_out(X, y, lam) for lam in LAMS], rtol=1e-10)
    np.testing.assert_allclose(curve.gcv, [dd.gcv(X, y, lam) for lam in LAMS], rtol=1e-10)
    squares = dd.cross_validation(X, y, LAMS).squares
    for k, lam in enumerate(LAMS):
        left = np.eye(n) - X @ _estimator(X, n * lam)
        if p > n and lam == 0:
            left = np.linalg.inv(X @ X.T)  # I - H over lam, in the limit
        worth = np.sum(left**2) ** 2 / np.sum((left @ left) ** 2)
        relative = squares[:, k].std(ddof=1) / curve.test_error[k] / math.sqrt(worth)
        assert math.log(curve.high[k] / curve.test_error[k]) == pytest.approx(2.0 * relative, rel=1e-9)
        assert math.log(curve.test_error[k] / curve.low[k]) == pytest.approx(2.0 * relative, rel=1e-9)


@pytest.mark.parametrize(("p", "lam", "naive_fails"), [(30, 0.3, False), (50, 0.01, True), (100, 0.01, True)])
def test_interval_covers_the_test_error(p, lam, naive_fails):
    # 300 data sets, nominal 95 %; 0.88 is 5.6 binomial deviations below. The naive interval takes all errors as
    # independent.
    rng, n = np.random.default_rng(1), 50
    X, beta = rng.standard_normal((300, n, p)), rng.standard_normal((300, p, 1)) / math.sqrt(p)
    y = (X @ beta)[..., 0] + 0.7 * rng.standard_normal((300, n))
    fitted = np.linalg.solve(X.mT @ X + n * lam * np.eye(p), X.mT @ y[..., None])
    error = 0.49 + np.sum((fitted - beta) ** 2, axis=(-2, -1))
    curve = dd.predict_test_error(X, y, [lam])
    assert np.mean((curve.low[:, 0] <= error) & (error <= curve.high[:, 0])) >= 0.88
    squares = dd.cross_validation(X, y, [lam]).squares[..., 0]
    naive = np.abs(error - squares.mean(axis=-1)) <= 1.96 * squares.std(axis=-1, ddof=1) / math.sqrt(n)
    assert (np.mean(naive) < 0.8) == naive_fails


@pytest.mark.parametrize("lam", LAMS)
@pytest.mark.parametrize(("n", "p"), [(12, 5), (8, 20), (9, 9), (9, 8), (9, 7), (52, 50)])
def test_intercept_is_refitting_with_a_constant_without_penalty(n, p, lam):
    X, y = _data(n, p)
    X, y = X + np.linspace(-3, 5, p), y + 7
    errors = []
    for i in range(n):
        kept = np.arange(n) != i
        mean, level = X[kept].mean(axis=0), y[kept].mean()
        errors.append((y[i] - level - (X[i] - mean) @ _estimator(X[kept] - mean, n * lam) @ (y[kept] - level)) ** 2)
    assert dd.leave_one_out(X, y, lam, intercept=True) == pytest.approx(np.mean(errors), rel=1e-8)
    if p >= n - 1 and lam == 0:
        return  # A vanishes; the limit is in the next test
    centred = X - X.mean(axis=0)
    hats = np.eye(n) - 1 / n - centred @ _estimator(centred, n * lam)
    trace, trace2 = np.trace(hats), np.trace(hats @ hats)
    assert dd.gcv(X, y, lam, intercept=True) == pytest.approx(np.mean((hats @ y) ** 2) / (trace / n) ** 2, rel=1e-8)
    found = [float(d) for d in dd.effective_dimensions(X, lam, intercept=True)]
    assert found == pytest.approx([n * lam / trace, n - 1 - trace, n - 1 - trace**2 / trace2], rel=1e-8, abs=1e-9)


@pytest.mark.parametrize("intercept", [False, True])
@pytest.mark.parametrize(("n", "p"), [(30, 30), (30, 29), (8, 20)])
def test_interpolation_is_the_limit_of_small_ridges_whatever_the_order_of_rows(n, p, intercept):
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((n, p)), rng.standard_normal(n)
    if p < n - intercept:
        return
    exact = dd.predict_test_error(X, y, [0.0], intercept=intercept)
    # At n lam = 1e-30 the limit is reached to far more digits than asked for; mpmath has 120.
    small = _with_digits(X, y, "1e-30", intercept)
    assert [float(exact.test_error[0]), float(exact.gcv[0])] == pytest.approx(small[:2], rel=1e-9)
    assert float(dd.effective_dimensions(X, 0.0, intercept=intercept).df2) == pytest.approx(small[2], rel=1e-9)
    order = rng.permutation(n)
    again = dd.predict_test_error(X[order], y[order], [0.0], intercept=intercept)
    np.testing.assert_allclose([v[0] for v in again[1:]], [v[0] for v in exact[1:]], rtol=1e-8)


def _with_digits(X, y, lam, intercept):
    """Leave-one-out, GCV and df2 from the hat matrix in 120 digits."""
    with mpmath.workdps(120):
        n, p = X.shape
        X, y = mpmath.matrix(X.tolist()), mpmath.matrix(y.tolist())
        level = mpmath.ones(n, n) / n if intercept else mpmath.zeros(n, n)
        rest = mpmath.eye(n) - level
        X, total = rest * X, n * mpmath.mpf(lam)
        left = rest - X * (X.T * X + total * mpmath.eye(p)) ** -1 * X.T
        residual, square = left * y, left * left
        trace, trace2 = (sum(m[i, i] for i in range(n)) for m in (left, square))
        error = sum((residual[i] / left[i, i]) ** 2 for i in range(n)) / n
        general = n * sum(r * r for r in residual) / trace**2
        return [float(error), float(general), float(n - intercept - trace**2 / trace2)]


@pytest.mark.parametrize("intercept", [False, True])
@pytest.mark.parametrize("lam", [0.0, 1e-25, 1e-14, 0.1])
def test_a_row_that_alone_fills_a_column_is_refitted_without_it(lam, intercept):
    X, y = _data(12, 5)
    X[:, 2] = 0
    X[7, 2] = 3.0
    errors = []
    for i in range(12):
        kept = np.arange(12) != i
        mean, level = (X[kept].mean(axis=0), y[kept].mean()) if intercept else (0, 0)
        left, singular, right = np.linalg.svd(X[kept] - mean, full_matrices=False)
        singular[singular < 1e-12] = 0
        inverse = np.divide(singular, singular**2 + 12 * lam, out=np.zeros(5), where=singular > 0)
        beta = right.T @ (inverse * (left.T @ (y[kept] - level)))
        errors.append((y[i] - level - (X[i] - mean) @ beta) ** 2)
    assert dd.leave_one_out(X, y, lam, intercept=intercept) == pytest.approx(np.mean(errors), rel=1e-8)


def test_single_precision_is_computed_in_double():
    rng = np.random.default_rng(0)
    left, right = (np.linalg.qr(rng.standard_normal((n, 150)))[0] for n in (150, 1500))
    X = ((left * np.arange(1, 151.0) ** -2.5) @ right.T).astype(np.float32)
    y = rng.standard_normal(150).astype(np.float32)
    for intercept in (False, True):
        wide = dd.leave_one_out(X.astype(float), y.astype(float), 0.0, intercept=intercept)
        assert dd.leave_one_out(X, y, 0.0, intercept=intercept) == wide
    with pytest.raises(ValueError, match="independent"):
        dd.leave_one_out(X.astype(np.float16), y, 0.0)


def test_constant_features_predict_the_mean():
    y = np.array([1.0, 2.0, 6.0])
    errors = [(1 - 4) ** 2, (2 - 3.5) ** 2, (6 - 1.5) ** 2]
    assert dd.leave_one_out(np.ones((3, 1)), y, 1.0, intercept=True) == pytest.approx(np.mean(errors), rel=1e-12)
    with pytest.raises(ValueError, match="less their mean must be linearly independent"):
        dd.leave_one_out(np.ones((3, 1)), y, 0.0, intercept=True)


def test_stacks_and_namespaces():
    data = [_data(8, 20, seed) for seed in range(3)]
    X, y = (np.stack(parts) for parts in zip(*data, strict=True))
    rng = arrays.strict_rng(0)
    stacked, strict = dd.gcv(X, y, 0.1), dd.gcv(arrays.asarray(rng, X), arrays.asarray(rng, y), 0.1)
    np.testing.assert_allclose(stacked, [dd.gcv(a, b, 0.1) for a, b in data], rtol=1e-12)
    np.testing.assert_array_equal(arrays.to_host(strict), stacked)
    curve = dd.predict_test_error(arrays.asarray(rng, X), arrays.asarray(rng, y), LAMS)
    np.testing.assert_array_equal(arrays.to_host(curve.low), dd.predict_test_error(X, y, LAMS).low)
    dimensions = dd.effective_dimensions(arrays.asarray(rng, X), 0.1)
    np.testing.assert_array_equal(arrays.to_host(dimensions.df2), dd.effective_dimensions(X, 0.1).df2)


X, Y = _data(6, 4)
BAD = [
    (dd.gcv, (X, Y[:3], 0.1), "y"),
    (dd.gcv, (X[0], Y, 0.1), "X"),
    (dd.gcv, (X[:0], Y[:0], 0.1), "X"),
    (dd.gcv, (X, Y, -0.1), "lam"),
    (dd.gcv, (X, Y, math.nan), "lam"),
    (dd.leave_one_out, (X, Y, "a"), "lam"),
    (dd.leave_one_out, (X, Y[:, None], 0.1), "y"),
    (dd.effective_dimensions, (X, math.inf), "lam"),
    (dd.effective_dimensions, (3.0, 0.1), "X"),
    (dd.predict_test_error, (X, Y, ()), "lams"),
    (dd.predict_test_error, (X, Y, (0.1, -1.0)), "lam"),
    (dd.predict_test_error, (X, Y, (0.1,), 0.0), "z"),
    (dd.cross_validation, (X, Y[:2], (0.1,)), "y"),
]


@pytest.mark.parametrize(("function", "arguments", "name"), BAD)
def test_bad_input_names_the_argument(function, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name}\b"):
        function(*arguments)
