"""Norms at a stationary point, the margin of the global minimum, and the derivative that both come from."""

from __future__ import annotations

from typing import Any

import sims.square_loss_dynamics as sims
import theory.square_loss_dynamics as theory
from claims import Claim, Decoy, Grid, Identity, Source, cells, declared_in, instance

claim = declared_in(__name__)
Named = dict[str, Any]
Widths = tuple[int, ...]

_SOURCE = Source("xu2023dynamics", "norms at equilibrium (recalled); identities", "derived")

# --- norms at rest ---------------------------------------------------------------------------------------------------


@instance
def resting(widths: Widths, n: int, lam: float) -> Named:
    """Deep linear nets: smooth, so that a quasi-Newton method ends at rounding."""
    return {
        "widths": widths,
        "n": n,
        "lam": lam,
        "activation": "linear",
        "eta": 0.1,
        "steps": 500,
        "last": 20,
        "polish": 100,
    }


@instance
def kinked(widths: Widths, n: int, lam: float) -> Named:
    """ReLU nets, the second half of the steps ten times finer: descent goes to and fro across kinks."""
    return {
        "widths": widths, "n": n, "lam": lam, "activation": "relu", "eta": 0.3, "steps": 3000, "finer": 10, "last": 1000
    }  # fmt: skip


def _ones(widths: Widths, **_: Any) -> Named:
    return {"ratio": [1.0] * (len(widths) - 1), "rho": 1.0, "objective": 1.0}


def _error(widths: Widths, **_: Any) -> Named:
    """v = |f - y|^2/N."""
    return {"per_error": [1.0] * (len(widths) - 1)}


def _halved(widths: Widths, **_: Any) -> Named:
    """lam |W_l|^2 = v/2: the factor of the square forgotten."""
    return {"ratio": [0.5] * (len(widths) - 1)}


def _once(widths: Widths, **_: Any) -> Named:
    """lam |W_l|^2 = v/L: the layers share one v."""
    return {"ratio": [1 / (len(widths) - 1)] * (len(widths) - 1)}


_NORMS = (
    Decoy("the error", "lambda |W_l|^2 = |f - y|^2/N", _error),
    Decoy("half", "lambda |W_l|^2 = v/2", _halved),
    Decoy("shared", "lambda |W_l|^2 = v/L", _once),
)

NORMS = claim(
    slug="quasi-interpolation",
    title="At rest all layers have one norm, fixed by the residual",
    statement=(
        r"At a stationary point of the square loss with decay $\lambda\|W_l\|_F^2 = v = \tfrac1N\sum_i\langle y_i - "
        r"f_i, f_i\rangle$ for every layer, the objective is $\tfrac1{2N}\sum\|f-y\|^2 + \tfrac L2v$, and $\langle "
        r"F,F\rangle + N\lambda\rho^{2/L} = \langle Y,F\rangle$."
    ),
    source=_SOURCE,
    kind=Identity(tolerance=1e-8, trials=4),
    predict=_ones,
    simulate=resting.of(sims.stationary_norms),
    certificates={"error": 1e-9},
    grid=Grid(
        quick=(*cells(widths=(5, 8, 3), n=12, lam=0.05), *cells(widths=(5, 8, 6, 3), n=12, lam=0.03)),
        full=(*cells(widths=(10, 20, 5), n=30, lam=[0.02, 0.05]), *cells(widths=(8, 12, 10, 4), n=20, lam=0.03)),
    ),
    decoys=_NORMS,
)

RELU = claim(
    slug="quasi-interpolation-relu",
    title="The same norms in ReLU nets, across their kinks",
    statement=(
        r"In ReLU nets the time averages of $\lambda\|W_l\|_F^2$ at the end of training equal that of $v$, for every "
        r"layer; with them the objective is $\tfrac1{2N}\sum\|f-y\|^2 + \tfrac L2v$ and $\langle F,F\rangle + "
        r"N\lambda\rho^{2/L} = \langle Y,F\rangle$."
    ),
    source=_SOURCE,
    kind=Identity(tolerance=5e-3, trials=4),
    predict=_ones,
    simulate=kinked.of(sims.stationary_norms),
    certificates={"error": 5e-3},
    grid=Grid(
        quick=(*cells(widths=(6, 20, 3), n=10, lam=0.05), *cells(widths=(6, 20, 12, 2), n=12, lam=0.05)),
        full=cells(widths=[(10, 30, 3), (10, 30, 20, 3)], n=20, lam=[0.03, 0.05]),
    ),
    decoys=_NORMS,
)

# --- the margin ------------------------------------------------------------------------------------------------------


@instance
def orthonormal(lam: float, L: int, N: int) -> Named:
    """N orthonormal inputs: fbar = N^(-1/2)."""
    return {"lam": lam, "L": L, "fbar": N**-0.5}


def _margin(lam: float, L: int, N: int) -> float:
    return float(theory.quasi_interpolation_margin(lam, L, N**-0.5))


def _largest_root(c: float, power: float) -> float:
    """The largest f of 1 - f = c f^power in (0, 1), by bisection from 1 down; 0 where there is none."""
    grid = [1 - i / 4096 for i in range(4096)]
    low = next((f for f in grid if 1 - f >= c * f**power), None)
    if low is None:
        return 0.0
    high = low + 1 / 4096
    for _ in range(60):
        mid = (low + high) / 2
        low, high = (mid, high) if 1 - mid >= c * mid**power else (low, mid)
    return low


_SIDES = (
    *cells(lam=[0.02, 0.217, 0.22], L=3, N=6),
    *cells(lam=[0.02, 0.18, 0.184], L=4, N=5),
    *cells(lam=[0.02, 0.3, 0.4], L=2, N=8),
)

MARGIN = claim(
    slug="quasi-interpolation-margin",
    title="Weight decay keeps every margin below one, and beyond a threshold collapses the net",
    statement=(
        r"On $N$ orthonormal inputs the best minimum of deep linear nets has all margins equal to the largest root of "
        r"$1-f = \lambda f^{2/L-1}N^{1/L}$ where ($L \ge 3$) $\lambda N^{1/L} < (L-2)^{1-2/L}/(L-1)^{2-2/L}$, and $0$ "
        r"beyond; for $L = 2$ it is $\max(0, 1-\lambda\sqrt N)$."
    ),
    source=_SOURCE,
    kind=Identity(tolerance=1e-7, trials=4),
    predict=lambda lam, L, N: {"margin": _margin(lam, L, N), "spread": 0.0},
    simulate=orthonormal.of(sims.quasi_interpolation_margin),
    certificates={"gradient": 1e-9, "missed": 0.7},
    grid=Grid(
        quick=_SIDES,
        full=(*_SIDES, *cells(lam=[0.05, 0.1, 0.15], L=[3, 4, 5], N=4), *cells(lam=[0.05, 0.2], L=2, N=12)),
    ),
    decoys=(
        Decoy(
            "exponent 2/L", "1 - f = c f^(2/L)",
            lambda lam, L, N: {"margin": _largest_root(lam * N ** (1 / L), 2 / L)},
        ),
        Decoy("fbar = 1", "the same margin for every N", lambda lam, L, N: {"margin": _margin(lam, L, 1)}),
        Decoy(
            "every root", "the largest root even where the collapsed net is better",
            lambda lam, L, N: {"margin": _largest_root(lam * N ** (1 / L), 2 / L - 1)},
        ),
    ),
)  # fmt: skip

# --- the derivative --------------------------------------------------------------------------------------------------


@instance
def random(widths: Widths, n: int, lam: float, number: int) -> Named:
    """A ReLU net that nobody trained."""
    net = sims.random_net(widths, n, instance=number)
    return {"weights": net.weights, "f": net.f, "y": net.y, "lam": lam, "x": net.x}


def _residual(times: float = 1.0, **cell: Any) -> Named:
    """lam |W_l|^2 - times v."""
    given = random(**cell)
    whole = theory.norm_identity_residual(given["weights"], given["f"], given["y"], given["lam"])
    norms = theory.norm_identity_residual(given["weights"], 0 * given["f"], given["y"], given["lam"])
    return {"value": norms + times * (whole - norms)}


DERIVATIVE = claim(
    slug="quasi-interpolation-derivative",
    title="The norm identity is the derivative by a layer's scale",
    statement=(
        r"In any ReLU net without biases, trained or not, $\lambda\|W_l\|_F^2 - v$ is the derivative of the objective "
        r"by the logarithm of the scale of layer $l$."
    ),
    source=_SOURCE,
    kind=Identity(tolerance=1e-9, trials=1),
    predict=lambda **cell: _residual(**cell),
    simulate=random.of(sims.norm_identity_residual),
    grid=Grid(
        quick=(
            *cells(widths=(6, 9, 7, 3), n=8, lam=0.1, number=[0, 1]),
            *cells(widths=(4, 12, 1), n=8, lam=1.0, number=2),
        ),
        full=cells(widths=[(6, 9, 7, 3), (20, 40, 40, 40, 5)], n=30, lam=[0.1, 1.0], number=[3, 4]),
    ),
    decoys=(
        Decoy("twice", "lam |W|^2 - 2v: loss not halved", lambda **cell: _residual(2.0, **cell)),
        Decoy(
            "mean over outputs", "v divides by N and by the outputs",
            lambda widths, **cell: _residual(1 / widths[-1], widths=widths, **cell),
        ),
    ),
)  # fmt: skip

CLAIMS: tuple[Claim, ...] = (NORMS, RELU, MARGIN, DERIVATIVE)
