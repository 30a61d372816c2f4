"""Features of many laws, as drawn and whitened by their exact second moment."""

from __future__ import annotations

import functools
import math
from typing import Any, Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, haar_frames, namespace, random_signs

Entries = Literal["gaussian", "signs", "student", "sphere"]
Features = Literal["gaussian", "student", "sphere", "power", "relu", "frame"]

STUDENT = 3.5
"""Degrees of freedom of "student": a variance, and hardly more."""


class Rows(NamedTuple):
    """whitened, (T, n, p): E zz' = I; raw, (T, n, p): what an algorithm is given; moment: of raw, (p, p)."""

    whitened: Array
    raw: Array
    moment: Array


def unit_rows(rng: Generator, trials: int, n: int, p: int, entries: str) -> Array:
    """Rows (trials, n, p) with second moment I: independent entries of one law, or uniform on a sphere."""
    shape = (trials, n, p)
    if entries == "signs":
        return random_signs(rng, shape)
    if entries == "student":
        return rng.standard_t(STUDENT, size=shape) * math.sqrt((STUDENT - 2) / STUDENT)
    z = rng.standard_normal(size=shape)
    if entries == "sphere":
        xp = namespace(z)
        return z * xp.sqrt(p / xp.sum(z * z, axis=-1, keepdims=True))
    return z


def draw(rng: Generator, trials: int, n: int, p: int, features: str) -> Rows:
    """Draw n rows of p features a trial. "power": Gaussian, of variances 1/j; "relu": of p/2 Gaussian inputs; "frame":
    ZZ' = p I on every draw (p >= n); else `unit_rows`."""
    if features == "relu":
        return _relu_rows(rng, trials, n, p)
    if features == "frame":
        if p < n:
            raise ValueError(f"p = {p!r}: must be an integer >= n = {n} for a frame")
        z = math.sqrt(p) * haar_frames(rng, trials, p, n).mT
    else:
        z = unit_rows(rng, trials, n, p, "gaussian" if features == "power" else features)
    identity = arrays.eye(z, p)
    if features != "power":
        return Rows(z, z, identity)
    variances = arrays.asarray(z, [1.0 / j for j in range(1, p + 1)])
    return Rows(z, z * namespace(z).sqrt(variances), identity * variances)


def _relu_rows(rng: Generator, trials: int, n: int, p: int) -> Rows:
    weights, moment, inverse_root = (arrays.asarray(rng, part) for part in _relu(p))
    x = rng.standard_normal(size=(trials, n, weights.shape[1])) @ weights.mT
    raw = namespace(x).clip(x, 0.0)
    return Rows(raw @ inverse_root, raw, moment)


@functools.cache
def _relu(p: int) -> tuple[Any, Any, Any]:
    """Fixed random unit weights (p, p/2), the second moment of max(Wx, 0) for Gaussian x, and its inverse root."""
    weights = arrays.host_normals(0, p, max(p // 2, 1))
    weights = weights / ((weights * weights).sum(axis=1, keepdims=True)) ** 0.5
    xp = namespace(weights)
    cosine = xp.clip(weights @ weights.T, -1.0, 1.0)
    angle = xp.acos(cosine)
    moment = (xp.sin(angle) + (math.pi - angle) * cosine) / (2 * math.pi)
    values, vectors = arrays.eigh(moment)
    return weights, moment, (vectors / xp.sqrt(values)) @ vectors.T
