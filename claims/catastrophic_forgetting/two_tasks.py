"""Two tasks in turn: forgetting by principal angles, and the worst angle found by ascent."""

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
Angles = tuple[float, ...]

_EVRON = Source("evron2022catastrophic", "two-task section", "recalled")


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


def full_exponent(theta: Angles, k: int, weights: Angles) -> Named:
    """Exponent 2k instead of 2(k - 1)."""
    terms = (w * math.cos(t) ** (2 * k) * math.sin(t) ** 2 for t, w in zip(theta, weights, strict=True))
    return {"forgetting": 0.5 * sum(terms)}


def unaveraged(theta: Angles, k: int, weights: Angles) -> Named:
    """The loss of task 1 alone, not averaged over the two tasks."""
    return {"forgetting": 2 * theory.two_task_forgetting(theta, k, weights)}


def converging(theta: Angles, k: int, weights: Angles) -> Named:
    """The distance to the offline solution falls like the forgetting."""
    return {"distance": theory.two_task_forgetting_max(k).value}


ANGLE = Claim(
    slug="two-task-angle",
    topic="catastrophic_forgetting",
    title="Forgetting of two tasks is a function of the angles between them",
    statement=(
        r"If two tasks with a shared teacher are fitted in turn for $k$ steps, the forgetting is exactly $F(k) = "
        r"\frac12\sum_i a_i^2 \cos(\theta_i)^{2(k-1)}\sin(\theta_i)^2$, $\theta_i$ the principal angles and $a_i$ the "
        r"teacher's coefficients on the principal vectors, while the worst squared distance to the offline solution "
        r"is $\cos(\theta_F)^{2(k-1)}$ with $\theta_F$ the smallest nonzero angle."
    ),
    source=_EVRON,
    kind=Identity(tolerance=1e-9, trials=64),
    predict=predict_angles,
    simulate=simulate_angles,
    grid=Grid(
        quick=tuple(
            {"theta": theta, "k": k, "weights": (1.0, 0.5, 2.0)}
            for theta in ((0.2, 0.7, 1.3), (0.0, 0.05, 0.4))
            for k in (2, 10, 40)
        ),
        full=tuple(
            {"theta": theta, "k": k, "weights": (1.0, 0.5, 2.0, 1.0, 3.0)}
            for theta in ((0.2, 0.7, 1.3, 0.1, 0.4), (0.0, 0.05, 0.4, 0.01, 1.5))
            for k in (2, 10, 40, 200, 1000)
        ),
    ),
    decoys=(
        Decoy("exponent 2k", "cos^(2k)", full_exponent),
        Decoy("no 1/2", "the loss of task 1 alone", unaveraged),
        Decoy("distance falls like forgetting", "no forgetting means convergence", converging),
    ),
)

# --- the worst angle -------------------------------------------------------------------------------------------------


def predict_worst(k: int, d: int, s: int) -> Named:
    """The largest forgetting of any two tasks after k steps."""
    return {"forgetting": theory.two_task_forgetting_max(k).value}


@kernel(floats=search_floats)
def search_worst(k: int, d: int, s: int, trials: int, rng: Any) -> Any:
    """The best of eight ascents over two null spaces of dimension s in R^d and a unit teacher."""
    return sims.worst_cyclic_forgetting(2, k, d, s, 8, 400, trials=trials, rng=rng)._asdict()


def half_angle(k: int, d: int, s: int) -> Named:
    """The maximiser cos^2 = 1 - 1/(2k)."""
    return {"forgetting": theory.two_task_forgetting(math.asin(math.sqrt(1 / (2 * k))), k)}


def no_exponential(k: int, d: int, s: int) -> Named:
    """1/(2k), without the factor (1 - 1/k)^(k-1)."""
    return {"forgetting": 1 / (2 * k)}


def limiting(k: int, d: int, s: int) -> Named:
    """The limit 1/(2 e k), taken for a bound."""
    return {"forgetting": 1 / (2 * math.e * k)}


_WORST = tuple({"k": k, "d": d, "s": s} for k, d, s in ((2, 2, 1), (4, 4, 2), (10, 4, 2), (20, 8, 3)))
_WORST_FULL = tuple(
    {"k": k, "d": d, "s": s} for k in (2, 4, 10, 20) for d, s in ((2, 1), (3, 1), (4, 2), (6, 2), (8, 3))
)
_STATED = r"$F_{\max}(k) = \frac{1}{2k}(1 - 1/k)^{k-1}$, at $\cos^2\theta = 1 - 1/k$"

WORST = Claim(
    slug="two-task-angle-worst-case",
    topic="catastrophic_forgetting",
    title="The worst two tasks stand at a small angle, and ascent finds them",
    statement=(
        rf"Over all pairs of tasks and all teachers of norm 1 the largest forgetting after $k$ steps is {_STATED}: "
        r"intermediate similarity is worst."
    ),
    source=Source("evron2022catastrophic", "two-task section, exact maximum", "derived"),
    kind=Identity(tolerance=1e-3, trials=16),
    predict=predict_worst,
    simulate=search_worst,
    certificates={"gradient": 0.02},
    grid=Grid(quick=_WORST, full=_WORST_FULL),
    decoys=(
        Decoy("maximiser 1 - 1/(2k)", "cos^2 = 1 - 1/(2k) is worst", half_angle),
        Decoy("1/(2k)", "without (1 - 1/k)^(k-1)", no_exponential),
    ),
)

BOUND = Claim(
    slug="two-task-angle-bound",
    topic="catastrophic_forgetting",
    title="No two tasks forget more than 1/(2e(k-1))",
    statement=(
        rf"No pair of tasks and no teacher of norm 1 forgets more after $k$ steps than {_STATED}, which is below "
        r"$1/(2e(k-1))$."
    ),
    source=_EVRON,
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=16),
    predict=predict_worst,
    simulate=search_worst,
    certificates={"gradient": 0.02},
    grid=Grid(quick=_WORST, full=_WORST_FULL),
    decoys=(Decoy("1/(2ek)", "the limit 1/(2ek) bounds every k", limiting),),
)

CLAIMS: tuple[Claim, ...] = (ANGLE, WORST, BOUND)
