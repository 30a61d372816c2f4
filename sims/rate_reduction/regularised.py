"""Local maxima of the rate reduction with a penalty on the norm: all starts pooled, and maxima of chosen ranks."""

from __future__ import annotations

from typing import NamedTuple

from sims import arrays, optimize
from sims.arrays import Array, Generator, Positive, kernel, namespace
from sims.rate_reduction.rates import Sizes, classes, value_and_slopes

_NONZERO = 1e-3


class RegularisedMaxima(NamedTuple):
    """Where ascents from all starts of a trial ended.

    low, high: the least and largest nonzero squared singular value of each class (trials, k); zero: the largest of
    those that count as zero, below a thousandth of the largest of all; overlap: the largest cosine between classes;
    slope: the largest norm of a gradient. ranks (trials, starts, k); squares (trials, starts, k, d), ascending.
    """

    low: Array
    high: Array
    zero: Array
    overlap: Array
    slope: Array
    ranks: Array
    squares: Array


class RegularisedValue(NamedTuple):
    """The objective at a maximum of given ranks and after return from a perturbation; the share of rank that changed;
    the norm of the last gradient: each (trials,)."""

    value: Array
    back: Array
    rank: Array
    slope: Array


class _Penalised:
    """Minus Delta R + (lam/2)|Z|^2 as a function of a flat Z (problems, d m)."""

    def __init__(self, sizes: Sizes, d: int, eps: float, lam: float) -> None:
        self.sizes, self.d, self.eps, self.lam = sizes, d, eps, lam

    def features(self, x: Array) -> Array:
        return namespace(x).reshape(x, (x.shape[0], self.d, sum(self.sizes)))

    def __call__(self, x: Array) -> tuple[Array, Array]:
        xp = namespace(x)
        value, slopes = value_and_slopes(classes(self.features(x), self.sizes), self.eps)
        flat = xp.reshape(xp.concat(slopes, axis=-1), x.shape)
        return self.lam / 2 * xp.sum(x * x, axis=-1) - value, self.lam * x - flat


def _squares(Z: Array, sizes: Sizes) -> Array:
    """Squared singular values of all classes, ascending: (problems, k, d)."""
    xp = namespace(Z)
    return xp.stack([arrays.eigvalsh(own @ own.mT) for own in classes(Z, sizes)], axis=1)


@kernel(floats=lambda m_per_class, d, starts=24, **_: 40 * starts * d * (sum(m_per_class) + d), block=1)
def regularised_maxima(
    m_per_class: Sizes,
    d: int,
    eps: Positive,
    lam: Positive,
    spread: Positive,
    *,
    starts: int = 24,
    steps: int = 200,
    trials: int,
    rng: Generator,
) -> RegularisedMaxima:
    """Ascend the rate reduction less (lam/2)|Z|^2 from starts with entries N(0, spread^2), and pool what is found.

    steps: of `optimize.lbfgs`, twice. A class that is zero in every start has NaN. Returns `RegularisedMaxima`.

    >>> from sims.arrays import strict_rng
    >>> regularised_maxima((3, 4), 3, 0.5, 0.05, 0.5, starts=2, steps=5, trials=1, rng=strict_rng(0)).squares.shape
    (1, 2, 2, 3)
    """
    xp, m, k = namespace(rng), sum(m_per_class), len(m_per_class)
    descent = _Penalised(m_per_class, d, eps, lam)
    start = spread * rng.standard_normal(size=(trials * starts, d * m))
    end = optimize.flattest(descent, start, steps, rounds=2)
    Z = descent.features(end.point)
    squares = xp.reshape(_squares(Z, m_per_class), (trials, starts, k, d))
    nonzero = squares > _NONZERO * xp.max(squares, axis=(1, 2, 3), keepdims=True)
    nothing, pooled = xp.full_like(squares, float("inf")), (1, 3)
    low = xp.min(xp.where(nonzero, squares, nothing), axis=pooled)
    high = xp.max(xp.where(nonzero, squares, -nothing), axis=pooled)
    overlap = arrays.zeros(rng, (trials * starts,))
    parts = classes(Z, m_per_class)
    for j, one in enumerate(parts):
        for other in parts[:j]:
            overlap = xp.maximum(overlap, xp.sum((one.mT @ other) ** 2, axis=(-2, -1)) ** 0.5)
    scale = xp.reshape(xp.max(squares, axis=(1, 2, 3)), (trials, 1))
    slope = xp.reshape(optimize.dot(end.gradient, end.gradient)[:, 0] ** 0.5, (trials, starts))
    found = low < float("inf")
    none = xp.full_like(low, float("nan"))
    return RegularisedMaxima(
        xp.where(found, low, none), xp.where(found, high, none),
        xp.max(xp.where(nonzero, xp.zeros_like(squares), xp.abs(squares)), axis=(1, 2, 3)),
        xp.max(xp.reshape(overlap, (trials, starts)) / scale, axis=-1), xp.max(slope, axis=-1),
        xp.sum(xp.astype(nonzero, xp.float64), axis=-1), squares,
    )  # fmt: skip


@kernel(floats=lambda m_per_class, d, **_: 40 * d * (sum(m_per_class) + d), block=4)
def mcr2_regularised_value(
    r: Sizes,
    m_per_class: Sizes,
    d: int,
    eps: Positive,
    lam: Positive,
    *,
    push: Positive = 1e-3,
    steps: int = 120,
    trials: int,
    rng: Generator,
) -> RegularisedValue:
    """Ascend from features whose classes have the ranks r; push all entries by N(0, push^2); ascend again.

    The start: r_j equal singular values sqrt(m_j) in directions nearly orthogonal. The gradient acts from the left, so
    that the first ascent raises no rank. Returns `RegularisedValue`.

    >>> from sims.arrays import strict_rng
    >>> mcr2_regularised_value((2, 0), (3, 4), 3, 0.5, 0.05, steps=5, trials=1, rng=strict_rng(0)).value.shape
    (1,)
    """
    xp, m = namespace(rng), sum(m_per_class)
    descent = _Penalised(m_per_class, d, eps, lam)
    left = arrays.haar_frames(rng, trials, d, d) + 0.2 / d**0.5 * rng.standard_normal(size=(trials, d, d))
    rows = [arrays.haar_frames(rng, trials, size, max(k, 1)) for k, size in zip(r, m_per_class, strict=True)]
    moved = rng.standard_normal(size=(trials, d * m))
    spans = classes(left, [*r, d - sum(r)])
    parts = [
        size**0.5 * (span @ row[..., :k].mT) for span, row, k, size in zip(spans, rows, r, m_per_class, strict=False)
    ]
    start = xp.reshape(xp.concat(parts, axis=-1), (trials, d * m))
    end = optimize.flattest(descent, start, steps, rounds=2)
    back = optimize.flattest(descent, end.point + push * moved, steps, rounds=2)
    squares = _squares(descent.features(back.point), m_per_class)
    count = xp.sum(xp.astype(squares > 1e-3 * xp.max(squares, axis=(1, 2), keepdims=True) + 1e-9, xp.float64), axis=-1)
    changed = xp.sum(xp.abs(count - arrays.asarray(rng, [float(k) for k in r])), axis=-1)
    slope = optimize.dot(back.gradient, back.gradient)[:, 0] ** 0.5
    return RegularisedValue(-end.value, -back.value, changed, slope)
