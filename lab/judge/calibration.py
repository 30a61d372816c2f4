"""The judge on trial: synthetic claims, true and false by the margin, must come out as the budget says.

For every kind of agreement and every tail, many independent claims are judged at a nominal level: true ones, whose
share of "disagrees" must not exceed the level, and ones that are off by what the run promises to see (twice the
resolution), whose share of "agrees" must not exceed half the level. The functions on trial are those that judge the
suite.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy import stats

from claims.agreement import Bound, Bounded, Heavy, Law, Limit, Mean, Moments, Order, Probability, Rate, Tail
from lab.judge.family import judge_limit, judge_rate
from lab.judge.finding import AGREES, DISAGREES, Finding
from lab.judge.intervals import hall
from lab.judge.sample import _ratio, _regressed
from lab.judge.single import judge_bound, judge_law, judge_mean, judge_order
from lab.judge.trials import final_trials, pilot_trials

Generator = np.random.Generator
Draw = Callable[[Generator, int], np.ndarray]
SIZES = (10, 20, 40)
BAND = 1e-3
"""Probability that a sound judge leaves one of its bands."""


class Case(NamedTuple):
    """A kind and a tail on trial: samples of mean (or median) 1, and how many trials a claim has."""

    kind: str
    name: str
    tail: Tail
    draw: Draw
    trials: int
    asserted: bool = True
    """False where the tail is heavier than `Moments` may be declared for: shown, as a warning."""


class Score(NamedTuple):
    """One case's error counts beside the largest counts that its binomial band allows."""

    kind: str
    tail: str
    trials: int
    claims: int
    level: float
    false_alarms: int
    false_alarm_band: int
    missed: int
    missed_band: int
    asserted: bool

    @property
    def sound(self) -> bool:
        """Both error counts lie inside their bands."""
        return self.false_alarms <= self.false_alarm_band and self.missed <= self.missed_band


def _normal(rng: Generator, n: int) -> np.ndarray:
    return 1 + 0.5 * rng.standard_normal(n)


def _exponential(rng: Generator, n: int) -> np.ndarray:
    return rng.standard_exponential(n)


def _chi_square(rng: Generator, n: int) -> np.ndarray:
    return rng.standard_normal(n) ** 2


def _lognormal(rng: Generator, n: int) -> np.ndarray:
    return np.exp(rng.standard_normal(n) - 0.5)


def _uniform(rng: Generator, n: int) -> np.ndarray:
    return 2 * rng.random(n)


def _coin(rng: Generator, n: int) -> np.ndarray:
    return (rng.random(n) < 0.3).astype(float)


def _cauchy(rng: Generator, n: int) -> np.ndarray:
    return 1 + 0.2 * np.tan(math.pi * (rng.random(n) - 0.5))


def _controlled(rng: Generator, n: int) -> np.ndarray:
    """A quantity regressed on a control of known mean that explains most of it."""
    control = rng.standard_exponential(n)
    return _regressed(control + 0.3 * rng.standard_normal(n), control[:, None], np.ones(1))


def _quotient(rng: Generator, n: int) -> np.ndarray:
    """A ratio of two correlated means, both 1."""
    below = rng.standard_exponential(n)
    return _ratio(0.5 * below + 0.5 * rng.standard_exponential(n), below)


CASES = (
    Case("Mean", "normal", Moments(), _normal, 256),
    Case("Mean", "exponential (skewness 2)", Moments(2), _exponential, 256),
    Case("Mean", "chi-square, 1 df (skewness 2.8)", Moments(2.8), _chi_square, 512),
    Case("Mean", "exponential, with a control", Moments(2), _controlled, 256),
    Case("Mean", "exponential, ratio of means", Moments(2), _quotient, 1024),
    Case("Mean", "exponential, two stages", Moments(2), _exponential, 0),
    Case("Mean", "lognormal (skewness 6.2)", Moments(6.2), _lognormal, 1024, asserted=False),
    Case("Mean", "uniform, Bernstein", Bounded(0, 2), _uniform, 256),
    Case("Mean", "coin, Clopper-Pearson", Probability(), _coin, 256),
    Case("Mean", "Cauchy, median", Heavy(), _cauchy, 256),
    Case("Law", "exponential", Moments(), _exponential, 512),
    Case("Bound", "exponential, in the mean", Moments(2), _exponential, 512),
    Case("Limit", "exponential, three sizes", Moments(2), _exponential, 256),
    Case("Rate", "exponential, three sizes", Moments(2), _exponential, 256),
    Case("Rate", "Cauchy, median, three sizes", Heavy(), _cauchy, 256),
    Case("Order", "normal", Moments(), _normal, 256),
)


class _Shifted(NamedTuple):
    """The exponential law with an atom of mass delta moved to 0: at Kolmogorov distance delta from the truth."""

    delta: float

    def cdf(self, x: Any) -> Any:
        return np.where(np.asarray(x) < 0, 0.0, 1 - (1 - self.delta) * np.exp(-np.maximum(x, 0)))


def judge_once(case: Case, rng: Generator, error: float, level: float, resolution: float) -> Finding:
    """Judge one synthetic claim whose prediction is off by the relative `error` (0: a true claim)."""
    if case.kind == "Law":
        return judge_law(Law(resolution), case.draw(rng, case.trials), _Shifted(error), case.tail, {}, level)
    if case.kind in ("Mean", "Bound", "Order"):
        theory = (0.3 if isinstance(case.tail, Probability) else 1.0) / (1 + error)
        x = case.draw(rng, case.trials or _two_stages(case, rng, theory, resolution))
        if case.kind == "Mean":
            return judge_mean(Mean(resolution), x, theory, case.tail, {}, level)
        if case.kind == "Order":  # a margin that is exactly reached is not exceeded: both verdicts are alarms
            return judge_order(Order(), x, theory, case.tail, {}, level)
        return judge_bound(Bound(on="mean", resolution=resolution), x, theory, case.tail, {}, level)
    cells: list[dict[str, Any]] = [{"n": n} for n in SIZES]
    if case.kind == "Limit":
        xs = [(1 + 0.5 / n) * case.draw(rng, case.trials) for n in SIZES]
        # A family lends the value half of its level: here the whole of it is on trial.
        return judge_limit(Limit("n", resolution=resolution), xs, [1 / (1 + error)] * 3, case.tail, cells, 2 * level)
    xs = [case.draw(rng, case.trials) / n for n in SIZES]
    return judge_rate(Rate("n", resolution=resolution), xs, -1 / (1 + error), case.tail, cells, level)


def _two_stages(case: Case, rng: Generator, theory: float, resolution: float) -> int:
    """The trials that a pilot's spread asks for."""
    kind = Mean(resolution)
    pilot = case.draw(rng, pilot_trials(kind, case.tail))
    return final_trials(kind, case.tail, [pilot], (theory,), [], 1.0, 2**20)[0].trials


def typical_half_width(case: Case, rng: Generator, level: float) -> float:
    """A half-width that nearly every claim of the case reaches: the resolution such a claim would declare."""
    if case.trials == 0:
        return 0.2
    widths = [0.5 * (f.high - f.low) for f in (judge_once(case, rng, 0.0, level, math.inf) for _ in range(50))]
    return 1.1 * float(np.quantile(widths, 0.9))


def score(case: Case, claims: int, level: float, seed: int = 0) -> Score:
    """Judge `claims` true and as many false claims of one case."""
    rng = np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, CASES.index(case)])))
    resolution = typical_half_width(case, rng, level)
    wrong = (AGREES, DISAGREES) if case.kind == "Order" else (DISAGREES,)
    alarms = sum(judge_once(case, rng, 0.0, level, resolution).verdict in wrong for _ in range(claims))
    # Off on either side in turn, except where only one side is wrong.
    one_sided = case.kind in ("Bound", "Law") or 2 * resolution >= 0.9
    sides = [-1 if case.kind == "Order" else 1 if one_sided or i % 2 else -1 for i in range(claims)]
    missed = sum(judge_once(case, rng, s * 2 * resolution, level, resolution).verdict == AGREES for s in sides)
    bands = [int(stats.binom.isf(BAND, claims, share)) for share in (level, level / 2)]
    return Score(
        case.kind, case.name, case.trials, claims, level, alarms, bands[0], missed, bands[1], case.asserted
    )  # fmt: skip


def calibrate(claims: int = 1000, level: float = 1e-2, seed: int = 0) -> list[Score]:
    """The calibration table: one score a case."""
    return [score(case, claims, level, seed) for case in CASES]


# --- Hall's interval at the level of a row ---------------------------------------------------------------------------


class Far(NamedTuple):
    """False alarms of Hall's interval at a row's level beside those that the level promises."""

    tail: str
    trials: int
    level: float
    claims: int
    false_alarms: int

    @property
    def ratio(self) -> float:
        """Measured over nominal."""
        return self.false_alarms / (self.level * self.claims)


FAR = {"exponential": _exponential, "chi-square, 1 df": _chi_square}


def far_out(tail: str, trials: int, level: float, claims: int, seed: int = 0, batch: int = 4000) -> Far:
    """Judge many true means at once: the same interval, all of a batch in one array."""
    rng = np.random.Generator(np.random.SFC64(np.random.SeedSequence([seed, trials, len(tail)])))
    alarms, done = 0, 0
    while done < claims:
        x = FAR[tail](rng, batch * trials).reshape(batch, trials)
        mean = x.mean(axis=1)
        x -= mean[:, None]
        m2, m3 = np.mean(x * x, axis=1), np.mean(x * x * x, axis=1)
        skewness, se = m3 / m2**1.5 / math.sqrt(trials), np.sqrt(m2 / (trials - 1))
        low, high = hall(mean, se, skewness, trials - 1, level)
        alarms += int(np.count_nonzero((low > 1.0) | (high < 1.0)))
        done += batch
    return Far(tail, trials, level, done, alarms)
