"""Incoming minus outgoing weights of every neuron decay by one exponential, on any data."""

from __future__ import annotations

import math
from typing import Any

import sims.square_loss_dynamics as sims
import theory.square_loss_dynamics as theory
from claims import Claim, Decoy, Grid, Limit, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
Widths = tuple[int, ...]

_SOURCE = Source("du2018algorithmic", "conservation without decay recalled; the law of decay", "derived")
_PACE = [50, 100, 200]
CURVATURE = 20.0
"""The largest eigenvalue of the Hessian is below this at the start of all nets of this file (a test computes it)."""


@instance
def flowing(widths: Widths, n: int, lam: float, time: float, pace: int, loss: str = "mse", instance: int = 0) -> Named:
    """Full-batch descent for `time`, `pace` updates a unit of it."""
    return {"widths": widths, "n": n, "lam": lam, "time": time, "eta": 1 / pace, "loss": loss, "instance": instance}


def _factor(rate: float, widths: Widths, lam: float, time: float) -> Named:
    hidden = len(widths) - 2
    kept = math.exp(-rate * lam * time)
    return {"ratio": [kept] * hidden, "scatter": [0.0] * hidden, "layers": [kept] * hidden}


def _law(widths: Widths, lam: float, time: float, **_: Any) -> Named:
    kept, hidden = float(theory.balance_gap(1.0, time, lam)), len(widths) - 2
    return {"ratio": [kept] * hidden, "scatter": [0.0] * hidden, "layers": [kept] * hidden}


def _wrong(rate: float) -> Any:
    def predict(widths: Widths, lam: float, time: float, **_: Any) -> Named:
        found = _factor(rate, widths, lam, time)
        return {name: found[name] for name in ("ratio", "layers")}

    return predict


_DECOYS = (
    Decoy("one lambda", "e^(-lambda t)", _wrong(1.0)),
    Decoy("squared", "e^(-4 lambda t)", _wrong(4.0)),
    Decoy("kept", "conserved, as without decay", _wrong(0.0)),
)
_KIND = Limit(
    size="pace", order=1.0, resolution=0.002, trials=1,
    allowance=lambda pace, **_: (CURVATURE / pace) ** 2,
    because="the next order: (the step times the largest curvature of these losses at the start, below 20)^2",
)  # fmt: skip


BALANCE = claim(
    slug="balance-decay",
    title="Imbalances of all neurons decay by one exponential",
    statement=(
        r"As $\eta \to 0$ descent of a ReLU net without biases on any data, with penalty "
        r"$\tfrac\lambda2\sum_l\|W_l\|_F^2$, has $\|\mathrm{in}_j\|^2 - \|\mathrm{out}_j\|^2$ of every hidden neuron, "
        r"and $\|W_{l+1}\|_F^2 - \|W_l\|_F^2$, decay as $e^{-2\lambda t}$, with an error of order $\eta$."
    ),
    source=_SOURCE,
    kind=_KIND,
    predict=_law,
    simulate=flowing.of(sims.norm_balance),
    grid=Grid(
        quick=tuple(
            cell
            for loss in ("mse", "cross_entropy")
            for cell in cells(widths=(10, 30, 20, 3), n=40, lam=0.05, time=6.0, pace=_PACE, loss=loss)
        ),
        full=tuple(
            cell
            for loss in ("mse", "cross_entropy")
            for widths in ((10, 30, 20, 3), (16, 48, 32, 20, 4))
            for cell in cells(widths=widths, n=40, lam=0.02, time=10.0, pace=[100, 200, 400], loss=loss)
        ),
    ),
    decoys=_DECOYS,
)

MATRIX = claim(
    slug="balance-decay-matrix",
    title="In linear nets whole Gram matrices come to balance",
    statement=(
        r"For linear activations the matrix $W_{l+1}^\top W_{l+1} - W_lW_l^\top$ decays as $e^{-2\lambda t}$, as $\eta "
        r"\to 0$."
    ),
    source=_SOURCE,
    kind=_KIND,
    predict=_law,
    simulate=flowing.of(sims.norm_balance, activation="linear"),
    grid=Grid(
        quick=cells(widths=(8, 12, 10, 3), n=40, lam=0.05, time=6.0, pace=_PACE),
        full=cells(widths=(10, 24, 18, 4), n=60, lam=0.02, time=10.0, pace=[100, 200, 400]),
    ),
    decoys=(
        *_DECOYS,
        Decoy(
            "ReLU too", "the whole matrix, not its diagonal, of a ReLU net",
            simulate=flowing.of(sims.norm_balance, whole=True),
        ),
    ),
)  # fmt: skip

BIASES = claim(
    slug="balance-decay-biases",
    title="A bias counts with the incoming weights",
    statement=(
        r"With biases, decayed like the weights, it is $\|\mathrm{in}_j\|^2 + b_j^2 - \|\mathrm{out}_j\|^2$ that "
        r"decays as $e^{-2\lambda t}$, as $\eta \to 0$."
    ),
    source=_SOURCE,
    kind=_KIND,
    predict=_law,
    simulate=flowing.of(sims.norm_balance, biases=True),
    grid=Grid(
        quick=cells(widths=(10, 30, 20, 3), n=40, lam=0.05, time=6.0, pace=_PACE),
        full=cells(widths=(16, 40, 24, 4), n=60, lam=0.02, time=10.0, pace=[100, 200, 400]),
    ),
    decoys=(
        *_DECOYS[:2],
        Decoy("biases left out", "the law without b_j", simulate=flowing.of(
            sims.norm_balance, biases=True, count_biases=False)),
    ),
)  # fmt: skip

DIGITS = claim(
    slug="balance-decay-digits",
    title="The same balance on real data",
    statement=(
        r"In a ReLU net of widths $64$-$64$-$10$ trained on handwritten digits the imbalances decay as $e^{-2\lambda "
        r"t}$, as $\eta \to 0$."
    ),
    source=_SOURCE,
    kind=_KIND,
    predict=_law,
    simulate=flowing.of(sims.norm_balance, data="digits"),
    grid=Grid(
        quick=cells(widths=(64, 64, 10), n=200, lam=0.05, time=5.0, pace=_PACE),
        full=cells(widths=(64, 64, 32, 10), n=400, lam=0.02, time=10.0, pace=[100, 200, 400]),
    ),
    decoys=_DECOYS,
)

CLAIMS: tuple[Claim, ...] = (BALANCE, MATRIX, BIASES, DIGITS)
