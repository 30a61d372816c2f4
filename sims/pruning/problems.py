"""Problems to prune: quadratic losses of correlated designs, and of two real data sets. Host arrays."""

from __future__ import annotations

import functools
import math
from typing import Literal, NamedTuple

from sims import instances
from sims.arrays import Array, host_array, host_stack, spd_solve
from sims.digits import Regression, load

Data = Literal["digits", "diabetes"]


class Quadratic(NamedTuple):
    """Curvature H and trained weights w: (p, p) and (p,), or stacks of them."""

    H: Array
    w: Array


def toeplitz(p: int, r: float) -> Array:
    """The p x p matrix $r^{|i-j|}$ (1 on the diagonal for r = 0).

    >>> toeplitz(2, 0.5)
    array([[1. , 0.5],
           [0.5, 1. ]])
    """
    return host_array([[r ** abs(i - j) if i != j else 1.0 for j in range(p)] for i in range(p)])


def correlate(z: Array, r: float) -> Array:
    """Rows of covariance `toeplitz(p, r)` from independent normals (..., p): each column leans on the one before."""
    x = z + 0.0
    for j in range(1, z.shape[-1]):
        x[..., j] = r * x[..., j - 1] + math.sqrt(1 - r * r) * z[..., j]
    return x


def one_design(n: int, p: int, r: float, *, instance: int = 0) -> Quadratic:
    """H = X'X/n of n rows of covariance `toeplitz(p, r)`, and standard normal weights."""
    rng = instances.generator("one_design", instance)
    x = correlate(rng.standard_normal((n, p)), r)
    return Quadratic(x.T @ x / n, rng.standard_normal(p))


def designs(n: int, p: int, r: float, count: int, *, instance: int = 0) -> Quadratic:
    """A stack of `count` problems of correlated designs: H (count, p, p), w (count, p).

    >>> designs(20, 8, 0.7, 3).H.shape
    (3, 8, 8)
    """
    return Quadratic(*instances.stack(one_design, count, n, p, r, instance=instance))


def chosen(p: int, k: int, *, instance: int = 0) -> tuple[int, ...]:
    """k distinct indices below p, in random order.

    >>> len(set(chosen(8, 3)))
    3
    """
    return tuple(instances.generator("chosen", instance).permutation(p)[:k].tolist())


@functools.cache
def regression(data: Data) -> Regression:
    """A real regression, features standardised and targets centred.

    data: "digits" (1797 images, the 52 pixels whose standard deviation is above half a grey level, on the label) or
    "diabetes" (442 patients, 10 features, on the course of the disease). Targets are over their standard deviation.

    >>> regression("digits").features.shape, regression("diabetes").features.shape
    ((1797, 52), (442, 10))
    """
    if data == "digits":
        images, labels = load()
        x, y = images[:, images.std(axis=0) > 1 / 32], labels
    elif data == "diabetes":
        from sklearn.datasets import load_diabetes

        x, y = load_diabetes(return_X_y=True)
    else:
        raise ValueError(f"data = {data!r}: must be one of 'digits', 'diabetes'")
    x = x - x.mean(axis=0)
    return Regression(x / x.std(axis=0), (y - y.mean()) / y.std())


def ridge(data: Data, lam: float) -> Quadratic:
    """H = X'X/n + lam I and the ridge fit of a real regression, lam a sample.

    >>> ridge("diabetes", 0.1).w.shape
    (10,)
    """
    x, y = regression(data)
    H = x.T @ x / len(x) + lam * host_array([[float(i == j) for j in range(x.shape[1])] for i in range(x.shape[1])])
    return Quadratic(H, spd_solve(H, (x.T @ y / len(x))[:, None])[:, 0])


def smallest(scores: Array, k: int) -> tuple[int, ...]:
    """The indices of the k smallest scores.

    >>> smallest(host_array([3.0, 1.0, 2.0]), 2)
    (1, 2)
    """
    return tuple(sorted(range(len(scores)), key=lambda i: float(scores[i]))[:k])


def stack_of(problems: list[Quadratic]) -> Quadratic:
    """A stack of problems of one size."""
    return Quadratic(*host_stack(problems))
