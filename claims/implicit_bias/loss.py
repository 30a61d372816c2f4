"""How slowly the exponential loss must fall, and what attains it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import sims.implicit_bias as sims
import theory.implicit_bias as theory
from claims import Bound, Claim, Decoy, Grid, Identity, Source, cells, declared_in, instance
from theory.max_margin import max_margin

claim = declared_in(__name__)
Named = dict[str, Any]
DERIVED = Source("soudry2018implicit", "standard argument, |grad L| >= gamma L; constant derived here", "derived")
TIMES = (0.3, 3.0, 100.0, 1e6, 1e12)


@instance
def drawn(count: int, n: int, d: int, t: tuple[float, ...], number: int) -> Named:
    """Gaussian data sets that a random direction separates, and times."""
    return {"rows": sims.separable_rows(count, n, d, instance=number), "t": t}


FLOWN = drawn.of(sims.exp_loss_path)


def _bound(square: Callable[[float], float]) -> Callable[..., Named]:
    def predict(count: int, n: int, d: int, t: tuple[float, ...], number: int) -> Named:
        rows = sims.separable_rows(count, n, d, instance=number)
        roots = [square(1 / float(np.linalg.norm(max_margin(a).w))) ** 0.5 for a in rows]
        return {"loss": np.asarray([theory.exp_loss_bound(t, root, float(n)) for root in roots])}

    return predict


BOUND = claim(
    slug="loss-rate-bound",
    title="The exponential loss falls at least like one over gamma squared t",
    statement=(
        r"Under gradient flow $L(t) \le 1/(1/L(0) + \gamma^2 t)$ for the exponential loss of separable data of margin "
        r"$\gamma$, at all times (over random data)."
    ),
    source=DERIVED,
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=1),
    predict=_bound(lambda gamma: gamma**2),
    simulate=FLOWN,
    grid=Grid(
        quick=cells(count=4, n=[6, 20], d=4, t=TIMES, number=0),
        full=cells(count=16, n=[6, 20, 100], d=[3, 8], t=TIMES, number=1),
    ),
    decoys=(
        Decoy("gamma", "gamma in place of its square", _bound(lambda gamma: gamma)),
        Decoy("2 gamma^2", "twice as fast", _bound(lambda gamma: 2 * gamma**2)),
    ),
    certificates={"error": 0.02},
)

LATE = claim(
    slug="loss-rate-bound-late",
    title="All data attain the bound as t grows",
    statement=r"At $t = 10^{30}$ and $10^{60}$ the loss of random separable data is above 0.99 of the bound.",
    source=DERIVED,
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=1, reach=0.99),
    predict=_bound(lambda gamma: gamma**2),
    simulate=FLOWN,
    grid=Grid(
        quick=cells(count=4, n=[6, 20], d=4, t=(1e30, 1e60), number=0),
        full=cells(count=16, n=[6, 20, 100], d=[3, 8], t=(1e50, 1e70), number=1),
    ),
    decoys=(
        Decoy("gamma", "gamma in place of its square", _bound(lambda gamma: gamma)),
        Decoy("2 gamma^2", "twice as fast", _bound(lambda gamma: 2 * gamma**2)),
    ),
    # Far below the hundredth that the bound may be missed by.
    certificates={"error": 1e-3},
)


@instance
def single(gamma: float, t: tuple[float, ...]) -> Named:
    """One sample of length gamma."""
    return {"rows": np.full((1, 1, 1), gamma), "t": t}


def _one(square: Callable[[float], float]) -> Callable[..., Named]:
    return lambda gamma, t: {"loss": np.asarray([theory.exp_loss_bound(t, square(gamma) ** 0.5, 1.0)])}


SINGLE = claim(
    slug="loss-rate-bound-single-sample",
    title="A single sample attains the bound at all times",
    statement=r"With one sample of length $\gamma$ the loss is $1/(1 + \gamma^2 t)$ at every $t$.",
    source=DERIVED,
    kind=Identity(tolerance=1e-6, trials=1, pooled=True),
    predict=_one(lambda gamma: gamma**2),
    simulate=single.of(sims.exp_loss_path),
    grid=Grid(quick=cells(gamma=[0.5, 1.0], t=TIMES), full=cells(gamma=[0.2, 0.5, 1.0, 2.0], t=TIMES)),
    decoys=(
        Decoy("gamma", "gamma in place of its square", _one(lambda gamma: gamma)),
        Decoy("2 gamma^2", "twice as fast", _one(lambda gamma: 2 * gamma**2)),
    ),
    certificates={"error": 1e-5},
)

CLAIMS: tuple[Claim, ...] = (BOUND, LATE, SINGLE)
