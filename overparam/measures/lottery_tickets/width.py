"""How many random units pruning alone would need to become a given layer."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import theory.lottery_tickets as theory
from overparam.measures.input import Floats, Given, layer
from overparam.measures.result import Result

_CLAIMS = ("relu-gadget", "subset-sum-hit-law", "pick-one-baseline")
_GROUPS = 12


def ticket_width(weights: Any, eps: float = 0.01, share: float = 0.99) -> Result:
    r"""Return how many random ReLU units a weight a network needs, so that pruning alone becomes a given layer.

    The least N at which a random layer v relu(u x), u and v uniform and as large as the layer's largest weight asks,
    comes to within eps of each weight, on average over the weights with probability `share`, by
    `theory.lottery_tickets.relu_gadget_prob`. No training is meant, and no theorem is sharp here: the law is that of
    random weights, tested to N = 36.

    weights: (outputs, inputs), of any library, not all 0; eps in [1e-9, 1): accuracy, over the largest weight; share in
    (0, 1). Returns value N; limit: log2(1/eps), the bits of a weight. detail: items, how many plain random weights a
    subset is taken from instead; single, how many where one alone is kept; small, the share of weights below eps, which
    need none. Raises ValueError outside these domains.

    Source: `theory.lottery_tickets`; gadget of Pensia et al. 2020, arXiv:2006.07990 (recalled).

    >>> found = ticket_width(np.linspace(-1, 1, 40).reshape(4, 10))
    >>> found.value, found.detail["items"], found.detail["single"]
    (36, 14, 459)
    """
    given = weights if isinstance(weights, Given) else layer("weights", weights)
    _inside("eps", eps, 1e-9, 1.0, closed=True)
    _inside("share", share, 0.0, 1.0, closed=False)
    sizes = np.sort(np.abs(given.values).ravel())
    if sizes[-1] == 0:
        raise ValueError(f"weights = array of shape {given.shape}: must hold an entry that is not 0")
    sizes = sizes / sizes[-1]
    large = sizes[sizes > eps]
    small = 1 - large.size / sizes.size
    means, parts = _groups(large)

    def least(law: Callable[[int, float], float], most: int) -> int:
        def enough(n: int) -> bool:
            return small + (1 - small) * float(parts @ [law(n, float(w)) for w in means]) >= share

        return 0 if small >= share else _first(enough, most)

    items = least(lambda n, w: theory.subset_hit_prob(n, eps, w, 1 / 3), 2**20)
    single = least(lambda n, w: theory.pick_one_prob(n, eps, w), 2**40)
    units = least(lambda n, w: theory.relu_gadget_prob(n, eps, w), 10_000)
    bits = math.log2(1 / eps)
    sentence = (
        f"Pruning alone would need some {units} random units for each of its weights, to reach {100 * share:.10g} % of "
        f"them to {100 * eps:.3g} % of the largest; {items} plain weights if subsets of them are summed, "
        f"{single} where one alone is kept."
    )
    return Result(
        "units a weight for pruning alone", units, None, bits, sentence=sentence, claims=_CLAIMS,
        detail={"items": items, "single": single, "small": small},
    )  # fmt: skip


def _inside(name: str, value: Any, low: float, high: float, closed: bool) -> None:
    number = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not number or not (low <= value < high) or (value == low and not closed):
        raise ValueError(f"{name} = {value!r}: must be a number in {'[' if closed else '('}{low:g}, {high:g})")


def _groups(sizes: Floats) -> tuple[Floats, Floats]:
    """Means of groups of neighbours, and the share of each."""
    parts = [part for part in np.array_split(sizes, _GROUPS) if part.size]
    return np.array([part.mean() for part in parts]), np.array([part.size / sizes.size for part in parts])


def _first(enough: Callable[[int], bool], most: int) -> int:
    """The least n >= 1 that is enough: by doubling, then by halving."""
    high = 1
    while high < most and not enough(high):
        high = min(2 * high, most)
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
