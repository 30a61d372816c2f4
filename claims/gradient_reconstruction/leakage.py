"""What the gradient of a fully connected layer gives away exactly."""

from __future__ import annotations

from typing import Any

import sims.gradient_reconstruction as sims
import theory.gradient_reconstruction as theory
from claims.agreement import Identity
from claims.claim import Claim, Decoy, Grid, Source
from claims.gradient_reconstruction.support import TOPIC, Named
from sims.arrays import kernel

_GEIPING = "geiping2020inverting"


def predict_inversion(m: int, d: int) -> Named:
    """No error, with or without clipping."""
    return {"error": 0.0, "error_clipped": 0.0}


@kernel(floats=lambda m, d, **_: 6 * m * d)
def inversion_of_two(m: int, d: int, *, trials: int, rng: Any) -> Any:
    """The same ratio on a batch of two, claimed to be one of its samples."""
    return sims.single_sample_inversion(m, d, B=2, trials=trials, rng=rng)


SINGLE = Claim(
    slug="linear-layer-leakage",
    topic=TOPIC,
    title="One sample is a ratio of two gradients, clipped or not",
    statement=(
        r"For a batch of one and any fully connected layer $z = Wx + b$, $x = G_W[j,:]/G_b[j]$ for every $j$ with "
        r"$G_b[j] \ne 0$, exactly; clipping the gradient's norm changes nothing."
    ),
    source=Source(_GEIPING, "inputs of fully connected layers", "recalled"),
    kind=Identity(tolerance=1e-9, trials=256),
    predict=predict_inversion,
    simulate=sims.single_sample_inversion,
    grid=Grid(quick=({"m": 20, "d": 30},), full=({"m": 20, "d": 30}, {"m": 200, "d": 300})),
    decoys=(Decoy("a batch of two", "the same ratio is a sample of the batch for B = 2", simulate=inversion_of_two),),
)


def predict_row_space(B: int, m: int, d: int, updates: int) -> Named:
    """Rank min(B, m, d), and nothing outside the span."""
    return {"rank": theory.gradient_rank(B, m, d), "outside": 0.0}


def one_less(B: int, m: int, d: int, updates: int) -> Named:
    """As if residuals summed to zero in every layer."""
    return {"rank": min(B - 1, m, d)}


def rank_grows(B: int, m: int, d: int, updates: int) -> Named:
    """Each update opens new directions."""
    return {"rank": min(B * updates, m, d)}


def _row_cells(m: int, d: int, sizes: tuple[int, ...], updates: tuple[int, ...]) -> tuple[Named, ...]:
    return tuple({"B": B, "m": m, "d": d, "updates": u} for B in sizes for u in updates)


ROW_SPACE = Claim(
    slug="linear-layer-leakage-row-space",
    topic=TOPIC,
    title="A weight gradient, and any number of updates, span the samples",
    statement=(
        r"The row space of $G_W = \sum_i \delta_i x_i^\top$ is the span of the samples and its rank $\min(B, m, d)$ "
        r"for generic residuals; after any number of full-batch steps the rows of $W_T - W_0$ still lie in that span."
    ),
    source=Source(_GEIPING, "rank and row space; R-GAP applies it recursively", "recalled"),
    kind=Identity(tolerance=1e-9, trials=64),
    predict=predict_row_space,
    simulate=sims.row_space_leakage,
    grid=Grid(quick=_row_cells(30, 20, (3, 8), (1, 6)), full=_row_cells(60, 40, (2, 8, 20), (1, 10, 50))),
    decoys=(
        Decoy("rank B - 1", "one direction is lost", one_less),
        Decoy("rank grows", "the rank grows with the number of updates", rank_grows),
    ),
)


def predict_softmax_rank(B: int, n_outputs: int, d: int) -> float:
    """K - 1 free rows: the residuals of a sample sum to zero."""
    return float(theory.gradient_rank(B, n_outputs - 1, d))


def naive_softmax_rank(B: int, n_outputs: int, d: int) -> float:
    """All K rows counted."""
    return float(theory.gradient_rank(B, n_outputs, d))


SOFTMAX_RANK = Claim(
    slug="linear-layer-leakage-softmax-rank",
    topic=TOPIC,
    title="A softmax layer loses one direction",
    statement=r"The weight gradient of a softmax output layer on a generic batch has rank $\min(B, K-1, d)$.",
    source=Source(_GEIPING, "rank of the gradient; the lost direction derived here", "derived"),
    kind=Identity(tolerance=1e-9, trials=64),
    predict=predict_softmax_rank,
    simulate=sims.softmax_gradient_rank,
    grid=Grid(
        quick=tuple({"B": B, "n_outputs": 5, "d": 12} for B in (3, 4, 5, 8)),
        full=tuple({"B": B, "n_outputs": 10, "d": 40} for B in (4, 9, 10, 30)),
    ),
    decoys=(Decoy("rank K", "min(B, K, d)", naive_softmax_rank),),
)

CLAIMS = (SINGLE, ROW_SPACE, SOFTMAX_RANK)
