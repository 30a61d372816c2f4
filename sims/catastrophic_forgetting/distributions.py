"""Tasks drawn afresh at every step: one uniformly random row space per step and trial."""

from __future__ import annotations

from typing import NamedTuple

from sims.arrays import Array, Generator, asarray, haar_frames, kernel, namespace


class HaarTasks(NamedTuple):
    """Per trial: loss on a new task, forgetting over the tasks seen, squared error, each (trials,)."""

    loss: Array
    forgetting: Array
    err2: Array


def _removed(e: Array, frame: Array) -> tuple[Array, Array]:
    """Return what the task with this orthonormal row space (trials, d, r) takes from e, and its squared length."""
    along = frame.mT @ e[..., None]
    return (frame @ along)[..., 0], namespace(e).sum(along[..., 0] ** 2, axis=-1)


@kernel(floats=lambda d, r, k, **_: 2 * (k + 1) * d * r + 4 * d)
def haar_tasks_forgetting(d: int, r: int, k: int, *, trials: int, rng: Generator) -> HaarTasks:
    """Learn k tasks with a shared teacher of norm 1, each of a fresh uniformly random row space of dimension r < d.

    Returns per trial the loss |Q e_k|^2 on one more such task, its mean over the k tasks seen, and |e_k|^2.

    >>> from sims.arrays import strict_rng
    >>> haar_tasks_forgetting(3, 1, 2, trials=4, rng=strict_rng(0)).loss.shape
    (4,)
    """
    frames = [haar_frames(rng, trials, d, r) for _ in range(k + 1)]
    xp = namespace(frames[0])
    e = xp.broadcast_to(asarray(rng, [d**-0.5] * d), (trials, d))
    for frame in frames[:k]:
        e = e - _removed(e, frame)[0]
    seen = sum(_removed(e, frame)[1] for frame in frames[:k]) / k
    return HaarTasks(_removed(e, frames[k])[1], seen, xp.sum(e * e, axis=-1))
