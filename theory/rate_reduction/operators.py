"""The gradient of the rate reduction as linear operators, and one step along it on orthogonal classes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from theory.domain import Count, Divisor, Floats, Matrix, NonNegative, NonNegatives, checked, refusal
from theory.rate_reduction.domains import Labels, class_indices

__all__ = ["Operators", "redunet_operators", "redunet_step_sv"]


class Operators(NamedTuple):
    """E (d, d), one C (d, d) a class in the order of the sorted labels, and the proportions gamma (k,)."""

    E: Floats
    C: list[Floats]
    gamma: Floats


def _operator(Z: Floats, alpha: float) -> Floats:
    """alpha (I + alpha Z Z')^-1, by singular vectors: nothing is lost where Z is large."""
    left, s, _ = np.linalg.svd(Z, full_matrices=True)
    scaled = np.zeros(len(Z))
    scaled[: len(s)] = s * np.sqrt(alpha)
    return np.asarray((left * (alpha / (1 + scaled * scaled))) @ left.T)


@checked
def redunet_operators(Z: Matrix, labels: Labels, eps: Divisor) -> Operators:
    r"""Return the operators whose difference is the gradient of the rate reduction.

    $$E = \alpha(I + \alpha ZZ^\top)^{-1}, \quad C_j = \alpha_j(I + \alpha_jZ_jZ_j^\top)^{-1}, \qquad
    \frac{\partial\Delta R}{\partial Z_j} = EZ_j - \gamma_jC_jZ_j$$

    E z is alpha times the residual of z in the ridge regression on the columns of Z.

    Z: (d, m), a column a sample; labels: m integers >= 0, classes need not be contiguous; eps >= 1e-75. Returns fields
    E, C, gamma. Raises ValueError outside these domains.

    Source: Chan, Yu, You, Qi, Wright, Ma 2021, arXiv:2105.10446 (abstract seen, operators recalled).

    >>> ops = redunet_operators([[1.0, 0.0], [0.0, 1.0]], [0, 1], 1.0)
    >>> ops.E, ops.gamma
    (array([[0.5, 0. ],
           [0. , 0.5]]), array([0.5, 0.5]))
    """
    d, m = Z.shape
    groups = class_indices(labels, Z)
    C = [_operator(Z[:, own], d / len(own) / eps**2) for own in groups]
    return Operators(_operator(Z, d / m / eps**2), C, np.asarray([len(own) / m for own in groups]))


@checked
def redunet_step_sv(sigma: NonNegatives, m_j: Count, m: Count, d: Count, eps: Divisor, eta: NonNegative) -> Floats:
    r"""Return the singular values of a class after one ascent step, the classes being orthogonal.

    $$\sigma\Bigl[1 + \eta\Bigl(\frac\alpha{1+\alpha\sigma^2}
    - \frac{\gamma_j\alpha_j}{1+\alpha_j\sigma^2}\Bigr)\Bigr]$$

    The singular vectors stay. The factor is above 1 for gamma_j < 1 and sigma > 0: all directions grow.

    sigma >= 0, any shape; m_j <= m: samples of the class and of all; d >= 1; eps >= 1e-75; eta >= 0: the step. Returns
    an array of the shape of sigma. Raises ValueError outside these domains.

    Source: derived here; the step is that of Chan et al. 2021, arXiv:2105.10446 (abstract seen).

    >>> redunet_step_sv([2.0, 1.0, 0.5], 7, 16, 6, 0.6, 0.3).round(7)
    array([2.0615786, 1.0606316, 0.5260192])
    """
    if m_j > m:
        raise refusal("m_j", m_j, f"an integer from 1 to m = {m}")
    gamma, alpha = m_j / m, d / m / eps**2
    own = d / m_j / eps**2 * sigma * sigma
    # The bracket as one fraction: its two terms begin alike for small sigma.
    lead = np.where(own < 1, own / (1 + own), 1 / (1 + 1 / np.maximum(own, 1.0)))
    return np.asarray(sigma * (1 + eta * (1 - gamma) * alpha / (1 + gamma * own) * lead))[()]
