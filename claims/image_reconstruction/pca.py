"""A subspace learned from noisy images alone: nothing below a threshold, everything soon above it."""

from __future__ import annotations

from typing import Any

import sims.image_reconstruction as sims
import theory.image_reconstruction as theory
from claims import Claim, Decoy, Grid, Limit, Moments, Source, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]

_PAUL = Source("paul2007asymptotics", "angle of spiked covariances; the risk derived", "recalled")


def _family(d: int, snr: float, gamma: float, sizes: tuple[int, ...]) -> tuple[Named, ...]:
    """Images of variance 1 in noise of variance 1/snr, N = n/gamma of them."""
    return tuple({"n": n, "d": d, "N": round(n / gamma), "tau2": 1.0, "sigma2": 1 / snr} for n in sizes)


def _with(cos2: float, d: int, tau2: float, sigma2: float) -> Named:
    """The risk that goes with a squared cosine."""
    a = tau2 / (tau2 + sigma2)
    return {"risk": d * (tau2 * (1 - cos2 * a * (2 - a)) + a * a * sigma2), "cos2": cos2}


def _first_order(n: int, d: int, N: int, tau2: float, sigma2: float) -> Named:
    return _with(max(0.0, 1 - n * sigma2 / (N * tau2)), d, tau2, sigma2)


def _cosine(n: int, d: int, N: int, tau2: float, sigma2: float) -> Named:
    return _with(float(theory.pca_denoiser_risk(n, d, N, tau2, sigma2).cos2) ** 0.5, d, tau2, sigma2)


def _smooth(n: int, d: int, N: int, tau2: float, sigma2: float) -> Named:
    signal = N * tau2
    return _with(signal / (signal + n * sigma2), d, tau2, sigma2)


ABOVE = claim(
    slug="pca-denoiser-threshold",
    title="A subspace learned from noisy images: overlap and risk above the threshold",
    statement=(
        r"The $d$ leading principal directions of $N$ noisy images have mean squared cosine $\cos^2 = "
        r"\frac{1-\gamma/\ell^2}{1+\gamma/\ell}$ with the images' subspace, $\ell = \tau^2/\sigma^2 > \sqrt\gamma$, "
        r"$\gamma = n/N$, and shrunk by $a = \frac{\tau^2}{\tau^2+\sigma^2}$ they denoise with risk "
        r"$d\,[\tau^2(1-\cos^2 a(2-a)) + a^2\sigma^2]$."
    ),
    source=_PAUL,
    kind=Limit(size="n", order=1.0, resolution=0.025),
    predict=theory.pca_denoiser_risk,
    simulate=sims.pca_denoiser_risk,
    grid=Grid(
        quick=(*_family(2, 8.0, 4.0, (80, 160, 320)), *_family(2, 4.0, 0.5, (32, 64, 128))),
        full=(
            *_family(2, 8.0, 4.0, (80, 160, 320, 640)),
            *_family(2, 4.0, 0.5, (32, 64, 128, 256)),
            *_family(3, 4.0, 2.0, (80, 160, 320, 640)),
        ),
    ),
    decoys=(
        Decoy("first order", "cos^2 = 1 - gamma/l", _first_order),
        Decoy("cosine", "the cosine in place of its square", _cosine),
        Decoy("no threshold", "cos^2 = l/(l + gamma), the share of the signal in the spectrum", _smooth),
    ),
    tails={"risk": Moments(skewness=1.0), "cos2": Moments(skewness=1.0)},
)


def _below(gamma: float, sizes: tuple[int, ...]) -> tuple[Named, ...]:
    return tuple({"n": n, "d": 1, "N": round(n / gamma), "tau2": 0.5, "sigma2": 1.0} for n in sizes)


BELOW = claim(
    slug="pca-denoiser-threshold-below",
    title="Below the threshold principal components learn nothing of the images",
    statement=(
        r"With fewer than $N = n\sigma^4/\tau^4$ noisy images the principal directions are asymptotically orthogonal "
        r"to the images' subspace, $\cos^2 \to 0$, and the risk is $d\,[\tau^2 + a^2\sigma^2]$."
    ),
    source=Source("paul2007asymptotics", "angle below the threshold", "recalled"),
    kind=Limit(size="n", order=1.0, resolution=0.01),
    predict=theory.pca_denoiser_risk,
    simulate=sims.pca_denoiser_risk,
    grid=Grid(
        quick=_below(4.0, (80, 160, 320)),
        full=(*_below(4.0, (80, 160, 320, 640)), *_below(2.0, (80, 160, 320, 640))),
    ),
    decoys=(
        Decoy("no threshold", "cos^2 = l/(l + gamma), the share of the signal in the spectrum", _smooth),
        Decoy(
            "no denoising", "the risk of the empty estimate, d tau2",
            lambda n, d, N, tau2, sigma2: {"risk": d * tau2},
        ),
    ),
    tails={"risk": Moments(skewness=2.5), "cos2": Moments(skewness=2.5)},
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (ABOVE, BELOW)
