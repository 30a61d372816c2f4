"""Two-layer ReLU networks of one input: least weight decay through points, of a function, and after training."""

from __future__ import annotations

from typing import Any

import numpy as np

import sims.weight_decay_sparsity as sims
import theory.weight_decay_sparsity as theory
from claims import Bound, Claim, Decoy, Grid, Identity, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
Values = np.ndarray[Any, Any]
SAVARESE = Source("savarese2019infinite", "function-space norm recalled; interpolants derived here", "derived")


@instance
def points(shape: str, n: int) -> Named:
    """Eight data sets of n points."""
    x, y = sims.data_sets(shape, n)  # type: ignore[arg-type]
    return {"x": x, "y": y}


def _each(shape: str, n: int, cost: Any) -> Values:
    at = points(shape=shape, n=n)
    return np.array([cost(x, y) for x, y in zip(at["x"], at["y"], strict=True)])


def _slopes(x: Values, y: Values) -> Values:
    order = np.argsort(x)
    return np.asarray(np.diff(y[order]) / np.diff(x[order]))


def _variation(x: Values, y: Values) -> float:
    return float(np.sum(np.abs(np.diff(_slopes(x, y)))))


def _ends(x: Values, y: Values, sign: int) -> float:
    s = _slopes(x, y)
    return max(_variation(x, y), 0.5 * (_variation(x, y) + abs(float(s[0] + sign * s[-1]))))


_SHAPES = ["rough", "nearly linear", "convex", "two points"]

INTERPOLANT = claim(
    slug="relu-weight-decay-is-tv",
    title="The least weight decay of a ReLU network through given points",
    statement=(
        r"With slopes $s_i$ between neighbours and $T = \sum_i|s_{i+1}-s_i|$ the least $\tfrac12\sum_j(v_j^2+w_j^2)$ "
        r"of a two-layer ReLU network through the points, biases free, is "
        r"$\max(T, \tfrac12(T+|s_1+s_{n-1}|))$: total variation alone is too little for data that are nearly a line."
    ),
    source=SAVARESE,
    kind=Identity(tolerance=1e-8, trials=2, pooled=True),
    predict=lambda shape, n: {"value": _each(shape, n, theory.relu_interpolation_cost)},
    simulate=points.of(sims.relu_interpolation_cost),
    grid=Grid(
        quick=cells(shape=_SHAPES, n=6),
        full=cells(shape=_SHAPES, n=[4, 8, 12]),
    ),
    decoys=(
        Decoy("variation", "T alone", lambda shape, n: {"value": _each(shape, n, _variation)}),
        Decoy(
            "sum of slopes", "sum |s_i|",
            lambda shape, n: {"value": _each(shape, n, lambda x, y: float(np.sum(np.abs(_slopes(x, y)))))},
        ),
        Decoy(
            "difference of ends", "|s_1 - s_{n-1}|",
            lambda shape, n: {"value": _each(shape, n, lambda x, y: _ends(x, y, -1))},
        ),
        Decoy(
            "twice", "twice as much",
            lambda shape, n: {"value": 2 * _each(shape, n, theory.relu_interpolation_cost)},
        ),
    ),
    certificates={"gap": 1e-8},
)  # fmt: skip


@instance
def functions(kinks: int, trend: float) -> Named:
    """Eight sequences of slopes about a trend."""
    return {"slopes": sims.slope_sets(kinks, trend=trend)}


def _costs(kinks: int, trend: float, cost: Any) -> Named:
    return {"value": np.array([cost(m) for m in functions(kinks=kinks, trend=trend)["slopes"]])}


FUNCTION = claim(
    slug="relu-weight-decay-is-tv-function",
    title="The least weight decay of a ReLU network that is a given function",
    statement=(
        r"It is $\max(\int|f''|, |f'(-\infty)+f'(+\infty)|)$: for slopes $m_0,\dots,m_K$ "
        r"$\max(\sum_k|m_{k+1}-m_k|, |m_0+m_K|)$."
    ),
    source=Source("savarese2019infinite", "function-space norm in one dimension", "recalled"),
    kind=Identity(tolerance=1e-8, trials=1, pooled=True),
    predict=lambda kinks, trend: _costs(kinks, trend, theory.relu_function_cost),
    simulate=functions.of(sims.relu_function_cost),
    grid=Grid(
        quick=cells(kinks=4, trend=[0.0, 2.0]),
        full=cells(kinks=[1, 4, 10], trend=[0.0, 0.5, 2.0, -2.0]),
    ),
    decoys=(
        Decoy(
            "variation", "the integral of |f''| alone",
            lambda kinks, trend: _costs(kinks, trend, lambda m: float(np.sum(np.abs(np.diff(m))))),
        ),
        Decoy(
            "sum", "both parts added",
            lambda kinks, trend: _costs(
                kinks, trend, lambda m: float(np.sum(np.abs(np.diff(m)))) + abs(float(m[0] + m[-1]))
            ),
        ),
    ),
    certificates={"gap": 1e-8},
)  # fmt: skip


@instance
def lesson(shape: str, n: int, lam: float) -> Named:
    """One data set to train on."""
    x, y = sims.one_set(shape, n, instance=1)  # type: ignore[arg-type]
    return {"x": x, "y": y, "lam": lam}


def _least(shape: str, n: int, lam: float) -> Named:
    return {"value": theory.relu_decay_minimum(**lesson(shape=shape, n=n, lam=lam)) / lam}


def _added(shape: str, n: int, lam: float) -> Named:
    at = lesson(shape=shape, n=n, lam=lam)
    s = _slopes(at["x"], at["y"])
    return {"value": _variation(at["x"], at["y"]) + abs(float(s[0] + s[-1]))}


_LESSONS = cells(shape=["rough", "nearly linear", "convex"], n=5, lam=1e-3)

TRAINED = claim(
    slug="relu-weight-decay-is-tv-trained",
    title="Trained ReLU networks come down to the least weight decay, and not below",
    statement=(
        r"Networks of $40$ units trained with weight decay $\lambda$ end at or above "
        r"$R(y)-\tfrac\lambda2|\nabla R(y)|^2$ in units of $\lambda$, $R$ the least weight decay through the points, "
        r"and within $1\,\%$ of it."
    ),
    source=SAVARESE,
    kind=Bound(side="lower", on="draw", tolerance=1e-9, trials=12, reach=0.99),
    predict=_least,
    simulate=lesson.of(sims.relu_decay_minimum, "value", width=40, steps=1000),
    grid=Grid(
        quick=_LESSONS,
        full=cells(shape=["rough", "nearly linear", "convex"], n=[4, 6], lam=[1e-4, 1e-3]),
    ),
    decoys=(Decoy("added", "total variation and end slopes added", _added),),
)

CLAIMS: tuple[Claim, ...] = (INTERPOLANT, FUNCTION, TRAINED)
