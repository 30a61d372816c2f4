"""The residual of a wide network in training: that of its linearisation."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from theory.domain import Count, Floats, In, Matrix, Positive, Reals, checked, refusal
from theory.spectral_initialization.alignment import Steps
from theory.spectral_initialization.checks import same_rows, symmetric

__all__ = ["ResidualShares", "linearized_residual", "linearized_shares"]

_ROUNDING = 1e-10


class ResidualShares(NamedTuple):
    """What is left of the squared residual along the leading eigenvectors of the kernel, and along the others."""

    leading: float
    others: float


def _directions(K0: Floats, res0: Floats) -> tuple[Floats, Floats]:
    """Eigenvalues, ascending, and eigenvectors of the kernel, after what must hold of both arguments."""
    K0 = symmetric("K0", K0)
    if res0.ndim not in (1, 2):
        raise refusal("res0", res0, "an array of one or two dimensions")
    same_rows("res0", res0, "K0", K0.shape[0])
    values, vectors = np.linalg.eigh(K0)
    if values[0] < -_ROUNDING * max(values[-1], -values[0]):
        raise refusal("K0", K0, "without negative eigenvalues")
    return np.maximum(values, 0.0), vectors


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
    values, vectors = _directions(K0, res0)
    if eta * values[-1] >= 2:
        raise refusal("eta", eta, f"below 2/lambda_max = {2 / values[-1]:.6g}")
    factors = (1 - eta * values) ** t
    return np.asarray(vectors @ (factors * (vectors.T @ res0).T).T)


@checked
def linearized_shares(
    K0: Matrix,
    res0: Reals,
    rate: Annotated[float, In(0.0, 2.0, open_low=True, open_high=True)],
    t: Steps,
    leading: Count,
) -> ResidualShares:
    r"""Return the shares of the squared residual that t steps leave, along leading eigenvectors of K_0 and elsewhere.

    $$\frac{\sum_{i\le k}(1-\eta\lambda_i)^{2t}|u_i^\top\mathrm{res}_0|^2}{\sum_{i\le k}|u_i^\top\mathrm{res}_0|^2},
    \qquad \eta = \mathrm{rate}/\lambda_{\max}$$

    K0, res0 as in `linearized_residual`, K0 not 0; rate in (0, 2); t: steps >= 0; leading: k, below n. Returns fields
    leading, others. Raises ValueError outside these domains, or where the residual is 0 along one of the two.

    Source: as `linearized_residual`.

    >>> linearized_shares([[1.0, 0.0], [0.0, 0.5]], [2.0, 1.0], 0.5, 1, 1)
    ResidualShares(leading=0.25, others=0.5625)
    """
    values, vectors = _directions(K0, res0)
    if leading >= values.size:
        raise refusal("leading", leading, f"an integer from 1 to n - 1 = {values.size - 1}")
    if values[-1] == 0:
        raise refusal("K0", K0, "a matrix with a positive eigenvalue")
    along = np.sum((vectors.T @ res0.reshape(values.size, -1)) ** 2, axis=1)
    left = along * (1 - rate * (values / values[-1])) ** (2 * t)
    parts = slice(-leading, None), slice(-leading)
    if not all(along[part].sum() > 0 for part in parts):
        raise refusal("res0", res0, "not 0 along the leading eigenvectors, nor along all others")
    return ResidualShares(*(float(left[part].sum() / along[part].sum()) for part in parts))
