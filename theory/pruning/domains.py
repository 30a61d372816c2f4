"""Domains that the topic shares: curvatures, weights beside them, and sets of weights."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from theory.domain import Floats, Integers, Parsed, integers, reals, refusal

_DEFINITE = "a symmetric positive definite p x p array of real numbers, or a stack (..., p, p) of them"
_INDICES = "a 1-dimensional array of distinct integers >= 0"
_ROUNDING = 1e-10
"""Asymmetry, over the largest entry, that is taken for rounding."""


def _definite(name: str, value: Any) -> Floats:
    try:
        H = reals(name, value)
    except ValueError:
        raise refusal(name, value, _DEFINITE) from None
    if H.ndim < 2 or H.shape[-1] != H.shape[-2]:
        raise refusal(name, H, _DEFINITE)
    transposed = np.swapaxes(H, -1, -2)
    if np.any(np.abs(H - transposed) > _ROUNDING * np.abs(H).max()):
        raise refusal(name, H, _DEFINITE)
    H = (H + transposed) / 2
    eigenvalues = np.linalg.eigvalsh(H)
    if np.any(eigenvalues[..., 0] <= H.shape[-1] * np.finfo(float).eps * eigenvalues[..., -1]):
        raise refusal(name, H, _DEFINITE)
    return H


def _indices(name: str, value: Any) -> Integers:
    try:
        S = integers(name, value, 0, ndim=1)
    except ValueError:
        raise refusal(name, value, _INDICES) from None
    if np.unique(S).size < S.size:
        raise refusal(name, S, _INDICES)
    return S


Definite = Annotated[Floats, Parsed(_definite, _DEFINITE, lambda H: H.shape[-1])]
Indices = Annotated[Integers, Parsed(_indices, _INDICES)]


def fitting(H: Floats, w: Floats) -> Floats:
    """The weights (..., p), if there is one a row of H and stacks fit together."""
    p = H.shape[-1]
    if w.shape[-1:] != (p,) or (w.ndim > 1 and H.ndim > 2 and w.shape[:-1] != H.shape[:-2]):
        raise refusal("w", w, f"real numbers of shape {H.shape[:-1]} or ({p},), as many as H has rows")
    return w


def within(name: str, S: Integers, p: int) -> Integers:
    """The indices, if all are below p."""
    if S.max() >= p:
        raise refusal(name, S, f"distinct integers from 0 to {p - 1}")
    return S
