"""One step of a ReLU network on h_2(u.x): the subspace of its first gradient, and what can be fitted in it."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, kernel
from sims.feature_learning.hermite import hermite_features
from sims.subspaces import top_directions


class OneStep(NamedTuple):
    """Squared overlaps, each (trials,).

    first, second: of u with the two leading left singular vectors of the gradient; both: their sum; labels: of the
    first with X'y; hessian: of u with the top eigenvector of the sample Hessian; inside: of that with the span of the
    two; neuron: share of the gradient energy of single neurons along u; explained: share of the target's variance that
    least squares of degree 2 in that span explains.
    """

    first: Array
    second: Array
    both: Array
    labels: Array
    hessian: Array
    inside: Array
    neuron: Array
    explained: Array


@kernel(floats=lambda d, n, width=8, **_: 2 * n * d + 2 * n * width * d + 2 * width * d * d + 4 * d * d)
def one_step_features(d: int, n: int, width: int = 8, *, trials: int, rng: Generator) -> OneStep:
    """First gradient matrix of width * d ReLU neurons on n samples of h_2(x_1), without noise, and its subspace.

    d >= 3, n >= 6. The neurons' signs turn columns of the matrix and no left singular vector: they are left out.
    Returns `OneStep`.

    >>> from sims.arrays import strict_rng
    >>> one_step_features(5, 20, trials=3, rng=strict_rng(0)).explained.shape
    (3,)
    """
    x = rng.standard_normal(size=(trials, n, d))
    w = rng.standard_normal(size=(trials, d, width * d))
    xp = arrays.namespace(x)
    y = (x[..., 0] ** 2 - 1) / math.sqrt(2)
    signal = (x * y[..., None]).mT
    G = signal @ xp.astype(x @ w > 0, x.dtype)
    V = top_directions(G, 2).directions
    top = arrays.eigh(signal @ x)[1][..., -1]
    labels = xp.sum(signal, axis=-1)
    along, energy = G[:, 0, :] ** 2, xp.sum(G * G, axis=1)
    first, second = V[:, 0, 0] ** 2, V[:, 0, 1] ** 2
    return OneStep(
        first,
        second,
        first + second,
        xp.sum(labels * V[..., 0], axis=-1) ** 2 / xp.sum(labels * labels, axis=-1),
        top[:, 0] ** 2,
        xp.sum((V.mT @ top[..., None]) ** 2, axis=(-2, -1)),
        xp.sum(along, axis=-1) / xp.sum(energy, axis=-1),
        _explained(x @ V, y, V[:, 0, :]),
    )


def _explained(z: Array, y: Array, a: Array) -> Array:
    """1 - risk of least squares on the six polynomials of degree <= 2 of z (trials, n, 2), where a = V'u.

    The target's projection on them has the coefficients a_1^2, sqrt(2) a_1 a_2, a_2^2 in the degree-2 ones.
    """
    xp = arrays.namespace(z)
    features = hermite_features(z, (0, 1, 2))
    found = arrays.spd_solve(features.mT @ features, features.mT @ y[..., None])[..., 0]
    zero = 0 * a[:, 0]
    best = xp.stack([zero, zero, zero, a[:, 0] ** 2, math.sqrt(2) * a[:, 0] * a[:, 1], a[:, 1] ** 2], axis=-1)
    return xp.sum(best * best, axis=-1) - xp.sum((found - best) ** 2, axis=-1)
