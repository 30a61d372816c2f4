"""Parities: what kernels on drawn points capture of all of them, and elimination over two elements."""

from __future__ import annotations

import itertools
from typing import Literal

from sims import arrays
from sims.arrays import Array, Generator, kernel, namespace

Kernel = Literal["gaussian", "degree"]


def _cube(source: Generator, d: int) -> Array:
    return arrays.asarray(source, [list(p) for p in itertools.product((1.0, -1.0), repeat=d)])


def _parities(source: Generator, cube: Array, k: int) -> Array:
    """chi_S over the cube for all S of k bits, (2^d, C(d, k))."""
    xp = namespace(cube)
    found = [xp.prod(xp.take(cube, arrays.asarray(source, list(S)), axis=1), axis=1)
             for S in itertools.combinations(range(cube.shape[1]), k)]  # fmt: skip
    return xp.stack(found, axis=1)


@kernel(floats=lambda n, d, k, **_: 4 * n * 2**d + 4 * n * n, block=16)
def parity_error(n: int, d: int, k: int, on: Kernel = "gaussian", *, trials: int, rng: Generator) -> Array:
    """Mean square error, over the cube and over all parities of k bits, of the best function that a kernel offers.

    The space is that of the kernel's sections at n points drawn without repetition. n: points, at most 2^d; d: bits, up
    to 10; k: from 1 to d; on: "gaussian", exp(-|x - x'|^2/(2d)), or "degree", the sum of all parities of k bits.
    Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> parity_error(3, 4, 2, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    if d > 10 or k > d or n > 2**d:
        raise ValueError(f"n, d, k = {n}, {d}, {k}: must be d <= 10, k <= d and n <= 2^d")
    xp = namespace(rng)
    cube = _cube(rng, d)
    chi = _parities(rng, cube, k)
    drawn = xp.argsort(rng.random(size=(trials, 2**d)), axis=-1)[:, :n]
    table = chi @ chi.mT if on == "degree" else xp.exp((cube @ cube.mT - d) / d)
    sections = xp.reshape(xp.take(table, xp.reshape(drawn, (-1,)), axis=0), (trials, n, 2**d))
    gram = sections @ sections.mT
    values, vectors = arrays.eigh(gram)
    # Sections at x and -x coincide up to sign for the degree kernel: directions of the span alone count.
    kept = values > 1e-9 * values[:, -1:]
    scale = xp.astype(kept, values.dtype) / xp.sqrt(xp.where(kept, values, xp.ones_like(values)))
    inside = scale[..., None] * (vectors.mT @ (sections @ chi))
    return 1 - xp.sum(inside * inside, axis=(-2, -1)) / (2**d * chi.shape[1])


@kernel(floats=lambda n, d, **_: 7 * n * (d + 1))
def gf2_recovery_prob(n: int, d: int, *, trials: int, rng: Generator) -> Array:
    """Whether elimination over GF(2) on n random examples returns the hidden set of bits, 1.0 or 0.0.

    n: examples; d: bits. The set is drawn too; it is not returned where a column has no pivot. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> gf2_recovery_prob(6, 3, trials=4, rng=strict_rng(0)).shape
    (4,)
    """
    xp = namespace(rng)
    A = xp.astype(rng.random(size=(trials, n, d)) < 0.5, xp.float64)
    hidden = xp.astype(rng.random(size=(trials, d)) < 0.5, xp.float64)
    labels = xp.sum(A * hidden[:, None, :], axis=-1, keepdims=True)
    table = xp.concat((A, labels - 2 * xp.floor(labels / 2)), axis=-1)
    free = xp.ones((trials, n), dtype=xp.float64, device=arrays.device(rng))
    solved = xp.ones((trials,), dtype=xp.float64, device=arrays.device(rng))
    pivots = []
    for column in range(d):
        candidates = table[:, :, column] * free
        place = xp.argmax(candidates, axis=-1)
        one = xp.astype(xp.arange(n, device=arrays.device(rng)) == place[:, None], xp.float64)
        solved = solved * xp.max(candidates, axis=-1)
        row = xp.sum(one[..., None] * table, axis=1, keepdims=True)
        table = xp.abs(table - (table[:, :, column] * (1 - one))[..., None] * row)
        free = free * (1 - one)
        pivots.append(one)
    found = xp.stack([xp.sum(one * table[:, :, d], axis=-1) for one in pivots], axis=-1)
    return solved * xp.astype(xp.all(found == hidden, axis=-1), xp.float64)
