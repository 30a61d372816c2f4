"""Random regrowth: the share of all weights ever active, its mean and its variance."""

from __future__ import annotations

import sims.dynamic_sparse_training as sims
import theory.dynamic_sparse_training as theory
from claims import Claim, Decoy, Grid, Mean, Moments, Source, cells, declared_in

claim = declared_in(__name__)
ITOP = Source("liu2021itop", "quantity: abstract; formula derived here", "derived")


def _rate(N: int, s: int, k: int, t: int, include_pruned: bool, drop: str = "random") -> float:
    return float(theory.set_explored_rate(N, s, k, t, include_pruned))


def _other_rate(N: int, s: int, k: int, t: int, include_pruned: bool, drop: str = "random") -> float:
    return float(theory.set_explored_rate(N, s, k, t, not include_pruned))


def _of_all(N: int, s: int, k: int, t: int, include_pruned: bool, drop: str = "random") -> float:
    return 1 - (1 - s / N) * (1 - k / N) ** t


def _fresh(N: int, s: int, k: int, t: int, include_pruned: bool, drop: str = "random") -> float:
    return 1 - (1 - s / N) ** (t + 1)


def _linear(N: int, s: int, k: int, t: int, include_pruned: bool, drop: str = "random") -> float:
    return (s + t * k) / N


RATE = claim(
    slug="set-explored-rate",
    title="Random regrowth explores all weights at an exact exponential rate",
    statement=(
        r"Where every round drops $k$ of $s$ active weights, by whatever rule, and grows $k$ of $M$ candidates at "
        r"random, the share ever active after $t$ rounds has mean $1 - S(1 - k/M)^t$, with $M = N - s + k$, or $N - s$ "
        r"where those just dropped are excluded."
    ),
    source=ITOP,
    kind=Mean(resolution=0.004),
    predict=_rate,
    simulate=sims.set_explored_rate,
    grid=Grid(
        quick=(
            *cells(N=60, s=12, k=4, t=[2, 10], include_pruned=[True, False], drop="random"),
            *cells(N=60, s=12, k=4, t=10, include_pruned=[True, False], drop=["smallest", "newest"]),
        ),
        full=(
            *cells(N=1000, s=100, k=30, t=30, include_pruned=[True, False], drop=["random", "smallest", "newest"]),
            *cells(N=100_000, s=10_000, k=3000, t=10, include_pruned=True, drop="random"),
        ),
    ),
    decoys=(
        Decoy("candidates", "k of all N weights are drawn: 1 - S(1 - k/N)^t", _of_all),
        Decoy("fresh masks", "every mask is drawn anew: 1 - S^(t+1)", _fresh),
        Decoy("linear", "every weight grown is a new one: (s + t k)/N", _linear),
        Decoy("the other candidates", "just-dropped weights excluded for included", _other_rate),
    ),
)


def _var(N: int, s: int, k: int, t: int, include_pruned: bool) -> float:
    return float(theory.set_explored_var(N, s, k, t, include_pruned))


def _other_var(N: int, s: int, k: int, t: int, include_pruned: bool) -> float:
    return float(theory.set_explored_var(N, s, k, t, not include_pruned))


def _independent(N: int, s: int, k: int, t: int, include_pruned: bool) -> float:
    rate = _rate(N, s, k, t, include_pruned)
    return rate * (1 - rate) / N


VARIANCE = claim(
    slug="set-explored-rate-variance",
    title="The explored share varies less than independent weights would",
    statement=(
        r"The number $U$ of weights never active has $\mathrm{E}[U(U-1)] = (N-s)(N-s-1)"
        r"\bigl[\frac{(M-k)(M-k-1)}{M(M-1)}\bigr]^t$, which gives the variance of the share explored."
    ),
    source=Source("liu2021itop", "quantity: abstract; variance derived here", "derived"),
    kind=Mean(resolution=0.025),
    predict=_var,
    simulate=sims.set_explored_var,
    grid=Grid(
        quick=cells(N=20, s=6, k=2, t=3, include_pruned=[True, False]),
        full=cells(N=60, s=12, k=4, t=[5, 10], include_pruned=[True, False]),
    ),
    decoys=(
        Decoy("independent weights", "R(1 - R)/N", _independent),
        Decoy("the other candidates", "just-dropped weights excluded for included", _other_var),
    ),
    tails={"value": Moments(skewness=1.0)},
)

CLAIMS: tuple[Claim, ...] = (RATE, VARIANCE)
