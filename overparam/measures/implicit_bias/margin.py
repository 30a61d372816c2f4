"""The largest margin of two classes by cutting planes, and how much of it a linear classifier has."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from overparam.measures.input import Floats, Given, matrix, vector
from overparam.measures.result import Result
from theory.implicit_bias import margin_law
from theory.max_margin import separator

_LARGEST = ("logistic-margin-law", "logistic-margin-law-digits")
_PROGRESS = ("logistic-margin-law-gap", *_LARGEST)
Indices = NDArray[np.integer[Any]]
_START, _ADDED, _MOST = 64, 64, 1500


class MarginProgress(NamedTuple):
    """The largest margin, and the share of it that w has (None without w, or where no w separates)."""

    largest: Result
    progress: Result | None


def margin_progress(rows: Any, w: Any = None) -> MarginProgress:
    r"""Return whether some w has rows w > 0, the largest margin, and how much of it a given w has.

    $$\gamma = \max_w \min_i \frac{a_i^\top w}{\|w\|},\qquad
    \text{progress} = \frac1\gamma\min_i\frac{a_i^\top w}{\|w\|}$$
    which training on a logistic or exponential loss brings to 1, by $C/\log t$ in the end; C is that of
    `theory.implicit_bias.margin_law`.

    rows: (samples, dimensions), each $a_i = y_i x_i$, a sample times its label 1 or -1, of any library; put a constant
    feature in for an intercept that is trained as a weight. w: (dimensions,), not 0. Returns fields largest (null 0;
    detail: support, the number of support vectors, nearest, the next margin over the largest; w) and progress (null 0:
    w does not separate; limit 1; detail: margin, log10_time: of the time at which gradient flow has come as far, None
    where support vectors are degenerate). The programme is solved on the rows that bear on it; more than 1,500 of them
    are refused, as is a margin not certified to a millionth of itself by its dual; one below 1e-6 of the longest row,
    or below the precision of the data, is not told from 0. Raises ValueError outside these domains.

    Source: `theory.implicit_bias`.

    >>> found = margin_progress([[1.0, 0.2], [0.6, 1.0]], [1.0, 1.0])
    >>> round(found.largest.value, 4), round(found.progress.value, 4)
    (0.9839, 0.8624)
    """
    given = matrix("rows", rows)
    checked = None if w is None else vector("w", w, "dimensions")
    if checked is not None:
        if checked.shape[0] != given.shape[1]:
            raise ValueError(f"w = array of {checked.shape[0]} numbers: must have {given.shape[1]}, one a dimension")
        if not checked.raw.any():
            raise ValueError("w = array of zeros: must have a direction")
    solved = _largest(given)
    if solved is None:
        return MarginProgress(_inseparable(given), None)
    best, support = solved
    gamma = 1 / float(np.linalg.norm(best))
    margins = given.values @ best
    others = np.delete(margins, support)
    nearest = float(others.min()) if others.size else math.inf
    text = f"The two classes are separable: the largest margin is {gamma:.4g}, borne by {len(support)} of "
    text += f"{given.shape[0]} samples."
    detail = {"support": len(support), "nearest": nearest, "w": gamma * best}
    largest = Result("largest margin", gamma, 0.0, None, sentence=text, claims=_LARGEST, detail=detail)
    return MarginProgress(largest, None if checked is None else _progress(given, checked.values, gamma, support))


def _largest(given: Given) -> tuple[Floats, Indices] | None:
    r"""The shortest w with all rows w >= 1 and the numbers of its support vectors; None for a margin not told from 0.

    Rows are added where they fail; every multiplier >= 0 bounds the margin, $|\sum l_ia_i|/\sum l_i$ (weak duality),
    and w attains a margin: where the two meet the programme is solved, whatever the solver lost on the way.
    """
    rows = given.values
    norms = np.linalg.norm(rows, axis=1)
    if not norms.all():
        return None
    # A margin within the rounding of the data is none.
    smallest = float(norms.max()) * max(1e-6, given.eps * math.sqrt(given.shape[1]))
    working = np.argsort(rows @ (rows / norms[:, None]).mean(axis=0), kind="stable")[:_START]
    length = 0.0
    while True:
        found = separator(rows[working])
        bound = 0.0 if found is None else float(np.linalg.norm(found.w) / found.dual.sum())
        if found is None or bound < smallest:
            return None
        margins = rows @ found.w
        failing = np.setdiff1d(np.flatnonzero(margins < 1 - 1e-9), working)
        if failing.size == 0:
            break
        worst = failing[np.argsort(margins[failing], kind="stable")[:_ADDED]]
        # Rows that bear no weight are dropped where w has grown, and so cannot come round again.
        grown = float(np.linalg.norm(found.w)) > length * (1 + 1e-6)
        length = float(np.linalg.norm(found.w))
        working = np.union1d(working[found.dual > 0] if grown else working, worst)
        if working.size > _MOST:
            raise _refused(given, f"more than {_MOST} rows bear on the margin, take fewer samples or dimensions")
    least = float(margins.min())
    if least < (1 - 1e-6) * bound * float(np.linalg.norm(found.w)):
        raise _refused(given, "the largest margin is not found to a millionth, bring rows and features to one scale")
    return found.w / least, working[found.dual > 0]


def _refused(given: Given, reason: str) -> ValueError:
    return ValueError(f"rows = array of shape {given.shape}: {reason}")


def _inseparable(given: Given) -> Result:
    text = "No linear classifier separates the two classes by a margin that is told from 0: there is none to maximise."
    return Result("largest margin", 0.0, 0.0, None, sentence=text, claims=_LARGEST, detail={"samples": given.shape[0]})


def _progress(given: Given, w: Floats, gamma: float, support: Indices) -> Result:
    margin = float((given.values @ w).min()) / float(np.linalg.norm(w))
    value = margin / gamma
    try:
        constant = margin_law(given.values[support]).margin_gap_constant
    except ValueError:
        constant = None
    time = None
    if constant is not None and 0 < value < 1 - 1e-12:
        time = constant / (gamma - margin) / math.log(10)
    text = f"The classifier has {100 * value:.3g} % of the largest margin"
    if value <= 0:
        text = "The classifier does not separate the two classes, which another would"
    elif time is not None and constant:
        text += f", as gradient flow has after a time of about 10^{time:.3g}; what is missing falls like "
        text += f"{constant / gamma:.3g}/log t of the largest"
    return Result(
        "margin progress", value, 0.0, 1.0, sentence=text + ".", claims=_PROGRESS,
        detail={"margin": margin, "log10_time": time},
    )  # fmt: skip
