"""One mode after another: strengths, times, and how long a random start delays a mode."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
import scipy

from theory import deep_linear
from theory.domain import Count, Divisor, Divisors, Floats, In, NonNegatives, Shares, checked, refusal

__all__ = ["delay_law", "mode_delay", "mode_strength", "mode_time", "null_mode"]


@checked(broadcast=True)
def mode_strength(s: Divisors, a0: Divisors, t: NonNegatives) -> Floats:
    r"""Return the strength of a mode at time t, of an aligned balanced start of strength a0.

    $$a(t) = \frac{s}{1 + (s/a_0 - 1)e^{-2st}}$$

    for the singular value s of a two-layer linear network with loss $\frac12|W_2W_1-\Sigma|^2$, and for the eigenvalue
    s of M in $UU^\top$. s, a0 >= 1e-75 (a0 > s decays); t >= 0; they broadcast. Returns an array of their shape.
    Raises ValueError outside these domains.

    Source: Saxe, McClelland, Ganguli 2014, arXiv:1312.6120 (recalled); `theory.deep_linear.flow` at depth 2.

    >>> mode_strength([3.0, 1.5, 0.5], 1e-3, 4.0).round(6)
    array([3.      , 1.486311, 0.049312])
    """
    return np.asarray(deep_linear.flow(t, s, a0, depth=2))[()]


@checked(broadcast=True)
def mode_time(s: Divisors, a0: Divisors, frac: Shares) -> Floats:
    r"""Return the time at which a mode of an aligned balanced start a0 reaches frac s.

    $$t = \frac1{2s}\log\Bigl[\frac{\mathrm{frac}}{1-\mathrm{frac}}\bigl(\frac{s}{a_0}-1\bigr)\Bigr]$$

    s, a0 >= 1e-75; frac in (0, 1) with a0 <= frac s; they broadcast. Returns an array of their shape, 0 where a0 =
    frac s. Raises ValueError outside these domains, or where the level lies in the past.

    Source: Saxe, McClelland, Ganguli 2014, arXiv:1312.6120 (recalled); `theory.deep_linear.time_to` at depth 2.

    >>> mode_time([3.0, 1.0, 0.3], 1e-16, 0.5).round(4)
    array([ 6.3233, 18.4207, 59.3956])
    """
    if not ((frac > 0) & (frac < 1)).all():
        raise refusal("frac", frac, "real numbers in (0, 1)")
    if (a0 > frac * s).any():
        raise refusal("a0", a0, "at most frac s: the level lies in the past")
    if (frac * s < 1e-75).any():
        raise refusal("frac", frac, "so large that frac s is at least 1e-75")
    return np.asarray(deep_linear.time_to(frac * s, s, a0, depth=2))[()]


@checked(broadcast=True)
def null_mode(a0: Divisors, t: NonNegatives) -> Floats:
    r"""Return the strength $a_0/(1 + 2a_0t)$ of a mode without signal, of an aligned start a0: it decays like 1/(2t).

    a0 >= 1e-75; t >= 0; they broadcast. Returns an array of their shape. Raises ValueError outside these domains.

    Source: derived here (`riccati_gram` with lambda = 0); `theory.deep_linear.flow` at s = 0.

    >>> round(float(null_mode(0.04, 20.0)), 7)
    0.0153846
    """
    return np.asarray(deep_linear.flow(t, np.zeros_like(a0), a0, depth=2))[()]


@checked
def mode_delay(s: Divisor, r: Count, k: Count) -> float:
    r"""Return the mean time by which a Gaussian start delays the k-th mode, after k - 1 larger ones, as alpha -> 0.

    $$\mathrm{E}\,\Delta t_k = \frac{\psi(r/2) - \psi((r-k+1)/2)}{2s_k}$$

    against a start of the same strength $|g_k|^2$ in each mode with orthogonal rows g: the modes already learned take
    k - 1 of its r directions, so that $\chi^2_{r-k+1}$ stands for $\chi^2_r$.

    s >= 1e-75: the k-th eigenvalue, well below the larger ones; r: columns of U, k <= r. Returns a number, 0 for k = 1.
    Raises ValueError outside these domains.

    Source: derived here.

    >>> round(mode_delay(0.5, 4, 2), 4)
    0.3863
    """
    if k > r:
        raise refusal("k", k, f"an integer from 1 to r = {r}")
    return float(scipy.special.digamma(r / 2) - scipy.special.digamma((r - k + 1) / 2)) / (2 * s)


@checked
def delay_law(r: Count, k: Annotated[int, In(2)]) -> Any:
    r"""Return the law of $e^{-2s_k\Delta t_k}$, the share of a Gaussian start of the k-th mode that the k - 1 larger
    modes leave it, as alpha -> 0: $\mathrm{Beta}(\frac{r-k+1}2, \frac{k-1}2)$.

    r: columns of U; k >= 2, k <= r; `mode_delay` is the mean of the delay. Returns a frozen distribution of SciPy with
    cdf, ppf, mean. Raises ValueError outside these domains.

    Source: derived here.

    >>> round(float(delay_law(4, 2).mean()), 4)
    0.75
    """
    if k > r:
        raise refusal("k", k, f"an integer from 2 to r = {r}")
    return scipy.stats.beta((r - k + 1) / 2, (k - 1) / 2)
