"""How many Gaussian measurements l1 minimisation needs to find a sparse vector."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
import scipy

from theory.domain import Floats, In, checked

__all__ = ["l1_sparsity", "l1_transition"]

Inside = Annotated[Floats, In(0.0, 1.0, open_low=True, open_high=True)]


def _parts(log_t: float) -> tuple[float, float]:
    """t = exp(log_t) and f/delta = 1 - t Q(t)/phi(t)."""
    t = math.exp(log_t)
    return t, 1 - t * math.sqrt(math.pi / 2) * float(scipy.special.erfcx(t / math.sqrt(2)))


def _measurements(log_t: float) -> float:
    """delta(t) = 2 phi/(t + 2(phi - t Q))."""
    t, rest = _parts(log_t)
    density = math.exp(-0.5 * t * t) / math.sqrt(2 * math.pi)
    return 2 * density / (t + 2 * density * rest)


_LOW, _HIGH = -40.0, math.log(38.0)


@checked
def l1_transition(fraction: Inside) -> Floats:
    r"""Return M(f), the measurements a coordinate that l1 minimisation needs for f n non-zeros of n.

    $$M(f) = \min_t\; f(1+t^2) + 2(1-f)\bigl[(1+t^2)Q(t) - t\varphi(t)\bigr],$$
    the minimax risk of the soft threshold; by its parametric form, a root in t of f.

    fraction: f in (0, 1), any shape. Returns an array of its shape, in (f, 1); fractions below 1e-300 give 0 to
    rounding. Raises ValueError outside the domain.

    Source: Donoho, Tanner 2009; Donoho, Maleki, Montanari 2009; Amelunxen, Lotz, McCoy, Tropp 2014 (recalled).

    >>> l1_transition([0.01, 0.1, 0.3]).round(7)
    array([0.061244 , 0.3287935, 0.6455723])
    """
    found = np.empty(fraction.shape)
    for i in np.ndindex(fraction.shape):
        found[i] = _transition(float(fraction[i]))
    return found[()]


def _transition(f: float) -> float:
    def level(log_t: float) -> float:
        return _measurements(log_t) * _parts(log_t)[1] - f

    if level(_HIGH) > 0:
        return 0.0
    if level(_LOW) < 0:
        return 1.0
    return _measurements(float(scipy.optimize.brentq(level, _LOW, _HIGH, xtol=1e-15)))


@checked
def l1_sparsity(delta: Inside) -> Floats:
    r"""Return the largest share f of non-zeros that l1 minimisation finds from delta n measurements: M(f) = delta.

    $$\delta = \frac{2\varphi(t)}{t + 2(\varphi(t) - tQ(t))}, \qquad \frac f\delta = 1 - \frac{tQ(t)}{\varphi(t)}$$

    delta in (0, 1), any shape. Returns f (not f/delta), an array of its shape. Raises ValueError outside the domain.

    Source: as `l1_transition` (recalled).

    >>> (l1_sparsity([0.1, 0.5]) / [0.1, 0.5]).round(6)
    array([0.189429, 0.38569 ])
    """
    found = np.empty(delta.shape)
    for i in np.ndindex(delta.shape):
        d = float(delta[i])
        if _measurements(_HIGH) > d or _measurements(_LOW) < d:
            found[i] = 0.0 if _measurements(_HIGH) > d else 1.0
            continue
        root = float(scipy.optimize.brentq(lambda log_t, d=d: _measurements(log_t) - d, _LOW, _HIGH, xtol=1e-15))
        found[i] = d * _parts(root)[1]
    return found[()]
