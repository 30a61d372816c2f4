"""Gradient descent from a small start against the power method, which knows no cubic term."""

from __future__ import annotations

from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Positive, kernel, namespace
from sims.spectral_initialization.riccati import descend


class Deviation(NamedTuple):
    """|U_t - alpha Z^t G| of each instance, and the same over alpha^3, (trials, count)."""

    deviation: Array
    coefficient: Array


def power_phase_coefficient(M: Array, G: Array, eta: float, t: int, *, alpha: float = 1e-3) -> Array:
    """(U_t - alpha Z^t G)/alpha^3 after t steps of both methods; M (..., d, d), G (..., d, r).

    >>> import numpy as np
    >>> power_phase_coefficient(np.eye(1), np.eye(1), 0.5, 2).round(4)
    array([[-2.4375]])
    """
    U, X = descend(M, alpha * G, eta, t), alpha * G
    for _ in range(t):
        X = X + eta * (M @ X)
    return (U - X) / alpha**3


@kernel(floats=lambda M, G, **_: 10 * (M.size + G.size), block=1)
def power_phase_deviation(
    M: Array, G: Array, eta: Positive, t: int, alpha: Positive, *, trials: int, rng: Generator
) -> Deviation:
    """How far gradient descent from alpha G is from the power method after t steps; all trials are equal.

    M (count, d, d): symmetric; G (count, d, r).

    >>> import numpy as np
    >>> found = power_phase_deviation(np.ones((2, 1, 1)), np.ones((2, 1, 1)), 0.5, 2, 1e-3,
    ...                               trials=1, rng=np.random.default_rng(0))
    >>> found.coefficient.round(4)
    array([[2.4375, 2.4375]])
    """
    E = power_phase_coefficient(arrays.asarray(rng, M), arrays.asarray(rng, G), eta, t, alpha=alpha)
    xp = namespace(E)
    size = xp.sqrt(xp.sum(E * E, axis=(-2, -1)))[None, ...] + arrays.zeros(rng, (trials, 1))
    return Deviation(alpha**3 * size, size)
