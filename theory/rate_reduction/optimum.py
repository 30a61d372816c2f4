"""The largest rate reduction under norm and rank constraints, and how precise a code must be for full rank."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np
import scipy

from theory.domain import SMALLEST, Count, Divisor, Floats, In, Integers, checked, refusal
from theory.rate_reduction.domains import Sizes, SizesLike, direction_gain, log1p_less

__all__ = [
    "Optimum", "mcr2_free_optimum", "mcr2_isotropic_value", "mcr2_optimum", "mcr2_precision_constant",
    "mcr2_precision_threshold",
]  # fmt: skip

Proportion = Annotated[float, In(SMALLEST, 1.0, open_high=True)]


class Optimum(NamedTuple):
    """The largest rate reduction, the ranks (k,) of the classes, and their squared singular values, descending."""

    value: float
    ranks: Integers
    sq_singular_values: list[Floats]


def _fitting(m_per_class: Integers, d_per_class: Integers, d: int) -> None:
    if (d_per_class > m_per_class).any() or sum(map(int, d_per_class)) > d:
        raise refusal("d_per_class", d_per_class, f"at most m_per_class in each class, d = {d} in all")


def _rank_values(energy: float, gamma: float, alpha_j: float, ranks: Floats) -> Floats:
    """k g_j(energy/k): the value of a class with k equal directions."""
    return np.asarray(ranks * direction_gain(gamma, alpha_j * (energy / ranks)))


@checked
def mcr2_optimum(m_per_class: Sizes, d_per_class: SizesLike, d: Count, eps: Divisor) -> Optimum:
    r"""Return the maximum of the rate reduction over $\|Z_j\|_F^2 = m_j$, $\mathrm{rank}\,Z_j \le d_j$.

    $$\max\Delta R = \sum_j\max_{1\le k\le d_j}k\,g_j(m_j/k), \qquad
    g_j(x) = \tfrac12\log(1+\alpha x) - \tfrac{\gamma_j}2\log(1+\alpha_jx)$$

    attained by orthogonal classes, the best k squared singular values of class j being $m_j/k$, the rest zero.

    m_per_class: k integers >= 1; d_per_class: as many, d_j <= m_j, sum at most d; eps >= 1e-75. Returns fields value,
    ranks, sq_singular_values (d_j a class). Raises ValueError outside these domains.

    Source: Yu, Chan, You, Song, Ma 2020, arXiv:2006.08558, Theorem 2.1 (recalled) for the full ranks; the value and
    ranks at every precision derived here.

    >>> best = mcr2_optimum([20, 20], [5, 5], 10, 1.0)
    >>> round(best.value, 6), best.ranks
    (0.742982, array([3, 3]))
    """
    _fitting(m_per_class, d_per_class, d)
    m = float(m_per_class.sum())
    value, ranks, squares = 0.0, [], []
    for m_j, d_j in zip(m_per_class.tolist(), d_per_class.tolist(), strict=True):
        values = _rank_values(m_j, m_j / m, d / m_j / eps**2, np.arange(1.0, d_j + 1))
        k = int(np.argmax(values)) + 1
        value += float(values[k - 1])
        ranks.append(k)
        squares.append(np.where(np.arange(d_j) < k, m_j / k, 0.0))
    return Optimum(value, np.asarray(ranks), squares)


@checked
def mcr2_isotropic_value(m_per_class: Sizes, d_per_class: SizesLike, d: Count, eps: Divisor) -> float:
    r"""Return the rate reduction of orthogonal classes whose d_j singular values are equal.

    $$\sum_j\tfrac{d_j}2\Bigl[\log\Bigl(1 + \frac{d\,m_j}{m\,d_j\epsilon^2}\Bigr)
    - \gamma_j\log\Bigl(1 + \frac{d}{d_j\epsilon^2}\Bigr)\Bigr]$$

    The maximum where $d/(d_j\epsilon^2) \ge u^*(\gamma_j)$ in every class, see `mcr2_precision_threshold`.

    m_per_class, d_per_class, d, eps: as `mcr2_optimum`. Raises ValueError outside these domains.

    Source: Yu, Chan, You, Song, Ma 2020, arXiv:2006.08558, Theorem 2.1 (recalled).

    >>> round(mcr2_isotropic_value([20, 20], [5, 5], 10, 1.0), 6)
    0.719205
    """
    _fitting(m_per_class, d_per_class, d)
    gain = direction_gain(m_per_class / m_per_class.sum(), d / d_per_class / eps**2)
    return float(np.sum(d_per_class * gain))


@checked
def mcr2_free_optimum(
    m_per_class: Sizes, energy_per_class: Annotated[Floats, In(0.0, ndim=1, like="m_per_class")], d: Count, eps: Divisor
) -> Optimum:
    r"""Return the largest rate reduction of orthogonal classes of given energies, the ranks left free.

    $$\max_{r_j\le m_j,\ \sum_jr_j\le d}\ \sum_jr_j\,g_j(t_j/r_j), \qquad t_j = \|Z_j\|_F^2$$

    One direction after the other goes to the class that gains most: $r\,g_j(t/r)$ is concave in r up to its peak.

    m_per_class, d, eps: as `mcr2_optimum`; energy_per_class: t_j >= 0, one a class. Returns fields as there, r_j
    squared singular values a class. Raises ValueError outside these domains.

    Source: derived here; that no features of these energies exceed it has been searched, not proved.

    >>> mcr2_free_optimum([20, 20], [20.0, 20.0], 10, 1.0).ranks
    array([3, 3])
    """
    m, count = float(m_per_class.sum()), len(m_per_class)
    chains = []
    for t, m_j in zip(energy_per_class.tolist(), m_per_class.tolist(), strict=True):
        ranks = np.arange(1.0, min(m_j, d) + 1)
        values = np.concatenate(([0.0], _rank_values(t, m_j / m, d / m_j / eps**2, ranks)))
        chains.append(values[: int(np.argmax(values)) + 1])
    gains = np.concatenate([np.diff(chain) for chain in chains])
    owner = np.repeat(np.arange(count), [len(chain) - 1 for chain in chains])
    chosen = np.argsort(-gains, kind="stable")[:d]
    counts = np.bincount(owner[chosen][gains[chosen] > 0], minlength=count)
    value, squares = 0.0, []
    for t, chain, k in zip(energy_per_class.tolist(), chains, counts.tolist(), strict=True):
        value += float(chain[k])
        squares.append(np.full(k, t / max(k, 1)))
    return Optimum(value, counts, squares)


@checked
def mcr2_precision_threshold(gamma: Proportion) -> float:
    r"""Return $u^*(\gamma)$: class j has full rank at the maximum where $d/(d_j\epsilon^2) \ge u^*(\gamma_j)$.

    $$h(\gamma u) = \gamma\,h(u), \qquad h(x) = \log(1+x) - \frac x{1+x}, \qquad u > 1/\sqrt\gamma$$

    gamma: in [1e-75, 1), the proportion of the class. Raises ValueError outside.

    Source: derived here.

    >>> round(mcr2_precision_threshold(0.5), 8)
    3.07002496
    """
    low = -0.5 * math.log(gamma)  # in log u
    high = low + math.log(2)
    while _excess(high, gamma) < 0:
        high += math.log(2)
    return math.exp(float(scipy.optimize.brentq(_excess, low, high, args=(gamma,), xtol=1e-15, rtol=1e-15)))


def _excess(log_u: float, gamma: float) -> float:
    """The two sides' difference, over gamma or over 1 - gamma, free of cancellation at both ends of gamma."""
    u, rest = math.exp(log_u), 1 - gamma
    if gamma < 0.5:
        return _h(gamma * u) / gamma - _h(u)
    return math.log1p(u) + math.log1p(-rest * u / (1 + u)) / rest - gamma * u / (1 + gamma * u) * (u / (1 + u))


def _h(x: float) -> float:
    if x < 0.1:
        return float(log1p_less(np.asarray(x))) + x * x / (1 + x)
    return math.log1p(x) - x / (1 + x)


@checked
def mcr2_precision_constant(gamma: Proportion) -> float:
    r"""Return the constant that the printed precision condition needs for a class of proportion gamma.

    $$c(\gamma) = \frac1{\gamma\,u^*(\gamma)^2}, \qquad
    \epsilon^4 \le c\,\gamma_j\frac{d^2}{d_j^2} \iff \frac d{d_j\epsilon^2} \ge u^*(\gamma_j)$$

    It decreases to 0 with gamma, so that no single c > 0 serves all proportions, and stays below .2139.

    gamma: in [1e-75, 1). Raises ValueError outside.

    Source: derived here; the condition is printed with c = 1 (recalled) and with "a constant" (seen).

    >>> round(mcr2_precision_constant(0.5), 6)
    0.2122
    """
    return 1 / gamma / mcr2_precision_threshold(gamma) ** 2
