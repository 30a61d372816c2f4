r"""Hermite coefficients of activations.

$He_p$ are the probabilists\' Hermite polynomials, $c_p(t) = E_{z \sim N(0,1)}[s(tz) He_p(z)]$.
"""

from __future__ import annotations

import itertools
import math
from typing import Annotated

import numpy as np
import scipy

from theory.activations import Activation, ActivationLike, activation_function
from theory.domain import Floats, In, Real, Vector, checked

_ROOT_2PI = math.sqrt(2 * math.pi)
_PIECEWISE = ("relu", "leaky_relu", "abs", "step")
LARGEST_NORM = 1e12
_MAX_ORDER = 30  # beyond it quadrature cannot resolve coefficients against sqrt(p!)
Order = Annotated[int, In(0, _MAX_ORDER)]


def hermite_at_zero(p: int) -> float:
    """Return He_p(0): 0 for odd p, (-1)^(p/2) (p-1)!! for even p."""
    if p % 2:
        return 0.0
    return float((-1) ** (p // 2) * math.prod(range(1, p, 2)))


def hermite_polynomial(p: int, z: float) -> float:
    """Return He_p(z) by its three-term recurrence."""
    before, now = 0.0, 1.0
    for k in range(p):
        before, now = now, z * now - k * before
    return now


@checked
def hermite_coefficient(
    activation: ActivationLike,
    p: Order,
    norm: Annotated[float, In(0.0, LARGEST_NORM)] = 1.0,
    *,
    slope: Real = 0.01,
    alpha: Real = 1.0,
) -> float:
    r"""Return the Hermite coefficient $c_p(t) = E_{z \sim N(0,1)}[s(tz) He_p(z)]$ of an activation s.

    activation: one of the names in `NAMES` or a vectorised callable; p: order, an integer from 0 to 30; norm: t, of the
    sample, from 0 to 1e12 (at t = 0 the coefficient is s(0) for p = 0, else 0); slope: of leaky_relu for z < 0;
    alpha: of elu. Returns a float; coefficients that vanish by parity are exactly 0. Raises ValueError outside these
    domains.

    Closed forms: homogeneous s give $t c_p(1)$ with $c_p(1) = He_{p-2}(0)/\sqrt{2\pi}$ for relu and p >= 2; gelu gives
    $t^p (\psi_{p-2} - \psi_p)$ with $\psi_k = He_k(0)/\sqrt{2\pi(1+t^2)^{k+1}}$; sigmoid, softplus and silu follow from
    tanh; tanh, elu and callables by adaptive quadrature split at 0.

    Source: Wang, Lee, Lei 2023, arXiv:2212.03714 (the identity they enter, recalled); coefficients derived here.

    >>> round(hermite_coefficient("relu", 2), 10)
    0.3989422804
    >>> hermite_coefficient("relu", 3)
    0.0
    >>> round(hermite_coefficient("tanh", 3), 10)
    -0.3635953763
    """
    s, t = activation, norm
    if t == 0.0:
        return float(activation_function(s)(np.zeros(()))) if p == 0 else 0.0
    if not isinstance(s, str):
        return _by_quadrature(s, p, t)
    if s in _PIECEWISE:
        return _piecewise_linear(s, p, t, slope)
    if s in ("quadratic", "cubic"):
        return _monomial(2 if s == "quadratic" else 3, p, t)
    if s in ("sin", "cos"):
        phase = p % 4 if s == "sin" else (p + 1) % 4
        return (0.0, 1.0, 0.0, -1.0)[phase] * math.exp(p * math.log(t) - t * t / 2)
    if s == "erf":
        return _erf(p, t)
    if s == "gelu":
        return _gelu(p, t)
    if s == "elu":
        return _elu(p, t, alpha)
    return {"tanh": _tanh, "sigmoid": _sigmoid, "softplus": _softplus, "silu": _silu}[s](p, t)


@checked
def orthonormal_coefficients(
    activation: ActivationLike, K: Annotated[int, In(0, 100_000)], *, slope: Real = 0.01, alpha: Real = 1.0
) -> Floats:
    r"""Return the coefficients $a_k = c_k(1)/\sqrt{k!}$ of an activation in the orthonormal Hermite polynomials.

    $s(z) = \sum_k a_k He_k(z)/\sqrt{k!}$ in the mean square under N(0, 1), so that $E s(G)^2 = \sum_k a_k^2$ and
    $E s(G) t(G') = \sum_k a_k b_k \rho^k$ for a pair of correlation rho (`product_mean`).

    activation: a name or a vectorised callable; K: the last order, from 0 to 30, for relu, leaky_relu, abs and step up
    to 100,000; slope, alpha: as in `hermite_coefficient`. Returns an array (K + 1,). Raises ValueError outside these
    domains.

    Source: classical; the recursion $a_{k+2}/a_k = -(k-1)/\sqrt{(k+1)(k+2)}$ of relu from $He_{k-2}(0)$, derived here.

    >>> orthonormal_coefficients("relu", 4).round(6)
    array([ 0.398942,  0.5     ,  0.282095,  0.      , -0.081434])
    """
    if K > _MAX_ORDER:
        if not isinstance(activation, str) or activation not in _PIECEWISE:
            raise ValueError(f"K = {K}: must be an integer from 0 to {_MAX_ORDER} for activation {activation!r}")
        return _long_tail(activation, K, slope)
    found = [hermite_coefficient(activation, k, slope=slope, alpha=alpha) for k in range(K + 1)]
    return np.array([c / math.sqrt(math.factorial(k)) for k, c in enumerate(found)])


def _long_tail(s: str, K: int, slope: float) -> Floats:
    """Orders 0 to K of a piecewise linear activation: from order 2 (step: 1) on by the ratio of neighbours."""
    a = np.zeros(K + 1)
    a[:4] = [_piecewise_linear(s, k, 1.0, slope) / math.sqrt(math.factorial(k)) for k in range(4)]
    lag = 0 if s == "step" else 1
    for k in range(2, K - 1):
        a[k + 2] = -a[k] * (k - lag) / math.sqrt((k + 1) * (k + 2))
    return a


@checked
def product_mean(
    a: Vector, b: Annotated[Floats, In(ndim=1, like="a")], rho: Annotated[Floats, In(-1.0, 1.0)]
) -> Floats:
    r"""Return $\sum_k a_k b_k \rho^k = E f(G) g(G')$ of two functions for standard normals of correlation rho.

    a, b: orthonormal Hermite coefficients of f and g (K + 1,); rho: in [-1, 1], any shape. Returns an array of its
    shape. Raises ValueError outside these domains.

    Source: Mehler's formula (classical).

    >>> float(product_mean([0.0, 1.0], [0.0, 1.0], 0.5))
    0.5
    """
    return np.asarray(np.polynomial.polynomial.polyval(rho, a * b))


# --- one family of activations each -----------------------------------------------------------------------------------


def _piecewise_linear(s: str, p: int, t: float, slope: float) -> float:
    if s == "step":
        return 0.5 if p == 0 else hermite_at_zero(p - 1) / _ROOT_2PI
    relu = (1 / _ROOT_2PI if p == 0 else 0.5 if p == 1 else hermite_at_zero(p - 2) / _ROOT_2PI) * t
    if s == "relu":
        return relu
    if s == "abs":
        return 0.0 if p % 2 else 2 * relu
    return t * (1 + slope) / 2 if p == 1 else (1 - slope) * relu


def _monomial(k: int, p: int, t: float) -> float:
    # z^k = sum_p k!/(2^j j! p!) He_p(z), j = (k-p)/2, and E[He_p^2] = p!.
    if p > k or (k - p) % 2:
        return 0.0
    j = (k - p) // 2
    return float(t**k * (math.factorial(k) // (2**j * math.factorial(j))))


def _erf(p: int, t: float) -> float:
    if p % 2 == 0:
        return 0.0
    k, share = p // 2, 2 * t * t / (1 + 2 * t * t)
    return float(2 * t / math.sqrt(math.pi * (1 + 2 * t * t)) * math.prod(range(1, 2 * k, 2)) * (-share) ** k)


def _gelu(p: int, t: float) -> float:
    if p < 2:
        return t * t / math.sqrt(2 * math.pi * (1 + t * t)) if p == 0 else t / 2

    def psi(k: int) -> float:
        return float(hermite_at_zero(k) / (_ROOT_2PI * (1 + t * t) ** ((k + 1 - p) / 2)))

    return float((t * t / (1 + t * t)) ** (p / 2) * (psi(p - 2) - psi(p)))


def _tanh(p: int, t: float) -> float:
    if p % 2 == 0:
        return 0.0
    if t <= 0.4:  # t^p E[tanh^(p)(tz)]: no cancellation for small t
        derivative = np.polynomial.Polynomial([0.0, 1.0])
        for _ in range(p):
            derivative = np.polynomial.Polynomial([1.0, 0.0, -1.0]) * derivative.deriv()

        def smooth(z: float) -> float:
            return float(derivative(math.tanh(t * z))) * math.exp(-z * z / 2)

        return 2 * t**p * _integral(smooth, 0.0, 12.0) / _ROOT_2PI
    # Beyond 20/t tanh is 1 to rounding, and He_p phi integrates to He_{p-1} phi there.
    end = min(20 / t, 38.0)

    def direct(z: float) -> float:
        return math.tanh(t * z) * hermite_polynomial(p, z) * math.exp(-z * z / 2)

    tail = hermite_polynomial(p - 1, end) * math.exp(-end * end / 2)
    return 2 * (_integral(direct, 0.0, end) + tail) / _ROOT_2PI


def _sigmoid(p: int, t: float) -> float:
    return 0.5 if p == 0 else 0.5 * _tanh(p, t / 2)


def _softplus(p: int, t: float) -> float:
    # softplus(z) = |z|/2 + an even integrable function; higher orders by Stein's identity.
    return _by_quadrature("softplus", 0, t) if p == 0 else t * _sigmoid(p - 1, t)


def _silu(p: int, t: float) -> float:
    # z He_p = He_{p+1} + p He_{p-1}
    return t * (_sigmoid(p + 1, t) + (p * _sigmoid(p - 1, t) if p else 0.0))


def _elu(p: int, t: float, alpha: float) -> float:
    # relu(tz) + alpha 1[z < 0] (exp(tz) - 1); beyond 40/t the exponential is 0 to rounding.
    end = -min(40 / t, 38.0)

    def decaying(z: float) -> float:
        exponential = math.expm1(t * z) if t <= 1 else math.exp(t * z)
        return exponential * hermite_polynomial(p, z) * math.exp(-z * z / 2)

    negative = _integral(decaying, end, 0.0) / _ROOT_2PI
    if t > 1:
        negative -= 0.5 if p == 0 else -hermite_at_zero(p - 1) / _ROOT_2PI
    return _piecewise_linear("relu", p, t, 0.0) + alpha * negative


def _integral(function: object, low: float, high: float) -> float:
    value, *_ = scipy.integrate.quad(function, low, high, epsabs=1e-14, epsrel=1e-13, limit=500, full_output=1)
    return float(value)


def _by_quadrature(s: Activation, p: int, t: float) -> float:
    function = activation_function(s)

    def integrand(z: float) -> float:
        density = math.exp(-z * z / 2)
        return float(function(np.asarray(t * z))) * hermite_polynomial(p, z) * density

    edges = (-38.0, -12.0, -6.0, 0.0, 6.0, 12.0, 38.0)
    with np.errstate(all="ignore"):
        value = sum(_integral(integrand, low, high) for low, high in itertools.pairwise(edges)) / _ROOT_2PI
    if not math.isfinite(value):
        raise ValueError(f"activation = {s!r}: must have a finite Gaussian mean against He_{p}")
    return value
