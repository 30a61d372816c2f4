"""A subspace learned from noisy images alone: the phase transition of principal components as a denoiser."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from theory.domain import Counts, Divisors, Floats, NonNegatives, checked
from theory.image_reconstruction.model import check_dimension, shrinkage
from theory.spiked import cosines


class PCARisk(NamedTuple):
    """Limits of the risk and of the squared cosine, the mean over the d directions."""

    risk: Floats
    cos2: Floats


@checked(broadcast=True)
def pca_denoiser_risk(n: Counts, d: Counts, N: Counts, tau2: NonNegatives, sigma2: Divisors) -> PCARisk:
    r"""Return the limits of risk and overlap when the subspace is learned from N noisy images only.

    V holds the d leading eigenvectors of $\sum_i y_i y_i^\top$; the denoiser is $a\,VV^\top$,
    $a = \tau^2/(\tau^2+\sigma^2)$. With $\ell = \tau^2/\sigma^2$ and $\gamma = n/N$

    .. math:: \cos^2 = \frac{1-\gamma/\ell^2}{1+\gamma/\ell}\ (\ell > \sqrt\gamma),\ 0 \text{ else},\qquad
        d\,\bigl[\tau^2(1 - \cos^2 a(2-a)) + a^2\sigma^2\bigr]

    Nothing is learned below $N = n\,\sigma^4/\tau^4$ images.

    n, d, N: integers, 1 <= d <= n, N >= 1; tau2 >= 0; sigma2 > 0; all broadcast. Returns fields risk, cos2. Raises
    ValueError outside these domains. For d fixed and n, N large; smoothed near the threshold.

    Source: Baik, Ben Arous, Peche 2005, arXiv:math/0403022, and Paul 2007 (recalled) for the angle; risk derived here.

    >>> risk = pca_denoiser_risk(200, 3, [40, 100, 400], 1.0, 0.25)
    >>> risk.risk.round(4), risk.cos2.round(4)
    (array([2.6, 1.8, 1. ]), array([0.3056, 0.5833, 0.8611]))
    """
    check_dimension(n, d)
    a, share = shrinkage(tau2, sigma2), N / n
    with np.errstate(over="ignore"):
        cos2 = np.asarray(cosines(np.minimum(np.sqrt(tau2 / sigma2 * share), 1e37), share).columns)
    return PCARisk((d * (tau2 * (1 - cos2 * a * (2 - a)) + a * a * sigma2))[()], cos2[()])
