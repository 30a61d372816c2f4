"""Tasks drawn afresh from a distribution: what the memory of the tasks seen is worth."""

from __future__ import annotations

from typing import Any

import sims.catastrophic_forgetting as sims
import theory.catastrophic_forgetting as theory
from claims import Decoy, Grid, Mean, Moments, Source, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]


def _forgotten(d: int, r: int, k: int, a: float) -> Named:
    """Forgetting where the overlap of a seen task decays by the factor a a step."""
    rho = (d - r) / d
    memory = sum(rho ** (k - 1 - j) * a**j for j in range(k))
    return {"forgetting": r / d * (rho**k - rho / k * memory)}


def _earlier(d: int, r: int, k: int) -> Named:
    return {"forgetting": k / (k - 1) * theory.haar_tasks_forgetting(d, r, k).forgetting}


_QUICK = tuple(dict(zip("drk", size, strict=True)) for size in ((6, 2, 4), (8, 4, 3)))

HAAR = claim(
    slug="haar-tasks-forgetting",
    title="Fresh random tasks: the loss on a new one, and what those seen keep",
    statement=(
        r"When each step draws a uniformly random row space of dimension $r$, with $s = d-r$, $\rho = s/d$, $a = "
        r"\frac{s(sd+d-2)}{d(d-1)(d+2)}$ and a unit teacher, the expected loss on a new task is $\frac rd\rho^k$, on "
        r"the $k$ tasks seen $\frac rd\bigl[\rho^k - \frac\rho k\frac{\rho^k-a^k}{\rho-a}\bigr]$, and "
        r"$E\|e_k\|^2 = \rho^k$."
    ),
    source=Source("xu2026order", "setting of its abstract; formula derived here", "derived"),
    kind=Mean(resolution=0.025),
    predict=theory.haar_tasks_forgetting,
    simulate=sims.haar_tasks_forgetting,
    grid=Grid(
        quick=_QUICK,
        full=(*_QUICK, {"d": 6, "r": 1, "k": 5}, {"d": 20, "r": 2, "k": 10}, {"d": 100, "r": 5, "k": 30}),
    ),
    decoys=(
        Decoy("a = rho^2", "two steps as if independent", lambda d, r, k: _forgotten(d, r, k, (1 - r / d) ** 2)),
        Decoy("earlier tasks", "averaged over the k - 1 earlier tasks", _earlier),
        Decoy(
            "forgetting is the loss", "tasks seen and new ones alike",
            lambda d, r, k: {"forgetting": theory.haar_tasks_forgetting(d, r, k).loss},
        ),
    ),
    tails={"loss": Moments(3.0), "forgetting": Moments(3.0), "err2": Moments(3.0)},
)  # fmt: skip

CLAIMS = (HAAR,)
