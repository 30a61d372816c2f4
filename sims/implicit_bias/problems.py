"""Problems with more weights than data, by instance number: for factors that train, and for least squares."""

from __future__ import annotations

from typing import NamedTuple

from sims import instances
from sims.arrays import Array


class Regression(NamedTuple):
    """Stacks X (count, n, d) and y (count, n)."""

    X: Array
    y: Array


def orthonormal_problems(count: int, n: int, d: int, *, instance: int = 0) -> Regression:
    """Return `count` underdetermined problems: X with orthonormal rows, y = X b for a Gaussian b with half its entries.

    >>> [x.shape for x in orthonormal_problems(2, 3, 5)]
    [(2, 3, 5), (2, 3)]
    """
    return instances.stack(_problem, count, n, d, instance=instance)


def _problem(n: int, d: int, *, instance: int) -> Regression:
    X = instances.frame(d, n, instance=instance).T
    rng = instances.generator("orthonormal_problem", instance)
    return Regression(X, X @ (rng.standard_normal(d) * (rng.random(d) < 0.5) + 0.2 * rng.standard_normal(d)))


def positive_problems(count: int, m: int, d: int, *, instance: int = 0) -> Regression:
    """Return `count` sets of m orthonormal rows of eigenvalues X with y = X x for some x in [0.2, 1].

    >>> [x.shape for x in positive_problems(2, 3, 6)]
    [(2, 3, 6), (2, 3)]
    """
    return instances.stack(_positive, count, m, d, instance=instance)


def _positive(m: int, d: int, *, instance: int) -> Regression:
    X = instances.frame(d, m, instance=instance).T
    return Regression(X, X @ instances.generator("positive_problem", instance).uniform(0.2, 1.0, d))


def tilts(count: int, d: int, *, instance: int = 0) -> Array:
    """Return (count, d) numbers log(u(0)/v(0)) from -1 to 1, by instance number.

    >>> tilts(2, 4).shape
    (2, 4)
    """
    return instances.stack(_tilt, count, d, instance=instance)


def _tilt(d: int, *, instance: int) -> Array:
    return instances.generator("tilt", instance).uniform(-1.0, 1.0, d)


class Start(NamedTuple):
    """Stacks X (count, n, d), y (count, n) and w0 (count, d)."""

    X: Array
    y: Array
    w0: Array


def gaussian_problems(count: int, n: int, d: int, *, instance: int = 0) -> Start:
    """Return `count` Gaussian problems of least squares, entries of X with variance 1/d, and Gaussian starts.

    >>> [x.shape for x in gaussian_problems(2, 3, 5)]
    [(2, 3, 5), (2, 3), (2, 5)]
    """
    return instances.stack(_gaussian, count, n, d, instance=instance)


def _gaussian(n: int, d: int, *, instance: int) -> Start:
    rng = instances.generator("least_squares_problem", instance)
    return Start(rng.standard_normal((n, d)) / d**0.5, rng.standard_normal(n), rng.standard_normal(d))
