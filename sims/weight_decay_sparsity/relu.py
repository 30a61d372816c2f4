"""Two-layer ReLU networks of one input at least weight decay: linear programmes over their units, and training."""

from __future__ import annotations

from typing import Literal, NamedTuple

from sims import instances
from sims.arrays import Array, Generator, Positive, asarray, kernel, namespace, to_host
from sims.digits import Regression
from sims.interior_point import basis_pursuit
from sims.optimize import lbfgs

Shape = Literal["rough", "nearly linear", "convex", "two points"]


class Cost(NamedTuple):
    """Least cost of each data set (trials, sets), and the largest certificate of a programme (trials,)."""

    value: Array
    gap: Array


class Trained(NamedTuple):
    """Least objective of trained nets over the weight decay, and their weights' half sum of squares, (trials,)."""

    value: Array
    cost: Array


def one_set(shape: Shape, n: int, *, instance: int = 0) -> Regression:
    """n points of [-1, 1] in random order, and values of the shape named.

    >>> one_set("two points", 6).features.shape
    (2,)
    """
    rng = instances.generator("one_set", instance)
    n = 2 if shape == "two points" else n
    # Neighbours at least half an even spacing apart.
    x = -1 + 2 * (rng.permutation(n) + 0.5 * rng.random(n)) / n
    noise = rng.standard_normal(n)
    if shape == "nearly linear":
        return Regression(x, 1 + 2 * x + 0.02 * noise)
    return Regression(x, x * x + 0.5 * x if shape == "convex" else noise)


def data_sets(shape: Shape, n: int, count: int = 8, *, instance: int = 0) -> Regression:
    """A stack of `count` data sets: x and y, (count, n).

    >>> data_sets("rough", 6).features.shape
    (8, 6)
    """
    return Regression(*instances.stack(one_set, count, shape, n, instance=instance))


def slope_sets(kinks: int, count: int = 8, *, trend: float = 0.0, instance: int = 0) -> Array:
    """`count` sequences of kinks + 1 slopes, normal about a trend.

    >>> slope_sets(3).shape
    (8, 4)
    """
    return trend + instances.generator("slope_sets", instance).standard_normal((count, kinks + 1))


@kernel(floats=lambda x, y, extra=3, **_: 40 * x.size * x.shape[-1] * (extra + 1), block=2)
def relu_interpolation_cost(x: Array, y: Array, extra: int = 3, *, trials: int, rng: Generator) -> Cost:
    """Least sum of |coefficients| over units (x - b)_+ and (b - x)_+ through all points of each set, constant free.

    x, y: (sets, n). Places b are the points, `extra` drawn between neighbours, and as many on either side: the least is
    to be the same whatever is drawn. By differences over gaps the constant is gone and the rows are slopes.

    >>> from sims.arrays import strict_rng
    >>> sets = data_sets("rough", 4, 2)
    >>> relu_interpolation_cost(*sets, trials=3, rng=strict_rng(0)).value.shape
    (3, 2)
    """
    sets, n = x.shape
    share = rng.random(size=(trials, sets, n + 1, extra))
    xp = namespace(share)
    points, values = asarray(share, x), asarray(share, y)
    order = xp.argsort(points, axis=-1)
    points, values = xp.take_along_axis(points, order, axis=-1), xp.take_along_axis(values, order, axis=-1)
    gaps = points[:, 1:] - points[:, :-1]
    ends = xp.concat([points[:, :1] - 1, points, points[:, -1:] + 1], axis=-1)
    between = ends[:, :-1, None] + share * (ends[:, 1:] - ends[:, :-1])[..., None]
    places = xp.concat(
        [xp.reshape(between, (trials, sets, -1)), xp.broadcast_to(points, (trials, sets, n))], axis=-1
    )  # fmt: skip
    away = points[:, :, None] - places[:, :, None, :]
    units = xp.concat([xp.clip(away, 0.0), xp.clip(-away, 0.0)], axis=-1)
    rows = (units[:, :, 1:, :] - units[:, :, :-1, :]) / gaps[..., None]
    slopes = xp.broadcast_to((values[:, 1:] - values[:, :-1]) / gaps, (trials, sets, n - 1))
    w, gap = basis_pursuit(xp.reshape(rows, (-1, *rows.shape[2:])), xp.reshape(slopes, (-1, n - 1)))
    cost = xp.reshape(xp.sum(xp.abs(w), axis=-1), (trials, sets))
    return Cost(cost, xp.max(xp.reshape(gap, (trials, sets)), axis=-1))


@kernel(floats=lambda slopes, **_: 40 * slopes.size * slopes.shape[-1], block=1)
def relu_function_cost(slopes: Array, *, trials: int, rng: Generator) -> Cost:
    """Least sum of |coefficients| of units that make piecewise linear functions of these slopes (sets, kinks + 1).

    Unit (x - b)_+ bends by 1 at its kink and has no slope on the left; (b - x)_+ bends by 1 and has slope -1 there.
    Kinks stand anywhere: only slopes count. Nothing is drawn.

    >>> from sims.arrays import strict_rng
    >>> relu_function_cost(slope_sets(3, 2), trials=1, rng=strict_rng(0)).value.shape
    (1, 2)
    """
    m = asarray(rng.random(size=(1,)), slopes)
    xp = namespace(m)
    sets, kinks = m.shape[0], m.shape[1] - 1
    bend = xp.eye(kinks, dtype=m.dtype, device=m.device)
    left = xp.concat([xp.zeros_like(bend[:1, :]), -xp.ones_like(bend[:1, :])], axis=-1)
    rows = xp.concat([xp.concat([bend, bend], axis=-1), left], axis=0)
    right = xp.concat([m[:, 1:] - m[:, :-1], m[:, :1]], axis=-1)
    w, gap = basis_pursuit(xp.broadcast_to(rows, (sets, *rows.shape)), right)
    ones = xp.ones((trials, 1), dtype=m.dtype, device=m.device)
    return Cost(ones * xp.sum(xp.abs(w), axis=-1), ones[:, 0] * xp.max(gap))


@kernel(floats=lambda x, y, lam, width=60, **_: 60 * width * (1 + x.size), block=12)
def relu_decay_minimum(
    x: Array, y: Array, lam: Positive, width: int = 60, steps: int = 1500, *, trials: int, rng: Generator
) -> Trained:
    """Train two-layer ReLU nets f of one input: least sum (f - y)^2/2 + lam sum (v^2 + w^2)/2, biases not penalised.

    x, y: (n,). Hidden weights start at random signs with kinks spread over the points, output weights small; L-BFGS, a
    fixed number of steps. Any net is above the least objective, however far it was trained.

    >>> from sims.arrays import strict_rng
    >>> rows = one_set("rough", 4)
    >>> relu_decay_minimum(*rows, 0.01, width=5, steps=3, trials=2, rng=strict_rng(0)).value.shape
    (2,)
    """
    draws = rng.random(size=(trials, 3, width))
    xp = namespace(draws)
    points, targets = asarray(draws, x), asarray(draws, y)
    low, high = float(to_host(xp.min(points))), float(to_host(xp.max(points)))
    kink = low - 0.1 * (high - low) + 1.2 * (high - low) * draws[:, 0, :]
    w = 1 - 2 * xp.astype(draws[:, 1, :] < 0.5, xp.float64)
    v = 0.2 * (draws[:, 2, :] - 0.5)
    start = xp.concat([w, -w * kink, v, 0.0 * v[:, :1]], axis=-1)

    def objective(p: Array) -> tuple[Array, Array]:
        w, b, v, c = p[:, :width], p[:, width : 2 * width], p[:, 2 * width : 3 * width], p[:, 3 * width :]
        before = w[:, None, :] * points[:, None] + b[:, None, :]
        hidden = xp.clip(before, 0.0)
        miss = (hidden @ v[..., None])[..., 0] + c - targets
        back = miss[..., None] * xp.astype(before > 0, p.dtype)
        value = 0.5 * xp.sum(miss**2, axis=-1) + 0.5 * lam * xp.sum(w * w + v * v, axis=-1)
        by_b = v * xp.sum(back, axis=1)
        by_w = v * xp.sum(back * points[:, None], axis=1) + lam * w
        by_v = (hidden.mT @ miss[..., None])[..., 0] + lam * v
        return value, xp.concat([by_w, by_b, by_v, xp.sum(miss, axis=-1, keepdims=True)], axis=-1)

    end = lbfgs(objective, start, steps, memory=20)
    weights = xp.concat([end.point[:, :width], end.point[:, 2 * width : 3 * width]], axis=-1)
    return Trained(end.value / lam, 0.5 * xp.sum(weights**2, axis=-1))
