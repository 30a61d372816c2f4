"""The least l_p norm of an interpolator of given data: a linear programme at p = 1, the dual programme else."""

from __future__ import annotations

import numpy as np
import scipy

from theory.domain import Floats, Matrix, Vector, checked, refusal
from theory.sparse_interpolation.domains import PowerOrOne

__all__ = ["min_lp_norm"]

_GAP, _MOST = 1e-9, 200


@checked
def min_lp_norm(X: Matrix, y: Vector, p: PowerOrOne) -> float:
    r"""Return $\min |w|_p$ over $Xw = y$, for given data.

    At p = 1 a linear programme (HiGHS); else the dual $\max y'\nu$ over $|X'\nu|_q \le 1$, $q = p/(p-1)$, by Newton's
    method on $\sum|X'\nu|^q/q - y'\nu$ with q raised from 2 by steps of a half, until primal and dual agree to 1e-9.

    X: (n, d), n <= d independent rows; y: (n,); p: 1 or in [1.01, 2]. 0 for y = 0. Raises ValueError outside these
    domains, for dependent rows, and where Newton's method does not reach the gap.

    Source: duality of norms, derived here.

    >>> round(min_lp_norm([[1.0, 2.0]], [5.0], 2), 6), round(min_lp_norm([[1.0, 2.0]], [5.0], 1), 6)
    (2.236068, 2.5)
    """
    n, d = X.shape
    if y.shape != (n,):
        raise refusal("y", y, f"{n} real numbers, one for each row of X")
    if n > d or np.linalg.matrix_rank(X) < n:
        raise refusal("X", X, "an n x d array with n <= d independent rows")
    if 1 < p < 1.01:
        raise refusal("p", p, "1 or a real number in [1.01, 2]")
    scale = float(np.max(np.abs(y)))
    if scale == 0:
        return 0.0
    if p == 1:
        found = scipy.optimize.linprog(np.ones(2 * d), A_eq=np.hstack([X, -X]), b_eq=y / scale)
        return scale * float(found.fun)
    return scale * _dual(X, y / scale, p)


def _dual(X: Floats, y: Floats, p: float) -> float:
    target, q = p / (p - 1), 2.0
    nu = np.linalg.solve(X @ X.T, y)
    while True:
        nu = _newton(X, y, nu, q)
        if q >= target:
            break
        q = min(target, 1.5 * q)
    u = X.T @ nu
    w = np.sign(u) * np.abs(u) ** (target - 1)
    # Onto Xw = y by a weighted correction: then |w|_p is an upper bound and the dual a lower one.
    weights = np.abs(u) ** (target - 2)
    w = w + weights * (X.T @ _solve((X * weights) @ X.T, y - X @ w))
    upper = float(np.linalg.norm(w, p))
    lower = float(y @ nu / np.linalg.norm(u, target))
    if not upper - lower <= _GAP * upper:
        raise refusal(
            "X", X, f"data whose least l_p norm at p = {p:g} is found: its bounds are {lower:g} and {upper:g}"
        )
    return 0.5 * (upper + lower)


def _scaled(X: Floats, y: Floats, nu: Floats, q: float) -> Floats:
    """The multiple of nu of least value."""
    return np.asarray(nu * (float(y @ nu) / float(np.sum(np.abs(X.T @ nu) ** q))) ** (1 / (q - 1)))


def _newton(X: Floats, y: Floats, nu: Floats, q: float) -> Floats:
    def value(at: Floats) -> float:
        return float(np.sum(np.abs(X.T @ at) ** q) / q - y @ at)

    nu = _scaled(X, y, nu, q)
    for _ in range(_MOST):
        u = X.T @ nu
        slope = X @ (np.sign(u) * np.abs(u) ** (q - 1)) - y
        if np.max(np.abs(slope)) < 1e-12:
            break
        step = _solve((q - 1) * (X * np.abs(u) ** (q - 2)) @ X.T, -slope)
        t, now, along = 1.0, value(nu), float(slope @ step)
        while value(nu + t * step) > now + 1e-4 * t * along and t > 1e-8:
            t *= 0.5
        if t <= 1e-8:  # what is left is rounding: the gap says how much
            break
        nu = _scaled(X, y, nu + t * step, q)
    return nu


def _solve(matrix: Floats, right: Floats) -> Floats:
    level = 1e-15 * float(np.trace(matrix))
    return np.asarray(np.linalg.solve(matrix + level * np.eye(right.size), right))
