"""A real network on real digits: how many directions its gradients have along a training run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays, images
from sims.arrays import Array, Generator, NonNegative, Positive, kernel, namespace
from sims.dense_nets import Net, accuracy, forward, gradient, initialise, one_hot, train
from sims.low_rank_gradients.trajectory import spectrum


class DigitsGradients(NamedTuple):
    """At each step looked at, (trials, times): stable ranks of both layers' gradients, loss, share classified."""

    hidden: Array
    last: Array
    loss: Array
    accuracy: Array


@kernel(floats=lambda per_class=30, width=128, **_: 8 * 10 * per_class * width, block=2)
def digits_gradients(
    at: Sequence[int],
    weight_decay: NonNegative,
    *,
    per_class: int = 30,
    width: int = 128,
    lr: Positive = 0.5,
    trials: int,
    rng: Generator,
) -> DigitsGradients:
    """Train a 64-width-10 relu network on digits by full-batch descent, and take the stable ranks of its gradients.

    at: numbers of steps, ascending; weight_decay: of the training; the gradients are those of the cross-entropy alone.
    per_class: images of each digit, centred. Returns fields hidden, last, loss, accuracy.

    >>> from sims.arrays import strict_rng
    >>> digits_gradients((0, 2), 0.0, per_class=2, width=5, trials=1, rng=strict_rng(0)).hidden.shape
    (1, 2)
    """
    data = images.sorted_digits(per_class)
    x, y = arrays.asarray(rng, data.images), one_hot(arrays.asarray(rng, data.labels), 10)
    net = initialise(rng, trials, (64, width, 10))
    run = train(net, x, y, loss="cross_entropy", steps=max(at), lr=lr, weight_decay=weight_decay)
    xp, found, now = namespace(x), [], 0
    for stop in at:
        while now < stop:
            now, _ = next(run)
        found.append(_look(net, x, y))
    return DigitsGradients(*(xp.stack(list(rows), axis=1) for rows in zip(*found, strict=True)))


def _look(net: Net, x: Array, y: Array) -> tuple[Array, Array, Array, Array]:
    loss, slopes = gradient(net, x, y, "cross_entropy")
    ranks = [spectrum(G)[1] for G in slopes.weights]
    return ranks[0], ranks[1], loss, accuracy(forward(net, x)[-1], y)
