"""Denoise a matrix of one's own by its singular values, and count the directions that stand above its noise."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

import theory.matrix_denoising as theory
from overparam.measures.input import Floats, Given, matrix
from overparam.measures.matrix_denoising.spectrum import Spectrum, spectrum
from overparam.measures.matrix_denoising.stein import stein
from overparam.measures.result import Result
from sims.rounding import stored
from theory.domain import real

_Z = 1.96
_RANK = ("hard-threshold-4-over-sqrt3", "hard-threshold-4-over-sqrt3-median")
_ERROR = ("optimal-shrinkage", "spike-angles")
_NOISE = ("hard-threshold-4-over-sqrt3-median",)


class Denoised(NamedTuple):
    """The denoised matrix, of the shape given; the noise's standard deviation, the error left and the signal's rank."""

    matrix: Floats
    noise: Result
    error: Result
    rank: Result


def _sigma(value: Any) -> float | None:
    return None if value is None else real("sigma", value, 0.0, open_low=True)


def _spectrum(given: Given, singular: Floats, sigma: float | None) -> Spectrum:
    values = given.values
    floor = float(stored(values, singular[0], given.eps))
    return spectrum(given.name, singular, max(given.shape), floor, sigma)


def signal_rank(Y: Any, sigma: Any = None) -> Result:
    r"""Return how many singular values of a noisy matrix are worth keeping: those above the optimal hard threshold.

    $$\#\{i : s_i > \lambda_*(m/n)\,\sigma\sqrt n\}, \qquad m \le n$$

    Y: (rows, columns) in any order, noise of equal variance in every entry, nothing is centred; sigma > 0: the noise's
    standard deviation, or None: told by the median of the singular values that are not kept. Noise alone gives 0.
    low and high are the counts at thresholds two standard deviations of a spike's singular value, at most
    sigma, further up and down; directions too weak to be seen are in neither. Raises ValueError for a matrix without
    noise (half of its singular values are rounding), or with a side below 20, where sigma is not given.

    Source: Gavish, Donoho 2014, arXiv:1305.5870 (recalled); the median without what is kept, derived here.

    >>> noise = np.random.default_rng(0).standard_normal((30, 60))
    >>> signal_rank(noise).value, signal_rank(noise + 1.0).value
    (0, 1)
    """
    given = matrix("Y", Y, "rows, columns")
    known = _sigma(sigma)
    singular = np.linalg.svd(given.values, compute_uv=False)
    return rank_of(_spectrum(given, singular, known))


def rank_of(found: Spectrum) -> Result:
    """The count as a result."""
    value, low, high = found.kept(), found.kept(_Z), found.kept(-_Z)
    m = found.values.size
    edge = 1 + found.beta**0.5
    seen = int(np.count_nonzero(found.values > edge))
    how = "of known noise" if found.given else f"of noise of standard deviation {found.sigma:.3g}"
    sentence = f"{value} of {m} directions ({low} to {high}) are strong enough to be worth keeping, {how}"
    if value == 0:
        sentence = f"Nothing in this matrix is told from {how.removeprefix('of ')}"
    elif value == m:
        sentence += ": all of them, there is hardly any noise"
    if not found.is_white():
        sentence += "; but what remains does not look like white noise, on which this count rests"
    detail = {
        "singular": found.values * found.sigma, "threshold": found.threshold * found.sigma, "edge": edge * found.sigma,
        "above_edge": seen, "sigma": found.sigma,
        "misfit": found.misfit(),
    }  # fmt: skip
    return Result("signal rank", value, 0.0, None, low, high, sentence + ".", _RANK, detail)


def denoise(Y: Any, sigma: Any = None) -> Denoised:
    r"""Return a matrix denoised by the optimal shrinkage of its singular values, with the error that is left.

    $$\hat X = \sigma\sqrt n\sum_i \eta\Bigl(\frac{s_i}{\sigma\sqrt n}\Bigr) u_i v_i^\top, \qquad
    \eta(y) = \sqrt{(y^2-\beta-1)^2-4\beta}/y$$

    above the edge of the noise and 0 below, beta = m/n, m <= n. Where sigma is given the error is Stein's unbiased
    estimate, right for every matrix, of any rank. Where it is not, the error is that of the directions seen, each
    singular value above the edge standing for the strength that it is the image of: at least so much is left.

    Y: (rows, columns) in any order; sigma > 0, or None, as in `signal_rank`. Returns fields matrix, of the shape of Y;
    noise, its standard deviation; error, mean squared error an entry in units of the noise's variance (null 1: nothing
    done; low and high: 95 % interval, high only where sigma is given); rank. Raises ValueError as `signal_rank` does.

    Source: Gavish, Donoho 2017, arXiv:1405.7511 (recalled).

    >>> rng = np.random.default_rng(0)
    >>> X = np.outer(rng.standard_normal(40), rng.standard_normal(60))
    >>> found = denoise(X + 0.5 * rng.standard_normal((40, 60)))
    >>> found.rank.value, round(float(found.noise), 1), bool(np.mean((found.matrix - X) ** 2) < 0.02)
    (1, 0.5, True)
    """
    given = matrix("Y", Y, "rows, columns")
    known = _sigma(sigma)
    u, singular, vt = np.linalg.svd(given.values, full_matrices=False)
    found = _spectrum(given, singular, known)
    kept = np.asarray(theory.optimal_shrinker(found.values, found.beta))
    scale = found.sigma * math.sqrt(max(given.shape))
    return Denoised((u * (kept * scale)) @ vt, _noise(found), _error(found), rank_of(found))


def _noise(found: Spectrum) -> Result:
    if found.given:
        return Result("noise", found.sigma, sentence=f"Noise of standard deviation {found.sigma:.3g}, as given.")
    sentence = f"Noise of standard deviation {found.sigma:.3g} an entry, told by the median singular value."
    return Result("noise", found.sigma, sentence=sentence, claims=_NOISE)


def _cost(found: Spectrum, shift: float) -> float:
    """Estimated squared error over sigma^2 n, of what is above the edge, singular values moved by `shift` spreads."""
    above = found.values[found.values > 1 + found.beta**0.5]
    if above.size == 0:
        return 0.0
    strengths = theory.debiased_shrinker(above + shift * found.spread, found.beta)
    return float(np.sum(theory.amse(strengths, found.beta, "optimal")))


def _error(found: Spectrum) -> Result:
    m = found.values.size
    if found.given:
        known = stein(found.values, m, round(m / found.beta))
        # Unbiased, it may fall below 0, which no error does.
        value, low, high = (max(known.error + shift * known.spread, 0.0) / m for shift in (0.0, -_Z, _Z))
        sentence = f"The best shrinkage leaves {100 * value:.3g} % of the noise's variance an entry "
        sentence += f"({100 * low:.3g} to {100 * high:.3g} %, Stein's estimate)."
        return Result("error", value, 1.0, None, low, high, sentence, _ERROR)
    value, low = (_cost(found, shift) / m for shift in (0.0, -_Z))
    sentence = f"In the directions seen the best shrinkage leaves {100 * value:.3g} % of the noise's variance an "
    sentence += "entry; what is too weak to be seen comes on top (with sigma given it is estimated too)."
    return Result("error", value, 1.0, None, low, None, sentence, _ERROR)
