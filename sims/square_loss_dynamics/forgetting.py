"""The part of the first layer that no training input reaches, along SGD with weight decay."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, Whole, kernel
from sims.dense_nets import initialise, one_hot, train
from sims.square_loss_dynamics.balance import Data, problem
from sims.subspaces import orthonormal


class NullSpace(NamedTuple):
    """(trials,): ratio, by which the part outside the inputs' span has shrunk; turned, what of it is not the start
    times that ratio, relative; inside, the norm of the part inside the span over that at the start."""

    ratio: Array
    turned: Array
    inside: Array


@kernel(floats=lambda widths, n, **_: 6 * sum(widths) ** 2 + 4 * n * sum(widths), block=4)
def null_space_factor(
    mu: Positive,
    lam: NonNegative,
    t: Whole,
    *,
    widths: tuple[int, ...],
    n: int,
    B: int,
    loss: Literal["mse", "cross_entropy"] = "mse",
    data: Data = "gaussian",
    trials: int,
    rng: Generator,
) -> NullSpace:
    """Train a ReLU net without biases on n < widths[0] inputs by t steps of SGD, batches of B without replacement.

    Returns `NullSpace`. Digits: all that have fewer dimensions than pixels, whatever n.

    >>> from sims.arrays import strict_rng, to_host
    >>> found = null_space_factor(0.1, 0.5, 2, widths=(4, 3, 1), n=2, B=1, trials=1, rng=strict_rng(0))
    >>> to_host(found.ratio).round(6)
    array([0.81])
    """
    if n >= widths[0]:
        raise ValueError(f"n = {n!r}: must be an integer from 1 to widths[0] - 1 = {widths[0] - 1}")
    x, y = problem(rng, trials, widths, n, data)
    if loss == "cross_entropy" and data == "gaussian":
        y = one_hot(arrays.namespace(y).argmax(y, axis=-1), widths[-1])
    net = initialise(rng, trials, widths, biases=False)
    span = orthonormal(x.mT)
    first = net.weights[0] + 0.0
    for _ in train(net, x, y, loss=loss, steps=t, lr=2 * mu, weight_decay=lam, batch=B, rng=rng):
        pass
    (inside0, outside0), (inside, outside) = _parts(first, span), _parts(net.weights[0], span)
    xp = arrays.namespace(outside)
    size = xp.sum(outside0 * outside0, axis=(-2, -1))
    ratio = xp.sum(outside0 * outside, axis=(-2, -1)) / size
    turned = xp.sum((outside - ratio[:, None, None] * outside0) ** 2, axis=(-2, -1)) / size
    grown = xp.sum(inside * inside, axis=(-2, -1)) / xp.sum(inside0 * inside0, axis=(-2, -1))
    return NullSpace(ratio, xp.sqrt(turned), xp.sqrt(grown))


def _parts(w: Array, span: Array) -> tuple[Array, Array]:
    """The parts of w (T, d, h) inside and outside the span (T or 1, d, n) of the inputs; twice, to rounding."""
    outside = w
    for _ in range(2):
        outside = outside - span @ (span.mT @ outside)
    return w - outside, outside
