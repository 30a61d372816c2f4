"""Products by sums over signs: their errors at points drawn, the rank that any such network must have."""

from __future__ import annotations

import itertools
import math
from typing import Literal, NamedTuple

from sims import arrays, instances
from sims.arrays import Array, Generator, Positive, kernel, namespace

Activation = Literal["exp", "mixed", "power"]
"""exp(z); sigmoid(z) + exp(.7 z), no derivative of which vanishes at 0; z^n."""


class ProductErrors(NamedTuple):
    """Root mean square error of one hidden layer and of a binary tree, and the units of each: (trials,)."""

    layer: Array
    tree: Array
    layer_units: Array
    tree_units: Array


def inputs(n: int, count: int = 200, *, instance: int = 0) -> Array:
    """Return points (count, n), uniform in [-1, 1]^n.

    >>> inputs(3, 4).shape
    (4, 3)
    """
    return 2 * instances.generator("inputs", instance).random((count, n)) - 1


def _activate(z: Array, activation: str, n: int) -> Array:
    xp = namespace(z)
    if activation == "exp":
        return xp.exp(z)
    if activation == "power":
        return z**n
    return 0.5 + 0.5 * xp.tanh(0.5 * z) + xp.exp(0.7 * z)


def derivative(activation: str, n: int) -> float:
    """The n-th derivative at 0, n <= 8; that of the sigmoid by its Taylor coefficients."""
    if activation == "exp":
        return 1.0
    if activation == "power":
        return float(math.factorial(n))
    logistic = (0.5, 0.25, 0.0, -1 / 8, 0.0, 1 / 4, 0.0, -17 / 16, 0.0)
    return logistic[n] + 0.7**n


def _layer(x: Array, lam: float, activation: str, half: bool = False) -> tuple[Array, int]:
    """The sum over signs at x (..., n), and its units; half: first sign 1, which is enough for z^n."""
    xp, n = namespace(x), x.shape[-1]
    signs = [s for s in itertools.product((1.0, -1.0), repeat=n) if not half or s[0] > 0]
    a = arrays.asarray(x, [list(s) for s in signs])
    w = arrays.asarray(x, [math.prod(s) for s in signs]) / (len(signs) * derivative(activation, n) * lam**n)
    return xp.sum(_activate(lam * (x @ a.mT), activation, n) * w, axis=-1), len(signs)


def _tree(x: Array, lam: float, activation: str) -> tuple[Array, int]:
    xp, values, units = namespace(x), [x[..., i] for i in range(x.shape[-1])], 0
    while len(values) > 1:
        pairs = list(zip(values[::2], values[1::2], strict=False))
        rest = values[2 * len(pairs) :]
        values = []
        for pair in pairs:
            product, used = _layer(xp.stack(list(pair), axis=-1), lam, activation)
            values.append(product)
            units += used
        values += rest
    return values[0], units


@kernel(floats=lambda n, **_: 200 * (2**n + 4 * n))
def product_errors(
    n: int, inverse: Positive, activation: Activation = "mixed", *, trials: int, rng: Generator
) -> ProductErrors:
    """Errors of both networks at lam = 1/inverse, at 200 points of an instance; nothing else is drawn.

    n: factors, 2 to 8; inverse: 1/lam > 0; activation: "exp", "mixed" or "power" (half the units, exact at any lam).
    Returns `ProductErrors`.

    >>> from sims.arrays import strict_rng
    >>> bool(product_errors(3, 10.0, trials=1, rng=strict_rng(0)).layer[0] < 0.02)
    True
    """
    if not 2 <= n <= 8:
        raise ValueError(f"n = {n}: must be an integer from 2 to 8")
    xp = namespace(rng)
    x = arrays.asarray(rng, inputs(n))
    truth, lam = xp.prod(x, axis=-1), 1 / inverse
    layer, units = _layer(x, lam, activation, half=activation == "power")
    tree, tree_units = _tree(x, lam, "mixed" if activation == "power" else activation)
    zero = arrays.zeros(rng, (trials,))
    errors = [xp.sqrt(xp.mean((found - truth) ** 2)) + zero for found in (layer, tree)]
    return ProductErrors(errors[0], errors[1], zero + float(units), zero + float(tree_units))


@kernel(floats=lambda n, **_: 6 * 4**n)
def moment_rank(n: int, *, trials: int, rng: Generator) -> Array:
    """Rank of the moments sum_j w_j prod_{i in S + T} a_ji over subsets S, T that a network for the product must have.

    The derivatives of the network at 0 along S + T are sigma^(|S| + |T|)(0) times these moments: those with more than n
    factors are free and drawn at random, the others are 0 but for the full product, 1/dn. A network has at least as
    many units as this matrix has rank. n: factors, up to 6. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> float(moment_rank(3, trials=1, rng=strict_rng(0))[0])
    8.0
    """
    if n > 6:
        raise ValueError(f"n = {n}: must be at most 6")
    xp = namespace(rng)
    subsets = list(itertools.product((0, 1), repeat=n))
    free = rng.standard_normal(size=(trials, len(subsets), len(subsets)))
    free = (free + free.mT) / 2
    shared, known = [], []
    for s in subsets:
        together = [[a + b for a, b in zip(s, t, strict=True)] for t in subsets]
        shared.append([float(sum(m) > n) for m in together])
        known.append([float(all(e == 1 for e in m)) for m in together])
    matrix = arrays.asarray(rng, known) + free * arrays.asarray(rng, shared)
    values = arrays.singular_values(matrix)
    return xp.sum(xp.astype(values > 1e-9 * values[:, :1], xp.float64), axis=-1)
