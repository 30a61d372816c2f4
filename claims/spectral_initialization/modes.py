"""Modes of a two-layer linear network: their strengths, their times, their order, and the delay of a random start."""

from __future__ import annotations

import math
from typing import Any

import sims.spectral_initialization as sims
import theory.spectral_initialization as theory
from claims import Claim, Decoy, Grid, Identity, Law, Limit, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
Modes = tuple[float, ...]
SAXE = Source("saxe2013exact", "time course of a mode", "recalled")

STRENGTHS = claim(
    slug="logistic-modes",
    title="Each mode of a linear network grows along a logistic curve of its own",
    statement=(
        r"For the loss $\frac12\|W_2W_1-\Sigma\|_F^2$ and an aligned balanced start of strength $a_0$ a mode of "
        r"singular value $s$ has $a(t) = s/(1 + (s/a_0-1)e^{-2st})$ under gradient flow."
    ),
    source=SAXE,
    kind=Identity(tolerance=1e-8, trials=4, pooled=True),
    predict=lambda s, a0, t: {"strength": theory.mode_strength(s, a0, t)},
    simulate=sims.mode_strength,
    grid=Grid(
        quick=(*cells(s=(3.0, 1.5, 0.5), a0=1e-3, t=[1.0, 2.0, 4.0]), *cells(s=(1.0, 0.2), a0=0.5, t=2.0)),
        full=cells(s=(3.0, 1.5, 0.8, 0.5), a0=[1e-6, 1e-3, 0.1, 1.0], t=[0.5, 2.0, 5.0, 8.0]),
    ),
    decoys=(
        Decoy("half the exponent", "e^{st}", lambda s, a0, t: {"strength": theory.mode_strength(s, a0, t / 2)}),
        Decoy("one pace", "all modes grow at the leading one's rate",
              lambda s, a0, t: {"strength": [theory.mode_strength(max(s), a0, t) * one / max(s) for one in s]}),
    ),
    certificates={"error": 1e-8},
)  # fmt: skip

# --- times -----------------------------------------------------------------------------------------------------------


@instance
def until(s: Modes, a0: float, frac: float) -> Named:
    """Followed for a third longer than ln(1/a0)/(2s) and ln(frac/(1-frac)) of the slowest mode ask for."""
    slowest = min(s)
    horizon = 1.3 * (math.log(1 / a0) + max(math.log(frac / (1 - frac)), 0.0)) / (2 * slowest)
    return {"s": s, "a0": a0, "frac": frac, "horizon": horizon, "step": 0.06 / max(s)}


TIMES = claim(
    slug="logistic-modes-times",
    title="When a mode is learned",
    statement=(
        r"A mode of singular value $s$ reaches the share $f$ of it at "
        r"$t = \ln\bigl[\frac{f}{1-f}(\frac s{a_0}-1)\bigr]/(2s)$."
    ),
    source=SAXE,
    kind=Identity(tolerance=1e-5, trials=1, pooled=True),
    predict=lambda s, a0, frac: {"time": theory.mode_time(s, a0, frac)},
    simulate=until.of(sims.mode_time),
    grid=Grid(
        quick=cells(s=(3.0, 1.5, 0.5), a0=1e-3, frac=[0.1, 0.5, 0.95]),
        full=cells(s=(3.0, 1.5, 0.8, 0.5), a0=[1e-8, 1e-4, 1e-2], frac=[0.1, 0.5, 0.95]),
    ),
    decoys=(
        Decoy("ln(1/a0)/s", "half the rate", lambda s, a0, frac: {"time": [math.log(1 / a0) / x for x in s]}),
        Decoy("level forgotten", "the time to half, whatever the share",
              lambda s, a0, frac: {"time": theory.mode_time(s, a0, 0.5)}),
    ),
)  # fmt: skip


@instance
def tiny(s: Modes, digits: int) -> Named:
    """A start of strength 10^-digits, until all modes are half learned."""
    return dict(until(s=s, a0=10.0**-digits, frac=0.5))


ORDERED = claim(
    slug="logistic-modes-one-after-another",
    title="From a tiny start modes are learned one after another, in the order of their strength",
    statement=(
        r"As $a_0 \to 0$ a mode is half learned at $t$ with $2st/\ln(1/a_0) \to 1$, whatever $s$, the difference being "
        r"$\ln s/\ln(1/a_0)$: the times of two modes are in the inverse ratio of their singular values."
    ),
    source=SAXE,
    kind=Limit(
        size="digits", order=1.0, resolution=0.01, allowance=1e-5, trials=1,
        because="ln(1 - a0/s)/ln(1/a0) beside ln(s)/ln(1/a0), and the integrator's own error",
    ),
    predict=lambda s, digits: {"ratio": [1.0] * len(s)},
    simulate=tiny.of(sims.mode_time),
    grid=Grid(quick=cells(s=(3.0, 1.5, 0.5), digits=[6, 9, 14]), full=cells(s=(3.0, 1.5, 0.8, 0.3), digits=[6, 9, 14])),
    decoys=(
        Decoy("ln(1/a0)/s", "twice as late", lambda s, digits: {"ratio": [2.0] * len(s)}),
        Decoy("all at once", "every mode at the leading one's time",
              lambda s, digits: {"ratio": [one / max(s) for one in s]}),
    ),
)  # fmt: skip

# --- a start that is not aligned -------------------------------------------------------------------------------------

S1, S2 = 2.0, 1.0


@instance
def random_rows(r: int, alpha: float) -> Named:
    """Eigenvalues 2 and 1; followed until long after ln(1/alpha)/s2."""
    return {"r": r, "s1": S1, "s2": S2, "alpha": alpha, "horizon": 2.5 * math.log(1 / alpha) + 3.0, "step": 0.1}


DELAY = claim(
    slug="logistic-modes-random-start",
    title="A random start delays later modes: the first one takes its direction from them",
    statement=(
        r"From $U_0 = \alpha G$, $G$ Gaussian of width $r$, $\alpha \to 0$, the second mode is later by $\Delta$ "
        r"than from orthogonal rows of the same lengths, $e^{-2s_2\Delta}$ being distributed as "
        r"$\mathrm{Beta}((r-1)/2, 1/2)$."
    ),
    source=Source("yan1994global", "explicit solution; the delay derived here", "derived"),
    kind=Law(resolution=0.02),
    predict=lambda r, alpha: {"kept": theory.delay_law(r, 2)},
    simulate=random_rows.of(sims.two_mode_delay),
    grid=Grid(quick=cells(r=[3, 8], alpha=0.003), full=cells(r=[2, 4, 8, 16], alpha=0.001)),
    decoys=(
        Decoy("no halves", "Beta(r-1, 1), as if entries were complex",
              lambda r, alpha: {"kept": theory.delay_law(2 * r, 3)}),
        Decoy("the width itself", "Beta(r/2, 1/2)", lambda r, alpha: {"kept": theory.delay_law(r + 1, 2)}),
    ),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (STRENGTHS, TIMES, ORDERED, DELAY)
