"""One batch of digits attacked in every way: what a figure shows."""

from __future__ import annotations

from typing import NamedTuple

from sims import digits
from sims.arrays import Array, Generator, NonNegative, asarray, eye, kernel, namespace, permutations
from sims.gradient_reconstruction import queries
from sims.gradient_reconstruction.matching import layer_gradient, match_gradient, random_layer
from sims.gradient_reconstruction.tensor_attack import Estimate, estimate_directions, polish


class Gallery(NamedTuple):
    """Images (trials, B, 64): true, by gradient matching of a softmax layer, by the third order of a relu layer, by its
    orders 2 and 4 before and after the polish, and these two from a noisy gradient. Order, sign and scale are free."""

    truth: Array
    matching: Array
    third_order: Array
    estimate: Array
    polished: Array
    noisy_estimate: Array
    noisy_polished: Array


@kernel(floats=lambda B, m, polish_neurons, **_: 5 * 64 * m + 3 * polish_neurons * B * 65 + 4 * (B * 65) ** 2)
def digits_gallery(
    B: int, m: int, polish_neurons: int, noise_std: NonNegative, *, steps: int = 40, trials: int, rng: Generator
) -> Gallery:
    """Attack the same B random digits through a softmax layer and through m random relu neurons.

    noise_std: noise of the relu gradient's entries relative to their root mean square.

    B digits; m neurons, of which polish_neurons are used by the polish. Returns the fields of Gallery.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> digits_gallery(2, 2000, 200, 0.0, steps=5, trials=1, rng=rng)._fields
    ('truth', 'matching', 'third_order', 'estimate', 'polished', 'noisy_estimate', 'noisy_polished')
    """
    xp, data = namespace(rng), digits.load()
    chosen = xp.reshape(permutations(rng, trials, len(data.labels))[:, :B], (-1,))
    X = xp.reshape(xp.take(asarray(rng, digits.scaled_images()), chosen, axis=0), (trials, B, 64))
    labels = xp.take(asarray(rng, data.labels), chosen, axis=0)
    targets = xp.reshape(xp.take(eye(X, 10), labels, axis=0), (trials, B, 10))
    layer = random_layer(rng, trials, B, 64, 10, "softmax")._replace(targets=targets)
    starts = [rng.standard_normal(size=(trials, B, 64)) for _ in range(3)]
    matched, _ = match_gradient(layer, layer_gradient(layer, X)[1], starts, steps)

    W, r = rng.standard_normal(size=(trials, m, 64)), 0.5 + rng.random(size=(trials, B))
    g = queries.output_gradient(W, X, r, "relu")
    size = xp.sqrt(xp.mean(g * g, axis=-1, keepdims=True))
    noisy = g + noise_std * size * rng.standard_normal(size=(trials, m))

    def polished(gradient: Array, found: Estimate) -> Array:
        few = slice(0, polish_neurons)
        return polish(W[:, few, :], gradient[:, few], found, "relu", steps, B, rng)[0]

    clean, blurred = (estimate_directions(W, gradient, B, "relu", rng) for gradient in (g, noisy))
    third = estimate_directions(W, g, B, "relu", rng, order=3)
    return Gallery(
        X, matched, third.directions,
        clean.directions, polished(g, clean), blurred.directions, polished(noisy, blurred),
    )  # fmt: skip
