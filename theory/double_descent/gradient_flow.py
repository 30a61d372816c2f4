"""Gradient flow on least squares: the risk as a function of training time.

Flow from 0 on |y - X b|^2 / (2n); after time t, b = S^+ (I - e^{-tS}) X'y/n with S = X'X/n. Risks are excess risks
without sigma2, averaged over the label noise and over independent signs of the coefficients.
"""

from __future__ import annotations

import math
from typing import Annotated, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from theory import marchenko_pastur
from theory.deterministic_equivalent import Spectrum
from theory.domain import Count, Floats, In, NonNegative, NonNegatives, Positives, checked, default
from theory.double_descent.ridge import SpectrumLike, SquaredCoefficients

Complex = NDArray[Any]


class FlowRisk(NamedTuple):
    """The two parts of the risk: of the signal not yet learned, of the noise already fitted."""

    bias: Floats
    variance: Floats


@checked(broadcast=True)
def gf_risk_isotropic(
    t: NonNegatives, gamma: Positives, r2: NonNegatives = default(1.0), sigma2: NonNegatives = default(1.0)
) -> FlowRisk:
    r"""Return the risk of gradient flow at time t on isotropic features, n and p growing with p/n = gamma.

    .. math:: B_t = r^2 \int e^{-2ts}\,dF(s), \qquad V_t = \sigma^2\gamma \int \frac{(1-e^{-ts})^2}{s}\,dF(s)

    with F the Marchenko-Pastur law.

    Parameters (broadcast): t >= 0; gamma > 0; r2 = |beta|^2 >= 0; sigma2 >= 0. Returns: fields bias, variance.
    Raises: ValueError outside the domain.

    Source: Ali, Kolter, Tibshirani 2019, arXiv:1810.10082 (recalled).

    >>> risk = gf_risk_isotropic(3.0, 0.5, sigma2=0.5)
    >>> round(float(risk.variance), 4)
    0.2206
    """
    bias, variance = np.empty(t.shape), np.empty(t.shape)
    for gamma_value in np.unique(gamma):
        s, weights, atom = marchenko_pastur.quadrature(float(gamma_value))
        here = gamma == gamma_value
        exponents = np.multiply.outer(t[here], s)
        bias[here] = np.exp(-2 * exponents) @ weights + atom
        variance[here] = gamma_value * ((np.expm1(-exponents) ** 2 / s) @ weights)
    return FlowRisk((r2 * bias)[()], (sigma2 * variance)[()])


# --- general spectra -------------------------------------------------------------------------------------------------


def _companion(z: Complex, n: int, s: Spectrum) -> Complex:
    """v = 1/kappa at lam = -z, Im z >= 0: the solution of 1/v = lam + (1/n) sum s/(1 + s v), by continuation.

    Far above the real line v = -1/z; from there the imaginary part of z goes down to its value in geometric steps,
    with Newton steps from the last solution, so that the analytic branch is never left.
    """
    shares = s.counts * s.values / n
    height = 10 * (np.abs(z).max() + s.values.max() * (1 + s.size / n))
    # Left of 0 the branch is smooth down to the real axis: the last step may be large there.
    floor = np.maximum(z.imag, 1e-3 * np.maximum(-z.real, 0.0))
    path = [height * (floor / height) ** (k / 40) for k in range(41)] + [z.imag]
    v: Complex = -1 / (z.real + 1j * height)
    for k, imaginary in enumerate(path):
        lam = -(z.real + 1j * imaginary)
        for _ in range(2 if k < len(path) - 1 else 6):
            inverse = 1 / (1 + np.multiply.outer(v, s.values))
            value = v * (lam + inverse @ shares) - 1
            slope = lam + (inverse**2) @ shares
            v = v - value / slope
    return v


def _contour(t: float, top: float, nodes: int) -> tuple[Complex, Complex]:
    """Nodes and weights dz/(2 pi i) of a closed curve around [0, top] that stays right of -0.5/t."""
    shift = min(0.5 / t, top / 2)
    left, right = math.log(shift), math.log(top + shift)
    angle = 2 * math.pi * (np.arange(nodes) + 0.5) / nodes
    half_width = (right - left) / 2 + 0.25
    # An ellipse in u, z = exp(u) - shift; half height below pi/2 keeps Re z >= -shift, so e^{-tz} stays bounded.
    u = (left + right) / 2 + half_width * np.cos(angle) + 1.2j * np.sin(angle)
    du = -half_width * np.sin(angle) + 1.2j * np.cos(angle)
    return np.exp(u) - shift, np.exp(u) * du / (1j * nodes)


def _solved_contour(t: float, n: int, s: Spectrum, nodes: int) -> tuple[Complex, Complex, Complex]:
    """Nodes z, weights dz/(2 pi i) and v(z) for one time > 0."""
    top = float(s.values.max()) * (1 + math.sqrt(s.size / n)) ** 2
    z, weights = _contour(t, top, nodes * (1 if t * top < 30 else 2 if t * top < 1e4 else 4))
    # The curve is symmetric about the real line: solve on one half.
    v = np.empty_like(z)
    upper = z.imag >= 0
    v[upper] = _companion(z[upper], n, s)
    v[~upper] = v[upper][::-1].conj()
    return z, weights, v


def _at_time(t: float, n: int, s: Spectrum, b2: Floats, nodes: int) -> tuple[float, float]:
    """Bias (weighted with b2 per direction) and variance (at sigma2 = 1) at one time > 0."""
    z, weights, v = _solved_contour(t, n, s, nodes)
    filters = s.values / (1 + np.multiply.outer(v, s.values))  # s k/(s + k)
    two_point = ((filters * s.counts) @ filters.T) * np.multiply.outer(v, v) / n  # D2(z, z')
    signal = ((filters * (s.counts * b2 / s.values)) @ filters.T) / (1 - two_point)  # k k' Q/(1 - D2)
    decay = weights * np.exp(-t * z) / z
    bias = decay @ signal @ decay
    fitted = weights * np.expm1(-t * z) ** 2 / z  # entire: no pole at 0
    variance = (fitted / z) @ (filters @ s.counts) / n
    return max(float(bias.real), 0.0), max(float(variance.real), 0.0)


@checked
def gf_risk(
    t: NonNegatives,
    n: Count,
    spectrum: SpectrumLike,
    beta_sq: SquaredCoefficients,
    sigma2: NonNegative = 1.0,
    nodes: Annotated[int, In(16, 10_000)] = 160,
) -> FlowRisk:
    r"""Return the risk of gradient flow at time t for any covariance, in the proportional limit.

    With $\kappa(z)$ the solution of $n(\kappa + z) = \kappa\,\mathrm{df}_1(\kappa)$ off the spectrum (ridge
    $\lambda = -z$), $D_2(z,z') = \frac1n\sum_i s_i^2/((s_i+\kappa)(s_i+\kappa'))$ and
    $Q = \sum_i \beta_i^2 s_i/((s_i+\kappa)(s_i+\kappa'))$,
    $$B_t = \oint\oint e^{-t(z+z')}\,\frac{\kappa\kappa' Q}{1-D_2}\,\frac{dz}{2\pi i z}\frac{dz'}{2\pi i z'},\qquad
      V_t = \frac{\sigma^2}{n}\oint\frac{(1-e^{-tz})^2}{z}\,\kappa\,\mathrm{df}_1(\kappa)\,\frac{dz}{2\pi i z}$$
    along a contour around $[0, s_{\max}(1+\sqrt{p/n})^2]$. Relative error of the limit at finite n: about 3/n in B
    and 1.5/n in V.

    Parameters: t >= 0, number or array; n >= 1; spectrum, eigenvalues (p,) >= 0 or a tuple (values, multiplicities);
    beta_sq, squared coefficients of one direction of each eigenvalue; sigma2 >= 0; nodes >= 16 of the contour at short
    times, two and four times as many at longer ones (relative error below 1e-6 in all cases tried). Returns: fields
    bias, variance, shaped as t. Raises: ValueError outside the domain.

    Source: derived here from the two-point equivalent of ridge resolvents; Bodin, Macris 2023 treat a model that
    contains it (abstract seen).

    >>> two_scales = ([1.0, 0.01], [120, 120])
    >>> risk = gf_risk([0.6, 15.0, 120.0], 300, two_scales, [1 / 120, 2 / 1.2], sigma2=2.0)
    >>> (risk.bias + risk.variance).round(3)
    array([2.641, 4.028, 3.029])
    """
    s, b2 = spectrum.parsed, beta_sq[spectrum.positive]
    bias, variance = np.empty(t.shape), np.empty(t.shape)
    for i in np.ndindex(t.shape):
        if t[i] == 0:
            bias[i], variance[i] = float((s.counts * s.values) @ b2), 0.0
        else:
            bias[i], variance[i] = _at_time(float(t[i]), n, s, b2, nodes + nodes % 2)
    return FlowRisk(bias[()], (sigma2 * variance)[()])


@checked
def gf_mean_residual(t: NonNegatives, n: Count, spectrum: SpectrumLike) -> Floats:
    r"""Return the share of each direction that gradient flow has not learned at time t, on average over the data.

    The deterministic equivalent of $E\,e^{-tS}$ in the eigenbasis of the covariance,
    $\oint e^{-tz}\,\kappa/(s_i+\kappa)\,dz/(2\pi i z)$. The bias is more than $\sum_i\beta_i^2 s_i$ times its square.

    Parameters: t >= 0, number or array; n, spectrum as in `gf_risk`. Returns: an array, the shape of t followed by the
    positive eigenvalues. Raises: ValueError outside the domain.

    Source: derived here from the equivalent of the ridge resolvent (Hastie et al. 2022, arXiv:1903.08560; recalled).

    >>> gf_mean_residual(1.0, 200, ([2.0, 0.5], [100, 100])).round(4)
    array([0.3154, 0.7197])
    """
    s = spectrum.parsed
    residual = np.ones((*t.shape, s.values.size))
    for i in np.ndindex(t.shape):
        if t[i] > 0:
            z, weights, v = _solved_contour(float(t[i]), n, s, 160)
            shares = 1 / (1 + np.multiply.outer(v, s.values))
            residual[i] = ((weights * np.exp(-t[i] * z) / z) @ shares).real
    return residual


@checked
def gf_risk_classical(
    t: NonNegatives, n: Count, spectrum: SpectrumLike, beta_sq: SquaredCoefficients, sigma2: NonNegative = 1.0
) -> Floats:
    r"""Return the risk of gradient flow at time t when p/n -> 0: a sum of U-shaped curves, one an eigenvalue.

    .. math:: R_t = \sum_i s_i\beta_i^2 e^{-2ts_i} + \frac{\sigma^2}{n}\sum_i (1-e^{-ts_i})^2

    The term of eigenvalue s is least at $t = \log(1 + n s\beta^2/\sigma^2)/s$ (`stopping_times`): two well separated
    scales give a double descent in time.

    Parameters: as `gf_risk`. Returns: the total risk, shaped as t. Raises: ValueError outside the domain.

    Source: Heckel, Yilmaz 2021, arXiv:2007.10099 (recalled).

    >>> round(float(gf_risk_classical(15.0, 300, ([1.0, 0.01], [120, 120]), [1 / 120, 2 / 1.2], 2.0)), 4)
    2.2972
    """
    s, b2 = spectrum.parsed, beta_sq[spectrum.positive]
    progress = np.multiply.outer(t, s.values)
    risk: Floats = np.exp(-2 * progress) @ (s.counts * s.values * b2)
    return (risk + sigma2 / n * (np.expm1(-progress) ** 2 @ s.counts))[()]


@checked
def stopping_times(n: Count, spectrum: SpectrumLike, beta_sq: SquaredCoefficients, sigma2: NonNegative = 1.0) -> Floats:
    r"""Return the best time $t_i = \log(1 + n s_i\beta_i^2/\sigma^2)/s_i$ to stop, for each positive eigenvalue alone.

    Parameters: as `gf_risk`; at sigma2 = 0 the times are infinite (0 where the coefficient is 0). Returns: an array,
    one time a positive eigenvalue. Raises: ValueError outside the domain.

    Source: derived here from the sum of Heckel, Yilmaz 2021, arXiv:2007.10099.

    >>> stopping_times(100, [1.0, 0.1], [0.01, 0.1], 1.0).round(4)
    array([0.6931, 6.9315])
    """
    s, b2 = spectrum.parsed, beta_sq[spectrum.positive]
    if sigma2 == 0:
        return np.where(b2 > 0, math.inf, 0.0)
    times: Floats = np.log1p(n * s.values * b2 / sigma2) / s.values
    return times
