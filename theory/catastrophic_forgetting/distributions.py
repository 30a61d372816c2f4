"""Tasks drawn afresh from a distribution: uniformly random row spaces in closed form, and the leading term."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from theory.catastrophic_forgetting.orderings import check_projections
from theory.catastrophic_forgetting.two_tasks import Value, scalar
from theory.domain import Counts, Floats, In, Integers, checked, refusal


class HaarTasks(NamedTuple):
    """Expected loss on a new task, forgetting over the tasks seen and squared error, for a teacher of norm 1."""

    loss: Value
    forgetting: Value
    err2: Value


class LeadingTerm(NamedTuple):
    """Forgetting after k steps is about coefficient * rate^(k-1)."""

    rate: float
    coefficient: float


@checked(broadcast=True)
def haar_tasks_forgetting(d: Annotated[Integers, In(2)], r: Counts, k: Counts) -> HaarTasks:
    r"""Return loss, forgetting and squared error when every step draws a new task of uniformly random row space.

    With $s = d - r$, $\rho = s/d$ and $a = s(sd+d-2)/(d(d-1)(d+2))$: $E\|e_k\|^2 = \rho^k$, the loss on a new task is
    $\frac rd\rho^k$ and the forgetting over the k tasks seen
    $\frac rd\bigl[\rho^k - \frac\rho k\frac{\rho^k - a^k}{\rho - a}\bigr]$.

    d: dimension >= 2; r: rank of the tasks in 1..d-1; k: number of steps >= 1; they broadcast. Returns fields loss,
    forgetting, err2 for a teacher of norm 1. Raises ValueError outside the domain.

    Source: derived here; setting of Xu and Ma 2026, arXiv:2604.13460 (abstract seen).

    >>> haar_tasks_forgetting(d=2, r=1, k=2)
    HaarTasks(loss=0.125, forgetting=0.03125, err2=0.25)
    """
    if (r >= d).any():
        raise refusal("r", r, "integers in [1, d - 1]")
    dim, rank = np.asarray(d, dtype=np.float64), np.asarray(r, dtype=np.float64)
    rest = dim * rank / ((dim - 1) * (dim + 2))  # 1 - a/rho, which is never 0
    memory = -np.expm1(k * np.log1p(-rest)) / (k * rest)
    err2 = np.exp(k * np.log1p(-rank / dim))
    loss = rank / dim * err2
    forgetting = np.where(k == 1, 0.0, loss * (1 - memory))  # a task just learned is not forgotten
    return HaarTasks(scalar(loss), scalar(forgetting), scalar(err2))


@checked
def forgetting_leading_term(
    P: Annotated[Floats, In(ndim=3)], w_star: Annotated[Floats, In(ndim=1, like="P")]
) -> LeadingTerm:
    r"""Return the leading term of the forgetting when tasks are drawn uniformly from a list.

    Let $A(M) = \frac1T\sum_m P_m M P_m$ have a simple largest eigenvalue $x < 1$ with eigenmatrix V of Frobenius norm
    1: $F_k = x^{k-1}\langle V, w^*w^{*T}\rangle\frac1T\sum_m
    \langle V, Q_m\rangle\langle V, P_mVP_m\rangle\,(1 + O(1/k))$.

    P: projections on the tasks' null spaces (T, d, d), d <= 40; w_star: shared teacher (d,). Returns fields
    rate = x and coefficient. Raises ValueError outside the domain, also where the largest eigenvalue is 1 (the null
    spaces meet: nothing decays) or not simple.

    Source: derived here; Xu and Ma 2026, arXiv:2604.13460, announce the leading term in their abstract (seen).

    >>> P = np.array([[[1.0, 0.0], [0.0, 0.0]], [[0.5, 0.5], [0.5, 0.5]]])
    >>> round(forgetting_leading_term(P, [1.0, 0.0]).rate, 12)
    0.75
    """
    check_projections(P)
    d = P.shape[1]
    if d > 40:
        raise refusal("P", d, "projections in at most 40 dimensions")
    rows, columns = np.triu_indices(d)
    scale = np.where(rows == columns, 0.5, np.sqrt(0.5))[:, None, None]
    units = np.zeros((len(rows), d, d))
    units[np.arange(len(rows)), rows, columns] = 1.0
    basis = scale * (units + units.swapaxes(1, 2))  # orthonormal among symmetric matrices
    image = sum(projection @ basis @ projection for projection in P) / len(P)
    values, vectors = np.linalg.eigh(np.tensordot(basis, image, axes=([1, 2], [1, 2])))
    x = float(values[-1])
    if x > 1 - 1e-12:
        raise ValueError("P: the null spaces must have no direction in common (largest eigenvalue of A below 1)")
    if len(values) > 1 and x - values[-2] < 1e-9:
        raise ValueError("P: the largest eigenvalue of A must be simple")
    V = np.tensordot(vectors[:, -1], basis, axes=1)
    kept = np.sum(V * (P @ V @ P), axis=(1, 2))
    seen = np.mean(np.sum(V * (np.eye(d) - P), axis=(1, 2)) * kept)
    return LeadingTerm(x, float(w_star @ V @ w_star * seen))
