"""Linear stability of descent at a minimum: of one step, and of random batches in mean square."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np
import scipy

from theory.domain import Count, Floats, In, Matrix, NonNegative, NonNegatives, Vector, checked, refusal

__all__ = ["gd_growth", "mean_square_distance", "second_moment_operator", "sgd_threshold"]

_DENSE = 40  # directions up to which a dense matrix on symmetric entries is faster
_LARGEST_OPERATOR = 60


@checked(broadcast=True)
def gd_growth(eta: NonNegatives, lam: NonNegatives) -> Floats:
    r"""Return the factor by which one step of gradient descent multiplies a displacement along an eigenvector of H.

    $$1 - \eta\lambda$$
    to first order in the displacement, with its sign; it grows iff eta > 2/lam.

    eta >= 0; lam >= 0: the eigenvalue; they broadcast. Raises ValueError outside these domains.

    Source: classical; Wu, Ma, E 2018 in this context (recalled).

    >>> gd_growth(0.5, [2.0, 4.0, 5.0])
    array([ 0. , -1. , -1.5])
    """
    return np.asarray(1 - eta * lam)[()]


def _spread(n: int, B: int, replacement: bool) -> float:
    """p: the variance of a batch mean over that of one sample."""
    if replacement:
        return 1 / B
    if n < B:
        raise refusal("B", B, f"an integer from 1 to n = {n} (rows of G), unless replacement is True")
    return 0.0 if n == B else (n - B) / (B * (n - 1))


@checked
def second_moment_operator(G: Matrix, B: Count, eta: NonNegative, replacement: bool = False) -> Floats:
    r"""Return the matrix Q that moves $\mathrm{vec}\,E[vv^\top]$, the second moments of linearised SGD.

    $$Q = I - \eta(H\otimes I + I\otimes H) + \eta^2\Bigl[(1-p)H\otimes H + \frac pn\sum_iH_i\otimes H_i\Bigr], \qquad
    H_i = g_ig_i^\top, \quad p = \frac{n-B}{B(n-1)}$$
    for $v \leftarrow v - \frac\eta B\sum_{i\in\mathrm{batch}}g_ig_i^\top v$; p = 1/B with replacement.

    G: (n, d), rows g_i, d <= 60; B: from 1 to n, any integer >= 1 with replacement; eta >= 0. Returns (d^2, d^2); row
    or column order of vec agree. Raises ValueError outside these domains, or where it overflows.

    Source: Mulayoff, Michaeli 2024, arXiv:2306.07850 (structure seen in a summary); re-derived here.

    >>> second_moment_operator([[1.0], [2.0]], 1, 0.1)
    array([[0.585]])
    """
    n, d = G.shape
    if d > _LARGEST_OPERATOR:
        raise refusal("G", f"array of shape {G.shape}", f"a matrix with at most {_LARGEST_OPERATOR} columns")
    p, H, one = _spread(n, B, replacement), G.T @ G / n, np.eye(d)
    pairs = (G[:, :, None] * G[:, None, :]).reshape(n, d * d)
    with np.errstate(over="ignore", invalid="ignore"):
        second = (1 - p) * np.kron(H, H) + p / n * (pairs.T @ pairs)
        Q = np.eye(d * d) - eta * (np.kron(H, one) + np.kron(one, H)) + eta * eta * second
    if not np.isfinite(Q).all():
        raise refusal("eta", eta, "so small that, with this G and B, the second moment does not overflow")
    return np.asarray(Q)


@checked
def mean_square_distance(
    G: Matrix,
    B: Count,
    eta: NonNegative,
    v0: Vector,
    steps: Annotated[int, In(1, 10**5)],
    replacement: bool = False,
) -> Floats:
    r"""Return the mean square distance of linearised SGD from the minimum after 1, ..., steps updates from v0.

    $$E|v_t|^2 = \mathrm{vec}(I)^\top Q^t\,\mathrm{vec}(v_0v_0^\top)$$

    G, B, eta, replacement: as in `second_moment_operator`, any d; v0: (d,). Returns (steps,). Raises ValueError
    outside these domains, or where the recursion overflows.

    Source: `second_moment_operator`, as a recursion on the d x d moments.

    >>> mean_square_distance([[1.0], [2.0]], 1, 0.1, [1.0], steps=2)
    array([0.585   , 0.342225])
    """
    n, d = G.shape
    if v0.size != d:
        raise refusal("v0", v0, f"a 1-dimensional array of real numbers, {d} of them as columns of G")
    p, H = _spread(n, B, replacement), G.T @ G / n
    S, found = np.outer(v0, v0), []
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            HS = H @ S
            forms = np.sum((G @ S) * G, axis=1)
            noise = (G * forms[:, None]).T @ G
            S = S - eta * (HS + HS.T) + eta * eta * ((1 - p) * HS @ H + p / n * noise)
            found.append(float(np.trace(S)))
    if not np.isfinite(found).all():
        raise refusal("eta", eta, "so small that, with this G, B, v0 and steps, the second moment does not overflow")
    return np.asarray(found)


@checked
def sgd_threshold(G: Matrix, B: Count, replacement: bool = False) -> float:
    r"""Return the largest step at which linearised SGD with batches of B stays bounded in mean square.

    $$\eta^* = 2/\lambda_{max}(C^+D), \qquad C = \tfrac12(H\otimes I+I\otimes H), \quad
    D = (1-p)H\otimes H + \frac pn\sum_iH_i\otimes H_i$$
    B = n: 2/lam_max(H). Orthogonal rows $\sqrt n e_i$: 2/(1 - p + p n), which is 2B/n without replacement.

    G: (n, d), rows g_i; B: from 1 to n, any integer >= 1 with replacement. inf where all gradients are 0. Raises
    ValueError outside these domains.

    Source: Mulayoff, Michaeli 2024, arXiv:2306.07850 (formula recalled); re-derived here. Only the range of H matters:
    there C is diagonal, and symmetric matrices are enough, since the leading eigenvector of $C^+D$ is one.

    >>> round(sgd_threshold(np.sqrt(7) * np.eye(7), 3), 6), sgd_threshold([[2.0], [0.0]], 2)
    (0.857143, 1.0)
    """
    n = len(G)
    p = _spread(n, B, replacement)
    scale = float(np.abs(G).max())
    if scale == 0:
        return math.inf
    U, s, _ = np.linalg.svd(G / scale, full_matrices=False)
    kept = s > max(G.shape) * np.finfo(float).eps * s[0]
    Y, lam = U[:, kept] * s[kept], s[kept] ** 2 / n
    top = float(lam[0]) if p == 0 else _leading(Y, lam, p)
    return 2 / top / scale / scale if scale > 1e-150 else math.inf


def _leading(Y: Floats, lam: Floats, p: float) -> float:
    """The largest eigenvalue of C^(-1/2) D C^(-1/2), in the eigenbasis of H, where Y (n, r) are the rows."""
    n, r = Y.shape
    half = (np.add.outer(lam, lam) / 2) ** -0.5
    if r <= _DENSE:
        a, b = np.triu_indices(r)
        pairs = Y[:, a] * Y[:, b] * np.where(a == b, 1.0, math.sqrt(2)) * half[a, b]
        D = p / n * (pairs.T @ pairs)
        D[np.diag_indices_from(D)] += (1 - p) * lam[a] * lam[b] * half[a, b] ** 2
        return float(scipy.linalg.eigvalsh(D, subset_by_index=[len(D) - 1, len(D) - 1])[0])

    def act(flat: Floats) -> Floats:
        S = half * flat.reshape(r, r)
        forms = np.sum((Y @ S) * Y, axis=1)
        moved = (1 - p) * np.multiply.outer(lam, lam) * S + p / n * (Y * forms[:, None]).T @ Y
        return np.asarray(half * moved).ravel()

    from scipy.sparse.linalg import LinearOperator, eigsh  # slow to load, and few need it

    start = np.diag(lam).ravel() + 1e-3 * lam[0]
    found = eigsh(LinearOperator((r * r, r * r), matvec=act, dtype=float), k=1, v0=start, which="LA")
    return float(found[0][0])
