"""The mean of a sample, taken out so that nothing else is lost: an orthogonal rotation in which it is one row."""

from __future__ import annotations

from sims.arrays import Array, arange, namespace


def rotation(source: Array, n: int) -> Array:
    """Return the n - 1 rows of the Helmert matrix that are orthonormal and orthogonal to (1, ..., 1), beside `source`.

    Row k is (1, ..., 1, -k, 0, ..., 0)/sqrt(k (k + 1)) with k ones. Independent rows of equal law stay so.

    >>> import numpy as np
    >>> rotation(np.zeros(1), 3).round(3)
    array([[ 0.707, -0.707,  0.   ],
           [ 0.408,  0.408, -0.816]])
    """
    xp = namespace(source)
    k = xp.astype(arange(source, n - 1) + 1, xp.float64)[:, None]
    j = xp.astype(arange(source, n), xp.float64)[None, :]
    ones = xp.astype(j < k, xp.float64)
    return (ones - k * xp.astype(j == k, xp.float64)) / xp.sqrt(k * (k + 1))
