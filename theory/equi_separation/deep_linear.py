"""Geometric compression in deep linear networks."""

from __future__ import annotations

from typing import Annotated

from theory.domain import Count, In, Positive, checked, refusal

Two = Annotated[int, In(2)]


@checked
def deep_linear_compression_ratio(n: Two, L: Two, eps: Positive) -> float:
    r"""Return the factor by which each hidden layer compresses classes in a balanced deep linear network.

    .. math:: \frac{C_l}{C_{l-1}} = \frac{\epsilon^2}{n^{1/L}},\qquad C_l = \frac{\mathrm{tr}\,S_W}{\mathrm{tr}\,S_B}
        \text{ after l layers},\ l = 1, \dots, L-1

    for orthonormal inputs, K balanced classes of n, and weights with K singular values $n^{1/(2L)}$ along the class
    directions and all others eps; trained from $\epsilon\cdot$orthogonal the factor is lower by a share of order K/N.

    n >= 2: samples a class; L >= 2: layers; eps > 0: the other singular values. Returns a float. Raises ValueError
    outside these domains.

    Source: Wang et al. 2023, arXiv:2311.02960 (abstract seen: geometric rate); the constant derived here.

    >>> deep_linear_compression_ratio(16, 4, 0.1)
    0.005000000000000001
    """
    return float(eps * eps / n ** (1 / L))


@checked
def deep_linear_frozen_count(d: Count, K: Two) -> int:
    r"""Return how many singular values of each hidden layer descent leaves where they started, d - 2K.

    d: width of all hidden layers, >= 2K; K >= 2: outputs, the rank of the target. Returns an int. Raises ValueError
    outside these domains.

    Source: Yaras et al. 2023, arXiv:2306.01154 (recalled).

    >>> deep_linear_frozen_count(60, 3)
    54
    """
    if d < 2 * K:
        raise refusal("d", d, f"at least 2K = {2 * K}")
    return d - 2 * K
