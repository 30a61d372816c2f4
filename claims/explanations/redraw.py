"""Rate-distortion explanation of a linear function: distortions, the best subset, the best soft mask."""

from __future__ import annotations

from typing import Any

import numpy as np

import sims.explanations as sims
import theory.explanations as theory
from claims import Claim, Decoy, Grid, Identity, Mean, Moments, Source, cells, declared_in, instance

claim = declared_in(__name__)
RDE = Source("macdonald2019rate", "definition of the distortion recalled; closed form derived here", "derived")
Named = dict[str, Any]
# Squares of Gaussian variables: the skewness of chi-square with one degree of freedom is 2.83.
SQUARES = {"value": Moments(skewness=2.9)}


@instance
def redrawn(number: int, keep: tuple[int, ...], mode: str) -> Named:
    """A linear function of six correlated inputs, and an input."""
    return {**sims.gaussian_problem(6, instance=number)._asdict(), "keep": keep, "mode": mode}


def _without_bias(number: int, keep: tuple[int, ...], mode: str) -> float:
    p = sims.gaussian_problem(6, instance=number)
    return theory.rde_average(p.w, p.Sigma, keep, mode) / 2


def _other_mode(number: int, keep: tuple[int, ...], mode: str) -> float:
    other = "marginal" if mode == "conditional" else "conditional"
    return theory.rde_distortion(**redrawn(number=number, keep=keep, mode=other))


KEPT = [(), (0,), (4, 1, 2)]

DISTORTION = claim(
    slug="rde-linear-gaussian",
    title="What a linear function loses when the rest of its input is redrawn",
    statement=(
        r"For $f(x) = w\cdot x$, inputs from $N(\mu,\Sigma)$ and coordinates $S$ kept, the expected squared change at "
        r"$x$ is $(w_c\cdot(x_c-m_c))^2 + w_c^\top V_cw_c$, with $m_c$, $V_c$ the conditional mean and covariance of "
        r"the others given $x_S$, or the marginal ones."
    ),
    source=RDE,
    kind=Mean(resolution=0.02),
    predict=redrawn.of(theory.rde_distortion),
    simulate=redrawn.of(sims.rde_distortion),
    grid=Grid(
        quick=cells(number=0, keep=KEPT, mode=["conditional", "marginal"]),
        full=cells(number=[0, 1, 2], keep=[*KEPT, (3, 5)], mode=["conditional", "marginal"]),
    ),
    decoys=(
        Decoy("no squared bias", "only the variance of the redraw", _without_bias),
        Decoy("other redraw", "marginal moments for a conditional redraw, and the reverse", _other_mode),
    ),
    tails=SQUARES,
)


@instance
def averaged(number: int, keep: tuple[int, ...], mode: str) -> Named:
    """The same without an input."""
    p = sims.gaussian_problem(6, instance=number)
    return {"w": p.w, "Sigma": p.Sigma, "keep": keep, "mode": mode}


def _independent(number: int, keep: tuple[int, ...], mode: str) -> float:
    p = sims.gaussian_problem(6, instance=number)
    return theory.rde_average(p.w, np.diag(np.diag(p.Sigma)), keep, mode)


AVERAGED = claim(
    slug="rde-linear-gaussian-averaged",
    title="On average the input differs from its redraw as two redraws do",
    statement=(
        r"Averaged over $x \sim N(\mu,\Sigma)$ the distortion is $2w_c^\top V_cw_c$ for the redraw in distribution and "
        r"for the marginal redraw, each with its own $V_c$."
    ),
    source=RDE,
    kind=Mean(resolution=0.02),
    predict=averaged.of(theory.rde_average),
    simulate=averaged.of(sims.rde_average),
    grid=Grid(
        quick=cells(number=0, keep=KEPT[1:], mode=["conditional", "marginal"]),
        full=cells(number=[0, 1, 2], keep=KEPT, mode=["conditional", "marginal"]),
    ),
    decoys=(
        Decoy("once", "w_c V_c w_c: the input itself does not vary", _without_bias),
        Decoy("independent", "coordinates taken as independent", _independent),
    ),
    tails=SQUARES,
)

W, SIGMA2 = (1.0, 3.0, -0.6, 2.0, 0.8, 1.5, -0.2, 1.1), (1.0, 0.2, 3.0, 0.5, 0.9, 0.1, 4.0, 0.3)
X = (0.4, 0.1, -1.0, 0.5, 2.5, 1.4, -3.0, 0.6)


@instance
def searched(k: int) -> Named:
    """Eight independent coordinates whose order by weight is not that by weight and spread."""
    return {"w": W, "Sigma": np.diag(SIGMA2), "k": k}


@instance
def correlated(k: int) -> Named:
    """The same variances, all pairs correlated by one half."""
    spread = np.sqrt(SIGMA2)
    return {"w": W, "Sigma": np.outer(spread, spread) * (np.eye(8) + 1) / 2, "k": k}


def _ranked(score: np.ndarray, k: int) -> float:
    return theory.rde_average(W, np.diag(SIGMA2), np.sort(np.argsort(-score, kind="stable")[:k]))


SUBSET = claim(
    slug="rde-linear-gaussian-best-subset",
    title="Of independent inputs those of the largest weight times spread explain best",
    statement=(
        r"For $\Sigma = \mathrm{diag}(\sigma_i^2)$ the least averaged distortion over all sets of $k$ of $8$ "
        r"coordinates is $2\sum w_i^2\sigma_i^2$ over all but the $k$ largest $w_i^2\sigma_i^2$."
    ),
    source=RDE,
    kind=Identity(tolerance=1e-10, trials=1),
    predict=lambda k: theory.rde_best_subset(W, SIGMA2, k).distortion,
    simulate=searched.of(sims.subset_search),
    grid=Grid(quick=cells(k=[1, 2, 3, 5]), full=cells(k=[1, 2, 3, 4, 5, 6, 7])),
    decoys=(
        Decoy("by weight", "the k largest |w_i|", lambda k: _ranked(np.abs(W), k)),
        Decoy(
            "by contribution", "the k largest |w_i x_i| at an input", lambda k: _ranked(np.abs(np.multiply(W, X)), k)
        ),
        Decoy("correlated inputs", "the same set, whatever the correlations", None, correlated.of(sims.subset_search)),
    ),
)


@instance
def penalised(lam: float) -> Named:
    """The same coordinates, and what a unit of the mask costs."""
    return {"w": W, "sigma2": SIGMA2, "lam": lam}


SOFT = claim(
    slug="rde-linear-gaussian-soft-mask",
    title="The best soft mask under a penalty, in closed form",
    statement=(
        r"Distortion plus $\lambda\sum_i s_i$, with $y = sx + (1-s)n$ and $n$ an independent copy of $x$, is least at "
        r"$s_i = \max(0, 1 - \lambda/(4w_i^2\sigma_i^2))$."
    ),
    source=RDE,
    kind=Identity(tolerance=1e-9, trials=8),
    predict=lambda lam: {"s": theory.rde_soft_mask(W, SIGMA2, lam)},
    simulate=penalised.of(sims.rde_soft_mask),
    grid=Grid(quick=cells(lam=[0.0, 0.3, 2.0]), full=cells(lam=[0.0, 0.1, 0.3, 1.0, 2.0, 7.0])),
    decoys=(
        Decoy("factor 2", "1 - lam/(2 w_i^2 sigma_i^2)", lambda lam: {"s": theory.rde_soft_mask(W, SIGMA2, 2 * lam)}),
        Decoy("hard", "1 where the term is worth more than lam/4, else 0",
              lambda lam: {"s": np.sign(theory.rde_soft_mask(W, SIGMA2, lam))}),
    ),
    certificates={"stationarity": 1e-12},
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (DISTORTION, AVERAGED, SUBSET, SOFT)
