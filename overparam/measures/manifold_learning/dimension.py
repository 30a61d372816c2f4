"""The dimension that ratios of neighbours' distances tell, with an interval that knows that neighbours are shared."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from overparam.measures.design import design
from overparam.measures.input import Floats, Given, matrix
from overparam.measures.manifold_learning.neighbours import Neighbours, distinct, nearest
from overparam.measures.result import Result
from theory.domain import integer

_Z = 1.96
_CLAIMS = ("nn-distance-ratios", "beyond-the-theorem-digits")


class Told(NamedTuple):
    """1/dimension, its standard error, and 1/dimension by the first 2, .., k neighbours alone."""

    inverse: float
    error: float
    nearer: Floats


def _mean_logs(logs: Floats) -> Floats:
    """Mean over j < k of log T_k/T_j for log distances (..., k)."""
    found: Floats = np.mean(logs[..., -1:] - logs[..., :-1], axis=-1)
    return found


def _told(found: Neighbours, n: int, k: int) -> Told:
    """The mean over rows asked, and its jackknife over all n rows: who is left out is replaced in every list by the
    neighbour after the last."""
    logs = np.log(found.distance)
    each = _mean_logs(logs[:, :k])
    change = np.zeros(n)
    for m in range(k):
        without = np.delete(logs, m, axis=1)
        np.add.at(change, found.near[:, m], _mean_logs(without) - each)
    total, count = float(each.sum()), np.full(n, float(each.size))
    change[found.rows] -= each
    count[found.rows] -= 1
    means = (total + change) / count
    spread = math.sqrt((n - 1) / n * float(np.sum((means - means.mean()) ** 2)))
    nearer = np.array([float(_mean_logs(logs[:, :m]).mean()) for m in range(2, k + 1)])
    return Told(total / each.size, spread, nearer)


def _scaled(values: Floats) -> Floats:
    """Centred, and of size one: ratios of distances know neither."""
    centred = values - values.mean(axis=0)
    size = float(np.abs(centred).max())
    return centred / size if size > 0 else centred


def _gaussian(given: Given, n: int, k: int) -> float:
    """What the same measure says of a Gaussian cloud with the data's variances: n rows from a fixed generator."""
    spectrum = design(given, True).values
    cloud = np.random.default_rng(0).standard_normal((n, spectrum.size)) * np.sqrt(spectrum / spectrum.max())
    return 1 / _told(nearest(cloud, k + 1), n, k).inverse


def intrinsic_dimension(X: Any, neighbours: Any = 10) -> Result:
    r"""Return the dimension that distances to the nearest neighbours tell, with its interval.

    $$\frac1{\hat d} = \frac1{n(k-1)}\sum_i\sum_{j<k}\log\frac{T_{ik}}{T_{ij}}$$

    with T_ij the distance from row i to its neighbour j: unbiased for 1/d where the k nearest lie in flat space of even
    density. Edges, bends and noise at the scale of these neighbours are part of what is told, and no part of the
    interval, which is that of the sampling (95 %, jackknife over rows; it errs to the wide side, by about a half). Many
    dimensions are underrated: no sample fills them. Therefore the null: what a Gaussian cloud with the data's own
    variances would show.

    X: (samples, dimensions), of any library; rows that repeat another are left out; neighbours: k, from 3, with at
    least k + 2 distinct rows. Of more than 4096 rows some, evenly spread, are asked for their neighbours among all.
    Needs the whole data, not batches. Returns the dimension; detail: nearer, the dimension by the first 2, .., k
    neighbours; ambient, rows, asked, neighbours. Raises ValueError for too few distinct rows, or where all neighbours
    are equally far.

    Source: Levina, Bickel 2005, with the mean taken of inverses (MacKay, Ghahramani 2005) (recalled).

    >>> angle = 2 * np.pi * np.random.default_rng(0).random(300)
    >>> found = intrinsic_dimension(np.stack([np.cos(angle), np.sin(angle), np.sin(angle)], axis=1))
    >>> round(found.value, 1), round(found.null, 1)
    (1.0, 2.0)
    """
    given = matrix("X", X)
    return told(given, integer("neighbours", neighbours, 3))


def told(given: Given, k: int) -> Result:
    """The dimension of checked features as a result."""
    rows = _scaled(distinct(given.values))
    n = len(rows)
    if n < k + 2:
        raise ValueError(
            f"{given.name} = array of shape {given.shape}: must have at least {k + 2} distinct rows for {k} "
            f"neighbours, it has {n}"
        )
    found = nearest(rows, k + 1)
    if not np.all(found.distance[:, 0] > 0):
        raise ValueError(
            f"{given.name} = array of shape {given.shape}: distinct rows must differ by more than rounding"
        )
    measured = _told(found, n, k)
    if measured.inverse < 1e-6:
        raise ValueError(
            f"{given.name} = array of shape {given.shape}: must have neighbours at unlike distances, here all are "
            "equally far"
        )
    low, high = (measured.inverse + shift * measured.error for shift in (_Z, -_Z))
    value, null = 1 / measured.inverse, _gaussian(given, n, k)
    interval = 1 / low, 1 / high if high > 0 else math.inf
    with np.errstate(divide="ignore"):
        nearer = 1 / measured.nearer
    detail = {
        "nearer": nearer, "ambient": given.shape[1], "rows": n, "asked": found.rows.size, "neighbours": k,
    }  # fmt: skip
    return Result(
        "intrinsic dimension", value, null, None, *interval, _sentence(value, interval, null, detail), _CLAIMS, detail
    )


def _sentence(value: float, interval: tuple[float, float], null: float, detail: dict[str, Any]) -> str:
    text = (
        f"At the scale of {detail['neighbours']} neighbours the data have {value:.3g} dimensions ({interval[0]:.3g} to "
    )
    text += f"{interval[1]:.3g}) of {detail['ambient']}; a Gaussian cloud with the same variances would show {null:.3g}"
    if interval[1] < 0.95 * null:
        return text + ": they bend or cluster, and fill less than their variances span."
    if interval[0] > 1.05 * null:
        return text + ": locally they have more than their variances suggest, as noise has."
    return text + ": neighbours tell no structure beyond these variances."
