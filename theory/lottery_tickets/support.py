"""Magnitude pruning of trained weights in an orthogonal design: when the mask is the true support."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
import scipy

from theory.domain import Count, Divisor, In, Real, checked, refusal
from theory.quadrature import panels

__all__ = ["ticket_recovery_prob"]

FAR = 40.0  # beyond it the normal density underflows


@checked
def ticket_recovery_prob(p: Annotated[int, In(2)], k: Count, b: Real, tau: Divisor) -> float:
    r"""Return the probability that the k largest of p noisy weights are the k true ones; exact.

    .. math:: \int_0^\infty (p-k) F_0^{p-k-1} f_0 (1-F_1)^k\,dt, \quad F_0 = 2\Phi(t/\tau) - 1, \quad
        1 - F_1 = \Phi\bigl(\tfrac{b-t}\tau\bigr) + \Phi\bigl(\tfrac{-t-b}\tau\bigr)

    In an orthogonal design, X'X = n I with noise sigma, the trained weights are the true ones, k of them +-b and p - k
    zero, plus independent noise tau = sigma/sqrt(n). The coordinates decouple: pruning in rounds with rewinding gives
    the mask of pruning at once.

    p >= 2; k from 1 to p - 1; b: size of a true weight, |b| counts; tau > 0. Returns a number in [0, 1], 1/C(p, k) for
    b = 0. Raises ValueError outside these domains.

    Source: derived here; procedure of Frankle and Carbin 2019, arXiv:1803.03635 (recalled).

    >>> round(ticket_recovery_prob(100, 10, 0.25, 0.05), 4)
    0.8542
    """
    if k >= p:
        raise refusal("k", k, f"an integer from 1 to p - 1 = {p - 1}")
    signal = abs(b) / tau
    breaks = [x for x in (signal, math.sqrt(2 * math.log(p - k + 1))) if 0 < x < FAR]
    t, weights = panels(np.unique(np.concatenate([np.linspace(0.0, FAR, 81), breaks])), 20)
    zeros = 2 * scipy.special.ndtr(-t)  # P(|noise| > t)
    above = np.minimum(scipy.special.ndtr(signal - t) + scipy.special.ndtr(-t - signal), 1.0)
    density = math.sqrt(2 / math.pi) * np.exp(-0.5 * t**2)
    below = scipy.special.xlog1py(p - k - 1, -zeros) + scipy.special.xlogy(k, above)
    return min(1.0, float((p - k) * (weights @ (density * np.exp(below)))))
