"""Lines in the plane that forget most, in random and in cyclic order: exact values, their limits, published bounds."""

from __future__ import annotations

import itertools
import math
from typing import Annotated, Any, NamedTuple

import numpy as np

from theory.catastrophic_forgetting.cyclic import largest, squares
from theory.catastrophic_forgetting.two_tasks import Angles, Value, scalar
from theory.domain import Count, Counts, Floats, In, Integers, Reals, checked, refusal

_MOST_TASKS = 100_000
"""The forgetting of T lines is a sum of T terms."""


class TwoLines(NamedTuple):
    """Expected average loss after k steps in random order, and expected forgetting of the tasks seen."""

    loss: Value
    forgetting: Value


@checked
def two_line_random(theta: Angles, k: Annotated[int, In(1)]) -> TwoLines:
    r"""Return loss and forgetting of two lines at angle theta, learned k times in random order.

    The null spaces are the lines, the unit teacher lies on their bisector. With $c = \cos\theta$, $x = (1+c^2)/2$,
    $y = (1-c^2)/2$:
    $$\ell_k = x^{k-1}(1-x)\frac{1+c}2,\qquad
    F_k = \frac{1+c}2\,\frac{1-c^2}{2k}\Bigl[(k-1)x^{k-1} - \sum_{j=1}^{k-1}x^{k-1-j}y^j\Bigr] .$$

    theta: in [0, pi/2], any shape; k: number of steps >= 1. Returns fields loss, forgetting, shaped like theta. Raises
    ValueError outside the domain.

    Source: derived here (after each step the error lies on the line just learned, and shrinks by c at each change).

    >>> round(two_line_random(math.acos(math.sqrt(1 - 2 / 5)), 5).forgetting, 6)
    0.053323
    """
    c = np.cos(theta)
    x = (1 + c * c) / 2
    apart = np.sin(theta) ** 2  # 1 - c^2
    q = c * c / x  # 1 - y/x, without cancellation
    with np.errstate(divide="ignore", invalid="ignore"):
        series = (1 - q) * -np.expm1((k - 1) * np.log1p(-q)) / q
    series = np.where(q == 0, k - 1, np.where(k == 1, 0.0, series))
    front = (1 + c) / 2 * x ** (k - 1)
    forgetting = front * apart / (2 * k) * np.maximum(k - 1 - series, 0.0)
    return TwoLines(scalar(front * apart / 2), scalar(forgetting))


# --- lines on a sine -------------------------------------------------------------------------------------------------


def _sine(T: int, n: int, delta: Any) -> Floats:
    x = [delta * math.sin(math.pi * j / T) for j in range(1, T + 1)]
    turns, spread = np.zeros(np.shape(delta)), np.zeros(np.shape(delta))
    with np.errstate(divide="ignore"):
        for here, there in itertools.pairwise(x):
            turns = turns + np.log(np.abs(np.cos(there - here)))
        back = (n - 1) * np.log(np.abs(np.cos(x[0] - x[-1]))) if n > 1 else 0.0
    for angle in x:
        spread = spread + np.sin(angle - x[-1]) ** 2
    return np.asarray(np.exp(2 * (n * turns + back)) * spread / T)


Lines = Annotated[int, In(2, _MOST_TASKS)]


@checked
def cyclic_sine_forgetting(T: Lines, n: Count, delta: Reals) -> Value:
    r"""Return the forgetting of T lines at angles $x_j = \delta\sin(\pi j/T)$, j = 1..T, after n cyclic passes.

    The unit teacher lies along the first line:
    $F = [\prod_{j<T}\cos(x_{j+1}-x_j)^2]^n\cos(x_1-x_T)^{2(n-1)}\frac1T\sum_j\sin(x_j-x_T)^2$.

    T: number of tasks >= 2; n: number of passes >= 1; delta: real, any shape. Returns the forgetting, shaped like
    delta. Raises ValueError outside the domain.

    Source: derived here (nT projections in the plane).

    >>> round(cyclic_sine_forgetting(T=3, n=2, delta=0.4), 7)
    0.0532196
    """
    return scalar(_sine(T, n, delta))


@checked
def cyclic_sine_worst(T: Annotated[int, In(2)], n: Count) -> float:
    r"""Return the largest forgetting of T lines on a sine after n cyclic passes, over delta in [0, pi/2].

    T: number of tasks >= 2; n: number of passes >= 1. Returns the maximum; no lines have a larger limit
    (`cyclic_line_limit`). Raises ValueError outside the domain.

    Source: derived here.

    >>> round(cyclic_sine_worst(T=3, n=10), 5)
    0.01258
    """
    return largest(_sine, T, n)


@checked
def cyclic_line_limit(T: Annotated[Integers, In(2)]) -> Value:
    r"""Return the limit of k F for the worst T lines in cyclic order, $1/(4e\sin(\pi/(2T))^2)$, as $k\to\infty$.

    $4\sin(\pi/(2T))^2$ is the smallest eigenvalue of the discrete Dirichlet Laplacian: the closed polygon of angles
    that is long for its length. About $T^2/(e\pi^2)$.

    T: number of tasks >= 2. Returns the limit, shaped like T. Raises ValueError outside the domain.

    Source: derived here.

    >>> round(cyclic_line_limit(T=2), 12) == round(1 / (2 * math.e), 12)
    True
    """
    return scalar(1 / (4 * math.e * np.sin(math.pi / (2 * T)) ** 2))


# --- there and back --------------------------------------------------------------------------------------------------


def _there_and_back(T: Any, n: Any, delta: Any) -> Floats:
    tasks, passes = np.asarray(T), np.asarray(n, dtype=np.float64)
    far = (tasks - 1) // 2
    spread = 2 * squares(far, delta) - np.where(tasks % 2 == 1, np.sin(far * delta) ** 2, 0.0)
    return np.asarray(np.cos(delta) ** (4 * passes * far) * spread / tasks)


@checked(broadcast=True)
def there_and_back_forgetting(T: Annotated[Integers, In(3, _MOST_TASKS)], n: Counts, delta: Reals) -> Value:
    r"""Return the forgetting of T lines at angles $0, \delta, \ldots, q\delta, \ldots, \delta, 0$ after n passes.

    $q = \lfloor(T-1)/2\rfloor$ (for even T the furthest line comes twice), the unit teacher lies along the first:
    $F = \cos(\delta)^{4nq}\frac1T[2\sum_{j\le q}\sin(j\delta)^2 - 1\{T\text{ odd}\}\sin(q\delta)^2]$.

    T: number of tasks >= 3; n: number of passes >= 1; delta: real; they broadcast. Returns the forgetting. Raises
    ValueError outside the domain.

    Source: instance of Evron, Moroshko, Ward, Srebro, Soudry 2022, arXiv:2205.09588, appendix C.2.2 (seen); closed
    form derived here.

    >>> round(there_and_back_forgetting(T=5, n=5, delta=0.2), 7)
    0.0206104
    """
    return scalar(_there_and_back(T, n, delta))


@checked
def there_and_back_worst(T: Annotated[int, In(3)], n: Count) -> float:
    r"""Return the largest forgetting of lines there and back after n passes, over delta in [0, pi/2].

    About $T^2/(12ek)$ for many passes, k = nT. T: number of tasks >= 3; n: number of passes >= 1. Returns the maximum.
    Raises ValueError outside the domain.

    Source: derived here.

    >>> round(there_and_back_worst(T=3, n=3) / cyclic_lower_bound(T=3, k=9), 3)
    1.232
    """
    return largest(_there_and_back, T, n)


@checked(broadcast=True)
def cyclic_lower_bound(T: Annotated[Integers, In(3)], k: Counts) -> Value:
    r"""Return the published lower bound on the largest forgetting of T tasks in cyclic order, $T^2/(24ek)$.

    T: number of tasks >= 3; k: number of steps, a multiple of T; printed for k >= T^2. Returns the bound. Raises
    ValueError outside the domain.

    Source: Evron, Moroshko, Ward, Srebro, Soudry 2022, arXiv:2205.09588, Theorem 11 (seen).

    >>> round(cyclic_lower_bound(T=10, k=100), 5)
    0.01533
    """
    if (k % T).any():
        raise refusal("k", k, "a multiple of T (whole passes)")
    return scalar(T**2 / (24 * math.e * k))
