"""Collections of tasks that attain a bound, or come nearest to it: lines on a sine, there and back, rotating planes."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims.arrays import Array, Generator, asarray, eigvalsh, eye, haar_frames, kernel, namespace
from sims.catastrophic_forgetting.cyclic import apply_power, cycle, lines_forgetting
from sims.catastrophic_forgetting.orderings import random_order_loss


class TwoLines(NamedTuple):
    """Per ordering: average loss after k steps, and forgetting of the tasks seen, each (trials,)."""

    loss: Array
    forgetting: Array


@kernel(floats=lambda k, **_: 16 + 5 * (k + 1))
def two_line_random(theta: float, k: int, *, trials: int, rng: Generator) -> TwoLines:
    r"""Learn two lines at angle theta in random order, k steps, the unit teacher on their bisector.

    At $\cos^2\theta = 1 - 2/k$ the expected loss summed over a basis of teachers attains the bound for random orders,
    and the loss of the bisector comes within $1/(8k^2)$ of the bound for one teacher.

    theta: angle between the lines; k: number of steps. Returns fields loss, forgetting, each (trials,).

    Source: derived for this suite; setting of Evron et al. 2022, arXiv:2205.09588, random orders (recalled).

    >>> from sims.arrays import strict_rng
    >>> two_line_random(0.3, 5, trials=4, rng=strict_rng(0)).forgetting.shape
    (4,)
    """
    c, s = math.cos(theta / 2), math.sin(theta / 2)
    P = [[[c * c, sign * c * s], [sign * c * s, s * s]] for sign in (1.0, -1.0)]
    result = random_order_loss(P, [1.0, 0.0], k, trials=trials, rng=rng)
    return TwoLines(result.loss[:, k], result.forgetting_k)


@kernel(floats=lambda T, **_: 16 * T)
def cyclic_sine_forgetting(T: int, n: int, delta: float, *, trials: int, rng: Generator) -> Array:
    r"""Learn lines in the plane at angles $\delta\sin(\pi j/T)$, j = 1..T, in cyclic order, n passes.

    The unit teacher lies along the first line; for many passes no collection of lines forgets more. Returns forgetting
    (trials,).

    Source: derived for this suite.

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(cyclic_sine_forgetting(3, 2, 0.4, trials=2, rng=strict_rng(0))).round(7)
    array([0.0532196, 0.0532196])
    """
    return lines_forgetting([delta * math.sin(math.pi * j / T) for j in range(1, T + 1)], n, trials, rng)


@kernel(floats=lambda T, **_: 16 * T)
def there_and_back_forgetting(T: int, n: int, delta: float, *, trials: int, rng: Generator) -> Array:
    r"""Learn lines at angles $0, \delta, \ldots, q\delta, \ldots, \delta, 0$, $q = \lfloor (T-1)/2 \rfloor$, n passes.

    For even T the furthest line comes twice; the unit teacher lies along the first. T: at least 3. Returns forgetting
    (trials,).

    Source: the instance of Evron et al. 2022, arXiv:2205.09588, appendix C.2.2 (seen).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(there_and_back_forgetting(3, 2, 0.4, trials=2, rng=strict_rng(0))).round(7)
    array([0.026183, 0.026183])
    """
    if T < 3:
        raise ValueError(f"T = {T}: must be an integer >= 3")
    return lines_forgetting([min(j, T - 1 - j) * delta for j in range(T)], n, trials, rng)


@kernel(floats=lambda T, **_: 30 * T + 60)
def cyclic_rotating_forgetting(T: int, n: int, delta: float, eps: float, *, trials: int, rng: Generator) -> Array:
    r"""Learn T tasks of rank one in R^3 n times, rows $(\delta\sin(\pi j/T), \epsilon\sin(2\pi j/T), 1)$, j = 1..T.

    All tasks are turned together by a random frame. The passes are one power of the product of the projections, and
    the largest eigenvalue over unit teachers is taken. T: at least 3. Returns the worst forgetting (trials,).

    Source: derived for this suite.

    >>> from sims.arrays import strict_rng, to_host
    >>> worst = cyclic_rotating_forgetting(8, 80, 0.25, 0.08, trials=2, rng=strict_rng(0))
    >>> bool((to_host(worst) > 1 / (4 * math.e * math.sin(math.pi / 16) ** 2 * 640)).all())  # the best lines
    True
    """
    if T < 3:
        raise ValueError(f"T = {T}: must be an integer >= 3")
    angles = [math.pi * j / T for j in range(1, T + 1)]
    rows = asarray(rng, [[delta * math.sin(a), eps * math.sin(2 * a), 1.0] for a in angles])
    q = rows @ haar_frames(rng, trials, 3, 3)
    xp = namespace(q)
    q = q / xp.sqrt(xp.sum(q * q, axis=-1, keepdims=True))
    Q = q[..., :, None] * q[..., None, :]
    identity = eye(q, 3)
    e = apply_power(cycle(identity - Q), n, identity + xp.zeros_like(Q[:, 0, ...]))
    return eigvalsh(e.mT @ xp.mean(Q, axis=1) @ e)[:, -1]
