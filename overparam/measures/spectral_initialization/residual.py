"""Which part of a residual lies along the directions that a kernel fits first."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

import theory.spectral_initialization as theory
from overparam.measures.input import Floats, array, host
from overparam.measures.result import Result
from overparam.measures.spectral_initialization.gram import symmetric

_CLAIMS = ("residual-along-jacobian", "residual-along-jacobian-directions", "residual-along-jacobian-digits")
_STEPS = (1, 10, 100, 1000)


def residual_shares(gram: Any, residual: Any, leading: Any = None) -> Result:
    r"""Return the share of a squared residual along the leading eigenvectors of a tangent kernel.

    $$\frac{\sum_{i\le k}|u_i^\top\mathrm{res}|^2}{|\mathrm{res}|^2}, \qquad K = JJ^\top = \sum_i\lambda_iu_iu_i^\top$$

    Gradient descent on a linearised network fits these directions first: the residual along $u_i$ falls by
    $1-\eta\lambda_i$ a step.

    gram: (n, n) of any library, symmetric, no negative eigenvalue but rounding, not 0; residual: (n,) or (n, outputs),
    prediction minus target, not 0, samples as rows; leading: k, an integer from 1 to n - 1 (None: the effective number
    of eigenvalues, $(\sum\lambda)^2/\sum\lambda^2$, rounded). Null: k/n, of a random residual; limit: 1, a residual
    that is fitted at once. detail: leading; shares and eigenvalues, n each, largest eigenvalue first; steps, and left,
    the share of the squared residual that the linearised network leaves after them, steps of length $1/\lambda_{\max}$.
    Raises ValueError outside these domains.

    Source: `theory.spectral_initialization.linearized_residual`; Oymak and others 2019, arXiv:1906.05392 (recalled).

    >>> found = residual_shares([[2.0, 0.0], [0.0, 1.0]], [2.0, 1.0], leading=1)
    >>> round(found.value, 12), found.detail["left"][:2].round(6).tolist()
    (0.8, [0.05, 0.0])
    """
    given = symmetric("gram", gram)
    n = given.shape[0]
    res = _residual(residual, n)
    values, vectors = np.linalg.eigh(0.5 * given.values + 0.5 * given.values.T)
    largest = float(values[-1])
    if largest <= 0 or values[0] < -8 * n * given.eps * largest:
        raise ValueError(
            f"gram = array, eigenvalues from {values[0]:.3g} to {largest:.3g}: must have none below 0, and one above"
        )
    values = np.maximum(values, 0.0)[::-1] / largest
    k = _leading(leading, n, values)
    energy = np.sum((vectors.T @ res)[::-1] ** 2, axis=1)
    shares = energy / energy.sum()
    detail = {
        "leading": k, "shares": shares, "eigenvalues": largest * values, "steps": _STEPS, "left": _left(values, shares),
    }  # fmt: skip
    value = float(shares[:k].sum())
    return Result(
        "share of the residual along the Jacobian", value, k / n, 1.0, sentence=_sentence(value, n, detail),
        claims=_CLAIMS, detail=detail,
    )  # fmt: skip


def _residual(residual: Any, n: int) -> Floats:
    raw, _ = host("residual", residual)
    given = array("residual", residual, "samples" if raw.ndim == 1 else "samples, outputs")
    if given.shape[0] != n:
        raise ValueError(f"residual = array of shape {given.shape}: must have {n} rows, as many as gram")
    if not np.any(given.values):
        raise ValueError(f"residual = array of shape {given.shape}: must hold an entry that is not 0")
    res = given.values.reshape(n, -1)
    return np.asarray(res / np.max(np.abs(res)))


def _leading(leading: Any, n: int, values: Floats) -> int:
    if n < 2:
        raise ValueError("gram = array of one row: must have at least 2, else there is one direction")
    if leading is None:
        return min(max(1, round(float(values.sum() ** 2 / np.sum(values**2)))), n - 1)
    if isinstance(leading, bool) or not isinstance(leading, int | np.integer) or not 1 <= leading < n:
        raise ValueError(f"leading = {leading!r}: must be an integer from 1 to n - 1 = {n - 1}, or None")
    return int(leading)


def _left(values: Floats, shares: Floats) -> Floats:
    """The squared residual left after each of `_STEPS`, each direction on its own."""
    roots = np.sqrt(shares)
    return np.array([np.sum(theory.linearized_residual(np.diag(values), roots, 1.0, t) ** 2) for t in _STEPS])


def _sentence(value: float, n: int, detail: dict[str, Any]) -> str:
    k = detail["leading"]
    text = f"The {k} leading of {n} directions of the kernel hold {100 * value:.3g} % of the squared residual "
    text += f"(random: {100 * k / n:.3g} %)"
    worst = math.floor(1000 * float(detail["left"][2])) / 10
    return text + f"; 100 steps of 1/lambda_max leave {worst:g} % of it in the linearised network."
