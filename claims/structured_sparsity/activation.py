"""Changes of activations in place of activations: exact mean squares, the noise that is too much, the direct floor."""

from __future__ import annotations

from typing import Any

import sims.structured_sparsity as sims
import theory.structured_sparsity as theory
from claims import Claim, Decoy, Grid, Identity, Mean, Moments, Observation, Source, cells, declared_in

claim = declared_in(__name__)
WANG = Source("wang2022finetuning", "scheme recalled, abstract alone was seen; quadratic model derived here", "derived")
Named = dict[str, Any]


def _followed(rows: tuple[tuple[float, float], tuple[float, float]], e2: float, u2: float, steps: int) -> Named:
    """A wrong matrix, applied."""
    path = [(e2, u2)]
    for _ in range(steps):
        path.append(tuple(row[0] * path[-1][0] + row[1] * path[-1][1] for row in rows))  # type: ignore[arg-type]
    return {"e2": [e for e, _ in path], "u2": [u for _, u in path]}


def _same_step(eta: float, c: float, e0sq: float, u0sq: float, steps: int, **_: float) -> Named:
    return _followed((((1 - eta) ** 2, (eta * c) ** 2), (eta**2, ((1 - eta) * c) ** 2)), e0sq, u0sq, steps)


def _stale(eta: float, c: float, e0sq: float, u0sq: float, steps: int, **_: float) -> Named:
    return _followed((((1 - eta) ** 2, (eta * c) ** 2), (0.0, ((1 + eta) * c) ** 2)), e0sq, u0sq, steps)


DELTA = claim(
    slug="activation-delta",
    title="Sending changes of activations: the mean squares of both errors, step by step",
    statement=(
        r"Over all $2^t$ paths of a noise with two values (mean 0, variance 1, symmetric or not), $(\mathrm{E}e^2, "
        r"\mathrm{E}u^2)_t$ of the delta scheme follows the matrix $((1-\eta)^2, \eta^2c^2; \eta^2, (1+\eta)^2c^2)$."
    ),
    source=WANG,
    kind=Identity(tolerance=1e-10, trials=1, pooled=True),
    predict=lambda eta, c, e0sq, u0sq, steps, upper: theory.delta_second_moments(eta, c, e0sq, u0sq, steps),
    simulate=sims.delta_second_moments,
    grid=Grid(
        quick=(
            *cells(eta=0.3, c=[0.6, 0.75], e0sq=1.0, u0sq=1.0, steps=12, upper=[0.5, 0.2]),
            *cells(eta=[0.1, 1.0, 1.5], c=0.3, e0sq=1.0, u0sq=0.25, steps=12, upper=0.5),
        ),
        full=cells(eta=[0.1, 0.3, 1.0, 1.5], c=[0.2, 0.6, 0.9], e0sq=1.0, u0sq=1.0, steps=15, upper=[0.5, 0.05]),
    ),
    decoys=(
        Decoy("(1 - eta)^2 c^2", "the unsent change shrinks like the error", _same_step),
        Decoy("change before the step", "u does not know of the step's -eta e", _stale),
    ),
)

GAUSSIAN = claim(
    slug="activation-delta-gaussian-noise",
    title="The mean squares are the same with Gaussian noise",
    statement=r"After two steps with $\xi \sim N(0,1)$ $\mathrm{E}e^2$, $\mathrm{E}u^2$ are those of the recursion.",
    source=WANG,
    kind=Mean(resolution=0.02),
    predict=lambda **cell: {name: value[-1] for name, value in theory.delta_second_moments(**cell)._asdict().items()},
    simulate=sims.delta_chains,
    grid=Grid(
        quick=cells(eta=[0.3, 0.5], c=0.3, e0sq=1.0, u0sq=1.0, steps=2),
        full=cells(eta=[0.3, 0.5, 1.0], c=[0.2, 0.3], e0sq=1.0, u0sq=1.0, steps=2),
    ),
    decoys=(
        Decoy("(1 - eta)^2 c^2", "the unsent change shrinks like the error",
              lambda **cell: {name: value[-1] for name, value in _same_step(**cell).items()}),
        Decoy("change before the step", "u does not know of the step's -eta e",
              lambda **cell: {name: value[-1] for name, value in _stale(**cell).items()}),
    ),
    tails={"e2": Moments(skewness=4.0), "u2": Moments(skewness=8.0)},
)  # fmt: skip

CRITICAL = claim(
    slug="activation-delta-critical-noise",
    title="The noise beyond which sent changes no longer converge",
    statement=(
        r"The mean square over all paths neither grows nor falls in its 14th step at $c^2 = "
        r"(1-(1-\eta)^2)/[(1+\eta)^2(1-(1-\eta)^2)+\eta^4]$."
    ),
    source=WANG,
    # The second eigenvalue to the power 13 is 7e-5 at eta = .3 and less elsewhere.
    kind=Identity(tolerance=1e-4, trials=1),
    predict=theory.delta_critical_c,
    simulate=sims.delta_critical_c,
    grid=Grid(quick=cells(eta=[0.3, 0.5, 1.0, 1.5]), full=cells(eta=[0.3, 0.5, 0.75, 1.0, 1.25, 1.5, 1.8])),
    decoys=(
        Decoy("no coupling", "c = 1/(1 + eta): eta^4 forgotten", lambda eta: 1 / (1 + eta)),
        Decoy("the quantiser's own", "c = 1", lambda eta: 1.0),
    ),
)

FLOOR = claim(
    slug="activation-delta-direct-floor",
    title="Quantising the activation itself leaves a floor that grows with its size",
    statement=(
        r"With the gradient $Q(w) - b$, $\mathrm{E}e^2 \to c^2\eta b^2/(2-\eta(1+c^2))$, where sent changes go to $0$."
    ),
    source=WANG,
    kind=Mean(resolution=0.01),
    predict=theory.direct_floor,
    simulate=sims.direct_floor,
    grid=Grid(
        quick=(*cells(eta=0.3, c=[0.3, 0.6], b=2.0), *cells(eta=0.5, c=0.3, b=1.0)),
        full=cells(eta=[0.3, 0.5], c=[0.3, 0.5], b=[1.0, 2.0]),
    ),
    decoys=(
        Decoy("no floor", "0, as with changes", lambda eta, c, b: 0.0),
        Decoy("small steps", "c^2 eta b^2/2", lambda eta, c, b: c * c * eta * b * b / 2),
    ),
    tails={"value": Moments(skewness=5.0)},
)

ROUNDED = claim(
    slug="activation-delta-rounding",
    title="Changes rounded to a grid: the error stops within a step of it",
    statement=(
        r"With changes rounded to multiples of $h$ in place of multiplicative noise, $|w-b|/h$ and the message's lag "
        r"$/h$ after 200 steps stand beside the $0$ of multiplicative noise."
    ),
    source=Source("wang2022finetuning", "no theorem: a quantiser of absolute step", "derived"),
    kind=Observation(trials=1024),
    predict=lambda eta, step: {"error": 0.0, "lag": 0.0},
    simulate=sims.delta_rounding,
    grid=Grid(quick=cells(eta=[0.3, 1.0], step=[0.1, 0.5]), full=cells(eta=[0.1, 0.3, 1.0, 1.5], step=[0.1, 0.5])),
    decoys=(),
)

CLAIMS: tuple[Claim, ...] = (DELTA, GAUSSIAN, CRITICAL, FLOOR, ROUNDED)
