"""Interpolating noisy signs of one feature: the clean 0-1 error, exactly at finite size and in the limit."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from typing import Annotated

import numpy as np
import scipy

from theory.benign_overfitting.equivalent import plain
from theory.domain import Count, Counts, Divisors, Floats, In, Positive, checked, default, refusal
from theory.quadrature import Rule, normal_rule

_DIGITS = 80  # moments of a variable of spread 1/sqrt n cancel to n^-4.5
_PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459230781640628620899862803482534")
_NODES, _ORDER = 5, 14  # nodes for the correlation and for each of the other variables
_SMALL, _MORE = 20, (10, 24)  # below so many samples or further features the integrand is less smooth

Flips = Annotated[Floats, In(0.0, 0.5, open_high=True)]


def _correlation_moments(n: int, eta: float, count: int) -> list[Decimal]:
    """Moments 0 .. count - 1 of rho sqrt n = z'y/|z|, y the noisy signs of z: those of z'y over those of |z|."""
    mean = (2 / _PI).sqrt()
    odd = (1 - 2 * Decimal(eta)) * mean
    double = [Decimal(math.prod(range(k - 1, 0, -2))) for k in range(count)]
    single = [double[k] * (odd if k % 2 else 1) for k in range(count)]
    cumulants: list[Decimal] = [Decimal(0)]
    for k in range(1, count):
        lower = (math.comb(k - 1, j - 1) * cumulants[j] * single[k - j] for j in range(1, k))
        cumulants.append(single[k] - sum(lower, Decimal(0)))
    moments = [Decimal(1)]
    for k in range(1, count):
        terms = (math.comb(k - 1, j - 1) * n * cumulants[j] * moments[k - j] for j in range(1, k + 1))
        moments.append(sum(terms, Decimal(0)))
    length = mean  # E |z|: E chi_k E chi_{k+1} = k
    for k in range(1, n):
        length = k / length
    norms = [(length if k % 2 else Decimal(1)) * math.prod(range(n + k % 2, n + k, 2)) for k in range(count)]
    return [moment / norm for moment, norm in zip(moments, norms, strict=True)]


def _correlation_rule(n: int, eta: float, order: int) -> Rule:
    """Gauss rule for rho sqrt n, from its moments (Chebyshev's algorithm); two points for n = 1."""
    if n == 1:
        return np.array([-1.0, 1.0]), np.array([eta, 1 - eta])
    with localcontext() as context:
        context.prec = _DIGITS
        row, before = _correlation_moments(n, eta, 2 * order), [Decimal(0)] * (2 * order)
        centres, spreads = [row[1]], [Decimal(0)]
        for k in range(1, order):
            new = [Decimal(0)] * (2 * order)
            for j in range(k, 2 * order - k):
                new[j] = row[j + 1] - centres[-1] * row[j] - spreads[-1] * before[j]
            centres.append(new[k + 1] / new[k] - row[k] / row[k - 1])
            spreads.append(new[k] / row[k - 1])
            row, before = new, row
        return _golub_welsch([float(a) for a in centres], [math.sqrt(b) for b in spreads[1:]])


def _golub_welsch(diagonal: list[float], off: list[float]) -> Rule:
    nodes, vectors = scipy.linalg.eigh_tridiagonal(diagonal, off)
    return nodes, vectors[0] ** 2


def _chi_square(df: int, order: int) -> Rule:
    """Gauss rule for a chi-square variable: Gauss-Laguerre."""
    a = df / 2 - 1
    diagonal = [2 * (2 * i + 1 + a) for i in range(order)]
    return _golub_welsch(diagonal, [2 * math.sqrt(i * (i + a)) for i in range(1, order)])


@checked
def sign_classifier_error(
    n: Annotated[int, In(1, 100_000)],
    m: Count,
    tau: Positive = 1.0,
    eta: Annotated[float, In(0.0, 0.5, open_high=True)] = 0.0,
) -> float:
    r"""Return the expected clean 0-1 error of interpolating noisy signs of one feature, exact at every n and m.

    $x=(z,\sqrt\tau g_m)$, labels sign(z) flipped with probability $\eta$ and interpolated with the least norm. With
    $\rho=z'y/(|z|\sqrt n)$ and independent $Z\sim\chi^2_n$, $s\sim\chi^2_{m-n+1}$, $C\sim\chi^2_{m-n+2}$,
    $G\sim N(0,1)$, the prediction is $Az+|B|N(0,1)$:
    $$h^2=\frac{n(1-\rho^2)}C,\quad u=\rho\sqrt n-Gh,\quad A=\frac{\sqrt Z\,u}{Z+\tau s},\quad
    B^2=h^2+\frac{u^2\tau^2s}{(Z+\tau s)^2},\qquad \text{error}=\frac1\pi\mathbb E\arctan\frac{|B|}A\in[0,1].$$
    The excess risk on noisy labels is 1 - 2 eta times the clean error.

    n: samples, from 1 to 100,000; m > n: features without signal; tau > 0: their variance over that of the signal
    (1: isotropic, p = m + 1); 0 <= eta < 1/2. Returns the error, by quadrature: to 1e-6 from n = 20 on, to 1e-4 for
    n >= 5, to 1e-3 below. Raises ValueError for m <= n and outside these domains.

    Source: setting of Muthukumar et al. 2021 (arXiv:2005.08054), recalled; law derived here (Bartlett form of the
    2 x 2 Wishart matrix of (z, y)).

    >>> round(sign_classifier_error(20, 39, 1.0, 0.1), 5)
    0.37942
    """
    if m <= n:
        raise refusal("m", m, "greater than n")
    nodes, order = _MORE if min(n, m - n) < _SMALL else (_NODES, _ORDER)
    signal, signal_weight = _correlation_rule(n, eta, nodes)
    C, C_weight = _chi_square(m - n + 2, order)
    G, G_weight = normal_rule(order)
    Z, Z_weight = _chi_square(n, order)
    s, s_weight = _chi_square(m - n + 1, order)
    h = np.sqrt(np.maximum(n - signal**2, 0.0)[:, None, None] / C[:, None])
    u = (signal[:, None, None] - G * h)[..., None, None]
    total = Z[:, None] + tau * s
    A = np.sqrt(Z)[:, None] * u / total
    B = np.hypot(h[..., None, None], u * tau * np.sqrt(s) / total)
    weights = (signal_weight, C_weight, G_weight, Z_weight, s_weight)
    return float(np.einsum("acgzs,a,c,g,z,s", np.arctan2(B, A), *weights, optimize=True) / math.pi)


@checked(broadcast=True)
def sign_classifier_limit(
    n: Counts, m: Counts, tau: Divisors = default(1.0), eta: Flips = default(0.0)
) -> float | Floats:
    r"""Return the limit of `sign_classifier_error` as n and m grow together.

    $$\tan^2(\pi\,\text{error})=\frac{1-r}{r}\,\frac{(n+\tau(m-n))^2}{n(m-n)}+\tau^2\frac{m-n}n,\qquad
    r=\tfrac2\pi(1-2\eta)^2 .$$

    n >= 1; m > n; tau > 0; 0 <= eta < 1/2; arrays broadcast. Error O(1/n). Raises ValueError outside.

    Source: as `sign_classifier_error`; derived here; at eta = 0 `bilevel_classification` with lam1 = 1, c = tau.

    >>> round(sign_classifier_limit(20, 40, 0.1, 0.1), 5)
    0.29482
    """
    if (m <= n).any():
        raise refusal("m", m, "greater than n")
    kept, more = _explained(eta), m - n
    return _angle((1 - kept) / kept * (n + tau * more) ** 2 / (n * more) + tau**2 * more / n)


@checked(broadcast=True)
def isotropic_sign_error(gamma: Divisors, eta: Flips = default(0.0)) -> float | Floats:
    r"""Return the limiting clean 0-1 error of least squares on noisy signs of one of p = gamma n isotropic features.

    With $r=\frac2\pi(1-2\eta)^2$,
    $$\tan^2(\pi\,\text{error})=\frac{1-r}{r}\frac{\gamma}{1-\gamma}\ (\gamma<1),\qquad
    \gamma-1+\frac{1-r}{r}\frac{\gamma^2}{\gamma-1}\ (\gamma>1),$$
    and 1/2 at gamma = 1. Above 1 the best aspect is $1+\sqrt{1-r}$: isotropic interpolation is never benign.

    gamma > 0; 0 <= eta < 1/2; arrays broadcast. Raises ValueError outside.

    Source: derived here.

    >>> round(isotropic_sign_error(2.0, 0.1), 4), isotropic_sign_error(1.0)
    (0.3836, 0.5)
    """
    lost = (1 - _explained(eta)) / _explained(eta)
    away = np.abs(gamma - 1)
    with np.errstate(divide="ignore"):
        square = np.where(gamma > 1, away + lost * gamma**2 / away, lost * gamma / away)
    return _angle(square)


def _explained(eta: Floats) -> Floats:
    return 2 / math.pi * (1 - 2 * eta) ** 2


def _angle(square: Floats) -> float | Floats:
    return plain(np.asarray(np.arctan(np.sqrt(square)) / math.pi))
