"""A sequence of Gaussian regression tasks, each fitted to zero loss from the weights of the task before."""

from __future__ import annotations

import math

import numpy as np

from theory.domain import Floats, integer, real, reals


def squared_distances(w_star: Floats) -> Floats:
    """Return ||w*_t - w*_i||^2 for all pairs of the rows of `w_star` (T, p), shape (T, T)."""
    difference: Floats = w_star[:, None, :] - w_star[None, :, :]
    return np.asarray(np.sum(difference * difference, axis=-1))


def gaussian_sequence_errors(w_star: object, n: object, sigma2: object) -> Floats:
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
    optima = reals("w_star", w_star, ndim=2)
    rows, noise = integer("n", n), real("sigma2", sigma2, 0.0)
    p = optima.shape[1]
    keep = max(0.0, 1 - rows / p)
    if noise == 0:
        added = 0.0
    elif abs(rows - p) <= 1:
        added = math.inf
    else:
        added = min(rows, p) * noise / (abs(rows - p) - 1)
    distances = squared_distances(optima)
    errors = [np.sum(optima * optima, axis=1)]
    for step in distances:
        # 0 * inf would be nan: what is not kept must not be multiplied.
        kept = keep * errors[-1] if keep > 0 else np.zeros_like(step)
        errors.append(kept + (1 - keep) * step + added)
    return np.stack(errors)


def _error_table(name: str, value: object) -> Floats:
    table = reals(name, value, infinite=True, ndim=2)
    if table.shape[0] != table.shape[1] + 1:
        raise ValueError(f"{name} has shape {table.shape}: must be (T + 1, T), row t after task t, row 0 before any")
    return table


def forgetting(A: object) -> float:
    r"""Return the forgetting $\frac1{T-1}\sum_{i<T} [A_{T,i} - A_{i,i}]$ of a table of errors.

    A: errors (T + 1, T) with T >= 2, as returned by `gaussian_sequence_errors` or `ridge_sequence_errors`; nan where
    both errors are infinite. Raises ValueError for another shape.

    Source: Lin, Ju, Liang, Shroff 2023, arXiv:2302.05836 (recalled); the definition usual in the field.

    >>> forgetting([[1.0, 1.0], [0.5, 1.5], [1.25, 0.75]])
    0.75
    """
    table = _error_table("A", A)
    tasks = table.shape[1]
    if tasks < 2:
        raise ValueError(f"A has {tasks} task: must hold at least 2")
    at_end, when_learned = table[tasks, : tasks - 1], np.diagonal(table[1:])[: tasks - 1]
    with np.errstate(invalid="ignore"):  # inf - inf: forgetting is undefined, nan by contract
        return float(np.mean(at_end - when_learned))


def overall_error(A: object) -> float:
    r"""Return the overall error $\frac1T\sum_i A_{T,i}$ after the last task.

    A: errors (T + 1, T) as for `forgetting`. Raises ValueError for another shape.

    Source: Lin, Ju, Liang, Shroff 2023, arXiv:2302.05836 (recalled); the definition usual in the field.

    >>> overall_error([[1.0, 1.0], [0.5, 1.5], [1.25, 0.75]])
    1.0
    """
    return float(np.mean(_error_table("A", A)[-1]))
