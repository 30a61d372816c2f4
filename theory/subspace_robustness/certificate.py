"""When the convex programme finds signal and attack among many subspaces: a certificate, and how likely it is."""

from __future__ import annotations

import numpy as np
from scipy.special import betainc

from theory.domain import Count, Floats, Positive, Positives, Vector, checked, refusal
from theory.subspace_robustness.bases import Bases, Basis, angles, same_rows


def _direction(name: str, value: Floats, basis: Floats, of: str) -> Floats:
    if value.shape != basis.shape[1:] or not value.any():
        raise refusal(name, value.tolist(), f"a vector of {basis.shape[1]} numbers, the columns of {of}, not all 0")
    unit = value / np.abs(value).max()
    return np.asarray(unit / np.linalg.norm(unit))


@checked
def certificate_norm2(S1: Basis, A1: Basis, c: Vector, b: Vector, lam: Positive) -> float:
    r"""Return the squared length of the least dual vector that the true pair of subspaces asks for.

    .. math:: |w|^2 = q^\top(D^\top D)^{-1}q,\qquad D = [S_1\ A_1],\quad q = [c/|c|;\ \lambda b/|b|]

    which over each principal angle $\theta$, with u and v the components of q on its two directions, adds
    $(u^2+v^2-2uv\cos\theta)/\sin^2\theta$.

    S1: (n, d_s), A1: (n, d_a), orthonormal columns; c: (d_s,), b: (d_a,), coordinates of signal and attack, not 0: only
    their directions matter; lam > 0: weight of the attack's norms. Returns |w|^2 >= max(1, lam^2); infinite where the
    subspaces meet. Raises ValueError outside these domains.

    Source: duality as in Thaker, Giampouras, Vidal 2022, arXiv:2203.04886 (recalled); this form derived here.

    >>> round(certificate_norm2([[1.0], [0.0]], [[0.6], [0.8]], [2.0], [-3.0], 1.0), 6)  # (2 + 1.2)/0.64
    5.0
    """
    same_rows("A1", A1, "S1", S1)
    u, v = _direction("c", c, S1, "S1"), lam * _direction("b", b, A1, "A1")
    if S1.shape[1] + A1.shape[1] > len(S1):
        return np.inf
    pair = angles(S1, A1)
    if pair.sines[0] <= len(S1) * np.finfo(float).eps:
        return np.inf
    # w = the part of S_1 u outside A_1 solves for the signal's half: Schur complement of D'D.
    half = pair.directions.T @ (u - S1.T @ (A1 @ v))
    return float(np.sum((half / pair.sines) ** 2) + v @ v)


def _dual(S1: Floats, A1: Floats, c: Floats, b: Floats, lam: float) -> Floats:
    D = np.concatenate((S1, A1), axis=1)
    q = np.concatenate((_direction("c", c, S1, "S1"), lam * _direction("b", b, A1, "A1")))
    # D (D'D)^{-1} q is the least-norm solution of D'w = q.
    return np.asarray(np.linalg.lstsq(D.T, q, rcond=None)[0])


@checked
def certificate_holds(bases: Bases, attacks: Bases, c: Vector, b: Vector, lam: Positive) -> bool:
    r"""Return whether the least dual vector certifies that the convex programme finds the true pair, and no other.

    .. math:: \min \sum_i |c_i| + \lambda\sum_j |b_j| \quad\text{s.t.}\quad \sum_i S_i c_i + \sum_j A_j b_j = y

    has the one solution $y = S_1 c + A_1 b$ if $w = D(D^\top D)^{-1}q$ satisfies $|S_i^\top w| < 1$ and
    $|A_j^\top w| < \lambda$ for all other blocks. Sufficient, far from necessary.

    bases, attacks: two or more matrices (n, d) each, with orthonormal columns, the true pair first; c, b, lam: as
    `certificate_norm2`. Returns a bool. Raises ValueError outside these domains.

    Source: as `certificate_norm2`.

    >>> e = [[[1.0], [0.0], [0.0]], [[0.0], [1.0], [0.0]], [[0.0], [0.0], [1.0]], [[0.6], [0.8], [0.0]]]
    >>> certificate_holds(e[:2], e[2:], [1.0], [1.0], 1.0)
    True
    """
    same_rows("attacks", attacks[0], "bases", bases[0])
    if not np.isfinite(certificate_norm2(bases[0], attacks[0], c, b, lam)):
        return False
    w = _dual(bases[0], attacks[0], c, b, lam)
    signals = all(np.linalg.norm(S.T @ w) < 1 for S in bases[1:])
    return signals and all(np.linalg.norm(A.T @ w) < lam for A in attacks[1:])


@checked
def certificate_probability(
    w2: Positives, n: Count, d_s: Count, d_a: Count, K_s: Count, K_a: Count, lam: Positive
) -> Floats:
    r"""Return the probability of the certificate when all other subspaces are uniform and independent.

    .. math:: F\!\left(\tfrac{1}{|w|^2}; \tfrac{d_s}{2}, \tfrac{n-d_s}{2}\right)^{K_s-1}
        F\!\left(\min(1, \tfrac{\lambda^2}{|w|^2}); \tfrac{d_a}{2}, \tfrac{n-d_a}{2}\right)^{K_a-1}

    with F the cdf of the beta law: that of the share of a fixed vector in a uniform subspace.

    w2: |w|^2 of `certificate_norm2`, > 0, any shape; n: dimension; d_s, d_a < n: those of the subspaces; K_s, K_a >= 1:
    how many of each, the true ones included; lam > 0. Returns an array of the shape of w2. Raises ValueError outside
    these domains.

    Source: duality as in Thaker, Giampouras, Vidal 2022, arXiv:2203.04886 (recalled); probability derived here.

    >>> certificate_probability([1.5, 2.5], 20, 4, 4, 8, 3, 1.0).round(4)
    array([0.9913, 0.5177])
    """
    for name, d in (("d_s", d_s), ("d_a", d_a)):
        if d >= n:
            raise refusal(name, d, f"below n = {n}")
    signals = betainc(d_s / 2, (n - d_s) / 2, np.minimum(1 / w2, 1.0)) ** (K_s - 1)
    attacks = betainc(d_a / 2, (n - d_a) / 2, np.minimum(lam**2 / w2, 1.0)) ** (K_a - 1)
    return np.asarray(signals * attacks)[()]
