"""Instances of the bilinear model: curvatures with given eigenvalues, a target, a start, a subspace to train in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sims import instances
from sims.arrays import Array

Numbers = Sequence[float]


class Bilinear(NamedTuple):
    """A, W0, G0 = A - B W0 C: (m, n); B = U diag(beta) U': (m, m); C = V diag(gamma) V': (n, n); P: (m, r)."""

    A: Array
    B: Array
    C: Array
    W0: Array
    G0: Array
    U: Array
    V: Array
    P: Array


def bilinear_problem(
    beta: Numbers, gamma: Numbers, r: int = 1, H0: Sequence[Numbers] | None = None, *, instance: int = 0
) -> Bilinear:
    """Return an instance: Gaussian A and W0, eigenvalues beta (m,) and gamma (n,), P of r uniformly random columns.

    The eigenvectors U, V and P are uniformly random; all depend on the number `instance` and on the sizes alone. H0:
    U' G0 V, if the start shall have this one; A is then what fits it.

    >>> bilinear_problem((0.5, 1.0, 2.0), (1.0, 1.5), 2).P.shape
    (3, 2)
    """
    m, n = len(beta), len(gamma)
    U, V = (instances.frame(size, size, instance=2 * instance + i) for i, size in enumerate((m, n)))
    B, C = ((q * list(values)) @ q.T for q, values in ((U, beta), (V, gamma)))
    B, C = (B + B.T) / 2, (C + C.T) / 2
    A, W0 = (instances.gaussian(m, n, instance=2 * instance + i) for i in range(2))
    if H0 is not None:
        A = U @ [list(row) for row in H0] @ V.T + B @ W0 @ C
    return Bilinear(A, B, C, W0, A - B @ W0 @ C, U, V, instances.frame(m, r, instance=instance + 1000))


class Start(NamedTuple):
    """A gradient G0 (m, n), eigenvalues beta (m,), gamma (n,) and eigenvectors U (m, m), V (n, n)."""

    G0: Array
    beta: tuple[float, ...]
    gamma: tuple[float, ...]
    U: Array
    V: Array


def random_start(m: int, n: int, zeros: int = 0, *, instance: int = 0) -> Start:
    """Return an instance: eigenvalues uniform in (1/20, 1), U' G0 V of random signs and sizes exp(2 N(0, 1)).

    zeros: how many eigenvalues of either side are 0.

    >>> random_start(3, 2, instance=1).G0.shape
    (3, 2)
    """
    rng = instances.generator("random_start", instance)
    beta, gamma = (0.05 + 0.95 * rng.random(size) for size in (m, n))
    beta[:zeros] = gamma[:zeros] = 0.0
    draws = rng.standard_normal((2, m, n))
    H0 = (1 - 2 * (draws[0] < 0)) * math.e ** (2 * draws[1])
    U, V = (instances.frame(size, size, instance=2 * instance + i) for i, size in enumerate((m, n)))
    return Start(U @ H0 @ V.T, tuple(beta.tolist()), tuple(gamma.tolist()), U, V)
