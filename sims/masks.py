"""Random masks of zeros and ones: independent entries, a fixed number of ones, mini-batches."""

from __future__ import annotations

from sims.arrays import Array, Generator, namespace, permutations, top_k_mask


def bernoulli(rng: Generator, shape: tuple[int, ...], p: float) -> Array:
    """Draw independent entries, 1.0 with probability p in [0, 1], else 0.0.

    >>> from sims.arrays import strict_rng
    >>> bernoulli(strict_rng(0), (2, 3), 0.5).shape
    (2, 3)
    """
    if not 0 <= p <= 1:
        raise ValueError(f"p = {p!r}: must be a number from 0 to 1")
    u = rng.random(size=shape)
    return namespace(u).astype(u < p, u.dtype)


def fixed_count(rng: Generator, trials: int, n: int, s: int) -> Array:
    """Draw masks (trials, n) with exactly s ones, all places equally likely; 0 <= s <= n.

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(fixed_count(strict_rng(0), 2, 9, 4)).sum(-1)
    array([4., 4.])
    """
    if not 0 <= s <= n:
        raise ValueError(f"s = {s!r}: must be an integer from 0 to n = {n}")
    return top_k_mask(rng.random(size=(trials, n)), s)


def batch_mask(rng: Generator, trials: int, N: int, B: int) -> Array:
    """Draw mini-batches of B of N samples without replacement, 1 <= B <= N: 1.0 at those in it, (trials, N)."""
    if not 1 <= B <= N:
        raise ValueError(f"B = {B!r}: must be an integer from 1 to N = {N}")
    return fixed_count(rng, trials, N, B)


def epoch_masks(rng: Generator, trials: int, N: int, B: int) -> Array:
    """Draw the N // B disjoint mini-batches of one epoch, shape (trials, N // B, N); what is left over is in none.

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(epoch_masks(strict_rng(0), 1, 6, 3)).sum(1)
    array([[1., 1., 1., 1., 1., 1.]])
    """
    if not 1 <= B <= N:
        raise ValueError(f"B = {B!r}: must be an integer from 1 to N = {N}")
    ranks = permutations(rng, trials, N)
    xp = namespace(ranks)
    masks = [xp.astype((ranks >= b * B) & (ranks < (b + 1) * B), xp.float64) for b in range(N // B)]
    return xp.stack(masks, axis=1)
