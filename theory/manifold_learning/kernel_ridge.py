r"""Kernel ridge regression with the kernel of the distance in R^D between points of an embedded torus."""

from __future__ import annotations

import math
from typing import Annotated, Literal

import numpy as np

from theory.domain import (
    Count,
    Divisor,
    Floats,
    In,
    Integers,
    NonNegative,
    NonNegatives,
    Positive,
    Vector,
    checked,
    refusal,
)  # fmt: skip

__all__ = ["grid_kernel_ridge_risk", "kernel_ridge_exponent", "smoothness_spectrum", "torus_kernel_eigenvalues"]

Kernel = Literal["laplace", "gauss", "matern32"]
Modes = Annotated[Integers, In(-1_000_000, 1_000_000, ndim=2)]
Side = Annotated[int, In(1, 2**24)]
Directions = Annotated[int, In(1, 24)]
_POINTS = 2**24


def _grid(N: int, d: int) -> None:
    if N**d > _POINTS:
        raise refusal("N", N, f"so small that N^d is at most {_POINTS}, d = {d}")


def kernel_values(dist2: Floats, kernel: Kernel, scale: float) -> Floats:
    """The kernel at squared distances."""
    r = np.sqrt(dist2) / scale
    if kernel == "laplace":
        return np.exp(-r)
    if kernel == "gauss":
        return np.exp(-0.5 * r * r)
    return (1 + math.sqrt(3) * r) * np.exp(-math.sqrt(3) * r)


@checked
def torus_kernel_eigenvalues(
    N: Side, d: Directions, modes: Modes, amplitudes: Vector, kernel: Kernel, scale: Divisor
) -> Floats:
    r"""Return the eigenvalues mu_k (over n = N^d) of a kernel of the distance in R^D on a grid of an embedded torus.

    .. math:: \mu = \mathrm{FFT}\bigl(\kappa(|\phi(x_j)-\phi(0)|)\bigr)/n, \qquad
        |\phi(x)-\phi(x')|^2 = \sum_k 4a_k^2\sin^2(\pi k\cdot(x-x'))

    phi has the coordinates a_k cos(2 pi k.x), a_k sin(2 pi k.x); any isometry of R^D may follow. Kernels: laplace
    exp(-r/h), gauss exp(-r^2/2h^2), matern32 (1 + sqrt3 r/h) exp(-sqrt3 r/h), h = scale.

    N, d: points x = j/N along each of d directions, N^d at most 2^24; modes: integers (K, d); amplitudes (K,); scale h
    >= 1e-75. Returns an array (N,) * d in the order of the FFT, rounding below 0 set to 0. Raises ValueError outside
    these domains.

    Source: derived here (a kernel that is invariant under translations, on a regular design).

    >>> mu = torus_kernel_eigenvalues(8, 1, [[1], [2]], [1.0, 0.5], "gauss", 1.0)
    >>> mu.shape, round(float(mu.sum()), 12)  # the kernel at 0
    ((8,), 1.0)
    """
    _grid(N, d)
    if modes.shape[1] != d:
        raise refusal("modes", modes, f"of d = {d} columns")
    if amplitudes.size != len(modes):
        raise refusal("amplitudes", amplitudes, f"one for each of {len(modes)} modes")
    dist2: Floats = np.zeros((N,) * d)
    for k, a in zip(modes, amplitudes, strict=True):
        phase: Integers = np.zeros((), dtype=np.int64)
        for axis, entry in enumerate(k):
            shape = [1] * d
            shape[axis] = N
            phase = phase + (int(entry) % N * np.arange(N) % N).reshape(shape)
        dist2 += (4 * a * a) * np.sin(math.pi / N * (phase % N)) ** 2
    mu: Floats = np.fft.fftn(kernel_values(dist2, kernel, scale)).real / N**d
    return np.maximum(mu, 0.0)


@checked
def smoothness_spectrum(N: Side, d: Directions, s: Positive) -> Floats:
    r"""Return $|f_k|^2 \propto |k|^{-2s-d}$ on a grid of N^d frequencies in the order of the FFT, of sum 1, f_0 = 0.

    N, d: as in `torus_kernel_eigenvalues`, N >= 2; s > 0. Returns an array (N,) * d. Raises ValueError outside.

    Source: derived here.

    >>> smoothness_spectrum(3, 1, 1.0)
    array([0. , 0.5, 0.5])
    """
    _grid(N, d)
    if N < 2:
        raise refusal("N", N, "an integer >= 2")
    k2 = np.fft.fftfreq(N, 1 / N) ** 2
    square: Floats = np.zeros((1,) * d)
    for axis in range(d):
        shape = [1] * d
        shape[axis] = N
        square = square + k2.reshape(shape)
    with np.errstate(divide="ignore", under="ignore"):
        coef2: Floats = np.where(square > 0, np.maximum(square, 1.0) ** (-s - 0.5 * d), 0.0)
    coef2 /= coef2.sum()
    return coef2


@checked
def grid_kernel_ridge_risk(mu: NonNegatives, coef2: NonNegatives, n: Count, sigma2: NonNegative, lam: Divisor) -> float:
    r"""Return the risk at the points of kernel ridge regression f_hat = K (K + n lam)^{-1} y on a grid, exactly.

    .. math:: \frac1n E|\hat f-f|^2 = \sum_k\Bigl(\frac{\lambda}{\mu_k+\lambda}\Bigr)^2|f_k|^2
        + \frac{\sigma^2}{n}\sum_k\Bigl(\frac{\mu_k}{\mu_k+\lambda}\Bigr)^2

    mu: eigenvalues of K/n (`torus_kernel_eigenvalues`); coef2: |f_k|^2, the squared discrete Fourier coefficients of f,
    as many and in the same order, flat or not; n >= 1 points; sigma2 >= 0; lam >= 1e-75, the ridge a sample. Returns
    the risk. Raises ValueError outside these domains.

    Source: derived here: K is circulant, so the Fourier basis is its own.

    >>> round(grid_kernel_ridge_risk([0.5, 0.25, 0.25], [1.0, 0.0, 0.0], 3, 0.0, 0.5), 12)
    0.25
    """
    if mu.size != coef2.size:
        raise refusal("coef2", coef2, f"as many numbers as mu, {mu.size}")
    bias = lam / (mu.ravel() + lam)
    return float(np.sum(bias * bias * coef2.ravel()) + sigma2 / n * np.sum((1 - bias) ** 2))


@checked
def kernel_ridge_exponent(s: Positive, d: Count, decay: Positive) -> float:
    r"""Return the exponent of n in the risk of kernel ridge regression at its best ridge: $-2m/(2m+d)$, m = min(s, q).

    For mu_k ~ |k|^-q (Laplace kernel: q = d + 1; Matern-3/2: q = d + 3) and |f_k|^2 ~ |k|^(-2s-d): the minimax exponent
    up to the saturation of ridge regression at s = q (where a logarithm stands).

    s > 0; d >= 1; decay: q > d. Raises ValueError outside these domains.

    Source: derived here; saturation Bauer, Pereverzev, Rosasco 2007 (recalled).

    >>> round(kernel_ridge_exponent(1.0, 1, 2.0), 4), kernel_ridge_exponent(3.0, 1, 2.0)
    (-0.6667, -0.8)
    """
    if decay <= d:
        raise refusal("decay", decay, f"above d = {d}: the kernel's trace is finite")
    m = min(s, decay)
    return -2 * m / (2 * m + d)
