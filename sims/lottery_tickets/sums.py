"""Sorted subset sums of stacks of items, and how many of them lie in windows that move with every sign pattern.

Symmetric items have signs independent of their sizes. With signs sigma the subset sums of sigma|X| are those of |X|,
shifted down by the sum of the sizes with a minus: again one of the 2^n subset sums t of |X|, each as probable as
another. So z is hit by sigma|X| where t + z is near a subset sum of |X|, and a mean over all t integrates the signs.
"""

from __future__ import annotations

from typing import Literal

from sims import arrays
from sims.arrays import Array, Generator

Dist = Literal["uniform", "normal", "product"]
EX2 = {"uniform": 1 / 3, "normal": 1.0, "product": 1 / 9}
"""E X^2 of an item: uniform on [-1, 1], standard normal, product of two uniform ones."""


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

    The rows stand one behind the other on one line, far enough apart, so that one search serves them all.
    """

    def __init__(self, x: Array, reach: float) -> None:
        """x: (trials, n), sizes >= 0; reach: how far beyond a row's sums numbers will be asked for."""
        xp = arrays.namespace(x)
        self.sums = xp.sort(subset_sums(x), axis=-1)
        span = float(xp.max(self.sums)) + 2 * reach + 1.0
        self._shift = span * xp.astype(arrays.arange(x, x.shape[0]), x.dtype)[:, None]
        self._line = xp.reshape(self.sums + self._shift, (-1,))

    def below(self, shift: float, inclusive: bool = False) -> Array:
        """How many numbers of the line (all rows before included) are less than, or at most, each sum + shift."""
        xp = arrays.namespace(self.sums)
        asked = xp.reshape(self.sums + self._shift + shift, (-1,))
        found = xp.searchsorted(self._line, asked, side="right" if inclusive else "left")
        return xp.reshape(found, self.sums.shape)

    def at(self, places: Array) -> Array:
        """The numbers at places of the line, as sums of the row in which they are asked for."""
        xp = arrays.namespace(self.sums)
        return xp.reshape(xp.take(self._line, xp.reshape(places, (-1,))), places.shape) - self._shift


def counts(x: Array, z: float, eps: float) -> Array:
    """How many subset sums lie within eps of z, for each of the 2^n sign patterns of sizes x: (trials, 2^n)."""
    windows = Windows(x, abs(z) + eps)
    found = windows.below(z + eps, inclusive=True) - windows.below(z - eps)
    return arrays.namespace(x).astype(found, x.dtype)


def hit_share(x: Array, z: float, eps: float) -> Array:
    """The share of sign patterns of sizes x for which some subset sum is within eps of z: (trials,).

    It is that of -z, all signs exchanged; so asked, the line does not end before the number asked for.
    """
    xp = arrays.namespace(x)
    windows = Windows(x, abs(z) + eps)
    nearest = windows.at(windows.below(-abs(z) - eps))
    return xp.mean(xp.astype(nearest <= windows.sums - abs(z) + eps, x.dtype), axis=-1)


def cover_share(x: Array, L: float, eps: float) -> Array:
    """The share of sign patterns for which every z in [-L/2, L/2] is within eps of a subset sum: (trials,).

    So it is where the first sum above -L/2 - eps and the last below L/2 + eps reach the ends, and no gap between
    them exceeds 2 eps.
    """
    xp = arrays.namespace(x)
    windows = Windows(x, L / 2 + eps)
    sums = windows.sums
    first = windows.below(-L / 2 - eps)
    last = windows.below(L / 2 + eps, inclusive=True) - 1
    wide = xp.astype(sums[:, 1:] - sums[:, :-1] > 2 * eps, xp.int64)
    before = xp.concat([xp.zeros_like(wide[:, :1]), xp.cumulative_sum(wide, axis=-1)], axis=-1)
    passed = xp.reshape(before, (-1,))
    gaps = xp.take(passed, xp.reshape(last, (-1,))) - xp.take(passed, xp.reshape(first, (-1,)))
    ends = (windows.at(first) <= sums - L / 2 + eps) & (windows.at(last) >= sums + L / 2 - eps)
    return xp.mean(xp.astype(ends & (xp.reshape(gaps, ends.shape) == 0), x.dtype), axis=-1)
