"""Intervals against their definitions and against scipy.stats."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from claims import Bounded, Heavy, Moments, Probability
from lab.judge import intervals
from lab.judge.trials import MARGIN


@given(st.floats(-0.4, 0.4), st.floats(-5, 5))
def test_hall_inverts_its_transformation(skewness, x):
    t = float(intervals._untransform(x, skewness))
    transformed = t + skewness * t**2 / 3 + skewness**2 * t**3 / 27 + skewness / 6
    assert transformed == pytest.approx(x, abs=1e-6)


def test_hall_without_skewness_is_the_t_interval():
    low, high = intervals.hall(2.0, 0.5, 0.0, 9, 0.05)
    assert (low, high) == pytest.approx(stats.t.interval(0.95, 9, loc=2.0, scale=0.5), rel=1e-10)


def test_hall_reaches_further_into_the_long_tail():
    low, high = intervals.hall(0.0, 1.0, 0.2, 200, 1e-4)
    assert high > -low > 0


def test_clopper_pearson_agrees_with_scipy():
    for k, n in ((0, 10), (3, 10), (10, 10), (70, 500)):
        reference = stats.binomtest(k, n).proportion_ci(0.999, method="exact")
        assert intervals.clopper_pearson(k, n, 1e-3) == pytest.approx((reference.low, reference.high), abs=1e-12)


def test_quantile_interval_covers_with_the_exact_binomial_probability():
    x = np.arange(101.0)
    low, high = intervals.quantile_interval(x, 0.5, 0.01)
    inside = stats.binom.cdf(high - 1, 101, 0.5) - stats.binom.cdf(low, 101, 0.5)
    assert inside >= 0.99
    assert intervals.quantile_interval(x[:5], 0.5, 1e-4) == (-math.inf, math.inf)


def test_kolmogorov_distance_agrees_with_scipy_and_sees_jumps():
    x = np.random.Generator(np.random.SFC64(1)).standard_normal(500)
    assert intervals.kolmogorov_distance(x, stats.norm.cdf) == pytest.approx(stats.kstest(x, "norm").statistic)
    coin = np.repeat([0.0, 1.0], [30, 70])
    assert intervals.kolmogorov_distance(coin, stats.bernoulli(0.7).cdf) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("tail", "draw"),
    [
        (Moments(), lambda rng, n: rng.standard_normal(n)),
        (Moments(2), lambda rng, n: rng.standard_exponential(n)),
        (Bounded(0, 1), lambda rng, n: rng.random(n)),
        (Probability(), lambda rng, n: (rng.random(n) < 0.4).astype(float)),
        (Heavy(), lambda rng, n: np.tan(3.14159 * (rng.random(n) - 0.5))),
    ],
)
def test_planned_trials_reach_the_half_width(tail, draw):
    level, target = 1e-5, 0.05
    for seed in range(20):
        rng = np.random.Generator(np.random.SFC64(seed))
        n = intervals.trials_needed(draw(rng, 256), tail, MARGIN * target, level, 2**20)
        found = intervals.estimate(draw(rng, n), tail, level)
        assert 0.4 * target < found.half_width <= target


def test_no_plan_exceeds_its_cap():
    assert intervals.trials_needed(np.asarray([0.0, 1.0, 5.0]), Moments(), 1e-9, 1e-3, 1000) == 1000


@pytest.mark.parametrize("tail", [Moments(), Moments(2), Bounded(0, 40), Probability(), Heavy()])
@pytest.mark.parametrize("half_width", [0.5, 0.05, 0.003])
def test_a_plan_is_the_least_number_that_suffices(tail, half_width):
    """The search starts near the answer; a bisection of the whole range finds the same."""
    rng = np.random.Generator(np.random.SFC64(3))
    pilot = (rng.random(256) < 0.3).astype(float) if tail == Probability() else rng.standard_exponential(256)
    predicted = intervals._width_model(pilot, tail, 2.5e-7)
    low, high = 256, 2**40
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if predicted(middle) <= half_width else (middle + 1, high)
    assert intervals.trials_needed(pilot, tail, half_width, 2.5e-7, 2**40, least=256) == low


def test_what_is_remembered_of_an_array_ends_with_it():
    from lab.judge.memory import remembered

    calls = []
    mean = remembered(lambda x, level: calls.append(level) or float(x.mean()))
    x = np.ones(3)
    assert [mean(x, 1), mean(x, 1), mean(x, 2), mean(2 * x, 1)] == [1, 1, 1, 2]
    assert calls == [1, 2, 1]
    for value in range(50):  # arrays at the address of one that is gone
        assert mean(np.full(3, float(value)), 1) == value
