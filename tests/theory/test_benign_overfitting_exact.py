"""benign_overfitting: ends of the domains, exact small cases, and digits that the other tests do not look at."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from scipy.special import ndtr

from theory import benign_overfitting as bo
from theory.benign_overfitting.laplace import gap_noise
from theory.benign_overfitting.ranks import ridge_bounds
from theory.benign_overfitting.regimes import regime_name
from theory.quadrature import chi_square_rule

SPIKED = [20.0] * 4 + [0.02] * 6000


def design(*singular: float, columns: int = 0) -> np.ndarray:
    """A matrix with these singular values, rows and columns mixed."""
    n = len(singular)
    rng = np.random.default_rng(5)
    left, right = (np.linalg.qr(rng.standard_normal((k, k)))[0] for k in (n, max(n, columns)))
    return left @ np.diag(singular) @ right[:n]


def variance(X: np.ndarray, ridge: float) -> float:
    ones = np.ones(X.shape[1])
    return float(bo.conditional_risk(X, ones, ones, 1.0, ridge).variance)


@pytest.mark.parametrize("columns", [3, 5])
def test_variance_of_a_design_by_its_singular_values(columns: int) -> None:
    X = design(3.0, 2.0, 0.5, columns=columns)
    for ridge in (-0.24, 0.0, 1.5, 1e20):
        exact = sum(s**2 / (s**2 + ridge) ** 2 for s in (3.0, 2.0, 0.5))
        assert variance(X, ridge) == pytest.approx(exact, rel=1e-9, abs=0)
    for ridge in (-0.25, -0.26):
        with pytest.raises(ValueError, match=rf"^ridge = {ridge}: .* \(above -0\.25\)$"):
            variance(X, ridge)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_a_design_that_is_singular_to_rounding_needs_a_ridge_at_every_scale(scale: float) -> None:
    # The smallest eigenvalue of X X' is 1e-16 or 0 of the largest, below the rounding of 40 columns.
    for X in (design(1.0, 1e-8, columns=40), design(1.0, 0.0, columns=40), design(1.0, 0.0), np.zeros((1, 2))):
        with pytest.raises(ValueError, match=r"^ridge = 0: "):
            variance(scale * X, 0.0)
        assert variance(scale * X, 1e-15 * scale**2) >= 0
    assert variance(scale * design(1.0, 1e-6, columns=40), 0.0) == pytest.approx(1e12 / scale**2, rel=1e-3)


def test_a_ridge_that_leaves_only_rounding_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^ridge = -1: "):
        variance(np.eye(2), -(1 - 2**-52))


def test_least_squares_leaves_dependent_columns_out() -> None:
    column = np.arange(1.0, 5.0)
    X = np.stack([column, column, np.ones(4)], axis=1)
    M = np.linalg.pinv(X)
    values = np.array([1.0, 2.0, 0.5])
    risk = bo.conditional_risk(X, [1.0, 0.0, 2.0], values, 1.0)
    missed = (np.eye(3) - M @ X) @ [1.0, 0.0, 2.0]
    assert risk == pytest.approx((values @ missed**2, np.sum(M**2 * values[:, None])), rel=1e-12)


def test_isotropic_risk_scales_noise_and_signal() -> None:
    assert bo.isotropic_risk(30, 80, 0.5, 3.0) == pytest.approx((3 * 5 / 8, 0.5 * 30 / 49), rel=1e-14)


@pytest.mark.parametrize("r", [1e-6, 0.01, 0.0499])
def test_gap_noise_by_its_series(r: float) -> None:
    with mpmath.workdps(40):
        q = mpmath.mpf(r)
        exact = mpmath.coth(q) - q / mpmath.sinh(q) ** 2
    assert float(gap_noise(np.asarray(r))) == pytest.approx(float(exact), rel=1e-13, abs=0)


@pytest.mark.parametrize(("n", "ell"), [(2, 0.3), (50, 0.005), (3, 10.0), (900, 0.02)])
def test_laplace_variance_to_rounding(n: int, ell: float) -> None:
    def integrand(h: mpmath.mpf) -> mpmath.mpf:
        r = h / ell
        return n * (1 - h) ** (n - 1) * ell * (mpmath.coth(r) - r / mpmath.sinh(r) ** 2)

    scale = min(ell, 1 / n)
    exact = (n + 1) * mpmath.quad(integrand, [mpmath.mpf("1e-30"), *(scale * 4.0**i for i in range(-1, 3)), 1])
    assert bo.laplace_variance(n, ell) == pytest.approx(float(exact), rel=1e-12)


def test_ranks_of_several_splits() -> None:
    ranks = bo.effective_ranks([4.0, 2.0, 1.0], [0, 2])
    assert ranks.r == pytest.approx([7 / 4, 1.0], rel=1e-14)
    assert ranks.R == pytest.approx([49 / 21, 1.0], rel=1e-14)


def test_names_at_the_thresholds() -> None:
    assert [regime_name(cost, 0.1, 10.0) for cost in (0.1, 0.11, 10.0, 10.1)] == [
        "benign", "tempered", "tempered", "catastrophic",
    ]  # fmt: skip


def test_thresholds_that_are_left_out() -> None:
    # Flat spectra cost n/(p - n).
    found = [bo.regime([1.0] * p, n).name for p, n in ((1000, 90), (1000, 100), (115, 104), (115, 105))]
    assert found == ["benign", "tempered", "tempered", "catastrophic"]


def test_regime_of_a_spiked_spectrum_number_by_number() -> None:
    found, bounds = bo.regime(SPIKED, 100), bo.variance_sandwich(SPIKED, 100)
    risk = bo.ridge_risk([20.0, 0.02], [0.0, 0.0], 100, multiplicity=[4, 6000])
    assert (found.share_lo, found.share_hi, found.k) == (bounds.lo, bounds.hi, 4)
    assert (found.head, found.tail) == pytest.approx((0.04, 100 / 6000), rel=1e-10)
    assert found.kappa == pytest.approx(risk.kappa, rel=1e-12)
    assert found.cost == pytest.approx(risk.variance, rel=1e-10)
    assert found.share == pytest.approx(1 - 1 / (1 + risk.variance), rel=1e-10)


def test_numbers_are_floats_and_arrays_stay_arrays() -> None:
    numbers = bo.tempered_limit(2.0), bo.expected_violations(5, 9), bo.prob_all_support(5, 9), bo.kappa([1.0, 1.0], 1)
    for value in numbers:
        assert type(value) is float
    assert np.asarray(bo.tempered_limit([2.0, 3.0])).tolist() == [2.0, 3.0]


def test_bounds_of_a_batch_are_those_of_each_spectrum() -> None:
    spectra = np.array([[5.0, 2.0, 1.0, 0.0], [3.0, 3.0, 0.1, 0.0], [40.0, 1.0, 0.9, 0.8]])
    coef2, ridge = np.array([[1.0, 0.2, 3.0, 0.4]] * 3), np.array([0.5, 2.0, 0.0])
    batch = ridge_bounds(spectra, coef2, 2, ridge)
    for i in range(3):
        alone = bo.ridge_sandwich(spectra[i], coef2[i], 2, ridge[i])
        assert tuple(value[i] for value in batch) == pytest.approx(alone, rel=1e-14)
    assert batch.kappa_lo[2] > 0
    assert batch.kappa_lo[0] == 0  # beside an eigenvalue 0: 0/0 in a term that does not count


def test_zero_spectra_are_refused_by_name() -> None:
    for function in (lambda x: bo.ridge_sandwich(x, [1.0], 1, 1.0), lambda x: bo.effective_ranks(x, 0)):
        with pytest.raises(ValueError, match=r"^eigenvalues = .*0\..*: must hold at least one positive eigenvalue$"):
            function([0.0])


def test_split_of_the_lower_bound() -> None:
    bounds = bo.variance_sandwich(SPIKED, 100)
    assert (bounds.k_lo, bounds.k_hi) == (4, 4)


def test_gmm_error_is_a_float_also_for_long_samples() -> None:
    value = bo.gmm_error(10**10, 3 * 10**10, 2.0, 0.1)
    assert type(value) is float
    assert value == pytest.approx(bo.gmm_error(10**5, 3 * 10**5, 2.0, 0.1), rel=1e-12)


def test_gmm_error_of_a_few_samples_by_simulation() -> None:
    n, p, R, eta, trials = 3, 5, 1.5, 0.3, 40_000
    rng = np.random.default_rng(6)
    noise = rng.standard_normal((trials, n, p))
    truth = np.where(rng.random((trials, n)) < 0.5, 1.0, -1.0)
    labels = truth * np.where(rng.random((trials, n)) < eta, -1.0, 1.0)
    X = noise + truth[..., None] * (R * np.eye(p)[0])
    w = np.einsum("tnp,tn->tp", X, np.linalg.solve(X @ X.mT, labels[..., None])[..., 0])
    errors = ndtr(-R * w[:, 0] / np.linalg.norm(w, axis=1))
    assert bo.gmm_error_exact(n, p, R, eta) == pytest.approx(errors.mean(), abs=4 * errors.std() / math.sqrt(trials))


@pytest.mark.parametrize("n", [2, 60])
def test_every_number_of_flips_counts(n: int) -> None:
    assert bo.gmm_error_exact(n, n + 9, 0.0, 0.4) == pytest.approx(0.5, abs=1e-9)


@pytest.mark.parametrize("df", [3, 10, 60, 61, 500, 10**6])
def test_chi_square_rule_by_its_moments(df: int) -> None:
    x, weights = chi_square_rule(df)
    moments = [float(weights @ f) for f in (np.ones_like(x), x, x * x, 1 / x)]
    assert moments == pytest.approx([1.0, df, df * (df + 2), 1 / (df - 2)], rel=1e-9)


def test_junk_risk_at_its_end() -> None:
    bias, noise = bo.junk_risk(5, 7, 1.0)
    assert 0 < bias < 1
    assert 0 < noise < 5  # the limit of no signal feature: n/(d - n - 1)
