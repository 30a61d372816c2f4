"""The residual of a wide network in training: that of its linearisation."""

from __future__ import annotations

import numpy as np

from theory.domain import Floats, Matrix, Positive, Reals, checked, refusal
from theory.spectral_initialization.alignment import Steps
from theory.spectral_initialization.checks import same_rows, symmetric

__all__ = ["linearized_residual"]

_ROUNDING = 1e-10


@checked
def linearized_residual(K0: Matrix, res0: Reals, eta: Positive, t: Steps) -> Floats:
    r"""Return the residual $(I - \eta K_0)^t\,\mathrm{res}_0$ of the linearised network after t steps.

    K_0 = J J^T is the tangent kernel at the start: along its eigenvectors the residual falls by $1 - \eta\lambda_i$ a
    step, so the directions of large eigenvalues are fitted first.

    K0 (n, n): symmetric, no negative eigenvalues; res0 (n,) or (n, outputs): f - y at the start; eta > 0, below
    $2/\lambda_{\max}$; t: steps >= 0. Returns an array like res0. Raises ValueError outside these domains.

    Source: Oymak, Fabian, Li, Soltanolkotabi 2019, arXiv:1906.05392 (recalled).

    >>> linearized_residual([[1.0, 0.0], [0.0, 0.1]], [1.0, 1.0], 0.5, 2)
    array([0.25  , 0.9025])
    """
    K0 = symmetric("K0", K0)
    if res0.ndim not in (1, 2):
        raise refusal("res0", res0, "an array of one or two dimensions")
    same_rows("res0", res0, "K0", K0.shape[0])
    values, vectors = np.linalg.eigh(K0)
    if values[0] < -_ROUNDING * max(values[-1], -values[0]):
        raise refusal("K0", K0, "without negative eigenvalues")
    if eta * values[-1] >= 2:
        raise refusal("eta", eta, f"below 2/lambda_max = {2 / values[-1]:.6g}")
    factors = (1 - eta * np.maximum(values, 0.0)) ** t
    return np.asarray(vectors @ (factors * (vectors.T @ res0).T).T)
