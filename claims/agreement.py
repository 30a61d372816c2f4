"""What it means for a simulation to agree with a prediction: the kinds of agreement and the tails, as plain data.

All errors are relative: (simulation - theory)/scale with scale = |theory|, or the claim's natural scale where theory is
0. An `allowance` is what the theorem itself concedes at that size (a number, or a function of the cell's parameters),
`because` says why: a term of the theorem, a bound on the next order. A `resolution` is the half-width that the interval
must reach before the verdict may be "agrees".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Allowance = float | Callable[..., float]


# --- tails: which interval is honest for a simulated quantity ---------------------------------------------------------


@dataclass(frozen=True)
class Moments:
    """The quantity has a variance and a third moment: Hall's skewness-corrected t interval for the mean.

    Declare the order of magnitude of the skewness s: at least 256 and 20 s^2 trials are drawn, and a sample more than
    twice as skewed (and above 2) is not judged.
    """

    skewness: float = 0.0


@dataclass(frozen=True)
class Bounded:
    """The quantity lies in [low, high] always: empirical Bernstein interval for the mean."""

    low: float
    high: float


@dataclass(frozen=True)
class Probability:
    """The quantity is 0 or 1: Clopper-Pearson interval for the probability of 1."""


@dataclass(frozen=True)
class Heavy:
    """The variance may not exist: distribution-free interval for a quantile (theory predicts that quantile)."""

    quantile: float = 0.5


@dataclass(frozen=True)
class Exact:
    """The quantity does not depend on the draw: every trial gives the same number, to a relative `rounding`."""

    rounding: float = 1e-12


Tail = Moments | Bounded | Probability | Heavy | Exact


# --- kinds of agreement ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Identity:
    """Equal on every draw: the largest relative error stays below a rounding (or certified solver) tolerance.

    With `pooled` an array quantity is one row, judged by its largest error.
    """

    tolerance: float = 1e-10
    trials: int = 64
    pooled: bool = False


@dataclass(frozen=True)
class Mean:
    """E[simulation] = theory: an interval for the relative difference.

    With `of` and `per` (names of simulated quantities) the one predicted number is the ratio E[of]/E[per].
    """

    resolution: float = 0.01
    allowance: Allowance = 0.0
    because: str = ""
    of: str = ""
    per: str = ""

    def __post_init__(self) -> None:
        if bool(self.of) != bool(self.per):
            raise ValueError(f"of = {self.of!r}, per = {self.per!r}: must both be given for a ratio of expectations")


@dataclass(frozen=True)
class Limit:
    """Equal as `size` grows, the difference vanishing like size**(-order).

    A family is a run of consecutive cells whose `size` increases (at least three; of `sizes` cells each, where the next
    family would begin with a larger one). The relative differences d(size) are
    fitted by D + c_1 size**(-order) + ... + c_terms size**(-terms * order); D is judged. A fit that misses its own
    points, or differences whose fitted order excludes the stated one, leave the row undecided. `trials=1`: a family
    without randomness, one trial a size, judged against the allowance for the next order.
    """

    size: str = "n"
    order: float = 1.0
    resolution: float = 0.01
    allowance: Allowance = 0.0
    terms: int = 1
    because: str = ""
    trials: int | None = None
    sizes: int | None = None


@dataclass(frozen=True)
class Law:
    """The whole distribution agrees: Dvoretzky-Kiefer-Wolfowitz band around the predicted cdf."""

    resolution: float = 0.02
    allowance: Allowance = 0.0
    because: str = ""


@dataclass(frozen=True)
class Bound:
    """Never beyond theory, on every draw (up to rounding `tolerance`) or in the mean (to `resolution`).

    `side` is "upper" if the simulated quantity must stay below the prediction. The tightness, the largest share of the
    bound that was reached, is reported; with `reach` a row that stays below that share is undecided: for bounds whose
    attaining instance is constructed.
    """

    side: Literal["upper", "lower"] = "upper"
    on: Literal["draw", "mean"] = "draw"
    tolerance: float = 1e-9
    resolution: float = 0.01
    allowance: Allowance = 0.0
    trials: int = 256
    because: str = ""
    reach: float | None = None


@dataclass(frozen=True)
class Rate:
    """The exponent of the quantity as a power of `size`; families as for Limit, on the mean or, for heavy tails, the
    median of the simulated quantity. `trials=1`: a family without randomness, judged against its allowance."""

    size: str = "n"
    resolution: float = 0.02
    allowance: Allowance = 0.0
    because: str = ""
    trials: int | None = None
    sizes: int | None = None


@dataclass(frozen=True)
class Order:
    """The quantity lies beyond a margin: agrees if its whole interval is above the predicted margin.

    `predict` gives the margin (0 allowed, in the claim's natural scale). `resolution` is the half-width to plan for, in
    units of the scale; with `trials` their number is fixed instead (trained networks, judged by `Heavy()` medians:
    below 256 trials a mean has no honest interval at a row's level).
    """

    resolution: float = 0.1
    trials: int | None = None


@dataclass(frozen=True)
class Observation:
    """A number with its 95 % interval beside a prediction that no theorem makes at that size: no verdict, no decoy."""

    trials: int = 256


Kind = Identity | Mean | Limit | Law | Bound | Rate | Order | Observation


def complaint(kind: Kind) -> str:
    """What is wrong with a kind's own numbers, or nothing: each would let a wrong claim pass, or none.

    >>> complaint(Bound(side="uper")), complaint(Mean(0.01))
    ("side = 'uper': must be 'upper' or 'lower'", '')
    """
    for name, least in (("resolution", "> 0"), ("order", "> 0"), ("tolerance", ">= 0"), ("allowance", ">= 0")):
        value = getattr(kind, name, 1.0)
        if not callable(value) and not (math.isfinite(value) and (value > 0 or (value == 0 and least == ">= 0"))):
            return f"{name} = {value}: must be finite and {least}"
    for name in ("trials", "terms"):
        value = getattr(kind, name, None)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
            return f"{name} = {value!r}: must be an integer >= 1"
    if isinstance(kind, Limit | Rate) and kind.trials not in (None, 1):
        return f"trials = {kind.trials}: must be 1 (a family without randomness) or None"
    if isinstance(kind, Bound):
        for name, allowed in (("side", ("upper", "lower")), ("on", ("draw", "mean"))):
            if getattr(kind, name) not in allowed:
                return f"{name} = {getattr(kind, name)!r}: must be {allowed[0]!r} or {allowed[1]!r}"
        if kind.reach is not None and not 0 < kind.reach <= 1:
            return f"reach = {kind.reach}: must be > 0 and <= 1"
    return ""
