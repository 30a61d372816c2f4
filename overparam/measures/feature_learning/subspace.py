"""The directions that the first gradient of a network would find: leading eigenvectors of the sample Hessian."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import scipy.sparse.linalg as sparse

from overparam.measures.input import Floats, Given, matrix, same_rows, vector
from overparam.measures.result import Result
from theory.domain import integer

_CLAIMS = ("gradient-matrix-is-sample-hessian", "gradient-matrix-is-sample-hessian-kernel")
_SHUFFLES = 19
"""Permutations of the targets: the largest of 20 equally likely values, 5 %."""
_EFFORT = 4e10
"""Multiplications that the permutations may take; fewer of them for large data."""


class GradientSubspace(NamedTuple):
    """Directions (d, k) of norm 1 in the space of X, strongest first; how many of them stand out of chance."""

    directions: Floats
    number: Result


def gradient_subspace(X: Any, y: Any, k: Any = 1) -> GradientSubspace:
    r"""Return the k directions along which targets bend most: eigenvectors of the sample Hessian of whitened data.

    $$H = \frac1n\sum_i e_i\,z_iz_i^\top, \qquad z = \Sigma^{-1/2}(x-\bar x)$$
    with e what the best linear fit leaves of y, in units of its standard deviation, and eigenvalues in order of their
    size. A wide network's first gradient lies along these directions, beside X'y. A direction counts if its eigenvalue
    exceeds those of permuted targets (19 times; fewer where the data are large), in order until one does not.

    X: (n, d) of any library, samples as rows; directions in which it does not vary are left out, and there must be at
    least twice as many samples as directions that are left. y: (n,), not a linear function of X. k: from 1 to the
    number of these. Returns fields directions, w with w'x the projection (their signs mean nothing), and number: null
    0, detail: eigenvalues (k,), threshold, permutations, projections (n, k), of variance 1. Raises ValueError outside
    these domains.

    Source: `theory.feature_learning.mean_gradient_gram`, derived here; Damian, Lee, Soltanolkotabi 2022,
    arXiv:2206.15144 (recalled).

    >>> x = np.random.default_rng(0).standard_normal((300, 5))
    >>> found = gradient_subspace(x, x[:, 1] ** 2)
    >>> found.number.value, bool(abs(found.directions[1, 0]) > 0.95)
    (1, True)
    """
    features, targets = matrix("X", X), vector("y", y)
    same_rows(features, "y", targets.shape[0])
    z, back = _whitened(features)
    n, rank = z.shape
    size = integer("k", k, 1, rank)
    e = _left(z, targets)
    values, vectors = _leading(z, e, size)
    rng = np.random.default_rng(0)
    count = max(1, min(_SHUFFLES, int(_EFFORT / (40.0 * n * rank))))
    chance = [abs(float(_leading(z, rng.permutation(e), 1)[0][0])) for _ in range(count)]
    threshold = max(chance)
    above = np.abs(values) > threshold
    kept = size if above.all() else int(np.argmin(above))
    directions = back @ vectors
    directions /= np.linalg.norm(directions, axis=0)
    detail = {
        "eigenvalues": values, "threshold": threshold, "permutations": count, "projections": z @ vectors
    }  # fmt: skip
    return GradientSubspace(directions, Result(
        "gradient subspace", kept, 0.0, sentence=_sentence(kept, size, values, threshold), claims=_CLAIMS, detail=detail
    ))  # fmt: skip


def _whitened(features: Given) -> tuple[Floats, Floats]:
    """Rows of covariance I, and the map from their directions to those of X."""
    n, d = features.shape
    centre = features.values.mean(axis=0)
    x = features.values - centre
    scale = np.max(np.abs(x), axis=0)
    constant = scale <= 4 * features.eps * np.abs(centre)  # what is left of equal entries is rounding
    if constant.all():
        raise ValueError(f"{features.name} = array of equal rows: must vary")
    x[:, constant] = 0.0
    x /= np.where(constant, 1.0, scale)
    x, inverse = _unit_columns(x)
    values, vectors = np.linalg.eigh(x.T @ x / n)
    # A correlation matrix resolves what is larger than the rounding of its largest eigenvalue, and of the data.
    kept = values > values[-1] * max(d * np.finfo(float).eps, features.eps**2) * 4
    if n < 2 * np.count_nonzero(kept):
        raise ValueError(
            f"{features.name} = array of shape {features.shape}: must have at least {2 * np.count_nonzero(kept)} rows, "
            "twice as many as directions in which it varies"
        )
    back = vectors[:, kept] / np.sqrt(values[kept])
    units = inverse / np.where(constant, 1.0, scale)
    return np.asarray(x @ back), np.asarray(back * (units / units.max())[:, None])


def _unit_columns(x: Floats) -> tuple[Floats, Floats]:
    """Columns over their standard deviations (those that are 0 stay), and what they were multiplied by."""
    spread = np.sqrt(np.mean(x * x, axis=0))
    inverse = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 0)
    x *= inverse
    return x, inverse


def _left(z: Floats, targets: Given) -> Floats:
    """Targets less their linear fit, of variance 1."""
    y = targets.values
    largest = float(np.max(np.abs(y)))
    y = y / largest if largest else y
    e = y - y.mean()
    e = e - z @ (z.T @ e) / len(z)
    e -= e.mean()
    spread = float(np.sqrt(np.mean(e * e)))
    if spread <= 8 * len(z) ** 0.5 * targets.eps:
        raise ValueError(f"{targets.name} = array that is constant or a linear function of the features: nothing bends")
    return np.asarray(e / spread)


def _leading(z: Floats, e: Floats, k: int) -> tuple[Floats, Floats]:
    """The k eigenvalues of (1/n) sum e_i z_i z_i', largest in size first, with their vectors."""
    n, d = z.shape
    if d <= max(200, 3 * k):
        values, vectors = np.linalg.eigh((z.T * e) @ z / n)
    else:
        product = sparse.LinearOperator((d, d), matvec=lambda v: z.T @ (e * (z @ v)) / n, dtype=np.float64)
        start = np.random.default_rng(1).standard_normal(d)
        values, vectors = sparse.eigsh(product, k, which="LM", v0=start, tol=1e-6)
    order = np.argsort(-np.abs(values))[:k]
    return values[order], vectors[:, order]


def _sentence(kept: int, k: int, values: Floats, threshold: float) -> str:
    largest = f"largest eigenvalue {abs(values[0]):.3g} in size, {threshold:.3g} by chance"
    if kept == 0:
        return f"No direction along which the targets bend stands out ({largest})."
    if kept == k:
        return f"Each of the {k} leading directions bends the targets more than chance does ({largest})."
    return f"{kept} of the {k} leading directions bend the targets more than chance does ({largest})."
