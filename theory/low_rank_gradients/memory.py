"""Counts: what an optimiser stores for a layer, and how large the rank of a batch's gradient can be."""

from __future__ import annotations

from typing import Literal, NamedTuple

from theory.domain import Count, checked, refusal

__all__ = ["OptimiserMemory", "break_even_rank", "gradient_rank_cap", "optimiser_memory"]


class OptimiserMemory(NamedTuple):
    """Numbers stored for a layer: its weights, and the optimiser's states beside them."""

    weights: int
    states: int


@checked
def optimiser_memory(m: Count, n: Count, r: Count, method: Literal["full", "projection", "lora"]) -> OptimiserMemory:
    r"""Return how many numbers a layer of m x n weights needs under Adam, m <= n.

    full: weights mn, states 2mn. projection (the m x r basis is stored): weights mn, states mr + 2nr. lora (factors m x
    r and r x n are trained beside frozen weights): weights mn + mr + nr, states 2mr + 2nr. So projection saves mr
    states against lora, always, and needs fewer states than full if and only if r < 2mn/(m + 2n).

    m, n: sizes, m <= n; r: from 1 to m (without effect on "full"). Returns fields weights, states. Raises ValueError
    outside these domains.

    Source: Zhao et al. 2024, arXiv:2403.03507, Table 1 (recalled).

    >>> optimiser_memory(4, 6, 2, "projection")
    OptimiserMemory(weights=24, states=32)
    """
    if m > n:
        raise refusal("m", m, f"an integer from 1 to n = {n}")
    if r > m:
        raise refusal("r", r, f"an integer from 1 to m = {m}")
    if method == "full":
        return OptimiserMemory(m * n, 2 * m * n)
    if method == "projection":
        return OptimiserMemory(m * n, m * r + 2 * n * r)
    return OptimiserMemory(m * n + m * r + n * r, 2 * m * r + 2 * n * r)


@checked
def break_even_rank(m: Count, n: Count) -> int:
    r"""Return the largest rank r at which a projected optimiser holds fewer states than the full one.

    $$\lceil 2mn/(m+2n) \rceil - 1$$

    m, n: sizes, m <= n. Returns an integer from 0 (none) to m - 1. Raises ValueError outside these domains.

    Source: from Zhao et al. 2024, arXiv:2403.03507, Table 1 (recalled); derived here.

    >>> break_even_rank(6, 6), break_even_rank(64, 128)
    (3, 51)
    """
    if m > n:
        raise refusal("m", m, f"an integer from 1 to n = {n}")
    return -(-2 * m * n // (m + 2 * n)) - 1


@checked
def gradient_rank_cap(N: Count, m: Count, n: Count, softmax: bool = False) -> int:
    r"""Return the largest rank that the gradient of an m x n layer can have on a batch of N samples.

    $$\min(N, m, n); \qquad \min(N, m-1, n) \text{ for the last layer under softmax}$$
    whose residuals sum to zero over the classes.

    N: samples; m: outputs (classes, if softmax), n: inputs, integers >= 1. Raises ValueError outside these domains.

    Source: derived here.

    >>> gradient_rank_cap(64, 10, 128, softmax=True)
    9
    """
    return min(N, m - 1 if softmax else m, n)
