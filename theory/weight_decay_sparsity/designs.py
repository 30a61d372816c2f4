"""Two factors a coefficient on any design: the lasso, followed along its path of lines."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from theory.domain import Floats, In, Matrix, Vector, checked, refusal

__all__ = ["two_factor_fit"]


@checked
def two_factor_fit(X: Matrix, y: Vector, lam: Annotated[float, In(0.0, open_low=True)]) -> Floats:
    r"""Return the products $w = u \circ v$ at the minimum of $|y - X(u\circ v)|^2/2 + \frac\lambda2(|u|^2 + |v|^2)$.

    They minimise $|y - Xw|^2/2 + \lambda|w|_1$. Its solution is piecewise linear in lam: from the lam at which all are
    0 downwards, a coefficient enters where its correlation reaches lam and leaves where it crosses 0.

    X: samples as rows (n, d), no more of its columns at once than are independent; y (n,); lam > 0. Returns (d,).
    Raises ValueError outside these domains and where columns that enter depend on each other.

    Source: `factor_penalty` at L = 2; the path Osborne, Presnell, Turlach 2000 and Efron et al. 2004 (recalled).

    >>> two_factor_fit([[1.0, 0.0], [0.0, 1.0]], [3.0, -0.5], 1.0)
    array([2., 0.])
    """
    if y.size != X.shape[0]:
        raise refusal("y", y, f"{X.shape[0]} numbers, one for each row of X")
    gram, along = X.T @ X, X.T @ y
    w = np.zeros(X.shape[1])
    now = float(np.abs(along).max())
    active = [int(np.argmax(np.abs(along)))]
    left = -1
    while now > lam:
        A = np.array(active)
        signs = np.sign(along[A])
        slope = _solve(gram[np.ix_(A, A)], signs, X)
        change = gram[:, A] @ slope
        step, which = _next(w, along, now, A, slope, change, left)
        short = min(step, now - lam)
        w[A] += short * slope
        along, now = along - short * change, now - short
        if short < step:
            break
        left = -1
        if which in active:
            w[which], left = 0.0, which
            active.remove(which)
        else:
            active.append(which)
    return w


def _solve(gram: Floats, signs: Floats, X: Floats) -> Floats:
    if np.linalg.cond(gram) > 1e12:
        raise refusal("X", X, "a design whose columns that enter together are independent")
    return np.asarray(np.linalg.solve(gram, signs))


def _next(
    w: Floats, along: Floats, now: float, A: Floats, slope: Floats, change: Floats, left: int
) -> tuple[float, int]:
    """How far lam falls until a coefficient enters or leaves, and which."""
    with np.errstate(divide="ignore", invalid="ignore"):
        up, down = (now - along) / (1 - change), (now + along) / (1 + change)
        if left >= 0:  # it has just left at this correlation, and moves away from it
            up[left] = down[left] = np.inf
        enters = np.minimum(*(np.where(gap > 0, gap, np.inf) for gap in (up, down)))
        enters[A] = np.inf
        leaves = np.where(-w[A] / slope > 0, -w[A] / slope, np.inf)
    first, last = int(np.argmin(enters)), int(np.argmin(leaves))
    if leaves[last] < enters[first]:
        return float(leaves[last]), int(A[last])
    return float(enters[first]), first
