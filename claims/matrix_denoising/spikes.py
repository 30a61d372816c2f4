"""What a spike's singular value and singular vectors become in noise, above and below the threshold."""

from __future__ import annotations

import sims.matrix_denoising as sims
import theory.matrix_denoising as theory
from claims import Claim, Decoy, Grid, Limit, Moments, Observation, Source, cells, declared_in, instance
from claims.matrix_denoising.families import BELOW, FAR_BELOW, FLAT, HALF, Named, limit

claim = declared_in(__name__)
BGN = Source("benaychgeorges2012singular", "Theorems 2.8 and 2.9, section 3.1", "recalled")
X = tuple[float, ...]
# Cosines near 1 have a tail below.
TILTED = {"left2": Moments(skewness=2.0), "right2": Moments(skewness=2.0)}


# --- above the threshold ---------------------------------------------------------------------------------------------


def _swapped(x: X, beta: float, n: int) -> Named:
    sides = theory.spike_cosines(x, beta)
    return {"left2": sides.right2, "right2": sides.left2}


def _from_one(x: X, beta: float, n: int) -> Named:
    return {"value": [theory.spike_singular_value(s, beta) if s > 1 else 1 + beta**0.5 for s in x]}


ANGLES = claim(
    slug="spike-angles",
    title="What a spike looks like in noise: its singular value is biased, its vectors turned by a known angle",
    statement=(
        r"As $n \to \infty$ with $m/n = \beta \le 1$, a singular value $x > \beta^{1/4}$ of $X$ is seen in "
        r"$X + Z/\sqrt n$ at $y = \sqrt{(x+1/x)(x+\beta/x)}$, with squared cosines $(x^4-\beta)/(x^4+\beta x^2)$ on "
        r"the left and $(x^4-\beta)/(x^4+x^2)$ on the right."
    ),
    source=BGN,
    kind=Limit(size="n", order=1.0, resolution=0.024),
    predict=limit.of(theory.spiked_matrix, "value", "left2", "right2"),
    simulate=sims.spiked_matrix,
    grid=Grid(quick=(*FLAT[0], *HALF[0]), full=(*FLAT[1], *HALF[1])),
    decoys=(
        Decoy("sides exchanged", "left and right cosines swapped", _swapped),
        Decoy("unbiased", "the observed singular value is x", lambda x, beta, n: {"value": x}),
        Decoy("threshold at 1", "a spike of strength .9 is not seen", _from_one),
    ),
    tails=TILTED,
)


@instance
def universal(x: X, beta: float, n: int, noise: str) -> Named:
    """The law of the entries is forgotten."""
    return {"x": x, "beta": beta}


SIGNS = claim(
    slug="spike-angles-signs",
    title="The angles of a spike are the same in noise of random signs",
    statement=(
        r"With noise entries $\pm1$ instead of Gaussian ones, singular value and squared cosines of a spike have the "
        r"same limits $y$, $c^2_{left}$, $c^2_{right}$."
    ),
    source=BGN,
    kind=Limit(size="n", order=1.0, resolution=0.024),
    predict=universal.of(theory.spiked_matrix, "value", "left2", "right2"),
    simulate=sims.spiked_matrix,
    grid=Grid(
        quick=cells(x=(0.9, 2.0), beta=1 / 16, noise="signs", n=[160, 320, 640]),
        full=cells(x=(0.9, 2.0), beta=1 / 16, noise="signs", n=[320, 640, 1280]),
    ),
    decoys=(
        Decoy("sides exchanged", "left and right cosines swapped", lambda x, beta, n, noise: _swapped(x, beta, n)),
        Decoy("unbiased", "the observed singular value is x", lambda x, beta, n, noise: {"value": x}),
    ),
    tails=TILTED,
)

TAILS = claim(
    slug="spike-angles-heavy-tails",
    title="Heavier noise: Student with 5 and with 3 degrees of freedom",
    statement=(
        r"Beside the limits for finite fourth moments stand Student noise with 5 degrees of freedom, and with 3, which "
        r"has none: at $n = 200$ the formulas are near for $t_5$ and far off for $t_3$."
    ),
    source=BGN,
    kind=Observation(trials=128),
    predict=universal.of(theory.spiked_matrix, "value", "left2", "right2", "optimal"),
    simulate=sims.spiked_matrix,
    grid=Grid(
        quick=cells(x=(1.5,), beta=0.25, n=200, noise=["t5", "t3"]),
        full=cells(x=(1.5,), beta=0.25, n=[200, 800], noise=["t5", "t3"]),
    ),
    decoys=(),
)

# --- below it --------------------------------------------------------------------------------------------------------


def _uncut(x: X, beta: float, n: int) -> Named:
    return {"value": [((s + 1 / s) * (s + beta / s)) ** 0.5 for s in x]}


def _energy(x: X, beta: float, n: int) -> Named:
    return {"left2": [s**2 / (s**2 + beta) for s in x], "right2": [s**2 / (s**2 + 1) for s in x]}


EDGE = claim(
    slug="spike-angles-below-threshold",
    title="Below the threshold a spike does not move the largest singular value",
    statement=(
        r"For $x \le \beta^{1/4}$ the largest singular value of $X + Z/\sqrt n$ tends to $1 + \sqrt\beta$, the edge of "
        r"the noise, with a bias of order $n^{-2/3}$."
    ),
    source=BGN,
    kind=Limit(size="n", order=2 / 3, resolution=0.01),
    predict=limit.of(theory.spiked_matrix, "value"),
    simulate=sims.spiked_matrix,
    grid=Grid(*BELOW),
    decoys=(
        Decoy("threshold at sqrt(beta)", "y(x) holds from the square root of beta on", _uncut),
        Decoy(
            "energies add",
            "y^2 = x^2 + edge^2",
            lambda x, beta, n: {"value": (x[0] ** 2 + (1 + beta**0.5) ** 2) ** 0.5},
        ),
    ),
    tails={"value": Moments(skewness=0.5)},
)

BLIND = claim(
    slug="spike-angles-below-threshold-directions",
    title="Below the threshold the leading singular vectors know nothing of the spike",
    statement=(
        r"For $x < \beta^{1/4}$ the squared cosines between the leading singular vectors of $X + Z/\sqrt n$ and those "
        r"of the spike tend to $0$ on both sides."
    ),
    source=BGN,
    kind=Limit(size="n", order=1.0, resolution=0.024),
    predict=limit.of(theory.spiked_matrix, "left2", "right2"),
    simulate=sims.spiked_matrix,
    grid=Grid(*FAR_BELOW),
    decoys=(Decoy("share of the energy", "cos^2 = x^2/(x^2 + beta) and x^2/(x^2 + 1)", _energy),),
    tails={"left2": Moments(skewness=3.0), "right2": Moments(skewness=3.0)},
    scales={"left2": 1.0, "right2": 1.0},
)

CLAIMS: tuple[Claim, ...] = (ANGLES, SIGNS, TAILS, EDGE, BLIND)
