"""Defences of a gradient carried out: rows pruned at random."""

from __future__ import annotations

import math

from sims.arrays import Array, Extended, Generator, NonNegative, Share, kernel, namespace, top_k_mask
from sims.gradient_reconstruction.noise import posterior_error


@kernel(floats=lambda m, B, pixels=4, **_: pixels * (6 * m * B + 2 * m * m + B * B))
def pruned_gradient_error(
    m: int,
    B: int,
    keep: Share,
    noise_std: NonNegative,
    prior_std: Extended = math.inf,
    *,
    pixels: int = 4,
    trials: int,
    rng: Generator,
) -> Array:
    """Return the posterior mean's squared error per pixel where every pixel keeps gradient rows of its own, (trials,).

    One Gaussian Delta (m, B) a trial; each of `pixels` columns of the gradient keeps round(keep m) of its m rows at
    random; pixels' values and noise are integrated.

    m, B: rows and samples, integers >= 1; keep in [0, 1]; noise_std >= 0; prior_std > 0, may be inf (no prior).

    >>> from sims.arrays import strict_rng
    >>> pruned_gradient_error(20, 5, 0.5, 0.1, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    Delta = rng.standard_normal(size=(trials, 1, m, B))
    sent = top_k_mask(rng.random(size=(trials, pixels, m)), round(keep * m))
    return namespace(rng).mean(posterior_error(sent[..., None] * Delta, noise_std, prior_std), axis=-1)
