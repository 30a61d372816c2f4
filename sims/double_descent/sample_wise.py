"""More data can hurt: minimum-norm least squares on the first rows of one design."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, kernel
from sims.double_descent.min_norm import small_gram


class NestedRisk(NamedTuple):
    """Per design: risk at each sample size (trials, sizes), and its increase over the first (trials, sizes-1)."""

    risk: Array
    increase: Array


@kernel(floats=lambda p, sizes, **_: max(sizes) * p + 4 * p * p)
def nested_min_norm_risk(
    sizes: tuple[int, ...], p: int, r2: NonNegative, sigma2: NonNegative, *, trials: int, rng: Generator
) -> NestedRisk:
    """Excess risk (label noise integrated) of minimum-norm least squares on the first n rows, for each n of `sizes`.

    The target is beta = sqrt(r2/p) (1, ..., 1).

    sizes: sample sizes, integers >= 1; p: features; r2, sigma2 >= 0. Returns the fields of `NestedRisk`, first axis
    trials.

    >>> from sims.arrays import strict_rng
    >>> nested_min_norm_risk((5, 8), 20, 1.0, 0.5, trials=3, rng=strict_rng(0))[0].shape
    (3, 2)
    """
    x = rng.standard_normal(size=(trials, max(sizes), p))
    xp = arrays.namespace(x)
    signal = math.sqrt(r2 / p) * xp.sum(x, axis=-1, keepdims=True)
    risks = []
    for n in sizes:
        gram = small_gram(x[:, :n, :])
        if n < p:
            trace, inside = arrays.inv_forms(gram, signal[:, :n, :])
            risks.append(sigma2 * trace + r2 - inside[..., 0])
        else:
            risks.append(sigma2 * arrays.inv_trace(gram))
    risk = xp.stack(risks, axis=-1)
    return NestedRisk(risk, risk[:, 1:] - risk[:, :1])
