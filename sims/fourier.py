"""Fourier designs on the torus [0, 1)^D in real numbers: cosines and sines of integer modes, no complex arrays."""

from __future__ import annotations

import itertools
import math

from sims.arrays import Array, asarray, namespace

Modes = tuple[tuple[int, ...], ...]
"""Integer vectors: 0 first, then one of each pair k, -k (the one whose first entry that is not 0 is positive)."""


def modes(D: int, M: int, shape: str = "ball") -> Modes:
    """Return the modes of a set in Z^D that is symmetric about 0: it has 2 len(modes) - 1 points.

    D >= 1, M >= 0. shape "ball": |k|_2 <= M; "axes": at most one entry not 0, up to M;
    "cube": all entries up to M in size.

    >>> modes(2, 1)
    ((0, 0), (0, 1), (1, 0))
    >>> 2 * len(modes(2, 4)) - 1
    49
    """
    if D < 1 or M < 0:
        raise ValueError(f"D = {D!r}, M = {M!r}: must be integers, D >= 1 and M >= 0")
    if shape == "axes":
        units = [tuple(int(i == j) for i in range(D)) for j in range(D)]
        return ((0,) * D, *(tuple(m * u for u in unit) for unit in units for m in range(1, M + 1)))
    if shape not in ("ball", "cube"):
        raise ValueError(f"shape = {shape!r}: must be one of 'ball', 'axes', 'cube'")
    points = itertools.product(range(-M, M + 1), repeat=D)
    inside = (k for k in points if shape == "cube" or sum(e * e for e in k) <= M * M)
    return ((0,) * D, *(k for k in inside if next((e for e in k if e), 0) > 0))


def real_design(x: Array, modes: Modes) -> Array:
    r"""Return the orthonormal functions 1, $\sqrt2\cos 2\pi k x$, $\sqrt2\sin 2\pi k x$ at points x (T, n, D).

    Shape (T, n, 2 len(modes) - 1): the constant, then the cosines, then the sines, in the order of `modes`, whose first
    must be 0. For x uniform on the torus the columns have mean square 1 and are uncorrelated.

    >>> import numpy as np
    >>> real_design(np.asarray([[[0.0], [0.25]]]), ((0,), (1,))).round(6)
    array([[[1.      , 1.414214, 0.      ],
            [1.      , 0.      , 1.414214]]])
    """
    if any(modes[0]):
        raise ValueError(f"modes = ({modes[0]!r}, ...): must begin with the zero mode")
    xp = namespace(x)
    one = xp.ones_like(x[..., :1])
    if len(modes) == 1:
        return one
    phase = (2 * math.pi * x) @ asarray(x, [[float(e) for e in k] for k in modes[1:]]).mT
    return xp.concat([one, math.sqrt(2) * xp.cos(phase), math.sqrt(2) * xp.sin(phase)], axis=-1)
