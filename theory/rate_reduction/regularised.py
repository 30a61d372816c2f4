"""The rate reduction with a penalty on the norm in place of constraints: its local maxima, ranks left open."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from theory.domain import Count, Divisor, Floats, In, Integers, checked, refusal
from theory.rate_reduction.domains import Sizes, direction_gain

__all__ = ["mcr2_lambda_max", "mcr2_regularised_sv", "mcr2_regularised_value"]


def _lambda_max(gamma: Floats, alpha: float) -> Floats:
    root = np.sqrt(gamma)
    return np.asarray(alpha * (1 - root) / (1 + root))


@checked
def mcr2_lambda_max(m_per_class: Sizes, d: Count, eps: Divisor) -> Floats:
    r"""Return the largest penalty at which each class can be nonzero at a critical point.

    $$\lambda_{\max,j} = \alpha\,\frac{\sqrt{\alpha_j}-\sqrt\alpha}{\sqrt{\alpha_j}+\sqrt\alpha}$$

    m_per_class: k integers >= 1; d >= 1; eps >= 1e-75. Returns an array (k,); 0 for a single class. Raises ValueError
    outside these domains.

    Source: Wang, Liu, Pai, Yu, Zhu, Qu, Ma 2024, arXiv:2406.01909, theorem on global maximisers (seen in a book).

    >>> mcr2_lambda_max([10, 14], 6, 0.5).round(6)
    array([0.215438, 0.133939])
    """
    m = float(m_per_class.sum())
    return _lambda_max(m_per_class / m, d / m / eps**2)


@checked
def mcr2_regularised_sv(m_per_class: Sizes, d: Count, eps: Divisor, lam: Divisor) -> Floats:
    r"""Return the one nonzero squared singular value that class j has at local maxima of
    $\Delta R - \tfrac\lambda2\|Z\|_F^2$.

    $$x_j = \frac{b_j + \sqrt{b_j^2 - 4\lambda^2\alpha\alpha_j}}{2\lambda\alpha\alpha_j}, \qquad
    b_j = \alpha(\alpha_j-\alpha) - \lambda(\alpha+\alpha_j)$$

    m_per_class: k integers >= 1; d >= 1; eps, lam >= 1e-75. Returns an array (k,), 0 where lam exceeds
    `mcr2_lambda_max`. Raises ValueError outside these domains.

    Source: Wang, Liu, Pai, Yu, Zhu, Qu, Ma 2024, arXiv:2406.01909 (seen in a book); root derived here too.

    >>> mcr2_regularised_sv([10, 14], 6, 0.5, 0.05).round(6)
    array([10.209187,  6.662445])
    """
    m = float(m_per_class.sum())
    gamma, alpha = m_per_class / m, d / m / eps**2
    spare = (1 + 1 / np.sqrt(gamma)) ** 2 * np.maximum(_lambda_max(gamma, alpha) - lam, 0.0)
    # b_j/alpha -+ 2 lam/sqrt(gamma) are the two factors of the discriminant over alpha^2.
    other = spare + 4 * lam / np.sqrt(gamma)
    middle = spare + 2 * lam / np.sqrt(gamma)
    x = (middle + np.sqrt(spare) * np.sqrt(other)) / (2 * lam * (alpha / gamma))
    return np.where((lam <= _lambda_max(gamma, alpha)) & (gamma < 1), x, 0.0)


@checked
def mcr2_regularised_value(
    r: Annotated[Integers, In(0, ndim=1)],
    m_per_class: Annotated[Integers, In(1, ndim=1, like="r")],
    d: Count,
    eps: Divisor,
    lam: Divisor,
) -> float:
    r"""Return the regularised objective at the local maximum whose classes have the ranks r.

    $$F = \sum_jr_j\bigl[g_j(x_j) - \tfrac\lambda2x_j\bigr]$$

    r: integers >= 0, one a class, r_j <= m_j, sum at most d; m_per_class, d, eps, lam: as `mcr2_regularised_sv`. Raises
    ValueError outside these domains and where r_j > 0 but x_j = 0.

    Source: derived here.

    >>> round(mcr2_regularised_value([6, 0], [10, 14], 6, 0.5, 0.05), 7)
    1.6703746
    """
    if (r > m_per_class).any() or sum(map(int, r)) > d:
        raise refusal("r", r, f"at most m_per_class = {m_per_class.tolist()} in each class, d = {d} in all")
    x = mcr2_regularised_sv(m_per_class, d, eps, lam)
    if ((r > 0) & (x == 0)).any():
        raise refusal("r", r, f"0 where no root exists, at eps = {eps:g}, lam = {lam:g}, d = {d}, m_per_class")
    gain = direction_gain(m_per_class / m_per_class.sum(), d / m_per_class / eps**2 * x)
    return float(np.sum(r * (gain - lam / 2 * x)))
