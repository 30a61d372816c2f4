"""Test-time training of one's own images: how much of a projection to keep, from the noisy image alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy

from overparam.measures.input import Floats, layer, matrix, vector
from overparam.measures.result import Result
from theory.domain import real

CLAIMS = ("test-time-shrinkage", "test-time-shrinkage-sure", "test-time-shrinkage-excess")


def ttt_shrinkage(y: Any, U: Any, sigma2: float, *, level: float = 0.95) -> Result:
    r"""Return the shrinkage of each noisy image's projection on a subspace, tuned on that image alone.

    $$\alpha = 1 - \frac{d\sigma^2}{|U^\top y|^2}$$
    minimises the self-supervised loss $|y-\alpha UU^\top y|^2 + 2\alpha d\sigma^2$. It estimates
    $|U^\top x|^2/(|U^\top x|^2 + d\sigma^2)$, the best shrinkage for this image x, whose interval follows from
    $|U^\top y|^2/\sigma^2 \sim \chi'^2_d(|U^\top x|^2/\sigma^2)$, exactly for Gaussian noise.

    y: (pixels,), one image, or (images, pixels), rows; U: (pixels, d), orthonormal columns to the precision of its
    type; sigma2 > 0, the variance of the noise a pixel; level: of the interval, in (0, 1). Returns a Result, a number
    or one an image; null 0: an image of noise alone; limit 1: no noise; detail: clipped (alpha where it is positive,
    else 0: what to use) and risk, the self-supervised estimate d sigma2 alpha of the squared error. Raises ValueError
    for bad arguments and for an image without a part in the subspace.

    Source: Darestani, Liu, Heckel 2022 (arXiv:2204.07204), opening seen; interval derived here.

    >>> found = ttt_shrinkage([3.0, 4.0, 1.0], np.eye(3)[:, :2], 0.5)
    >>> round(float(found), 4), round(found.low, 3), round(found.high, 3)
    (0.96, 0.927, 0.976)
    """
    basis = matrix("U", U, "pixels, dimensions")
    noise, share = real("sigma2", sigma2, 0.0, open_low=True), real("level", level, 0.0, 1.0, open_low=True)
    single = np.ndim(y.raw if hasattr(y, "raw") else y) == 1
    image = vector("y", y, "pixels") if single else layer("y", y, "images, pixels")
    n, d = basis.shape
    if image.shape[-1] != n:
        raise ValueError(f"y = array of shape {image.shape}: must have {n} pixels an image, as U has rows")
    columns = basis.values
    if d > n or np.abs(columns.T @ columns - np.eye(d)).max() > max(1e-8, 10 * n**0.5 * basis.eps):
        raise ValueError(f"U = array of shape {basis.shape}: must have orthonormal columns")
    if share == 1:
        raise ValueError(f"level = {level!r}: must be a real number in (0, 1)")
    projected = np.atleast_2d(image.values) @ columns
    energy = np.sum(projected**2, axis=1) / noise
    if not (energy > 0).all():
        raise ValueError("y = image without a part in the span of U: there is nothing to shrink")
    alpha = 1 - d / energy
    risk = noise * d * alpha  # the loss at its minimum, less what noise alone gives
    low, high = (_share(_noncentrality(energy, d, q), d) for q in ((1 + share) / 2, (1 - share) / 2))
    found = [part[0] if single else part for part in (alpha, low, high, np.maximum(alpha, 0.0), risk)]
    if single:
        found = [float(part) for part in found]
    return Result(
        "shrinkage", found[0], 0.0, 1.0, found[1], found[2], _sentence(alpha, low, high), CLAIMS,
        {"clipped": found[3], "risk": found[4]},
    )  # fmt: skip


def _noncentrality(energy: Floats, d: int, q: float) -> Floats:
    """The noncentrality at which `energy` is the q-quantile of a chi-square of d degrees, 0 where there is none."""
    found = np.zeros(energy.size)
    for i, seen in enumerate(energy):
        if scipy.stats.chi2.cdf(seen, d) > q:
            found[i] = _root(float(seen), d, q)
    return found


def _root(seen: float, d: int, q: float) -> float:
    z = float(scipy.special.ndtri(q))
    if seen > 1e6:  # normal to 1e-3 there: (seen - d - c)^2 = z^2 (2 d + 4 c)
        above = seen - d
        return max(0.0, above + 2 * z * z - 2 * z * max(0.0, above + z * z + d / 2) ** 0.5)

    def over(c: float) -> float:
        return float(scipy.stats.ncx2.cdf(seen, d, c)) - q

    most = (seen**0.5 + abs(z) + d**0.5 + 5) ** 2
    return float(scipy.optimize.brentq(over, 0.0, most, xtol=1e-10))


def _share(noncentrality: Floats, d: int) -> Floats:
    return noncentrality / (noncentrality + d)


def _sentence(alpha: Floats, low: Floats, high: Floats) -> str:
    if alpha.size > 1:
        noise = int(np.count_nonzero(alpha <= 0))
        return (
            f"Keep {np.median(np.maximum(alpha, 0.0)):.3g} of the projection (median of {alpha.size} images); "
            f"{noise} of them cannot be told from noise."
        )
    if alpha[0] <= 0:
        return "This image cannot be told from noise inside the subspace: use 0."
    return f"Keep {alpha[0]:.3g} of the projection (best for this image: {low[0]:.3g} to {high[0]:.3g})."
