"""How many measurements l1 minimisation needs: the dimension of its descent cone, and recovery on both sides."""

from __future__ import annotations

import math

import sims.matrix_denoising as sims
import theory.matrix_denoising as theory
from claims import Claim, Decoy, Grid, Limit, Moments, Order, Probability, Source, cells, declared_in, instance
from claims.matrix_denoising.families import Named

claim = declared_in(__name__)
ALMT = "amelunxen2014living"


@instance
def limit(fraction: float, n: int) -> Named:
    """All but the size, which goes to infinity."""
    return {"fraction": fraction}


def _rule_of_thumb(fraction: float, n: int) -> float:
    return 2 * fraction * math.log(1 / fraction)


DIMENSION = claim(
    slug="l1-phase-transition",
    title="The descent cone of the l1 norm fills the minimax risk of the soft threshold",
    statement=(
        r"At a vector with $fn$ non-zeros the descent cone of the $\ell_1$ norm has, as $n \to \infty$, the "
        r"statistical dimension $n M(f)$, $M(f) = \min_t f(1+t^2) + 2(1-f)[(1+t^2)Q(t) - t\varphi(t)]$: the number of "
        r"Gaussian measurements at which $\ell_1$ minimisation begins to find it."
    ),
    source=Source(ALMT, "Theorem II and Proposition 4.5", "recalled"),
    kind=Limit(size="n", order=1.0, resolution=0.02),
    predict=limit.of(theory.l1_transition),
    simulate=sims.l1_transition,
    grid=Grid(
        quick=(*cells(fraction=0.1, n=[40, 80, 160]), *cells(fraction=0.3, n=[40, 80, 160])),
        full=tuple(cell for f in (0.05, 0.1, 0.2, 0.3, 0.5) for cell in cells(fraction=f, n=[80, 160, 320])),
    ),
    decoys=(
        Decoy("2f log(1/f)", "the rule of thumb for small f", _rule_of_thumb),
        Decoy("2f", "twice the number of non-zeros", lambda fraction, n: 2 * fraction),
        Decoy("f/delta", "sparsity per measurement instead of measurements",
              lambda fraction, n: fraction / theory.l1_transition(fraction)),
    ),
    tails={"value": Moments(skewness=1.0)},
)  # fmt: skip


@instance
def around(fraction: float, n: int, width: float) -> Named:
    """Measurements below and above the transition, by a share of it."""
    transition = float(theory.l1_transition(fraction))
    below, above = (1 - width) * transition, (1 + width) * transition
    return {"fraction": fraction, "below": below, "above": above, "n": n}


RECOVERY = claim(
    slug="l1-phase-transition-recovery",
    title="Below the transition l1 minimisation misses the sparse vector, above it finds it",
    statement=(
        r"From $(1-w) M(f) n$ Gaussian measurements least $\ell_1$ norm misses a vector with $fn = n/10$ non-zeros "
        r"more often than not, from $(1+w) M(f) n$ it finds it more often than not, at $w = 1/4$ and these sizes."
    ),
    source=Source(ALMT, "Theorem II", "recalled"),
    kind=Order(trials=300),
    predict=lambda fraction, n, width: {"missed_below": 0.5, "recovered_above": 0.5},
    simulate=around.of(sims.l1_recovery),
    grid=Grid(
        quick=cells(fraction=0.1, n=[40, 60], width=0.25), full=cells(fraction=0.1, n=[80, 160, 200], width=0.25)
    ),
    decoys=(
        Decoy("2f", "2f n measurements suffice", lambda fraction, n, width: {"recovered_below": 0.5}),
        Decoy("2f log(1/f)", "fewer than 2f log(1/f) n fail", lambda fraction, n, width: {"missed_above": 0.5}),
    ),
    tails={
        name: Probability() for name in ("missed_below", "recovered_above", "recovered_below", "missed_above")
    },
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (DIMENSION, RECOVERY)
