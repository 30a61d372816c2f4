"""SGD near a minimum, linearised: all batches enumerated, or drawn."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Literal, NamedTuple

from sims import arrays, instances
from sims.arrays import Array, Generator, NonNegative, kernel
from sims.masks import batch_mask
from sims.sections import transition
from sims.stacks import squared_norm

_MOST_BATCHES = 20_000


class Threshold(NamedTuple):
    """The step, and the distance from 1 of the largest growth rate there; each (trials,)."""

    step: Array
    gap: Array


def generic_gradients(n: int, d: int, *, instance: int = 0) -> Array:
    """Return n gradients with independent normal entries, whose sizes differ: rows of (n, d), by number.

    >>> generic_gradients(3, 2).shape
    (3, 2)
    """
    rng = instances.generator("generic_gradients", instance)
    return rng.standard_normal((n, d)) * (0.5 + rng.random((n, 1)))


def orthogonal_gradients(n: int, size: float) -> Array:
    """Return n orthogonal gradients of one size: rows of (n, n).

    >>> orthogonal_gradients(2, 3.0)
    array([[3., 0.],
           [0., 3.]])
    """
    return arrays.host_array([[size * (i == j) for j in range(n)] for i in range(n)])


def _batches(n: int, B: int, replacement: bool) -> Iterator[tuple[int, ...]]:
    if not replacement and n < B:
        raise ValueError(f"B = {B!r}: must be an integer from 1 to n = {n} unless replacement is True")
    return itertools.product(range(n), repeat=B) if replacement else itertools.combinations(range(n), B)


def _counts(n: int, B: int, replacement: bool) -> list[list[float]]:
    """How often each sample is in each batch, all batches equally likely."""
    found = []
    for batch in _batches(n, B, replacement):
        found.append([float(batch.count(i)) for i in range(n)])
        if len(found) > _MOST_BATCHES:
            raise ValueError(f"B = {B!r}: must leave at most {_MOST_BATCHES} batches, they are enumerated")
    return found


def _moments(G: Array, B: int, replacement: bool) -> tuple[Array, Array]:
    """Means over batches of A (d, d) and A kron A (d, d, d, d), A = sum_batch g g'/B."""
    xp, n = arrays.namespace(G), G.shape[0]
    counts = arrays.asarray(G, _counts(n, B, replacement))
    A = (G.mT * counts[:, None, :]) @ G / B
    pairs = xp.reshape(A, (A.shape[0], -1))
    square = xp.reshape(pairs.mT @ pairs / A.shape[0], (G.shape[1],) * 4)  # [a, b, c, e]: A_ab A_ce
    return xp.mean(A, axis=0), xp.permute_dims(square, (0, 2, 1, 3))


def _operator(first: Array, second: Array, eta: Array) -> Array:
    """E (1 - eta A) kron (1 - eta A), (steps, d^2, d^2), at steps eta (steps,)."""
    xp, d = arrays.namespace(first), first.shape[0]
    one = arrays.eye(first, d)
    alone = one[:, None, :, None] * one[None, :, None, :]
    single = first[:, None, :, None] * one[None, :, None, :] + one[:, None, :, None] * first[None, :, None, :]
    eta = eta[:, None, None]
    parts = [xp.reshape(part, (1, d * d, d * d)) for part in (alone, single, second)]
    return parts[0] - eta * parts[1] + eta * eta * parts[2]


@kernel(floats=lambda G, **_: 4 * G.shape[1] ** 4, block=1)
def second_moment_operator(
    G: Array, B: int, eta: NonNegative, replacement: bool = False, *, trials: int, rng: Generator
) -> Array:
    """The mean over all batches of A kron A, A = 1 - (eta/B) sum_batch g g': (trials, d^2, d^2); all trials are equal.

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(second_moment_operator(generic_gradients(3, 1), 3, 0.0, trials=1, rng=strict_rng(0)))
    array([[[1.]]])
    """
    first, second = _moments(arrays.asarray(rng, G), B, replacement)
    return _operator(first, second, arrays.asarray(rng, [float(eta)])) + arrays.zeros(rng, (trials, 1, 1))


@kernel(floats=lambda G, **_: 30 * min(G.shape) ** 4, block=1)
def sgd_threshold(
    G: Array,
    B: int,
    replacement: bool = False,
    *,
    loss: Literal["halved", "unhalved"] = "halved",
    trials: int,
    rng: Generator,
) -> Threshold:
    """Find the step at which second moments begin to grow: the growth rate of all batches enumerated, by sections.

    G: (n, d) of full rank, min(n, d) <= 8. loss: whether a batch's squared error is halved, as in the rest of this
    topic, or not, which doubles each gradient. Returns `Threshold`; all trials are equal.

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(sgd_threshold(orthogonal_gradients(3, 1.0), 1, trials=1, rng=strict_rng(0)).step).round(9)
    array([2.])
    """
    rows = arrays.asarray(rng, G)
    if rows.shape[0] < rows.shape[1]:  # the directions that the rows span, as coordinates
        rows = arrays.cholesky(rows @ rows.mT)
    xp = arrays.namespace(rows)
    first, second = _moments(rows, B, replacement)
    if loss == "unhalved":
        first, second = 2 * first, 4 * second
    flat = 2 / arrays.eigvalsh(first)[-1]  # the step of full batches: no batch allows more

    def rate(steps: Array) -> Array:
        return arrays.eigvalsh(_operator(first, second, steps))[..., -1]

    def grows(ratios: Array) -> tuple[Array, Array]:
        return rate(flat * ratios) > 1, 0.0 * ratios

    found = flat * transition(grows, rng, 1, (1e-3, 1.5), 18, rising=True).value
    spread = arrays.zeros(rng, (trials,))
    return Threshold(found + spread, xp.abs(rate(found) - 1) + spread)


@kernel(floats=lambda G, v0, **_: 8 * (G.shape[0] + len(v0)))
def mean_square_distance(
    G: Array,
    B: int,
    eta: NonNegative,
    v0: Array,
    steps: int,
    replacement: bool = False,
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """Draw batches and follow v <- v - (eta/B) sum_batch g g'v from v0: |v_t|^2 for t = 1, ..., steps, (trials, steps).

    >>> from sims.arrays import strict_rng
    >>> mean_square_distance(generic_gradients(5, 2), 2, 0.1, v0=(1.0, 0.0), steps=3, trials=4, rng=strict_rng(0)).shape
    (4, 3)
    """
    rows, n = arrays.asarray(rng, G), G.shape[0]
    xp = arrays.namespace(rows)
    v = arrays.asarray(rng, [float(one) for one in v0]) + arrays.zeros(rng, (trials, 1))
    path = []
    for _ in range(steps):
        if replacement:
            drawn = xp.floor(rng.random(size=(trials, B)) * n)
            places = xp.astype(arrays.arange(rng, n), xp.float64)
            batch = xp.sum(xp.astype(drawn[..., None] == places, xp.float64), axis=1)
        else:
            batch = batch_mask(rng, trials, n, B)
        v = v - (eta / B) * ((batch * (v @ rows.mT)) @ rows)
        path.append(squared_norm(v[:, None, :]))
    return xp.stack(path, axis=-1)
