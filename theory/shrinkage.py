"""Shrinkage of one noisy number: the soft threshold's exact risk, and the proximal maps of powers above and below 1."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np
import scipy

from theory.domain import Floats, In, NonNegatives, Reals, checked

__all__ = [
    "BridgeJump", "SoftMoments", "bridge_jump", "bridge_prox", "power_prox", "soft_moments", "soft_threshold_risk",
]  # fmt: skip


class SoftMoments(NamedTuple):
    """Squared error of the soft threshold and probability that it is not 0, a coordinate."""

    risk: Floats
    active: Floats


class BridgeJump(NamedTuple):
    """Largest observation that shrinks to 0, and the smallest size that is not 0."""

    observed: Floats
    shrunk: Floats


def _beyond(c: Floats, a: Floats) -> Floats:
    """E[(Z - c)^2; Z > a] of a standard normal."""
    density = np.exp(-0.5 * a * a) / math.sqrt(2 * math.pi)
    # At a = c large both terms are close: with Q as phi times the Mills ratio only c^4 eps is lost, not all.
    upper = np.where(a > 0, density * math.sqrt(math.pi / 2) * scipy.special.erfcx(np.maximum(a, 0) / math.sqrt(2)), 0)
    tail = np.where(a > 0, upper, scipy.special.ndtr(-a))
    return np.maximum((1 + c * c) * tail + (a - 2 * c) * density, 0.0)


@checked(broadcast=True)
def soft_moments(
    w: Annotated[Floats, In(-1e30, 1e30)],
    tau: Annotated[Floats, In(1e-30, 1e30)],
    theta: Annotated[Floats, In(0.0, 1e30)],
) -> SoftMoments:
    r"""Return risk and activity of the soft threshold at theta for w seen in noise of standard deviation tau.

    With $c = \theta/\tau$, $a = (\theta-w)/\tau$, $b = (\theta+w)/\tau$:
    $$E(\eta(w+\tau Z) - w)^2 = \tau^2\bigl[(1+c^2)(Q(a)+Q(b)) + (a-2c)\varphi(a) + (b-2c)\varphi(b)\bigr]
    + w^2(1-Q(a)-Q(b)), \qquad P(\eta \ne 0) = Q(a) + Q(b).$$

    w in [-1e30, 1e30]; tau in [1e-30, 1e30]; theta in [0, 1e30]; they broadcast. Returns fields risk, active; relative
    to 1e-9 also where both are tiny. Raises ValueError outside these domains.

    Source: Donoho, Johnstone 1994 (recalled); this form derived here.

    >>> [round(float(part), 6) for part in soft_moments(1.0, 2.0, 3.0)]
    [1.025135, 0.181405]
    """
    c, a, b = theta / tau, (theta - w) / tau, (theta + w) / tau
    inside = np.maximum(scipy.special.ndtr(np.maximum(a, b)) - scipy.special.ndtr(-np.minimum(a, b)), 0.0)
    outside = np.hypot(tau * np.sqrt(_beyond(c, a) + _beyond(c, b)), np.abs(w) * np.sqrt(inside)) ** 2
    return SoftMoments(outside[()], (scipy.special.ndtr(-a) + scipy.special.ndtr(-b))[()])


@checked(broadcast=True)
def soft_threshold_risk(mu: Annotated[Floats, In(-1e30, 1e30)], t: Annotated[Floats, In(0.0, 1e30)]) -> Floats:
    r"""Return $E(\eta_t(\mu + Z) - \mu)^2$, the risk of the soft threshold t at unit noise.

    mu in [-1e30, 1e30]; t in [0, 1e30]; they broadcast. Even in mu, at most 1 + t^2 and at most r(0, t) + mu^2. Raises
    ValueError outside these domains.

    Source: Donoho, Johnstone 1994 (recalled); `soft_moments` at tau = 1.

    >>> soft_threshold_risk([0.0, 1.0, 4.0], [1.0, 1.5, 2.0]).round(5)
    array([0.15068, 0.81925, 4.92631])
    """
    return soft_moments(mu, 1.0, t).risk


@checked(broadcast=True)
def power_prox(
    x: Annotated[Floats, In(-1e30, 1e30)],
    theta: Annotated[Floats, In(0.0, 1e30)],
    p: Annotated[float, In(1.0, 2.0, open_low=True)],
) -> Floats:
    r"""Return $\mathrm{argmin}_u (x-u)^2/2 + \theta|u|^p/p$, odd in x: $u + \theta u^{p-1} = x$ for x > 0.

    Newton in log u on $\log(u + \theta u^{p-1}) = \log x$, which is convex and increasing: it falls to the root from
    a start above it.

    x in [-1e30, 1e30]; theta in [0, 1e30]; they broadcast; p in (1, 2]. Returns an array of their shape. Raises
    ValueError outside these domains.

    Source: derived here.

    >>> power_prox([3.0, -3.0, 0.0], 1.0, 1.5).round(6)
    array([ 1.697224, -1.697224,  0.      ])
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        root = log_power_prox(np.log(np.abs(x)), np.log(theta), p)
        return np.where(x == 0, 0.0, np.where(theta == 0, x, np.sign(x) * np.exp(root)))[()]


def log_power_prox(target: Floats, level: Floats | float, p: float) -> Floats:
    """log u of `power_prox` at log |x| = target and log theta = level, where theta itself may be no float; no checks.

    >>> round(float(log_power_prox(np.log(3.0), 400.0, 1.5)), 9)  # (x/theta)^2
    -797.802775423
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        # At this start either term alone is at most x and one of them equals it.
        root = np.fmin(target, (target - level) / (p - 1))
        for _ in range(60):
            other = level + (p - 1) * root
            total = np.logaddexp(root, other)
            share = np.exp(root - total)
            step = (total - target) / (share + (1 - share) * (p - 1))
            root = root - np.where(np.isfinite(step), np.maximum(step, 0.0), 0.0)
            if not (step > 1e-15 * (1 + np.abs(root))).any():
                break
    return np.asarray(root)


_Exponent = Annotated[float, In(0.0, 1.0, open_low=True, open_high=True)]


@checked
def bridge_jump(c: NonNegatives, q: _Exponent) -> BridgeJump:
    r"""Return where the minimiser of $(y-a)^2/2 + c|a|^q$, q < 1, jumps away from 0, and to what.

    $$a_* = (2c(1-q))^{1/(2-q)}, \qquad y_* = a_*\,\frac{2-q}{2(1-q)}$$

    c >= 0, any shape; q in (0, 1). Returns fields observed (y*), shrunk (a*). Raises ValueError outside these domains.

    Source: derived here: at the jump 0 and a* have equal value.

    >>> [round(float(part), 6) for part in bridge_jump(0.6, 2 / 3)]  # three layers, weight decay 0.4
    [1.005947, 0.502973]
    """
    shrunk = (2 * c * (1 - q)) ** (1 / (2 - q))
    return BridgeJump((shrunk * (2 - q) / (2 * (1 - q)))[()], np.asarray(shrunk)[()])


@checked(broadcast=True)
def bridge_prox(y: Reals, c: NonNegatives, q: _Exponent) -> Floats:
    r"""Return a global minimiser of $(y-a)^2/2 + c|a|^q$ for q < 1, odd in y.

    0 up to the jump of `bridge_jump` (there both ends are minimisers, 0 is returned); above it the larger root of
    $a + cq\,a^{q-1} = |y|$, to which Newton falls from |y|.

    y real, c >= 0, they broadcast; q in (0, 1). Returns an array of their shape. Raises ValueError outside.

    Source: derived here.

    >>> bridge_prox([1.0, 1.2, -1.2], 0.6, 2 / 3).round(6)
    array([ 0.      ,  0.762082, -0.762082])
    """
    size, jump = np.abs(y), bridge_jump(c, q)
    kept = size > jump.observed
    low = np.where(kept, jump.shrunk, 1.0)
    root = np.where(kept, size, 1.0)
    for _ in range(60):
        pull = np.where(kept, c * q * np.maximum(root, 1e-300) ** (q - 1), 0.0)
        step = (root + pull - size) / (1 - (1 - q) * pull / np.maximum(root, 1e-300))
        step = np.where(kept, np.maximum(step, 0.0), 0.0)
        root = np.maximum(root - step, low)
        if not (step > 1e-15 * root).any():
            break
    return (np.sign(y) * np.where(kept, root, 0.0))[()]
