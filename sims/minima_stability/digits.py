"""A network on handwritten digits, trained with several steps: how curved its loss is at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays, instances
from sims.arrays import Array, Generator, Whole, kernel
from sims.dense_nets import GradientDescent, copy, gradient, initialise
from sims.digits import load, scaled_images
from sims.minima_stability.nets import sharpness


class DigitsSharpness(NamedTuple):
    """(trials, steps): eta lambda_max/2 at the start and at the end, and the loss at the end."""

    start: Array
    end: Array
    loss: Array


@kernel(floats=lambda etas, n=50, h=16, **_: 40 * len(etas) * n * (64 + h), block=1)
def digits_sharpness(
    etas: Sequence[float],
    *,
    n: int = 50,
    h: int = 16,
    steps: int = 2000,
    number: Whole = 0,
    trials: int,
    rng: Generator,
) -> DigitsSharpness:
    """Train a 64-h-1 tanh network to tell odd from even digits by descent from one start, with each of `etas`.

    n: every (1797 // n)-th image. lambda_max is that of G G'/n. Returns `DigitsSharpness`; all trials are equal.

    >>> from sims.arrays import strict_rng
    >>> digits_sharpness((0.1, 0.2), n=5, h=3, steps=2, trials=1, rng=strict_rng(0)).end.shape
    (1, 2)
    """
    rows = slice(0, n * (1797 // n), 1797 // n)
    x = arrays.asarray(rng, scaled_images()[rows])
    y = arrays.asarray(rng, 2.0 * (load().labels[rows, None] % 2) - 1.0)
    first = initialise(instances.generator("digits_sharpness", number), 1, (64, h, 1), gain=1.0, activation="tanh")
    lr = arrays.asarray(rng, [float(eta) for eta in etas])[:, None, None]
    spread = 0.0 * lr
    net = copy(first)._replace(
        weights=tuple(spread + arrays.asarray(rng, w) for w in first.weights),
        biases=tuple(spread + arrays.asarray(rng, b) for b in first.biases),
    )
    curved = [sharpness(net, x)]
    descent = GradientDescent(net)
    for _ in range(steps):
        descent.step(net, gradient(net, x, y)[1], lr)
    curved.append(sharpness(net, x))
    found = [lr[:, 0, 0] * value / 2 for value in curved]
    found.append(gradient(net, x, y)[0])
    return DigitsSharpness(*(one + arrays.zeros(rng, (trials, 1)) for one in found))
