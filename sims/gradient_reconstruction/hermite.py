"""Moments of one gradient at random Gaussian weights: coefficients, tensors, their errors, the subspace."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims.activations import Activation, activate
from sims.arrays import (
    Array,
    Generator,
    NonNegative,
    Share,
    Whole,
    asarray,
    eigh,
    eye,
    kernel,
    namespace,
    random_signs,
    spd_solve,
    zeros,
)
from sims.gradient_reconstruction import queries, small_moments


class TensorProjections(NamedTuple):
    """Projections of the moment tensors on each sample's own direction, each (trials, B)."""

    order1: Array
    order2: Array
    order3: Array
    order4: Array


class TensorErrors(NamedTuple):
    """Squared Frobenius errors of the moment tensors, each (trials,)."""

    order1: Array
    order2: Array
    order3: Array


class SubspaceErrors(NamedTuple):
    """|sin Theta|_F^2 of the top eigenvectors of order 2 to the samples' span, its first-order part integrated over the
    weights outside that span (`drawn`: not integrated); sin^2 of order 1 to sum r_i x_i."""

    subspace: Array
    direction: Array
    drawn: Array


@kernel(floats=lambda m=1024, **_: 6 * m)
def hermite_coefficient(
    activation: Activation,
    p: Whole,
    norm: float = 1.0,
    *,
    slope: float = 0.01,
    alpha: float = 1.0,
    m: int = 1024,
    trials: int,
    rng: Generator,
) -> Array:
    """Return means of s(norm z) He_p(z) over m standard normals, shape (trials,).

    activation: a name of `sims.activations` or a function of one number; p >= 0: the order; norm: of the sample; slope,
    alpha: of leaky_relu and elu; m: draws a trial.

    >>> from sims.arrays import strict_rng
    >>> hermite_coefficient('relu', 2, m=64, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    z = rng.standard_normal(size=(trials, m))
    values = activate(norm * z, activation, slope, alpha)
    values *= queries.hermite_polynomial(p, z)
    return namespace(z).mean(values, axis=-1)


@kernel(floats=lambda X, p, m=256, **_: (4 + p * p) * m * len(X[0]) + len(X[0]) ** p)
def population_tensor(
    X: object,
    r: object,
    activation: Activation,
    p: Whole,
    *,
    slope: float = 0.01,
    alpha: float = 1.0,
    m: int = 256,
    trials: int,
    rng: Generator,
) -> Array:
    """Return the moment tensors T_p of m random neurons, shape (trials,) + (d,)*p, orders 0 to 3 (3 for small d).

    X (B, d): samples; r (B,): residuals; activation, slope, alpha as in `hermite_coefficient`; p from 0 to 3: the
    order.

    >>> from sims.arrays import strict_rng
    >>> population_tensor([[1.0, 0.0]], [1.0], 'relu', 2, m=64, trials=3, rng=strict_rng(0)).shape
    (3, 2, 2)
    """
    W, g = queries.random_query(rng, trials, m, X, r, activation, slope, alpha)
    return _moment_tensor(W, g, p)


@kernel(floats=lambda X, p, m, **_: (4 + p * p) * m * len(X[0]) + len(X[0]) ** p)
def population_tensor_with_output(
    X: object,
    y: object,
    output_scale: NonNegative,
    m: int,
    activation: Activation,
    p: Whole,
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """Return the moment tensors of a network whose output weights are output_scale/m, shape (trials,) + (d,)*p.

    X (B, d): samples; y (B,): targets; p from 0 to 3: the order.

    >>> from sims.arrays import strict_rng
    >>> population_tensor_with_output([[1.0, 0.0]], [1.0], 1.0, 64, 'relu', 1, trials=3, rng=strict_rng(0)).shape
    (3, 2)
    """
    xp = namespace(rng)
    samples = 1.0 * asarray(rng, X)
    W = rng.standard_normal(size=(trials, m, samples.shape[1]))
    values = activate(W @ samples.mT, activation)
    residuals = output_scale * xp.mean(values, axis=1) - asarray(rng, y)
    return _moment_tensor(W, xp.sum(values * residuals[:, None, :], axis=-1), p)


def _moment_tensor(W: Array, g: Array, p: int) -> Array:
    if p not in (0, 1, 2, 3):
        raise ValueError(f"p = {p!r}: must be 0, 1, 2 or 3 (higher orders are only contracted)")
    if p == 0:
        return namespace(g).mean(g, axis=-1)
    return (queries.order1, queries.order2, small_moments.third_tensor)[p - 1](W, g)


@kernel(floats=lambda d, m=256, **_: 4 * m * d + 8 * d * d)
def tensor_projections(
    activation: Activation, d: int, norms: tuple[float, ...], cosine: Share, r: tuple[float, ...], *, m: int = 256,
    trials: int, rng: Generator,
) -> TensorProjections:  # fmt: skip
    """Draw m neurons a trial, form the moments of orders 1 and 2 and the contractions of orders 3 and 4, project them.

    The batch has the given norms and one common cosine: x_i = norm_i (sqrt(1 - cosine) e_i + sqrt(cosine) e_last).

    d: inputs, more than samples; norms, r: norms and residuals of the samples; cosine in [0, 1]: between any two.
    Returns the fields of `TensorProjections`, each (trials, B).

    >>> from sims.arrays import strict_rng
    >>> tensor_projections('relu', 4, (1.0, 2.0), 0.3, (1.0, -1.0), m=64, trials=3, rng=strict_rng(0)).order1.shape
    (3, 2)
    """
    X = equiangular_batch(d, norms, cosine)
    W, g = queries.random_query(rng, trials, m, X, r, activation)
    xp, directions = namespace(W), queries.unit_rows(asarray(rng, X))
    first = queries.order1(W, g) @ directions.mT
    second = queries.along(directions, queries.order2(W, g))
    third, fourth = [], []
    for i in range(len(norms)):
        x = directions[i : i + 1, :] + zeros(W, (trials, 1))
        third.append(queries.along(x[:, None, :], queries.order3(W, g, x))[:, 0])
        A = x[:, :, None] * x[:, None, :]
        fourth.append(queries.along(x[:, None, :], queries.order4(W, g, A))[:, 0])
    return TensorProjections(first, second, xp.stack(third, axis=-1), xp.stack(fourth, axis=-1))


def equiangular_batch(d: int, norms: tuple[float, ...], cosine: float) -> list[list[float]]:
    """Rows of given norms with one common cosine between any two; d must exceed their number."""
    if len(norms) >= d:
        raise ValueError(f"d = {d}: must be larger than the number of samples, {len(norms)}")
    own, shared = math.sqrt(1 - cosine), math.sqrt(cosine)
    return [[t * (own if k == i else shared if k == d - 1 else 0.0) for k in range(d)] for i, t in enumerate(norms)]


@kernel(floats=lambda X, m, **_: 12 * m * len(X[0]) + len(X[0]) ** 2)
def tensor_mse(X: object, r: object, m: int, order: int, *, trials: int, rng: Generator) -> Array:
    """Return half the squared distance of two independent moment tensors (relu, m neurons each): their squared error.

    Shape (trials,). Order 3 forms d^2 (d+1)/2 numbers a trial: for small d.

    X (B, d): samples; r (B,): residuals; m: neurons, >= 1; order: 1, 2 or 3.

    >>> from sims.arrays import strict_rng
    >>> tensor_mse([[1.0, 0.0]], [1.0], 64, 2, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    (W, g), other = (queries.random_query(rng, trials, m, X, r, "relu") for _ in range(2))
    xp = namespace(W)
    if order == 3:
        return 0.5 * small_moments.third_order_squared((W, g), other)
    moment = queries.order1 if order == 1 else queries.order2
    difference = moment(W, g) - moment(*other)
    return 0.5 * xp.sum(difference * difference, axis=tuple(range(1, difference.ndim)))


@kernel(floats=lambda d, m, **_: 7 * m * d + 3 * m + 2 * d**3)
def tensor_errors(
    d: int, norms: tuple[float, ...], cosine: Share, r: tuple[float, ...], m: int, *, trials: int, rng: Generator
) -> TensorErrors:
    """Return the squared errors of all three moment tensors from one pair of networks (equiangular batch, relu).

    d dimensions; norms (B,) > 0 and cosine in [0, 1]: of the samples; r (B,): residuals; m neurons. Returns the
    fields of TensorErrors, each (trials,).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> tensor_errors(3, (1.0, 2.0), 0.3, (1.0, -0.5), 500, trials=2, rng=rng)[0].shape
    (2,)
    """
    X = equiangular_batch(d, norms, cosine)
    first, other = (queries.random_query(rng, trials, m, X, r, "relu") for _ in range(2))
    xp = namespace(first[0])
    low = queries.order1(*first) - queries.order1(*other)
    middle = queries.order2(*first) - queries.order2(*other)
    return TensorErrors(
        0.5 * xp.sum(low * low, axis=-1),
        0.5 * xp.sum(middle * middle, axis=(-2, -1)),
        0.5 * small_moments.third_order_squared(first, other),
    )


@kernel(floats=lambda d, m, **_: 3 * m * d + 4 * d * d)
def subspace_error(r: tuple[float, ...], d: int, m: int, *, trials: int, rng: Generator) -> SubspaceErrors:
    """Return the squared sine between the span of orthonormal samples and the top eigenvectors of the order-2 moment.

    The eigenvectors are those of largest |eigenvalue|: of the square of the moment. `direction` is the squared sine
    between the order-1 moment and sum_i r_i x_i.

    r (B,): residuals; d >= B dimensions; m neurons. Returns the fields of SubspaceErrors, each (trials,).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> subspace_error((1.0, -0.5), 4, 500, trials=2, rng=rng)[0].shape
    (2,)
    """
    batch = len(r)
    X = [[1.0 if k == i else 0.0 for k in range(d)] for i in range(batch)]
    W, g = queries.random_query(rng, trials, m, X, r, "relu")
    xp = namespace(W)
    moment = queries.order2(W, g)
    basis = eigh(moment @ moment)[1][:, :, d - batch :]
    outside = basis[:, batch:, :]
    drawn = xp.sum(outside * outside, axis=(-2, -1))
    first, signal = queries.order1(W, g), asarray(rng, [*r, *([0.0] * (d - batch))])
    overlap = xp.sum(first * signal, axis=-1) ** 2
    sizes = xp.sum(first * first, axis=-1) * sum(c * c for c in r)
    return SubspaceErrors(drawn - _chance(W, g, moment, batch), 1 - overlap / sizes, drawn)


def _chance(W: Array, g: Array, moment: Array, batch: int) -> Array:
    """The first-order error of the span less its mean over the weights outside the span, given those inside, (T,).

    Any matrix that knows the weights inside only may stand for the inverse of the moment inside.
    """
    xp = namespace(W)
    inside, m, others = moment[:, :batch, :batch], W.shape[1], W.shape[2] - batch
    squared = inside @ inside
    floor = 0.01 * xp.sum(inside * inside, axis=(-2, -1))[:, None, None]
    inverse = spd_solve(squared + floor * eye(W, batch), inside)
    lean = moment[:, batch:, :batch] @ inverse
    weighted = (W[:, :, :batch] * g[..., None]) @ inverse
    return xp.sum(lean * lean, axis=(-2, -1)) - others / m**2 * xp.sum(weighted * weighted, axis=(-2, -1))


@kernel(floats=lambda support, m=256, **_: 4 * m * support)
def query_coefficient(distribution: str, support: int, *, m: int = 256, trials: int, rng: Generator) -> Array:
    """Return x' T_2 x of m relu neurons whose weights have independent coordinates of the given law, shape (trials,).

    The sample x has `support` equal coordinates and norm one; coordinates without support cannot matter.

    distribution: 'gaussian', 'uniform' or 'rademacher'; support >= 1; m: neurons a trial.

    >>> from sims.arrays import strict_rng
    >>> query_coefficient('uniform', 3, m=64, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    shape = (trials, m, support)
    if distribution == "gaussian":
        W = rng.standard_normal(size=shape)
    elif distribution == "uniform":
        W = math.sqrt(12.0) * (rng.random(size=shape) - 0.5)
    elif distribution == "rademacher":
        W = random_signs(rng, shape)
    else:
        raise ValueError(f"distribution = {distribution!r}: must be one of 'gaussian', 'uniform', 'rademacher'")
    x = asarray(rng, [[1 / math.sqrt(support)] * support])
    g = activate((W @ x.mT)[..., 0], "relu")
    return queries.along(x, queries.order2(W, g))[:, 0]
