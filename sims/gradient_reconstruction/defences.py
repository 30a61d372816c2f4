"""Defences of a gradient carried out: rows pruned at random, noise against an informed adversary."""

from __future__ import annotations

import math
from typing import Literal

from sims.arrays import Array, Extended, Generator, NonNegative, Share, arange, eye, kernel, namespace, top_k_mask
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


def _candidates(like: Array, K: int, kind: str, d: int) -> Array:
    """K gradients of norm 1, (K, d) or for random directions (trials, K, d)."""
    xp = namespace(like)
    if kind == "random":
        return like / xp.sqrt(xp.sum(like * like, axis=-1, keepdims=True))
    basis = eye(like, K)
    return basis if kind == "orthogonal" else (basis - 1 / K) * (K / (K - 1)) ** 0.5


def _held(K: int, kind: str = "orthogonal", steps: int = 1, d: int = 1, **_: object) -> int:
    return 8 + (2 * steps + 6) * max(K, d) + (4 * K * d if kind == "random" else 0)


@kernel(floats=_held)
def candidate_success(
    K: int,
    snr: NonNegative,
    kind: Literal["orthogonal", "simplex", "random"] = "orthogonal",
    *,
    steps: int = 1,
    d: int = 1,
    trials: int,
    rng: Generator,
) -> Array:
    """Return whether the most likely of K candidates is the one whose noisy gradients were seen, 0 or 1, (trials,).

    The true candidate is drawn; each of `steps` steps releases snr times its unit gradient plus a standard normal; the
    adversary compares the likelihoods, sum over steps of <y, g_k> - |g_k|^2/2.

    K: candidates, an integer >= 2; snr >= 0; kind: of the gradients; d: dimension of random ones.

    >>> from sims.arrays import strict_rng
    >>> candidate_success(3, 1.0, trials=4, rng=strict_rng(0)).shape
    (4,)
    """
    xp = namespace(rng)
    truth = rng.integers(0, K, size=(trials,))
    like = rng.standard_normal(size=(trials, K, d)) if kind == "random" else rng.standard_normal(size=(1, 1))
    g = snr * _candidates(like, K, kind, d)
    chosen = xp.astype(truth[:, None] == arange(rng, K), xp.float64)[:, None, :] @ g  # (trials, 1, d)
    released = xp.sum(chosen + rng.standard_normal(size=(trials, steps, g.shape[-1])), axis=1)
    score = (g @ released[..., None])[..., 0] - 0.5 * steps * xp.sum(g * g, axis=-1)
    return xp.astype(xp.argmax(score, axis=-1) == truth, xp.float64)
