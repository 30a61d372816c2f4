"""The central path of the square loss: two flows, each the other's decoy."""

from __future__ import annotations

from typing import Any

import numpy as np

import sims.neural_collapse as sims
import theory.neural_collapse as theory
from claims import Claim, Decoy, Grid, Identity, Source, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]
Singular = tuple[float, ...]

_SMALL = {"omega0": (2.467, 1.377, 1.178), "t": (30.0, 1000.0), "C": 4, "n": 8, "d": 10, "steps": 32}
_FEW = {"omega0": (0.6, 0.25), "t": (5.0, 200.0), "C": 3, "n": 6, "d": 4, "steps": 32}
_LARGE = {
    "omega0": (4.0, 3.0, 2.0, 1.5, 1.0, 0.8, 0.6, 0.4, 0.3), "t": (100.0, 1e4, 1e5), "C": 10, "n": 50, "d": 64,
    "steps": 64,
}  # fmt: skip

# Romberg from `steps`, 2 and 4 times as many Euler steps leaves an error of third order in the step: doubling `steps`
# moves these results by 3e-6 at most (tests), and the tolerance leaves room for larger cells.
_KIND = Identity(tolerance=1e-4, trials=8)


def _cells(flow: str) -> Grid:
    small, few, large = ({**cell, "flow": flow} for cell in (_SMALL, _FEW, _LARGE))
    return Grid(quick=(small, few), full=(small, few, large))


def predict_path(omega0: Singular, t: Singular, C: int, n: int, flow: str, d: int, steps: int) -> Named:
    """Singular values, loss (1/2) sum 1/(C + omega^2), NC1 = sum 1/omega^2; the singular vectors stay."""
    omega = theory.central_path_omega(omega0, t, C, n, flow=flow)
    loss, nc1 = 0.5 * np.sum(1 / (C + omega**2), axis=0), np.sum(omega**-2.0, axis=0)
    return {"omega": omega, "loss": loss, "nc1": nc1, "drift": np.zeros(len(t))}


def other_flow(omega0: Singular, t: Singular, C: int, n: int, flow: str, d: int, steps: int) -> Named:
    """The law of the other flow."""
    other = "renormalised" if flow == "projected" else "projected"
    return {"omega": theory.central_path_omega(omega0, t, C, n, flow=other)}


def late_law(omega0: Singular, t: Singular, C: int, n: int, flow: str, d: int, steps: int) -> Named:
    """Only the highest power of omega is kept."""
    w, s = np.asarray(omega0)[:, None], np.asarray(t)
    return {"omega": (w**4 + 4 * s / n) ** 0.25 if flow == "projected" else (w**2 + 2 * s / (C * n)) ** 0.5}


def at_pace(pace: float, omega0: Singular, t: Singular, C: int, n: int, flow: str, d: int, steps: int) -> Named:
    """The law with another clock."""
    return {"omega": theory.central_path_omega(omega0, pace * np.asarray(t), C, n, flow=flow)}


_SETTING = (
    r"With the least-squares classifier (with bias) at every instant and within-class covariance kept at the identity, "
    r"the singular values of the centred class means"
)
_OTHER = Decoy("other-flow", "The other flow's law.", predict=other_flow)
_LATE = Decoy("late-law", "The law without its slower terms.", predict=late_law)

PROJECTED = claim(
    slug="central-path-projected",
    title="The central path, projected flow",
    statement=(
        _SETTING + r" obey $C^2\log\omega_j + C\omega_j^2 + \frac14\omega_j^4 = t/n + \mathrm{const}$ under the "
        r"Riemannian gradient flow, their singular vectors do not move, the loss is $\frac12\sum_j 1/(C + \omega_j^2)$ "
        r"and $NC1 = \sum_j\omega_j^{-2}$."
    ),
    source=Source("han2021neural", "closed-form central path; constants derived here", "seen"),
    kind=_KIND,
    predict=predict_path,
    simulate=sims.central_path_omega,
    certificates={"residual": 1e-4},
    grid=_cells("projected"),
    decoys=(
        _OTHER,
        _LATE,
        Decoy("class-clock", "$t/N$ for $t/n$.", predict=lambda **cell: at_pace(1 / cell["C"], **cell)),
    ),
)

RENORMALISED = claim(
    slug="central-path-renormalised",
    title="The central path, renormalised flow",
    statement=(
        _SETTING + r" obey $C\log\omega_j + \frac12\omega_j^2 = t/N + \mathrm{const}$ under the gradient flow of the "
        r"features followed by $H \leftarrow \Sigma_W^{-1/2}H$ at every instant, so that $NC1$ falls as $t^{-1}$ "
        r"instead of $t^{-1/2}$."
    ),
    source=Source("han2021neural", "Section 3; this flow and its law derived here", "derived"),
    kind=_KIND,
    predict=predict_path,
    simulate=sims.central_path_omega,
    certificates={"residual": 1e-4},
    grid=_cells("renormalised"),
    decoys=(_OTHER, _LATE, Decoy("class-clock", "$t/n$ for $t/N$.", predict=lambda **cell: at_pace(cell["C"], **cell))),
)

CLAIMS: tuple[Claim, ...] = (PROJECTED, RENORMALISED)
