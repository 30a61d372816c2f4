"""Orthogonal matching pursuit and l1 minimisation on dictionaries of known coherence."""

from __future__ import annotations

import math
from typing import Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, kernel, namespace, random_signs, top_k_mask
from sims.matrix_denoising.l1 import found

Dictionary = Literal["hadamard", "simplex"]


class CoherenceRecovery(NamedTuple):
    """Whether pursuit chose exactly the atoms in use, and whether l1 minimisation found the coefficients (1 or 0)."""

    omp: Array
    l1: Array


class Halves(NamedTuple):
    """Atoms in a half of the simplex, and the largest entry of the sum of both halves, each (trials,)."""

    atoms: Array
    residual: Array


def dictionary(name: Dictionary, n: int) -> list[list[float]]:
    """Unit atoms as columns, n rows: identity beside Hadamard (n a power of 2), or the n + 1 vertices of a simplex.

    >>> [[round(x, 3) for x in row] for row in dictionary('simplex', 2)]
    [[0.866, -0.866, 0.0], [0.5, 0.5, -1.0]]
    """
    if name == "simplex":
        scale = math.sqrt((n + 1) / n)
        rows = []
        for i in range(1, n + 1):  # orthonormal rows, each orthogonal to the vector of ones
            size = scale / math.sqrt(i * (i + 1))
            rows.append([size] * i + [-i * size] + [0.0] * (n - i))
        return rows
    if n & (n - 1):
        raise ValueError(f"n = {n!r}: must be a power of 2 for a Hadamard matrix")
    size = 1 / math.sqrt(n)
    signs = [[size * (-1) ** (i & j).bit_count() for j in range(n)] for i in range(n)]
    return [[float(i == j) for j in range(n)] + signs[i] for i in range(n)]


def pursuit(atoms: Array, y: Array, steps: int) -> Array:
    """Orthogonal matching pursuit: 1.0 at the atoms chosen in `steps` steps, atoms (n, p), y (T, n): shape (T, p).

    >>> import numpy as np
    >>> pursuit(np.eye(3), np.array([[0.0, 2.0, -3.0]]), 2)
    array([[0., 1., 1.]])
    """
    xp = namespace(y)
    rest, chosen = y, xp.zeros_like(y @ atoms)
    basis: list[Array] = []
    for _ in range(steps):
        choice = top_k_mask(xp.abs(rest @ atoms), 1)
        chosen = chosen + choice
        atom = choice @ atoms.mT
        for _ in range(2):
            for direction in basis:
                atom = atom - xp.sum(atom * direction, axis=-1, keepdims=True) * direction
        size = xp.sqrt(xp.sum(atom * atom, axis=-1, keepdims=True))
        direction = atom / xp.where(size > 0, size, xp.ones_like(size))
        basis.append(direction)
        rest = rest - xp.sum(rest * direction, axis=-1, keepdims=True) * direction
    return chosen


@kernel(floats=lambda n, **_: 16 * n * n, block=128)
def coherence_recovery(name: Dictionary, n: int, k: int, *, trials: int, rng: Generator) -> CoherenceRecovery:
    """Combine k random atoms, coefficients of both signs over two decades, and look for them by pursuit and by l1.

    name: "hadamard" (identity and Hadamard, n a power of 2) or "simplex" (n + 1 vertices); n: dimension; k: atoms.
    Returns fields omp, l1, each (trials,): 1 if exactly these atoms, and the coefficients, were found.

    >>> from sims.arrays import strict_rng
    >>> coherence_recovery("hadamard", 4, 1, trials=3, rng=strict_rng(0)).omp.shape
    (3,)
    """
    atoms = arrays.asarray(rng, dictionary(name, n))
    xp, count = namespace(atoms), atoms.shape[-1]
    if k > count:
        raise ValueError(f"k = {k!r}: must be an integer from 1 to {count}, the atoms")
    used = top_k_mask(rng.random(size=(trials, count)), k)
    sizes = xp.exp(math.log(10.0) * (2 * rng.random(size=(trials, count)) - 1))
    w = used * sizes * random_signs(rng, (trials, count))
    y = w @ atoms.mT
    wrong = xp.sum(xp.abs(pursuit(atoms, y, k) - used), axis=-1)
    stack = atoms[None, :, :] + xp.zeros_like(y)[:, :, None]
    return CoherenceRecovery(xp.astype(wrong == 0, y.dtype), found(stack, y, w))


@kernel(floats=lambda n, **_: 4 * n)
def simplex_halves(n: int, *, trials: int, rng: Generator) -> Halves:
    """Split the n + 1 vertices of a simplex, n odd, at random in halves and add the sums of both.

    Returns fields atoms (of a half), residual (largest entry of the sum), each (trials,).

    >>> from sims.arrays import strict_rng
    >>> simplex_halves(3, trials=2, rng=strict_rng(0)).atoms.shape
    (2,)
    """
    if n % 2 == 0:
        raise ValueError(f"n = {n!r}: must be odd, so that the n + 1 vertices have halves")
    atoms = arrays.asarray(rng, dictionary("simplex", n))
    xp = namespace(atoms)
    half = top_k_mask(rng.random(size=(trials, n + 1)), (n + 1) // 2)
    sums = half @ atoms.mT + (1 - half) @ atoms.mT
    return Halves(xp.sum(half, axis=-1), xp.max(xp.abs(sums), axis=-1))
