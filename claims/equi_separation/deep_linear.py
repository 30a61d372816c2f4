"""Deep linear networks on orthonormal inputs: geometric compression, exactly and trained; what stands still."""

from __future__ import annotations

from typing import Any

import sims.equi_separation as sims
import theory.equi_separation as theory
from claims import Bound, Claim, Decoy, Grid, Identity, Source, cells, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]
WANG = Source("wang2023understanding", "abstract: geometric rate (seen); constant derived here", "derived")
CONVERGED = {"loss": 1e-20}


def _ratios(formula: Any) -> Any:
    return lambda n, L, eps, K: {"ratio": [formula(n, L, eps)] * (L - 1)}


_ROOT = Decoy("root", "eps/n^(1/2L)", _ratios(lambda n, L, eps: eps / n ** (1 / (2 * L))))
_SQUARE = Decoy("n^(2/L)", "eps^2/n^(2/L)", _ratios(lambda n, L, eps: eps**2 / n ** (2 / L)))
_BUILT = (*cells(n=6, L=3, eps=[0.1, 1.0], K=3), *cells(n=20, L=4, eps=0.1, K=2))

BUILT = claim(
    slug="deep-linear-compression",
    title="Balanced deep linear networks compress classes by the same factor in each layer",
    statement=(
        r"With orthonormal inputs of $K$ balanced classes of $n$, $K$ singular values $n^{1/(2L)}$ along the classes "
        r"and all others $\epsilon$, $C_l/C_{l-1} = \epsilon^2/n^{1/L}$ in every hidden layer, $C = "
        r"\mathrm{tr}\,S_W/\mathrm{tr}\,S_B$."
    ),
    source=WANG,
    kind=Identity(tolerance=1e-10, trials=8),
    predict=_ratios(theory.deep_linear_compression_ratio),
    simulate=sims.constructed_compression,
    grid=Grid(quick=_BUILT, full=(*_BUILT, *cells(n=50, L=[3, 6], eps=[0.01, 0.3], K=4))),
    decoys=(_ROOT, _SQUARE),
    certificates=CONVERGED,
)

_TRAINED = (*cells(n=6, L=4, eps=0.1, K=3), *cells(n=20, L=3, eps=0.1, K=2), *cells(n=6, L=6, eps=0.3, K=3))

TRAINED = claim(
    slug="deep-linear-compression-trained",
    title="Descent from a small orthogonal start compresses a little more",
    statement=(
        r"Trained to the end from $\epsilon$ times orthogonal layers, every hidden layer has $C_l/C_{l-1} \le "
        r"\epsilon^2/n^{1/L}$: $K$ singular values shrink below $\epsilon$."
    ),
    source=WANG,
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=2, reach=0.9),
    predict=_ratios(theory.deep_linear_compression_ratio),
    simulate=sims.deep_linear_compression_ratio,
    grid=Grid(quick=_TRAINED, full=(*_TRAINED, *cells(n=60, L=[3, 5], eps=[0.1, 0.3], K=4))),
    decoys=(_SQUARE,),
    certificates=CONVERGED,
)


AT = (50, 200, 800)
_COUNTS = (*cells(K=3, n=6, L=4, eps=0.1, at=AT), *cells(K=2, n=15, L=3, eps=0.3, at=AT))

FROZEN = claim(
    slug="deep-linear-compression-frozen",
    title="All but 2K singular values of every hidden layer stay where they started",
    statement=(
        r"At all times of the descent exactly $d - 2K$ singular values of each hidden layer are $\epsilon$, those of "
        r"its start."
    ),
    source=Source("yaras2023law", "invariant subspaces", "recalled"),
    kind=Identity(tolerance=1e-12, trials=1),
    predict=lambda K, n, L, eps, at: [[float(theory.deep_linear_frozen_count(n * K, K))] * (L - 1)] * len(at),
    simulate=sims.frozen_singular_values,
    grid=Grid(quick=_COUNTS, full=(*_COUNTS, *cells(K=4, n=30, L=[3, 5], eps=0.2, at=(100, 1000, 4000)))),
    decoys=(
        Decoy("d - K", "K directions move", lambda K, n, L, eps, at: [[float(n * K - K)] * (L - 1)] * len(at)),
        Decoy("none", "all move", lambda K, n, L, eps, at: [[0.0] * (L - 1)] * len(at)),
    ),
)

CLAIMS: tuple[Claim, ...] = (BUILT, TRAINED, FROZEN)
