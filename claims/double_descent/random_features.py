"""Ridge regression on random features: the limit with and without ridge, and the triple descent."""

from __future__ import annotations

from typing import Any

import sims.double_descent as sims
import theory.double_descent as theory
from claims.agreement import Limit
from claims.claim import Claim, Decoy, Grid, Source
from sims.arrays import kernel
from sims.double_descent.random_features import rf_floats

Named = dict[str, Any]
MEI = Source("mei2022generalization", "Theorems 2 and 3", "recalled")

# --- adapters: the theory takes ratios, the simulation sizes ---------------------------------------------------------


def _named(risk: Any, F_star: float) -> Named:
    # The total would be judged with less power: finite-size effects of its parts cancel in it.
    named = {"bias_coef": risk.bias_coef, "var_coef": risk.var_coef}
    return {**named, "nonlinear_coef": 1 + risk.var_coef} if F_star else named


def predict(d: int, psi1: float, psi2: float, lam: float, activation: str, F_star: float, tau2: float) -> Named:
    """The coefficients of F1^2, tau2 and F_star^2 in the limit at N = psi1 d features and n = psi2 d samples."""
    _, mu1, mu_star = theory.activation_constants(activation)
    return _named(theory.rf_risk(psi1, psi2, lam, mu1, mu_star), F_star)


@kernel(floats=lambda d, psi1, psi2, F_star, **_: rf_floats(d, psi1 * d, psi2 * d, F_star))
def simulate(
    d: int, psi1: float, psi2: float, lam: float, activation: str, F_star: float, tau2: float, trials: int, rng: Any
) -> Any:
    """Ridge regression on round(psi1 d) features and round(psi2 d) samples."""
    N, n = round(psi1 * d), round(psi2 * d)
    return sims.rf_risk(d, N, n, lam, activation, F_star=F_star, tau2=tau2, trials=trials, rng=rng)


def predict_curve(d: int, psi1: float, psi2: tuple[float, ...], lam: float, activation: str, tau2: float) -> Named:
    """The limiting risk at all sample sizes psi2 d."""
    _, mu1, mu_star = theory.activation_constants(activation)
    return {"total": theory.rf_risk(psi1, psi2, lam, mu1, mu_star, tau2=tau2).total}


@kernel(floats=lambda d, psi1, psi2, **_: rf_floats(d, psi1 * d, max(psi2) * d))
def simulate_curve(
    d: int, psi1: float, psi2: tuple[float, ...], lam: float, activation: str, tau2: float, trials: int, rng: Any
) -> Any:
    """The same features trained on growing prefixes of one sample."""
    sizes = tuple(round(ratio * d) for ratio in psi2)
    return sims.rf_sample_wise_risk(d, round(psi1 * d), sizes, lam, activation, tau2=tau2, trials=trials, rng=rng)


# --- decoys ----------------------------------------------------------------------------------------------------------


def mean_not_removed(
    d: int, psi1: float, psi2: float, lam: float, activation: str, F_star: float, tau2: float
) -> Named:
    """mu_star^2 without subtracting mu0^2."""
    mu0, mu1, mu_star = theory.activation_constants(activation)
    return _named(theory.rf_risk(psi1, psi2, lam, mu1, (mu_star**2 + mu0**2) ** 0.5), F_star)


def plain_penalty(d: int, psi1: float, psi2: float, lam: float, activation: str, F_star: float, tau2: float) -> Named:
    """The penalty taken as lam |a|^2 instead of (N lam/d) |a|^2."""
    return predict(d, psi1, psi2, lam / psi1, activation, F_star, tau2)


def gaussian_features(
    d: int, psi1: float, psi2: float, lam: float, activation: str, F_star: float, tau2: float
) -> Named:
    """N independent Gaussian features of variance mu1^2, as if the features were the inputs."""
    mu1 = theory.activation_constants(activation).mu1
    N, n = round(1000 * psi1), round(1000 * psi2)
    risk = theory.ridge_risk(lam * psi1, n, ([mu1**2], [N]), [1 / (N * mu1**2)], 1.0)
    return {"bias_coef": risk.bias, "var_coef": risk.variance}


def harmless_nonlinearity(
    d: int, psi1: float, psi2: float, lam: float, activation: str, F_star: float, tau2: float
) -> Named:
    """The nonlinear part of the target adds its variance and no more."""
    return {"nonlinear_coef": 1.0} if F_star else {}


def nonlinear_peak_only(
    d: int, psi1: float, psi2: tuple[float, ...], lam: float, activation: str, tau2: float
) -> Named:
    """All of the activation's variance counted as nonlinear in the noise part: one peak, at n = N."""
    _, mu1, mu_star = theory.activation_constants(activation)
    bias = theory.rf_risk(psi1, psi2, lam, mu1, mu_star).total
    noise = theory.rf_risk(psi1, psi2, lam, 0.0, (mu1**2 + mu_star**2) ** 0.5).var_coef
    return {"total": bias + tau2 * noise}


def linear_peak_only(d: int, psi1: float, psi2: tuple[float, ...], lam: float, activation: str, tau2: float) -> Named:
    """Linear regression in d dimensions, the nonlinear part a mere ridge: one peak, at n = d (told up to there)."""
    _, mu1, mu_star = theory.activation_constants(activation)
    risks = [
        theory.ridge_risk((mu_star / mu1) ** 2 / ratio, round(1000 * ratio), ([1.0], [1000]), [1e-3], tau2)
        for ratio in psi2
        if ratio <= 1
    ]
    return {"total": [float(risk.bias + risk.variance) for risk in risks]}


# --- claims ----------------------------------------------------------------------------------------------------------


def _family(sizes: tuple[int, ...], *designs: Named) -> tuple[Named, ...]:
    return tuple({"d": d, **design} for design in designs for d in sizes)


_ERF: Named = {"psi1": 2.0, "psi2": 1.5, "lam": 0.01, "activation": "erf", "F_star": 0.5, "tau2": 4.0}
_RELU: Named = {"psi1": 2.0, "psi2": 2.0, "lam": 0.01, "activation": "relu", "F_star": 0.0, "tau2": 0.25}
_MORE: tuple[Named, ...] = (
    {**_ERF, "psi1": 3.0, "psi2": 3.0, "lam": 0.1},
    {**_RELU, "psi1": 5.0, "psi2": 3.0},
    {**_RELU, "psi1": 0.5, "psi2": 3.0, "lam": 0.1, "F_star": 0.5},
)

RIDGE = Claim(
    slug="random-features-ridge",
    topic="double_descent",
    title="Risk of ridge regression on random features",
    statement=(
        r"Ridge regression on $N = \psi_1 d$ random features of $d$-dimensional inputs, from $n = \psi_2 d$ samples "
        r"with penalty $(N\lambda/d)\|a\|^2$, has limiting risk $F_1^2 B + (\tau^2 + F_*^2) V + F_*^2$ with $B$ and "
        r"$V$ functions of $\psi_1, \psi_2, \lambda$ and of two Gaussian moments $\mu_1, \mu_*$ of the activation only."
    ),
    source=MEI,
    # The second order, about 10/d^2, leaves a third of its value at the smallest size in the extrapolation.
    kind=Limit(size="d", order=1.0, resolution=0.01, allowance=0.01),
    predict=predict,
    simulate=simulate,
    grid=Grid(quick=_family((20, 40, 80), _ERF, _RELU), full=_family((100, 200, 400), _ERF, _RELU, *_MORE)),
    decoys=(
        Decoy("mean not removed", "mu_star^2 = E act^2 - mu1^2, without - mu0^2", mean_not_removed),
        Decoy("plain penalty", "the penalty is lam |a|^2", plain_penalty),
        Decoy("Gaussian features", "the features are independent Gaussians", gaussian_features),
        Decoy("harmless nonlinearity", "the nonlinear part of the target is not amplified", harmless_nonlinearity),
    ),
)

_RIDGELESS: tuple[Named, ...] = (
    {"psi1": 1.0, "psi2": 2.0, "lam": 0.0, "activation": "relu", "F_star": 0.0, "tau2": 0.25},
    {"psi1": 2.5, "psi2": 1.0, "lam": 0.0, "activation": "erf", "F_star": 0.0, "tau2": 0.5},
)
_MORE_RIDGELESS: tuple[Named, ...] = (
    {"psi1": 2.0, "psi2": 3.0, "lam": 0.0, "activation": "relu", "F_star": 0.5, "tau2": 0.25},
    {"psi1": 3.0, "psi2": 2.0, "lam": 0.0, "activation": "erf", "F_star": 0.5, "tau2": 0.25},
)

RIDGELESS = Claim(
    slug="random-features-ridge-ridgeless",
    topic="double_descent",
    title="Interpolation with random features",
    statement=(
        r"At $\lambda = 0$ the limiting risk of random features is finite for $\psi_1 \neq \psi_2$, governed by the "
        r"root $q$ of $\mu_1^2/(\mu_1^2+q) + \mu_*^2/q = \min(\psi_1,\psi_2)$, and infinite at $\psi_1 = \psi_2$."
    ),
    source=MEI,
    kind=Limit(size="d", order=1.0, resolution=0.015, allowance=0.01),
    predict=predict,
    simulate=simulate,
    grid=Grid(quick=_family((20, 40, 80), *_RIDGELESS), full=_family((100, 200, 400), *_RIDGELESS, *_MORE_RIDGELESS)),
    decoys=(
        Decoy("mean not removed", "mu_star^2 = E act^2 - mu1^2, without - mu0^2", mean_not_removed),
        Decoy("Gaussian features", "the features are independent Gaussians", gaussian_features),
    ),
)

_CURVE: Named = {"psi1": 6.0, "lam": 0.0, "activation": "erf", "tau2": 4.0}

TRIPLE = Claim(
    slug="random-features-ridge-triple-descent",
    topic="double_descent",
    title="Two peaks along the number of samples",
    statement=(
        r"At a fixed number $N = \psi_1 d$ of features and strong label noise the risk along $n$ has two peaks, a "
        r"linear one near $n = d$, finite, and a nonlinear one at $n = N$, infinite without ridge, at the heights that "
        r"the random-features limit predicts: it rises, falls, rises and falls."
    ),
    source=Source("dascoli2020triple", "main result", "recalled"),
    # Near the linear peak the second order is about 20/d^2.
    kind=Limit(size="d", order=1.0, resolution=0.015, allowance=0.015),
    predict=predict_curve,
    simulate=simulate_curve,
    grid=Grid(
        quick=_family((20, 40, 80), {**_CURVE, "psi2": (0.5, 1.0, 2.0)}),
        full=_family((60, 120, 240), {**_CURVE, "psi2": (0.5, 1.0, 2.0, 4.0, 9.0)}),
    ),
    decoys=(
        Decoy("nonlinear peak only", "noise is fitted as by an activation without linear part", nonlinear_peak_only),
        Decoy("linear peak only", "the nonlinear part acts as a ridge and no more", linear_peak_only),
    ),
)

CLAIMS: tuple[Claim, ...] = (RIDGE, RIDGELESS, TRIPLE)
