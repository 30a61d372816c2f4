"""How far gradient descent from a small start is from the power method."""

from __future__ import annotations

from typing import Any

import sims.spectral_initialization as sims
import theory.spectral_initialization as theory
from claims import Claim, Decoy, Grid, Limit, Rate, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
STOGER = Source("stoger2021small", "spectral phase; the coefficient derived here", "derived")
ETA = 0.1


@instance
def small(d: int, r: int, t: int, inverse_alpha: int) -> Named:
    """Four matrices of rank two and norm 1, G of N(0, 1/d) entries, alpha = 1/inverse_alpha."""
    M, G = sims.random_starts(4, (1.0, 0.5) + (0.0,) * (d - 2), r, d**-0.5)
    return {"M": M, "G": G, "eta": ETA, "t": t, "alpha": 1 / inverse_alpha}


DEVIATION = small.of(sims.power_phase_deviation)


def _norms(formula: Any, d: int, r: int, t: int, inverse_alpha: int) -> Named:
    given = small(d=d, r=r, t=t, inverse_alpha=inverse_alpha)
    found = [formula(M, G, ETA, t) for M, G in zip(given["M"], given["G"], strict=True)]
    return {"coefficient": [float((E * E).sum()) ** 0.5 for E in found]}


def _predict(d: int, r: int, t: int, inverse_alpha: int) -> Named:
    return _norms(theory.power_phase_coefficient, d, r, t, inverse_alpha)


def _not_carried_on(d: int, r: int, t: int, inverse_alpha: int) -> Named:
    def summed(M: Any, G: Any, eta: float, steps: int) -> Any:
        X, E = G, 0.0 * G
        for _ in range(steps):
            E, X = E - eta * X @ (X.T @ X), X + eta * M @ X
        return E

    return _norms(summed, d, r, t, inverse_alpha)


def _a_step_late(d: int, r: int, t: int, inverse_alpha: int) -> Named:
    return _norms(theory.power_phase_coefficient, d, r, t + 1, inverse_alpha)


COEFFICIENT = claim(
    slug="power-method-phase",
    title="The first correction to the power method, exactly",
    statement=(
        r"Gradient descent from $\alpha G$ has $U_t = \alpha Z^tG + \alpha^3E_t + O(\alpha^5)$, $Z = I + \eta M$, with "
        r"$E_{t+1} = ZE_t - \eta X_tX_t^\top X_t$, $X_t = Z^tG$, $E_0 = 0$."
    ),
    source=STOGER,
    kind=Limit(
        size="inverse_alpha", order=2.0, resolution=0.01, allowance=3e-4, trials=1,
        because="the square of the next order, alpha^2 e^{2 eta lambda t}, below .017 in every cell",
    ),
    predict=_predict,
    simulate=DEVIATION,
    grid=Grid(
        quick=(
            *cells(d=6, r=3, t=20, inverse_alpha=[80, 160, 320]),
            *cells(d=20, r=10, t=30, inverse_alpha=[160, 320, 640]),
        ),
        full=(
            *cells(d=[10, 40], r=4, t=30, inverse_alpha=[320, 640, 1280]),
            *cells(d=[10, 40], r=40, t=30, inverse_alpha=[640, 1280, 2560]),
        ),
    ),
    decoys=(
        Decoy("not carried on", "E_t = -eta sum X X^T X, without Z", _not_carried_on),
        Decoy("a step late", "E_{t+1}", _a_step_late),
    ),
)  # fmt: skip

CUBIC = claim(
    slug="power-method-phase-cubic",
    title="The deviation from the power method is cubic in the scale of the start",
    statement=r"At fixed $t$, $\|U_t - \alpha Z^tG\|_F$ falls like $\alpha^3$.",
    source=Source("stoger2021small", "spectral phase", "recalled"),
    kind=Rate(
        size="inverse_alpha", resolution=0.01, allowance=3e-3, trials=1,
        because="the next order: a factor 1 - c alpha^2, c alpha^2 about |G|^2 alpha^2 (1 + eta lambda)^{2t}, at most "
        ".012, over a factor 4 in alpha",
    ),
    predict=lambda d, r, t, inverse_alpha: {"deviation": [-3.0] * 4},
    simulate=DEVIATION,
    grid=Grid(
        quick=cells(d=6, r=3, t=20, inverse_alpha=[160, 320, 640]),
        full=(
            *cells(d=[10, 40], r=4, t=30, inverse_alpha=[320, 640, 1280]),
            *cells(d=[10, 40], r=40, t=30, inverse_alpha=[640, 1280, 2560]),
        ),
    ),
    decoys=(Decoy("quadratic", "alpha^2", lambda d, r, t, inverse_alpha: {"deviation": [-2.0] * 4}),),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (COEFFICIENT, CUBIC)
