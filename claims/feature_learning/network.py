"""The first gradient of many neurons: a sample Hessian, which finds the direction from few samples."""

from __future__ import annotations

import math
from typing import Any

import sims.feature_learning as sims
import theory.feature_learning as theory
from claims import Bounded, Claim, Decoy, Grid, Mean, Order, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]

_SOURCE = Source("damian2022neural", "subspace of the first step; this form", "derived")
_FEW = Grid(quick=cells(d=48, n=480), full=(*cells(d=48, n=480), *cells(d=128, n=1280)))

HESSIAN = claim(
    slug="gradient-matrix-is-sample-hessian",
    title="The gradient matrix finds the direction where no neuron does",
    statement=(
        r"At $n = 10d$ samples of $h_2(u\cdot x)$ the first gradient matrix of $8d$ ReLU neurons has $X^\top y$ as "
        r"its leading left singular vector (squared cosine above 0.8); the first two span the top eigenvector of the "
        r"sample Hessian (above 0.8) and more than half of $u$."
    ),
    source=_SOURCE,
    kind=Order(resolution=0.15),
    predict=lambda **_: {"both": 0.5, "labels": 0.8, "inside": 0.8},
    simulate=sims.one_step_features,
    grid=_FEW,
    decoys=(
        Decoy("top one", "the leading vector alone has half of u", lambda **_: {"first": 0.5}),
        Decoy("one neuron", "half of a neuron's gradient energy is along u", lambda **_: {"neuron": 0.5}),
    ),
    tails={name: Bounded(0.0, 1.0) for name in ("both", "labels", "inside", "first", "neuron")},
)

TURN = claim(
    slug="gradient-matrix-is-sample-hessian-turn",
    title="With many samples the direction comes first",
    statement=(
        r"The strengths of $X^\top y$ and of $u$ in the gradient matrix, $\frac d{4n}$ and $\frac1{\pi d}$, cross at "
        r"$n = \pi d^2/4$: at three times as many samples the leading vector has more than half of $u$."
    ),
    source=_SOURCE,
    kind=Order(resolution=0.1),
    predict=lambda **_: {"first": 0.5},
    simulate=sims.one_step_features,
    grid=Grid(
        quick=cells(d=16, n=round(3 * math.pi * 16**2 / 4)),
        full=(*cells(d=16, n=round(3 * math.pi * 16**2 / 4)), *cells(d=32, n=round(3 * math.pi * 32**2 / 4))),
    ),
    decoys=(Decoy("labels", "X'y still leads", lambda **_: {"labels": 0.5}),),
    tails={"first": Bounded(0.0, 1.0), "labels": Bounded(0.0, 1.0)},
)


@instance
def samples(n: int, d: int, number: int) -> Named:
    """Samples, labels, and the directions of X'y and of the sample Hessian."""
    return sims.sample_problem(n, d, instance=number)._asdict()


def _forms(matrix: Any, directions: Any) -> list[float]:
    return [float(v @ matrix @ v) for v in directions.T]


def _predict(**cell: Any) -> list[float]:
    X, y, directions = samples(**cell).values()
    return _forms(theory.mean_gradient_gram(X, y), directions)


def _constant(**cell: Any) -> list[float]:
    """The labels' direction alone."""
    X, y, directions = samples(**cell).values()
    return [float((v @ (X.T @ y)) ** 2) / (4 * len(X) ** 2) for v in directions.T]


def _linear(**cell: Any) -> list[float]:
    """And the sample Hessian, nothing more."""
    X, y, directions = samples(**cell).values()
    rows = X / (X**2).sum(axis=1, keepdims=True) ** 0.5
    weighted = (rows.T * y) @ X / len(X)
    second = _forms(weighted.T @ weighted / (2 * math.pi), directions)
    return [a + b for a, b in zip(_constant(**cell), second, strict=True)]


GRAM = claim(
    slug="gradient-matrix-is-sample-hessian-kernel",
    title="The gradient matrix of many neurons, exactly",
    statement=(
        r"Over random ReLU neurons $E[\hat g\hat g^\top] = n^{-2}X^\top\mathrm{diag}(y)K\mathrm{diag}(y)X$, $K_{ij} "
        r"= (\pi-\theta_{ij})/(2\pi)$, seen along $X^\top y$ and along the sample Hessian's top eigenvector "
        r"orthogonal to it."
    ),
    source=Source("cho2009kernel", "kernel of the gates recalled; this form", "derived"),
    kind=Mean(resolution=0.024),
    predict=_predict,
    simulate=samples.of(sims.gradient_forms),
    grid=Grid(quick=cells(n=12, d=4, number=[0, 1]), full=cells(n=[12, 40], d=[4, 10], number=[0, 1])),
    decoys=(
        Decoy("labels alone", "K = 1/4", _constant),
        Decoy("labels and Hessian", "K = 1/4 + cos/(2 pi): no more of the series", _linear),
    ),
)


def _explained(d: int, n: int) -> Named:
    return {"explained": 1 - float(theory.rank_one_lower_bound(d, n))}


ONE_STEP = claim(
    slug="fixed-features-lower-bound-one-step",
    title="One step of a network passes the bound of all fixed features",
    statement=(
        r"From the same $n = 10d$ samples of $h_2(u\cdot x)$, least squares of degree 2 on the two leading "
        r"directions of the first gradient matrix explains more of the target than any $n$ fixed functions do on "
        r"average."
    ),
    source=_SOURCE,
    kind=Order(resolution=0.1),
    predict=_explained,
    simulate=sims.one_step_features,
    grid=_FEW,
    decoys=(Decoy("no better", "n ~ d is enough for fixed features: 0.9", lambda **_: {"explained": 0.9}),),
)

CLAIMS: tuple[Claim, ...] = (ONE_STEP, HESSIAN, TURN, GRAM)
