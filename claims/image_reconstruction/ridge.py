"""Denoisers learned with a ridge penalty, on both sides of the peak and on it."""

from __future__ import annotations

from typing import Any

import sims.image_reconstruction as sims
import theory.image_reconstruction as theory
from claims import Claim, Decoy, Grid, Limit, Moments, Source, declared_in

claim = declared_in(__name__)

# N/n and ridge/n. Without ridge N/n stays .3 away from the peak; at the peak the ridge is close to the best one, .16.
_QUICK = ((0.5, 0.0), (0.5, 0.075), (1.0, 0.15625), (1.5, 0.25))
_FULL = (*_QUICK, (0.25, 0.0), (0.75, 0.25), (1.5, 0.0), (2.5, 0.125))


def _families(shapes: tuple[tuple[float, float], ...], sizes: tuple[int, ...]) -> tuple[dict[str, Any], ...]:
    return tuple(
        {"n": n, "d": n // 8, "N": round(share * n), "tau2": 1.0, "sigma2": 0.2, "ridge": ridge * n}
        for share, ridge in shapes
        for n in sizes
    )


def _per_image(n: int, d: int, N: int, tau2: float, sigma2: float, ridge: float) -> float:
    return float(theory.ridge_denoiser_risk(n, d, N, tau2, sigma2, N * ridge))


def _many_images(n: int, d: int, N: int, tau2: float, sigma2: float, ridge: float) -> float:
    """What very many images would give at the same penalty an image: kappa = ridge/N, no noise amplified."""
    kappa, total = ridge / N, tau2 + sigma2
    return d * tau2 * ((kappa / (total + kappa)) ** 2 * tau2 / total + sigma2 / total)


RIDGE = claim(
    slug="learned-denoiser-ridge",
    title="Denoisers learned with a ridge, or from fewer images than pixels",
    statement=(
        r"With penalty $\delta \|W\|_F^2$ ($\delta = 0$ and $N < n$: minimum norm) the risk tends to "
        r"$d\,\frac{N}{N - dL_1^2 - (n-d)L_2^2}\bigl[(1-L_1)^2\frac{\tau^4}{\tau^2+\sigma^2} + "
        r"\frac{\tau^2\sigma^2}{\tau^2+\sigma^2}\bigr]$, where $L_1 = \frac{\tau^2+\sigma^2}{\tau^2+\sigma^2+\kappa}$, "
        r"$L_2 = \frac{\sigma^2}{\sigma^2+\kappa}$ and $dL_1 + (n-d)L_2 + \delta/\kappa = N$; with a ridge it is "
        r"finite at $N = n$."
    ),
    source=Source("hastie2022surprises", "equivalent of ridge regression, for each output", "derived"),
    kind=Limit(size="n", order=1.0, resolution=0.02),
    predict=theory.ridge_denoiser_risk,
    simulate=sims.ridge_denoiser_risk,
    grid=Grid(quick=_families(_QUICK, (32, 64, 128)), full=_families(_FULL, (32, 64, 128, 256))),
    decoys=(
        Decoy("ridge per image", "a penalty of N ridge", _per_image),
        Decoy("very many images", "kappa = ridge/N, and without the factor N/(N - df2): no peak", _many_images),
    ),
    tails={"value": Moments(skewness=1.5)},
)

CLAIMS: tuple[Claim, ...] = (RIDGE,)
