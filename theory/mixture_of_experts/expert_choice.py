"""Experts that choose their tokens: who is taken how often, and who by nobody."""

from __future__ import annotations

from typing import Annotated

import numpy as np
import scipy

from theory.domain import Count, Floats, In, checked, refusal

__all__ = ["expert_choice_pmf", "uncovered_fraction"]

Experts = Annotated[int, In(1, 2**20)]
Capacity = Annotated[int, In(0)]


def _check(capacity: int, tokens: int) -> None:
    if capacity > tokens:
        raise refusal("capacity", capacity, f"an integer from 0 to tokens = {tokens}")


@checked
def expert_choice_pmf(tokens: Count, experts: Experts, capacity: Capacity) -> Floats:
    r"""Return the probabilities that a token is taken by 0, 1, ..., E experts.

    .. math:: \mathrm{Bin}(E, C/T)

    exactly, for each token by itself, where every expert takes its C highest of T independent continuous scores. The
    tokens' counts sum to C E, so they depend on each other.

    tokens T, experts E: integers >= 1, E <= 2^20; capacity C from 0 to T. Returns (E + 1,). Raises ValueError outside
    these domains.

    Source: procedure of Zhou et al. 2022, arXiv:2202.09368 (recalled); derived here.

    >>> expert_choice_pmf(4, 2, 2).round(12)
    array([0.25, 0.5 , 0.25])
    """
    _check(capacity, tokens)
    pmf: Floats = scipy.stats.binom.pmf(np.arange(experts + 1), experts, capacity / tokens)
    return pmf


@checked
def uncovered_fraction(tokens: Count, experts: Experts, capacity: Capacity) -> float:
    r"""Return the expected share of tokens that no expert takes.

    .. math:: (1 - C/T)^E \to e^{-CE/T}

    tokens T, experts E: integers >= 1, E <= 2^20; capacity C from 0 to T. Raises ValueError outside these domains.

    Source: `expert_choice_pmf`.

    >>> round(uncovered_fraction(256, 8, 32), 5)
    0.34361
    """
    _check(capacity, tokens)
    return float((1 - capacity / tokens) ** experts)
