"""Series with estimated coefficients: exact risk and minimax rate."""

from __future__ import annotations

from typing import Any

import sims.manifold_learning as sims
import theory.manifold_learning as theory
from claims import Claim, Decoy, Grid, Mean, Moments, Rate, Source, cells, declared_in

claim = declared_in(__name__)
_STONE = Source("stone1982optimal", "optimal rates recalled; exact risk derived here", "derived")


def _risk(n: int, d: int, s: float, M: int, largest: int, sigma2: float, D: int) -> float:
    size, coef2 = theory.power_law(s, d, largest)
    return float(theory.projection_risk(coef2, size <= M, n, sigma2))


def _noise_only(n: int, d: int, s: float, M: int, largest: int, sigma2: float, D: int) -> float:
    size, coef2 = theory.power_law(s, d, largest)
    return float(coef2[size > M].sum() + (size <= M).sum() * sigma2 / n)


def _whole_design(n: int, d: int, s: float, M: int, largest: int, sigma2: float, D: int) -> float:
    size, coef2 = theory.power_law(s, d, largest)
    return float(coef2[size > M].sum() + (size <= M).sum() * (coef2.sum() + sigma2) / n)


def _exponent(n: int, M: int, degree: str, sigma2: float) -> float:
    return float(theory.optimal_projection_rate(0.5 if degree == "one" else 1.5, 1))


def _bernoulli(degree: str, sizes: tuple[tuple[int, int], ...]) -> tuple[dict[str, Any], ...]:
    return tuple({"degree": degree, "sigma2": 4.0, "n": n, "M": M} for n, M in sizes)


RISK = claim(
    slug="projection-minimax",
    title="The exact risk of an estimated series on a torus in many dimensions",
    statement=(
        r"With the coefficients $|k| \le M$ estimated by sample means at $n$ uniform points of $T^d$, embedded in "
        r"$\mathbf{R}^D$, $\mathrm{E}\|\hat f - f\|^2 = \sum_{|k|>M}|f_k|^2 + \sum_{|k|\le M}(\|f\|^2 + \sigma^2 - "
        r"|f_k|^2)/n$."
    ),
    source=_STONE,
    kind=Mean(resolution=0.025),
    predict=_risk,
    simulate=sims.series_risk,
    grid=Grid(
        quick=(
            *cells(n=40, d=1, s=1.0, M=6, largest=10, sigma2=0.5, D=[4, 100]),
            *cells(n=40, d=2, s=1.0, M=3, largest=4, sigma2=[0.0, 0.5], D=20),
            *cells(n=40, d=3, s=1.5, M=2, largest=3, sigma2=0.5, D=20),
        ),
        full=(
            *cells(n=150, d=2, s=1.0, M=3, largest=12, sigma2=0.5, D=20),
            *cells(n=100, d=1, s=[1.0, 2.0], M=5, largest=40, sigma2=0.5, D=100),
            *cells(n=200, d=3, s=1.5, M=2, largest=3, sigma2=0.5, D=20),
        ),
    ),
    decoys=(
        Decoy("noise alone", "variance sigma^2/n: a random design adds |f|^2", _noise_only),
        Decoy("no |f_k|^2", "variance (|f|^2 + sigma^2)/n also of what is there", _whole_design),
    ),
    tails={"value": Moments(skewness=1.5)},
)

RATE = claim(
    slug="projection-minimax-rate",
    title="The best series falls with the minimax exponent",
    statement=(
        r"With $M + \frac12 \sim n^{1/(2s+1)}$ the risk for a Bernoulli polynomial of smoothness $\frac12$ or "
        r"$rac32$ on the circle falls as $n^{-2s/(2s+1)}$."
    ),
    source=_STONE,
    kind=Rate(
        resolution=0.015,
        allowance=0.02,
        because="sums for integrals, and |f|^2 - |f_k|^2 for |f|^2: the exact risk's own slope at the quick sizes is "
        "1.3 % (s = 1/2) and 1.5 % (s = 3/2) from the exponent",
    ),
    predict=_exponent,
    simulate=sims.bernoulli_risk,
    grid=Grid(
        quick=(
            *_bernoulli("one", ((102, 2), (332, 4), (1185, 8))),
            *_bernoulli("two", ((422, 2), (1620, 3), (4437, 4))),
        ),
        full=(
            *_bernoulli("one", ((1188, 8), (4476, 16), (17300, 32))),
            *_bernoulli("two", ((4437, 4), (19331, 6), (56515, 8))),
        ),
    ),
    decoys=(
        Decoy("two dimensions", "-2s/(2s + 2), those of the plane that the circle lies in",
              lambda n, M, degree, sigma2: theory.optimal_projection_rate(0.5 if degree == "one" else 1.5, 2)),
        Decoy("root", "-s/(2s + 1), the rate of the norm",
              lambda n, M, degree, sigma2: 0.5 * _exponent(n, M, degree, sigma2)),
    ),
    tails={"value": Moments(skewness=2.5)},
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (RISK, RATE)
