"""What the singular value decomposition of a noisy low-rank matrix shows of it."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np

from theory import spiked
from theory.domain import Floats, In, NonNegatives, checked
from theory.marchenko_pastur import quantile
from theory.matrix_denoising.domains import Aspect, Aspects
from theory.matrix_denoising.shrinkers import RULES, amse, debiased_shrinker

__all__ = ["SpikeCosines", "SpikedMatrix", "spike_cosines", "spike_singular_value", "spiked_matrix"]

Strengths = Annotated[Floats, In(0.0, ndim=1)]


class SpikeCosines(NamedTuple):
    """Squared cosines with the spike's direction: left on the shorter side (length m), right on the longer."""

    left2: Floats
    right2: Floats


class SpikedMatrix(NamedTuple):
    """Limits of one draw: value, left2, right2 a spike; median of the singular values; the errors of the rules."""

    value: Floats
    left2: Floats
    right2: Floats
    median: float
    optimal: float
    hard: float
    soft: float
    keep: float
    excess: float


@checked(broadcast=True)
def spike_singular_value(x: NonNegatives, beta: Aspects) -> Floats:
    r"""Return the singular value at which a spike of strength x is seen in noise.

    $$y = \sqrt{(x+1/x)(x+\beta/x)} \quad (x > \beta^{1/4}), \qquad 1+\sqrt\beta \text{ else}$$

    x >= 0; beta = m/n in (0, 1]; they broadcast. Returns an array of their shape. Raises ValueError outside.

    Source: Benaych-Georges, Nadakuditi 2012, arXiv:1103.2221 (recalled); `theory.spiked.observed`.

    >>> spike_singular_value([0.5, 1.5], 0.5).round(4)
    array([1.7071, 1.993 ])
    """
    return spiked.observed(x, beta)


@checked(broadcast=True)
def spike_cosines(x: NonNegatives, beta: Aspects) -> SpikeCosines:
    r"""Return the squared cosines between observed and true singular vectors.

    $$c^2_{left} = \frac{x^4-\beta}{x^4+\beta x^2}, \qquad c^2_{right} = \frac{x^4-\beta}{x^4+x^2} \qquad
    (x > \beta^{1/4}; \text{ else } 0)$$

    x >= 0; beta = m/n in (0, 1]; they broadcast. Returns fields left2 (length m), right2 (length n). Raises ValueError
    outside these domains.

    Source: Benaych-Georges, Nadakuditi 2012, arXiv:1103.2221 (recalled); `theory.spiked.cosines`.

    >>> [round(float(side), 4) for side in spike_cosines(1.5, 0.5)]
    [0.7374, 0.6239]
    """
    return SpikeCosines(*spiked.cosines(x, beta))


@checked
def spiked_matrix(x: Strengths, beta: Aspect) -> SpikedMatrix:
    r"""Return the limits of all that one draw of $Y = X + Z/\sqrt n$ shows: spectrum, angles, errors of the rules.

    Errors are sums over the spikes of `amse`; excess is what the debiased rule costs beyond the best one,
    $\sum x^2(1-c_{left}c_{right})^2$, if no singular value of the noise stands above $1+\sqrt\beta$.

    x: strengths >= 0, (k,); beta = m/n in (0, 1]. Returns fields value, left2, right2, each (k,), and median, optimal,
    hard, soft, keep, excess. Raises ValueError outside these domains.

    Source: as `amse`, `spike_cosines`; the median is that of the Marchenko-Pastur law.

    >>> limits = spiked_matrix([1.5, 2.5], 0.5)
    >>> round(limits.optimal, 4), round(limits.soft, 4), round(limits.median, 4)
    (2.6029, 4.3787, 0.9113)
    """
    rules: dict[str, Any] = {rule: rule for rule in RULES}
    rules["debiased"] = lambda y: debiased_shrinker(y, beta)
    loss = {name: float(np.sum(amse(x, beta, rule))) for name, rule in rules.items()}
    sides = spiked.cosines(x, beta)
    return SpikedMatrix(
        spiked.observed(x, beta),
        sides.rows,
        sides.columns,
        float(np.sqrt(quantile(0.5, beta))),
        loss["optimal"],
        loss["hard"],
        loss["soft"],
        loss["keep"],
        loss["debiased"] - loss["optimal"],
    )
