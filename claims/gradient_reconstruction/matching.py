"""What gradient matching can and cannot do: a sharp threshold in the batch size."""

from __future__ import annotations

from typing import Any

import sims.gradient_reconstruction as sims
import theory.gradient_reconstruction as theory
from claims import Decoy, Grid, Identity, Mean, Probability, Source, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]

_DLG = "zhu2019deep"

# --- ranks ------------------------------------------------------------------------------------------------------------


def naive_rank(B: int, d: int, n_outputs: int, loss: str) -> int:
    """Equations counted without the zero sums of softmax residuals."""
    return min(B * d, n_outputs * (d + 1))


def batch_up_to_dimension(B: int, d: int, n_outputs: int, loss: str) -> int:
    """Everything is identifiable up to B = d."""
    return min(B, d) * d


def _layers(*shapes: tuple[int, int, str]) -> tuple[Named, ...]:
    return tuple({"B": B, "d": d, "n_outputs": k, "loss": loss} for k, d, loss in shapes for B in range(1, k + 3))


RANK = claim(
    slug="identifiability-threshold-rank",
    title="How many numbers of a batch one last-layer gradient determines",
    statement=(
        r"With known labels and generic weights the Jacobian of $X \mapsto (G_W, G_b)$ of a last layer has rank "
        r"$\min(Bd, f(d+1))$, where $f = K-1$ for softmax cross-entropy and $f = m$ for the squared loss, $d > f$."
    ),
    source=Source(_DLG, "the attack; ranks derived here", "derived"),
    kind=Identity(tolerance=1e-9, trials=16),
    predict=theory.gradient_jacobian_rank,
    simulate=sims.gradient_jacobian_rank,
    grid=Grid(
        quick=_layers((4, 6, "softmax"), (3, 5, "squared")),
        full=_layers((4, 12, "softmax"), (6, 9, "softmax"), (10, 20, "softmax"), (4, 12, "squared"), (6, 9, "squared")),
    ),
    decoys=(
        Decoy("naive count", "min(Bd, K(d+1))", naive_rank),
        Decoy("up to the dimension", "full rank Bd for every B <= d", batch_up_to_dimension),
    ),
)

WIDE_RANK = claim(
    slug="identifiability-threshold-wide-layer",
    title="Layers wider than their input",
    statement=(
        r"For $d \le f$ the rank of the Jacobian is $\min(Bd, (K-1)(d+1))$ under softmax and "
        r"$\min(Bd, md + \min(m,d))$ under the squared loss, because $G_b$ moves only in the column space of $W$."
    ),
    source=Source(_DLG, "the attack; ranks derived here", "derived"),
    kind=Identity(tolerance=1e-9, trials=16),
    predict=theory.wide_layer_jacobian_rank,
    simulate=sims.gradient_jacobian_rank,
    grid=Grid(
        quick=tuple(
            {"B": B, "d": 3, "n_outputs": 5, "loss": loss} for B in (4, 5, 6, 8) for loss in ("softmax", "squared")
        ),
        full=tuple(
            {"B": B, "d": 5, "n_outputs": 8, "loss": loss} for B in range(6, 12) for loss in ("softmax", "squared")
        ),
    ),
    decoys=(Decoy("naive count", "min(Bd, K(d+1))", naive_rank),),
)

# --- what an optimiser finds ------------------------------------------------------------------------------------------

STARTS = 60
FAILURE = 0.01
"""What a local solver is conceded: its starts fail with probability up to 0.63 each, and some descend for ever."""


def predict_success(B: int, d: int, n_outputs: int, loss: str, **solver: int) -> Named:
    """The gradient is matched on both sides of the threshold: below it by the true data, above it by others."""
    right = theory.max_identifiable_batch(d, n_outputs, loss) >= B
    return {"matched": 1.0, "recovered": 1.0} if right else {"matched": 1.0, "impostor": 1.0}


def naive_threshold(B: int, d: int, n_outputs: int, loss: str, **solver: int) -> Named:
    """The threshold from the naive count of equations: B = K is identifiable too."""
    return {"impostor": float(n_outputs < B)}


def smooth_decay(B: int, d: int, n_outputs: int, loss: str, **solver: int) -> Named:
    """Success decays smoothly: the share of equations per unknown."""
    free = theory.max_identifiable_batch(d, n_outputs, loss)
    return {"impostor": max(0.0, 0.75 - 0.5 * free / B)}


_SOLVER = {"steps": 100, "restarts": STARTS}
_PATIENT = {"steps": 150, "restarts": STARTS}

SUCCESS = claim(
    slug="identifiability-threshold",
    title="Gradient matching succeeds up to B = K - 1 and finds wrong data beyond",
    statement=(
        r"For $d > K-1$ a batch with known labels is determined by its softmax gradient if and only if $B \le K-1$: "
        r"below, matching the gradient recovers the data exactly; above, an optimiser matches it just as exactly, with "
        r"wrong data."
    ),
    source=Source(_DLG, "the attack; the threshold derived here", "derived"),
    kind=Mean(
        resolution=0.02,
        allowance=FAILURE,
        because="a start fails with probability up to 0.63, all 60 with 1e-12; descents without end: 1 %",
    ),
    predict=predict_success,
    simulate=sims.gradient_matching,
    grid=Grid(
        quick=tuple({"B": B, "d": 4, "n_outputs": 3, "loss": "softmax", **_SOLVER} for B in (2, 3)),
        full=(
            *({"B": B, "d": 6, "n_outputs": 4, "loss": "softmax", **_PATIENT} for B in (2, 3, 4)),
            *({"B": B, "d": 8, "n_outputs": 5, "loss": "softmax", **_PATIENT} for B in (4, 5)),
            *({"B": B, "d": 5, "n_outputs": 3, "loss": "squared", **_PATIENT} for B in (3, 4)),
        ),
    ),
    decoys=(
        Decoy("naive count", "identifiable up to B = K", naive_threshold),
        Decoy("smooth decay", "success falls gradually with B", smooth_decay),
    ),
    tails={"matched": Probability(), "recovered": Probability(), "impostor": Probability()},
)


def predict_digits(B: int, **solver: int) -> Named:
    """Eight images and more are determined by a gradient of ten classes."""
    return {"matched": 1.0, "recovered": float(theory.max_identifiable_batch(64, 10, "softmax") >= B)}


def no_digit(B: int, **solver: int) -> Named:
    """Real images are too similar to be told apart."""
    return {"recovered": 0.0}


DIGITS = claim(
    slug="identifiability-threshold-digits",
    title="Real images from one softmax gradient",
    statement=(
        r"From the softmax gradient of a layer with $K = 10$ classes at random weights, known labels and $B \le 9$, "
        r"real digits of $d = 64$ pixels are recovered exactly by matching the gradient."
    ),
    source=Source("geiping2020inverting", "images from gradients; the threshold derived here", "derived"),
    kind=Identity(tolerance=1e-9, trials=16),
    predict=predict_digits,
    simulate=sims.digits_matching,
    certificates={"mismatch": 1e-16},
    grid=Grid(
        quick=({"B": 1, "steps": 60, "restarts": 3}, {"B": 2, "steps": 60, "restarts": 3}),
        full=tuple({"B": B, "steps": 200, "restarts": 3} for B in (1, 2, 4)),
    ),
    decoys=(Decoy("no image", "real images are never recovered", no_digit),),
)

CLAIMS = (SUCCESS, RANK, WIDE_RANK, DIGITS)
