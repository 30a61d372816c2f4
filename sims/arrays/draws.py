"""Random draws that generators lack."""

from __future__ import annotations

import hashlib
import math
from typing import Any

import numpy as np

from sims.arrays.linear import cholesky, solve_lower
from sims.arrays.namespaces import Array, Generator, namespace


def random_signs(rng: Generator, shape: tuple[int, ...]) -> Array:
    """Draw independent uniform signs -1.0 or +1.0."""
    u = rng.random(size=shape)
    return 1.0 - 2.0 * namespace(u).astype(u < 0.5, u.dtype)


def permutations(rng: Generator, trials: int, n: int) -> Array:
    """Draw `trials` independent uniform permutations of 0..n-1, shape (trials, n)."""
    u = rng.random(size=(trials, n))
    return namespace(u).argsort(u, axis=-1)


def haar_frames(rng: Generator, trials: int, n: int, k: int) -> Array:
    """Draw uniformly distributed n x k matrices with orthonormal columns, shape (trials, n, k).

    Q = A L^-T with A Gaussian and A'A = L L'; repeated once, which makes the columns orthonormal to rounding.
    """
    q = rng.standard_normal(size=(trials, n, k))
    for _ in range(2):
        q = solve_lower(cholesky(q.mT @ q), q.mT).mT
    return q


def gaussian_rows(rng: Generator, trials: int, n: int, scales: Array) -> Array:
    """Draw n rows N(0, diag(scales**2)) a trial, shape (trials, n, p)."""
    x = rng.standard_normal(size=(trials, n, math.prod(scales.shape)))
    x *= scales
    return x


def host_normals(seed: int, *shape: int) -> np.ndarray:
    """Return fixed standard normals from NumPy's default generator: part of a data set, not of a simulation."""
    return np.random.default_rng(seed).standard_normal(shape)


def host_generator(name: str, number: int) -> np.random.Generator:
    """Return the NumPy generator of an instance, a function of a name and an instance number >= 0 alone."""
    word = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(number, spawn_key=(word,))))


def host_frame(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    """Draw on the host an n x k matrix with orthonormal columns, uniformly distributed."""
    q, r = np.linalg.qr(rng.standard_normal((n, k)))
    return q * np.sign(np.diagonal(r))


def host_stack(arrays: list[Any]) -> Any:
    """Stack host arrays along a new leading axis; of tuples (named ones too) each field by itself."""
    if not isinstance(arrays[0], tuple):
        return np.stack(arrays)
    fields = [np.stack(parts) for parts in zip(*arrays, strict=True)]
    kind = type(arrays[0])
    return kind(*fields) if hasattr(kind, "_fields") else tuple(fields)
