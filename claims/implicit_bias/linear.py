"""Descents in closed form: a mode of a deep linear network, and least squares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

import sims.implicit_bias as sims
import theory.implicit_bias as theory
from claims import Claim, Decoy, Grid, Identity, Limit, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
SAXE = Source("saxe2013exact", "two factors; any number: Arora et al. 2019, arXiv:1905.13655 (recalled)", "recalled")


@instance
def mode(t: tuple[float, ...], s: float, a0: float, depth: int) -> Named:
    """A mode as it is."""
    return {"t": t, "s": s, "a0": a0, "depth": depth}


def _strengths(at: Callable[..., Any]) -> Callable[..., Named]:
    return lambda t, s, a0, depth: {"a": at(np.asarray(t), s, a0, depth)}


TIMES = {2: (0.5, 1.0, 2.0, 3.0), 3: (1.0, 1.5, 2.0, 3.0), 4: (1.0, 2.0, 2.3, 3.0)}
"""On the plateau, in the rise and near the end, for s = 1.5 and a0 = 0.02."""
_MODES = tuple(cell for depth, t in TIMES.items() for cell in cells(t=t, s=1.5, a0=0.02, depth=depth))
_EARLY = tuple({**at, "t": at["t"][:3]} for at in _MODES)

TRAJECTORY = claim(
    slug="deep-linear-trajectory",
    title="A mode of a deep linear network waits, then rises",
    statement=(
        r"Under gradient flow a mode of strength $s$ learned by $N$ equal factors follows "
        r"$\dot a = Na^{2-2/N}(s-a)$: its whole path is known."
    ),
    source=SAXE,
    kind=Identity(tolerance=1e-8, trials=1, pooled=True),
    predict=_strengths(theory.deep_linear_mode),
    simulate=mode.of(sims.deep_linear_mode),
    grid=Grid(
        quick=_MODES,
        full=(*_MODES, *cells(t=(1.0, 4.0, 10.0, 40.0), s=[0.5, 3.0], a0=[0.01, 0.1], depth=[2, 3, 5])),
    ),
    decoys=(
        Decoy("exponent 2 - 1/N", "one factor's share counted once",
              _strengths(lambda t, s, a0, depth: theory.deep_linear_mode(t / 2, s, a0, 2 * depth))),
        Decoy("half the rate", "rate s instead of 2s at two factors",
              _strengths(lambda t, s, a0, depth: theory.deep_linear_mode(t / 2, s, a0, depth))),
        Decoy("two factors", "the logistic curve at any depth",
              _strengths(lambda t, s, a0, depth: theory.deep_linear_mode(t, s, a0, 2))),
    ),
    certificates={"error": 1e-7},
)  # fmt: skip


@instance
def stepped(t: tuple[float, ...], s: float, a0: float, depth: int, steps: int) -> Named:
    """The same mode, descended."""
    return {"t": t, "s": s, "a0": a0, "depth": depth, "steps": steps, "scheme": "descent"}


def _limits(at: Callable[..., Any]) -> Callable[..., Named]:
    return lambda t, s, a0, depth, steps: {"a": at(np.asarray(t), s, a0, depth)}


DESCENT = claim(
    slug="deep-linear-trajectory-descent",
    title="Gradient descent on the factors follows the flow to first order in the step",
    statement=r"With steps $\eta$ the strength at time $\eta k$ is that of the flow, up to an error of order $\eta$.",
    source=SAXE,
    kind=Limit(
        size="steps", order=1.0, resolution=0.01, allowance=2e-3, trials=1,
        because="the next order: the growth rate of a mode, at most N s^(2-2/N) < 7, times steps of 1/200 and 1/400",
    ),
    predict=_limits(theory.deep_linear_mode),
    simulate=stepped.of(sims.deep_linear_mode, "a"),
    grid=Grid(
        quick=tuple(cell for at in _EARLY for cell in cells(**at, steps=[100, 200, 400])),
        full=tuple(cell for at in _EARLY for cell in cells(**at, steps=[400, 800, 1600])),
    ),
    decoys=(
        Decoy("two factors", "the logistic curve at any depth",
              _limits(lambda t, s, a0, depth: theory.deep_linear_mode(t, s, a0, 2))),
        Decoy("exponent 2 - 1/N", "one factor's share counted once",
              _limits(lambda t, s, a0, depth: theory.deep_linear_mode(t / 2, s, a0, 2 * depth))),
    ),
)  # fmt: skip

# --- least squares ---------------------------------------------------------------------------------------------------


@instance
def problem(count: int, n: int, d: int, step: float, T: int, number: int) -> Named:
    """Gaussian problems with fewer samples than weights, and Gaussian starts."""
    X, y, w0 = sims.gaussian_problems(count, n, d, instance=number)
    return {"X": X, "y": y, "w0": w0, "step": step, "T": T}


def _ends(of: Callable[..., Any]) -> Callable[..., Named]:
    def predict(count: int, n: int, d: int, step: float, T: int, number: int) -> Named:
        given = zip(*sims.gaussian_problems(count, n, d, instance=number), strict=True)
        return {"value": np.asarray([of(X, y, w0, step, T) for X, y, w0 in given])}

    return predict


def _forgotten(X: Any, y: Any, w0: Any, step: float, T: int) -> Any:
    return np.linalg.pinv(X) @ y


def _linear(X: Any, y: Any, w0: Any, step: float, T: int) -> Any:
    u, s, vt = np.linalg.svd(X, full_matrices=False)
    end = w0 + vt.T @ ((u.T @ (y - X @ w0)) / s)
    return end + vt.T @ ((1 - step * s) ** T * (vt @ (w0 - end)))


SQUARES = claim(
    slug="least-squares-gd",
    title="Gradient descent on least squares ends at the interpolator nearest to its start",
    statement=(
        r"After $T$ steps $w_T = w_\infty + V\mathrm{diag}((1-\eta s_i^2)^T)V^\top(w_0 - w_\infty)$, "
        r"$w_\infty = w_0 + X^+(y - Xw_0)$."
    ),
    source=Source("gunasekar2018characterizing", "square loss; the finite form elementary", "derived"),
    kind=Identity(tolerance=1e-9, trials=1, pooled=True),
    predict=_ends(theory.gd_least_squares),
    simulate=problem.of(sims.gd_least_squares),
    grid=Grid(
        quick=cells(count=8, n=10, d=30, step=0.4, T=[3, 30, 300], number=0),
        full=cells(count=32, n=[10, 100], d=300, step=0.4, T=[3, 30, 3000], number=1),
    ),
    decoys=(
        Decoy("least norm", "w_0 is forgotten", _ends(_forgotten)),
        Decoy("s for s^2", "(1 - eta s)^T", _ends(_linear)),
    ),
)

CLAIMS: tuple[Claim, ...] = (TRAJECTORY, DESCENT, SQUARES)
