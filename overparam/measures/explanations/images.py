"""The Haar transform of an image with its energy by scale, and the edges that a masked image has and it has not."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import theory.explanations as theory
from overparam.measures.input import Floats, matrix
from overparam.measures.result import Result

_AXES = "rows, columns"
_CLAIMS = ("multiscale-mask-no-hallucination", "multiscale-mask-no-hallucination-pixel-energy")
_EDGE_CLAIMS = (*_CLAIMS, "multiscale-mask-no-hallucination-new-edges", "multiscale-mask-no-hallucination-borders")


class Multiscale(NamedTuple):
    """Details of level 1 (finest), 2, ..., each (3, n/2^j, n/2^j), the average (1, 1), and the finest level's share."""

    details: tuple[Floats, ...]
    average: Floats
    finest: Result


def haar2(image: Any) -> Multiscale:
    r"""Return the Haar transform of a square image and how much of its detail is fine, against shuffled pixels.

    $$\frac{E_1/\sum_jE_j}{\tfrac34\,n^2/(n^2-1)}$$

    with E_j the sum of squares of the details of level j. Were the pixels shuffled, each detail coefficient would have
    the same expected square, and the expected share of level j would be 3 n^2/(4^j (n^2 - 1)).

    image: (n, n) of any library, n a power of 2 from 2 to 4096, not constant. Returns fields details and average, as
    `theory.explanations.haar2` has them, and finest (null 1: shuffled pixels; limit 0: no fine detail). detail of
    finest: energy, a level; shuffled, the same in expectation. Raises ValueError for other shapes and constant images.

    Source: `theory.explanations`; the transform is classical, the null derived here.

    >>> found = haar2([[0.0, 0.0, 1.0, 1.0]] * 4)
    >>> found.finest.value, found.finest.detail["energy"]
    (0.0, [0.0, 4.0])
    """
    given = matrix("image", image, _AXES)
    n = given.shape[0]
    if given.shape != (n, n) or n & (n - 1) or not 2 <= n <= 4096:
        raise ValueError(f"image = array of shape {given.shape}: must be square, with a side 2^k from 2 to 4096")
    values = given.values
    if values.min() == values.max():
        raise ValueError(f"image = array of shape {given.shape}: must not be constant")
    details, average = theory.haar2(values)
    energy = np.array([np.sum(level**2) for level in details])
    # What rounding leaves of a coefficient is no detail.
    energy[energy <= (16 * n * given.eps * np.abs(values).max()) ** 2] = 0.0
    whole = float(energy.sum())
    if whole == 0:
        raise ValueError(f"image = array of shape {given.shape}: must not be constant to the precision it came in")
    shuffled = [3 * 4.0**-j * n * n / (n * n - 1) * whole for j in range(1, len(details) + 1)]
    value = float(energy[0]) / shuffled[0]
    sentence = (
        f"The finest of {len(details)} scales holds {100 * float(energy[0]) / whole:.3g} % of the image's detail, "
        f"{value:.3g} times what it would hold were the pixels shuffled."
    )
    finest = Result(
        "finest scale's share", value, 1.0, 0.0, sentence=sentence, claims=_CLAIMS,
        detail={"energy": energy.tolist(), "shuffled": shuffled, "n": n},
    )  # fmt: skip
    return Multiscale(details, average, finest)


def invented_edges(image: Any, masked: Any, least: float | None = None) -> Result:
    r"""Return the share of equal neighbours of an image that differ after a mask: edges that the image never had.

    $$\frac{\#\{x_i = x_j,\ |y_i-y_j| > \delta\}}{\#\{x_i = x_j\}}$$

    over right and lower neighbours, each pair once.

    image, masked: (rows, columns) of any library, the same shape; least: the difference delta that counts, >= 0; None:
    what the precision of the arrays may make. Returns the share (null 1/2: the most that a random pixel mask invents
    among pixels that are not 0, at half of them kept; limit 0: a mask that invents nothing). detail: invented, equal
    (pairs); null_here, 1/2 times the share of equal pairs that are not 0; for a square of side 2^k also inside, the
    share among pairs in one constant dyadic square, which a mask on Haar coefficients leaves alone. Raises ValueError
    for different shapes, and where no neighbours are equal.

    Source: `theory.explanations`; artifacts as in Kolek et al. 2022, arXiv:2211.12857 (abstract seen).

    >>> invented_edges([[1, 1], [1, 2]], [[1, 0], [1, 2]]).value
    0.5
    """
    first, second = matrix("image", image, _AXES), matrix("masked", masked, _AXES)
    if first.shape != second.shape:
        raise ValueError(f"masked = array of shape {second.shape}: must have the shape of image, {first.shape}")
    x, y = first.values, second.values
    limit = _least(least, 32 * max(first.eps, second.eps) * float(np.abs(y).max()))
    pairs = [(np.diff(x, axis=axis) == 0, np.abs(np.diff(y, axis=axis)) > limit) for axis in (1, 0)]
    equal = sum(int(np.sum(same)) for same, _ in pairs)
    if equal == 0:
        raise ValueError(f"image = array of shape {first.shape}: must hold neighbours that are equal, round it first")
    invented = sum(int(np.sum(same & edge)) for same, edge in pairs)
    dark = sum(int(np.sum(same & (part == 0))) for (same, _), part in zip(pairs, (x[:, 1:], x[1:]), strict=True))
    detail: dict[str, Any] = {"invented": invented, "equal": equal, "null_here": (equal - dark) / (2 * equal)}
    n = x.shape[0]
    if x.shape == (n, n) and not n & (n - 1) and n > 1:
        within = _within(x)
        whole = sum(int(np.sum(flat)) for flat in within)
        parted = sum(int(np.sum(flat & edge)) for flat, (_, edge) in zip(within, pairs, strict=True))
        detail["inside"] = parted / whole if whole else None
    value = invented / equal
    sentence = f"Of {equal} pairs of equal neighbours {invented} ({100 * value:.3g} %) come to differ; a random pixel "
    sentence += f"mask parts up to {100 * detail['null_here']:.3g} % of them."
    if detail.get("inside") == 0:
        sentence += " None lies inside a constant dyadic square, as after a mask on Haar coefficients."
    return Result("invented edges", value, 0.5, 0.0, sentence=sentence, claims=_EDGE_CLAIMS, detail=detail)


def _least(least: Any, rounding: float) -> float:
    if least is None:
        return rounding
    try:
        found = float(least)
    except (TypeError, ValueError, OverflowError):
        found = -1.0
    if isinstance(least, str | bool) or not 0 <= found < np.inf:
        raise ValueError(f"least = {least!r}: must be a finite number >= 0, or None")
    return found


def _within(x: Floats) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Right and lower neighbours that lie in one constant dyadic square, as masks of pairs."""
    n = len(x)
    right, lower = np.zeros((n, n - 1), dtype=bool), np.zeros((n - 1, n), dtype=bool)
    high, low, side, place = x, x, 1, np.arange(1, n)
    while side < n:
        side *= 2
        high = np.maximum.reduce([high[i::2, j::2] for i in (0, 1) for j in (0, 1)])
        low = np.minimum.reduce([low[i::2, j::2] for i in (0, 1) for j in (0, 1)])
        flat = np.repeat(np.repeat(high == low, side, axis=0), side, axis=1)
        right |= flat[:, 1:] & (place % side != 0)
        lower |= flat[1:] & (place % side != 0)[:, None]
    return right, lower
