"""Fuzziness by chance: of features without classes, and after random linear layers."""

from __future__ import annotations

import math
from typing import Annotated, Any

from theory.domain import Count, In, Parsed, checked, integer, refusal

_SAYS = "a sequence of one or more integers >= 1, the widths of the layers"


def _widths(name: str, value: Any) -> list[int]:
    try:
        found = [integer(name, one, 1) for one in value]
    except (TypeError, ValueError):
        raise refusal(name, value, _SAYS) from None
    if not found:
        raise refusal(name, value, _SAYS)
    return found


Widths = Annotated[list[int], Parsed(_widths, _SAYS)]
Classes = Annotated[int, In(2)]


@checked
def random_linear_fuzziness_ratio(d: Count, K: Classes, widths: Widths) -> float:
    r"""Return by how much random linear layers raise the fuzziness on average, E[D_L]/D_0.

    .. math:: 1 + (d-r)\Bigl(\prod_{l=1}^L\frac{m_l-r}{m_l-r-1} - 1\Bigr),\qquad r = K-1

    for within-class covariance $\sigma^2I_d$, any K means of rank r, and layers of independent Gaussian entries (any
    scale): an untrained linear network makes classes fuzzier, about linearly in depth. The order of the widths does not
    matter; the variance is finite only if all $m_l > r + 3$.

    d: dimension of the inputs, >= K - 1; K >= 2 classes; widths: m_1..m_L, each >= K - 1. Returns a float: 1 at
    d = K - 1, infinite if a width is K - 1 or K and d is larger. Raises ValueError outside these domains.

    Source: derived here (left inverses of the means' image; inverse Wishart mean at each layer).

    >>> round(random_linear_fuzziness_ratio(20, 4, [30, 15]), 4)
    3.2587
    """
    r = K - 1
    if d < r:
        raise refusal("d", d, f"at least K - 1 = {r}")
    if min(widths) < r:
        raise refusal("widths", widths, f"at least K - 1 = {r} each: a narrower layer loses a class")
    if d == r:
        return 1.0
    if min(widths) <= r + 1:
        return math.inf
    # The product less 1, without cancellation for wide layers.
    grown = math.expm1(math.fsum(math.log1p(1 / (m - r - 1)) for m in widths))
    return 1 + (d - r) * grown


@checked
def null_fuzziness(N: Count, K: Classes, d: Count) -> float:
    r"""Return the mean fuzziness of Gaussian features without any class structure.

    .. math:: E D = \frac{(N-K)(K-1)}{d-K}\ (d > K), \qquad E D = \frac{(N-K)\,d}{K-d-2}\ (K > d+2)

    whatever the sizes of the classes; covariance I_d in the first branch, any in the second.

    N: samples, >= K; K >= 2 classes; d: dimension. Returns a float: infinite for K - 2 <= d <= K, but 0 at N = K, where
    nothing varies within a class. The variance is finite for d > K + 2 or K > d + 4. Raises ValueError outside these
    domains.

    Source: derived here (independent scatters, inverse Wishart mean).

    >>> null_fuzziness(18, 3, 15), null_fuzziness(53, 13, 5)
    (2.5, 33.333333333333336)
    """
    if N < K:
        raise refusal("N", N, f"at least K = {K}")
    if N == K:
        return 0.0
    if d > K:
        return (N - K) * (K - 1) / (d - K)
    return (N - K) * d / (K - d - 2) if K > d + 2 else math.inf
