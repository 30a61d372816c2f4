"""Tasks in cyclic order: lines in the plane that forget much, and the upper bound for any tasks."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Any

import numpy as np
import scipy

from theory.catastrophic_forgetting.two_tasks import Value, scalar
from theory.domain import Count, Counts, Floats, In, Integers, Reals, checked, refusal

_MOST_TASKS = 100_000
"""The forgetting of T lines is a sum of T terms."""
Lines = Annotated[Integers, In(2, _MOST_TASKS)]


def squares(last: Any, angle: Any) -> Floats:
    """sum_{j=1}^{last} sin(j angle)^2, added term by term: the closed form cancels for small angles."""
    total = np.zeros(np.shape(angle))
    for j in range(1, int(np.max(last)) + 1):
        total += np.where(j <= last, np.sin(j * angle) ** 2, 0.0)
    return total


def _fan(T: Any, n: Any, delta: Any) -> Floats:
    tasks, passes = np.asarray(T, dtype=np.float64), np.asarray(n, dtype=np.float64)
    turns = np.cos(delta) ** (2 * passes * (tasks - 1)) * np.cos((tasks - 1) * delta) ** (2 * (passes - 1))
    return np.asarray(turns * squares(tasks - 1, delta) / tasks)


def _zigzag(T: Any, n: Any, delta: Any) -> Floats:
    tasks, passes = np.asarray(T, dtype=np.float64), np.asarray(n, dtype=np.float64)
    far = tasks / 2
    spread = 2 * squares(far, delta) - np.sin(far * delta) ** 2
    return np.asarray(np.cos(delta) ** (2 * (passes * tasks - 1)) * spread / tasks)


@checked(broadcast=True)
def fan_forgetting(T: Lines, n: Counts, delta: Reals) -> Value:
    r"""Return the forgetting of a fan of T lines after n cyclic passes.

    The null spaces are lines in the plane at angles 0, delta, ..., (T - 1) delta, the teacher lies along the first:
    $F = \cos(\delta)^{2n(T-1)}\cos((T-1)\delta)^{2(n-1)}\frac1T\sum_{j<T}\sin(j\delta)^2$.

    T: number of tasks >= 2; n: number of passes >= 1; delta: real; they broadcast.
    Returns the forgetting. Raises ValueError outside the domain.

    Source: derived here (k = nT projections in the plane).

    >>> round(fan_forgetting(T=3, n=1, delta=math.pi / 3), 12)
    0.03125
    """
    return scalar(_fan(T, n, delta))


@checked
def fan_worst(T: Annotated[int, In(2)], n: Count) -> float:
    r"""Return the largest forgetting of a fan of T lines after n cyclic passes, over delta in [0, pi/2].

    There are several local maxima: a dense grid, then refinement of the best of them.

    T: number of tasks >= 2; n: number of passes >= 1 (single integers). Returns the maximum. Raises ValueError outside
    the domain.

    Source: derived here.

    >>> round(fan_worst(T=3, n=10), 5)
    0.01064
    """
    return largest(_fan, T, n)


@checked(broadcast=True)
def zigzag_forgetting(T: Lines, n: Counts, delta: Reals) -> Value:
    r"""Return the forgetting of T lines that fan out and come back, after n cyclic passes.

    The null spaces are lines in the plane at angles delta, ..., h delta, (h - 1) delta, ..., 0 with T = 2h, the teacher
    lies along the first:
    $F = \cos(\delta)^{2(nT-1)}\frac1T[2\sum_{0<j<h}\sin(j\delta)^2 + \sin(h\delta)^2]$. No step is wider than delta,
    not even from one pass to the next: the worst F tends to $T^2/(12ek)$, so that the factor $T^2$ in the bound is
    needed at every k, whereas the best fan keeps only $T/(3ek)$.

    T: number of tasks >= 2, even; n: number of passes >= 1; delta: real; they broadcast.
    Returns the forgetting. Raises ValueError outside the domain.

    Source: derived here (k = nT projections in the plane).

    >>> round(zigzag_forgetting(T=2, n=1, delta=math.pi / 4), 12)
    0.125
    """
    _check_even(T)
    return scalar(_zigzag(T, n, delta))


@checked
def zigzag_worst(T: Annotated[int, In(2)], n: Count) -> float:
    r"""Return the largest forgetting of lines that fan out and come back, over delta in [0, pi/2].

    T: number of tasks >= 2, even; n: number of passes >= 1 (single integers). Returns the maximum. Raises ValueError
    outside the domain.

    Source: derived here.

    >>> round(zigzag_worst(T=10, n=4), 5)
    0.07046
    """
    _check_even(T)
    return largest(_zigzag, T, n)


def _check_even(T: Any) -> None:
    if (np.asarray(T) % 2).any():
        raise refusal("T", T, "even (out and back)")


def largest(function: Callable[[Any, Any, Any], Floats], tasks: int, passes: int) -> float:
    """The maximum over delta in [0, pi/2]: a dense grid, then refinement of its best local maxima."""
    # The narrowest features are about pi/T and 1/sqrt(nT)/T wide.
    points = 200 + math.ceil(40 * tasks * max(1.0, math.sqrt(passes / 4)))
    if points * tasks > 10**8:
        raise ValueError(f"T = {tasks}, n = {passes}: must satisfy T^2 max(2, sqrt(n)) <= 5e6 (a long search)")
    grid = np.linspace(0, math.pi / 2, points)
    values = function(tasks, passes, grid)
    inner = values[1:-1]
    peaks = 1 + np.flatnonzero((inner >= values[:-2]) & (inner >= values[2:]))
    best = float(values.max())
    for peak in peaks[np.argsort(values[peaks])[-8:]]:
        found = scipy.optimize.minimize_scalar(
            lambda angle: -float(function(tasks, passes, angle)),
            bounds=(grid[peak - 1], grid[peak + 1]),
            options={"xatol": 1e-11},
        )
        best = max(best, -float(found.fun))
    return best


@checked(broadcast=True)
def cyclic_bound(T: Annotated[Integers, In(3)], k: Counts, d: Counts, r_max: Annotated[Integers, In(0)]) -> Value:
    r"""Return the upper bound on the forgetting of any T tasks in cyclic order after k = nT steps.

    $F(k) \le T^2\min\{1/\sqrt k, (d - r_{\max})/(2k)\}$ for teachers of norm 1.

    T: number of tasks >= 3; k: number of steps, a multiple of T; d: dimension >= 1; r_max: largest rank of a task, from
    0 to d; they broadcast. Returns the bound. Raises ValueError outside the domain.

    Source: Evron, Moroshko, Ward, Srebro, Soudry 2022, arXiv:2205.09588, cyclic theorem (form seen in the abstract,
    refinement (d - r_max)/2 recalled).

    >>> cyclic_bound(T=3, k=6, d=2, r_max=1)
    0.75
    """
    if (k % T).any():
        raise refusal("k", k, "a multiple of T (whole passes)")
    if (r_max > d).any():
        raise refusal("r_max", r_max, "an integer from 0 to d")
    return scalar(T**2 * np.minimum(1 / np.sqrt(k), (d - r_max) / (2 * k)))
