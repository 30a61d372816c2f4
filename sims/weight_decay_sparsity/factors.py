"""Factors with weight decay, descended: of a fixed product, against one observation, and from equal small factors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sims.arrays import Array, Generator, NonNegative, Positive, asarray, eye, kernel, namespace, to_host
from sims.iterate import until
from sims.optimize import flattest, newton
from sims.stacks import squared_norm


class Penalty(NamedTuple):
    """Least weight decay (trials, products), imbalance of the factors (the same), and the gradient left (trials,)."""

    value: Array
    imbalance: Array
    gradient: Array


class Shrunk(NamedTuple):
    """Product, objective and imbalance of the best start, (trials, observations); the gradient left and the share of
    starts that ended higher, the largest over the observations, (trials,)."""

    a: Array
    objective: Array
    imbalance: Array
    gradient: Array
    missed: Array


class Descended(NamedTuple):
    """Products at the end (trials, coefficients), and the largest gradient left (trials,)."""

    value: Array
    gradient: Array


class Branch(NamedTuple):
    """Weight decay after rescaling (trials,), how much the function moved, and the imbalance left, (trials,)."""

    value: Array
    moved: Array
    imbalance: Array


def others(w: Array) -> Array:
    """For factors w (..., L) the product of all but each: (..., L).

    >>> others(asarray_of([2.0, 3.0, 5.0]))
    array([15., 10.,  6.])
    """
    xp, depth = namespace(w), w.shape[-1]
    before, after = [xp.ones_like(w[..., 0])], [xp.ones_like(w[..., 0])]
    for l in range(depth - 1):
        before.append(before[-1] * w[..., l])
        after.append(after[-1] * w[..., depth - 1 - l])
    return xp.stack(before, axis=-1) * xp.stack(after[::-1], axis=-1)


def asarray_of(values: Sequence[float]) -> Array:
    """A host array, for examples."""
    from sims.arrays import host_array

    return host_array(values)


def _imbalance(w: Array) -> Array:
    """Largest difference of sizes among factors (..., L)."""
    xp = namespace(w)
    return xp.max(xp.abs(w), axis=-1) - xp.min(xp.abs(w), axis=-1)


@kernel(floats=lambda a, lam, depth, **_: 40 * len(a) * depth * depth, block=8)
def factor_penalty(
    a: Sequence[float], lam: NonNegative, depth: int, steps: int = 60, *, trials: int, rng: Generator
) -> Penalty:
    """Least weight decay of `depth` factors of each product in a (not 0), by Newton from random factors.

    The logarithms of all factors but one are free, the last makes the product: a convex problem. The gradient is by the
    logarithms, over the sum of squares.

    >>> from sims.arrays import strict_rng
    >>> factor_penalty((1.0, 2.0), 0.5, 3, trials=2, rng=strict_rng(0)).value.shape
    (2, 2)
    """
    if any(value == 0 for value in a):
        raise ValueError(f"a = {a!r}: must be numbers other than 0")
    free = max(depth - 1, 1)
    start = rng.standard_normal(size=(trials, len(a), free))
    xp = namespace(start)
    sizes = xp.broadcast_to(xp.abs(asarray(start, a)), (trials, len(a)))
    start = xp.reshape(start, (-1, free)) * (1.0 if depth > 1 else 0.0)
    target = xp.reshape(sizes, (-1,))
    if depth == 1:
        value = 0.5 * lam * sizes**2
        return Penalty(value, xp.zeros_like(value), xp.zeros_like(value[:, 0]))

    def last(u: Array) -> Array:
        return target * xp.exp(-xp.sum(u, axis=-1))

    def objective(u: Array) -> tuple[Array, Array, Array]:
        squares, rest = xp.exp(2 * u), last(u)[:, None] ** 2
        hessian = 2 * squares[..., None] * eye(u, free) + 2 * rest[..., None]
        return 0.5 * (xp.sum(squares, axis=-1) + rest[:, 0]), squares - rest, hessian

    end = newton(objective, start, steps)
    w = xp.concat([xp.exp(end.point), last(end.point)[:, None]], axis=-1)
    slope = xp.sqrt(xp.sum(end.gradient**2, axis=-1)) / (2 * end.value)
    value, imbalance, slope = (xp.reshape(part, (trials, -1)) for part in (lam * end.value, _imbalance(w), slope))
    return Penalty(value, imbalance, xp.max(slope, axis=-1))


@kernel(floats=lambda y, lam, depth, starts=64, **_: 30 * starts * len(y) * depth, block=2)
def depth_shrinkage(
    y: Sequence[float],
    lam: NonNegative,
    depth: int,
    starts: int = 64,
    steps: int = 60,
    *,
    trials: int,
    rng: Generator,
) -> Shrunk:
    """Least (y - prod w)^2/2 + lam |w|^2/2 over `depth` factors for each y, the best of `starts` random starts.

    Starts are normal, of the size of the larger of 1 and |y|, and come in pairs of opposite first factor, so that half
    have the product's sign. The gradient is over the larger of 1 and |y|; missed is the share of starts that did not
    reach the best value, to 1e-8.

    >>> from sims.arrays import strict_rng
    >>> depth_shrinkage((0.5, 2.0), 0.1, 3, starts=8, trials=2, rng=strict_rng(0)).a.shape
    (2, 2)
    """
    pairs = -(-starts // 2)
    half = rng.standard_normal(size=(trials, len(y), pairs, depth))
    xp = namespace(half)
    seen = xp.broadcast_to(asarray(half, y)[None, :, None], (trials, len(y), 2 * pairs))
    scale = xp.clip(xp.abs(seen), 1.0) ** (1 / depth)
    both = xp.concat([half, xp.concat([-half[..., :1], half[..., 1:]], axis=-1)], axis=2) * scale[..., None]
    start, target = xp.reshape(both, (-1, depth)), xp.reshape(seen, (-1,))

    def objective(w: Array) -> tuple[Array, Array]:
        rest = others(w)
        miss = target - rest[:, 0] * w[:, 0]
        value = 0.5 * miss**2 + 0.5 * lam * xp.sum(w * w, axis=-1)
        return value, lam * w - miss[:, None] * rest

    end = flattest(objective, start, steps, rounds=2)
    values = xp.reshape(end.value, (trials, len(y), 2 * pairs))
    slopes = xp.reshape(xp.sqrt(xp.sum(end.gradient**2, axis=-1)), values.shape)
    best = xp.argmin(values + 1e-3 * slopes, axis=-1, keepdims=True)
    least = xp.take_along_axis(values, best, axis=-1)
    missed = 1 - xp.mean(xp.astype(values < least + 1e-8, xp.float64), axis=-1)
    points = xp.reshape(end.point, (*values.shape, depth))
    index = xp.broadcast_to(best[..., None], (trials, len(y), 1, depth))
    w = xp.take_along_axis(points, index, axis=2)[:, :, 0, :]
    slope = xp.take_along_axis(slopes, best, axis=-1)[..., 0] / xp.clip(xp.abs(seen[..., 0]), 1.0)
    return Shrunk(
        w[..., 0] * others(w)[..., 0], least[..., 0], _imbalance(w), xp.max(slope, axis=-1), xp.max(missed, axis=-1)
    )


@kernel(floats=lambda start, X, y, lam, depth, **_: 8 * X.shape[-1] * depth + X.shape[-1] * X.shape[-2], block=1)
def descended_products(
    start: Positive,
    X: Array,
    y: Array,
    lam: NonNegative,
    depth: int,
    steps: int = 200_000,
    target: float = 1e-12,
    *,
    trials: int,
    rng: Generator,
) -> Descended:
    """Gradient descent of parallel chains, f(x) = sum_j prod_l w_lj x_j, from equal factors of product `start`.

    X: samples as rows (n, d); y (n,). Step sizes are below those at which descent could oscillate; it ends where the
    gradient is below `target`. Trials are equal: nothing is drawn. Returns the products, and the largest gradient left.

    >>> from sims.arrays import host_array, strict_rng
    >>> net = (0.5, host_array([[1.0, 0.0], [0.0, 1.0]]), host_array([1.0, 0.0]), 0.1, 3)
    >>> descended_products(*net, trials=1, rng=strict_rng(0)).value.shape
    (1, 2)
    """
    design, seen = asarray(rng.random(size=(1,)), X), asarray(rng.random(size=(1,)), y)
    xp, d = namespace(design), X.shape[-1]
    moment = (design.mT @ seen[:, None])[:, 0]
    gram = design.mT @ design
    most = float(to_host(xp.max(xp.sum(xp.abs(gram), axis=-1))))
    top = max(start, float(to_host(xp.max(xp.abs(moment)))), 1e-300)
    power = top ** (2 - 2 / depth) * depth + (depth - 1) * 2 * top * top ** (1 - 2 / depth)
    step = 1 / (lam + (1 + most) * power)
    w = xp.zeros_like(moment[None, :, None] + asarray(moment, [0.0] * depth)) + start ** (1 / depth)

    def gradient(w: Array) -> Array:
        rest = others(w)
        a = rest[..., 0] * w[..., 0]
        return lam * w - (moment - (gram @ a[..., None])[..., 0])[..., None] * rest

    def left(w: Array) -> Array:
        return xp.max(xp.abs(gradient(w)), axis=(-2, -1))

    end, reached = until(lambda w: w - step * gradient(w), w, left, target, steps, every=200)
    a = end[..., 0] * others(end)[..., 0]
    ones = xp.ones((trials, 1), dtype=a.dtype, device=a.device)
    return Descended(ones * xp.reshape(a, (1, d)), ones[:, 0] * reached)


@kernel(floats=lambda weights, lam, points=20, **_: sum(3 * w.size + points * max(w.shape) for w in weights), block=4)
def branch_penalty(
    weights: tuple[Array, ...], lam: NonNegative, points: int = 20, *, trials: int, rng: Generator
) -> Branch:
    """Weight decay of a ReLU branch without biases after positive factors have been moved until its layers are equal.

    weights: layers as rows of outputs, (m_1, d), (m_2, m_1), ...; neighbouring layers take the geometric mean of their
    norms, in turn. moved: the largest change of the function at random points, over its size.

    >>> from sims.arrays import host_array, strict_rng
    >>> layers = (host_array([[3.0], [4.0]]), host_array([[1.0, 1.0]]))
    >>> branch_penalty(layers, 0.5, trials=2, rng=strict_rng(0)).value.shape
    (2,)
    """
    x = rng.standard_normal(size=(trials, points, weights[0].shape[-1]))
    xp = namespace(x)
    before = [asarray(x, layer) for layer in weights]
    layers = list(before)
    for _ in range(40 * len(layers)):
        for l in range(len(layers) - 1):
            ratio = xp.sqrt(xp.sqrt(squared_norm(layers[l + 1]) / squared_norm(layers[l])))
            layers[l], layers[l + 1] = layers[l] * ratio, layers[l + 1] / ratio
    sizes = xp.stack([squared_norm(layer) for layer in layers])

    def output(net: list[Array]) -> Array:
        h = x
        for layer in net[:-1]:
            h = xp.clip(h @ layer.mT, 0.0)
        return h @ net[-1].mT

    old, new = output(before), output(layers)
    ones = xp.ones_like(x[:, 0, 0])
    moved = xp.max(xp.abs(new - old), axis=(-2, -1)) / xp.max(xp.abs(old), axis=(-2, -1))
    imbalance = (xp.max(sizes) - xp.min(sizes)) / xp.max(sizes)
    return Branch(0.5 * lam * xp.sum(sizes) * ones, moved, imbalance * ones)
