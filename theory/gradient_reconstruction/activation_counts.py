"""How many samples some neuron isolates: exclusive activations, imprint bins, active equations."""

from __future__ import annotations

import itertools
import math
from typing import Annotated, Any

import numpy as np
import scipy
import scipy.special

from theory.domain import Counts, Floats, In, Integers, Reals, checked, default

_Bins = Annotated[Integers, In(2)]


def _scalar(value: Floats) -> Any:
    """A NumPy scalar for a 0-d result, the array otherwise."""
    return value[()]


def _exclusive_probability(B: int, threshold: float, rho: float) -> float:
    """pi_B: the probability that a given neuron fires on one given sample of B and on no other."""
    if rho == 0.0 or B == 1:
        return float(np.exp(scipy.special.log_ndtr(-threshold) + (B - 1) * scipy.special.log_ndtr(threshold)))
    root, rest = math.sqrt(rho), math.sqrt(1 - rho)

    def integrand(t: float) -> float:
        u = (root * t - threshold) / rest
        log_q, log_rest = scipy.special.log_ndtr([u, -u])
        return math.exp(log_q + (B - 1) * log_rest - t * t / 2) / math.sqrt(2 * math.pi)

    # q(t) rises from 0 to 1 around t = h/sqrt(rho), within a few sqrt((1-rho)/rho): narrow for rho near 1.
    step, width = threshold / root, rest / root
    inner = {step + c * width for c in (-12, -4, -1, 0, 1, 4, 12)}
    edges = sorted({-38.0, -6.0, 0.0, 6.0, 38.0} | {t for t in inner if abs(t) < 38})
    pieces = (
        scipy.integrate.quad(integrand, low, high, epsabs=0, epsrel=1e-11, limit=200, full_output=1)[0]
        for low, high in itertools.pairwise(edges)
    )
    return float(sum(pieces))


@checked(broadcast=True)
def expected_exclusive(
    B: Counts,
    m: Counts,
    threshold: Reals = default(0.0),
    rho: Annotated[Floats, In(0.0, 1.0, open_high=True)] = default(0.0),
) -> Any:
    r"""Return the expected number of samples that are alone in firing at least one of m random neurons.

    $B\,(1 - (1 - \pi_B)^m)$; neuron j fires on i when $w_j x_i > h$ (unit samples, $w_j \sim N(0, I)$). Orthonormal
    samples: $\pi_B = p(1-p)^{B-1}$, $p = \Phi(-h)$, largest at p = 1/B; equicorrelated ones:
    $\pi_B = \int \phi(t) q(t) (1-q(t))^{B-1} dt$, $q(t) = \Phi((\sqrt\rho t - h)/\sqrt{1-\rho})$.

    B: batch size >= 1; m: independent neurons >= 1; threshold: h; rho: cosine between any two samples, in [0, 1). The
    arguments broadcast. Returns a float or an array. Raises ValueError outside these domains.

    Source: Boenisch et al. 2023, arXiv:2112.02918 (the idea, recalled); formula derived here.

    >>> round(float(expected_exclusive(8, 256)), 4)
    5.0627
    """
    cells = zip(B.ravel().tolist(), threshold.ravel().tolist(), rho.ravel().tolist(), strict=True)
    alone = np.array([_exclusive_probability(*cell) for cell in cells]).reshape(B.shape)
    with np.errstate(divide="ignore"):
        return _scalar(np.asarray(-B * np.expm1(m * np.log1p(-np.minimum(alone, 1.0)))))


@checked(broadcast=True)
def imprint_expected(n: Counts, k: _Bins, *, covered: bool = True) -> Any:
    r"""Return the expected number of samples of an iid batch that are alone in their imprint bin, $n(1-1/k)^{n-1}$.

    All k neurons share one direction and their outgoing weights; differences of neighbouring gradients isolate the k
    equal-mass bins. `covered=False` leaves the lowest of k + 1 bins without a neuron: $n (k/(k+1))^n$.

    n: batch size >= 1; k: bins >= 2; they broadcast. Returns a float or an array. Raises ValueError outside these
    domains.

    Source: attack of Fowl et al. 2022, arXiv:2110.13057 (recalled; its stars-and-bars count is not the law of an iid
    batch); formula derived here.

    >>> round(float(imprint_expected(8, 16)), 4)
    5.092
    """
    if covered:
        return _scalar(np.asarray(n * np.exp((n - 1) * np.log1p(-1 / k))))
    return _scalar(np.asarray(n * np.exp(-n * np.log1p(1 / k))))


@checked(broadcast=True)
def imprint_variance(n: Counts, k: _Bins) -> Any:
    r"""Return the variance of the number of samples alone in their imprint bin.

    $\frac{(k-1) n(n-1)}{k} (1-2/k)^{n-2} + E N_1 - (E N_1)^2$ (first term 0 for n < 2).

    n: batch size >= 1; k: bins >= 2; they broadcast. Returns a float or an array. Raises ValueError outside these
    domains.

    Source: derived here.

    >>> round(float(imprint_variance(32, 64)), 2)
    10.66
    """
    mean = np.asarray(imprint_expected(n, k))
    both_alone = (1.0 - 2.0 / k) ** np.maximum(n - 2, 0)
    variance = (k - 1) / k * n * (n - 1.0) * both_alone + mean - mean**2
    return _scalar(np.maximum(variance, 0.0))


@checked(broadcast=True)
def imprint_all(n: Counts, k: _Bins) -> Any:
    r"""Return the probability that the whole batch is recovered, $\prod_{i<n} (1 - i/k)$ (0 for n > k).

    n: batch size >= 1; k: bins >= 2; they broadcast. Returns a float or an array. Raises ValueError outside these
    domains.

    Source: derived here (the birthday problem).

    >>> float(imprint_all(2, 4))
    0.75
    """
    pairs = zip(n.ravel().tolist(), k.ravel().tolist(), strict=True)
    return _scalar(np.array([_all_distinct(*pair) for pair in pairs]).reshape(n.shape))


def _all_distinct(n: int, k: int) -> float:
    if n > k or n * (n - 1) / (2 * k) > 750:  # log P <= -n(n-1)/(2k)
        return 0.0
    if n <= 10**6:
        return math.exp(float(np.log1p(-np.arange(n) / k).sum()))
    return math.exp(-(k - n + 0.5) * math.log1p(-n / k) - n)  # Stirling, error 1/(12 (k - n))


@checked(broadcast=True)
def relu_recovery_probability(m: Counts, d: Counts) -> Any:
    r"""Return the probability that one output-layer gradient determines the sample, $P(Bin(m, 1/2) \ge d)$.

    Batch of one, bias-free relu, m Gaussian neurons: only the active ones give equations $w_j (r x) = g_j$, and d of
    them are needed; a transition at m = 2d.

    m: neurons >= 1; d: dimension >= 1; they broadcast. Returns a float or an array. Raises ValueError outside these
    domains.

    Source: derived here.

    >>> round(float(relu_recovery_probability(20, 10)), 4)
    0.5881
    """
    return _scalar(np.asarray(scipy.stats.binom.sf(d - 1, m, 0.5)))
