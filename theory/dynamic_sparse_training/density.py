"""Densities of the layers of a sparse network, and the units that a random mask leaves without input."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Annotated, Any

import numpy as np

from theory.counting import log_binomial
from theory.domain import Count, Floats, In, Parsed, Share, checked, integer, refusal

__all__ = ["dead_unit_fraction", "erk_densities"]

SHAPES = "a non-empty list of shapes (k_1, ..., n_in, n_out), each of at least two integers >= 1"


def _shapes(name: str, value: Any) -> tuple[tuple[int, ...], ...]:
    try:
        found = tuple(tuple(operator.index(size) for size in shape) for shape in value)
    except TypeError:
        found = ()
    if not found or any(len(shape) < 2 or min(shape) < 1 for shape in found):
        raise refusal(name, value, SHAPES)
    if any(isinstance(size, bool) for shape in value for size in shape):
        raise refusal(name, value, SHAPES)
    return found


Shapes = Annotated[Sequence[Sequence[int]], Parsed(_shapes, SHAPES)]


@checked
def erk_densities(
    shapes: Shapes, density: Annotated[float, In(0.0, 1.0, open_low=True)], kernel: bool = True
) -> Floats:
    r"""Return the Erdos-Renyi density of each layer, at a given share of all weights kept.

    .. math:: D_l = \min(1, \varepsilon\, r_l), \qquad r_l = \frac{\text{sum of its dimensions}}{\text{their product}},
        \qquad \sum_l D_l n_l = D \sum_l n_l

    with n_l weights in layer l. Layers that exceed 1 are made dense and eps is solved for again, until none does;
    making one dense only raises eps, so their order does not matter.

    shapes: a shape (k_1, ..., n_in, n_out) a layer; density D in (0, 1]; kernel: with False r_l is
    (n_in + n_out)/(n_in n_out), without the sizes of kernels. Returns (layers,). Raises ValueError outside these
    domains.

    Source: Mocanu et al. 2018, arXiv:1707.04780; with kernels Evci et al. 2020, arXiv:1911.11134 (both recalled).

    >>> erk_densities([(3, 3, 3, 64), (3, 3, 64, 128), (3, 3, 128, 256), (256, 10)], 0.1).round(4)
    array([1.    , 0.1507, 0.0742, 1.    ])
    """
    scored = [shape if kernel else shape[-2:] for shape in shapes]
    raw = np.array([sum(shape) / math.prod(shape) for shape in scored])
    sizes = np.array([float(math.prod(shape)) for shape in shapes])
    dense = np.full(raw.size, density == 1.0)
    while not dense.all():
        left = density * sizes.sum() - sizes[dense].sum()
        scale = left / float(raw[~dense] @ sizes[~dense])
        over = ~dense & (scale * raw > 1)
        if not over.any():
            return np.where(dense, 1.0, scale * raw)
        dense |= over
    return np.ones(raw.size)


@checked
def dead_unit_fraction(
    n_in: Count, n_out: Count, density: Share | None = None, count: Annotated[int, In(0)] | None = None
) -> float:
    r"""Return the expected share of output units to which a random mask leaves no input.

    .. math:: (1-D)^{n_{in}} \qquad\text{or}\qquad \binom{N - n_{in}}{s} \Big/ \binom Ns, \quad N = n_{in} n_{out}

    for independent entries of density D, and for exactly s = count ones at random places.

    n_in, n_out >= 1; exactly one of density in [0, 1] and count from 0 to N is given. Raises ValueError otherwise.

    Source: elementary; derived here.

    >>> round(dead_unit_fraction(10, 5, density=0.2), 4), round(dead_unit_fraction(10, 5, count=10), 4)
    (0.1074, 0.0825)
    """
    if (density is None) == (count is None):
        raise refusal("density", density, f"given, or count (= {count}), but not both")
    if density is not None:
        return float((1 - density) ** n_in)
    N = n_in * n_out
    count = integer("count", count, 0, N)
    if count > N - n_in:
        return 0.0
    if count <= n_in:  # the shorter product: over the ones, or over a unit's inputs
        return math.exp(math.fsum(math.log1p(-n_in / (N - i)) for i in range(count)))
    if n_in <= 10**6:
        return math.exp(math.fsum(math.log1p(-count / (N - i)) for i in range(n_in)))
    return float(np.exp(log_binomial(N - n_in, count) - log_binomial(N, count)))
