"""Replaying rows of the first task while the second is learned: when it protects and when it harms."""

from __future__ import annotations

import numpy as np

from theory.catastrophic_forgetting.two_tasks import Value, scalar
from theory.domain import Floats, broadcast, integers, reals


def _sizes(p: object, n1: object, n2: object, m: object) -> list[Floats]:
    columns, first, second, kept = broadcast(
        p=integers("p", p, 3), n1=integers("n1", n1), n2=integers("n2", n2), m=integers("m", m, 0)
    )
    if (first > columns - 1).any():
        raise ValueError(f"n1 = {n1!r}: must be an integer from 1 to p - 1")
    if (kept > first).any():
        raise ValueError(f"m = {m!r}: must be an integer from 0 to n1 (rows of task 1 that are replayed)")
    if (kept + second > columns - 2).any():
        raise ValueError(f"m = {m!r} with n2 = {n2!r}: m + n2 must be at most p - 2")
    return [np.asarray(v, dtype=np.float64) for v in (columns, first, second, kept)]


def _moved(p: Floats, n2: Floats, m: Floats) -> Floats:
    """The factor of ||Delta||^2: task 2 is learned, and the replayed rows see Delta as label noise."""
    return n2 / p + m / p * n2 / (p - m - n2 - 1)


def replay_population_error(
    p: object, n1: object, n2: object, m: object, w1_norm2: object, delta_norm2: object
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
    teacher, shift = reals("w1_norm2", w1_norm2, 0.0), reals("delta_norm2", delta_norm2, 0.0)
    columns, first, second, kept, teacher, shift = broadcast(
        p=columns, n1=first, n2=second, m=kept, w1_norm2=teacher, delta_norm2=shift
    )
    remembered = (1 - second / (columns - kept)) * (1 - first / columns) * teacher
    return scalar(remembered + shift * _moved(columns, second, kept))


def replay_train_loss(
    p: object, n1: object, n2: object, m: object, w_norm2: object, cross: object = 0.0, delta_norm2: object = 0.0
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
    teacher, shift = reals("w_norm2", w_norm2, 0.0), reals("delta_norm2", delta_norm2, 0.0)
    columns, first, second, kept, teacher, inner, shift = broadcast(
        p=columns, n1=first, n2=second, m=kept, w_norm2=teacher, cross=reals("cross", cross), delta_norm2=shift
    )
    if (inner * inner > teacher * shift * (1 + 1e-9)).any():
        raise ValueError(f"cross = {cross!r}: must satisfy cross^2 <= w_norm2 * delta_norm2 (Cauchy-Schwarz)")
    rest = columns - kept
    b = second * (rest - second) / (rest * (rest - 1) * (rest + 2))
    remembered = rest * b * (1 - first / columns) * (teacher + 2 * inner)
    return scalar((first - kept) / first * (remembered + shift * _moved(columns, second, kept)))
