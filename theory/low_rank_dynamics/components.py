"""Aligned starts: every singular component of the target is learnt on its own, in the order of its size."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from theory import deep_linear
from theory.domain import Divisor, Divisors, Floats, In, NonNegative, NonNegativeVector, checked, refusal

__all__ = ["component_recursion", "half_time"]

Depth = Annotated[int, In(2, 1000)]


@checked
def component_recursion(
    s: NonNegativeVector, eps: Divisor, L: Depth, eta: NonNegative, steps: Annotated[int, In(0, 10**7)]
) -> Floats:
    r"""Return the strengths $u_i = w_i^L$ of the components of F after 0, 1, ..., steps updates from an aligned start.

    $$w_i \leftarrow w_i + \eta w_i^{L-1}(s_i - w_i^L), \qquad w_i(0) = \epsilon$$

    $W_l(0) = \epsilon B_l B_{l-1}^\top$, $B_0$ and $B_L$ the right and left singular bases of M, the others any
    orthogonal ones: then $F = \sum_i u_i\,\mathrm{left}_i\,\mathrm{right}_i^\top$.

    s: all d singular values of M, >= 0 (0: a null direction); eps > 0: one scale for all layers; L >= 2; eta >= 0;
    steps: from 0 to 1e7. Returns (steps + 1, d). Raises ValueError outside these domains, or where descent diverges.

    Source: Saxe, McClelland, Ganguli 2014, arXiv:1312.6120; Kwon et al. 2024, arXiv:2311.05061 (recalled).

    >>> component_recursion([2.0, 0.0], 0.5, L=2, eta=0.1, steps=1).round(6)
    array([[0.25    , 0.25    ],
           [0.345156, 0.237656]])
    """
    with np.errstate(over="ignore", invalid="ignore"):
        u = np.asarray(deep_linear.recursion(s, eps, L, eta, steps) ** L)
    if not np.isfinite(u).all():
        raise refusal("eta", eta, "so small that the descent from eps does not diverge")
    return u


@checked(broadcast=True)
def half_time(s: Divisors, eps: Divisors, L: Depth) -> Floats:
    r"""Return the time at which gradient flow has learnt half of a component, $u(\tau) = s/2$, u(0) = eps^L.

    $$\tau = \int_{\epsilon^L}^{s/2}\frac{dv}{Lv^{2-2/L}(s-v)} \approx \frac{\epsilon^{2-L}}{(L-2)s} \quad (L \ge 3)$$

    s >= 1e-75: singular values; eps > 0: scale of the start, eps^L < s/2; they broadcast; L >= 2. The time of descent
    is the number of updates times eta; to first order it is later by $\tfrac\eta2\log(f(b)/f(\epsilon))$,
    $f = w^{L-1}(s-w^L)$, $b^L = s/2$. Returns an array of their shape. Raises ValueError outside these domains.

    Source: derived here; `theory.deep_linear.time_to`.

    >>> half_time([3.0, 2.0, 1.0], 0.1, L=2).round(4)
    array([0.9501, 1.3233, 2.2976])
    """
    start = eps**L
    if (start >= s / 2).any() or (start < 1e-75).any():
        raise refusal("eps", eps, "so that 1e-75 <= eps^L < s/2")
    return np.asarray(deep_linear.time_to(s / 2, s, start, L))[()]
