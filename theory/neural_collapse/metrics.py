"""What the neural collapse metrics are worth: their values without any structure, and the least that a width allows."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from theory.domain import Counts, Floats, In, Integers, checked

_Classes = Annotated[Integers, In(2)]


@checked(broadcast=True)
def nc1_null_mean(C: _Classes, n: Counts, d: Counts) -> Floats:
    r"""Mean of NC1 for features without any class structure: the value that means "no collapse" at these sizes.

    Features iid $N(\mu, \Sigma)$ in $R^d$, C classes of n samples each, $NC1 = \frac1C\mathrm{tr}(\Sigma_W\Sigma_B^+)$:
    $$E[NC1] = \begin{cases} \frac{(n-1)(C-1)}{d-C} & d > C \quad (\Sigma \propto I) \\[2pt]
      \frac{(n-1)d}{C-d-2} & C > d+2 \quad (\text{any } \Sigma) \\[2pt]
      \infty & C-2 \le d \le C, \end{cases}$$
    and 0 for n = 1. The variance is finite only for d > C + 2, respectively C > d + 4.

    C: classes, integers >= 2; n: samples a class, integers >= 1; d: features, integers >= 1; arrays broadcast. Returns
    the mean, inf where it is infinite.

    Raises ValueError for sizes outside these domains.

    Source: derived here (within and between parts are independent; mean of the inverse Wishart law).

    >>> nc1_null_mean(4, 5, [5, 20, 4])
    array([12.  ,  0.75,   inf])
    """
    wide, narrow = d > C, d + 2 < C
    c, m, p = (a.astype(np.float64) for a in (C, n, d))
    mean = np.full(c.shape, np.inf)
    np.divide((m - 1) * (c - 1), p - c, out=mean, where=wide)
    np.divide((m - 1) * p, c - p - 2, out=mean, where=narrow)
    return np.where(n == 1, 0.0, mean)[()]


@checked(broadcast=True)
def nc2_floor(C: _Classes, d: Counts) -> Floats:
    r"""Least value of NC2 (Gram form) that C class means in $R^d$ can have, 0 from d = C - 1 on.

    NC2 is the distance of the normalised Gram matrix of the centred means from $(I - 11^\top/C)/\sqrt{C-1}$. A Gram
    matrix of rank at most $r = \min(d, C-1)$ on the space orthogonal to 1 has at most the overlap
    $\mathrm{tr}(G)/(|G|_F\sqrt{C-1}) \le \sqrt{r/(C-1)}$ with it, so
    $$NC2 \ge \sqrt{2 - 2\sqrt{r/(C-1)}},$$
    with equality where the r nonzero singular values of the centred means are equal: an ETF projected to r dimensions.

    C: classes, integers >= 2; d: features, integers >= 1; arrays broadcast. Returns the bound.

    Raises ValueError for sizes outside these domains.

    Source: derived here (Cauchy-Schwarz).

    >>> nc2_floor(4, [1, 2, 3]).round(4)
    array([0.9194, 0.6058, 0.    ])
    """
    share = np.minimum(d, C - 1) / (C - 1)
    return np.asarray(np.sqrt(2 * (1 - np.sqrt(share))))[()]


@checked
def nc3_mse_optimum(C: _Classes) -> Floats:
    r"""NC3 of the balanced bias-free square-loss optimum: $\sqrt{2 - 2\sqrt{(C-1)/C}}$, not 0.

    There the classifier is the uncentred orthogonal frame of the means, NC3 compares it with the centred one.

    C: classes, integers >= 2, any shape. Returns NC3.

    Raises ValueError for C < 2.

    Source: derived here (Papyan, Han, Donoho 2020, arXiv:2008.08186, for the definition; recalled).

    >>> nc3_mse_optimum([2, 10]).round(4)
    array([0.7654, 0.3204])
    """
    return np.asarray(np.sqrt(2 * (1 - np.sqrt(1 - 1 / C))))[()]
