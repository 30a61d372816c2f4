"""The accuracies of a continual-learning run: what was forgotten, task by task."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

import sims.catastrophic_forgetting as bare
from overparam.measures.input import host
from overparam.measures.result import Result


class ForgettingOfRuns(NamedTuple):
    """Results: average forgetting (detail: per_task), backward transfer, average performance at the end."""

    average_forgetting: Result
    backward_transfer: Result
    average_performance: Result


def forgetting_matrix(R: Any, higher_is_better: bool = True) -> ForgettingOfRuns:
    r"""Return average forgetting, backward transfer and final performance of a run, with a sentence each.

    $R_{t,i}$: performance on task i after training on task t; definitions in `sims.catastrophic_forgetting`. The null
    of forgetting and transfer is 0, a run whose tasks do not touch each other.

    R (T, T), T >= 2, of any library: accuracies, or losses with higher_is_better=False; above the diagonal anything
    may stand, NaN too. Raises ValueError for another shape, text, or entries used that are not finite.

    Source: Chaudhry et al. 2018, arXiv:1801.10112; Lopez-Paz, Ranzato 2017, arXiv:1706.08840 (recalled).

    >>> found = forgetting_matrix([[0.9, 0.1, 0.1], [0.7, 0.8, 0.2], [0.6, 0.5, 0.9]])
    >>> round(found.average_forgetting.value, 12), round(found.backward_transfer.value, 12)
    (0.3, -0.3)
    """
    table, _ = host("R", R)
    if table.ndim != 2:
        raise ValueError(f"R = array of shape {table.shape}: must be a square (T, T) table, T >= 2")
    if table.dtype.kind == "O":
        try:
            table = table.astype(np.float64)
        except (TypeError, ValueError):
            raise ValueError("R = array of objects: must hold numbers") from None
    found = bare.forgetting_matrix(table.astype(np.float64) if table.dtype.kind in "fiu" else table, higher_is_better)
    forgotten, transfer, end = (float(value) for value in found[:3])
    per_task = np.asarray(found.per_task)
    worst = int(np.argmax(per_task))
    return ForgettingOfRuns(
        Result("average forgetting", forgotten, 0.0, 0.0, detail={"per_task": per_task}, sentence=(
            f"The tasks before the last lose {forgotten:.3g} on average against their best, most task {worst + 1} "
            f"({per_task[worst]:.3g})."
        )),
        Result("backward transfer", transfer, 0.0, sentence=(
            f"Later training changes earlier tasks by {transfer:+.3g} on average: "
            f"{'it harms' if transfer < 0 else 'it helps' if transfer > 0 else 'no change'}."
        )),
        Result("average performance", end, sentence=f"At the end all tasks have {end:.3g} on average."),
    )  # fmt: skip
