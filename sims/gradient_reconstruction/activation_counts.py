"""How many samples some neuron isolates, counted from firing patterns and from gradients that are really divided."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Literal, NamedTuple

from sims import digits
from sims.activations import activate
from sims.arrays import (
    Array,
    Generator,
    Share,
    arange,
    asarray,
    eye,
    host_normals,
    kernel,
    less_equal,
    namespace,
    permutations,
    spd_solve,
    where_valid,
    zeros,
)
from sims.gradient_reconstruction.measures import difference_ratios, recovered_among, row_ratios


class Imprint(NamedTuple):
    """Samples alone in their bin: their number, half the squared difference of two batches, and whether all are alone.

    Each (trials,); `variance` is unbiased for the variance of `expected`.
    """

    expected: Array
    variance: Array
    all: Array


# --- exclusive activations --------------------------------------------------------------------------------------------


@kernel(floats=lambda B, m, **_: 4 * m * B + 2 * m)
def expected_exclusive(
    B: int, m: int, threshold: float = 0.0, rho: Share = 0.0, *, trials: int, rng: Generator
) -> Array:
    """Return how many of B samples are alone in firing one of m neurons, from their pre-activations, (trials,).

    B, m: samples and neurons, integers >= 1; threshold: real; rho: common correlation, in [0, 1].

    >>> from sims.arrays import strict_rng
    >>> expected_exclusive(4, 10, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    xp = namespace(rng)
    Z = math.sqrt(1 - rho) * rng.standard_normal(size=(trials, m, B))
    Z += math.sqrt(rho) * rng.standard_normal(size=(trials, m, 1))
    fires = xp.astype(Z > threshold, xp.float64)
    alone = fires * xp.astype(xp.sum(fires, axis=-1, keepdims=True) == 1, xp.float64)
    return xp.sum(xp.max(alone, axis=1), axis=-1)


@kernel(floats=lambda B, m, d, **_: 2 * m * B * d + 4 * m * d)
def exclusive_division(
    B: int, m: int, d: int, threshold: float = 0.0, rho: Share = 0.0, *, trials: int, rng: Generator
) -> Array:
    """Return how many samples the ratios G_W[j]/G_b[j] of a real hidden relu layer's gradient contain, (trials,).

    Unit samples of common cosine rho in dimension d > B, bias -threshold in every neuron, squared loss of random
    outputs, and generic residuals.

    B, m, d: samples, neurons, inputs, integers >= 1.

    >>> from sims.arrays import strict_rng
    >>> exclusive_division(3, 8, 6, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    xp = namespace(rng)
    own, shared = math.sqrt(1 - rho), math.sqrt(rho)
    X = asarray(rng, [[own if k == i else shared if k == d - 1 else 0.0 for k in range(d)] for i in range(B)])
    W = rng.standard_normal(size=(trials, m, d))
    fires = xp.astype(W @ X.mT > threshold, xp.float64)
    outgoing, residuals = rng.standard_normal(size=(trials, m, 1)), rng.standard_normal(size=(trials, 1, B))
    delta = fires * outgoing * residuals
    candidates = row_ratios(delta @ X, xp.sum(delta, axis=-1))
    return xp.sum(recovered_among(candidates, X + zeros(rng, (trials, 1, 1))), axis=-1)


# --- imprint layers ---------------------------------------------------------------------------------------------------


def _alone(bins: Array, k: int, lowest: int = 0) -> Array:
    """How many entries of bins (T, n) share their bin with nobody; bins below `lowest` do not count."""
    xp = namespace(bins)
    counts = xp.sum(xp.astype(bins[:, :, None] == arange(bins, k), xp.float64), axis=1)
    return xp.sum(xp.astype(counts[:, lowest:] == 1, xp.float64), axis=-1)


@kernel(floats=lambda n, k, **_: 4 * n * k)
def imprint_counts(n: int, k: int, covered: bool = True, *, trials: int, rng: Generator) -> Imprint:
    """Whole the lone samples of two iid batches of n over k equal bins (k + 1, the lowest without neuron, if not
    covered).

    n, k: samples and neurons, integers >= 1. Returns fields expected, variance, all, each (trials,).

    >>> from sims.arrays import strict_rng
    >>> imprint_counts(4, 10, trials=3, rng=strict_rng(0)).expected.shape
    (3,)
    """
    xp = namespace(rng)
    bins = k if covered else k + 1
    first, second = (_alone(rng.integers(0, bins, size=(trials, n)), bins, 0 if covered else 1) for _ in range(2))
    return Imprint(first, 0.5 * (first - second) ** 2, xp.astype(first == n, xp.float64))


def imprint_gradient(X: Array, edges: Array, residuals: Array, outgoing: Array) -> tuple[Array, Array]:
    """Return the gradient (T, k, d), (T, k) of an imprint layer that reads the first coordinate of X (T, n, d).

    Neuron l fires on samples above its edge; residuals (T, n) reach neuron l through outgoing weights (T, k) or (1, 1).
    """
    xp = namespace(X)
    fires = xp.astype(X[:, :, 0][:, None, :] > edges[:, None], xp.float64)
    delta = fires * residuals[:, None, :] * outgoing[..., None]
    return delta @ X, xp.sum(delta, axis=-1)


@kernel(floats=lambda n, k, d, **_: 2 * n * k * (d + 2) + 4 * k * d)
def imprint_division(n: int, k: int, d: int, shared: bool = True, *, trials: int, rng: Generator) -> Array:
    """Return how many Gaussian samples the differences of a real imprint layer's gradient contain, (trials,).

    `shared` gives all k neurons the same outgoing weight, which the attack needs.

    n, k, d: samples, neurons, inputs, integers >= 1.

    >>> from sims.arrays import strict_rng
    >>> imprint_division(4, 10, 6, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    xp = namespace(rng)
    X = rng.standard_normal(size=(trials, n, d))
    edges = asarray(rng, [-40.0, *(NormalDist().inv_cdf(l / k) for l in range(1, k))])
    residuals = rng.standard_normal(size=(trials, n))
    outgoing = rng.standard_normal(size=(1, 1) if shared else (trials, k))
    candidates = difference_ratios(*imprint_gradient(X, edges, residuals, outgoing))
    return xp.sum(recovered_among(candidates, X), axis=-1)


@kernel(floats=lambda n, k, **_: 4 * n * k)
def imprint_expected(n: int, k: int, *, covered: bool = True, trials: int, rng: Generator) -> Array:
    """Return the number of lone samples of an iid batch of n over k bins, shape (trials,).

    n, k: samples and neurons, integers >= 1.

    >>> from sims.arrays import strict_rng
    >>> imprint_expected(4, 10, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    return imprint_counts(n, k, covered, trials=trials, rng=rng).expected


@kernel(floats=lambda n, k, **_: 4 * n * k)
def imprint_variance(n: int, k: int, *, trials: int, rng: Generator) -> Array:
    """Return half the squared difference of two counts of lone samples: unbiased for their variance, (trials,).

    n, k: samples and neurons, integers >= 1.

    >>> from sims.arrays import strict_rng
    >>> imprint_variance(4, 10, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    return imprint_counts(n, k, trials=trials, rng=rng).variance


@kernel(floats=lambda n, k, **_: 4 * n * k)
def imprint_all(n: int, k: int, *, trials: int, rng: Generator) -> Array:
    """Return 1.0 where no two samples share a bin, shape (trials,).

    n, k: samples and neurons, integers >= 1.

    >>> from sims.arrays import strict_rng
    >>> imprint_all(4, 10, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    return imprint_counts(n, k, trials=trials, rng=rng).all


@kernel(floats=lambda n, k, **_: 4 * n * k)
def imprint_digits(n: int, k: int, direction: Literal["brightness", "random"], *, trials: int, rng: Generator) -> Array:
    """Whole the lone digits of batches from the last 897 images over bins from quantiles of the first 900, (trials,).

    direction: 'brightness' (the sum of the pixels) or 'random' (one fixed Gaussian direction).

    n, k: images and neurons, integers >= 1.

    >>> from sims.arrays import strict_rng
    >>> imprint_digits(4, 10, 'brightness', trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    xp = namespace(rng)
    images = digits.load().images
    weights = images[0] * 0 + 1 if direction == "brightness" else host_normals(0, 64)
    scores = images @ weights
    public = sorted(scores[:900].tolist())
    edges = asarray(rng, [-1e9, *(public[round(900 * l / k)] for l in range(1, k))])
    pool = asarray(rng, scores[900:])
    chosen = permutations(rng, trials, pool.shape[0])[:, :n]
    scores_of = xp.reshape(xp.take(pool, xp.reshape(chosen, (-1,)), axis=0), (trials, n))
    bins = xp.sum(xp.astype(scores_of[:, :, None] > edges, xp.int64), axis=-1) - 1
    return _alone(bins, k)


# --- active equations -------------------------------------------------------------------------------------------------


@kernel(floats=lambda m, d, **_: 3 * m * d + 3 * d * d)
def relu_recovery_probability(m: int, d: int, *, trials: int, rng: Generator) -> Array:
    """Return 1.0 where least squares on the active neurons gives r x to a relative error below 1e-6, shape (trials,).

    Fewer than d active neurons leave a singular system: its solution also reproduces the gradient, and is not r x. A
    trial whose solution does not reproduce the gradient to 1e-9 says nothing and is NaN.

    m, d: neurons and inputs, integers >= 1.

    >>> from sims.arrays import strict_rng
    >>> relu_recovery_probability(12, 4, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    xp = namespace(rng)
    W = rng.standard_normal(size=(trials, m, d))
    x, r = rng.standard_normal(size=(trials, d, 1)), rng.standard_normal(size=(trials, 1, 1))
    z = W @ x
    g = r * activate(z, "relu")
    active = W * xp.astype(z > 0, xp.float64)
    normal = active.mT @ active
    # One step of refinement undoes most of the squared condition number; the tiny shift only keeps the factor finite.
    shift = 1e-13 * m * eye(W, d)
    solution = spd_solve(normal + shift, active.mT @ g)
    for _ in range(3):
        solution = solution + spd_solve(normal + shift, active.mT @ (g - active @ solution))
    size = xp.sum((r * x) ** 2, axis=(-2, -1))
    error = xp.sum((solution - r * x) ** 2, axis=(-2, -1)) / size
    residual = xp.sum((active @ solution - g) ** 2, axis=(-2, -1)) / (m * size)
    return where_valid(residual <= 1e-18, less_equal(error, 1e-12))
