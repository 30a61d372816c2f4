"""One strong direction in a noisy rectangular matrix: what its singular value and singular vectors become."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from theory.domain import Floats, NonNegatives, Positives, checked

__all__ = ["SpikeCosines", "cosines", "observed"]


class SpikeCosines(NamedTuple):
    """Limits of the squared cosines with the spike's directions, in the space of the rows and of the columns."""

    rows: Floats
    columns: Floats


def overlap(inverse: Floats, beta: Floats, own: Floats | float) -> Floats:
    """(1 - beta/x^4)/(1 + own/x^2) in 1/x, 0 up to the threshold; own is beta for rows, 1 for columns."""
    seen = beta**0.25 * inverse < 1
    safe = np.where(seen, inverse, 0.0)
    return np.where(seen, (1 - beta * safe**4) / (1 + own * safe**2), 0.0)


@checked(broadcast=True)
def observed(x: NonNegatives, beta: Positives) -> Floats:
    r"""Return the limit of the singular value of $x\,uv^\top + Z/\sqrt{d}$ that the spike of strength x brings about.

    Z is m x d with iid entries of variance 1, beta = m/d, rows over columns:
    $$y = \sqrt{(x + 1/x)(x + \beta/x)} \quad (x > \beta^{1/4}), \qquad 1 + \sqrt\beta \text{ else},$$
    the edge of the noise.

    x >= 0; beta > 0 (1 or less where the rows are the shorter side); they broadcast. Returns y. Raises ValueError
    outside these domains.

    Source: Benaych-Georges, Nadakuditi 2012, arXiv:1103.2221 (recalled).

    >>> observed([0.3, 1.5], 0.5).round(4)
    array([1.7071, 1.993 ])
    """
    seen = x > beta**0.25
    safe = np.where(seen, x, 1.0)
    return np.where(seen, np.sqrt(1 + safe**2) * np.sqrt(1 + beta / safe**2), 1 + np.sqrt(beta))[()]


@checked(broadcast=True)
def cosines(x: NonNegatives, beta: Positives) -> SpikeCosines:
    r"""Return the limits of the squared cosines between the singular vectors and the spike's, on both sides.

    As `observed`: for $x > \beta^{1/4}$ the vectors of length m (one entry a row) and of length d have
    $$\cos^2_{rows} = \frac{x^4-\beta}{x^4+\beta x^2}, \qquad \cos^2_{columns} = \frac{x^4-\beta}{x^4+x^2},$$
    both 0 at and below the threshold.

    x >= 0; beta = m/d > 0; they broadcast. Returns fields rows, columns. Raises ValueError outside these domains.

    Source: Benaych-Georges, Nadakuditi 2012, arXiv:1103.2221 (recalled).

    >>> [round(float(side), 4) for side in cosines(1.5, 0.5)]
    [0.7374, 0.6239]
    """
    with np.errstate(divide="ignore"):
        inverse = 1 / x
    return SpikeCosines(overlap(inverse, beta, beta)[()], overlap(inverse, beta, 1.0)[()])
