"""Activations by name or as a function of one number: their values, slopes and Hermite coefficients."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

from sims.arrays import Array, device, elementwise, erf, host_array, namespace, normal_cdf

Activation = str | Callable[[float], Any]


def activate(z: Array, activation: Activation, slope: float = 0.01, alpha: float = 1.0) -> Array:
    """Return s(z) entrywise; slope is leaky_relu's for z < 0, alpha elu's.

    activation: a name (an unknown one is refused with the list of names), or a function of one number.
    """
    if callable(activation):
        return elementwise(activation, z)
    xp = namespace(z)
    zero = xp.zeros((), dtype=z.dtype, device=device(z))
    simple: dict[str, Callable[[], Array]] = {
        "relu": lambda: xp.maximum(z, zero),
        "leaky_relu": lambda: xp.where(z > 0, z, slope * z),
        "abs": lambda: xp.abs(z),
        "step": lambda: xp.astype(z > 0, z.dtype),
        "quadratic": lambda: z * z,
        "cubic": lambda: z * z * z,
        "erf": lambda: erf(z),
        "gelu": lambda: z * normal_cdf(z),
        "sin": lambda: xp.sin(z),
        "cos": lambda: xp.cos(z),
        "tanh": lambda: xp.tanh(z),
        "sigmoid": lambda: 0.5 + 0.5 * xp.tanh(0.5 * z),
        "softplus": lambda: xp.log1p(xp.exp(-xp.abs(z))) + xp.maximum(z, zero),
        "silu": lambda: z * (0.5 + 0.5 * xp.tanh(0.5 * z)),
        "sign": lambda: xp.sign(z),
        "identity": lambda: z + 0.0,
        "elu": lambda: xp.maximum(z, zero) + alpha * xp.expm1(xp.minimum(z, zero)),
    }
    if activation not in simple:
        raise ValueError(f"activation = {activation!r}: must be one of {', '.join(map(repr, simple))}")
    return simple[activation]()


def activation_slope(z: Array, activation: str) -> Array:
    """Return s'(z) entrywise, for the activations that the polish knows."""
    xp = namespace(z)
    slopes: dict[str, Callable[[], Array]] = {
        "relu": lambda: xp.astype(z > 0, z.dtype),
        "abs": lambda: xp.sign(z),
        "quadratic": lambda: 2 * z,
        "cubic": lambda: 3 * z * z,
        "erf": lambda: 2 / math.sqrt(math.pi) * xp.exp(-z * z),
        "gelu": lambda: normal_cdf(z) + z * xp.exp(-z * z / 2) / math.sqrt(2 * math.pi),
        "sin": lambda: xp.cos(z),
        "cos": lambda: -xp.sin(z),
        "tanh": lambda: 1 - xp.tanh(z) ** 2,
        "sigmoid": lambda: 0.25 * (1 - xp.tanh(0.5 * z) ** 2),
        "softplus": lambda: 0.5 + 0.5 * xp.tanh(0.5 * z),
        "silu": lambda: 0.5 + 0.5 * xp.tanh(0.5 * z) + 0.25 * z * (1 - xp.tanh(0.5 * z) ** 2),
    }
    if activation not in slopes:
        raise ValueError(f"activation = {activation!r}: must be one of {', '.join(map(repr, slopes))}")
    return slopes[activation]()


@functools.lru_cache(maxsize=64)
def hermite_coefficients(activation: Activation, terms: int = 200) -> tuple[float, ...]:
    r"""Return $a_k = E\,\sigma(G)\,\mathrm{He}_k(G)/\sqrt{k!}$, k < `terms`, and last the root of $E\,\sigma(G)^2$.

    By the double-exponential rule on both sides of 0, where activations have their kinks and jumps; |G| > 14 is left
    out. Raises ValueError where the values are not finite numbers or do not fade beside the Gaussian weight.

    >>> [round(a, 6) for a in hermite_coefficients("relu", 3)]
    [0.398942, 0.5, 0.282095, 0.707107]
    """
    steps, edge = 2400, 14.0
    places = [math.pi / 2 * math.sinh(6.6 * (i / steps - 0.5)) for i in range(1, steps)]
    half = [edge * (1 + math.tanh(s)) / 2 for s in places]
    slopes = [math.pi / 2 * math.cosh(6.6 * (i / steps - 0.5)) / math.cosh(s) ** 2 for i, s in enumerate(places, 1)]
    u = host_array([-x for x in half] + half)
    density = [math.exp(-x * x / 2) / math.sqrt(2 * math.pi) for x in half]
    rule = [6.6 / steps * edge / 2 * d * s for d, s in zip(density, slopes, strict=True)]
    weights = host_array(rule + rule)
    try:
        values = activate(u, activation)
    except (TypeError, ValueError, ArithmeticError) as error:
        if not callable(activation):
            raise  # an unknown name
        raise ValueError(f"activation = {activation!r}: must map a number to a number ({error})") from None
    size = float((values * values) @ weights)
    outermost = max(float(values[steps - 2]) ** 2, float(values[-1]) ** 2) * math.exp(-edge * edge / 2)
    if not math.isfinite(size) or outermost > 1e-16 * size:
        raise ValueError(f"activation = {activation!r}: must be finite, with a finite Gaussian second moment")
    before, now, coefficients = 0.0 * u, 0.0 * u + 1.0, []
    for k in range(terms):
        coefficients.append(float((values * now) @ weights))
        before, now = now, (u * now - math.sqrt(k) * before) / math.sqrt(k + 1)
    return (*coefficients, math.sqrt(size))
