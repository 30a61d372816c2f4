"""Trained parameters do not determine the data: two data sets with the same maximum-margin predictor."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from theory.domain import Floats, Matrix, Real, Vector, checked
from theory.max_margin import MaxMargin, separator


class SplitDataset(NamedTuple):
    """Each sample replaced by the pair x_i + t v, x_i - t v: X (2n, d), y (2n,)."""

    X: Floats
    y: Floats


def _check_labels(X: Floats, y: Floats) -> None:
    if y.size != len(X):
        raise ValueError(f"y = {y.tolist()}: must hold one label for each of the {len(X)} rows of X")
    if not np.isin(y, (-1.0, 1.0)).all():
        raise ValueError(f"y = {y.tolist()}: must hold labels -1 or +1")


@checked
def max_margin(X: Matrix, y: Vector) -> MaxMargin:
    r"""Return the hard-margin linear predictor without bias and its dual weights.

    `theory.max_margin` on the rows y_i x_i.

    X: (n, d); y: labels -1 or +1 (n,). Returns MaxMargin(w, dual). Raises ValueError if the data are not separable
    through the origin.

    >>> max_margin([[2.0, 0.0], [0.0, 1.0]], [1, 1]).w
    array([0.5, 1. ])
    """
    _check_labels(X, y)
    found = separator(X * y[:, None])
    if found is None:
        raise ValueError("X, y = data that no line through the origin separates: must be separable")
    return found


@checked
def split_dataset(X: Matrix, y: Vector, v: Vector, t: Real) -> SplitDataset:
    r"""Return a data set with the same maximum-margin predictor: every $x_i$ replaced by $x_i + tv$ and $x_i - tv$.

    With $v w = 0$ for the maximum-margin w of (X, y), margins are unchanged and dual weights $\lambda_i/2$ on the pair
    satisfy the KKT conditions, for any t: parameters trained to KKT do not determine the data.

    X: (n, d), linearly separable through the origin; y: labels -1 or +1 (n,); v: direction (d,) orthogonal to w (to
    1e-8 |v||w|); t: shift. Returns SplitDataset(X, y). Raises ValueError if v w != 0 or outside these domains.

    Source: construction derived here; Refael, Smorodinsky, Lindenbaum, Safran 2025, arXiv:2509.21296 (abstract seen).

    >>> split_dataset([[2.0, 0.0]], [1], [0.0, 1.0], 3.0).X
    array([[ 2.,  3.],
           [ 2., -3.]])
    """
    _check_labels(X, y)
    if v.size != X.shape[1]:
        raise ValueError(f"v = {v.tolist()}: must have {X.shape[1]} entries, as the rows of X")
    w = max_margin(X, y).w
    if abs(v @ w) > 1e-8 * np.linalg.norm(v) * np.linalg.norm(w):
        raise ValueError(
            f"v = {v.tolist()}: must be orthogonal to the maximum-margin predictor w of X (v w = {v @ w:g})"
        )
    pairs = X[:, None, :] + t * np.stack([v, -v])
    return SplitDataset(pairs.reshape(-1, X.shape[1]), np.repeat(y, 2))
