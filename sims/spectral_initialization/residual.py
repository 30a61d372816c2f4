"""What gradient descent from a small start leaves outside a signal of low rank."""

from __future__ import annotations

from typing import NamedTuple

from sims import arrays, instances
from sims.arrays import Array, Generator, NonNegative, Positive, kernel, namespace
from sims.spectral_initialization.flow import extrapolated
from sims.spectral_initialization.riccati import descend


class Signal(NamedTuple):
    """A start G (d, r) before it is scaled, and orthonormal directions V (d, k) of the signal."""

    G: Array
    V: Array


class Residual(NamedTuple):
    """|U U^T - M|_F of each instance, the same over alpha^2, (trials, count); the worst error over |M|, (trials,)."""

    residual: Array
    coefficient: Array
    error: Array


def random_signal(d: int, r: int, k: int, *, instance: int = 0) -> Signal:
    """Gaussian G and uniformly distributed V.

    >>> random_signal(4, 3, 1).V.shape
    (4, 1)
    """
    return Signal(instances.gaussian(d, r, instance=instance), instances.frame(d, k, instance=instance))


def random_signals(count: int, d: int, r: int, k: int, *, instance: int = 0) -> Signal:
    """Return `count` instances of `random_signal`.

    >>> random_signals(2, 4, 3, 1).G.shape
    (2, 4, 3)
    """
    return instances.stack(random_signal, count, d, r, k, instance=instance)


@kernel(floats=lambda G, V, **_: 40 * G.size * G.shape[-2], block=1)
def off_signal_residual(
    G: Array,
    V: Array,
    alpha: Positive,
    t: NonNegative = 0.0,
    *,
    values: tuple[float, ...],
    steps: int,
    flow: bool = True,
    trials: int,
    rng: Generator,
) -> Residual:
    """Distance from M = V diag(values) V^T that is left at time t, from alpha G; all trials are equal.

    G (count, d, r), V (count, d, k); with `flow` in the limit of short steps, else by `steps` steps of t/steps alone.

    >>> import numpy as np
    >>> G, V = random_signals(2, 4, 3, 1)
    >>> rng = np.random.default_rng(0)
    >>> off_signal_residual(G, V, 0.1, 9.0, values=(1.0,), steps=20, trials=1, rng=rng).residual.shape
    (1, 2)
    """
    G, V, sizes = arrays.asarray(rng, G), arrays.asarray(rng, V), arrays.asarray(rng, list(values))
    M = (V * sizes) @ V.mT
    xp = namespace(M)

    def left(n: int) -> Array:
        U = descend(M, alpha * G, t / n, n)
        rest = U @ U.mT - M
        return xp.sqrt(xp.sum(rest * rest, axis=(-2, -1)))

    each = arrays.zeros(rng, (trials, 1))
    if flow:
        value, relative = extrapolated(left, steps)
        error = xp.max(relative * value) / xp.sqrt(xp.sum(sizes * sizes))
    else:
        value = left(steps)
        error = 0.0 * xp.sum(value)
    return Residual(value + each, (value + each) / alpha**2, error + each[:, 0])
