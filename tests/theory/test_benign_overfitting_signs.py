"""Noisy signs of one feature: the contract's numbers, the reduction, other rules, limits and the best aspect."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from theory import benign_overfitting as bo
from theory.benign_overfitting import signs

CONFIRMED = [
    ((20, 39, 1.0, 0.0), 0.33700), ((20, 39, 1.0, 0.1), 0.37942), ((40, 59, 1.0, 0.1), 0.38181),
    ((40, 159, 1.0, 0.2), 0.43088), ((20, 100, 0.1, 0.1), 0.22647), ((40, 400, 0.05, 0.1), 0.17353),
    ((100, 1000, 0.05, 0.1), 0.17286), ((20, 200, 0.05, 0.1), 0.17480),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "error"), CONFIRMED)
def test_exact_errors_are_the_contracts(cell, error):
    assert bo.sign_classifier_error(*cell) == pytest.approx(error, abs=6e-6)


@pytest.mark.parametrize(("cell", "within"), [((20, 39, 1.0, 0.1), 1e-6), ((40, 59, 1.0, 0.1), 1e-6), ((5, 6), 1e-4)])
def test_other_orders_give_the_same_error(monkeypatch, cell, within):
    found = bo.sign_classifier_error(*cell)
    monkeypatch.setattr(signs, "_SMALL", 1000)
    monkeypatch.setattr(signs, "_MORE", (8, 30))
    assert bo.sign_classifier_error(*cell) == pytest.approx(found, abs=within)


@pytest.mark.parametrize(("n", "m"), [(1, 2), (2, 3), (4, 9)])
def test_few_samples_against_the_interpolator_itself(n, m):
    rng, draws = np.random.default_rng(4), 60_000
    x = rng.standard_normal((draws, n, m + 1))
    y = np.sign(x[:, :, :1]) * np.where(rng.random((draws, n, 1)) < 0.1, -1, 1)
    x[:, :, 1:] *= math.sqrt(0.5)
    w = (x.mT @ np.linalg.solve(x @ x.mT, y))[..., 0]
    error = np.arctan2(math.sqrt(0.5) * np.linalg.norm(w[:, 1:], axis=1), w[:, 0]) / math.pi
    assert bo.sign_classifier_error(n, m, 0.5, 0.1) == pytest.approx(
        error.mean(), abs=5 * error.std() / draws**0.5 + 1e-3
    )


@pytest.mark.parametrize("n", [2, 3, 20, 1000])
def test_correlation_rule_has_the_moments_of_the_sum(n):
    """rho sqrt n times |z| is z'y: mean n c, second moment n + n (n-1) c^2 and third moment as for any sum."""
    nodes, weights = signs._correlation_rule(n, 0.1, 5)
    c, third = 0.8 * math.sqrt(2 / math.pi), 2 * 0.8 * math.sqrt(2 / math.pi)
    length = math.sqrt(2) * math.exp(math.lgamma((n + 1) / 2) - math.lgamma(n / 2))
    assert weights.sum() == pytest.approx(1.0, rel=1e-13)
    assert np.abs(nodes).max() <= math.sqrt(n)
    assert weights @ nodes * length == pytest.approx(n * c, rel=1e-11)
    assert weights @ nodes**2 * n == pytest.approx(n + n * (n - 1) * c**2, rel=1e-11)
    cube = n * third + 3 * n * (n - 1) * c + n * (n - 1) * (n - 2) * c**3
    assert weights @ nodes**3 * length * (n + 1) == pytest.approx(cube, rel=1e-10)


def test_errors_tend_to_their_limit_like_one_over_n():
    for tau, shape in ((1.0, 2), (0.05, 10)):
        gaps = [bo.sign_classifier_error(n, shape * n, tau, 0.1) - bo.sign_classifier_limit(n, shape * n, tau, 0.1)
                for n in (200, 400, 800)]  # fmt: skip
        assert gaps[1] / gaps[0] == pytest.approx(0.5, abs=0.03)
        assert gaps[2] / gaps[1] == pytest.approx(0.5, abs=0.02)


def test_limits_meet_their_special_cases():
    for n, m, tau in ((50, 400, 0.07), (100, 150, 2.0)):
        assert bo.sign_classifier_limit(n, m, tau) == pytest.approx(bo.bilevel_classification(n, m, 1.0, tau).error)
    assert bo.sign_classifier_limit(10, 25, 1.0, 0.1) == pytest.approx(bo.isotropic_sign_error(2.5, 0.1))
    found = bo.isotropic_sign_error([2.0, 4.0, 0.5, 0.9, 1.1], 0.1)
    np.testing.assert_allclose(found, (0.3836, 0.4058, 0.2796, 0.4142, 0.4257), atol=5.1e-5)
    assert bo.isotropic_sign_error(1.0, 0.3) == 0.5


@pytest.mark.parametrize(("eta", "error"), [(0.0, 0.3341), (0.1, 0.3825), (0.2, 0.4180)])
def test_best_aspect_above_one(eta, error):
    best = minimize_scalar(
        lambda g: bo.isotropic_sign_error(g, eta), bounds=(1.01, 20), method="bounded", options={"xatol": 1e-9}
    )
    assert best.x == pytest.approx(1 + math.sqrt(1 - 2 / math.pi * (1 - 2 * eta) ** 2), abs=1e-6)
    assert best.fun == pytest.approx(error, abs=6e-5)
    assert bo.isotropic_sign_error(1e8, eta) == pytest.approx(0.5, abs=1e-3)
