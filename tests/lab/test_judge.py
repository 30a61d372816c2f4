"""The three-way verdict, kind by kind, on data whose answer is known."""

import math

import numpy as np
import pytest

from claims import Bound, Exact, Identity, Law, Limit, Mean, Moments, Observation, Order, Probability, Rate
from lab.judge import family, single
from tests.lab.synthetic import predict_law, predict_law_wrong

RNG = np.random.Generator(np.random.SFC64(5))
X = 1 + 0.1 * RNG.standard_normal(4000)
LEVEL = 1e-5


def mean(theory, kind=None, x=X):
    return single.judge_mean(kind or Mean(0.02), x, theory, Moments(), {"n": 50}, LEVEL)


def test_mean_agrees_disagrees_and_does_not_know():
    assert mean(1.0).verdict == "agrees"
    assert mean(1.05).verdict == "disagrees"
    assert mean(1.0, Mean(1e-4)).verdict == "undecided"
    assert mean(1.05, Mean(1e-4)).verdict == "disagrees"


@pytest.mark.parametrize("theory", [0.97, 1.0, 1.02])
def test_the_smallest_error_is_seen_on_both_sides(theory):
    kind = Mean(0.02, allowance=0.03)
    finding = mean(theory, kind)
    assert finding.verdict == "agrees"
    e = finding.smallest_error
    assert e == pytest.approx(max((0.03 + finding.high) / 0.97, (0.03 - finding.low) / (1 + finding.low)), rel=1e-12)
    caught = [mean(theory * (1 + 1.01 * e), kind).verdict, mean(theory / (1 + 1.01 * e), kind).verdict]
    assert caught == ["disagrees", "disagrees"]
    assert "agrees" in [mean(theory * (1 + 0.99 * e), kind).verdict, mean(theory / (1 + 0.99 * e), kind).verdict]


def test_allowance_may_depend_on_the_cell():
    def four_over_n(n):
        return 4 / n

    finding = mean(1.05, Mean(0.02, four_over_n))
    assert finding.allowance == pytest.approx(0.08)
    assert finding.verdict == "agrees"


def test_units_are_those_of_theory_or_one_where_it_is_zero():
    assert mean(2.0).scale == 2.0
    assert mean(-2.0).scale == 2.0
    assert mean(0.0).scale == 1.0
    assert mean(0.0).low == pytest.approx(1.0, abs=0.05)


def test_failed_trials_are_never_a_pass_nor_a_refutation():
    broken = np.where(np.arange(X.size) == 7, np.nan, X)
    for theory in (1.0, 2.0):
        finding = mean(theory, x=broken)
        assert (finding.verdict, finding.failed) == ("undecided", 1)
        assert "1 of 4000 trials" in finding.reason
    assert mean(1.0, x=np.full(10, np.nan)).verdict == "undecided"


def test_a_sample_without_spread_is_undecided_unless_declared():
    assert "no spread" in mean(1.0, x=np.ones(300)).reason
    exact = single.judge_mean(Mean(0.01), np.ones(300), 1.0, Exact(), {}, LEVEL)
    assert exact.verdict == "agrees"
    assert 0 < exact.smallest_error < 1e-9
    assert single.judge_mean(Mean(0.01), np.ones(300), 1.001, Exact(), {}, LEVEL).verdict == "disagrees"
    assert "differ" in single.judge_mean(Mean(0.01), X, 1.0, Exact(), {}, LEVEL).reason
    assert single.judge_mean(Mean(0.05), np.ones(600), 1.0, Probability(), {}, LEVEL).verdict == "agrees"


def test_identity_looks_at_the_worst_draw():
    x = np.ones(100)
    assert single.judge_identity(Identity(1e-9), x + 1e-10, 1.0, Moments(), {}, LEVEL).verdict == "agrees"
    x[3] += 1e-6
    assert single.judge_identity(Identity(1e-9), x, 1.0, Moments(), {}, LEVEL).verdict == "disagrees"


def bound(theory, x, kind=None, tail=None):
    return single.judge_bound(kind or Bound(), x, theory, tail or Moments(), {}, LEVEL)


def test_bound_reports_violation_and_tightness():
    x = np.linspace(0.0, 0.99, 50)
    finding = bound(1.0, x)
    assert finding.verdict == "agrees"
    assert finding.tightness == pytest.approx(0.99)
    assert finding.smallest_error == pytest.approx(1 / 0.99 - 1, rel=1e-6)
    assert bound(0.98, x).verdict == "disagrees"
    lower = bound(0.8, 1 + x, Bound("lower"))
    assert (lower.verdict, lower.tightness) == ("agrees", pytest.approx(0.8))
    assert lower.smallest_error == pytest.approx(0.25, rel=1e-6)
    assert bound(1.2, 1 + x, Bound("lower")).verdict == "disagrees"


@pytest.mark.parametrize(("side", "sign"), [("upper", 1), ("lower", 1), ("upper", -1), ("lower", -1)])
def test_a_bound_sees_what_it_says(side, sign):
    """Divided by the factor (multiplied, for a lower bound of the size) the bound is broken, by less it is not."""
    x = sign * np.linspace(0.5, 0.8, 50)
    theory = 1.3 * x.max() if sign * (side == "upper") > 0 else x.min() * 1.3 if side == "lower" else x.max() / 1.3
    theory = x.min() / 1.3 if (side, sign) == ("lower", 1) else theory
    finding = bound(theory, x, Bound(side))
    assert finding.verdict == "agrees"
    up_in_size = (side == "upper") == (theory > 0)
    for share, verdict in ((1.001, "disagrees"), (0.999, "agrees")):
        factor = 1 + share * finding.smallest_error
        assert bound(theory / factor if up_in_size else theory * factor, x, Bound(side)).verdict == verdict


def test_a_bound_far_too_high_sees_nothing_below_its_factor():
    finding = bound(25.0, np.linspace(0.1, 1.0, 50))
    assert finding.smallest_error == pytest.approx(24.0, rel=1e-6)


def test_a_bound_that_is_constructed_must_be_reached():
    x = np.linspace(0.0, 0.9, 50)
    assert bound(1.0, x, Bound(reach=0.85)).verdict == "agrees"
    assert bound(1.0, x, Bound(reach=0.95)).verdict == "undecided"
    assert bound(0.8, x, Bound(reach=0.95)).verdict == "disagrees"


def order(margin, x=X, kind=None):
    return single.judge_order(kind or Order(0.1), x, margin, Moments(), {}, LEVEL)


def test_an_order_wants_the_whole_interval_beyond_the_margin():
    assert [order(m).verdict for m in (0.9, 1.1, 1.0)] == ["agrees", "disagrees", "undecided"]
    assert order(0.9).smallest_error == pytest.approx(order(0.9).high)
    few = order(0.5, X[:12], Order(trials=12))
    assert "at least 256" in few.reason


def test_an_observation_gives_no_verdict():
    finding = single.judge_observation(Observation(), X[:30], 0.9, Moments(), {}, LEVEL)
    assert finding.verdict == "observed"
    assert finding.low < 1 / 0.9 - 1 < finding.high


def test_an_identity_pools_an_array():
    theory = np.asarray([1.0, 0.0, -3.0])
    x = np.tile(theory, (20, 1))
    x[4, 2] += 3e-7
    finding = single.judge_identity(Identity(1e-6, pooled=True), x, theory, Moments(), {}, LEVEL)
    assert (finding.verdict, finding.high) == ("agrees", pytest.approx(1e-7))
    assert single.judge_identity(Identity(1e-8, pooled=True), x, theory, Moments(), {}, LEVEL).verdict == "disagrees"


def test_bound_in_the_mean_is_one_sided():
    kind = Bound("upper", on="mean", resolution=0.02)
    assert single.judge_bound(kind, X, 1.3, Moments(), {}, LEVEL).verdict == "agrees"
    assert single.judge_bound(kind, X, 0.9, Moments(), {}, LEVEL).verdict == "disagrees"
    short = Bound("upper", on="mean", resolution=1e-5)
    assert single.judge_bound(short, X, 1.3, Moments(), {}, LEVEL).verdict == "undecided"


def test_law_sees_a_wrong_scale():
    x = np.random.Generator(np.random.SFC64(6)).standard_exponential(20000)
    kind = Law(0.02)
    assert single.judge_law(kind, x, predict_law(1), Moments(), {}, LEVEL).verdict == "agrees"
    assert single.judge_law(kind, x, predict_law_wrong(1), Moments(), {}, LEVEL).verdict == "disagrees"


def limit(theory, order=1.0, fall=1.0, noise=0.02):
    sizes = (10, 20, 40)
    rng = np.random.Generator(np.random.SFC64(7))
    xs = [2 * (1 + n**-fall) + noise * rng.standard_normal(2000) for n in sizes]
    cells = [{"n": n} for n in sizes]
    return family.judge_limit(Limit("n", order, 0.02), xs, [theory] * 3, Moments(), cells, LEVEL)


def test_limit_extrapolates_and_fits_the_order():
    finding = limit(2.0)
    assert finding.verdict == "agrees"
    assert finding.order == pytest.approx(1.0, abs=0.05)
    assert limit(2.1).verdict == "disagrees"


def test_limit_with_the_wrong_order_does_not_agree():
    finding = limit(2.0, order=1.0, fall=0.4, noise=0.005)
    assert finding.verdict in ("undecided", "disagrees")
    slow = limit(2.0, order=1.0, fall=1.3, noise=0.0005)
    assert slow.verdict == "undecided"
    assert "order" in slow.reason or "curvature" in slow.reason


def test_a_limit_without_randomness_is_judged_against_its_allowance():
    sizes = (10, 20, 40)
    cells = [{"n": n} for n in sizes]
    xs = [np.asarray([2 * (1 + 1 / n + 0.3 / n**2)]) for n in sizes]
    kind = Limit("n", 1.0, 0.01, allowance=0.002, trials=1)
    assert family.judge_limit(kind, xs, [2.0] * 3, Moments(), cells, LEVEL).verdict == "agrees"
    assert family.judge_limit(kind, xs, [2.02] * 3, Moments(), cells, LEVEL).verdict == "disagrees"


def test_an_unresolved_order_is_no_failure():
    xs = [2 + 0.1 * np.random.Generator(np.random.SFC64(n)).standard_normal(3000) for n in (10, 20, 40)]
    cells = [{"n": n} for n in (10, 20, 40)]
    finding = family.judge_limit(Limit("n", 1.0, 0.05), xs, [2.0] * 3, Moments(), cells, LEVEL)
    assert finding.verdict == "agrees"
    assert math.isnan(finding.order)


def test_rate_is_the_log_log_slope():
    sizes = (10, 20, 40)
    xs = [n**-0.5 * X for n in sizes]
    cells = [{"n": n} for n in sizes]
    right = family.judge_rate(Rate("n", 0.02), xs, -0.5, Moments(), cells, LEVEL)
    assert (right.verdict, right.mean) == ("agrees", pytest.approx(-0.5, abs=1e-9))
    assert family.judge_rate(Rate("n", 0.02), xs, -0.55, Moments(), cells, LEVEL).verdict == "disagrees"
