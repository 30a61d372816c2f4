"""What interpolating noise costs: a bound for independent rows, and its exact value for two laws."""

from __future__ import annotations

from typing import Any

import sims.size_loss_tradeoff as sims
import theory.size_loss_tradeoff as theory
from claims import Bound, Claim, Decoy, Exact, Grid, Mean, Moments, Source, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]


def universal(n: int, p: int, sigma2: float, **_: Any) -> float:
    """The bound for any features."""
    return float(theory.interpolation_excess(n, p, sigma2).universal_bound)


def full_rank(n: int, p: int, sigma2: float, **_: Any) -> float:
    """The bound for independent rows of full rank."""
    return float(theory.interpolation_excess(n, p, sigma2).full_rank_bound)


def gaussian(n: int, p: int, sigma2: float, **_: Any) -> float:
    """The value for Gaussian rows."""
    return float(theory.interpolation_excess(n, p, sigma2).gaussian)


def sphere(n: int, p: int, sigma2: float, **_: Any) -> float:
    """The value for rows on a sphere."""
    return float(theory.sphere_interpolation_excess(n, p, sigma2))


def of_rows(n: int, features: str, **_: Any) -> Exact | Moments:
    """One row of constant norm costs a constant; rectified features are nearly dependent on some draws."""
    if n == 1 and features == "sphere":
        return Exact()
    return Moments(skewness=4.0 if features == "relu" else 1.5)


def _rows(sizes: tuple[tuple[int, int], ...], *laws: str) -> tuple[Named, ...]:
    return tuple({"n": n, "p": p, "sigma2": 1.0, "features": law} for n, p in sizes for law in laws)


BOUND = claim(
    slug="interpolation-corollary",
    title="Interpolating noise costs at least n/(p+1-n) with independent rows",
    statement=(
        r"At training loss $0$ the excess risk is at least $\frac{n}{p}\sigma^2$ for any features; for independent "
        r"rows of full rank it is at least $\frac{n}{p+1-n}\sigma^2$ in the mean, with equality for one row of "
        r"constant norm."
    ),
    source=Source("holzmueller2021universality", "main theorem, for p >= n", "recalled"),
    kind=Bound(side="lower", on="mean", resolution=0.02),
    predict=full_rank,
    simulate=sims.interpolation_excess,
    grid=Grid(
        quick=(*_rows(((1, 6),), "sphere"), *_rows(((10, 20), (10, 40)), "gaussian", "sphere", "student", "relu")),
        full=(
            *_rows(((1, 6), (1, 40)), "sphere"),
            *_rows(((20, 40), (20, 100), (50, 75)), "gaussian", "sphere", "student", "relu"),
        ),
    ),
    decoys=(Decoy("Gaussian value", "n/(p-n-1) bounds every law from below", gaussian),),
    tails={"value": of_rows},
)

EXACT = claim(
    slug="interpolation-corollary-exact",
    title="Interpolating noise costs exactly this with Gaussian and spherical rows",
    statement=(
        r"At training loss $0$ the least expected excess risk is $\frac{n}{p-n-1}\sigma^2$ for Gaussian rows, and "
        r"$\frac{n(p-2)}{p(p-n-1)}\sigma^2$ for rows uniform on the sphere of radius $\sqrt p$."
    ),
    source=Source("belkin2020two", "Theorem 1, variance; rows on the sphere derived here", "derived"),
    kind=Mean(resolution=0.0125),
    predict=lambda features, **cell: (sphere if features == "sphere" else gaussian)(**cell),
    simulate=sims.interpolation_excess,
    grid=Grid(
        quick=_rows(((10, 20), (10, 40), (5, 30)), "gaussian", "sphere"),
        full=_rows(((20, 40), (20, 100), (50, 75), (100, 300)), "gaussian", "sphere"),
    ),
    decoys=(
        Decoy("universal bound", "n/p, as if it were attained", universal),
        Decoy("bound of independent rows", "n/(p+1-n), as if it were attained", full_rank),
        Decoy("one value for both", "spherical rows cost as much as Gaussian ones", gaussian),
        Decoy("asymptote", "n/(p-n), without the -1", lambda n, p, sigma2, **_: sigma2 * n / (p - n)),
    ),
    tails={"value": Moments(skewness=1.5)},
)

CLAIMS: tuple[Claim, ...] = (BOUND, EXACT)
