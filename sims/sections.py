"""Where a transition happens, found by sections: several values of a parameter tried at once, the bracket refined."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

from sims.arrays import Array, Generator, arange, asarray, namespace, zeros


class Transition(NamedTuple):
    """Per trial: value, where something begins or ends; worst, the largest certificate of the runs that were tried."""

    value: Array
    worst: Array


def transition(
    alive: Callable[[Array], tuple[Array, Array]],
    rng: Generator,
    trials: int,
    bracket: tuple[float, float],
    rounds: int,
    *,
    parts: int = 8,
    rising: bool,
) -> Transition:
    """Find the positive value at which `alive` changes: the middle of the last bracket in log scale.

    `alive` maps values (trials * (parts - 1),) to booleans and certificates of that shape; it is false below and true
    above the value (`rising`) or the reverse. `rounds` sections leave log(high/low) parts**-rounds.
    """
    xp = namespace(rng)
    low = zeros(rng, (trials,)) + math.log(bracket[0])
    width = math.log(bracket[1] / bracket[0])
    steps = xp.astype(arange(rng, parts - 1), xp.float64) + asarray(rng, 1.0)
    worst = zeros(rng, (trials,))
    for _ in range(rounds):
        width /= parts
        values = xp.exp(low[:, None] + width * steps[None, :])
        found, certificates = alive(xp.reshape(values, (-1,)))
        count = xp.sum(xp.reshape(xp.astype(found, xp.float64), (trials, parts - 1)), axis=-1)
        worst = xp.maximum(worst, xp.max(xp.reshape(certificates, (trials, parts - 1)), axis=-1))
        low = low + width * (parts - 1 - count if rising else count)
    return Transition(xp.exp(low + width / 2), worst)
