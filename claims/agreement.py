"""What it means for a simulation to agree with a prediction: the kinds of agreement and the tails, as plain data.

All errors are relative: (simulation - theory) / scale with scale = |theory|, or 1 where theory is 0. An `allowance` is
what the theorem itself concedes at that size (a number, or a function of the cell's parameters); a `resolution` is the
half-width that the interval must reach before the verdict may be "agrees".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Allowance = float | Callable[..., float]


# --- tails: which interval is honest for a simulated quantity ---------------------------------------------------------


@dataclass(frozen=True)
class Moments:
    """The quantity has a variance and a third moment: Hall's skewness-corrected t interval for the mean.

    Declare the order of magnitude of the skewness; above 2 at least 256 trials are drawn.
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


Tail = Moments | Bounded | Probability | Heavy


# --- kinds of agreement ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Identity:
    """Equal on every draw: the largest relative error stays below a rounding (or solver) tolerance."""

    tolerance: float = 1e-10
    trials: int = 64


@dataclass(frozen=True)
class Mean:
    """E[simulation] = theory: an interval for the relative difference."""

    resolution: float = 0.01
    allowance: Allowance = 0.0


@dataclass(frozen=True)
class Limit:
    """Equal as `size` grows, the difference vanishing like size**(-order).

    A family is a run of consecutive cells whose `size` increases (at least three). The relative differences d(size) are
    fitted by D + c_1 size**(-order) + ... + c_terms size**(-terms * order); D is judged, and the order is fitted to the
    differences where they are resolved.
    """

    size: str = "n"
    order: float = 1.0
    resolution: float = 0.01
    allowance: Allowance = 0.0
    terms: int = 1


@dataclass(frozen=True)
class Law:
    """The whole distribution agrees: Dvoretzky-Kiefer-Wolfowitz band around the predicted cdf."""

    resolution: float = 0.02
    allowance: Allowance = 0.0


@dataclass(frozen=True)
class Bound:
    """Never beyond theory, on every draw (up to rounding `tolerance`) or in the mean (to `resolution`).

    `side` is "upper" if the simulated quantity must stay below the prediction. The tightness, the largest share of the
    bound that was reached, is reported.
    """

    side: Literal["upper", "lower"] = "upper"
    on: Literal["draw", "mean"] = "draw"
    tolerance: float = 1e-9
    resolution: float = 0.01
    allowance: Allowance = 0.0
    trials: int = 256


@dataclass(frozen=True)
class Rate:
    """The exponent of the quantity as a power of `size`; families as for Limit, on the mean or, for heavy tails, the
    median of the simulated quantity."""

    size: str = "n"
    resolution: float = 0.02
    allowance: Allowance = 0.0


Kind = Identity | Mean | Limit | Law | Bound | Rate
