"""benign_overfitting: effective ranks, sandwiches, regimes against naive sums, confirmed values, every spectrum."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory import benign_overfitting as bo

SPIKED = np.array([20.0] * 4 + [0.02] * 6000)
SHALLOW = np.concatenate([1 / np.arange(1.0, 11.0), [1e-3] * 8000])


def test_effective_ranks_of_known_spectra():
    assert bo.effective_ranks(SPIKED, 4) == pytest.approx((6000, 6000), rel=1e-10)
    r, R = bo.effective_ranks(SPIKED, 0)
    assert (r, R) == pytest.approx((200 / 20, 200**2 / (1600 + 2.4)), rel=1e-10)
    shuffled = np.random.default_rng(0).permutation(np.append(SPIKED, [0.0, 0.0]))
    assert bo.effective_ranks(shuffled, [0, 4]).R == pytest.approx([R, 6000], rel=1e-10)
    with pytest.raises(ValueError, match="k = 2"):
        bo.effective_ranks([1.0, 1.0, 0.0], 2)


def test_k_star():
    assert bo.k_star(SPIKED, 100) == 4
    assert bo.k_star(SPIKED, 100, b=0.05) == 0
    assert bo.k_star([1.0] * 50, 50) == 0  # r_0 = 50 exactly
    with pytest.raises(ValueError, match="b = 1"):
        bo.k_star([1.0] * 50, 51)


@pytest.mark.parametrize(
    ("spectrum", "n", "lo", "hi", "s"),
    [
        (SPIKED, 100, 0.0503, 0.0554, 0.05094),
        (SHALLOW, 150, 0.0563, 0.0830, 0.0579),
        (1 / (np.arange(1.0, 20001) * np.log(np.arange(2.0, 20002)) ** 2), 100, 0.228, 0.456, 0.300),
        (np.arange(1.0, 20001) ** -1.5, 100, 0.249, 0.512, 0.343),
    ],
)
def test_variance_sandwich_confirmed_values(spectrum, n, lo, hi, s):
    bounds = bo.variance_sandwich(spectrum, n)
    assert (bounds.lo, bounds.hi) == pytest.approx((lo, hi), abs=6e-4)
    test = bo.ridge_risk(spectrum, np.zeros_like(spectrum), n).test
    assert 1 - 1 / test == pytest.approx(s, abs=6e-4)


def naive_bounds(values, n, ridge):
    """The bounds on s at every split, one split at a time."""
    lower, upper = [], []
    for k in range(min(n, values.size + 1)):
        head, tail = values[:k], values[k:]
        t, squares = tail.sum() + ridge, (tail**2).sum()
        R = t**2 / squares if k < values.size else math.inf
        r = t / tail[0] if k < values.size else math.inf
        upper.append(max(n / R, k / n + (n - k) ** 2 / (n * R)))
        lower.append(((head / (head + t / (n - k))) ** 2).sum() / n + (n / R) / (n / r + n / (n - k)) ** 2)
    return np.array(lower), np.array(upper)


@pytest.mark.parametrize(("p", "n", "ridge"), [(30, 10, 0.0), (30, 10, 2.0), (6, 10, 0.5)])
def test_share_bounds_are_the_formulas(p, n, ridge):
    values = np.sort(np.random.default_rng(1).exponential(size=(3, p)), axis=-1)[:, ::-1]
    lower, upper = bo.ranks.share_bounds(values, n, np.full(3, ridge))
    for row in range(3):
        expected = naive_bounds(values[row], n, ridge)
        np.testing.assert_allclose((lower[row], upper[row]), expected, rtol=1e-11)


def test_flat_spectra_reach_the_upper_bound():
    for p in (20, 41, 300):
        hi = bo.variance_sandwich([0.7] * p, 10).hi
        assert hi == pytest.approx(10 / p, rel=1e-12)


def test_ridge_sandwich_confirmed_values():
    coef2 = np.array([1.0] * 4 + [0.0] * 6000)
    for ridge, expected in (
        (0.0, (0.0503, 0.0554, 1.180, 1.250, 0.0696, 0.3125)),
        (50.0, (0.0412, 0.0477, 1.680, 1.771, 0.1411, 0.6272)),
    ):
        bounds = bo.ridge_sandwich(SPIKED, coef2, 100, ridge)
        assert tuple(bounds) == pytest.approx(expected, abs=5e-4)
        assert list(bounds._fields) == ["s_lo", "s_hi", "kappa_lo", "kappa_hi", "bias_lo", "bias_hi"]
        risk = bo.ridge_risk(SPIKED, coef2, 100, 1.0, ridge)
        share = 1 - 1 / (1 + risk.variance)
        assert bounds.s_lo <= share <= bounds.s_hi
        assert bounds.kappa_lo <= risk.kappa <= bounds.kappa_hi
        assert bounds.bias_lo <= risk.bias * (1 - share) <= bounds.bias_hi
    few = bo.ridge_sandwich([2.0, 1.0, 0.0], [1.0, 1.0, 5.0], 10, 0.5)  # p < n: the split behind all features
    assert few.kappa_lo == pytest.approx(0.05)
    assert few.s_hi == pytest.approx(0.2)


spectra = st.lists(st.floats(-8, 8), min_size=6, max_size=40).map(lambda u: np.exp(np.array(u)))


@settings(derandomize=True, max_examples=80, deadline=None)
@given(spectra, st.integers(1, 5), st.floats(0, 20))
def test_every_spectrum_obeys_both_sandwiches(values, n, ridge):
    coef2 = np.linspace(0.1, 1.0, values.size)
    bounds = bo.ridge_sandwich(values, coef2, n, ridge)
    risk = bo.ridge_risk(values, coef2, n, 1.0, ridge)
    share, slack = 1 - 1 / (1 + risk.variance), 1 + 1e-9
    assert bounds.s_lo <= share * slack
    assert share <= bounds.s_hi * slack
    assert bounds.kappa_lo <= risk.kappa * slack
    assert risk.kappa <= bounds.kappa_hi * slack
    assert bounds.bias_lo <= risk.bias * (1 - share) * slack
    assert risk.bias * (1 - share) <= bounds.bias_hi * slack


def test_regime_names_and_numbers():
    benign = bo.regime(SPIKED, 100)
    assert (benign.name, benign.k) == ("benign", 4)
    assert benign.head + benign.tail >= benign.share
    tempered = bo.regime(np.arange(1.0, 20001) ** -2.0, 100)
    assert tempered.name == "tempered"
    assert tempered.cost == pytest.approx(0.99, abs=0.01)
    assert bo.regime(np.exp(-np.arange(1.0, 100)), 30).name == "catastrophic"
    assert bo.regime(SPIKED, 100, benign_below=0.01).name == "tempered"
    flat = bo.regime([1.0] * 200, 100)  # cost n/(p-n), growth p/(p-n)
    assert (flat.cost, flat.growth) == pytest.approx((1.0, 2.0), rel=1e-10)


def test_growth_is_the_derivative():
    spectrum = np.arange(1.0, 3001) ** -1.3
    cost = [bo.ridge_risk(spectrum, np.zeros(3000), n).variance for n in (99.9, 100.1)]
    growth = math.log(cost[1] / cost[0]) / math.log(100.1 / 99.9)
    assert bo.regime(spectrum, 100).growth == pytest.approx(growth, rel=1e-5)
