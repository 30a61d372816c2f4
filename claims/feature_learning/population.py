"""The first gradient of one neuron, averaged over the data."""

from __future__ import annotations

import functools
import math
from typing import Any

import sims.feature_learning as sims
import theory.feature_learning as theory
from claims import Claim, Decoy, Grid, Mean, Moments, Source, cells, declared_in
from theory.hermite import orthonormal_coefficients

claim = declared_in(__name__)
Named = dict[str, Any]
Numbers = tuple[float, ...]
Rows = tuple[Numbers, ...]

_SOURCE = Source("damian2022neural", "Hermite expansion of the gradient recalled; this form", "derived")


def _combined(A: Rows, w: Numbers, share: float) -> list[float]:
    """(A w - share (w'Aw) w)/sqrt(2 pi)."""
    Aw = [sum(a * b for a, b in zip(row, w, strict=True)) for row in A]
    form = sum(a * b for a, b in zip(w, Aw, strict=True))
    return [(a - share * form * b) / math.sqrt(2 * math.pi) for a, b in zip(Aw, w, strict=True)]


_FULL = ((2.0, 0.5, 0.4), (0.5, -1.0, 1.2), (0.4, 1.2, 0.6))
_RANK_ONE = ((0.64, 0.48, 0.0), (0.48, 0.36, 0.0), (0.0, 0.0, 0.0))
_WIDE = ((2.0, 0.5, 0.0, 0.4), (0.5, -1.0, 1.0, 1.2), (0.0, 1.0, 0.5, -0.7), (0.4, 1.2, -0.7, 0.6))

QUADRATIC = claim(
    slug="population-gradient",
    title="The first gradient on a quadratic target turns a neuron towards it",
    statement=(
        r"For $f(x) = (x^\top Ax - \mathrm{tr}A)/2$, Gaussian $x$ and a ReLU neuron of norm 1, $E[f(x)1\{w\cdot "
        r"x>0\}x] = \bigl(Aw - \tfrac12(w^\top Aw)w\bigr)/\sqrt{2\pi}$."
    ),
    source=_SOURCE,
    kind=Mean(resolution=0.024),
    predict=theory.population_gradient_quadratic,
    simulate=sims.population_gradient_quadratic,
    grid=Grid(
        quick=cells(A=_FULL, w=(0.8, 0.6, 0.0)),
        full=(
            *cells(A=_FULL, w=(0.8, 0.6, 0.0)),
            *cells(A=_WIDE, w=(0.5, 0.5, -0.5, 0.5)),
            *cells(A=_RANK_ONE, w=(0.0, 1.0, 0.0)),
        ),
    ),
    decoys=(
        Decoy("A w alone", "the normal part forgotten", functools.partial(_combined, share=0.0)),
        Decoy("tangent", "(w'Aw) w without the half: no part along w", functools.partial(_combined, share=1.0)),
    ),
    tails={"value": Moments(skewness=1.0)},
)


def _coefficients(activation: str, c: Numbers) -> Any:
    if activation == "relu":
        return theory.relu_hermite(list(range(len(c) + 2)))
    return orthonormal_coefficients(activation, len(c) + 1)


def _predict(c: Numbers, activation: str, m: float) -> Any:
    return theory.single_index_gradient(c, _coefficients(activation, c), m)


def _integers(c: Numbers, activation: str, m: float) -> Named:
    """(k + 1) in place of sqrt((k+1)(k+2))."""
    a = _coefficients(activation, c)
    return {"beta": sum((k + 1) * ck * a[k + 2] * m**k for k, ck in enumerate(c))}


def _unnormalised(c: Numbers, activation: str, m: float) -> Named:
    """Coefficients against He_k in place of h_k: those of order k larger by sqrt(k!)."""
    a = [value * math.sqrt(math.factorial(k)) for k, value in enumerate(_coefficients(activation, c))]
    return theory.single_index_gradient(c, a, m)._asdict()


_CASES = (
    *cells(c=(0.5, 0.7, 0.5, -0.4), activation="relu", m=0.6),
    *cells(c=(0.3, 1.0, 0.4, 0.5), activation="tanh", m=0.5),
)

SINGLE_INDEX = claim(
    slug="population-gradient-single-index",
    title="The first gradient on a single-index target, order by order",
    statement=(
        r"For $f = \sum_kc_kh_k(u\cdot x)$, $s = \sum_ka_kh_k$ and $m = u\cdot w$ the mean gradient is $\alpha "
        r"u+\beta w$ with $\alpha = \sum_kkc_ka_km^{k-1}$, $\beta = \sum_k\sqrt{(k+1)(k+2)}\,c_ka_{k+2}m^k$."
    ),
    source=_SOURCE,
    kind=Mean(resolution=0.024),
    predict=_predict,
    simulate=sims.index_gradient,
    grid=Grid(
        quick=_CASES,
        full=(
            *_CASES,
            *cells(c=(0.6, 0.5, 0.6), activation="relu", m=-0.5),
            *cells(c=(0.0, 0.5, 0.8, 0.6), activation="tanh", m=-0.7),
        ),
    ),
    decoys=(
        Decoy("k + 1", "(k+1) in place of sqrt((k+1)(k+2)) in beta", _integers),
        Decoy("unnormalised", "a_2 = 1/sqrt(2 pi), and so on: coefficients against He_k", _unnormalised),
    ),
    tails={"alpha": Moments(skewness=2.0), "beta": Moments(skewness=2.0)},
)

CLAIMS: tuple[Claim, ...] = (QUADRATIC, SINGLE_INDEX)
