"""Tasks in random order: thousands of orderings at once, all tasks' projections being one product."""

from __future__ import annotations

from typing import NamedTuple

from sims.arrays import Array, Generator, asarray, kernel, namespace


class RandomOrder(NamedTuple):
    """Per ordering: loss (trials, k + 1), forgetting_k (trials,), err2 (trials, k + 1), energy (trials,)."""

    loss: Array
    forgetting_k: Array
    err2: Array
    energy: Array


@kernel(floats=lambda P, k, **_: 4 * len(P) * len(P[0]) + 5 * (k + 1))
def random_order_loss(P: Array, w_star: Array, k: int, trials: int, rng: Generator) -> RandomOrder:
    r"""Learn tasks with a shared teacher in random order and return loss, forgetting and squared error along the way.

    Each step draws a task uniformly and projects the error $e_t = P_{\tau(t)} e_{t-1}$ on its null space.

    P: projections on the null spaces (T, d, d); w_star: shared teacher (d,); k: number of steps.
    Returns per ordering loss after 0..k steps (averaged over tasks), forgetting_k (averaged over the tasks seen, with
    multiplicity), err2 = $\|e_t\|^2$ and energy = $\sum_t \|Q_{\tau(t)} e_{t-1}\|^2$, all that the steps removed.

    >>> from sims.arrays import strict_rng
    >>> P = [[[1.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 1.0]]]
    >>> random_order_loss(P, [1.0, 1.0], k=3, trials=5, rng=strict_rng(0)).loss.shape
    (5, 4)
    """
    null = asarray(rng, P)
    xp = namespace(null)
    tasks, d, _ = null.shape
    order = rng.integers(0, tasks, size=(trials, k))
    labels = xp.arange(tasks, dtype=order.dtype, device=null.device)
    e = xp.broadcast_to(-asarray(rng, w_star), (trials, d))
    seen = xp.zeros((trials, tasks), dtype=null.dtype, device=null.device)
    energy = xp.zeros((trials,), dtype=null.dtype, device=null.device)
    losses, squares = [], []
    for t in range(k + 1):
        projected = e @ null  # (T, trials, d): every task's projection, needed for the loss anyway
        removed = xp.sum((e - projected) ** 2, axis=-1).mT  # (trials, T): ||Q_m e||^2
        losses.append(xp.mean(removed, axis=-1))
        squares.append(xp.sum(e**2, axis=-1))
        if t == k:
            break
        chosen = xp.astype(order[:, t, None] == labels, null.dtype)
        seen += chosen
        energy += xp.sum(chosen * removed, axis=-1)
        e = xp.sum(chosen.mT[..., None] * projected, axis=0)
    forgetting = xp.sum(seen * removed, axis=-1) / k
    return RandomOrder(xp.stack(losses, axis=-1), forgetting, xp.stack(squares, axis=-1), energy)
