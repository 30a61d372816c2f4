"""Compressed activations: the change is sent instead of the value, and what the errors then do."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from theory.domain import Floats, In, NonNegative, Real, checked

__all__ = ["DeltaMoments", "delta_critical_c", "delta_second_moments", "direct_floor", "tracking_bound"]

Step = Annotated[float, In(0.0, 2.0, open_low=True, open_high=True)]


class DeltaMoments(NamedTuple):
    """Mean squares after 0, 1, ..., steps steps: e2 of the weight's error, u2 of the unsent change, (steps + 1,)."""

    e2: Floats
    u2: Floats


@checked
def delta_second_moments(
    eta: Step, c: NonNegative, e0sq: NonNegative, u0sq: NonNegative, steps: Annotated[int, In(0, 100_000)]
) -> DeltaMoments:
    r"""Return the exact mean squares of descent on (w - b)^2/2 that hears of its activation w by quantised changes.

    The message takes in Q(w - msg), Q(x) = x(1 + c xi) with E xi = 0, E xi^2 = 1, and then w moves by -eta(msg - b).
    With e = w - b and u = w - msg before sending

    .. math:: \begin{pmatrix} E e^2 \\ E u^2 \end{pmatrix}_{t+1} = \begin{pmatrix} (1-\eta)^2 & \eta^2c^2 \\ \eta^2 &
        (1+\eta)^2c^2 \end{pmatrix} \begin{pmatrix} E e^2 \\ E u^2 \end{pmatrix}_t.

    eta in (0, 2); c >= 0; e0sq, u0sq >= 0: the start; steps from 0 to 100,000. Returns fields e2, u2, (steps + 1,),
    inf where they exceed the largest float. Raises ValueError outside these domains.

    Source: quadratic model derived here; scheme of Wang et al. 2022, arXiv:2206.01299 (recalled).

    >>> found = delta_second_moments(0.3, 0.6, 1.0, 1.0, 40)
    >>> round(float(found.e2[1]), 6), round(float(found.u2[1]), 6)
    (0.5224, 0.6984)
    """
    rows = (((1 - eta) ** 2, (eta * c) ** 2), (eta**2, ((1 + eta) * c) ** 2))
    e2, u2 = [e0sq], [u0sq]
    for _ in range(steps):
        now = (e2[-1], u2[-1])
        # Python's floats go to inf in silence; 0 times inf is left out.
        e, u = (sum(a * x for a, x in zip(row, now, strict=True) if a and x) for row in rows)
        e2.append(float(e))
        u2.append(float(u))
    return DeltaMoments(np.array(e2), np.array(u2))


@checked
def delta_critical_c(eta: Step) -> float:
    r"""Return the quantiser's noise below which the error of the delta scheme goes to 0 in the mean square.

    .. math:: c^2 = \frac{1-(1-\eta)^2}{(1+\eta)^2(1-(1-\eta)^2) + \eta^4}

    eta in (0, 2). Raises ValueError outside the domain.

    Source: spectral radius one of `delta_second_moments`; derived here.

    >>> [round(delta_critical_c(eta), 4) for eta in (0.1, 0.3, 1.0)]
    [0.9089, 0.7656, 0.4472]
    """
    room = eta * (2 - eta)
    return math.sqrt(room / ((1 + eta) ** 2 * room + eta**4))


@checked
def direct_floor(eta: Step, c: NonNegative, b: Real) -> float:
    r"""Return the mean square error that is left when the activation itself is quantised, not its change.

    .. math:: E e^2 \to \frac{c^2\eta b^2}{2-\eta(1+c^2)}, \qquad \infty \text{ if } \eta(1+c^2) \ge 2

    for descent on (w - b)^2/2 with the gradient Q(w) - b, Q(x) = x(1 + c xi).

    eta in (0, 2); c >= 0; b: the minimum. Raises ValueError outside these domains.

    Source: derived here.

    >>> round(direct_floor(0.3, 0.6, 2.0), 4)
    0.2714
    """
    if c == 0:
        return 0.0
    room = 2 - eta * (1 + c * c)
    return math.inf if room <= 0 else c * c * eta * b * b / room


@checked
def tracking_bound(delta: Annotated[float, In(0.0, 1.0, open_low=True)], change: NonNegative) -> float:
    r"""Return the most that a message can lag behind when what it follows moves by at most `change` a step.

    .. math:: |e| \le \frac{\sqrt{1-\delta}}{1-\sqrt{1-\delta}}\,s

    for error feedback e = p - C(p), p = e + move, |move| <= s, from e = 0, and any compressor with
    |p - C(p)|^2 <= (1 - delta)|p|^2, such as the k largest of d entries, delta = k/d. Best possible: attained in the
    limit by C(p) = (1 - sqrt(1 - delta)) p under a constant move.

    delta in (0, 1]; change s >= 0. Raises ValueError outside these domains.

    Source: cf. Karimireddy et al. 2019, arXiv:1901.09847, lemma on the residual (recalled); this constant derived here.

    >>> round(tracking_bound(0.75, 2.0), 12)
    2.0
    """
    rest = math.sqrt(1 - delta)
    return rest * (1 + rest) / delta * change
