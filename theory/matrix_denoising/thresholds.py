"""Where a singular value is worth keeping: the hard threshold for known and for unknown noise."""

from __future__ import annotations

import numpy as np

from theory.domain import Floats, checked
from theory.marchenko_pastur import quantile
from theory.matrix_denoising.domains import Aspects

__all__ = ["break_even_strength", "hard_threshold", "median_threshold_coef"]


@checked
def hard_threshold(beta: Aspects) -> Floats:
    r"""Return the singular value of $Y = X + Z/\sqrt n$ at which keeping and killing cost the same.

    $$\lambda_*(\beta) = \sqrt{2(\beta+1) + \frac{8\beta}{\beta+1+\sqrt{\beta^2+14\beta+1}}}, \qquad
    \lambda_*(1) = 4/\sqrt3$$

    beta = m/n in (0, 1], any shape. Returns an array of its shape. Raises ValueError outside the domain.

    Source: Gavish, Donoho 2014, arXiv:1305.5870, equation for the optimal hard threshold (recalled).

    >>> hard_threshold([0.2, 1.0]).round(4)
    array([1.7048, 2.3094])
    """
    root = np.sqrt(beta * beta + 14 * beta + 1)
    return np.asarray(np.sqrt(2 * (beta + 1) + 8 * beta / (beta + 1 + root)))[()]


@checked
def break_even_strength(beta: Aspects) -> Floats:
    r"""Return the strength x* that is seen at the hard threshold, y(x*) = lambda*.

    $$x_*^2 = \tfrac12\bigl(\beta + 1 + \sqrt{\beta^2 + 14\beta + 1}\bigr)$$

    It is the rule's worst case: there either choice costs x*^2, more than at any other strength.

    beta = m/n in (0, 1], any shape. Returns an array of its shape. Raises ValueError outside the domain.

    Source: Gavish, Donoho 2014, arXiv:1305.5870 (recalled).

    >>> round(float(break_even_strength(1.0)) ** 2, 12)
    3.0
    """
    return np.asarray(np.sqrt(0.5 * (beta + 1 + np.sqrt(beta * beta + 14 * beta + 1))))[()]


@checked
def median_threshold_coef(beta: Aspects) -> Floats:
    r"""Return omega: for unknown noise keep singular values above omega times their median.

    $$\omega(\beta) = \lambda_*(\beta)/\sqrt{\mu_\beta}, \qquad \mu_\beta \text{ median of the Marchenko-Pastur law}$$

    beta = m/n in (0, 1], any shape. Returns an array of its shape. Raises ValueError outside the domain.

    Source: Gavish, Donoho 2014, arXiv:1305.5870 (recalled).

    >>> median_threshold_coef([0.5, 1.0]).round(5)
    array([2.17119, 2.85836])
    """
    medians = np.asarray([quantile(0.5, float(ratio)) for ratio in beta.ravel()]).reshape(beta.shape)
    return np.asarray(hard_threshold(beta) / np.sqrt(medians))[()]
