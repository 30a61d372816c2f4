"""How good a linear denoiser learned from N images like these would be."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from overparam.measures.input import Floats, Given, layer
from overparam.measures.moments import Moments
from overparam.measures.result import Result
from theory.domain import integers, real, refusal

CLAIMS = (
    "learned-denoiser-exact-any-gaussian", "learned-denoiser-exact-any-images", "learned-denoiser-exact-images",
)  # fmt: skip


class _Basis(NamedTuple):
    """Number, mean, and eigenvalues and eigenvectors of the covariance (divisor m - 1) of m images."""

    size: int
    mean: Floats
    values: Floats
    vectors: Floats


def denoiser_curve(images: Any, sigma2: float, N: Any, *, z: float = 1.96) -> Result:
    r"""Return the predicted squared error an image of denoisers W y + b that least squares learns from N such images.

    $$f\,\Bigl[\frac{(N+1)(N-2)}{N(N-n-2)} + (c-1)\frac nN\Bigr],\qquad
    f = \sum_i \frac{\lambda_i\sigma^2}{\lambda_i+\sigma^2},$$
    exact in the mean for Gaussian images (c = 1) and to first order in n/N for others, whose coefficient c is measured
    (`theory.image_reconstruction.leverage_coefficient`).

    images: (m, pixels), or (m, height, width, ...), m >= 4, of any library; sigma2 > 0: variance of the noise a pixel,
    in the images' own units; N: numbers of training images, integers > pixels + 2. Returns a Result over N: `limit` is
    the floor f, corrected for the bias of m images by the jackknife, whose interval `low`, `high` carry over to the
    curve; `null` is the error of the mean image. detail: sizes, gaussian (the curve at c = 1), leverage (c), floor.
    Raises ValueError for bad arguments and for images that are all equal.

    Source: `theory.image_reconstruction`; leave-one-out of the covariance by rank-one updates derived here.

    >>> images = np.random.default_rng(0).standard_normal((500, 2, 2))
    >>> found = denoiser_curve(images, 0.5, [10, 100, 1000])
    >>> found.value.round(2), round(found.limit, 2), round(found.null, 2)
    (array([2.93, 1.4 , 1.34]), 1.33, 4.0)
    """
    given = layer("images", images, "images, pixels")
    noise, width = real("sigma2", sigma2, 0.0, open_low=True), real("z", z, 0.0, open_low=True)
    m, n = given.shape
    if m < 4:
        raise ValueError(f"images = array of {m} images: must hold at least 4")
    sizes = integers("N", N, 1)
    if (sizes <= n + 2).any():
        raise refusal("N", sizes.tolist(), f"integers > {n + 2}, the pixels and two")
    basis = _basis(given)
    if not basis.values.any():
        raise ValueError("images = array of equal images: there is nothing to learn but the mean")
    floor, error = _jackknife(given, basis, noise)
    leverage = _leverage(given, basis, noise)
    size = sizes.astype(float)
    gaussian = (size + 1) / size * (size - 2) / (size - n - 2)
    factor = np.maximum(gaussian + (leverage - 1) * n / size, 1.0)
    low, high = (max(0.0, floor + sign * width * error) for sign in (-1, 1))
    null = float(basis.values.sum())
    return Result(
        "denoiser risk", floor * factor, null, floor, low * factor, high * factor,
        _sentence(sizes, floor * factor, floor, null, leverage), CLAIMS,
        {"sizes": sizes, "gaussian": floor * gaussian, "leverage": leverage, "floor": floor},
    )  # fmt: skip


def _basis(given: Given) -> _Basis:
    seen = Moments().update(given)
    values, vectors = np.linalg.eigh(seen.scatter / (seen.count - 1))
    # Below rounding there is no image.
    values = np.where(values > len(values) * given.eps * values[-1], values, 0.0)
    return _Basis(seen.count, seen.mean, values, vectors)


def _shares(values: Floats, noise: float) -> Floats:
    """lam/(lam + noise) without overflow or 0/0."""
    return values / (values + noise)


def _jackknife(given: Given, basis: _Basis, noise: float) -> tuple[float, float]:
    """The floor less its first-order bias, and its standard error, from all covariances with one image left out.

    With t = m/(m - 1), x_i centred: (m - 2) S_-i = (m - 1) S - t x_i x_i', a rank-one change of the resolvent.
    """
    m, values = basis.size, basis.values
    whole = float(noise * _shares(values, noise).sum())
    own = noise * (m - 2) / (m - 1)  # S_-i + noise = (m-1)/(m-2) [S + own - t/(m-1) x x']
    change, inverse = m / (m - 1) ** 2, 1 / (values + own)
    floors = []
    for block in given.blocks():
        pixels = ((block - basis.mean) @ basis.vectors) ** 2
        left = 1 - change * (pixels @ inverse)
        # tr (S_-i + noise)^-1 less that without image i; at left = 0 the image spans a direction of its own.
        gain = change * (pixels @ inverse**2) / np.maximum(left, 1e-12)
        floors.append(noise * (np.sum(_shares(values, own)) - own * gain))
    each = np.concatenate(floors)
    corrected = m * whole - (m - 1) * float(each.mean())
    return max(corrected, 0.0), float(np.sqrt((m - 1) * np.mean((each - each.mean()) ** 2)))


def _leverage(given: Given, basis: _Basis, noise: float) -> float:
    """`leverage_coefficient` of the images, in blocks."""
    m, n = basis.size, len(basis.values)
    values = basis.values * ((m - 1) / m)
    kept, inverse = _shares(values, noise), 1 / (values + noise)
    left, total = 1 - kept, 0.0
    for block in given.blocks():
        pixels = ((block - basis.mean) @ basis.vectors) ** 2
        error = pixels @ left**2 + noise * np.sum(kept**2)
        energy = pixels @ inverse + noise * np.sum(inverse)
        total += float(error @ energy - 4 * noise * np.sum(pixels @ (left * kept * inverse)))
    both = total / m + 2 * noise**2 * float(np.sum(kept**2 * inverse))
    return both / (n * noise * float(np.sum(kept)))


def _sentence(sizes: Any, risks: Floats, floor: float, null: float, leverage: float) -> str:
    most = int(np.argmax(sizes)) if np.ndim(sizes) else 0
    size, risk = int(np.ravel(sizes)[most]), float(np.ravel(risks)[most])
    text = f"A linear denoiser learned from {size} such images would err by {risk:.4g} an image, "
    text += f"{100 * (risk / floor - 1):.2g} % above the floor {floor:.4g} that no number of images lowers"
    text += f" (the mean image alone: {null:.4g})"
    if leverage > 1.1:
        text += f"; learning costs {leverage:.2g} times what Gaussian images would, as hard images have high leverage"
    return text + "."
