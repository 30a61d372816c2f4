"""The whole trajectory of gradient flow on a factored symmetric matrix, in closed form."""

from __future__ import annotations

import math

import numpy as np

from theory.domain import Floats, Matrix, NonNegative, checked, refusal
from theory.spectral_initialization.checks import same_rows, symmetric

__all__ = ["riccati_gram"]

_MOST = 10_000  # short steps: each multiplies the leading direction by e at most


@checked
def riccati_gram(M: Matrix, U0: Matrix, t: NonNegative) -> Floats:
    r"""Return $UU^\top$ at time t of the gradient flow $\dot U = (M - UU^\top)U$.

    $$UU^\top(t) = e^{Mt}U_0\bigl(I_r + U_0^\top\Phi(t)U_0\bigr)^{-1}U_0^\top e^{Mt}, \qquad
    \Phi(t) = 2\int_0^t e^{2Ms}ds$$

    composed over equal steps of at most $1/\lambda_{\max}$ in the factor, $U \leftarrow e^{M\delta}U
    (I_r + U^\top\Phi(\delta)U)^{-1/2}$: in one step the bracket becomes singular in float64 once $e^{2\lambda_{\max}t}
    |U_0|^2$ nears 1e16.

    M (d, d): symmetric, of any signature; U0 (d, r), any r; t >= 0, at most $10^4/\lambda_{\max}$. Returns (d, d),
    symmetric. Raises ValueError outside these domains.

    Source: Yan, Helmke, Moore 1994, IEEE Trans. Neural Networks 5 (flow of Oja's type, recalled); verified here.

    >>> riccati_gram([[1.0, 0.0], [0.0, 0.0]], [[0.1, 0.0], [0.0, 0.2]], 3.0).round(6)
    array([[0.802957, 0.      ],
           [0.      , 0.032258]])
    """
    M = symmetric("M", M)
    same_rows("U0", U0, "M", M.shape[0])
    values, vectors = np.linalg.eigh(M)
    length = max(float(values[-1]), 0.0) * t
    if length > _MOST:
        raise refusal("t", t, f"at most {_MOST}/lambda_max(M) = {_MOST / float(values[-1]):.4g}")
    steps = max(1, math.ceil(length))
    grown = np.exp(values * (t / steps))
    x = 2 * values * (t / steps)
    phi = 2 * (t / steps) * np.where(x == 0, 1.0, np.expm1(x) / np.where(x == 0, 1.0, x))
    U = vectors.T @ U0
    for _ in range(steps):
        b, w = np.linalg.eigh(U.T @ (phi[:, None] * U))
        U = (grown[:, None] * U) @ (w / np.sqrt(1 + np.maximum(b, 0.0))) @ w.T
    half = vectors @ U
    return np.asarray(half @ half.T)
