"""How far gradient descent from a small start is from the power method."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from theory.domain import LARGEST, Floats, In, Matrix, Positive, checked, refusal
from theory.spectral_initialization.checks import same_rows, symmetric

__all__ = ["power_phase_coefficient"]


@checked
def power_phase_coefficient(M: Matrix, G: Matrix, eta: Positive, t: Annotated[int, In(0, 10**6)]) -> Floats:
    r"""Return $E_t$ in $U_t = \alpha Z^tG + \alpha^3E_t + O(\alpha^5)$, $Z = I + \eta M$, of gradient descent.

    $$U_{t+1} = U_t + \eta(M - U_tU_t^\top)U_t, \quad U_0 = \alpha G; \qquad
    E_{t+1} = ZE_t - \eta X_tX_t^\top X_t, \quad X_t = Z^tG, \quad E_0 = 0$$

    M (d, d): symmetric; G (d, r); eta > 0; t: steps, from 0 to 1e6. Returns (d, r), without alpha^3. Raises ValueError
    outside these domains, or where Z^t G is too large to be cubed.

    Source: phase: Stöger, Soltanolkotabi 2021, arXiv:2106.15013 (recalled); the coefficient derived here.

    >>> power_phase_coefficient([[1.0]], [[1.0]], 0.5, 2)
    array([[-2.4375]])
    """
    M = symmetric("M", M)
    same_rows("G", G, "M", M.shape[0])
    X, E = G, np.zeros_like(G)
    for _ in range(t):
        if np.max(np.abs(X)) > LARGEST:
            raise refusal("t", t, f"so few steps that (1 + eta M)^t G stays below {LARGEST:g}")
        E = E + eta * (M @ E - X @ (X.T @ X))
        X = X + eta * (M @ X)
    return np.asarray(E)
