"""When the zeros of a relu layer's gradient give away a whole batch: identifiable directions, lucky draws."""

from __future__ import annotations

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
