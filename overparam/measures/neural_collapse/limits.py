"""What the collapse metrics tend to when training goes on: a simplex for equal classes, the SELI geometry otherwise."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from theory.domain import Count, checked
from theory.neural_collapse import nc2_floor, seli_geometry
from theory.neural_collapse.checks import ClassSizes

_LARGEST = 2000


class Limits(NamedTuple):
    """Limit values; None where no theorem gives one. `geometry` names it in words."""

    nc2: float | None
    equinorm: float | None
    nc3: float | None
    geometry: str


@checked
def limits(counts: ClassSizes, d: Count) -> Limits:
    r"""Return the values of NC2, equinorm and NC3 at the optimum of free features for these class sizes.

    Equal sizes: the simplex, all 0 (with d < C - 1 features NC2 has its least value instead). Unequal sizes and
    $d \ge C-1$: the max-margin geometry with class means $\mu$ and classifier W, $\sum_c w_c \cdot \mu_c = C - 1$, so
    $$NC3^2 = 2 - \frac{2(C-1)}{|W|_F\,|M|_F},\qquad M = \mu - \bar\mu .$$

    counts (C,), C >= 2: class sizes >= 1; d >= 1: features. Raises ValueError outside these domains.

    Source: Thrampoulidis, Kini, Vakilian, Behnia 2022, arXiv:2208.05512 (the geometry, recalled); NC2 and NC3 of it
    derived here.

    >>> round(limits([200, 200, 200, 20, 20], 16).nc2, 3)
    0.487
    """
    C = counts.size
    if (counts == counts[0]).all():
        if d >= C - 1:
            return Limits(0.0, 0.0, 0.0, "simplex")
        return Limits(float(nc2_floor(C, d)), None, None, f"simplex projected to {d} dimensions")
    if d < C - 1 or C > _LARGEST:
        return Limits(None, None, None, "unknown")
    found = seli_geometry(counts)
    G = found.HHt - found.HHt.mean(axis=0)
    G -= G.mean(axis=1, keepdims=True)
    norms = np.sqrt(np.diag(G))
    overlap = np.trace(G) / (np.linalg.norm(G) * math.sqrt(C - 1))
    nc3 = 2 - 2 * (C - 1) / math.sqrt(np.trace(found.WWt) * np.trace(G))
    return Limits(
        math.sqrt(max(0.0, 2 - 2 * overlap)), float(norms.std() / norms.mean()), math.sqrt(max(0.0, nc3)),
        "geometry of unequal classes",
    )  # fmt: skip
