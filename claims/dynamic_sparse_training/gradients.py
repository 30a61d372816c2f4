"""Regrowth by gradients in the quadratic model: it stops exploring, and where it ends; and digits nets beside it."""

from __future__ import annotations

from typing import Any

import sims.dynamic_sparse_training as sims
import theory.dynamic_sparse_training as theory
from claims import Claim, Decoy, Grid, Identity, Limit, Mean, Moments, Observation, Source, cells, declared_in

claim = declared_in(__name__)
RIGL = Source("evci2020rigging", "algorithm recalled; statement derived here", "derived")
SETTLED = {"unsettled": 0.0}
SMALL = (*cells(N=60, s=12, k=4, include_pruned=[False, True]), *cells(N=50, s=20, k=7, include_pruned=[False, True]))
LARGE = cells(N=1000, s=100, k=30, include_pruned=[False, True])

LIMIT = claim(
    slug="rigl-saturation",
    title="Regrowth by gradients stops exploring",
    statement=(
        r"In the quadratic model with a random first mask the share of weights ever active ends at mean "
        r"$\frac bN + \frac sN(1 - \frac bN)$, $b = s + k$ where just-dropped weights are excluded, $b = s$ where not."
    ),
    source=RIGL,
    kind=Mean(resolution=0.005),
    predict=lambda N, s, k, include_pruned: {"explored": theory.rigl_explored_limit(N, s, k, include_pruned)},
    simulate=sims.gradient_regrowth,
    grid=Grid(quick=SMALL, full=LARGE),
    decoys=(
        Decoy("all", "1, as for random regrowth", lambda N, s, k, include_pruned: {"explored": 1.0}),
        Decoy("the sparsity", "1 - S", lambda N, s, k, include_pruned: {"explored": s / N}),
        Decoy(
            "the other candidates", "just-dropped weights included for excluded",
            lambda N, s, k, include_pruned: {"explored": theory.rigl_explored_limit(N, s, k, not include_pruned)},
        ),
    ),
    certificates=SETTLED,
)  # fmt: skip

SUPPORT = claim(
    slug="rigl-saturation-support",
    title="Gradients end at the best weights, or in a cycle of two masks around them",
    statement=(
        r"No weight beyond the $b$ largest is ever grown and each of these is once active; included, the loss ends at "
        r"its optimum; excluded, the support alternates, the mean of its two losses being that of the $s$ largest "
        r"and of ranks $1..s-k$, $s+1..s+k$ of the same draw."
    ),
    source=RIGL,
    kind=Identity(tolerance=1e-10, trials=256),
    predict=lambda N, s, k, include_pruned: {"outside": 0.0, "missed": 0.0, "balance": 1.0},
    simulate=sims.gradient_regrowth,
    grid=Grid(quick=SMALL, full=LARGE),
    decoys=(
        Decoy(
            "always the optimum", "the loss ends at its optimum, excluded or not",
            lambda N, s, k, include_pruned: {"regret": 1.0},
        ),
    ),
    certificates=SETTLED,
)  # fmt: skip

ROUNDS = claim(
    slug="rigl-saturation-rounds",
    title="How many rounds gradients need to find the best weights",
    statement=(
        r"With just-dropped weights included the $s$ largest are found after $\lceil (s-X)/k \rceil$ rounds, $X$ "
        r"hypergeometric: a mean of at most $S/\zeta + 1$."
    ),
    source=RIGL,
    kind=Mean(resolution=0.01),
    predict=lambda N, s, k, include_pruned: {"rounds": theory.rigl_rounds(N, s, k)},
    simulate=sims.gradient_regrowth,
    grid=Grid(
        quick=(*cells(N=60, s=12, k=4, include_pruned=True), *cells(N=50, s=20, k=7, include_pruned=True)),
        full=(*cells(N=1000, s=200, k=20, include_pruned=True), *cells(N=1000, s=100, k=5, include_pruned=True)),
    ),
    decoys=(
        Decoy("not rounded up", "S/zeta", lambda N, s, k, include_pruned: {"rounds": (1 - s / N) * s / k}),
        Decoy("one more", "S/zeta + 1", lambda N, s, k, include_pruned: {"rounds": (1 - s / N) * s / k + 1}),
    ),
    tails={"rounds": Moments(skewness=3.0)},  # three values, the outer ones rare
    certificates=SETTLED,
)


def _per_energy(N: int, s: int, k: int, include_pruned: bool) -> dict[str, float]:
    return {"loss": theory.rigl_loss(1 - s / N, k / s, include_pruned), "energy": 1.0}


ENDS = claim(
    slug="rigl-saturation-loss",
    title="Excluding the weights just dropped keeps gradients from the optimum",
    statement=(
        r"For Gaussian weights the loss per parameter, averaged over two rounds, tends to "
        r"$\frac12[1 - \frac12 A((1-S)(1+\zeta)) - \frac12 A((1-S)(1-\zeta))]$ where just-dropped weights are excluded "
        r"and to the optimum $\frac12(1 - A(1-S))$ where not, at order $1/N$."
    ),
    source=RIGL,
    kind=Limit(size="N", order=1.0, resolution=0.01),
    predict=_per_energy,
    simulate=sims.gradient_regrowth,
    grid=Grid(
        quick=(
            *({"N": N, "s": N // 5, "k": N // 10, "include_pruned": False} for N in (50, 100, 200)),
            *({"N": N, "s": N // 5, "k": N // 10, "include_pruned": True} for N in (50, 100, 200)),
        ),
        full=tuple({"N": N, "s": N // 2, "k": N // 4, "include_pruned": False} for N in (200, 400, 800)),
    ),
    decoys=(
        Decoy(
            "always the optimum", "(1 - A(1-S))/2, excluded or not",
            lambda N, s, k, include_pruned: {"loss": float(theory.sparse_optimum_loss(1 - s / N)), "energy": 1.0},
        ),
        Decoy(
            "static", "S/2: nothing is gained",
            lambda N, s, k, include_pruned: {"loss": (1 - s / N) / 2, "energy": 1.0},
        ),
    ),
    controls=("energy",),
    certificates=SETTLED,
)  # fmt: skip


def _digits(method: str, sparsity: float, zeta: float, rounds: int, **_: Any) -> dict[str, float]:
    N = 4096
    s = round((1 - sparsity) * N)
    k = round(zeta * s)
    if method == "set":
        return {"explored": float(theory.set_explored_rate(N, s, k, rounds, include_pruned=False))}
    return {"explored": theory.rigl_explored_limit(N, s, k)}


DIGITS = claim(
    slug="rigl-saturation-digits",
    title="The masks of a layer trained on handwritten digits",
    statement=(
        r"The share of a $64 \times 64$ layer's weights ever active in a training on digits, beside the law of random "
        r"regrowth (set) and the saturation of the quadratic model (rigl)."
    ),
    source=Source("evci2020rigging", "no theorem: the weights of a trained layer move", "derived"),
    kind=Observation(trials=8),
    predict=_digits,
    simulate=sims.digits_training,
    grid=Grid(
        quick=cells(method=["set", "rigl"], sparsity=0.9, zeta=0.3, rounds=16, every=10),
        full=cells(method=["set", "rigl"], sparsity=0.9, zeta=0.3, rounds=30, every=[10, 50]),
    ),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (LIMIT, SUPPORT, ROUNDS, ENDS, DIGITS)
