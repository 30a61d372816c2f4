"""The max-margin unconstrained features model for any class sizes: simplex-encoded-labels interpolation."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from theory.domain import Floats, checked
from theory.neural_collapse.checks import ClassSizes


class SeliGeometry(NamedTuple):
    """The minimum, the Gram matrices (K, K) of classifier and class means, and the singular values (K-1,) of WH."""

    value: float
    WWt: Floats
    HHt: Floats
    singular_values: Floats


@checked
def seli_geometry(n_per_class: ClassSizes) -> SeliGeometry:
    r"""Geometry of classifier and features at the optimum of the unconstrained features support vector machine.

    $$\min\ \tfrac12\|W\|_F^2+\tfrac12\|H\|_F^2\quad\text{s.t.}\quad (w_{y_i}-w_c)^\top h_i\ge1\ \ (c\ne y_i):\qquad
    P\operatorname{diag}(\sqrt n)=USV^\top,\quad P=I-11^\top/K,$$
    $WH=PY$, $WW^\top=USU^\top$, and the class means' Gram matrix is
    $\operatorname{diag}(n)^{-1/2}VSV^\top\operatorname{diag}(n)^{-1/2}$.

    Parameters: n_per_class, sizes >= 1, shape (K,), K >= 2. Needs d >= K-1 features.

    Returns fields value, the minimum trace S; WWt (K, K); HHt (K, K), the Gram matrix of the class means;
    singular_values (K-1,) of WH, descending.

    Raises ValueError outside these domains.

    Source: Thrampoulidis, Kini, Vakilian and Behnia 2022 (arXiv:2208.05512), recalled and derived again here (the dual
    certificate is U V', whose off-diagonal entries are <= 0).

    >>> geometry = seli_geometry([4, 2, 1])
    >>> round(geometry.value, 8), geometry.singular_values.round(4).tolist()
    (2.99785931, [1.7931, 1.2047])
    """
    y = np.sqrt(n_per_class)
    K = y.size
    left, values, right = np.linalg.svd(np.diag(y) - y / K)
    left, values, right = left[:, :-1], values[:-1], right[:-1] / y
    return SeliGeometry(float(values.sum()), (left * values) @ left.T, (right.T * values) @ right, values)
