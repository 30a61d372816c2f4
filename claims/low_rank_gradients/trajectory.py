"""The gradient's spectrum at every step, late gradients, and the line on which it comes to rank one."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

import sims.low_rank_gradients as sims
import theory.low_rank_gradients as theory
from claims import Claim, Decoy, Grid, Identity, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
Numbers = tuple[float, ...]
Matrix = tuple[Numbers, ...]

_MODEL = Source("zhao2024galore", "gradient model recalled; spectrum derived here", "derived")

# Eigenvalues of both sides, and a step: nine tenths of what is allowed.
NARROW: Named = {"beta": (0.5, 0.8, 1.1, 1.4), "gamma": (0.6, 0.9, 1.2), "eta": 0.5 / 1.68}
WIDE: Named = {
    "beta": tuple(0.5 + 0.9 * i / 11 for i in range(12)),
    "gamma": tuple(0.6 + 0.6 * i / 8 for i in range(9)),
    "eta": 0.9 / 1.68,
}
SINGULAR: Named = {"beta": (0.0, 0.4, 0.4, 1.0, 1.5), "gamma": (0.3, 0.6), "eta": 1.0}


@instance
def descent(beta: Numbers, gamma: Numbers, eta: float, at: tuple[int, ...], number: int) -> Named:
    """A problem with these curvatures, trained up to the last of the steps looked at."""
    one = sims.bilinear_problem(beta, gamma, instance=number)
    return {"A": one.A, "B": one.B, "C": one.C, "W0": one.W0, "eta": eta, "steps": max(at), "at": at}


DESCENT = descent.of(sims.gradient_trajectory)


def _path(fields: tuple[str, ...], **cell: Any) -> Named:
    given = dict(descent(**cell))
    at = given.pop("at")
    found = theory.gradient_trajectory(**given)._asdict()
    found["largest"] = found["singular_values"][:, 0]
    return {name: found[name][list(at)] for name in fields}


_predict = functools.partial(_path, ("singular_values", "stable_rank", "kappa"))
_late = functools.partial(_path, ("largest", "stable_rank"))


def _spectra(change: Any, beta: Numbers, gamma: Numbers, eta: float, at: tuple[int, ...], number: int) -> Any:
    one = sims.bilinear_problem(beta, gamma, instance=number)
    H0 = one.U.T @ one.G0 @ one.V
    return [np.linalg.svd(H0 * change(np.asarray(beta)[:, None], np.asarray(gamma), eta) ** t, compute_uv=False)
            for t in at]  # fmt: skip


def _sums(**cell: Any) -> Named:
    """(1 - eta (beta_i + gamma_j)/2)^t: the means of eigenvalues where their products belong."""
    return {"singular_values": _spectra(lambda b, g, eta: 1 - eta * (b + g) / 2, **cell)}


def _nuclear(**cell: Any) -> Named:
    s = _predict(**cell)["singular_values"]
    return {"stable_rank": (s.sum(axis=1) / s[:, 0]) ** 2}


def _rows_alone(**cell: Any) -> Named:
    return {"largest": [s[0] for s in _spectra(lambda b, g, eta: 1 - eta * b + 0 * g, **cell)]}


EARLY_STEPS = (0, 1, 4, 12)

SPECTRUM = claim(
    slug="gradient-spectrum-trajectory",
    title="The whole spectrum of the gradient, step by step",
    statement=(
        r"For $G = A - BWC$ and $W \leftarrow W + \eta G$, $(U^\top G_tV)_{ij} = (1-\eta\beta_i\gamma_j)^t(U^\top "
        r"G_0V)_{ij}$ in the eigenbases of $B$ and $C$: all singular values, the stable rank and $\kappa_t = "
        r"1-|G_t|_2^2/|G_t|_F^2$."
    ),
    source=_MODEL,
    kind=Identity(tolerance=1e-8, trials=1),
    predict=_predict,
    simulate=DESCENT,
    grid=Grid(
        quick=(
            *cells(**NARROW, at=EARLY_STEPS, number=[0, 1]),
            *cells(**WIDE, at=(0, 1, 4), number=4),
            *cells(**SINGULAR, at=EARLY_STEPS, number=2),
        ),
        full=(*cells(**NARROW, at=EARLY_STEPS, number=[2, 3, 4, 5]), *cells(**WIDE, at=(0, 1, 4), number=[1, 2, 3])),
    ),
    decoys=(
        Decoy("means", "eigenvalues enter by their means, (beta + gamma)/2", _sums),
        Decoy("nuclear norm", "|G|_* in place of |G|_F in the stable rank", _nuclear),
    ),
    certificates={"drift": 1e-12},
)

LATE = claim(
    slug="gradient-spectrum-late",
    title="Late gradients, beyond the digits of the weights",
    statement=(
        r"Carried along by $G \leftarrow G - \eta BGC$ the gradient has the predicted norm and stable rank after "
        r"hundreds of steps; computed from the weights, as $A - BWC$, it has become rounding, whose stable rank is not "
        r"that."
    ),
    source=_MODEL,
    kind=Identity(tolerance=1e-9, trials=1),
    predict=_late,
    simulate=DESCENT,
    grid=Grid(
        quick=(*cells(**NARROW, at=(50, 200, 600), number=[0, 1]), *cells(**WIDE, at=(50, 200, 600), number=[3, 4])),
        full=cells(**WIDE, at=(50, 200, 600, 1200), number=[0, 1, 2, 3, 4, 5, 6, 7]),
    ),
    decoys=(
        Decoy("rows alone", "(1 - eta beta_i)^t", _rows_alone),
        Decoy(
            "from the weights", "the gradient computed as A - B W C",
            simulate=descent.of(sims.gradient_trajectory, recompute=True),
        ),
    ),
    certificates={"drift": 1e-12},
)  # fmt: skip

# --- to rank one -----------------------------------------------------------------------------------------------------


@instance
def line(beta: Numbers, gamma: Numbers, eta: float, H0: Matrix, t: int, span: int) -> Named:
    """A start with U' G_0 V = H0."""
    one = sims.bilinear_problem(beta, gamma, H0=H0)
    return {"G0": one.G0, "B": one.B, "C": one.C, "eta": eta, "t": t, "span": span}


def _line(beta: Numbers, gamma: Numbers, eta: float, H0: Matrix, t: int, span: int) -> Named:
    return {"rate": theory.kappa_rate(beta, gamma, eta), "constant": theory.kappa_constant(H0)}


def _next_product(beta: Numbers, gamma: Numbers, eta: float, H0: Matrix, t: int, span: int) -> Named:
    first, second = sorted(b * g for b in beta for g in gamma)[:2]
    return {"rate": 2 * math.log((1 - eta * second) / (1 - eta * first))}


def _determinant(beta: Numbers, gamma: Numbers, eta: float, H0: Matrix, t: int, span: int) -> Named:
    (a, b), (c, d) = (row[:2] for row in H0[:2])
    return {"constant": ((a * d - b * c) / a**2) ** 2}


_TWO: Named = {"beta": (0.3, 1.0), "gamma": (0.3, 1.0), "eta": 0.9, "t": 36, "span": 4}
_FOUR: Named = {"beta": (0.35, 0.7, 1.0, 1.0), "gamma": (0.3, 0.8, 1.0), "eta": 0.9, "t": 70, "span": 8}
_FLAT: Named = {"beta": (0.3, 0.8), "gamma": (0.2, 0.6, 0.9, 1.0, 1.1, 1.2), "eta": 0.9 / 0.96, "t": 70, "span": 8}
_FOUR_START = ((1.0, 2.0, -1.0), (3.0, 1.0, 2.0), (-1.0, 1.0, 0.0), (2.0, 0.0, 1.0))
_FLAT_START = ((2.0, 1.0, -1.0, 3.0, 0.0, 1.0), (1.0, -2.0, 1.0, 0.0, 2.0, 1.0))
_LINES = (
    *cells(**_TWO, H0=[((1.0, 2.0), (3.0, 5.0)), ((2.0, 1.0), (-1.0, 0.0))]),
    *cells(**_FOUR, H0=_FOUR_START),
    *cells(**_FLAT, H0=_FLAT_START),
)

RANK_ONE = claim(
    slug="gradient-rank-one-rate",
    title="The gradient comes to rank one at the product of its two rates",
    statement=(
        r"With $\beta_1, \beta_2, \gamma_1, \gamma_2$ simple and $h_{11}, h_{12}, h_{21} \ne 0$ in $H = U^\top G_0V$, "
        r"$\kappa_t \sim (h_{12}h_{21}/h_{11}^2)^2q^{2t}$, $q = "
        r"(1-\eta\beta_1\gamma_2)(1-\eta\beta_2\gamma_1)/(1-\eta\beta_1\gamma_1)^2$: slope and constant late in the "
        r"run."
    ),
    source=Source("refael2024adarankgrad", "limit of rank one, Lemma 1, recalled; exponent and constant", "derived"),
    # The next orders, (h_12/h_11)^2 ((1-eta b_1 g_2)/(1-eta b_1 g_1))^{2t} and its like, move this line by less than
    # 3e-4 at these t (a test computes it).
    kind=Identity(tolerance=1e-3, trials=1),
    predict=_line,
    simulate=line.of(sims.kappa_line),
    grid=Grid(quick=_LINES, full=(*_LINES, *cells(**_TWO, H0=[((1.0, -2.0), (0.5, 1.0)), ((1.0, 1.0), (1.0, 9.0))]))),
    decoys=(
        Decoy("next product", "the two smallest products alone: ((1 - eta l_2)/(1 - eta l_1))^{2t}", _next_product),
        Decoy("determinant", "h_11 h_22 - h_12 h_21, the second singular value of a fixed matrix", _determinant),
    ),
)

CLAIMS: tuple[Claim, ...] = (SPECTRUM, LATE, RANK_ONE)
