"""Weights of 64 x 64 that digits have taught, and how far from Monarch they are."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sims import arrays, dense_nets
from sims.arrays import Array, Generator, kernel, namespace
from sims.digits import scaled_images
from sims.images import sorted_digits
from sims.structured_sparsity.monarch import retained, squared

Weights = Literal["denoiser", "network", "start"]
PER_CLASS, NOISE, STEPS = 10, 0.5, 100


class Taught(NamedTuple):
    """Relative Monarch errors of the weights as they are and with rows and columns shuffled, each (trials,)."""

    error: Array
    shuffled: Array


def _denoiser(rng: Generator, trials: int) -> Array:
    """Least squares from noisy to clean pixels, over all images, mean squared norm 1 and noise of half of it."""
    clean = arrays.asarray(rng, scaled_images())
    noisy = clean + (NOISE / 64) ** 0.5 * rng.standard_normal(size=(trials, *clean.shape))
    return arrays.spd_solve(noisy.mT @ noisy, noisy.mT @ clean)


def _network(rng: Generator, trials: int, steps: int) -> Array:
    """The hidden layer of a ReLU net 64-64-10 trained by Adam with decay, from He's start."""
    images, labels = sorted_digits(PER_CLASS)
    x = arrays.asarray(rng, images)
    xp = namespace(x)
    targets = xp.astype(dense_nets.one_hot(arrays.asarray(rng, labels), 10), xp.float32)
    net = dense_nets.initialise(rng, trials, (64, 64, 10), dtype="float32")
    optimiser = dense_nets.Adam(net)
    descent = dense_nets.train(
        net, xp.astype(x, xp.float32), targets, loss="cross_entropy", steps=steps, lr=0.01, optimiser=optimiser,
        weight_decay=1e-2,
    )  # fmt: skip
    for _ in descent:
        pass
    return xp.astype(net.weights[0], xp.float64)


def _shuffled(rng: Generator, W: Array) -> Array:
    """Rows and columns in random order."""
    trials, n = W.shape[0], W.shape[-1]
    for _ in range(2):
        order = arrays.permutations(rng, trials, n)
        xp = namespace(order)
        # Sorting matrices: 1 where column j of the result is column order[j].
        places = xp.astype(order[:, None, :] == arrays.arange(rng, n)[None, :, None], W.dtype)
        W = (W @ places).mT
    return W


@kernel(floats=lambda weights, **_: 1800 * 64 * 3 if weights == "denoiser" else 100_000, block=4)
def digits_weights(weights: Weights, steps: int = STEPS, *, trials: int, rng: Generator) -> Taught:
    """Monarch error, over |W|^2, of 64 x 64 weights that digits have taught: pixels in their order, 8 x 8.

    weights: "denoiser" (least squares from noisy to clean pixels), "network" (the hidden layer of a trained 64-64-10
    net) or "start" (the same before training). Returns fields error, shuffled (rows and columns reordered at random).

    >>> from sims.arrays import strict_rng
    >>> digits_weights("start", trials=2, rng=strict_rng(0)).error.shape
    (2,)
    """
    W = _denoiser(rng, trials) if weights == "denoiser" else _network(rng, trials, steps * (weights == "network"))

    def error(A: Array) -> Array:
        return 1 - retained(A, 8) / squared(A, (-2, -1))

    return Taught(error(W), error(_shuffled(rng, W)))
