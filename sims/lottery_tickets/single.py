"""One weight of many for one target."""

from __future__ import annotations

from sims import arrays
from sims.arrays import Array, Generator, Positive, kernel


@kernel(floats=lambda n, **_: 3 * n)
def pick_one_prob(n: int, eps: Positive, z: float = 0.0, *, trials: int, rng: Generator) -> Array:
    """1.0 where one of n weights, uniform on [-1, 1], is within eps of z; else 0.0. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> pick_one_prob(4, 0.1, 0.3, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    x = 2 * rng.random(size=(trials, n)) - 1
    xp = arrays.namespace(x)
    return arrays.less_equal(xp.min(xp.abs(x - z), axis=-1), eps)
