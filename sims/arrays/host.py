"""Linear algebra of stacks on the host: LAPACK where NumPy's own stacks are slow, NaN where a matrix has no factor."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.linalg.lapack as lapack


def stacked(function: Callable[..., Any], *arrays: np.ndarray) -> np.ndarray:
    """Apply a function of single matrices over the common leading axes (faster than NumPy's own where there is one)."""
    lead = np.broadcast_shapes(*(a.shape[:-2] for a in arrays))
    flat = [np.broadcast_to(a, lead + a.shape[-2:]).reshape(-1, *a.shape[-2:]) for a in arrays]
    results = [function(*matrices) for matrices in zip(*flat, strict=True)]
    return np.stack(results).reshape(lead + results[0].shape)


def cholesky_host(a: np.ndarray) -> np.ndarray:
    if a.shape[-1] <= 32:
        with contextlib.suppress(np.linalg.LinAlgError):  # some trial is not positive definite: find which
            return np.linalg.cholesky(a)
    return _in_place(_factor, a).mT


def _in_place(function: Callable[[np.ndarray], Any], a: np.ndarray) -> np.ndarray:
    """Return a copy of a stack to whose matrices a function was applied, each in the order of LAPACK (transposed)."""
    stack = np.array(a, dtype=np.float64, order="C")
    for matrix in stack.reshape(-1, *stack.shape[-2:]):
        function(matrix.T)
    return stack


def _factor(a: np.ndarray) -> bool:
    """Replace a symmetric matrix by its lower Cholesky factor, or by NaN: whether there was one."""
    _, info = lapack.dpotrf(a, lower=1, clean=1, overwrite_a=1)
    if info != 0:
        a[...] = np.nan
    return bool(info == 0)


def _invert_symmetric(a: np.ndarray) -> None:
    if _factor(a):
        _invert_lower(a)
        lapack.dlauum(a, lower=1, overwrite_c=1)  # L^-T L^-1
        a += a.T  # above the diagonal there were zeros
        a.T.ravel()[:: a.shape[0] + 1] *= 0.5


def _invert_lower(l: np.ndarray) -> None:
    """Invert a lower triangular matrix in place: halves and general products, faster than LAPACK's dtrtri."""
    n = l.shape[0]
    if n <= 32:
        l[...] = lapack.dtrtri(l, lower=1)[0]
        return
    k = n // 2
    corner = l[k:, :k]
    _invert_lower(l[:k, :k])
    _invert_lower(l[k:, k:])
    np.matmul(l[k:, k:], corner @ l[:k, :k], out=corner)
    np.negative(corner, out=corner)


def _small_factors(a: np.ndarray) -> np.ndarray | None:
    """Return L^-1 of a stack in two calls, if its matrices are small and all of them positive definite."""
    if a.shape[-1] <= 12:
        with contextlib.suppress(np.linalg.LinAlgError):
            return np.linalg.inv(np.linalg.cholesky(a))
    return None


def spd_inverse_host(a: np.ndarray) -> np.ndarray:
    factors = _small_factors(a)
    return _in_place(_invert_symmetric, a) if factors is None else factors.mT @ factors


def spd_solve_one(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    _, x, info = lapack.dposv(a.T, b, lower=1)
    return x if info == 0 else np.full_like(b, np.nan)


def inv_forms_host(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One matrix after another in one buffer, which stays in the cache."""
    factors = _small_factors(a)
    if factors is not None:
        return np.square(factors).sum((-2, -1)), np.square(factors @ b).sum(-2)
    lead, (n, k) = a.shape[:-2], b.shape[-2:]
    columns, buffer, traces = b.reshape(math.prod(lead), n, k), np.empty((n, n)), []
    halves = np.empty((len(columns), k, n))
    for matrix, vectors, half in zip(a.reshape(-1, n, n), columns, halves, strict=True):
        buffer[...] = matrix
        if _factor(buffer.T):
            _invert_lower(buffer.T)
        traces.append(np.vdot(buffer, buffer))
        if k:
            np.matmul(vectors.T, buffer, out=half)
    return np.array(traces).reshape(lead), np.vecdot(halves, halves).reshape(*lead, k)


def lower_one(transpose: bool) -> Callable[..., np.ndarray]:
    def solve(factor: np.ndarray, b: np.ndarray) -> np.ndarray:
        lower = factor.flags.f_contiguous
        x, info = lapack.dtrtrs(factor if lower else factor.T, b, lower=lower, trans=transpose == lower)
        return x if info == 0 else np.full_like(b, np.nan)

    return solve
