"""Many objects in one vector: turned by random rotations, added, partly erased, and turned back."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Annotated, Literal, NamedTuple

from sims.arrays import Array, Generator, NonNegative, haar_frames, kernel, namespace
from sims.arrays.domain import In

Kept = Annotated[float, In(0.0, 1.0, open_low=True)]
Erasure = Literal["exact", "independent"]


class Read(NamedTuple):
    """An object as read from a sketch: its squared error, and its component along the object; each (trials,)."""

    error: Array
    gain: Array


def _mask(rng: Generator, trials: int, D: int, q: float, erasure: Erasure) -> Array:
    """1 where a coordinate is kept: exactly qD at random places, or each by itself."""
    u = rng.random(size=(trials, D))
    xp = namespace(u)
    if erasure == "independent":
        return xp.astype(u < q, u.dtype)
    kept = round(q * D)
    if abs(kept - q * D) > 1e-9 or kept < 1:
        raise ValueError(f"q = {q!r}: must be a multiple of 1/D = 1/{D}, not 0")
    ranks = xp.argsort(xp.argsort(u, axis=-1), axis=-1)
    return xp.astype(ranks < kept, u.dtype)


def _uniform(rng: Generator, trials: int, D: int) -> Array:
    """Uniformly distributed unit vectors, (trials, D): what a rotation makes of any unit vector."""
    g = rng.standard_normal(size=(trials, D))
    xp = namespace(g)
    return g / xp.sqrt(xp.sum(g * g, axis=-1, keepdims=True))


def _read(
    rng: Generator, trials: int, d: int, D: int, q: float, target: float, others: Sequence[float], erasure: Erasure
) -> Read:
    """The object along its first axis: its frame is drawn whole, of the others all that matters, where they point."""
    if d > D:
        raise ValueError(f"d = {d!r}: must be an integer from 1 to D = {D}")
    R = haar_frames(rng, trials, D, d)
    mask = _mask(rng, trials, D, q, erasure)
    sketch = target * R[..., 0]
    for size in others:
        sketch = sketch + size * _uniform(rng, trials, D)
    xp = namespace(R)
    read = (R.mT @ (mask * sketch)[..., None])[..., 0] / q
    wrong = xp.concat([read[..., :1] - target, read[..., 1:]], axis=-1)
    return Read(xp.sum(wrong * wrong, axis=-1), read[..., 0] / target if target else read[..., 0])


@kernel(floats=lambda d, D, **_: 3 * d * D + 6 * D)
def sketch_error(
    d: int,
    D: int,
    q: Kept,
    norm2_target: NonNegative,
    norm2_others: NonNegative,
    erasure: Erasure = "exact",
    objects: int = 2,
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """The squared error of one of `objects` objects, read from what is kept of their sum after random rotations.

    d <= D dimensions of objects and sketch; q the share of coordinates kept (a multiple of 1/D where exact);
    norm2_target: its squared norm; norm2_others: theirs together, shared equally. Returns (trials,).

    >>> import numpy as np
    >>> bool((sketch_error(2, 4, 1.0, 1.0, 0.0, objects=1, trials=3, rng=np.random.default_rng(0)) < 1e-25).all())
    True
    """
    others = _shared(norm2_others, objects)
    return _read(rng, trials, d, D, q, math.sqrt(norm2_target), others, erasure).error


def _shared(norm2_others: float, objects: int) -> list[float]:
    if objects == 1 and norm2_others > 0:
        raise ValueError(f"objects = {objects!r}: must be an integer >= 2 where norm2_others is not 0")
    return [math.sqrt(norm2_others / (objects - 1))] * (objects - 1) if norm2_others else []


@kernel(floats=lambda d, D, **_: 3 * d * D + 6 * D)
def sketch_gain(
    d: int,
    D: int,
    q: Kept,
    norm2_target: NonNegative,
    norm2_others: NonNegative,
    erasure: Erasure = "exact",
    objects: int = 2,
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """The component of the object read along the true one, over the latter's norm: 1 on average if unbiased.

    Parameters as of `sketch_error`. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> sketch_gain(2, 4, 1.0, 1.0, 0.0, objects=1, trials=1, rng=strict_rng(0)).shape
    (1,)
    """
    others = _shared(norm2_others, objects)
    return _read(rng, trials, d, D, q, math.sqrt(norm2_target), others, erasure).gain


@kernel(floats=lambda d, D, parents=2, leaves=2, **_: 3 * (parents * D * D + leaves * D * d))
def two_level_error(
    d: int, D: int, norm2_others: NonNegative, parents: int = 2, leaves: int = 2, *, trials: int, rng: Generator
) -> Array:
    """The squared error of a leaf of unit norm, unrolled from a sketch of sketches; nothing is integrated.

    Each parent holds `leaves` leaves, turned by one frame a place, and is turned by a rotation of its own. All other
    leaves have random directions and equal norms, |x|^2 together norm2_others.

    d <= D; parents, leaves >= 1, not both 1. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> two_level_error(2, 6, 3.0, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    if d > D:
        raise ValueError(f"d = {d!r}: must be an integer from 1 to D = {D}")
    if parents * leaves == 1:
        raise ValueError(f"leaves = {leaves!r}: must be >= 2 where there is one parent")
    size = math.sqrt(norm2_others / (parents * leaves - 1))
    frames = [haar_frames(rng, trials, D, d) for _ in range(leaves)]
    xp = namespace(frames[0])
    target = _uniform(rng, trials, d)[..., None]
    rotations, sketch = [], xp.zeros_like(frames[0][..., :1])
    for i in range(parents):
        held = xp.zeros_like(sketch)
        for b in range(leaves):
            held = held + frames[b] @ (target if i == b == 0 else size * _uniform(rng, trials, d)[..., None])
        rotations.append(haar_frames(rng, trials, D, D))
        sketch = sketch + rotations[i] @ held
    wrong = frames[0].mT @ (rotations[0].mT @ sketch) - target
    return xp.sum(wrong * wrong, axis=(-2, -1))


@kernel(floats=lambda d, D, items=32, **_: 3 * d * D + 8 * D + 2 * items * d)
def sketch_retrieval(d: int, D: int, q: Kept, objects: int, items: int = 32, *, trials: int, rng: Generator) -> Array:
    """1.0 where the item of a dictionary nearest to the object read is the one that was stored, else 0.0.

    The dictionary holds `items` random unit vectors; `objects` of unit norm are stored, exactly qD coordinates kept.

    d <= D; q a multiple of 1/D; objects, items >= 1. Returns (trials,).

    >>> import numpy as np
    >>> sketch_retrieval(3, 8, 1.0, 1, trials=2, rng=np.random.default_rng(0))
    array([1., 1.])
    """
    if d > D:
        raise ValueError(f"d = {d!r}: must be an integer from 1 to D = {D}")
    R = haar_frames(rng, trials, D, d)
    g = rng.standard_normal(size=(trials, items, d))
    xp = namespace(g)
    dictionary = g / xp.sqrt(xp.sum(g * g, axis=-1, keepdims=True))
    sketch = (R @ dictionary[:, 0, :][..., None])[..., 0]
    for _ in range(objects - 1):
        sketch = sketch + _uniform(rng, trials, D)
    read = R.mT @ (_mask(rng, trials, D, q, "exact") * sketch)[..., None]
    scores = (dictionary @ read)[..., 0]  # unit norms: the nearest has the largest inner product
    return xp.astype(scores[:, 0] == xp.max(scores, axis=-1), g.dtype)
