"""How dense each layer of a sparse network is, and the units that lose all their inputs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import sims.dynamic_sparse_training as sims
import theory.dynamic_sparse_training as theory
from claims import Claim, Decoy, Grid, Identity, Mean, Source, cells, declared_in

claim = declared_in(__name__)
CONV = ((3, 3, 3, 64), (3, 3, 64, 128), (3, 3, 128, 256), (256, 10))
DENSE = ((784, 300), (300, 100), (100, 10))
LONG = ((3, 3, 3, 64), *((3, 3, 64, 64),) * 6, *((3, 3, 128, 128),) * 6, *((1, 1, 256, 512),) * 4, (512, 1000))


def _densities(shapes: Any, density: float, kernel: bool) -> dict[str, Any]:
    return {"densities": theory.erk_densities(shapes, density, kernel), "total": density, "unequal": 0.0}


def _raw(shapes: Sequence[Sequence[int]], kernel: bool) -> list[float]:
    used = [shape if kernel else shape[-2:] for shape in shapes]
    return [sum(shape) / math.prod(shape) for shape in used]


def _clipped(shapes: Any, density: float, kernel: bool) -> dict[str, Any]:
    raw, sizes = _raw(shapes, kernel), [math.prod(shape) for shape in shapes]
    scale = density * sum(sizes) / sum(r * n for r, n in zip(raw, sizes, strict=True))
    return {"densities": [min(1.0, scale * r) for r in raw]}


ERK = claim(
    slug="erdos-renyi-density",
    title="Erdos-Renyi densities keep the budget exactly, in whatever order layers are made dense",
    statement=(
        r"The densities $\min(1, \varepsilon r_l)$, $r_l$ the sum over the product of a layer's dimensions, found "
        r"layer by layer are the one root of $\sum_l \min(1, \varepsilon r_l) n_l = D \sum_l n_l$, proportional to "
        r"$r_l$ below 1."
    ),
    source=Source("evci2020rigging", "rule recalled (ER: Mocanu et al. 2018); uniqueness derived here", "derived"),
    kind=Identity(tolerance=1e-10, trials=4, pooled=True),
    predict=_densities,
    simulate=sims.erk_layers,
    grid=Grid(
        quick=(
            *cells(shapes=CONV, density=[0.02, 0.1, 0.5], kernel=[True, False]),
            *cells(shapes=DENSE, density=[0.01, 0.1], kernel=True),
        ),
        full=cells(shapes=LONG, density=[0.01, 0.1, 0.5, 1.0], kernel=[True, False]),
    ),
    decoys=(
        Decoy("clipped", "cut off at 1 without solving for eps again", _clipped),
        Decoy("uniform", "D in every layer", lambda shapes, density, kernel: {"densities": [density] * len(shapes)}),
    ),
)


def _exponential(n_in: int, n_out: int, density: float | None = None, count: int | None = None) -> float:
    return math.exp(-n_out * (density if density is not None else (count or 0) / (n_in * n_out)))


def _bernoulli(n_in: int, n_out: int, density: float | None = None, count: int | None = None) -> float:
    share = density if density is not None else (count or 0) / (n_in * n_out)
    return theory.dead_unit_fraction(n_in, n_out, density=share)


def _poisson(n_in: int, n_out: int, density: float | None = None, count: int | None = None) -> float:
    return math.exp(-n_in * (density if density is not None else (count or 0) / (n_in * n_out)))


DEAD = claim(
    slug="dead-units",
    title="A random mask leaves some units without input",
    statement=(
        r"The share of output units without input has mean $(1-D)^{n_{in}}$ for independent entries and "
        r"$\binom{N-n_{in}}{s}/\binom Ns$ for exactly $s$ ones among $N = n_{in} n_{out}$."
    ),
    source=Source("mocanu2018scalable", "sparse layers recalled; shares derived here", "derived"),
    kind=Mean(resolution=0.02),
    predict=theory.dead_unit_fraction,
    simulate=sims.dead_unit_fraction,
    grid=Grid(
        quick=(
            *cells(n_in=10, n_out=5, density=[0.1, 0.2]),
            *cells(n_in=10, n_out=5, count=[5, 10]),
        ),
        full=(*cells(n_in=100, n_out=50, density=0.03), *cells(n_in=100, n_out=50, count=[100, 150])),
    ),
    decoys=(
        Decoy("outputs for inputs", "exp(-D n_out)", _exponential),
        Decoy("independent entries", "(1-D)^n_in with D = s/N for a fixed number of ones", _bernoulli),
        Decoy("Poisson", "exp(-D n_in)", _poisson),
    ),
)

CLAIMS: tuple[Claim, ...] = (ERK, DEAD)
