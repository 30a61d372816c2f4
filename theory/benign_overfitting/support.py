"""When every training point becomes a support vector: the hard-margin machine equals the minimum-norm interpolator."""

from __future__ import annotations

import numpy as np
import scipy

from theory.domain import Counts, Floats, checked, refusal


@checked(broadcast=True)
def expected_violations(n: Counts, p: Counts) -> float | Floats:
    r"""Return the expected number of training points that are not support vectors "by interpolation", exactly.

    For isotropic Gaussian features and fixed labels, the hard-margin SVM (no intercept) equals the minimum-norm
    interpolator iff $y_i(K^{-1}y)_i>0$ for all i, and
    $$\mathbb E\,\#\{i: y_i(K^{-1}y)_i\le 0\} = n\,P\Bigl(T_\nu > \sqrt{\nu/(n-1)}\Bigr),\quad \nu=p-n+2 .$$
    The transition is at p = 2 n log n.

    n >= 1; p >= n; arrays broadcast; 0 for n = 1. Raises ValueError for p < n.

    Source: Hsu, Muthukumar, Xu 2021 (arXiv:2009.10670); Ardeshir, Sanford, Hsu 2021 (arXiv:2105.14084); the exact
    t-law derived here (leave-one-out interpolator).

    >>> round(expected_violations(30, 130), 4)
    0.9539
    """
    if (p < n).any():
        raise refusal("p", p, "at least n")
    nu = p - n + 2.0
    others = np.maximum(n - 1.0, 1.0)
    count = np.where(n > 1, n * scipy.stats.t.sf(np.sqrt(nu / others), nu), 0.0)
    return float(count) if count.ndim == 0 else count


@checked(broadcast=True)
def prob_all_support(n: Counts, p: Counts) -> float | Floats:
    r"""Return $e^{-nP_i}$, the Poisson approximation to the probability that all training points are support vectors.

    nP_i is `expected_violations`; 1 - nP_i is a rigorous lower bound. The violations repel each other, so that the
    value is an over-estimate: about 5 % where it is .3, invisible above .78.

    n >= 1; p >= n; arrays broadcast. Raises ValueError for p < n.

    Source: Ardeshir, Sanford, Hsu 2021 (arXiv:2105.14084) for the threshold; approximation derived here.

    >>> round(prob_all_support(60, 500), 3)
    0.824
    """
    chance = np.exp(-np.asarray(expected_violations(n, p)))
    return float(chance) if chance.ndim == 0 else np.asarray(chance)
