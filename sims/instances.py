"""Instances: matrices, masks and data sets that are drawn on the host from an instance number, the same everywhere.

A claim about a function of an instance names a recipe here; its cell holds the sizes and the number. Theory receives
the plain float64 NumPy arrays; the simulation moves them beside its generator. A recipe's draw depends on the recipe's
name and the number alone (and on the sizes), never on a suite seed, a backend or a machine.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sims.arrays import Array, asarray, host_frame, host_generator, host_stack


class Rows(NamedTuple):
    """A data set: samples as rows x (n, d), targets or class labels y (n,)."""

    x: Array
    y: Array


def generator(recipe: str, instance: int) -> Any:
    """Return the NumPy generator of a recipe's instance; ValueError unless `instance` is an integer >= 0."""
    try:
        number = operator.index(instance)
    except TypeError:
        number = -1
    if number < 0:
        raise ValueError(f"instance = {instance!r}: must be an integer >= 0")
    return host_generator(recipe, number)


def stack(recipe: Callable[..., Any], count: int, *args: Any, instance: int = 0, **options: Any) -> Any:
    """Return `count` instances of a recipe on a new leading axis: numbers instance * count and following.

    >>> stack(gaussian, 32, 3, 2, instance=1).shape
    (32, 3, 2)
    """
    first = instance * count
    return host_stack([recipe(*args, instance=number, **options) for number in range(first, first + count)])


def gaussian(n: int, p: int, scale: float = 1.0, *, instance: int = 0) -> Array:
    """An n x p matrix of independent N(0, scale^2) entries.

    >>> bool((gaussian(2, 3, instance=5) == gaussian(2, 3, instance=5)).all())
    True
    """
    return scale * generator("gaussian", instance).standard_normal((n, p))


def frame(n: int, k: int, *, instance: int = 0) -> Array:
    """An n x k matrix (k <= n) with orthonormal columns, uniformly distributed; an orthogonal matrix for k = n."""
    if not 1 <= k <= n:
        raise ValueError(f"k = {k!r}: must be an integer from 1 to n = {n}")
    return host_frame(generator("frame", instance), n, k)


def with_singular_values(values: Sequence[float], n: int, p: int, *, instance: int = 0) -> Array:
    """An n x p matrix U diag(values) V' of given singular values (at most min(n, p)) and random directions."""
    k = len(values)
    if not 1 <= k <= min(n, p):
        raise ValueError(f"values = {values!r}: must be 1 to {min(n, p)} numbers, no more than min(n, p)")
    rng = generator("with_singular_values", instance)
    left, right = host_frame(rng, n, k), host_frame(rng, p, k)
    return (left * list(values)) @ right.T


def with_eigenvalues(values: Sequence[float], *, instance: int = 0) -> Array:
    """A symmetric matrix Q diag(values) Q' of given eigenvalues and random directions."""
    q = host_frame(generator("with_eigenvalues", instance), len(values), len(values))
    matrix = (q * list(values)) @ q.T
    return (matrix + matrix.T) / 2


def wishart(n: int, p: int, *, instance: int = 0) -> Array:
    """X'X/n of n Gaussian rows in dimension p: positive definite where n >= p."""
    x = generator("wishart", instance).standard_normal((n, p))
    return x.T @ x / n


def mask(n: int, s: int, *, instance: int = 0) -> Array:
    """A vector of n entries, s of them 1.0 at random places, the others 0.0.

    >>> float(mask(10, 4).sum())
    4.0
    """
    if not 0 <= s <= n:
        raise ValueError(f"s = {s!r}: must be an integer from 0 to n = {n}")
    return 1.0 * (generator("mask", instance).permutation(n) < s)


def bernoulli_mask(n: int, p: int, keep: float, *, instance: int = 0) -> Array:
    """An n x p matrix whose entries are 1.0 with probability `keep` in [0, 1], else 0.0."""
    if not 0 <= keep <= 1:
        raise ValueError(f"keep = {keep!r}: must be a number from 0 to 1")
    return 1.0 * (generator("bernoulli_mask", instance).random((n, p)) < keep)


def regression(n: int, d: int, r2: float = 1.0, sigma2: float = 1.0, *, instance: int = 0) -> Rows:
    """Gaussian rows with targets x'w + noise: |w|^2 = r2 in a random direction, noise of variance sigma2."""
    rng = generator("regression", instance)
    x, w, noise = rng.standard_normal((n, d)), rng.standard_normal(d), rng.standard_normal(n)
    return Rows(x, x @ (w * math.sqrt(r2 / float(w @ w))) + math.sqrt(sigma2) * noise)


def separable(n: int, d: int, margin: float = 0.1, *, instance: int = 0) -> Rows:
    """Gaussian rows with labels -1, 1 that a random direction u separates: y u'x >= margin for every row."""
    rng = generator("separable", instance)
    x, u = rng.standard_normal((n, d)), rng.standard_normal(d)
    u /= math.sqrt(float(u @ u))
    along = x @ u
    y = 1.0 - 2.0 * (along < 0)
    short = (margin - y * along).clip(0.0)
    return Rows(x + (y * short)[:, None] * u, y)


def classes(n_per_class: Sequence[int], d: int, separation: float = 1.0, *, instance: int = 0) -> Rows:
    """Gaussian classes: n_k rows N(m_k, I_d) of class k = 0, 1, ..., the means m_k ~ N(0, separation^2 I_d/d)."""
    rng = generator("classes", instance)
    means = separation / math.sqrt(d) * rng.standard_normal((len(n_per_class), d))
    labels = [k for k, n in enumerate(n_per_class) for _ in range(n)]
    x = means[labels] + rng.standard_normal((len(labels), d))
    return Rows(x, asarray(x, labels))
