"""Linear algebra on stacks, on every backend: what the standard lacks or a backend does badly.

A matrix that is not positive definite gives NaN in its own trial, never an exception and never garbage.
"""

from __future__ import annotations

import numpy as np

from sims.arrays.host import cholesky_host, inv_forms_host, lower_one, spd_inverse_host, spd_solve_one, stacked
from sims.arrays.namespaces import Array, eye, is_cupy, namespace, on_host


def cholesky(a: Array) -> Array:
    """Return the lower Cholesky factors of a stack of positive definite matrices (NaN where one is not)."""
    if not is_cupy(a):
        return on_host(cholesky_host, a)
    import cupy

    factor = cupy.linalg.cholesky(a)
    # CuPy does not raise on an indefinite matrix: a residual beyond rounding marks the trial.
    residual = cupy.abs(factor @ factor.swapaxes(-1, -2) - a).max(axis=(-2, -1), keepdims=True)
    largest = cupy.abs(a).max(axis=(-2, -1), keepdims=True)
    return cupy.where(residual <= 1e-10 * a.shape[-1] * largest, factor, cupy.nan)


def solve_lower(factor: Array, b: Array, transpose: bool = False) -> Array:
    """Solve L x = b (or L' x = b) for stacks of lower triangular L (..., n, n) and b (..., n, k)."""
    if not is_cupy(b):
        return on_host(lambda f, m: stacked(lower_one(transpose), f, m), factor, b)
    import cupy
    from cupyx.scipy.linalg import solve_triangular

    lead = np.broadcast_shapes(factor.shape[:-2], b.shape[:-2])
    factor, b = cupy.broadcast_to(factor, lead + factor.shape[-2:]), cupy.broadcast_to(b, lead + b.shape[-2:])
    return solve_triangular(factor, b, lower=True, trans=1 if transpose else 0)


def spd_solve(a: Array, b: Array) -> Array:
    """Solve A x = b for stacks of positive definite A (..., n, n) and b (..., n, k)."""
    if not is_cupy(b):
        return on_host(lambda m, v: stacked(spd_solve_one, m, v), a, b)
    factor = cholesky(a)
    return solve_lower(factor, solve_lower(factor, b), transpose=True)


def spd_inverse(a: Array) -> Array:
    """Return the inverses of a stack of positive definite matrices."""
    if not is_cupy(a):
        return on_host(spd_inverse_host, a)
    inverse = solve_lower(cholesky(a), eye(a, a.shape[-1]))
    return inverse.swapaxes(-1, -2) @ inverse


def inv_forms(a: Array, b: Array) -> tuple[Array, Array]:
    """Return tr(A^-1) (...) and all b_j' A^-1 b_j (..., k) for positive definite A (..., n, n) and b (..., n, k)."""
    if not is_cupy(a):
        return on_host(inv_forms_host, a, b)
    inverse = solve_lower(cholesky(a), eye(a, a.shape[-1]))
    half = inverse @ b
    return (inverse * inverse).sum(axis=(-2, -1)), (half * half).sum(axis=-2)


def inv_trace(a: Array) -> Array:
    """Return tr(A^-1) of a stack of positive definite matrices (..., n, n), shape (...)."""
    return inv_forms(a, a[..., :0])[0]


def solve(a: Array, b: Array) -> Array:
    """Solve A x = b for stacks of general square A (..., n, n) and b (..., n, k) of equal leading shape."""
    return namespace(a).linalg.solve(a, b)


def eigh(a: Array) -> tuple[Array, Array]:
    """Return ascending eigenvalues (..., n) and eigenvectors (..., n, n) of a stack of symmetric matrices."""
    if not is_cupy(a):
        return on_host(lambda m: tuple(np.linalg.eigh(m)), a)
    import cupy

    if a.ndim == 2 or a.shape[-1] <= 32:  # batched Jacobi pays only for small matrices
        return tuple(cupy.linalg.eigh(a))
    pairs = [cupy.linalg.eigh(m) for m in a.reshape(-1, *a.shape[-2:])]
    values = cupy.stack([p[0] for p in pairs]).reshape(a.shape[:-1])
    return values, cupy.stack([p[1] for p in pairs]).reshape(a.shape)


def eigvalsh(a: Array) -> Array:
    """Return the ascending eigenvalues (..., n) of a stack of symmetric matrices."""
    return eigh(a)[0] if is_cupy(a) else on_host(np.linalg.eigvalsh, a)


def singular_values(a: Array) -> Array:
    """Return the descending singular values of a stack of matrices (..., n, p): small or reference problems only."""
    return namespace(a).linalg.svdvals(a)
