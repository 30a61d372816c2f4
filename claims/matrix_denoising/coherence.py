"""Recovery guaranteed by coherence, and dictionaries that attain its bound."""

from __future__ import annotations

import math

import sims.matrix_denoising as sims
import theory.matrix_denoising as theory
from claims import Claim, Decoy, Grid, Identity, Source, cells, declared_in, instance
from claims.matrix_denoising.families import Named

claim = declared_in(__name__)


def _coherence(name: str, n: int) -> float:
    return 1 / n if name == "simplex" else 1 / math.sqrt(n)


@instance
def guaranteed(name: str, n: int) -> Named:
    """As many atoms as coherence guarantees."""
    return {"name": name, "n": n, "k": theory.coherence_sparsity(_coherence(name, n))}


@instance
def up_to_the_inverse(name: str, n: int) -> Named:
    """1/mu atoms."""
    return {"name": name, "n": n, "k": round(1 / _coherence(name, n))}


@instance
def equality_allowed(name: str, n: int) -> Named:
    """(1 + 1/mu)/2 atoms, equality allowed."""
    return {"name": name, "n": n, "k": math.floor((1 + 1 / _coherence(name, n)) / 2 + 1e-9)}


RECOVERY = claim(
    slug="coherence-recovery",
    title="Few atoms of an incoherent dictionary are found, whatever their coefficients",
    statement=(
        r"Combinations of $k < (1 + 1/\mu)/2$ atoms of a dictionary of coherence $\mu$, drawn at random with "
        r"coefficients over two decades, are found exactly by orthogonal matching pursuit in $k$ steps and by "
        r"$\ell_1$ minimisation."
    ),
    source=Source("tropp2004greed", "Theorem B", "recalled"),
    kind=Identity(tolerance=1e-12, trials=128),
    predict=lambda name, n: {"omp": 1.0, "l1": 1.0},
    simulate=guaranteed.of(sims.coherence_recovery),
    grid=Grid(
        quick=(*cells(name="hadamard", n=16), *cells(name="simplex", n=[7, 9])),
        full=(*cells(name="hadamard", n=[16, 64]), *cells(name="simplex", n=[7, 9, 15, 49])),
    ),
    decoys=(
        Decoy("k up to 1/mu", "every k <= 1/mu is found", None, up_to_the_inverse.of(sims.coherence_recovery)),
        Decoy("equality allowed", "k <= (1 + 1/mu)/2 suffices", None, equality_allowed.of(sims.coherence_recovery)),
    ),
)

SHARP = claim(
    slug="coherence-recovery-sharp",
    title="The bound is sharp: the halves of a simplex have one sum, up to the sign",
    statement=(
        r"Of the $N+1$ vertices of a simplex in $\mathbb{R}^N$, $N$ odd and $\mu = 1/N$, every $(N+1)/2 = (1+1/\mu)/2$ "
        r"sum to minus the sum of the others: two representations of the same size."
    ),
    source=Source("donoho2003optimally", "uniqueness bound; the simplex derived here", "derived"),
    kind=Identity(tolerance=1e-12, trials=64),
    predict=lambda n: {"atoms": theory.coherence_sparsity(1 / n) + 1, "residual": 0.0},
    simulate=sims.simplex_halves,
    grid=Grid(quick=cells(n=[3, 5, 7, 9]), full=cells(n=[3, 5, 7, 9, 49, 99])),
    decoys=(
        Decoy("1/mu", "unique up to 1/mu atoms", lambda n: {"atoms": n + 1}),
        Decoy("equality allowed", "unique up to (1 + 1/mu)/2", lambda n: {"atoms": (n + 1) // 2 + 1}),
    ),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (RECOVERY, SHARP)
