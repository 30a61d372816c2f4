"""Rules for singular values: minimisers found by search, equal costs at the threshold, confirmed numbers."""

from __future__ import annotations

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from theory import matrix_denoising as md

ASPECTS = st.floats(0.01, 1.0)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(beta=ASPECTS, share=st.floats(1.001, 20.0))
def test_the_optimal_shrinker_minimises_the_error(beta: float, share: float) -> None:
    x = share * beta**0.25
    y = float(md.spike_singular_value(x, beta))

    def error(eta: float) -> float:
        return float(md.amse(x, beta, lambda seen: np.full(np.shape(seen), eta)))

    best = scipy.optimize.minimize_scalar(error, bounds=(0, 2 * y), method="bounded", options={"xatol": 1e-10})
    assert md.optimal_shrinker(y, beta) == pytest.approx(best.x, abs=2e-6 * y)
    assert md.amse(x, beta, "optimal") == pytest.approx(best.fun, rel=1e-9)
    assert md.amse(x, beta, lambda seen: md.optimal_shrinker(seen, beta)) == pytest.approx(best.fun, rel=1e-9)
    assert md.debiased_shrinker(y, beta) == pytest.approx(x, rel=1e-6)
    for rule in ("hard", "soft", "keep"):
        assert md.amse(x, beta, rule) >= md.amse(x, beta, "optimal") - 1e-12


@settings(derandomize=True, max_examples=100, deadline=None)
@given(beta=ASPECTS)
def test_keeping_and_killing_cost_the_same_at_the_hard_threshold(beta: float) -> None:
    strength = float(md.break_even_strength(beta))
    assert md.spike_singular_value(strength, beta) == pytest.approx(float(md.hard_threshold(beta)), rel=1e-12)
    assert md.amse(strength, beta, "keep") == pytest.approx(strength**2, rel=1e-12)
    around = strength * np.linspace(0.2, 5, 200)
    assert md.amse(around, beta, "hard").max() <= strength**2 * (1 + 1e-12)


def test_worst_cases() -> None:
    x = np.concatenate([np.linspace(0.0, 4.0, 40_001), [1e6, 1e7]])
    expected = {"optimal": (2.0, 1.5), "hard": (3.0, 2.186), "keep": (5.0, 3.621), "soft": (6.0, 4.414)}
    for rule, (square, half) in expected.items():
        assert md.amse(x, 1.0, rule).max() == pytest.approx(square, abs=6e-4)
        assert md.amse(x, 0.5, rule).max() == pytest.approx(half, abs=6e-4)


def test_confirmed_values() -> None:
    cases = [((1.5, 2.5), 0.5), ((1.3, 3.0), 1.0), ((0.9, 2.0), 0.25)]
    sums = {
        "optimal": (2.6029, 3.297, 1.786), "hard": (3.907, 4.023, 2.248), "soft": (4.379, 5.288, 2.684),
        "keep": (3.907, 6.109, 3.613),
    }  # fmt: skip
    for rule, expected in sums.items():
        assert [np.sum(md.amse(x, beta, rule)) for x, beta in cases] == pytest.approx(expected, abs=6e-4)
    assert md.hard_threshold(1.0) == pytest.approx(4 / 3**0.5, rel=1e-15)
    assert md.median_threshold_coef([1.0, 0.5]) == pytest.approx([2.858362, 2.171185], abs=6e-7)
    # Without noise above the edge the debiased rule costs x^2 (1 - c)^2 more.
    both = np.sqrt(np.prod(md.spike_cosines([1.5, 2.5], 0.5), axis=0))
    excess = np.sum(np.array([1.5, 2.5]) ** 2 * (1 - both) ** 2)
    assert md.spiked_matrix([1.5, 2.5], 0.5).excess == pytest.approx(excess, rel=1e-12)


@pytest.mark.parametrize("beta", [1.0, 0.5])
def test_medians_at_beta_one_and_from_a_large_matrix(beta: float) -> None:
    median = (float(md.hard_threshold(beta)) / float(md.median_threshold_coef(beta))) ** 2
    if beta == 1.0:  # distribution function (p + sin p)/pi at s = 2 (1 - cos p)
        p = scipy.optimize.brentq(lambda p: p + np.sin(p) - np.pi / 2, 0, np.pi)
        assert median == pytest.approx(2 * (1 - np.cos(p)), rel=1e-12)
    z = np.random.default_rng(0).standard_normal((round(400 * beta), 400)) / 20
    assert np.median(np.linalg.svd(z, compute_uv=False)) == pytest.approx(median**0.5, rel=4 / 400)


def test_edges_and_extremes() -> None:
    edge = 1 + 0.5**0.5
    assert md.optimal_shrinker([0.0, edge], 0.5).tolist() == [0.0, 0.0]
    assert md.debiased_shrinker([0.0, edge], 0.5).tolist() == [0.0, 0.0]
    assert md.amse([0.0, 0.3], 0.5, "optimal").tolist() == [0.0, pytest.approx(0.09)]
    assert md.amse(0.3, 0.5, "keep") == pytest.approx(0.09 + edge**2)
    assert md.amse([1e8, 1e30], 0.5, "optimal") == pytest.approx(1.5)
    assert md.optimal_shrinker(1e70, 0.3) == pytest.approx(1e70)
    with pytest.raises(ValueError, match="rule = 'best': must be one of 'optimal', 'hard', 'soft', 'keep', or a func"):
        md.amse(1.0, 0.5, "best")
    with pytest.raises(ValueError, match=r"beta = 1\.5"):
        md.spike_cosines(1.0, 1.5)
    with pytest.raises(ValueError, match="rule = "):
        md.amse(1.0, 0.5, lambda y: [1.0, 2.0])
