"""Deep linear layers under cross-entropy: collapse is not the best that they can do."""

from __future__ import annotations

import math
from typing import Any

import sims.neural_collapse as sims
import theory.neural_collapse as theory
from claims import Claim, Decoy, Grid, Identity, Source, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]


def predict(K: int, n: int, L: int, lam: float) -> Named:
    """Both minima, and which is lower."""
    found = theory.deep_ce_losses(K, n, L, lam)
    return found._asdict() | {"better": float(found.pairs < found.collapse)}


def all_modes(K: int, n: int, L: int, lam: float) -> Named:
    """K modes for the collapse in place of K - 1."""
    found = theory.deep_ce_losses(K, n, L, lam)
    return {"collapse": found.collapse + L * lam / 2 * (found.collapse_gap * math.sqrt(n)) ** (2 / L)}


def shorter_pairs(K: int, n: int, L: int, lam: float) -> Named:
    """Singular values sqrt 2 t in place of 2 t."""
    found = theory.deep_ce_losses(K, n, L, lam)
    cost = L * lam / 2 * K / 2 * (2 * found.pairs_gap * math.sqrt(n)) ** (2 / L)
    return {"pairs": found.pairs + cost * (2 ** (-1 / L) - 1)}


_QUICK = tuple(
    {"K": K, "n": n, "L": L, "lam": lam} for K, n, L, lam in ((4, 1, 4, 0.01), (6, 2, 3, 1e-3), (4, 1, 3, 0.01))
)
_MORE = tuple(
    {"K": K, "n": n, "L": L, "lam": lam} for K, n, L, lam in ((6, 1, 4, 0.01), (10, 1, 4, 1e-3), (8, 2, 5, 5e-3))
)

CLAIMS: tuple[Claim, ...] = (
    claim(
        slug="deep-ce-low-rank",
        title="Deep linear layers under cross-entropy: pairs of half the rank beat collapse",
        statement=(
            r"With $L$ balanced factors and cross-entropy, collapse of gap $t$ is a minimum of loss $\log(1 + "
            r"(K-1)e^{-t}) + \frac{L\lambda}{2}(K-1)(t\sqrt n)^{2/L}$ and pairs of opposite classes one of "
            r"$\log(1 + e^{-2t} + (K-2)e^{-t}) + \frac{L\lambda}{2}\frac K2(2t\sqrt n)^{2/L}$, which is lower "
            r"at every $t > 0$ from $L = 2/\log_2(2(K-1)/K)$ on."
        ),
        source=Source("sukenik2024neural", "low-rank bias seen; losses, pairs and threshold derived here", "derived"),
        # Both minima are isolated up to rotations: what is left is of the order of the gradient.
        kind=Identity(tolerance=1e-7, trials=4),
        predict=predict,
        simulate=sims.deep_ce_losses,
        certificates={"gradient": 1e-10},
        grid=Grid(quick=_QUICK, full=(*_QUICK, *_MORE)),
        decoys=(
            Decoy("all modes", "K modes for collapse", all_modes),
            Decoy("shorter pairs", "singular values sqrt 2 t for 2 t", shorter_pairs),
            Decoy("every depth", "pairs are better for every L", lambda K, n, L, lam: {"better": 1.0}),
        ),
    ),
)
