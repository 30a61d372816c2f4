"""Gradient descent on products of matrices (deep linear nets, factored matrices), on stacks of factors."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable

from sims.arrays import Array

Factors = tuple[Array, ...]
"""W_1, ..., W_L with shapes (T, d_l, d_{l-1}): the product is W_L ... W_1, of shape (T, d_L, d_0)."""


def product(factors: Factors) -> Array:
    """Return W_L ... W_1.

    >>> import numpy as np
    >>> product((np.full((1, 2, 3), 1.0), np.full((1, 4, 2), 1.0))).shape
    (1, 4, 3)
    """
    return functools.reduce(lambda below, factor: factor @ below, factors)


def gradients(factors: Factors, slope: Array) -> Factors:
    """Return the gradients (W_L ... W_{l+1})' G (W_{l-1} ... W_1)' by each factor; G (T, d_L, d_0) is the slope."""
    below = [None, *_partial(factors[:-1])]  # W_{l-1} ... W_1
    found, above = [], slope  # (W_L ... W_{l+1})' G
    for factor, under in zip(reversed(factors), reversed(below), strict=True):
        found.append(above if under is None else above @ under.mT)
        above = factor.mT @ above
    return tuple(reversed(found))


def _partial(factors: Factors) -> list[Array]:
    products: list[Array] = []
    for factor in factors:
        products.append(factor @ products[-1] if products else factor)
    return products


def descend(
    factors: Factors, slope_of_product: Callable[[Array], Array], eta: float | Array, decay: float | Array = 0.0
) -> Factors:
    """Return the factors after one step W <- (1 - eta decay) W - eta gradient, all at once.

    slope_of_product: from the product (T, d_L, d_0) to the slope of the loss by it, of that shape. eta, decay: numbers,
    or arrays (T, 1, 1). The decay is that of a penalty (decay/2) sum_l |W_l|^2.

    >>> import numpy as np
    >>> half = (np.full((1, 1, 1), 0.5),) * 2
    >>> [float(w[0, 0, 0]) for w in descend(half, lambda P: P - 1.0, eta=0.1)]
    [0.5375, 0.5375]
    """
    slopes = gradients(factors, slope_of_product(product(factors)))
    keep = 1 - eta * decay
    return tuple(keep * w - eta * g for w, g in zip(factors, slopes, strict=True))


def imbalances(factors: Factors) -> Factors:
    """Return W_{l+1}' W_{l+1} - W_l W_l' (T, d_l, d_l) for l = 1..L-1: a flow without decay keeps them."""
    return tuple(above.mT @ above - below @ below.mT for below, above in itertools.pairwise(factors))
