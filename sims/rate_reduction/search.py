"""The largest rate reduction, searched from many starts: features of bounded rank, and encoders of given data."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays, optimize
from sims.arrays import Array, Generator, Positive, kernel, namespace
from sims.rate_reduction.rates import Sizes, classes, value_and_slopes

_MOST = 64


class Search(NamedTuple):
    """The best of all starts, (trials, ...), and what certifies it.

    value: the rate reduction; sq_singular_values: of all classes, d_j each, descending; ranks: those above a hundredth
    of the mean; overlap: the largest cosine between samples' spans, |Z_i' Z_j| over the energies. gradient: at the
    best; missed: the share of starts that ended lower by more than 1e-8; largest: the highest value that any start had,
    at its end or at its beginning. starts: the values of all ends, (trials, starts).
    """

    value: Array
    sq_singular_values: Array
    ranks: Array
    overlap: Array
    gradient: Array
    missed: Array
    largest: Array
    starts: Array


def _parts(x: Array, shapes: Sequence[tuple[int, int]]) -> list[Array]:
    """A flat point (problems, size) as matrices."""
    xp, found, first = namespace(x), [], 0
    for shape in shapes:
        last = first + math.prod(shape)
        found.append(xp.reshape(x[:, first:last], (-1, *shape)))
        first = last
    return found


def _flat(parts: Sequence[Array]) -> Array:
    xp = namespace(parts[0])
    return xp.concat([xp.reshape(part, (part.shape[0], -1)) for part in parts], axis=-1)


def _scaled(W: Array, energy: int) -> tuple[Array, Array]:
    """W at squared norm `energy`, and the factor that took it there."""
    xp = namespace(W)
    factor = xp.sqrt(energy / xp.sum(W * W, axis=(-2, -1), keepdims=True))
    return factor * W, factor


def _through(slope: Array, Z: Array, factor: Array, energy: int) -> Array:
    """The gradient in W of a function whose gradient in Z = W at squared norm `energy` is `slope`."""
    along = namespace(Z).sum(slope * Z, axis=(-2, -1), keepdims=True)
    return factor * (slope - along / energy * Z)


class _Ascent:
    """Minus the rate reduction of Z_j ~ A_j B_j, where all B_j vary too or are given."""

    def __init__(self, sizes: Sizes, ranks: Sizes, d: int, eps: float, given: Sequence[Array] = ()) -> None:
        self.sizes, self.eps, self.given = sizes, eps, given
        self.shapes = [(d, r) for r in ranks] + ([] if given else list(zip(ranks, sizes, strict=True)))

    def features(self, x: Array) -> tuple[list[Array], list[Array], list[Array], list[Array]]:
        parts, k = _parts(x, self.shapes), len(self.sizes)
        A, B = parts[:k], [*self.given] or parts[k:]
        scaled = [_scaled(a @ b, size) for a, b, size in zip(A, B, self.sizes, strict=True)]
        return A, B, [Z for Z, _ in scaled], [factor for _, factor in scaled]

    def __call__(self, x: Array) -> tuple[Array, Array]:
        A, B, Z, factors = self.features(x)
        value, slopes = value_and_slopes(Z, self.eps)
        W = [_through(*each) for each in zip(slopes, Z, factors, self.sizes, strict=True)]
        found = [w @ b.mT for w, b in zip(W, B, strict=True)]
        if not self.given:
            found += [a.mT @ w for a, w in zip(A, W, strict=True)]
        return -value, -_flat(found)


def _every_rank(ranks: Sizes) -> list[tuple[int, ...]]:
    """All ranks that the classes may have together; of more than 64 an even selection."""
    found = list(itertools.product(*(range(r, 0, -1) for r in ranks)))
    return found[:: -(-len(found) // _MOST)]


def _planted(rng: Generator, trials: int, d: int, sizes: Sizes, ranks: Sizes) -> Array:
    """Factors of features with equal singular values in nearly orthogonal directions, one start for all ranks."""
    xp, every = namespace(rng), _every_rank(ranks)
    count = trials * len(every)
    frame = arrays.haar_frames(rng, count, d, sum(ranks))
    near = frame + 0.1 / d**0.5 * rng.standard_normal(size=(count, d, sum(ranks)))
    A, B = [], []
    for j, (span, m, r) in enumerate(zip(classes(near, ranks), sizes, ranks, strict=True)):
        # What is not planted is small, not zero: rank can grow as well as fall.
        kept = [[1.0 if i < chosen[j] else 0.01 for i in range(r)] for chosen in every]
        A.append(span * arrays.asarray(rng, kept * trials)[:, None, :])
        B.append(arrays.haar_frames(rng, count, m, r).mT)
    return xp.reshape(_flat([*A, *B]), (trials, len(every), -1))


def _search(start: Array, ascent: _Ascent, trials: int, starts: int, steps: int) -> Search:
    xp = namespace(start)
    end = optimize.flattest(ascent, start, steps, rounds=2)
    best = optimize.best_of(end, starts)
    ends, begun = (xp.reshape(-v, (trials, starts)) for v in (end.value, ascent(start)[0]))
    kept = ascent.given
    if kept:
        # Of each trial one problem is left.
        ascent.given = [b[::starts, :, :] for b in kept]
    Z = ascent.features(best.point)[2]
    ascent.given = kept
    squares, ranks, overlap = [], [], xp.zeros_like(best.value)
    for j, (one, shape) in enumerate(zip(Z, ascent.shapes, strict=False)):
        values = xp.flip(arrays.eigvalsh(one @ one.mT)[:, -shape[1] :], axis=-1)
        squares.append(values)
        ranks.append(xp.sum(xp.astype(values > 0.01 * ascent.sizes[j] / shape[1], xp.float64), axis=-1))
        for other, energy in zip(Z[:j], ascent.sizes, strict=False):
            cross = xp.sum((one.mT @ other) ** 2, axis=(-2, -1)) ** 0.5
            overlap = xp.maximum(overlap, cross / (energy * ascent.sizes[j]) ** 0.5)
    return Search(
        -best.value, xp.concat(squares, axis=-1), xp.stack(ranks, axis=-1), overlap, best.gradient, 1 - best.reached,
        xp.max(xp.concat([ends, begun], axis=-1), axis=-1), ends,
    )  # fmt: skip


def _floats(m_per_class: Sizes, d_per_class: Sizes, d: int, starts: int = 8, **_: object) -> float:
    size = sum(r * (d + m) for r, m in zip(d_per_class, m_per_class, strict=True))
    return 30.0 * (starts + len(_every_rank(d_per_class))) * (size + d * d * (1 + len(m_per_class)))


@kernel(floats=_floats, block=1)
def mcr2_optimum(
    m_per_class: Sizes,
    d_per_class: Sizes,
    d: int,
    eps: Positive,
    *,
    starts: int = 8,
    steps: int = 100,
    trials: int,
    rng: Generator,
) -> Search:
    """Maximise the rate reduction over Z_j = sqrt(m_j) A_j B_j/|A_j B_j|, whose rank is at most d_j, from many starts.

    starts: with Gaussian A_j (d, d_j) and B_j (d_j, m_j); besides, as maxima of other ranks attract too, one start near
    orthogonal classes for every choice of ranks. steps: of `optimize.lbfgs`, twice. Returns `Search`.

    >>> from sims.arrays import strict_rng
    >>> mcr2_optimum((6, 6), (2, 1), 3, 0.5, starts=2, steps=5, trials=1, rng=strict_rng(0)).sq_singular_values.shape
    (1, 3)
    """
    xp, ascent = namespace(rng), _Ascent(m_per_class, d_per_class, d, eps)
    random = rng.standard_normal(size=(trials, starts, sum(map(math.prod, ascent.shapes))))
    start = xp.concat([random, _planted(rng, trials, d, m_per_class, d_per_class)], axis=1)
    total = start.shape[1]
    return _search(xp.reshape(start, (trials * total, -1)), ascent, trials, total, steps)


@kernel(floats=lambda m_per_class, d, starts=12, **_: 40 * starts * d * (sum(m_per_class) + d), block=1)
def leader_search(
    m_per_class: Sizes,
    d_per_class: Sizes,
    d: int,
    eps: Positive,
    *,
    starts: int = 12,
    steps: int = 100,
    trials: int,
    rng: Generator,
) -> Search:
    """Maximise the rate reduction over linear encoders of Gaussian data C_j on independent subspaces, from many starts.

    An encoder acts on the basis of class j as any T_j (d, d_j), Z_j = sqrt(m_j) T_j C_j/|T_j C_j|. One data set a
    trial. Returns `Search`.

    >>> from sims.arrays import strict_rng
    >>> leader_search((6, 6), (2, 1), 3, 0.5, starts=2, steps=5, trials=1, rng=strict_rng(0)).value.shape
    (1,)
    """
    xp, k = namespace(rng), max(d_per_class)
    data = rng.standard_normal(size=(trials, k, sum(m_per_class)))
    every = xp.reshape(data[:, None, ...] + arrays.zeros(rng, (1, starts, 1, 1)), (trials * starts, *data.shape[1:]))
    given = [C[:, :r, :] for C, r in zip(classes(every, m_per_class), d_per_class, strict=True)]
    start = rng.standard_normal(size=(trials * starts, d * sum(d_per_class)))
    return _search(start, _Ascent(m_per_class, d_per_class, d, eps, given), trials, starts, steps)


@kernel(floats=lambda d_j, **_: 8 * d_j)
def mcr2_precision_constant(gamma: Positive, *, d_j: int, trials: int, rng: Generator) -> Array:
    """The largest c at which eps^4 = c gamma d^2/d_j^2 still gives a class of d_j directions its full rank: (trials,).

    By bisection, trying all ranks of equal singular values each time. All trials are equal.

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(mcr2_precision_constant(0.5, d_j=100, trials=1, rng=strict_rng(0))).round(2)
    array([0.21])
    """
    xp = namespace(rng)
    shares = xp.astype(arrays.arange(rng, d_j) + 1, xp.float64) / d_j
    low, high = arrays.zeros(rng, (trials, 1)) - 0.5 * math.log(gamma), arrays.zeros(rng, (trials, 1)) + 40.0
    high = high - 0.5 * math.log(gamma)  # in log u
    for _ in range(60):
        middle = (low + high) / 2
        u = xp.exp(middle) / shares
        values = shares * (xp.log1p(gamma * u) - gamma * xp.log1p(u))
        full = xp.max(values, axis=-1, keepdims=True) <= values[:, -1:]
        low, high = xp.where(full, low, middle), xp.where(full, middle, high)
    return xp.exp(-(low + high))[:, 0] / gamma
