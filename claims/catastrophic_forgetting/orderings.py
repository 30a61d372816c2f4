"""Tasks in random order: exact expectations, sharp bounds under attack, and the two lines that attain them."""

from __future__ import annotations

import math
from typing import Any

import sims.catastrophic_forgetting as sims
import theory.catastrophic_forgetting as theory
from claims import Bound, Decoy, Grid, Identity, Mean, Moments, Source, cells, declared_in, instance
from sims import instances
from sims.arrays import kernel

claim = declared_in(__name__)
Named = dict[str, Any]

# --- exact expectations ----------------------------------------------------------------------------------------------


@instance
def collection(d: int, T: int, r: int, k: int) -> Named:
    """T fixed tasks of rank r in R^d (projections on their null spaces) and a unit teacher."""
    frames = instances.stack(instances.frame, T, d, d - r)
    return {"P": frames @ frames.swapaxes(1, 2), "w_star": [d**-0.5] * d, "k": k}


def predict_random_order(d: int, T: int, r: int, k: int) -> Named:
    """Loss, forgetting and squared error after k steps."""
    result = theory.random_order_loss(**collection(d=d, T=T, r=r, k=k))
    return {"forgetting": result.forgetting_k, "loss": result.loss[k], "err2": result.err2[k]}


@kernel(floats=lambda d, T, k, **_: 4 * T * d + 5 * (k + 1))
def simulate_random_order(d: int, T: int, r: int, k: int, trials: int, rng: Any) -> Named:
    """Loss, forgetting and squared error along random orderings; what the steps, and what average losses, removed."""
    result = sims.random_order_loss(**collection(d=d, T=T, r=r, k=k), trials=trials, rng=rng)
    lost = result.err2[:, 0] - result.err2[:, k]
    averages = sum(result.loss[:, t] for t in range(k))
    return {
        "forgetting": result.forgetting_k, "loss": result.loss[:, k], "err2": result.err2[:, k],
        "removed": result.energy / lost, "average_removed": averages / lost,
    }  # fmt: skip


def _mean_projection(d: int, T: int, r: int, k: int) -> Named:
    """Powers of the mean projection in place of the mean of products."""
    P, w, _ = collection(d=d, T=T, r=r, k=k).values()
    mean = P.mean(axis=0)
    e = w
    for _ in range(k):
        e = mean @ e
    return {"loss": e @ (e - mean @ e), "err2": e @ e}


def _cells(*sizes: tuple[int, int, int, int]) -> tuple[Named, ...]:
    return tuple(dict(zip("dTrk", size, strict=True)) for size in sizes)


_QUICK = _cells((6, 5, 2, 4), (6, 5, 2, 8), (8, 3, 3, 3))
_FULL = (*_QUICK, *_cells((6, 5, 2, 16), (20, 10, 4, 10), (30, 20, 3, 30)))

EXPECTATION = claim(
    slug="random-ordering",
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
        Decoy(
            "factor T missing", "the loss summed over the tasks",
            lambda d, T, r, k: {"loss": T * predict_random_order(d, T, r, k)["loss"]},
        ),
        Decoy(
            "forgetting is the loss", "tasks seen and all tasks alike",
            lambda d, T, r, k: {"forgetting": predict_random_order(d, T, r, k)["loss"]},
        ),
        Decoy("mean projection", "powers of the mean projection", _mean_projection),
    ),
    tails={"loss": Moments(3.0), "forgetting": Moments(3.0), "err2": Moments(3.0)},
)  # fmt: skip

ENERGY = claim(
    slug="random-ordering-energy",
    title="What all steps remove adds up, on every path",
    statement=(
        r"For any order of tasks with a shared teacher, $\sum_t \|Q_{\tau(t)} e_{t-1}\|^2 = \|w^*\|^2 - \|e_k\|^2$."
    ),
    source=Source("evron2022catastrophic", "projections, Pythagoras", "derived"),
    kind=Identity(tolerance=1e-11, trials=256),
    predict=lambda d, T, r, k: {"removed": 1.0},
    simulate=simulate_random_order,
    grid=Grid(quick=_QUICK, full=_FULL),
    decoys=(
        Decoy("average losses", "the losses averaged over tasks add up to it", lambda **_: {"average_removed": 1.0}),
    ),
)

# --- sharp bounds ----------------------------------------------------------------------------------------------------


@instance
def basis(T: int, k: int, d: int, s: int) -> Named:
    """The best of eight ascents over T null spaces of dimension s, the loss summed over a basis of teachers."""
    return {"T": T, "k": k, "d": d, "s": s, "isotropic": True, "starts": 8, "iterations": 400}


@instance
def single(T: int, k: int, d: int, s: int) -> Named:
    """The same over the null spaces and one unit teacher."""
    return {"T": T, "k": k, "d": d, "s": s, "isotropic": False, "starts": 8, "iterations": 400}


search_basis, search_single = (at.of(sims.worst_random_order_loss) for at in (basis, single))


def predict_bound(T: int, k: int, d: int, s: int) -> Named:
    """(d - r)(1/k)(1 - 1/k)^(k-1) for tasks with null spaces of dimension s."""
    return {"loss": theory.random_order_bound(d, d - s, k)}


def _searches(*sizes: tuple[int, int, int, int]) -> tuple[Named, ...]:
    return tuple(dict(zip("Tkds", size, strict=True)) for size in sizes)


_TIGHT = Grid(
    quick=_searches((2, 2, 2, 1), (2, 6, 3, 1), (2, 12, 4, 2)),
    full=_searches((2, 2, 2, 1), (2, 6, 3, 1), (2, 12, 4, 2), (2, 20, 4, 2), (2, 12, 6, 3), (3, 4, 4, 1)),
)
_STATED = r"$\sum_j \ell_k(u_j) \le (d - \bar r)\frac1k(1 - 1/k)^{k-1}$ over any orthonormal basis $u_j$ of teachers"
_WRONG = (
    Decoy("1/(ek)", "the limit (d - r)/(ek) at every k", lambda T, k, d, s: {"loss": s / (math.e * k)}),
    Decoy("exponent k", "(1 - 1/k)^k", lambda T, k, d, s: {"loss": s / k * (1 - 1 / k) ** k}),
)
_SHARP = Source("evron2022catastrophic", "random ordering theorem with the sharp constant", "derived")

TIGHT = claim(
    slug="random-ordering-bound-attained",
    title="The bound for random order is attained, and ascent finds where",
    statement=(rf"After $k$ steps in random order {_STATED}, with equality for two lines at $\cos^2\theta = 1 - 2/k$."),
    source=_SHARP,
    kind=Identity(tolerance=1e-3, trials=8),
    predict=predict_bound,
    simulate=search_basis,
    certificates={"gradient": 0.05},
    grid=_TIGHT,
    decoys=_WRONG,
)

BOUND = claim(
    slug="random-ordering-bound",
    title="In random order no collection of tasks loses more than (d - r)/(e(k-1))",
    statement=rf"After $k$ steps in random order {_STATED}.",
    source=_SHARP,
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=8, reach=0.999),
    predict=predict_bound,
    simulate=search_basis,
    certificates={"gradient": 0.05},
    grid=_TIGHT,
    decoys=_WRONG,
)


def _root(T: int, d: int, s: int) -> float:
    return math.sqrt(min(d, T * (d - s)) - (d - s))


_ONE = _searches((2, 4, 2, 1), (2, 10, 2, 1), (3, 10, 3, 1))

UNIVERSAL = claim(
    slug="random-ordering-universal-bound",
    title="In random order no single teacher loses more than sqrt(d - r)/(e k), and two lines do",
    statement=(
        r"For any tasks and any unit teacher the expected loss after $k$ random steps is at most the least of "
        r"$\sqrt{\min(d, T\bar r) - \bar r}\max_x x^{k-1/2}(1-x)$, $\sqrt{\bar r}\max_x x^k(1-x)^{1/2}$ and "
        r"$\frac43\max_j\binom kj(\frac23)^j(\frac13)^{k-j}$; two lines and a teacher on their bisector reach it but "
        r"for $1/(8k^2)$."
    ),
    source=Source("evron2025better", "rates of its abstract; constants derived here", "derived"),
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=8, reach=0.98),
    predict=lambda T, k, d, s: {"loss": theory.random_order_universal_bound(d, T, d - s, k).bound},
    simulate=search_single,
    certificates={"gradient": 0.05},
    grid=Grid(quick=_ONE, full=(*_ONE, *_searches((2, 40, 2, 1), (3, 40, 3, 1)))),
    decoys=(
        Decoy(
            "exponent k", "max x^k (1 - x) in the first part",
            lambda T, k, d, s: {"loss": _root(T, d, s) / (k + 1) * (k / (k + 1)) ** k},
        ),
        Decoy("a third", "sqrt(d - r)/(3k)", lambda T, k, d, s: {"loss": _root(T, d, s) / (3 * k)}),
    ),
)  # fmt: skip

# --- two lines -------------------------------------------------------------------------------------------------------


@instance
def two_lines(k: int) -> Named:
    """Two lines at cos^2 = 1 - 2/k and the unit teacher between them."""
    return {"theta": math.acos(math.sqrt(1 - 2 / k)), "k": k}


simulate_lines = two_lines.of(sims.two_line_random)


def _without_bisector(k: int) -> Named:
    """(1 + c)/2, the share of the bisector along a line, left out."""
    exact = theory.two_line_random(**two_lines(k=k))
    share = (1 + math.sqrt(1 - 2 / k)) / 2
    return {"loss": exact.loss / share, "forgetting": exact.forgetting / share}


def _first_term(k: int) -> Named:
    c2 = 1 - 2 / k
    return {"forgetting": (1 + math.sqrt(c2)) / 2 * (k - 1) * ((1 + c2) / 2) ** (k - 1) * (1 - c2) / (2 * k)}


LINES = claim(
    slug="two-lines-random",
    title="Two lines in random order: loss and forgetting, exactly",
    statement=(
        r"Two lines at angle $\theta$ with the unit teacher on their bisector, $c = \cos\theta$, $x = (1+c^2)/2$, $y = "
        r"(1-c^2)/2$, have after $k$ random steps the expected loss $x^{k-1}(1-x)\frac{1+c}2$ and forgetting "
        r"$\frac{1+c}2\frac{1-c^2}{2k}[(k-1)x^{k-1} - \sum_{j<k}x^{k-1-j}y^j]$."
    ),
    source=Source("evron2022catastrophic", "setting of Theorem 13; formula derived here", "derived"),
    kind=Mean(resolution=0.02),
    predict=two_lines.of(theory.two_line_random),
    simulate=simulate_lines,
    grid=Grid(quick=cells(k=[5, 10]), full=cells(k=[5, 10, 20, 40])),
    decoys=(
        Decoy(
            "forgetting is the loss", "tasks seen and all tasks alike",
            lambda k: {"forgetting": theory.two_line_random(**two_lines(k=k)).loss},
        ),
        Decoy("no bisector", "without (1 + c)/2", _without_bisector),
        Decoy("first term", "only (k-1) x^(k-1)", _first_term),
    ),
    tails={"loss": Moments(2.0), "forgetting": Moments(2.0)},
)  # fmt: skip

PUBLISHED = claim(
    slug="random-ordering-forgetting-bound",
    title="The published bound on forgetting in random order holds, loosely",
    statement=(
        r"In random order the expected forgetting is at most $9(d - \bar r)/k$; two lines at $\cos^2\theta = 1 - 2/k$ "
        r"come within a factor of about $9e$ of it."
    ),
    source=Source("evron2022catastrophic", "Theorem 13", "seen"),
    kind=Bound(side="upper", on="mean", resolution=0.01, tolerance=0.0),
    predict=lambda k: {"forgetting": 9 / k},
    simulate=simulate_lines,
    grid=Grid(quick=cells(k=[8, 30]), full=cells(k=[8, 30, 200])),
    decoys=(Decoy("constant 1/4", "forgetting at most (d - r)/(4k)", lambda k: {"forgetting": 1 / (4 * k)}),),
    tails={"forgetting": Moments(2.0)},
)

CLAIMS = (EXPECTATION, ENERGY, TIGHT, BOUND, UNIVERSAL, LINES, PUBLISHED)
