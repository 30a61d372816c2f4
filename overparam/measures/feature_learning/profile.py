"""Of which order a target depends on a projection: its Hermite coefficients, and the first that is not 0."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy

from overparam.measures.input import Floats, Given, vector
from overparam.measures.result import Result
from theory.domain import integer

_CLAIMS = ("online-sgd-ode", "online-sgd-ode-time", "population-gradient-single-index")
_LEVEL = 0.05
_ORDERS = 10
_LEAST = 20


def hermite_profile(projection: Any, y: Any, orders: Any = 4) -> Result:
    r"""Return the order of the first Hermite polynomial of a projection with which targets are correlated.

    $$\hat c_k = \frac1n\sum_i \tilde y_i\,h_k(z_i), \qquad z_i = \Phi^{-1}\Bigl(\frac{r_i-1/2}n\Bigr)$$
    with $r_i$ the rank of the projection (ties share theirs) and $\tilde y$ of mean 0 and variance 1. On Gaussian data
    this first order is the information exponent of a target of one direction: online descent finds the direction in of
    the order of d steps where it is 1, $d\log d$ where it is 2, and $d^{k-1}$ beyond. Ranks make it independent of the
    projection's scale and distribution; a kinked scale of it may show as higher orders.

    projection: (n,) of any library, n >= 20, not constant; y: (n,), not constant; orders: the last k, from 1 to 10.
    Null: 0, nothing seen: all coefficients below their 5 % level, over all orders together.
    detail: coefficients (orders,) from k = 1 on; threshold (orders,); explained, the sum of the squared ones above.
    Raises ValueError outside these domains.

    Source: information exponent of Ben Arous, Gheissari, Jagannath 2021, arXiv:2003.10409 (recalled); ranks and
    thresholds derived here.

    >>> z = np.random.default_rng(0).standard_normal(500)
    >>> hermite_profile(z, z**2).value, hermite_profile(z, np.exp(z)).value
    (2, 1)
    """
    along, targets = vector("projection", projection), vector("y", y)
    n, last = along.shape[0], integer("orders", orders, 1, _ORDERS)
    if targets.shape[0] != n:
        raise ValueError(f"y = array with {targets.shape[0]} entries: must have {n}, as many as projection")
    if n < _LEAST:
        raise ValueError(f"projection = array with {n} entries: must have at least {_LEAST}")
    z, labels = _scores(along), _standardised(targets)
    h = _polynomials(z, last)
    coefficients = h @ labels / n
    # The variance of a coefficient under random permutations of the targets is that of h over n - 1, whatever the
    # distributions; where the targets depend on higher orders it is larger, and told by the products.
    spread = np.maximum(h.std(axis=1), (h * labels).std(axis=1)) / math.sqrt(n - 1)
    threshold = float(scipy.stats.norm.isf(_LEVEL / (2 * last))) * spread
    seen = np.abs(coefficients) > threshold
    value = int(np.argmax(seen)) + 1 if seen.any() else 0
    explained = float(np.sum(coefficients[seen] ** 2))
    detail = {"coefficients": coefficients, "threshold": threshold, "explained": explained}
    return Result(
        "information exponent", value, 0.0, sentence=_sentence(value, last, detail), claims=_CLAIMS, detail=detail
    )  # fmt: skip


def _scores(along: Given) -> Floats:
    ranks = scipy.stats.rankdata(along.values)
    if ranks[0] == ranks[-1] and np.ptp(ranks) == 0:
        raise ValueError(f"{along.name} = array of equal entries: must vary")
    return np.asarray(scipy.special.ndtri((ranks - 0.5) / ranks.size))


def _standardised(targets: Given) -> Floats:
    y = targets.values / (float(np.max(np.abs(targets.values))) or 1.0)
    y = y - y.mean()
    spread = float(y.std())
    if spread <= 4 * targets.eps:
        raise ValueError(f"{targets.name} = array of equal entries: must vary")
    return np.asarray(y / spread)


def _polynomials(z: Floats, last: int) -> Floats:
    """h_1(z), ..., h_last(z), each with mean 0 over the sample."""
    values = [np.ones_like(z), z]
    for k in range(1, last):
        values.append((z * values[k] - math.sqrt(k) * values[k - 1]) / math.sqrt(k + 1))
    h = np.stack(values[1 : last + 1])
    return np.asarray(h - h.mean(axis=1, keepdims=True))


def _sentence(value: int, last: int, detail: dict[str, Any]) -> str:
    if value == 0:
        return f"No Hermite order from 1 to {last} of this projection is seen in the targets."
    pace = {1: "d", 2: "d log d"}.get(value, f"d^{value - 1}")
    text = f"The targets depend on this projection from order {value} on (coefficient "
    text += (
        f"{detail['coefficients'][value - 1]:.3g} of a standard deviation): online descent in d Gaussian dimensions "
    )
    return text + f"would find it in of the order of {pace} steps."
