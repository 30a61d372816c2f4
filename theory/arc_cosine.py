r"""Arc-cosine kernels: Gaussian means over the half-space where two directions at angle t are both active.

For standard normal $g$ and unit vectors at angle t, $E\,(g\cdot u)_+^q (g\cdot v)_+^q = J_q(t)/(2\pi)$ with
$J_0 = \pi - t$, $J_1 = \sin t + (\pi - t)\cos t$ and $J_2 = 3\sin t\cos t + (\pi - t)(1 + 2\cos^2 t)$. Near $\pi$ the
last two cancel to the third and fifth power of $\pi - t$, the supplement; it is what the series here run in.
"""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from theory.domain import Floats, In, Matrix, Vector, checked, refusal

__all__ = ["J", "J_of_supplement", "angle", "angles", "kappa"]

Order = Annotated[int, In(0, 2)]
_TERMS = 14
"""Of the series below a supplement of 1: the last is smaller than a rounding error of the sum."""


def _series(order: int, s: Floats) -> Floats:
    """sum_k (-1)^(k+1) 2k s^(2k+1)/(2k+1)! and sum_k (-1)^k (k-1) (2s)^(2k+1)/(2k+1)!: J_1 and J_2 near pi."""
    u, total = (s, np.zeros_like(s)) if order == 1 else (2 * s, np.zeros_like(s))
    for k in range(_TERMS, 0, -1):
        weight = 2 * k if order == 1 else 1 - k
        total = (-1) ** (k + 1) * weight / math.factorial(2 * k + 1) + total * u * u
    return total * u**3


@checked
def J_of_supplement(order: Order, s: Annotated[Floats, In(0.0, math.pi)]) -> Floats:
    r"""Return $J_q(\pi - s)$ to full relative precision down to s = 0, where J_1 is $s^3/3$ and J_2 is $4s^5/15$.

    order: q in {0, 1, 2}; s in [0, pi], any shape. Returns an array of its shape. Raises ValueError outside.

    Source: Cho, Saul 2009, Section 2.1 (recalled), rewritten here in the supplement.

    >>> (J_of_supplement(2, [0.01, 0.1]) * 1e6).round(6)
    array([2.700000e-05, 2.661592e+00])
    """
    if order == 0:
        return s
    sine, cosine = np.sin(s), np.cos(s)
    direct = sine - s * cosine if order == 1 else s * (1 + 2 * cosine * cosine) - 3 * sine * cosine
    return np.where(s < 1.0, _series(order, s), direct)[()]


@checked
def J(order: Order, t: Annotated[Floats, In(0.0, math.pi)]) -> Floats:
    r"""Return $J_q(t)$, $2\pi$ times the mean of $(g\cdot u)_+^q (g\cdot v)_+^q$ for unit vectors at angle t.

    order: q in {0, 1, 2}; t in [0, pi], any shape. Returns an array of its shape; near pi, where t itself has lost the
    digits of $\pi - t$, take `J_of_supplement`. Raises ValueError outside the domain.

    Source: Cho, Saul 2009, Section 2.1 (recalled).

    >>> [float(J(q, 0.0).round(6)) for q in (0, 1, 2)]
    [3.141593, 3.141593, 9.424778]
    """
    return J_of_supplement(order, math.pi - t)


@checked
def kappa(order: Order, r: Annotated[Floats, In(-1.0, 1.0)]) -> Floats:
    r"""Return $\kappa_q(r) = J_q(\arccos r)/\pi$, the kernel of a wide ReLU layer (q = 1) and of its slopes (q = 0).

    order: q in {0, 1, 2}; r: the correlation, in [-1, 1], any shape. Returns an array of its shape. The angle is taken
    as $2\arctan(\sqrt{1+r}/\sqrt{1-r})$, without the loss of arccos at both ends. Raises ValueError outside the domain.

    Source: Cho, Saul 2009 (recalled); Jacot et al. 2018, arXiv:1806.07572 (recalled).

    >>> kappa(1, [-1.0, 0.0, 1.0]).round(6)
    array([0.     , 0.31831, 1.     ])
    """
    return J_of_supplement(order, 2 * np.arctan2(np.sqrt(1 + r), np.sqrt(1 - r))) / math.pi


def _unit_rows(name: str, x: Floats) -> Floats:
    scale = np.max(np.abs(x), axis=-1, keepdims=True)
    if not np.all(scale > 0):
        raise refusal(name, x, "without a zero vector: it has no direction")
    x = x / scale
    return np.asarray(x / np.linalg.norm(x, axis=-1, keepdims=True))


@checked
def angle(x: Vector, y: Vector) -> float:
    r"""Return the angle $2\arctan(|u - v|/|u + v|)$ of two vectors, u and v their directions.

    x, y: vectors of one length, not zero. Returns a number in [0, pi], exact to rounding at both ends, which
    $\arccos(u\cdot v)$ is not; $\pi - t$ is `angle(x, -y)`. Raises ValueError for a zero vector or two lengths.

    Source: Kahan, "How futile are mindless assessments of roundoff" (recalled).

    >>> angle([1.0, 0.0], [1.0, 1e-12])
    1e-12
    """
    if len(x) != len(y):
        raise refusal("y", y, f"a vector of the length of x, {len(x)}")
    return float(angles(x[None], y[None])[0, 0])


@checked
def angles(x: Matrix, y: Matrix) -> Floats:
    r"""Return the angles of all pairs of rows, (n, n2), as `angle` does for one pair.

    x: (n, d); y: (n2, d); no zero rows. Returns angles in [0, pi]. Raises ValueError for zero rows or unequal d.

    Source: as `angle`.

    >>> angles([[1.0, 0.0], [0.0, 2.0]], [[3.0, 3.0]]).round(6)
    array([[0.785398],
           [0.785398]])
    """
    if x.shape[1] != y.shape[1]:
        raise refusal("y", y, f"a matrix with as many columns as x, {x.shape[1]}")
    u, v = _unit_rows("x", x), _unit_rows("y", y)
    result = np.empty((len(u), len(v)))
    for i, row in enumerate(u):
        result[i] = 2 * np.arctan2(np.linalg.norm(v - row, axis=1), np.linalg.norm(v + row, axis=1))
    return result
