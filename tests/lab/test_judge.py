"""The three-way verdict, kind by kind, on data whose answer is known."""

import math

import numpy as np
import pytest

from claims import Bound, Identity, Law, Limit, Mean, Moments, Rate
from lab.judge import verdicts as judge
from tests.lab.synthetic import predict_law, predict_law_wrong

RNG = np.random.Generator(np.random.SFC64(5))
X = 1 + 0.1 * RNG.standard_normal(4000)
LEVEL = 1e-5


def mean(theory, kind=None, x=X):
    return judge.judge_mean(kind or Mean(0.02), x, theory, Moments(), {"n": 50}, LEVEL)


def test_mean_agrees_disagrees_and_does_not_know():
    assert mean(1.0).verdict == "agrees"
    assert mean(1.05).verdict == "disagrees"
    assert mean(1.0, Mean(1e-4)).verdict == "undecided"
    assert mean(1.05, Mean(1e-4)).verdict == "disagrees"


def test_smallest_error_is_the_allowance_and_twice_the_half_width():
    finding = mean(1.0, Mean(0.02, allowance=0.01))
    assert finding.smallest_error == pytest.approx(0.01 + finding.high - finding.low)
    off = 1.0 / (1 + 1.01 * finding.smallest_error)
    assert mean(off, Mean(0.02, allowance=0.01)).verdict == "disagrees"


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


def test_a_prediction_that_is_no_number_disagrees_and_rejected_trials_are_never_a_pass():
    assert mean(math.nan).verdict == "disagrees"
    assert mean(math.inf).verdict == "disagrees"
    broken = np.where(np.arange(X.size) == 7, np.nan, X)
    finding = mean(1.0, x=broken)
    assert (finding.verdict, finding.rejected) == ("undecided", 1)
    assert mean(1.0, x=np.full(10, np.nan)).verdict == "undecided"


def test_a_constant_sample_has_a_positive_smallest_error():
    finding = mean(1.0, x=np.ones(100))
    assert finding.verdict == "agrees"
    assert 0 < finding.smallest_error < 1e-9


def test_identity_looks_at_the_worst_draw():
    x = np.ones(100)
    assert judge.judge_identity(Identity(1e-9), x + 1e-10, 1.0, Moments(), {}, LEVEL).verdict == "agrees"
    x[3] += 1e-6
    assert judge.judge_identity(Identity(1e-9), x, 1.0, Moments(), {}, LEVEL).verdict == "disagrees"


def test_bound_reports_violation_and_tightness():
    x = np.linspace(0.0, 0.99, 50)
    finding = judge.judge_bound(Bound(), x, 1.0, Moments(), {}, LEVEL)
    assert finding.verdict == "agrees"
    assert finding.tightness == pytest.approx(0.99)
    assert 0 < finding.smallest_error < 1e-6
    assert judge.judge_bound(Bound(), x, 0.98, Moments(), {}, LEVEL).verdict == "disagrees"
    lower = judge.judge_bound(Bound("lower"), 1 + x, 0.8, Moments(), {}, LEVEL)
    assert (lower.verdict, lower.tightness) == ("agrees", pytest.approx(0.8))
    assert judge.judge_bound(Bound("lower"), 1 + x, 1.2, Moments(), {}, LEVEL).verdict == "disagrees"


def test_bound_in_the_mean_is_one_sided():
    kind = Bound("upper", on="mean", resolution=0.02)
    assert judge.judge_bound(kind, X, 1.3, Moments(), {}, LEVEL).verdict == "agrees"
    assert judge.judge_bound(kind, X, 0.9, Moments(), {}, LEVEL).verdict == "disagrees"
    short = Bound("upper", on="mean", resolution=1e-5)
    assert judge.judge_bound(short, X, 1.3, Moments(), {}, LEVEL).verdict == "undecided"


def test_law_sees_a_wrong_scale():
    x = np.random.Generator(np.random.SFC64(6)).standard_exponential(20000)
    kind = Law(0.02)
    assert judge.judge_law(kind, x, predict_law(1), Moments(), {}, LEVEL).verdict == "agrees"
    assert judge.judge_law(kind, x, predict_law_wrong(1), Moments(), {}, LEVEL).verdict == "disagrees"


def limit(theory, order=1.0, fall=1.0, noise=0.02):
    sizes = (10, 20, 40)
    rng = np.random.Generator(np.random.SFC64(7))
    xs = [2 * (1 + n**-fall) + noise * rng.standard_normal(2000) for n in sizes]
    cells = [{"n": n} for n in sizes]
    return judge.judge_limit(Limit("n", order, 0.02), xs, [theory] * 3, Moments(), cells, LEVEL)


def test_limit_extrapolates_and_fits_the_order():
    finding = limit(2.0)
    assert finding.verdict == "agrees"
    assert finding.order == pytest.approx(1.0, abs=0.05)
    assert limit(2.1).verdict == "disagrees"


def test_limit_with_the_wrong_order_disagrees():
    assert limit(2.0, order=1.0, fall=0.4, noise=0.005).verdict == "disagrees"


def test_an_unresolved_order_is_no_failure():
    xs = [2 + 0.1 * np.random.Generator(np.random.SFC64(n)).standard_normal(3000) for n in (10, 20, 40)]
    cells = [{"n": n} for n in (10, 20, 40)]
    finding = judge.judge_limit(Limit("n", 1.0, 0.05), xs, [2.0] * 3, Moments(), cells, LEVEL)
    assert finding.verdict == "agrees"
    assert math.isnan(finding.order)


def test_rate_is_the_log_log_slope():
    sizes = (10, 20, 40)
    xs = [n**-0.5 * X for n in sizes]
    cells = [{"n": n} for n in sizes]
    right = judge.judge_rate(Rate("n", 0.02), xs, -0.5, Moments(), cells, LEVEL)
    assert (right.verdict, right.mean) == ("agrees", pytest.approx(-0.5, abs=1e-9))
    assert judge.judge_rate(Rate("n", 0.02), xs, -0.55, Moments(), cells, LEVEL).verdict == "disagrees"
