"""The one module of sims that calls NumPy, SciPy or CuPy on data: namespaces, random draws, transfers, linear algebra.

Kernels work on stacks (leading axis: trials) in the array-API namespace of their generator and take from here all that
the standard lacks or that a backend does badly. A matrix that is not positive definite gives NaN in its own trial,
never an exception and never garbage: the judge counts such trials.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.linalg.lapack as lapack
import scipy.special

try:
    import array_api_compat as compat
except ImportError:  # a node without package registry: SciPy ships a copy
    try:
        from scipy._lib import array_api_compat as compat  # type: ignore[no-redef]
    except ImportError:
        from scipy._external import array_api_compat as compat  # type: ignore[no-redef]

Array = Any
"""An array of any array-API namespace; shapes are given in the docstrings."""

Namespace = Any
Generator = Any
"""A numpy.random.Generator, a cupy.random.Generator or a StrictGenerator: all draw with a `size` keyword."""


# --- namespaces and transfers ----------------------------------------------------------------------------------------


class StrictGenerator:
    """A NumPy generator whose draws are array_api_strict arrays on a fake device: catches whatever is not portable."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.Generator(np.random.SFC64(seed))

    def __getattr__(self, name: str) -> Callable[..., Array]:
        method = getattr(self._rng, name)
        return lambda *args, **kwargs: asarray(self, method(*args, **kwargs))


def strict_rng(seed: int) -> StrictGenerator:
    """Return a generator of array_api_strict arrays, equal to the draws of NumPy's SFC64 from the same seed."""
    return StrictGenerator(seed)


def namespace(source: Array | Generator) -> Namespace:
    """Return the array-API namespace of an array or of a generator's draws."""
    if isinstance(source, StrictGenerator):
        import array_api_strict

        return array_api_strict
    if isinstance(source, np.random.Generator):
        return compat.array_namespace(np.empty(0))
    if type(source).__module__.startswith("cupy.random"):
        import array_api_compat.cupy

        return array_api_compat.cupy
    return compat.array_namespace(source)


def device(source: Array | Generator) -> Any:
    """Return the device on which new arrays must be made to mix with `source` (an array or a generator)."""
    if isinstance(source, StrictGenerator):
        import array_api_strict

        return array_api_strict.Device("device1")
    if isinstance(source, np.random.Generator):
        return "cpu"
    if type(source).__module__.startswith("cupy.random"):
        return None
    return compat.device(source)


def asarray(source: Array | Generator, host: Any) -> Array:
    """Return host data (NumPy array, number or nested list) as an array beside `source`, floats as float64."""
    if isinstance(source, np.random.Generator | np.ndarray):
        return np.asarray(host)
    return namespace(source).asarray(np.asarray(host), device=device(source))


def zeros(source: Array | Generator, shape: tuple[int, ...]) -> Array:
    """Return float64 zeros beside `source`."""
    xp = namespace(source)
    return xp.zeros(shape, dtype=xp.float64, device=device(source))


def eye(source: Array | Generator, n: int) -> Array:
    """Return the float64 identity of size n beside `source`."""
    xp = namespace(source)
    return xp.eye(n, dtype=xp.float64, device=device(source))


def arange(source: Array | Generator, n: int) -> Array:
    """Return the integers 0..n-1 (int64) beside `source`."""
    xp = namespace(source)
    return xp.arange(n, dtype=xp.int64, device=device(source))


def to_host(array: Array) -> np.ndarray:
    """Return a NumPy copy (or view) of any array: strict, CuPy, PyTorch or NumPy."""
    if isinstance(array, np.ndarray):
        return array
    if hasattr(array, "_array"):  # array_api_strict
        return np.asarray(array._array)
    if hasattr(array, "get"):  # CuPy
        return array.get()
    if hasattr(array, "detach"):  # PyTorch
        return array.detach().cpu().numpy()
    return np.asarray(array)


def _is_cupy(array: Array) -> bool:
    return type(array).__module__.split(".")[0] == "cupy"


# --- random draws that generators lack -------------------------------------------------------------------------------


def random_signs(rng: Generator, shape: tuple[int, ...]) -> Array:
    """Draw independent uniform signs -1.0 or +1.0."""
    u = rng.random(size=shape)
    return 1.0 - 2.0 * namespace(u).astype(u < 0.5, u.dtype)


def permutations(rng: Generator, trials: int, n: int) -> Array:
    """Draw `trials` independent uniform permutations of 0..n-1, shape (trials, n)."""
    u = rng.random(size=(trials, n))
    return namespace(u).argsort(u, axis=-1)


def haar_frames(rng: Generator, trials: int, n: int, k: int) -> Array:
    """Draw uniformly distributed n x k matrices with orthonormal columns, shape (trials, n, k).

    Q = A L^-T with A Gaussian and A'A = L L'; repeated once, which makes the columns orthonormal to rounding.
    """
    q = rng.standard_normal(size=(trials, n, k))
    for _ in range(2):
        q = solve_lower(cholesky(q.mT @ q), q.mT).mT
    return q


def gaussian_rows(rng: Generator, trials: int, n: int, scales: Array) -> Array:
    """Draw n rows N(0, diag(scales**2)) a trial, shape (trials, n, p)."""
    x = rng.standard_normal(size=(trials, n, math.prod(scales.shape)))
    x *= scales
    return x


def host_normals(seed: int, *shape: int) -> np.ndarray:
    """Return fixed standard normals from NumPy's default generator: part of a data set, not of a simulation."""
    return np.random.default_rng(seed).standard_normal(shape)


# --- linear algebra on stacks ----------------------------------------------------------------------------------------


def _on_host(function: Callable[..., Any], *arrays: Array) -> Any:
    """Run a NumPy function on arrays of any CPU backend and return its result beside the first of them."""
    results = function(*(to_host(a) for a in arrays))
    if isinstance(results, tuple):
        return tuple(asarray(arrays[0], r) for r in results)
    return asarray(arrays[0], results)


def _stacked(function: Callable[..., Any], *arrays: np.ndarray) -> np.ndarray:
    """Apply a function of single matrices over the common leading axes (faster than NumPy's own where there is one)."""
    lead = np.broadcast_shapes(*(a.shape[:-2] for a in arrays))
    flat = [np.broadcast_to(a, lead + a.shape[-2:]).reshape(-1, *a.shape[-2:]) for a in arrays]
    results = [function(*matrices) for matrices in zip(*flat, strict=True)]
    return np.stack(results).reshape(lead + results[0].shape)


def _cholesky_host(a: np.ndarray) -> np.ndarray:
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


def _spd_inverse_host(a: np.ndarray) -> np.ndarray:
    factors = _small_factors(a)
    return _in_place(_invert_symmetric, a) if factors is None else factors.mT @ factors


def _spd_solve_one(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    _, x, info = lapack.dposv(a.T, b, lower=1)
    return x if info == 0 else np.full_like(b, np.nan)


def _inv_forms_host(a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
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


def _lower_one(transpose: bool) -> Callable[..., np.ndarray]:
    def solve(factor: np.ndarray, b: np.ndarray) -> np.ndarray:
        lower = factor.flags.f_contiguous
        x, info = lapack.dtrtrs(factor if lower else factor.T, b, lower=lower, trans=transpose == lower)
        return x if info == 0 else np.full_like(b, np.nan)

    return solve


def cholesky(a: Array) -> Array:
    """Return the lower Cholesky factors of a stack of positive definite matrices (NaN where one is not)."""
    if not _is_cupy(a):
        return _on_host(_cholesky_host, a)
    import cupy

    factor = cupy.linalg.cholesky(a)
    # CuPy does not raise on an indefinite matrix: a residual beyond rounding marks the trial.
    residual = cupy.abs(factor @ factor.swapaxes(-1, -2) - a).max(axis=(-2, -1), keepdims=True)
    largest = cupy.abs(a).max(axis=(-2, -1), keepdims=True)
    return cupy.where(residual <= 1e-10 * a.shape[-1] * largest, factor, cupy.nan)


def solve_lower(factor: Array, b: Array, transpose: bool = False) -> Array:
    """Solve L x = b (or L' x = b) for stacks of lower triangular L (..., n, n) and b (..., n, k)."""
    if not _is_cupy(b):
        return _on_host(lambda f, m: _stacked(_lower_one(transpose), f, m), factor, b)
    import cupy
    from cupyx.scipy.linalg import solve_triangular

    lead = np.broadcast_shapes(factor.shape[:-2], b.shape[:-2])
    factor, b = cupy.broadcast_to(factor, lead + factor.shape[-2:]), cupy.broadcast_to(b, lead + b.shape[-2:])
    return solve_triangular(factor, b, lower=True, trans=1 if transpose else 0)


def spd_solve(a: Array, b: Array) -> Array:
    """Solve A x = b for stacks of positive definite A (..., n, n) and b (..., n, k)."""
    if not _is_cupy(b):
        return _on_host(lambda m, v: _stacked(_spd_solve_one, m, v), a, b)
    factor = cholesky(a)
    return solve_lower(factor, solve_lower(factor, b), transpose=True)


def spd_inverse(a: Array) -> Array:
    """Return the inverses of a stack of positive definite matrices."""
    if not _is_cupy(a):
        return _on_host(_spd_inverse_host, a)
    inverse = solve_lower(cholesky(a), eye(a, a.shape[-1]))
    return inverse.swapaxes(-1, -2) @ inverse


def inv_forms(a: Array, b: Array) -> tuple[Array, Array]:
    """Return tr(A^-1) (...) and all b_j' A^-1 b_j (..., k) for positive definite A (..., n, n) and b (..., n, k)."""
    if not _is_cupy(a):
        return _on_host(_inv_forms_host, a, b)
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
    if not _is_cupy(a):
        return _on_host(lambda m: tuple(np.linalg.eigh(m)), a)
    import cupy

    if a.ndim == 2 or a.shape[-1] <= 32:  # batched Jacobi pays only for small matrices
        return tuple(cupy.linalg.eigh(a))
    pairs = [cupy.linalg.eigh(m) for m in a.reshape(-1, *a.shape[-2:])]
    values = cupy.stack([p[0] for p in pairs]).reshape(a.shape[:-1])
    return values, cupy.stack([p[1] for p in pairs]).reshape(a.shape)


def eigvalsh(a: Array) -> Array:
    """Return the ascending eigenvalues (..., n) of a stack of symmetric matrices."""
    return eigh(a)[0] if _is_cupy(a) else _on_host(np.linalg.eigvalsh, a)


def singular_values(a: Array) -> Array:
    """Return the descending singular values of a stack of matrices (..., n, p): small or reference problems only."""
    return namespace(a).linalg.svdvals(a)


def assignment(cost: Array) -> Array:
    """Return for stacks of costs (..., n, n) the column of each row in the cheapest matching (..., n); on the host.

    Costs that are not finite are matched last.
    """
    import scipy.optimize

    def match_one(matrix: np.ndarray) -> np.ndarray:
        finite = np.isfinite(matrix)
        worst = 2.0 * np.abs(matrix[finite]).sum() + 1.0
        return np.asarray(scipy.optimize.linear_sum_assignment(np.where(finite, matrix, worst))[1])[:, None]

    return asarray(cost, _stacked(match_one, to_host(cost))[..., 0])


# --- special functions -----------------------------------------------------------------------------------------------


def _special(name: str, x: Array) -> Array:
    if not _is_cupy(x):
        return _on_host(getattr(scipy.special, name), x)
    import cupyx.scipy.special

    return getattr(cupyx.scipy.special, name)(x)


def erf(x: Array) -> Array:
    """The error function, entrywise."""
    return _special("erf", x)


def normal_cdf(x: Array) -> Array:
    """The standard normal cumulative distribution function, entrywise."""
    return _special("ndtr", x)


# --- validity --------------------------------------------------------------------------------------------------------


def where_valid(valid: Array, value: Array) -> Array:
    """Return `value` (truth values as 0.0 and 1.0) where `valid` is true and NaN elsewhere, as float64.

    A trial that says nothing must not count as an answer: validity is NaN, never 0 or 1.
    """
    xp = namespace(value)
    number = xp.astype(value, xp.float64)
    return xp.where(valid, number, xp.full_like(number, math.nan))


def less_equal(a: Array, b: Array | float) -> Array:
    """Return 1.0 where a <= b, 0.0 where a > b and NaN where either is NaN (plain comparisons call that false)."""
    xp = namespace(a)
    other = asarray(a, b) if isinstance(b, int | float) else b
    return where_valid(~(xp.isnan(a) | xp.isnan(other)), a <= other)


def kernel(floats: Callable[..., float]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Declare how many float64 numbers one trial of a kernel keeps alive, as a function of its cell's parameters.

    The plan sizes its blocks by it, so that a block's working set stays near 50 MB on a CPU.
    """

    def mark(function: Callable[..., Any]) -> Callable[..., Any]:
        function.floats_per_trial = floats  # type: ignore[attr-defined]
        return function

    return mark
