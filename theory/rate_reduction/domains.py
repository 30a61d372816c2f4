"""Domains that the topic shares: class sizes, labels, lists of matrices; and the gain of one direction."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from theory.domain import Floats, In, Integers, Parsed, reals, refusal

Sizes = Annotated[Integers, In(1, ndim=1)]
SizesLike = Annotated[Integers, In(1, ndim=1, like="m_per_class")]
Labels = Annotated[Integers, In(0, ndim=1)]
_LIST = "a list of matrices of real numbers, all with as many rows, one a class"


def _matrices(name: str, value: Any) -> list[Floats]:
    try:
        found = [reals(name, one, ndim=2) for one in value]
    except (TypeError, ValueError):
        raise refusal(name, value, _LIST) from None
    if not found or len({len(one) for one in found}) > 1:
        raise refusal(name, value, _LIST)
    return found


Matrices = Annotated[list[Floats], Parsed(_matrices, _LIST, length=len)]


def class_indices(labels: Integers, Z: Floats) -> list[Integers]:
    """The columns of each class, in the order of the sorted distinct labels."""
    if len(labels) != Z.shape[1]:
        raise refusal("labels", labels, f"integers, {Z.shape[1]} of them, one a column of Z")
    return [np.flatnonzero(labels == label) for label in np.unique(labels)]


def log1p_less(y: Floats) -> Floats:
    """log(1 + y) - y for 0 <= y <= 0.1: its series, which loses no digits."""
    total = np.zeros_like(y)
    for power in range(18, 1, -1):
        total = (-1.0) ** (power + 1) / power + y * total
    return np.asarray(total * y * y)


def direction_gain(gamma: Floats | float, u: Floats | float) -> Floats:
    r"""Return $g = \tfrac12[\log(1+\gamma u) - \gamma\log(1+u)]$, the gain of a direction with $\alpha_jx = u$."""
    gamma, u = np.broadcast_arrays(np.asarray(gamma, dtype=float), np.asarray(u, dtype=float))
    small = np.minimum(u, 0.1)
    # Both logarithms begin with gamma u: for small u only what follows is left.
    below = log1p_less(gamma * small) - gamma * log1p_less(small)
    return np.asarray(0.5 * np.where(u < 0.1, below, np.log1p(gamma * u) - gamma * np.log1p(u)))
