"""Two tasks at given principal angles, learned in turn by explicit projections."""

from __future__ import annotations

from sims.arrays import Array, Generator, asarray, haar_frames, kernel, namespace


def _floats(theta: Array, **_: object) -> float:
    return 8.0 * (2 * len(theta) + 1) * len(theta)


def project(frame: Array, e: Array) -> Array:
    """Project vectors e (..., d, c) on the span of orthonormal columns (..., d, s)."""
    return frame @ (frame.mT @ e)


def _tasks(theta: Array, trials: int, rng: Generator) -> tuple[Array, Array]:
    """Draw null spaces with the given principal angles in a space of one dimension more than they need."""
    angles = asarray(rng, theta)
    xp = namespace(angles)
    s = angles.shape[0]
    U = haar_frames(rng, trials, 2 * s + 1, 2 * s)
    first = U[..., :s]
    return first, first * xp.cos(angles) + U[..., s:] * xp.sin(angles)


def _train(first: Array, second: Array, e: Array, k: int) -> Array:
    for _ in range(k // 2):
        e = project(second, project(first, e))
    return e


def _loss(frames: tuple[Array, Array], e: Array) -> Array:
    """Loss of the errors e (..., d, c) averaged over the tasks, all nonzero singular values being one, (..., c)."""
    total = 0.0
    for frame in frames:
        total = total + namespace(e).sum((e - project(frame, e)) ** 2, axis=-2)
    return total / len(frames)


@kernel(floats=_floats)
def two_task_forgetting(theta: Array, k: int, weights: Array | None = None, *, trials: int, rng: Generator) -> Array:
    r"""Alternate k steps between two random tasks at given principal angles and return the forgetting.

    The null spaces are drawn uniformly; each step projects the error. With `weights` $a_i^2$ the teacher has
    coefficients $\pm a_i$ on the principal vectors of null(X_1) and a Gaussian part in the rows of X_1; without, the
    largest forgetting over teachers along the principal vectors is returned.

    theta: principal angles (s,); k: even number of steps; weights: (s,) or None. Returns forgetting (trials,).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(two_task_forgetting([0.5], k=2, trials=2, rng=strict_rng(0))).round(6)
    array([0.088509, 0.088509])
    """
    frames = _tasks(theta, trials, rng)
    first = frames[0]
    xp = namespace(first)
    if weights is None:
        return xp.max(_loss(frames, _train(*frames, -first, k)), axis=-1)
    coefficients = xp.sqrt(asarray(rng, weights)) * xp.sign(rng.random(size=(trials, len(weights))) - 0.5)
    unseen = first @ coefficients[..., None]
    rest = rng.standard_normal(size=(*unseen.shape,))
    teacher = unseen + rest - project(first, rest)
    return _loss(frames, _train(*frames, -teacher, k))[..., 0]


@kernel(floats=_floats)
def offline_distance(theta: Array, k: int, trials: int, rng: Generator) -> Array:
    r"""Alternate k steps between two random tasks; return the worst squared distance to the offline solution.

    Teachers lie along the principal vectors of null(X_1); planes with angle 0 are the intersection $P_\cap$, whose part
    no training removes and which is subtracted.

    theta: principal angles (s,); k: even number of steps. Returns $\|e_k - P_\cap e_0\|^2$ (trials,).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(offline_distance([0.0, 0.5], k=2, trials=2, rng=strict_rng(0))).round(6)
    array([0.770151, 0.770151])
    """
    frames = _tasks(theta, trials, rng)
    common = frames[0] * asarray(rng, [1.0 if angle == 0 else 0.0 for angle in theta])
    last = _train(*frames, -frames[0], k) + common
    xp = namespace(last)
    return xp.max(xp.sum(last**2, axis=-2), axis=-1)
