"""Denoisers learned from drawn pairs of images: only the test image is integrated, the training set is drawn.

By rotation the subspace may be that of the first d pixels. A denoiser is kept as B = W', (trials, n, outputs), the
solution of the least squares problem X = Y B.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, kernel


def check_dimension(n: int, d: int) -> None:
    """Refuse a subspace larger than the space."""
    if d > n:
        raise ValueError(f"d = {d}: must be an integer from 1 to n = {n}")


def fit(y: Array, x: Array, ridge: float = 0.0) -> Array:
    """B (..., n, k) that minimises |x - y B|^2 + ridge |B|^2; of minimum norm at ridge = 0 and fewer rows than n."""
    N, n = y.shape[-2:]
    if n <= N:
        gram = y.mT @ y
        return arrays.spd_solve(gram + ridge * arrays.eye(y, n) if ridge else gram, y.mT @ x)
    gram = y @ y.mT
    return y.mT @ arrays.spd_solve(gram + ridge * arrays.eye(y, N) if ridge else gram, x)


def square(a: Array) -> Array:
    """The squared Frobenius norm of each matrix of a stack."""
    return arrays.namespace(a).sum(a * a, axis=(-2, -1))


def draw(rng: Generator, trials: int, n: int, d: int, N: int, tau2: float, sigma2: float) -> tuple[Array, Array]:
    """Noisy images (trials, N, n) and their coefficients (trials, N, d), which are the first pixels of the images."""
    coefficients = tau2**0.5 * rng.standard_normal(size=(trials, N, d))
    noisy = sigma2**0.5 * rng.standard_normal(size=(trials, N, n))
    noisy[:, :, :d] += coefficients
    return noisy, coefficients


def risk(B: Array, tau2: float, sigma2: float) -> Array:
    """E|W y - x|^2 over test images, tau2 |(W - I)U|^2 + sigma2 |W|^2, of B (trials, n, d)."""
    d = B.shape[-1]
    return tau2 * square(B[:, :d, :] - arrays.eye(B, d)) + sigma2 * square(B)


def _floats(n: int, d: int, N: int, **_: Any) -> float:
    return 2 * N * n + 3 * N * d + 3 * min(n, N) ** 2 + 4 * n * d


@kernel(floats=_floats)
def learned_denoiser_risk(
    n: int, d: int, N: int, tau2: NonNegative, sigma2: Positive, *, trials: int, rng: Generator
) -> Array:
    """Risk of the denoiser that least squares learns from N pairs, over all test images, shape (trials,).

    n, d, N: pixels, dimension of the images' subspace (d <= n) and training pairs (N > n + 1), integers >= 1; tau2 >=
    0, variance of the images a direction; sigma2 > 0, variance of the noise a pixel. Raises ValueError otherwise.

    >>> from sims.arrays import strict_rng
    >>> learned_denoiser_risk(8, 2, 20, 1.0, 0.2, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    return risk(_learned(rng, trials, n, d, N, tau2, sigma2), tau2, sigma2)


def _learned(rng: Generator, trials: int, n: int, d: int, N: int, tau2: float, sigma2: float) -> Array:
    check_dimension(n, d)
    if n + 1 >= N:
        raise ValueError(f"N = {N}: must be larger than n + 1 = {n + 1}")
    return fit(*draw(rng, trials, n, d, N, tau2, sigma2))


@kernel(floats=_floats)
def learned_denoiser_excess(
    n: int, d: int, N: int, tau2: NonNegative, sigma2: Positive, *, trials: int, rng: Generator
) -> Array:
    """Risk of the learned denoiser above that of the best one, E|(W - W_best) y|^2, shape (trials,).

    The best one solves the normal equations of the population. Parameters as `learned_denoiser_risk`.

    >>> from sims.arrays import strict_rng
    >>> learned_denoiser_excess(8, 2, 20, 1.0, 0.2, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    B = _learned(rng, trials, n, d, N, tau2, sigma2)
    images = tau2 * arrays.eye(B, n) * arrays.namespace(B).astype(arrays.arange(B, n) < d, B.dtype)
    noisy = images + sigma2 * arrays.eye(B, n)
    off = B - arrays.spd_solve(noisy, images[:, :d])
    return arrays.namespace(B).sum(off * (noisy @ off), axis=(-2, -1))


@kernel(floats=_floats)
def ridge_denoiser_risk(
    n: int, d: int, N: int, tau2: NonNegative, sigma2: Positive, ridge: NonNegative, *, trials: int, rng: Generator
) -> Array:
    """Risk of the denoiser learned with the total penalty ridge |W|^2, of minimum norm at 0 and N < n, (trials,).

    n, d, N: integers >= 1, d <= n; tau2 >= 0; sigma2 > 0; ridge >= 0. Raises ValueError otherwise.

    >>> from sims.arrays import strict_rng
    >>> ridge_denoiser_risk(8, 2, 5, 1.0, 0.2, 0.0, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    check_dimension(n, d)
    return risk(fit(*draw(rng, trials, n, d, N, tau2, sigma2), ridge), tau2, sigma2)


@kernel(floats=lambda eigenvalues, N, **_: 4 * N * len(eigenvalues) + 6 * len(eigenvalues) ** 2)
def gaussian_denoiser_risk(
    eigenvalues: Sequence[float], N: int, sigma2: Positive, intercept: bool = False, *, trials: int, rng: Generator
) -> Array:
    """Risk of the denoiser learned from N pairs of Gaussian images of any covariance, shape (trials,).

    The mean of the images is 0; with `intercept` that is not known, and the learned shift enters the risk.

    eigenvalues: of the covariance, >= 0, as many as pixels; N: pairs, more than pixels; sigma2 > 0.

    >>> from sims.arrays import strict_rng
    >>> gaussian_denoiser_risk((1.0, 0.5), 10, 0.2, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    n = len(eigenvalues)
    if n >= N:
        raise ValueError(f"N = {N}: must be larger than the number of eigenvalues, {n}")
    values = arrays.asarray(rng, [float(value) for value in eigenvalues])
    xp = arrays.namespace(rng)
    x = arrays.gaussian_rows(rng, trials, N, xp.sqrt(values))
    y = x + sigma2**0.5 * rng.standard_normal(size=(trials, N, n))
    return centred_risk(y, x, values * arrays.eye(rng, n), sigma2, intercept)


def centred_risk(y: Array, x: Array, covariance: Array, sigma2: float, intercept: bool) -> Array:
    """Risk of the denoiser learned from pairs, on images of mean 0 and this covariance (n, n)."""
    xp = arrays.namespace(y)
    if not intercept:
        B, shift = fit(y, x), 0.0
    else:
        means = xp.mean(y, axis=-2, keepdims=True), xp.mean(x, axis=-2, keepdims=True)
        B = fit(y - means[0], x - means[1])
        shift = square(means[1] - means[0] @ B)
    off = B - arrays.eye(B, B.shape[-1])
    return xp.sum(off * (covariance @ off), axis=(-2, -1)) + sigma2 * square(B) + shift
