"""Which source tasks of one's own serve a new one, and where the next labels should go."""

from __future__ import annotations

from typing import Any

import numpy as np

import theory.multitask_representation as theory
from overparam.measures.input import matrix, vector
from overparam.measures.result import Result

_CLAIMS = (
    "active-allocation", "active-allocation-optimal", "active-allocation-gain", "active-allocation-squared",
    "active-allocation-starved-crowd",
)  # fmt: skip


def source_relevance(W: Any, w: Any) -> Result:
    r"""Return how a target is combined from its source tasks, with the best split of labels over them.

    $$\nu = (W^\top)^+ w,\qquad n_m \propto |\nu_m|,\qquad \text{gain} = \frac{T\|\nu\|_2^2}{\|\nu\|_1^2}$$

    W: (tasks, k), a source task's coordinates a row (theory has them as columns); w: (k,), the target's. The value is
    nu (tasks,): the smallest in the 2-norm, not the sparsest, where there are more tasks than k. detail: `shares` of
    the best split; `gain`, how many times fewer labels it needs than an even one; `gain_squared`, the same of a split
    by nu^2; `sources`, how many equal ones would count as much. Raises ValueError where the tasks do not span k
    dimensions, and for w = 0.

    Source: Chen, Jamieson, Du 2022, arXiv:2202.00911; Wang, Chen, Jamieson, Du 2023 (recalled); gains derived here.

    >>> found = source_relevance([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]], [3.0, 1.0])
    >>> found.value.round(12).tolist(), found.detail["shares"].tolist(), round(found.detail["gain"], 3)
    ([3.0, 1.0, 0.0], [0.75, 0.25, 0.0], 1.875)
    """
    tasks, target = matrix("W", W, "tasks, dimensions"), vector("w", w, "dimensions")
    T, k = tasks.shape
    if target.shape[0] != k:
        raise ValueError(f"w = array with {target.shape[0]} entries: must have {k}, one for each column of W")
    if not np.any(target.raw):
        raise ValueError("w = 0: must have an entry that is not 0")
    singular = np.linalg.svd(tasks.values, compute_uv=False)
    if T < k or singular[-1] <= max(T, k) * tasks.eps * singular[0]:
        raise ValueError(f"W = array of shape {tasks.shape}: its tasks must span all {k} dimensions")
    nu = theory.source_relevance(tasks.values.T, target.values)
    nu = np.where(np.abs(nu) > max(T, k) * tasks.eps * np.abs(nu).max(), nu, 0.0)  # rounding is no relevance
    gain, shares = theory.allocation_gain(nu), theory.optimal_allocation(nu, 1.0)
    first = int(np.argmax(shares))
    sentence = (
        f"{T} source tasks count like {T / gain.absolute:.3g} equal ones; labels split by |nu| (task {first} first, "
    )
    sentence += f"{100 * shares[first]:.3g} %) need {gain.absolute:.3g} times fewer than an even split"
    if gain.squared < 1 + 1e-9:
        sentence += "; a split by nu^2 would save nothing"
    detail = {"shares": shares, "gain": gain.absolute, "gain_squared": gain.squared, "sources": T / gain.absolute}
    return Result("relevance", nu, None, None, sentence=sentence + ".", claims=_CLAIMS, detail=detail)
