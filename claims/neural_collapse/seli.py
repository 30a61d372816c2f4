"""Max-margin features under class imbalance, and how slowly ridge-penalised cross-entropy comes to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

import sims.neural_collapse as sims
import theory.neural_collapse as theory
from claims.agreement import Identity
from claims.claim import Claim, Decoy, Grid, Source

Named = dict[str, Any]
Sizes = Sequence[int]
_SOURCE = Source("thrampoulidis2022imbalance", "Theorem 1", "recalled")


def _sizes(*rows: Sizes) -> tuple[Named, ...]:
    return tuple({"n_per_class": n} for n in rows)


_QUICK = _sizes((4, 2, 1), (6, 6, 1, 1))
_FULL = (*_QUICK, *_sizes((7, 1, 2, 3), (5, 5, 5), tuple(range(1, 21)), (20, 20, 20, 20, 20, 1, 1, 1, 1, 1)))

# --- the max-margin problem ------------------------------------------------------------------------------------------


def predict_geometry(n_per_class: Sizes) -> Named:
    """Value, both Gram matrices and the spectrum; all margins tight; the run's own duality gap."""
    return theory.seli_geometry(n_per_class)._asdict() | {"slack": 0.0, "gap": 0.0}


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


GEOMETRY = Claim(
    slug="seli",
    topic="neural_collapse",
    title="Max-margin features under imbalance: simplex-encoded labels",
    statement=(
        r"For any class sizes the max-margin unconstrained features have $WH = (I - 11^\top/K)Y$, all margins tight: "
        r"with $(I - 11^\top/K)\,\mathrm{diag}(\sqrt n) = USV^\top$ the value is $\mathrm{tr}\,S$, $WW^\top = "
        r"USU^\top$, and the class means have Gram matrix $\mathrm{diag}(n)^{-1/2}VSV^\top\mathrm{diag}(n)^{-1/2}$."
    ),
    source=_SOURCE,
    # Judged with the slack of the margins and the duality gap, of which the geometry errs by about the square root.
    kind=Identity(tolerance=1e-5, trials=16),
    predict=predict_geometry,
    simulate=sims.seli_geometry,
    grid=Grid(quick=_QUICK, full=_FULL),
    decoys=(
        Decoy("simplex", "a simplex irrespective of the sizes", simplex_geometry),
        Decoy("orthogonal frame", "the geometry of squared loss", orthogonal_geometry),
        Decoy("squared spectrum", "W W' = U S^2 U'", squared_geometry),
    ),
)

# --- the ridge path --------------------------------------------------------------------------------------------------


def _shape(gram: Any) -> Named:
    """Angles between rows and shares of the squared norm, from a Gram matrix."""
    norms = np.sqrt(np.diag(gram))
    upper = np.triu_indices(norms.size, 1)
    return {"angles": np.arccos((gram / np.outer(norms, norms))[upper]), "norms": norms**2 / np.sum(norms**2)}


def predict_path(n_per_class: Sizes) -> Named:
    """The max-margin geometry, and the exponent of the distance in log(1/lambda)."""
    return _shape(theory.seli_geometry(n_per_class).WWt) | {"exponent": -1.0}


def simplex_path(n_per_class: Sizes) -> Named:
    """A simplex in the limit."""
    return _shape(_simplex(len(n_per_class), 1.0))


def orthogonal_path(n_per_class: Sizes) -> Named:
    """The general orthogonal frame in the limit."""
    return _shape(orthogonal_geometry(n_per_class)["WWt"])


def square_root_rate(n_per_class: Sizes) -> Named:
    """Like the inverse square root of log(1/lambda)."""
    return {"exponent": -0.5}


def square_rate(n_per_class: Sizes) -> Named:
    """Like the inverse square."""
    return {"exponent": -2.0}


PATH = Claim(
    slug="seli-ridge-path",
    topic="neural_collapse",
    title="Cross-entropy with vanishing penalties becomes max-margin, logarithmically slowly",
    statement=(
        r"As $\lambda_W = \lambda_H = \lambda \to 0$ the classifier of penalised cross-entropy tends in shape to "
        r"that of the max-margin problem, at a distance proportional to $1/\log(1/\lambda)$."
    ),
    source=Source("thrampoulidis2022imbalance", "ridge path; rate", "derived"),
    # Terms of first order in 1/log(1/lambda) are extrapolated away; the theorem concedes those of second, about
    # (1/12)^2.
    kind=Identity(tolerance=0.02, trials=4),
    predict=predict_path,
    simulate=sims.ridge_path,
    grid=Grid(quick=_QUICK, full=(*_QUICK, *_sizes((7, 1, 2, 3), (10, 10, 5, 2, 1)))),
    decoys=(
        Decoy("simplex", "a simplex irrespective of the sizes", simplex_path),
        Decoy("orthogonal frame", "the geometry of squared loss", orthogonal_path),
        Decoy("square root", "exponent -1/2", square_root_rate),
        Decoy("square", "exponent -2", square_rate),
    ),
)

CLAIMS: tuple[Claim, ...] = (GEOMETRY, PATH)
