"""When every training point becomes a support vector: the hard-margin machine equals the minimum-norm interpolator."""

from __future__ import annotations

import math

import numpy as np
import scipy

from theory.domain import Count, Counts, Floats, checked, refusal
from theory.quadrature import panels


@checked(broadcast=True)
def expected_violations(n: Counts, p: Counts) -> float | Floats:
    r"""Return the expected number of training points that are not support vectors "by interpolation", exactly.

    For isotropic Gaussian features and fixed labels, the hard-margin SVM (no intercept) equals the minimum-norm
    interpolator iff $y_i(K^{-1}y)_i>0$ for all i, and
    $$\mathbb E\,\#\{i: y_i(K^{-1}y)_i\le 0\} = n\,P\Bigl(T_\nu > \sqrt{\nu/(n-1)}\Bigr),\quad \nu=p-n+2 .$$
    The transition is at p = 2 n log n to leading order.

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


def _largest_deviation(n: int, x: Floats) -> Floats:
    """P(max_i (g_i - mean g) < x) for n >= 3 standard normals: E Re Phi(x + i h/sqrt n)^n with h standard normal."""
    # max g is the mean plus the largest deviation, independent of it; a normal of imaginary size takes the mean off.
    # The integrand falls like h^-n only, so that few normals need a long grid.
    h = np.linspace(0.0, 20.0, 4001) if n >= 8 else np.linspace(0.0, 100.0, 40001)
    weights = np.full(h.size, h[1] * math.sqrt(2 / math.pi))
    weights[0] /= 2
    logs = (n * scipy.special.log_ndtr(v + 1j * h / math.sqrt(n)) - 0.5 * h * h for v in x)
    return np.asarray([np.exp(log).real @ weights for log in logs])


@checked
def exact_prob_all_support(n: Count, p: Count) -> float:
    r"""Return the probability that all training points are support vectors, exactly at every n and p.

    For isotropic Gaussian features and fixed labels the weights $a = \mathrm{diag}(y)K^{-1}y$ have the law
    $n a_i/\sum_j a_j = 1 + \sqrt n(g_i - \bar g)/\chi_\nu$, jointly in i, with g standard normal and $\nu = p-n+2$; so
    $P = \mathbb E F_n(\chi_\nu/\sqrt n)$, $F_n(x) = P(\max_i(g_i-\bar g) < x)$.

    n >= 1; p >= n; 1 for n = 1. Returns the probability. Raises ValueError for p < n.

    Source: derived here; F_n: McKay 1935, Nair 1948 (recalled).

    >>> round(exact_prob_all_support(10, 25), 4)
    0.3414
    """
    if p < n:
        raise refusal("p", p, "at least n")
    if n == 1:
        return 1.0
    if n == 2:
        return float(2 * scipy.stats.t.cdf(math.sqrt(p), p) - 1)
    chi = scipy.stats.chi(p - n + 2)
    nodes, weights = panels([chi.ppf(1e-15), chi.isf(1e-15)], 100)
    return float(np.sum(weights * chi.pdf(nodes) * _largest_deviation(n, nodes / math.sqrt(n))))
