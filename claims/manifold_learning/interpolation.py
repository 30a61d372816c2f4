"""Networks of one ReLU layer on a line: values converge one order faster than slopes, and may do so alone."""

from __future__ import annotations

import math

import sims.manifold_learning as sims
import theory.manifold_learning as theory
from claims import Claim, Decoy, Grid, Identity, Limit, Source, cells, declared_in

claim = declared_in(__name__)
_SOURCE = Source("liu2022benefits", "motivation recalled; derived here", "derived")
_NEXT = "the next order, h^4 relative, at h = 1/32 with the sixth derivatives of these functions"


def _constants(N: int, function: str) -> dict[str, float]:
    return {"value": float(theory.pl_l2_error(1.0, 1.0)), "slope": float(theory.pl_h1_error(1.0, 1.0))}


ERRORS = claim(
    slug="first-order-approximation",
    title="What a ReLU network with equal knots leaves of values and of slopes",
    statement=(
        r"With kinks $h$ apart a network of one ReLU layer that interpolates $f$ has $\|f-g\|/(h^2\|f''\|) \to "
        r"1/\sqrt{120}$, $\|f'-g'\|/(h\|f''\|) \to 1/\sqrt{12}$, with an error of order $h^2$."
    ),
    source=_SOURCE,
    kind=Limit(size="N", order=2.0, resolution=0.001, allowance=0.002, because=_NEXT, trials=1),
    predict=_constants,
    simulate=sims.relu_interpolation,
    grid=Grid(
        quick=(
            *cells(N=[32, 64, 128], function="sine"), *cells(N=[32, 64, 128], function="exponential"),
            *cells(N=[32, 64, 128], function="runge"),
        ),
        full=(*cells(N=[64, 128, 256], function="sine"), *cells(N=[64, 128, 256], function="runge")),
    ),
    decoys=(
        Decoy("sup constants", "1/8 and 1/2, those of the largest error",
              lambda N, function: {"value": 1 / 8, "slope": 0.5}),
        Decoy("least squares", "1/sqrt(720): the best broken line, not the interpolant",
              lambda N, function: {"value": 1 / math.sqrt(720)}),
    ),
)  # fmt: skip

ZIGZAG = claim(
    slug="first-order-approximation-zigzag",
    title="Networks with nearly equal values may have unlike slopes",
    statement=(
        r"A zigzag of slopes $\pm1$ and height $\epsilon$, added to a network of one ReLU layer, changes its values by "
        r"$\epsilon/\sqrt3$ and its slopes by $1$, in the mean square."
    ),
    source=_SOURCE,
    kind=Identity(tolerance=1e-9, trials=2),
    predict=lambda teeth: {"value": 1 / (4 * teeth * math.sqrt(3)), "slope": 1.0},
    simulate=sims.relu_zigzag,
    grid=Grid(quick=cells(teeth=[1, 4, 16]), full=cells(teeth=[1, 4, 16, 64])),
    decoys=(
        Decoy("slopes follow", "a slope error of the size of the values'",
              lambda teeth: {"slope": 1 / (4 * teeth * math.sqrt(3))}),
    ),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (ERRORS, ZIGZAG)
