"""The Marchenko-Pastur law: eigenvalues of S = X'X/n for iid entries of variance 1, p/n -> gamma."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import numpy as np

from theory.domain import Floats, Parsed, Positive, Reals, checked, refusal

__all__ = ["Quadrature", "density", "expectation", "quadrature", "support"]


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
