"""What the neural collapse metrics are worth: their values without any structure, and the least that a width allows."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from theory.domain import Counts, Floats, In, Integers, checked
from theory.neural_collapse.checks import ClassSizes

_Classes = Annotated[Integers, In(2)]


@checked(broadcast=True)
def nc1_null_mean(
    C: _Classes | None = None, n: Counts | None = None, d: Counts | None = None, n_per_class: ClassSizes | None = None
) -> Floats:
    r"""Mean of NC1 for features without any class structure: the value that means "no collapse" at these sizes.

    Features iid $N(\mu, \Sigma)$ in $R^d$, C classes of n samples each, $NC1 = \frac1C\mathrm{tr}(\Sigma_W\Sigma_B^+)$:
    $$E[NC1] = \begin{cases} \frac{(n-1)(C-1)}{d-C} & d > C \quad (\Sigma \propto I) \\[2pt]
      \frac{(n-1)d}{C-d-2} & C > d+2 \quad (\text{any } \Sigma) \\[2pt]
      \infty & C-2 \le d \le C, \end{cases}$$
    and 0 for n = 1. Classes of sizes n_c, N together:
    $$E[NC1] = \frac{N-C}{N}\,\frac{N-\sum_c n_c^2/N}{d-C} \quad (d > C,\ \Sigma \propto I),$$
    which has no closed form for C > d + 2. The variance is finite only for d > C + 2, respectively C > d + 4.

    C: classes, integers >= 2; n: samples of every class, integers >= 1; d: features, integers >= 1; arrays broadcast.
    n_per_class: the sizes of the classes, in the place of C and n. Returns the mean, inf where it is infinite.

    Raises ValueError for sizes outside these domains, for unequal sizes with C > d + 2, and for n that holds C sizes.

    Source: derived here (within and between parts are independent; mean of the inverse Wishart law).

    >>> nc1_null_mean(4, 5, [5, 20, 4])
    array([12.  ,  0.75,   inf])
    >>> round(float(nc1_null_mean(d=20, n_per_class=[340, 20, 20, 20])), 4)
    6.6825
    """
    if d is None:
        raise ValueError("d = None: must be integers >= 1")
    if n_per_class is not None:
        if C is not None or n is not None:
            raise ValueError(f"n_per_class = {n_per_class!r}: must be given without C and n")
        return _of_sizes(n_per_class, d)
    if C is None or n is None:
        raise ValueError(f"{'C' if C is None else 'n'} = None: must be integers, or n_per_class given")
    if n.ndim == 1 and (C == n.size).all() and (n != n[0]).any():
        raise ValueError(f"n = {n!r}: must be one size for all classes; the sizes of {n.size} classes are n_per_class")
    wide, narrow = d > C, d + 2 < C
    c, m, p = (a.astype(np.float64) for a in (C, n, d))
    mean = np.full(c.shape, np.inf)
    np.divide((m - 1) * (c - 1), p - c, out=mean, where=wide)
    np.divide((m - 1) * p, c - p - 2, out=mean, where=narrow)
    return np.where(n == 1, 0.0, mean)[()]


def _of_sizes(n_per_class: Integers, d: Integers) -> Floats:
    C, sizes, p = n_per_class.size, n_per_class.astype(np.float64), d.astype(np.float64)
    if (n_per_class == n_per_class[0]).all():
        return np.asarray(nc1_null_mean(C, n_per_class[0], d))[()]
    if (d + 2 < C).any():
        raise ValueError(f"d = {d!r}: must be at least {C - 2} for {C} classes of unequal sizes")
    N = sizes.sum()
    mean = np.full(p.shape, np.inf)
    np.divide((N - C) / N * (N - (sizes**2).sum() / N), p - C, out=mean, where=d > C)
    return mean[()]


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
