"""The square and the sawtooth: what depth does with few units, and no shallow network can."""

from __future__ import annotations

import sims.compositional_sparsity as sims
import theory.compositional_sparsity as theory
from claims import Bound, Claim, Decoy, Grid, Identity, Source, cells, declared_in

claim = declared_in(__name__)
YAROTSKY = Source("yarotsky2017error", "construction recalled; constants derived here", "derived")
TELGARSKY = Source("telgarsky2016benefits", "counting recalled; constants derived here", "derived")

DEEP = claim(
    slug="square-by-depth",
    title="The square in depth: the error falls by four with every level",
    statement=(
        r"$x - \sum_{s\le m}4^{-s}T_s(x)$, $2m$ ReLU units in depth $m$, misses $x^2$ on $[0,1]$ by $4^{-(m+1)}$ at "
        r"most, "
        r"exactly."
    ),
    source=YAROTSKY,
    kind=Identity(tolerance=1e-9, trials=1),
    predict=theory.square_deep_error,
    simulate=sims.square_deep_error,
    grid=Grid(quick=cells(m=[1, 2, 4, 8, 11]), full=cells(m=list(range(1, 13)))),
    decoys=(
        Decoy("a level less", "4^-m", lambda m: 4.0**-m),
        Decoy("shifted", "half of it, which needs a shift", lambda m: 4.0 ** -(m + 1) / 2),
    ),
)

UNIFORM = claim(
    slug="square-by-depth-shallow",
    title="The square in one hidden layer: uniform knots attain the least error",
    statement=r"The interpolant at $N+1$ uniform knots, shifted by half its error, misses $x^2$ by $1/(8N^2)$.",
    source=YAROTSKY,
    kind=Identity(tolerance=1e-9, trials=1),
    predict=lambda pieces, uniform: theory.square_shallow_error(pieces),
    simulate=sims.interpolation_error,
    grid=Grid(
        quick=cells(pieces=[1, 3, 8, 20], uniform=True), full=cells(pieces=[1, 2, 3, 5, 8, 13, 40], uniform=True)
    ),
    decoys=(Decoy("no shift", "1/(4N^2)", lambda pieces, uniform: 1 / (4 * pieces**2)),),
)

KNOTS = claim(
    slug="square-by-depth-any-knots",
    title="No knots do better than uniform ones",
    statement=(
        r"The interpolant at any $N - 1$ inner knots, shifted by half its error, misses $x^2$ by $1/(8N^2)$ or "
        r"more."
    ),
    source=YAROTSKY,
    # Two pieces: among 4,096 drawn knots one lies within a thousandth of the middle.
    kind=Bound(side="lower", on="draw", tolerance=1e-9, trials=4096, reach=0.98),
    predict=lambda pieces, uniform: theory.square_shallow_error(pieces),
    simulate=sims.interpolation_error,
    grid=Grid(quick=cells(pieces=2, uniform=False), full=cells(pieces=[2, 3], uniform=False)),
    decoys=(Decoy("no shift", "1/(4N^2) at least", lambda pieces, uniform: 1 / (4 * pieces**2)),),
)

PIECES = claim(
    slug="sawtooth-separation",
    title="The sawtooth has twice as many pieces with every level",
    statement=(
        r"$k$ levels of two ReLU units have exactly $2^k$ affine pieces; one layer of $m$ units has at most "
        r"$m+1$."
    ),
    source=TELGARSKY,
    kind=Identity(tolerance=1e-12, trials=1),
    predict=theory.sawtooth_pieces,
    simulate=sims.sawtooth_pieces,
    grid=Grid(quick=cells(k=[1, 3, 6, 10]), full=cells(k=list(range(1, 15)))),
    decoys=(
        Decoy("one more", "2^k + 1", lambda k: 2.0**k + 1),
        Decoy("units", "as many as units, 2k", lambda k: 2.0 * k),
    ),
)


_SEARCHES = (*cells(k=4, P=[1, 4, 8, 12]), *cells(k=5, P=6))

BEST = claim(
    slug="sawtooth-separation-best",
    title="How near functions of few pieces come to the sawtooth",
    statement=(
        r"No $P$ affine pieces with jumps, breakpoints on the grid of $8\cdot2^k$ cells, come nearer to $T_k$ in the "
        r"mean "
        r"square than the dynamic programme says, about $\frac1{12}(1-P/2^k)$; searches from random breakpoints "
        r"attain it."
    ),
    source=TELGARSKY,
    kind=Bound(side="lower", on="draw", tolerance=1e-9, trials=256, reach=0.97),
    predict=theory.sawtooth_best_l2,
    simulate=sims.sawtooth_search,
    grid=Grid(quick=_SEARCHES, full=(*_SEARCHES, *cells(k=6, P=[1, 4, 16]))),
    decoys=(
        Decoy("5 % more", "at least 1.05 times as far", lambda k, P: 1.05 * theory.sawtooth_best_l2(k, P)),
        Decoy("1/12", "as far as a constant, however many pieces", lambda k, P: 1 / 12),
    ),
)

COUNTED = claim(
    slug="sawtooth-separation-counted",
    title="A bound by counting changes of sign",
    statement=(
        r"Functions of $P$ affine pieces with jumps have $\|T_k - g\|^2 \ge \frac1{24}\bigl(1 - 2P\,2^{1-k}\bigr)$."
    ),
    source=TELGARSKY,
    kind=Bound(side="lower", on="draw", tolerance=1e-9, trials=64),
    predict=lambda k, P: theory.sawtooth_l2_lower(k, 2 * P - 1),
    simulate=sims.sawtooth_search,
    grid=Grid(quick=cells(k=5, P=[1, 3, 6]), full=cells(k=[4, 5, 6], P=[1, 3])),
    decoys=(Decoy("four times", "1/6 in place of 1/24", lambda k, P: 4 * theory.sawtooth_l2_lower(k, 2 * P - 1)),),
)

CLAIMS: tuple[Claim, ...] = (DEEP, UNIFORM, KNOTS, PIECES, BEST, COUNTED)
