"""Networks really trained: weight decay drives the collapse on; narrow feature layers.

No theorem gives the size of any of it: the verdicts on collapse are orders between medians over runs, of logarithms of
how much the metrics fall. A few runs of a hundred end far from the rest, so that a mean over 64 of them has no interval
at the level of a row; the median has one whatever the law.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import sims.neural_collapse as sims
import theory.neural_collapse as theory
from claims import Bound, Claim, Decoy, Grid, Heavy, Observation, Order, Source, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]
Layers = tuple[int, ...]

_PAPYAN = Source("papyan2020prevalence", "terminal phase of training; verdicts set here", "recalled")

_ORDER = Order(trials=64)
_MEDIANS = dict.fromkeys(("nc1_late", "nc1_lead", "nc3_lead", "nc1_lead_crossed", "shrinkage"), Heavy())

# --- digits ----------------------------------------------------------------------------------------------------------

_DIGITS: Named = {
    "loss": "mse", "weight_decay": 2e-3, "per_class": 10, "hidden": (32, 32), "steps": 600, "lr": 6e-3
}  # fmt: skip
_MORE_DIGITS = (_DIGITS, {**_DIGITS, "per_class": 20, "hidden": (64, 64)}, {**_DIGITS, "hidden": (32, 32, 32)})


def falling(loss: str, weight_decay: float, per_class: int, hidden: Layers, steps: int, lr: float) -> Named:
    """NC1 falls after a fifth of the way; at the end NC1 and NC3 are below those of the other arm."""
    return {"nc1_late": 0.0, "nc1_lead": 0.0, "nc3_lead": 0.0}


def falling_crossed(loss: str, weight_decay: float, per_class: int, hidden: Layers, steps: int, lr: float) -> Named:
    """The same for labels crossed with the classes."""
    return {"nc1_lead_crossed": 0.0}


DIGITS_FALL = claim(
    slug="nc-real-training-digits",
    title="Digits: with weight decay the collapse goes on",
    statement=(
        r"ReLU networks trained on digits with the square loss and weight decay go on collapsing long after the "
        r"training error is 0: the median of $\log NC1$ over runs falls between a fifth of the way and the end, "
        r"and ends below that of the same starts without weight decay, as does that of $\log NC3$."
    ),
    source=_PAPYAN,
    kind=_ORDER,
    predict=falling,
    simulate=sims.digits_training,
    grid=Grid(quick=(_DIGITS,), full=_MORE_DIGITS),
    decoys=(
        Decoy("crossed-labels", "Decay shrinks NC1 for labels crossed with the classes too.", predict=falling_crossed),
    ),
    tails=_MEDIANS,
)


def resting(loss: str, weight_decay: float, per_class: int, hidden: Layers, steps: int, lr: float) -> Named:
    """Without decay what the classifier does not see stays, as in the unconstrained features model."""
    return {"nc1_late_plain": 0.0, "accuracy": 1.0, "accuracy_plain": 1.0}


DIGITS_REST = claim(
    slug="nc-real-training-digits-plateau",
    title="Digits: without weight decay the collapse slows down",
    statement=(
        r"In the unconstrained features model without weight decay NC1 stops; in the same networks the mean of "
        r"$\log NC1$ still falls a little between a fifth of the way and the end, with training accuracy 1 in both "
        r"arms."
    ),
    source=_PAPYAN,
    kind=Observation(trials=64),
    predict=resting,
    simulate=sims.digits_training,
    grid=Grid(quick=(_DIGITS,), full=_MORE_DIGITS),
    decoys=(),
)

# --- Gaussian mixture ------------------------------------------------------------------------------------------------

_MIXTURE: Named = {
    "loss": "mse", "weight_decay": 1e-2, "C": 4, "n": 15, "d": 20, "separation": 3.0, "hidden": (24, 24),
    "steps": 600, "lr": 6e-3, "batch": None,
}  # fmt: skip
_LOSSES = (_MIXTURE, {**_MIXTURE, "loss": "cross_entropy"})
_SGD = {**_MIXTURE, "weight_decay": 5e-3, "steps": 1000, "lr": 1e-2, "batch": 20}
_WIDE = {**_MIXTURE, "n": 40, "hidden": (64, 64)}
_MIXTURE_GRID = Grid(quick=(*_LOSSES, _SGD), full=(*_LOSSES, _SGD, _WIDE))


def mixture_falling(
    loss: str, weight_decay: float, C: int, n: int, d: int, separation: float, hidden: Layers, steps: int, lr: float,
    batch: int | None,
) -> Named:  # fmt: skip
    """Both losses and both optimisers: the same three."""
    return {"nc1_late": 0.0, "nc1_lead": 0.0, "nc3_lead": 0.0}


def mixture_falling_crossed(
    loss: str, weight_decay: float, C: int, n: int, d: int, separation: float, hidden: Layers, steps: int, lr: float,
    batch: int | None,
) -> Named:  # fmt: skip
    """The same for crossed labels."""
    return {"nc1_lead_crossed": 0.0}


MIXTURE_FALL = claim(
    slug="nc-real-training-mixture",
    title="Gaussian mixture: weight decay drives NC1 and NC3 down",
    statement=(
        r"Networks trained on a Gaussian mixture with weight decay, by Adam on the square loss or the cross-entropy, "
        r"or by SGD without replacement, lower the median of $\log NC1$ over data and starts between a fifth of "
        r"the way and the end, and end with the medians of $\log NC1$ and $\log NC3$ below those of the same starts "
        r"without weight decay."
    ),
    source=_PAPYAN,
    kind=_ORDER,
    predict=mixture_falling,
    simulate=sims.mixture_training,
    grid=_MIXTURE_GRID,
    decoys=(
        Decoy("crossed-labels", "It falls for labels crossed with the classes too.", predict=mixture_falling_crossed),
    ),
    tails=_MEDIANS,
)

# --- beyond the theorem: the width of the feature layer ------------------------------------------------------------

_WIDTHS: Named = {
    "widths": (6, 8, 32), "weight_decay": 4e-3, "per_class": 10, "hidden": (32, 32), "steps": 1000, "lr": 6e-3
}  # fmt: skip
_WIDTHS_GRID = Grid(
    quick=(_WIDTHS,),
    full=(_WIDTHS, {**_WIDTHS, "widths": (2, 3, 4, 5, 6, 7, 8, 9, 32), "per_class": 20, "hidden": (64, 64)}),
)
_WIDE_LAYER: Named = {**_WIDTHS, "widths": (32,)}


def narrow_frame(
    widths: Layers, weight_decay: float, per_class: int, hidden: Layers, steps: int, lr: float
) -> Named:  # fmt: skip
    """The least NC2 of each width."""
    return {"nc2": np.asarray(theory.nc2_floor(10, widths))}


def narrow_frame_no_root(
    widths: Layers, weight_decay: float, per_class: int, hidden: Layers, steps: int, lr: float
) -> Named:  # fmt: skip
    """sqrt(2 - 2 d/(C-1)): the inner root forgotten."""
    return {"nc2": np.asarray([np.sqrt(2 * max(0.0, 1 - w / 9)) for w in widths])}


def narrow_gap(
    widths: Layers, weight_decay: float, per_class: int, hidden: Layers, steps: int, lr: float
) -> Named:  # fmt: skip
    """min(d, C-1)/(C-1) of the wide net's gap."""
    return {"gap_ratio": np.minimum(np.asarray(widths) / 9, 1.0)}


WIDTH = claim(
    slug="nc-real-training-width",
    title="A feature layer narrower than C - 1 cannot hold the simplex",
    statement=(
        r"For class means in $R^d$, $d < C - 1$, NC2 (Gram form) is at least $\sqrt{2 - 2\sqrt{d/(C-1)}}$, as for "
        r"networks trained on digits through a linear feature layer of width $d$."
    ),
    source=Source("papyan2020prevalence", "definition of NC2; the bound derived here", "derived"),
    kind=Bound(side="lower", on="draw", trials=64),
    predict=narrow_frame,
    simulate=sims.digits_bottleneck,
    grid=_WIDTHS_GRID,
    decoys=(Decoy("no-inner-root", r"$\sqrt{2 - 2d/(C-1)}$.", predict=narrow_frame_no_root),),
)

WIDTH_GAP = claim(
    slug="nc-real-training-width-gap",
    title="A narrow feature layer keeps d of the C - 1 modes",
    statement=(
        r"Trained on digits with the square loss through a linear feature layer of width $d < C - 1$, a network's mean "
        r"gap between true and other outputs is $d/(C-1)$ of the wide network's, as in the unconstrained features "
        r"model, which keeps $d$ modes of equal strength."
    ),
    source=Source("zhou2022optimization", "rank-deficient square loss; the gap derived here", "derived"),
    kind=Observation(trials=64),
    predict=narrow_gap,
    simulate=sims.digits_bottleneck,
    grid=_WIDTHS_GRID,
    decoys=(),
)


def one_penalty(
    widths: Layers, weight_decay: float, per_class: int, hidden: Layers, steps: int, lr: float
) -> Named:  # fmt: skip
    """At least the shrinkage that one penalty for all modes would give."""
    return {"shrinkage": 1.0}


def doubled_penalty(
    widths: Layers, weight_decay: float, per_class: int, hidden: Layers, steps: int, lr: float
) -> Named:  # fmt: skip
    """2 N c/sqrt(n), the squared error not halved."""
    return {"shrinkage": 2.0}


SCALE = claim(
    slug="nc-real-training-scale",
    title="The scale law of free features is a lower bound for real ones",
    statement=(
        r"In networks trained on digits the gap between true and other outputs is in the median run below "
        r"$1 - Nc/\sqrt{n}$, the unconstrained features model's value with $c^2 = \lambda\lambda_H$ and the penalty "
        r"$\lambda_H = \lambda|W|^2/|H|^2$ ($H$ centred) read off the network: in a collapsed network with aligned "
        r"classifier the layers below make some modes dearer than others, which by the inequality of arithmetic and "
        r"harmonic means only adds to the shrinkage."
    ),
    source=Source("zhou2022optimization", "output scale of the model; the comparison derived here", "derived"),
    kind=_ORDER,
    predict=one_penalty,
    simulate=sims.digits_bottleneck,
    grid=Grid(quick=(_WIDE_LAYER,), full=(_WIDE_LAYER, {**_WIDE_LAYER, "per_class": 20, "hidden": (64, 64)})),
    decoys=(Decoy("not-halved", r"$1 - 2Nc/\sqrt{n}$.", predict=doubled_penalty),),
    tails=_MEDIANS,
)

CLAIMS: tuple[Claim, ...] = (DIGITS_FALL, DIGITS_REST, MIXTURE_FALL, WIDTH, WIDTH_GAP, SCALE)
