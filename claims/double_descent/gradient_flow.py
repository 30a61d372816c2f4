"""Double descent along training time: gradient flow on least squares."""

from __future__ import annotations

import math
from typing import Any

import sims.double_descent as sims
import theory.double_descent as theory
from claims import Claim, Decoy, Grid, Limit, Source, cells, declared_in, instance
from theory import marchenko_pastur

claim = declared_in(__name__)
Named = dict[str, Any]
Times = tuple[float, ...]

# --- two scales: half the directions learned a hundred times more slowly ---------------------------------------------


def two_scales(n: int) -> Named:
    """0.4 n eigenvalues 1 and 0.4 n eigenvalues 0.01, of signal energies 1 and 2; noise variance 2."""
    m = round(0.4 * n)
    return {"n": n, "spectrum": ((1.0, 0.01), (m, m)), "beta_sq": (1 / m, 2 / (0.01 * m)), "sigma2": 2.0}


@instance
def scaled(n: int, t: Times) -> Named:
    """Two scales, at times t."""
    return {"t": t, **two_scales(n)}


def classical_sum(n: int, t: Times) -> Named:
    """The sum of one curve an eigenvalue, as if p/n were 0."""
    noiseless = theory.gf_risk_classical(t, **{**two_scales(n), "sigma2": 0.0})
    return {"bias": noiseless, "variance": theory.gf_risk_classical(t, **two_scales(n)) - noiseless}


def one_point_bias(n: int, t: Times) -> Named:
    """The bias of the mean of e^{-tS}."""
    residual = theory.gf_mean_residual(t, n, two_scales(n)["spectrum"])
    return {"bias": residual**2 @ (1.0, 2.0)}


TWO_SCALES = claim(
    slug="epoch-wise-double-descent",
    title="Risk of gradient flow for any covariance: descent, ascent, descent",
    statement=(
        r"For $p/n \to \gamma$ and any covariance the bias and variance of gradient flow at time $t$ are contour "
        r"integrals of the two-point resolvent equivalent $\kappa\kappa' Q/(1-D_2)$ and of $\kappa\,\mathrm{df}_1$; "
        r"with two well separated scales their sum falls, rises to a peak and falls again in $t$."
    ),
    source=Source("bodin2023gradient", "two-point equivalent", "derived"),
    kind=Limit(size="n", order=1.0, resolution=0.015),
    predict=scaled.of(theory.gf_risk),
    simulate=scaled.of(sims.gf_risk),
    grid=Grid(
        quick=cells(n=[40, 80, 160], t=(0.6, 15.0, 120.0)),
        full=cells(n=[250, 500, 1000], t=(0.6, 2.0, 15.0, 120.0, 1000.0)),
    ),
    decoys=(
        Decoy("classical sum", "the sum of U-shaped curves that holds for p/n -> 0", classical_sum),
        Decoy("one-point bias", "the bias without 1/(1 - D2)", one_point_bias),
    ),
)

# --- isotropic -------------------------------------------------------------------------------------------------------

R2, SIGMA2 = 1.0, 0.5


@instance
def isotropic(n: int, gamma: float, t: Times) -> Named:
    """p = gamma n isotropic features, at times t."""
    return {"t": t, "n": n, "p": round(gamma * n), "r2": R2, "sigma2": SIGMA2}


def half_filter(n: int, gamma: float, t: Times) -> Named:
    s, weights, _ = marchenko_pastur.quadrature(gamma)
    return {"variance": [SIGMA2 * gamma * weights @ ((1 - math.e ** (-2 * time * s)) / s) for time in t]}


def population_flow(n: int, gamma: float, t: Times) -> Named:
    """Every eigenvalue of S taken to be 1, its mean."""
    variance = [SIGMA2 * gamma * math.expm1(-time) ** 2 for time in t]
    return {"bias": [R2 * math.exp(-2 * time) for time in t], "variance": variance}


# Times at which the slowest direction still counts: later its share of the bias is lognormal.
ISOTROPIC = claim(
    slug="epoch-wise-double-descent-isotropic",
    title="Risk of gradient flow on isotropic features",
    statement=(
        r"For isotropic features and $p/n \to \gamma$ gradient flow has bias $r^2\int e^{-2ts}dF_\gamma(s)$ and "
        r"variance $\sigma^2\gamma\int (1-e^{-ts})^2 s^{-1} dF_\gamma(s)$ at time $t$, with $F_\gamma$ the "
        r"Marchenko-Pastur law."
    ),
    source=Source("ali2019continuous", "asymptotic risk of gradient flow", "recalled"),
    kind=Limit(size="n", order=1.0, resolution=0.01),
    predict=lambda n, gamma, t: theory.gf_risk_isotropic(t, gamma, R2, SIGMA2),
    simulate=isotropic.of(sims.gf_risk_isotropic),
    grid=Grid(
        quick=cells(gamma=[0.5, 2.0], n=[40, 80, 160], t=(0.3, 1.0, 3.0)),
        full=cells(gamma=[0.2, 0.5, 1.0, 2.0, 5.0], n=[250, 500, 1000], t=(0.1, 0.3, 1.0, 3.0)),
    ),
    decoys=(
        Decoy("half filter", "variance with 1 - e^{-2ts}", half_filter),
        Decoy("population flow", "the spectrum of S is that of the population", population_flow),
    ),
)

# --- few features ----------------------------------------------------------------------------------------------------


def few_features(n: int) -> Named:
    """Five eigenvalues 1 and five 0.002 of signal energies 0.5 and 3, the noise kept at sigma2/n = 0.2."""
    return {"n": n, "spectrum": ((1.0, 0.002), (5, 5)), "beta_sq": (0.1, 300.0), "sigma2": 0.2 * n}


@instance
def few(n: int, t: Times) -> Named:
    """Ten features, at times t."""
    return {"t": t, **few_features(n)}


def noise_at_full_strength(n: int, t: Times) -> Named:
    """sigma2/n sum (1 - e^{-ts})."""
    signal = theory.gf_risk_classical(t, **{**few_features(n), "sigma2": 0.0})
    grown = [-sum(math.expm1(-time * scale) for scale in (1.0, 0.002)) for time in t]
    return {"total": signal + grown}


def one_scale(n: int, t: Times) -> Named:
    """All directions learned at the mean rate: a single U, no second descent."""
    mean, energy = 0.501, 3.5
    return {"total": theory.gf_risk_classical(t, n, ((mean,), (10,)), (energy / (10 * mean),), 0.2 * n)}


FEW = claim(
    slug="epoch-wise-double-descent-few-features",
    title="Superposed bias-variance curves, one a scale",
    statement=(
        r"For $p/n \to 0$ the risk of gradient flow at time $t$ is "
        r"$\sum_i s_i\beta_i^2 e^{-2ts_i} + \frac{\sigma^2}{n}\sum_i (1-e^{-ts_i})^2$, a sum of U-shaped curves whose "
        r"minima lie at $t_i = \log(1+ns_i\beta_i^2/\sigma^2)/s_i$: well separated scales make a double descent in $t$."
    ),
    source=Source("heckel2021early", "Theorem 1", "recalled"),
    kind=Limit(size="n", order=1.0, resolution=0.01),
    predict=few.of(theory.gf_risk_classical, "total"),
    simulate=few.of(sims.gf_risk),
    grid=Grid(
        quick=cells(n=[400, 800, 1600], t=(0.4, 6.0, 700.0)),
        full=cells(n=[800, 1600, 3200, 6400], t=(0.1, 0.4, 2.0, 6.0, 50.0, 700.0, 3000.0)),
    ),
    decoys=(
        Decoy("no square", "noise grows like 1 - e^{-ts}", noise_at_full_strength),
        Decoy("one scale", "all directions at their mean rate", one_scale),
    ),
)

CLAIMS: tuple[Claim, ...] = (TWO_SCALES, ISOTROPIC, FEW)
