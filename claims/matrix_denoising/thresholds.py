"""Where keeping a singular value begins to pay, for known and for unknown noise."""

from __future__ import annotations

import sims.matrix_denoising as sims
import theory.matrix_denoising as theory
from claims import Claim, Decoy, Grid, Limit, Source, cells, declared_in, instance
from claims.matrix_denoising.families import FLAT, HALF, SQUARE, Named, limit

claim = declared_in(__name__)
GD = Source("gavish2014optimal", "optimal hard threshold, equations (3) and (4)", "recalled")


@instance
def break_even(beta: float, n: int) -> Named:
    """A spike that is seen at the hard threshold."""
    return {"x": (float(theory.break_even_strength(beta)),), "beta": beta, "n": n}


def _predict(beta: float, n: int) -> Named:
    return {"value": [theory.hard_threshold(beta)], "keep": theory.break_even_strength(beta) ** 2}


def _as_good_as_shrinking(beta: float, n: int) -> Named:
    return {"keep": theory.amse(theory.break_even_strength(beta), beta, "optimal")}


THRESHOLD = claim(
    slug="hard-threshold-4-over-sqrt3",
    title="At 4/sqrt(3) keeping a singular value costs what killing it costs",
    statement=(
        r"With $\rho = \beta + 1 + \sqrt{\beta^2+14\beta+1}$ the spike of strength $x_* = \sqrt{\rho/2}$ is seen at "
        r"$\lambda_*(\beta) = \sqrt{2(\beta+1) + 8\beta/\rho}$, $4/\sqrt3$ for a square matrix, and keeping it costs "
        r"$x_*^2$ as $n \to \infty$, just what killing it costs."
    ),
    source=GD,
    kind=Limit(size="n", order=1.0, resolution=0.024),
    predict=_predict,
    simulate=break_even.of(sims.spiked_matrix),
    grid=Grid(
        quick=(*cells(beta=1.0, n=[24, 48, 96]), *cells(beta=0.2, n=[60, 120, 240])),
        full=tuple(cell for beta in (1.0, 0.5, 0.2) for cell in cells(beta=beta, n=[100, 200, 400])),
    ),
    decoys=(
        Decoy("edge of the bulk", "1 + sqrt(beta)", lambda beta, n: {"value": [1 + beta**0.5]}),
        Decoy("2.02", "the universal threshold 2.02 for all shapes", lambda beta, n: {"value": [2.02]}),
        Decoy("4/sqrt(3) for all", "4/sqrt(3) whatever the shape", lambda beta, n: {"value": [4 / 3**0.5]}),
        Decoy("as good as shrinking", "keeping costs what the best rule costs", _as_good_as_shrinking),
    ),
)  # fmt: skip


def _best(x: tuple[float, ...], beta: float, n: int) -> Named:
    return {"hard": theory.spiked_matrix(x, beta).optimal}


def _all_kept(x: tuple[float, ...], beta: float, n: int) -> Named:
    return {"hard": theory.spiked_matrix(x, beta).keep}


RISK = claim(
    slug="hard-threshold-4-over-sqrt3-risk",
    title="The error of the hard threshold: a weak spike is killed, a strong one kept",
    statement=(
        r"Keeping the singular values above $\lambda_*(\beta)$ costs, as $n \to \infty$, $x^2$ a spike seen below it "
        r"and $x^2 + y^2 - 2xy\,c_{left}c_{right}$ one seen above it."
    ),
    source=GD,
    kind=Limit(size="n", order=1.0, resolution=0.024),
    predict=limit.of(theory.spiked_matrix, "hard"),
    simulate=sims.spiked_matrix,
    grid=Grid(quick=(*FLAT[0], *SQUARE[0]), full=(*FLAT[1], *SQUARE[1])),
    decoys=(
        Decoy("everything kept", "the cost of keeping both spikes", _all_kept),
        Decoy("best rule", "the cost of the best shrinkage", _best),
    ),
)  # fmt: skip


def _median(x: tuple[float, ...], beta: float, n: int) -> Named:
    return {"median": theory.hard_threshold(beta) / theory.median_threshold_coef(beta)}


def _not_rooted(x: tuple[float, ...], beta: float, n: int) -> Named:
    return {"median": _median(x, beta, n)["median"] ** 2}


def _omega_of_square(x: tuple[float, ...], beta: float, n: int) -> Named:
    return {"median": theory.hard_threshold(beta) / theory.median_threshold_coef(1.0)}


MEDIAN = claim(
    slug="hard-threshold-4-over-sqrt3-median",
    title="Unknown noise: the threshold is a multiple of the median singular value",
    statement=(
        r"The median singular value of $X + Z/\sqrt n$ tends to $\lambda_*(\beta)/\omega(\beta)$, "
        r"$\omega(1) = 2.858$ and $\omega(1/2) = 2.171$, whatever the spikes."
    ),
    source=GD,
    kind=Limit(size="n", order=1.0, resolution=0.01),
    predict=_median,
    simulate=sims.spiked_matrix,
    grid=Grid(quick=(*HALF[0], *SQUARE[0]), full=(*HALF[1], *SQUARE[1])),
    decoys=(
        Decoy("eigenvalue's median", "the square of it", _not_rooted),
        Decoy("2.858 for all", "omega(1) whatever the shape", _omega_of_square),
    ),
)

CLAIMS: tuple[Claim, ...] = (THRESHOLD, RISK, MEDIAN)
