"""Double descent along training time: gradient flow on least squares."""

from __future__ import annotations

from typing import Any

import numpy as np

import sims.double_descent as sims
import theory.double_descent as theory
from claims.agreement import Limit
from claims.claim import Claim, Decoy, Grid, Source
from sims.arrays import kernel

Named = dict[str, Any]
Times = tuple[float, ...]

# --- two scales: half the directions learned a hundred times more slowly ---------------------------------------------


def two_scales(n: int) -> Named:
    """0.4 n eigenvalues 1 and 0.4 n eigenvalues 0.01, of signal energies 1 and 2; noise variance 2."""
    m = round(0.4 * n)
    return {"n": n, "spectrum": ((1.0, 0.01), (m, m)), "beta_sq": (1 / m, 2 / (0.01 * m)), "sigma2": 2.0}


def predict_two_scales(n: int, t: Times) -> Named:
    """The proportional limit by the contour integral."""
    risk = theory.gf_risk(t, **two_scales(n))
    return {"bias": risk.bias, "variance": risk.variance}


@kernel(floats=lambda n, t, **_: 0.8 * n * (n + 3.2 * n + 4 * len(t)))
def simulate_two_scales(n: int, t: Times, trials: int, rng: Any) -> Any:
    """Gradient flow on drawn designs with two scales."""
    return sims.gf_risk(t, **two_scales(n), trials=trials, rng=rng)


def classical_sum(n: int, t: Times) -> Named:
    """The sum of one curve an eigenvalue, as if p/n were 0."""
    cell = two_scales(n)
    noiseless = theory.gf_risk_classical(t, **{**cell, "sigma2": 0.0})
    return {"bias": noiseless, "variance": theory.gf_risk_classical(t, **cell) - noiseless}


def one_point_bias(n: int, t: Times) -> Named:
    """The bias without 1/(1 - D2): that of the mean of e^{-tS}."""
    cell = two_scales(n)
    residual = theory.gf_mean_residual(t, n, cell["spectrum"])
    return {"bias": residual**2 @ np.asarray([1.0, 2.0])}


TWO_SCALES = Claim(
    slug="epoch-wise-double-descent",
    topic="double_descent",
    title="Risk of gradient flow for any covariance: descent, ascent, descent",
    statement=(
        r"For $p/n \to \gamma$ and any covariance the bias and variance of gradient flow at time $t$ are contour "
        r"integrals of the two-point resolvent equivalent $\kappa\kappa' Q/(1-D_2)$ and of $\kappa\,\mathrm{df}_1$; "
        r"with two well separated scales their sum falls, rises to a peak and falls again in $t$."
    ),
    source=Source("bodin2023gradient", "two-point equivalent", "derived"),
    kind=Limit(size="n", order=1.0, resolution=0.015, allowance=0.005),
    predict=predict_two_scales,
    simulate=simulate_two_scales,
    grid=Grid(
        quick=tuple({"n": n, "t": (0.6, 15.0, 120.0)} for n in (20, 40, 80)),
        full=tuple({"n": n, "t": (0.6, 2.0, 15.0, 120.0, 1000.0)} for n in (250, 500, 1000)),
    ),
    decoys=(
        Decoy("classical sum", "the sum of U-shaped curves that holds for p/n -> 0", classical_sum),
        Decoy("one-point bias", "the bias without 1/(1 - D2)", one_point_bias),
    ),
)

# --- isotropic -------------------------------------------------------------------------------------------------------

_ISOTROPIC: Named = {"r2": 1.0, "sigma2": 0.5}


def predict_isotropic(n: int, gamma: float, t: Times) -> Named:
    """The Marchenko-Pastur limit."""
    risk = theory.gf_risk_isotropic(t, gamma, **_ISOTROPIC)
    return {"bias": risk.bias, "variance": risk.variance}


@kernel(floats=lambda n, gamma, t: n * n * (gamma + 3 * min(1, gamma) ** 2) + 3 * n * len(t))
def simulate_isotropic(n: int, gamma: float, t: Times, trials: int, rng: Any) -> Any:
    """Gradient flow on round(gamma n) isotropic features."""
    return sims.gf_risk_isotropic(t, n, round(gamma * n), **_ISOTROPIC, trials=trials, rng=rng)


def half_filter(n: int, gamma: float, t: Times) -> Named:
    """The variance with 1 - e^{-2ts} in place of (1 - e^{-ts})^2."""
    # (1 - e^{-2ts})/s integrates e^{-2us}, the bias at time u, twice over u in [0, t].
    times = np.asarray(t)
    nodes, weights = np.polynomial.legendre.leggauss(40)
    bias = theory.gf_risk_isotropic(np.multiply.outer(times, 0.5 * (nodes + 1)), gamma, 1.0, 0.0).bias
    return {"variance": _ISOTROPIC["sigma2"] * gamma * times * (np.asarray(bias) @ weights)}


def population_flow(n: int, gamma: float, t: Times) -> Named:
    """Every eigenvalue of S taken to be 1, its mean."""
    times = np.asarray(t)
    return {"bias": np.exp(-2 * times), "variance": _ISOTROPIC["sigma2"] * gamma * np.expm1(-times) ** 2}


ISOTROPIC = Claim(
    slug="epoch-wise-double-descent-isotropic",
    topic="double_descent",
    title="Risk of gradient flow on isotropic features",
    statement=(
        r"For isotropic features and $p/n \to \gamma$ gradient flow has bias $r^2\int e^{-2ts}dF_\gamma(s)$ and "
        r"variance $\sigma^2\gamma\int (1-e^{-ts})^2 s^{-1} dF_\gamma(s)$ at time $t$, with $F_\gamma$ the "
        r"Marchenko-Pastur law."
    ),
    source=Source("ali2019continuous", "asymptotic risk of gradient flow", "recalled"),
    kind=Limit(size="n", order=1.0, resolution=0.01, allowance=0.005),
    predict=predict_isotropic,
    simulate=simulate_isotropic,
    grid=Grid(
        quick=tuple(
            {"n": n, "gamma": gamma, "t": t}
            for gamma, t in ((0.5, (0.3, 1.0, 3.0)), (2.0, (0.3, 3.0, 100.0)))
            for n in (20, 40, 80)
        ),
        full=tuple(
            {"n": n, "gamma": gamma, "t": (0.1, 0.3, 1.0, 3.0, 10.0)}
            for gamma in (0.2, 0.5, 1.0, 2.0, 5.0)
            for n in (250, 500, 1000)
        ),
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


def predict_few(n: int, t: Times) -> Named:
    """The classical sum."""
    return {"total": theory.gf_risk_classical(t, **few_features(n))}


@kernel(floats=lambda n, t: 10 * n + 1000)
def simulate_few(n: int, t: Times, trials: int, rng: Any) -> Any:
    """Gradient flow on ten features."""
    return sims.gf_risk(t, **few_features(n), trials=trials, rng=rng)


def noise_at_full_strength(n: int, t: Times) -> Named:
    """The noise term without the square, sigma2/n sum (1 - e^{-ts})."""
    cell, times = few_features(n), np.asarray(t)
    signal = theory.gf_risk_classical(times, **{**cell, "sigma2": 0.0})
    grown = sum(5 * -np.expm1(-times * s) for s in cell["spectrum"][0])
    return {"total": signal + 0.2 * grown}


def one_scale(n: int, t: Times) -> Named:
    """All directions learned at the mean rate: a single U, no second descent."""
    cell = few_features(n)
    mean, energy = 0.501, 3.5
    return {"total": theory.gf_risk_classical(t, n, ((mean,), (10,)), (energy / (10 * mean),), cell["sigma2"])}


FEW = Claim(
    slug="epoch-wise-double-descent-few-features",
    topic="double_descent",
    title="Superposed bias-variance curves, one a scale",
    statement=(
        r"For $p/n \to 0$ the risk of gradient flow at time $t$ is "
        r"$\sum_i s_i\beta_i^2 e^{-2ts_i} + \frac{\sigma^2}{n}\sum_i (1-e^{-ts_i})^2$, a sum of U-shaped curves whose "
        r"minima lie at $t_i = \log(1+ns_i\beta_i^2/\sigma^2)/s_i$: well separated scales make a double descent in $t$."
    ),
    source=Source("heckel2021early", "Theorem 1", "recalled"),
    kind=Limit(size="n", order=1.0, resolution=0.01, allowance=0.005),
    predict=predict_few,
    simulate=simulate_few,
    grid=Grid(
        quick=tuple({"n": n, "t": (0.4, 6.0, 700.0)} for n in (100, 200, 400)),
        full=tuple({"n": n, "t": (0.1, 0.4, 2.0, 6.0, 50.0, 700.0, 3000.0)} for n in (400, 800, 1600, 3200)),
    ),
    decoys=(
        Decoy("no square", "noise grows like 1 - e^{-ts}", noise_at_full_strength),
        Decoy("one scale", "all directions at their mean rate", one_scale),
    ),
)

CLAIMS: tuple[Claim, ...] = (TWO_SCALES, ISOTROPIC, FEW)
