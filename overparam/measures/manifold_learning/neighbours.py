"""The nearest neighbours of some rows among all, and the rows that are distinct."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

import numpy as np

from overparam.measures.input import Floats
from theory.domain import Integers

_BLOCK = 2**22  # numbers in a block of distances
_SPARE = 2  # candidates beyond those asked for: the search rounds, the distances that are kept do not
_WORK = 1e11  # products in a search: beyond it fewer rows are asked
_MOST, _FEWEST = 4096, 512


class Neighbours(NamedTuple):
    """Rows asked (q,), their nearest others, near (q, k), and the distances to these, ascending (q, k)."""

    rows: Integers
    near: Integers
    distance: Floats


def distinct(values: Floats) -> Floats:
    """The rows without repetitions, in the order given: a copy where there are any."""
    seen: dict[bytes, int] = {}
    for i, row in enumerate(values):
        seen.setdefault(hashlib.blake2b((row + 0.0).tobytes(), digest_size=16).digest(), i)
    return values if len(seen) == len(values) else values[list(seen.values())]


def asked(n: int, width: int) -> Integers:
    """Which rows are asked for their neighbours: all, or some evenly spread over many."""
    count = min(n, _MOST, max(_FEWEST, int(_WORK / (n * width))))
    return np.unique(np.linspace(0, n - 1, count).round().astype(np.int64))


def nearest(values: Floats, k: int) -> Neighbours:
    """The k nearest other rows of the rows asked; values are centred and of moderate size, n >= k + 1."""
    rows = asked(*values.shape)
    squares = np.einsum("ij,ij->i", values, values)
    count = min(k + _SPARE, len(values) - 1)
    index, distance = [], []
    step = max(1, _BLOCK // len(values))
    for start in range(0, rows.size, step):
        block = rows[start : start + step]
        apart = squares - 2 * values[block] @ values.T
        apart[np.arange(block.size), block] = np.inf
        close = np.argpartition(apart, count - 1, axis=1)[:, :count]
        exact = np.empty(close.shape)
        for j, near in enumerate(close):
            exact[j] = np.linalg.norm(values[near] - values[block[j]], axis=1)
        order = np.argsort(exact, axis=1, kind="stable")[:, :k]
        index.append(np.take_along_axis(close, order, axis=1))
        distance.append(np.take_along_axis(exact, order, axis=1))
    return Neighbours(rows, np.concatenate(index), np.concatenate(distance))
