"""Instances: pairs of unit inputs with one inner product, each pair at right angles to the others."""

from __future__ import annotations

import math

from sims import instances
from sims.arrays import Array


def pairs(rho: float, count: int = 8, *, instance: int = 0) -> dict[str, Array]:
    """Return X and X2 (count, 2 count): x_i . x2_i = rho, all other inner products 0, rotated at random.

    One network serves all pairs: their pre-activations in the first layer are independent.

    >>> found = pairs(0.3, 2)
    >>> (found["X"] @ found["X2"].T).round(12)
    array([[0.3, 0. ],
           [0. , 0.3]])
    """
    turn = instances.frame(2 * count, 2 * count, instance=instance).T
    first, rest = turn[:count], turn[count:]
    return {"X": first, "X2": rho * first + math.sqrt(1 - rho * rho) * rest}
