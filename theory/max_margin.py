"""The maximum-margin direction of finitely many points, with its dual weights as certificate."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy

from theory.domain import Floats, Matrix, checked, refusal

__all__ = ["MaxMargin", "max_margin"]


class MaxMargin(NamedTuple):
    """The hard-margin predictor w (d,), min_i rows_i w = 1, and its dual weights (n,), w = sum dual_i rows_i."""

    w: Floats
    dual: Floats


@checked
def max_margin(rows: Matrix) -> MaxMargin:
    r"""Return the shortest w with $z_i w \ge 1$ for all rows $z_i = y_i x_i$, and its dual weights.

    Non-negative least squares: l minimises $|[Z^\top; 1^\top] l - [0; 1]|$, and then $w = Z^\top l/(1 - \sum l)$. The
    normalised margin is 1/|w|.

    rows: (n, d), each sample times its label. Returns MaxMargin(w, dual). Raises ValueError if no w exists.

    Source: classical (Lawson, Hanson 1974, least distance programming; recalled).

    >>> max_margin([[2.0, 0.0], [0.0, 1.0]]).w
    array([0.5, 1. ])
    """
    found = separator(rows)
    if found is None:
        raise refusal("rows", rows, "separable: some w with rows w > 0")
    return found


def separator(rows: Floats) -> MaxMargin | None:
    """The maximum-margin predictor of the rows, None where there is none."""
    scale = max(float(np.linalg.norm(rows, axis=1).max()), np.finfo(float).tiny)
    signed = rows / scale
    system = np.vstack([signed.T, np.ones(len(signed))])
    weights, _ = scipy.optimize.nnls(system, np.append(np.zeros(rows.shape[1]), 1.0))
    # Keep the support and solve there: NNLS is accurate to its tolerance, this to rounding.
    support = weights > 0
    refined = np.linalg.lstsq(system[:, support], np.append(np.zeros(rows.shape[1]), 1.0), rcond=None)[0]
    if (refined > 0).all():
        weights[support] = refined
    rest = 1 - weights.sum()
    if rest < 1e-12:
        return None
    dual = weights / rest
    return MaxMargin(signed.T @ dual / scale, dual / scale**2)
