"""Measures for a feature matrix of one's own (NumPy, CuPy, PyTorch): what would interpolating noisy labels cost?"""

from __future__ import annotations

import math
from typing import NamedTuple

from sims import arrays, data
from sims.arrays import Array


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
    """
    xp = arrays.namespace(features)
    inverse = arrays.spd_inverse(features @ features.mT)
    trace = xp.linalg.trace(inverse)
    return features.shape[-2] * xp.sum(inverse * inverse, axis=(-2, -1)) / trace**2 - 1


def regime(features: Array, benign_below: float = 0.1, catastrophic_above: float = 10.0) -> Regime:
    """Say whether interpolating noisy labels on these features is benign, tempered or catastrophic, and why.

    features: (n, p), rows in random order, p > n >= 4. Thresholds and meaning as for a spectrum: the name is about the
    cost at this n, `growth` about more data. Raises ValueError if XX' is not positive definite (then nothing is
    interpolated: fewer features than rows, or repeated rows).

    >>> import numpy as np
    >>> rows = np.random.default_rng(0).standard_normal((50, 5000))
    >>> regime(rows).name
    'benign'
    """
    features = data.array("features", features, "n, p")
    if features.shape[0] < 4 or features.shape[1] <= features.shape[0]:
        raise ValueError(f"features = array of shape {tuple(features.shape)}: must be (n, p) with p > n >= 4")
    low = data.number("benign_below", benign_below, 0.0)
    high = data.number("catastrophic_above", catastrophic_above)
    if high < low:
        raise ValueError(f"catastrophic_above = {high:g}: must be at least benign_below = {low:g}")
    xp = arrays.namespace(features)
    half = features.shape[0] // 2
    inverse = arrays.spd_inverse(features @ features.mT)
    cost = float(arrays.to_host(interpolation_cost(features)))
    halves = [float(arrays.to_host(interpolation_cost(part))) for part in (features[:half, :], features[half:, :])]
    if not (math.isfinite(cost) and all(map(math.isfinite, halves))):
        raise ValueError("features: rows must be linearly independent, so that any labels can be interpolated")
    growth = math.log(max(cost, 1e-300) / max(sum(halves) / 2, 1e-300)) / math.log(2)
    kappa = 1 / float(arrays.to_host(xp.linalg.trace(inverse)))
    name = "benign" if cost <= low else "catastrophic" if cost > high else "tempered"
    return Regime(name, cost, growth, kappa)
