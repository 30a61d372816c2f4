"""The peak for rows of other laws: a bound that no features escape, a limit that most share, and rows that do not."""

from __future__ import annotations

from typing import Any

import sims.double_descent as sims
import theory.double_descent as theory
from claims import Bound, Claim, Decoy, Exact, Grid, Limit, Mean, Moments, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]

# --- the bound -------------------------------------------------------------------------------------------------------


def _noise(n: int, p: int, rows: str, scales: tuple[float, ...] = (1.0,)) -> Named:
    return {"n": n, "p": p, "sigma2": 1.0, "rows": rows, "scales": scales}


def gaussian(n: int, p: int, sigma2: float, **_: Any) -> Any:
    """The exact value for Gaussian rows."""
    return theory.min_norm_risk(n, p, 0.0, sigma2).variance


def of_noise(n: int, p: int, rows: str, **_: Any) -> Exact | Moments:
    """The noise part of one row, or one feature, of constant norm is a constant."""
    return Exact() if rows == "sphere" and min(n, p) == 1 else Moments(skewness=2.0)


# Laws of rows, and a search over the radii of spherical rows; with n = 1 or p = 1 spherical rows attain the bound.
_LAWS = ("gaussian", "sphere", "uniform", "jitter", "t5")
_CORRELATED = ("relu", "two_scales")
_RADII = ((0.9, 1.1), (0.5, 1.5))
_ATTAINED = (_noise(1, 5, "sphere"), _noise(5, 1, "sphere"))

BOUND = claim(
    slug="noise-lower-bound-universality",
    title="No features avoid the peak without regularisation",
    statement=(
        r"For independent rows of any law with an invertible second moment whose design has full rank, the noise part "
        r"of the minimum-norm risk satisfies $\mathrm{E} V \ge \sigma^2 \min(n,p)/(|n-p|+1)$, with equality for a "
        r"single row of constant norm."
    ),
    source=Source("holzmueller2021universality", "main theorem", "recalled"),
    kind=Bound(side="lower", on="mean", resolution=0.02),
    predict=lambda n, p, sigma2, **_: theory.ridgeless_noise_lower_bound(n, p, sigma2),
    simulate=sims.ridgeless_noise,
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
    decoys=(Decoy("Gaussian value", "the exact Gaussian value bounds every law from below", gaussian),),
    tails={"value": of_noise},
)

# --- the shared limit ------------------------------------------------------------------------------------------------


@instance
def in_proportion(n: int, gamma: float, rows: str, scales: tuple[float, ...]) -> Named:
    """p = gamma n features, noise of variance 1."""
    return {"n": n, "p": round(gamma * n), "sigma2": 1.0, "rows": rows, "scales": scales}


simulate_in_proportion = in_proportion.of(sims.ridgeless_noise)


def even(gamma: float, **_: Any) -> Any:
    """The limit for rows whose norms concentrate."""
    return theory.elliptical_noise_limit(gamma)


def _universal(sizes: list[int], *laws: str) -> tuple[Named, ...]:
    return cells(rows=list(laws), gamma=[2.0, 0.5], n=sizes, scales=(1.0,))


LIMIT = claim(
    slug="noise-lower-bound-universality-limit",
    title="The peak has the same limit for every law of the entries",
    statement=(
        r"For independent entries of mean 0 and variance 1 with a finite fourth moment, and for spherical rows, the "
        r"noise part of the minimum-norm risk tends to $\sigma^2 \min(n,p)/|n-p|$, whatever their law."
    ),
    source=Source("hastie2022surprises", "Theorems 2-3", "recalled"),
    kind=Limit(size="n", order=1.0, resolution=0.015),
    predict=even,
    simulate=simulate_in_proportion,
    grid=Grid(
        quick=_universal([48, 96, 192], "rademacher", "uniform", "sphere"),
        full=_universal([80, 160, 320, 640], "gaussian", "rademacher", "uniform", "sphere", "t5"),
    ),
    decoys=(
        Decoy("uneven rows", "row norms need not concentrate",
              simulate=in_proportion.of(sims.ridgeless_noise, scales=(0.25, 1.75))),
        Decoy("n and p exchanged", "max(n,p)/|n-p|", lambda gamma, **_: max(gamma, 1 / gamma) * even(gamma)),
    ),
)  # fmt: skip

# --- rows that escape it ---------------------------------------------------------------------------------------------

_SCALES = ((0.25, 1.75), (0.5, 1.5), (0.1, 0.4, 2.5))

ELLIPTICAL = claim(
    slug="noise-lower-bound-universality-elliptical",
    title="Universality fails for rows of uneven norm",
    statement=(
        r"For $p > n$ rows $\sqrt{\tau_i}\, z_i$ with isotropic Gaussian $z_i$ the noise part of the minimum-norm risk "
        r"is $\sigma^2\, \mathrm{E}\tau\, \mathrm{E}\frac{1}{\tau}\, \frac{n}{p-n-1}$, larger than for even rows of "
        r"the same covariance at every size."
    ),
    source=Source("hastie2022surprises", "outside its assumptions", "derived"),
    kind=Mean(resolution=0.01),
    predict=lambda n, p, sigma2, rows, scales: theory.elliptical_min_norm_risk(n, p, 0.0, sigma2, scales).variance,
    simulate=sims.ridgeless_noise,
    grid=Grid(
        quick=tuple(_noise(n, 2 * n, "gaussian", scales) for n in (20, 60) for scales in _SCALES[:2]),
        full=tuple(
            _noise(n, p, "gaussian", scales) for n, p in ((60, 120), (60, 300), (200, 400)) for scales in _SCALES
        ),
    ),
    decoys=(Decoy("universality", "the value of even rows of the same covariance", gaussian),),
    tails={"value": Moments(skewness=1.0)},
)


ELLIPTICAL_LIMIT = claim(
    slug="noise-lower-bound-universality-elliptical-limit",
    title="Universality fails below the peak too",
    statement=(
        r"For rows $\sqrt{\tau_i}\, z_i$ and $p/n \to \gamma < 1$ the noise part of the least squares risk tends to "
        r"$\sigma^2\, \mathrm{E}\tau\, \gamma/\xi$ with $\mathrm{E}[\tau/(\xi + \gamma\tau)] = 1$, not to "
        r"$\sigma^2 \gamma/(1-\gamma)$."
    ),
    source=Source("hastie2022surprises", "outside its assumptions", "derived"),
    kind=Limit(size="n", order=1.0, resolution=0.015),
    predict=lambda n, gamma, rows, scales: theory.elliptical_noise_limit(gamma, scales=scales),
    simulate=simulate_in_proportion,
    grid=Grid(
        quick=cells(n=[40, 80, 160], gamma=0.5, rows="gaussian", scales=_SCALES[0]),
        full=cells(gamma=[0.25, 0.5, 0.75], n=[80, 160, 320, 640], rows="gaussian", scales=_SCALES[0]),
    ),
    decoys=(Decoy("universality", "the limit for even rows of the same covariance", even),),
)

CLAIMS: tuple[Claim, ...] = (BOUND, LIMIT, ELLIPTICAL, ELLIPTICAL_LIMIT)
