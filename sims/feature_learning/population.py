"""Means of the first gradient of one neuron over independent draws of the data."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims import arrays
from sims.activations import activation_slope
from sims.arrays import Array, Generator, kernel
from sims.feature_learning.hermite import Numbers, hermite_series


class IndexGradient(NamedTuple):
    """The parts of the gradient along u and w, each (trials,)."""

    alpha: Array
    beta: Array


@kernel(floats=lambda A, copies=64, **_: 6 * copies * len(A))
def population_gradient_quadratic(A: Array, w: Array, copies: int = 64, *, trials: int, rng: Generator) -> Array:
    """Mean of f(x) 1{w.x > 0} x over `copies` draws and their mirror images, for f(x) = (x'Ax - tr A)/2; (trials, d).

    A: (d, d), symmetric; w: (d,), of norm 1.

    >>> from sims.arrays import strict_rng
    >>> population_gradient_quadratic([[1.0, 0.0], [0.0, 0.0]], [0.6, 0.8], copies=4, trials=3, rng=strict_rng(0)).shape
    (3, 2)
    """
    form, neuron = arrays.asarray(rng, A), arrays.asarray(rng, w)
    x = rng.standard_normal(size=(trials, copies, neuron.shape[0]))
    xp = arrays.namespace(x)
    y = 0.5 * (xp.sum((x @ form) * x, axis=-1) - xp.linalg.trace(form))
    z = x @ neuron
    active = xp.astype(z > 0, x.dtype) - xp.astype(z < 0, x.dtype)  # f is even: -x gives -f(x) 1{w.x < 0} x
    return 0.5 * xp.mean((y * active)[..., None] * x, axis=1)


@kernel(floats=lambda copies=64, **_: 12 * copies)
def index_gradient(
    c: Numbers, activation: str, m: float, copies: int = 64, *, trials: int, rng: Generator
) -> IndexGradient:
    """Mean of f(u.x) s'(w.x) x over `copies` draws in the plane of u and w, taken apart into alpha u + beta w.

    c: Hermite coefficients of f; m = u.w, |m| < 1. Orthogonal to the plane the mean vanishes, x being independent of
    all else there.

    >>> from sims.arrays import strict_rng
    >>> index_gradient((0.0, 1.0), "relu", 0.6, copies=4, trials=3, rng=strict_rng(0)).alpha.shape
    (3,)
    """
    z = rng.standard_normal(size=(2, trials, copies))
    xp, root = arrays.namespace(z), math.sqrt(1 - m * m)
    along, across = z[0, ...], z[1, ...]
    weight = hermite_series(along, c) * activation_slope(m * along + root * across, activation)
    # u is the first axis, w = m u + root e: g = (alpha + m beta) u + root beta e.
    g_u, g_e = xp.mean(weight * along, axis=-1), xp.mean(weight * across, axis=-1)
    return IndexGradient(g_u - m / root * g_e, g_e / root)
