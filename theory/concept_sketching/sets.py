"""Sketches of sets of points: the mean of a random layer over the set."""

from __future__ import annotations

import math

import numpy as np

from theory.arc_cosine import J_of_supplement, angles
from theory.domain import Floats, Matrix, checked, refusal

__all__ = ["linear_distance", "set_distance", "set_kernel", "sketch_collision"]


def _mean_kernel(S: Floats, T: Floats) -> float:
    """The mean over all pairs of |x||y| k_1(angle); a zero point contributes 0."""
    first, second = np.linalg.norm(S, axis=1), np.linalg.norm(T, axis=1)
    A, B = S[first > 0], T[second > 0]
    if not (A.size and B.size):
        return 0.0
    kernel = J_of_supplement(1, np.clip(angles(A, -B), 0.0, math.pi)) / math.pi
    return float(first[first > 0] @ kernel @ second[second > 0]) / (len(S) * len(T))


def _check(S: Floats, T: Floats) -> None:
    if S.shape[1] != T.shape[1]:
        raise refusal("T", T, f"points of as many dimensions as S, {S.shape[1]}")


@checked
def set_kernel(S: Matrix, T: Matrix) -> float:
    r"""Return the expected inner product of the sketches of two sets of points.

    .. math:: K(S, T) = \frac{1}{|S||T|}\sum_{x\in S,\,y\in T} |x||y|\,k_1(\angle(x, y))

    where the sketch of a set is the mean of relu(Wx) over its points, weights N(0, 2/m). Exact at every width m.

    S: (n, d), T: (n', d), points as rows; the zero point contributes 0. Raises ValueError for unequal d.

    Source: derived here; the setting is that of Dikkala, Kaplun, Panigrahy 2021, arXiv:2103.06875 (abstract seen).

    >>> round(set_kernel([[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0]]), 6)
    0.659155
    """
    _check(S, T)
    return _mean_kernel(S, T)


@checked
def set_distance(S: Matrix, T: Matrix) -> float:
    r"""Return the expected squared distance of the sketches of two sets, $K(S, S) + K(T, T) - 2K(S, T)$.

    S: (n, d), T: (n', d), points as rows. Raises ValueError for unequal d.

    Source: derived here.

    >>> round(set_distance([[1.0, 0.0], [-1.0, 0.0]], [[0.0, 1.0], [0.0, -1.0]]), 6)
    0.36338
    """
    _check(S, T)
    return _mean_kernel(S, S) + _mean_kernel(T, T) - 2 * _mean_kernel(S, T)


@checked
def linear_distance(S: Matrix, T: Matrix) -> float:
    r"""Return the expected squared distance of linear sketches, means of Wx with weights N(0, 1/m).

    .. math:: |c_S - c_T|^2

    of the centroids: sets with one centroid have one sketch, whatever the weights.

    S: (n, d), T: (n', d), points as rows. Raises ValueError for unequal d.

    Source: derived here.

    >>> linear_distance([[1.0, 0.0], [-1.0, 0.0]], [[0.0, 1.0], [0.0, -1.0]])
    0.0
    """
    _check(S, T)
    return float(np.sum((np.mean(S, axis=0) - np.mean(T, axis=0)) ** 2))


@checked
def sketch_collision(S: Matrix, T: Matrix) -> float:
    r"""Return the limit, for wide sketches, of the probability that a sign hash has two sets on one side.

    .. math:: 1 - \frac1\pi\arccos\frac{K(S, T)}{\sqrt{K(S, S)K(T, T)}}

    Given two sketches a hash collides with probability 1 - angle/pi exactly; their angle tends to this one, in mean at
    order 1/m. At least 1/2, as no kernel of ReLU layers is negative; within 1e-8 of 1 for sets that are nearly one.

    S: (n, d), T: (n', d), points as rows, not all zero. Raises ValueError for unequal d or sets of zero points.

    Source: derived here.

    >>> sketch_collision([[1.0, 0.0]], [[2.0, 0.0]])
    1.0
    """
    _check(S, T)
    own = _mean_kernel(S, S), _mean_kernel(T, T)
    for name, value, points in (("S", own[0], S), ("T", own[1], T)):
        if value == 0:
            raise refusal(name, points, "a set with a point that is not zero")
    cosine = _mean_kernel(S, T) / math.sqrt(own[0] * own[1])  # never negative
    return 1 - math.acos(min(1.0, cosine)) / math.pi
