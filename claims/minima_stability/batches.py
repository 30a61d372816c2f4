"""SGD near a minimum: the step at which its second moments begin to grow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sims.minima_stability as sims
import theory.minima_stability as theory
from claims import Claim, Decoy, Grid, Identity, Mean, Moments, Source, cells, declared_in, instance
from theory import square_loss_dynamics

claim = declared_in(__name__)
Named = dict[str, Any]

_SOURCE = Source("mulayoff2024exact", "threshold and operator recalled; re-derived", "derived")


@instance
def minimum(of: str, n: int, B: int, replacement: bool) -> Named:
    """Gradients of n samples: generic ones in 3 dimensions, orthogonal ones, or those of a trained network."""
    if of == "generic":
        G = sims.generic_gradients(n, 3)
    else:
        G = sims.trained_gradients(n) if of == "trained" else sims.orthogonal_gradients(n, n**0.5)
    return {"G": G, "B": B, "replacement": replacement}


def _step(times: float = 1.0, **changed: Any) -> Callable[..., Named]:
    """The threshold, with arguments of the formula changed."""

    def predict(**cell: Any) -> Named:
        return {"step": times * theory.sgd_threshold(**{**minimum(**cell), **changed})}

    return predict


def _full_batch(**cell: Any) -> Named:
    return _step(B=cell["n"], replacement=False)(**cell)


def _largest_gradient(**cell: Any) -> Named:
    return {"step": 2 / max(float(g @ g) for g in minimum(**cell)["G"])}


def _noise_alone(n: int, B: int, replacement: bool, **cell: Any) -> Named:
    """At B = 1 the mean part has no weight; p is that of the batch."""
    p = 1 / B if replacement else (n - B) / (B * (n - 1))
    return {"step": _step(B=1)(n=n, B=B, replacement=replacement, **cell)["step"] / p} if p else {"step": 1e300}


THRESHOLD = claim(
    slug="sgd-mean-square-threshold",
    title="The largest step of SGD with small batches",
    statement=(
        r"Linearised SGD near an interpolating minimum stays bounded in mean square iff $\eta \le "
        r"2/\lambda_{max}(C^+D)$, $C = \frac12(H\otimes I + I\otimes H)$, $D = (1-p)H\otimes H + \frac pn\sum_iH_i"
        r"\otimes H_i$, $p = (n-B)/(B(n-1))$ without and $1/B$ with replacement."
    ),
    source=_SOURCE,
    kind=Identity(tolerance=1e-9, trials=1),
    predict=_step(),
    simulate=minimum.of(sims.sgd_threshold),
    certificates={"gap": 1e-9},
    grid=Grid(
        quick=(
            *cells(of="generic", n=8, B=[1, 2, 4], replacement=False),
            *cells(of="generic", n=8, B=[2, 3], replacement=True),
            *cells(of="trained", n=6, B=[1, 2, 3, 6], replacement=False),
            *cells(of="orthogonal", n=7, B=[1, 3, 7], replacement=False),
        ),
        full=(
            *cells(of="generic", n=[6, 12], B=[1, 2, 5], replacement=False),
            *cells(of="generic", n=[6, 12], B=[2, 3], replacement=True),
            *cells(of="trained", n=[4, 8], B=[1, 2, 4], replacement=False),
            *cells(of="orthogonal", n=[3, 8], B=[1, 3], replacement=False),
        ),
    ),
    decoys=(
        Decoy("full batch", "2/lambda_max(H) whatever B", _full_batch),
        Decoy("with replacement", "p = 1/B", _step(replacement=True)),
        Decoy("largest gradient", "2/max |g_i|^2", _largest_gradient),
        Decoy("noise alone", "D without the (1 - p) term", _noise_alone),
    ),
)


@instance
def operated(n: int, B: int, eta: float, replacement: bool) -> Named:
    """Generic gradients and a step."""
    return {**minimum(of="generic", n=n, B=B, replacement=replacement), "eta": eta}


def _operator(**changed: Any) -> Any:
    def predict(**cell: Any) -> Named:
        return {"value": theory.second_moment_operator(**{**operated(**cell), **changed})}

    return predict


OPERATOR = claim(
    slug="sgd-mean-square-threshold-operator",
    title="How second moments move in one step of SGD",
    statement=(
        r"$E\,(I-\eta A)\otimes(I-\eta A) = I - 2\eta C + \eta^2D$ over all batches of $B$ of $n$ samples, "
        r"$A = \frac1B\sum g_ig_i^\top$."
    ),
    source=_SOURCE,
    kind=Identity(tolerance=1e-10, trials=1, pooled=True),
    predict=_operator(),
    simulate=operated.of(sims.second_moment_operator),
    grid=Grid(
        quick=(*cells(n=6, B=[1, 2, 4], eta=0.3, replacement=False), *cells(n=6, B=3, eta=0.3, replacement=True)),
        full=(*cells(n=[5, 12], B=[1, 3], eta=[0.1, 1.0], replacement=[False, True]),),
    ),
    decoys=(
        Decoy("with replacement", "p = 1/B", _operator(replacement=True)),
        Decoy("full batch", "no noise", lambda n, **cell: _operator(B=n, replacement=False)(n=n, **cell)),
    ),
)


@instance
def followed(n: int, B: int, eta: float, replacement: bool, steps: int) -> Named:
    """The same, from a displacement along no axis."""
    found = operated(n=n, B=B, eta=eta, replacement=replacement)
    return {**found, "v0": (0.6, 0.64, -0.48), "steps": steps}


def _path(**changed: Any) -> Any:
    def predict(**cell: Any) -> Named:
        return {"value": theory.mean_square_distance(**{**followed(**cell), **changed})}

    return predict


DISTANCE = claim(
    slug="sgd-mean-square-threshold-distance",
    title="How far SGD is from the minimum after a few steps",
    statement=r"$E|v_t|^2 = \mathrm{vec}(I)^\top Q^t\,\mathrm{vec}(v_0v_0^\top)$ for batches that are drawn.",
    source=_SOURCE,
    kind=Mean(resolution=0.024),
    predict=_path(),
    simulate=followed.of(sims.mean_square_distance),
    tails={"value": Moments(skewness=12.0)},
    grid=Grid(
        quick=(
            *cells(n=8, B=2, eta=0.4, replacement=False, steps=3),
            *cells(n=8, B=2, eta=0.35, replacement=True, steps=3),
        ),
        full=(*cells(n=8, B=[1, 2], eta=0.2, replacement=[False, True], steps=4),),
    ),
    decoys=(
        Decoy("with replacement", "p = 1/B", _path(replacement=True)),
        Decoy("full batch", "no noise", lambda n, **cell: _path(B=n, replacement=False)(n=n, **cell)),
    ),
)

_DOUBLED = minimum.of(sims.sgd_threshold, loss="unhalved")

UNHALVED = claim(
    slug="sgd-mean-square-threshold-unhalved",
    title="Half that step where the squared error is not halved",
    statement=(
        r"SGD on $\frac1B\sum(f-y)^2$, without the half, has the critical step $\mu_c = \eta^*/2$: the convention of "
        r"the square loss with weight decay."
    ),
    source=_SOURCE,
    kind=Identity(tolerance=1e-9, trials=1),
    predict=_step(0.5),
    simulate=_DOUBLED,
    certificates={"gap": 1e-9},
    grid=Grid(
        quick=(
            *cells(of="orthogonal", n=7, B=[1, 3], replacement=False),
            *cells(of="generic", n=8, B=2, replacement=False),
        ),
        full=(
            *cells(of="orthogonal", n=[3, 8], B=[1, 3], replacement=False),
            *cells(of="generic", n=12, B=[2, 3], replacement=False),
        ),
    ),
    decoys=(Decoy("one convention", "the same step for both", _step()),),
)

_ORTHOGONAL = cells(of="orthogonal", n=7, B=[1, 3], replacement=False)

SQUARE_LOSS = claim(
    slug="sgd-mean-square-threshold-square-loss",
    title="The critical step of the square loss with weight decay, without decay",
    statement=(
        r"Orthogonal inputs of norm $r$, no decay: the critical step $\mu_c = B/r^2$ of SGD on the unhalved square "
        r"loss, a formula of that topic, is where second moments over all batches begin to grow."
    ),
    source=_SOURCE,
    kind=Identity(tolerance=1e-9, trials=1),
    predict=lambda n, B, **_: {"step": square_loss_dynamics.sgd_critical_step(n, B, lam=0.0, r2=n)},
    simulate=_DOUBLED,
    certificates={"gap": 1e-9},
    grid=Grid(quick=_ORTHOGONAL, full=cells(of="orthogonal", n=[3, 8], B=[1, 3], replacement=False)),
    decoys=(Decoy("one convention", "the step of the halved loss", _step()),),
)

CLAIMS: tuple[Claim, ...] = (THRESHOLD, OPERATOR, DISTANCE, UNHALVED, SQUARE_LOSS)
