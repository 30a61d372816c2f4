"""The residual of a wide network falls along the Jacobian's directions at the start."""

from __future__ import annotations

from typing import Any

import sims.spectral_initialization as sims
import theory.spectral_initialization as theory
from claims import Claim, Decoy, Exact, Grid, Identity, Observation, Rate, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
OYMAK = Source("oymak2019generalization", "linearised residual", "recalled")
LINEAR = Source("oymak2019generalization", "linearised residual; the exponent explained here", "derived")


RATE = claim(
    slug="residual-along-jacobian",
    title="A wide network leaves its linearisation by one over its width",
    statement=(
        r"For $h$ tanh neurons in cancelling pairs, first layer trained on fixed data, the residual is "
        r"$(I-\eta K_0)^t\mathrm{res}_0$ with a mean deviation that falls like $1/h$ at fixed $t$, here for $n = 4$ "
        r"samples and $h$ from $512$ to $8192$."
    ),
    source=LINEAR,
    kind=Rate(
        size="width", resolution=0.02, allowance=0.01,
        because="the next order, a factor 1 + c/h, c about n^2 = 16 as the kernel's n^2 entries each vary by 1/h, "
        "turns the slope over a factor 16 from h = 512 by c/(h ln 16) at most",
    ),
    predict=lambda **cell: {"deviation": -1.0},
    simulate=sims.residual_along_jacobian,
    grid=Grid(
        quick=cells(n=4, d=3, eta=0.5, t=10, number=[0, 1], width=[512, 2048, 8192]),
        full=cells(n=4, d=3, eta=0.5, t=10, number=[0, 1, 2, 3], width=[1024, 4096, 16384]),
    ),
    decoys=(
        Decoy("root of the width", "1/sqrt(h), as general bounds say", lambda **cell: {"deviation": -0.5}),
        Decoy("squared", "1/h^2", lambda **cell: {"deviation": -2.0}),
    ),
)  # fmt: skip

# --- the linear model itself -----------------------------------------------------------------------------------------


@instance
def features(n: int, p: int, eta: float, t: int) -> Named:
    """Features whose kernel has eigenvalues 1 to 1/n^2, and a residual."""
    J, res0 = sims.linear_model(n, p)
    return {"J": J, "res0": res0, "eta": eta, "t": t}


def _linear(n: int, p: int, eta: float, t: int) -> Named:
    given = features(n=n, p=p, eta=eta, t=t)
    J = given["J"]
    return {"residual": theory.linearized_residual(J @ J.T, given["res0"], eta, t)}


def _started(n: int, p: int, eta: float, t: int) -> Named:
    given = features(n=n, p=p, eta=eta, t=t)
    J = given["J"]
    return {"residual": given["res0"] - eta * t * (J @ J.T @ given["res0"])}


DIRECTIONS = claim(
    slug="residual-along-jacobian-directions",
    title="Directions of large Jacobian eigenvalues are fitted first",
    statement=(
        r"Gradient descent on a model with Jacobian $J$ leaves $(I-\eta JJ^\top)^t\mathrm{res}_0$: a factor "
        r"$(1-\eta\lambda_i)^t$ along each eigenvector of $JJ^\top$."
    ),
    source=OYMAK,
    kind=Identity(tolerance=1e-10, trials=1, pooled=True),
    predict=_linear,
    simulate=features.of(sims.linear_descent),
    grid=Grid(
        quick=cells(n=6, p=[6, 20], eta=[0.5, 1.5], t=40),
        # What is left must be far above the rounding of what was there.
        full=(*cells(n=6, p=60, eta=[0.5, 1.5], t=40), *cells(n=30, p=60, eta=[0.5, 1.5], t=[40, 1000])),
    ),
    decoys=(
        Decoy("first order", "1 - eta lambda t", _started),
        Decoy("a step less", "t - 1 steps", lambda n, p, eta, t: _linear(n, p, eta, t - 1)),
    ),
)

# --- digits ----------------------------------------------------------------------------------------------------------


@instance
def network(width: int, t: int, number: int) -> Named:
    """A network on 100 digits, its step half of the inverse largest eigenvalue."""
    return {"width": width, "t": t, "rate": 0.5, "number": number}


def _shares(width: int, t: int, number: int) -> Any:
    start = sims.digits_start(width, instance=number)
    return theory.linearized_shares(start.K0, start.res0, 0.5, t, sims.TOP)


DIGITS = claim(
    slug="residual-along-jacobian-digits",
    title="A network on handwritten digits fits the kernel's leading directions first",
    statement=(
        r"What is left of the squared residual along the ten leading eigenvectors of the tangent kernel at the start, "
        r"and along the other ninety, beside $(I-\eta K_0)^t$; a net $64$-$h$-$10$, no theorem at this width."
    ),
    source=OYMAK,
    kind=Observation(trials=2),
    predict=_shares,
    simulate=network.of(sims.digits_residual),
    grid=Grid(
        quick=cells(width=128, t=[5, 20, 50], number=0), full=cells(width=[128, 512], t=[5, 20, 50, 200], number=[0, 1])
    ),
    decoys=(),
    tails={"leading": Exact(), "others": Exact()},
)

CLAIMS: tuple[Claim, ...] = (RATE, DIRECTIONS, DIGITS)
