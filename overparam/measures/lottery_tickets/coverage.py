"""Which targets are reached by subsets of given weights: the nearest subset of each, by matching halves."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import theory.lottery_tickets as theory
from overparam.measures.input import Floats, Given, array, host, matrix, vector
from overparam.measures.result import Result

_CLAIMS = ("subset-sum-hit-law", "pick-one-baseline", "subset-sum-hit-law-digits")
_MOST, _WORK, _GRID = 40, 2**28, 200

Masks = NDArray[np.bool_]


class Coverage(NamedTuple):
    """The share of targets reached, the subset nearest to each (targets, weights) and its error (targets,)."""

    share: Result
    masks: Masks
    errors: Floats


def subset_coverage(weights: Any, targets: Any, eps: float) -> Coverage:
    r"""Return which targets lie within eps of the sum of a subset of given weights, and the subset nearest to each.

    $$\frac1m\#\Bigl\{j : \min_S\Bigl|\sum_{i \in S} w_i - t_j\Bigr| \le \varepsilon\Bigr\}$$

    weights: (weights,), from which every target takes a subset, or (targets, weights), a row of its own each; at most
    40, the empty subset counts; targets: (targets,); eps > 0. Returns fields share, masks and errors (target minus
    sum). Null of share: the law of random symmetric weights with the same mean square; limit 1. detail: single, the
    share reached by one weight or none; largest, the largest error; count, how many weights. Raises ValueError outside
    these domains, and where targets times the root of the number of subsets pass 2^28.

    Source: the event of Pensia et al. 2020, arXiv:2006.07990 (abstract seen); `theory.lottery_tickets`.

    >>> found = subset_coverage([0.5, -0.2, 0.11], [0.3, 0.41, 0.9], 0.01)
    >>> found.masks.astype(int), round(found.share.value, 3), found.errors.round(3)
    (array([[1, 1, 0],
           [1, 1, 1],
           [1, 0, 1]]), 0.667, array([0.  , 0.  , 0.29]))
    """
    theory.subset_hit_prob(1, eps)
    asked = vector("targets", targets, "targets").values
    rows = _rows(weights, asked.size)
    n = rows.shape[1]
    if not np.any(rows):
        raise ValueError(f"weights = array of shape {rows.shape}: must hold a weight that is not 0")
    errors, masks = np.empty(asked.size), np.empty((asked.size, n), dtype=bool)
    halves = None
    for j, target in enumerate(asked):
        row = rows[j % len(rows)]
        halves = _Halves(row) if halves is None or len(rows) > 1 else halves
        masks[j] = halves.nearest(float(target))
        errors[j] = target - row[masks[j]].sum()
    # One rounding of the sum must not lose a target at exactly eps.
    slack = 1e-14 * float(np.max(np.sum(np.abs(rows), axis=1)))
    value = float(np.mean(np.abs(errors) <= eps + slack))
    alone = np.minimum(np.min(np.abs(rows - asked[:, None]), axis=1), np.abs(asked))
    detail = {
        "single": float(np.mean(alone <= eps + slack)), "largest": float(np.max(np.abs(errors))), "count": n,
    }  # fmt: skip
    null = _expected(n, eps, np.abs(asked), math.sqrt(float(np.mean(rows * rows))))
    sentence = (
        f"Subsets of {n} weights come within {eps:.3g} of {100 * value:.3g} % of the targets "
        f"(random weights of this size: {100 * null:.3g} %); one weight or none of {100 * detail['single']:.3g} %."
    )
    share = Result(
        "share of targets that subsets reach", value, null, 1.0, sentence=sentence, claims=_CLAIMS, detail=detail
    )
    return Coverage(share, masks, errors)


def _rows(weights: Any, targets: int) -> Floats:
    """(1, n) for all targets, or (targets, n)."""
    shared = (weights.raw if isinstance(weights, Given) else host("weights", weights)[0]).ndim == 1
    given = array("weights", weights, "weights") if shared else matrix("weights", weights, "targets, weights")
    rows = np.atleast_2d(given.values)
    if not shared and rows.shape[0] != targets:
        raise ValueError(f"weights = array of shape {rows.shape}: must have {targets} rows, one for each of targets")
    n = rows.shape[1]
    if n > _MOST:
        raise ValueError(f"weights = array of shape {given.shape}: must have at most {_MOST} weights a target")
    if targets * 2 ** ((n + 1) // 2) > _WORK:
        raise ValueError(f"weights = array of shape {given.shape}: too many for {targets} targets, take fewer")
    return rows


class _Halves:
    """All sums of the first half of the weights; those of the second, sorted."""

    def __init__(self, row: Floats) -> None:
        self.n, self.half = row.size, row.size // 2
        self.first, second = _sums(row[: self.half]), _sums(row[self.half :])
        self.order = np.argsort(second)
        self.second = second[self.order]

    def nearest(self, target: float) -> Masks:
        """The subset whose sum is nearest."""
        missing = target - self.first
        above = np.clip(np.searchsorted(self.second, missing), 1, self.second.size - 1)
        place = above - (missing - self.second[above - 1] <= self.second[above] - missing)
        best = int(np.argmin(np.abs(missing - self.second[place])))
        chosen = best | int(self.order[place[best]]) << self.half
        return np.array([chosen >> i & 1 for i in range(self.n)], dtype=bool)


def _sums(x: Floats) -> Floats:
    sums = np.zeros(1)
    for value in x:
        sums = np.concatenate([sums, sums + value])
    return sums


def _expected(n: int, eps: float, sizes: Floats, unit: float) -> float:
    """The law's mean over targets, of items with root mean square `unit`; of many at quantiles of their sizes."""
    grid = np.sort(sizes) if sizes.size <= _GRID else np.quantile(sizes, np.linspace(0, 1, _GRID))
    law = [1.0 if z <= eps else theory.subset_hit_prob(n, *_scaled(eps, float(z), unit), 1.0) for z in grid]
    return float(np.mean(law)) if sizes.size <= _GRID else float(np.mean(np.interp(sizes, grid, law)))


def _scaled(eps: float, z: float, unit: float) -> tuple[float, float]:
    """In units of the items, within what theory takes."""
    return min(max(eps / unit, 1e-75), 1e75), min(z / unit, 1e75)
