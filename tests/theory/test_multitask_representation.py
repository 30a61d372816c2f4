"""Multi-task representations: exact small cases, mpmath, finite differences and a second route."""

from __future__ import annotations

import math
from itertools import pairwise

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory import multitask_representation as mt
from theory.spiked import cosines

NUMBERS = st.floats(0.05, 20)

# --- a new task on a given representation ----------------------------------------------------------------------------


def test_one_dimension_is_the_mean_of_an_inverse_chi_square():
    for n in (3, 5, 8):
        half = mpmath.mpf(n) / 2
        total = mpmath.quad(lambda t, n=n: 2 * t ** (n - 3) * mpmath.exp(-t * t / 2), [0, 2, 5, mpmath.inf])
        mean = float(total / (2**half * mpmath.gamma(half)))
        assert mt.transfer_risk(0.3, 1, n, 0.2) == pytest.approx(0.3 + 0.5 * mean, rel=1e-10)


def test_values_of_the_contract():
    assert mt.transfer_risk(0.0, 3, 12, 0.25) == pytest.approx(0.09375, rel=1e-12)
    assert mt.scratch_risk(30, 12, 0.25, 1.0) == pytest.approx(0.77647, abs=5e-6)
    assert mt.transfer_risk(0.0, 5, 40, 1.0) == pytest.approx(0.147059, abs=1e-6)
    assert mt.scratch_risk(30, 40, 1.0, 1.0) == pytest.approx(3.3333, abs=5e-5)


@pytest.mark.parametrize("n2", [4, 5])
def test_too_few_target_samples_have_no_mean(n2):
    assert mt.transfer_risk(0.0, 4, n2, 0.1) == math.inf
    assert mt.transfer_risk(0.1, 4, n2, 0.0) == math.inf
    assert mt.transfer_risk(0.0, 4, n2, 0.0) == 0.0
    with pytest.raises(ValueError, match="n2"):
        mt.transfer_risk(0.0, 4, 3, 0.1)


def test_scratch_without_samples_and_without_noise():
    assert mt.scratch_risk(1, 0, 1.0, 3.0) == 3.0
    np.testing.assert_allclose(mt.scratch_risk(4, [0, 1, 3, 4, 5, 9], 0.0, 2.0), [2, 1.5, 0.5, 0, 0, 0], atol=1e-15)
    assert np.isinf(mt.scratch_risk(4, [3, 4, 5], 0.1, 2.0)).all()


@settings(derandomize=True, deadline=None)
@given(k=st.integers(1, 5), more=st.integers(1, 30), rho2=NUMBERS, sigma2=NUMBERS)
def test_both_ways_cost_the_same_at_the_crossover(k, more, rho2, sigma2):
    d = k + more
    n = mt.crossover(rho2, k, d, sigma2)
    learned, scratch = rho2 + (sigma2 + rho2) * k / (n - k - 1), sigma2 * d / (n - d - 1)
    assert learned == pytest.approx(scratch, rel=1e-9)
    after = math.ceil(n) + 1
    assert mt.transfer_risk(rho2, k, after, sigma2) > mt.scratch_risk(d, after, sigma2)
    before = math.floor(n) - 1
    if before >= d + 2:
        assert mt.transfer_risk(rho2, k, before, sigma2) < mt.scratch_risk(d, before, sigma2)


def test_a_perfect_representation_always_helps():
    assert mt.crossover(0.0, 3, 12, 1.0) == math.inf
    with pytest.raises(ValueError, match="k = 12"):
        mt.crossover(0.5, 12, 12, 1.0)


# --- the learned representation --------------------------------------------------------------------------------------


@settings(derandomize=True, deadline=None)
@given(t=st.floats(1e-4, 1e6), d=st.integers(2, 400), T=st.integers(2, 400), tau2=NUMBERS)
def test_alignment_is_the_printed_formula_and_the_spiked_one(t, d, T, tau2):
    c, s = d / T, math.sqrt(t * tau2 * T)
    if abs(t * t / c - 1) < 1e-9:
        return
    value = mt.subspace_alignment([s, 0.0], tau2, d, T)
    expected = 1 - c * (1 + t) / (t * (t + c)) if t * t > c else 0.0
    assert value[0] == pytest.approx(expected, abs=1e-12)
    assert value[0] == pytest.approx(float(cosines(math.sqrt(t), c).rows), abs=1e-12)
    assert value[1] == 0.0
    assert mt.representation_error([2.0, 3.0], [s, 0.0], tau2, d, T) == pytest.approx(4 * (1 - expected) + 9, rel=1e-12)


def test_values_of_the_contract_for_the_subspace():
    def strengths(c, *ratios):
        return [r**2 * math.sqrt(c) for r in ratios]

    for d, T, ratios, expected in ((100, 200, (1.5, 2.2), (0.611, 0.835)), (200, 100, (1.3, 1.8), (0.354, 0.630))):
        s = [math.sqrt(t * T) for t in strengths(d / T, *ratios)]
        np.testing.assert_allclose(mt.subspace_alignment(s, 1.0, d, T), expected, atol=6e-4)


def test_little_noise_gives_the_rate():
    s, a = [7.0, 3.0], [0.4, 1.1]
    exact = [mt.representation_error(a, s, tau2, 30, 60) for tau2 in (1e-9, 1e-12)]
    first = sum(x**2 / y**2 for x, y in zip(a, s, strict=True))
    np.testing.assert_allclose(exact, [30 * 1e-9 * first, 30 * 1e-12 * first], rtol=1e-6)
    # Targets like the sources, E a_i^2 = s_i^2/T: k (d - k) against k d of the limit.
    T, n1 = 60, 10**9
    rho2 = mt.representation_error([x / math.sqrt(T) for x in s], s, 1 / n1, 30, T)
    assert mt.representation_rate(2, 30, n1, T, 1.0) == pytest.approx(rho2 * 28 / 30, rel=1e-6)


def test_below_the_threshold_nothing_is_learned():
    d, T, sigma2, s = 80, 20, 2.0, 5.0
    n1 = float(mt.threshold_samples(s, sigma2, d, T))
    assert mt.subspace_alignment([s], sigma2 / (n1 * (1 - 1e-9)), d, T)[0] == 0.0
    assert 0 < mt.subspace_alignment([s], sigma2 / (n1 * (1 + 1e-6)), d, T)[0] < 1e-5
    assert ((s**2 / T) * n1 / sigma2) ** 2 == pytest.approx(d / T)


# --- allocation ------------------------------------------------------------------------------------------------------


@settings(derandomize=True, deadline=None)
@given(k=st.integers(1, 4), more=st.integers(0, 4), seed=st.integers(0, 100))
def test_relevance_solves_and_is_smallest(k, more, seed):
    rng = np.random.default_rng(seed)
    W, w = rng.standard_normal((k, k + more)), rng.standard_normal(k)
    nu = mt.source_relevance(W, w)
    np.testing.assert_allclose(W @ nu, w, atol=1e-8)
    np.testing.assert_allclose(nu, np.linalg.lstsq(W, w, rcond=None)[0], atol=1e-8)


def test_relevance_refuses_what_has_no_solution():
    for W in ([[1.0, 2.0], [2.0, 4.0]], [[1.0], [2.0]], [[0.0, 0.0]]):
        with pytest.raises(ValueError, match="W = array"):
            mt.source_relevance(W, [1.0] * len(W))
    with pytest.raises(ValueError, match="w = array"):
        mt.source_relevance([[1.0, 2.0]], [1.0, 2.0])


NU = st.lists(st.sampled_from([0.0, 0.1, 0.5, 1.0, -0.3, 2.0]), min_size=2, max_size=6).filter(any)


@settings(derandomize=True, deadline=None)
@given(nu=NU, seed=st.integers(0, 1000))
def test_the_absolute_split_is_best_and_the_gains_are_the_ratios(nu, seed):
    nu, N = np.asarray(nu), 1000.0
    shared = mt.optimal_allocation(nu, N)
    assert shared.sum() == pytest.approx(N)
    best = mt.allocation_risk(nu, shared, 9, 2, 0.5)
    assert best == pytest.approx(0.5 * 7 * np.abs(nu).sum() ** 2 / N, rel=1e-12)
    other = np.random.default_rng(seed).dirichlet(np.ones(nu.size)) * N
    assert mt.allocation_risk(nu, other, 9, 2, 0.5) >= best * (1 - 1e-12)
    even = mt.allocation_risk(nu, np.full(nu.size, N / nu.size), 9, 2, 0.5)
    squared = mt.allocation_risk(nu, N * nu**2 / np.sum(nu**2), 9, 2, 0.5)
    gain = mt.allocation_gain(nu)
    assert gain.absolute == pytest.approx(even / best, rel=1e-12)
    assert gain.squared == pytest.approx(even / squared, rel=1e-12)
    assert 1 - 1e-12 <= gain.squared <= gain.absolute * (1 + 1e-12) <= nu.size * (1 + 1e-9)


def test_the_gain_grows_as_the_target_uses_fewer_sources():
    gains = [mt.allocation_gain([1.0] * used + [0.0] * (5 - used)).absolute for used in range(1, 6)]
    np.testing.assert_allclose(gains, [5 / used for used in range(1, 6)])
    assert all(a > b for a, b in pairwise(gains))


def test_a_source_without_samples():
    assert mt.allocation_risk([1.0, 0.0], [10, 0], 5, 2, 1.0) == pytest.approx(0.3)
    assert mt.allocation_risk([1.0, 0.1], [10, 0], 5, 2, 1.0) == math.inf
    assert mt.allocation_risk([1.0, 0.0], [10, 0], 5, 2, 0.0) == 0.0


BAD = [
    (mt.subspace_alignment, ([1.0, 1.0, 1.0], 1.0, 2, 9), "s"),
    (mt.subspace_alignment, ([1.0], 0.0, 2, 9), "tau2"),
    (mt.representation_error, ([1.0], [1.0, 2.0], 1.0, 5, 9), "s"),
    (mt.representation_rate, (6, 5, 9, 9, 1.0), "k"),
    (mt.representation_rate, (5, 6, 9, 4, 1.0), "k"),
    (mt.allocation_risk, ([1.0], [1.0, 2.0], 5, 2, 1.0), "n_m"),
    (mt.allocation_risk, ([1.0], [1.0], 2, 5, 1.0), "k"),
    (mt.optimal_allocation, ([0.0, 0.0], 10.0), "nu"),
    (mt.allocation_gain, ([0.0],), "nu"),
]


@pytest.mark.parametrize(("function", "arguments", "name"), BAD)
def test_bad_input_is_named(function, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        function(*arguments)
