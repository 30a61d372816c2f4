"""Ridge regression on random features: the peak at as many features as samples, and the second one at n = d.

d input dimensions, N random features, n samples, all growing in proportion: psi1 = N/d, psi2 = n/d. The penalty is
(N lam/d) |a|^2 beside the mean squared error. Two forms of the same limit stand here, derived along different routes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Annotated, Any, NamedTuple

import numpy as np
import scipy
from scipy.special import erf, expit

from theory.domain import Divisors, Floats, NonNegatives, Parsed, Positives, Reals, checked, default, one_of, words_text
from theory.quadrature import gaussian_mean

Activation = str | Callable[[float], Any]


class ActivationConstants(NamedTuple):
    """mu0 = E act(G), mu1 = E G act(G) and mu_star, the root of the variance beyond the linear part."""

    mu0: float
    mu1: float
    mu_star: float


class RandomFeaturesRisk(NamedTuple):
    """Excess risk (total) and the coefficients of F1^2 (bias_coef) and of tau2 + F_star^2 (var_coef) in it."""

    total: Any
    bias_coef: Any
    var_coef: Any


ACTIVATIONS: dict[str, Callable[[float], Any]] = {
    "relu": lambda u: max(u, 0.0),
    "erf": erf,
    "tanh": math.tanh,
    "sigmoid": expit,
    "softplus": lambda u: np.logaddexp(0.0, u),
    "abs": abs,
    "sign": np.sign,
    "identity": lambda u: u,
}
"""The named activations; any other is passed as a function of one real number."""

_FAR = 38.0
_ERF_MU1 = 2 / math.sqrt(3 * math.pi)
_CLOSED_FORMS = {
    "relu": ActivationConstants(1 / math.sqrt(2 * math.pi), 0.5, math.sqrt((math.pi - 2) / (4 * math.pi))),
    "erf": ActivationConstants(0.0, _ERF_MU1, math.sqrt(2 / math.pi * math.asin(2 / 3) - _ERF_MU1**2)),
    "abs": ActivationConstants(math.sqrt(2 / math.pi), 0.0, math.sqrt(1 - 2 / math.pi)),
    "sign": ActivationConstants(0.0, math.sqrt(2 / math.pi), math.sqrt(1 - 2 / math.pi)),
    "identity": ActivationConstants(0.0, 1.0, 0.0),
}


def _activation(name: str, value: Any) -> Activation:
    return value if callable(value) else one_of(name, value, ACTIVATIONS)


@checked
def activation_constants(
    activation: Annotated[Activation, Parsed(_activation, words_text(ACTIVATIONS))],
) -> ActivationConstants:
    r"""Return the Gaussian moments of an activation that random-feature risks depend on.

    $\mu_0 = E\,\sigma(G)$, $\mu_1 = E\,G\sigma(G)$, $\mu_*^2 = E\,\sigma(G)^2 - \mu_0^2 - \mu_1^2$, $G \sim N(0, 1)$.

    Parameters: activation, one of 'relu', 'erf', 'tanh', 'sigmoid', 'softplus', 'abs', 'sign', 'identity', or a
    function of one real number with finite Gaussian second moment (a kink or jump is best placed at 0).
    Returns: fields mu0, mu1, mu_star (mu_star is the root of $\mu_*^2$, as `rf_risk` takes it).
    Raises: ValueError for an unknown name, what is no function, or values that are not finite numbers.

    Source: Mei, Montanari 2022, arXiv:1908.05355, Definition 1 (recalled).

    >>> mu0, mu1, mu_star = activation_constants("relu")
    >>> round(mu0, 6), mu1, round(mu_star**2, 6)
    (0.398942, 0.5, 0.090845)
    """
    if isinstance(activation, str) and activation in _CLOSED_FORMS:
        return _CLOSED_FORMS[activation]
    function = ACTIVATIONS[activation] if isinstance(activation, str) else activation
    try:
        with np.errstate(all="ignore"):
            mu0 = gaussian_mean(lambda u: function(u))
            mu1 = gaussian_mean(lambda u: u * function(u))
            rest = gaussian_mean(lambda u: (function(u) - mu0 - mu1 * u) ** 2)
            edge = max(abs(float(function(u))) for u in (-_FAR, _FAR)) * math.exp(-(_FAR**2) / 4)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise ValueError(f"activation = {activation!r}: must map a real number to a real number ({error})") from None
    if not all(map(math.isfinite, (mu0, mu1, rest))) or not edge < 1e-6:
        raise ValueError(f"activation = {activation!r}: must have a finite Gaussian second moment")
    return ActivationConstants(mu0, mu1, math.sqrt(max(rest, 0.0)))


# --- assembly, the same for both forms --------------------------------------------------------------------------------


def _risk(
    coefficients: Callable[..., tuple[float, float]],
    psi1: Floats,
    psi2: Floats,
    lam: Floats,
    mu1: Floats,
    mu_star: Floats,
    F1: Floats,
    F_star: Floats,
    tau2: Floats,
) -> RandomFeaturesRisk:
    if ((mu1 == 0) & (mu_star == 0)).any():
        raise ValueError("mu_star = 0.0: must be > 0 where mu1 = 0 (the activation would be constant)")
    bias, variance = np.empty(psi1.shape), np.empty(psi1.shape)
    for i in np.ndindex(psi1.shape):
        if lam[i] == 0 and psi1[i] == psi2[i] and (mu_star[i] > 0 or psi1[i] <= 1):
            bias[i] = variance[i] = math.inf
        else:
            bias[i], variance[i] = coefficients(
                float(psi1[i]), float(psi2[i]), float(lam[i]), float(mu1[i]) ** 2, float(mu_star[i]) ** 2
            )
    # An amplitude of zero takes its term away also where the coefficient is infinite.
    linear = np.where(F1 == 0, 0.0, bias) * F1**2
    noise = tau2 + F_star**2
    total = linear + np.where(noise == 0, 0.0, variance) * noise + F_star**2
    # [()] turns 0-d arrays into scalars.
    return RandomFeaturesRisk(total=total[()], bias_coef=bias[()], var_coef=variance[()])


# --- form A: two scalars ----------------------------------------------------------------------------------------------


def _ridgeless_scalar(least: float, linear: float, tail: float) -> float:
    """q at lam = 0, where linear/(linear + q) + tail/q = min(psi1, psi2); 0 if the features have rank d only."""
    half = 0.5 * (least * linear - linear - tail)
    root = math.sqrt(half**2 + least * tail * linear)
    return (root - half) / least if half < 0 else tail * linear / (root + half) if root + half > 0 else 0.0


def _ridge_scalar(psi2: float, r: float, lam: float, linear: float, tail: float) -> float:
    """q > lam at lam > 0."""

    def excess(q: float) -> float:
        qh = linear * (q / (linear + q)) + tail
        return qh * (1 + r + math.sqrt((1 - r) ** 2 + 4 * r * lam / q)) / (2 * psi2)

    # q - lam = excess(q): in log(q - lam) increasing, and all its terms are positive.
    def equation(u: float) -> float:
        return u - math.log(excess(lam + math.exp(u)))

    low = (tail + linear * lam / (linear + lam)) * max(1.0, r) / psi2
    D = math.sqrt((1 - r) ** 2 + 4 * r * lam / (lam + low))
    high = (linear + tail) * (1 + r + D) / (2 * psi2)
    return lam + math.exp(
        scipy.optimize.brentq(equation, math.log(low) - 1e-9, math.log(high) + 1e-9, xtol=1e-15, rtol=1e-15)
    )


def _coefficients_a(psi1: float, psi2: float, lam: float, linear: float, tail: float) -> tuple[float, float]:
    """bias_coef and var_coef through the scalar q; linear = mu1^2, tail = mu_star^2."""
    r = psi2 / psi1
    q = _ridge_scalar(psi2, r, lam, linear, tail) if lam > 0 else _ridgeless_scalar(min(psi1, psi2), linear, tail)
    if q == 0:  # linear features, at least d of them: least squares in d dimensions
        return (0.0, 1 / (psi2 - 1)) if psi2 > 1 else (math.inf, math.inf)
    D = math.sqrt((1 - r) ** 2 + 4 * r * lam / q)
    share = linear / (linear + q)
    one_less_w = (share + tail / q) / psi1  # 1 - w = (1 - r + D)/2 would cancel
    w = (1 - r + D) / 2 if r < 1 else (2 * r * lam / q) / (D + r - 1)
    T = share**2 / psi1
    U = (one_less_w**2 + w**2 * T / (1 - T)) / r
    one_less_U = 1 - U if U < 0.5 else (D - w**2 / (1 - T)) / r
    Xi = (linear / (linear + q) ** 2 + tail / q**2) / (psi1 * (1 - T))
    return (1 - share) ** 2 * (1 + linear * Xi) / one_less_U, U / one_less_U


@checked(broadcast=True)
def rf_risk(
    psi1: Divisors,
    psi2: Divisors,
    lam: NonNegatives,
    mu1: Reals,
    mu_star: NonNegatives,
    F1: Reals = default(1.0),
    F_star: Reals = default(0.0),
    tau2: NonNegatives = default(0.0),
) -> RandomFeaturesRisk:
    r"""Return the limiting excess risk of ridge regression on random features.

    $R = F_1^2 B + (\tau^2 + F_*^2) V + F_*^2$ with $B$, $V$ from the scalar $q > \lambda$ that solves
    $$1 + r - D(q) = \frac{2}{\psi_1}\Big[\frac{\mu_1^2}{\mu_1^2+q} + \frac{\mu_*^2}{q}\Big],\quad
      D(q) = \sqrt{(1-r)^2 + 4 r\lambda/q},\quad r = \psi_2/\psi_1,$$
    $w = (1-r+D)/2$, $T = \psi_1^{-1}(\mu_1^2/(\mu_1^2+q))^2$, $U = r^{-1}[(1-w)^2 + w^2 T/(1-T)]$,
    $\Xi = \psi_1^{-1}[\mu_1^2/(\mu_1^2+q)^2 + \mu_*^2/q^2]/(1-T)$,
    $B = (q/(\mu_1^2+q))^2(1+\mu_1^2\Xi)/(1-U)$, $V = U/(1-U)$.

    Parameters (broadcast against each other): psi1 = N/d > 0; psi2 = n/d > 0; lam >= 0, the penalty being
    (N lam/d)|a|^2 beside (1/n) sum of squares; mu1 real and mu_star >= 0, the activation's constants (not both 0);
    F1 and F_star, amplitudes of the target's linear part and of the part orthogonal to it; tau2 >= 0, the label noise.
    Returns: fields total (the excess risk), bias_coef = B, var_coef = V; infinite at lam = 0, psi1 = psi2.
    Raises: ValueError outside these domains.

    Source: Mei, Montanari 2022, arXiv:1908.05355, Theorem 2; this form after Defilippis, Loureiro, Misiakiewicz 2024,
    arXiv:2405.15699 (recalled; specialised to a spectrum with d equal linear directions and an isotropic tail).

    >>> mu0, mu1, mu_star = activation_constants("relu")
    >>> round(float(rf_risk(2, 3, 0.0, mu1, mu_star, tau2=0.25).total), 4)
    1.1849
    """
    return _risk(_coefficients_a, psi1, psi2, lam, mu1, mu_star, F1, F_star, tau2)


# --- form B: Mei and Montanari's polynomials --------------------------------------------------------------------------


def _coefficients_b(psi1: float, psi2: float, lam: float, linear: float, tail: float) -> tuple[float, float]:
    """bias_coef = E1/E0 and var_coef = E2/E0 through c = -a b, the product of the two resolvent traces."""
    z, psi = linear / tail, min(psi1, psi2)
    x2 = psi1 * psi2 * lam / tail
    t = psi * z - z - 1
    root = math.sqrt(t * t + 4 * z * psi)
    ridgeless = (root + t) / (2 * z) if t > 0 else 2 * psi / (root - t)

    # a x = psi1 - m, b x = psi2 - m with m = ab (1 + z/(1 + z ab)): one equation in ab.
    def equation(product: float) -> float:
        m = product * (1 + z / (1 + z * product))
        return product * x2 - (psi1 - m) * (psi2 - m)

    c = (
        -ridgeless
        if lam == 0
        else -scipy.optimize.brentq(equation, 0.0, ridgeless, xtol=1e-300, rtol=1e-15, maxiter=500)
    )
    both, plus = psi1 * psi2, psi1 + psi2
    c2, c3, c5 = c**2, c**3, c**5
    e0 = (
        (-c5 * z**3 + 3 * c**4 * z**2 + (both - plus + 1) * c3 * z**3 - 2 * c3 * z**2 - 3 * c3 * z)
        + ((plus - 3 * both + 1) * c2 * z**2 + 2 * c2 * z + c2)
        + (3 * both * c * z - both)
    )
    e1 = psi2 * c3 * z**2 - psi2 * c2 * z + both * c * z - both
    e2 = (
        (c5 * z**3 - 3 * c**4 * z**2 + (psi1 - 1) * c3 * z**3 + 2 * c3 * z**2 + 3 * c3 * z)
        + (-psi1 - 1) * c2 * z**2
        - 2 * c2 * z
        - c2
    )
    return e1 / e0, e2 / e0


@checked(broadcast=True)
def rf_risk_polynomial(
    psi1: Divisors,
    psi2: Divisors,
    lam: NonNegatives,
    mu1: Reals,
    mu_star: Positives,
    F1: Reals = default(1.0),
    F_star: Reals = default(0.0),
    tau2: NonNegatives = default(0.0),
) -> RandomFeaturesRisk:
    r"""Return what `rf_risk` returns, by the formulas as first published (a second witness inside the theory).

    With $z = \mu_1^2/\mu_*^2$ and $c = -ab$, $a = \psi_1/(x + b + zb/(1+zab))$, $b = \psi_2/(x + a + za/(1+zab))$,
    $x^2 = \psi_1\psi_2\lambda/\mu_*^2$, the coefficients are $E_1/E_0$ and $E_2/E_0$, polynomials in $c$, $z$,
    $\psi_1$, $\psi_2$. They cancel where psi1 or psi2 is large: prefer `rf_risk` for numbers.

    Parameters, returns, raises: as `rf_risk`, except that mu_star must be > 0.

    Source: Mei, Montanari 2022, arXiv:1908.05355, Definition 1, Theorems 2 and 3 (recalled).

    >>> mu0, mu1, mu_star = activation_constants("relu")
    >>> round(float(rf_risk_polynomial(2, 3, 0.0, mu1, mu_star, tau2=0.25).total), 4)
    1.1849
    """
    if (np.abs(mu1) > 1e12 * mu_star).any():
        raise ValueError(
            f"mu1 = {mu1.tolist()}, mu_star = {mu_star.tolist()}: mu1/mu_star must be at most 1e12 in size"
        )
    return _risk(_coefficients_b, psi1, psi2, lam, mu1, mu_star, F1, F_star, tau2)
