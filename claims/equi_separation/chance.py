"""Fuzziness without structure, and what untrained linear layers do to it."""

from __future__ import annotations

import sims.equi_separation as sims
import theory.equi_separation as theory
from claims import Claim, Decoy, Grid, Mean, Moments, Source, cells, declared_in

claim = declared_in(__name__)
Widths = tuple[int, ...]
OURS = Source("he2023law", "definition of the fuzziness (seen); the mean derived here", "derived")


# --- random linear layers --------------------------------------------------------------------------------------------


def _ratio(d: int, K: int, widths: Widths, spread: float) -> float:
    return theory.random_linear_fuzziness_ratio(d, K, widths)


def _sum(d: int, K: int, widths: Widths, spread: float) -> float:
    r = K - 1
    return 1 + (d - r) * sum(1 / (m - r - 1) for m in widths)


def _all_classes(d: int, K: int, widths: Widths, spread: float) -> float:
    """K for the rank K - 1 of the means."""
    return theory.random_linear_fuzziness_ratio(d, K + 1, widths)


_LAYERS = (
    *cells(d=20, K=4, widths=[(30,), (30, 15, 25)], spread=2.0), *cells(d=16, K=5, widths=(40, 24, 40), spread=1.0)
)  # fmt: skip

GROWTH = claim(
    slug="random-linear-growth",
    title="Untrained linear layers make classes fuzzier, by a known factor",
    statement=(
        r"For any $K$ means and covariance $\sigma^2I_d$ within classes, $L$ Gaussian layers of widths $m_l$ raise the "
        r"fuzziness to $\mathrm{E}D_L/D_0 = 1 + (d-r)\bigl(\prod_l\frac{m_l-r}{m_l-r-1} - 1\bigr)$, $r = K-1$."
    ),
    source=OURS,
    kind=Mean(resolution=0.025),
    predict=_ratio,
    simulate=sims.random_linear_fuzziness_ratio,
    grid=Grid(
        quick=_LAYERS, full=(*_LAYERS, *cells(d=60, K=10, widths=[(80,), (80,) * 6, (120,) * 10], spread=[1.0, 5.0]))
    ),
    decoys=(
        Decoy("no compounding", "1 + (d-r) sum 1/(m_l-r-1)", _sum),
        Decoy("K for K - 1", "r = K", _all_classes),
        Decoy("no growth", "the depth does not matter", lambda d, K, widths, spread: 1.0),
    ),
    tails={"value": Moments(skewness=3.0)},
)

# --- no classes ------------------------------------------------------------------------------------------------------

Sizes = tuple[int, ...]


def _null(sizes: Sizes, d: int, scale: float) -> float:
    return theory.null_fuzziness(sum(sizes), len(sizes), d)


def _all_samples(sizes: Sizes, d: int, scale: float) -> float:
    N, K = sum(sizes), len(sizes)
    return _null(sizes, d, scale) * N / (N - K)


def _one_off(sizes: Sizes, d: int, scale: float) -> float:
    N, K = sum(sizes), len(sizes)
    return (N - K) * (K - 1) / (d - K + 1) if d > K else (N - K) * d / (K - d - 1)


_MANY = (3, 5, 2, 4, 6, 3, 5, 4, 3, 4, 6, 4, 4, 3, 5)
_NULLS = (
    *cells(sizes=(6, 3, 9), d=20, scale=1.0), *cells(sizes=(10, 20, 5, 5), d=30, scale=1.0),
    *cells(sizes=_MANY, d=5, scale=[1.0, 4.0]),
)  # fmt: skip

NULL = claim(
    slug="null-fuzziness",
    title="The fuzziness of features that know nothing of their classes",
    statement=(
        r"For Gaussian features without classes $\mathrm{E}D = (N-K)(K-1)/(d-K)$ for $d > K$ and $(N-K)\,d/(K-d-2)$ "
        r"for $K > d+2$, the latter for any covariance, whatever the sizes of the classes."
    ),
    source=OURS,
    kind=Mean(resolution=0.02),
    predict=_null,
    simulate=sims.fuzziness_without_classes,
    grid=Grid(quick=_NULLS, full=(*_NULLS, *cells(sizes=((20,) * 10), d=[30, 64, 200], scale=1.0))),
    decoys=(
        Decoy("N for N - K", "all samples counted within their classes", _all_samples),
        Decoy("off by one", "d - K + 1 or K - d - 1 below", _one_off),
    ),
    tails={"value": Moments(skewness=3.0)},
)

CLAIMS: tuple[Claim, ...] = (GROWTH, NULL)
