"""What fitting pure noise to zero training loss costs, for rows of many laws."""

from __future__ import annotations

from sims.arrays import Array, Generator, NonNegative, inv_trace, kernel
from sims.size_loss_tradeoff.rows import Features, draw


@kernel(floats=lambda n, p, **_: 2 * n * p + 4 * n * n)
def interpolation_excess(
    n: int, p: int, sigma2: NonNegative = 1.0, *, features: Features = "gaussian", trials: int, rng: Generator
) -> Array:
    """The least excess risk sigma2 tr (ZZ')^-1 at training loss 0, in the mean over noise, for each design, (trials,).

    It is that of the whitened rows Z: an interpolator that knows the truth and fits the noise with least norm.

    n <= p: integers >= 1; sigma2 >= 0; features: as `rows.draw` says. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> interpolation_excess(5, 10, features="sphere", trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    if p < n:
        raise ValueError(f"p = {p!r}: must be an integer >= n = {n}")
    z = draw(rng, trials, n, p, features).whitened
    return sigma2 * inv_trace(z @ z.mT)
