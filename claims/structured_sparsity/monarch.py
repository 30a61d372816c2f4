"""The best Monarch fit of a given matrix, and what a Monarch product costs."""

from __future__ import annotations

from typing import Any

import sims.structured_sparsity as sims
import theory.structured_sparsity as theory
from claims import Claim, Decoy, Grid, Identity, Source, cells, declared_in, instance

claim = declared_in(__name__)
MONARCH = Source("dao2022monarch", "projection onto Monarch matrices recalled; derived here", "derived")


@instance
def given(name: str, m: int, number: int) -> dict[str, Any]:
    """A Gaussian matrix, or 1/(i + j + 1), of m^2 rows."""
    return {"A": sims.matrix(name, m, instance=number)}


def _truncated(name: str, m: int, number: int) -> dict[str, float]:
    """What the best rank m leaves: of a symmetric matrix, the squares of its smaller eigenvalues."""
    return {"error": sims.truncation_error(sims.matrix(name, m, instance=number), m)}


def _exchanged(name: str, m: int, number: int) -> dict[str, float]:
    return {"error": theory.monarch_error(sims.row_transposed(sims.matrix(name, m, instance=number), m))}


PROJECTION = claim(
    slug="monarch-projection",
    title="The best Monarch fit of any matrix is a set of rank-one fits, in closed form",
    statement=(
        r"The best of 10 random starts of alternating least squares over both factors $L$, $R$ of $M_{(l,j),(k,i)} = "
        r"L_j[l,k]R_k[j,i]$ ends at $\|A - M\|_F^2 = \sum_{j,k}\sum_{r\ge2}s_r^2$, with $s_r$ the singular values of "
        r"the $m \times m$ slices of $A$."
    ),
    source=MONARCH,
    kind=Identity(tolerance=1e-9, trials=4),
    predict=given.of(theory.monarch_error, "error"),
    simulate=given.of(sims.monarch_error),
    grid=Grid(
        quick=(*cells(name="gaussian", m=[2, 3, 4], number=[0, 1]), *cells(name="hilbert", m=[2, 3, 4], number=0)),
        full=(*cells(name="gaussian", m=[5, 6], number=[0, 1, 2]), *cells(name="hilbert", m=[5, 6], number=0)),
    ),
    decoys=(
        Decoy("rank m", "the best rank m of the whole matrix, as many numbers", _truncated),
        Decoy("transposed slices", "slices over (j, i) instead of (l, i)", _exchanged),
    ),
    certificates={"stationarity": 1e-8},
)

COUNTS = claim(
    slug="monarch-projection-counts",
    title="A Monarch product costs twice the root of n an output, where a dense one costs n",
    statement=(
        r"The two factors hold $2n^{3/2}$ numbers, each one multiply-add a vector; their product has $n^2$ entries "
        r"that are not $0$, and its slices have rank one."
    ),
    source=Source("dao2022monarch", "counts recalled; counted here", "recalled"),
    kind=Identity(tolerance=1e-12, trials=8),
    predict=lambda n: {"multiplies": theory.monarch_flops(n), "dense": n * n, "mismatch": 0.0},
    simulate=sims.monarch_flops,
    grid=Grid(quick=cells(n=[4, 16, 64, 100]), full=cells(n=[4, 16, 64, 256, 400])),
    decoys=(
        Decoy("one factor", "n^(3/2): the second factor forgotten", lambda n: {"multiplies": round(n**1.5)}),
        Decoy("sparse product", "as many entries as the factors", lambda n: {"dense": theory.monarch_flops(n)}),
    ),
)

CLAIMS: tuple[Claim, ...] = (PROJECTION, COUNTS)
