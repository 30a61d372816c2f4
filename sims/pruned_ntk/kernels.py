"""Kernels of finite networks: of pairs of inputs, the mean over pairs a network; their variance over networks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sims.arrays import Array, Generator, Share, kernel, namespace, random_signs
from sims.masks import bernoulli
from sims.pruned_ntk.network import Masked, forward, inputs, kernel_of, masked, products

Alphas = float | Sequence[float]


def _floats(X: Any, depth: int = 1, width: int = 64, **_: Any) -> float:
    return 3 * (depth - 1) * width**2 + 2 * len(X) * width * (3 * depth + 4) + width * len(X[0])


def _per_layer(alpha: Alphas, depth: int) -> list[float]:
    values = [float(a) for a in alpha] if isinstance(alpha, Sequence) else [float(alpha)] * depth
    if len(values) != depth or not all(0 < a <= 1 for a in values):
        raise ValueError(f"alpha = {alpha!r}: must be a number in (0, 1], or a sequence of depth = {depth} of them")
    return values


def _first(rng: Generator, trials: int, width: int, columns: Array) -> Array:
    return rng.standard_normal(size=(trials, width, columns.shape[0])) @ columns


def _signs(rng: Generator, trials: int, width: int, alpha: float, rescaled: bool) -> Masked:
    """Output weights for the mean over them and their mask.

    The kernel is quadratic in them: signs times the root of E M^2 have exactly the mean of Gaussian ones under a mask.
    """
    scale = 1.0 if rescaled else alpha
    signs = math.sqrt(scale) * random_signs(rng, (trials, width, 1))
    return Masked(signs, scale + 0.0 * signs)


@kernel(floats=_floats)
def pruned_ntk_limit(
    X: Any,
    X2: Any = None,
    depth: int = 1,
    alpha: Alphas = 1.0,
    rescaled: bool = False,
    *,
    width: int = 64,
    trials: int,
    rng: Generator,
) -> Array:
    """Tangent kernel of a pruned network, output weights and their mask integrated: mean over the pairs of rows.

    X, X2: (n, d), pairs of inputs, X with itself where X2 is None; depth: hidden layers; alpha: share kept, a
    number or one for each of the layers 2 to L + 1; rescaled: masks divided by the root of alpha; width:
    units a hidden layer. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> pruned_ntk_limit([[1.0, 0.0]], [[0.0, 1.0]], 2, 0.5, width=8, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    columns, inner = inputs(rng, X, X2)
    alphas = _per_layer(alpha, depth)
    passed = forward(rng, _first(rng, trials, width, columns), alphas[:-1], rescaled)
    out = _signs(rng, trials, width, alphas[-1], rescaled)
    return namespace(rng).mean(kernel_of(passed, out, inner), axis=-1)


@kernel(floats=_floats)
def relu_ntk(X: Any, X2: Any = None, depth: int = 1, *, width: int = 64, trials: int, rng: Generator) -> Array:
    """Tangent kernel of a dense network, output weights integrated; the rest as `pruned_ntk_limit`.

    >>> from sims.arrays import strict_rng
    >>> relu_ntk([[1.0, 0.0]], [[0.0, 1.0]], 2, width=8, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    return pruned_ntk_limit.declared(X, X2, depth, 1.0, width=width, trials=trials, rng=rng)  # type: ignore[attr-defined]


@kernel(floats=_floats)
def relu_nngp(X: Any, X2: Any = None, depth: int = 1, *, width: int = 64, trials: int, rng: Generator) -> Array:
    """Inner products of the last hidden layer of a dense network: mean over the pairs; the rest as `pruned_ntk_limit`.

    >>> from sims.arrays import strict_rng
    >>> relu_nngp([[1.0, 0.0]], [[0.0, 1.0]], 2, width=8, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    columns, inner = inputs(rng, X, X2)
    xp = namespace(rng)
    passed = forward(rng, _first(rng, trials, width, columns), [1.0] * (depth - 1), False)
    return xp.mean(xp.sum(products(passed.units[-1], inner.shape[0]), axis=1), axis=-1)


@kernel(floats=lambda X, depth=2, width=64, **_: _floats(X, depth, width))
def deep_fluctuation(
    X: Any, X2: Any = None, alpha: Alphas = 1.0, depth: int = 2, *, width: int = 64, trials: int, rng: Generator
) -> Array:
    """Half the squared difference of the kernels of two independent networks, literal and rescaled, times the width.

    Its mean is m times the variance of the kernel. X, X2, depth, alpha, width: as `pruned_ntk_limit`. Returns
    (trials,), the mean over the pairs.

    >>> from sims.arrays import strict_rng
    >>> deep_fluctuation([[1.0, 0.0]], [[0.0, 1.0]], 0.5, width=8, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    columns, inner = inputs(rng, X, X2)
    alphas = _per_layer(alpha, depth)
    found = []
    for _ in range(2):
        passed = forward(rng, _first(rng, trials, width, columns), alphas[:-1], True)
        found.append(kernel_of(passed, masked(rng, (trials, width, 1), alphas[-1], True), inner))
    return width * namespace(rng).mean((found[0] - found[1]) ** 2, axis=-1) / 2


@kernel(floats=lambda width, copies=8, **_: 8 * copies * width)
def ntk_variance_two_layer(
    rho: float, width: int, alpha: Share, copies: int = 8, *, trials: int, rng: Generator
) -> Array:
    """Unbiased sample variance over `copies` networks of the kernel with one hidden layer and a rescaled output mask.

    rho: inner product of the two unit inputs, in [-1, 1]; width; alpha: share kept; copies >= 2. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> ntk_variance_two_layer(0.3, 4, 0.25, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    xp = namespace(rng)
    shape = (trials, copies, width)
    g = rng.standard_normal(size=shape)
    h = rho * g + math.sqrt(max(1 - rho * rho, 0.0)) * rng.standard_normal(size=shape)
    out = rng.standard_normal(size=shape)
    both = xp.astype((g > 0) & (h > 0), g.dtype) * bernoulli(rng, shape, alpha) / alpha
    theta = xp.sum((g * h + rho * out * out) * both, axis=-1) * (2 / width)
    return xp.var(theta, axis=-1, correction=1.0)


@kernel(floats=lambda X, depth=1, width=64, **_: _floats(X, depth, width) + 3 * width * len(X[0]))
def input_pruned_ntk(
    X: Any, X2: Any = None, alpha: Share = 1.0, depth: int = 1, *, width: int = 64, trials: int, rng: Generator
) -> Array:
    """Tangent kernel when the input layer alone is pruned and rescaled, output weights integrated; mean over the pairs.

    X, X2, depth, width: as `pruned_ntk_limit`; alpha: share of the input layer kept. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> input_pruned_ntk([[1.0, 0.0]], [[0.0, 1.0]], 0.5, width=8, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    columns, inner = inputs(rng, X, X2)
    xp, n = namespace(rng), inner.shape[0]
    layer = masked(rng, (trials, width, columns.shape[0]), alpha, True)
    passed = forward(rng, layer.weights @ columns, [1.0] * (depth - 1), False)
    out = _signs(rng, trials, width, 1.0, True)
    # All but the input layer's own term, which is not the inner product of whole inputs.
    above = kernel_of(passed, out, 0.0 * inner)
    back = out.weights * passed.slopes[-1]
    for each, slope in zip(reversed(passed.layers), reversed(passed.slopes[:-1]), strict=True):
        back = (each.weights.mT @ back) * slope
    own = products(back, n)
    if layer.squares is None:
        return xp.mean(above + inner * xp.sum(own, axis=1), axis=-1)
    return xp.mean(above + xp.sum(own * (layer.squares @ products(columns, n)), axis=1), axis=-1)
