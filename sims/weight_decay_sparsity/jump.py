"""Where the best factors of one observation jump away from 0: two descents whose values are made equal."""

from __future__ import annotations

from typing import NamedTuple

from sims.arrays import Array, Generator, Positive, kernel, namespace
from sims.optimize import flattest
from sims.weight_decay_sparsity.factors import others


class Jump(NamedTuple):
    """The observation y* and the product a* at which 0 and another minimum have one value; what differs, and the
    gradient left: (trials,)."""

    y_star: Array
    a_star: Array
    differs: Array
    gradient: Array


@kernel(floats=lambda lam, depth, **_: 40 * depth, block=2)
def jump_point(lam: Positive, depth: int, rounds: int = 8, steps: int = 60, *, trials: int, rng: Generator) -> Jump:
    """Newton in y on (least value near the large factors) - y^2/2, whose derivative is minus the product.

    Each value is a descent of all factors from unequal, large ones. Raises ValueError for depth < 3.

    >>> from sims.arrays import strict_rng
    >>> jump_point(0.4, 3, trials=2, rng=strict_rng(0)).y_star.shape
    (2,)
    """
    if depth < 3:
        raise ValueError(f"depth = {depth!r}: must be an integer >= 3")
    noise = rng.random(size=(trials, depth))
    xp = namespace(noise)
    # y* grows as this power of lam, by rescaling.
    y = xp.zeros_like(noise[:, 0]) + 3 * lam ** (depth / (2 * depth - 2))
    w = y[:, None] ** (1 / depth) * (0.95 + 0.1 * noise)
    a = differs = slope = y
    for _ in range(rounds):

        def objective(w: Array) -> tuple[Array, Array]:
            rest = others(w)
            miss = y - rest[:, 0] * w[:, 0]  # noqa: B023
            value = 0.5 * miss**2 + 0.5 * lam * xp.sum(w * w, axis=-1)
            return value, lam * w - miss[:, None] * rest

        end = flattest(objective, w, steps, rounds=2)
        w = end.point
        a = w[:, 0] * others(w)[:, 0]
        differs = end.value - 0.5 * y * y
        slope = xp.sqrt(xp.sum(end.gradient**2, axis=-1))
        y = y + differs / a
    return Jump(y, a, xp.abs(differs), slope)
