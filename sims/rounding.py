"""Singular values below which a matrix says nothing, by the precision its entries came in."""

from __future__ import annotations

from sims.arrays import Array, namespace

_DOUBLE, _SINGLE = 2.0**-52, 2.0**-23


def precision(matrix: Array) -> float:
    """Return the spacing at one of the type of an array of floats."""
    return float(namespace(matrix).finfo(matrix.dtype).eps)


def stored(matrix: Array, largest: Array, eps: float) -> Array:
    r"""Return how far storing the entries can move a singular value of data (..., m, d) that are known in float64.

    $$\tfrac12\epsilon\,|M|_F + \max(m, d)\,\epsilon_{64}\,|M|_2$$

    The first term is Weyl's bound, the second the arithmetic of the decomposition. largest (...): |M|_2; eps: the
    spacing of the precision that the entries came in.
    """
    xp = namespace(matrix)
    return _total(xp.sqrt(xp.sum(matrix * matrix, axis=(-2, -1))), largest, matrix.shape, eps, _DOUBLE)


def computed(singular: Array, shape: tuple[int, ...], eps: float) -> Array:
    r"""Return the same for a matrix (m, d) that was computed in its own precision, or in single where that is coarser.

    $$\tfrac12\epsilon\,|M|_F + \max(m, d)\,\min(\epsilon, \epsilon_{32})\,|M|_2$$

    singular: (..., k), descending.
    """
    xp = namespace(singular)
    size = xp.sqrt(xp.sum(singular * singular, axis=-1))
    return _total(size, singular[..., 0], shape, eps, min(eps, _SINGLE))


def _total(size: Array, largest: Array, shape: tuple[int, ...], eps: float, working: float) -> Array:
    return 0.5 * eps * size + max(shape[-2:]) * working * largest
