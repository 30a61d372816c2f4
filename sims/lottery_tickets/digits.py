"""A classifier of digits found by pruning alone: each weight a subset of random ones."""

from __future__ import annotations

import functools
from typing import NamedTuple

from sims import arrays, dense_nets, digits
from sims.arrays import Array, Generator, Positive, kernel
from sims.lottery_tickets.sums import subset_sums

RIDGE = 10.0


class Ticket(NamedTuple):
    """Share of weights above eps that a subset reaches; accuracy with the nearest subset sums for weights, with the
    nearest single items (or none), and with the weights themselves; each (trials,)."""

    hit: Array
    subsets: Array
    single: Array
    trained: Array


@functools.cache
def digits_classifier() -> Array:
    """Ridge weights (64, 10) of one-hot labels on all digits, over the largest: a linear classifier. On the host.

    >>> digits_classifier().shape
    (64, 10)
    """
    images, labels = digits.load()
    xp = arrays.namespace(images)
    targets = dense_nets.one_hot(labels, 10)
    gram = images.T @ images + RIDGE * xp.eye(64)
    weights = arrays.spd_solve(gram, images.T @ targets)
    return weights / float(xp.max(xp.abs(weights)))


def digits_targets(eps: float) -> Array:
    """The classifier's weights that are larger than eps, in a row.

    >>> bool((abs(digits_targets(0.1)) > 0.1).all())
    True
    """
    weights = digits_classifier()
    return weights[abs(weights) > eps]


def digits_accuracy(weights: Array) -> Array:
    """Share of all digits that weights (trials, 64, 10) classify: (trials,).

    >>> bool(0.94 < digits_accuracy(digits_classifier()[None])[0] < 0.95)
    True
    """
    images = arrays.asarray(weights, digits.load().images)
    labels = arrays.asarray(weights, digits.load().labels)
    xp = arrays.namespace(weights)
    found = xp.argmax(images @ weights, axis=-1)
    return xp.mean(xp.astype(found == labels, weights.dtype), axis=-1)


@kernel(floats=lambda n, **_: 640 * 6 * 2**n + 40_000, block=4)
def digits_ticket(n: int, eps: Positive, *, trials: int, rng: Generator) -> Ticket:
    """Prune n items, uniform on [-1, 1], for each of the 640 weights of `digits_classifier`.

    n: items a weight; eps: the accuracy asked for `hit`. Returns `Ticket`.

    >>> from sims.arrays import strict_rng
    >>> digits_ticket(2, 0.1, trials=2, rng=strict_rng(0)).hit.shape
    (2,)
    """
    x = 2 * rng.random(size=(trials, 640, n)) - 1
    xp = arrays.namespace(x)
    targets = arrays.asarray(x, digits_classifier().reshape(-1))[None, :]
    sums = _nearest(subset_sums(x), targets)
    alone = _nearest(xp.concat([xp.zeros_like(x[..., :1]), x], axis=-1), targets)
    large = xp.astype(xp.abs(targets) > eps, x.dtype)
    near = large * xp.astype(xp.abs(sums - targets) <= eps, x.dtype)
    hit = xp.sum(near, axis=-1) / xp.sum(large)
    own = targets + xp.zeros_like(sums)
    accuracy = [digits_accuracy(xp.reshape(values, (trials, 64, 10))) for values in (sums, alone, own)]
    return Ticket(hit, *accuracy)


def _nearest(values: Array, targets: Array) -> Array:
    """Of the last axis the value nearest to each target."""
    xp = arrays.namespace(values)
    above = values - targets[..., None]
    low = xp.max(xp.where(above <= 0, above, -xp.inf), axis=-1)
    high = xp.min(xp.where(above >= 0, above, xp.inf), axis=-1)
    return targets + xp.where(high < -low, high, low)
