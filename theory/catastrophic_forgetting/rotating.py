"""Tasks of rank one in space whose cycle turns the plane of solutions: the worst cyclic orders known."""

from __future__ import annotations

import functools
import math
from typing import Annotated, NamedTuple

import numpy as np
import scipy

from theory.domain import Count, Floats, In, Real, checked


class RotatingLimit(NamedTuple):
    """The largest limit of k F, and where: delta^2 = alpha/n, eps^2 = beta/n."""

    value: float
    alpha: float
    beta: float


_Tasks = Annotated[int, In(3, 4096)]


@checked
def cyclic_rotating_forgetting(T: _Tasks, n: Count, delta: Real, eps: Real) -> float:
    r"""Return the worst forgetting of rank-one tasks $q_j \propto (\delta\sin(\pi j/T), \epsilon\sin(2\pi j/T), 1)$.

    With $M = (1-q_Tq_T^\top)\cdots(1-q_1q_1^\top)$: $F = \lambda_{\max}((M^n)^\top\bar Q M^n)$, $\bar Q$ the mean of
    the $q_jq_j^\top$, for the worst unit teacher after n cyclic passes.

    T: number of tasks >= 3; n: number of passes >= 1; delta, eps: real. Returns the forgetting. Raises ValueError
    outside the domain.

    Source: derived here.

    >>> round(640 * cyclic_rotating_forgetting(T=8, n=80, delta=0.3077, eps=0.0513) / cyclic_rotating_limit(8), 2)
    0.97
    """
    angles = math.pi * np.arange(1, T + 1) / T
    q = np.stack([delta * np.sin(angles), eps * np.sin(2 * angles), np.ones(T)], axis=1)
    q /= np.linalg.norm(q, axis=1, keepdims=True)
    product = np.eye(3)
    for row in q:
        product = product - np.outer(row, row @ product)
    after = np.linalg.matrix_power(product, n)
    return float(np.linalg.eigvalsh(after.T @ (q.T @ q / T) @ after)[-1])


def _growth(decay: float, other: float, turn: float) -> Floats:
    """exp(-[[decay, turn], [-turn, other]])."""
    return np.asarray(scipy.linalg.expm(-np.array([[decay, turn], [-turn, other]])))


def _area(T: int) -> float:
    """Half the sum of cross products along the loop: tends to 4/3."""
    a = math.pi * np.arange(1, T) / T
    b = math.pi * np.arange(2, T + 1) / T
    return float(np.sum(np.sin(b) * np.sin(2 * a) - np.sin(2 * b) * np.sin(a)) / 2)


def _limit(T: int, alpha: float, beta: float) -> float:
    """The limit of k F at fixed alpha and beta."""
    first, second = (4 * math.sin(m * math.pi / (2 * T)) ** 2 for m in (1, 2))
    E = _growth(alpha * T * first / 4, beta * T * second / 4, math.sqrt(alpha * beta) * _area(T))
    return T / 2 * float(np.linalg.eigvalsh(E.T @ np.diag([alpha, beta]) @ E)[-1])


@functools.cache
def _best(T: int) -> RotatingLimit:
    def loss(logs: Floats) -> float:
        return -math.log(_limit(T, math.exp(logs[0]), math.exp(logs[1])))

    options = {"xatol": 1e-11, "fatol": 1e-15, "maxiter": 4000}
    # beta = (c/T)^2 alpha with c near 2.456, and alpha near 0.626 T, for many tasks.
    starts = [(a * T, a * T * (c / T) ** 2) for a in (0.3, 0.626, 1.2) for c in (1.2, 2.456, 4.0)]
    found = [scipy.optimize.minimize(loss, np.log(s), method="Nelder-Mead", options=options) for s in starts]
    best = min(found, key=lambda result: result.fun)
    return RotatingLimit(math.exp(-best.fun), *(math.exp(v) for v in best.x))


@checked
def cyclic_rotating_worst(T: _Tasks) -> RotatingLimit:
    r"""Return the largest limit of k F of rotating planes as the number of passes grows, and its shape.

    With $\delta^2 = \alpha/n$, $\epsilon^2 = \beta/n$, $\lambda_m = 4\sin(m\pi/(2T))^2$ and $\omega =
    \frac{\sqrt{\alpha\beta}}2\sum_{j<T}[\sin\frac{\pi(j+1)}T\sin\frac{2\pi j}T - \sin\frac{2\pi(j+1)}T\sin\frac{\pi
    j}T]$: $kF\to\frac T2\lambda_{\max}(E^\top\mathrm{diag}(\alpha,\beta)E)$, $E = \exp(-\begin{bmatrix}\alpha
    T\lambda_1/4&\omega\\-\omega&\beta T\lambda_2/4\end{bmatrix})$, maximised over $\alpha,\beta$.

    T: number of tasks >= 3. Returns fields value, alpha, beta. Raises ValueError outside the domain.

    Source: derived here.

    >>> round(cyclic_rotating_worst(T=8).value, 5)
    4.1516
    """
    return _best(T)


@checked
def cyclic_rotating_limit(T: _Tasks) -> float:
    r"""Return the largest limit of k F of rotating planes as the number of passes grows (`cyclic_rotating_worst`).

    About $v_2T^2/\pi^2$, 2.8 times what lines reach (`rotating_constant`).

    T: number of tasks >= 3. Returns the limit. Raises ValueError outside the domain.

    Source: derived here.

    >>> round(cyclic_rotating_limit(T=16), 4)
    22.5876
    """
    return _best(T).value


@checked
def rotating_constant(s: Annotated[int, In(1, 2)]) -> float:
    r"""Return $v_s$, the limit of $kF\cdot4\sin(\pi/(2T))^2$ for rank-one tasks with null spaces of dimension s.

    $v_s = \sup_{\sigma,W}\sigma\|\text{first row of }\exp(-\frac\sigma2e_1e_1^\top - W)\|^2$ over $\sigma>0$ and
    antisymmetric W: $v_1 = 1/e$ (lines), $v_2 = 1.018$.

    s: 1 or 2. Returns the constant. Raises ValueError outside the domain.

    Source: derived here.

    >>> round(rotating_constant(s=2), 8)
    1.01824837
    """
    if s == 1:
        return 1 / math.e

    def loss(x: Floats) -> float:
        row = _growth(x[0] / 2, 0.0, x[1])[0]
        return -float(x[0] * (row @ row))

    options = {"xatol": 1e-9, "fatol": 1e-15, "maxiter": 4000}
    return -float(scipy.optimize.minimize(loss, [3.0, 2.0], method="Nelder-Mead", options=options).fun)
