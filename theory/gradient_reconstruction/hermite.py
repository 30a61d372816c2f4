r"""Hermite coefficients of activations and the tensors that the gradient at random weights estimates.

$He_p$ are the probabilists' Hermite polynomials, $c_p(t) = E_{z \sim N(0,1)}[s(tz) He_p(z)]$.
"""

from __future__ import annotations

import itertools
import math
from typing import Annotated, NamedTuple

import numpy as np
import scipy

from theory.domain import Count, Floats, In, Matrix, PositiveVector, Real, Vector, checked
from theory.gradient_reconstruction.activations import (
    LARGEST_NORM,
    Activation,
    ActivationLike,
    activation_function,
    check_batch,
)

_ROOT_2PI = math.sqrt(2 * math.pi)
_MAX_ORDER = 30  # beyond it quadrature cannot resolve coefficients against sqrt(p!)
_MAX_ENTRIES = 10**8
Order = Annotated[int, In(0, _MAX_ORDER)]
Cosine = Annotated[float, In(0.0, 1.0, open_high=True)]


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
    if s in ("relu", "leaky_relu", "abs", "step"):
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
def failure(activation: ActivationLike, order: Order, *, slope: Real = 0.01, alpha: Real = 1.0) -> bool:
    r"""Return whether the order-p tensor carries no signal, $c_p = 0$.

    If s(z) - s(-z) is proportional to z (relu, leaky_relu, gelu, silu, softplus, abs) all odd p >= 3 fail; if s minus
    a constant is odd (tanh, erf, sin, cubic, sigmoid, step) all even p >= 2 fail; even s also fail at p = 1.

    activation: a name or a vectorised callable; order: an integer from 0 to 30. Named activations are decided by their
    parity, callables by $|c_p| < 10^{-10}$. Raises ValueError for an unknown activation or a negative order.

    Source: derived here.

    >>> failure("relu", 3), failure("relu", 4), failure("tanh", 3)
    (True, False, False)
    """
    value = hermite_coefficient(activation, order, slope=slope, alpha=alpha)
    return value == 0.0 if isinstance(activation, str) else abs(value) < 1e-10


@checked
def population_tensor(
    X: Matrix, r: Vector, activation: ActivationLike, p: Order, *, slope: Real = 0.01, alpha: Real = 1.0
) -> Floats:
    r"""Return $E_w[g(w) H_p(w)] = \sum_i r_i c_p(|x_i|) \hat x_i^{\otimes p}$ for $g = \sum_i r_i s(w x_i)$.

    X: batch (B, d); r: residuals (B,), independent of w; activation, slope, alpha: as in `hermite_coefficient`;
    p: order, an integer from 0 to 30 with d^p <= 1e8. Returns an array of shape (d,)*p (order 0: a 0-d array).
    Raises ValueError for p < 0, an unknown activation or shapes that do not match.

    Source: Wang, Lee, Lei 2023, arXiv:2212.03714 (recalled).

    >>> population_tensor([[2.0, 0.0]], [1.0], "relu", 1)
    array([1., 0.])
    """
    check_batch(X, r)
    d = X.shape[1]
    if d**p > _MAX_ENTRIES:
        raise ValueError(f"p = {p}: must be small enough that d^p <= {_MAX_ENTRIES} (d = {d})")
    norms = np.linalg.norm(X, axis=1)
    weights = [
        c * hermite_coefficient(activation, p, t, slope=slope, alpha=alpha) for c, t in zip(r, norms, strict=True)
    ]
    return rank_one_sum(np.asarray(weights), X / np.where(norms > 0, norms, 1.0)[:, None], p)


class TensorProjections(NamedTuple):
    """Projections of the population tensors on each sample's own direction, each (B,)."""

    order1: Floats
    order2: Floats
    order3: Floats
    order4: Floats


def equiangular_batch(d: int, norms: Floats, cosine: float) -> Floats:
    """Rows of the given norms with one common cosine in [0, 1) between any two; d must exceed their number."""
    if norms.size >= d:
        raise ValueError(f"d = {d}: must be larger than the number of samples in norms, {norms.size}")
    rows = math.sqrt(1 - cosine) * np.eye(norms.size, d)
    rows[:, -1] = math.sqrt(cosine)
    return np.asarray(norms[:, None] * rows)


@checked
def tensor_projections(
    activation: ActivationLike, d: Count, norms: PositiveVector, cosine: Cosine, r: Vector
) -> TensorProjections:
    r"""Return $\langle T_p, \hat x_i^{\otimes p} \rangle = \sum_k r_k c_p(|x_k|) \cos^p(x_i, x_k)$ for p = 1, ..., 4.

    activation: a name or vectorised callable; d: dimension, larger than the number B of samples (no effect otherwise);
    norms: |x_i| > 0 (B,); cosine: common to any two samples, in [0, 1); r: residuals (B,). Returns TensorProjections
    (order1, ..., order4), each (B,). Raises ValueError outside these domains.

    Source: Wang, Lee, Lei 2023, arXiv:2212.03714 (the identity, recalled); closed form derived here.

    >>> tensor_projections("relu", 3, [1.0, 2.0], 0.0, [1.0, 1.0]).order1
    array([0.5, 1. ])
    """
    batch = equiangular_batch(d, norms, cosine)
    check_batch(batch, r, rows="X, one for each of norms")
    sizes = np.linalg.norm(batch, axis=1)
    gram = (batch / sizes[:, None]) @ (batch / sizes[:, None]).T
    return TensorProjections(*(
        gram**p @ (r * [hermite_coefficient(activation, p, t) for t in sizes]) for p in (1, 2, 3, 4)
    ))  # fmt: skip


@checked
def population_tensor_with_output(
    X: Matrix, y: Vector, output_scale: Real, m: Count, activation: ActivationLike, p: Order
) -> Floats:
    r"""Return $E[\hat T_p]$ of a network whose output weights are all $\alpha/m$, so that residuals depend on w.

    $\sum_i \{((m-1)/m\, \alpha c_0(|x_i|) - y_i) c_p(|x_i|) \hat x_i^{\otimes p}
    + (\alpha/m) E[s(w x_i)^2 H_p(w)]\}$, exact for every batch size.

    X: batch (B, d); y: targets (B,); output_scale: alpha; m: neurons >= 1; activation: a name or vectorised callable;
    p: order >= 0. Returns an array of shape (d,)*p. Raises ValueError outside these domains.

    Source: derived here.

    >>> round(float(population_tensor_with_output([[1.0]], [0.3], 2.0, 5, "relu", 2)[0, 0]), 4)
    0.535
    """
    check_batch(X, y, "y")
    function = activation_function(activation)
    norms = np.linalg.norm(X, axis=1)
    c0 = np.array([hermite_coefficient(activation, 0, t) for t in norms])
    linear = population_tensor(X, (m - 1) / m * output_scale * c0 - y, activation, p)
    squared = population_tensor(X, np.ones(len(X)), lambda z: function(z) ** 2, p)
    return np.asarray(linear + output_scale / m * squared)


def rank_one_sum(weights: Floats, rows: Floats, p: int) -> Floats:
    """Return sum_i weights_i rows_i^(tensor p), shape (d,)*p."""
    powers = np.asarray(weights)[:, None]
    for _ in range(p):
        powers = (powers[:, :, None] * rows[:, None, :]).reshape(len(rows), -1)
    return np.asarray(powers.sum(axis=0).reshape((rows.shape[1],) * p))


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
