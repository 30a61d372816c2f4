"""Magnitude pruning of least-squares and minimum-norm estimators on drawn designs: risk at several densities."""

from __future__ import annotations

from collections.abc import Sequence

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, kernel, namespace


def _block_sizes(p: int, pis: Sequence[float]) -> list[int]:
    sizes = [round(share * p) for share in pis]
    if sum(sizes) != p or any(abs(size - share * p) > 1e-6 for size, share in zip(sizes, pis, strict=True)):
        raise ValueError(f"p = {p!r}: must make all p pis integers of sum p")
    return sizes


def mixture(rng: Generator, shape: tuple[int, ...], p: int, pis: Sequence[float], betas: Sequence[float]) -> Array:
    """Weights (*shape, p) over sqrt(p): one block a component, each scaled so that its mean square is beta exactly."""
    blocks = []
    for size, beta in zip(_block_sizes(p, pis), betas, strict=True):
        if size:
            b = rng.standard_normal(size=(*shape, size))
            xp = namespace(b)
            blocks.append(b * xp.sqrt(size * beta / p / xp.sum(b * b, axis=-1, keepdims=True)))
    return namespace(blocks[0]).concat(blocks, axis=-1)


def _floats(n: int, p: int, copies: int = 16, **_: object) -> float:
    return n * p + 2 * min(n, p) ** 2 + copies * (2 * n + 8 * p)


def _seconds(n: int, p: int, copies: int = 16, **_: object) -> float:
    return 6e-10 * n * p * min(n, p) + 3e-8 * n * p + copies * 1.5e-7 * (n + p)


def _check(n: int, p: int, pis: Sequence[float], betas: Sequence[float], keep: Sequence[float]) -> None:
    if abs(n - p) <= 1:
        raise ValueError(f"n = {n!r}: must be an integer that differs from p = {p} by more than 1")
    if len(pis) != len(betas):
        raise ValueError(f"betas = {betas!r}: must be as many numbers as pis, {len(pis)}")
    if not all(0 < share <= 1 for share in keep):
        raise ValueError(f"keep = {keep!r}: must be numbers in (0, 1]")


def _pruned(w: Array, found: Array, keep: Sequence[float]) -> Array:
    """Excess risks (..., densities) of the estimators found (..., p)."""
    xp, p = namespace(w), w.shape[-1]
    order = xp.argsort(-xp.abs(found), axis=-1)
    error, w2 = (found - w) ** 2, w * w
    gained = xp.cumulative_sum(xp.take_along_axis(error - w2, order, axis=-1), axis=-1, include_initial=True)
    return xp.stack([xp.sum(w2, axis=-1) + gained[..., round(share * p)] for share in keep], axis=-1)


@kernel(floats=_floats, seconds=_seconds)
def magnitude_risk(
    n: int,
    p: int,
    sigma2: NonNegative,
    pis: Sequence[float],
    betas: Sequence[float],
    keep: Sequence[float],
    copies: int = 16,
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """Excess risk |v - w|^2 with v the largest entries of the least-squares or minimum-norm estimator, at each density.

    Each design X serves `copies` weights and noises of their own, over which the risk is averaged. pis p must be whole
    numbers; the weights of a component have its mean square exactly. keep: densities, of which the nearest number of
    weights is kept. Returns (trials, densities). Raises ValueError for |n - p| <= 1 and for other p.

    >>> from sims.arrays import strict_rng
    >>> magnitude_risk(20, 10, 0.5, (0.8, 0.2), (0.0, 5.0), (0.2, 1.0), trials=3, rng=strict_rng(0)).shape
    (3, 2)
    """
    _check(n, p, pis, betas, keep)
    w = mixture(rng, (trials, copies), p, pis, betas)
    x = rng.standard_normal(size=(trials, n, p))
    noise = sigma2**0.5 * rng.standard_normal(size=(trials, n, copies))
    if n > p:
        found = w + arrays.spd_solve(x.mT @ x, x.mT @ noise).mT
    else:
        found = (x.mT @ arrays.spd_solve(x @ x.mT, x @ w.mT + noise)).mT
    return namespace(x).mean(_pruned(w, found, keep), axis=1)


@kernel(floats=_floats, seconds=_seconds)
def density_differences(
    n: int,
    p: int,
    sigma2: NonNegative,
    pis: Sequence[float],
    betas: Sequence[float],
    keep: Sequence[float],
    copies: int = 16,
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """Excess risks of `magnitude_risk` at each density of `keep` but the first, less that at the first, on equal draws.

    Returns (trials, densities - 1). Raises ValueError as `magnitude_risk`.

    >>> from sims.arrays import strict_rng
    >>> density_differences(20, 10, 0.5, (1.0,), (1.0,), (0.2, 0.5, 1.0), trials=3, rng=strict_rng(0)).shape
    (3, 2)
    """
    risks = magnitude_risk(n, p, sigma2, pis, betas, keep, copies, trials=trials, rng=rng)
    return risks[:, 1:] - risks[:, :1]
