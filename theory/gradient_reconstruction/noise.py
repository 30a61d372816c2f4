"""What noise on a gradient protects: Bayes error, spectral transition, Cramer-Rao and Renyi bounds."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from theory.domain import SMALLEST, Floats, broadcast, integer, integers, real, reals


def _positive(name: str, value: object, *, infinite: bool = False) -> float:
    return real(name, value, 0.0, open_low=True, infinite=infinite)


def noise_mmse(Delta: object, noise_std: float, prior_std: float) -> float:
    r"""Return the Bayes-optimal squared error per pixel of a batch seen through $G = \Delta X + sN$, Delta known.

    $\frac1B \mathrm{tr}(I/\tau^2 + \Delta^\top\Delta/s^2)^{-1}$ for $X_{ij} \sim N(0, \tau^2)$; it equals the van Trees
    bound, which is therefore tight.

    Delta: residual matrix (m, B); noise_std: s > 0; prior_std: tau > 0, may be inf (then inf where Delta has not full
    column rank). Returns a float. Raises ValueError outside these domains.

    Source: Gill, Levit 1995 (van Trees, recalled); formula derived here.

    >>> noise_mmse([[1.0]], 1.0, 1.0)
    0.5
    """
    delta = reals("Delta", Delta, ndim=2)
    s, tau = _positive("noise_std", noise_std), _positive("prior_std", prior_std, infinite=True)
    singular = np.linalg.svd(delta, compute_uv=False)
    singular = np.concatenate([singular, np.zeros(delta.shape[1] - singular.size)])
    if math.isinf(tau):
        floor = 1e-13 * max(singular[0], np.finfo(float).tiny)
        return float(np.mean((s / singular) ** 2)) if (singular > floor).all() else math.inf
    ratio = tau * singular / s
    below, above = np.minimum(ratio, 1.0), np.maximum(ratio, 1.0)
    sigma = np.where(ratio > 1, singular, s)
    # tau^2/(1 + ratio^2) = (s/sigma)^2/(1 + ratio^-2): neither overflows on its side of ratio = 1.
    parts = np.where(ratio <= 1, tau * tau / (1 + below**2), (s / sigma) ** 2 / (1 + above**-2))
    return float(np.mean(parts))


def noise_mmse_asymptotic(m: object, B: object, noise_std: object, prior_std: object) -> Any:
    r"""Return the limit of `noise_mmse` for iid N(0,1) residuals as B and m grow with c = B/m fixed.

    $\frac{s^2}{m} \cdot \frac{2}{b + \sqrt{b^2 + 4c\lambda}}$, $b = 1 - c + \lambda$, $\lambda = s^2/(\tau^2 m)$; as
    s -> 0 the floor $\tau^2 \max(0, 1 - m/B)$ remains: fewer residual rows than samples leave an irreducible error.

    m, B: sizes >= 1; noise_std: s > 0; prior_std: tau > 0, may be inf (then inf for c >= 1). They broadcast. Returns a
    float or an array. Raises ValueError outside these domains.

    Source: derived here (Marchenko-Pastur).

    >>> round(float(noise_mmse_asymptotic(20, 40, 0.01, 1.0)), 4)
    0.5
    """
    rows, batch, s, tau = broadcast(
        m=integers("m", m), B=integers("B", B), noise_std=reals("noise_std", noise_std, 0.0, open_low=True),
        prior_std=reals("prior_std", prior_std, SMALLEST, infinite=True),
    )  # fmt: skip
    c, lam = batch / rows, (s / tau) ** 2 / rows
    b = 1 - c + lam
    root = np.sqrt(b**2 + 4 * c * lam)
    with np.errstate(divide="ignore", invalid="ignore"):
        # The two forms of the same root, each without cancellation on its side of b = 0.
        above = s**2 / rows * 2 / (b + root)
        below = tau**2 * (root - b) / (2 * c)
    value = np.where(b >= 0, above, below)
    return value[()]


def spectral_overlap(m: int, d: int, delta_norm: float, x_norm: float, noise_std: float) -> float:
    r"""Return the limit of $\cos^2(v, x)$ for the top right singular vector v of $G = \delta x^\top + sN$ (m x d).

    With $c = m/d$ and $\theta = |\delta||x|/(s\sqrt d)$: $1 - (c + \theta^2)/(\theta^2(\theta^2+1))$ if
    $\theta > c^{1/4}$, else 0.

    m, d: shape of the gradient; delta_norm, x_norm: >= 0; noise_std: s >= 0 (0 gives 1). Returns a float in [0, 1].
    Raises ValueError outside these domains.

    Source: Benaych-Georges, Nadakuditi 2012, arXiv:1103.2221 (recalled, orientation checked here).

    >>> round(spectral_overlap(100, 400, 20.0, 1.0, 1.0), 4)
    0.375
    """
    m, d = integer("m", m), integer("d", d)
    strength = real("delta_norm", delta_norm, 0.0) * real("x_norm", x_norm, 0.0)
    s = real("noise_std", noise_std, 0.0)
    if strength == 0.0:
        return 0.0
    inverse = s * math.sqrt(d) / strength  # 1/theta
    c = m / d
    if c**0.25 * inverse >= 1:
        return 0.0
    return (1 - c * inverse**4) / (1 + inverse**2)


def critical_noise(m: int, d: int, delta_norm: float, x_norm: float) -> float:
    r"""Return the noise level $s_c = |\delta||x|/(md)^{1/4}$ above which spectral reconstruction finds nothing.

    m, d: shape of the gradient; delta_norm, x_norm: >= 0. Returns a float. Raises ValueError outside these domains.

    Source: Benaych-Georges, Nadakuditi 2012, arXiv:1103.2221 (recalled).

    >>> critical_noise(4, 4, 2.0, 1.0)
    1.0
    """
    strength = real("delta_norm", delta_norm, 0.0) * real("x_norm", x_norm, 0.0)
    return float(strength / (integer("m", m) * integer("d", d)) ** 0.25)


def _linear_model(w: object, x: object, y: object, noise_std: object) -> tuple[Floats, Floats, float, float, float]:
    """Check the arguments of both bounds below; return w, x, a = w x, r = a - y and s."""
    weights, sample = reals("w", w, ndim=1), reals("x", x, ndim=1)
    if weights.size != sample.size:
        raise ValueError(f"x = {x!r}: must have the length of w, {weights.size}")
    target, s = real("y", y), _positive("noise_std", noise_std)
    a = float(weights @ sample)
    r = a - target
    if r == 0 or r + a == 0:
        raise ValueError(f"y = {target}: must differ from w x and from 2 w x = {2 * a:g} (no information there)")
    return weights, sample, a, r, s


def reconstruction_crlb(w: object, x: object, y: float, noise_std: float) -> float:
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
    weights, sample, a, r, s = _linear_model(w, x, y, noise_std)
    energy = float(sample @ sample) * float(weights @ weights)
    return s**2 / r**2 * (weights.size - 2 * a / (r + a) + energy / (r + a) ** 2)


def reconstruction_trace_bound(w: object, x: object, y: float, noise_std: float) -> float:
    r"""Return the weaker bound $d^2 s^2/\mathrm{tr}(J^\top J)$, $J = rI + x w^\top$: valid but loose.

    Arguments as in `reconstruction_crlb`; r = r + a = 0 has no meaning there and is refused here too.

    Source: Hannun et al. 2021 (recalled).

    >>> reconstruction_trace_bound([1.0], [1.0], 0.0, 0.5)
    0.0625
    """
    weights, sample, a, r, s = _linear_model(w, x, y, noise_std)
    d = weights.size
    trace = d * r**2 + 2 * r * a + float(sample @ sample) * float(weights @ weights)
    return d**2 * s**2 / trace


def renyi_reconstruction_bound(noise_std: float, diameter: float) -> float:
    r"""Return the lower bound $D^2/(4(e^\epsilon - 1))$, $\epsilon = D^2/s^2$, on unbiased reconstruction of a scalar.

    The secret ranges over an interval of length D and is released as x + sN (Renyi divergence of order 2). The
    mechanism's own error s^2 is 4 (s/D)^2 (e^{D^2/s^2} - 1) times the bound: at least 4 times.

    noise_std: s > 0; diameter: D > 0. Returns a float. Raises ValueError outside these domains.

    Source: Guo et al. 2022, arXiv:2201.12383 (recalled).

    >>> round(1 / renyi_reconstruction_bound(1.0, 1.0), 3)
    6.873
    """
    s, diameter = real("noise_std", noise_std, SMALLEST), real("diameter", diameter, SMALLEST)
    epsilon = (diameter / s) ** 2
    # exp(epsilon) overflows near 700, where the bound is 0 to rounding.
    return 0.0 if epsilon > 700 else diameter**2 / (4 * math.expm1(epsilon))
