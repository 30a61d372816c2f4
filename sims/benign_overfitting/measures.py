"""Measures for a feature matrix of one's own (NumPy, CuPy, PyTorch): what would interpolating noisy labels cost?"""

from __future__ import annotations

import math
from typing import NamedTuple

from sims import arrays, data
from sims.arrays import Array
from sims.intercept import rotation
from sims.rounding import precision, stored


class Regime(NamedTuple):
    """name: "benign", "tempered" or "catastrophic"; cost: excess risk of interpolation over the noise variance, from
    all rows; growth: d log cost / d log n, from all rows against half of them; kappa: the effective ridge."""

    name: str
    cost: float
    growth: float
    kappa: float


def interpolation_cost(features: Array) -> Array:
    """Estimate the excess risk of interpolation, in units of the noise variance, from feature matrices (..., n, p).

    n tr K^-2/(tr K^-1)^2 - 1 with K = XX': the deterministic equivalent of the cost, no labels and no test set needed.
    p > n; shape (...).

    >>> from numpy.random import default_rng
    >>> round(float(interpolation_cost(default_rng(0).standard_normal((50, 5000)))), 2)
    0.01
    """
    xp = arrays.namespace(features)
    inverse = arrays.spd_inverse(features @ features.mT)
    trace = xp.linalg.trace(inverse)
    return features.shape[-2] * xp.sum(inverse * inverse, axis=(-2, -1)) / trace**2 - 1


def _cost(rows: Array, eps: float) -> tuple[float, float]:
    """The cost as `interpolation_cost`, from singular values, and kappa = 1/tr K^-1; NaN for dependent rows."""
    xp, n = arrays.namespace(rows), rows.shape[0]
    singular = arrays.singular_values(rows)
    if not float(singular[-1]) > float(stored(rows, singular[0], eps)):
        return math.nan, math.nan
    inverse = singular**-2
    trace = float(xp.sum(inverse))
    return n * float(xp.sum(inverse**2)) / trace**2 - 1, 1 / trace


def regime(
    features: Array, benign_below: float = 0.1, catastrophic_above: float = 10.0, *, intercept: bool = False
) -> Regime:
    """Say whether interpolating noisy labels on these features is benign, tempered or catastrophic, and why.

    features: (n, p), rows in random order, p > n >= 4. Thresholds and meaning as for a spectrum: the name is about the
    cost at this n, `growth` about more data. With `intercept` a constant is fitted too: the mean is rotated into one
    row, which is dropped, and the cost is that of the others. Raises ValueError if the rows (less their mean) depend on
    each other, by the precision they came in: then nothing is interpolated.

    >>> import numpy as np
    >>> rows = np.random.default_rng(0).standard_normal((50, 5000))
    >>> regime(rows).name
    'benign'
    """
    given = data.array("features", features, "n, p")
    data.flag("intercept", intercept)
    if given.shape[0] < 4 or given.shape[1] <= given.shape[0]:
        raise ValueError(f"features = array of shape {tuple(given.shape)}: must be (n, p) with p > n >= 4")
    low = data.number("benign_below", benign_below, 0.0)
    high = data.number("catastrophic_above", catastrophic_above)
    if high < low:
        raise ValueError(f"catastrophic_above = {high:g}: must be at least benign_below = {low:g}")
    xp = arrays.namespace(given)
    eps, rows = precision(given), xp.astype(given, xp.float64)
    half = given.shape[0] // 2
    parts = [rows, rows[:half, :], rows[half:, :]]
    if intercept:
        parts = [rotation(part, part.shape[0]) @ part for part in parts]
    (cost, kappa), *halves = (_cost(part, eps) for part in parts)
    if not all(math.isfinite(found) for found, _ in [(cost, kappa), *halves]):
        what = "rows less their mean" if intercept else "rows"
        raise ValueError(f"features: {what} must be linearly independent, so that any labels can be interpolated")
    mean = sum(found for found, _ in halves) / 2
    growth = math.log(max(cost, 1e-300) / max(mean, 1e-300)) / math.log(2)
    name = "benign" if cost <= low else "catastrophic" if cost > high else "tempered"
    return Regime(name, cost, growth, kappa)
