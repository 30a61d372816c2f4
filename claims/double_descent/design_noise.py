"""The peak for rows of other laws: a bound that no features escape, a limit that most share, and rows that do not."""

from __future__ import annotations

from typing import Any

import sims.double_descent as sims
import theory.double_descent as theory
from claims.agreement import Bound, Limit, Mean, Moments
from claims.claim import Claim, Decoy, Grid, Source
from sims.arrays import kernel

Named = dict[str, Any]

# --- the bound -------------------------------------------------------------------------------------------------------


def predict_bound(n: int, p: int, rows: str, scales: tuple[float, ...]) -> Named:
    """The universal lower bound for noise variance 1."""
    return {"variance": theory.ridgeless_noise_lower_bound(n, p, 1.0)}


@kernel(floats=lambda n, p, **_: 3 * n * p + 4 * min(n, p) ** 2)
def simulate_noise(n: int, p: int, rows: str, scales: tuple[float, ...], trials: int, rng: Any) -> Named:
    """The noise part of the ridgeless risk of drawn designs, noise variance 1."""
    return {"variance": sims.ridgeless_noise(n, p, 1.0, rows, scales, trials=trials, rng=rng)}


def gaussian_bound(n: int, p: int, rows: str, scales: tuple[float, ...]) -> Named:
    """The exact Gaussian value, taken for a lower bound."""
    return {"variance": theory.min_norm_risk(n, p, 0.0, 1.0).variance}


def _noise(n: int, p: int, rows: str, scales: tuple[float, ...] = (1.0,)) -> Named:
    return {"n": n, "p": p, "rows": rows, "scales": scales}


# Laws of rows, and a search over the radii of spherical rows; with n = 1 or p = 1 spherical rows attain the bound.
_LAWS = ("gaussian", "sphere", "uniform", "jitter", "t5")
_CORRELATED = ("relu", "two_scales")
_RADII = ((0.9, 1.1), (0.5, 1.5))
_ATTAINED = (_noise(1, 5, "sphere"), _noise(5, 1, "sphere"))

BOUND = Claim(
    slug="noise-lower-bound-universality",
    topic="double_descent",
    title="No features avoid the peak without regularisation",
    statement=(
        r"For independent rows of any law with an invertible second moment whose design has full rank, the noise part "
        r"of the minimum-norm risk satisfies $\mathrm{E} V \ge \sigma^2 \min(n,p)/(|n-p|+1)$, with equality for a "
        r"single row of constant norm."
    ),
    source=Source("holzmueller2021universality", "main theorem", "recalled"),
    kind=Bound(side="lower", on="mean", resolution=0.02),
    predict=predict_bound,
    simulate=simulate_noise,
    grid=Grid(
        quick=(
            *_ATTAINED,
            *(_noise(n, p, rows) for rows in _LAWS for n, p in ((10, 20), (36, 12))),
            *(_noise(36, 12, rows) for rows in _CORRELATED),
            *(_noise(10, 20, "sphere", radii) for radii in _RADII),
        ),
        full=(
            *_ATTAINED,
            *(_noise(n, p, rows) for rows in _LAWS for n, p in ((10, 20), (30, 90), (90, 30), (100, 120))),
            *(_noise(n, p, rows) for rows in _CORRELATED for n, p in ((36, 12), (90, 30), (300, 100))),
            *(_noise(n, p, "sphere", radii) for radii in _RADII for n, p in ((10, 20), (30, 90), (90, 30))),
        ),
    ),
    decoys=(Decoy("Gaussian value", "the exact Gaussian value bounds every law from below", gaussian_bound),),
    tails={"variance": Moments(skewness=2.0)},
)

# --- the shared limit ------------------------------------------------------------------------------------------------


def predict_universal(n: int, gamma: float, rows: str) -> Named:
    """The proportional limit of the noise part, from the first two moments alone."""
    p = round(gamma * n)
    return {"variance": theory.ridge_risk(0.0, n, ([1.0], [p]), [0.0], 1.0).variance}


@kernel(floats=lambda n, gamma, **_: 4 * gamma * n * n)
def simulate_universal(n: int, gamma: float, rows: str, trials: int, rng: Any) -> Named:
    """The noise part for rows of one law."""
    return {"variance": sims.ridgeless_noise(n, round(gamma * n), 1.0, rows, trials=trials, rng=rng)}


@kernel(floats=lambda n, gamma, **_: 4 * gamma * n * n)
def simulate_uneven(n: int, gamma: float, rows: str, trials: int, rng: Any) -> Named:
    """The same rows multiplied by the square root of 0.25 or 1.75, at random: covariance still the identity."""
    noise = sims.ridgeless_noise(n, round(gamma * n), 1.0, rows, (0.25, 1.75), trials=trials, rng=rng)
    return {"variance": noise}


def swapped_universal(n: int, gamma: float, rows: str) -> Named:
    """n and p exchanged."""
    return {"variance": max(gamma, 1 / gamma) * predict_universal(n, gamma, rows)["variance"]}


def _universal(sizes: tuple[int, ...], laws: tuple[str, ...]) -> tuple[Named, ...]:
    return tuple({"n": n, "gamma": gamma, "rows": rows} for rows in laws for gamma in (2.0, 0.5) for n in sizes)


LIMIT = Claim(
    slug="noise-lower-bound-universality-limit",
    topic="double_descent",
    title="The peak has the same limit for every law of the entries",
    statement=(
        r"For independent entries of mean 0 and variance 1 with a finite fourth moment, and for spherical rows, the "
        r"noise part of the minimum-norm risk tends to $\sigma^2 \min(n,p)/|n-p|$, whatever their law."
    ),
    source=Source("hastie2022surprises", "Theorems 2-3", "recalled"),
    kind=Limit(size="n", order=1.0, resolution=0.015, allowance=0.005),
    predict=predict_universal,
    simulate=simulate_universal,
    grid=Grid(
        quick=_universal((24, 48, 96), ("rademacher", "uniform", "sphere")),
        full=_universal((80, 160, 320, 640), ("gaussian", "rademacher", "uniform", "sphere", "t5")),
    ),
    decoys=(
        Decoy("uneven rows", "row norms need not concentrate", simulate=simulate_uneven),
        Decoy("n and p exchanged", "max(n,p)/|n-p|", swapped_universal),
    ),
)

# --- rows that escape it ---------------------------------------------------------------------------------------------


def predict_elliptical(n: int, p: int, rows: str, scales: tuple[float, ...]) -> Named:
    """The exact noise part for Gaussian rows of uneven norms."""
    return {"variance": theory.elliptical_min_norm_risk(n, p, 0.0, 1.0, scales).variance}


ELLIPTICAL = Claim(
    slug="noise-lower-bound-universality-elliptical",
    topic="double_descent",
    title="Universality fails for rows of uneven norm",
    statement=(
        r"For $p > n$ rows $\sqrt{\tau_i}\, z_i$ with isotropic Gaussian $z_i$ the noise part of the minimum-norm risk "
        r"is $\sigma^2\, \mathrm{E}\tau\, \mathrm{E}\frac{1}{\tau}\, \frac{n}{p-n-1}$, larger than for even rows of "
        r"the same covariance at every size."
    ),
    source=Source("hastie2022surprises", "outside its assumptions", "derived"),
    kind=Mean(resolution=0.01),
    predict=predict_elliptical,
    simulate=simulate_noise,
    grid=Grid(
        quick=tuple(_noise(n, 2 * n, "gaussian", scales) for n in (20, 60) for scales in ((0.25, 1.75), (0.5, 1.5))),
        full=tuple(
            _noise(n, p, "gaussian", scales)
            for n, p in ((60, 120), (60, 300), (200, 400))
            for scales in ((0.25, 1.75), (0.5, 1.5), (0.1, 0.4, 2.5))
        ),
    ),
    decoys=(Decoy("universality", "the value of even rows of the same covariance", gaussian_bound),),
    tails={"variance": Moments(skewness=1.0)},
)


def predict_elliptical_limit(n: int, gamma: float, scales: tuple[float, ...]) -> Named:
    """The proportional limit for rows of uneven norms."""
    return {"variance": theory.elliptical_noise_limit(gamma, 1.0, scales)}


@kernel(floats=lambda n, gamma, **_: 4 * gamma * n * n)
def simulate_elliptical_limit(n: int, gamma: float, scales: tuple[float, ...], trials: int, rng: Any) -> Named:
    """The noise part for Gaussian rows of uneven norms."""
    return {"variance": sims.ridgeless_noise(n, round(gamma * n), 1.0, "gaussian", scales, trials=trials, rng=rng)}


def even_limit(n: int, gamma: float, scales: tuple[float, ...]) -> Named:
    """The limit for even rows of the same covariance."""
    return {"variance": theory.elliptical_noise_limit(gamma, 1.0, (1.0,))}


def _elliptical(sizes: tuple[int, ...], gammas: tuple[float, ...]) -> tuple[Named, ...]:
    return tuple({"n": n, "gamma": gamma, "scales": (0.25, 1.75)} for gamma in gammas for n in sizes)


ELLIPTICAL_LIMIT = Claim(
    slug="noise-lower-bound-universality-elliptical-limit",
    topic="double_descent",
    title="Universality fails below the peak too",
    statement=(
        r"For rows $\sqrt{\tau_i}\, z_i$ and $p/n \to \gamma < 1$ the noise part of the least squares risk tends to "
        r"$\sigma^2\, \mathrm{E}\tau\, \gamma/\xi$ with $\mathrm{E}[\tau/(\xi + \gamma\tau)] = 1$, not to "
        r"$\sigma^2 \gamma/(1-\gamma)$."
    ),
    source=Source("hastie2022surprises", "outside its assumptions", "derived"),
    kind=Limit(size="n", order=1.0, resolution=0.015, allowance=0.005),
    predict=predict_elliptical_limit,
    simulate=simulate_elliptical_limit,
    grid=Grid(quick=_elliptical((40, 80, 160), (0.5,)), full=_elliptical((80, 160, 320, 640), (0.25, 0.5, 0.75))),
    decoys=(Decoy("universality", "the limit for even rows of the same covariance", even_limit),),
)

CLAIMS: tuple[Claim, ...] = (BOUND, LIMIT, ELLIPTICAL, ELLIPTICAL_LIMIT)
