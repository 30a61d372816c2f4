"""What interpolation costs on a given spectrum: benign, tempered or catastrophic, with the numbers behind it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from theory.benign_overfitting.ranks import effective_ranks, variance_sandwich
from theory.deterministic_equivalent import degrees, fixed_point, parse_spectrum
from theory.domain import Count, NonNegativeVector, Positive, Real, checked


class Regime(NamedTuple):
    """The verdict on a spectrum at sample size n.

    name: "benign", "tempered" or "catastrophic"; cost: excess risk of interpolating noise, in units of its variance;
    growth: d log cost / d log n on this spectrum; share: S/n with bounds share_lo, share_hi; k: the split of the upper
    bound, with head = k/n and tail = n/R_k (both small: benign); kappa: the effective ridge.
    """

    name: str
    cost: float
    growth: float
    share: float
    share_lo: float
    share_hi: float
    k: int
    head: float
    tail: float
    kappa: float


def regime_name(cost: float, benign_below: float, catastrophic_above: float) -> str:
    """Return the regime of a cost (excess risk over noise variance)."""
    if cost <= benign_below:
        return "benign"
    return "catastrophic" if cost > catastrophic_above else "tempered"


@checked
def regime(
    eigenvalues: NonNegativeVector, n: Count, benign_below: Positive = 0.1, catastrophic_above: Real = 10.0
) -> Regime:
    r"""Return whether interpolating n noisy labels is benign, tempered or catastrophic on this spectrum, and why.

    The name refers to the cost at this n, $E_0-1 = S/(n-S)$: up to `benign_below` benign, above `catastrophic_above`
    catastrophic, tempered between. (The published taxonomy is about $n\to\infty$ on an infinite spectrum: limit 0, a
    constant, infinity; `growth` tells where a finite spectrum is heading.)

    eigenvalues: (p,) with more than n positive entries, for instance of the population covariance or of a large pool;
    n: sample size. Raises ValueError if n or fewer eigenvalues are positive, or unless
    0 < benign_below < catastrophic_above.

    Source: Mallinar, Simon et al. 2022 (arXiv:2207.06569), taxonomy; thresholds at finite n chosen here.

    >>> regime([20.0] * 4 + [0.02] * 6000, n=100).name
    'benign'
    >>> regime([i**-2.0 for i in range(1, 20001)], n=100).name
    'tempered'
    """
    if catastrophic_above <= benign_below:
        raise ValueError(
            f"catastrophic_above = {catastrophic_above:g}: must be larger than benign_below = {benign_below:g}"
        )
    spectrum = parse_spectrum("eigenvalues", eigenvalues)
    bounds = variance_sandwich(eigenvalues, n)
    root = fixed_point(n, 0.0, spectrum)
    degree = degrees(root, 0.0, spectrum)
    shares = spectrum.values / (spectrum.values + float(root))
    # dS/dn from d kappa/dn = -kappa / sum L(1-L); then the logarithmic derivative of S/(n-S).
    slope = 2 * float((shares**2 * (1 - shares)).sum()) / float(degree.rest)
    growth = n * (slope / float(degree.df2) - (1 - slope) / float(degree.rest))
    cost = float(degree.df2 / degree.rest)
    tail = n / float(np.asarray(effective_ranks(eigenvalues, bounds.k_hi).R))
    return Regime(
        regime_name(cost, benign_below, catastrophic_above), cost, growth, float(degree.df2) / n, bounds.lo, bounds.hi,
        bounds.k_hi, bounds.k_hi / n, tail, float(root),
    )  # fmt: skip
