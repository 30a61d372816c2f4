"""Measures of forgetting for data and training runs of one's own, on any array-API array."""

from __future__ import annotations

from typing import NamedTuple

from sims.arrays import Array, namespace
from sims.data import array, flag, number


class Forgetting(NamedTuple):
    """Averages over tasks (numbers of the array's namespace) and the forgetting of each task but the last (T - 1,)."""

    average_forgetting: Array
    backward_transfer: Array
    average_performance: Array
    per_task: Array


class Prediction(NamedTuple):
    """Loss on task 1 averaged over isotropic unit teachers, for the worst unit teacher, and for a given one (or None).

    The loss is the squared error summed over the rows of task 1.
    """

    average: Array
    worst: Array
    given: Array | None


def forgetting_matrix(R: Array, higher_is_better: bool = True) -> Forgetting:
    r"""Return average forgetting, backward transfer and average performance of a continual-learning run.

    $R_{t,i}$ is the performance on task i after training on task t. Forgetting of task i < T is its best earlier
    performance less the final one, $\max_{t<T} R_{t,i} - R_{T,i}$ over t >= i (Chaudhry et al. 2018); backward transfer
    is $\frac1{T-1}\sum_{i<T}(R_{T,i} - R_{i,i})$ (Lopez-Paz and Ranzato 2017). Entries above the diagonal are not used.

    R: accuracies (T, T), T >= 2, or losses with higher_is_better=False (signs are turned so that positive forgetting
    and negative backward transfer always mean harm; average_performance keeps its sign). Stacks (..., T, T) are
    treated one by one. Raises ValueError for another shape.

    >>> from sims.arrays import asarray, strict_rng, to_host
    >>> R = asarray(strict_rng(0), [[0.9, 0.1, 0.1], [0.7, 0.8, 0.2], [0.6, 0.5, 0.9]])
    >>> [round(float(x), 12) for x in forgetting_matrix(R)[:2]]
    [0.3, -0.3]
    """
    R = array("R", R, "T, T", stack=True, finite=False)
    if R.shape[-1] != R.shape[-2] or R.shape[-1] < 2:
        raise ValueError(f"R = array of shape {tuple(R.shape)}: must be (..., T, T) with T >= 2")
    xp, tasks = namespace(R), R.shape[-1]
    sign = 1.0 if flag("higher_is_better", higher_is_better) else -1.0
    performance = sign * R
    used = xp.tril(xp.ones((tasks, tasks), dtype=R.dtype, device=R.device)) > 0
    array("R", xp.where(used, R, xp.zeros_like(R)), "T, T", stack=True)
    learned = used[: tasks - 1, : tasks - 1]
    earlier = xp.where(learned, performance[..., : tasks - 1, : tasks - 1], -xp.inf)
    final = performance[..., tasks - 1, : tasks - 1]
    per_task = xp.max(earlier, axis=-2) - final
    transfer = final - xp.linalg.diagonal(performance)[..., : tasks - 1]
    return Forgetting(
        xp.mean(per_task, axis=-1),
        xp.mean(transfer, axis=-1),
        xp.mean(R[..., tasks - 1, :], axis=-1),
        per_task,
    )


def _tasks(X1: Array, X2: Array, rtol: float | None) -> tuple[Array, Array]:
    """The data of two tasks on the same inputs, checked together with the threshold of their ranks."""
    X1, X2 = array("X1", X1, "n1, p"), array("X2", X2, "n2, p")
    if X1.shape[1] != X2.shape[1]:
        raise ValueError(f"X2 = array of shape {tuple(X2.shape)}: must have as many columns as X1 ({X1.shape[1]})")
    if rtol is not None:
        number("rtol", rtol, 0.0, 1.0)
    return X1, X2


def row_space(X: Array, rtol: float | None = None) -> Array:
    """Return an orthonormal basis (p, r) of the row space of X (n, p); singular values below rtol times the largest
    count as zero (default: max(n, p) times the machine precision)."""
    xp = namespace(X)
    _, values, vectors = xp.linalg.svd(X, full_matrices=False)
    tolerance = max(X.shape) * xp.finfo(X.dtype).eps if rtol is None else rtol
    rank = int(xp.sum(xp.astype(values > tolerance * xp.max(values), xp.int64)))
    return vectors[:rank, :].mT


def principal_angles(X1: Array, X2: Array, rtol: float | None = None) -> Array:
    """Return the principal angles between the row spaces of two data matrices, ascending, in [0, pi/2].

    Cosines and sines are both computed, so that small and right angles keep their digits. Angles strictly between are
    those between the null spaces too: what one task forgets of the other depends on nothing else.

    X1 (n1, p), X2 (n2, p): data of the two tasks; rtol: relative threshold for the ranks. Returns
    (min(rank 1, rank 2),). Raises ValueError for mismatched shapes.

    >>> from sims.arrays import asarray, strict_rng, to_host
    >>> X1, X2 = (asarray(strict_rng(0), rows) for rows in ([[1.0, 0.0, 0.0]], [[1.0, 1.0, 0.0]]))
    >>> to_host(principal_angles(X1, X2)).round(6)
    array([0.785398])
    """
    X1, X2 = _tasks(X1, X2, rtol)
    xp = namespace(X1)
    V1, V2 = row_space(X1, rtol), row_space(X2, rtol)
    if V1.shape[1] < V2.shape[1]:
        V1, V2 = V2, V1
    overlap = V1.mT @ V2
    cosines = xp.linalg.svdvals(overlap)
    sines = xp.flip(xp.linalg.svdvals(V2 - V1 @ overlap), axis=0)
    return xp.atan2(sines, cosines)


def predict_forgetting(
    X1: Array, X2: Array, k: int = 2, w_star: Array | None = None, rtol: float | None = None
) -> Prediction:
    r"""Predict, before any training, the loss on task 1 after k steps of fitting task 1, task 2, task 1, ... exactly.

    For a shared teacher the error after the steps is $-\cdots P_1 P_2 P_1 w^*$, so that the loss on task 1 is
    $\|X_1 \cdots P_2 P_1 w^*\|^2$: a matter of the data alone. Averaged over unit teachers it is the squared Frobenius
    norm over p, for the worst teacher the squared operator norm.

    X1 (n1, p), X2 (n2, p): data of the two tasks; k: number of fits >= 1; w_star: a teacher (p,), or None; rtol:
    relative threshold for the ranks. Returns fields average, worst, given: sums over the rows of task 1. Raises
    ValueError for mismatched shapes.

    >>> from sims.arrays import asarray, strict_rng
    >>> X1, X2 = (asarray(strict_rng(0), rows) for rows in ([[1.0, 0.0]], [[1.0, 1.0]]))
    >>> round(float(predict_forgetting(X1, X2).worst), 6)
    0.25
    """
    X1, X2 = _tasks(X1, X2, rtol)
    if number("k", k, 1, 1e6) != int(k):
        raise ValueError(f"k = {k}: must be an integer >= 1")
    if w_star is not None:
        w_star = array("w_star", w_star, "p")
        if w_star.shape[0] != X1.shape[1]:
            raise ValueError(f"w_star = array of shape {tuple(w_star.shape)}: must be ({X1.shape[1]},), as X1 and X2")
    xp = namespace(X1)
    frames = [row_space(X1, rtol), row_space(X2, rtol)]
    M = X1
    for t in reversed(range(int(k))):  # X_1 P_k ... P_1, from the left
        V = frames[t % 2]
        M = M - (M @ V) @ V.mT
    given = None if w_star is None else xp.sum((M @ w_star) ** 2)
    return Prediction(xp.sum(M * M) / X1.shape[1], xp.max(xp.linalg.svdvals(M)) ** 2, given)
