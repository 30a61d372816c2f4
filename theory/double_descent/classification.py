"""Double descent in classification: least squares on labels, the maximum margin, and when data are separable at all.

Models, p features, n samples, p/n -> gamma. 'mixture': y = +-1 balanced, x = y mu + N(0, I), s = |mu|. 'logistic' and
'sign': x ~ N(0, I), P(y = 1 | x) = f(S), S = x'b*/|b*| with f(S) = 1/(1 + e^{-sS}) or the sign of S. No intercept.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, Literal, NamedTuple, get_args

import numpy as np
import scipy
from scipy.special import expit, ndtr, roots_genlaguerre

from theory.domain import Floats, In, NonNegatives, Positives, Reals, checked

Model = Literal["mixture", "logistic", "sign"]
MODELS = get_args(Model)
_HALF_PI = math.pi / 2
_STRONGEST = 1e8  # the best angle is resolved up to here
_Strengths = Annotated[Floats, In(0.0, _STRONGEST)]
_LARGEST = 12.0  # beyond it the normal density has no weight left
_LAGUERRE = {power: roots_genlaguerre(48, power) for power in (1, 2)}  # for y e^{-y} and y^2 e^{-y}
# Nodes graded at both ends of [0, 1] (double exponential), so that a function sharp at an end needs no care.
_STEPS = 0.05 * np.arange(-64, 65)
_GRADED_NODES = expit(math.pi * np.sinh(_STEPS))
_GRADED_WEIGHTS = 0.05 * math.pi * np.cosh(_STEPS) * _GRADED_NODES * expit(-math.pi * np.sinh(_STEPS))


class MaxMargin(NamedTuple):
    """Normalised margin, cosine with the true direction, and test error (see `max_margin` for which error)."""

    margin: Floats
    cosine: Floats
    error: Floats


@checked(broadcast=True)
def ls_classifier_error(gamma: Positives, s: NonNegatives) -> Floats:
    r"""Return the limiting test error of minimum-norm least squares on +-1 labels of a two-class Gaussian mixture.

    $Q(m)$, the normal upper tail, with $m = s^2\sqrt{(1-\gamma)/(s^2+\gamma)}$ for $\gamma \le 1$ and
    $m = s^2\sqrt{(\gamma-1)/(\gamma(\gamma+s^2))}$ for $\gamma \ge 1$: chance, 1/2, at the peak.

    Parameters (broadcast): gamma = p/n > 0; s = |mu| >= 0. Returns: the error. Raises: ValueError outside the domain.

    Source: derived here (Woodbury formula on the Gram matrix of noise plus a rank-one term).

    >>> ls_classifier_error([0.25, 1.0, 4.0], 1.5).round(4)
    array([0.1089, 0.5   , 0.2179])
    """
    square = s**2
    under = np.maximum(1 - gamma, 0.0) / (square + gamma)
    over = np.maximum(gamma - 1, 0.0) / (gamma * (gamma + square))
    error: Floats = ndtr(-square * np.sqrt(under + over))
    return error


# --- moments of a truncated normal ------------------------------------------------------------------------------------


def _scaled_moments(a: Floats) -> tuple[Floats, Floats, Floats]:
    """E(a+G)_+, E(a+G)_+^2, both over a scale, and that scale (phi(a) for a < -2, where all else cancels; else 1)."""
    phi = np.exp(-0.5 * a * a) / math.sqrt(2 * math.pi)
    first, second, scale = a * ndtr(a) + phi, (1 + a * a) * ndtr(a) + a * phi, np.ones_like(a)
    far = a < -2
    if far.any():
        # E(a+G)_+^k = phi(a)/|a|^(k+1) times the integral of y^k e^{-y} e^{-y^2/(2a^2)}: positive terms only.
        distance = -a[far]
        for power, moment in ((1, first), (2, second)):
            nodes, weights = _LAGUERRE[power]
            moment[far] = np.exp(-0.5 * (nodes / distance[:, None]) ** 2) @ weights / distance ** (power + 1)
        scale[far] = phi[far]
    return first, second, scale


@checked
def positive_part_moments(a: Reals) -> tuple[Floats, Floats]:
    r"""Return $E(a+G)_+ = a\Phi(a)+\varphi(a)$ and $E(a+G)_+^2 = (1+a^2)\Phi(a)+a\varphi(a)$, free of cancellation.

    Parameters: a, real numbers. Returns: two arrays shaped as a. Raises: ValueError for what is no real number.
    Source: elementary.

    >>> first, second = positive_part_moments(-15.0)
    >>> float(first), float(second)  # the closed form of the second has lost 7 digits here
    (2.42...e-52, 3.19...e-53)
    """
    first, second, scale = _scaled_moments(np.atleast_1d(a))
    return (first * scale).reshape(a.shape)[()], (second * scale).reshape(a.shape)[()]


# --- the two scalars of the maximum margin ----------------------------------------------------------------------------
#
# An angle alpha between the classifier and the truth, cos(alpha) = rho, and a margin k. `level` is the least p/n at
# which margin k is possible at that angle; `slope` has the sign of its derivative in alpha. Quasi-convex: one minimum.


class _Mixture:
    """level = P(k - rho s)/(1 - rho^2) with P(a) = E(a+G)_+^2."""

    def __init__(self, s: float) -> None:
        self.s = s

    def level(self, alpha: float, k: float) -> float:
        return float(positive_part_moments(k - self.s * math.cos(alpha))[1]) / math.sin(alpha) ** 2

    def slope(self, alpha: float, k: float) -> float:
        first, second, _ = _scaled_moments(np.atleast_1d(k - self.s * math.cos(alpha)))
        return self.s * math.sin(alpha) ** 2 - math.cos(alpha) * float(second[0] / first[0])


class _Linear:
    """level = E P((k - rho W)/sqrt(1 - rho^2)), W = Y S with density 2 phi(w) f(w)."""

    def __init__(self, s: float | None) -> None:
        self.s = s  # None: labels are signs

    def _mean(self, function: Callable[[Floats, Floats], Floats], alpha: float, k: float) -> float:
        """E function(W, (k - rho W)/sin(alpha)); W's density may be sharp at 0, the rest is at w = k/rho."""
        turn = min(k / max(math.cos(alpha), 1e-300), _LARGEST)
        ends = sorted({-_LARGEST if self.s is not None else 0.0, 0.0, turn, _LARGEST})
        total = 0.0
        for left, right in pairwise(ends):
            w = left + (right - left) * _GRADED_NODES
            density = np.exp(-0.5 * w * w) * math.sqrt(2 / math.pi) * (1 if self.s is None else expit(self.s * w))
            values = function(w, (k - math.cos(alpha) * w) / math.sin(alpha))
            total += (right - left) * float((values * density) @ _GRADED_WEIGHTS)
        return total

    def level(self, alpha: float, k: float) -> float:
        return self._mean(lambda w, a: positive_part_moments(a)[1], alpha, k)

    def slope(self, alpha: float, k: float) -> float:
        # Minus the derivative in rho, which is E M(a)(rho k - W) up to a positive factor, M(a) = E(a+G)_+.
        return -self._mean(lambda w, a: positive_part_moments(a)[0] * (math.cos(alpha) * k - w), alpha, k)


def _best_angle(problem: _Mixture | _Linear, k: float, tolerance: float) -> float:
    if problem.slope(_HALF_PI, k) <= 0:  # labels say nothing of the direction
        return _HALF_PI
    return float(
        scipy.optimize.brentq(
            problem.slope, 1e-12, _HALF_PI, args=(k,), xtol=tolerance * 1e-3, rtol=max(tolerance, 1e-15)
        )
    )


def _least_level(problem: _Mixture | _Linear, k: float) -> float:
    if k == 0 and isinstance(problem, _Linear) and problem.s is None:
        return 0.0  # the true direction separates signs
    # The level is flat at its minimum: a coarse angle gives it to rounding.
    return problem.level(_best_angle(problem, k, 1e-8), k)


def _problem(s: float, model: str) -> _Mixture | _Linear:
    return _Mixture(s) if model == "mixture" else _Linear(s if model == "logistic" else None)


@checked
def separability_threshold(s: _Strengths, model: Model = "mixture") -> Floats:
    r"""Return gamma*, the ratio p/n above which the two classes are linearly separable with high probability.

    $\gamma_* = \min_\rho P(-\rho s)/(1-\rho^2)$ for 'mixture' and
    $\min_\rho E P(-\rho YS/\sqrt{1-\rho^2})$ for 'logistic', $P(a) = E(a+G)_+^2$; 0 for 'sign'.

    Parameters: s in [0, 1e8], number or array: |mu| for 'mixture', the steepness for 'logistic', ignored for 'sign';
    model, one of 'mixture', 'logistic', 'sign'. Returns: gamma* (1/2 at s = 0). Raises: ValueError outside the domain.

    Source: Candes, Sur 2020, arXiv:1804.09753; Montanari, Ruan, Sohn, Yan 2019, arXiv:1911.01544; Deng, Kammoun,
    Thrampoulidis 2022, arXiv:1911.05822 (recalled, derived again here).

    >>> round(float(separability_threshold(1.5)), 5)
    0.12991
    """
    thresholds = np.zeros(s.shape)
    if model != "sign":
        for i in np.ndindex(s.shape):
            thresholds[i] = _least_level(_problem(float(s[i]), model), 0.0)
    return thresholds[()]


def _solve(gamma: float, s: float, model: str) -> tuple[float, float, float]:
    problem = _problem(s, model)
    threshold = float(separability_threshold(s, model))
    if gamma <= threshold:
        raise ValueError(f"gamma = {gamma:g}: must be > {threshold:.6g}, the separability threshold at s = {s:g}")
    high = math.sqrt(gamma)
    while _least_level(problem, high) <= gamma:
        high *= 2
    margin = float(
        scipy.optimize.brentq(lambda k: _least_level(problem, k) - gamma, 0.0, high, xtol=1e-300, rtol=1e-14)
    )
    alpha = _best_angle(problem, margin, 1e-15)
    cosine = math.sin(_HALF_PI - alpha)
    return margin, cosine, float(ndtr(-s * cosine)) if model == "mixture" else alpha / math.pi


@checked(broadcast=True)
def max_margin(gamma: Positives, s: _Strengths, model: Model = "mixture") -> MaxMargin:
    r"""Return the limits of the maximum-margin classifier (hard-margin support vector machine, no intercept).

    With $P(a) = E(a+G)_+^2$, the margin k solves $\min_\rho P(k-\rho s)/(1-\rho^2) = \gamma$ ('mixture') or
    $\min_\rho E P((k-\rho YS)/\sqrt{1-\rho^2}) = \gamma$ ('logistic', 'sign'), and the cosine is the minimiser.

    Parameters: gamma = p/n > `separability_threshold`; s >= 0 as there (they broadcast); model, one of 'mixture',
    'logistic', 'sign'. Returns: fields margin, the limit of $\min_i y_i x_i'b/|b|$; cosine of b with the truth; error,
    the test error $Q(\rho s)$ for 'mixture', the direction error $\arccos(\rho)/\pi$ for the others.
    Raises: ValueError outside the domain, and where gamma is not above the threshold.

    Source: Montanari, Ruan, Sohn, Yan 2019, arXiv:1911.01544; Deng, Kammoun, Thrampoulidis 2022, arXiv:1911.05822
    (recalled, derived again here by the Gaussian min-max comparison).

    >>> [round(float(part), 4) for part in max_margin(1.5, 1.5)]
    [1.3427, 0.6294, 0.1725]
    """
    parts = np.empty((3, *gamma.shape))
    for i in np.ndindex(gamma.shape):
        parts[(slice(None), *i)] = _solve(float(gamma[i]), float(s[i]), model)
    return MaxMargin(*(part[()] for part in parts))
