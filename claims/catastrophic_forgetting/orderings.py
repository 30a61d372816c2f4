"""Tasks in random order: exact expectations, and bounds under attack."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

import sims.catastrophic_forgetting as sims
import theory.catastrophic_forgetting as theory
from claims.agreement import Bound, Identity, Mean, Moments
from claims.catastrophic_forgetting.searches import search_floats
from claims.claim import Claim, Decoy, Grid, Source
from sims.arrays import host_normals, kernel

Named = dict[str, Any]

# --- exact expectations ----------------------------------------------------------------------------------------------


@functools.cache
def collection(d: int, T: int, r: int) -> tuple[Any, Any]:
    """A fixed collection of T tasks of rank r in R^d (projections on their null spaces) and a unit teacher."""
    frames = np.linalg.qr(host_normals(T, T, d, d - r))[0]
    return frames @ frames.swapaxes(1, 2), np.ones(d) / math.sqrt(d)


def predict_random_order(d: int, T: int, r: int, k: int) -> Named:
    """Loss, forgetting and squared error after k steps."""
    result = theory.random_order_loss(*collection(d, T, r), k)
    return {"forgetting": result.forgetting_k, "loss": result.loss[k], "err2": result.err2[k]}


@kernel(floats=lambda d, T, k, **_: 4 * T * d + 5 * (k + 1))
def simulate_random_order(d: int, T: int, r: int, k: int, trials: int, rng: Any) -> Named:
    """Loss, forgetting and squared error along random orderings; `removed` is the telescoping sum over its value."""
    P, teacher = collection(d, T, r)
    result = sims.random_order_loss(P, teacher, k, trials=trials, rng=rng)
    lost = result.err2[:, 0] - result.err2[:, k]
    return {
        "forgetting": result.forgetting_k,
        "loss": result.loss[:, k],
        "err2": result.err2[:, k],
        "removed": result.energy / lost,
    }


def unaveraged_map(d: int, T: int, r: int, k: int) -> Named:
    """The factor T of the average over tasks is forgotten once."""
    return {"loss": T * predict_random_order(d, T, r, k)["loss"]}


def loss_for_forgetting(d: int, T: int, r: int, k: int) -> Named:
    """Forgetting over the tasks seen taken for the average loss over all tasks."""
    return {"forgetting": predict_random_order(d, T, r, k)["loss"]}


def mean_projection(d: int, T: int, r: int, k: int) -> Named:
    """Powers of the mean projection instead of the mean of products."""
    P, w = collection(d, T, r)
    mean = P.mean(axis=0)
    e = np.linalg.matrix_power(mean, k) @ w
    return {"loss": e @ (e - mean @ e), "err2": e @ e}


def _cells(*sizes: tuple[int, int, int, int]) -> tuple[Named, ...]:
    return tuple({"d": d, "T": T, "r": r, "k": k} for d, T, r, k in sizes)


_QUICK = _cells((6, 5, 2, 4), (6, 5, 2, 8), (8, 3, 3, 3))
_FULL = _cells((6, 5, 2, 4), (6, 5, 2, 8), (6, 5, 2, 16), (8, 3, 3, 3), (20, 10, 4, 10), (30, 20, 3, 30))

EXPECTATION = Claim(
    slug="random-ordering",
    topic="catastrophic_forgetting",
    title="Loss and forgetting in random order, from the recursion of second moments",
    statement=(
        r"With $A(M) = \frac1T\sum_m P_m M P_m$ and $S_j = A^j(w^* w^{*\top})$, tasks in random order leave "
        r"$E\|e_k\|^2 = \mathrm{tr} S_k$, average loss $\mathrm{tr} S_k - \mathrm{tr} S_{k+1}$ and forgetting over the "
        r"tasks seen $\frac1k\sum_{t\le k}\frac1T\sum_m\mathrm{tr}(A^{k-t}(Q_m) P_m S_{t-1} P_m)$."
    ),
    source=Source("evron2022catastrophic", "exact second moments for its random ordering theorem", "derived"),
    kind=Mean(resolution=0.02),
    predict=predict_random_order,
    simulate=simulate_random_order,
    grid=Grid(quick=_QUICK, full=_FULL),
    decoys=(
        Decoy("factor T missing", "the loss summed over the tasks", unaveraged_map),
        Decoy("forgetting is the loss", "tasks seen and all tasks alike", loss_for_forgetting),
        Decoy("mean projection", "powers of the mean projection", mean_projection),
    ),
    tails={"loss": Moments(3.0), "forgetting": Moments(3.0), "err2": Moments(3.0)},
)

# --- the telescoping sum ---------------------------------------------------------------------------------------------


def predict_removed(d: int, T: int, r: int, k: int) -> Named:
    """Pythagoras: what the steps removed, over ||w*||^2 - ||e_k||^2."""
    return {"removed": 1.0}


@kernel(floats=lambda d, T, k, **_: 4 * T * d + 5 * (k + 1))
def average_removed(d: int, T: int, r: int, k: int, trials: int, rng: Any) -> Named:
    """The average losses along the path in place of those of the tasks learned."""
    P, teacher = collection(d, T, r)
    result = sims.random_order_loss(P, teacher, k, trials=trials, rng=rng)
    summed = -result.loss[:, k]
    for t in range(k + 1):
        summed = summed + result.loss[:, t]
    return {"removed": summed / (result.err2[:, 0] - result.err2[:, k])}


ENERGY = Claim(
    slug="random-ordering-energy",
    topic="catastrophic_forgetting",
    title="What all steps remove adds up, on every path",
    statement=(
        r"For any order of tasks with a shared teacher, $\sum_t \|Q_{\tau(t)} e_{t-1}\|^2 = \|w^*\|^2 - \|e_k\|^2$."
    ),
    source=Source("evron2022catastrophic", "projections, Pythagoras", "derived"),
    kind=Identity(tolerance=1e-11, trials=256),
    predict=predict_removed,
    simulate=simulate_random_order,
    grid=Grid(quick=_QUICK, full=_FULL),
    decoys=(Decoy("average losses", "the losses averaged over tasks add up to it", simulate=average_removed),),
)

# --- the tight bound -------------------------------------------------------------------------------------------------


def predict_bound(T: int, k: int, d: int, s: int, isotropic: bool) -> Named:
    """(d - r)(1/k)(1 - 1/k)^(k-1) for tasks with null spaces of dimension s."""
    return {"loss": theory.random_order_bound(d, d - s, k)}


@kernel(floats=search_floats)
def search_bound(T: int, k: int, d: int, s: int, isotropic: bool, trials: int, rng: Any) -> Any:
    """The best of eight ascents over T null spaces of dimension s (and a unit teacher, unless summed over a basis)."""
    return sims.worst_random_order_loss(T, k, d, s, isotropic, 8, 400, trials=trials, rng=rng)._asdict()


def limiting_bound(T: int, k: int, d: int, s: int, isotropic: bool) -> Named:
    """The limit (d - r)/(e k), taken for a bound."""
    return {"loss": s / (math.e * k)}


def early_bound(T: int, k: int, d: int, s: int, isotropic: bool) -> Named:
    """Exponent k in place of k - 1."""
    return {"loss": s / k * (1 - 1 / k) ** k}


def _search_cells(isotropic: bool, *sizes: tuple[int, int, int, int]) -> tuple[Named, ...]:
    return tuple({"T": T, "k": k, "d": d, "s": s, "isotropic": isotropic} for T, k, d, s in sizes)


_TIGHT = _search_cells(True, (2, 2, 2, 1), (2, 6, 3, 1), (2, 12, 4, 2))
_TIGHT_FULL = _search_cells(True, (2, 2, 2, 1), (2, 6, 3, 1), (2, 12, 4, 2), (2, 20, 4, 2), (2, 12, 6, 3), (3, 4, 4, 1))
_SINGLE = _search_cells(False, (2, 2, 2, 1), (3, 8, 4, 1), (2, 20, 3, 1))
_STATED = r"$\sum_j \ell_k(u_j) \le (d - \bar r)\frac1k(1 - 1/k)^{k-1}$ over any orthonormal basis $u_j$ of teachers"

TIGHT = Claim(
    slug="random-ordering-bound-attained",
    topic="catastrophic_forgetting",
    title="The bound for random order is attained, and ascent finds where",
    statement=(rf"After $k$ steps in random order {_STATED}, with equality for two lines at $\cos^2\theta = 1 - 2/k$."),
    source=Source("evron2022catastrophic", "random ordering theorem with the sharp constant", "derived"),
    kind=Identity(tolerance=1e-3, trials=8),
    predict=predict_bound,
    simulate=search_bound,
    certificates={"gradient": 0.05},
    grid=Grid(quick=_TIGHT, full=_TIGHT_FULL),
    decoys=(
        Decoy("1/(ek)", "the limit (d - r)/(ek) at every k", limiting_bound),
        Decoy("exponent k", "(1 - 1/k)^k", early_bound),
    ),
)

BOUND = Claim(
    slug="random-ordering-bound",
    topic="catastrophic_forgetting",
    title="In random order no collection of tasks loses more than (d - r)/(e(k-1))",
    statement=rf"After $k$ steps in random order {_STATED}, and the same right side bounds every single unit teacher.",
    source=Source("evron2022catastrophic", "random ordering theorem with the sharp constant", "derived"),
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=8),
    predict=predict_bound,
    simulate=search_bound,
    certificates={"gradient": 0.05},
    grid=Grid(quick=_TIGHT + _SINGLE, full=_TIGHT_FULL + _SINGLE),
    decoys=(
        Decoy("1/(ek)", "(d - r)/(ek) bounds every k", limiting_bound),
        Decoy("exponent k", "(1 - 1/k)^k", early_bound),
    ),
)

# --- the published bound on forgetting -------------------------------------------------------------------------------


def _lines(k: int) -> tuple[Any, Any]:
    """Two lines at cos^2 = 1 - 2/k and the unit teacher between them."""
    half = 0.5 * math.acos(math.sqrt(1 - 2 / k))
    units = np.array([[math.cos(half), math.sin(half)], [math.cos(half), -math.sin(half)]])
    return units[:, :, None] * units[:, None, :], np.array([1.0, 0.0])


def predict_published(k: int) -> Named:
    """9 (d - r)/k with d - r = 1."""
    return {"forgetting": 9 / k}


@kernel(floats=lambda k, **_: 16 + 5 * (k + 1))
def simulate_lines(k: int, trials: int, rng: Any) -> Named:
    """Forgetting of the two worst lines along random orderings."""
    return {"forgetting": sims.random_order_loss(*_lines(k), k, trials=trials, rng=rng).forgetting_k}


def too_small(k: int) -> Named:
    """1/4 in place of 9."""
    return {"forgetting": 1 / (4 * k)}


PUBLISHED = Claim(
    slug="random-ordering-forgetting-bound",
    topic="catastrophic_forgetting",
    title="The published bound on forgetting in random order holds, loosely",
    statement=(
        r"In random order the expected forgetting is at most $9(d - \bar r)/k$; two lines at $\cos^2\theta = 1 - 2/k$ "
        r"come within a factor of about $9e$ of it."
    ),
    source=Source("evron2022catastrophic", "random ordering theorem", "recalled"),
    kind=Bound(side="upper", on="mean", resolution=0.01, tolerance=0.0),
    predict=predict_published,
    simulate=simulate_lines,
    grid=Grid(quick=({"k": 8}, {"k": 30}), full=({"k": 8}, {"k": 30}, {"k": 200})),
    decoys=(Decoy("constant 1/4", "forgetting at most (d - r)/(4k)", too_small),),
    tails={"forgetting": Moments(2.0)},
)

CLAIMS: tuple[Claim, ...] = (EXPECTATION, ENERGY, TIGHT, BOUND, PUBLISHED)
