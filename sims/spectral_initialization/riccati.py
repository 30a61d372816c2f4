"""Gradient descent on |M - U U^T|^2/4 from any start, with its own steps or in the limit of short ones."""

from __future__ import annotations

from typing import NamedTuple

from sims import arrays, instances
from sims.arrays import Array, Generator, NonNegative, eigvalsh, kernel, namespace
from sims.spectral_initialization.flow import LEVELS, extrapolated


class Start(NamedTuple):
    """A symmetric matrix M (d, d) and a start U0 (d, r)."""

    M: Array
    U0: Array


class FlowGram(NamedTuple):
    """U U^T of each instance (trials, count, d, d), and the extrapolation's own error, the worst, (trials,)."""

    gram: Array
    error: Array


class DescentGram(NamedTuple):
    """The r largest eigenvalues of U U^T, ascending, (trials, count, r), and its trace, (trials, count)."""

    eigenvalues: Array
    trace: Array


def random_start(values: tuple[float, ...], r: int, alpha: float, *, instance: int = 0) -> Start:
    """M of these eigenvalues and random directions, and a start of independent N(0, alpha^2) entries.

    >>> random_start((1.0, 0.5), 3, 0.1).U0.shape
    (2, 3)
    """
    M = instances.with_eigenvalues(values, instance=instance)
    return Start(M, instances.gaussian(len(values), r, alpha, instance=instance))


def random_starts(count: int, values: tuple[float, ...], r: int, alpha: float, *, instance: int = 0) -> Start:
    """Return `count` instances of `random_start`: M (count, d, d), U0 (count, d, r).

    >>> random_starts(4, (1.0, 0.5), 3, 0.1).M.shape
    (4, 2, 2)
    """
    return instances.stack(random_start, count, values, r, alpha, instance=instance)


def descend(M: Array, U: Array, eta: float, steps: int) -> Array:
    """Return U after `steps` steps U <- U + eta (M - U U^T) U; M (..., d, d), U (..., d, r)."""
    for _ in range(steps):
        U = U + eta * (M @ U - U @ (U.mT @ U))
    return U


def riccati_gram(M: Array, U0: Array, t: float, *, steps: int = 64, levels: int = LEVELS) -> Array:
    """U U^T at time t of the gradient flow, by descents with `steps`, twice as many, ... steps, extrapolated.

    M (..., d, d): symmetric; U0 (..., d, r); t >= 0; steps: enough that eta lambda_max <= 1/2, eta = t/steps.

    >>> import numpy as np
    >>> riccati_gram(np.diag([1.0, 0.0]), np.diag([0.1, 0.2]), 3.0).round(6)
    array([[0.802957, 0.      ],
           [0.      , 0.032258]])
    """

    def gram(n: int) -> Array:
        U = descend(M, U0, t / n, n)
        return U @ U.mT

    return extrapolated(gram, steps, levels).value


@kernel(floats=lambda M, **_: 20 * M.size, block=1)
def flow_gram(M: Array, U0: Array, t: NonNegative, steps: int, *, trials: int, rng: Generator) -> FlowGram:
    """`riccati_gram` of a stack M (count, d, d), U0 (count, d, r); all trials are equal.

    >>> from sims.arrays import strict_rng
    >>> flow_gram(*random_starts(2, (1.0, 0.5), 3, 0.1), 1.0, 8, trials=1, rng=strict_rng(0)).gram.shape
    (1, 2, 2, 2)
    """
    M, U0 = arrays.asarray(rng, M), arrays.asarray(rng, U0)

    def gram(n: int) -> Array:
        U = descend(M, U0, t / n, n)
        return U @ U.mT

    found = extrapolated(gram, steps)
    worst = namespace(M).max(found.error)
    return FlowGram(_each(rng, trials, found.value), _each(rng, trials, worst))


@kernel(floats=lambda M, **_: 20 * M.size, block=1)
def descent_gram(M: Array, U0: Array, t: NonNegative, steps: int, *, trials: int, rng: Generator) -> DescentGram:
    """Eigenvalues and trace of U U^T after plain gradient descent with `steps` steps of t/steps; all trials are equal.

    >>> from sims.arrays import strict_rng
    >>> descent_gram(*random_starts(2, (1.0, 0.5, 0.0), 2, 0.1), 1.0, 8, trials=1, rng=strict_rng(0)).eigenvalues.shape
    (1, 2, 2)
    """
    U = descend(arrays.asarray(rng, M), arrays.asarray(rng, U0), t / steps, steps)
    trace = namespace(U).sum(U * U, axis=(-2, -1))
    return DescentGram(_each(rng, trials, eigvalsh(U.mT @ U)), _each(rng, trials, trace))


def _each(rng: Generator, trials: int, value: Array) -> Array:
    return value[None, ...] + arrays.zeros(rng, (trials,) + (1,) * len(value.shape))
