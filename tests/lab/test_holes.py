"""Holes that a second reader of the judge found: wrong claims that agreed, rows that vanished, blocks of other data.

Each is closed; `test_attacks.py` holds the first list.
"""

import dataclasses
import math

import numpy as np
import pytest

from claims import (
    Bound,
    Bounded,
    Decoy,
    Exact,
    Grid,
    Heavy,
    Identity,
    Limit,
    Mean,
    Moments,
    Order,
    Probability,
    Rate,
)  # fmt: skip
from lab import verify
from lab.judge import single
from lab.judge.trials import ROW_LEVEL
from lab.plan import PlanError
from lab.run.fingerprint import fingerprint
from lab.summary import summarise
from tests.lab.synthetic import BOUND, IDENTITY, MEAN
from tests.lab.test_attacks import CELL, claim, judged, normal, off, one, own

SIZES = tuple({"n": n} for n in (10, 20, 40))
X = 1 + 0.1 * np.random.Generator(np.random.SFC64(5)).standard_normal(4000)


def ones(n, trials, rng):
    return {"x": np.ones(trials)}


def low(n):
    return {"x": 0.5}


LOW = (Decoy("low", "half", low),)


# --- errors that the simulation admits -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Mean(0.05), Identity(), Bound(), Bound(on="mean"), Order()])
@pytest.mark.parametrize("error", [math.nan, math.inf])
def test_an_admitted_error_that_is_no_number_leaves_the_row_undecided(kind, error):
    def simulate(n, trials, rng):
        return {"x": np.full(trials, 5.0), "error": np.full(trials, error)}

    exact = {"tails": {"x": Exact()}, "errors": {"x": "error"}}
    assert set(own(judged(claim(simulate, kind=kind, decoys=LOW, **exact))).verdict) == {"undecided"}


def test_an_identity_whose_admitted_error_exceeds_its_tolerance_is_undecided():
    def simulate(n, trials, rng):
        return {"x": np.ones(trials), "error": np.full(trials, 0.5)}

    row = own(judged(claim(simulate, kind=Identity(1e-9), errors={"x": "error"}))).iloc[0]
    assert row.verdict == "undecided"
    assert "admitted" in row.reason


@pytest.mark.parametrize("kind", [Identity(0.1), Bound(resolution=0.1)])
def test_an_admitted_error_enters_the_smallest_error(kind):
    judge = single.SINGLE[type(kind)]
    x = np.linspace(0.97, 1.0, 40)

    def at(theory):
        return judge(kind, x, theory, Moments(), {}, ROW_LEVEL, error=0.05)

    seen = at(1.0)
    assert seen.verdict == "agrees"
    assert at(1 / (1 + 1.001 * seen.smallest_error)).verdict == "disagrees"
    if isinstance(kind, Bound):
        assert at(1 / (1 + 0.999 * seen.smallest_error)).verdict == "agrees"
    else:
        assert at(1 + 1.001 * seen.smallest_error).verdict == "disagrees"


# --- what the smallest error means -----------------------------------------------------------------------------------


def judged_mean(theory, sign):
    return single.judge_mean(Mean(0.02, 0.03), sign * X, theory, Moments(), {}, ROW_LEVEL)


def judged_identity(theory, sign):
    return single.judge_identity(Identity(0.1), sign * np.linspace(0.95, 1.0, 9), theory, Moments(), {}, ROW_LEVEL)


@pytest.mark.parametrize("at", [judged_mean, judged_identity])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("size", [0.98, 1.0, 1.02])
def test_a_prediction_below_zero_sees_what_it_says(at, sign, size):
    """Its interval is one of sizes the other way round: l and h change places."""
    finding = at(sign * size, sign)
    assert finding.verdict == "agrees"
    assert finding.smallest_error == pytest.approx(at(size, 1).smallest_error, rel=1e-12)
    factor = 1 + 1.001 * finding.smallest_error
    assert at(sign * size * factor, sign).verdict == at(sign * size / factor, sign).verdict == "disagrees"


@pytest.mark.parametrize("theory", [-2.0, -1.2, -0.3, 0.5, 0.9])
def test_an_order_sees_what_it_says_below_zero_too(theory):
    def at(margin):
        return single.judge_order(Order(), X - 1.1 * (theory < 0), margin, Moments(), {}, ROW_LEVEL)

    finding = at(theory)
    assert finding.verdict == "agrees"
    assert 0 < finding.smallest_error < math.inf
    for share, verdict in ((1.001, "disagrees"), (0.999, "undecided")):
        factor = 1 + share * finding.smallest_error
        assert at(theory * factor if theory > 0 else theory / factor).verdict == verdict


def test_a_margin_below_zero_that_a_positive_quantity_exceeds_sees_nothing_and_says_so():
    assert single.judge_order(Order(), X, -0.5, Moments(), {}, ROW_LEVEL).smallest_error == 1e9


def test_a_pooled_identity_with_a_zero_sees_a_constant_in_the_others():
    theory = np.asarray([1.0, 0.0, -3.0])
    x = np.tile(theory, (20, 1))
    x[3, 1] = 0.05

    def at(t):
        return single.judge_identity(Identity(0.1, pooled=True), x, t, Moments(), {}, ROW_LEVEL)

    e = 1.001 * at(theory).smallest_error
    assert at(theory).verdict == "agrees"
    assert at(theory * (1 + e)).verdict == at(theory / (1 + e)).verdict == "disagrees"


# --- shapes ----------------------------------------------------------------------------------------------------------


def copies(n, trials, rng):
    return {"x": np.repeat(normal(n, trials, rng)["x"][:, None], 64, axis=1)}


@pytest.mark.parametrize("kind", [Mean(0.02), Identity(0.5), Bound(), Identity(0.5, pooled=True)])
def test_an_array_of_copies_is_no_larger_sample(kind):
    """64 dependent entries a trial under a bare prediction once counted as 64 times the trials."""
    with pytest.raises(ValueError, match="must fit predicted x"):
        judged(claim(copies, kind=kind))


@pytest.mark.parametrize("predicted", [np.ones(1), np.ones((64, 1)), np.ones((1, 64))])
def test_a_pooled_prediction_is_not_broadcast(predicted):
    with pytest.raises(ValueError, match="must fit predicted x"):
        judged(claim(copies, lambda n: {"x": predicted}, Identity(0.9, pooled=True)))


def test_complex_numbers_are_refused_not_halved():
    table = judged(claim(lambda n, trials, rng: {"x": normal(n, trials, rng)["x"] + 5j}))
    assert set(own(table).verdict) == {"undecided"}
    assert "complex" in table.reason.iloc[0]


# --- rows and cells that vanish --------------------------------------------------------------------------------------


def test_a_tier_without_cells_is_an_error_not_a_pass():
    with pytest.raises(PlanError, match="full"):
        verify(dataclasses.replace(MEAN, grid=Grid(CELL, ())), tier="full", jobs=1)


def test_a_quantity_predicted_at_some_sizes_only_is_an_error():
    def predict(n):
        return {"x": 1.0} | ({"y": 5.0} if n != 20 else {})

    def simulate(n, trials, rng):
        return {"x": normal(n, trials, rng)["x"], "y": normal(n, trials, rng)["x"]}

    with pytest.raises(PlanError, match="y"):
        judged(claim(simulate, predict, Limit(resolution=0.02), cells=SIZES))


def test_an_empty_array_beside_a_number_is_an_error():
    with pytest.raises(PlanError, match="empty"):
        judged(claim(normal, lambda n: {"x": 1.0, "y": np.ones(0)}))


def test_two_decoys_of_one_name_are_an_error():
    """One of them that is rejected once counted for both."""
    with pytest.raises(ValueError, match="off"):
        claim(normal, decoys=(Decoy("off", "ten per cent", off), Decoy("off", "nothing", one)))


@pytest.mark.parametrize("part", ["scales", "errors"])
def test_a_declaration_for_a_quantity_that_is_not_predicted_is_an_error(part):
    with pytest.raises(PlanError, match="y"):
        judged(claim(normal, **{part: {"y": {"scales": 1e-6, "errors": "x"}[part]}}))


def test_a_control_without_a_known_mean_is_an_error():
    with pytest.raises(PlanError, match="control"):
        judged(claim(lambda n, trials, rng: {"x": rng.random(size=trials), "c": np.ones(trials)}, controls=("c",)))


def test_a_decoys_own_simulation_must_give_the_controls():
    def simulate(n, trials, rng):
        return normal(n, trials, rng) | {"c": rng.standard_normal(size=trials)}

    blind = Decoy("blind", "without its control", simulate=normal)
    both = {"predict": lambda n: {"x": 1.0, "c": 0.0}, "controls": ("c",)}
    with pytest.raises(PlanError, match="must also give c"):
        judged(claim(simulate, decoys=(blind,), **both))


# --- numbers that are no numbers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("allowance", [math.nan, math.inf, -0.1, lambda n: math.nan, lambda n: math.inf])
def test_an_allowance_that_is_no_number_is_an_error(allowance):
    with pytest.raises(ValueError, match="allowance"):
        judged(claim(normal, off, Mean(0.02, allowance), decoys=LOW))


@pytest.mark.parametrize(
    "kind",
    [Mean(math.inf), Mean(math.nan), Mean(0.0), Identity(math.inf), Identity(math.nan), Identity(-1.0),
     Bound(tolerance=math.inf), Bound(resolution=math.nan), Identity(trials=0), Bound(trials=0), Order(trials=0),
     Limit(order=0.0), Limit(terms=0), Limit(trials=8), Rate(trials=8), Bound("uper"), Bound(on="draws"),
     Bound(reach=math.nan), Bound(reach=2.0)],
)  # fmt: skip
def test_a_kind_with_a_parameter_outside_its_domain_is_an_error(kind):
    with pytest.raises(ValueError, match="attack"):
        claim(normal, kind=kind, cells=SIZES)


@pytest.mark.parametrize("limit", [math.nan, math.inf, -1.0])
def test_a_certificate_that_all_or_none_pass_is_an_error(limit):
    with pytest.raises(ValueError, match="certificates"):
        claim(normal, certificates={"gap": limit})


@pytest.mark.parametrize("scale", [math.inf, math.nan, 0.0])
def test_a_natural_scale_is_a_positive_number(scale):
    with pytest.raises(ValueError, match="scales"):
        claim(normal, scales={"x": scale})


# --- certificates ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gap", [-0.3, -math.inf])
def test_a_gap_far_below_zero_certifies_nothing(gap):
    """A primal value below its dual one is no proof of either."""
    table = judged(claim(lambda n, trials, rng: normal(n, trials, rng) | {"gap": np.full(trials, gap)},
                         certificates={"gap": 1e-9}))  # fmt: skip
    assert set(table.verdict) == {"undecided"}


def test_a_certificate_without_entries_certifies_nothing():
    table = judged(claim(lambda n, trials, rng: normal(n, trials, rng) | {"gap": np.zeros((trials, 0))},
                         certificates={"gap": 1e-9}))  # fmt: skip
    assert set(table.verdict) == {"undecided"}


# --- trials ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("base", [BOUND, IDENTITY])
@pytest.mark.parametrize("cap", ["most", "max_trials"])
def test_fewer_trials_than_declared_never_pass(base, cap):
    short = dataclasses.replace(base, slug="short", simulate=in_ones(base.simulate))
    if cap == "most":
        short = dataclasses.replace(short, most=1)
    table = own(judged(short, **({"max_trials": 1} if cap == "max_trials" else {})))
    assert set(table.verdict) == {"undecided"}
    assert table.reason.str.contains("declared").all()
    assert set(own(judged(dataclasses.replace(short, most=None))).verdict) == {"agrees"}


def in_ones(simulate):
    """The same simulation in blocks of one trial."""

    def single_trial(n, trials, rng):
        return simulate(n=n, trials=trials, rng=rng)

    single_trial.block_trials = 1
    return single_trial


def test_a_family_said_to_be_without_randomness_that_draws_is_undecided():
    def simulate(n, trials, rng):
        return {"x": 1 + 0.002 * rng.standard_normal(size=trials)}

    kind = Limit(resolution=0.01, allowance=0.02, because="the next order", trials=1)
    table = own(judged(claim(simulate, kind=kind, cells=SIZES)))
    assert set(table.verdict) == {"undecided"}
    assert "differ" in table.reason.iloc[0]
    slope = claim(lambda n, trials, rng: {"x": (1 + 0.002 * rng.standard_normal(size=trials)) / n},
                  lambda n: {"x": -1.0}, Rate(trials=1, allowance=0.1), cells=SIZES)  # fmt: skip
    assert set(own(judged(slope)).verdict) == {"undecided"}


@pytest.mark.parametrize("tail", [Probability(), Bounded(0, 1)])
def test_a_family_of_constant_samples_is_undecided_whatever_its_tail(tail):
    """A success of probability 0.999 in 256 trials: a family is judged by moments, and there is no spread."""

    def simulate(n, trials, rng):
        return {"x": np.where(rng.random(size=trials) < 1e-4, 0.0, 1.0)}

    table = own(judged(claim(simulate, kind=Limit(resolution=0.02), cells=SIZES, tails={"x": tail})))
    assert set(table.verdict) == {"undecided"}


def test_a_limit_has_no_median():
    with pytest.raises(PlanError, match="Heavy"):
        judged(claim(normal, kind=Limit(resolution=0.02), cells=SIZES, tails={"x": Heavy()}))


def test_a_limit_needs_a_size_that_its_terms_leave_over():
    with pytest.raises(PlanError, match="four cells"):
        judged(claim(normal, kind=Limit(resolution=0.02, terms=2), cells=SIZES))


# --- ratios ----------------------------------------------------------------------------------------------------------


def test_a_ratio_whose_denominator_is_not_resolved_is_undecided():
    """The linearised interval disagrees a thousand times too often there."""

    def simulate(n, trials, rng):
        u, v = rng.standard_normal(size=trials), rng.standard_normal(size=trials)
        per = 0.05 + 0.99 * u + 0.14 * v
        return {"of": 100 * per + u, "per": per}

    kind = Mean(0.02, of="of", per="per")
    table = own(
        judged(claim(simulate, lambda n: {"ratio": 100.0}, kind, (Decoy("o", "o", lambda n: {"ratio": 90.0}),)))
    )
    assert set(table.verdict) == {"undecided"}
    assert "denominator" in table.reason.iloc[0]


def test_a_tail_of_the_parts_of_a_ratio_is_an_error():
    """Only the ratio is judged: a declaration under a part's name was passed over in silence."""

    def simulate(n, trials, rng):
        return {"of": 1 + 0.1 * rng.standard_normal(size=trials), "per": np.ones(trials)}

    def declared(name):
        decoy = (Decoy("o", "o", lambda n: {"ratio": 0.9}),)
        kind = Mean(0.02, of="of", per="per")
        return claim(simulate, lambda n: {"ratio": 1.0}, kind, decoy, tails={name: Moments(skewness=2.0)})

    assert set(own(judged(declared("ratio"))).verdict) == {"agrees"}
    with pytest.raises(PlanError, match="'of' is not predicted; it predicts \\['ratio'\\]"):
        judged(declared("of"))


# --- simulations that are not told apart -----------------------------------------------------------------------------


class Model:
    def __init__(self, mean):
        self.mean = mean


@dataclasses.dataclass(frozen=True)
class Weights:
    w: np.ndarray


def around(what):
    def simulate(n, trials, rng):
        return {"x": normal(n, trials, rng)["x"], "what": what}

    return simulate


def big(at, value):
    x = np.zeros(5000)
    x[at] = value
    return x


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (Model(1.0), Model(1.1)),
        ([Model(1.0)], [Model(1.1)]),
        (Weights(big(2500, 1.0)), Weights(big(2500, 2.0))),
        ((big(2500, 1.0),), (big(2500, 2.0),)),
        ({"w": big(0, 1.0)}, {"w": big(0, 1.0 + 1e-12)}),
    ],
)
def test_what_a_simulation_holds_is_told_apart_to_the_last_bit(a, b):
    assert fingerprint(around(a)) != fingerprint(around(b))
    assert fingerprint(around(a)) == fingerprint(around(a))


def test_equal_objects_have_equal_fingerprints_wherever_they_lie():
    assert fingerprint(around(Model(1.0))) == fingerprint(around(Model(1.0)))
    assert fingerprint(around([Model(1.0)])) == fingerprint(around([Model(1.0)]))


def test_a_default_array_counts_to_the_last_bit():
    def make(w):
        def simulate(n, trials, rng, w=w):
            return {"x": normal(n, trials, rng)["x"]}

        return simulate

    assert fingerprint(make(big(2500, 1.0))) != fingerprint(make(big(2500, 2.0)))


# --- summaries -------------------------------------------------------------------------------------------------------


def test_a_bound_of_zero_far_away_is_loose():
    below = claim(
        lambda n, trials, rng: {"x": -1 - rng.random(size=trials)}, lambda n: {"x": 0.0}, Bound(),
        (Decoy("lower", "below -5", lambda n: {"x": -5.0}),),
    )  # fmt: skip
    summary = summarise(judged(below))[0]
    assert summary.passes
    assert summary.loose > 1.9
