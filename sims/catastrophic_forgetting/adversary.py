"""The worst tasks and teachers, searched by gradient ascent from many random starts at once.

A task is its null space, an orthonormal frame N_m (d, s). Each start walks uphill on log F by normalised steps along
the product of Grassmann manifolds and the sphere, longer after success and shorter after failure; the number of steps
is fixed. Nothing here knows a bound.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sims.arrays import Array, Generator, haar_frames, kernel, namespace


class Point(NamedTuple):
    """Frames (S, T, d, s) and unit teachers (S, d, 1) of S starts."""

    frames: Array
    teacher: Array


class Slope(NamedTuple):
    """Objective (S,) and its Euclidean gradients, shaped like the point."""

    value: Array
    frames: Array
    teacher: Array


Objective = Callable[[Point], Slope]


def _along(frame: Array, e: Array) -> Array:
    return frame @ (frame.mT @ e)


def _orthonormal(frames: Array) -> Array:
    """Polar factor of nearly orthonormal frames by Newton-Schulz: products only, quadratic convergence."""
    for _ in range(6):
        frames = 1.5 * frames - 0.5 * (frames @ (frames.mT @ frames))
    return frames


def _unit(x: Array) -> Array:
    xp = namespace(x)
    return x / xp.sqrt(xp.sum(x * x, axis=-2, keepdims=True))


def _tangent(point: Point, slope: Slope) -> tuple[Point, Array]:
    """Project the gradients of log F on the tangent spaces, scaled to length one in each start; and their lengths."""
    xp = namespace(slope.value)
    value = (slope.value + 1e-300)[:, None, None]  # relative to the value: squares of tiny gradients would underflow
    frames, teacher = slope.frames / value[..., None], slope.teacher / value
    frames, teacher = frames - _along(point.frames, frames), teacher - _along(point.teacher, teacher)
    square = xp.sum(frames * frames, axis=(-3, -2, -1)) + xp.sum(teacher * teacher, axis=(-2, -1))
    length = xp.sqrt(square + 1e-300)
    return Point(frames / length[:, None, None, None], teacher / length[:, None, None]), length


def ascend(objective: Objective, point: Point, iterations: int) -> tuple[Array, Array]:
    """Return the objective where `iterations` steps of ascent lead each start, and the length of log F's gradient."""
    xp = namespace(point.frames)
    here = objective(point)
    step = 0.2 * xp.ones_like(here.value)
    for _ in range(iterations):
        uphill, _ = _tangent(point, here)
        frames = _orthonormal(point.frames + step[:, None, None, None] * uphill.frames)
        trial = Point(frames, _unit(point.teacher + step[:, None, None] * uphill.teacher))
        there = objective(trial)
        better = there.value > here.value
        wide, high = better[:, None, None, None], better[:, None, None]
        point = Point(xp.where(wide, trial.frames, point.frames), xp.where(high, trial.teacher, point.teacher))
        here = Slope(
            xp.where(better, there.value, here.value),
            xp.where(wide, there.frames, here.frames),
            xp.where(high, there.teacher, here.teacher),
        )
        step = xp.clip(xp.where(better, 1.3 * step, 0.5 * step), 1e-12, 0.5)
    return here.value, _tangent(point, here)[1]


# --- objectives ------------------------------------------------------------------------------------------------------


def cyclic_forgetting(point: Point, passes: int) -> Slope:
    r"""$F = \frac1T\sum_m \|Q_m e_k\|^2$ after `passes` cycles through the tasks, by reverse accumulation."""
    xp = namespace(point.frames)
    tasks = point.frames.shape[1]
    frames = [point.frames[:, m, :, :] for m in range(tasks)]
    order = list(range(tasks)) * passes
    path = [point.teacher]
    for m in order:
        path.append(_along(frames[m], path[-1]))
    e = path[-1]
    pulled = [e - _along(frame, e) for frame in frames]
    value = sum(xp.sum(q * q, axis=(-2, -1)) for q in pulled) / tasks
    # ||Q e||^2 = ||e||^2 - ||N'e||^2
    gradient = [-2 / tasks * e @ (frame.mT @ e).mT for frame in frames]
    adjoint = 2 / tasks * sum(pulled)
    for t in reversed(range(len(order))):
        m = order[t]
        before = path[t]
        gradient[m] += adjoint @ (before.mT @ frames[m]) + before @ (adjoint.mT @ frames[m])
        adjoint = _along(frames[m], adjoint)
    return Slope(value, xp.stack(gradient, axis=1), adjoint)


def random_order_loss(point: Point, k: int, isotropic: bool) -> Slope:
    r"""Expected loss after k steps in random order, for the teacher or summed over an orthonormal basis of teachers.

    $\langle S_k, \bar Q\rangle$ with $S_j = A^j(S_0)$, $A(M) = \frac1T\sum_m P_m M P_m$; gradients by reverse
    accumulation, A being self-adjoint.
    """
    xp = namespace(point.frames)
    tasks, d = point.frames.shape[1:3]
    P = point.frames @ point.frames.mT
    identity = xp.eye(d, dtype=P.dtype, device=P.device)
    start = xp.zeros_like(P[:, 0, :, :]) + identity if isotropic else point.teacher @ point.teacher.mT
    moments = [start]
    for _ in range(k):
        moments.append(xp.mean(P @ moments[-1][:, None, :, :] @ P, axis=1))
    backward = identity - xp.mean(P, axis=1)
    value = xp.sum(moments[-1] * backward, axis=(-2, -1))
    gradient = -(moments[-1][:, None, :, :] + 0 * P)
    for S in reversed(moments[:-1]):
        product = backward[:, None, :, :] @ P @ S[:, None, :, :]
        gradient = gradient + product + product.mT
        backward = xp.mean(P @ backward[:, None, :, :] @ P, axis=1)
    teacher = 0 * point.teacher if isotropic else 2 * backward @ point.teacher
    return Slope(value, 2 / tasks * gradient @ point.frames, teacher)


# --- searches --------------------------------------------------------------------------------------------------------


class WorstForgetting(NamedTuple):
    """Per trial: the largest forgetting found, and the certificates of its search: the length of the gradient of its
    logarithm there, and the share of starts that did not come within 0.1 % of it (one start: 0)."""

    forgetting: Array
    gradient: Array
    missed: Array


class WorstLoss(NamedTuple):
    """Per trial: the largest expected loss found, and the certificates of its search, as in `WorstForgetting`."""

    loss: Array
    gradient: Array
    missed: Array


def _search(
    objective: Objective, tasks: int, d: int, s: int, sizes: tuple[int, int, int], rng: Generator
) -> tuple[Array, Array, Array]:
    trials, starts, iterations = sizes
    frames = haar_frames(rng, trials * starts * tasks, d, s)
    xp = namespace(frames)
    frames = xp.reshape(frames, (trials * starts, tasks, d, s))
    teacher = _unit(rng.standard_normal(size=(trials * starts, d, 1)))
    ends = (xp.reshape(x, (trials, starts)) for x in ascend(objective, Point(frames, teacher), iterations))
    values, gradients = ends
    best = xp.max(values, axis=-1, keepdims=True)
    gradient = xp.min(xp.where(values == best, gradients, xp.full_like(gradients, xp.inf)), axis=-1)
    missed = xp.mean(xp.astype(values < (1 - 1e-3) * best, xp.float64), axis=-1)
    return best[:, 0], gradient, missed


def _floats(d: int, s: int = 1, T: int = 2, starts: int = 8, **sizes: Any) -> float:
    steps = sizes.get("k", 1)
    numbers: float = starts * (8.0 * T * d * (s + 2) + steps * (d * d if "isotropic" in sizes else d))
    return numbers


@kernel(floats=_floats, block=8)  # a search is long, and a few are enough
def worst_cyclic_forgetting(
    T: int, k: int, d: int, s: int, starts: int, iterations: int, *, trials: int, rng: Generator
) -> WorstForgetting:
    """Search for the tasks and the unit teacher that forget most in cyclic order; return the best of `starts` searches.

    T: tasks; k: steps, a multiple of T; d: dimension; s: dimension of the null spaces (ranks are d - s).
    Returns fields forgetting, gradient, missed, each (trials,).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(worst_cyclic_forgetting(2, 2, 3, 1, 4, 60, trials=1, rng=strict_rng(0)).forgetting).round(3)
    array([0.125])
    """
    sizes = (trials, starts, iterations)
    return WorstForgetting(*_search(lambda point: cyclic_forgetting(point, k // T), T, d, s, sizes, rng))


@kernel(floats=_floats, block=8)  # a search is long, and a few are enough
def worst_random_order_loss(
    T: int, k: int, d: int, s: int, isotropic: bool, starts: int, iterations: int, *, trials: int, rng: Generator
) -> WorstLoss:
    """Search for the tasks with the largest expected loss in random order; return the best of `starts` searches.

    Parameters as for `worst_cyclic_forgetting`; isotropic: sum the loss over an orthonormal basis of teachers instead
    of searching for the worst one. Returns fields loss, gradient, missed, each (trials,).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(worst_random_order_loss(2, 4, 2, 1, True, 4, 60, trials=1, rng=strict_rng(0)).loss).round(4)
    array([0.1055])
    """
    sizes = (trials, starts, iterations)
    return WorstLoss(*_search(lambda point: random_order_loss(point, k, isotropic), T, d, s, sizes, rng))
