r"""One mode of a deep linear network with equal factors: its strength under gradient flow, its times, its descent.

Conventions: s is the target, depth L >= 1 the number of factors w, a = w^L the strength, loss $(s-a)^2/2$, so
$\dot w = w^{L-1}(s-a)$ and $\dot a = L a^{2-2/L}(s-a)$; a0 is the strength at time 0, eps^L
where all factors start at eps.
"""

from __future__ import annotations

import functools
from typing import Annotated

import numpy as np
import scipy
from numpy.typing import NDArray

from theory.domain import SMALLEST, Divisors, Floats, In, NonNegative, NonNegatives, checked, refusal

__all__ = ["flow", "recursion", "time_to"]

Depth = Annotated[int, In(1, 1000)]
_LAST = 800.0  # a logit at which a share is 1 in float64
_legendre = functools.lru_cache(np.polynomial.legendre.leggauss)


def _clock(x: Floats, c: Floats) -> Floats:
    """H(x), increasing, H' = (1 + exp(-x))^c for c < 1: the time that a share of logit x has taken, up to a constant.

    In the share p: the integral of p^(-c-1)/(1-p), by its series up to 1/2 and beyond it as x and a smooth remainder.
    """
    p = scipy.special.expit(np.minimum(x, 0.0))
    b = np.where(c > 0, 1 - c, -c)
    series = p**b * np.where(b > 0, scipy.special.hyp2f1(1.0, b, 1 + b, p) / np.where(b > 0, b, 1.0), 0.0)
    early = np.where(c == 0, np.minimum(x, 0.0), series - np.where(c > 0, p**-c / np.where(c > 0, c, 1.0), 0.0))
    low = np.exp(-np.maximum(x, 0.0))
    nodes, weights = _legendre(24)
    e = low[..., None] + (1 - low[..., None]) * (1 + nodes) / 2
    rest = np.sum(weights * np.expm1(c[..., None] * np.log1p(e)) / e, axis=-1) * (1 - low) / 2
    return np.asarray(early + np.maximum(x, 0.0) + rest)


def _logit(a: Floats, s: Floats) -> Floats:
    """The logit of the share of the smaller in the larger, a != s."""
    return np.asarray(np.log(np.minimum(a, s)) - np.log(np.abs(a - s)))


def _power(above: NDArray[np.bool], depth: int) -> Floats:
    """c of the clock: a/s is the share below s, s/a above."""
    return np.where(above, 2 / depth - 2, 1 - 2 / depth)


def _scale(s: Floats, depth: int) -> Floats:
    return np.asarray(depth * s ** (2 - 2 / depth))


def _targets(s: Floats) -> None:
    if ((s > 0) & (s < SMALLEST)).any():
        raise refusal("s", s, f"0 or real numbers in [{SMALLEST:g}, inf)")


@checked(broadcast=True)
def flow(t: NonNegatives, s: NonNegatives, a0: Divisors, depth: Depth) -> Floats:
    r"""Return the strength a(t) of a mode under gradient flow, $\dot a = L a^{2-2/L}(s-a)$, a(0) = a0.

    L = 1: $s + (a_0-s)e^{-t}$; L = 2: $s/(1 + (s/a_0-1)e^{-2st})$; s = 0: $(a_0^{2/L-2} + L(2-2/L)t)^{-1/(2-2/L)}$;
    else the root of the time in closed form, in the logit of a/s (of s/a above s).

    t >= 0: times; s: targets, 0 or at least 1e-75; a0 >= 1e-75: strengths at the start, also above s; they broadcast;
    depth: L from 1 to 1000. Returns an array of their shape, relatively accurate on the plateau at a0 and as exact
    near s as s - a can be. Raises ValueError outside these domains.

    Source: Saxe, McClelland, Ganguli 2014, arXiv:1312.6120 (recalled); closed form of the time derived here.

    >>> flow([0.0, 0.5, 2.0], 2.0, 0.02, depth=2).round(6)
    array([0.02    , 0.138906, 1.935713])
    """
    _targets(s)
    if depth == 1:
        return np.asarray(s + (a0 - s) * np.exp(-t))[()]
    power = 2 - 2 / depth
    null = a0 * (1 + depth * power * t * a0**power) ** (-1 / power)
    moving = (s > 0) & (s != a0) & (t > 0)
    safe = np.where(moving, s, 2 * a0)
    above = a0 > safe
    start, c = _logit(a0, safe), _power(above, depth)
    last = np.full_like(start, _LAST)
    end = np.minimum(_clock(start, c) + _scale(safe, depth) * t, _clock(last, c))
    from scipy.optimize import elementwise  # slow to load, and few need it

    x = elementwise.find_root(lambda x, c, end: _clock(x, c) - end, (start, last), args=(c, end)).x
    share = scipy.special.expit(np.where(moving, x, _LAST))
    result = np.where(moving, np.where(above, safe / share, safe * share), a0)
    return np.where(s == 0, null, result)[()]


@checked(broadcast=True)
def time_to(u: Divisors, s: NonNegatives, a0: Divisors, depth: Depth) -> Floats:
    r"""Return the time at which the strength of a mode has gone from a0 to u under gradient flow.

    $$\tau = \int_{a_0}^u \frac{dv}{L v^{2-2/L}(s-v)}, \qquad L = 2:\ \frac1{2s}\log\frac{u(s-a_0)}{a_0(s-u)}$$

    L > 2, a0 < s, x = v/s: $L s^{2-2/L}\tau$ is the change of
    $-x^{-c}/c + x^{1-c}/(1-c)\,{}_2F_1(1, 1-c; 2-c; x)$, c = 1 - 2/L.

    u >= 1e-75: the level, from a0 up to s (from a0 down to s where a0 > s); s: targets, 0 or at least 1e-75; a0 >=
    1e-75; they broadcast; depth: L from 1 to 1000. Returns an array of their shape, inf where u = s is reached at no
    time, 0 where u = a0. Raises ValueError outside these domains.

    Source: derived here.

    >>> time_to(1.0, 2.0, [0.01, 0.001], depth=2).round(6)
    array([1.323326, 1.900101])
    """
    _targets(s)
    if not (((a0 <= u) & (u <= s)) | ((s <= u) & (u <= a0))).all():
        raise refusal("u", u, "from a0 to s, as the strength goes")
    power = 2 - 2 / depth
    with np.errstate(divide="ignore", over="ignore"):
        if depth == 1:
            moving = (u != a0) & (u != s)
            late = np.log(np.where(moving, (s - a0) / np.where(moving, s - u, 1.0), 1.0))
            return np.where(u == a0, 0.0, np.where(moving, late, np.inf))[()]
        null = (u**-power - a0**-power) / (depth * power)
    moving = (u != a0) & (u != s) & (s > 0)
    safe, low, high = np.where(moving, s, 4.0), np.where(moving, a0, 1.0), np.where(moving, u, 2.0)
    c = _power(low > safe, depth)
    taken = (_clock(_logit(high, safe), c) - _clock(_logit(low, safe), c)) / _scale(safe, depth)
    result = np.where(moving, taken, np.where(u == a0, 0.0, np.inf))
    return np.where(s == 0, null, result)[()]


@checked(broadcast=True)
def recursion(
    s: NonNegatives,
    w0: NonNegatives,
    depth: Depth,
    eta: NonNegative,
    steps: Annotated[int, In(0, 10**7)],
    decay: NonNegative = 0.0,
) -> Floats:
    r"""Return the factor w after 0, 1, ..., steps steps of gradient descent, all L factors of a mode being equal.

    $$w \leftarrow (1 - \eta\lambda) w + \eta w^{L-1}(s - w^L)$$

    s, w0 >= 0: targets and starts, which broadcast; depth: L from 1 to 1000; eta >= 0: the step; steps: from 0 to 1e7;
    decay: lambda >= 0, of a penalty $(\lambda/2)\sum_l w_l^2$. Returns (steps + 1, ...): w, whose power L is the
    strength. Raises ValueError outside these domains, or where the descent diverges.

    Source: elementary.

    >>> recursion([1.0, 0.0], 0.5, depth=2, eta=0.1, steps=2).round(5)
    array([[0.5    , 0.5    ],
           [0.5375 , 0.4875 ],
           [0.57572, 0.47591]])
    """
    w = np.empty((steps + 1, *s.shape))
    w[0] = w0
    with np.errstate(over="ignore", invalid="ignore"):
        for k in range(steps):
            w[k + 1] = (1 - eta * decay) * w[k] + eta * w[k] ** (depth - 1) * (s - w[k] ** depth)
    if not np.isfinite(w).all():
        raise refusal("eta", eta, "so small that the descent from w0 towards s does not diverge")
    return w
