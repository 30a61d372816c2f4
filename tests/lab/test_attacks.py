"""Ways in which a wrong claim once passed the judge, or a claim without content was counted: none passes any more."""

import dataclasses
import math

import numpy as np
import pandas as pd
import pytest

from claims import Bound, Claim, Decoy, Exact, Grid, Identity, Limit, Mean, Moments, Observation, Order, Rate
from lab import verify
from lab.judge.family import judge_limit
from lab.judge.trials import MOST_ROWS, ROW_LEVEL
from lab.plan import PlanError
from lab.summary import summarise
from sims.arrays import kernel
from tests.lab.synthetic import ALL, MEAN, SOURCE, same

CELL = ({"n": 10},)


def one(n):
    return {"x": 1.0}


def off(n):
    return {"x": 1.1}


def claim(simulate, predict=one, kind=None, decoys=None, cells=CELL, **more):
    decoys = (Decoy("off", "ten per cent", off),) if decoys is None else decoys
    kind = kind or Mean(0.02)
    return Claim("attack", "synthetic", "t", "$x$", SOURCE, kind, predict, simulate, Grid(cells, cells), decoys, **more)


def judged(*claims, **options):
    return verify(claims, jobs=1, **options)


def own(table):
    return table[table.decoy.isna()]


def normal(n, trials, rng):
    return {"x": 1 + 0.1 * rng.standard_normal(size=trials)}


# --- certificates and validity ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("gap", [1e-3, math.nan, math.inf])
def test_one_trial_without_its_certificate_leaves_the_cell_undecided_and_its_decoys_unjudged(gap):
    def simulate(n, trials, rng):
        gaps = np.zeros(trials)
        gaps[trials // 2] = gap
        return {**normal(n, trials, rng), "gap": gaps}

    table = judged(claim(simulate, certificates={"gap": 1e-9}))
    assert set(table.verdict) == {"undecided"}
    assert "not certified: gap" in table.reason.iloc[0]
    assert table[table.decoy.notna()].rejected.isna().all()
    sound = judged(claim(simulate, certificates={"gap": 1e-2})) if gap == 1e-3 else None
    assert sound is None or list(sound.verdict) == ["agrees", "disagrees"]


def test_a_certificate_that_is_not_simulated_is_an_error():
    with pytest.raises(PlanError, match="must also give gap"):
        judged(claim(normal, certificates={"gap": 1.0}))


def test_a_failed_solver_is_no_success_of_a_claim_that_predicts_zero():
    def simulate(n, trials, rng):
        return {"x": np.where(rng.random(size=trials) < 0.9, np.nan, 0.0)}

    table = judged(claim(simulate, predict=lambda n: {"x": 0.0}, kind=Identity()))
    assert list(own(table).verdict) == ["undecided"]


def test_an_admitted_error_widens_the_interval():
    def simulate(n, trials, rng):
        return {"x": np.full(trials, 1.004), "step": np.full(trials, 5e-3)}

    exact = {"tails": {"x": Exact()}}
    assert set(own(judged(claim(simulate, kind=Mean(0.01), **exact))).verdict) == {"disagrees"}
    widened = judged(claim(simulate, kind=Mean(0.01), errors={"x": "step"}, **exact))
    assert list(widened.verdict) == ["agrees", "disagrees"]


# --- samples that do not carry their interval ------------------------------------------------------------------------


def test_a_rare_jump_behind_a_constant_pilot():
    def simulate(n, trials, rng):
        return {"x": 1 + 1000.0 * (rng.random(size=trials) < 1e-4)}

    table = own(judged(claim(simulate)))
    assert list(table.verdict) == ["undecided"]
    assert "no spread" in table.reason.iloc[0] or "skewness" in table.reason.iloc[0]


def test_a_sample_more_skewed_than_declared_is_undecided():
    def simulate(n, trials, rng):
        return {"x": np.exp(rng.standard_normal(size=trials) - 0.5)}

    table = own(judged(claim(simulate, kind=Mean(0.2))))
    assert list(table.verdict) == ["undecided"]
    assert "skewness" in table.reason.iloc[0]


def test_declared_skewness_sets_the_least_trials():
    assert own(judged(claim(normal, tails={"x": Moments(8.0)}))).trials.iloc[0] >= 20 * 8**2


# --- models that do not fit ------------------------------------------------------------------------------------------


def test_a_limit_off_by_eight_per_cent_behind_a_second_order_term():
    sizes = (20, 40, 80)
    rng = np.random.Generator(np.random.SFC64(1))
    xs = [1.08 * (1 + 0.01 * rng.standard_normal(4000)) - 0.256 * (n / 20) ** -2.0 for n in sizes]
    cells = [{"n": n} for n in sizes]
    finding = judge_limit(Limit("n", 1.0, 0.03), xs, [1.0] * 3, Moments(), cells, ROW_LEVEL)
    assert finding.verdict == "undecided"
    assert "curvature" in finding.reason or "order" in finding.reason


# --- predictions without content -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("predict", "message"),
    [
        (lambda n: {}, "gives no quantity"),
        (lambda n: {"x": math.nan}, "must be finite"),
        (lambda n: {"x": math.inf}, "must be finite"),
        (lambda n: {"": 1.0}, "without a name"),
        (lambda n: {"y": 1.0}, "must be the same names"),
        (lambda n: 1.0, "must be the same names"),
    ],
)
def test_a_prediction_without_content_is_an_error(predict, message):
    with pytest.raises(PlanError, match=message):
        judged(claim(normal, predict=predict))


@pytest.mark.parametrize("predict", [lambda n: {"x": math.nan}, lambda n: {"y": 2.0}, lambda n: {}])
def test_a_decoy_without_content_is_an_error(predict):
    with pytest.raises(PlanError):
        judged(claim(normal, decoys=(Decoy("empty", "says nothing", predict),)))


def test_a_named_prediction_is_not_met_by_a_bare_value():
    with pytest.raises(PlanError):
        judged(claim(lambda n, trials, rng: normal(n, trials, rng)["x"]))


def test_a_cell_that_does_not_fit_is_an_error_when_declared():
    with pytest.raises(ValueError, match="it knows n"):
        claim(normal, cells=({"n": 10, "sgima": 1.0},))
    with pytest.raises(ValueError, match="one a cell"):
        Grid(({"p": 5}), ())


def test_an_observation_counts_neither_way_and_has_no_decoys():
    table = judged(claim(normal, predict=off, kind=Observation(64), decoys=()))
    assert list(table.verdict) == ["observed"]
    assert (summarise(table)[0].rejected, summarise(table)[0].passes) == (0, True)
    with pytest.raises(ValueError, match="Observation"):
        claim(normal, kind=Observation(64))


# --- levels, company, trials -----------------------------------------------------------------------------------------


def test_the_level_is_fixed_and_kept_with_the_verdict():
    table = judged(MEAN)
    assert set(table.level) == {ROW_LEVEL}
    assert ROW_LEVEL * MOST_ROWS == pytest.approx(1e-3)


def test_company_and_longer_stores_change_no_bit(tmp_path):
    alone = judged(MEAN)
    finer = dataclasses.replace(MEAN, slug="a-finer-mean", kind=Mean(0.012))
    together = judged(finer, MEAN, *ALL[1:])
    same(alone, together[together.claim == MEAN.slug].reset_index(drop=True)[list(alone)])
    judged(finer, store=tmp_path)
    same(alone, judged(MEAN, store=tmp_path))


def test_a_run_that_would_be_too_long_stops_after_its_pilot():
    table = own(judged(dataclasses.replace(MEAN, kind=Mean(0.002)), max_trials=5000))
    assert set(table.verdict) == {"undecided"}
    assert table.reason.str.contains("needs about").all()
    assert (table.trials <= 5000).all()


def test_most_caps_a_claim():
    table = own(judged(dataclasses.replace(MEAN, kind=Mean(0.002), most=2000)))
    assert table.reason.str.contains("2,000 allowed").all()


def test_a_family_without_randomness_costs_one_trial_a_size():
    calls = []

    @kernel(floats=lambda n: n)
    def simulate(n, trials, rng):
        calls.append(trials)
        return {"x": np.full(trials, 1 + 1 / n + 0.1 / n**2)}

    kind = Limit(resolution=0.01, allowance=2e-3, because="the next order at n = 40", trials=1)
    cells = tuple({"n": n} for n in (10, 20, 40))
    table = judged(claim(simulate, kind=kind, cells=cells))
    assert calls == [1, 1, 1, 1]  # a second trial of the smallest size, which must be the same
    assert list(table.verdict) == ["agrees", "disagrees"]
    falling = claim(
        lambda n, trials, rng: {"x": np.full(trials, n**-0.5)}, lambda n: {"x": -0.5}, Rate(trials=1),
        (Decoy("one", "slope -1", lambda n: {"x": -1.0}),), cells,
    )  # fmt: skip
    assert list(judged(falling).verdict) == ["agrees", "disagrees"]


@pytest.mark.parametrize("factor", [1, -1])
def test_the_smallest_error_that_is_printed_is_caught_in_every_row(factor):
    """Plant it in each agreeing row, on the side that the row says it sees."""
    table = judged(*ALL)
    for row in own(table).itertuples():
        if row.kind == "Law":
            continue
        e = 1.01 * row.smallest_error
        lines = judged(*(dataclasses.replace(c, decoys=planted(c, row, e)) for c in ALL if c.slug == row.claim))
        assert "disagrees" in set(lines[lines.decoy.notna()].verdict), (row.claim, row.quantity, e)


def planted(claim, row, e):
    def wrong(sign):
        def predict(**cell):
            truth = claim.predict(**cell)
            value = truth[row.quantity] if isinstance(truth, dict) else truth
            return {row.quantity: value * (1 + e) ** sign} if isinstance(truth, dict) else value * (1 + e) ** sign

        return predict

    return (Decoy("up", "times", wrong(1)), Decoy("down", "divided", wrong(-1)))


# --- trouble of the user's own code ----------------------------------------------------------------------------------


def broken(n, trials=None, rng=None):
    raise ZeroDivisionError("no such thing")


def test_a_claim_that_raises_is_undecided_and_the_others_go_on():
    bad = dataclasses.replace(MEAN, slug="bad-prediction", predict=broken)
    worse = dataclasses.replace(MEAN, slug="bad-simulation", simulate=broken)
    table = judged(bad, worse, MEAN)
    for slug, what in (("bad-prediction", "predict raised"), ("bad-simulation", "simulate raised")):
        rows = own(table[table.claim == slug])
        assert set(rows.verdict) == {"undecided"}
        assert rows.reason.str.contains(what).all()
        assert rows.reason.str.contains(r"test_attacks.py, line \d+").all()
    assert set(own(table[table.claim == MEAN.slug]).verdict) == {"agrees"}


# --- controls and ratios ---------------------------------------------------------------------------------------------


def controlled(n, trials, rng):
    control = rng.standard_exponential(size=trials)
    return {"x": control + 0.01 * rng.standard_normal(size=trials), "control": control}


def test_a_control_of_known_mean_takes_the_spread_away():
    both = {
        "predict": lambda n: {"x": 1.0, "control": 1.0},
        "kind": Mean(0.05),
        "tails": {"control": Moments(2), "x": Moments(2)},
    }
    plain = own(judged(claim(controlled, **both)))
    helped = own(judged(claim(controlled, controls=("control",), **both)))
    x = [float(table[table.quantity == "x"].se.iloc[0]) for table in (plain, helped)]
    assert x[1] < 0.03 * x[0]
    assert set(helped.verdict) == {"agrees"}
    wrong = judged(
        claim(controlled, controls=("control",), **both | {"predict": lambda n: {"x": 1.02, "control": 1.0}})
    )
    assert "disagrees" in set(own(wrong).verdict)


def test_a_ratio_of_expectations_is_not_the_mean_of_the_ratio():
    def simulate(n, trials, rng):
        below = 0.5 + rng.random(size=trials)
        return {"a": below**2, "b": below}

    ratio = 13 / 12  # E b^2 / E b with b uniform on [1/2, 3/2]
    kind = Mean(0.02, of="a", per="b")
    mean_of_ratio = Decoy("mean of the ratio", "E[a/b]", lambda n: {"ratio": 1.0})
    table = judged(claim(simulate, lambda n: {"ratio": ratio}, kind, (mean_of_ratio,)))
    assert list(table.verdict) == ["agrees", "disagrees"]


def test_an_order_is_refuted_by_an_exchanged_margin():
    table = judged(claim(normal, lambda n: {"x": 0.9}, Order(0.1), (Decoy("beyond", "above 1.1", off),)))
    assert list(table.verdict) == ["agrees", "disagrees"]
    assert list(table.rejected) == [None, True]


def test_the_table_has_a_column_for_every_parameter():
    table = judged(MEAN)
    assert set(table["cell.n"]) == {10, 20}
    assert isinstance(table, pd.DataFrame)


def test_a_bound_that_is_never_reached_is_loose():
    loose = claim(
        lambda n, trials, rng: {"x": rng.random(size=trials)}, lambda n: {"x": 10.0}, Bound(),
        (Decoy("low", "half", lambda n: {"x": 0.5}),),
    )  # fmt: skip
    summary = summarise(judged(loose))[0]
    assert summary.passes
    assert summary.loose == pytest.approx(10.0, rel=0.05)


# --- families -------------------------------------------------------------------------------------------------------


def test_two_families_in_one_run_of_growing_sizes_are_an_error_until_their_length_is_declared():
    def simulate(n, x, trials, rng):
        return {"x": np.full(trials, 1 + 1 / n)}

    cells = tuple({"n": n, "x": x} for x, sizes in ((1, (10, 20, 40)), (2, (60, 120, 240))) for n in sizes)
    decoys = (Decoy("off", "ten per cent", lambda n, x: {"x": 1.1}),)
    options = {"predict": lambda n, x: {"x": 1.0}, "decoys": decoys, "cells": cells}
    kind = Limit(allowance=1e-3, because="test", trials=1)
    with pytest.raises(PlanError, match="x changes within a run of growing n"):
        judged(claim(simulate, kind=kind, **options))
    table = judged(claim(simulate, kind=dataclasses.replace(kind, sizes=3), **options))
    assert list(own(table).verdict) == ["agrees", "agrees"]
