"""Two data sets, one trained predictor: maximum margins and relu networks before and after splitting each sample."""

from __future__ import annotations

from typing import NamedTuple

from sims.activations import activate
from sims.arrays import Array, Generator, asarray, kernel, namespace, random_signs
from sims.gradient_reconstruction.queries import unit_rows
from sims.max_margin import max_margin


class Split(NamedTuple):
    """Relative change of the predictor, how far the data moved relative to their size, and the certificate `gap`, the
    larger of both machines' gaps between dual and primal margin relative to the margin, each (trials,)."""

    change: Array
    displacement: Array
    gap: Array


class NetworkSplit(NamedTuple):
    """Largest change of an output, relative change of the mean weight gradient, and displacement, each (trials,)."""

    output_change: Array
    gradient_change: Array
    displacement: Array


def _predictor(X: Array, y: Array) -> tuple[Array, Array]:
    """The hard-margin predictors w, min_i y_i w x_i = 1, shape (T, d), and their certificates (T,)."""
    found = max_margin(y[..., None] * X)
    longest = namespace(X).sqrt(namespace(X).max(namespace(X).sum(X * X, axis=-1), axis=-1))
    return found.direction / found.margin[:, None], found.gap * longest / found.margin


@kernel(floats=lambda n, d, **_: 13 * n * d)
def max_margin_split(
    n: int, d: int, t: float, *, tilt: float = 0.0, partner: bool = True, trials: int, rng: Generator
) -> Split:
    """Split Gaussian data with random labels (n < d: separable) along a random direction orthogonal to w.

    `tilt` adds that multiple of w to the unit direction (then w must change); without `partner` only x_i + t v of the
    first sample is put in its place.

    n < d; t: length of the split. Returns the fields of Split, each (trials,).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> max_margin_split(3, 6, 0.5, trials=2, rng=rng)[0].shape
    (2,)
    """
    xp = namespace(rng)
    X, y = rng.standard_normal(size=(trials, n, d)), random_signs(rng, (trials, n))
    w, gap = _predictor(X, y)
    v = rng.standard_normal(size=(trials, d))
    unit = unit_rows(w)
    v = unit_rows(v - xp.sum(v * unit, axis=-1, keepdims=True) * unit) + tilt * unit
    shift = t * v[:, None, :]
    if partner:
        moved, labels = xp.concat([X + shift, X - shift], axis=1), xp.concat([y, y], axis=1)
    else:
        first = asarray(rng, [[1.0 if i == 0 else 0.0] for i in range(n)])
        moved, labels = X + first * shift, y
    again, other = _predictor(moved, labels)
    change = xp.sqrt(xp.sum((again - w) ** 2, axis=-1) / xp.sum(w * w, axis=-1))
    size = xp.sqrt(xp.mean(xp.sum(X * X, axis=-1), axis=-1))
    return Split(change, abs(t) * xp.sqrt(xp.sum(v * v, axis=-1)) / size, xp.maximum(gap, other))


@kernel(floats=lambda m, d, **_: 8 * m * d)
def network_split(
    m: int, d: int, share: float = 0.9, *, orthogonal: bool = True, trials: int, rng: Generator
) -> NetworkSplit:
    """Split one sample of a bias-free two-layer relu network inside its activation region, along a direction that its
    input gradient does not see (or any direction, if not `orthogonal`).

    t is `share` of the way to the nearest region boundary. The mean weight gradient of the pair is compared with the
    sample's own.

    m neurons, d inputs; share in (0, 1). Returns the fields of NetworkSplit, each (trials,).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> network_split(4, 6, trials=2, rng=rng)[0].shape
    (2,)
    """
    xp = namespace(rng)
    W, a = rng.standard_normal(size=(trials, m, d)), rng.standard_normal(size=(trials, m))
    x, v = rng.standard_normal(size=(trials, d)), rng.standard_normal(size=(trials, d))
    z = (W @ x[..., None])[..., 0]
    active = xp.astype(z > 0, xp.float64)
    slope = unit_rows(((active * a)[:, None, :] @ W)[:, 0, :])
    if orthogonal:
        v = v - xp.sum(v * slope, axis=-1, keepdims=True) * slope
    v = unit_rows(v)
    speed = (W @ v[..., None])[..., 0]
    t = share * xp.min(xp.abs(z) / (xp.abs(speed) + 1e-12 * xp.abs(z)), axis=-1)[:, None]
    here = _output_and_gradient(W, a, x)
    there, back = _output_and_gradient(W, a, x + t * v), _output_and_gradient(W, a, x - t * v)
    output = xp.abs(there[0] - here[0])
    other = xp.abs(back[0] - here[0])
    output = xp.where(output > other, output, other) / xp.sqrt(xp.sum(x * x, axis=-1) * xp.sum(a * a, axis=-1))
    difference = 0.5 * (there[1] + back[1]) - here[1]
    # A sample that fires no neuron has no gradient at all: measured against 1, its change is 0.
    size = xp.sum(here[1] ** 2, axis=(-2, -1))
    change = xp.sum(difference**2, axis=(-2, -1)) / xp.where(size > 0, size, xp.ones_like(size))
    return NetworkSplit(output, xp.sqrt(change), t[:, 0])


def _output_and_gradient(W: Array, a: Array, x: Array) -> tuple[Array, Array]:
    xp = namespace(W)
    z = (W @ x[..., None])[..., 0]
    output = xp.sum(a * activate(z, "relu"), axis=-1)
    return output, (a * xp.astype(z > 0, xp.float64))[..., None] * x[:, None, :]
