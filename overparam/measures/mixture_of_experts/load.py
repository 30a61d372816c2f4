"""How unevenly the experts are loaded, against random routing, and what a capacity drops."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import scipy

from overparam.measures.input import Floats, choices
from overparam.measures.result import Result
from theory.domain import integer
from theory.mixture_of_experts import overflow_fraction

_DISPERSION = ("overflow-fraction", "overflow-fraction-unequal-probabilities")
_DROPPED = (*_DISPERSION, "overflow-fraction-linear-router", "overflow-fraction-digits-router")
_Z = 1.96


class ExpertLoad(NamedTuple):
    """Over-dispersion of the loads, and the share of assignments dropped (None without a capacity)."""

    dispersion: Result
    dropped: Result | None


def expert_load(choice: Any, E: int, capacity: int | None = None) -> ExpertLoad:
    r"""Return how unevenly tokens load E experts, and what a capacity drops, against random routing.

    $$\text{dispersion} = \frac{\sum_i (L_i - Tp)^2}{E\,T\,p(1-p)},\qquad p = k/E,$$
    whose mean is exactly 1 where every token takes k distinct experts at random; times E - 1 it is then nearly a
    chi-square of E - 1 degrees of freedom, and the mean dropped share is `overflow_fraction`.

    choice: (tokens,) or (tokens, k), the numbers 0..E-1 of the experts that each token took, of any library; in a row
    all different; at least 2 tokens, k < E; capacity >= 0: tokens an expert takes. Returns fields dispersion (null 1;
    limit 0: perfect balance; low, high: 95 % interval for tokens drawn independently, wider than need be near 1;
    detail: loads, p_value of random routing, heaviest load over the mean) and dropped (null: random routing; limit:
    perfect balance; detail: expected, the mean of independent tokens with these loads, k = 1). Raises ValueError
    outside these domains.

    Source: `theory.mixture_of_experts`; the interval by the variance of a U-statistic, derived here.

    >>> found = expert_load([0, 0, 0, 1, 2, 0, 1, 0], 4, capacity=2)
    >>> round(found.dispersion.value, 3), found.dropped.value, found.dispersion.detail["loads"].tolist()
    (2.333, 0.375, [5, 2, 1, 0])
    """
    given, E = choices("choice", choice), integer("E", E, 2)
    T, k = given.shape
    if T < 2:
        raise ValueError("choice = array of 1 token: must have at least 2")
    if k >= E:
        raise ValueError(f"choice = array of shape {given.shape}: must have fewer than E = {E} choices a token")
    if given.raw.max() >= E:
        raise ValueError(f"choice = array with {given.raw.max():g}: must hold integers from 0 to E - 1 = {E - 1}")
    rows = np.sort(given.raw.astype(np.int64), axis=1)
    if (rows[:, 1:] == rows[:, :-1]).any():
        raise ValueError("choice = array with an expert twice in a row: a token must take different experts")
    loads = np.bincount(rows.ravel(), minlength=E)
    return ExpertLoad(_dispersion(rows, loads, E), None if capacity is None else _dropped(loads, T, k, capacity))


def _dispersion(rows: Any, loads: Any, E: int) -> Result:
    T, k = rows.shape
    p = k / E
    unit = E * T * p * (1 - p)
    deviation = loads - T * p
    value = float(deviation @ deviation) / unit
    # sum (L - T p)^2 is a double sum over tokens: 4 T^3 Var(g'y), g the mean of y - p, and 2 T^2 tr S^2 of the pairs.
    projected = (deviation / T)[rows].sum(axis=1)
    pairs = _pairs(rows, loads)
    linear = max(0.0, 4 * T**3 * float(projected.var()) - 4 * T**2 * pairs)
    width = _Z * math.sqrt(linear + 2 * T**2 * pairs) / unit
    chance = float(scipy.stats.chi2.sf(value * (E - 1), E - 1))
    heaviest = float(loads.max()) / (T * p)
    return Result(
        "load dispersion", value, 1.0, 0.0, max(0.0, value - width), value + width,
        _sentence(value, chance, heaviest, T, E), _DISPERSION,
        {"loads": loads, "p_value": chance, "heaviest": heaviest},
    )  # fmt: skip


def _pairs(rows: Any, loads: Any) -> float:
    """tr S^2 of the covariance S of a token's indicators of its experts; exact for k = 1, else by S of its loads."""
    T, k = rows.shape
    share: Floats = loads / T
    if k == 1:
        return float(np.sum(share**2) - 2 * np.sum(share**3) + np.sum(share**2) ** 2)
    together = np.zeros((loads.size, loads.size))
    for a in range(k):
        for b in range(k):
            np.add.at(together, (rows[:, a], rows[:, b]), 1.0 / T)
    return float(np.sum((together - np.outer(share, share)) ** 2))


def _dropped(loads: Any, T: int, k: int, capacity: int) -> Result:
    room = integer("capacity", capacity, 0)
    E = loads.size
    value = float(np.maximum(loads - room, 0).sum()) / (k * T)
    null = overflow_fraction(T, E, room, k)
    limit = max(0.0, 1 - room * E / (k * T))
    detail = {"expected": overflow_fraction(T, E, room, probs=loads / T)} if k == 1 else {}
    sentence = f"With room for {room} tokens an expert {100 * value:.3g} % of the assignments are dropped; random "
    sentence += f"routing would drop {100 * null:.3g} %, perfect balance {100 * limit:.3g} %."
    return Result("dropped", value, null, limit, sentence=sentence, claims=_DROPPED, detail=detail)


def _sentence(value: float, chance: float, heaviest: float, T: int, E: int) -> str:
    text = f"The loads of {E} experts vary {value:.3g} times as much as at random routing of {T} tokens"
    if chance < 0.001:
        text += ", far beyond chance: the router has favourites"
    elif chance > 0.999:
        text += ", less than chance: the router balances"
    else:
        text += f", within chance (p = {chance:.2g})"
    return text + f"; the heaviest has {heaviest:.3g} times the mean."
