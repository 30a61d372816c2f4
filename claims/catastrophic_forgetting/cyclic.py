"""Tasks in cyclic order: exact instances, the upper bound under attack, and how much of it is real."""

from __future__ import annotations

import math
from typing import Any

import sims.catastrophic_forgetting as sims
import theory.catastrophic_forgetting as theory
from claims.agreement import Bound, Identity
from claims.catastrophic_forgetting.searches import search_floats
from claims.claim import Claim, Decoy, Grid, Source
from sims.arrays import kernel

Named = dict[str, Any]

# --- exact instances -------------------------------------------------------------------------------------------------


def predict_instances(T: int, n: int, delta: float) -> Named:
    """Forgetting of the fan and of the lines that come back."""
    return {"fan": theory.fan_forgetting(T, n, delta), "zigzag": theory.zigzag_forgetting(T, n, delta)}


@kernel(floats=lambda T, **_: 24 * T)
def simulate_instances(T: int, n: int, delta: float, trials: int, rng: Any) -> Named:
    """The same by powers of the product of the projections."""
    draws = {"trials": trials, "rng": rng}
    return {
        "fan": sims.fan_forgetting(T, n, delta, **draws),
        "zigzag": sims.zigzag_forgetting(T, n, delta, **draws),
    }


def half_exponent(T: int, n: int, delta: float) -> Named:
    """Exponent k instead of 2 (k - 1) in the equally spaced fan, and in the zigzag."""
    k = n * T
    change = math.cos(delta) ** (k - 2 * (k - 1))
    right = predict_instances(T, n, delta)
    return {name: value * change for name, value in right.items()}


def no_return(T: int, n: int, delta: float) -> Named:
    """The step from the last line back to the first is forgotten."""
    return {"fan": theory.fan_forgetting(T, n, delta) / math.cos((T - 1) * delta) ** (2 * (n - 1))}


_SHAPES = ((4, 3, 0.3), (6, 2, math.pi / 6), (10, 4, 0.0559), (10, 4, 0.15))

FAN = Claim(
    slug="cyclic-fan",
    topic="catastrophic_forgetting",
    title="Two families of lines in the plane whose cyclic forgetting is known exactly",
    statement=(
        r"$T$ lines at angles $0, \delta, \ldots, (T-1)\delta$ learned in $n$ cycles forget "
        r"$\cos(\delta)^{2n(T-1)}\cos((T-1)\delta)^{2(n-1)}\frac1T\sum_j\sin(j\delta)^2$; lines that fan out to "
        r"$\frac T2\delta$ and come back forget $\cos(\delta)^{2(nT-1)}$ times their mean squared sine."
    ),
    source=Source("evron2022catastrophic", "instances for its cyclic theorem", "derived"),
    kind=Identity(tolerance=1e-9, trials=64),
    predict=predict_instances,
    simulate=simulate_instances,
    grid=Grid(
        quick=tuple({"T": T, "n": n, "delta": delta} for T, n, delta in _SHAPES),
        full=tuple(
            {"T": T, "n": n, "delta": d} for T in (4, 10, 30) for n in (1, 10, 100) for d in (0.01, math.pi / T)
        ),
    ),
    decoys=(
        Decoy("exponent k", "half the exponent", half_exponent),
        Decoy("no way back", "the closing step of each cycle is free", no_return),
    ),
)

# --- upper and lower bounds ------------------------------------------------------------------------------------------


def predict_upper(T: int, n: int, d: int, s: int) -> Named:
    """T^2 min(1/sqrt k, (d - r_max)/(2k))."""
    return {"forgetting": theory.cyclic_bound(T, n * T, d, d - s)}


def predict_lower(T: int, n: int, d: int, s: int) -> Named:
    """The larger of the best fan and the best zigzag."""
    return {"forgetting": max(theory.fan_worst(T, n), theory.zigzag_worst(T, n) if T % 2 == 0 else 0.0)}


@kernel(floats=search_floats)
def search(T: int, n: int, d: int, s: int, trials: int, rng: Any) -> Any:
    """The best of 16 ascents over T null spaces of dimension s in R^d and a unit teacher."""
    return sims.worst_cyclic_forgetting(T, n * T, d, s, 16, 400, trials=trials, rng=rng)._asdict()


def without_square(T: int, n: int, d: int, s: int) -> Named:
    """The bound without the factor T^2."""
    return {"forgetting": theory.cyclic_bound(T, n * T, d, d - s) / T**2}


def upper_attained(T: int, n: int, d: int, s: int) -> Named:
    """The upper bound taken for a value that some tasks reach."""
    return predict_upper(T, n, d, s)


_CELLS = tuple(
    {"T": T, "n": n, "d": d, "s": s} for T, n, d, s in ((3, 2, 3, 1), (3, 10, 3, 1), (4, 3, 4, 2), (10, 4, 2, 1))
)
_CELLS_FULL = _CELLS + tuple(
    {"T": T, "n": n, "d": d, "s": s} for T, n, d, s in ((6, 5, 5, 2), (10, 10, 3, 1), (20, 5, 2, 1), (12, 20, 2, 1))
)

UPPER = Claim(
    slug="cyclic-fan-upper-bound",
    topic="catastrophic_forgetting",
    title="The quadratic bound on cyclic forgetting is never broken, and is loose",
    statement=(
        r"In cyclic order no $T \ge 3$ tasks and no teacher of norm 1 forget more after $k$ steps than "
        r"$T^2\min\{1/\sqrt k, (d - r_{\max})/(2k)\}$."
    ),
    source=Source("evron2022catastrophic", "cyclic theorem, with the refinement (d - r_max)/2", "recalled"),
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=4),
    predict=predict_upper,
    simulate=search,
    certificates={"gradient": 0.02},
    grid=Grid(quick=_CELLS, full=_CELLS_FULL),
    decoys=(Decoy("no T^2", "min{1/sqrt k, (d - r_max)/(2k)}", without_square),),
)

LOWER = Claim(
    slug="cyclic-fan-lower-bound",
    topic="catastrophic_forgetting",
    title="Some cycles are as bad as the best lines: the square of the number of tasks is real",
    statement=(
        r"In cyclic order some $T$ tasks forget at least as much as the best fan and, for even $T$, as the best lines "
        r"that fan out and come back, about $T^2/(12ek)$: the $T^2$ of the upper bound is needed at every $k$."
    ),
    source=Source("evron2022catastrophic", "lower bound beside its cyclic theorem", "derived"),
    kind=Bound(side="lower", on="draw", tolerance=1e-9, trials=4),
    predict=predict_lower,
    simulate=search,
    certificates={"gradient": 0.02},
    grid=Grid(quick=_CELLS, full=_CELLS_FULL),
    decoys=(Decoy("upper bound attained", "some tasks reach the upper bound", upper_attained),),
)

CLAIMS: tuple[Claim, ...] = (FAN, UPPER, LOWER)
