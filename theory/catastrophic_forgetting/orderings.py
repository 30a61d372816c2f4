"""Tasks in random order: expected loss and forgetting by the recursion of second moments, and their tight bound."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np
import scipy

from theory.catastrophic_forgetting.two_tasks import Value, scalar
from theory.domain import Counts, Floats, In, Integers, NonNegatives, Shares, checked, refusal


class RandomOrder(NamedTuple):
    """Expected average loss after 0..k steps (k + 1,), forgetting after k steps, squared error after 0..k steps."""

    loss: Floats
    forgetting_k: float
    err2: Floats


class UniversalBound(NamedTuple):
    """The bound for every teacher and its three parts: by rank, by the mean rank alone, without any dimension."""

    bound: Value
    rank: Value
    average_rank: Value
    dimension_free: Value


def check_projections(P: Floats) -> None:
    """Refuse what is not a stack of orthogonal projections (T, d, d)."""
    if P.shape[1] != P.shape[2]:
        raise ValueError(f"P has shape {P.shape}: must be (T, d, d)")
    symmetric = np.allclose(P, P.swapaxes(1, 2), rtol=0, atol=1e-8)
    if not symmetric or not np.allclose(P @ P, P, rtol=0, atol=1e-8):
        raise ValueError("P: must be orthogonal projections on the tasks' null spaces (P = P' = P P)")


def _inner(A: Floats, B: Floats) -> float:
    """Return tr(A B), summed over stacks of symmetric matrices."""
    return float(np.sum(A * B))


@checked
def random_order_loss(
    P: Annotated[Floats, In(ndim=3)],
    w_star: Annotated[Floats, In(ndim=1, like="P")],
    k: Annotated[int, In(1, 100_000)],
) -> RandomOrder:
    r"""Return the expected loss, forgetting and squared error when the task of each step is drawn uniformly.

    With $A(M) = \frac1T\sum_m P_m M P_m$ and $S_j = A^j(w^* w^{*T})$: $E\|e_j\|^2 = \mathrm{tr} S_j$, the average loss
    is $\ell_j = \mathrm{tr} S_j - \mathrm{tr} S_{j+1}$, and the forgetting over the tasks seen is
    $F_k = \frac1k\sum_{t=1}^k\frac1T\sum_m \mathrm{tr}(A^{k-t}(Q_m) P_m S_{t-1} P_m)$, $Q_m = I - P_m$.

    P: projections on the null spaces of the tasks (T, d, d); w_star: shared teacher (d,); k: number of steps >= 1.
    Returns fields loss (k + 1,), forgetting_k, err2 (k + 1,). Raises ValueError outside the domain, also where P does
    not hold projections.

    Source: derived here; model of Evron, Moroshko, Ward, Srebro, Soudry 2022, arXiv:2205.09588.

    >>> P = np.array([[[1.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 1.0]]])
    >>> random_order_loss(P, [1.0, 1.0], k=2)
    RandomOrder(loss=array([1.  , 0.5 , 0.25]), forgetting_k=0.0, err2=array([2. , 1. , 0.5]))
    """
    check_projections(P)
    tasks, d, _ = P.shape
    if k * P.size > 10**8:
        raise refusal("k", k, f"at most 1e8 over the {P.size} entries of P, which every step keeps")
    Q = np.eye(d) - P
    mean_Q = Q.mean(axis=0)
    moments = [np.outer(w_star, w_star)]
    after: list[Floats] = []  # P_m S_{t-1} P_m: the second moment when step t was on task m
    for _ in range(k):
        after.append(P @ moments[-1] @ P)
        moments.append(after[-1].mean(axis=0))
    seen, backward = 0.0, Q
    for branch in reversed(after):
        seen += _inner(backward, branch) / tasks
        # A acts on every Q_m at once: (T, 1, d, d) against the projections (T, d, d).
        backward = np.mean(P @ backward[:, None] @ P, axis=1)
    loss = np.array([_inner(mean_Q, S) for S in moments])
    return RandomOrder(loss, seen / k, np.array([np.trace(S) for S in moments]))


@checked(broadcast=True)
def random_order_bound(d: Counts, r_avg: NonNegatives, k: Annotated[Integers, In(2)]) -> Value:
    r"""Return the tight bound on the expected average loss after k steps in random order, for any teacher of norm 1.

    $\ell_k \le (d - \bar r)\frac1k(1 - 1/k)^{k-1} \le (d - \bar r)/(e(k-1))$; averaged over an isotropic teacher of
    norm 1 the right side is divided by d, and two lines with $\cos^2\theta = 1 - 2/k$ attain it.

    d: dimension >= 1; r_avg: mean rank of the tasks in [0, d]; k: number of steps >= 2; they broadcast.
    Returns the bound. Raises ValueError outside the domain.

    Source: derived here (A is self-adjoint, 0 <= A <= 1); Evron, Moroshko, Ward, Srebro, Soudry 2022,
    arXiv:2205.09588, give 9 (d - r)/k for the forgetting (constant recalled).

    >>> random_order_bound(d=2, r_avg=1.0, k=2)
    0.25
    """
    if (r_avg > d).any():
        raise refusal("r_avg", r_avg, "real numbers in [0, d]")
    return scalar((d - r_avg) / k * np.exp((k - 1) * np.log1p(-1 / k)))


@checked(broadcast=True)
def random_order_universal_bound(d: Counts, T: Counts, r_avg: NonNegatives, k: Counts) -> UniversalBound:
    r"""Return the bound on the expected average loss after k steps in random order, for every teacher of norm 1.

    $$\ell_k \le \min\Bigl\{\sqrt{\min(d, T\bar r)-\bar r}\,\max_x x^{k-1/2}(1-x),\;
    \sqrt{\bar r}\,\max_x x^k(1-x)^{1/2},\; \tfrac43\max_j\tbinom kj(\tfrac23)^j(\tfrac13)^{k-j}\Bigr\}$$
    of orders $1/(ek)$, $1/\sqrt{2ek}$ and $2/\sqrt{\pi k}$. Two lines with the teacher on their bisector come within
    $1/(8k^2)$ of the first part.

    d: dimension >= 1; T: number of tasks >= 1; r_avg: mean rank of the tasks in [0, d]; k: number of steps >= 1; they
    broadcast. Returns fields bound (the least), rank, average_rank, dimension_free. Raises ValueError outside the
    domain.

    Source: derived here; rates of Evron, Levinstein, Schliserman, Sherman, Koren, Soudry, Srebro 2025,
    arXiv:2504.04579 (abstract seen).

    >>> round(random_order_universal_bound(d=2, T=2, r_avg=1.0, k=10).rank, 6)
    0.036803
    """
    if (r_avg > d).any():
        raise refusal("r_avg", r_avg, "real numbers in [0, d]")
    mixed = np.maximum(np.minimum(d, T * r_avg) - r_avg, 0.0)
    rank = np.sqrt(mixed) * np.exp((k - 0.5) * np.log1p(-1 / (k + 0.5))) / (k + 0.5)
    average = np.sqrt(r_avg) * np.exp(k * np.log1p(-1 / (2 * k + 1))) / np.sqrt(2 * k + 1)
    mode = (2 * (k + 1)) // 3
    logs = scipy.special.gammaln(k + 1) - scipy.special.gammaln(mode + 1) - scipy.special.gammaln(k - mode + 1)
    free = 4 / 3 * np.exp(logs + mode * math.log(2 / 3) - (k - mode) * math.log(3))
    least = np.minimum(np.minimum(rank, average), free)
    return UniversalBound(scalar(least), scalar(rank), scalar(average), scalar(free))


@checked(broadcast=True)
def random_order_forgetting_bound(loss_before: Shares, err2: Shares, k: Counts) -> Value:
    r"""Return a bound on the expected forgetting after k steps in random order, for teachers of norm 1.

    $F_k \le \bigl(\sqrt{\ell_{k-1}} + \sqrt{(1 - E\|e_k\|^2)/k}\bigr)^2$: the step of the task under test is dropped
    from the path.

    loss_before: expected loss after k - 1 steps, in [0, 1]; err2: expected squared error after k steps, in [0, 1]; k:
    number of steps >= 1; they broadcast. Returns the bound. Raises ValueError outside the domain.

    Source: derived here.

    >>> round(random_order_forgetting_bound(loss_before=0.04, err2=0.64, k=9), 12)
    0.16
    """
    return scalar((np.sqrt(loss_before) + np.sqrt((1 - err2) / k)) ** 2)
