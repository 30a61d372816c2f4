"""What noise on a gradient protects: Bayes error, spectral transition, Cramer-Rao and Renyi bounds."""

from __future__ import annotations

import math
from typing import Annotated, Any

import numpy as np

from theory.domain import (
    SMALLEST,
    Count,
    Counts,
    Divisor,
    Floats,
    In,
    Matrix,
    NonNegative,
    Positive,
    Positives,
    Real,
    Vector,
    checked,
)
from theory.spiked import overlap


@checked
def noise_mmse(
    Delta: Matrix, noise_std: Positive, prior_std: Annotated[float, In(0.0, open_low=True, infinite=True)]
) -> float:
    r"""Return the Bayes-optimal squared error per pixel of a batch seen through $G = \Delta X + sN$, Delta known.

    $\frac1B \mathrm{tr}(I/\tau^2 + \Delta^\top\Delta/s^2)^{-1}$ for $X_{ij} \sim N(0, \tau^2)$; it equals the van Trees
    bound, which is therefore tight.

    Delta: residual matrix (m, B); noise_std: s > 0; prior_std: tau > 0, may be inf (then inf where Delta has not full
    column rank). Returns a float. Raises ValueError outside these domains.

    Source: Gill, Levit 1995 (van Trees, recalled); formula derived here.

    >>> noise_mmse([[1.0]], 1.0, 1.0)
    0.5
    """
    s, tau = noise_std, prior_std
    singular = np.linalg.svd(Delta, compute_uv=False)
    singular = np.concatenate([singular, np.zeros(Delta.shape[1] - singular.size)])
    if math.isinf(tau):
        floor = 1e-13 * max(singular[0], np.finfo(float).tiny)
        return float(np.mean((s / singular) ** 2)) if (singular > floor).all() else math.inf
    ratio = tau * singular / s
    below, above = np.minimum(ratio, 1.0), np.maximum(ratio, 1.0)
    sigma = np.where(ratio > 1, singular, s)
    # tau^2/(1 + ratio^2) = (s/sigma)^2/(1 + ratio^-2): neither overflows on its side of ratio = 1.
    parts = np.where(ratio <= 1, tau * tau / (1 + below**2), (s / sigma) ** 2 / (1 + above**-2))
    return float(np.mean(parts))


@checked(broadcast=True)
def noise_mmse_asymptotic(
    m: Counts, B: Counts, noise_std: Positives, prior_std: Annotated[Floats, In(SMALLEST, infinite=True)]
) -> Any:
    r"""Return the limit of `noise_mmse` for iid N(0,1) residuals as B and m grow with c = B/m fixed.

    $\frac{s^2}{m} \cdot \frac{2}{b + \sqrt{b^2 + 4c\lambda}}$, $b = 1 - c + \lambda$, $\lambda = s^2/(\tau^2 m)$; as
    s -> 0 the floor $\tau^2 \max(0, 1 - m/B)$ remains: fewer residual rows than samples leave an irreducible error.

    m, B: sizes >= 1; noise_std: s > 0; prior_std: tau > 0, may be inf (then inf for c >= 1). They broadcast. Returns a
    float or an array. Raises ValueError outside these domains.

    Source: derived here (Marchenko-Pastur).

    >>> round(float(noise_mmse_asymptotic(20, 40, 0.01, 1.0)), 4)
    0.5
    """
    s, tau = noise_std, prior_std
    c, lam = B / m, (s / tau) ** 2 / m
    b = 1 - c + lam
    root = np.sqrt(b**2 + 4 * c * lam)
    with np.errstate(divide="ignore", invalid="ignore"):
        # The two forms of the same root, each without cancellation on its side of b = 0.
        above = s**2 / m * 2 / (b + root)
        below = tau**2 * (root - b) / (2 * c)
    value = np.where(b >= 0, above, below)
    return value[()]


@checked
def spectral_overlap(m: Count, d: Count, delta_norm: NonNegative, x_norm: NonNegative, noise_std: NonNegative) -> float:
    r"""Return the limit of $\cos^2(v, x)$ for the top right singular vector v of $G = \delta x^\top + sN$ (m x d).

    With $c = m/d$ and $\theta = |\delta||x|/(s\sqrt d)$: $1 - (c + \theta^2)/(\theta^2(\theta^2+1))$ if
    $\theta > c^{1/4}$, else 0.

    m, d: shape of the gradient; delta_norm, x_norm: >= 0; noise_std: s >= 0 (0 gives 1). Returns a float in [0, 1].
    Raises ValueError outside these domains.

    Source: Benaych-Georges, Nadakuditi 2012, arXiv:1103.2221 (recalled, orientation checked here).

    >>> round(spectral_overlap(100, 400, 20.0, 1.0, 1.0), 4)
    0.375
    """
    strength = delta_norm * x_norm
    if strength == 0.0:
        return 0.0
    inverse = noise_std * math.sqrt(d) / strength  # 1/theta
    return float(overlap(np.asarray(inverse), np.asarray(m / d), 1.0))


@checked
def critical_noise(m: Count, d: Count, delta_norm: NonNegative, x_norm: NonNegative) -> float:
    r"""Return the noise level $s_c = |\delta||x|/(md)^{1/4}$ above which spectral reconstruction finds nothing.

    m, d: shape of the gradient; delta_norm, x_norm: >= 0. Returns a float. Raises ValueError outside these domains.

    Source: Benaych-Georges, Nadakuditi 2012, arXiv:1103.2221 (recalled).

    >>> critical_noise(4, 4, 2.0, 1.0)
    1.0
    """
    return float(delta_norm * x_norm / (m * d) ** 0.25)


def _linear_model(w: Floats, x: Floats, y: float) -> tuple[float, float]:
    """Check the arguments of both bounds below; return a = w x and r = a - y."""
    if w.size != x.size:
        raise ValueError(f"x = {x.tolist()}: must have the length of w, {w.size}")
    a = float(w @ x)
    r = a - y
    if r == 0 or r + a == 0:
        raise ValueError(f"y = {y}: must differ from w x and from 2 w x = {2 * a:g} (no information there)")
    return a, r


@checked
def reconstruction_crlb(w: Vector, x: Vector, y: Real, noise_std: Positive) -> float:
    r"""Return the Cramer-Rao bound on $E|\hat x - x|^2$ from one noisy gradient $g = rx + sN$ of linear regression.

    $\frac{s^2}{r^2}\left[d - \frac{2a}{r+a} + \frac{|x|^2|w|^2}{(r+a)^2}\right]$ with $a = w x$, $r = a - y$, for
    unbiased reconstructions; achieved as s -> 0 by $\hat x = g/\hat r$, $\hat r^2 + y\hat r - w g = 0$ (of its two
    roots the one nearest the truth: the gradient has two exact preimages).

    w, x: vectors (d,); y: target with r != 0 and r + a != 0; noise_std: s > 0. Returns a float. Raises ValueError
    outside these domains.

    Source: derived here; Hannun et al. 2021 and Guo et al. 2022, arXiv:2201.12383 (Fisher information, recalled).

    >>> reconstruction_crlb([1.0], [1.0], 0.0, 0.5)
    0.0625
    """
    a, r = _linear_model(w, x, y)
    energy = float(x @ x) * float(w @ w)
    return noise_std**2 / r**2 * (w.size - 2 * a / (r + a) + energy / (r + a) ** 2)


@checked
def reconstruction_trace_bound(w: Vector, x: Vector, y: Real, noise_std: Positive) -> float:
    r"""Return the weaker bound $d^2 s^2/\mathrm{tr}(J^\top J)$, $J = rI + x w^\top$: valid but loose.

    Arguments as in `reconstruction_crlb`; r = r + a = 0 has no meaning there and is refused here too.

    Source: Hannun et al. 2021 (recalled).

    >>> reconstruction_trace_bound([1.0], [1.0], 0.0, 0.5)
    0.0625
    """
    a, r = _linear_model(w, x, y)
    d = w.size
    trace = d * r**2 + 2 * r * a + float(x @ x) * float(w @ w)
    return d**2 * noise_std**2 / trace


@checked
def renyi_reconstruction_bound(noise_std: Divisor, diameter: Divisor) -> float:
    r"""Return the lower bound $D^2/(4(e^\epsilon - 1))$, $\epsilon = D^2/s^2$, on unbiased reconstruction of a scalar.

    The secret ranges over an interval of length D and is released as x + sN (Renyi divergence of order 2). The
    mechanism's own error s^2 is 4 (s/D)^2 (e^{D^2/s^2} - 1) times the bound: at least 4 times.

    noise_std: s > 0; diameter: D > 0. Returns a float. Raises ValueError outside these domains.

    Source: Guo et al. 2022, arXiv:2201.12383 (recalled).

    >>> round(1 / renyi_reconstruction_bound(1.0, 1.0), 3)
    6.873
    """
    epsilon = (diameter / noise_std) ** 2
    # exp(epsilon) overflows near 700, where the bound is 0 to rounding.
    return 0.0 if epsilon > 700 else diameter**2 / (4 * math.expm1(epsilon))
