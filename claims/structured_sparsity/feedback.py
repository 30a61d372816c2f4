"""Error feedback: the iterate that no compressor disturbs, and how far a message can lag."""

from __future__ import annotations

import math

import sims.structured_sparsity as sims
import theory.structured_sparsity as theory
from claims import Bound, Claim, Decoy, Grid, Identity, Source, cells, declared_in

claim = declared_in(__name__)
KARIMIREDDY = Source("karimireddy2019error", "virtual iterate; lemma on the residual", "recalled")

VIRTUAL = claim(
    slug="error-feedback",
    title="With error feedback a virtual iterate moves by the whole gradient, whatever the compressor",
    statement=(
        r"With $q = C(\eta g + e)$, $x \leftarrow x - q$ and $e$ what is left out, $x - e$ moves by $-\eta g(x)$, "
        r"exactly, for the $k$ largest entries, signs and rounding."
    ),
    source=KARIMIREDDY,
    kind=Identity(tolerance=1e-12, trials=64),
    predict=lambda compressor, d, k, eta: {"virtual": 0.0},
    simulate=sims.error_feedback,
    grid=Grid(
        quick=cells(compressor=["top-k", "sign", "rounding"], d=20, k=3, eta=0.5),
        full=cells(compressor=["top-k", "sign", "rounding"], d=[20, 200], k=[3, 10], eta=[0.5, 1.5]),
    ),
    decoys=(Decoy("no feedback", "so does x without the residual", lambda compressor, d, k, eta: {"forgotten": 0.0}),),
)

TRACKING = claim(
    slug="error-feedback-lag",
    title="How far a compressed message lags behind what it follows, at most",
    statement=(
        r"If $|p - C(p)|^2 \le (1-\delta)|p|^2$ and the target moves by at most $s$ a step, the message lags by "
        r"at most $s\sqrt{1-\delta}/(1-\sqrt{1-\delta})$; shrinking towards a target that moves straight on attains it."
    ),
    source=Source("karimireddy2019error", "lemma on the residual recalled; this constant derived here", "derived"),
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=16, reach=0.999),
    predict=theory.tracking_bound,
    simulate=sims.tracking_bound,
    grid=Grid(
        quick=cells(delta=[0.1, 0.5, 0.9], change=[1.0, 0.3]), full=cells(delta=[0.1, 0.3, 0.5, 0.9], change=1.0)
    ),
    decoys=(
        Decoy("one step", "sqrt(1 - delta) s", lambda delta, change: math.sqrt(1 - delta) * change),
        Decoy("squares", "(1 - delta) s/delta", lambda delta, change: (1 - delta) / delta * change),
    ),
)

TOP_K = claim(
    slug="error-feedback-lag-top-k",
    title="The largest entries keep up better than the guarantee says",
    statement=(
        r"Sending the $k = \delta d$ largest of $d$ entries that all move alike, the message lags by less than "
        r"$s\sqrt{1-\delta}/(1-\sqrt{1-\delta})$."
    ),
    source=Source("karimireddy2019error", "lemma on the residual recalled; this constant derived here", "derived"),
    kind=Bound(side="upper", on="draw", tolerance=1e-9, trials=16),
    predict=lambda delta, change, d: theory.tracking_bound(delta, change),
    simulate=sims.top_k_tracking,
    grid=Grid(
        quick=cells(delta=[0.1, 0.25, 0.5], change=1.0, d=20), full=cells(delta=[0.1, 0.5], change=1.0, d=[20, 100])
    ),
    decoys=(
        Decoy("one step", "sqrt(1 - delta) s", lambda delta, change, d: math.sqrt(1 - delta) * change),
        Decoy("a quarter", "of the guarantee", lambda delta, change, d: theory.tracking_bound(delta, change) / 4),
    ),
)

CLAIMS: tuple[Claim, ...] = (VIRTUAL, TRACKING, TOP_K)
