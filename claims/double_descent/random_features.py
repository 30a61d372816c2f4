"""Ridge regression on random features: the limit with and without ridge, and the triple descent."""

from __future__ import annotations

from typing import Any

import sims.double_descent as sims
import theory.double_descent as theory
from claims import Claim, Decoy, Grid, Limit, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
MEI = Source("mei2022generalization", "Theorems 2 and 3", "recalled")

# --- the theory takes ratios, the simulation sizes -------------------------------------------------------------------


@instance
def sized(d: int, psi1: float, psi2: float, lam: float, activation: str, F_star: float) -> Named:
    """N = psi1 d features and n = psi2 d samples."""
    return {"d": d, "N": round(psi1 * d), "n": round(psi2 * d), "lam": lam, "activation": activation, "F_star": F_star}


simulate_sized = sized.of(sims.rf_risk)


def _coefficients(risk: Any, F_star: float) -> Named:
    # The total would be judged with less power: finite-size effects of its parts cancel in it.
    named = {"bias_coef": risk.bias_coef, "var_coef": risk.var_coef}
    return {**named, "nonlinear_coef": 1 + risk.var_coef} if F_star else named


def limit(psi1: float, psi2: float, lam: float, activation: str, F_star: float, **_: Any) -> Named:
    """The coefficients of F1^2, tau2 and F_star^2."""
    mu1, mu_star = theory.activation_constants(activation)[1:]
    return _coefficients(theory.rf_risk(psi1, psi2, lam, mu1, mu_star), F_star)


def mean_not_removed(psi1: float, psi2: float, lam: float, activation: str, F_star: float, **_: Any) -> Named:
    mu0, mu1, mu_star = theory.activation_constants(activation)
    return _coefficients(theory.rf_risk(psi1, psi2, lam, mu1, (mu_star**2 + mu0**2) ** 0.5), F_star)


def gaussian_features(psi1: float, psi2: float, lam: float, activation: str, **_: Any) -> Named:
    """N independent Gaussian features of variance mu1^2, as if the features were the inputs."""
    mu1 = theory.activation_constants(activation).mu1
    N, n = round(1000 * psi1), round(1000 * psi2)
    risk = theory.ridge_risk(lam * psi1, n, ([mu1**2], [N]), [1 / (N * mu1**2)], 1.0)
    return {"bias_coef": risk.bias, "var_coef": risk.variance}


_NOT_REMOVED = Decoy("mean not removed", "mu_star^2 = E act^2 - mu1^2, without - mu0^2", mean_not_removed)
_GAUSSIAN = Decoy("Gaussian features", "the features are independent Gaussians", gaussian_features)

# A term of second order is fitted: it is as large as the resolution (at the peaks larger) in any dimension that a quick
# run can afford. Four sizes leave its fit a misfit to see.
QUICK, FULL = [20, 40, 80, 120], [60, 120, 240, 400]

# --- with ridge ------------------------------------------------------------------------------------------------------


def _growing(sizes: list[int], *designs: Named) -> tuple[Named, ...]:
    return tuple(cell for design in designs for cell in cells(d=sizes, **design))


_ERF: Named = {"psi1": 2.0, "psi2": 1.5, "lam": 0.01, "activation": "erf", "F_star": 0.5}
_RELU: Named = {"psi1": 2.0, "psi2": 2.0, "lam": 0.01, "activation": "relu", "F_star": 0.0}
_MORE: tuple[Named, ...] = (
    {**_ERF, "psi1": 3.0, "psi2": 3.0, "lam": 0.1},
    {**_RELU, "psi1": 5.0, "psi2": 3.0},
    {**_RELU, "psi1": 0.5, "psi2": 3.0, "lam": 0.1, "F_star": 0.5},
)

RIDGE = claim(
    slug="random-features-ridge",
    title="Risk of ridge regression on random features",
    statement=(
        r"Ridge regression on $N = \psi_1 d$ random features of $d$-dimensional inputs, from $n = \psi_2 d$ samples "
        r"with penalty $(N\lambda/d)\|a\|^2$, has limiting risk $F_1^2 B + (\tau^2 + F_*^2) V + F_*^2$ with $B$ and "
        r"$V$ functions of $\psi_1, \psi_2, \lambda$ and of two Gaussian moments $\mu_1, \mu_*$ of the activation only."
    ),
    source=MEI,
    kind=Limit(size="d", order=1.0, resolution=0.01, terms=2),
    predict=limit,
    simulate=simulate_sized,
    grid=Grid(quick=_growing(QUICK, _ERF, _RELU), full=_growing(FULL, _ERF, _RELU, *_MORE)),
    decoys=(
        _NOT_REMOVED,
        Decoy("plain penalty", "the penalty is lam |a|^2",
              lambda psi1, lam, **cell: limit(psi1, lam=lam / psi1, **cell)),
        _GAUSSIAN,
        Decoy("harmless nonlinearity", "the nonlinear part of the target is not amplified",
              lambda F_star, **_: {"nonlinear_coef": 1.0} if F_star else {}),
    ),
)  # fmt: skip

# --- without ---------------------------------------------------------------------------------------------------------

_RIDGELESS: tuple[Named, ...] = (
    {"psi1": 1.0, "psi2": 2.0, "lam": 0.0, "activation": "relu", "F_star": 0.0},
    {"psi1": 2.5, "psi2": 1.0, "lam": 0.0, "activation": "erf", "F_star": 0.0},
)
_MORE_RIDGELESS: tuple[Named, ...] = (
    {"psi1": 2.0, "psi2": 3.0, "lam": 0.0, "activation": "relu", "F_star": 0.5},
    {"psi1": 3.0, "psi2": 2.0, "lam": 0.0, "activation": "erf", "F_star": 0.5},
)

RIDGELESS = claim(
    slug="random-features-ridge-ridgeless",
    title="Interpolation with random features",
    statement=(
        r"At $\lambda = 0$ the limiting risk of random features is finite for $\psi_1 \neq \psi_2$, governed by the "
        r"root $q$ of $\mu_1^2/(\mu_1^2+q) + \mu_*^2/q = \min(\psi_1,\psi_2)$, and infinite at $\psi_1 = \psi_2$."
    ),
    source=MEI,
    kind=Limit(size="d", order=1.0, resolution=0.015, terms=2),
    predict=limit,
    simulate=simulate_sized,
    grid=Grid(quick=_growing(QUICK, *_RIDGELESS), full=_growing(FULL, *_RIDGELESS, *_MORE_RIDGELESS)),
    decoys=(_NOT_REMOVED, _GAUSSIAN),
)

# --- along the number of samples -------------------------------------------------------------------------------------


@instance
def sampled(d: int, psi1: float, psi2: tuple[float, ...], lam: float, activation: str, tau2: float) -> Named:
    """The same features trained on growing prefixes of one sample."""
    n = tuple(round(ratio * d) for ratio in psi2)
    return {"d": d, "N": round(psi1 * d), "n": n, "lam": lam, "activation": activation, "tau2": tau2}


def curve(psi1: float, psi2: tuple[float, ...], lam: float, activation: str, tau2: float, **_: Any) -> Named:
    """The limiting risk at all sample sizes psi2 d."""
    mu1, mu_star = theory.activation_constants(activation)[1:]
    return {"total": theory.rf_risk(psi1, psi2, lam, mu1, mu_star, tau2=tau2).total}


def nonlinear_peak_only(
    psi1: float, psi2: tuple[float, ...], lam: float, activation: str, tau2: float, **_: Any
) -> Named:
    """All of the activation's variance counted as nonlinear in the noise part: one peak, at n = N."""
    mu1, mu_star = theory.activation_constants(activation)[1:]
    bias = theory.rf_risk(psi1, psi2, lam, mu1, mu_star).total
    noise = theory.rf_risk(psi1, psi2, lam, 0.0, (mu1**2 + mu_star**2) ** 0.5).var_coef
    return {"total": bias + tau2 * noise}


def linear_peak_only(psi2: tuple[float, ...], activation: str, tau2: float, **_: Any) -> Named:
    """Linear regression in d dimensions: one peak, at n = d (told up to there)."""
    mu1, mu_star = theory.activation_constants(activation)[1:]
    seen = [ratio for ratio in psi2 if ratio <= 1]
    ridges, sizes = [(mu_star / mu1) ** 2 / ratio for ratio in seen], [round(1000 * ratio) for ratio in seen]
    risk = theory.ridge_risk(ridges, sizes, ([1.0], [1000]), [1e-3], tau2)
    return {"total": risk.bias + risk.variance}


_CURVE: Named = {"psi1": 6.0, "lam": 0.0, "activation": "erf", "tau2": 4.0}

TRIPLE = claim(
    slug="random-features-ridge-triple-descent",
    title="Two peaks along the number of samples",
    statement=(
        r"At a fixed number $N = \psi_1 d$ of features and strong label noise the risk along $n$ has two peaks, a "
        r"linear one near $n = d$, finite, and a nonlinear one at $n = N$, infinite without ridge, at the heights that "
        r"the random-features limit predicts: it rises, falls, rises and falls."
    ),
    source=Source("dascoli2020triple", "main result", "recalled"),
    kind=Limit(size="d", order=1.0, resolution=0.015, terms=2),
    predict=curve,
    simulate=sampled.of(sims.rf_sample_wise_risk),
    grid=Grid(
        quick=_growing(QUICK, {**_CURVE, "psi2": (0.5, 1.0, 2.0)}),
        full=_growing(FULL, {**_CURVE, "psi2": (0.5, 1.0, 2.0, 4.0, 9.0)}),
    ),
    decoys=(
        Decoy("nonlinear peak only", "noise is fitted as by an activation without linear part", nonlinear_peak_only),
        Decoy("linear peak only", "the nonlinear part acts as a ridge and no more", linear_peak_only),
    ),
)

CLAIMS: tuple[Claim, ...] = (RIDGE, RIDGELESS, TRIPLE)
