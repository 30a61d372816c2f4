"""Gradient flow on factors, to its end: diagonal networks, and matrices whose measurements commute or do not."""

from __future__ import annotations

from typing import Any, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Positive, haar_frames, kernel, namespace, where_valid
from sims.implicit_bias.flows import Scheme, repeated, settle

TARGET, MOST = 1e-10, 40000
"""A flow has ended when its data are met to this share of their size, within so many steps of length 0.4."""


class Limit(NamedTuple):
    """Where the flow ends: beta (trials, m, d), its l1 norm and smallest |coefficient| (trials, m), and certificates
    (trials, m): the share of the data missed, the change by halved steps, that of the smallest |coefficient| over
    it."""

    beta: Array
    l1: Array
    smallest: Array
    residual: Array
    error: Array
    smallest_error: Array


class MatrixLimit(NamedTuple):
    """Eigenvalues x in the common eigenvectors (trials, m, d), their sum, the largest entry off the diagonal there, and
    certificates as in `Limit`; all but x (trials, m)."""

    x: Array
    trace: Array
    off: Array
    residual: Array
    error: Array


def _most(step: float) -> int:
    return int(0.4 * MOST / step)


def _norm(x: Array) -> Array:
    xp = namespace(x)
    return xp.sqrt(xp.sum(x * x, axis=-1))


@kernel(floats=lambda X, **_: 20 * X.size, block=1)
def diagonal_network_limit(
    X: Array,
    y: Array,
    alpha: Positive,
    tilt: Any = 0.0,
    *,
    step: Positive = 0.4,
    scheme: Scheme = "flow",
    trials: int,
    rng: Generator,
) -> Limit:
    r"""Train diagonal networks beta = u*u - v*v on $\|X\beta - y\|^2/2$ to the end, a stack at once.

    X: (m, n, d); y: (m, n); alpha: u v = alpha^2 at the start; tilt: 0 or (m, d), log(u/v) there; step: a step times
    the fastest rate at the start of the problem, |X|^2 being 1; scheme: "flow" (order four; error by halved steps) or
    "descent" (errors 0). Returns fields beta, l1, smallest and the certificates residual, error, smallest_error. All
    trials are equal.

    >>> from sims.arrays import strict_rng
    >>> from sims.implicit_bias import orthonormal_problems
    >>> diagonal_network_limit(*orthonormal_problems(2, 2, 4), 1.0, trials=1, rng=strict_rng(0)).beta.shape
    (1, 2, 4)
    """
    given, target = arrays.asarray(rng, X), arrays.asarray(rng, y)
    xp, d = namespace(given), given.shape[-1]
    half = arrays.asarray(rng, tilt) / 2 + xp.zeros_like(given[:, 0, :])
    start = alpha * xp.concat([xp.exp(half), xp.exp(-half)], axis=-1)

    def product(z: Array) -> Array:
        return z[:, :d] ** 2 - z[:, d:] ** 2

    def rest(z: Array) -> Array:
        return (given @ product(z)[..., None])[..., 0] - target

    def field(z: Array) -> Array:
        slope = -2 * (given.mT @ rest(z)[..., None])[..., 0]
        return z * xp.concat([slope, -slope], axis=-1)

    # |beta| + 2 alpha^2 bounds u^2 + v^2 at a solution, and the residual the rest of the curvature.
    size = _norm(target) + _norm(rest(start))
    h = (step / (4 * (size + xp.max(start * start, axis=-1))))[:, None]

    def share(z: Array) -> Array:
        return _norm(rest(z)) / _norm(target)

    parts = (1.0, 0.5) if scheme == "flow" else (1.0,)
    ends = [settle(field, start, part * h, scheme, share, TARGET, _most(part * step)) for part in parts]
    end, residual = ends[-1]
    error = xp.max(xp.abs(product(end) - product(ends[0][0])), axis=-1)
    beta = where_valid((residual <= TARGET)[:, None], product(end))
    sizes = xp.abs(beta)
    smallest = xp.min(sizes, axis=-1)
    finer = xp.abs(xp.min(xp.abs(product(ends[0][0])), axis=-1) - smallest) / smallest
    return Limit(*repeated(rng, trials, beta, xp.sum(sizes, axis=-1), smallest, residual, error, finer))


@kernel(floats=lambda A_eigs, **_: 20 * A_eigs.size * A_eigs.shape[-1], block=1)
def commuting_factorisation_limit(
    A_eigs: Array, y: Array, alpha: Positive, *, step: Positive = 0.4, trials: int, rng: Generator
) -> MatrixLimit:
    r"""Train U on $\sum_i (\langle A_i, UU^\top\rangle - y_i)^2/2$ from alpha I, A_i = Q diag(a_i) Q', Q random.

    A_eigs: (m, k, d), row i the eigenvalues a_i; y: (m, k); alpha > 0; step: a step times the fastest rate, the rows of
    eigenvalues being orthonormal. The full matrices are trained. Returns fields x (the diagonal of Q' U U' Q), trace,
    off (its largest entry off the diagonal), and the certificates residual, error. A new Q for every trial.

    >>> from sims.arrays import strict_rng
    >>> from sims.implicit_bias import positive_problems
    >>> commuting_factorisation_limit(*positive_problems(2, 2, 3), 0.5, trials=1, rng=strict_rng(0)).x.shape
    (1, 2, 3)
    """
    eigenvalues, target = arrays.asarray(rng, A_eigs), arrays.asarray(rng, y)
    xp = namespace(eigenvalues)
    m, k, d = eigenvalues.shape
    q = haar_frames(rng, trials * m, d, d)
    eigenvalues = xp.reshape(eigenvalues[None, ...] + arrays.zeros(rng, (trials, 1, 1, 1)), (-1, k, d))
    target = xp.reshape(target[None, ...] + arrays.zeros(rng, (trials, 1, 1)), (-1, k))
    A = q[:, None, :, :] @ (eigenvalues[..., None] * q.mT[:, None, :, :])
    found, residual, error = _trained(A, target, _norm(target), alpha, step)
    found = q.mT @ found @ q
    x = where_valid((residual <= TARGET)[:, None], xp.linalg.diagonal(found))
    off = xp.max(xp.abs(found * (1 - arrays.eye(rng, d))), axis=(-2, -1))
    fields = (x, xp.sum(x, axis=-1), off, residual, error)
    return MatrixLimit(*(xp.reshape(f, (trials, m, *f.shape[1:])) for f in fields))


def _trained(A: Array, target: Array, size: Array, alpha: float, step: float) -> tuple[Array, Array, Array]:
    """UU' (p, d, d) at the end of the flow for orthonormal A (p, k, d, d), the share of the data missed, and the change
    by halved steps; size: of the largest eigenvalue on the way."""
    xp, (p, k, d, _) = namespace(A), A.shape
    flat, ends = xp.reshape(A, (p, k, d * d)), []

    def rest(u: Array) -> Array:
        return (flat @ xp.reshape(u @ u.mT, (p, d * d, 1)))[..., 0] - target

    def field(u: Array) -> Array:
        slope = xp.reshape(rest(u)[:, None, :] @ flat, (p, d, d))
        return -2 * (slope @ u)

    def share(u: Array) -> Array:
        return _norm(rest(u)) / _norm(target)

    start = alpha * arrays.eye(A, d) + xp.zeros_like(A[:, 0, :, :])
    h = (step / (4 * (size + _norm(rest(start)) + alpha**2)))[:, None, None]
    for part in (1.0, 0.5):
        end, residual = settle(field, start, part * h, "flow", share, TARGET, _most(part * step))
        ends.append(end @ end.mT)
    return ends[1], residual, xp.max(xp.abs(ends[1] - ends[0]), axis=(-2, -1))


class Planted(NamedTuple):
    """Trace of the limit, its distance to the solution of least trace, and certificates as in `Limit`, (trials,)."""

    trace: Array
    distance: Array
    residual: Array
    error: Array


def _planted(rng: Generator, trials: int, k: int, d: int, rank: int) -> tuple[Array, Array]:
    """Orthonormal measurements (trials, k, d, d) and the only positive semidefinite X of least trace that meets them.

    The first is I - S with S >= 0 zero exactly on the range of X: S and X certify each other, trace 1 is the least.
    """
    q = haar_frames(rng, trials, d, d)
    xp = namespace(q)
    inside = arrays.asarray(rng, [1.0] * rank + [0.0] * (d - rank))
    weights = inside * rng.uniform(0.5, 1.5, size=(trials, d))
    weights = weights / xp.sum(weights, axis=-1, keepdims=True)
    first = inside + (1 - inside) * rng.uniform(-1.0, 0.8, size=(trials, d))
    rest = rng.standard_normal(size=(trials, k - 1, d, d))
    A = xp.concat([(first[..., None] * arrays.eye(rng, d))[:, None, :, :], rest + rest.mT], axis=1)
    A = q[:, None, :, :] @ A @ q.mT[:, None, :, :]
    frame = xp.linalg.qr(xp.reshape(A, (trials, k, d * d)).mT, mode="reduced")[0]
    return xp.reshape(frame.mT, (trials, k, d, d)), q @ (weights[..., None] * q.mT)


@kernel(floats=lambda k, d, **_: 20 * k * d**3, block=16)
def planted_factorisation(
    k: int, d: int, rank: int, alpha: Positive, step: Positive = 0.8, *, trials: int, rng: Generator
) -> Planted:
    r"""Train U from alpha I on k random measurements of a matrix X of trace 1, the least of all that meet them.

    k, d: measurements, at least rank (rank + 1)/2, of d x d matrices, symmetric Gaussian but one that makes X the
    least; rank of X, below d; step: as above. A new problem for every trial. Returns fields trace, distance (Frobenius,
    of UU' from X), and the certificates residual, error.

    >>> from sims.arrays import strict_rng
    >>> planted_factorisation(2, 3, 1, 0.1, trials=2, rng=strict_rng(0)).trace.shape
    (2,)
    """
    if not 1 <= rank < d:
        raise ValueError(f"rank = {rank!r}: must be an integer from 1 to d - 1 = {d - 1}")
    if k < rank * (rank + 1) // 2:
        raise ValueError(f"k = {k!r}: must be an integer >= rank (rank + 1)/2 = {rank * (rank + 1) // 2}")
    A, X = _planted(rng, trials, k, d, rank)
    xp = namespace(A)
    target = xp.sum(A * X[:, None, :, :], axis=(-2, -1))
    found, residual, error = _trained(A, target, 1 + 0 * target[:, 0], alpha, step)
    found = where_valid((residual <= TARGET)[:, None, None], found)
    away = found - X
    return Planted(xp.linalg.trace(found), xp.sqrt(xp.sum(away * away, axis=(-2, -1))), residual, error)
