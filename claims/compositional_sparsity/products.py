"""Products of n numbers: 2^n units in one layer, 4(n - 1) in a tree."""

from __future__ import annotations

import sims.compositional_sparsity as sims
import theory.compositional_sparsity as theory
from claims import Claim, Decoy, Grid, Identity, Rate, Source, cells, declared_in

claim = declared_in(__name__)
LIN = Source("lin2017why", "construction", "recalled")
ROLNICK = Source("rolnick2018power", "count recalled; rank argument derived here", "derived")
_INVERSES = [5.0, 10.0, 20.0]

ERROR = claim(
    slug="product-neurons",
    title="Sums over signs of one activation tend to the product of their inputs",
    statement=(
        r"$\sum_s(\prod s_i)\,\sigma(\lambda s\cdot x)/(2^n\sigma^{(n)}(0)\lambda^n)$ misses $\prod x_i$ by "
        r"$O(\lambda^2)$, "
        r"in one layer and in a binary tree of pairs, for $\sigma(z) = 1/(1+e^{-z}) + e^{0.7z}$."
    ),
    source=LIN,
    kind=Rate(size="inverse", trials=1, resolution=0.01, allowance=0.01, because="next order, lam^2"),
    predict=lambda n, inverse: {"layer": -2.0, "tree": -2.0},
    simulate=sims.product_errors,
    grid=Grid(
        quick=tuple(c for n in (2, 3, 4) for c in cells(n=n, inverse=_INVERSES)),
        full=tuple(c for n in (2, 3, 4, 5) for c in cells(n=n, inverse=_INVERSES)),
    ),
    decoys=(
        Decoy("first order", "O(lam)", lambda n, inverse: {"layer": -1.0, "tree": -1.0}),
        Decoy("n-th order", "O(lam^n)", lambda n, inverse: {"layer": -float(n) if n > 2 else -1.0}),
    ),
)

UNITS = claim(
    slug="product-neurons-units",
    title="Units counted: 2^n in one layer, four a factor in a tree",
    statement=r"The two networks have $2^n$ and $4(n-1)$ units.",
    source=ROLNICK,
    kind=Identity(tolerance=0.0, trials=1),
    predict=lambda n, inverse: {
        "layer_units": float(theory.shallow_units(n)), "tree_units": float(theory.deep_units(n))},
    simulate=sims.product_errors,
    grid=Grid(quick=cells(n=[2, 3, 4, 7], inverse=4.0), full=cells(n=[2, 3, 4, 5, 6, 7, 8], inverse=4.0)),
    decoys=(Decoy("four a factor", "4n in the tree", lambda n, inverse: {"tree_units": 4.0 * n}),),
)  # fmt: skip

RANK = claim(
    slug="product-neurons-rank",
    title="Why one layer needs 2^n units",
    statement=(
        r"Where $\sigma$ has no vanishing derivative at $0$ up to the $n$-th, the moments $\sum_j w_ja_j^{S+T}$ over "
        r"subsets "
        r"$S, T$ that the product demands have rank $2^n$, whatever those of more than $n$ factors are."
    ),
    source=ROLNICK,
    kind=Identity(tolerance=0.0, trials=16),
    predict=lambda n: float(theory.shallow_units(n)),
    simulate=sims.moment_rank,
    grid=Grid(quick=cells(n=[2, 3, 4]), full=cells(n=[2, 3, 4, 5, 6])),
    decoys=(Decoy("half", "2^(n-1)", lambda n: 2.0 ** (n - 1)),),
)

POWER = claim(
    slug="product-neurons-power",
    title="The power z^n multiplies exactly with half as many units",
    statement=(
        r"For $\sigma(z) = z^n$ the sum over signs with $s_1 = 1$, $2^{n-1}$ units, is the product, at any "
        r"$\lambda$."
    ),
    source=ROLNICK,
    kind=Identity(tolerance=1e-12, trials=1),
    predict=lambda n, inverse, activation: {"layer": 0.0, "layer_units": theory.shallow_units(n) / 2},
    simulate=sims.product_errors,
    grid=Grid(
        quick=cells(n=[2, 3, 4, 6], inverse=[0.5, 5.0], activation="power"),
        full=cells(n=[2, 3, 4, 5, 6, 7], inverse=[0.5, 5.0], activation="power"),
    ),
    decoys=(Decoy("all signs", "2^n units are needed", lambda n, inverse, activation: {"layer_units": 2.0**n}),),
)

CLAIMS: tuple[Claim, ...] = (ERROR, UNITS, RANK, POWER)
