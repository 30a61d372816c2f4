"""How far the leading direction of a factor has turned to that of the matrix it is to learn."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import scipy

import theory.spectral_initialization as theory
from overparam.measures.input import Floats, Given, matrix
from overparam.measures.result import Result
from overparam.measures.spectral_initialization.gram import symmetric

_CLAIMS = ("alignment-law", "alignment-law-distribution", "power-method-phase")


def alignment(U: Any, M: Any) -> Result:
    r"""Return $\cos^2\theta$ between the leading left singular vector of a factor and the leading eigenvector of M.

    $$\cos^2\theta = (v^\top w)^2, \qquad \mathrm E\tan^2\theta = \frac{d-1}{r-2}\,g^{-2}$$

    after a Gaussian start of width r in which the direction v has grown by a factor g over all others.

    U: (d, r) of any library, not 0; M: (d, d), symmetric to its precision, d >= 2, its largest eigenvalue positive. A
    leading direction that rounding alone decides is refused, of either. Null: 1/d, of a random direction; limit: 1.
    detail: angle in degrees; tan2; growth, the g at which the mean of tan^2 of such a start would be that seen (NaN for
    r <= 2, where the mean is infinite; infinite at tan2 = 0); chance, the probability that a random direction is as
    close. Raises ValueError outside these domains.

    Source: `theory.spectral_initialization.alignment_tan2`, derived here.

    >>> found = alignment([[3.0, 0.0], [0.0, 1.0], [4.0, 0.0]], np.diag([0.0, 0.0, 2.0]))
    >>> round(found.value, 12), round(found.detail["tan2"], 12)
    (0.64, 0.5625)
    """
    factor, square = matrix("U", U, "dimensions, width"), symmetric("M", M)
    d, r = factor.shape
    if square.shape[0] != d:
        raise ValueError(f"U = array of shape {factor.shape}: must have {square.shape[0]} rows, as many as M")
    if d < 2:
        raise ValueError(f"M = array of shape {square.shape}: must have at least 2 rows, else there is one direction")
    v, w = _top_eigenvector(square), _top_direction(factor)
    along = float(v @ w)
    off = float(np.sum((w - along * v) ** 2))
    tan2 = off / along**2 if along else math.inf
    value = 1 / (1 + tan2)
    detail = {
        "angle": math.degrees(math.atan(math.sqrt(tan2))), "tan2": tan2, "growth": _growth(d, r, tan2),
        "chance": float(scipy.stats.beta(0.5, (d - 1) / 2).sf(value)),
    }  # fmt: skip
    return Result(
        "alignment", value, 1 / d, 1.0, sentence=_sentence(value, d, detail), claims=_CLAIMS, detail=detail
    )  # fmt: skip


def _top_eigenvector(square: Given) -> Floats:
    half = 0.5 * square.values + 0.5 * square.values.T
    values, vectors = np.linalg.eigh(half)
    if values[-1] <= 0:
        raise ValueError(f"M = array, its largest eigenvalue {values[-1]:.3g}: must be positive, or nothing grows")
    if values[-1] - values[-2] <= _rounding(square) * max(values[-1], -values[0]):
        raise ValueError("M = array whose two largest eigenvalues are equal: must have a leading eigenvector")
    return np.asarray(vectors[:, -1])


def _top_direction(factor: Given) -> Floats:
    left, sizes, _ = np.linalg.svd(factor.values, full_matrices=False)
    if sizes[0] == 0:
        raise ValueError(f"U = array of shape {factor.shape}: must hold an entry that is not 0")
    if sizes.size > 1 and sizes[0] - sizes[1] <= _rounding(factor) * sizes[0]:
        raise ValueError("U = array whose two largest singular values are equal: must have a leading direction")
    return np.asarray(left[:, 0])


def _rounding(given: Given) -> float:
    return given.eps * max(given.shape)


def _growth(d: int, r: int, tan2: float) -> float:
    if r <= 2:
        return math.nan
    return math.sqrt(theory.alignment_tan2(d, r, 1.0, 1.0, 0) / tan2) if tan2 else math.inf


def _sentence(value: float, d: int, detail: dict[str, float]) -> str:
    text = f"The leading direction of U is {detail['angle']:.3g} degrees from that of M (cos^2 {value:.3g}; "
    text += f"a random one has {1 / d:.3g} on average, and is as close with probability {detail['chance']:.2g})"
    if math.isfinite(detail["growth"]) and detail["growth"] > 1:
        text += f", as after it has grown {detail['growth']:.3g} times more than all others from a small start"
    return text + "."
