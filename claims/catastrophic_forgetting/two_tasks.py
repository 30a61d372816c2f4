"""Two tasks in turn: forgetting by principal angles, and the worst angle found by ascent."""

from __future__ import annotations

import math
from typing import Any

import sims.catastrophic_forgetting as sims
import theory.catastrophic_forgetting as theory
from claims import Bound, Decoy, Grid, Identity, Source, cells, declared_in, instance
from sims.arrays import kernel

claim = declared_in(__name__)
Named = dict[str, Any]
Angles = tuple[float, ...]

# --- given angles ----------------------------------------------------------------------------------------------------


def predict_angles(theta: Angles, k: int, weights: Angles) -> Named:
    """Forgetting of a given and of the worst teacher, and the worst distance to the offline solution."""
    return {
        "forgetting": theory.two_task_forgetting(theta, k, weights),
        "worst": theory.two_task_forgetting(theta, k),
        "distance": theory.offline_distance(theta, k),
    }


@kernel(floats=lambda theta, **_: 24 * (2 * len(theta) + 1) * len(theta))
def simulate_angles(theta: Angles, k: int, weights: Angles, trials: int, rng: Any) -> Named:
    """The same by explicit projections on random null spaces with these angles."""
    draws = {"trials": trials, "rng": rng}
    return {
        "forgetting": sims.two_task_forgetting(theta, k, weights, **draws),
        "worst": sims.two_task_forgetting(theta, k, **draws),
        "distance": sims.offline_distance(theta, k, **draws),
    }


def _full_exponent(theta: Angles, k: int, weights: Angles) -> Named:
    terms = (w * math.cos(t) ** (2 * k) * math.sin(t) ** 2 for t, w in zip(theta, weights, strict=True))
    return {"forgetting": 0.5 * sum(terms)}


ANGLE = claim(
    slug="two-task-angle",
    title="Forgetting of two tasks is a function of the angles between them",
    statement=(
        r"If two tasks with a shared teacher are fitted in turn for $k$ steps, the forgetting is exactly $F(k) = "
        r"\frac12\sum_i a_i^2 \cos(\theta_i)^{2(k-1)}\sin(\theta_i)^2$, $\theta_i$ the principal angles and $a_i$ the "
        r"teacher's coefficients on the principal vectors, while the worst squared distance to the offline solution "
        r"is $\cos(\theta_F)^{2(k-1)}$ with $\theta_F$ the smallest nonzero angle."
    ),
    source=Source("evron2022catastrophic", "Lemma 9; exact form derived here", "derived"),
    kind=Identity(tolerance=1e-9, trials=64),
    predict=predict_angles,
    simulate=simulate_angles,
    grid=Grid(
        quick=cells(theta=[(0.2, 0.7, 1.3), (0.0, 0.05, 0.4)], k=[2, 10, 40], weights=(1.0, 0.5, 2.0)),
        full=cells(
            theta=[(0.2, 0.7, 1.3, 0.1, 0.4), (0.0, 0.05, 0.4, 0.01, 1.5)], k=[2, 10, 40, 200, 1000],
            weights=(1.0, 0.5, 2.0, 1.0, 3.0),
        ),
    ),
    decoys=(
        Decoy("exponent 2k", "cos^(2k)", _full_exponent),
        Decoy(
            "no 1/2", "the loss of task 1 alone",
            lambda theta, k, weights: {"forgetting": 2 * theory.two_task_forgetting(theta, k, weights)},
        ),
        Decoy(
            "distance falls like forgetting", "no forgetting means convergence",
            lambda theta, k, weights: {"distance": theory.two_task_forgetting_max(k).value},
        ),
    ),
)  # fmt: skip

# --- the worst angle -------------------------------------------------------------------------------------------------


@instance
def pair(k: int, d: int, s: int) -> Named:
    """The best of eight ascents over two null spaces of dimension s in R^d and a unit teacher."""
    return {"T": 2, "k": k, "d": d, "s": s, "starts": 8, "iterations": 400}


simulate_search = pair.of(sims.worst_cyclic_forgetting)


def predict_worst(k: int, d: int, s: int) -> Named:
    """The largest forgetting of any two tasks after k steps."""
    return {"forgetting": theory.two_task_forgetting_max(k).value}


def _other(value: Any) -> Any:
    return lambda k, d, s: {"forgetting": value(k)}


_GRID = Grid(
    quick=tuple({"k": k, "d": d, "s": s} for k, d, s in ((2, 2, 1), (4, 4, 2), (10, 4, 2), (20, 8, 3))),
    full=tuple({"k": k, "d": d, "s": s} for k in (2, 4, 10, 20) for d, s in ((2, 1), (3, 1), (4, 2), (6, 2), (8, 3))),
)
_STATED = r"$F_{\max}(k) = \frac{1}{2k}(1 - 1/k)^{k-1}$, at $\cos^2\theta = 1 - 1/k$"

WORST = claim(
    slug="two-task-angle-worst-case",
    title="The worst two tasks stand at a small angle, and ascent finds them",
    statement=(
        rf"Over all pairs of tasks and all teachers of norm 1 the largest forgetting after $k$ steps is {_STATED}: "
        r"intermediate similarity is worst."
    ),
    source=Source("evron2022catastrophic", "Theorem 10; exact maximum derived here", "derived"),
    kind=Identity(tolerance=1e-3, trials=16),
    predict=predict_worst,
    simulate=simulate_search,
    certificates={"gradient": 0.02},
    grid=_GRID,
    decoys=(
        Decoy(
            "maximiser 1 - 1/(2k)", "cos^2 = 1 - 1/(2k) is worst",
            _other(lambda k: theory.two_task_forgetting(math.asin(math.sqrt(1 / (2 * k))), k)),
        ),
        Decoy("1/(2k)", "without (1 - 1/k)^(k-1)", _other(lambda k: 1 / (2 * k))),
    ),
)  # fmt: skip

BOUND = claim(
    slug="two-task-angle-bound",
    title="No two tasks forget more than 1/(2e(k-1))",
    statement=(
        rf"No pair of tasks and no teacher of norm 1 forgets more after $k$ steps than {_STATED}, which is below "
        r"$1/(2e(k-1))$."
    ),
    source=Source("evron2022catastrophic", "Theorem 10", "seen"),
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=16, reach=0.999),
    predict=predict_worst,
    simulate=simulate_search,
    certificates={"gradient": 0.02},
    grid=_GRID,
    decoys=(Decoy("1/(2ek)", "the limit 1/(2ek) bounds every k", _other(lambda k: 1 / (2 * math.e * k))),),
)

CLAIMS = (ANGLE, WORST, BOUND)
