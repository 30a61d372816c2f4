"""Networks really trained: weight decay drives the collapse on, without it the collapse stops; narrow feature layers.

The verdicts on collapse are structure, not constants: one number separates the two arms, which start alike.
"""

from __future__ import annotations

from typing import Any

import numpy as np

import sims.neural_collapse as sims
import theory.neural_collapse as theory
from claims.agreement import Bound, Identity
from claims.claim import Claim, Decoy, Grid, Source

Named = dict[str, Any]
Layers = tuple[int, ...]

_PAPYAN = Source("papyan2020prevalence", "terminal phase of training; verdicts set here", "recalled")

# --- digits ----------------------------------------------------------------------------------------------------------

_DIGITS: Named = {
    "loss": "mse", "weight_decay": 5e-4, "per_class": 50, "hidden": (128, 128), "steps": 1500, "lr": 3e-3, "runs": 2
}  # fmt: skip
_MORE_DIGITS = (_DIGITS, {**_DIGITS, "hidden": (256, 256), "runs": 4}, {**_DIGITS, "per_class": 100, "runs": 4})
# A deeper network collapses further in both arms (NC1 to 7 % without decay): its plateau is no lower bound of 10 %.
_DEEPER = {**_DIGITS, "hidden": (128, 128, 128), "runs": 4}


def falling(
    loss: str, weight_decay: float, per_class: int, hidden: Layers, steps: int, lr: float, runs: int
) -> Named:  # fmt: skip
    """NC1 to 4 % of its first value, to 30 % of that at a fifth of the way; NC3 below the other arm's."""
    return {"nc1_total": 0.04, "nc1_late": 0.3, "nc3_ratio": 1.0}


def falling_plain(
    loss: str, weight_decay: float, per_class: int, hidden: Layers, steps: int, lr: float, runs: int
) -> Named:  # fmt: skip
    """The same without weight decay."""
    return {"nc1_total_plain": 0.04, "nc1_late_plain": 0.3}


def falling_crossed(
    loss: str, weight_decay: float, per_class: int, hidden: Layers, steps: int, lr: float, runs: int
) -> Named:  # fmt: skip
    """The same for labels crossed with the classes."""
    return {"nc1_ratio_crossed": 1.0}


def resting(
    loss: str, weight_decay: float, per_class: int, hidden: Layers, steps: int, lr: float, runs: int
) -> Named:  # fmt: skip
    """Without decay NC1 keeps a tenth of its first value and 80 % of that at a fifth; both arms fit all labels."""
    return {"nc1_total_plain": 0.1, "nc1_late_plain": 0.8, "accuracy": 1.0, "accuracy_plain": 1.0}


def resting_decay(
    loss: str, weight_decay: float, per_class: int, hidden: Layers, steps: int, lr: float, runs: int
) -> Named:  # fmt: skip
    """The plateau with weight decay too."""
    return {"nc1_total": 0.1, "nc1_late": 0.8}


DIGITS_FALL = Claim(
    slug="nc-real-training-digits",
    topic="neural_collapse",
    title="Digits: with weight decay the collapse goes on",
    statement=(
        r"A ReLU network trained on digits with the square loss and weight decay goes on collapsing long after its "
        r"training error is 0: over 1500 steps NC1 falls below $0.04$ of its first value and below $0.3$ of its value "
        r"at step 300, and NC3 below that of the network without weight decay."
    ),
    source=_PAPYAN,
    kind=Bound(side="upper", on="draw", trials=1),
    predict=falling,
    simulate=sims.digits_training,
    grid=Grid(quick=(_DIGITS,), full=(*_MORE_DIGITS, _DEEPER)),
    decoys=(
        Decoy("no-weight-decay", "The network without weight decay does it too.", predict=falling_plain),
        Decoy("crossed-labels", "Decay shrinks NC1 for labels crossed with the classes too.", predict=falling_crossed),
    ),
)

DIGITS_REST = Claim(
    slug="nc-real-training-digits-plateau",
    topic="neural_collapse",
    title="Digits: without weight decay the collapse stops",
    statement=(
        r"Without weight decay the same network reaches training accuracy 1 as well, but NC1 stays above $0.1$ of its "
        r"first value and above $0.8$ of its value at step 300."
    ),
    source=_PAPYAN,
    kind=Bound(side="lower", on="draw", trials=1),
    predict=resting,
    simulate=sims.digits_training,
    grid=Grid(quick=(_DIGITS,), full=_MORE_DIGITS),
    decoys=(Decoy("with-weight-decay", "The network with weight decay stops too.", predict=resting_decay),),
)

# --- Gaussian mixture ------------------------------------------------------------------------------------------------

_MIXTURE: Named = {
    "loss": "mse", "weight_decay": 5e-3, "C": 4, "n": 25, "d": 20, "separation": 3.0, "hidden": (32, 32),
    "steps": 1500, "lr": 3e-3, "runs": 8, "batch": None,
}  # fmt: skip
_LOSSES = (_MIXTURE, {**_MIXTURE, "loss": "cross_entropy"})
_SGD = {**_MIXTURE, "lr": 3e-2, "batch": 20}
_WIDE = {**_MIXTURE, "n": 50, "hidden": (128, 128), "steps": 3000}
# With the larger decay a wide network has settled under the cross-entropy by a fifth of the way.
_WIDE_ENTROPY = {**_LOSSES[1], "n": 50, "hidden": (64, 64), "weight_decay": 1e-3}
_MIXTURE_GRID = Grid(quick=(*_LOSSES, _SGD), full=(*_LOSSES, _SGD, _WIDE, _WIDE_ENTROPY))


def mixture_falling(
    loss: str, weight_decay: float, C: int, n: int, d: int, separation: float, hidden: Layers, steps: int, lr: float,
    runs: int, batch: int | None,
) -> Named:  # fmt: skip
    """Both losses and both optimisers: NC1 falls after a fifth of the way, below three quarters of the other arm's."""
    return {"nc1_late": 0.8, "nc1_ratio": 0.75, "nc3_ratio": 0.95}


def mixture_falling_plain(
    loss: str, weight_decay: float, C: int, n: int, d: int, separation: float, hidden: Layers, steps: int, lr: float,
    runs: int, batch: int | None,
) -> Named:  # fmt: skip
    """The same without weight decay."""
    return {"nc1_late_plain": 0.8}


def mixture_falling_crossed(
    loss: str, weight_decay: float, C: int, n: int, d: int, separation: float, hidden: Layers, steps: int, lr: float,
    runs: int, batch: int | None,
) -> Named:  # fmt: skip
    """The same for crossed labels."""
    return {"nc1_ratio_crossed": 0.75}


MIXTURE_FALL = Claim(
    slug="nc-real-training-mixture",
    topic="neural_collapse",
    title="Gaussian mixture: weight decay drives NC1 and NC3 down",
    statement=(
        r"Networks trained on a Gaussian mixture with weight decay, by Adam on the square loss or the cross-entropy, "
        r"or by SGD without replacement, lower NC1 to at most $0.8$ of its value at a fifth of the way, and end with "
        r"NC1 below $0.75$ and NC3 below $0.95$ of what the same start reaches without weight decay."
    ),
    source=_PAPYAN,
    kind=Bound(side="upper", on="draw", trials=2),
    predict=mixture_falling,
    simulate=sims.mixture_training,
    grid=_MIXTURE_GRID,
    decoys=(
        Decoy("no-weight-decay", "NC1 falls as far without weight decay.", predict=mixture_falling_plain),
        Decoy("crossed-labels", "It falls for labels crossed with the classes too.", predict=mixture_falling_crossed),
    ),
)

# --- beyond the theorem: the width of the feature layer ------------------------------------------------------------

_WIDTHS: Named = {
    "widths": (6, 8, 32), "weight_decay": 2e-3, "per_class": 20, "hidden": (64, 64), "steps": 1500, "lr": 3e-3
}  # fmt: skip
_WIDTHS_GRID = Grid(
    quick=(_WIDTHS,),
    full=(_WIDTHS, {**_WIDTHS, "widths": (2, 3, 4, 5, 6, 7, 8, 9, 32, 128), "per_class": 50, "steps": 3000}),
)


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


def narrow_gap_uncentred(
    widths: Layers, weight_decay: float, per_class: int, hidden: Layers, steps: int, lr: float
) -> Named:  # fmt: skip
    """d/C: as if the mean output took a feature."""
    return {"gap_ratio": np.minimum(np.asarray(widths) / 10, 1.0)}


def narrow_gap_unharmed(
    widths: Layers, weight_decay: float, per_class: int, hidden: Layers, steps: int, lr: float
) -> Named:  # fmt: skip
    """The gap does not depend on the width."""
    return {"gap_ratio": np.ones(len(widths))}


WIDTH = Claim(
    slug="nc-real-training-width",
    topic="neural_collapse",
    title="A feature layer narrower than C - 1 cannot hold the simplex",
    statement=(
        r"For class means in $R^d$, $d < C - 1$, NC2 (Gram form) is at least $\sqrt{2 - 2\sqrt{d/(C-1)}}$, and "
        r"networks trained on digits through a linear feature layer of width $d$ come near it."
    ),
    source=Source("papyan2020prevalence", "definition of NC2; the bound derived here", "derived"),
    kind=Bound(side="lower", on="draw", trials=2),
    predict=narrow_frame,
    simulate=sims.digits_bottleneck,
    grid=_WIDTHS_GRID,
    decoys=(Decoy("no-inner-root", r"$\sqrt{2 - 2d/(C-1)}$.", predict=narrow_frame_no_root),),
)

WIDTH_GAP = Claim(
    slug="nc-real-training-width-gap",
    topic="neural_collapse",
    title="A narrow feature layer keeps d of the C - 1 modes",
    statement=(
        r"Trained on digits with the square loss through a linear feature layer of width $d < C - 1$, a network's mean "
        r"gap between true and other outputs is $d/(C-1)$ of the wide network's, as in the unconstrained features "
        r"model, which keeps $d$ modes of equal strength."
    ),
    source=Source("zhou2022optimization", "rank-deficient square loss; the gap derived here", "derived"),
    # The residual shrinkage of the two widths differs by a few parts in a thousand after this many steps.
    kind=Identity(tolerance=0.015, trials=2),
    predict=narrow_gap,
    simulate=sims.digits_bottleneck,
    grid=_WIDTHS_GRID,
    decoys=(
        Decoy("uncentred", "$d/C$.", predict=narrow_gap_uncentred),
        Decoy("unharmed", "No loss of gap.", predict=narrow_gap_unharmed),
    ),
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


SCALE = Claim(
    slug="nc-real-training-scale",
    topic="neural_collapse",
    title="The scale law of free features is a lower bound for real ones",
    statement=(
        r"In a collapsed network with aligned classifier the mean gap between true and other outputs is at most "
        r"$1 - Nc/\sqrt{n}$, the unconstrained features model's value with $c^2 = \lambda\lambda_H$ and the penalty "
        r"$\lambda_H = \lambda|W|^2/|H|^2$ ($H$ centred) read off the network: the layers below make some modes dearer "
        r"than others, which by the inequality of arithmetic and harmonic means only adds to the shrinkage."
    ),
    source=Source("zhou2022optimization", "output scale of the model; the comparison derived here", "derived"),
    kind=Bound(side="lower", on="draw", trials=2),
    predict=one_penalty,
    simulate=sims.digits_bottleneck,
    grid=_WIDTHS_GRID,
    decoys=(Decoy("not-halved", r"$1 - 2Nc/\sqrt{n}$.", predict=doubled_penalty),),
)

CLAIMS: tuple[Claim, ...] = (DIGITS_FALL, DIGITS_REST, MIXTURE_FALL, WIDTH, WIDTH_GAP, SCALE)
