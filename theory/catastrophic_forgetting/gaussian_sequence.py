"""A sequence of Gaussian regression tasks, each fitted to zero loss from the weights of the task before."""

from __future__ import annotations

import math
from typing import Annotated

import numpy as np

from theory.domain import Count, Floats, In, Matrix, NonNegative, checked


def squared_distances(w_star: Floats) -> Floats:
    """Return ||w*_t - w*_i||^2 for all pairs of the rows of `w_star` (T, p), shape (T, T)."""
    difference: Floats = w_star[:, None, :] - w_star[None, :, :]
    return np.asarray(np.sum(difference * difference, axis=-1))


@checked
def gaussian_sequence_errors(w_star: Matrix, n: Count, sigma2: NonNegative) -> Floats:
    r"""Return the expected population errors of all tasks after each step of a sequence of Gaussian tasks.

    Task t has n fresh rows N(0, I_p) and labels $X_t w^*_t + z_t$, $z_t \sim N(0, \sigma^2 I_n)$. With $r = 1 - n/p$
    and $L_i(w) = \|w - w^*_i\|^2$, for $n \le p - 2$,
    $E L_i(w_t) = r\,E L_i(w_{t-1}) + (1 - r)\|w^*_t - w^*_i\|^2 + n\sigma^2/(p - n - 1)$; for $n \ge p + 2$ the first
    factor is 0 and the noise term $p\sigma^2/(n - p - 1)$.

    w_star: optima of the tasks in order (T, p); n: rows per task >= 1; sigma2: noise variance >= 0.
    Returns (T + 1, T): row t after task t (row 0 before any), column i the error on task i. Where |n - p| <= 1 the
    noise has no mean: rows t >= 1 are inf if sigma2 > 0. Raises ValueError outside the domain.

    Source: Lin, Ju, Liang, Shroff 2023, arXiv:2302.05836, Theorem 4.1 (recalled; recursion derived again here).

    >>> gaussian_sequence_errors([[1.0, 0.0], [0.0, 1.0]], n=1, sigma2=0.0)
    array([[1.  , 1.  ],
           [0.5 , 1.5 ],
           [1.25, 0.75]])
    """
    p = w_star.shape[1]
    keep = max(0.0, 1 - n / p)
    if sigma2 == 0:
        added = 0.0
    elif abs(n - p) <= 1:
        added = math.inf
    else:
        added = min(n, p) * sigma2 / (abs(n - p) - 1)
    distances = squared_distances(w_star)
    errors = [np.sum(w_star * w_star, axis=1)]
    for step in distances:
        # 0 * inf would be nan: what is not kept must not be multiplied.
        kept = keep * errors[-1] if keep > 0 else np.zeros_like(step)
        errors.append(kept + (1 - keep) * step + added)
    return np.stack(errors)


ErrorTable = Annotated[Floats, In(infinite=True, ndim=2)]


def _check_table(A: Floats) -> None:
    if A.shape[0] != A.shape[1] + 1:
        raise ValueError(f"A has shape {A.shape}: must be (T + 1, T), row t after task t, row 0 before any")


@checked
def forgetting(A: ErrorTable) -> float:
    r"""Return the forgetting $\frac1{T-1}\sum_{i<T} [A_{T,i} - A_{i,i}]$ of a table of errors.

    A: errors (T + 1, T) with T >= 2, as returned by `gaussian_sequence_errors` or `ridge_sequence_errors`; nan where
    both errors are infinite. Raises ValueError for another shape.

    Source: Lin, Ju, Liang, Shroff 2023, arXiv:2302.05836 (recalled); the definition usual in the field.

    >>> forgetting([[1.0, 1.0], [0.5, 1.5], [1.25, 0.75]])
    0.75
    """
    _check_table(A)
    tasks = A.shape[1]
    if tasks < 2:
        raise ValueError(f"A has {tasks} task: must hold at least 2")
    at_end, when_learned = A[tasks, : tasks - 1], np.diagonal(A[1:])[: tasks - 1]
    with np.errstate(invalid="ignore"):  # inf - inf: forgetting is undefined, nan by contract
        return float(np.mean(at_end - when_learned))


@checked
def overall_error(A: ErrorTable) -> float:
    r"""Return the overall error $\frac1T\sum_i A_{T,i}$ after the last task.

    A: errors (T + 1, T) as for `forgetting`. Raises ValueError for another shape.

    Source: Lin, Ju, Liang, Shroff 2023, arXiv:2302.05836 (recalled); the definition usual in the field.

    >>> overall_error([[1.0, 1.0], [0.5, 1.5], [1.25, 0.75]])
    1.0
    """
    _check_table(A)
    return float(np.mean(A[-1]))
