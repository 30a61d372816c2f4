"""Squared loss with a bias: a continuous transition between simplex and orthogonal frame."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

import sims.neural_collapse as sims
import theory.neural_collapse as theory
from claims import Claim, Decoy, Grid, Identity, Source, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]
_SOURCE = Source("zhou2022optimization", "simplex and orthogonal frame; all between", "derived")

# --- a penalised bias ------------------------------------------------------------------------------------------------


def predict_bias(K: int, n: int, lambda_W: float, lambda_H: float, lambda_b: float) -> Named:
    """All that one run measures; nothing outside the predicted structure."""
    optimum = theory.ufm_mse_bias(K, n, lambda_W, lambda_H, lambda_b)
    names = ("z", "z0", "bias", "loss", "cos_uncentred")
    return {name: getattr(optimum, name) for name in names} | {"stray": 0.0}


def shifted_transition(K: int, n: int, lambda_W: float, lambda_H: float, lambda_b: float) -> Named:
    """Transition at N c / sqrt(n): z0 = sqrt(n) - N c / lambda_b."""
    cost = K * n * math.sqrt(lambda_W * lambda_H)
    return {"z0": max(0.0, math.sqrt(n) - cost / lambda_b) if lambda_b > 0 else 0.0}


def always_simplex(K: int, n: int, lambda_W: float, lambda_H: float, lambda_b: float) -> Named:
    """A simplex for every finite penalty."""
    return {"cos_uncentred": -1 / (K - 1)}


def full_bias(K: int, n: int, lambda_W: float, lambda_H: float, lambda_b: float) -> Named:
    """The bias is 1/K whatever its penalty."""
    return {"bias": 1 / K}


def _penalties(K: int, n: int, lambda_W: float, lambda_H: float, *shares: float) -> tuple[Named, ...]:
    """Penalties given as multiples of lambda_b* (rounded: a cell holds numbers, not formulas)."""
    cost = K * n * math.sqrt(lambda_W * lambda_H)
    critical = cost / (math.sqrt(n) - cost)
    fixed = {"K": K, "n": n, "lambda_W": lambda_W, "lambda_H": lambda_H}
    return tuple(fixed | {"lambda_b": round(share * critical, 6)} for share in shares)


_QUICK = (
    *_penalties(4, 5, 5e-3, 2e-3, 0.0, 0.5, 0.9, 1.1, 1.5, 10.0),
    *_penalties(6, 10, 0.02, 8e-3, 0.7, 2.0),
)

BIAS = claim(
    slug="ufm-mse-bias",
    title="With a bias: simplex, orthogonal frame, and all between",
    statement=(
        r"With a penalised bias the mode along the all-ones output has strength $z_0 = \max(0, \sqrt n - Nc(1 + "
        r"1/\lambda_b))$ beside $z = \sqrt n - Nc$ of the others, so the class means form an exact simplex up to "
        r"$\lambda_b^* = Nc/(\sqrt n - Nc)$ and then move continuously, with uncentred cosine $(z_0 - z)/(z_0 + "
        r"(K-1)z)$, towards an orthogonal frame."
    ),
    source=_SOURCE,
    # 1/N-strongly convex in Z: certified by sqrt(2 N gap)/|Y|.
    kind=Identity(tolerance=1e-6, trials=32),
    predict=predict_bias,
    simulate=sims.ufm_mse_bias,
    certificates={"distance": 1e-6},
    grid=Grid(
        quick=_QUICK,
        full=(
            *_QUICK,
            *_penalties(4, 5, 5e-3, 2e-3, *(round(10 ** (k / 4), 3) for k in range(-4, 13) if k % 4)),
            *_penalties(20, 50, 1e-4, 2e-4, 0.5, 0.9, 1.1, 2.0, 10.0),
        ),
    ),
    decoys=(
        Decoy("shifted transition", "lambda_b* = N c / sqrt(n)", shifted_transition),
        Decoy("always a simplex", "cosine -1/(K-1) for every penalty", always_simplex),
        Decoy("full bias", "beta = 1/K for every penalty", full_bias),
    ),
)

# --- where the transition is -----------------------------------------------------------------------------------------


def predict_transition(K: int, n: int, lambda_W: float, lambda_H: float) -> Named:
    """The bias penalty at which the means leave the simplex."""
    return {"lambda_b_crit": theory.ufm_mse_bias(K, n, lambda_W, lambda_H, 1.0).lambda_b_crit}


def undivided_transition(K: int, n: int, lambda_W: float, lambda_H: float) -> Named:
    """N c / sqrt(n)."""
    return {"lambda_b_crit": K * math.sqrt(n) * math.sqrt(lambda_W * lambda_H)}


def half_transition(K: int, n: int, lambda_W: float, lambda_H: float) -> Named:
    """N c / 2 for N c."""
    cost = K * n * math.sqrt(lambda_W * lambda_H) / 2
    return {"lambda_b_crit": cost / (math.sqrt(n) - cost)}


_TRANSITIONS = (
    {"K": 4, "n": 5, "lambda_W": 0.02, "lambda_H": 0.01},
    {"K": 3, "n": 8, "lambda_W": 4e-3, "lambda_H": 0.1},
)

TRANSITION = claim(
    slug="ufm-mse-bias-transition",
    title="The bias penalty at which the simplex opens",
    statement=r"The class means leave the simplex at the bias penalty $\lambda_b^* = Nc/(\sqrt n - Nc)$.",
    source=_SOURCE,
    # The last section is 0.3 % wide, and z0 counts as alive from 0.1 % of sqrt(n) on, which moves it by as much.
    kind=Identity(tolerance=0.01, trials=4),
    predict=predict_transition,
    simulate=sims.ufm_mse_bias_transition,
    certificates={"distance": 1e-3},
    grid=Grid(quick=_TRANSITIONS, full=(*_TRANSITIONS, {"K": 6, "n": 12, "lambda_W": 1e-3, "lambda_H": 0.02})),
    decoys=(
        Decoy("not subtracted", "N c / sqrt(n)", undivided_transition),
        Decoy("half threshold", "N c / 2 for N c", half_transition),
    ),
)

# --- a free bias, any class sizes ------------------------------------------------------------------------------------


def predict_free_bias(n_per_class: Sequence[int], lambda_W: float, lambda_H: float) -> Named:
    """Value and spectrum."""
    return theory.ufm_mse_free_bias(n_per_class, lambda_W, lambda_H)._asdict()


def uncentred_spectrum(n_per_class: Sequence[int], lambda_W: float, lambda_H: float) -> Named:
    """The K-1 largest modes of the model without bias."""
    z = np.sort(theory.ufm_mse_optimum(n_per_class, lambda_W, lambda_H).z)[::-1]
    return {"z": z[:-1]}


def unweighted_centring(n_per_class: Sequence[int], lambda_W: float, lambda_H: float) -> Named:
    """Classes centred with equal weights 1/K: the geometry of cross-entropy."""
    sigma = theory.seli_geometry(n_per_class).singular_values
    return {"z": np.maximum(0.0, sigma - sum(n_per_class) * math.sqrt(lambda_W * lambda_H))}


_FREE = (
    {"n_per_class": (12, 6, 3, 1), "lambda_W": 5e-3, "lambda_H": 2e-3},
    {"n_per_class": (12, 6, 3, 1), "lambda_W": 0.05, "lambda_H": 0.06},
    {"n_per_class": (20, 5, 5), "lambda_W": 0.01, "lambda_H": 0.01},
)

FREE = claim(
    slug="ufm-mse-bias-free",
    title="A free bias under class imbalance",
    statement=(
        r"With a free bias and any class sizes the singular values of $WH$ are $\max(0, \sigma_j - Nc)$, "
        r"$\sigma_j^2$ the $K-1$ nonzero eigenvalues of $\mathrm{diag}(n) - nn^\top/N$, and the loss is the sum of "
        r"$c\sigma_j - Nc^2/2$, or of $\sigma_j^2/2N$ where $\sigma_j \le Nc$."
    ),
    source=_SOURCE,
    kind=Identity(tolerance=1e-6, trials=32),
    predict=predict_free_bias,
    simulate=sims.ufm_mse_free_bias,
    certificates={"distance": 1e-6},
    grid=Grid(quick=_FREE, full=(*_FREE, {"n_per_class": tuple(range(4, 64, 3)), "lambda_W": 1e-4, "lambda_H": 2e-4})),
    decoys=(
        Decoy("not centred", "sigma_j = sqrt(n_j)", uncentred_spectrum),
        Decoy("equal weights", "centred over classes instead of samples", unweighted_centring),
    ),
)

CLAIMS: tuple[Claim, ...] = (BIAS, TRANSITION, FREE)
