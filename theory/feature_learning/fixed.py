"""What predictors on fixed features must pay in dimension d, and what is left once the directions are known."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from theory.domain import Counts, Floats, In, Integers, NonNegative, checked, refusal

__all__ = ["fixed_feature_risk", "rank_one_lower_bound", "transfer_in_sample_risk"]

Dimension = Annotated[int, In(1, 10**6)]
Degree = Annotated[int, In(1, 20)]
Samples = Annotated[Integers, In(0)]


def _within(n: Integers, D: int) -> None:
    if (n > D).any():
        raise refusal("n", n, f"at most the number of features, {D}")


@checked
def fixed_feature_risk(d: Dimension, n: Samples, p: Degree = 2) -> Floats:
    r"""Return the least average risk of a predictor in the span of n fixed functions, for targets of degree p.

    $$1 - \frac nD, \qquad D = \binom{d+p-1}p$$
    for a target uniformly random of unit norm in the space of degree-p Hermite functions. Minimum-norm regression on
    these D features, from n <= D samples without noise, attains it.

    d: dimension, from 1 to 1e6; n: integers from 0 to D, any shape; p: degree, from 1 to 20. Returns an array of the
    shape of n. Raises ValueError outside these domains.

    Source: derived here (a projection on n dimensions); the rate is that of Ghorbani, Mei, Misiakiewicz, Montanari
    2021, arXiv:1904.12191 (recalled).

    >>> fixed_feature_risk(12, [0, 39, 78])
    array([1. , 0.5, 0. ])
    """
    D = math.comb(d + p - 1, p)
    _within(n, D)
    return np.asarray(1 - n / float(D))[()]


@checked
def rank_one_lower_bound(d: Dimension, n: Samples) -> Floats:
    r"""Return the least average risk of a predictor in the span of n fixed functions, for targets $h_2(u\cdot x)$.

    $$1 - \Bigl[\frac1d + \Bigl(1-\frac1d\Bigr)\frac{n-1}{D-1}\Bigr]\ (n\ge1), \qquad D = \frac{d(d+1)}2$$
    for u uniform on the sphere: the function $|x|^2-d$ holds 1/d of every such target, all others share the rest. Any n
    functions of degree 2, that one among them, attain it.

    d: from 1 to 1e6; n: integers from 0 to D, any shape. Returns an array of the shape of n. Raises ValueError outside
    these domains.

    Source: derived here (second moment of $uu^\top$).

    >>> rank_one_lower_bound(12, [0, 1, 20, 78]).round(4)
    array([1.    , 0.9167, 0.6905, 0.    ])
    """
    D = d * (d + 1) // 2
    _within(n, D)
    rest = (1 - 1 / d) * (D - n) / max(D - 1, 1)
    return np.where(n == 0, 1.0, rest)[()]


@checked
def transfer_in_sample_risk(r: Annotated[int, In(1, 1000)], p: Degree, n: Counts, sigma2: NonNegative) -> Floats:
    r"""Return the expected in-sample excess risk of least squares on all polynomials of degree <= p in r variables.

    $$\sigma^2\,\frac qn, \qquad q = \binom{r+p}p$$
    whatever the dimension d in which the r directions lie; from scratch r is d.

    r: from 1 to 1000; p: from 1 to 20; n >= q: samples, integers, any shape; sigma2 >= 0. Returns an array of the shape
    of n. Raises ValueError outside these domains.

    Source: transfer statement of Damian, Lee, Soltanolkotabi 2022, arXiv:2206.15144 (recalled); this form elementary.

    >>> float(transfer_in_sample_risk(2, 3, 60, 0.25).round(6))
    0.041667
    """
    q = math.comb(r + p, p)
    if (n < q).any():
        raise refusal("n", n, f"at least the number of polynomials, {q}")
    return np.asarray(sigma2 * (q / n))[()]
