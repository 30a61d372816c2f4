"""Trajectories of the unconstrained features model: logistic modes, and deviations that decay or stay."""

from __future__ import annotations

from typing import Any

import numpy as np

import sims.neural_collapse as sims
import theory.neural_collapse as theory
from claims import Claim, Decoy, Grid, Identity, Source, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]
Numbers = tuple[float, ...]
Sizes = tuple[int, ...]

_BALANCED = {"u0": (0.01, 0.03, 0.1), "t": (5.0, 20.0, 60.0), "n_k": (4, 4, 4), "N": 12, "lam": 5e-3, "d": 5}
_NO_DECAY = {"u0": (0.02, 0.02, 0.3), "t": (4.0, 30.0), "n_k": (6, 4, 2), "N": 12, "lam": 0.0, "d": 5}
# N lam = 1.8 lies above sqrt(2): the smallest class dies out.
_DYING = {"u0": (0.5, 0.2, 1.0), "t": (4.0, 20.0), "n_k": (6, 4, 2), "N": 12, "lam": 0.15, "d": 4}
_LARGE = {
    "u0": tuple(0.005 * (k + 1) for k in range(20)), "t": (100.0, 400.0, 1000.0), "n_k": (20,) * 20, "N": 400,
    "lam": 1e-3, "d": 32,
}  # fmt: skip
_GRID = Grid(quick=(_BALANCED, _NO_DECAY, _DYING), full=(_BALANCED, _NO_DECAY, _DYING, _LARGE))

# Fourth-order Runge-Kutta leaves 1e-8, the square of the deviations and their rounding 1e-6.
_KIND = Identity(tolerance=1e-5, trials=8)


def _columns(u0: Numbers, n_k: Sizes) -> tuple[Any, Any]:
    return np.asarray(u0)[:, None], np.asarray(n_k)[:, None]


def predict_strength(u0: Numbers, t: Numbers, n_k: Sizes, N: int, lam: float, d: int) -> Named:
    """u_k(t) of every class."""
    u, n = _columns(u0, n_k)
    return {"strength": theory.ufm_mode_strength(u, t, n, N, lam)}


def half_rate(u0: Numbers, t: Numbers, n_k: Sizes, N: int, lam: float, d: int) -> Named:
    """Rate u*/N: the right curve at half the time."""
    u, n = _columns(u0, n_k)
    return {"strength": theory.ufm_mode_strength(u, 0.5 * np.asarray(t), n, N, lam)}


def no_shrinkage(u0: Numbers, t: Numbers, n_k: Sizes, N: int, lam: float, d: int) -> Named:
    """Fixed point sqrt(n_k)."""
    u, n = _columns(u0, n_k)
    return {"strength": theory.ufm_mode_strength(u, t, n, N, 0.0)}


def predict_decay(u0: Numbers, t: Numbers, n_k: Sizes, N: int, lam: float, d: int) -> Named:
    """e(t)/e(0) along each mode and orthogonal to all."""
    u, n = _columns(u0, n_k)
    slow = theory.ufm_within_class_decay(0.0, t, n_k[0], N, lam, aligned=False)
    return {"aligned": theory.ufm_within_class_decay(u, t, n, N, lam), "orthogonal": slow}


def decay_alone(u0: Numbers, t: Numbers, n_k: Sizes, N: int, lam: float, d: int) -> Named:
    """e^{-lambda t} for aligned components too."""
    u, n = _columns(u0, n_k)
    return {"aligned": theory.ufm_within_class_decay(u, t, n, N, lam, aligned=False) + 0.0 * u}


def all_decay(u0: Numbers, t: Numbers, n_k: Sizes, N: int, lam: float, d: int) -> Named:
    """The orthogonal components decay like those along the last mode."""
    return {"orthogonal": theory.ufm_within_class_decay(u0[-1], t, n_k[-1], N, lam)}


STRENGTH = claim(
    slug="ufm-logistic",
    title="Class modes grow logistically",
    statement=(
        r"From a balanced spectral start with $\lambda_W = \lambda_H = \lambda$ the gradient flow of the square-loss "
        r"unconstrained features model gives each class mode the strength "
        r"$u_k(t) = u^*/(1 + (u^*/u_k(0) - 1)e^{-2u^*t/N})$ with $u^* = \sqrt{n_k} - N\lambda$."
    ),
    source=Source("saxe2013exact", "logistic modes of deep linear networks, here with weight decay", "derived"),
    kind=_KIND,
    predict=predict_strength,
    simulate=sims.ufm_modes,
    certificates={"residual": 1e-5},
    grid=_GRID,
    decoys=(
        Decoy("half-rate", "Rate $u^*/N$.", predict=half_rate),
        Decoy("no-shrinkage", r"Fixed point $\sqrt{n_k}$.", predict=no_shrinkage),
    ),
)

WITHIN_CLASS = claim(
    slug="ufm-logistic-within-class",
    title="Within-class deviations decay only where the classifier looks",
    statement=(
        r"On that path a small within-class deviation decays along mode $k$ as "
        r"$e^{-\lambda t}(1 + \frac{u_k(0)}{u^*}(e^{2u^*t/N} - 1))^{-1/2}$ and orthogonally to all modes as "
        r"$e^{-\lambda t}$, so that without weight decay the latter stay for ever."
    ),
    source=Source("saxe2013exact", "the within-class law derived here", "derived"),
    kind=_KIND,
    predict=predict_decay,
    simulate=sims.ufm_modes,
    certificates={"residual": 1e-5},
    grid=_GRID,
    decoys=(
        Decoy("decay-alone", r"Aligned deviations decay as $e^{-\lambda t}$.", predict=decay_alone),
        Decoy("all-decay", "Orthogonal deviations decay like aligned ones.", predict=all_decay),
    ),
)

# --- from a random start ---------------------------------------------------------------------------------------------

_STARTS: tuple[Named, ...] = (
    {"n_k": (4, 4, 4), "lam": 0.02, "t": (200.0, 250.0), "scale": 0.5, "d": 6},
    {"n_k": (6, 4, 2), "lam": 0.02, "t": (200.0, 250.0), "scale": 0.5, "d": 5},
    {"n_k": (4, 4, 4), "lam": 0.0, "t": (200.0, 250.0), "scale": 0.5, "d": 6},
)
_MORE_STARTS: tuple[Named, ...] = (
    {"n_k": (10,) * 10, "lam": 2e-3, "t": (2000.0, 2500.0), "scale": 0.3, "d": 20},
    {"n_k": (4, 4, 4), "lam": 0.02, "t": (200.0, 250.0), "scale": 1e-2, "d": 6},
)


def predict_relaxation(n_k: Sizes, lam: float, t: Numbers, scale: float, d: int) -> Named:
    """Decay of NC1 between the two times; imbalance at both."""
    return {
        "decay": float(theory.ufm_collapse_rate(lam)) * (t[1] - t[0]),
        "imbalance": np.exp(-2 * lam * np.asarray(t)),
    }


def square_of_deviations(n_k: Sizes, lam: float, t: Numbers, scale: float, d: int) -> Named:
    """NC1 as the square of the deviations, e^{-2 lambda t}."""
    return {"decay": 2 * lam * (t[1] - t[0])}


def balanced_means(n_k: Sizes, lam: float, t: Numbers, scale: float, d: int) -> Named:
    """Means that turn like the deviations, e^{-4 lambda t}."""
    return {"decay": 4 * lam * (t[1] - t[0])}


def slow_imbalance(n_k: Sizes, lam: float, t: Numbers, scale: float, d: int) -> Named:
    """The layers' imbalance decays as e^{-lambda t}."""
    return {"imbalance": np.exp(-lam * np.asarray(t))}


RELAXATION = claim(
    slug="ufm-logistic-random-start",
    title="Weight decay sets the pace of the collapse",
    statement=(
        r"From a random start with $\lambda_W = \lambda_H = \lambda$ and $d > K$ the gradient flow of the square-loss "
        r"unconstrained features model keeps $W^\top W - HH^\top \propto e^{-2\lambda t}$, and NC1 finally falls as "
        r"$e^{-6\lambda t}$: without weight decay it stops."
    ),
    source=Source("saxe2013exact", "balanced layers; the rate of the collapse derived here", "derived"),
    # At lambda t = 4 the next term is e^{-2 lambda t} = 3e-4 times a number of order one that varies with the start.
    kind=Identity(tolerance=0.01, trials=8),
    predict=predict_relaxation,
    simulate=sims.ufm_relaxation,
    certificates={"residual": 1e-3},
    grid=Grid(quick=_STARTS, full=_STARTS + _MORE_STARTS),
    decoys=(
        Decoy("square-of-deviations", r"$e^{-2\lambda t}$.", predict=square_of_deviations),
        Decoy("turning-means", r"$e^{-4\lambda t}$.", predict=balanced_means),
        Decoy("slow-imbalance", r"$W^\top W - HH^\top \propto e^{-\lambda t}$.", predict=slow_imbalance),
    ),
)

CLAIMS: tuple[Claim, ...] = (STRENGTH, WITHIN_CLASS, RELAXATION)
