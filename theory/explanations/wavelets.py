"""Periodic wavelets with vanishing moments: filters, transform, and how far a mask can reach into a polynomial."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from theory.domain import Floats, Real, checked, refusal
from theory.explanations.domains import Levels, Moments, Signal, WaveletCoefficients

__all__ = ["Wavelet", "daubechies", "haar_ramp_change", "influence_margin", "iwavelet1", "wavelet1"]


class Wavelet(NamedTuple):
    """Details of level 1 (finest), 2, ..., each (n/2^j,), and the average of the last, as long."""

    details: tuple[Floats, ...]
    average: Floats


@checked
def daubechies(p: Moments) -> Floats:
    r"""Return the low-pass filter of the orthonormal wavelet with p vanishing moments and least phase.

    .. math:: \sum_k h_k = \sqrt2,\quad \sum_k h_kh_{k+2m} = \delta_{m0},\quad \sum_k (-1)^k k^i h_k = 0\ (i < p)

    from the roots inside the circle of $\sum_{k<p}\binom{p-1+k}{k}y^k$, $y = (2 - z - z^{-1})/4$, and then Newton's
    steps on these 2p equations.

    p: an integer from 1 (Haar) to 12. Returns h, (2p,). Raises ValueError outside the domain.

    Source: Daubechies 1992, Ten Lectures on Wavelets, chapter 6 (recalled).

    >>> daubechies(2).round(6)
    array([ 0.482963,  0.836516,  0.224144, -0.12941 ])
    """
    y = np.roots([math.comb(p - 1 + k, k) for k in reversed(range(p))]).astype(complex)
    half = 1 - 2 * y
    root = np.sqrt(half**2 - 1)
    z = np.where(np.abs(half + root) < 1, half + root, half - root)
    h = np.poly(np.concatenate([-np.ones(p), z])).real
    h *= math.sqrt(2) / h.sum()
    for _ in range(3):
        value, slope = _equations(h, p)
        h = h - np.linalg.solve(slope, value)
    return h


def _equations(h: Floats, p: int) -> tuple[Floats, Floats]:
    """Residuals and Jacobian of orthonormality, p equations, and of the vanishing moments in Chebyshev's basis."""
    shifts = np.zeros((p, 2 * p))
    for m in range(p):
        shifts[m, : 2 * p - 2 * m] += h[2 * m :]
        shifts[m, 2 * m :] += h[: 2 * p - 2 * m]
    # Each product is counted from both sides: half the Jacobian times h, and h.h twice in the first.
    norms = shifts @ h / 2 - (np.arange(p) == 0)
    moments = np.polynomial.chebyshev.chebvander(np.linspace(-1, 1, 2 * p), p - 1).T * (-1.0) ** np.arange(2 * p)
    return np.concatenate([norms, moments @ h]), np.concatenate([shifts, moments])


def _high(h: Floats) -> Floats:
    """g_k = (-1)^k h_{2p-1-k}."""
    return h[::-1] * (-1.0) ** np.arange(h.size)


@checked
def wavelet1(x: Signal, p: Moments, levels: Levels) -> Wavelet:
    r"""Return the periodic wavelet transform of a signal with the Daubechies filter of p vanishing moments.

    .. math:: a_i = \sum_k h_k x_{2i+k},\quad d_i = \sum_k g_k x_{2i+k},\quad g_k = (-1)^k h_{2p-1-k}

    with indices modulo n; level after level on the averages. Orthonormal.

    x: (n,), n a multiple of 2^levels; p: from 1 to 12; levels: an integer >= 1. Returns fields details, level 1
    (finest) first, details[j-1] (n/2^j,), and average (n/2^levels,). Raises ValueError outside these domains.

    Source: Daubechies 1992 (recalled).

    >>> bool(np.abs(wavelet1(np.ones(8), 2, 2).details[1]).max() < 1e-15)
    True
    """
    if x.size % 2**levels:
        raise refusal("x", x, f"a vector whose length is a multiple of 2^levels = {2**levels}")
    h, details = daubechies(p), []
    for _ in range(levels):
        windows = x[(2 * np.arange(x.size // 2)[:, None] + np.arange(h.size)) % x.size]
        details.append(windows @ _high(h))
        x = windows @ h
    return Wavelet(tuple(details), x)


@checked
def iwavelet1(coefs: WaveletCoefficients, p: Moments) -> Floats:
    r"""Return the signal (n,) of wavelet coefficients, the inverse of `wavelet1`.

    .. math:: x_{2i+k} \mathrel{+}= h_k a_i + g_k d_i

    coefs: the pair (details, average) as `wavelet1` returns it; p: from 1 to 12. Raises ValueError outside these
    domains.

    Source: the transform is orthonormal: its inverse is its transpose.

    >>> x = np.arange(8.0)
    >>> bool(np.abs(iwavelet1(wavelet1(x, 3, 2), 3) - x).max() < 1e-13)
    True
    """
    details, x = coefs
    h = daubechies(p)
    for level in reversed(details):
        finer = np.zeros(2 * x.size)
        for k, (low, high) in enumerate(zip(h, _high(h), strict=True)):
            finer[(2 * np.arange(x.size) + k) % finer.size] += low * x + high * level
        x = finer
    return np.array(x)


@checked
def influence_margin(p: Moments, levels: Levels) -> int:
    r"""Return how many samples at each end of a polynomial piece a mask on the details can change.

    .. math:: g = (2^J - 1)(2p - 1)

    A signal that is a polynomial of degree below p on an interval stays exactly that at all samples at least g away
    from both ends, whatever real mask is put on the details of levels 1, ..., J; samples at g - 1 can change.

    p: from 1 to 12; levels: J, an integer >= 1. Raises ValueError outside these domains.

    Source: vanishing moments, Daubechies 1992 (recalled); margin derived here: a wavelet of level j covers
    (2^j - 1)(2p - 1) + 1 samples, and one inside the interval has the coefficient 0.

    >>> [influence_margin(p, 3) for p in (1, 2, 3, 4)]
    [7, 21, 35, 49]
    """
    return int((2**levels - 1) * (2 * p - 1))


@checked
def haar_ramp_change(slope: Real, levels: Levels) -> float:
    r"""Return the largest change that Haar masks in [0, 1] can make to a ramp: the step of a staircase, halved.

    .. math:: |s|\,\frac{2^J-1}{2}

    for s a sample, attained at both ends of each block of 2^J samples when all details of J levels are removed.

    slope: real; levels: J, an integer >= 1. Raises ValueError outside these domains.

    Source: derived here: the detail of level j reconstructs +- s 2^(j-2), with equal signs at a block's ends.

    >>> haar_ramp_change(1 / 512, 3)
    0.0068359375
    """
    return float(abs(slope) * (2**levels - 1) / 2)
