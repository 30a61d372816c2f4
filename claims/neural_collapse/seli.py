"""Max-margin features under class imbalance, and how slowly ridge-penalised cross-entropy comes to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import sims.neural_collapse as sims
import theory.neural_collapse as theory
from claims import Claim, Decoy, Grid, Identity, Source, declared_in

claim = declared_in(__name__)
Named = dict[str, Any]
Sizes = Sequence[int]
_SOURCE = Source("thrampoulidis2022imbalance", "Theorem 1", "recalled")


def _sizes(*rows: Sizes) -> tuple[Named, ...]:
    return tuple({"n_per_class": n} for n in rows)


_QUICK = _sizes((4, 2, 1), (6, 6, 1, 1))
_FULL = (*_QUICK, *_sizes((7, 1, 2, 3), (5, 5, 5), tuple(range(1, 21)), (20, 20, 20, 20, 20, 1, 1, 1, 1, 1)))

# --- the max-margin problem ------------------------------------------------------------------------------------------


def predict_geometry(n_per_class: Sizes) -> Named:
    """Value, both Gram matrices and the spectrum; all margins tight."""
    return theory.seli_geometry(n_per_class)._asdict() | {"slack": 0.0}


def _simplex(K: int, size: float) -> Any:
    """A simplex of K vectors with squared norms summing to `size`."""
    return size / (K - 1) * (np.eye(K) - 1 / K)


def simplex_geometry(n_per_class: Sizes) -> Named:
    """A simplex of the same total size whatever the class sizes."""
    optimum, K = theory.seli_geometry(n_per_class), len(n_per_class)
    return {"WWt": _simplex(K, optimum.value)}


def orthogonal_geometry(n_per_class: Sizes) -> Named:
    """The general orthogonal frame of squared loss, |w_k|^2 proportional to sqrt(n_k), of the same total size."""
    optimum, y = theory.seli_geometry(n_per_class), np.sqrt(np.asarray(n_per_class))
    return {"WWt": optimum.value * np.diag(y / y.sum())}


def squared_geometry(n_per_class: Sizes) -> Named:
    """W W' = U S^2 U' = P diag(n) P."""
    n = np.asarray(n_per_class, dtype=np.float64)
    P = np.eye(n.size) - 1 / n.size
    return {"WWt": P @ np.diag(n) @ P}


GEOMETRY = claim(
    slug="seli",
    title="Max-margin features under imbalance: simplex-encoded labels",
    statement=(
        r"For any class sizes the max-margin unconstrained features have $WH = (I - 11^\top/K)Y$, all margins tight: "
        r"with $(I - 11^\top/K)\,\mathrm{diag}(\sqrt n) = USV^\top$ the value is $\mathrm{tr}\,S$, $WW^\top = "
        r"USU^\top$, and the class means have Gram matrix $\mathrm{diag}(n)^{-1/2}VSV^\top\mathrm{diag}(n)^{-1/2}$."
    ),
    source=_SOURCE,
    # The slack is linear in the distance to the optimum, as is the gradient; the gap bounds the value.
    kind=Identity(tolerance=1e-5, trials=16),
    predict=predict_geometry,
    simulate=sims.seli_geometry,
    certificates={"gap": 1e-6, "gradient": 1e-6},
    grid=Grid(quick=_QUICK, full=_FULL),
    decoys=(
        Decoy("simplex", "a simplex irrespective of the sizes", simplex_geometry),
        Decoy("orthogonal frame", "the geometry of squared loss", orthogonal_geometry),
        Decoy("squared spectrum", "W W' = U S^2 U'", squared_geometry),
    ),
)

# --- cross-entropy with a small penalty ------------------------------------------------------------------------------


def predict_distance(n_per_class: Sizes, lam: float) -> Named:
    """The distance at this very penalty."""
    return {"value": theory.seli_ridge_distance(n_per_class, lam)}


def sizeless_distance(n_per_class: Sizes, lam: float) -> Named:
    """The first order without the class sizes."""
    return {"value": theory.seli_ridge_slope(n_per_class, "frame") / np.log(1 / lam)}


def frameless_distance(n_per_class: Sizes, lam: float) -> Named:
    """The first order with the class sizes alone."""
    return {"value": theory.seli_ridge_slope(n_per_class, "sizes") / np.log(1 / lam)}


def first_order_distance(n_per_class: Sizes, lam: float) -> Named:
    """The first order alone."""
    return {"value": theory.seli_ridge_constants(n_per_class).C / np.log(1 / lam)}


def _penalties(*rows: Sizes) -> tuple[Named, ...]:
    """log(1/lambda) = 12, 16 and 22."""
    return tuple({"n_per_class": n, "lam": lam} for n in rows for lam in (6.14421235e-6, 1.12535175e-7, 2.78946809e-10))


_PATHS = _penalties((4, 2, 1), (6, 6, 1, 1), (7, 1, 2, 3))

DISTANCE = claim(
    slug="seli-ridge-distance",
    title="Cross-entropy with a small penalty: how far from max-margin",
    statement=(
        r"With $\lambda_W = \lambda_H = \lambda$ the normalised $WW^\top$ of penalised cross-entropy lies at a "
        r"distance $C/L + C_2/L^2 + \dots$, $L = \log(1/\lambda)$, from that of the max-margin problem: the logits $M$ "
        r"of the classes solve $p_{ck} = \lambda\frac{N}{\sqrt{n_k}}(-O_{ck})$, $c \ne k$, with the polar factor $O$ "
        r"of $M\,\mathrm{diag}(\sqrt n)$."
    ),
    source=Source("thrampoulidis2022imbalance", "ridge path; the distance at every penalty derived here", "derived"),
    # The problem's curvature is about 1 in units of lambda: a gradient of 1e-7 moves the distance by some 1e-8.
    kind=Identity(tolerance=1e-6, trials=16),
    predict=predict_distance,
    simulate=sims.seli_ridge_distance,
    certificates={"gradient": 1e-7, "slack": 1e-8},
    grid=Grid(quick=_PATHS, full=(*_PATHS, *_penalties((10, 10, 5, 2, 1), (9, 1, 1)))),
    decoys=(
        Decoy("sizes dropped", "C without log(N/sqrt(n_k))", sizeless_distance),
        Decoy("frame dropped", "C without log(-O)", frameless_distance),
        Decoy("first order", "C/L alone", first_order_distance),
    ),
)

CLAIMS: tuple[Claim, ...] = (GEOMETRY, DISTANCE)
