"""The Monarch matrix nearest to weights of one's own, and its error as a share of a random matrix's."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

import theory.structured_sparsity as theory
from overparam.measures.input import Floats, matrix
from overparam.measures.result import Result

_CLAIMS = ("monarch-projection", "monarch-gaussian-error", "monarch-gaussian-error-digits")
_LARGEST = 128


class Monarch(NamedTuple):
    """The nearest Monarch matrix (n, n), its factors L[j, l, k] and R[k, j, i], (m, m, m), and the error's share."""

    matrix: Floats
    L: Floats
    R: Floats
    share: Result


def monarch_project(A: Any) -> Monarch:
    r"""Return the Monarch matrix nearest to a square one, and its error as a share of what a random matrix loses.

    $$\frac{\|A-\hat A\|_F^2/\|A\|_F^2}{1-\mathrm E\lambda_{max}/m^2},\qquad n=m^2$$

    A: (n, n) of any library, n = m^2 from 4 to 16384, not all 0; nothing is centred, and the order of rows and columns
    matters: row l m + j, column k m + i. Returns fields matrix, L, R and share (null 1: a matrix without structure;
    limit 0: Monarch). detail of share: error, over |A|^2; random, that of a random matrix, and spread, the standard
    deviation of the share were A random; rank, the error of the best rank m, which takes as many numbers; numbers,
    2 n^(3/2), of n^2; m. Raises ValueError for other shapes and for a matrix of zeros.

    Source: `theory.structured_sparsity`; Dao et al. 2022, arXiv:2204.00595 (recalled).

    >>> found = monarch_project(np.eye(16))
    >>> round(found.share.value, 12), found.share.detail["numbers"]
    (0.0, 128)
    """
    given = matrix("A", A, "rows, columns")
    n = given.shape[0]
    m = math.isqrt(n)
    if given.shape != (n, n) or m * m != n or not 2 <= m <= _LARGEST:
        raise ValueError(f"A = array of shape {given.shape}: must be square, with a side m^2, m from 2 to {_LARGEST}")
    values = given.values
    whole = float(np.sum(values * values))
    if whole == 0:
        raise ValueError(f"A = array of shape {given.shape}: must hold an entry that is not 0")
    fit = theory.monarch_project(values)
    error = float(np.sum((values - fit.A_hat) ** 2)) / whole
    random = theory.monarch_gaussian_error(m)
    singular = np.linalg.svd(values, compute_uv=False)
    detail = {
        "error": error, "random": random, "spread": theory.monarch_gaussian_spread(m) / random, "m": m,
        "rank": float(np.sum(singular[m:] ** 2)) / whole, "numbers": theory.monarch_flops(n),
    }  # fmt: skip
    value = error / random
    share = Result(
        "share of the random Monarch error", value, 1.0, 0.0, sentence=_sentence(value, detail), claims=_CLAIMS,
        detail=detail,
    )  # fmt: skip
    return Monarch(fit.A_hat.real, fit.L.real, fit.R.real, share)


def _sentence(value: float, detail: dict[str, Any]) -> str:
    text = f"The best Monarch matrix ({detail['numbers']} numbers) leaves {100 * detail['error']:.3g} % of this one, "
    text += f"{value:.3g} times what it would leave of a random one"
    if abs(value - 1) < 3 * detail["spread"]:
        text += ": in this order of rows and columns it has no Monarch structure that tells it from chance"
    elif value > 1:
        text += ": this order of rows and columns suits it less than chance would"
    text += f"; the best rank {detail['m']}, with as many numbers, leaves {100 * detail['rank']:.3g} %."
    return text
