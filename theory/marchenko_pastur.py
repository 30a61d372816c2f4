"""The Marchenko-Pastur law: eigenvalues of S = X'X/n for iid entries of variance 1, p/n -> gamma."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import numpy as np
import scipy

from theory.domain import Floats, NonNegatives, Parsed, Positive, Positives, Reals, Shares, checked, refusal

__all__ = [
    "Companion", "Quadrature", "companion", "density", "expectation", "log_mean", "quadrature", "quantile", "support",
]  # fmt: skip


class Quadrature(NamedTuple):
    """Nodes and weights of the continuous part (weights sum to min(1, 1/gamma)) and the mass of the atom at 0."""

    nodes: Floats
    weights: Floats
    atom: float


@checked
def support(gamma: Positive) -> tuple[float, float]:
    r"""Return the ends $(1 \mp \sqrt\gamma)^2$ of the continuous part; gamma > 0, else ValueError.

    Source: Marchenko, Pastur 1967 (recalled).

    >>> support(0.25)
    (0.25, 2.25)
    """
    root = math.sqrt(gamma)
    return ((1 - gamma) / (1 + root)) ** 2, (1 + root) ** 2


@checked
def density(s: Reals, gamma: Positive) -> Floats:
    r"""Return the density of the continuous part, $\sqrt{(s_+ - s)(s - s_-)}/(2\pi\gamma s)$ inside the support.

    s: real numbers (the density is 0 outside the support, infinite at s = 0 for gamma = 1); gamma > 0. Raises
    ValueError outside the domain. For gamma > 1 the law has an atom 1 - 1/gamma at 0 beside it.

    Source: Marchenko, Pastur 1967 (recalled).

    >>> round(float(density(1.0, 0.25)), 6)
    0.616404
    """
    low, high = support(gamma)
    product = (high - s) * (s - low)
    inside = product > 0
    root = np.sqrt(product, out=np.zeros(s.shape), where=inside)
    values: Floats = np.divide(root, 2 * math.pi * gamma * s, out=root, where=inside)
    return np.where((s == 0) & (low == 0), math.inf, values)[()]


@checked
def quadrature(gamma: Positive) -> Quadrature:
    r"""Return nodes and weights that integrate smooth functions against the law to rounding, uniformly in gamma.

    The support is run through by an angle, $s = (1-\sqrt\gamma)^2 + 4\sqrt\gamma\sin^2(\phi/2)$, and the angle by
    $\tan(\phi/2) = e^u$: the trapezoidal rule in u resolves every scale near the lower edge, so functions such as
    $e^{-ts}$ and $1/(s+\lambda)$ need no care however large t or small lambda, also at gamma = 1.

    Parameters: gamma > 0. Returns: fields nodes, weights, atom. Raises: ValueError outside the domain.
    Source: Marchenko, Pastur 1967 (recalled); quadrature derived here.

    >>> rule = quadrature(2.0)
    >>> round(float(rule.weights.sum()) + rule.atom, 12)
    1.0
    """
    step = 0.1
    u = step * np.arange(-600, 200)
    half_angle_sq = 1 / (1 + np.exp(-2 * u))  # sin^2(phi/2)
    sine = 1 / np.cosh(u)  # sin(phi), and dphi = sin(phi) du
    nodes = support(gamma)[0] + 4 * math.sqrt(gamma) * half_angle_sq
    return Quadrature(nodes, step * 2 / math.pi * sine**3 / nodes, max(0.0, (gamma - 1) / gamma))


def _callable(name: str, value: Any) -> Any:
    if not callable(value):
        raise refusal(name, value, "callable")
    return value


@checked
def expectation(function: Annotated[Callable[[Floats], Any], Parsed(_callable, "callable")], gamma: Positive) -> Any:
    r"""Return $\int f\,dF$ for the Marchenko-Pastur law F of ratio gamma, the atom at 0 included.

    Parameters: function, from nodes of shape (m,) to values of shape (..., m), smooth on the scale of s itself (as
    $e^{-ts}$, $1/(s+\lambda)$, $\log(1+s)$ are); gamma > 0. Where the atom has mass, f(0) must be finite.
    Returns: the integral, of shape (...). Raises: ValueError outside the domain.
    Source: Marchenko, Pastur 1967 (recalled).

    >>> round(float(expectation(lambda s: 1 / s, 0.5)), 12)
    2.0
    """
    nodes, weights, atom = quadrature(gamma)
    values = np.asarray(function(nodes))
    if values.shape[-1:] != nodes.shape:
        raise ValueError(f"function = {function!r}: must give values (..., m) at m nodes, not {values.shape}")
    integral = values @ weights
    if atom > 0:
        with np.errstate(divide="ignore", invalid="ignore"):
            at_zero = np.asarray(function(np.zeros(1)))[..., 0]
        if not np.isfinite(at_zero).all():
            raise ValueError(f"function = {function!r}: must be finite at 0, an atom for gamma = {gamma!r} > 1")
        integral = integral + atom * at_zero
    return integral


class Companion(NamedTuple):
    """The companion transform v and its derivative in the ridge."""

    v: Floats
    slope: Floats


@checked(broadcast=True)
def companion(l: NonNegatives, gamma: Positives) -> Companion:
    r"""Return $v(l) = \lim \mathrm{tr}(XX^\top/n + l I)^{-1}/n$, the positive root of $l v^2 + (l + \gamma - 1) v = 1$.

    X (n, p) has iid entries of variance 1 and p/n -> gamma; 1/v is the effective ridge kappa that goes with l per
    sample. $v' = -(v^2 + v)/(2 l v + l + \gamma - 1)$.

    l >= 0; gamma > 0; they broadcast. Returns fields v, slope; at l = 0 they are inf and -inf for gamma <= 1. Raises
    ValueError outside these domains.

    Source: Marchenko, Pastur 1967 (recalled).

    >>> [round(float(part), 6) for part in companion(0.5, 1.0)]
    [1.0, -1.333333]
    """
    b = (gamma - 1) + l
    root = np.sqrt(b * b + 4 * l)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        # The two forms of the root, each without cancellation on its side of b = 0.
        v = np.where(b > 0, 2 / (b + root), (root - b) / (2 * l))
        v = np.where((l == 0) & (b <= 0), math.inf, v)
        slope = np.where(np.isinf(v), -math.inf, -(v * v + v) / root)
    return Companion(v[()], slope[()])


def _below(angle: float, gamma: float) -> float:
    """Mass of the continuous part below s = low + 4 sqrt(gamma) sin(angle/2)^2: the antiderivative of the density."""
    low, high = support(gamma)
    s = low + (high - low) * math.sin(angle / 2) ** 2
    middle = math.pi / 2 - angle  # of -cos(angle), the place of s between the ends
    value = math.sqrt(gamma) * 2 * math.sin(angle) + (1 + gamma) * (math.pi / 2 - middle)
    if low > 0:
        place = ((1 + gamma) * s - low * high) / (2 * math.sqrt(gamma) * s)
        value -= abs(1 - gamma) * (math.pi / 2 + math.asin(min(1.0, max(-1.0, place))))
    return value / (2 * math.pi * gamma)


@checked
def quantile(q: Shares, gamma: Positive) -> Floats:
    r"""Return the quantiles of the Marchenko-Pastur law, the atom at 0 included.

    The distribution function has the closed form $[\sqrt{(s_+-s)(s-s_-)} + (1+\gamma)\arcsin(\cdot) -
    |1-\gamma|\arcsin(\cdot)]/(2\pi\gamma)$ up to a constant; its root in the angle of `quadrature`.

    q: probabilities in [0, 1]; gamma > 0. Returns an array shaped as q, 0 where q is at most the atom's mass
    1 - 1/gamma. The probability of what is returned is q to 1e-14. Raises ValueError outside the domain.

    Source: Marchenko, Pastur 1967 (recalled); closed form derived here.

    >>> quantile([0.0, 0.5, 1.0], 0.25).round(4)
    array([0.25 , 0.916, 2.25 ])
    """
    low, high = support(gamma)
    atom = max(0.0, (gamma - 1) / gamma)
    found = np.zeros(q.shape)
    for i in np.ndindex(q.shape):
        mass = float(q[i]) - atom
        if mass > 0 or atom == 0:
            ends = (0.0, math.pi)
            inside = 0 < mass < _below(math.pi, gamma)
            angle = ends[mass > 0]
            if inside:
                angle = scipy.optimize.brentq(lambda a, m=mass: _below(a, gamma) - m, *ends, xtol=1e-15)
            found[i] = low + (high - low) * math.sin(angle / 2) ** 2
    return found[()]


@checked
def log_mean(s: NonNegatives, gamma: Positive) -> Floats:
    r"""Return $\int \log(1 + s x)\,dF(x)$ for the Marchenko-Pastur law of ratio gamma.

    The log-determinant of I + s X'X/n a feature; by `quadrature`, free of the closed form's cancellation at small s.

    s >= 0, any shape; gamma > 0. Returns an array shaped as s. Raises ValueError outside the domain.

    Source: Marchenko, Pastur 1967 (recalled).

    >>> round(float(log_mean(1.0, 1.0)), 6)
    0.580458
    """
    return np.asarray(expectation(lambda x: np.log1p(np.multiply.outer(s, x)), gamma))[()]
