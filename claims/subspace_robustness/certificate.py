"""Recovery by a convex programme: the probability of its certificate, and what the certificate is worth."""

from __future__ import annotations

from typing import Any

import sims.subspace_robustness as sims
import theory.subspace_robustness as theory
from claims import Claim, Decoy, Grid, Identity, Mean, Probability, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
OURS = Source("thaker2022reverse", "duality recalled; probability derived here", "derived")
DUALITY = Source("thaker2022reverse", "sufficient condition by duality, recalled", "recalled")


@instance
def union(n: int, d_s: int, d_a: int, K_s: int, K_a: int, lam: float, number: int) -> Named:
    """A fixed true pair among uniform subspaces."""
    return {
        **sims.pair(n, d_s, d_a, instance=number)._asdict(),
        "n": n, "d_s": d_s, "d_a": d_a, "K_s": K_s, "K_a": K_a, "lam": lam,
    }  # fmt: skip


def _norm2(n: int, d_s: int, d_a: int, lam: float, number: int) -> float:
    return theory.certificate_norm2(*sims.pair(n, d_s, d_a, instance=number), lam)


def predict_certificate(n: int, d_s: int, d_a: int, K_s: int, K_a: int, lam: float, number: int) -> float:
    """The formula at the length of the pair's dual vector."""
    w2 = _norm2(n, d_s, d_a, lam, number)
    return float(theory.certificate_probability(w2, n, d_s, d_a, K_s, K_a, lam))


def _without_halves(n: int, d_s: int, d_a: int, K_s: int, K_a: int, lam: float, number: int) -> float:
    w2 = _norm2(n, d_s, d_a, lam, number)
    return float(theory.certificate_probability(w2, 2 * n, 2 * d_s, 2 * d_a, K_s, K_a, lam))


def _all_blocks(n: int, d_s: int, d_a: int, K_s: int, K_a: int, lam: float, number: int) -> float:
    return predict_certificate(n, d_s, d_a, K_s + 1, K_a + 1, lam, number)


def _no_angles(n: int, d_s: int, d_a: int, K_s: int, K_a: int, lam: float, number: int) -> float:
    return float(theory.certificate_probability(1 + lam**2, n, d_s, d_a, K_s, K_a, lam))


_QUICK = (
    *cells(n=20, d_s=4, d_a=4, K_s=5, K_a=3, lam=[1.0, 0.8], number=4),
    *cells(n=16, d_s=3, d_a=2, K_s=5, K_a=2, lam=1.0, number=6),
)

PROBABILITY = claim(
    slug="certificate-probability",
    title="How likely the least dual vector certifies recovery among uniform subspaces",
    statement=(
        r"With the other blocks uniform, $P(\text{certificate}) = F(1/|w|^2; \tfrac{d_s}2, \tfrac{n-d_s}2)^{K_s-1} "
        r"F(\min(1,\lambda^2/|w|^2); \tfrac{d_a}2, \tfrac{n-d_a}2)^{K_a-1}$, $F$ the beta cdf, $|w|^2 = "
        r"q^\top(D^\top D)^{-1}q$ of the true pair."
    ),
    source=OURS,
    kind=Mean(resolution=0.025),
    predict=predict_certificate,
    simulate=union.of(sims.certificate_probability),
    grid=Grid(
        quick=_QUICK,
        full=(*_QUICK, *cells(n=[20, 30], d_s=4, d_a=4, K_s=8, K_a=3, lam=[0.7, 1.0], number=[1, 3])),
    ),
    decoys=(
        Decoy("without halves", "F with (d_s, n - d_s)", _without_halves),
        Decoy("K for K - 1", "the true blocks counted too", _all_blocks),
        Decoy("no angles", "|w|^2 = 1 + lambda^2", _no_angles),
    ),
    tails={"value": Probability()},
)

_PROGRAMMES = cells(n=[8, 10], d_s=3, d_a=3, K_s=5, K_a=3, lam=1.0)


def _misses(field: str) -> Any:
    return lambda n, d_s, d_a, K_s, K_a, lam: {field: 0.0}


RECOVERY = claim(
    slug="certificate-recovery",
    title="Where the certificate holds the convex programme finds signal and attack exactly",
    statement=(
        r"If $w = D(D^\top D)^{-1}q$ has $|S_i^\top w| < 1$ and $|A_j^\top w| < \lambda$ for all other blocks, then "
        r"$\min \sum|c_i| + \lambda\sum|b_j|$ has the true pair as its solution."
    ),
    source=DUALITY,
    kind=Identity(tolerance=1e-8, trials=256),
    predict=_misses("missed"),
    simulate=sims.convex_recovery,
    grid=Grid(quick=_PROGRAMMES, full=(*_PROGRAMMES, *cells(n=[12, 16], d_s=[2, 4], d_a=3, K_s=8, K_a=4, lam=0.8))),
    decoys=(
        Decoy("signal blocks alone", "|S_i'w| < 1 suffices", _misses("with_signals")),
        Decoy("slack", "thresholds 1.2 and 1.2 lambda suffice", _misses("with_slack")),
        Decoy("w = D q", "without the angles of the true pair", _misses("with_plain_dual")),
    ),
    certificates={"residual": 1e-9},
)

CLAIMS: tuple[Claim, ...] = (PROBABILITY, RECOVERY)
