"""The tensor attack carried out: on orthonormal samples, and on real images."""

from __future__ import annotations

from typing import NamedTuple

from sims import digits
from sims.arrays import (
    Array,
    Generator,
    NonNegative,
    Whole,
    asarray,
    eye,
    kernel,
    less_equal,
    namespace,
    permutations,
    where_valid,
)
from sims.gradient_reconstruction import queries
from sims.gradient_reconstruction.measures import partner_errors
from sims.gradient_reconstruction.small_moments import LARGEST_TENSOR
from sims.gradient_reconstruction.tensor_attack import FITTED, Estimate, estimate_directions, polish


class Reconstruction(NamedTuple):
    """Squared errors per trial: of the worst direction, mean over the batch, of the span, of the worst polished
    direction, and the same where the fit reproduced the gradient (`certified`, NaN elsewhere); whether every direction
    is right up to rounding (`recovered`), and the certificate `misfit`, half the squared relative one."""

    error: Array
    mean_error: Array
    subspace: Array
    polished: Array
    certified: Array
    recovered: Array
    misfit: Array


class AttackError(NamedTuple):
    """Mean squared error of a direction over the batch, and squared sine of the span, each (trials,): with their
    first-order parts integrated over the weights outside the span; the former also as drawn."""

    mean_error: Array
    subspace: Array
    drawn: Array


class ImageReconstruction(NamedTuple):
    """Squared errors of the worst image's direction before and after the polish (`certified`: NaN where the gradient
    was not reproduced, as the attacker sees), whether every image is right up to rounding (`recovered`), the
    certificate `misfit` (half the squared relative one), and the images: true, estimated and polished,
    (trials, B, 64)."""

    error: Array
    polished: Array
    certified: Array
    recovered: Array
    misfit: Array
    truth: Array
    estimate: Array
    final: Array


def _floats(d: int, m: int, r: tuple[float, ...], **_: object) -> float:
    """Neurons with their pairs where the tensor is formed, a few passes over them where it is not."""
    return m * (2 * d + (d * (d + 1) if d <= LARGEST_TENSOR else 2 * d) + 6 * len(r))


@kernel(floats=_floats)
def tensor_reconstruction(
    activation: str,
    d: int,
    r: tuple[float, ...],
    m: int,
    *,
    order: int | None = None,
    polish_neurons: int = 0,
    steps: Whole = 60,
    restarts: int = 0,
    trials: int,
    rng: Generator,
) -> Reconstruction:
    """Attack orthonormal samples with residuals r in dimension d through m neurons; signs are free.

    The polish uses the first `polish_neurons` neurons (0: none; `polished` then repeats `error`, and nothing is
    certified: `certified` and `misfit` are NaN).

    activation: a name of `sims.activations`; r (B,): residuals; d >= B dimensions; m neurons; order: of the moment,
    None for the first that the activation has. Returns the fields of Reconstruction.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> tensor_reconstruction('relu', 4, (1.0, -0.5), 2000, trials=2, rng=rng).error.shape
    (2,)
    """
    W, g, truth = _orthonormal_query(activation, d, r, m, trials, rng)
    found = estimate_directions(W, g, len(r), activation, rng, order)
    xp = namespace(W)
    errors, subspace = _errors(found, truth)
    error, mean_error = xp.max(errors, axis=-1), xp.mean(errors, axis=-1)
    if not polish_neurons:
        nothing = xp.full_like(error, xp.nan)
        return Reconstruction(error, mean_error, subspace, error, nothing, less_equal(error, EXACT), nothing)
    few = slice(0, polish_neurons)
    fitted, misfit = polish(W[:, few, :], g[:, few], found, activation, steps, restarts, rng)
    fitted = queries.unit_rows(fitted)
    polished = xp.max(partner_errors(fitted, truth + 0.0 * fitted, signs=True), axis=-1)
    certified, recovered = where_valid(misfit <= FITTED, polished), less_equal(polished, EXACT)
    return Reconstruction(error, mean_error, subspace, polished, certified, recovered, misfit)


EXACT = 1e-12
"""Squared error of a direction below which it counts as recovered: rounding stays below 1e-20, blurs above 1e-6."""


def _orthonormal_query(
    activation: str, d: int, r: tuple[float, ...], m: int, trials: int, rng: Generator
) -> tuple[Array, Array, Array]:
    """Neurons (T, m, d), the gradient (T, m) of samples along the first axes, and these samples (B, d)."""
    X = [[1.0 if k == i else 0.0 for k in range(d)] for i in range(len(r))]
    W, g = queries.random_query(rng, trials, m, X, r, activation)
    return W, g, eye(W, d)[: len(r), :]


def _errors(found: Estimate, truth: Array) -> tuple[Array, Array]:
    """Squared errors (T, B) of the directions of samples along the first axes, and of their span (T,)."""
    errors = partner_errors(found.directions, truth + 0.0 * found.directions, signs=True)
    outside = found.basis[:, truth.shape[0] :, :]
    return errors, namespace(errors).sum(outside * outside, axis=(-2, -1))


@kernel(floats=_floats)
def tensor_attack_error(
    activation: str, r: tuple[float, ...], d: int, m: int, *, trials: int, rng: Generator
) -> AttackError:
    """Return the errors of the attack on orthonormal samples through orders 1 and 3, before any polish.

    activation: a name of `sims.activations`; r (B,): residuals; d >= B dimensions; m neurons. Returns the fields of
    AttackError, each (trials,).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> tensor_attack_error('relu', (1.0, -0.5), 4, 2000, trials=2, rng=rng)[0].shape
    (2,)
    """
    W, g, truth = _orthonormal_query(activation, d, r, m, trials, rng)
    found = estimate_directions(W, g, len(r), activation, rng, 3)
    error, subspace = _errors(found, truth)
    chance = _chance(W, g, len(r))
    xp = namespace(W)
    drawn = xp.mean(error, axis=-1)
    return AttackError(drawn - xp.mean(chance, axis=-1), subspace - xp.sum(chance, axis=-1), drawn)


def _chance(W: Array, g: Array, batch: int) -> Array:
    """The first-order error of each direction outside the span less its mean over the weights there, given those
    inside, (T, B).

    Sample k leans to e by the mean of g (u_k^2 - 1) (w e) over that of g H_3(u_k), u_k = w x_k; for the latter any
    function of the weights inside may stand.
    """
    xp = namespace(W)
    u, m, others = W[:, :, :batch], W.shape[1], W.shape[2] - batch
    second = g[..., None] * (u * u - 1)
    strength = xp.mean(second * u, axis=1) - 2 * xp.mean(g[..., None] * u, axis=1)
    squared = strength * strength
    inverse = strength / (squared + 0.01 * xp.sum(squared, axis=-1, keepdims=True))
    lean = (second.mT @ W[:, :, batch:]) * (inverse / m)[..., None]
    return xp.sum(lean * lean, axis=-1) - others / m**2 * xp.sum(second * second, axis=1) * inverse * inverse


@kernel(floats=lambda B, m, polish_neurons, **_: 5 * 64 * m + 3 * polish_neurons * B * 65 + 4 * (B * 65) ** 2)
def digits_reconstruction(
    activation: str,
    B: int,
    m: int,
    polish_neurons: int,
    noise_std: NonNegative = 0.0,
    *,
    steps: Whole = 60,
    restarts: int = 0,
    trials: int,
    rng: Generator,
) -> ImageReconstruction:
    """Reconstruct B random digits (centred, mean squared norm 1) from one gradient of m random neurons.

    Residuals are random signs times a factor between 1/2 and 3/2; noise_std is the noise of the gradient's entries
    relative to their root mean square. Errors are of directions and up to sign: an odd activation leaves the sign of
    (x, r) free, and relu-like ones know an image only up to |r|.

    activation: a name of `sims.activations`; B >= 1; m neurons, of which polish_neurons are used by the polish.
    Returns the fields of ImageReconstruction.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> digits_reconstruction('relu', 2, 2000, 200, steps=5, trials=1, rng=rng)[0].shape
    (1,)
    """
    xp = namespace(rng)
    chosen = permutations(rng, trials, 1797)[:, :B]
    images = xp.take(asarray(rng, digits.scaled_images()), xp.reshape(chosen, (-1,)), axis=0)
    X = xp.reshape(images, (trials, B, 64))
    r = 0.5 + rng.random(size=(trials, B))
    r = xp.where(rng.random(size=(trials, B)) < 0.5, r, -r)
    W = rng.standard_normal(size=(trials, m, 64))
    g = queries.output_gradient(W, X, r, activation)
    g = g + noise_std * xp.sqrt(xp.mean(g * g, axis=-1, keepdims=True)) * rng.standard_normal(size=(trials, m))
    found = estimate_directions(W, g, B, activation, rng)
    few = slice(0, polish_neurons)
    fitted, misfit = polish(W[:, few, :], g[:, few], found, activation, steps, restarts, rng)
    truth, final = queries.unit_rows(X), queries.unit_rows(fitted)
    before = xp.max(partner_errors(found.directions, truth, signs=True), axis=-1)
    after = xp.max(partner_errors(final, truth, signs=True), axis=-1)
    certified, recovered = where_valid(misfit <= FITTED, after), less_equal(after, EXACT)
    return ImageReconstruction(before, after, certified, recovered, misfit, X, found.directions, fitted)
