"""Pruning by magnitude after training: when the mask is the true support, and what rounds with rewinding change."""

from __future__ import annotations

import math
from typing import Any

import sims.lottery_tickets as sims
import theory.lottery_tickets as theory
from claims import Claim, Decoy, Grid, Identity, Mean, Observation, Probability, Source, cells, declared_in, instance

claim = declared_in(__name__)
FRANKLE = Source("frankle2019lottery", "procedure recalled; statement derived here", "derived")


def _upper(x: float) -> float:
    return math.erfc(x / math.sqrt(2)) / 2


def _threshold(p: int, k: int, b: float, tau: float) -> float:
    """A threshold at half a true weight."""
    u = b / (2 * tau)
    return (1 - 2 * _upper(u)) ** (p - k) * (1 - _upper(u)) ** k


def _one_sided(p: int, k: int, b: float, tau: float) -> float:
    """Zeros that are as many as half of them: only positive noise competes."""
    return theory.ticket_recovery_prob(k + (p - k) // 2, k, b, tau)


SUPPORT = claim(
    slug="ticket-support-recovery",
    title="When pruning the smallest trained weights leaves the true ones",
    statement=(
        r"In an orthogonal design with noise $\tau$ a weight, the $k$ largest of $p$ trained weights are the $k$ true "
        r"ones, of size $b$, with probability $\int_0^\infty(p-k)F_0^{p-k-1}f_0(1-F_1)^k\,dt$, $F_0$ and $F_1$ the "
        r"distributions of $|\tau g|$ and $|b+\tau g|$."
    ),
    source=FRANKLE,
    kind=Mean(resolution=0.02),
    predict=theory.ticket_recovery_prob,
    simulate=sims.ticket_recovery_prob,
    grid=Grid(
        quick=(
            *cells(p=100, k=10, b=0.25, tau=0.05),
            *cells(p=20, k=4, b=0.2, tau=0.05),
            *cells(p=6, k=3, b=0.1, tau=0.05),
        ),
        full=cells(p=[20, 100, 1000], k=10, b=[0.2, 0.25], tau=0.05),
    ),
    decoys=(
        Decoy("threshold", "at half a true weight, in place of the best one", _threshold),
        Decoy("one sign", "noise of one sign alone competes", _one_sided),
    ),
    tails={"value": Probability()},
)


def _share(p: int, k: int, rounds: int) -> float:
    """f, pruned in each round so that k of p weights are left in the end."""
    return 1.0 - float((k / p) ** (1 / rounds))


def _density(p: int, k: int, rounds: int, **rest: Any) -> float:
    return float((1 - _share(p, k, rounds)) ** rounds)


@instance
def correlated(p: int, k: int, b: float, tau: float, n: int, rounds: int, steps: int) -> dict[str, Any]:
    """Neighbouring weights correlated, and trained for as much longer as that takes."""
    return {"p": p, "k": k, "b": b, "tau": tau, "n": n, "rounds": rounds, "steps": 4 * steps, "rho": 0.3}


ROUNDS = claim(
    slug="ticket-support-recovery-rounds",
    title="In an orthogonal design pruning in rounds with rewinding finds the mask of pruning at once",
    statement=(
        r"Training by gradient descent to its end, pruning a share $f$ and rewinding, $r$ times, leaves the density "
        r"$(1-f)^r$, the mask of pruning at once, and the weights that are kept repeat their trajectories."
    ),
    source=FRANKLE,
    kind=Identity(tolerance=1e-12, trials=64),
    predict=lambda **cell: {"density": _density(**cell), "mask": 0.0, "path": 0.0},
    simulate=sims.iterative_pruning,
    grid=Grid(
        quick=cells(p=32, k=4, b=0.3, tau=0.1, n=40, rounds=[2, 3], steps=60),
        full=cells(p=64, k=8, b=0.3, tau=0.1, n=[64, 100], rounds=3, steps=100),
    ),
    decoys=(
        Decoy(
            "shares of the whole",
            "1 - r f",
            lambda p, k, rounds, **rest: {"density": 1 - rounds * _share(p, k, rounds)},
        ),
        Decoy(
            "any design", "the same mask and paths where neighbours are correlated, rho = 0.3", None,
            correlated.of(sims.iterative_pruning),
        ),
    ),
    # Untrained weights are pruned alike too: what is compared must have been trained.
    certificates={"slope": 1e-12},
)  # fmt: skip


def _orthogonal(p: int, k: int, b: float, tau: float, **rest: Any) -> dict[str, float]:
    return dict.fromkeys(("iterative", "at_once"), theory.ticket_recovery_prob(p, k, b, tau))


CORRELATED = claim(
    slug="ticket-support-recovery-correlated",
    title="In a correlated design rounds of pruning find the support more often than pruning at once",
    statement=(
        r"With $X^\top X/n = (\rho^{|i-j|})$: how often pruning in five rounds, and at once, leaves the true weights, "
        r"beside the probability of an orthogonal design."
    ),
    source=FRANKLE,
    kind=Observation(trials=256),
    predict=_orthogonal,
    simulate=sims.iterative_pruning,
    grid=Grid(
        quick=cells(p=20, k=4, b=0.2, tau=0.05, n=20, rounds=5, steps=400, rho=[0.0, 0.3, 0.5, 0.7]),
        full=cells(p=20, k=4, b=0.2, tau=0.05, n=20, rounds=5, steps=800, rho=[0.0, 0.3, 0.5, 0.7, 0.8]),
    ),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (SUPPORT, ROUNDS, CORRELATED)
