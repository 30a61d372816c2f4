"""Coding rates of given features, and two cases that are known by hand."""

from __future__ import annotations

import numpy as np

from theory.domain import Count, Divisor, Floats, Matrix, Reals, checked, refusal
from theory.rate_reduction.domains import Labels, class_indices

__all__ = ["coding_rate", "pair_rate_reduction", "rate_reduction", "rate_reduction_two_lines"]


def half_logdet(Z: Floats, alpha: float) -> float:
    """(1/2) log det(I + alpha Z Z'), by singular values: no determinant overflows."""
    s = np.linalg.svd(Z, compute_uv=False) * np.sqrt(alpha)
    return float(0.5 * np.sum(np.log1p(s * s)))


@checked
def coding_rate(Z: Matrix, eps: Divisor) -> float:
    r"""Return the coding rate of features,

    $$R(Z) = \tfrac12\log\det\bigl(I + \tfrac{d}{m\epsilon^2}ZZ^\top\bigr)$$

    Z: (d, m), a column a sample; eps >= 1e-75: the precision. Returns a number >= 0, in nats. Raises ValueError
    outside these domains.

    Source: Yu, Chan, You, Song, Ma 2020, arXiv:2006.08558, definition (recalled).

    >>> round(coding_rate([[1.0, 0.0], [0.0, 1.0]], 1.0), 6)
    0.693147
    """
    d, m = Z.shape
    return half_logdet(Z, d / m / eps**2)


@checked
def rate_reduction(Z: Matrix, labels: Labels, eps: Divisor) -> float:
    r"""Return the rate reduction of labelled features,

    $$\Delta R = R(Z) - \sum_j\tfrac{\gamma_j}2\log\det\bigl(I + \alpha_jZ_jZ_j^\top\bigr)$$

    Z: (d, m), a column a sample; labels: m integers >= 0; eps >= 1e-75. Returns a number >= 0 up to rounding. Raises
    ValueError outside these domains.

    Source: Yu, Chan, You, Song, Ma 2020, arXiv:2006.08558, definition (recalled).

    >>> round(rate_reduction([[1.0, 0.0], [0.0, 1.0]], [0, 1], 1.0), 6)
    0.143841
    """
    m = Z.shape[1]
    groups = class_indices(labels, Z)
    return coding_rate(Z, eps) - float(sum(len(own) / m * coding_rate(Z[:, own], eps) for own in groups))


@checked
def pair_rate_reduction(Z: Matrix, Y: Matrix, eps: Divisor) -> float:
    r"""Return the rate reduction between two sets of as many features, zero where $ZZ^\top = YY^\top$.

    $$\Delta R(Z, Y) = R([Z, Y]) - \tfrac12R(Z) - \tfrac12R(Y)$$

    Z, Y: (d, m) of equal shape; eps >= 1e-75. Returns a number >= 0. Raises ValueError outside these domains.

    Source: Pai, Psenka, Chiu, Wu, Dobriban, Ma 2022, arXiv:2206.09120 (seen in a book's abridged form).

    >>> round(pair_rate_reduction([[1.0], [0.0]], [[0.0], [1.0]], 1.0), 6)
    0.143841
    """
    if Z.shape != Y.shape:
        raise refusal("Y", Y, f"an array of shape {Z.shape}, as Z")
    both = coding_rate(np.hstack([Z, Y]), eps)
    return max(both - coding_rate(Z, eps) / 2 - coding_rate(Y, eps) / 2, 0.0)


@checked
def rate_reduction_two_lines(m1: Count, m2: Count, d: Count, eps: Divisor, theta: Reals) -> Floats:
    r"""Return the rate reduction of two classes of unit vectors on two lines at the angle theta.

    $$\Delta R = \tfrac12\log\Bigl(1 + \frac{\alpha^2m_1m_2\sin^2\theta}{1 + d/\epsilon^2}\Bigr)$$

    m1, m2 >= 1: samples on each line; d >= 2; eps >= 1e-75; theta: any shape. Returns an array of its shape. Raises
    ValueError outside these domains.

    Source: derived here.

    >>> round(float(rate_reduction_two_lines(10, 10, 4, 0.5, 0.3)), 7)
    0.1421306
    """
    if d < 2:
        raise refusal("d", d, "an integer >= 2")
    u, m = d / eps**2, m1 + m2
    share = (m1 / m) * (m2 / m) * u * (u / (1 + u))
    return np.asarray(0.5 * np.log1p(share * np.sin(theta) ** 2))[()]
