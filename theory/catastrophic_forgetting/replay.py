"""Replaying rows of the first task while the second is learned: when it protects and when it harms."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from theory.catastrophic_forgetting.two_tasks import Value, scalar
from theory.domain import Counts, Floats, In, Integers, NonNegatives, Reals, checked, default, refusal

Columns = Annotated[Integers, In(3)]
Kept = Annotated[Integers, In(0)]


def _sizes(p: Integers, n1: Integers, n2: Integers, m: Integers) -> list[Floats]:
    if (n1 > p - 1).any():
        raise refusal("n1", n1, "an integer from 1 to p - 1")
    if (m > n1).any():
        raise refusal("m", m, "an integer from 0 to n1 (rows of task 1 that are replayed)")
    if (m + n2 > p - 2).any():
        raise ValueError(f"m = {m.tolist()} with n2 = {n2.tolist()}: m + n2 must be at most p - 2")
    return [np.asarray(v, dtype=np.float64) for v in (p, n1, n2, m)]


def _moved(p: Floats, n2: Floats, m: Floats) -> Floats:
    """The factor of ||Delta||^2: task 2 is learned, and the replayed rows see Delta as label noise."""
    return n2 / p + m / p * n2 / (p - m - n2 - 1)


@checked(broadcast=True)
def replay_population_error(
    p: Columns, n1: Counts, n2: Counts, m: Kept, w1_norm2: NonNegatives, delta_norm2: NonNegatives
) -> Value:
    r"""Return the expected population error on task 1 after task 2 was learned with m replayed rows of task 1.

    $E\|w_2 - w^*_1\|^2 = (1 - \frac{n_2}{p - m})(1 - \frac{n_1}p)\|w^*_1\|^2
    + \|\Delta\|^2[\frac{n_2}p + \frac mp\frac{n_2}{p - m - n_2 - 1}]$, $\Delta = w^*_2 - w^*_1$; no label noise.

    p: parameters; n1 <= p - 1 and n2: rows of the tasks >= 1; m <= n1: replayed rows >= 0, m + n2 <= p - 2;
    w1_norm2: $\|w^*_1\|^2 \ge 0$; delta_norm2: $\|\Delta\|^2 \ge 0$; they broadcast.
    Returns the error. Raises ValueError outside the domain.

    Source: derived here; phenomenon: Mahdaviyeh et al. 2025, arXiv:2506.04377 (abstract seen).

    >>> replay_population_error(p=10, n1=5, n2=4, m=0, w1_norm2=1.0, delta_norm2=1.0)
    0.7
    """
    columns, first, second, kept = _sizes(p, n1, n2, m)
    remembered = (1 - second / (columns - kept)) * (1 - first / columns) * w1_norm2
    return scalar(remembered + delta_norm2 * _moved(columns, second, kept))


@checked(broadcast=True)
def replay_train_loss(
    p: Columns,
    n1: Counts,
    n2: Counts,
    m: Kept,
    w_norm2: NonNegatives,
    cross: Reals = default(0.0),
    delta_norm2: NonNegatives = default(0.0),
) -> Value:
    r"""Return the expected training loss on task 1 after task 2 was learned with m replayed rows of task 1.

    $\frac1{n_1}E\|X_1 w_2 - y_1\|^2 = \frac{n_1 - m}{n_1}\{(p - m)\,b\,(1 - \frac{n_1}p)(\|w^*_1\|^2
    + 2\langle w^*_1, \Delta\rangle) + \|\Delta\|^2[\frac{n_2}p + \frac mp\frac{n_2}{p - m - n_2 - 1}]\}$ with
    $b = n_2(p' - n_2)/(p'(p' - 1)(p' + 2))$, $p' = p - m$. For $\Delta = 0$ it falls strictly with m; otherwise it can
    rise.

    p, n1, n2, m: as for `replay_population_error`; w_norm2: $\|w^*_1\|^2 \ge 0$; cross: $\langle w^*_1, \Delta\rangle$;
    delta_norm2: $\|\Delta\|^2 \ge 0$; they broadcast. Returns the loss. Raises ValueError outside the domain.

    Source: derived here; phenomenon: Mahdaviyeh et al. 2025, arXiv:2506.04377 (abstract seen).

    >>> round(replay_train_loss(p=40, n1=30, n2=15, m=14, w_norm2=1.0, delta_norm2=4.0), 3)
    1.951
    """
    columns, first, second, kept = _sizes(p, n1, n2, m)
    if (cross * cross > w_norm2 * delta_norm2 * (1 + 1e-9)).any():
        raise ValueError(f"cross = {cross.tolist()}: must satisfy cross^2 <= w_norm2 * delta_norm2 (Cauchy-Schwarz)")
    rest = columns - kept
    b = second * (rest - second) / (rest * (rest - 1) * (rest + 2))
    remembered = rest * b * (1 - first / columns) * (w_norm2 + 2 * cross)
    return scalar((first - kept) / first * (remembered + delta_norm2 * _moved(columns, second, kept)))
