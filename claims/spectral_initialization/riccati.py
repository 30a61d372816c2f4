"""The whole trajectory of gradient flow on U U^T, in closed form."""

from __future__ import annotations

from typing import Any

import numpy as np

import sims.spectral_initialization as sims
import theory.spectral_initialization as theory
from claims import Claim, Decoy, Grid, Identity, Limit, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
Values = tuple[float, ...]
YAN = Source("yan1994global", "explicit solution of the flow", "recalled")
COUNT = 4

# Rank two of five, indefinite, all negative but one.
LOW, INDEFINITE, FALLING = (1.0, 0.5, 0.0, 0.0, 0.0), (1.0, 0.6, 0.2, -0.3, -0.8), (0.4, -0.2, -0.5, -1.0)


@instance
def starts(values: Values, r: int, alpha: float, t: float, steps: int, number: int) -> Named:
    """Four matrices of these eigenvalues and Gaussian starts."""
    M, U0 = sims.random_starts(COUNT, values, r, alpha, instance=number)
    return {"M": M, "U0": U0, "t": t, "steps": steps}


def _each(formula: Any, **cell: Any) -> list[Any]:
    given = starts(**cell)
    return [formula(M, U0, given["t"]) for M, U0 in zip(given["M"], given["U0"], strict=True)]


def _predict(**cell: Any) -> Named:
    return {"gram": _each(theory.riccati_gram, **cell)}


def _phi_halved(M: Any, U0: Any, t: float) -> Any:
    """Phi without its factor 2: the right formula at U0/sqrt 2, doubled."""
    return 2 * theory.riccati_gram(M, U0 / 2**0.5, t)


def _decoupled(M: Any, U0: Any, t: float) -> Any:
    """Every entry of the diagonal by its own logistic law, in the coordinates given."""
    gram = U0 @ U0.T
    for i in range(len(M)):
        own = theory.riccati_gram(M[i : i + 1, i : i + 1], [[gram[i, i] ** 0.5]], t)
        gram[i, i] = own[0, 0]
    return gram


def _wrong_order(M: Any, U0: Any, t: float) -> Any:
    """P (I + P Phi)^{-1}, P = U0 U0^T, where (I + Phi P)^{-1} would be right."""
    values, vectors = np.linalg.eigh(M)
    x = 2 * t * np.where(values == 0, 1e-300, values)
    grown, phi = (vectors * each @ vectors.T for each in (np.exp(x / 2), 2 * t * np.expm1(x) / x))
    P = U0 @ U0.T
    return grown @ P @ np.linalg.inv(np.eye(len(M)) + P @ phi) @ grown


def _wrong(formula: Any) -> Any:
    def predict(values: Values, r: int, alpha: float, t: float, steps: int, number: int) -> Named:
        given = {"values": values, "r": r, "alpha": alpha, "t": t, "steps": steps, "number": number}
        return {"gram": _each(formula, **given)}

    return predict


def _exact(values: Values, r: int, alpha: float, t: float, steps: int, number: int) -> Named:
    return _predict(values=values, r=r, alpha=alpha, t=t, steps=steps, number=number)


RICCATI = claim(
    slug="riccati-exact",
    title="The whole trajectory of a factored matrix, in closed form",
    statement=(
        r"The flow $\dot U = (M - UU^\top)U$ from any $U_0$, for symmetric $M$ of any signature, has "
        r"$UU^\top(t) = e^{Mt}U_0(I + U_0^\top\Phi(t)U_0)^{-1}U_0^\top e^{Mt}$ with $\Phi(t) = 2\int_0^t e^{2Ms}ds$; "
        r"gradient descent reaches it as its steps shorten."
    ),
    source=YAN,
    kind=Identity(tolerance=1e-7, trials=1, pooled=True),
    predict=_exact,
    simulate=starts.of(sims.flow_gram),
    grid=Grid(
        quick=(
            *cells(values=LOW, r=[2, 4], alpha=0.3, t=4.0, steps=32, number=0),
            *cells(values=INDEFINITE, r=[1, 7], alpha=0.2, t=6.0, steps=48, number=1),
            *cells(values=FALLING, r=3, alpha=1.0, t=3.0, steps=96, number=2),
            *cells(values=LOW, r=3, alpha=[0.1, 0.001], t=20.0, steps=64, number=3),
        ),
        full=(
            *cells(values=LOW, r=[1, 2, 3, 8], alpha=[0.3, 0.01], t=[4.0, 20.0], steps=128, number=4),
            *cells(values=INDEFINITE, r=[1, 3, 7], alpha=[0.5, 0.01], t=[6.0, 20.0], steps=128, number=5),
            *cells(values=FALLING, r=[1, 3, 6], alpha=1.0, t=[3.0, 9.0], steps=512, number=6),
        ),
    ),
    decoys=(
        Decoy("half of Phi", "the integral without its factor 2", _wrong(_phi_halved)),
        Decoy("wrong order", "P (I + P Phi)^{-1} for P (I + Phi P)^{-1}, P = U_0 U_0^T", _wrong(_wrong_order)),
        Decoy("modes apart", "a logistic law for each entry of the diagonal", _wrong(_decoupled)),
    ),
    certificates={"error": 1e-8},
)

# --- gradient descent with its own steps -----------------------------------------------------------------------------


@instance
def descents(number: int, steps: int) -> Named:
    """Four starts of width three on a matrix of rank three, followed to t = 4."""
    M, U0 = sims.random_starts(COUNT, (1.0, 0.5, 0.25, 0.0, 0.0, 0.0), 3, 0.3, instance=number)
    return {"M": M, "U0": U0, "t": 4.0, "steps": steps}


def _top(number: int, steps: int) -> Named:
    given = descents(number=number, steps=steps)
    return {
        "trace": [theory.riccati_gram(M, U0, given["t"]).trace() for M, U0 in zip(given["M"], given["U0"], strict=True)]
    }


def _twice_as_late(number: int, steps: int) -> Named:
    given = descents(number=number, steps=steps)
    return {"trace": [theory.riccati_gram(M, U0, 8.0).trace() for M, U0 in zip(given["M"], given["U0"], strict=True)]}


DESCENT = claim(
    slug="riccati-exact-descent",
    title="Gradient descent follows the closed form up to its step",
    statement=(
        r"After $t/\eta$ steps of gradient descent the trace of $UU^\top$ differs from the closed form by $O(\eta)$, "
        r"here at $t = 4$ and $\|M\| = 1$."
    ),
    source=Source("yan1994global", "flow; its discretisation by Euler's method is classical", "derived"),
    kind=Limit(
        size="steps", order=1.0, resolution=0.01, allowance=1.6e-3, trials=1,
        because="the next order, (eta |M|)^2 with eta = 4/100 at most",
    ),
    predict=_top,
    simulate=descents.of(sims.descent_gram),
    grid=Grid(quick=cells(number=0, steps=[100, 200, 400]), full=cells(number=[0, 1, 2], steps=[200, 400, 800])),
    decoys=(Decoy("half the rate", "t counted for the gradient of |M - UU^T|^2/2, twice as fast", _twice_as_late),),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (RICCATI, DESCENT)
