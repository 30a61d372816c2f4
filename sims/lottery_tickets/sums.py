"""Sorted subset sums of stacks of items, and how many of them lie in windows that move with every sign pattern.

Symmetric items have signs independent of their sizes. With signs sigma the subset sums of sigma|X| are those of |X|,
shifted down by the sum of the sizes with a minus: again one of the 2^n subset sums t of |X|, each as probable as
another. So z is hit by sigma|X| where t + z is near a subset sum of |X|, and a mean over all t integrates the signs; of
more than 1024 of them over every so many-th in their order, from a random first one on.
"""

from __future__ import annotations

from typing import Literal

from sims import arrays
from sims.arrays import Array, Generator

Dist = Literal["uniform", "normal", "product"]
EX2 = {"uniform": 1 / 3, "normal": 1.0, "product": 1 / 9}
"""E X^2 of an item: uniform on [-1, 1], standard normal, product of two uniform ones."""

STARTS = 1024
"""Sign patterns at most over which a trial averages."""


def sizes(rng: Generator, shape: tuple[int, ...], dist: Dist, ex2: float | None = None) -> Array:
    """Sizes |X| of items of a law, scaled to E X^2 = ex2 (None: the law's own)."""
    if dist == "normal":
        x = abs(rng.standard_normal(size=shape))
    elif dist == "product":
        x = rng.random(size=shape) * rng.random(size=shape)
    else:
        x = rng.random(size=shape)
    return x if ex2 is None else x * (ex2 / EX2[dist]) ** 0.5


def subset_sums(x: Array) -> Array:
    """All 2^n subset sums of items (..., n), unsorted; subset j holds item i where bit i of j is one.

    >>> import numpy as np
    >>> subset_sums(np.asarray([[1.0, 2.0, 4.0]]))
    array([[0., 1., 2., 3., 4., 5., 6., 7.]])
    """
    xp = arrays.namespace(x)
    sums = xp.zeros_like(x[..., :1]) if x.shape[-1] else xp.zeros((*x.shape[:-1], 1), dtype=x.dtype)
    for i in range(x.shape[-1]):
        sums = xp.concat([sums, sums + x[..., i : i + 1]], axis=-1)
    return sums


class Windows:
    """Sorted sums of a stack of sizes; positions in it of other numbers, the whole stack at once.

    The rows stand one behind the other on one line, far enough apart, so that one search serves them all. `starts`:
    the sums (trials, m) from which the windows of m sign patterns are counted.
    """

    def __init__(self, x: Array, reach: float, rng: Generator) -> None:
        """x: (trials, n), sizes >= 0; reach: how far beyond a row's sums numbers will be asked for."""
        xp = arrays.namespace(x)
        self.sums = xp.sort(subset_sums(x), axis=-1)
        trials, number = self.sums.shape
        span = xp.max(self.sums) + (2 * reach + 1.0)
        rows = arrays.arange(x, trials)[:, None]
        self._shift = span * xp.astype(rows, x.dtype)
        self._line = xp.reshape(self.sums + self._shift, (-1,))
        stride = max(1, number // STARTS)
        first = xp.astype(stride * rng.random(size=(trials, 1)), rows.dtype)
        self.starts = self.at(number * rows + first + stride * arrays.arange(x, number // stride))

    def below(self, shift: float, inclusive: bool = False) -> Array:
        """How many numbers of the line (all rows before included) are less than, or at most, each start + shift."""
        xp = arrays.namespace(self.sums)
        asked = xp.reshape(self.starts + self._shift + shift, (-1,))
        found = xp.searchsorted(self._line, asked, side="right" if inclusive else "left")
        return xp.reshape(found, self.starts.shape)

    def at(self, places: Array) -> Array:
        """The numbers at places (trials, m) of the line, as sums of the row in which they are asked for."""
        return _taken(self._line, places) - self._shift


def _taken(values: Array, places: Array) -> Array:
    xp = arrays.namespace(values)
    return xp.reshape(xp.take(values, xp.reshape(places, (-1,))), places.shape)


def counts(x: Array, z: float, eps: float, rng: Generator) -> Array:
    """How many subset sums lie within eps of z, for sign patterns of sizes x: (trials, 2^n), or (trials, 1024)."""
    windows = Windows(x, abs(z) + eps, rng)
    found = windows.below(z + eps, inclusive=True) - windows.below(z - eps)
    return arrays.namespace(x).astype(found, x.dtype)


def hit_share(x: Array, z: float, eps: float, rng: Generator) -> Array:
    """The share of sign patterns of sizes x for which some subset sum is within eps of z: (trials,).

    It is that of -z, all signs exchanged; so asked, the line does not end before the number asked for.
    """
    xp = arrays.namespace(x)
    windows = Windows(x, abs(z) + eps, rng)
    nearest = windows.at(windows.below(-abs(z) - eps))
    return xp.mean(xp.astype(nearest <= windows.starts - abs(z) + eps, x.dtype), axis=-1)


def cover_share(x: Array, L: float, eps: float, rng: Generator) -> Array:
    """The share of sign patterns for which every z in [-L/2, L/2] is within eps of a subset sum: (trials,).

    So it is where the first sum above -L/2 - eps and the last below L/2 + eps reach the ends, and no gap between
    them exceeds 2 eps.
    """
    xp = arrays.namespace(x)
    windows = Windows(x, L / 2 + eps, rng)
    first = windows.below(-L / 2 - eps)
    last = windows.below(L / 2 + eps, inclusive=True) - 1
    ends = (windows.at(first) <= windows.starts - L / 2 + eps) & (windows.at(last) >= windows.starts + L / 2 - eps)
    wide = xp.astype(windows.sums[:, 1:] - windows.sums[:, :-1] > 2 * eps, xp.int64)
    before = xp.concat([xp.zeros_like(wide[:, :1]), xp.cumulative_sum(wide, axis=-1)], axis=-1)
    passed = xp.reshape(before, (-1,))
    gaps = _taken(passed, last) - _taken(passed, first)
    return xp.mean(xp.astype(ends & (gaps == 0), x.dtype), axis=-1)


def reached(x: Array, z: float, eps: float) -> Array:
    """1.0 where a subset of the items x (trials, n), signs and all, sums to within eps of z, else 0.0: (trials,).

    Half of the items at a time: for each sum of the first half the nearest of the second is looked up.
    """
    xp = arrays.namespace(x)
    half = x.shape[-1] // 2
    first, second = subset_sums(x[:, :half]), xp.sort(subset_sums(x[:, half:]), axis=-1)
    farthest = xp.max(xp.sum(xp.abs(x), axis=-1))
    # So far apart that no row's numbers are within reach of another's.
    span = 2 * farthest + (abs(z) + 2 * eps + 1.0)
    shift = span * xp.astype(arrays.arange(x, x.shape[0])[:, None], x.dtype)
    line = xp.concat([xp.reshape(second + shift, (-1,)), xp.reshape(span * (x.shape[0] + 1), (1,))])
    missing = z - first + shift
    nearest = _taken(line, xp.reshape(xp.searchsorted(line, xp.reshape(missing - eps, (-1,))), missing.shape))
    return xp.astype(xp.any(nearest <= missing + eps, axis=-1), x.dtype)
