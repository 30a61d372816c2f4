"""Tori embedded in R^D by pairs of cosines and sines, and kernels of the distance there."""

from __future__ import annotations

import math
from typing import Literal

from sims.arrays import Array, namespace

Kernel = Literal["laplace", "gauss", "matern32"]
Modes = tuple[tuple[int, ...], ...]


def torus_modes(d: int, D: int) -> tuple[Modes, tuple[float, ...]]:
    """Return modes and amplitudes of an embedding of the torus [0, 1)^d in R^D that separates points.

    d = 1: modes 1 to D/2 with amplitudes k^-2; d = 2: D = 4 the unit modes; D = 40 also higher and mixed ones.

    >>> torus_modes(1, 4)
    (((1,), (2,)), (1.0, 0.25))
    """
    if d == 1 and D >= 2 and D % 2 == 0:
        return tuple((k,) for k in range(1, D // 2 + 1)), tuple(k**-2.0 for k in range(1, D // 2 + 1))
    if (d, D) == (2, 4):
        return ((1, 0), (0, 1)), (1.0, 1.0)
    if (d, D) == (2, 40):
        axes = tuple((k, 0) for k in range(1, 9)) + tuple((0, k) for k in range(1, 9))
        mixed = ((1, 1), (1, -1), (2, 1), (1, 2))
        return (*axes, *mixed), tuple(max(k) ** -2.5 for k in axes) + (0.3,) * 4
    raise ValueError(f"D = {D!r}: must be an even integer at d = 1, and 4 or 40 at d = 2, here d = {d}")


def values(dist2: Array, name: Kernel, scale: float) -> Array:
    """The kernel at squared distances."""
    xp = namespace(dist2)
    if name == "gauss":
        return xp.exp(-dist2 / (2 * scale**2))
    r = xp.sqrt(dist2) / scale
    return xp.exp(-r) if name == "laplace" else (1 + math.sqrt(3) * r) * xp.exp(-math.sqrt(3) * r)
