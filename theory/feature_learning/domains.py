"""What quadratic targets and neurons may be: symmetric matrices, vectors of norm 1."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from theory.domain import Floats, Parsed, reals, refusal

_ROUNDING = 1e-6  # of what is given, single precision included
_SYMMETRIC = "a symmetric matrix of real numbers"
_UNIT = "a vector of norm 1"


def _symmetric(name: str, value: Any) -> Floats:
    try:
        A = reals(name, value, ndim=2)
    except ValueError:
        raise refusal(name, value, _SYMMETRIC) from None
    if A.shape[0] != A.shape[1] or float(np.abs(A - A.T).max()) > _ROUNDING * float(np.abs(A).max()):
        raise refusal(name, value, _SYMMETRIC)
    return np.asarray((A + A.T) / 2)


def _unit(name: str, value: Any) -> Floats:
    try:
        w = reals(name, value, ndim=1)
    except ValueError:
        raise refusal(name, value, _UNIT) from None
    norm = float(np.linalg.norm(w))
    if abs(norm - 1) > _ROUNDING:
        raise refusal(name, value, _UNIT)
    return np.asarray(w / norm)


Symmetric = Annotated[Floats, Parsed(_symmetric, _SYMMETRIC)]
Unit = Annotated[Floats, Parsed(_unit, _UNIT)]


def fitting(A: Floats, w: Floats) -> None:
    """Refuse a neuron of another dimension than the target."""
    if w.size != len(A):
        raise refusal("w", w, f"a vector of norm 1 with {len(A)} entries, as many as A has rows")
