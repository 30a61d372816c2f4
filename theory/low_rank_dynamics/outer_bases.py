r"""Deep LoRA: narrow inner factors between two bases that are trained as well, by a smaller step.

$f = B W_L\cdots W_1 A$ with inner factors k x k from eps I, steps eta; B (d x k) and A (k x d) from orthonormal columns
and rows, steps gamma eta; loss $\tfrac12\|f-M\|_F^2$; gradient flow (eta -> 0).
"""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np
import scipy

from theory.domain import Divisor, Divisors, Floats, In, Matrix, NonNegative, NonNegatives, checked, refusal
from theory.quadrature import panels

__all__ = ["TrainedMode", "frozen_floor", "outer_singular_values", "trained_mode_final", "trained_mode_time"]

Depth = Annotated[int, In(1, 1000)]
_ORTHONORMAL = 1e-8


class TrainedMode(NamedTuple):
    """A mode at the end: the inner factor w, and one outer singular value; s = outer^2 w^L."""

    w: float
    outer: float


@checked(broadcast=True)
def outer_singular_values(inner: NonNegatives, eps: NonNegative, gamma: NonNegative) -> Floats:
    r"""Return the singular values of the bases, given those of the inner factors, at any time of the flow.

    $$AA^\top = I + \gamma(W_1^\top W_1 - \epsilon^2 I), \quad B^\top B = I + \gamma(W_LW_L^\top - \epsilon^2 I), \qquad
    \sqrt{1 + \gamma(w^2-\epsilon^2)}$$
    for any M and any bases: what is conserved.

    inner: w >= 0, any shape; eps, gamma >= 0: start of the inner factors, step of the bases over theirs. Returns an
    array of the shape of inner. Raises ValueError outside these domains or where 1 + gamma (w^2 - eps^2) < 0.

    Source: balancedness with unequal steps, derived here; scheme of Yaras, Wang, Balzano, Qu 2024, arXiv:2406.04112
    (recalled).

    >>> outer_singular_values([0.3, 1.0], eps=0.3, gamma=1.0).round(6)
    array([1.      , 1.382027])
    """
    squares = 1 + gamma * (inner - eps) * (inner + eps)
    if (squares < 0).any():
        raise refusal("inner", inner, "so that 1 + gamma (inner^2 - eps^2) >= 0")
    return np.asarray(np.sqrt(squares))[()]


def _output(x: Floats | float, eps: float, gamma: float, L: int) -> tuple[Floats, Floats]:
    """log u(w) at x = log w, and the square g of the outer singular values; -inf where g <= 0."""
    w = np.asarray(np.exp(x))
    g = 1 + gamma * (w - eps) * (w + eps)
    with np.errstate(divide="ignore"):
        return np.log(np.maximum(g, 0.0)) + L * x, g


@checked
def trained_mode_final(s: Divisor, eps: Divisor, gamma: NonNegative, L: Depth) -> TrainedMode:
    r"""Return where a mode of aligned bases ends: u(w) = s, $u(w) = (1+\gamma(w^2-\epsilon^2))w^L$.

    s, eps >= 1e-75; gamma >= 0; L >= 1. Returns fields w and outer, $s = \mathrm{outer}^2 w^L$. Raises ValueError
    outside these domains.

    Source: derived here.

    >>> end = trained_mode_final(2.0, eps=0.3, gamma=1.0, L=3)
    >>> round(end.w, 5), round(end.outer, 5)
    (1.01143, 1.39032)
    """
    target = math.log(s)

    def excess(x: float) -> float:
        return max(float(_output(x, eps, gamma, L)[0]) - target, -1e9)

    low = min(math.log(eps), target / L) - 1.0
    while excess(low) > 0:
        low -= 1.0
    x = float(scipy.optimize.brentq(excess, low, max(math.log(eps), target / L) + 1.0, xtol=1e-15))
    return TrainedMode(math.exp(x), math.sqrt(float(_output(x, eps, gamma, L)[1])))


@checked(broadcast=True)
def trained_mode_time(
    s: Divisors,
    eps: Divisor,
    gamma: NonNegative,
    L: Depth,
    frac: Annotated[float, In(0.0, 1.0, open_low=True, open_high=True)],
) -> Floats:
    r"""Return the time at which a mode of aligned bases has reached u = frac s.

    $$\tau = \int_\epsilon^{w_c}\frac{dw}{(1+\gamma(w^2-\epsilon^2))\,w^{L-1}\,(s-u(w))}, \qquad
    u(w) = (1+\gamma(w^2-\epsilon^2))w^L$$
    by quadrature in the logit of u/s, in which the integrand is smooth up to s.

    s >= 1e-75, any shape: singular values of M whose pairs the bases contain; eps >= 1e-75; gamma >= 0 (0: frozen
    bases); L >= 1; frac in (0, 1). Returns an array of the shape of s. Raises ValueError outside these domains or where
    eps^L >= frac s.

    Source: derived here.

    >>> trained_mode_time([2.0, 1.2], eps=0.2, gamma=0.3, L=2, frac=0.5).round(5)
    array([0.84162, 1.2619 ])
    """
    if (eps**L >= frac * s).any() or eps**L < 1e-75:
        raise refusal("eps", eps, "so that 1e-75 <= eps^L < frac s")
    times = [_mode_time(float(one), eps, gamma, L, frac) for one in s.flat]
    return np.asarray(times).reshape(s.shape)[()]


def _mode_time(s: float, eps: float, gamma: float, L: int, frac: float) -> float:
    from scipy.optimize import elementwise  # slow to load, and few need it

    start = eps**L / s
    first, last = math.log(start) - math.log1p(-start), math.log(frac) - math.log1p(-frac)
    nodes, weights = panels(np.linspace(first, last, 2 + math.ceil(last - first)), 20)
    level = math.log(s) - np.logaddexp(0.0, -nodes)  # log u

    def missing(x: Floats, level: Floats) -> Floats:
        return np.asarray(_output(x, eps, gamma, L)[0] - level)

    low = math.log(eps) - 1e-9
    x = elementwise.find_root(missing, (np.full_like(level, low), np.maximum(level / L, low) + 1e-9), args=(level,)).x
    w, g = np.exp(x), _output(x, eps, gamma, L)[1]
    # dt = dw/(g w^(L-1) (s - u)), and du = u (1 - u/s) dx at the logit x.
    return float(np.sum(weights * w ** (2 - L) / (s * (2 * gamma * w * w + L * g))))


_BASES = "a matrix with orthonormal columns and as many rows as M"


@checked
def frozen_floor(M: Matrix, U: Matrix, V: Matrix) -> float:
    r"""Return the least loss between frozen bases, $\tfrac12(\|M\|_F^2 - \|U^\top MV\|_F^2)$.

    M: (d, e); U (d, k) = B(0) and V (e, k) = A(0)^T with orthonormal columns. With gamma > 0 and k >= rank M it is no
    floor any more, unless the bases are orthogonal to M on both sides. Raises ValueError for other shapes or columns.

    Source: derived here.

    >>> frozen_floor([[2.0, 0.0], [0.0, 1.0]], [[1.0], [0.0]], [[1.0], [0.0]])
    0.5
    """
    for name, frame, rows in (("U", U, M.shape[0]), ("V", V, M.shape[1])):
        k = frame.shape[1]
        if len(frame) != rows or k > rows or np.abs(frame.T @ frame - np.eye(k)).max() > _ORTHONORMAL:
            raise refusal(name, frame, _BASES)
    if U.shape[1] != V.shape[1]:
        raise refusal("V", V, f"{_BASES}, as many columns as U")
    return float(0.5 * np.sum((M - U @ (U.T @ M @ V) @ V.T) ** 2))
