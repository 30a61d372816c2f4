"""Experts that choose their tokens by random scores: how many experts each token gets."""

from __future__ import annotations

from sims import arrays
from sims.arrays import Array, Generator, Whole, kernel


def _taken(rng: Generator, trials: int, tokens: int, experts: int, capacity: int) -> Array:
    """How many experts take each token, (trials, tokens)."""
    if capacity > tokens:
        raise ValueError(f"capacity = {capacity!r}: must be an integer from 0 to tokens = {tokens}")
    chosen = arrays.top_k_mask(rng.random(size=(trials, experts, tokens)), capacity)
    return arrays.namespace(chosen).sum(chosen, axis=-2)


@kernel(floats=lambda tokens, experts, **_: 3 * tokens * experts)
def expert_choice_pmf(tokens: int, experts: int, capacity: Whole, *, trials: int, rng: Generator) -> Array:
    """Shares of the tokens that 0, 1, ..., E experts take, each the capacity tokens of its highest random scores.

    capacity: from 0 to tokens. Returns (trials, experts + 1). Raises ValueError for a larger capacity.

    >>> from sims.arrays import strict_rng
    >>> expert_choice_pmf(16, 4, 4, trials=2, rng=strict_rng(0)).shape
    (2, 5)
    """
    taken = _taken(rng, trials, tokens, experts, capacity)
    xp = arrays.namespace(taken)
    return xp.stack([xp.mean(xp.astype(taken == j, xp.float64), axis=-1) for j in range(experts + 1)], axis=-1)


@kernel(floats=lambda tokens, experts, **_: 3 * tokens * experts)
def uncovered_fraction(tokens: int, experts: int, capacity: Whole, *, trials: int, rng: Generator) -> Array:
    """Share of the tokens that no expert takes. capacity: from 0 to tokens. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> uncovered_fraction(16, 4, 4, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    taken = _taken(rng, trials, tokens, experts, capacity)
    xp = arrays.namespace(taken)
    return xp.mean(xp.astype(taken == 0, xp.float64), axis=-1)
