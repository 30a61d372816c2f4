"""Two Gaussian tasks, the second learned together with replayed rows of the first."""

from __future__ import annotations

from typing import NamedTuple

from sims.arrays import Array, Generator, NonNegative, Whole, asarray, kernel, namespace, spd_solve


class Replay(NamedTuple):
    """Per trial: population error on task 1 and mean squared training loss on task 1, after task 2."""

    population_error: Array
    train_loss: Array


def min_norm_fit(X: Array, y: Array) -> Array:
    """Return the minimum-norm solutions (..., p) of X w = y for stacks of wide X (..., n, p) and y (..., n)."""
    return (X.mT @ spd_solve(X @ X.mT, y[..., None]))[..., 0]


def _floats(p: int, n1: int, n2: int, m: Whole, **_: object) -> float:
    return 2.0 * (n1 + n2) * p + 2 * (m + n2) * p


@kernel(floats=_floats)
def replay(p: int, n1: int, n2: int, m: Whole, w1: Array, w2: Array, trials: int, rng: Generator) -> Replay:
    r"""Learn task 1, then task 2 with the first m rows of task 1 replayed; return what is left of task 1.

    Rows N(0, I_p), no label noise; each fit is the minimum-norm change from the weights before.

    p: parameters; n1, n2: rows of the tasks; m <= n1: replayed rows; w1, w2: optima of the tasks (p,).
    Returns population_error $\|w_2 - w^*_1\|^2$ and train_loss $\|X_1 w_2 - y_1\|^2/n_1$, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> replay(4, 2, 1, 1, [1.0, 0, 0, 0], [0, 1.0, 0, 0], trials=5, rng=strict_rng(0)).train_loss.shape
    (5,)
    """
    first, second = asarray(rng, w1), asarray(rng, w2)
    xp = namespace(first)
    X1 = rng.standard_normal(size=(trials, n1, p))
    X2 = rng.standard_normal(size=(trials, n2, p))
    y1, y2 = X1 @ first, X2 @ second
    w = min_norm_fit(X1, y1)
    rows, labels = xp.concat([X1[:, :m, :], X2], axis=1), xp.concat([y1[:, :m], y2], axis=1)
    w = w + min_norm_fit(rows, labels - (rows @ w[..., None])[..., 0])
    residual = (X1 @ w[..., None])[..., 0] - y1
    return Replay(xp.sum((w - first) ** 2, axis=-1), xp.mean(residual**2, axis=-1))


@kernel(floats=_floats)
def replay_population_error(
    p: int, n1: int, n2: int, m: Whole, w1_norm2: NonNegative, delta_norm2: NonNegative, trials: int, rng: Generator
) -> Array:
    """Simulate `replay` with orthogonal w*_1 and shift Delta; return the population errors (trials,).

    p >= 2: dimension; n1, n2 >= 1: samples; m from 0 to n1: rows replayed; w1_norm2, delta_norm2 >= 0: |w*_1|^2,
    |Delta|^2.

    >>> from sims.arrays import strict_rng
    >>> replay_population_error(30, 10, 8, 4, 1.0, 0.5, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    w1 = [w1_norm2**0.5] + [0.0] * (p - 1)
    w2 = [w1[0], delta_norm2**0.5] + [0.0] * (p - 2)
    return replay(p, n1, n2, m, w1, w2, trials=trials, rng=rng).population_error


@kernel(floats=_floats)
def replay_train_loss(
    p: int,
    n1: int,
    n2: int,
    m: Whole,
    w_norm2: NonNegative,
    cross: float = 0.0,
    delta_norm2: NonNegative = 0.0,
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """Simulate `replay` with <w*_1, Delta> = cross; return the training losses of task 1 (trials,).

    p >= 2: dimension; n1, n2 >= 1: samples; m from 0 to n1: rows replayed; w_norm2, delta_norm2 >= 0.

    >>> from sims.arrays import strict_rng
    >>> replay_train_loss(30, 10, 8, 4, 1.0, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    length = w_norm2**0.5
    along = cross / length if cross else 0.0
    w1 = [length] + [0.0] * (p - 1)
    w2 = [length + along, max(delta_norm2 - along**2, 0.0) ** 0.5] + [0.0] * (p - 2)
    return replay(p, n1, n2, m, w1, w2, trials=trials, rng=rng).train_loss
