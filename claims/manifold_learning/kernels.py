"""Kernel ridge regression with distances in R^D: its risk is that of the d-dimensional torus on which the data lie."""

from __future__ import annotations

from typing import Any

import sims.manifold_learning as sims
import theory.manifold_learning as theory
from claims import Claim, Decoy, Exact, Grid, Identity, Mean, Rate, Source, cells, declared_in

claim = declared_in(__name__)
_SOURCE = Source("zhang2024nonparametric", "rate in d seen in the abstract; kernel counterpart derived here", "derived")
_SATURATION = Source("bauer2007regularization", "saturation of ridge regression recalled; derived here", "derived")
_DECAY = {"laplace": 1, "matern32": 3}


def _spectra(N: int, d: int, D: int, kernel: str, scale: float, s: float) -> tuple[Any, Any]:
    modes, amplitudes = sims.torus_modes(d, D)
    mu = theory.torus_kernel_eigenvalues(N, d, modes, amplitudes, kernel, scale)
    return mu, theory.smoothness_spectrum(N, d, s)


def _risk(N: int, d: int, D: int, kernel: str, scale: float, s: float, sigma2: float, lam: float) -> float:
    return theory.grid_kernel_ridge_risk(*_spectra(N, d, D, kernel, scale, s), N**d, sigma2, lam)


def _unsquared(N: int, d: int, D: int, kernel: str, scale: float, s: float, sigma2: float, lam: float) -> float:
    mu, coef2 = _spectra(N, d, D, kernel, scale, s)
    bias = lam / (mu + lam)
    return float((bias**2 * coef2).sum() + sigma2 / N**d * (1 - bias).sum())


def _bias(N: int, d: int, D: int, kernel: str, scale: float, s: float, sigma2: float, lam: float) -> float:
    mu, coef2 = _spectra(N, d, D, kernel, scale, s)
    bias = lam / (mu + lam)
    return float((bias * coef2).sum() + sigma2 / N**d * ((1 - bias) ** 2).sum())


def _exponent(n: int, d: int, D: int, kernel: str, scale: float, s: float, sigma2: float) -> dict[str, float]:
    return {"risk": theory.kernel_ridge_exponent(s, d, d + _DECAY[kernel])}


def _uncapped(n: int, d: int, D: int, kernel: str, scale: float, s: float, sigma2: float) -> dict[str, float]:
    return {"risk": theory.optimal_projection_rate(s, d)}


def _ambient(n: int, d: int, D: int, kernel: str, scale: float, s: float, sigma2: float) -> dict[str, float]:
    return {"risk": theory.optimal_projection_rate(min(s, d + _DECAY[kernel]), D)}


_COMMON = {"scale": 1.0, "sigma2": 0.25}
_SMALL = (
    *cells(N=121, d=1, D=30, kernel="laplace", s=1.0, lam=0.003, **_COMMON),
    *cells(N=121, d=1, D=100, kernel=["gauss", "matern32"], s=1.0, lam=0.001, **_COMMON),
    *cells(N=11, d=2, D=[4, 40], kernel="laplace", s=1.0, lam=0.003, **_COMMON),
)
_LARGE = (
    *cells(N=195, d=1, D=60, kernel=["laplace", "matern32"], s=2.0, lam=0.001, **_COMMON),
    *cells(N=13, d=2, D=40, kernel=["laplace", "gauss"], s=1.0, lam=0.003, **_COMMON),
)

RISK = claim(
    slug="kernel-ridge-on-a-torus",
    title="Kernel ridge regression on a grid of an embedded torus: its risk from the spectrum",
    statement=(
        r"With $K_{ij} = \kappa(|\phi(x_i)-\phi(x_j)|)$ from coordinates in $\mathbf{R}^D$, moved by any isometry, the "
        r"matrices give $\frac1n\mathrm{E}|\hat f-f|^2 = \sum_k(\frac{\lambda}{\mu_k+\lambda})^2|f_k|^2 + "
        r"\frac{\sigma^2}{n}\sum_k(\frac{\mu_k}{\mu_k+\lambda})^2$, $\mu$ the Fourier transform "
        r"of the kernel's row over $n$."
    ),
    source=_SOURCE,
    kind=Identity(tolerance=1e-9, trials=8),
    predict=_risk,
    simulate=sims.torus_ridge_risk,
    grid=Grid(quick=_SMALL, full=(*_SMALL, *_LARGE)),
    decoys=(
        Decoy("degrees of freedom", "variance with mu/(mu + lam) not squared", _unsquared),
        Decoy("bias not squared", "lam/(mu + lam) |f_k|^2", _bias),
    ),
)

NOISE = claim(
    slug="kernel-ridge-on-a-torus-noise",
    title="The same with noise drawn",
    statement=r"The mean of $\frac1n|\hat f-f|^2$ over drawn noise is that formula.",
    source=_SOURCE,
    kind=Mean(resolution=0.01),
    predict=_risk,
    simulate=sims.noisy_ridge_risk,
    grid=Grid(
        quick=(_SMALL[0], _SMALL[-1]),
        full=(*_SMALL, *_LARGE),
    ),
    decoys=(
        Decoy("degrees of freedom", "variance with mu/(mu + lam) not squared", _unsquared),
        Decoy("bias not squared", "lam/(mu + lam) |f_k|^2", _bias),
    ),
)

RATE = claim(
    slug="kernel-ridge-on-a-torus-rate",
    title="At the best ridge the exponent knows d and the smoothness, and not D",
    statement=(
        r"The least risk over $\lambda$ falls as $n^{-2m/(2m+d)}$, $m = \min(s, q)$, with $q = d+1$ for the Laplace "
        r"kernel, in embeddings of dimension $2$ to $100$."
    ),
    source=_SATURATION,
    kind=Rate(
        resolution=0.002,
        allowance=0.02,
        because="the spectrum is a power of k to a relative order 1/k_* at the frequency k_* of the best ridge, some "
        "tens here; it varies by less than that between the sizes",
        trials=1,
    ),
    predict=_exponent,
    simulate=sims.best_ridge_risk,
    grid=Grid(
        quick=(
            *cells(d=1, D=2, kernel="laplace", s=1.0, n=[2**14, 2**15, 2**16], **_COMMON),
            *cells(d=1, D=100, kernel="laplace", s=1.0, n=[2**14, 2**15, 2**16], **_COMMON),
            *cells(d=1, D=2, kernel="laplace", s=3.0, n=[2**14, 2**15, 2**16], **_COMMON),
            *cells(d=1, D=100, kernel="laplace", s=3.0, n=[2**14, 2**15, 2**16], **_COMMON),
            *cells(d=2, D=4, kernel="laplace", s=1.0, n=[128**2, 256**2, 512**2], **_COMMON),
            *cells(d=2, D=40, kernel="laplace", s=1.0, n=[128**2, 256**2, 512**2], **_COMMON),
        ),
        full=(
            *cells(d=1, D=100, kernel="laplace", s=1.0, n=[2**16, 2**17, 2**18], **_COMMON),
            *cells(d=1, D=20, kernel="laplace", s=3.0, n=[2**16, 2**17, 2**18], **_COMMON),
            *cells(d=2, D=40, kernel="laplace", s=1.0, n=[256**2, 512**2, 1024**2], **_COMMON),
            *cells(d=2, D=4, kernel="laplace", s=5.0, n=[256**2, 512**2, 1024**2], **_COMMON),
        ),
    ),
    decoys=(
        Decoy("D in place of d", "-2m/(2m + D)", _ambient),
        Decoy("no saturation", "-2s/(2s + d) also for s > q", _uncapped),
    ),
    tails={"risk": Exact()},
    certificates={"missed": 0.1},
)

SPECTRUM = claim(
    slug="kernel-ridge-on-a-torus-spectrum",
    title="The kernel's spectrum falls with an exponent of d, not of D",
    statement=(
        r"The eigenvalues of the Laplace and Mat\'ern-3/2 kernels of the distance in $\mathbf{R}^D$ fall along an "
        r"axis as $|k|^{-(d+1)}$, $|k|^{-(d+3)}$."
    ),
    source=_SOURCE,
    kind=Rate(
        size="k",
        resolution=0.002,
        allowance=0.02,
        because="terms of relative order k^-2, with the embedding's fourth derivatives over its first as factor, and "
        "frequencies beyond the grid's, of relative order (2k/N)^(d+1)",
        trials=1,
    ),
    predict=lambda k, N, d, D, kernel, scale: -float(d + _DECAY[kernel]),
    simulate=sims.spectral_decay,
    grid=Grid(
        quick=(
            *cells(N=8192, d=1, D=20, kernel="laplace", scale=1.0, k=[128, 256, 512]),
            *cells(N=8192, d=1, D=20, kernel="matern32", scale=1.0, k=[128, 256, 512]),
            *cells(N=512, d=2, D=40, kernel="laplace", scale=1.0, k=[16, 24, 32]),
        ),
        full=(
            *cells(N=65536, d=1, D=[2], kernel="laplace", scale=1.0, k=[256, 512, 1024]),
            *cells(N=1024, d=2, D=40, kernel="laplace", scale=1.0, k=[24, 36, 48]),
        ),
    ),
    decoys=(
        Decoy("D in place of d", "-(D + 1), -(D + 3): as of data that fill R^D",
              lambda k, N, d, D, kernel, scale: -float(D + _DECAY[kernel])),
        Decoy("one order less", "-d, -(d + 2)", lambda k, N, d, D, kernel, scale: 1.0 - float(d + _DECAY[kernel])),
    ),
    tails={"value": Exact()},
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (RISK, NOISE, RATE, SPECTRUM)
