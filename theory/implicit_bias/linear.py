"""Gradient descent in closed form: one mode of a deep linear network, and least squares."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from theory.deep_linear import flow
from theory.domain import Divisors, Floats, In, Matrix, NonNegatives, Positive, Vector, checked, refusal

__all__ = ["deep_linear_mode", "gd_least_squares"]


@checked(broadcast=True)
def deep_linear_mode(t: NonNegatives, s: Divisors, a0: Divisors, depth: Annotated[int, In(1, 1000)]) -> Floats:
    r"""Return the strength a(t) of one singular mode of a deep linear network under gradient flow.

    $$\dot a = N a^{2-2/N}(s-a),\qquad N = 2:\ a = \frac{s}{1 + (s/a_0-1)e^{-2st}}$$
    for N balanced factors and the loss $(s-a)^2/2$: small starts make plateaus, of logarithmic length in $a_0$ for two
    factors, of length $a_0^{2/N-1}/((N-2)s)$ for more.

    t >= 0: times; s, a0 >= 1e-75: target and strength at the start, also a0 > s; they broadcast; depth: N from 1 to
    1000. Returns an array of their shape. Raises ValueError outside these domains.

    Source: Saxe, McClelland, Ganguli 2014, arXiv:1312.6120 for N = 2; Arora, Cohen, Hu, Luo 2019, arXiv:1905.13655
    (both recalled); `theory.deep_linear.flow`.

    >>> deep_linear_mode([0.0, 2.0, 4.0], 1.0, 0.01, depth=3).round(6)
    array([0.01    , 0.051436, 0.64031 ])
    """
    return flow(t, s, a0, depth)


@checked
def gd_least_squares(X: Matrix, y: Vector, w0: Vector, step: Positive, T: Annotated[int, In(0, 10**15)]) -> Floats:
    r"""Return gradient descent on $\|Xw-y\|^2/2$ after T steps.

    $$w_T = w_\infty + V\,\mathrm{diag}\bigl((1-\eta s_i^2)^T\bigr)V^\top(w_0 - w_\infty),\qquad
    w_\infty = w_0 + X^+(y - Xw_0),$$
    s and V the non-zero singular values of X and their right vectors: it never leaves w_0 + rowspace.

    X: (n, d), any rank; y: (n,); w0: (d,); 0 < step < 2/|X|^2; T >= 0. Returns w_T (d,). Raises ValueError outside
    these domains.

    Source: elementary.

    >>> gd_least_squares([[1.0, 1.0]], [2.0], [1.0, 0.0], 0.25, 1)
    array([1.25, 0.25])
    """
    n, d = X.shape
    if y.size != n:
        raise refusal("y", y, f"of length {n}, one for each row of X")
    if w0.size != d:
        raise refusal("w0", w0, f"of length {d}, one for each column of X")
    u, s, vt = np.linalg.svd(X, full_matrices=False)
    kept = s > s[0] * max(n, d) * np.finfo(float).eps if s.size else s > 0
    u, s, vt = u[:, kept], s[kept], vt[kept]
    if s.size and not step * s[0] < 2 / s[0]:
        raise refusal("step", step, f"in (0, {2 / s[0] ** 2:.6g}), below 2/|X|^2")
    # What is left of 1 at a singular value, and 1 minus it without cancellation.
    share = 1 - step * s * s
    moved = 1 - np.sign(share) ** T * np.exp(T * np.log(np.maximum(np.abs(share), 1e-300)))
    slow = share > 0.5
    moved[slow] = -np.expm1(T * np.log1p(-step * s[slow] * s[slow]))
    return np.asarray(w0 + vt.T @ (moved * ((u.T @ (y - X @ w0)) / s)))
