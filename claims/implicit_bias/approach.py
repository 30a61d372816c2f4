"""Separable data: how fast the straight line of the late flow is reached, and how far descent is from it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import sims.implicit_bias as sims
import theory.implicit_bias as theory
from claims import Claim, Decoy, Grid, Identity, Rate, Source, cells, declared_in, instance
from claims.implicit_bias.margin import DERIVED, SOUDRY

claim = declared_in(__name__)
Named = dict[str, Any]


@instance
def at_time(count: int, n: int, d: int, support: int, t: float, number: int) -> Named:
    """Data sets, and the logarithm of 1 + t."""
    return {"rows": sims.planted_rows(count, n, d, support, instance=number), "s": math.log1p(t), "loss": "exponential"}


def _settling(exponent: Callable[[float], float]) -> Callable[..., Named]:
    def predict(count: int, n: int, d: int, support: int, t: float, number: int) -> Named:
        rows = sims.planted_rows(count, n, d, support, instance=number)
        return {"settling": np.asarray([exponent(theory.margin_law(a).rate) for a in rows])}

    return predict


SETTLING = claim(
    slug="logistic-margin-law-settling",
    title="How fast the straight line is reached",
    statement=(
        r"$\|dw/d\log t - w_{svm}\|$ falls like $t^{-\rho}$ with $\rho$ the least eigenvalue of $\sum_i \alpha_i "
        r"a_ia_i^\top$ over the support vectors, on their span, where it is below 1 (1 is always one of them; "
        r"exponential loss: the logistic one adds a term of order $\log t/t$)."
    ),
    source=Source(SOUDRY, "linearisation of its residual equation, derived here", "derived"),
    kind=Rate(
        size="t", resolution=0.02, allowance=0.01, trials=1,
        because="the square of the term, and the next eigenvalue (1 here), at t = 1e6: 1e6^(-1/3) over log 1e6",
    ),
    predict=_settling(lambda rate: -rate),
    simulate=at_time.of(sims.margin_path, "settling", "error", "gap"),
    grid=Grid(
        quick=cells(count=1, n=2, d=2, support=2, number=[5, 9], t=[1e6, 1e9, 1e12]),
        full=cells(count=1, n=2, d=2, support=2, number=[5, 7, 8, 9], t=[1e6, 1e9, 1e12]),
    ),
    decoys=(
        Decoy("1/t", "like the loss", _settling(lambda rate: -1.0)),
        Decoy("1/sqrt t", "like averages", _settling(lambda rate: -0.5)),
    ),
    certificates={"gap": 1e-10},
)  # fmt: skip


@instance
def descended(count: int, n: int, d: int, support: int, steps: int, step: float, number: int) -> Named:
    """Data sets, and how they are descended."""
    return {
        "rows": sims.planted_rows(count, n, d, support, instance=number), "steps": steps, "step": step,
    }  # fmt: skip


def _after(at: Callable[[int, float], float]) -> Callable[..., Named]:
    def predict(count: int, n: int, d: int, support: int, steps: int, step: float, number: int) -> Named:
        rows = sims.planted_rows(count, n, d, support, instance=number)
        return {"value": np.asarray([theory.margin_path(a, math.log(at(steps, step))).weights for a in rows])}

    return predict


DESCENT = claim(
    slug="logistic-margin-law-descent",
    title="Gradient descent is where the flow is, at time step times steps",
    statement=(
        r"$k$ steps of gradient descent on the logistic loss, of length $\eta$, are at "
        r"$w_{svm}\log(\eta k) + \tilde w$, up to $(\eta k)^{-\rho}$, $\rho \ge 1/2$ here."
    ),
    source=DERIVED,
    kind=Identity(tolerance=5e-3, trials=1, pooled=True),
    predict=_after(lambda steps, step: steps * step),
    simulate=descended.of(sims.margin_descent),
    grid=Grid(
        quick=cells(count=4, n=3, d=3, support=3, steps=100000, step=[1.0, 0.5], number=0),
        full=cells(count=8, n=5, d=5, support=5, steps=1000000, step=[1.0, 0.5], number=1),
    ),
    decoys=(
        Decoy("steps", "the time is the number of steps", _after(lambda steps, step: steps)),
        Decoy("mean loss", "the loss is a mean: time over n", _after(lambda steps, step: steps * step / 3)),
    ),
)

CLAIMS: tuple[Claim, ...] = (SETTLING, DESCENT)
