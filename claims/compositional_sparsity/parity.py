"""Parities: kernels capture little of them, elimination over two elements recovers them."""

from __future__ import annotations

import math

import sims.compositional_sparsity as sims
import theory.compositional_sparsity as theory
from claims import Bound, Claim, Decoy, Grid, Mean, Probability, Source, cells, declared_in

claim = declared_in(__name__)
OURS = Source("daniely2020learning", "hardness of parities for kernels recalled; bound derived here", "derived")
RANK = Source("daniely2020learning", "beside it: rank of random matrices over GF(2), classical", "derived")


def _all_functions(n: int, d: int, k: int, on: str) -> float:
    """2^d in place of C(d, k)."""
    return 1 - n / float(2**d)


_KERNELS = (*cells(n=10, d=8, k=3, on=["degree", "gaussian"]), *cells(n=30, d=8, k=[2, 4], on="gaussian"))

BOUND = claim(
    slug="parity-separation",
    title="No kernel learns parities from few points",
    statement=(
        r"On average over all parities of $k$ of $d$ bits every function that is linear in the sections of a kernel "
        r"at $n$ "
        r"points has a mean square error of at least $1 - n/\binom dk$; the kernel of degree $k$ attains it."
    ),
    source=OURS,
    kind=Bound(side="lower", on="draw", tolerance=1e-9, trials=64, reach=None),
    predict=lambda n, d, k, on: theory.kernel_parity_bound(n, d, k),
    simulate=sims.parity_error,
    grid=Grid(quick=_KERNELS, full=(*_KERNELS, *cells(n=[20, 60, 100], d=10, k=[2, 3, 4], on=["degree", "gaussian"]))),
    decoys=(Decoy("all functions", "1 - n/2^d", _all_functions),),
)

RECOVERY = claim(
    slug="parity-separation-elimination",
    title="Elimination over two elements finds the parity from little more than d examples",
    statement=r"From $n$ examples elimination over GF(2) returns the bits with probability $\prod_{i<d}(1-2^{i-n})$.",
    source=RANK,
    kind=Mean(resolution=0.025),
    predict=theory.gf2_recovery_prob,
    simulate=sims.gf2_recovery_prob,
    grid=Grid(quick=cells(n=[11, 12, 14], d=10), full=cells(n=[10, 11, 12, 15], d=[5, 10])),
    decoys=(
        Decoy("square", "prod (1 - 2^-i), as at n = d", lambda n, d: math.prod(1 - 2.0**-i for i in range(1, d + 1))),
        Decoy("union", "1 - 2^(d-n)", lambda n, d: 1 - 2.0 ** (d - n)),
    ),
    tails={"value": Probability()},
)

CLAIMS: tuple[Claim, ...] = (BOUND, RECOVERY)
