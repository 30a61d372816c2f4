"""Optimisers that hold their states in arrays, which are counted; and the ranks that gradients of batches have."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, kernel, namespace, singular_values
from sims.dense_nets import Net, gradient, initialise, one_hot
from sims.rounding import computed
from sims.stacks import squared_norm
from sims.subspaces import top_directions

Method = Literal["full", "projection", "lora"]
Precision = Literal["float32", "float64"]


class OptimiserMemory(NamedTuple):
    """Of one layer, (trials,): numbers in the weights and states, bytes of both, and the last loss over the first."""

    weights: Array
    states: Array
    weight_bytes: Array
    state_bytes: Array
    loss_left: Array


class _Layer(NamedTuple):
    """All that is kept between two steps: weights (frozen or trained), factors, and the states of the optimiser."""

    weights: tuple[Array, ...]
    basis: tuple[Array, ...]
    first: tuple[Array, ...]
    second: tuple[Array, ...]


def _adam(first: Array, second: Array, g: Array, step: int) -> tuple[Array, Array, Array]:
    """New moments, and the direction m/(sqrt(v) + eps) with bias correction."""
    first, second = 0.9 * first + 0.1 * g, 0.999 * second + 0.001 * g * g
    root = namespace(g).sqrt(second / (1 - 0.999**step)) + 1e-8
    return first, second, first / (1 - 0.9**step) / root


def _start(A: Array, rng: Generator, r: int, method: Method) -> _Layer:
    """Weights 0; LoRA's factors Gaussian and 0; the basis of a projection from the first gradient."""
    xp, (trials, m) = namespace(A), A.shape[:2]
    zero = xp.zeros_like(A)
    if method == "lora":
        left = xp.astype(rng.standard_normal(size=(trials, m, r)) / math.sqrt(r), A.dtype)
        moved: tuple[Array, ...] = (left, xp.zeros_like(zero[:, :r, :]))
        return _Layer((zero, *moved), (), *(tuple(map(xp.zeros_like, moved)) for _ in range(2)))
    if method == "projection":
        basis = xp.astype(top_directions(A, r).directions, A.dtype)
        small = xp.zeros_like(basis.mT @ A)
        return _Layer((zero,), (basis,), (small,), (xp.zeros_like(small),))
    return _Layer((zero,), (), (zero,), (xp.zeros_like(zero),))


def _product(layer: _Layer) -> Array:
    weights = layer.weights
    return weights[0] + weights[1] @ weights[2] if len(weights) == 3 else weights[0]


def _step(layer: _Layer, A: Array, step: int, lr: float) -> _Layer:
    """One update for the loss |A - W|_F^2/2."""
    G = _product(layer) - A
    if len(layer.weights) == 3:
        frozen, left, right = layer.weights
        slopes: tuple[Array, ...] = (G @ right.mT, left.mT @ G)
    else:
        slopes = (layer.basis[0].mT @ G if layer.basis else G,)
    found = [_adam(*three, step) for three in zip(layer.first, layer.second, slopes, strict=True)]
    first, second, moves = (tuple(column) for column in zip(*found, strict=True))
    if len(layer.weights) == 3:
        weights: tuple[Array, ...] = (frozen, left - lr * moves[0], right - lr * moves[1])
    else:
        move = layer.basis[0] @ moves[0] if layer.basis else moves[0]
        weights = (layer.weights[0] - lr * move,)
    return _Layer(weights, layer.basis, first, second)


def _size(held: tuple[Array, ...]) -> int:
    """Numbers a trial in the arrays held."""
    return sum(math.prod(one.shape[1:]) for one in held)


def _bytes(held: tuple[Array, ...]) -> int:
    """Bytes a trial, by the arrays' own types."""
    return sum(math.prod(one.shape[1:]) * namespace(one).finfo(one.dtype).bits // 8 for one in held)


@kernel(floats=lambda m, n, r, **_: 8 * m * n, block=4)
def optimiser_memory(
    m: int,
    n: int,
    r: int,
    method: Method,
    *,
    dtype: Precision = "float64",
    steps: int = 20,
    trials: int,
    rng: Generator,
) -> OptimiserMemory:
    """Train a layer m x n on a Gaussian target with Adam, and count what is held between steps.

    method: "full"; "projection" (Adam on P'G, P the top r left singular vectors of the first gradient); "lora" (factors
    m x r and r x n beside weights at rest). Returns fields weights, states, weight_bytes, state_bytes, loss_left.

    >>> from sims.arrays import strict_rng, to_host
    >>> held = optimiser_memory(4, 6, 2, "projection", dtype="float32", trials=1, rng=strict_rng(0))
    >>> float(held.states[0]), float(held.state_bytes[0])
    (32.0, 128.0)
    """
    if r > m:
        raise ValueError(f"r = {r!r}: must be an integer from 1 to m = {m}")
    xp = namespace(rng)
    A = xp.astype(rng.standard_normal(size=(trials, m, n)), getattr(xp, dtype))
    layer = _start(A, rng, r, method)
    before = squared_norm(_product(layer) - A)
    for step in range(1, steps + 1):
        layer = _step(layer, A, step, 0.05)
    states = layer.basis + layer.first + layer.second
    one = xp.ones_like(arrays.zeros(rng, (trials,)))
    return OptimiserMemory(
        one * _size(layer.weights),
        one * _size(states),
        one * _bytes(layer.weights),
        one * _bytes(states),
        squared_norm(_product(layer) - A) / before,
    )


@kernel(floats=lambda m, n, **_: 8 * m * n, block=4)
def break_even_rank(m: int, n: int, *, trials: int, rng: Generator) -> Array:
    """The largest r at which a projected optimiser holds fewer states than the full one, by trying all r: (trials,).

    m, n: the layer's sizes, m <= n; 0 where there is none.

    >>> from sims.arrays import strict_rng
    >>> float(break_even_rank(4, 6, trials=1, rng=strict_rng(0))[0])
    2.0
    """
    A = rng.standard_normal(size=(trials, m, n))
    held = []
    for r in range(1, m + 1):
        layer = _start(A, rng, r, "projection")
        held.append(_size(layer.basis + layer.first + layer.second))
    full = _start(A, rng, 1, "full")
    below = [r for r, states in enumerate(held, 1) if states < _size(full.first + full.second)]
    return arrays.zeros(rng, (trials,)) + float(max(below, default=0))


@kernel(floats=lambda N, m, n, **_: 4 * (N + m) * (m + n))
def gradient_rank_cap(N: int, m: int, n: int, softmax: bool = False, *, trials: int, rng: Generator) -> Array:
    """The rank of the gradient of a linear layer on N Gaussian samples, above its rounding: (trials,).

    m outputs (classes with random labels under cross-entropy if softmax; else Gaussian targets under the squared loss),
    n inputs; Gaussian weights.

    >>> from sims.arrays import strict_rng
    >>> float(gradient_rank_cap(6, 3, 5, True, trials=1, rng=strict_rng(0))[0])
    2.0
    """
    net: Net = initialise(rng, trials, (n, m), biases=False)
    x = rng.standard_normal(size=(trials, N, n))
    if softmax:
        xp = namespace(x)
        labels = xp.astype(xp.floor(m * rng.random(size=(trials, N))), xp.int64)
        G = gradient(net, x, one_hot(labels, m), "cross_entropy")[1].weights[0]
    else:
        G = gradient(net, x, rng.standard_normal(size=(trials, N, m)))[1].weights[0]
    values = singular_values(G)
    xp = namespace(values)
    floor = computed(values, (m, n), 2.0**-52)
    return xp.sum(xp.astype(values > floor[..., None], xp.float64), axis=-1)
