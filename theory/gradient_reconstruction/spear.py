"""When the zeros of a relu layer's gradient give away a whole batch: identifiable directions, lucky draws."""

from __future__ import annotations

import functools
import math
from typing import Annotated

from theory.domain import Count, In, checked


@checked
def spear_pair_probability(m: Count, theta: Annotated[float, In(0.0, math.pi, open_low=True)]) -> float:
    r"""Return the probability that both samples of a pair are identifiable from the gradient of m random relu neurons.

    $1 - 2(1 - \theta/2\pi)^m + (1 - \theta/\pi)^m$: for each sample a neuron must be off on it and on for the other.

    m: neurons, >= 1; theta: the angle between the two inputs, in (0, pi]. Returns a float. Raises ValueError outside
    these domains.

    Source: Dimitrov, Baader, Muller, Vechev 2024, arXiv:2403.03945 (the attack, abstract seen); derived here.

    >>> round(spear_pair_probability(4, math.pi / 2), 4)
    0.4297
    """
    one, both = math.log1p(-theta / (2 * math.pi)), theta / math.pi
    # At theta = pi exactly one of the two fires, and no neuron tells nothing: 0^m = 0.
    neither = math.exp(m * math.log1p(-both)) if both < 1 else 0.0
    return 1 - 2 * math.exp(m * one) + neither


@checked
def spear_failure_leading(b: Annotated[int, In(2)], m: Count) -> float:
    r"""Return the leading order of the probability that some of b orthogonal samples is not identifiable.

    $b(b-1)(3/4)^m$: some sample fires only neurons that another fires too. Leading for m large at fixed b, while also
    m/2 is well above b; so logarithmically many neurons suffice, $m \approx \log(b^2)/\log(4/3)$.

    b: samples, >= 2; m: neurons, >= 1. Returns a float, above 1 where the leading order says nothing. Raises
    ValueError outside these domains.

    Source: Dimitrov, Baader, Muller, Vechev 2024, arXiv:2403.03945 (the attack, abstract seen); derived here.

    >>> spear_failure_leading(2, 1)
    1.5
    """
    return b * (b - 1) * math.exp(m * math.log(0.75))


_NONSINGULAR = (1, 6, 174, 22560, 12514320)
"""Nonsingular real k x k matrices of zeros and ones, k = 1..5 (OEIS A055165)."""


@functools.cache
def matchable(k: int) -> int:
    """The number of k x k patterns of zeros and ones with a perfect matching.

    Row by row, over the families of sets of columns that the rows so far can be matched to.
    """
    law = {frozenset({0}): 1}
    for _ in range(k):
        new: dict[frozenset[int], int] = {}
        for family, count in law.items():
            for row in range(1 << k):
                larger = frozenset(s | 1 << j for s in family for j in range(k) if row >> j & 1 and not s >> j & 1)
                if larger:
                    new[larger] = new.get(larger, 0) + count
        law = new
    return sum(law.values())


@checked
def spear_direction_probability(b: Annotated[int, In(2, 6)], scalar_output: bool = False) -> float:
    r"""Return the probability that b - 1 random rows of a relu gradient give one of the b samples' directions.

    $b\, 2^{-(b-1)} \pi_{b-1}$ for orthogonal samples and generic residuals, whatever the number of neurons;
    $\pi_k$ is the probability that a random k x k pattern of fair coins has a perfect matching. With a scalar output
    the residuals are of rank one, and $\pi_k$ is the probability that a random 0/1 matrix is nonsingular.

    b: samples, 2 to 6; scalar_output: whether the network has one output. Returns a float. Raises ValueError outside
    these domains.

    Source: Dimitrov, Baader, Muller, Vechev 2024, arXiv:2403.03945 (the attack, abstract seen); derived here.

    >>> spear_direction_probability(3), spear_direction_probability(3, scalar_output=True)
    (0.328125, 0.28125)
    """
    k = b - 1
    return b * 2.0**-k * (_NONSINGULAR[k - 1] if scalar_output else matchable(k)) / 2.0 ** (k * k)


@checked
def spear_expected_draws(b: Annotated[int, In(2, 6)]) -> float:
    r"""Return the mean number of independent draws of b - 1 rows until all b directions have been found.

    $H_b\, 2^{b-1}/\pi_{b-1}$, $H_b = 1 + 1/2 + \dots + 1/b$: the collector's problem with misses, exponential in b.

    b: samples, 2 to 6. Returns a float. Raises ValueError outside this domain.

    Source: Dimitrov, Baader, Muller, Vechev 2024, arXiv:2403.03945 (the attack, abstract seen); derived here.

    >>> spear_expected_draws(2)
    6.0
    """
    return sum(1 / k for k in range(1, b + 1)) * b / spear_direction_probability(b)
