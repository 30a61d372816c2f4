"""The sawtooth by its ReLU network, its pieces counted, and functions of few pieces that are fitted to it."""

from __future__ import annotations

from sims import arrays
from sims.arrays import Array, Generator, kernel, namespace, to_host
from sims.compositional_sparsity.square import numbers, tent

CELLS = 8


def _iterated(x: Array, k: int) -> Array:
    for _ in range(k):
        x = tent(x)
    return x


@kernel(floats=lambda k, **_: 8 * 2 ** (k + 3))
def sawtooth_pieces(k: int, *, trials: int, rng: Generator) -> Array:
    """Affine pieces of k levels of two ReLU units: one more than the bends seen on a dyadic grid.

    k: levels, up to 16. Returns (trials,), all equal.

    >>> from sims.arrays import strict_rng
    >>> float(sawtooth_pieces(3, trials=1, rng=strict_rng(0))[0])
    8.0
    """
    if k > 16:
        raise ValueError(f"k = {k}: must be at most 16")
    xp = namespace(rng)
    cells = CELLS * 2**k
    values = _iterated(numbers(rng, cells + 1) * (1 / cells), k)
    bends = xp.abs(values[2:] - 2 * values[1:-1] + values[:-2]) > 1e-6
    return 1 + xp.sum(xp.astype(bends, xp.float64)) + arrays.zeros(rng, (trials,))


class _Moments:
    """Cumulative moments of the sawtooth on a grid: the least squares of any run of cells in closed form."""

    def __init__(self, rng: Generator, k: int) -> None:
        xp = namespace(rng)
        self.n = CELLS * 2**k
        self.edges = numbers(rng, self.n + 1) * (1 / self.n)
        values = _iterated(self.edges, k)
        h, low, high = 1 / self.n, values[:-1], values[1:]
        centre = (self.edges[:-1] + self.edges[1:]) / 2
        zero = arrays.zeros(rng, (1,))
        # Simpson's rule is exact for products of affine functions.
        first = h * (low + high) / 2
        second = h * (low * low + low * high + high * high) / 3
        cross = centre * first + h * h * (high - low) / 12
        self.t, self.tt, self.xt = (xp.concat((zero, xp.cumulative_sum(part))) for part in (first, second, cross))

    def cost(self, i: Array, j: Array) -> Array:
        """Least squared error on cells i..j-1, integer arrays; infinite where j <= i."""
        xp = namespace(i)
        shape = i.shape
        i, j = xp.reshape(i, (-1,)), xp.reshape(j, (-1,))

        def between(total: Array) -> Array:
            return xp.take(total, j) - xp.take(total, i)

        length = xp.clip(between(self.edges), 1 / self.n)
        middle = (xp.take(self.edges, i) + xp.take(self.edges, j)) / 2
        t = between(self.t)
        along = between(self.xt) - middle * t
        left = between(self.tt) - t * t / length - 12 * along * along / length**3
        found = xp.where(j > i, xp.clip(left, 0.0), xp.full_like(left, float("inf")))
        return xp.reshape(found, shape)


@kernel(floats=lambda k, P, **_: 60 * CELLS * 2**k + 4 * P)
def sawtooth_search(k: int, P: int, sweeps: int = 60, *, trials: int, rng: Generator) -> Array:
    """Squared L2 distance from T_k of P affine pieces with jumps, breakpoints moved one at a time to their best place.

    k: levels, up to 7; P: pieces; breakpoints start at random places of the grid of 8 2^k cells, and move until no
    single move helps, at most `sweeps` times round. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> bool(sawtooth_search(2, 2, trials=1, rng=strict_rng(0))[0] > 0)
    True
    """
    if k > 7:
        raise ValueError(f"k = {k}: must be at most 7")
    xp = namespace(rng)
    moments = _Moments(rng, k)
    n = moments.n
    breaks = xp.sort(xp.argsort(rng.random(size=(trials, n - 1)), axis=-1)[:, : P - 1] + 1, axis=-1)
    ends = xp.zeros((trials, 1), dtype=breaks.dtype, device=arrays.device(rng))
    points = [ends, *(breaks[:, p : p + 1] for p in range(P - 1)), ends + n]
    grid = xp.astype(arrays.arange(rng, n + 1), breaks.dtype)[None, :] + ends
    for _ in range(sweeps):
        moved = False
        for p in range(1, P):
            low, high = points[p - 1] + 0 * grid, points[p + 1] + 0 * grid
            place = xp.argmin(moments.cost(low, grid) + moments.cost(grid, high), axis=-1)[:, None]
            moved = moved or bool(to_host(xp.any(place != points[p])))
            points[p] = xp.astype(place, breaks.dtype)
        if not moved:
            break
    return sum((moments.cost(points[p], points[p + 1])[:, 0] for p in range(P)), arrays.zeros(rng, (trials,)))
