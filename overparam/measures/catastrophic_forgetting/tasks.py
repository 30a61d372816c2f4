"""Two tasks of one's own: the angles between them, and the loss on the first after both were fitted in turn."""

from __future__ import annotations

import math
import warnings
from typing import Any, NamedTuple

import numpy as np

import sims.catastrophic_forgetting as bare
from overparam.measures.input import Floats, Given, matrix, vector
from overparam.measures.result import Result
from sims.rounding import stored
from theory.catastrophic_forgetting import two_task_forgetting_max
from theory.domain import integer

_ANGLES = ("two-task-angle", "two-task-angle-bound")


class Forgetting(NamedTuple):
    """Loss on task 1, summed over its rows: for a shared teacher of length one on average and at worst; as given."""

    average: Result
    worst: Result
    given: Result | None = None


def _pair(X1: Any, X2: Any) -> tuple[Given, Given]:
    one, two = matrix("X1", X1), matrix("X2", X2)
    if one.shape[1] != two.shape[1]:
        hint = ", X2 looks transposed" if two.shape[0] == one.shape[1] else ""
        raise ValueError(f"X2 = array of shape {two.shape}: must have {one.shape[1]} dimensions, as X1{hint}")
    for given in (one, two):
        if not given.raw.any():
            raise ValueError(f"{given.name} = 0: must have an entry that is not 0")
        n, p = given.shape
        if n > p:
            warnings.warn(
                f"{given.name} has {n} samples in {p} dimensions: it fixes the weights whole, nothing is left for the "
                "other task, and noisy targets are not fitted exactly", stacklevel=3,
            )  # fmt: skip
    return one, two


def _rtol(one: Given, two: Given) -> float:
    """Relative threshold for ranks, by the precision of the data."""
    found = []
    for given in (one, two):
        largest = np.linalg.norm(given.values, 2)
        found.append(float(stored(given.values, largest, given.eps) / largest))
    return min(1.0, max(found))


def principal_angles(X1: Any, X2: Any, k: int = 2) -> Result:
    r"""Return the principal angles between the row spaces of two tasks, ascending, in radians.

    What fitting one task costs the other depends on nothing else: each angle brings, for a shared teacher, up to
    $\frac12\cos^{2(k-1)}\theta\sin^2\theta$ after k steps (`theory.catastrophic_forgetting.two_task_forgetting`).

    X1 (n1, p), X2 (n2, p): samples as rows, of any library; ranks by their own precision. k: even steps >= 2, for the
    sentence and the picture. Returns value (min of the ranks,); detail: angles, k, forgetting (of the worst teacher).
    Warns where a task has more samples than dimensions. Raises ValueError for shapes that do not fit.

    Source: Evron, Moroshko, Ward, Srebro, Soudry 2022, arXiv:2205.09588 (exact form derived here).

    >>> principal_angles([[1.0, 0.0, 0.0]], [[1.0, 1.0, 0.0]]).value.round(6)
    array([0.785398])
    """
    one, two = _pair(X1, X2)
    steps = integer("k", k, 2)
    most = two_task_forgetting_max(steps)
    found = np.asarray(bare.principal_angles(one.values, two.values, _rtol(one, two)))
    forgetting = 0.5 * float(np.max(np.cos(found) ** (2 * (steps - 1)) * np.sin(found) ** 2))
    low, high = np.degrees(found[[0, -1]])
    sentence = (
        f"{found.size} angles between the tasks, from {low:.3g} to {high:.3g} degrees: after {steps} steps the worst "
        f"teacher forgets {forgetting:.3g} of its squared length (most for any tasks: {most.value:.3g}, at "
        f"{math.degrees(most.theta):.3g} degrees)."
    )
    detail = {"angles": found, "k": steps, "forgetting": forgetting}
    return Result("principal angles", found, None, None, None, None, sentence, _ANGLES, detail)


def predict_forgetting(X1: Any, X2: Any, k: int = 2, w_star: Any = None, y: Any = None) -> Forgetting:
    r"""Predict the loss on task 1 after k steps of fitting task 1, task 2, task 1, ... exactly, from zero.

    $$w_t = w_{t-1} + X^+(y - Xw_{t-1}),\qquad loss = |X_1w_k - y_1|^2,$$
    the sum over the rows of task 1. `two_task_forgetting` is on another scale: it averages over both tasks (the second,
    just fitted, has no loss) and takes all singular values for 1, so that there the loss is half of this one.

    X1 (n1, p), X2 (n2, p): samples as rows; k: steps >= 1; w_star: a teacher (p,) of both tasks, or (w1, w2), one for
    each; y: their targets (y1, y2) instead. Without either, only averages over shared teachers of length one.
    Returns fields average, worst, given; the null of each is the loss on task 1 before any training, the limit 0.

    Warns where a task has more samples than dimensions. Raises ValueError for shapes that do not fit.

    Source: Evron, Moroshko, Ward, Srebro, Soudry 2022, arXiv:2205.09588; two teachers derived here.

    >>> found = predict_forgetting([[1.0, 0.0]], [[1.0, 1.0]], w_star=([1.0, 0.0], [0.0, 1.0]))
    >>> round(found.worst.value, 6), round(found.given.value, 6)
    (0.25, 0.0)
    """
    one, two = _pair(X1, X2)
    steps, rtol = integer("k", k, 1), _rtol(one, two)
    found = bare.predict_forgetting(one.values, two.values, steps, None, rtol)
    energy, largest = float(np.sum(one.values**2)) / one.shape[1], float(np.linalg.norm(one.values, 2)) ** 2
    average = _loss("forgetting on average", float(found.average), energy, steps, "a shared teacher of length one")
    worst = _loss("forgetting at worst", float(found.worst), largest, steps, "the worst shared teacher of length one")
    targets = _targets(one, two, w_star, y)
    if targets is None:
        return Forgetting(average, worst)
    value = _run(one.values, two.values, targets, steps, rtol)
    own = _loss("forgetting as given", value, float(np.sum(targets[0] ** 2)), steps, "these tasks")
    return Forgetting(average, worst, own)


def _targets(one: Given, two: Given, w_star: Any, y: Any) -> tuple[Floats, Floats] | None:
    if w_star is not None and y is not None:
        raise ValueError("y = targets: must be given without w_star")
    if y is not None:
        if not isinstance(y, tuple | list) or len(y) != 2:
            raise ValueError("y: must be a pair, (y1, y2)")
        first, second = vector("y1", y[0]), vector("y2", y[1])
        for name, given, rows in (("y1", first, one), ("y2", second, two)):
            if given.shape[0] != rows.shape[0]:
                raise ValueError(f"{name} = array with {given.shape[0]} entries: must have {rows.shape[0]}")
        return first.values, second.values
    if w_star is None:
        return None
    own = isinstance(w_star, tuple | list) and len(w_star) == 2 and np.ndim(w_star[0]) == 1
    pair = [vector("w_star", w, "dimensions") for w in (w_star if own else (w_star, w_star))]
    for w in pair:
        if w.shape[0] != one.shape[1]:
            raise ValueError(f"w_star = array of shape {w.shape}: must be ({one.shape[1]},), or two of them")
    return one.values @ pair[0].values, two.values @ pair[1].values


def _run(X1: Floats, X2: Floats, targets: tuple[Floats, Floats], steps: int, rtol: float) -> float:
    inverses, tasks = [np.linalg.pinv(X, rcond=rtol) for X in (X1, X2)], (X1, X2)
    w = np.zeros(X1.shape[1])
    for t in range(steps):
        w = w + inverses[t % 2] @ (targets[t % 2] - tasks[t % 2] @ w)
    return float(np.sum((X1 @ w - targets[0]) ** 2))


def _loss(name: str, value: float, null: float, steps: int, who: str) -> Result:
    share = 100 * value / null if null else 0.0
    sentence = (
        f"After {steps} step{'s' if steps > 1 else ''} {who} {'have' if who == 'these tasks' else 'has'} the loss "
        f"{value:.4g} on task 1, {share:.3g} % of that before training ({null:.4g}; sums over its rows)."
    )
    return Result(name, value, null, 0.0, None, None, sentence, _ANGLES)
