"""The collapse metrics of features of one's own, each with its null, its limit and a sentence."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

import sims.neural_collapse as bare
from overparam.measures.design import design
from overparam.measures.input import Floats, Given, matrix, vector
from overparam.measures.labels import Labels
from overparam.measures.labels import labels as classes_of
from overparam.measures.neural_collapse.limits import Limits, limits
from overparam.measures.neural_collapse.null import Band, structureless
from overparam.measures.neural_collapse.words import equinorm, nc1, nc2, nc3, nc4
from overparam.measures.result import Result

_OPTIMA = ("nc-metrics-optima", "seli")
UNRELATED = math.sqrt(2)
"""NC3 of a classifier that has nothing to do with the class means: two unit vectors at a right angle."""


class Collapse(NamedTuple):
    """Results by name; nc3 and nc4 are None without a classifier."""

    nc1: Result
    nc2: Result
    equinorm: Result
    nc3: Result | None = None
    nc4: Result | None = None


def nc_metrics(features: Any, labels: Any, classifier: Any = None, bias: Any = None) -> Collapse:
    r"""Return the neural collapse of features: how far class means and classifier are from their limit geometry.

    NC1 $=\frac1C\operatorname{tr}\Sigma_W\Sigma_B^+$, the distance NC2 of the class means' Gram matrix from a simplex,
    NC3 of the classifier from the class means, NC4, the share of samples that the classifier decides differently from
    the nearest class mean; definitions in `sims.neural_collapse.nc_metrics`, whose samples are columns.

    features: (samples, dimensions); labels: (samples,), of any kind, two classes or more and not all of one sample;
    classifier: (classes, dimensions), its rows in ascending order of the labels; bias: (classes,). Any library and
    precision. Returns fields nc1, nc2, equinorm, nc3, nc4. Nulls are those of these very features: with permuted labels
    for NC1, NC2 and equinorm, $\sqrt2$ for NC3, decisions independent of the nearest mean for NC4. Limits are those of
    these class sizes.

    Raises ValueError naming the argument for arrays that do not fit.

    Source: Papyan, Han, Donoho 2020, arXiv:2008.08186; Zhu et al. 2021, arXiv:2105.02375 (recalled); nulls and limits
    derived here.

    >>> rng = np.random.default_rng(0)
    >>> names = np.repeat(["cat", "dog", "hen"], 30)
    >>> found = nc_metrics(np.repeat(np.eye(3), 30, axis=0) + 0.01 * rng.standard_normal((90, 3)), names)
    >>> str(found.nc1)[:51], round(found.nc2.value, 2), found.nc2.limit
    ('Collapsed: the variance within classes is NC1 0.000', 0.01, 0.0)
    """
    rows = matrix("features", features)
    found = classes_of("labels", labels, rows)
    weight = None if classifier is None else matrix("classifier", classifier, "classes, dimensions")
    offset = None if bias is None else vector("bias", bias, "classes")
    return measured(rows, found, weight, offset)


def measured(features: Given, labels: Labels, classifier: Given | None, bias: Given | None) -> Collapse:
    """Return the metrics of what is already checked by name."""
    C, d = labels.classes.size, features.shape[1]
    enough(labels.counts)
    if classifier is not None and classifier.shape != (C, d):
        raise ValueError(f"classifier = array of shape {classifier.shape}: must be ({C}, {d}), one row a class")
    if bias is not None and (classifier is None or bias.shape != (C,)):
        raise ValueError(f"bias = array of shape {bias.shape}: must be ({C},), and classifier given")
    W, b = (None if given is None else given.values for given in (classifier, bias))
    values = bare.nc_metrics(_columns(features), labels.codes, W, b)
    null = structureless(design(features, True), labels.codes, labels.counts)
    detail = {"draws": null.draws, "permuted": null.permuted}
    bands = (null.nc1, null.nc2, null.equinorm)
    agree = None if W is None else _chance(features, labels, W, b)
    return results(values, bands, labels.counts, d, detail, agree)


def enough(counts: Any) -> None:
    """Refuse one class, and classes of one sample each."""
    if len(counts) < 2:
        raise ValueError("labels = one class only: must hold at least two")
    if max(counts) < 2:
        raise ValueError(f"labels = {len(counts)} classes of one sample each: NC1 needs a class of two or more")


def _columns(features: Given) -> Any:
    """Samples as columns: a view where the bare metric can take them as they are, block by block."""
    raw = features.raw
    narrow = raw.dtype.itemsize < 4 or (raw.dtype != np.float64 and max(-float(raw.min()), float(raw.max())) > 1e9)
    return (features.values if narrow or raw.dtype.kind != "f" else raw).T


def _chance(features: Given, labels: Labels, W: Floats, b: Floats | None) -> float:
    """NC4 were the classifier's decisions independent of the nearest class mean's, with the shares that each has.

    Of the decisions at most 10,000 samples tell, evenly spaced; the nearest mean's are taken for those of the labels.
    """
    rows = features.raw[:: max(1, labels.codes.size // 5_000)].astype(np.float64)
    decided = np.bincount(np.argmax(rows @ W.T + (0.0 if b is None else b), axis=1), minlength=len(W))
    return float(1 - decided / len(rows) @ (labels.counts / labels.codes.size))


def results(
    values: Any, bands: tuple[Band, Band, Band] | tuple[float, None, None], counts: Any, d: int,
    detail: dict[str, Any], chance: float | None,
) -> Collapse:  # fmt: skip
    """Join bare metrics with nulls (bands of draws, or a mean of NC1 alone), limits and sentences."""
    C, ends = len(counts), limits(np.asarray(counts), d)
    within = _result("NC1", values.nc1, bands[0], 0.0, nc1, ("nc-metrics-null-value",), detail)
    angles = _nc2(values, bands[1], ends, C)
    lengths = _result("equinorm", values.equinorm, bands[2], ends.equinorm, equinorm, _OPTIMA, {})
    if values.nc3 is None:
        return Collapse(within, angles, lengths)
    other = {"equinorm": values.equinorm_W, "equiangle": values.equiangle_W, "maxangle": values.maxangle_W}
    aligned = _result("NC3", values.nc3, UNRELATED, ends.nc3, nc3, _OPTIMA, {"classifier": other})
    if values.nc4 is None:
        return Collapse(within, angles, lengths, aligned)
    decisions = _result("NC4", values.nc4, chance, 0.0, nc4, ("nc-metrics-optima",), {})
    return Collapse(within, angles, lengths, aligned, decisions)


def _result(
    name: str, value: float, null: Band | float | None, limit: float | None, words: Any, claims: tuple[str, ...],
    detail: dict[str, Any],
) -> Result:  # fmt: skip
    more = {"null_low": null.low, "null_high": null.high} if isinstance(null, Band) else {}
    middle = null.median if isinstance(null, Band) else null
    return Result(name, value, middle, limit, None, None, words(value, null, limit), claims, {**detail, **more})


def _nc2(values: Any, band: Band | None, ends: Limits, C: int) -> Result:
    angles = {"equiangle": values.equiangle, "maxangle": values.maxangle}

    def words(value: float, null: Any, limit: float | None) -> str:
        return nc2(value, null, limit, ends.geometry, C)

    return _result("NC2", values.nc2, band, ends.nc2, words, _OPTIMA, angles)
