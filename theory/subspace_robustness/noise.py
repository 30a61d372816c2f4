"""What subtracting an attack from a known subspace costs: noise amplified by the angles of signal and attack."""

from __future__ import annotations

import numpy as np

from theory.domain import Counts, Floats, NonNegative, checked, refusal
from theory.subspace_robustness.bases import Basis, angles, same_rows


@checked
def recovery_noise(S: Basis, A: Basis, noise_std: NonNegative) -> float:
    r"""Return the mean squared error of the signal when signal and attack are fitted together by least squares.

    .. math:: y = s + a + \sigma z,\ z\sim N(0, I_n): \qquad E\,|\hat s - s|^2 = \sigma^2\sum_{k=1}^{d_s}
        \frac{1}{\sin^2\theta_k}

    with $\theta_k$ the principal angles between S and A, those beyond min(d_s, d_a) right ones. The estimate is
    unbiased: no attack in A, however large, adds to the error.

    S: (n, d_s), A: (n, d_a), orthonormal columns; noise_std = sigma >= 0, the standard deviation (not the variance).
    Returns the error; infinite where the subspaces meet. Raises ValueError outside these domains.

    Source: derived here.

    >>> round(recovery_noise([[1.0], [0.0]], [[0.6], [0.8]], 0.1), 6)  # 0.01/0.64
    0.015625
    """
    same_rows("A", A, "S", S)
    sines = angles(S, A).sines
    if noise_std == 0:
        return 0.0
    if S.shape[1] + A.shape[1] > len(S) or sines[0] <= len(S) * np.finfo(float).eps:
        return np.inf
    return float(np.sum((noise_std / sines) ** 2))


@checked(broadcast=True)
def expected_amplification(n: Counts, d_s: Counts, d_a: Counts) -> Floats:
    r"""Return the mean of the sum of 1/sin^2 over the principal angles of independent uniform subspaces.

    .. math:: E\sum_{k=1}^{d_s}\frac{1}{\sin^2\theta_k} = \frac{d_s\,(n-d_s-1)}{n-d_s-d_a-1}

    n, d_s, d_a: integers with n >= d_s + d_a, broadcast. Returns an array: infinite at n = d_s + d_a and d_s + d_a + 1.
    Raises ValueError outside this domain. The variance is infinite for n <= d_s + d_a + 3.

    Source: mean of an inverse matrix-variate beta; derived here.

    >>> float(expected_amplification(20, 3, 4)), float(expected_amplification(8, 3, 4))
    (4.0, inf)
    """
    if (n < d_s + d_a).any():
        raise refusal("n", n.tolist(), "at least d_s + d_a")
    spare = n - d_s - d_a - 1.0
    return np.where(spare > 0, d_s * (n - d_s - 1) / np.where(spare > 0, spare, 1.0), np.inf)[()]
