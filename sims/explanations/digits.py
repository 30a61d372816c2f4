"""Digits explained by few parts: a linear classifier, and what it says of the parts that count most for it."""

from __future__ import annotations

import functools
from typing import Literal, NamedTuple

from sims import arrays, digits
from sims.arrays import Array, Generator, Whole, kernel, namespace
from sims.explanations.edges import parted
from sims.optimize import lbfgs
from sims.transforms import Haar, haar2d, inverse_haar2d

Parts = Literal["pixels", "coefficients"]


class Explained(NamedTuple):
    """Probability of the decision that is retained, whether it is still the decision, share of equal neighbours that
    become an edge of a grey level or more, each (trials,)."""

    retained: Array
    decided: Array
    new_edges: Array


class Classifier(NamedTuple):
    """Weights (10, 64) and biases (10,), on the host."""

    W: Array
    b: Array


@functools.cache
def classifier() -> Classifier:
    """Return a softmax classifier of all digits with weight decay, on the host: training stops after 80 steps."""
    data = digits.load()
    xp, x = namespace(data.images), data.images - 0.5
    labels = arrays.eye(x, 10)[data.labels]

    def objective(points: Array) -> tuple[Array, Array]:
        theta = xp.reshape(points[0, :], (10, 65))
        logits = x @ theta[:, :64].mT + theta[:, 64]
        logits = logits - xp.max(logits, axis=-1, keepdims=True)
        weight = xp.exp(logits)
        total = xp.sum(weight, axis=-1, keepdims=True)
        off = (weight / total - labels) / len(x)
        value = -xp.sum(labels * (logits - xp.log(total))) / len(x) + 0.005 * xp.sum(theta[:, :64] ** 2)
        slope = xp.concat([off.mT @ x + 0.01 * theta[:, :64], xp.sum(off, axis=0)[:, None]], axis=1)
        return value[None], xp.reshape(slope, (1, -1))

    theta = xp.reshape(lbfgs(objective, arrays.zeros(x, (1, 650)), 80).point[0, :], (10, 65))
    W, b = theta[:, :64], theta[:, 64] - 0.5 * xp.sum(theta[:, :64], axis=1)
    return Classifier(W, b)


def _flat(x: Array) -> Array:
    """All Haar coefficients of images (..., 8, 8) in a row, (..., 64)."""
    details, average = haar2d(x)
    xp = namespace(x)
    return xp.concat([xp.reshape(part, (*x.shape[:-2], -1)) for part in (*details, average)], axis=-1)


def _unflat(row: Array) -> Array:
    xp, lead = namespace(row), row.shape[:-1]
    details, start = [], 0
    for side in (4, 2, 1):
        details.append(xp.reshape(row[..., start : start + 3 * side * side], (*lead, 3, side, side)))
        start += 3 * side * side
    return inverse_haar2d(Haar(tuple(details), xp.reshape(row[..., start:], (*lead, 1, 1))))


def _softmax(x: Array) -> Array:
    xp = namespace(x)
    weight = xp.exp(x - xp.max(x, axis=-1, keepdims=True))
    return weight / xp.sum(weight, axis=-1, keepdims=True)


@kernel(floats=lambda **_: 20 * 64)
def kept_digits(k: Whole, parts: Parts, *, trials: int, rng: Generator) -> Explained:
    """Keep of a random digit the k parts that count most for its class, pixels or Haar coefficients; drop the others.

    What a part counts is the size of its term in the class's logit less the mean logit. k: from 0 to 64. Returns fields
    retained (probability of the class, after over before), decided (1.0 if the class is still the most probable),
    new_edges, each (trials,).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(kept_digits(64, "pixels", trials=2, rng=strict_rng(0)).retained)
    array([1., 1.])
    """
    pool, model = digits.load().images, classifier()
    index = rng.integers(0, len(pool), size=(trials,))
    x = namespace(index).take(arrays.asarray(rng, pool), index, axis=0)
    xp, W, b = namespace(x), arrays.asarray(rng, model.W), arrays.asarray(rng, model.b)
    before = _softmax(x @ W.mT + b)
    chosen = xp.argmax(before, axis=-1, keepdims=True)
    weight = xp.take(W, chosen[:, 0], axis=0) - xp.mean(W, axis=0)
    image, weight = (xp.reshape(v, (trials, 8, 8)) for v in (x, weight))
    if parts == "coefficients":
        row = _flat(image)
        masked = _unflat(row * arrays.top_k_mask(xp.abs(row * _flat(weight)), k))
    else:
        masked = xp.reshape(x * arrays.top_k_mask(xp.abs(x * xp.reshape(weight, x.shape)), k), image.shape)
    after = _softmax(xp.reshape(masked, x.shape) @ W.mT + b)
    kept = xp.take_along_axis(after, chosen, axis=-1) / xp.take_along_axis(before, chosen, axis=-1)
    same = xp.astype(xp.argmax(after, axis=-1) == chosen[:, 0], xp.float64)
    return Explained(kept[:, 0], same, parted(image, masked, 1 / 16 - 1e-9))
