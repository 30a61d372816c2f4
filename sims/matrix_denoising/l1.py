"""Sparse vectors from few Gaussian measurements: the descent cone's dimension, and recovery by linear programmes."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, kernel, less_equal, namespace, where_valid
from sims.arrays.domain import In
from sims.interior_point import basis_pursuit

Inside = Annotated[float, In(0.0, 1.0, open_low=True)]
CERTIFIED, CLOSE = 1e-6, 1e-4
"""A programme is solved to this relative gap; a solution this close to x, relative to its size, is x."""


class Recovery(NamedTuple):
    """Whether x was found from few and from more measurements (1 or 0, NaN where the programme failed), and not."""

    recovered_below: Array
    missed_below: Array
    recovered_above: Array
    missed_above: Array


def non_zeros(fraction: float, n: int) -> int:
    """fraction n, rounded, at least 1."""
    return min(n, max(1, round(fraction * n)))


@kernel(floats=lambda n, **_: 6 * n)
def l1_transition(fraction: Inside, *, n: int, trials: int, rng: Generator) -> Array:
    r"""Squared distance of Gaussian vectors to the cone of l1 subgradients at a sparse vector, over n.

    Its mean is the statistical dimension of the descent cone, over n. The distance is the minimum over $\tau \ge 0$ of
    $\sum_S (g_i-\tau)^2 + \sum_{S^c} (|g_i|-\tau)_+^2$: the best tau is the largest running mean, of the entries on the
    support first and then of the others by size.

    fraction: share of non-zeros, in (0, 1]; n: dimension. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> l1_transition(0.1, n=20, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    k = non_zeros(fraction, n)
    g = rng.standard_normal(size=(trials, n))
    xp = namespace(g)
    inside, outside = g[:, :k], xp.sort(xp.abs(g[:, k:]), axis=-1, descending=True)
    total = xp.sum(inside, axis=-1, keepdims=True)
    sums = xp.concat([total, total + xp.cumulative_sum(outside, axis=-1)], axis=-1)
    counts = k + xp.astype(arrays.arange(g, n - k + 1), g.dtype)
    tau = xp.clip(xp.max(sums / counts, axis=-1, keepdims=True), 0.0)
    rest = xp.clip(outside - tau, 0.0)
    return (xp.sum((inside - tau) ** 2, axis=-1) + xp.sum(rest * rest, axis=-1)) / n


@kernel(floats=lambda n, above, **_: 8 * above * n * n, block=100, seconds=lambda n, **_: 2e-7 * n * n)
def l1_recovery(fraction: Inside, below: Inside, above: Inside, *, n: int, trials: int, rng: Generator) -> Recovery:
    """Recover a vector with Gaussian non-zeros by least l1 norm, from below n and from above n measurements.

    The smaller set of measurements is part of the larger. fraction: share of non-zeros; below, above: measurements
    over n, rounded, below < above <= 1. Returns fields recovered_below, missed_below, recovered_above, missed_above.

    >>> from sims.arrays import strict_rng
    >>> l1_recovery(0.1, 0.2, 0.8, n=20, trials=3, rng=strict_rng(0)).recovered_above.shape
    (3,)
    """
    k, few, more = non_zeros(fraction, n), max(1, round(below * n)), round(above * n)
    if few >= more:
        raise ValueError(f"below = {below!r}: must be less than above = {above!r} by a measurement or more")
    x = rng.standard_normal(size=(trials, n))
    measured = rng.standard_normal(size=(trials, more, n))
    xp = namespace(x)
    x = x * xp.astype(arrays.arange(x, n) < k, x.dtype)
    y = (measured @ x[..., None])[..., 0]
    low, high = (found(measured[:, :m, :], y[:, :m], x) for m in (few, more))
    return Recovery(low, 1 - low, high, 1 - high)


def found(measured: Array, y: Array, x: Array) -> Array:
    """1.0 where the least l1 norm with these measurements (T, m, n) is that of x and at x, 0.0 else; NaN: no answer."""
    xp = namespace(x)
    w, gap = basis_pursuit(measured, y)
    miss = xp.max(xp.abs(w - x), axis=-1) / xp.max(xp.abs(x), axis=-1)
    return where_valid(gap <= CERTIFIED, less_equal(miss, CLOSE))
