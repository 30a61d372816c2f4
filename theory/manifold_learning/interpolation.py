"""Piecewise-linear functions, what a network of one ReLU layer computes on a line: errors of values and of slopes."""

from __future__ import annotations

import math

from theory.domain import NonNegatives, checked

__all__ = ["pl_h1_error", "pl_l2_error"]


@checked(broadcast=True)
def pl_l2_error(h: NonNegatives, f2norm: NonNegatives) -> NonNegatives:
    r"""Return the leading term of the L2 error of piecewise-linear interpolation: $h^2\|f''\|/\sqrt{120}$.

    h >= 0: distance of knots; f2norm >= 0: the L2 norm of f'' (not squared), broadcast. Returns the norm (not squared),
    with a relative error of order h^2. Raises ValueError outside these domains.

    Source: derived here.

    >>> norm = 4 * math.pi**2 / math.sqrt(2)  # of the second derivative of sin(2 pi x) on [0, 1]
    >>> float(f"{pl_l2_error(1 / 64, norm):.5g}")
    0.00062215
    """
    return (h * h * f2norm / math.sqrt(120))[()]


@checked(broadcast=True)
def pl_h1_error(h: NonNegatives, f2norm: NonNegatives) -> NonNegatives:
    r"""Return the leading term of the L2 error of the interpolant's slope: $h\|f''\|/\sqrt{12}$, one order less.

    h >= 0: distance of knots; f2norm >= 0: the L2 norm of f'' (not squared), broadcast. Returns the norm (not squared),
    with a relative error of order h^2. Raises ValueError outside these domains.

    Source: derived here.

    >>> round(float(pl_h1_error(1 / 64, 4 * math.pi**2 / math.sqrt(2))), 6)
    0.125914
    """
    return (h * f2norm / math.sqrt(12))[()]
