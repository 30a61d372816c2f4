"""One gradient of a two-layer network at random weights: the query, and the Hermite moments that it averages.

The query is f(x) = sum_j a_j s(w_j x) with the squared loss, and the gradient in the output weights is
g_j = sum_i r_i s(w_j x_i), r_i = f(x_i) - y_i. Moments are never formed beyond order 2 for large d: orders 3 and 4
enter contracted, and the whole third-order tensor (d small) through symmetric Khatri-Rao products.
"""

from __future__ import annotations

from sims.activations import Activation, activate
from sims.arrays import Array, Generator, asarray, eye, namespace

# --- the gradient -----------------------------------------------------------------------------------------------------


def output_gradient(
    W: Array, X: Array, r: Array, activation: Activation, slope: float = 0.01, alpha: float = 1.0
) -> Array:
    """Return g_j = sum_i r_i s(w_j x_i) for stacks: W (T, m, d), X (B, d) or (T, B, d), r (B,) or (T, B) -> (T, m)."""
    values = activate(W @ X.mT, activation, slope, alpha)
    values *= r[..., None, :]
    return namespace(W).sum(values, axis=-1)


def random_query(
    rng: Generator,
    trials: int,
    m: int,
    X: object,
    r: object,
    activation: Activation,
    slope: float = 0.01,
    alpha: float = 1.0,
) -> tuple[Array, Array]:
    """Draw Gaussian neurons W (trials, m, d) and return them with the gradient of the batch, (trials, m)."""
    samples, residuals = asarray(rng, X), asarray(rng, r)
    W = rng.standard_normal(size=(trials, m, samples.shape[-1]))
    return W, output_gradient(W, 1.0 * samples, 1.0 * residuals, activation, slope, alpha)


# --- its moments: averages of g_j H_p(w_j) over the neurons -----------------------------------------------------------


def order1(W: Array, g: Array) -> Array:
    """Return the mean of g w, shape (T, d)."""
    return (g[:, None, :] @ W)[:, 0, :] / W.shape[1]


def second_moment(W: Array, g: Array) -> Array:
    """Return the mean of g w w', shape (T, d, d)."""
    return (W * g[..., None]).mT @ W / W.shape[1]


def order2(W: Array, g: Array) -> Array:
    """Return the mean of g (w w' - I), shape (T, d, d)."""
    return second_moment(W, g) - _mean(g) * eye(W, W.shape[-1])


def order3(W: Array, g: Array, a: Array) -> Array:
    """Return the mean of g H_3(w)(I, I, a) for vectors a (T, d), shape (T, d, d)."""
    along = g * (W @ a[..., None])[..., 0]
    mixed = order1(W, g)[..., None] * a[:, None, :]
    return second_moment(W, along) - _mean(along) * eye(W, W.shape[-1]) - mixed - mixed.mT


def order4(W: Array, g: Array, A: Array) -> Array:
    """Return the mean of g H_4(w)(I, I, A) for symmetric A (T, d, d), shape (T, d, d)."""
    xp = namespace(W)
    identity = eye(W, W.shape[-1])
    q = xp.sum((W @ A) * W, axis=-1)
    trace = xp.sum(A * identity, axis=(-2, -1))[:, None, None]
    second = second_moment(W, g)
    mixed = second @ A
    low = _mean(g * q) * identity + trace * second + 2 * (mixed + mixed.mT)
    return second_moment(W, g * q) - low + _mean(g) * (trace * identity + 2 * A)


def _mean(values: Array) -> Array:
    """Mean over the neurons, shape (T, 1, 1)."""
    return namespace(values).mean(values, axis=-1)[:, None, None]


def along(directions: Array, matrix: Array) -> Array:
    """Return x' M x for directions (B, d) and matrices (T, d, d), shape (T, B)."""
    return namespace(matrix).sum((directions @ matrix) * directions, axis=-1)


def hermite_polynomial(p: int, z: Array) -> Array:
    """Return the probabilists' He_p(z), entrywise."""
    before, now = 0.0 * z, 0.0 * z + 1.0
    for k in range(p):
        before, now = now, z * now - k * before
    return now


def unit_rows(X: Array) -> Array:
    """Return the rows divided by their norms (zero rows stay zero)."""
    xp = namespace(X)
    norms = xp.sqrt(xp.sum(X * X, axis=-1, keepdims=True))
    return X / xp.where(norms > 0, norms, xp.ones_like(norms))
