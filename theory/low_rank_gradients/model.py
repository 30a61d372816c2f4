"""The model's arguments: positive semidefinite matrices, orthonormal columns, and a step that does not overshoot."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from theory.domain import Floats, In, refusal

Moderate = Annotated[Floats, In(-1e30, 1e30, ndim=2)]
"""A matrix; three of them are multiplied and the product is squared."""
Spectrum = Annotated[Floats, In(0.0, 1e30, ndim=1)]
Step = Annotated[float, In(0.0, open_low=True)]

_ROUNDING = 1e-10


class Eigen(NamedTuple):
    """Eigenvalues, ascending and not negative, and orthonormal eigenvectors as columns."""

    values: Floats
    vectors: Floats


def eigen(name: str, matrix: Floats) -> Eigen:
    """Return the eigenpairs of a symmetric positive semidefinite matrix; ValueError naming it if it is none."""
    size = float(np.abs(matrix).max())
    if matrix.shape[0] != matrix.shape[1] or float(np.abs(matrix - matrix.T).max()) > _ROUNDING * size:
        raise refusal(name, matrix, "symmetric")
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    if values[0] < -_ROUNDING * max(abs(values[-1]), size):
        raise refusal(name, matrix, "positive semidefinite")
    rounding = 4 * len(values) * np.finfo(float).eps * values[-1]
    return Eigen(np.where(values > rounding, values, 0.0), vectors)


def check_step(eta: float, beta: Floats, gamma: Floats) -> None:
    """Refuse a step from 1/(beta_max gamma_max) on."""
    largest = float(beta.max()) * float(gamma.max())
    if eta * largest >= 1:
        raise refusal("eta", eta, f"smaller than 1/(beta_max gamma_max) = {1 / largest:g}")


def check_shape(name: str, matrix: Floats, shape: tuple[int, int], says: str) -> None:
    """Refuse a matrix of another shape than the arguments named in `says` ask for."""
    if matrix.shape != shape:
        raise ValueError(f"{name} = array of shape {matrix.shape}: must be {shape}, by {says}")


def check_columns(name: str, matrix: Floats, rows: int, says: str) -> None:
    """Refuse what does not have `rows` rows and orthonormal columns."""
    if matrix.shape[0] != rows or matrix.shape[1] > rows:
        raise ValueError(
            f"{name} = array of shape {matrix.shape}: must have {rows} rows, by {says}, and no more columns"
        )
    gram = matrix.T @ matrix
    if float(np.abs(gram - np.eye(len(gram))).max()) > _ROUNDING:
        raise refusal(name, matrix, "a matrix with orthonormal columns")
