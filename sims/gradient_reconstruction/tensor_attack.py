"""The tensor attack: from one gradient of a two-layer network at known random weights to the samples of the batch.

(1) The samples' span from the order-2 moment (relu-like activations) or from contractions of order 3 (odd ones);
(2) moments of order 3 or 4 within that span, batch by batch numbers only; (3) their common eigenvectors (Jennrich), as
a symmetric-definite pencil; (4) scales and signs by least squares; (5) a Levenberg-Marquardt polish of
g_j = sum_i c_i s(w_j x_i). For more than LARGEST_TENSOR dimensions nothing beyond d x d is ever formed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from sims.activations import activate, activation_slope
from sims.arrays import Array, Generator, arange, eigh, eye, namespace, solve, spd_solve
from sims.gradient_reconstruction import queries
from sims.gradient_reconstruction.small_moments import LARGEST_TENSOR, contract3, contract4, small_moments
from sims.levenberg import Model, search

ODD = ("tanh", "erf", "sin", "sigmoid", "cubic", "step", "elu")
"""Activations attacked through orders 1 and 3; all others through orders 2 and 4, since their order 3 is empty."""

Contraction = Callable[[Array], Array]
"""A vector a (T, d) to the moment T_3(., ., a), (T, d, d)."""


class Estimate(NamedTuple):
    """Estimated unit directions (T, B, d) and a basis of their span (T, d, B)."""

    directions: Array
    basis: Array


def estimate_directions(
    W: Array, g: Array, batch: int, activation: str, rng: Generator, order: int | None = None
) -> Estimate:
    """Return the directions of a batch's samples from its gradient g (T, m) at the neurons W (T, m, d).

    order: 3 or 4, the tensor to decompose; by default 3 for odd activations, else 4. Signs are free for odd
    activations, where (x, r) and (-x, -r) give the same gradient.
    """
    if (order or (3 if activation in ODD else 4)) == 3:
        found = _from_order3(W, g, batch, rng)
    else:
        moment = queries.order2(W, g)
        basis = _top_vectors(moment @ moment, batch)
        found = Estimate((basis @ separate_even(W @ basis, g)).mT, basis)
    return found if activation in ODD else found._replace(directions=_signed(W, g, found.directions, activation))


def _from_order3(W: Array, g: Array, batch: int, rng: Generator) -> Estimate:
    first, contract = queries.order1(W, g), _contraction(W, g)
    basis = span_order3(contract, first, batch, rng)
    if W.shape[-1] > LARGEST_TENSOR:
        inner = _contraction(W @ basis, g)
    else:
        inner = lambda a: basis.mT @ contract((basis @ a[..., None])[..., 0]) @ basis  # noqa: E731
    return Estimate((basis @ separate_odd(inner, (first[:, None, :] @ basis)[:, 0, :], rng)).mT, basis)


def _contraction(W: Array, g: Array) -> Contraction:
    """From the tensor itself where d is small, by a pass over the neurons for each vector where it is not."""
    if W.shape[-1] > LARGEST_TENSOR:
        return lambda a: queries.order3(W, g, a)
    moments = small_moments(W, g)
    return lambda a: contract3(moments, a)


def span_order3(
    contract: Contraction, first: Array, batch: int, rng: Generator, probes: int = 4, passes: int = 2
) -> Array:
    """Return an orthonormal basis (T, d, batch) of the estimated span of the samples from order 3.

    The squares of its contractions are summed: with the order-1 moment `first` and random unit vectors, then with the
    basis found so far, whose vectors see the samples with d/batch times the strength of random ones.
    """
    random = [queries.unit_rows(rng.standard_normal(size=tuple(first.shape))) for _ in range(probes)]
    vectors = [queries.unit_rows(first), *random]
    for _ in range(passes + 1):
        moments = [contract(a) for a in vectors]
        basis = _top_vectors(sum(moment @ moment for moment in moments), batch)
        vectors = [basis[:, :, i] for i in range(batch)]
    return basis


def _top_vectors(matrix: Array, count: int) -> Array:
    return eigh(matrix)[1][:, :, matrix.shape[-1] - count :]


def separate_odd(contract: Contraction, first: Array, rng: Generator, passes: int = 2) -> Array:
    """Return the unit sample directions within their span, columns (T, B, B), from moments projected on it.

    The pencil T_3(., ., a), T_3(., ., b) with b the order-1 moment has the eigenvalues (x_i a)/(x_i b), and its second
    matrix is definite. The first a is random; later ones spread the eigenvalues evenly.
    """
    definite = contract(first)
    found = _pencil_vectors(contract(queries.unit_rows(rng.standard_normal(size=tuple(first.shape)))), definite)
    levels = _levels(first, first.shape[-1])
    for _ in range(passes):
        a = solve(found.mT, (levels * (first[:, None, :] @ found)[:, 0, :])[..., None])[..., 0]
        found = _pencil_vectors(contract(a), definite)
    return found


def separate_even(U: Array, g: Array, passes: int = 2) -> Array:
    """Return the unit sample directions within their span from orders 2 and 4, columns (T, B, B).

    U are the projected neurons (T, m, B). The first pencil is (T_2, T_4(., ., T_2)); later ones T_4(., ., A) with A
    that spreads the eigenvalues evenly.
    """
    moments = small_moments(U, g, fourth=True)
    second = queries.order2(U, g)
    definite = contract4(moments, second)
    found = _pencil_vectors(second, definite)
    levels, identity = _levels(U, U.shape[-1]), eye(U, U.shape[-1])
    for _ in range(passes):
        dual = solve(found.mT, identity + 0.0 * found)
        strength = namespace(U).sum((second @ found) * found, axis=-2)
        A = (dual * (levels * strength)[:, None, :]) @ dual.mT
        found = _pencil_vectors(contract4(moments, A), definite)
    return found


def _pencil_vectors(M1: Array, M2: Array) -> Array:
    """The x_i of M1 = sum_i a_i x_i x_i', M2 = sum_i b_i x_i x_i' with b of one sign: unit columns (T, B, B)."""
    xp = namespace(M1)
    values, vectors = eigh(M2)
    size = xp.sqrt(xp.abs(values))[:, None, :]
    whitening = vectors / size
    rotation = eigh(whitening.mT @ M1 @ whitening)[1]
    return queries.unit_rows(((vectors * size) @ rotation).mT).mT


def _levels(like: Array, batch: int) -> Array:
    """Evenly spaced numbers from -1 to 1."""
    xp = namespace(like)
    return (2 * xp.astype(arange(like, batch), xp.float64) - (batch - 1)) / max(batch - 1, 1)


def _signed(W: Array, g: Array, directions: Array, activation: str) -> Array:
    """relu(w x) and relu(-w x) are different columns: the one of larger weight tells the sign."""
    xp, batch = namespace(W), directions.shape[1]
    both = least_squares_weights(W, g, xp.concat([directions, -directions], axis=1), activation)
    flip = xp.abs(both[:, batch:]) > xp.abs(both[:, :batch])
    return xp.where(flip[..., None], -directions, directions)


def least_squares_weights(W: Array, g: Array, X: Array, activation: str) -> Array:
    """Return the c that minimise |g - sum_i c_i s(W x_i)| for samples X (T, B, d), shape (T, B)."""
    features = activate(W @ X.mT, activation)
    normal = features.mT @ features
    shift = 1e-12 * namespace(W).max(normal, axis=(-2, -1))[:, None, None]
    return spd_solve(normal + shift * eye(W, X.shape[1]), features.mT @ g[..., None])[..., 0]


def polish(
    W: Array, g: Array, start: Estimate, activation: str, steps: int, restarts: int = 0, rng: Generator = None
) -> tuple[Array, Array]:
    """Fit g_j = sum_i c_i s(w_j x_i) in c and x by Levenberg-Marquardt from an estimate of the directions.

    Where the fit's cost says that it has not reached the gradient, up to `restarts` further starts are drawn within the
    estimated span. Returns the fitted samples (T, B, d) and half the squared relative misfits (T,).
    """
    xp = namespace(W)
    trials, batch, d = start.directions.shape
    size = xp.sqrt(xp.sum(g * g, axis=-1))[:, None]

    def problems(chosen: Array) -> Model:
        neurons, goal, scale = (xp.take(entry, chosen, axis=0) for entry in (W, g, size))
        count, m, _ = neurons.shape

        def model(point: Array) -> tuple[Array, Array]:
            c, X = point[:, :batch], xp.reshape(point[:, batch:], (count, batch, d))
            z = neurons @ X.mT
            values = activate(z, activation)
            slopes = activation_slope(z, activation) * c[:, None, :]
            by_input = xp.reshape(slopes[..., None] * neurons[:, :, None, :], (count, m, batch * d))
            residual = (values @ c[..., None])[..., 0] - goal
            return residual / scale, xp.concat([values, by_input], axis=-1) / scale[..., None]

        return model

    def point(X: Array) -> Array:
        weights = least_squares_weights(W, g, X, activation)
        return xp.concat([weights, xp.reshape(X, (trials, batch * d))], axis=-1)

    def starts() -> Iterator[Array]:
        yield point(start.directions)
        for _ in range(restarts):
            inner = rng.standard_normal(size=(trials, batch, batch))
            yield point(queries.unit_rows(inner @ start.basis.mT))

    fit = search(problems, starts(), steps, TARGET)
    return xp.reshape(fit.point[:, batch:], (trials, batch, d)), fit.cost


TARGET, FITTED = 1e-26, 1e-22
"""Half the squared relative misfit at which a fit may stop (near-parallel images need it), and up to which the gradient
counts as reproduced."""
