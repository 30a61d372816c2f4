"""A whole batch from the zeros of a relu layer's gradient (SPEAR): which directions the zeros determine, and draws."""

from __future__ import annotations

import math

from sims.arrays import Array, Generator, Positive, eigvalsh, kernel, namespace

NULL = 1e-12
"""Eigenvalues of a Gram matrix below this share of the largest are zero: singular values below 1e-6."""


def _full_rank(gram: Array) -> Array:
    values = eigvalsh(gram)
    return values[..., 0] > NULL * values[..., -1]


def identifiable(Delta: Array) -> Array:
    """Whether every sample's direction is determined by the zeros of Delta (T, m, b), 0 or 1, (T,).

    Sample i is, where the rows in which it is off have full rank in the other columns.
    """
    xp, b = namespace(Delta), Delta.shape[-1]
    good = Delta[:, 0, 0] == Delta[:, 0, 0]
    for i in range(b):
        others = xp.concat([Delta[..., :i], Delta[..., i + 1 :]], axis=-1)
        rows = others * xp.astype(Delta[..., i : i + 1] == 0, xp.float64)
        good = good & _full_rank(rows.mT @ rows)
    return xp.astype(good, xp.float64)


def _residuals(on: Array, rng: Generator) -> Array:
    """Generic residuals of the neurons that fire, zero elsewhere."""
    return namespace(on).astype(on > 0, on.dtype) * rng.standard_normal(size=on.shape)


@kernel(floats=lambda m, **_: 20 * m + 40)
def spear_pair_probability(m: int, theta: Positive, *, trials: int, rng: Generator) -> Array:
    """Return whether m random relu neurons make both of two inputs at an angle theta identifiable, 0 or 1, (trials,).

    m: neurons, an integer >= 1; theta in (0, pi].

    >>> from sims.arrays import strict_rng
    >>> spear_pair_probability(5, 1.0, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    xp = namespace(rng)
    w = rng.standard_normal(size=(trials, m, 2))
    second = math.cos(theta) * w[..., :1] + math.sin(theta) * w[..., 1:]
    return identifiable(_residuals(xp.concat([w[..., :1], second], axis=-1), rng))


@kernel(floats=lambda b, m, **_: 8 * m * b + 4 * b * b + 20)
def spear_failure(b: int, m: int, *, trials: int, rng: Generator) -> Array:
    """Return whether m random relu neurons leave some of b orthogonal inputs unidentifiable, 0 or 1, (trials,).

    b, m: samples and neurons, integers >= 2 and >= 1.

    >>> from sims.arrays import strict_rng
    >>> spear_failure(3, 10, trials=4, rng=strict_rng(0)).shape
    (4,)
    """
    z = rng.standard_normal(size=(trials, m, b))
    return 1 - identifiable(z * namespace(z).astype(z > 0, z.dtype))  # the size of z is independent of its sign
