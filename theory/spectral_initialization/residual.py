"""What a small start leaves outside the signal."""

from __future__ import annotations

import numpy as np

from theory.domain import Matrix, NonNegative, Positive, checked, refusal
from theory.spectral_initialization.checks import same_rows

__all__ = ["off_signal_residual"]

_ROUNDING = 1e-10


@checked
def off_signal_residual(G: Matrix, V: Matrix, alpha: Positive, t: NonNegative = 0.0) -> float:
    r"""Return $|UU^\top - M|_F$ once the signal is learned: M of rank k, positive eigenvalues, $U_0 = \alpha G$.

    $$|S(I + 2tS)^{-1}|_F, \qquad S = \alpha^2G_2\Pi G_2^\top, \quad G_1 = V^\top G, \quad G_2 = V_\perp^\top G, \quad
    \Pi = I - G_1^+G_1$$

    t = 0 stands for $\alpha^2t \to 0$: |S|. At time t it is exact up to $e^{-\lambda_kt}$, the overlap of
    signal and rest.

    G (d, r): r >= k; V (d, k): orthonormal columns that span the range of M; alpha > 0; t >= 0. Returns a number, 0 for
    r = k. Raises ValueError outside these domains.

    Source: derived here from the closed form of the flow (`riccati_gram`).

    >>> round(off_signal_residual([[1.0, 0.0], [0.0, 2.0]], [[1.0], [0.0]], 0.1), 6)
    0.04
    """
    same_rows("G", G, "V", V.shape[0])
    k = V.shape[1]
    if np.max(np.abs(V.T @ V - np.eye(k))) > _ROUNDING:
        raise refusal("V", V, "a matrix with orthonormal columns")
    if G.shape[1] < k:
        raise refusal("G", G, f"a matrix of at least {k} columns, as many as V has")
    signal = V.T @ G
    _, sizes, right = np.linalg.svd(signal)
    rank = int(np.count_nonzero(sizes > _ROUNDING * sizes[0]))
    if rank == G.shape[1]:
        return 0.0
    left = np.linalg.svd((G - V @ signal) @ right[rank:].T, compute_uv=False)
    S = (alpha * left) ** 2
    return float(np.sqrt(np.sum((S / (1 + 2 * t * S)) ** 2)))
