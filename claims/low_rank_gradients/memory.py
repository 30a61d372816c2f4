"""What optimisers hold, in numbers and in bytes, and the rank that a batch's gradient can have."""

from __future__ import annotations

from typing import Any, Literal

import sims.low_rank_gradients as sims
import theory.low_rank_gradients as theory
from claims import Claim, Decoy, Grid, Identity, Source, cells, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]
Method = Literal["full", "projection", "lora"]
Precision = Literal["float32", "float64"]

_TABLE = Source("zhao2024galore", "Table 1", "recalled")
_BYTES = {"float32": 4, "float64": 8}


def _held(m: int, n: int, r: int, method: Method, dtype: Precision) -> Named:
    weights, states = theory.optimiser_memory(m, n, r, method)
    size = _BYTES[dtype]
    return {"weights": weights, "states": states, "weight_bytes": size * weights, "state_bytes": size * states}


def _both_sides(m: int, n: int, r: int, method: Method, dtype: Precision) -> Named:
    """2(m + n) r for the projection, as if it trained two factors."""
    right = _held(m, n, r, method, dtype)["states"]
    return {"states": 2 * (m + n) * r if method == "projection" else right}


def _basis_for_free(m: int, n: int, r: int, method: Method, dtype: Precision) -> Named:
    right = _held(m, n, r, method, dtype)["states"]
    return {"states": 2 * n * r if method == "projection" else right}


_LAYERS = cells(m=[6, 16], n=[16, 33], r=[1, 4], method=["full", "projection", "lora"], dtype=["float32", "float64"])

MEMORY = claim(
    slug="optimiser-memory",
    title="What an optimiser holds, counted in its arrays",
    statement=(
        r"Of an $m\times n$ layer, $m \le n$, Adam holds $2mn$ numbers of state; in a projection to rank $r$ $mr+2nr$, "
        r"for factors of rank $r$ $2mr+2nr$, beside $mn$ or $mn+mr+nr$ weights, in as many bytes as its precision says."
    ),
    source=_TABLE,
    kind=Identity(tolerance=1e-12, trials=1),
    predict=_held,
    simulate=sims.optimiser_memory,
    grid=Grid(
        quick=_LAYERS,
        full=cells(m=[64, 128], n=[128, 200], r=[4, 32], method=["full", "projection", "lora"],
                   dtype=["float32", "float64"]),
    ),
    decoys=(
        Decoy("two factors", "2(m + n) r for a projection too", _both_sides),
        Decoy("basis for free", "2nr: the basis itself not counted", _basis_for_free),
    ),
    # Counted are optimisers that train: a run whose loss has not fallen says nothing.
    certificates={"loss_left": 0.99},
)  # fmt: skip

BREAK_EVEN = claim(
    slug="optimiser-memory-break-even",
    title="The rank from which a projection saves no states",
    statement=r"A projection holds fewer states than full Adam if and only if $r < 2mn/(m+2n)$.",
    source=Source("zhao2024galore", "from Table 1", "derived"),
    kind=Identity(tolerance=1e-12, trials=1),
    predict=theory.break_even_rank,
    simulate=sims.break_even_rank,
    grid=Grid(
        quick=(*cells(m=[6, 8], n=[8, 24]), *cells(m=6, n=6), *cells(m=9, n=9)),
        full=cells(m=[6, 16, 30], n=[30, 64, 200]),
    ),
    decoys=(
        Decoy("as for factors", "r < mn/(m + n)", lambda m, n: -(-m * n // (m + n)) - 1),
        Decoy("ties save", "r <= 2mn/(m + 2n)", lambda m, n: 2 * m * n // (m + 2 * n)),
    ),
)

_CAPS = (
    *cells(N=64, m=10, n=[5, 32], softmax=[True, False]),
    *cells(N=[3, 9, 10, 12], m=10, n=32, softmax=[True, False]),
)

RANK_CAP = claim(
    slug="gradient-rank-cap",
    title="The rank of a layer's gradient on a batch",
    statement=(
        r"On $N$ samples in general position the gradient of an $m\times n$ layer has rank $\min(N, m, n)$, and of a "
        r"last layer under softmax $\min(N, m-1, n)$: residuals sum to $0$ over the classes."
    ),
    source=Source("zhao2024galore", "low rank of gradients; count", "derived"),
    kind=Identity(tolerance=1e-12, trials=64),
    predict=theory.gradient_rank_cap,
    simulate=sims.gradient_rank_cap,
    grid=Grid(quick=_CAPS, full=(*_CAPS, *cells(N=[50, 300], m=[10, 100], n=[64, 128], softmax=[True, False]))),
    decoys=(
        Decoy("K", "min(N, K, n) under softmax too", lambda N, m, n, softmax: min(N, m, n)),
        Decoy("N - 1", "centred samples, too", lambda N, m, n, softmax: min(N - 1, m - softmax, n)),
    ),
)

CLAIMS: tuple[Claim, ...] = (MEMORY, BREAK_EVEN, RANK_CAP)
