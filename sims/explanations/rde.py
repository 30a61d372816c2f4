"""Distortion by redrawing, subsets by enumeration, soft masks by projected descent."""

from __future__ import annotations

import itertools
from typing import Literal, NamedTuple

from sims import arrays, instances
from sims.arrays import Array, Generator, NonNegative, Whole, kernel, namespace
from sims.iterate import until

Mode = Literal["conditional", "marginal"]


class Problem(NamedTuple):
    """A linear function w (d,), the law N(mu, Sigma) of its inputs, and an input x (d,)."""

    w: Array
    mu: Array
    Sigma: Array
    x: Array


class Soft(NamedTuple):
    """The mask s (trials, d) and the length of the projected gradient step where the descent stopped, (trials,)."""

    s: Array
    stationarity: Array


def gaussian_problem(d: int, *, instance: int = 0) -> Problem:
    """Return a problem with correlated inputs, on the host.

    >>> gaussian_problem(3).Sigma.shape
    (3, 3)
    """
    rng = instances.generator("gaussian_problem", instance)
    w, mu, x = rng.standard_normal((3, d))
    return Problem(w, mu, instances.wishart(2 * d, d, instance=instance), x)


def _root(source: Array | Generator, Sigma: Array) -> Array:
    """A matrix R with R R' = Sigma."""
    values, vectors = arrays.eigh(arrays.asarray(source, Sigma))
    xp = namespace(values)
    return vectors * xp.sqrt(xp.clip(values, 0.0))


def _redrawn(root: Array, z: Array, x: Array, keep: list[int], mode: str) -> Array:
    """Inputs about their mean with the coordinates `keep` of x and the others redrawn from z ~ N(0, Sigma).

    In distribution: what z has, moved by the regression of the others on how far z misses x at `keep`.
    """
    xp, d = namespace(z), root.shape[0]
    kept = arrays.asarray(z, [1.0 if i in keep else 0.0 for i in range(d)])
    if mode == "conditional" and 0 < len(keep) < d:
        at = arrays.asarray(z, keep)
        Sigma = root @ root.mT
        columns = xp.take(Sigma, at, axis=1)
        gain = arrays.spd_solve(xp.take(columns, at, axis=0)[None, ...], columns.mT[None, ...])[0, ...]
        z = z + xp.take(x - z, at, axis=-1) @ gain
    return kept * x + (1 - kept) * z


@kernel(floats=lambda w, **_: 5 * len(w))
def rde_distortion(
    w: Array, mu: Array, Sigma: Array, x: Array, keep: list[int], mode: Mode = "conditional", *,
    trials: int, rng: Generator,
) -> Array:  # fmt: skip
    """Redraw all coordinates but `keep` (indices) of x once a trial: the squared change of w.x, (trials,).

    w, mu, x: (d,); Sigma: (d, d); keep: indices; mode: "conditional" or "marginal".

    >>> from sims.arrays import strict_rng
    >>> rde_distortion([1.0, 2.0], [0.0, 0.0], [[1.0, 0.5], [0.5, 1.0]], [1.0, 1.0], [0], trials=3,
    ...     rng=strict_rng(0)).shape
    (3,)
    """
    root = _root(rng, Sigma)
    centred = arrays.asarray(rng, x) - arrays.asarray(rng, mu)
    z = rng.standard_normal(size=(trials, len(w))) @ root.mT
    return ((centred - _redrawn(root, z, centred, keep, mode)) @ arrays.asarray(rng, w)) ** 2


@kernel(floats=lambda w, **_: 8 * len(w))
def rde_average(
    w: Array, Sigma: Array, keep: list[int], mode: Mode = "conditional", *, trials: int, rng: Generator
) -> Array:
    """Draw an input and redraw it once a trial, all but `keep` (indices): the squared change of w.x, (trials,).

    w: (d,); Sigma: (d, d); keep: indices; mode: "conditional" or "marginal".

    >>> from sims.arrays import strict_rng
    >>> rde_average([1.0, 2.0], [[1.0, 0.5], [0.5, 1.0]], [0], trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    root = _root(rng, Sigma)
    draws = rng.standard_normal(size=(trials, 2, len(w))) @ root.mT
    x, z = draws[:, 0, :], draws[:, 1, :]
    return ((x - _redrawn(root, z, x, keep, mode)) @ arrays.asarray(rng, w)) ** 2


@kernel(floats=lambda w, **_: 2 ** len(w) * len(w))
def subset_search(w: Array, Sigma: Array, k: Whole, *, trials: int, rng: Generator) -> Array:
    """Try all subsets of size k: the least expected distortion of inputs redrawn in distribution, (trials,), all equal.

    The distortion of each is read off how the change of w.x depends on the independent normals behind both draws.
    w: (d,); Sigma: (d, d), positive definite; k: from 0 to d.

    >>> import numpy as np
    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(subset_search([1.0, 2.0], np.eye(2), 1, trials=1, rng=strict_rng(0)))
    array([2.])
    """
    root, weights = _root(rng, Sigma), arrays.asarray(rng, w)
    xp, nothing = namespace(root), arrays.zeros(rng, root.shape)
    # Row i: what the normal number i does, behind the input or behind the redraw.
    inputs, redraws = xp.concat([root.mT, nothing]), xp.concat([nothing, root.mT])
    found = []
    for keep in itertools.combinations(range(len(w)), k):
        change = (inputs - _redrawn(root, redraws, inputs, list(keep), "conditional")) @ weights
        found.append(xp.sum(change * change))
    return xp.min(xp.stack(found)) + arrays.zeros(rng, (trials,))


@kernel(floats=lambda w, **_: 8 * len(w))
def rde_soft_mask(w: Array, sigma2: Array, lam: NonNegative, *, trials: int, rng: Generator) -> Soft:
    """Descend on expected distortion plus lam times the mask's sum, from random masks, projected onto [0, 1].

    w, sigma2: (d,); lam >= 0. Returns fields s (trials, d), stationarity (trials,): the largest entry's move in a step.

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(rde_soft_mask([1.0, 2.0], [1.0, 0.5], 2.0, trials=1, rng=strict_rng(0)).s).round(6)
    array([[0.5 , 0.75]])
    """
    # The change is sum_i (1 - s_i) w_i (x_i - n_i): its second moment has the variances of the differences.
    curvature = 2 * (arrays.asarray(rng, w) ** 2 * 2 * arrays.asarray(rng, sigma2))
    start = rng.random(size=(trials, len(w)))
    xp = namespace(start)
    step = 1 / xp.max(curvature)

    def moved(s: Array) -> Array:
        return xp.clip(s - step * (lam - curvature * (1 - s)), 0.0, 1.0)

    s, stationarity = until(moved, start, lambda s: xp.max(xp.abs(moved(s) - s), axis=-1), 1e-14, 20_000, every=50)
    return Soft(s, stationarity)
