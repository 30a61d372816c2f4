"""Optima of the unconstrained features model with squared loss, with and without bias; its saddles."""

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
Sizes = Sequence[int]


def _models(*rows: tuple[Sizes, float, float]) -> tuple[Named, ...]:
    return tuple({"n_per_class": n, "lambda_W": w, "lambda_H": h} for n, w, h in rows)


def _strengths(n_per_class: Sizes, lambda_W: float, lambda_H: float) -> tuple[Any, float, float]:
    """sqrt(n_k), N and c."""
    return np.sqrt(np.asarray(n_per_class)), float(sum(n_per_class)), math.sqrt(lambda_W * lambda_H)


# Two classes more live than die, none within 5 % of its threshold.
_QUICK = _models(
    ((12, 6, 3, 1), 5e-3, 2e-3), ((12, 6, 3, 1), 0.1, 0.05), ((6,) * 6, 0.01, 4e-3), ((20, 20, 10, 5, 5), 0.02, 0.04)
)
_FULL = (
    *_QUICK,
    *_models(
        ((40,) * 50, 2e-5, 5e-5),
        (tuple(range(4, 64, 3)), 1e-4, 2e-4),
        (tuple(range(4, 64, 3)), 4e-3, 8e-3),
        (tuple(round(1000 * 0.8**k) for k in range(20)), 1e-4, 3e-4),
    ),
)
_ORTHOGONAL = Source("dang2023neural", "general orthogonal frame", "derived")

# --- no bias: the value ----------------------------------------------------------------------------------------------


def predict_mse_loss(n_per_class: Sizes, lambda_W: float, lambda_H: float) -> Named:
    """The minimum."""
    return {"loss": theory.ufm_mse_optimum(n_per_class, lambda_W, lambda_H).loss}


def half_threshold_loss(n_per_class: Sizes, lambda_W: float, lambda_H: float) -> Named:
    """Thresholds N c / 2, as for a loss without the factor 1/2."""
    y, N, c = _strengths(n_per_class, lambda_W, lambda_H)
    return {"loss": float(np.sum(np.where(y > N * c / 2, c * y - N * c**2 / 4, y**2 / (2 * N))))}


def uncollapsed_loss(n_per_class: Sizes, lambda_W: float, lambda_H: float) -> Named:
    """Every class counted as living at its linear cost c sqrt(n_k)."""
    y, _, c = _strengths(n_per_class, lambda_W, lambda_H)
    return {"loss": float(np.sum(c * y))}


OPTIMUM = claim(
    slug="ufm-mse-optimum",
    title="The least squared loss of free features",
    statement=(
        r"With free features, squared loss and penalties the global minimum is $\sum_k \bigl[c\sqrt{n_k} - "
        r"Nc^2/2\bigr]$ over the classes with $\sqrt{n_k} > Nc$ plus $n_k/2N$ for each of the others, $c = "
        r"\sqrt{\lambda_W\lambda_H}$, and descent reaches it from every random start."
    ),
    source=Source("zhou2022optimization", "global optimality; imbalanced constants", "derived"),
    kind=Identity(tolerance=1e-10, trials=32),
    predict=predict_mse_loss,
    simulate=sims.ufm_mse_optimum,
    certificates={"gap": 1e-12},
    grid=Grid(quick=_QUICK, full=_FULL),
    decoys=(
        Decoy("half threshold", "thresholds N c / 2", half_threshold_loss),
        Decoy("linear cost", "c sqrt(n_k) for every class", uncollapsed_loss),
    ),
)

# --- no bias: the geometry -------------------------------------------------------------------------------------------


def predict_mse_geometry(n_per_class: Sizes, lambda_W: float, lambda_H: float) -> Named:
    """Strengths and norms of every class; nothing outside the predicted structure."""
    optimum = theory.ufm_mse_optimum(n_per_class, lambda_W, lambda_H)
    names = ("z", "w_sqnorm", "h_sqnorm", "collapsed")
    return {name: getattr(optimum, name) for name in names} | {"stray": 0.0, "overlap": 0.0}


def _soft(y: Any, cost: float) -> Any:
    return np.maximum(0.0, y - cost)


def sizeless_threshold(n_per_class: Sizes, lambda_W: float, lambda_H: float) -> Named:
    """Threshold n_k <= lambda_W lambda_H, without N."""
    y, _, c = _strengths(n_per_class, lambda_W, lambda_H)
    return {"z": _soft(y, c)}


def half_threshold(n_per_class: Sizes, lambda_W: float, lambda_H: float) -> Named:
    """Threshold N c / 2."""
    y, N, c = _strengths(n_per_class, lambda_W, lambda_H)
    return {"z": _soft(y, N * c / 2)}


def exchanged_norms(n_per_class: Sizes, lambda_W: float, lambda_H: float) -> Named:
    """The ratio sqrt(lambda_W/lambda_H) exchanged between classifier and features."""
    z = theory.ufm_mse_optimum(n_per_class, lambda_W, lambda_H).z
    return {
        "w_sqnorm": math.sqrt(lambda_W / lambda_H) * z,
        "h_sqnorm": math.sqrt(lambda_H / lambda_W) * z / n_per_class,
    }


def undivided_features(n_per_class: Sizes, lambda_W: float, lambda_H: float) -> Named:
    """Feature norms without the 1/n_k."""
    z = theory.ufm_mse_optimum(n_per_class, lambda_W, lambda_H).z
    return {"h_sqnorm": math.sqrt(lambda_W / lambda_H) * z}


GEOMETRY = claim(
    slug="ufm-mse-optimum-geometry",
    title="Squared loss: orthogonal classes, each with its own threshold",
    statement=(
        r"At the minimum all features equal their class means, classes are orthogonal, class $k$ is predicted with "
        r"output $z_k/\sqrt{n_k}$, $z_k = \max(0, \sqrt{n_k} - Nc)$, so that it is lost exactly when $n_k \le "
        r"N^2\lambda_W\lambda_H$, and $\|w_k\|^2 = \sqrt{\lambda_H/\lambda_W}\,z_k$, $\|h_k\|^2 = "
        r"\sqrt{\lambda_W/\lambda_H}\,z_k/n_k$."
    ),
    source=_ORTHOGONAL,
    # The loss is 1/N-strongly convex in Z = WH: certified by `distance` = sqrt(2 N gap)/|Y|.
    kind=Identity(tolerance=1e-6, trials=32),
    predict=predict_mse_geometry,
    simulate=sims.ufm_mse_optimum,
    certificates={"distance": 1e-6},
    grid=Grid(quick=_QUICK, full=_FULL),
    decoys=(
        Decoy("threshold without N", "n_k <= lambda_W lambda_H", sizeless_threshold),
        Decoy("half threshold", "z_k = sqrt(n_k) - N c / 2", half_threshold),
        Decoy("exchanged norms", "lambda_W and lambda_H exchanged in the norms", exchanged_norms),
        Decoy("norm not divided", "|h_k|^2 without 1/n_k", undivided_features),
    ),
)

# --- fewer features than classes -------------------------------------------------------------------------------------


def predict_narrow(n_per_class: Sizes, lambda_W: float, lambda_H: float, d: int) -> Named:
    """Value and strengths with d < K."""
    optimum = theory.ufm_mse_optimum(n_per_class, lambda_W, lambda_H, d)
    return {"loss": optimum.loss, "z": optimum.z}


def narrow_keeps_all(n_per_class: Sizes, lambda_W: float, lambda_H: float, d: int) -> Named:
    """The width does not matter."""
    return {"loss": theory.ufm_mse_optimum(n_per_class, lambda_W, lambda_H).loss}


def narrow_keeps_smallest(n_per_class: Sizes, lambda_W: float, lambda_H: float, d: int) -> Named:
    """The d smallest classes live."""
    kept = theory.ufm_mse_optimum(n_per_class, lambda_W, lambda_H).z
    kept[np.argsort(n_per_class)[d:]] = 0.0
    return {"z": kept}


_NARROW = (
    {"n_per_class": (12, 6, 3, 1), "lambda_W": 5e-3, "lambda_H": 2e-3, "d": 2},
    {"n_per_class": (9, 7, 5, 3, 1), "lambda_W": 0.01, "lambda_H": 4e-3, "d": 3},
)

NARROW = claim(
    slug="ufm-mse-optimum-narrow",
    title="Fewer features than classes: the largest classes live",
    statement=(
        r"With $d < K$ features the $d$ largest classes keep $z_k = \max(0, \sqrt{n_k} - Nc)$ and all others are "
        r"lost, and descent still finds this global minimum from every random start."
    ),
    source=Source("dang2023neural", "case d < K", "derived"),
    # Certified by the norm of the gradient in W (H minimises exactly).
    kind=Identity(tolerance=1e-8, trials=32),
    predict=predict_narrow,
    simulate=sims.ufm_mse_optimum,
    certificates={"gradient": 1e-9},
    grid=Grid(
        quick=_NARROW,
        full=(
            *_NARROW,
            {"n_per_class": tuple(range(4, 64, 3)), "lambda_W": 1e-4, "lambda_H": 2e-4, "d": 10},
        ),
    ),
    decoys=(
        Decoy("width ignored", "all classes live", narrow_keeps_all),
        Decoy("smallest kept", "the d smallest classes live", narrow_keeps_smallest),
    ),
)

# --- critical points and plain descent -------------------------------------------------------------------------------


def predict_saddle(n_per_class: Sizes, lambda_W: float, lambda_H: float, off: Sizes) -> Named:
    """The smallest curvature."""
    return {"value": theory.saddle_curvature(n_per_class, lambda_W, lambda_H, off)}


def _curvature(lambda_W: float, lambda_H: float, strength: float) -> float:
    return (lambda_W + lambda_H) / 2 - math.hypot((lambda_W - lambda_H) / 2, math.sqrt(strength))


def smallest_class_curvature(n_per_class: Sizes, lambda_W: float, lambda_H: float, off: Sizes) -> Named:
    """The smallest instead of the largest class that is off."""
    smallest = min((n_per_class[k] for k in off), default=0)
    return {"value": _curvature(lambda_W, lambda_H, smallest / sum(n_per_class) ** 2)}


def unnormalised_curvature(n_per_class: Sizes, lambda_W: float, lambda_H: float, off: Sizes) -> Named:
    """Without the 1/N of the loss."""
    return {"value": _curvature(lambda_W, lambda_H, max((n_per_class[k] for k in off), default=0))}


def unpenalised_curvature(n_per_class: Sizes, lambda_W: float, lambda_H: float, off: Sizes) -> Named:
    """-sqrt(n)/N, as if the penalties did not curve."""
    return {"value": -math.sqrt(max((n_per_class[k] for k in off), default=0)) / sum(n_per_class)}


def _saddles(n: Sizes, lambda_W: float, lambda_H: float, *offs: Sizes) -> tuple[Named, ...]:
    return tuple({"n_per_class": n, "lambda_W": lambda_W, "lambda_H": lambda_H, "off": off} for off in offs)


_SADDLES = (
    *_saddles((5, 4, 2), 0.02, 0.01, (0, 1, 2), (1, 2), (2,), (), (0,)),
    # N^2 lambda_W lambda_H = 2.57: the class of one sample is dead, and its point with nothing else off is the minimum.
    *_saddles((6, 4, 1), 0.5, 0.0425, (2,), (0, 2), (0, 1, 2)),
)

SADDLE = claim(
    slug="strict-saddle",
    title="How much every critical point curves downwards",
    statement=(
        r"Where the classes $S$ are switched off (with those that cannot live) the smallest Hessian eigenvalue is $F "
        r"= \frac{\lambda_W+\lambda_H}{2} - \sqrt{\bigl(\frac{\lambda_W-\lambda_H}{2}\bigr)^2 + \max_{k\in S} "
        r"n_k/N^2}$ (at most 0 when some class is on), negative exactly when a class of $S$ could live."
    ),
    source=Source("zhu2021geometric", "strict saddles", "derived"),
    # The Hessian is exact; its eigenvalues move by at most about the distance to the critical point.
    kind=Identity(tolerance=1e-9, trials=16),
    predict=predict_saddle,
    simulate=sims.saddle_curvature,
    certificates={"gradient": 1e-10},
    grid=Grid(
        quick=_SADDLES,
        full=(*_SADDLES, *_saddles((12, 9, 5, 3, 2), 6e-3, 2e-3, (0, 1, 2, 3, 4), (1, 3), (4,), (2, 3, 4), ())),
    ),
    decoys=(
        Decoy("smallest class", "min over S instead of max", smallest_class_curvature),
        Decoy("no 1/N", "n_k instead of n_k/N^2", unnormalised_curvature),
        Decoy("no penalties", "-sqrt(n)/N alone", unpenalised_curvature),
    ),
)


def predict_descent(n_per_class: Sizes, lambda_W: float, lambda_H: float) -> Named:
    """The global minimum, with features at their class means."""
    return {"loss": theory.ufm_mse_optimum(n_per_class, lambda_W, lambda_H).loss, "within": 0.0}


def best_saddle(n_per_class: Sizes, lambda_W: float, lambda_H: float) -> Named:
    """The loss of the lowest saddle: the smallest class that could live is off."""
    y, N, c = _strengths(n_per_class, lambda_W, lambda_H)
    smallest = float(np.min(y[y > N * c]))
    return {"loss": predict_descent(n_per_class, lambda_W, lambda_H)["loss"] + (smallest - N * c) ** 2 / (2 * N)}


DESCENT = claim(
    slug="strict-saddle-descent",
    title="Plain gradient descent ends at the global minimum from every start",
    statement=(
        r"Gradient descent of fixed step on $(W, H)$ together, from each of 128 Gaussian starts, ends at the global "
        r"minimum of the squared loss with all features of a class equal."
    ),
    source=Source("zhou2022optimization", "benign landscape", "recalled"),
    # Slowest mode: deviations within a class decay as exp(-lambda_H t), t = 2500: below 2e-11;
    # the gradient is lambda_H times that.
    kind=Identity(tolerance=1e-8, trials=128),
    predict=predict_descent,
    simulate=sims.ufm_mse_descent,
    certificates={"gradient": 1e-10},
    grid=Grid(
        quick=_models(((5, 4, 2), 0.02, 0.01), ((8, 3, 3, 1), 0.01, 0.02)),
        full=_models(((5, 4, 2), 0.02, 0.01), ((8, 3, 3, 1), 0.01, 0.02), ((12, 9, 7, 5, 3, 2), 0.01, 0.015)),
    ),
    decoys=(
        Decoy("stuck", "the loss of the best saddle", best_saddle),
        Decoy("half threshold", "thresholds N c / 2", half_threshold_loss),
    ),
)

CLAIMS: tuple[Claim, ...] = (OPTIMUM, GEOMETRY, NARROW, SADDLE, DESCENT)
