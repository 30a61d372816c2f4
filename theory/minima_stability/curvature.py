"""How much a shallow network on the real line may bend at a minimum that a step size can hold."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from theory.domain import Divisors, Floats, In, Integers, Reals, Vector, checked

__all__ = ["KinkWeight", "curvature_budget", "flattest_trace", "g_weight", "uniform_weight", "weighted_curvature"]

_Units = Annotated[Floats, In(ndim=1, like="w1")]


class KinkWeight(NamedTuple):
    """Weights of a kink: of a neuron active to its right, to its left, and the smaller of both."""

    g_plus: Floats
    g_minus: Floats
    g: Floats


def _pair(plus: Floats, minus: Floats) -> KinkWeight:
    return KinkWeight(plus[()], minus[()], np.minimum(plus, minus)[()])


@checked
def g_weight(tau: Reals, x: Vector) -> KinkWeight:
    r"""Return the weight of a kink at tau, for inputs X uniform on the sample x.

    $$g^+(\tau) = P(X>\tau)^2\,E[X-\tau\,|\,X>\tau]\sqrt{1+E[X|X>\tau]^2}, \qquad
    g^-(\tau) = P(X<\tau)^2\,E[\tau-X\,|\,X<\tau]\sqrt{1+E[X|X<\tau]^2}, \qquad g = \min(g^+, g^-)$$
    0 where the event is empty; a sample on tau belongs to neither side.

    tau: any shape; x: (n,). Returns fields g_plus, g_minus, g, each of the shape of tau. Raises ValueError outside
    these domains.

    Source: Mulayoff, Michaeli, Soudry 2021, NeurIPS 2021; weight recalled, one-sided form derived here.

    >>> g_weight(0.0, [-1.0, 1.0, 2.0]).g_plus.round(6), g_weight(0.0, [-1.0, 1.0, 2.0]).g_minus.round(6)
    (np.float64(1.20185), np.float64(0.157135))
    """
    ordered = np.sort(x)
    below = np.concatenate([[0.0], np.cumsum(ordered)])
    above = np.concatenate([[0.0], np.cumsum(ordered[::-1])])
    left, right = np.searchsorted(ordered, tau, "left"), np.searchsorted(ordered, tau, "right")

    def side(count: Integers, total: Floats, sign: float) -> Floats:
        mean = total / np.maximum(count, 1)
        distance = np.where(count > 0, np.maximum(sign * (mean - tau), 0.0), 0.0)
        return np.asarray((count / x.size) ** 2 * distance * np.hypot(1.0, mean))

    return _pair(side(x.size - right, above[x.size - right], 1.0), side(left, below[left], -1.0))


@checked
def uniform_weight(tau: Annotated[Floats, In(-1.0, 1.0)]) -> KinkWeight:
    r"""Return the weight of a kink at tau, for inputs uniform on [-1, 1]: the limit of `g_weight` for many samples.

    $$g^+(\tau) = \Bigl(\frac{1-\tau}2\Bigr)^3\sqrt{1+\Bigl(\frac{1+\tau}2\Bigr)^2}, \qquad g^-(\tau) = g^+(-\tau)$$

    tau: in [-1, 1], any shape. Returns fields g_plus, g_minus, g. Raises ValueError outside this domain.

    Source: derived here.

    >>> uniform_weight(0.0).g.round(6)
    np.float64(0.139754)
    """

    def plus(t: Floats) -> Floats:
        return np.asarray(((1 - t) / 2) ** 3 * np.hypot(1.0, (1 + t) / 2))

    return _pair(plus(tau), plus(-tau))


@checked
def weighted_curvature(w1: Vector, b1: _Units, w2: _Units, x: Vector, directional: bool = False) -> float:
    r"""Return the total curvature of a network, its kinks weighted.

    $$\sum_i |c_i|\,g(\tau_i) \ge \int |f''(x)|\,g(x)\,dx, \qquad c_i = |w_{1,i}|w_{2,i}, \quad
    \tau_i = -b_{1,i}/w_{1,i}$$
    (equal where no two neurons share a kink), or with $g^{s_i}$ of the side $s_i = \mathrm{sign}(w_{1,i})$ on which the
    neuron is active. At any interpolating minimum with no sample on a kink
    $\lambda_{max}(H) \ge 1 + 2\sum_i|c_i|g^{s_i}(\tau_i) \ge 1 + 2\sum_i|c_i|g(\tau_i)$.

    w1, b1, w2: (h,); x: (n,); directional: whether to take $g^{s_i}$. Neurons with w1 = 0 have no kink: left out.
    No factor 2 and no 1. Raises ValueError outside these domains.

    Source: Mulayoff, Michaeli, Soudry 2021 (weighted bound recalled); directional form and proof derived here:
    $\lambda_{max} \ge u^\top(GG^\top/n)u$ at $u = 1/\sqrt n$, then the means of each neuron by AM-GM.

    >>> weighted_curvature([1.0], [0.0], [2.0], [-1.0, 1.0, 2.0], directional=True)
    2.403...
    """
    kinked = w1 != 0
    z = np.multiply.outer(w1[kinked], x) + b1[kinked, None]
    sides = [_side(sign * z, x) for sign in ((1.0,) if directional else (1.0, -1.0))]
    return float(np.sum(np.abs(w2[kinked]) * np.minimum(sides[0], sides[-1])))


def _side(z: Floats, x: Floats) -> Floats:
    """|w1| g^s of each neuron: P^2 E[z] sqrt(1 + E[X]^2) given z > 0, without dividing by w1."""
    active = z > 0
    count = np.maximum(active.sum(axis=1), 1)
    mean = (active * x).sum(axis=1) / count
    return np.asarray((count / x.size) ** 2 * (np.maximum(z, 0.0).sum(axis=1) / count) * np.hypot(1.0, mean))


@checked
def curvature_budget(eta: Divisors) -> Floats:
    r"""Return the most weighted curvature that a step size leaves to a minimum where descent is linearly stable.

    $$\int|f''(x)|\,g(x)\,dx \le \frac1\eta - \frac12$$
    from $\lambda_{max}(H) \le 2/\eta$ and $\lambda_{max}(H) \ge 1 + 2\int|f''|g$. Negative for eta > 2: none
    is stable.

    eta: > 0 (>= 1e-75), any shape. Returns an array of its shape. Raises ValueError outside this domain.

    Source: Mulayoff, Michaeli, Soudry 2021 (recalled).

    >>> curvature_budget([0.1, 2.0, 4.0])
    array([ 9.5 ,  0.  , -0.25])
    """
    return np.asarray(1 / eta - 0.5)[()]


@checked
def flattest_trace(w1: Vector, b1: _Units, w2: _Units, x: Vector) -> float:
    r"""Return the least trace of H over the rescalings of the neurons, which all give one function.

    $$1 + 2\sum_i|c_i|\sqrt{E[1_i(X-\tau_i)^2]\;E[1_i(1+X^2)]}$$
    over $(a_iw_{1,i}, a_ib_{1,i}, w_{2,i}/a_i)$, a_i > 0, with $1_i$ the active side. The flattest has
    $1 + 2\sum|c_i|g^{s_i} \le \min\lambda_{max} \le$ this.

    w1, b1, w2: (h,); x: (n,), uniform weights. Neurons with w1 = 0 are left out (what they add is a constant, which
    b2 can carry). Raises ValueError outside these domains.

    Source: derived here (AM-GM for each neuron).

    >>> flattest_trace([1.0], [0.0], [2.0], [-1.0, 1.0, 2.0])
    8.888...
    """
    kinked = w1 != 0
    z = np.multiply.outer(w1[kinked], x) + b1[kinked, None]
    active = z > 0
    squares = np.mean(np.maximum(z, 0.0) ** 2, axis=1), np.mean(active * (1 + x * x), axis=1)
    return 1 + 2 * float(np.sum(np.abs(w2[kinked]) * np.sqrt(squares[0]) * np.sqrt(squares[1])))
