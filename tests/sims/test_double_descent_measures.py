"""Measures for data of one's own: against refits and hat matrices, on every namespace, and with bad input."""

from __future__ import annotations

import math

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
    if n == p and lam == 0:
        return
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
