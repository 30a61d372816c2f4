"""Diagonal networks: between the least l2 and the least l1 norm."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

import sims.implicit_bias as sims
import theory.implicit_bias as theory
from claims import Claim, Decoy, Grid, Identity, Limit, Rate, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
WOODWORTH = Source("woodworth2020kernel", "Theorem 1", "recalled")
_ENDED = {"residual": 1e-9, "error": 1e-5}


@instance
def diagonal(count: int, n: int, d: int, alpha: float, number: int) -> Named:
    """Underdetermined problems with orthonormal rows."""
    X, y = sims.orthonormal_problems(count, n, d, instance=number)
    return {"X": X, "y": y, "alpha": alpha}


def _each(of: Callable[[Any, Any, float], Any]) -> Callable[..., Named]:
    """A solution of each problem."""

    def predict(count: int, n: int, d: int, alpha: float, number: int) -> Named:
        X, y = sims.orthonormal_problems(count, n, d, instance=number)
        return {"beta": np.asarray([of(a, b, alpha) for a, b in zip(X, y, strict=True)])}

    return predict


DIAGONAL = claim(
    slug="diagonal-network-potential",
    title="What a diagonal network selects, for every size of its start",
    statement=(
        r"Gradient flow on $\|X(u\odot u - v\odot v) - y\|^2/2$ from $u = v = \alpha 1$ ends at the interpolator of "
        r"least $\sum_i q(\beta_i/\alpha^2)$, $q(z) = 2 - \sqrt{4+z^2} + z\,\mathrm{arcsinh}(z/2)$."
    ),
    source=WOODWORTH,
    kind=Identity(tolerance=1e-3, trials=1, pooled=True),
    predict=_each(theory.diagonal_network_limit),
    simulate=diagonal.of(sims.diagonal_network_limit),
    grid=Grid(
        quick=cells(count=8, n=5, d=12, alpha=[2.0, 0.5, 0.1, 0.05], number=0),
        full=cells(count=24, n=8, d=20, alpha=[2.0, 0.5, 0.1, 0.03], number=1),
    ),
    decoys=(
        Decoy("least l2", "the least-squares solution", _each(lambda X, y, alpha: X.T @ y)),
        Decoy("least l1", "the sparsest: alpha a hundred times smaller",
              _each(lambda X, y, alpha: theory.diagonal_network_limit(X, y, alpha / 100))),
        Decoy("alpha for alpha^2", "the potential at the scale alpha",
              _each(lambda X, y, alpha: theory.diagonal_network_limit(X, y, math.sqrt(alpha)))),
        Decoy("arcsinh z", "q without the factor 1/2 in its arcsinh",
              _each(lambda X, y, alpha: theory.diagonal_network_limit(X, y, alpha / math.sqrt(2)))),
    ),
    certificates=_ENDED,
)  # fmt: skip


@instance
def tilted(count: int, n: int, d: int, alpha: float, number: int) -> Named:
    """The same problems from unequal u and v."""
    given = diagonal(count=count, n=n, d=d, alpha=alpha, number=number)
    return {**given, "tilt": sims.tilts(count, d, instance=number)}


def _tilted(turn: float) -> Callable[..., Named]:
    def predict(count: int, n: int, d: int, alpha: float, number: int) -> Named:
        X, y, _, tilt = tilted(count=count, n=n, d=d, alpha=alpha, number=number).values()
        given = zip(X, y, tilt, strict=True)
        return {"beta": np.asarray([theory.diagonal_network_limit(a, b, alpha, turn * c) for a, b, c in given])}

    return predict


TILTED = claim(
    slug="diagonal-network-potential-unequal-start",
    title="Unequal factors at the start shift the selection",
    statement=(
        r"From $u_i(0) \ne v_i(0)$ the flow ends at $\beta_i = 2u_i(0)v_i(0)\sinh((X^\top\nu)_i + "
        r"\log(u_i(0)/v_i(0)))$, $\nu$ such that $X\beta = y$."
    ),
    source=Source("woodworth2020kernel", "extension of Theorem 1, derived here", "derived"),
    kind=Identity(tolerance=1e-3, trials=1, pooled=True),
    predict=_tilted(1.0),
    simulate=tilted.of(sims.diagonal_network_limit),
    grid=Grid(
        quick=cells(count=8, n=5, d=12, alpha=[0.5, 0.1], number=0),
        full=cells(count=24, n=8, d=20, alpha=[0.5, 0.1], number=1),
    ),
    decoys=(
        Decoy("no shift", "only the product u v counts", _tilted(0.0)),
        Decoy("half the shift", "log sqrt(u/v)", _tilted(0.5)),
    ),
    certificates=_ENDED,
)


@instance
def stepped(count: int, n: int, d: int, alpha: float, number: int, parts: int) -> Named:
    """The same problems, descended with 1/parts of the longest step."""
    given = diagonal(count=count, n=n, d=d, alpha=alpha, number=number)
    return {**given, "step": 0.2 / parts, "scheme": "descent"}


def _norms(of: Callable[[Any, Any, float], Any]) -> Callable[..., Named]:
    each = _each(of)

    def predict(count: int, n: int, d: int, alpha: float, number: int, parts: int) -> Named:
        return {"l1": np.abs(each(count=count, n=n, d=d, alpha=alpha, number=number)["beta"]).sum(axis=-1)}

    return predict


DESCENT = claim(
    slug="diagonal-network-potential-descent",
    title="Gradient descent ends where the flow does, to first order in the step",
    statement=(
        r"The $\ell_1$ norm of the interpolator that gradient descent on a diagonal network ends at tends to that of "
        r"the flow, with an error of the order of the step."
    ),
    source=WOODWORTH,
    kind=Limit(
        size="parts", order=1.0, resolution=0.01, allowance=1e-3, trials=1,
        because="the next order: a step of 1/20 of the fastest rate changes a product u v by 1/400 of its own at most",
    ),
    predict=_norms(theory.diagonal_network_limit),
    simulate=stepped.of(sims.diagonal_network_limit, "l1", "residual"),
    grid=Grid(
        quick=cells(count=4, n=5, d=12, alpha=[0.5, 0.1], number=0, parts=[1, 2, 4]),
        full=cells(count=8, n=8, d=20, alpha=[0.5, 0.1], number=1, parts=[2, 4, 8]),
    ),
    decoys=(
        Decoy("least l2", "the least-squares solution", _norms(lambda X, y, alpha: X.T @ y)),
        Decoy("alpha for alpha^2", "the potential at the scale alpha",
              _norms(lambda X, y, alpha: theory.diagonal_network_limit(X, y, math.sqrt(alpha)))),
    ),
    certificates={"residual": 1e-9},
)  # fmt: skip


@instance
def observed(r: float, inverse: float) -> Named:
    """One observation of two coefficients, and a small start; the row brought to length 1."""
    length = math.hypot(1.0, r)
    return {"X": np.asarray([[[1.0, r]]]) / length, "y": np.asarray([[1 / length]]), "alpha": 1 / inverse}


ONE = claim(
    slug="diagonal-network-potential-one-observation",
    title="How slowly a coefficient that l1 would drop goes to zero",
    statement=(
        r"With one observation $\beta_1 + r\beta_2 = 1$, $0 < r < 1$, the smaller coefficient goes to 0 like "
        r"$\alpha^{2(1-r)}$ as the start shrinks."
    ),
    source=Source("woodworth2020kernel", "consequence of Theorem 1, derived here", "derived"),
    kind=Rate(
        size="inverse", resolution=0.02, allowance=0.01, trials=1,
        because="beta_1 = 1 - r beta_2, a relative change of at most r^2 beta_2 below 1e-2 over three decades",
    ),
    predict=lambda r, inverse: {"smallest": np.asarray([-2 * (1 - r)])},
    simulate=observed.of(sims.diagonal_network_limit, "smallest", "residual", "smallest_error"),
    grid=Grid(
        quick=cells(r=[0.3, 0.5], inverse=[1e2, 1e3, 1e4]), full=cells(r=[0.2, 0.3, 0.5, 0.6], inverse=[1e3, 1e4, 1e5])
    ),
    decoys=(
        Decoy("alpha^2", "like the smallest coefficient at the start",
              lambda r, inverse: {"smallest": np.asarray([-2.0])}),
        Decoy("alpha^(1-r)", "alpha in place of its square",
              lambda r, inverse: {"smallest": np.asarray([-(1 - r)])}),
    ),
    # Over a factor of 100 in alpha the slope is then wrong by 1e-3/ln 100 at most.
    certificates={"residual": 1e-9, "smallest_error": 1e-3},
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (DIAGONAL, TILTED, DESCENT, ONE)
