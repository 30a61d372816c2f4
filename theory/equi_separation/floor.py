"""What no linear layers can go below."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from theory.domain import Floats, In, Matrix, checked, refusal

_SYMMETRIC = 1e-8
_RANK = 1e-12


def _scatter(name: str, value: Floats) -> Floats:
    size = float(np.abs(value).max())
    if value.shape[0] != value.shape[1] or size == 0 or np.abs(value - value.T).max() > _SYMMETRIC * size:
        raise refusal(name, value.tolist(), "a symmetric matrix, not 0")
    return np.asarray((value + value.T) / (2 * size))


@checked
def linear_fuzziness_floor(SSW: Matrix, SSB: Matrix, K: Annotated[int, In(2)]) -> float:
    r"""Return the least fuzziness that linear layers of any depth can reach while they keep all classes apart.

    .. math:: D(Ah) \ge D_{min} = \sum_{j=1}^{K-1}\frac1{\omega_j^2},\qquad \omega_j^2 \text{ the } K-1
        \text{ largest eigenvalues of } S_W^{-1}S_B

    for every A with rank(A S_B A') = K - 1, with equality at the whitening map $A = S_W^{-1/2}$.

    SSW (d, d): scatter within classes, positive definite; SSB (d, d): between, positive semidefinite of rank K - 1; K:
    classes, 2 <= K <= d + 1. Returns a float. Raises ValueError outside these domains.

    Source: derived here (Gauss-Markov: (AM)^+ A is a left inverse of M, S_B = MM').

    >>> import numpy as np
    >>> float(round(linear_fuzziness_floor(np.eye(2), np.diag([4.0, 0.0]), 2), 6))
    0.25
    """
    if SSW.shape != SSB.shape:
        raise ValueError(f"SSB = array of shape {SSB.shape}: must have the shape of SSW, {SSW.shape}")
    within, between = _scatter("SSW", SSW), _scatter("SSB", SSB)
    if K > len(within) + 1:
        raise refusal("K", K, f"at most d + 1 = {len(within) + 1}")
    values, vectors = np.linalg.eigh(within)
    if values[0] <= _RANK * values[-1]:
        raise refusal("SSW", SSW.tolist(), "a positive definite matrix, well above rounding")
    white = vectors / np.sqrt(values)
    omega2 = np.linalg.eigvalsh(white.T @ between @ white)[::-1]
    if omega2[-1] < -_RANK * omega2[0] or omega2[K - 2] <= _RANK * omega2[0]:
        raise refusal("SSB", SSB.tolist(), f"a positive semidefinite matrix of rank K - 1 = {K - 1}")
    scale = float(np.abs(SSW).max()) / float(np.abs(SSB).max())
    return float(np.sum(1 / omega2[: K - 1])) * scale
