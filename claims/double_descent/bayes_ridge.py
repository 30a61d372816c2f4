"""The best ridge removes the peak: exact identities of linear Bayes estimation, and the height of the peak without."""

from __future__ import annotations

import math
from typing import Any

import sims.double_descent as sims
import theory.double_descent as theory
from claims.agreement import Bound, Identity, Limit, Rate
from claims.claim import Claim, Decoy, Grid, Source
from sims.arrays import kernel

Named = dict[str, Any]

R2, SIGMA2 = 1.0, 0.25


def two_scales(p: int) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """A quarter of the eigenvalues are 4, the others 0.25."""
    return (4.0, 0.25), (p // 4, p - p // 4)


def _floats(n: int, p: int, **_: Any) -> float:
    return 2 * n * p + 6 * p * p


# --- the identity at the best ridge ----------------------------------------------------------------------------------


def predict_identity(n: int, p: int) -> Named:
    """Bias plus variance is sigma2 tr(Sigma G) on every draw: a ratio of 1."""
    return {"ratio": [1.0]}


@kernel(floats=_floats)
def simulate_identity(n: int, p: int, trials: int, rng: Any) -> Any:
    """Literal bias plus variance at lam* over sigma2 tr(Sigma G)."""
    return sims.bayes_ridge_risk(n, two_scales(p), R2, SIGMA2, (1.0,), trials=trials, rng=rng)


@kernel(floats=_floats)
def simulate_without_gamma(n: int, p: int, trials: int, rng: Any) -> Any:
    """The same at lam = sigma2/r2: the factor p/n is missing."""
    return sims.bayes_ridge_risk(n, two_scales(p), R2, SIGMA2, (n / p,), trials=trials, rng=rng)


IDENTITY = Claim(
    slug="optimal-ridge-removes-peak",
    topic="double_descent",
    title="The risk at the best ridge, exactly, for every design",
    statement=(
        r"For targets $\beta \sim (0, \frac{r^2}{p} I)$ and $\lambda^* = \sigma^2 p/(n r^2)$ the average risk of ridge "
        r"regression is $\frac{\sigma^2}{n} \mathrm{tr}\bigl[\Sigma (X^\top X/n + \lambda^*)^{-1}\bigr]$ for every "
        r"design $X$ and every $\Sigma$."
    ),
    source=Source("dobriban2018high", "optimal ridge parameter; compact form derived here", "derived"),
    kind=Identity(tolerance=1e-10),
    predict=predict_identity,
    simulate=simulate_identity,
    grid=Grid(
        quick=tuple({"n": 60, "p": p} for p in (20, 60, 180)),
        full=tuple({"n": 200, "p": p} for p in (20, 100, 200, 400, 1000)),
    ),
    decoys=(Decoy("no p/n", "lam* = sigma2/r2", simulate=simulate_without_gamma),),
)

# --- nothing beats it ------------------------------------------------------------------------------------------------

FACTORS = (0.5, 0.95, 1.05, 2.0)


def predict_minimum(n: int, p: int) -> Named:
    """The average risk at any multiple of lam* is at least the risk at lam*."""
    return {"ratio": [1.0] * len(FACTORS)}


@kernel(floats=_floats)
def simulate_minimum(n: int, p: int, trials: int, rng: Any) -> Any:
    """Average risk at multiples of lam* over the risk at lam*, on the same design."""
    return sims.bayes_ridge_risk(n, two_scales(p), R2, SIGMA2, FACTORS, trials=trials, rng=rng)


@kernel(floats=_floats)
def simulate_wrong_minimum(n: int, p: int, trials: int, rng: Any) -> Named:
    """The same around sigma2/r2, without the factor p/n."""
    factors = tuple(n / p * factor for factor in (1.0, *FACTORS))
    risk = sims.bayes_ridge_risk(n, two_scales(p), R2, SIGMA2, factors, trials=trials, rng=rng).risk
    return {"ratio": risk[:, 1:] / risk[:, :1]}


MINIMUM = Claim(
    slug="optimal-ridge-removes-peak-minimum",
    topic="double_descent",
    title="No ridge beats the best one, on any design",
    statement=(
        r"For targets $\beta \sim (0, \frac{r^2}{p} I)$ the average risk at any ridge $\lambda$ is at least that at "
        r"$\lambda^* = \sigma^2 p/(n r^2)$, for every design $X$ and every $\Sigma$."
    ),
    source=Source("nakkiran2021optimal", "optimal ridge", "recalled"),
    kind=Bound(side="lower", on="draw"),
    predict=predict_minimum,
    simulate=simulate_minimum,
    grid=Grid(
        quick=tuple({"n": 40, "p": p} for p in (20, 40, 80)),
        full=tuple({"n": 200, "p": p} for p in (20, 100, 200, 400)),
    ),
    decoys=(Decoy("no p/n", "the best ridge is sigma2/r2", simulate=simulate_wrong_minimum),),
)

# --- more data never hurt --------------------------------------------------------------------------------------------

SIZES = (10, 20, 39, 40, 41, 80, 240)


def predict_more_data(p: int) -> Named:
    """At the best ridge each larger sample has a risk at most that of the smaller one."""
    return {"ratio": [1.0] * (len(SIZES) - 1)}


@kernel(floats=lambda p, **_: 2 * SIZES[-1] * p + 4 * p * p)
def simulate_more_data(p: int, trials: int, rng: Any) -> Any:
    """Risk at the best ridge on growing parts of one sample, each over the one before."""
    return sims.nested_bayes_risk(SIZES, two_scales(p), R2, SIGMA2, trials=trials, rng=rng)


@kernel(floats=lambda p, **_: 2 * SIZES[-1] * p + 4 * p * p)
def simulate_fixed_ridge(p: int, trials: int, rng: Any) -> Any:
    """The same at a thousandth of the best ridge."""
    return sims.nested_bayes_risk(SIZES, two_scales(p), R2, SIGMA2, 1e-3, trials=trials, rng=rng)


MORE_DATA = Claim(
    slug="optimal-ridge-removes-peak-more-data",
    topic="double_descent",
    title="At the best ridge more data never hurt, on any design",
    statement=(
        r"At $\lambda^* = \sigma^2 p/(n r^2)$ the average risk $\sigma^2\, \mathrm{tr}\,\Sigma (X^\top X + \sigma^2 "
        r"p/r^2)^{-1}$ falls whenever a sample is added, on every design: no peak at $n = p$."
    ),
    source=Source("nakkiran2021optimal", "sample-wise monotonicity", "recalled"),
    kind=Bound(side="upper", on="draw"),
    predict=predict_more_data,
    simulate=simulate_more_data,
    grid=Grid(quick=({"p": 40},), full=({"p": 40}, {"p": 120})),
    decoys=(Decoy("any ridge", "a thousandth of lam* is monotone too", simulate=simulate_fixed_ridge),),
)

# --- its limit -------------------------------------------------------------------------------------------------------


def predict_limit(n: int, gamma: float) -> Named:
    """sigma2 (kappa/lam* - 1) for the two-scale spectrum."""
    return {"compact": theory.optimal_ridge_risk(n, two_scales(round(gamma * n)), R2, SIGMA2)}


@kernel(floats=lambda n, gamma, **_: 2 * gamma * n * n + 6 * (gamma * n) ** 2)
def simulate_limit(n: int, gamma: float, trials: int, rng: Any) -> Any:
    """The exact risk at lam* of drawn designs."""
    return sims.bayes_ridge_risk(n, two_scales(round(gamma * n)), R2, SIGMA2, (), trials=trials, rng=rng)


def without_subtraction(n: int, gamma: float) -> Named:
    """sigma2 kappa/lam*, the test error taken for the risk."""
    return {"compact": SIGMA2 + predict_limit(n, gamma)["compact"]}


def ridgeless_limit(n: int, gamma: float) -> Named:
    """A tenth of the best ridge does as well."""
    p = round(gamma * n)
    lam = 0.1 * theory.optimal_ridge(n, p, R2, SIGMA2)
    risk = theory.ridge_risk(lam, n, two_scales(p), (R2 / p, R2 / p), SIGMA2)
    return {"compact": risk.bias + risk.variance}


def _limit_cells(sizes: tuple[int, ...]) -> tuple[Named, ...]:
    return tuple({"n": n, "gamma": gamma} for gamma in (0.5, 1.0, 2.0) for n in sizes)


LIMIT = Claim(
    slug="optimal-ridge-removes-peak-limit",
    topic="double_descent",
    title="The risk at the best ridge has no peak",
    statement=(
        r"At $\lambda^* = \sigma^2 p/(n r^2)$ the risk tends to $\sigma^2 (\kappa(\lambda^*)/\lambda^* - 1)$, "
        r"smooth through $n = p$, for every covariance."
    ),
    source=Source("dobriban2018high", "optimal ridge risk; compact form derived here", "derived"),
    kind=Limit(size="n", order=1.0, resolution=0.01, allowance=0.002),
    predict=predict_limit,
    simulate=simulate_limit,
    grid=Grid(quick=_limit_cells((24, 48, 96)), full=_limit_cells((60, 120, 240, 480))),
    decoys=(
        Decoy("sigma2 kappa/lam*", "without the -1", without_subtraction),
        Decoy("a tenth of the ridge", "the risk at lam*/10", ridgeless_limit),
    ),
)

# --- the height of the peak without it -------------------------------------------------------------------------------


def predict_height(lam: float, n: int) -> Named:
    """The limiting variance at n = p for noise variance 1."""
    return {"variance": theory.peak_variance(lam, 1.0)}


@kernel(floats=lambda **_: 20)
def simulate_height(lam: float, n: int, trials: int, rng: Any) -> Named:
    """The variance at n = p of drawn designs."""
    return {"variance": sims.peak_variance(lam, 1.0, n, trials=trials, rng=rng)}


def doubled_height(lam: float, n: int) -> Named:
    """sigma2 / sqrt(lam): the 1/2 is missing."""
    return {"variance": 1 / math.sqrt(lam)}


def leading_height(lam: float, n: int) -> Named:
    """sigma2 / (2 sqrt(lam)), the leading term alone."""
    return {"variance": 0.5 / math.sqrt(lam)}


HEIGHT = Claim(
    slug="optimal-ridge-removes-peak-height",
    topic="double_descent",
    title="The height of the peak under too little ridge",
    statement=(
        r"At $n = p$ with isotropic features the variance tends to $V(\lambda) = \sigma^2 / ((1+\kappa)^2 - 1)$, "
        r"$\kappa = (\lambda + \sqrt{\lambda^2 + 4\lambda})/2$."
    ),
    source=Source("hastie2022surprises", "Theorems 2-6 at $\\gamma = 1$", "derived"),
    kind=Limit(size="n", order=1.0, resolution=0.004, allowance=0.001),
    predict=predict_height,
    simulate=simulate_height,
    grid=Grid(
        quick=tuple({"lam": lam, "n": n} for lam in (1e-2, 1e-3) for n in (100, 200, 400)),
        full=tuple({"lam": lam, "n": n} for lam in (1e-1, 1e-2, 1e-3, 1e-4) for n in (500, 1000, 2000)),
    ),
    decoys=(
        Decoy("no 1/2", "sigma2/sqrt(lam)", doubled_height),
        Decoy("leading term", "sigma2/(2 sqrt(lam)) at finite lam", leading_height),
    ),
)


def predict_exponent(lam: float, n: int) -> Named:
    """The peak grows like lam**(-1/2)."""
    return {"variance": -0.5}


def inverse_exponent(lam: float, n: int) -> Named:
    """The peak grows like 1/lam."""
    return {"variance": -1.0}


def third_exponent(lam: float, n: int) -> Named:
    """The peak grows like lam**(-1/3)."""
    return {"variance": -1 / 3}


def concession_exponent(lam: float, n: int) -> float:
    """V = (1 - sqrt(lam) + ...)/(2 sqrt(lam)): the local exponent is -(1 + sqrt(lam))/2."""
    return math.sqrt(lam)


EXPONENT = Claim(
    slug="optimal-ridge-removes-peak-exponent",
    topic="double_descent",
    title="The peak grows like one over the square root of the ridge",
    statement=r"At $n = p$ with isotropic features $V(\lambda) \sim \sigma^2 / (2\sqrt{\lambda})$ as $\lambda \to 0$.",
    source=Source("hastie2022surprises", "Theorems 2-6 at $\\gamma = 1$", "derived"),
    kind=Rate(size="lam", resolution=0.01, allowance=concession_exponent),
    predict=predict_exponent,
    simulate=simulate_height,
    # lam n^2 >= 22 keeps the penalty above the smallest eigenvalues, of order 1/n^2.
    grid=Grid(
        quick=tuple({"lam": lam, "n": 1500} for lam in (1e-5, 3e-5, 1e-4)),
        full=tuple({"lam": lam, "n": 6000} for lam in (1e-6, 1e-5, 1e-4)),
    ),
    decoys=(
        Decoy("exponent -1", "the peak grows like 1/lam", inverse_exponent),
        Decoy("exponent -1/3", "the peak grows like lam^(-1/3)", third_exponent),
    ),
)

CLAIMS: tuple[Claim, ...] = (IDENTITY, MINIMUM, MORE_DATA, LIMIT, HEIGHT, EXPONENT)
