"""Inner products after one random ReLU layer, and after many."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator
from typing import Annotated

import numpy as np

from theory.arc_cosine import J_of_supplement, angle
from theory.domain import Count, Floats, In, Vector, checked, refusal

__all__ = [
    "arccos_kernel",
    "depth_asymptote",
    "depth_correlation",
    "depth_distance",
    "kernel_variance",
    "simhash_collision",
]

Correlation = Annotated[float, In(-1.0, 1.0)]
Depth = Annotated[int, In(0, 2**22)]


def _lengths(x: Vector, y: Vector) -> tuple[float, float]:
    """The product of the norms, and pi minus the angle, of two vectors."""
    if len(x) != len(y):
        raise refusal("y", y, f"a vector of the length of x, {len(x)}")
    return float(np.linalg.norm(x) * np.linalg.norm(y)), angle(x, -y)


@checked
def arccos_kernel(x: Vector, y: Vector, order: Annotated[int, In(0, 2)]) -> float:
    r"""Return the arc-cosine kernel of order 0, 1 or 2 of two inputs.

    .. math:: (|x||y|)^q J_q(t)/\pi = 2\,\mathrm{E}\,(g\cdot x)_+^q (g\cdot y)_+^q, \qquad g \sim N(0, I)

    with t the angle of x and y; for q = 1 it is the expected inner product after a layer of weights N(0, 2/m), and half
    of it for q = 0 the probability that a neuron is active at both.

    x, y: vectors of one length, not zero; order: q. Raises ValueError outside these domains.

    Source: Cho, Saul 2009 (recalled).

    >>> arccos_kernel([1.0, 0.0], [1.0, 0.0], 1), arccos_kernel([1.0, 0.0], [0.0, 2.0], 0)
    (1.0, 0.5)
    """
    size, supplement = _lengths(x, y)
    return float(size**order * J_of_supplement(order, supplement) / math.pi)


@checked
def kernel_variance(x: Vector, y: Vector, m: Count) -> float:
    r"""Return the variance of the inner product of two inputs after a layer of m neurons with weights N(0, 2/m).

    .. math:: \frac{|x|^2|y|^2}{m}\left[\frac{2J_2(t)}{\pi} - k_1(t)^2\right]

    of the whole inner product, not of one neuron; 5 |x|^4/m for x = y.

    x, y: vectors of one length, not zero; m >= 1 neurons. Raises ValueError outside these domains.

    Source: derived here from the arc-cosine moments.

    >>> kernel_variance([1.0, 0.0], [1.0, 0.0], 10)
    0.5
    """
    size, s = _lengths(x, y)
    first = J_of_supplement(1, s) / math.pi
    return float(size**2 * (2 * J_of_supplement(2, s) / math.pi - first**2) / m)


@checked
def simhash_collision(x: Vector, y: Vector) -> float:
    r"""Return the probability that a random hyperplane has two inputs on one side.

    .. math:: P(\mathrm{sign}\,g\cdot x = \mathrm{sign}\,g\cdot y) = 1 - t/\pi

    x, y: vectors of one length, not zero. Raises ValueError outside these domains.

    Source: Charikar 2002 (recalled).

    >>> simhash_collision([1.0, 0.0], [0.0, 3.0])
    0.5
    """
    return _lengths(x, y)[1] / math.pi


@checked
def depth_correlation(rho0: Correlation, depth: Depth) -> Floats:
    r"""Return the correlation of two inputs after 0, 1, ..., depth random layers of infinite width.

    .. math:: \rho_{l+1} = k_1(\arccos\rho_l)

    Norms stay put, so it is also the kernel of unit inputs. From -1 the next is 0, and 1 stays; all others rise to 1.

    rho0: correlation of the inputs, in [-1, 1]; depth from 0 to 2^22. Returns (depth + 1,). Raises ValueError outside
    these domains.

    Source: recursion of Cho, Saul 2009 (recalled).

    >>> depth_correlation(0.0, 3).round(5)
    array([0.     , 0.31831, 0.49373, 0.60483])
    """
    found = 1 - np.fromiter(_distances(rho0, depth), float, depth + 1)
    found[0] = rho0  # without the rounding of 1 - (1 - rho0)
    return found


@checked
def depth_distance(rho0: Correlation, depth: Depth) -> float:
    r"""Return $1 - \rho_l$ after `depth` = l layers, to full relative precision where $\rho_l$ is nearly 1.

    rho0: correlation of the inputs, in [-1, 1]; depth from 0 to 2^22. Raises ValueError outside these domains.

    Source: as `depth_correlation`, written here without cancellation.

    >>> round(depth_distance(0.0, 2000) * 2000**2 / (4.5 * math.pi**2), 4)
    0.9844
    """
    (last,) = deque(_distances(rho0, depth), maxlen=1)
    return last


@checked
def depth_asymptote(depth: Annotated[int, In(1, 2**52)]) -> float:
    r"""Return what $1 - \rho_l$ is after many layers, whatever the inputs, up to a relative error of order 1/l.

    .. math:: 1 - \rho_l = \frac{9\pi^2}{2\,(l + \frac32\log l)^2}\,(1 + O(1/l))

    Without the logarithm the relative error is of order (log l)/l. Not for inputs that are equal.

    depth: l >= 1. Raises ValueError outside the domain.

    Source: derived here. An angle t becomes t' with $1/t' = 1/t + 1/(3\pi) + t/(6\pi^2) + O(t^2)$.

    >>> round(depth_asymptote(2000) * 2000**2 / (4.5 * math.pi**2), 4)
    0.9887
    """
    return 4.5 * (math.pi / (depth + 1.5 * math.log(depth))) ** 2


def _distances(rho0: float, depth: int) -> Iterator[float]:
    """1 - rho_l for l = 0, ..., depth."""
    half = math.atan2(math.sqrt(1 - rho0), math.sqrt(1 + rho0))  # half the angle: cos t = 1 - 2 sin^2(t/2)
    yield 1 - rho0
    for _ in range(depth):
        # 1 - k_1 = [2 pi sin^2(t/2) - (sin t - t cos t)]/pi: the second term is at most 2/3 of the first.
        left = 2 * math.sin(half) ** 2 - _sine_excess(2 * half) / math.pi
        yield left
        half = math.asin(math.sqrt(0.5 * left))


def _sine_excess(t: float) -> float:
    """sin t - t cos t, J_1 at pi - t: of one number, in a loop of up to four million layers."""
    if t > 0.5:
        return math.sin(t) - t * math.cos(t)
    total, term = 0.0, t**3
    for k in range(1, 9):
        total += term * 2 * k / math.factorial(2 * k + 1)
        term *= -t * t
    return total
