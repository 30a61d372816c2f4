"""Parallel chains with weight decay on any design, trained from random starts, on real and on drawn rows."""

from __future__ import annotations

from typing import NamedTuple

from sims import instances
from sims.arrays import Array, Generator, NonNegative, asarray, host_array, kernel, namespace
from sims.digits import Regression
from sims.lasso import lasso_gap
from sims.optimize import flattest
from sims.weight_decay_sparsity.factors import others


class Chains(NamedTuple):
    """Products (trials, d) of the best start; of these the number above 1e-4 and R^2; the gradient left; the duality
    gap of the lasso (of two factors): (trials,)."""

    w: Array
    kept: Array
    r2: Array
    gradient: Array
    gap: Array


def diabetes() -> Regression:
    """Ten features of 442 patients on the course of their disease, standardised, over the root of 442.

    So X'X has ones on its diagonal, and |y| is 1.

    >>> diabetes().features.shape
    (442, 10)
    """
    from sklearn.datasets import load_diabetes

    x, y = load_diabetes(return_X_y=True)
    x, y = x - x.mean(axis=0), y - y.mean()
    return Regression(x / (x * x).sum(axis=0) ** 0.5, y / (y * y).sum() ** 0.5)


def sparse_rows(n: int, d: int, *, instance: int = 0) -> Regression:
    """Gaussian rows of columns near unit length, targets of three coefficients 1, -1, 1 and noise of deviation 0.1.

    >>> sparse_rows(20, 30).features.shape
    (20, 30)
    """
    rng = instances.generator("sparse_rows", instance)
    x = rng.standard_normal((n, d)) / n**0.5
    return Regression(x, x[:, 0] - x[:, 1] + x[:, 2] + 0.1 * rng.standard_normal(n) / n**0.5)


def hadamard_rows(z: tuple[float, ...]) -> Regression:
    """Orthonormal columns of signs, and the targets of which they see the coefficients z (a power of two of them).

    >>> rows = hadamard_rows((1.0, 2.0))
    >>> (rows.features.T @ rows.targets).round(12)
    array([1., 2.])
    """
    d = len(z)
    if d & (d - 1):
        raise ValueError(f"z = {z!r}: must be 1, 2, 4, 8, ... numbers")
    x = host_array([[(-1.0) ** (i & j).bit_count() for j in range(d)] for i in range(d)]) / d**0.5
    return Regression(x, x @ host_array(z))


@kernel(floats=lambda X, y, lam, depth=2, starts=4, **_: 24 * starts * X.shape[-1] * depth, block=2)
def parallel_chains(
    X: Array,
    y: Array,
    lam: NonNegative,
    depth: int = 2,
    starts: int = 4,
    steps: int = 600,
    *,
    trials: int,
    rng: Generator,
) -> Chains:
    """Least |y - Xw|^2/2 + lam |factors|^2/2 with w_j a product of `depth` factors: the best of random starts.

    X: samples as rows (n, d); y (n,). Starts are 0.5 times normal factors; all factors of all coefficients descend
    together. The gap is that of the lasso at w, over |y|^2/2: it certifies two factors, for others it says nothing.

    >>> from sims.arrays import host_array, strict_rng
    >>> rows = (host_array([[1.0, 0.0], [0.0, 1.0]]), host_array([3.0, 0.5]))
    >>> parallel_chains(*rows, 1.0, trials=1, rng=strict_rng(0)).w.shape
    (1, 2)
    """
    d = X.shape[-1]
    start = rng.standard_normal(size=(trials * starts, d * depth))
    xp = namespace(start)
    design, seen = asarray(start, X), asarray(start, y)
    whole = 0.5 * xp.sum(seen * seen)
    gram, moment = design.mT @ design, (design.mT @ seen[:, None])[:, 0]

    def objective(flat: Array) -> tuple[Array, Array]:
        w = xp.reshape(flat, (-1, d, depth))
        rest = others(w)
        a = rest[..., 0] * w[..., 0]
        along = a @ gram
        value = whole + xp.sum(a * (0.5 * along - moment), axis=-1) + 0.5 * lam * xp.sum(flat * flat, axis=-1)
        return value, lam * flat + xp.reshape((along - moment)[..., None] * rest, flat.shape)

    end = flattest(objective, 0.5 * start, steps, rounds=3)
    values = xp.reshape(end.value, (trials, starts))
    slopes = xp.reshape(xp.sqrt(xp.sum(end.gradient**2, axis=-1)), values.shape)
    # Starts that reach one minimum differ by rounding: of them the flattest.
    best = xp.argmin(values + 1e-3 * slopes, axis=-1, keepdims=True)
    ends = xp.reshape(end.point, (trials, starts, d, depth))
    index = xp.broadcast_to(best[..., None, None], (trials, 1, d, depth))
    w = xp.take_along_axis(ends, index, axis=1)[:, 0, ...]
    a = w[..., 0] * others(w)[..., 0]
    many = xp.broadcast_to(design, (trials, *design.shape))
    targets = xp.broadcast_to(seen, (trials, seen.shape[0]))
    left = targets - (many @ a[..., None])[..., 0]
    return Chains(
        a,
        xp.sum(xp.astype(xp.abs(a) > 1e-4, xp.float64), axis=-1),
        1 - xp.sum(left * left, axis=-1) / (2 * whole),
        xp.take_along_axis(slopes, best, axis=-1)[:, 0],
        lasso_gap(many, targets, a, lam if lam > 0 else 1e-300),
    )
