"""What each rule for singular values costs, and that the best one is not the unbiased one."""

from __future__ import annotations

import sims.matrix_denoising as sims
import theory.matrix_denoising as theory
from claims import Claim, Decoy, Grid, Limit, Moments, Observation, Order, Source, cells, declared_in, instance
from claims.matrix_denoising.families import FLAT, HALF, SQUARE, Named, limit

claim = declared_in(__name__)
GD = Source("gavish2017optimal", "section on the Frobenius norm", "recalled")
X = tuple[float, ...]


def _cosine(x: X, beta: float) -> list[float]:
    return [float(left * right) ** 0.5 for left, right in zip(*theory.spike_cosines(x, beta), strict=True)]


def _left_only(x: X, beta: float, n: int) -> Named:
    sides = theory.spike_cosines(x, beta)
    return {"optimal": sum(s**2 * (1 - float(c)) for s, c in zip(x, sides.left2, strict=True))}


def _unbiased(x: X, beta: float, n: int) -> Named:
    return {"optimal": sum(2 * s**2 * (1 - c) for s, c in zip(x, _cosine(x, beta), strict=True))}


def _cost_of_keeping(x: X, beta: float, n: int) -> Named:
    return {"optimal": theory.spiked_matrix(x, beta).keep}


OPTIMAL = claim(
    slug="optimal-shrinkage",
    title="The best that can be done with singular values, and what it costs",
    statement=(
        r"Shrinking each singular value $y > 1+\sqrt\beta$ to $\sqrt{(y^2-\beta-1)^2-4\beta}/y$ and all others to $0$ "
        r"costs $\sum x^2(1 - c^2_{left}c^2_{right})$ as $n \to \infty$; noise above the edge adds order $n^{-2/3}$."
    ),
    source=GD,
    kind=Limit(size="n", order=2 / 3, resolution=0.024),
    predict=limit.of(theory.spiked_matrix, "optimal"),
    simulate=sims.spiked_matrix,
    grid=Grid(quick=(*FLAT[0], *HALF[0], *SQUARE[0]), full=(*FLAT[1], *HALF[1], *SQUARE[1])),
    decoys=(
        Decoy("left side only", "x^2 (1 - left2)", _left_only),
        Decoy("debiased", "the cost of eta = x(y), the inverse of y(x)", _unbiased),
        Decoy("kept as they are", "the cost of eta = y", _cost_of_keeping),
    ),
)  # fmt: skip


def _kept(x: X, beta: float, n: int) -> Named:
    return {"soft": theory.spiked_matrix(x, beta).optimal, "keep": len(x) * (1 + beta)}


RIVALS = claim(
    slug="optimal-shrinkage-rivals",
    title="What the soft threshold and knowing the rank cost",
    statement=(
        r"With $\eta(y) = y - 1 - \sqrt\beta$, and with $\eta(y) = y$ for as many singular values as there are spikes, "
        r"a spike costs $x^2 + \eta(y)^2 - 2x\,\eta(y)\,c_{left}c_{right}$ as $n \to \infty$."
    ),
    source=GD,
    kind=Limit(size="n", order=1.0, resolution=0.024),
    predict=limit.of(theory.spiked_matrix, "soft", "keep"),
    simulate=sims.spiked_matrix,
    grid=Grid(quick=(*FLAT[0], *HALF[0]), full=(*FLAT[1], *HALF[1])),
    decoys=(Decoy("other costs", "soft costs what the best rule costs, the known rank 1 + beta a spike", _kept),),
)


def _to_nothing(x: X, beta: float, n: int) -> Named:
    limits = theory.spiked_matrix(x, beta)
    return {"excess": limits.keep - limits.optimal}


DEBIASED = claim(
    slug="optimal-shrinkage-debiasing-loses",
    title="The unbiased rule is worse: estimating the strength is not estimating the matrix",
    statement=(
        r"Replacing each singular value $y$ above the edge by the strength $x(y)$ of which it is the image costs more "
        r"than the best rule does; in the limit by $\sum x^2(1-c_{left}c_{right})^2$ for the spikes alone."
    ),
    source=Source("gavish2017optimal", "difference of two rules' costs", "derived"),
    kind=Order(resolution=0.2),
    predict=lambda x, beta, n: {"excess": 0.0},
    simulate=sims.spiked_matrix,
    grid=Grid(quick=FLAT[0][:2], full=FLAT[1]),
    decoys=(Decoy("no better than keeping", "at least as much as keeping y costs more", _to_nothing),),
    tails={"excess": Moments(skewness=3.0)},
    scales={"excess": 0.2},
)

# --- real matrices ---------------------------------------------------------------------------------------------------


@instance
def picture(data: str, noise_std: float) -> Named:
    """The true singular values of 600 images, in units of the noise."""
    return {"x": sims.picture_strengths(data, noise_std), "beta": 64 / 600}


PICTURES = claim(
    slug="optimal-shrinkage-pictures",
    title="Digits and photographs have full rank: the formulas beside the measured errors",
    statement=(
        r"For $64 \times 600$ matrices of images in Gaussian noise $\sum x^2(1-c^2_{left}c^2_{right})$ over all true "
        r"singular values, a theorem for fixed rank, stands beside the measured error of the rules."
    ),
    source=GD,
    kind=Observation(trials=64),
    predict=picture.of(theory.spiked_matrix, "optimal", "hard", "soft"),
    simulate=sims.picture_matrix,
    grid=Grid(
        quick=(*cells(data="digits", noise_std=[0.3, 0.6]), *cells(data="photographs", noise_std=[0.1, 0.3])),
        full=cells(data=["digits", "photographs"], noise_std=[0.05, 0.1, 0.2, 0.3, 0.6]),
    ),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (OPTIMAL, RIVALS, DEBIASED, PICTURES)
