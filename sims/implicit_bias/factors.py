"""Gradient flow on factors: diagonal networks, commuting matrix factorisations, one mode of a deep linear network."""

from __future__ import annotations

from typing import Any, NamedTuple

from sims import arrays, instances
from sims.arrays import Array, Generator, Positive, haar_frames, kernel, namespace, where_valid
from sims.implicit_bias.flows import Scheme, advance, settle

TARGET, MOST = 1e-10, 40000
"""A flow has ended when its data are met to this share of their size, within so many steps."""


class Limit(NamedTuple):
    """Where the flow ends: beta (trials, m, d), its l1 norm and smallest |coefficient| (trials, m), and certificates
    (trials, m): the share of the data missed, the change by halved steps."""

    beta: Array
    l1: Array
    smallest: Array
    residual: Array
    error: Array


class MatrixLimit(NamedTuple):
    """Eigenvalues x in the common eigenvectors (trials, m, d), their sum, the largest entry off the diagonal there, and
    certificates as in `Limit`; all but x (trials, m)."""

    x: Array
    trace: Array
    off: Array
    residual: Array
    error: Array


class Mode(NamedTuple):
    """Strength a (trials, K) at K times, the invariant differences of factors, and the change by halved steps."""

    a: Array
    spread: Array
    error: Array


class Regression(NamedTuple):
    """Stacks X (count, n, d) and y (count, n)."""

    X: Array
    y: Array


def orthonormal_problems(count: int, n: int, d: int, *, instance: int = 0) -> Regression:
    """Return `count` underdetermined problems: X with orthonormal rows, y = X b for a Gaussian b with half its entries.

    >>> [x.shape for x in orthonormal_problems(2, 3, 5)]
    [(2, 3, 5), (2, 3)]
    """
    return instances.stack(_problem, count, n, d, instance=instance)


def _problem(n: int, d: int, *, instance: int) -> Regression:
    X = instances.frame(d, n, instance=instance).T
    rng = instances.generator("orthonormal_problem", instance)
    return Regression(X, X @ (rng.standard_normal(d) * (rng.random(d) < 0.5) + 0.2 * rng.standard_normal(d)))


def positive_problems(count: int, m: int, d: int, *, instance: int = 0) -> Regression:
    """Return `count` sets of m orthonormal rows of eigenvalues X with y = X x for some x in [0.2, 1].

    >>> [x.shape for x in positive_problems(2, 3, 6)]
    [(2, 3, 6), (2, 3)]
    """
    return instances.stack(_positive, count, m, d, instance=instance)


def _positive(m: int, d: int, *, instance: int) -> Regression:
    X = instances.frame(d, m, instance=instance).T
    return Regression(X, X @ instances.generator("positive_problem", instance).uniform(0.2, 1.0, d))


def tilts(count: int, d: int, *, instance: int = 0) -> Array:
    """Return (count, d) numbers log(u(0)/v(0)) from -1 to 1, by instance number.

    >>> tilts(2, 4).shape
    (2, 4)
    """
    return instances.stack(_tilt, count, d, instance=instance)


def _tilt(d: int, *, instance: int) -> Array:
    return instances.generator("tilt", instance).uniform(-1.0, 1.0, d)


def _repeated(rng: Generator, trials: int, *fields: Array) -> list[Array]:
    return [x[None, ...] + arrays.zeros(rng, (trials,) + (1,) * x.ndim) for x in fields]


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
    "descent" (error 0). Returns fields beta, l1, smallest and the certificates residual, error. All trials are equal.

    >>> from sims.arrays import strict_rng
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
    ends = [settle(field, start, part * h, scheme, lambda z: _norm(rest(z)) / _norm(target), TARGET, int(MOST / part))
            for part in ((1.0, 0.5) if scheme == "flow" else (1.0,))]  # fmt: skip
    end, residual = ends[-1]
    error = xp.max(xp.abs(product(end) - product(ends[0][0])), axis=-1)
    beta = where_valid((residual <= TARGET)[:, None], product(end))
    sizes = xp.abs(beta)
    return Limit(*_repeated(rng, trials, beta, xp.sum(sizes, axis=-1), xp.min(sizes, axis=-1), residual, error))


@kernel(floats=lambda A_eigs, **_: 20 * A_eigs.size * A_eigs.shape[-1], block=1)
def commuting_factorisation_limit(
    A_eigs: Array, y: Array, alpha: Positive, *, step: Positive = 0.4, trials: int, rng: Generator
) -> MatrixLimit:
    r"""Train U on $\sum_i (\langle A_i, UU^\top\rangle - y_i)^2/2$ from alpha I, A_i = Q diag(a_i) Q', Q random.

    A_eigs: (m, k, d), row i the eigenvalues a_i; y: (m, k); alpha > 0; step: a step times the fastest rate, the rows of
    eigenvalues being orthonormal. The full matrices are trained. Returns fields x (the diagonal of Q' U U' Q), trace,
    off (its largest entry off the diagonal), and the certificates residual, error. A new Q for every trial.

    >>> from sims.arrays import strict_rng
    >>> commuting_factorisation_limit(*positive_problems(2, 2, 3), 0.5, trials=1, rng=strict_rng(0)).x.shape
    (1, 2, 3)
    """
    eigenvalues, target = arrays.asarray(rng, A_eigs), arrays.asarray(rng, y)
    xp = namespace(eigenvalues)
    (m, k, d), ends = eigenvalues.shape, []
    q = haar_frames(rng, trials * m, d, d)
    eigenvalues = xp.reshape(eigenvalues[None, ...] + arrays.zeros(rng, (trials, 1, 1, 1)), (-1, k, d))
    target = xp.reshape(target[None, ...] + arrays.zeros(rng, (trials, 1, 1)), (-1, k))
    A = q[:, None, :, :] @ (eigenvalues[..., None] * q.mT[:, None, :, :])
    flat = xp.reshape(A, (-1, k, d * d))

    def rest(u: Array) -> Array:
        return (flat @ xp.reshape(u @ u.mT, (-1, d * d, 1)))[..., 0] - target

    def field(u: Array) -> Array:
        slope = xp.reshape(rest(u)[:, None, :] @ flat, (-1, d, d))
        return -2 * (slope @ u)

    start = alpha * arrays.eye(rng, d)[None, :, :] + xp.zeros_like(q)
    h = (step / (4 * (_norm(target) + _norm(rest(start)) + alpha**2)))[:, None, None]
    for part in (1.0, 0.5):
        end, residual = settle(
            field, start, part * h, "flow", lambda u: _norm(rest(u)) / _norm(target), TARGET, int(MOST / part)
        )
        ends.append(q.mT @ end @ end.mT @ q)
    identity = arrays.eye(rng, d)
    x = xp.sum(ends[-1] * identity, axis=-1)
    off = xp.max(xp.abs(ends[-1] * (1 - identity)), axis=(-2, -1))
    error = xp.max(xp.abs(ends[1] - ends[0]), axis=(-2, -1))
    x = where_valid((residual <= TARGET)[:, None], x)
    fields = (x, xp.sum(x, axis=-1), off, residual, error)
    return MatrixLimit(*(xp.reshape(f, (trials, m, *f.shape[1:])) for f in fields))


@kernel(floats=lambda depth, **_: 60 * depth, block=1)
def deep_linear_mode(
    t: Array,
    s: Positive,
    a0: Positive,
    depth: int,
    *,
    steps: int = 200,
    scheme: Scheme = "flow",
    trials: int,
    rng: Generator,
) -> Mode:
    r"""Train the factors of one mode of a deep linear network, each from a0^{1/depth}, on $(s - \prod w)^2/2$.

    t: increasing times > 0; s, a0: target and strength at the start; steps: for a unit of time; scheme: "flow" (order
    four; error by halved steps) or "descent" (error 0). Returns fields a (trials, K), spread (between the factors), and
    the certificate error, (trials, K) each. All trials are equal.

    >>> from sims.arrays import strict_rng
    >>> deep_linear_mode([0.5, 1.0], 1.0, 0.1, 3, trials=1, rng=strict_rng(0)).a.shape
    (1, 2)
    """
    start = arrays.zeros(rng, (1, depth)) + a0 ** (1 / depth)
    xp = namespace(start)
    coarse = _mode(start, t, s, steps, scheme)
    fine = _mode(start, t, s, 2 * steps, scheme) if scheme == "flow" else coarse
    a = xp.prod(fine, axis=-1)
    error = xp.abs(a - xp.prod(coarse, axis=-1)) / xp.abs(a)
    return Mode(*_repeated(rng, trials, a, xp.max(fine, axis=-1) - xp.min(fine, axis=-1), error))


def _mode(w: Array, t: Array, s: float, steps: int, scheme: Scheme) -> Array:
    """Factors (K, depth) at the times t."""
    xp = namespace(w)

    def field(w: Array) -> Array:
        strength = xp.prod(w, axis=-1, keepdims=True)
        return (s - strength) * strength / w

    now, found = 0.0, []
    for end in (float(x) for x in t):
        count = max(1, round((end - now) * steps))
        for _ in range(count):
            w = advance(field, w, (end - now) / count, scheme)
        now = end
        found.append(w)
    return xp.concat(found, axis=0)


class Start(NamedTuple):
    """Stacks X (count, n, d), y (count, n) and w0 (count, d)."""

    X: Array
    y: Array
    w0: Array


def gaussian_problems(count: int, n: int, d: int, *, instance: int = 0) -> Start:
    """Return `count` Gaussian problems of least squares, entries of X with variance 1/d, and Gaussian starts.

    >>> [x.shape for x in gaussian_problems(2, 3, 5)]
    [(2, 3, 5), (2, 3), (2, 5)]
    """
    return instances.stack(_gaussian, count, n, d, instance=instance)


def _gaussian(n: int, d: int, *, instance: int) -> Start:
    rng = instances.generator("least_squares_problem", instance)
    return Start(rng.standard_normal((n, d)) / d**0.5, rng.standard_normal(n), rng.standard_normal(d))


@kernel(floats=lambda X, **_: 2 * X.size, block=1)
def gd_least_squares(X: Array, y: Array, w0: Array, step: Positive, T: int, *, trials: int, rng: Generator) -> Array:
    r"""Gradient descent on $\|Xw - y\|^2/2$: T steps from w0, a stack of problems.

    X: (m, n, d); y: (m, n); w0: (m, d). Returns w_T (trials, m, d), all trials equal.

    >>> from sims.arrays import strict_rng
    >>> gd_least_squares(*gaussian_problems(2, 3, 5), 0.1, 3, trials=1, rng=strict_rng(0)).shape
    (1, 2, 5)
    """
    given, target, w = (arrays.asarray(rng, a) for a in (X, y, w0))
    for _ in range(T):
        w = w - step * (given.mT @ ((given @ w[..., None]) - target[..., None]))[..., 0]
    return _repeated(rng, trials, w)[0]
