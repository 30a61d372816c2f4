"""Tasks of rank one in space whose cycle turns the plane of solutions: they forget more than any lines."""

from __future__ import annotations

import math
from typing import Any

import sims.catastrophic_forgetting as sims
import theory.catastrophic_forgetting as theory
from claims import Decoy, Grid, Identity, Limit, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
_SOURCE = Source("evron2022catastrophic", "setting of Theorem 11; instance derived here", "derived")


def _planes(*sizes: tuple[int, int, float, float]) -> tuple[Named, ...]:
    return tuple(dict(zip(("T", "n", "delta", "eps"), size, strict=True)) for size in sizes)


_SHAPES = _planes((4, 3, 0.4, 0.3), (8, 80, 0.3, 0.05), (16, 20, 0.5, 0.1))

PLANES = claim(
    slug="cyclic-rotating-planes",
    title="Rotating planes: the worst forgetting of a loop of tasks of rank one, exactly",
    statement=(
        r"Tasks of rank one along $q_j \propto (\delta\sin\frac{\pi j}T, \epsilon\sin\frac{2\pi j}T, 1)$, learned in "
        r"$n$ cycles, forget at worst $\lambda_{\max}((M^n)^\top\bar QM^n)$ with $M = (1-q_Tq_T^\top)\cdots"
        r"(1-q_1q_1^\top)$ and $\bar Q$ the mean of the $q_jq_j^\top$."
    ),
    source=_SOURCE,
    kind=Identity(tolerance=1e-9, trials=64),
    predict=theory.cyclic_rotating_forgetting,
    simulate=sims.cyclic_rotating_forgetting,
    grid=Grid(quick=_SHAPES, full=(*_SHAPES, *_planes((64, 640, 0.25, 0.01), (32, 3200, 0.08, 0.006)))),
    decoys=(
        Decoy(
            "a flat loop", "eps = 0: lines on a sine",
            lambda T, n, delta, eps: theory.cyclic_rotating_forgetting(T, n, delta, 0.0),
        ),
        Decoy(
            "a cycle less", "n - 1 cycles",
            lambda T, n, delta, eps: theory.cyclic_rotating_forgetting(T, n - 1, delta, eps),
        ),
    ),
)  # fmt: skip


@instance
def best_planes(T: int, n: int) -> Named:
    """delta^2 = alpha/n and eps^2 = beta/n at the best alpha and beta."""
    best = theory.cyclic_rotating_worst(T)
    return {"T": T, "n": n, "delta": math.sqrt(best.alpha / n), "eps": math.sqrt(best.beta / n)}


LIMIT = claim(
    slug="cyclic-rotating-planes-limit",
    title="Rotating planes forget more than any lines: the factor d - r of the upper bound is real",
    statement=(
        r"With $\delta^2 = \alpha/n$, $\epsilon^2 = \beta/n$ and $n \to \infty$ the worst forgetting of rotating "
        r"planes is $\frac T2\lambda_{\max}(E^\top\mathrm{diag}(\alpha,\beta)E)/k$, $E$ the exponential of decay and "
        r"rotation per cycle, up to a relative $O(T/n)$; its maximum over $\alpha, \beta$ exceeds that of lines, "
        r"$1/(4e\sin(\pi/(2T))^2k)$."
    ),
    source=_SOURCE,
    kind=Limit(
        size="n", order=1.0, resolution=0.01, allowance=1e-4, trials=1,
        because="the next order, at most (T/n)^2 with n >= 100 T, where the first is -0.26 T/n",
    ),
    predict=lambda T, n: theory.cyclic_rotating_limit(T) / (n * T),
    simulate=best_planes.of(sims.cyclic_rotating_forgetting),
    grid=Grid(
        quick=(*cells(T=8, n=[800, 1600, 3200]), *cells(T=32, n=[3200, 6400, 12800])),
        full=(*cells(T=16, n=[3200, 6400, 12800]), *cells(T=64, n=[12800, 25600, 51200])),
    ),
    decoys=(
        Decoy("lines", "no rotation: 1/(4e sin(pi/(2T))^2)", lambda T, n: theory.cyclic_line_limit(T) / (n * T)),
        Decoy(
            "fast rotation", "2/e: the loss shared by two directions",
            lambda T, n: 2 * theory.cyclic_line_limit(T) / (n * T),
        ),
    ),
)  # fmt: skip

CLAIMS = (PLANES, LIMIT)
