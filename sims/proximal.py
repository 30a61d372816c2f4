"""Proximal maps, and what is minimised with them: the lasso with its duality gap, two-operator splitting."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sims.arrays import Array, eigvalsh, namespace
from sims.iterate import until
from sims.lasso import Lasso, lasso_gap
from sims.total_variation import TotalVariation, total_variation

__all__ = ["TotalVariation", "accelerated_lasso", "block_soft", "douglas_rachford", "soft", "total_variation"]


class _State(NamedTuple):
    w: Array
    before: Array
    momentum: Array


def soft(x: Array, t: Array | float) -> Array:
    """Return sign(x) max(|x| - t, 0), the proximal map of t |.|, entrywise; t >= 0 broadcasts.

    >>> import numpy as np
    >>> soft(np.asarray([3.0, -0.5, -2.0]), 1.0)
    array([ 2., -0., -1.])
    """
    xp = namespace(x)
    return xp.sign(x) * xp.clip(xp.abs(x) - t, 0.0)


def block_soft(x: Array, t: Array | float, axis: int = -1) -> Array:
    """Return x max(1 - t/|x|, 0), the proximal map of t |x|_2 for the vectors along `axis`; t >= 0.

    >>> import numpy as np
    >>> block_soft(np.asarray([[3.0, 4.0], [0.3, 0.4]]), 1.0)
    array([[2.4, 3.2],
           [0. , 0. ]])
    """
    xp = namespace(x)
    size = xp.sqrt(xp.sum(x * x, axis=axis, keepdims=True))
    return x * (xp.clip(size - t, 0.0) / xp.where(size > 0, size, xp.ones_like(size)))


def accelerated_lasso(X: Array, y: Array, lam: Array | float, target: float = 1e-10, most: int = 20_000) -> Lasso:
    r"""Minimise |y - Xw|^2/2 + lam |w|_1 (no 1/n): X (T, n, d), y (T, n), lam > 0 a number or (T, 1).

    Proximal steps with momentum, started again where it points uphill, until `lasso_gap` is below `target`. For large
    problems with few coefficients: where lam is small next to |X'y| it takes thousands of steps, `sims.lasso` a dozen.

    Source: Beck and Teboulle 2009; restarts O'Donoghue and Candes 2015 (recalled).

    >>> import numpy as np
    >>> accelerated_lasso(np.eye(2)[None], np.asarray([[3.0, 0.5]]), 1.0).w.round(6)
    array([[2., 0.]])
    """
    xp = namespace(X)
    n, d = X.shape[-2:]
    small = X.mT @ X if d <= n else X @ X.mT
    step = 1 / eigvalsh(small)[..., -1:]
    gram = small if d <= n else None
    moment = (X.mT @ y[..., None])[..., 0]

    def slope(w: Array) -> Array:
        product = gram @ w[..., None] if gram is not None else X.mT @ (X @ w[..., None])
        return product[..., 0] - moment

    def move(state: _State) -> _State:
        ahead = state.w + state.momentum * (state.w - state.before)
        w = soft(ahead - step * slope(ahead), step * lam)
        uphill = xp.sum((ahead - w) * (w - state.w), axis=-1, keepdims=True) > 0
        # The momentum is k/(k + 3), k the steps since the last start.
        k = 3 * state.momentum / (1 - state.momentum) + 1
        return _State(w, state.w, xp.where(uphill, xp.zeros_like(k), k / (k + 3)))

    zero = xp.zeros_like(moment)
    start = _State(zero, zero, zero[..., :1])
    end, reached = until(move, start, lambda state: lasso_gap(X, y, state.w, lam), target, most, every=20)
    return Lasso(end.w, reached)


def douglas_rachford(
    prox: Callable[[Array], Array], project: Callable[[Array], Array], start: Array, steps: int
) -> tuple[Array, Array]:
    """Minimise f over a set by z <- z + prox(2 project(z) - z) - project(z); prox is that of f, project the set's.

    start: (T, ...), an array of problems. Returns the points project(z) and their residuals |prox - project| (T,), the
    Euclidean distance between the two halves of the last step: 0 at a minimum, and the certificate.

    >>> import numpy as np
    >>> line = lambda z: z + (1 - z.sum(-1, keepdims=True)) / 2
    >>> x, residual = douglas_rachford(lambda z: soft(z, 0.1), line, np.asarray([[3.0, -2.0]]), 200)
    >>> float(x.sum().round(9)), bool(residual[0] < 1e-12)
    (1.0, True)
    """
    xp, z = namespace(start), start
    inside, other = project(z), z
    for _ in range(steps):
        inside = project(z)
        other = prox(2 * inside - z)
        z = z + other - inside
    return inside, xp.sqrt(xp.sum((other - inside) ** 2, axis=tuple(range(1, start.ndim))))
