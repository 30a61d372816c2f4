"""What predictors on fixed features pay in high dimension, and what is paid once the directions are known."""

from __future__ import annotations

import math

import sims.feature_learning as sims
import theory.feature_learning as theory
from claims import Bound, Claim, Decoy, Grid, Mean, Moments, Source, cells, declared_in

claim = declared_in(__name__)

_SOURCE = Source("ghorbani2021linearized", "rate recalled; exact form", "derived")

FIXED = claim(
    slug="fixed-features-lower-bound",
    title="Fixed features pay for every polynomial of the degree",
    statement=(
        r"For a target uniformly random of unit norm among the $D = \binom{d+p-1}p$ Hermite functions of degree $p$, "
        r"minimum-norm regression on them from $n \le D$ samples has the average risk $1-n/D$, the least for "
        r"predictors in the span of any $n$ fixed functions."
    ),
    source=_SOURCE,
    kind=Mean(resolution=0.024),
    predict=theory.fixed_feature_risk,
    simulate=sims.fixed_feature_risk,
    grid=Grid(
        quick=(*cells(d=5, n=7, p=2), *cells(d=4, n=9, p=3)),
        full=(*cells(d=[5, 12], n=[7, 10], p=2), *cells(d=4, n=[5, 9], p=3), *cells(d=3, n=5, p=4)),
    ),
    decoys=(
        Decoy("d^p", "D = d^p: symmetry forgotten", lambda d, n, p: 1 - n / d**p),
        Decoy("root", "1 - sqrt(n/D)", lambda d, n, p: 1 - math.sqrt(n / math.comb(d + p - 1, p))),
    ),
)

RANK_ONE = claim(
    slug="fixed-features-lower-bound-rank-one",
    title="Squares of a hidden direction are hardly easier",
    statement=(
        r"For targets $h_2(u\cdot x)$, $u$ uniform, the best predictor in the span of $|x|^2-d$ and any $n-1$ other "
        r"functions of degree 2 has the average risk $1-[\frac1d+(1-\frac1d)\frac{n-1}{D-1}]$, $D = d(d+1)/2$."
    ),
    source=_SOURCE,
    kind=Mean(resolution=0.024),
    predict=theory.rank_one_lower_bound,
    simulate=sims.rank_one_lower_bound,
    grid=Grid(quick=cells(d=[4, 6], n=5), full=cells(d=[4, 6, 10], n=[5, 8])),
    decoys=(
        Decoy("isotropic", "1 - n/D", lambda d, n: 1 - 2 * n / (d * (d + 1))),
        Decoy("d^2", "D = d^2", lambda d, n: 1 - (1 / d + (1 - 1 / d) * (n - 1) / (d * d - 1))),
    ),
)


def _bound(d: int, n: int, kernel: str) -> float:
    return float(theory.rank_one_lower_bound(d, n))


KERNELS = claim(
    slug="fixed-features-lower-bound-kernels",
    title="No kernel does better",
    statement=(
        r"Ridgeless regression from $n$ samples of $h_2(u\cdot x)$, $u$ uniform, with the kernel of the degree-2 "
        r"Hermite functions or $(1+x\cdot x'/d)^2$ has an average risk of at least "
        r"$1-[\frac1d+(1-\frac1d)\frac{n-1}{D-1}]$."
    ),
    source=_SOURCE,
    kind=Bound(side="lower", on="mean", resolution=0.024),
    predict=_bound,
    simulate=sims.kernel_risk,
    grid=Grid(
        quick=cells(d=6, n=8, kernel=["quadratic", "polynomial"]),
        full=cells(d=[8, 12], n=[10, 20], kernel=["quadratic", "polynomial"]),
    ),
    decoys=(
        Decoy("nothing learnt", "at least 1", lambda d, n, kernel: 1.0),
    ),
    tails={"value": Moments(skewness=3.0)},
)  # fmt: skip


def _transfer(r: int, p: int, n: int, sigma2: float, d: int) -> float:
    return float(theory.transfer_in_sample_risk(r, p, n, sigma2))


def _scratch(r: int, p: int, n: int, sigma2: float, d: int) -> float:
    return sigma2 * math.comb(d + p, p) / n


_TRANSFER = (*cells(r=2, p=3, n=30, sigma2=0.25, d=[2, 20]), *cells(r=3, p=2, n=25, sigma2=1.0, d=6))

TRANSFER = claim(
    slug="transfer-dimension-free",
    title="With the directions known the dimension costs nothing",
    statement=(
        r"Least squares on all polynomials of degree $\le p$ in $r$ known directions, $q = \binom{r+p}p \le n$, has "
        r"the expected in-sample excess risk $\sigma^2q/n$ in every dimension $d$."
    ),
    source=Source("damian2022neural", "transfer statement recalled; exact form", "derived"),
    kind=Mean(resolution=0.024),
    predict=_transfer,
    simulate=sims.transfer_in_sample_risk,
    grid=Grid(quick=_TRANSFER, full=(*_TRANSFER, *cells(r=2, p=3, n=[60, 200], sigma2=0.25, d=100))),
    decoys=(
        Decoy("r^p", "r^p in place of q", lambda r, p, n, sigma2, d: sigma2 * r**p / n),
        Decoy(
            "no constant", "q - 1", lambda r, p, n, sigma2, d: sigma2 * (math.comb(r + p, p) - 1) / n
        ),
        Decoy("from scratch", "polynomials in all d variables", _scratch),
    ),
    tails={"value": Moments(skewness=1.0)},
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (FIXED, RANK_ONE, KERNELS, TRANSFER)
