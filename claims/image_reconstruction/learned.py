"""Denoisers learned by least squares: a floor, and an excess that falls like one over the number of images."""

from __future__ import annotations

from typing import Any, Literal

import sims.image_reconstruction as sims
import theory.image_reconstruction as theory
from claims import Claim, Decoy, Grid, Limit, Mean, Moments, Observation, Source, cells, declared_in, instance

claim = declared_in(__name__)
Images = Literal["digits", "photographs", "small patches"]

_KLUG = Source("klug2022scaling", "setting and question; the formula", "derived")
_QUICK = cells(n=40, d=5, N=[50, 100, 400], tau2=1.0, sigma2=0.2)
_FULL = (
    *cells(n=40, d=5, N=[50, 70, 100, 200, 400, 1000], tau2=1.0, sigma2=0.2),
    *cells(n=100, d=3, N=[120, 200, 500], tau2=0.5, sigma2=1.0),
)

# --- images of a subspace --------------------------------------------------------------------------------------------


def _times(factor: float, d: int, tau2: float, sigma2: float) -> float:
    return factor * float(theory.bayes_floor(d, tau2, sigma2))


def _share(n: int, d: int, N: int, tau2: float, sigma2: float) -> float:
    return _times(n / N, d, tau2, sigma2)


EXACT = claim(
    slug="learned-denoiser-exact",
    title="The risk of a learned denoiser, exactly: a floor that more images do not lower",
    statement=(
        r"For images in $d$ of $n$ dimensions, the denoiser that least squares learns from $N > n + 1$ pairs has mean "
        r"risk $\frac{d\tau^2\sigma^2}{\tau^2+\sigma^2}\bigl(1 + \frac{n}{N-n-1}\bigr)$."
    ),
    source=_KLUG,
    kind=Mean(resolution=0.025),
    predict=theory.learned_denoiser_risk,
    simulate=sims.learned_denoiser_risk,
    grid=Grid(quick=_QUICK, full=_FULL),
    decoys=(
        Decoy(
            "subspace known", "d/(N-d-1) in place of n/(N-n-1)",
            lambda n, d, N, tau2, sigma2: _times(1 + d / (N - d - 1), d, tau2, sigma2),
        ),
        Decoy(
            "share of the images", "n/N in place of n/(N-n-1)",
            lambda n, d, N, tau2, sigma2: _times(1 + n / N, d, tau2, sigma2),
        ),
        Decoy(
            "projection", "the floor is d sigma2, the noise inside the subspace",
            lambda n, d, N, tau2, sigma2: d * sigma2 * (1 + n / (N - n - 1)),
        ),
    ),
    # N - n >= 10 in every cell: at N - n <= 3 the risk has no variance.
    tails={"value": Moments(skewness=2.0)},
)  # fmt: skip

EXCESS = claim(
    slug="learned-denoiser-exact-excess",
    title="What is left to gain falls like one over the images beyond the pixels",
    statement=(
        r"Above the floor the learned denoiser's mean risk has exactly "
        r"$\frac{d\tau^2\sigma^2}{\tau^2+\sigma^2}\,\frac{n}{N-n-1}$: slope $-1$ in $\log(N-n-1)$."
    ),
    source=_KLUG,
    kind=Mean(resolution=0.025),
    predict=theory.learned_denoiser_excess,
    simulate=sims.learned_denoiser_excess,
    grid=Grid(quick=_QUICK, full=_FULL),
    decoys=(
        Decoy(
            "large-size limit", "n/(N-n), without the -1",
            lambda n, d, N, tau2, sigma2: _times(n / (N - n), d, tau2, sigma2),
        ),
        Decoy("share of the images", "n/N", _share),
        Decoy(
            "slope -1/2", "the root of n/(N-n-1), a slow rate of worst cases",
            lambda n, d, N, tau2, sigma2: _times((n / (N - n - 1)) ** 0.5, d, tau2, sigma2),
        ),
    ),
    tails={"value": Moments(skewness=2.0)},
)  # fmt: skip

# --- any covariance --------------------------------------------------------------------------------------------------


@instance
def power_law(n: int, N: int, sigma2: float, intercept: bool) -> dict[str, Any]:
    """Images whose variances fall like 1/j."""
    return {"eigenvalues": tuple(1 / j for j in range(1, n + 1)), "N": N, "sigma2": sigma2, "intercept": intercept}


def _floor(n: int, sigma2: float) -> tuple[float, float]:
    """The floor of the power law, and the degrees of freedom of the best denoiser."""
    shares = [(1 / j) / (1 / j + sigma2) for j in range(1, n + 1)]
    return sigma2 * sum(shares), sum(shares)


def _effective(n: int, N: int, sigma2: float, intercept: bool) -> float:
    floor, degrees = _floor(n, sigma2)
    return floor * (1 + degrees / (N - degrees - 1))


GAUSSIAN = claim(
    slug="learned-denoiser-exact-any-gaussian",
    title="The same law for Gaussian images of any covariance and mean",
    statement=(
        r"For Gaussian images of any covariance the mean risk is "
        r"$\mathrm{tr}\,\mathrm{Cov}(x|y)\,\bigl(1 + \frac{n}{N-n-1}\bigr)$, and with an intercept, for images of "
        r"unknown mean, $\mathrm{tr}\,\mathrm{Cov}(x|y)\,\frac{(N+1)(N-2)}{N(N-n-2)}$."
    ),
    source=Source("klug2022scaling", "formula for any covariance", "derived"),
    kind=Mean(resolution=0.024),
    predict=power_law.of(theory.gaussian_denoiser_risk),
    simulate=power_law.of(sims.gaussian_denoiser_risk),
    grid=Grid(
        quick=cells(n=16, N=[28, 60], sigma2=0.1, intercept=[False, True]),
        full=cells(n=32, N=[50, 80, 200], sigma2=[0.02, 0.5], intercept=[False, True]),
    ),
    decoys=(
        Decoy("degrees of freedom", "tr W of the best denoiser in place of n", _effective),
        Decoy(
            "intercept for nothing", "the factor without an intercept",
            power_law.of(theory.gaussian_denoiser_risk, intercept=False),
        ),
        Decoy(
            "noise floor", "n sigma2 in place of tr Cov(x|y)",
            lambda n, N, sigma2, intercept: n * sigma2 * (1 + n / (N - n - 1)),
        ),
    ),
    tails={"value": Moments(skewness=1.5)},
)  # fmt: skip

# --- real images -----------------------------------------------------------------------------------------------------


def predict_images(source: Images, N: int, sigma2: float) -> float:
    """The law of Gaussian images, at the covariance of real ones."""
    return float(theory.gaussian_denoiser_risk(sims.image_spectrum(source), N, sigma2))


IMAGES = claim(
    slug="learned-denoiser-exact-images",
    title="The law on real images: digits and patches of photographs",
    statement=(
        r"Beside the risk of a denoiser learned from $N$ real images of $n = 64$ pixels stands "
        r"$\mathrm{tr}\bigl(\sigma^2\Sigma(\Sigma+\sigma^2 I)^{-1}\bigr)\bigl(1 + \frac{n}{N-n-1}\bigr)$, which is "
        r"exact for Gaussian images of the same covariance $\Sigma$."
    ),
    source=Source("klug2022scaling", "question on real images", "derived"),
    kind=Observation(trials=256),
    predict=predict_images,
    simulate=sims.image_denoiser_risk,
    grid=Grid(
        quick=(
            *cells(source="digits", N=[100, 200, 400], sigma2=0.25),
            *cells(source="photographs", N=[100, 200, 400], sigma2=0.01),
        ),
        full=(
            *cells(source="digits", N=[80, 100, 200, 400, 1000], sigma2=0.25),
            *cells(source="photographs", N=[80, 100, 200, 400, 1000, 4000], sigma2=0.01),
        ),
    ),
    decoys=(),
)

# --- images of any law -----------------------------------------------------------------------------------------------


def predict_leverage(source: Images, N: int, sigma2: float) -> float:
    """The coefficient of a population of real images."""
    return float(theory.leverage_coefficient(sims.population(source), sigma2))


LEVERAGE = claim(
    slug="learned-denoiser-exact-any-images",
    title="What real images change: hard images of high leverage",
    statement=(
        r"For images of any law with second moments $\Sigma$ the excess over the best linear denoiser $W_*$ tends to "
        r"$c\,\frac{n}{N}$ of its risk, $c = \frac{E\|x - W_*y\|^2\, y^\top\Sigma_y^{-1}y}{n\,E\|x - W_*y\|^2}$, "
        r"which is $1$ for Gaussian images."
    ),
    source=Source("white1980heteroskedasticity", "covariance of least squares; for denoisers derived", "recalled"),
    kind=Limit(size="N", order=1.0, resolution=0.025),
    predict=predict_leverage,
    simulate=sims.image_excess_coefficient,
    grid=Grid(
        quick=cells(source="small patches", N=[200, 400, 800], sigma2=0.01),
        full=(
            *cells(source="small patches", N=[200, 400, 800, 1600], sigma2=0.01),
            *cells(source="digits", N=[200, 400, 800, 1600], sigma2=0.25),
            *cells(source="photographs", N=[800, 1600, 3200], sigma2=0.01),
        ),
    ),
    decoys=(
        Decoy("Gaussian images", "c = 1", lambda source, N, sigma2: 1.0),
        Decoy(
            "standard deviation", "the standard deviation of the noise for its variance",
            lambda source, N, sigma2: predict_leverage(source, N, sigma2**0.5),
        ),
    ),
    tails={"value": Moments(skewness=1.0)},
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (EXACT, EXCESS, GAUSSIAN, IMAGES, LEVERAGE)
