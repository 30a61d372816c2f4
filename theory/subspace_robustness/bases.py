"""Bases of subspaces as arguments, and their principal angles with the directions that belong to them."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from theory.domain import Floats, Parsed, reals, refusal

ORTHONORMAL = 1e-8
_SAYS = "a matrix with orthonormal columns, no more of them than rows"
_LIST = "two or more matrices of as many rows with orthonormal columns, one a class"


def _orthonormal(matrix: Floats) -> bool:
    n, d = matrix.shape
    return d <= n and bool(np.abs(matrix.T @ matrix - np.eye(d)).max() <= ORTHONORMAL)


def _basis(name: str, value: Any) -> Floats:
    try:
        matrix = reals(name, value)
    except ValueError:
        raise refusal(name, value, _SAYS) from None
    if matrix.ndim != 2 or not _orthonormal(matrix):
        raise refusal(name, value, _SAYS)
    return matrix


def _bases(name: str, value: Any) -> list[Floats]:
    try:
        found = [_basis(name, one) for one in value]
    except (TypeError, ValueError):
        raise refusal(name, value, _LIST) from None
    if len(found) < 2 or len({len(one) for one in found}) > 1:
        raise refusal(name, value, _LIST)
    return found


Basis = Annotated[Floats, Parsed(_basis, _SAYS)]
Bases = Annotated[list[Floats], Parsed(_bases, _LIST)]


class Angles(NamedTuple):
    """Sines and cosines (d,) of the angles of all directions of a subspace with another, ascending in the sine.

    directions: (d, d), their coordinates in the first basis, as columns; pairs: how many have a partner in the other
    subspace (the others stand at right angles to it); idle: how many directions of the other have none.
    """

    sines: Floats
    cosines: Floats
    directions: Floats
    pairs: int
    idle: int


def angles(S: Floats, other: Floats) -> Angles:
    """Return the principal angles of span S (n, d) with span `other` (n, e).

    Sines are the singular values of what S has outside the other, cosines the lengths of its shadow in it: each keeps
    its digits where the other loses them.
    """
    _, values, vt = np.linalg.svd(S - other @ (other.T @ S))
    directions = vt[::-1].T
    sines = np.clip(np.concatenate((values[::-1], np.zeros(len(vt) - len(values)))), 0.0, 1.0)
    cosines = np.clip(np.linalg.norm(other.T @ (S @ directions), axis=0), 0.0, 1.0)
    pairs = min(S.shape[1], other.shape[1])
    return Angles(sines, cosines, directions, pairs, other.shape[1] - pairs)


def same_rows(name: str, value: Floats, like: str, other: Floats) -> None:
    """Refuse two subspaces of different spaces."""
    if len(value) != len(other):
        raise ValueError(f"{name} = array of shape {value.shape}: must have {len(other)} rows, as many as {like}")
