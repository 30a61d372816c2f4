"""First gradients of ReLU neurons on n samples: how much of their squared norm lies in the directions that matter."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims import arrays, instances
from sims.arrays import Array, Generator, NonNegative, kernel

_NULL = 1e-10


class GradientEnergy(NamedTuple):
    """Squared norm of the gradient, of its part in the range of A, and the share of this part, each (trials,)."""

    total: Array
    relevant: Array
    fraction: Array


class SampleProblem(NamedTuple):
    """Samples X (n, d), labels y (n,) and orthonormal directions (d, 2): of X'y, and of the sample Hessian."""

    X: Array
    y: Array
    directions: Array


def planted(d: int, r: int = 1) -> Array:
    """Return the matrix A of the target sum_i h_2(x_i)/sqrt(r) of the first r of d coordinates, of unit variance.

    >>> float(planted(3)[0, 0].round(6))
    1.414214
    """
    return arrays.host_array([[math.sqrt(2 / r) * float(i == j < r) for j in range(d)] for i in range(d)])


def _energies(A: Array, neurons: Array, n: int, sigma2: float, rng: Generator) -> GradientEnergy:
    """Of all the neurons (trials, d, N) on the same samples, the mean energies."""
    trials, d = neurons.shape[0], neurons.shape[1]
    form = arrays.asarray(rng, A)
    x = rng.standard_normal(size=(trials, n, d))
    xp = arrays.namespace(x)
    y = 0.5 * (xp.sum((x @ form) * x, axis=-1) - xp.linalg.trace(form))
    if sigma2:
        y = y + math.sqrt(sigma2) * rng.standard_normal(size=(trials, n))
    active = xp.astype(x @ neurons > 0, x.dtype)
    g = (x * y[..., None]).mT @ active / n
    values, vectors = arrays.eigh(form[None, ...])
    kept = xp.astype(xp.abs(values) > _NULL * xp.max(xp.abs(values)), x.dtype)
    inside = (vectors * kept[:, None, :])[0, ...].T @ g
    total, relevant = (xp.sum(part * part, axis=(-2, -1)) / neurons.shape[-1] for part in (g, inside))
    seen = total > 0  # no sample may be active
    return GradientEnergy(total, relevant, relevant / xp.where(seen, total, xp.ones_like(total)))


@kernel(floats=lambda A, n, **_: 5 * n * len(A))
def gradient_energy(A: Array, w: Array, n: int, sigma2: NonNegative, *, trials: int, rng: Generator) -> GradientEnergy:
    """Energy of one neuron's gradient, mean of y_i 1{w.x_i > 0} x_i on n samples with label noise.

    A: (d, d), symmetric, of the target (x'Ax - tr A)/2; w: (d,), of norm 1. Returns `GradientEnergy`.

    >>> from sims.arrays import strict_rng
    >>> gradient_energy([[1.0, 0.0], [0.0, 0.0]], [0.6, 0.8], 10, 0.5, trials=3, rng=strict_rng(0)).total.shape
    (3,)
    """
    one = arrays.zeros(rng, (trials, 1, 1))
    return _energies(A, one + arrays.asarray(rng, w)[:, None], n, sigma2, rng)


@kernel(floats=lambda A, n, **_: 7 * n * len(A))
def mean_gradient_energy(A: Array, n: int, sigma2: NonNegative, *, trials: int, rng: Generator) -> GradientEnergy:
    """Mean energy over the d neurons of a uniformly random frame on the same n samples; each neuron is uniform.

    A: (d, d), symmetric. Returns `GradientEnergy`; its fraction is that of the d neurons together.

    >>> from sims.arrays import strict_rng
    >>> mean_gradient_energy(planted(3), 10, 0.0, trials=3, rng=strict_rng(0)).fraction.shape
    (3,)
    """
    return _energies(A, arrays.haar_frames(rng, trials, len(A), len(A)), n, sigma2, rng)


def sample_problem(n: int, d: int, *, instance: int = 0) -> SampleProblem:
    """Return an instance: Gaussian samples, y = h_2(x_1), and two directions in which gradients are to be seen.

    >>> sample_problem(9, 3).directions.shape
    (3, 2)
    """
    X = instances.gaussian(n, d, instance=instance)
    y = (X[:, 0] ** 2 - 1) / math.sqrt(2)
    first = X.T @ y
    first = first / math.sqrt(float(first @ first))
    top = arrays.eigh((X * y[:, None]).T @ X)[1][:, -1]
    top = top - (top @ first) * first
    top = top / math.sqrt(float(top @ top))
    return SampleProblem(X, y, arrays.namespace(X).stack([first, top], axis=-1))


@kernel(floats=lambda X, neurons=16, **_: 4 * neurons * len(X))
def gradient_forms(X: Array, y: Array, directions: Array, neurons: int = 16, *, trials: int, rng: Generator) -> Array:
    """Squared parts of first gradients along given directions (d, k), mean over random neurons; (trials, k).

    X: (n, d), samples as rows, and y: (n,) are the same in all trials.

    >>> from sims.arrays import strict_rng
    >>> X, y, directions = sample_problem(9, 3)
    >>> gradient_forms(X, y, directions, trials=4, rng=strict_rng(0)).shape
    (4, 2)
    """
    x, labels, seen = (arrays.asarray(rng, part) for part in (X, y, directions))
    w = rng.standard_normal(size=(trials, x.shape[1], neurons))
    xp = arrays.namespace(w)
    weights = (x @ seen) * labels[:, None] / x.shape[0]
    parts = weights.T @ xp.astype(x @ w > 0, w.dtype)
    return xp.mean(parts * parts, axis=-1)
