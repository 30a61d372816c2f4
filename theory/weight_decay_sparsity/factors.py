"""Weight decay on a product of factors: the penalty of the product, the shrinkage, its jump, where descent ends."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from theory.domain import Count, Floats, In, NonNegatives, Positives, Reals, checked
from theory.shrinkage import bridge_jump, bridge_prox

__all__ = ["JumpPoint", "balanced_descent", "basin_edge", "depth_shrinkage", "factor_penalty", "jump_point"]

Deep = Annotated[int, In(3)]


class JumpPoint(NamedTuple):
    """Largest observation that shrinks to 0, and the least size that is not 0."""

    y_star: Floats
    a_star: Floats


@checked(broadcast=True)
def factor_penalty(a: Reals, lam: NonNegatives, depth: Count) -> Floats:
    r"""Return the least weight decay of factors of a given product.

    $$\min\Bigl\{\frac\lambda2\sum_{l=1}^L w_l^2 : \prod_l w_l = a\Bigr\} = \lambda\frac L2|a|^{2/L},$$

    reached where all $|w_l| = |a|^{1/L}$. The same of the layers of a branch of L layers without biases, with a the
    product of their Frobenius norms: a positive factor moves from layer to layer without changing the function.

    a: real; lam >= 0; they broadcast; depth: L, an integer >= 1. Returns an array of their shape. Raises ValueError
    outside these domains.

    Source: Zhang, Wang 2022, arXiv:2204.09664 (abstract seen: $\ell_p$, p = 2/L); the constant derived here.

    >>> factor_penalty([1.0, -8.0], 0.5, 3).round(6)
    array([0.75, 3.  ])
    """
    return np.asarray(0.5 * depth * lam * np.abs(a) ** (2 / depth))[()]


@checked(broadcast=True)
def depth_shrinkage(y: Reals, lam: NonNegatives, depth: Count) -> Floats:
    r"""Return the product at the global minimum of $(y - \prod w_l)^2/2 + \frac\lambda2\sum_{l\le L} w_l^2$.

    The minimiser of $(y-a)^2/2 + c|a|^q$, q = 2/L, c = lam L/2: y/(1 + lam) for L = 1, the soft threshold at lam for
    L = 2; for L >= 3 it is 0 up to y* and the larger root of $a + \lambda a^{q-1} = |y|$ beyond (`jump_point`). Odd in
    y; at y* both are minimisers, 0 is returned.

    y: real; lam >= 0; they broadcast; depth: L, an integer >= 1. Returns an array of their shape. Raises ValueError
    outside these domains.

    Source: derived here from `factor_penalty`.

    >>> [float(depth_shrinkage(1.2, 0.4, depth).round(6)) for depth in (1, 2, 3, 4)]
    [0.857143, 0.8, 0.762082, 0.0]
    """
    if depth == 1:
        return np.asarray(y / (1 + lam))[()]
    if depth == 2:
        return np.asarray(np.sign(y) * np.maximum(np.abs(y) - lam, 0.0))[()]
    return bridge_prox(y, 0.5 * depth * lam, 2 / depth)


@checked
def jump_point(lam: NonNegatives, depth: Deep) -> JumpPoint:
    r"""Return where the shrinkage of three or more factors leaves 0, and to what it jumps.

    $$a_* = (2c(1-q))^{1/(2-q)},\qquad y_* = a_*\frac{2-q}{2(1-q)},\qquad q = 2/L,\ c = \lambda L/2$$

    lam >= 0, any shape; depth: L, an integer >= 3. Returns fields y_star, a_star of its shape. Raises ValueError
    outside these domains.

    Source: derived here: there 0 and a* have equal value.

    >>> [round(float(part), 6) for part in jump_point(0.4, 3)]
    [1.005947, 0.502973]
    """
    found = bridge_jump(0.5 * depth * lam, 2 / depth)
    return JumpPoint(found.observed, found.shrunk)


def _fold(lam: Floats, depth: int) -> tuple[Floats, Floats]:
    """The least of a + lam a^(q-1) over a > 0, and where it is: below it 0 is the only minimum."""
    q = 2 / depth
    a = (lam * (1 - q)) ** (1 / (2 - q))
    return a * (2 - q) / (1 - q), a


def _root(y: Floats, lam: Floats, depth: int, larger: bool) -> Floats:
    """A root of a + lam a^(q-1) = y beyond the fold: Newton on a convex function, monotone from either side."""
    q, (low, fold) = 2 / depth, _fold(lam, depth)
    kept = (y > low) & (lam > 0)
    safe = np.where(kept, lam, 1.0)
    seen = np.where(kept, y, 1.0)
    root = seen if larger else (safe / seen) ** (1 / (1 - q))
    for _ in range(100):
        pull = safe * np.maximum(root, 1e-300) ** (q - 1)
        step = (root + pull - seen) / (1 - (1 - q) * pull / np.maximum(root, 1e-300))
        step = np.where(kept & np.isfinite(step), step, 0.0)
        root = np.maximum(root - step, fold) if larger else np.minimum(root - step, fold)
        if not (np.abs(step) > 1e-15 * np.abs(root)).any():
            break
    return np.where(kept, root, np.nan)


@checked(broadcast=True)
def basin_edge(y: NonNegatives, lam: NonNegatives, depth: Deep) -> Floats:
    r"""Return the product below which balanced factors decay to 0 under gradient descent, however large y is.

    The smaller root of $a + \lambda a^{q-1} = y$, q = 2/L, infinite where there is none: 0 is a local minimum of three
    or more factors at every y and lam > 0.

    y >= 0; lam >= 0; they broadcast; depth: L, an integer >= 3. Returns an array of their shape. Raises ValueError
    outside these domains.

    Source: derived here: balanced factors w move by $((y - w^L)w^{L-2} - \lambda)w$.

    >>> basin_edge([1.2, 0.1], 0.4, 3).round(6)
    array([0.041121,      inf])
    """
    edge = _root(y, lam, depth, larger=False)
    return np.where(lam == 0, 0.0, np.where(np.isnan(edge), np.inf, edge))[()]


@checked(broadcast=True)
def balanced_descent(start: Positives, y: NonNegatives, lam: NonNegatives, depth: Count) -> Floats:
    r"""Return the product to which small gradient steps lead from equal factors $w_l = a_0^{1/L}$.

    For L >= 3 it is 0 where $a_0$ is below `basin_edge`, else the larger root of $a + \lambda a^{q-1} = y$: a local
    minimum, whether or not it is the global one of `depth_shrinkage`. For L <= 2 the start does not matter.

    start: a_0 > 0; y >= 0; lam >= 0; they broadcast; depth: L, an integer >= 1. Returns an array of their shape.
    Raises ValueError outside these domains.

    Source: derived here.

    >>> balanced_descent([0.04, 0.05], 1.2, 0.4, 3).round(6)
    array([0.      , 0.762082])
    """
    if depth <= 2:
        return depth_shrinkage(y, lam, depth)
    edge = basin_edge(y, lam, depth)
    upper = np.where(lam == 0, y, _root(y, lam, depth, larger=True))
    return np.where(start > edge, upper, np.where(start == edge, start, 0.0))[()]
