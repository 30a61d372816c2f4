"""What the gradient of a fully connected layer gives away exactly."""

from __future__ import annotations

from functools import partial
from typing import Any

import sims.gradient_reconstruction as sims
import theory.gradient_reconstruction as theory
from claims import Decoy, Grid, Identity, Source, cells, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]

_GEIPING = "geiping2020inverting"


SINGLE = claim(
    slug="linear-layer-leakage",
    title="One sample is a ratio of two gradients, clipped or not",
    statement=(
        r"For a batch of one and any fully connected layer $z = Wx + b$, $x = G_W[j,:]/G_b[j]$ for every $j$ with "
        r"$G_b[j] \ne 0$, exactly; clipping the gradient's norm changes nothing."
    ),
    source=Source(_GEIPING, "inputs of fully connected layers", "recalled"),
    kind=Identity(tolerance=1e-9, trials=256),
    predict=lambda m, d: {"error": 0.0, "error_clipped": 0.0},
    simulate=sims.single_sample_inversion,
    grid=Grid(quick=cells(m=20, d=30), full=(*cells(m=20, d=30), *cells(m=200, d=300))),
    decoys=(
        Decoy(
            "a batch of two",
            "the same ratio is a sample of the batch for B = 2",
            simulate=partial(sims.single_sample_inversion, B=2),
        ),
    ),
)


ROW_SPACE = claim(
    slug="linear-layer-leakage-row-space",
    title="A weight gradient, and any number of updates, span the samples",
    statement=(
        r"The row space of $G_W = \sum_i \delta_i x_i^\top$ is the span of the samples and its rank $\min(B, m, d)$ "
        r"for generic residuals; after any number of full-batch steps the rows of $W_T - W_0$ still lie in that span."
    ),
    source=Source(_GEIPING, "rank and row space; R-GAP applies it recursively", "recalled"),
    kind=Identity(tolerance=1e-9, trials=64),
    predict=lambda B, m, d, updates: {"rank": theory.gradient_rank(B, m, d), "outside": 0.0},
    simulate=sims.row_space_leakage,
    grid=Grid(
        quick=cells(m=30, d=20, B=[3, 8], updates=[1, 6]), full=cells(m=60, d=40, B=[2, 8, 20], updates=[1, 10, 50])
    ),
    decoys=(
        Decoy("rank B - 1", "one direction is lost", lambda B, m, d, updates: {"rank": min(B - 1, m, d)}),
        Decoy(
            "rank grows",
            "the rank grows with the number of updates",
            lambda B, m, d, updates: {"rank": min(B * updates, m, d)},
        ),
    ),
)


SOFTMAX_RANK = claim(
    slug="linear-layer-leakage-softmax-rank",
    title="A softmax layer loses one direction",
    statement=r"The weight gradient of a softmax output layer on a generic batch has rank $\min(B, K-1, d)$.",
    source=Source(_GEIPING, "rank of the gradient; the lost direction derived here", "derived"),
    kind=Identity(tolerance=1e-9, trials=64),
    predict=lambda B, n_outputs, d: float(theory.gradient_rank(B, n_outputs - 1, d)),
    simulate=sims.softmax_gradient_rank,
    grid=Grid(
        quick=cells(B=[3, 4, 5, 8], n_outputs=5, d=12),
        full=cells(B=[4, 9, 10, 30], n_outputs=10, d=40),
    ),
    decoys=(Decoy("rank K", "min(B, K, d)", lambda B, n_outputs, d: float(theory.gradient_rank(B, n_outputs, d))),),
)

CLAIMS = (SINGLE, ROW_SPACE, SOFTMAX_RANK)
