"""benign_overfitting: the risk of a design, and its deterministic equivalent, against definitions and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest

from theory import benign_overfitting as bo


def naive_risk(X, w, eigenvalues, sigma2, ridge):
    """Bias and variance from the definition, by dense matrices."""
    n, p = X.shape
    M = np.linalg.pinv(X).T if ridge == 0 else np.linalg.solve(X @ X.T + ridge * np.eye(n), X)
    Sigma = np.diag(eigenvalues)
    error = (np.eye(p) - X.T @ M) @ w
    return error @ Sigma @ error, sigma2 * np.trace(M @ Sigma @ M.T)


@pytest.mark.parametrize(("n", "p", "ridge"), [(5, 9, 0.0), (9, 5, 0.0), (9, 5, 0.7), (5, 9, 0.7), (5, 9, -0.05)])
def test_conditional_risk_is_the_definition(n, p, ridge):
    rng = np.random.default_rng(3)
    values = np.linspace(0.1, 2.0, p)
    X, w = rng.standard_normal((n, p)) * np.sqrt(values), rng.standard_normal(p)
    assert np.linalg.eigvalsh(X @ X.T)[0] + ridge > 1e-3 or n > p
    expected = naive_risk(X, w, values, 0.3, ridge)
    np.testing.assert_allclose(bo.conditional_risk(X, w, values, 0.3, ridge), expected, rtol=1e-10, atol=1e-13)


def test_conditional_risk_refuses_an_indefinite_kernel():
    X = np.array([[2.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    assert bo.conditional_risk(X, np.ones(3), np.ones(3), ridge=-0.9).variance > 0
    for design, ridge in ((X, -1.0), (X, -1.1), (X.T, -1e-3), (np.ones((2, 3)), 0.0)):
        with pytest.raises(ValueError, match="ridge"):
            bo.conditional_risk(design, np.ones(design.shape[1]), np.ones(design.shape[1]), ridge=ridge)


def test_isotropic_risk_values():
    assert bo.isotropic_risk(30, 80, 1.0, 2.25) == pytest.approx((1.40625, 30 / 49))
    assert bo.isotropic_risk(80, 30, 1.0, 2.25) == pytest.approx((0.0, 30 / 49))
    assert bo.isotropic_risk(10, 11).variance == math.inf
    assert bo.isotropic_risk(30, [60, 80]).variance.shape == (2,)


@pytest.mark.parametrize("ridge", [0.0, 3.0, -5.0])
def test_isotropic_equivalent_solves_its_quadratic(ridge):
    n, p = 50, 120
    level = bo.kappa([1.0], n, ridge, [p])
    # kappa^2 n + kappa (n - p - ridge) - ridge = 0
    b = n - p - ridge
    assert level == pytest.approx((-b + math.sqrt(b * b + 4 * n * ridge)) / (2 * n), rel=1e-12)
    risk = bo.ridge_risk([1.0], [0.02], n, 0.3, ridge, [p])
    share = 1 / (1 + level)
    factor = n / (n - p * share**2)
    assert risk.bias == pytest.approx(factor * p * (1 - share) ** 2 * 0.02, rel=1e-12)
    assert risk.variance == pytest.approx(0.3 * (factor - 1), rel=1e-12)
    assert risk.test == pytest.approx(risk.bias + risk.variance + 0.3, rel=1e-14)
    assert risk.train == pytest.approx((ridge / (n * level)) ** 2 * risk.test, rel=1e-12, abs=1e-30)


def test_multiplicities_zeros_and_broadcasting():
    spread = np.concatenate([[5.0] * 10, [0.05] * 600, [0.0] * 7])
    long = bo.ridge_risk(spread, np.ones(617), 80, 0.2, 8.0)
    short = bo.ridge_risk([5.0, 0.05, 0.0], [1.0, 1.0, 1.0], 80, 0.2, 8.0, [10, 600, 7])
    assert short == pytest.approx(long, rel=1e-12)
    table = bo.ridge_risk(spread, np.ones(617), [[40], [80]], 0.2, [0.0, 4.0, 8.0])
    assert table.test.shape == (2, 3)
    assert table.test[1, 2] == pytest.approx(long.test, rel=1e-12)


def test_negative_ridge_values_and_its_end():
    spectrum = {"eigenvalues": [10.0, 0.05], "multiplicity": [5, 1000]}
    excess = bo.ridge_risk(coef2=[1.0, 0.0], n=60, sigma2=0.05, ridge=[-15.0, 0.0, 15.0], **spectrum).excess
    np.testing.assert_allclose(excess, [0.1839, 0.3584, 0.5788], atol=1e-4)
    assert bo.kappa(n=60, ridge=-29.27, **spectrum) > 0
    with pytest.raises(ValueError, match="ridge"):
        bo.kappa(n=60, ridge=-29.29, **spectrum)
    for n, ridge in ((1005, 0.0), (2000, -1.0)):
        with pytest.raises(ValueError, match="ridge"):
            bo.kappa(n=n, ridge=ridge, **spectrum)


def test_exponential_spectrum_is_catastrophic():
    spectrum = np.exp(-1.0 * np.arange(1, 400))
    for n in (10, 40):
        assert bo.ridge_risk(spectrum, np.zeros(399), n).test == pytest.approx(n, rel=1e-3)
