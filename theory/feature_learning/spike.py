"""The spike of the first gradient matrix: how far it points to the direction of a single-index target."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from theory.domain import Counts, Floats, NonNegative, NonNegatives, Positives, Reals, Vector, checked, refusal

__all__ = ["LabelMoments", "label_moments", "one_step_alignment"]


class LabelMoments(NamedTuple):
    """E[y z], E[y^2], E[y^2 z^2] of labels y that depend on a standard normal z."""

    c1: float
    Ey2: float
    Ey2z2: float


@checked
def label_moments(c: Vector, sigma2: NonNegative) -> LabelMoments:
    r"""Return the moments of $y = \sum_kc_kh_k(z) + $ noise that `one_step_alignment` needs.

    $$E[yz] = c_1, \quad E[y^2] = \sum_kc_k^2 + \sigma^2, \quad
    E[y^2z^2] = \sum_k\bigl(\sqrt k\,c_{k-1} + \sqrt{k+1}\,c_{k+1}\bigr)^2 + \sigma^2$$

    c: Hermite coefficients from k = 0 on; sigma2 >= 0. Returns fields c1, Ey2, Ey2z2. Raises ValueError outside these
    domains.

    Source: elementary: $zh_k = \sqrt{k+1}\,h_{k+1} + \sqrt k\,h_{k-1}$.

    >>> label_moments([1.0], 0.5)
    LabelMoments(c1=0.0, Ey2=1.5, Ey2z2=1.5)
    """
    k = np.arange(c.size)
    product = np.zeros(c.size + 1)
    product[1:] = np.sqrt(k + 1.0) * c
    product[: c.size - 1] += np.sqrt(k[1:]) * c[1:]
    first = float(c[1]) if c.size > 1 else 0.0
    return LabelMoments(first, float(c @ c) + sigma2, float(product @ product) + sigma2)


@checked(broadcast=True)
def one_step_alignment(c1: Reals, Ey2: Positives, Ey2z2: NonNegatives, d: Counts, n: Counts) -> Floats:
    r"""Return the squared cosine of $X^\top y$, the spike of the first gradient matrix, and the target's direction u.

    $$\cos^2 = \frac{(1-\frac1n)c_1^2 + \frac1nE[y^2z^2]}{(1-\frac1n)c_1^2 + \frac1n\bigl((d-1)E[y^2]+E[y^2z^2]\bigr)}
    \to \frac{c_1^2}{c_1^2 + E[y^2]\,d/n}, \qquad z = u\cdot x$$
    the ratio of the expectations of $(u\cdot X^\top y)^2$ and $\|X^\top y\|^2$; the cosine itself differs by O(1/d).

    c1: E[y z]; Ey2, Ey2z2: E[y^2] > 0 and E[y^2 z^2] >= c1^2, with the label noise; d, n: integers >= 1; all broadcast.
    Raises ValueError outside these domains.

    Source: Ba, Erdogdu, Suzuki, Wang, Wu, Yang 2022, arXiv:2205.01445 (that the gradient is of rank one, recalled);
    alignment derived here.

    >>> float(one_step_alignment(1.0, 1.5, 3.5, 200, 400).round(4))
    0.5742
    """
    if (Ey2z2 < c1**2 * (1 - 1e-12)).any():
        raise refusal("Ey2z2", Ey2z2, "at least c1^2, as for any y")
    spike = (1 - 1 / n) * c1**2 + Ey2z2 / n
    with np.errstate(invalid="ignore"):
        found = spike / (spike + (d - 1) / n * Ey2)
    return np.where(spike == 0, np.where(d == 1, 1.0, 0.0), found)[()]
