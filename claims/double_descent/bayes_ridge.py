"""The best ridge removes the peak: exact identities of linear Bayes estimation, and the height of the peak without."""

from __future__ import annotations

import math
from typing import Any

import sims.double_descent as sims
import theory.double_descent as theory
from claims import Bound, Claim, Decoy, Grid, Identity, Limit, Rate, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]


@instance
def two_scales(n: int, p: int) -> Named:
    """A quarter of the eigenvalues are 4, the others 0.25."""
    return {"n": n, "spectrum": ((4.0, 0.25), (p // 4, p - p // 4)), "r2": 1.0, "sigma2": 0.25}


# --- the identity at the best ridge ----------------------------------------------------------------------------------


@instance
def without_gamma(n: int, p: int) -> Named:
    """The same at lam = sigma2/r2: the factor p/n is missing."""
    return {**two_scales(n=n, p=p), "factors": (n / p,)}


IDENTITY = claim(
    slug="optimal-ridge-removes-peak",
    title="The risk at the best ridge, exactly, for every design",
    statement=(
        r"For targets $\beta \sim (0, \frac{r^2}{p} I)$ and $\lambda^* = \sigma^2 p/(n r^2)$ the average risk of ridge "
        r"regression is $\frac{\sigma^2}{n} \mathrm{tr}\bigl[\Sigma (X^\top X/n + \lambda^*)^{-1}\bigr]$ for every "
        r"design $X$ and every $\Sigma$."
    ),
    source=Source("dobriban2018high", "optimal ridge parameter; compact form derived here", "derived"),
    kind=Identity(tolerance=1e-10),
    predict=lambda n, p: {"ratio": [1.0]},
    simulate=two_scales.of(sims.bayes_ridge_risk, factors=(1.0,)),
    grid=Grid(quick=cells(n=60, p=[20, 60, 180]), full=cells(n=200, p=[20, 100, 200, 400, 1000])),
    decoys=(Decoy("no p/n", "lam* = sigma2/r2", simulate=without_gamma.of(sims.bayes_ridge_risk)),),
)

# --- nothing beats it ------------------------------------------------------------------------------------------------

FACTORS = (0.5, 0.95, 1.05, 2.0)

MINIMUM = claim(
    slug="optimal-ridge-removes-peak-minimum",
    title="No ridge beats the best one, on any design",
    statement=(
        r"For targets $\beta \sim (0, \frac{r^2}{p} I)$ the average risk at any ridge $\lambda$ is at least that at "
        r"$\lambda^* = \sigma^2 p/(n r^2)$, for every design $X$ and every $\Sigma$."
    ),
    source=Source("nakkiran2021optimal", "optimal ridge", "recalled"),
    kind=Bound(side="lower", on="draw"),
    predict=lambda n, p: {"ratio": [1.0] * len(FACTORS)},
    simulate=two_scales.of(sims.bayes_ridge_risk, factors=FACTORS),
    grid=Grid(quick=cells(n=40, p=[20, 40, 80]), full=cells(n=200, p=[20, 100, 200, 400])),
    decoys=(
        # In an eigendirection of X'X the excess is (f - 1)^2 times at most 1/(4f), half of what is said here.
        Decoy("mean of f and 1/f", "f times the best ridge costs at least (f + 1/f)/2",
              lambda n, p: {"ratio": [(f + 1 / f) / 2 for f in FACTORS]}),
    ),
)  # fmt: skip

# --- more data never hurt --------------------------------------------------------------------------------------------

SIZES = (10, 20, 39, 40, 41, 80, 240)


@instance
def nested(p: int) -> Named:
    """Growing parts of one sample."""
    model = two_scales(n=SIZES[-1], p=p)
    return {"sizes": SIZES, **{name: model[name] for name in ("spectrum", "r2", "sigma2")}}


MORE_DATA = claim(
    slug="optimal-ridge-removes-peak-more-data",
    title="At the best ridge more data never hurt, on any design",
    statement=(
        r"At $\lambda^* = \sigma^2 p/(n r^2)$ the average risk $\sigma^2\, \mathrm{tr}\,\Sigma (X^\top X + \sigma^2 "
        r"p/r^2)^{-1}$ falls whenever a sample is added, on every design: no peak at $n = p$."
    ),
    source=Source("nakkiran2021optimal", "sample-wise monotonicity", "recalled"),
    kind=Bound(side="upper", on="draw"),
    predict=lambda p: {"ratio": [1.0] * (len(SIZES) - 1)},
    simulate=nested.of(sims.nested_bayes_risk),
    grid=Grid(quick=cells(p=40), full=cells(p=[40, 120])),
    decoys=(
        Decoy("any ridge", "a thousandth of lam* is monotone too",
              simulate=nested.of(sims.nested_bayes_risk, factor=1e-3)),
    ),
)  # fmt: skip

# --- its limit -------------------------------------------------------------------------------------------------------


@instance
def in_proportion(n: int, gamma: float) -> Named:
    """The two scales at p = gamma n."""
    return {**two_scales(n=n, p=round(gamma * n))}


def tenth(n: int, gamma: float) -> Named:
    p, model = round(gamma * n), in_proportion(n=n, gamma=gamma)
    best = theory.optimal_ridge(n, p, model["r2"], model["sigma2"])
    risk = theory.ridge_risk(0.1 * best, n, model["spectrum"], (model["r2"] / p,) * 2, model["sigma2"])
    return {"compact": risk.bias + risk.variance}


compact = in_proportion.of(theory.optimal_ridge_risk, "compact")

LIMIT = claim(
    slug="optimal-ridge-removes-peak-limit",
    title="The risk at the best ridge has no peak",
    statement=(
        r"At $\lambda^* = \sigma^2 p/(n r^2)$ the risk tends to $\sigma^2 (\kappa(\lambda^*)/\lambda^* - 1)$, "
        r"smooth through $n = p$, for every covariance."
    ),
    source=Source("dobriban2018high", "optimal ridge risk; compact form derived here", "derived"),
    kind=Limit(size="n", order=1.0, resolution=0.01),
    predict=compact,
    simulate=in_proportion.of(sims.bayes_ridge_risk, factors=()),
    grid=Grid(
        quick=cells(gamma=[0.5, 1.0, 2.0], n=[48, 96, 192]), full=cells(gamma=[0.5, 1.0, 2.0], n=[60, 120, 240, 480])
    ),
    decoys=(
        Decoy(
            "sigma2 kappa/lam*",
            "without the -1",
            lambda n, gamma: {"compact": 0.25 + compact(n=n, gamma=gamma)["compact"]},
        ),
        Decoy("a tenth of the ridge", "the risk at lam*/10", tenth),
    ),
)

# --- the height of the peak without it -------------------------------------------------------------------------------


@instance
def peak(lam: float, n: int) -> Named:
    """Noise of variance 1 at n = p."""
    return {"lam": lam, "sigma2": 1.0, "n": n}


simulate_peak = peak.of(sims.peak_variance, "variance")

HEIGHT = claim(
    slug="optimal-ridge-removes-peak-height",
    title="The height of the peak under too little ridge",
    statement=(
        r"At $n = p$ with isotropic features the variance tends to $V(\lambda) = \sigma^2 / ((1+\kappa)^2 - 1)$, "
        r"$\kappa = (\lambda + \sqrt{\lambda^2 + 4\lambda})/2$."
    ),
    source=Source("hastie2022surprises", "Theorems 2-6 at $\\gamma = 1$", "derived"),
    kind=Limit(size="n", order=1.0, resolution=0.004),
    predict=lambda lam, n: {"variance": theory.peak_variance(lam, 1.0)},
    simulate=simulate_peak,
    grid=Grid(
        quick=cells(lam=[1e-2, 1e-3], n=[300, 600, 1200]), full=cells(lam=[1e-1, 1e-2, 1e-3, 1e-4], n=[500, 1000, 2000])
    ),
    decoys=(
        Decoy("no 1/2", "sigma2/sqrt(lam)", lambda lam, n: {"variance": 1 / math.sqrt(lam)}),
        Decoy("leading term", "sigma2/(2 sqrt(lam)) at finite lam", lambda lam, n: {"variance": 0.5 / math.sqrt(lam)}),
    ),
)

EXPONENT = claim(
    slug="optimal-ridge-removes-peak-exponent",
    title="The peak grows like one over the square root of the ridge",
    statement=r"At $n = p$ with isotropic features $V(\lambda) \sim \sigma^2 / (2\sqrt{\lambda})$ as $\lambda \to 0$.",
    source=Source("hastie2022surprises", "Theorems 2-6 at $\\gamma = 1$", "derived"),
    kind=Rate(
        size="lam", resolution=0.01, allowance=lambda lam, n: math.sqrt(lam),
        because="V = (1 - sqrt(lam) + ...)/(2 sqrt(lam)): the local exponent is -(1 + sqrt(lam))/2",
    ),
    predict=lambda lam, n: {"variance": -0.5},
    simulate=simulate_peak,
    # lam n^2 >= 22 keeps the penalty above the smallest eigenvalues, of order 1/n^2.
    grid=Grid(quick=cells(lam=[1e-5, 3e-5, 1e-4], n=1500), full=cells(lam=[1e-6, 1e-5, 1e-4], n=6000)),
    decoys=(
        Decoy("exponent -1", "the peak grows like 1/lam", lambda lam, n: {"variance": -1.0}),
        Decoy("exponent -1/3", "the peak grows like lam^(-1/3)", lambda lam, n: {"variance": -1 / 3}),
    ),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (IDENTITY, MINIMUM, MORE_DATA, LIMIT, HEIGHT, EXPONENT)
