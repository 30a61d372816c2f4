"""One pass forward and back through stacks of masked networks; layer terms of the kernel, never a Jacobian."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, namespace
from sims.masks import bernoulli


class Masked(NamedTuple):
    """A masked layer: the weights that act, W o M, and the squares of the mask's entries, None without mask."""

    weights: Array
    squares: Array | None


def masked(rng: Generator, shape: tuple[int, ...], alpha: float, rescaled: bool) -> Masked:
    """Draw Gaussian weights under a random mask; no mask is drawn where alpha is 1."""
    weights = rng.standard_normal(size=shape)
    if alpha == 1:
        return Masked(weights, None)
    mask = bernoulli(rng, shape, alpha)
    scale = 1 / alpha if rescaled else 1.0
    return Masked(weights * mask * math.sqrt(scale), mask * scale)


def relu(g: Array, m: int) -> tuple[Array, Array]:
    """sqrt(2/m) relu(g) and its slopes."""
    xp = namespace(g)
    slope = math.sqrt(2 / m) * xp.astype(g > 0, g.dtype)
    return g * slope, slope


class Pass(NamedTuple):
    """Units h (T, m, 2n) of each hidden layer, their slopes, and the masked layers between them."""

    units: list[Array]
    slopes: list[Array]
    layers: list[Masked]


def forward(rng: Generator, first: Array, alphas: Sequence[float], rescaled: bool) -> Pass:
    """Hidden layers above given pre-activations of the first (T, m, 2n), one masked layer for each of alphas."""
    trials, m = first.shape[:2]
    h, slope = relu(first, m)
    units, slopes, layers = [h], [slope], []
    for alpha in alphas:
        layer = masked(rng, (trials, m, m), alpha, rescaled)
        h, slope = relu(layer.weights @ units[-1], m)
        units.append(h)
        slopes.append(slope)
        layers.append(layer)
    return Pass(units, slopes, layers)


def products(stack: Array, n: int) -> Array:
    """Products of what belongs to x_i and to x2_i, the columns i and n + i."""
    return stack[..., :n] * stack[..., n:]


def layer_term(layer: Masked, inputs: Array, outputs: Array) -> Array:
    """sum_ij M_ij^2 inputs_j outputs_i, for products of units and of slopes (T, m, n): (T, n)."""
    xp = namespace(inputs)
    if layer.squares is None:
        return xp.sum(inputs, axis=1) * xp.sum(outputs, axis=1)
    return xp.sum(outputs * (layer.squares @ inputs), axis=1)


def kernel_of(passed: Pass, out: Masked, inner: Array) -> Array:
    """The tangent kernel (T, n) of pairs with inner products `inner` (n,), for output weights (T, m, 1).

    The input layer is dense here: its term is the inner product of the inputs times that of the slopes below it.
    """
    xp = namespace(inner)
    n = inner.shape[0]
    top = products(passed.units[-1], n)
    total = xp.sum(top if out.squares is None else top * out.squares, axis=1)
    back = out.weights * passed.slopes[-1]
    for l in range(len(passed.layers), 0, -1):
        layer = passed.layers[l - 1]
        total = total + layer_term(layer, products(passed.units[l - 1], n), products(back, n))
        back = (layer.weights.mT @ back) * passed.slopes[l - 1]
    return total + inner * xp.sum(products(back, n), axis=1)


def inputs(rng: Generator, X: Array, X2: Array | None) -> tuple[Array, Array]:
    """The inputs as columns (d, 2n) and the inner products of the pairs (n,)."""
    one, other = arrays.asarray(rng, X), arrays.asarray(rng, X if X2 is None else X2)
    if one.shape != other.shape:
        raise ValueError(f"X2 = array of shape {tuple(other.shape)}: must have the shape of X, {tuple(one.shape)}")
    xp = namespace(rng)
    return xp.concat((one, other), axis=0).mT, xp.sum(one * other, axis=-1)
