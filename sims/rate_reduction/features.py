"""Rate reductions of features: without any structure, and of networks on digits before and after training."""

from __future__ import annotations

from typing import NamedTuple

from sims import arrays, images
from sims.arrays import Array, Generator, Positive, kernel, namespace
from sims.dense_nets import Adam, Net, accuracy, forward, initialise, one_hot, train
from sims.rate_reduction.rates import coding_rates, rate_reductions


class NullRates(NamedTuple):
    """R/d and Delta R/d of features without structure, (trials,) each."""

    rate: Array
    reduction: Array


class DigitRates(NamedTuple):
    """Delta R/d of pixels, of the last hidden layer before and after training, and the share classified right."""

    pixels: Array
    start: Array
    end: Array
    accuracy: Array


@kernel(floats=lambda d, k, per_class, **_: 3 * d * (k * per_class + 4 * d))
def null_rates(d: int, k: int, per_class: int, eps: Positive, *, trials: int, rng: Generator) -> NullRates:
    """Coding rates of k per_class features with independent N(0, 1/d) entries in R^d, k classes by name only.

    >>> from sims.arrays import strict_rng
    >>> null_rates(4, 2, 3, 0.5, trials=2, rng=strict_rng(0)).reduction.shape
    (2,)
    """
    Z = rng.standard_normal(size=(trials, d, k * per_class)) / d**0.5
    return NullRates(coding_rates(Z, eps) / d, rate_reductions(Z, (per_class,) * k, eps) / d)


def _reduction(features: Array, per_class: int, eps: float) -> Array:
    """Delta R/d of rows (..., N, d), every class at the mean squared length 1."""
    xp, Z = namespace(features), features.mT
    parts = []
    for j in range(10):
        own = Z[..., j * per_class : (j + 1) * per_class]
        parts.append(own * (per_class / xp.sum(own * own, axis=(-2, -1), keepdims=True)) ** 0.5)
    return rate_reductions(xp.concat(parts, axis=-1), (per_class,) * 10, eps) / Z.shape[-2]


@kernel(floats=lambda per_class, width, **_: 12 * width * (10 * per_class + width), block=8)
def digit_rates(
    per_class: int,
    width: int,
    steps: int,
    lr: Positive = 2e-3,
    *,
    eps: Positive = 0.5,
    trials: int,
    rng: Generator,
) -> DigitRates:
    """Train a network of three hidden layers on digits by cross-entropy; coding rates of pixels and last hidden layer.

    per_class: images of each digit, centred; width: of the hidden layers, the last one tanh, the others ReLU; steps,
    lr: of Adam in float32, full batch, falling along a cosine. Every class has mean squared length 1 before its rate is
    taken. Returns `DigitRates`.

    >>> from sims.arrays import strict_rng
    >>> digit_rates(3, 12, 2, trials=1, rng=strict_rng(0)).end.shape
    (1,)
    """
    xp = namespace(rng)
    data = images.sorted_digits(per_class)
    pixels = arrays.asarray(rng, data.images)
    x = xp.astype(pixels, xp.float32)
    targets = xp.astype(one_hot(arrays.asarray(rng, data.labels), 10), xp.float32)
    net = initialise(rng, trials, (64, width, width, width, 10), dtype="float32", activation=("relu", "relu", "tanh"))

    def reduction(net: Net) -> Array:
        return _reduction(xp.astype(forward(net, x)[-2], xp.float64), per_class, eps)

    start = reduction(net)
    for _ in train(net, x, targets, loss="cross_entropy", steps=steps, lr=lr, optimiser=Adam(net), schedule="cosine"):
        pass
    right = xp.astype(accuracy(forward(net, x)[-1], targets), xp.float64)
    return DigitRates(xp.zeros_like(start) + _reduction(pixels, per_class, eps), start, reduction(net), right)
