"""Wishart matrices by their factors: triangular and bidiagonal draws, equal in law to the Gram of a Gaussian design.

They take the law of the design for granted, which a kernel that draws the design does not: a route for large sizes.
"""

from __future__ import annotations

from collections.abc import Iterator

from sims.arrays import Array, Generator, namespace, zeros


def bidiagonal(rng: Generator, trials: int, size: int, freedom: int) -> Iterator[tuple[Array, Array]]:
    r"""Yield the squares of a lower bidiagonal B's diagonal and, below it, sub-diagonal entry, bottom up.

    $BB'$ (size x size) is equal in law to $Q' W Q$ of a Wishart matrix W of `freedom` >= size degrees, Q a rotation
    that leaves $e_1$ where it is: $a_i^2 \sim \chi^2_{\mathrm{freedom} - i}$ (i = 0, 1, ...) and, in the same column
    one row below, $b_i^2 \sim \chi^2_{\mathrm{size} - 1 - i}$. Both have shape (trials,), and b^2 = 0
    for the last row.

    Source: Silverstein 1985 (recalled).

    >>> from sims.arrays import strict_rng
    >>> len(list(bidiagonal(strict_rng(0), 2, 5, 7)))
    5
    """
    for i in reversed(range(size)):
        diagonal = rng.chisquare(freedom - i, size=(trials,))
        yield diagonal, rng.chisquare(size - 1 - i, size=(trials,)) if i < size - 1 else 0 * diagonal


def bartlett(rng: Generator, trials: int, n: int, p: int) -> Array:
    r"""Draw lower triangular L (trials, p, p), LL' Wishart with n >= p degrees of freedom and identity scale.

    $L_{ii}^2 \sim \chi^2_{n-i}$ (i = 0, 1, ...), standard normals below the diagonal.

    Source: Bartlett 1933 (recalled).

    >>> from sims.arrays import strict_rng
    >>> bartlett(strict_rng(0), 3, 10, 4).shape
    (3, 4, 4)
    """
    if n < p:
        raise ValueError(f"n = {n!r}: must be an integer >= p = {p}")
    normals = rng.standard_normal(size=(trials, p, p))
    xp = namespace(normals)
    roots = xp.stack([xp.sqrt(rng.chisquare(n - i, size=(trials,))) for i in range(p)], axis=-1)
    identity = xp.eye(p, dtype=normals.dtype, device=normals.device)
    return xp.tril(normals, k=-1) + roots[..., None] * identity


def log_determinant(rng: Generator, trials: int, n: int, p: int) -> Array:
    """Draw log det W (trials,) of Wishart matrices, n >= p degrees of freedom: a sum of p log chi-squares.

    >>> from sims.arrays import strict_rng
    >>> log_determinant(strict_rng(0), 3, 10, 4).shape
    (3,)
    """
    if n < p:
        raise ValueError(f"n = {n!r}: must be an integer >= p = {p}")
    total, xp = zeros(rng, (trials,)), namespace(rng)
    for i in range(p):
        total = total + xp.log(rng.chisquare(n - i, size=(trials,)))
    return total
