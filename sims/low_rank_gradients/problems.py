"""Instances of the bilinear model: curvatures with given eigenvalues, a target, a start, a subspace to train in."""

from __future__ import annotations

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


def bilinear_problem(beta: Numbers, gamma: Numbers, r: int = 1, *, instance: int = 0) -> Bilinear:
    """Return an instance: Gaussian A and W0, eigenvalues beta (m,) and gamma (n,), P of r uniformly random columns.

    The eigenvectors U, V and P are uniformly random; all depend on the number `instance` and on the sizes alone.

    >>> bilinear_problem((0.5, 1.0, 2.0), (1.0, 1.5), 2).P.shape
    (3, 2)
    """
    m, n = len(beta), len(gamma)
    U, V = (instances.frame(size, size, instance=2 * instance + i) for i, size in enumerate((m, n)))
    B, C = ((q * list(values)) @ q.T for q, values in ((U, beta), (V, gamma)))
    B, C = (B + B.T) / 2, (C + C.T) / 2
    A, W0 = (instances.gaussian(m, n, instance=2 * instance + i) for i in range(2))
    return Bilinear(A, B, C, W0, A - B @ W0 @ C, U, V, instances.frame(m, r, instance=instance + 1000))
