"""Nets trained to a stationary point of square loss with decay, and the derivative by a layer's scale."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Literal, NamedTuple

from sims import arrays, instances
from sims.arrays import Array, Generator, NonNegative, Positive, Whole, kernel
from sims.dense_nets import GradientDescent, Net, copy, forward, gradient, initialise
from sims.optimize import flattest
from sims.square_loss_dynamics.balance import problem
from sims.square_loss_dynamics.margins import unpack


class Equilibrium(NamedTuple):
    """Means over the last steps, v = sum <y - f, f>/N.

    ratio (trials, layers): lam |W_l|^2/v; rho (trials,): (<F,F> + N lam rho^(2/L))/<Y,F>; objective: that reached, over
    |f - y|^2/(2N) + L v/2; per_error (trials, layers): lam |W_l|^2 over |f - y|^2/N; norms (trials, layers): |W_l|_F;
    residual: 1 - <Y,F>/<Y,Y>; error (trials,): a bound on how far ratios are from 1 because training had not ended.
    """

    ratio: Array
    rho: Array
    objective: Array
    per_error: Array
    norms: Array
    residual: Array
    error: Array


class RandomNet(NamedTuple):
    """Host arrays: weights (d_in, d_out) of a ReLU net, inputs x (n, d), its outputs f and targets y, both (n, K)."""

    weights: tuple[Array, ...]
    x: Array
    f: Array
    y: Array


@kernel(
    floats=lambda widths, n, **_: 8 * sum(a * b for a, b in itertools.pairwise(widths)) + 6 * n * sum(widths), block=4
)
def stationary_norms(
    widths: tuple[int, ...],
    n: int,
    lam: Positive,
    *,
    activation: Literal["relu", "linear"] = "linear",
    eta: Positive = 0.2,
    steps: int = 4000,
    finer: int = 1,
    last: int = 200,
    polish: Whole = 0,
    trials: int,
    rng: Generator,
) -> Equilibrium:
    """Train a net without biases on n Gaussian inputs and targets by full-batch descent, and look at the `last` steps.

    steps: so many of size eta and, if finer > 1, as many of size eta/finer; the last ones are of that size too.
    polish: three times so many steps of L-BFGS before the last ones, for linear nets, which are smooth.

    Averages are taken because descent of ReLU nets goes to and fro across kinks: by the descent itself the mean of lam
    |W_l|^2 - v is eta |slope|^2/2 minus the change of |W_l|^2 over twice the time, whose size is `error`. Returns
    `Equilibrium`.

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(stationary_norms((3, 4, 2), 5, 0.05, trials=1, rng=strict_rng(0)).ratio).round(6)
    array([[1., 1.]])
    """
    x, y = problem(rng, trials, widths, n, "gaussian")
    xp, L = arrays.namespace(x), len(widths) - 1
    net = initialise(rng, trials, widths, biases=False, activation=activation)
    rule = GradientDescent(net)
    before = 2 * steps if finer > 1 else steps
    norm2, slope2 = arrays.zeros(x, (trials, L)), arrays.zeros(x, (trials, L))
    ff, yf, value = arrays.zeros(x, (trials,)), arrays.zeros(x, (trials,)), arrays.zeros(x, (trials,))
    for step in range(before + last):
        size = eta if step < steps else eta / finer
        if step == before:
            net = _polished(net, x, y, lam, polish)
            start = _squares(net.weights)
        loss, slope = gradient(net, x, y, weight_decay=lam)
        if step >= before:
            now, f = _squares(net.weights), forward(net, x)[-1]
            norm2, slope2 = norm2 + now / last, slope2 + _squares(slope.weights) / last
            ff, yf = ff + xp.sum(f * f, axis=(-2, -1)) / last, yf + xp.sum(f * y, axis=(-2, -1)) / last
            value = value + (loss + 0.5 * lam * xp.sum(now, axis=-1)) / last
        rule.step(net, slope, size)
    v, yy = (yf - ff) / n, xp.sum(y * y, axis=(-2, -1))
    wrong = (ff - 2 * yf + yy) / n
    off = xp.abs(_squares(net.weights) - start) / (2 * size * last) + 0.5 * size * slope2
    rho = xp.prod(xp.sqrt(norm2), axis=-1)
    return Equilibrium(
        lam * norm2 / v[:, None],
        (ff + n * lam * rho ** (2 / L)) / yf,
        value / (wrong / 2 + 0.5 * L * v),
        lam * norm2 / wrong[:, None],
        xp.sqrt(norm2),
        1 - yf / yy,
        xp.max(off, axis=-1) / xp.abs(v),
    )


def _polished(net: Net, x: Array, y: Array, lam: float, steps: int) -> Net:
    """The net after L-BFGS on its objective."""
    xp, trials = arrays.namespace(x), net.weights[0].shape[0]
    shapes = [(w.shape[1], w.shape[2]) for w in net.weights]

    def objective(point: Array) -> tuple[Array, Array]:
        here = Net(unpack(point, shapes), (), net.activation)
        value, slope = gradient(here, x, y, weight_decay=lam)
        flat = [xp.reshape(g, (trials, -1)) for g in slope.weights]
        return value + 0.5 * lam * xp.sum(point * point, axis=-1), xp.concat(flat, axis=-1)

    if steps == 0:
        return net
    start = xp.concat([xp.reshape(w, (trials, -1)) for w in net.weights], axis=-1)
    return copy(Net(unpack(flattest(objective, start, steps).point, shapes), (), net.activation))


def _squares(weights: Sequence[Array]) -> Array:
    xp = arrays.namespace(weights[0])
    return xp.stack([xp.sum(w * w, axis=(-2, -1)) for w in weights], axis=-1)


def random_net(widths: tuple[int, ...], n: int, *, instance: int = 0) -> RandomNet:
    """A ReLU net of these widths with He weights, n Gaussian inputs, its outputs, and Gaussian targets.

    >>> random_net((3, 4, 2), 5).f.shape
    (5, 2)
    """
    rng = instances.generator("random_net", instance)
    net = initialise(rng, 1, widths, biases=False)
    x, y = rng.standard_normal((n, widths[0])), rng.standard_normal((n, widths[-1]))
    return RandomNet(tuple(w[0] for w in net.weights), x, forward(net, x)[-1][0], y)


@kernel(floats=lambda weights, f, **_: 4 * sum(w.shape[0] * w.shape[1] for w in weights) + 40 * len(f))
def norm_identity_residual(
    weights: Sequence[Array], f: Array, y: Array, lam: NonNegative, *, x: Array, trials: int, rng: Generator
) -> Array:
    """Derivative of |f - y|^2/(2N) + (lam/2) sum |W_l|^2 by the logarithm of each layer's scale, (trials, layers).

    By central differences of the net itself with the layer multiplied by 1 +- 1/2, exact for what is quadratic in the
    scale; every trial is the same. weights: (d_in, d_out) each, of a ReLU net; x (N, d): its inputs, whose outputs must
    be f (N, K); y (N, K). Raises ValueError where they are not.

    >>> from sims.arrays import strict_rng, to_host
    >>> net = random_net((3, 4, 2), 5)
    >>> found = norm_identity_residual(net.weights, net.f, net.y, 0.1, x=net.x, trials=1, rng=strict_rng(0))
    >>> found.shape
    (1, 2)
    """
    stack = tuple(arrays.asarray(rng, w)[None, ...] for w in weights)
    inputs, wanted, said = arrays.asarray(rng, x), arrays.asarray(rng, y), arrays.asarray(rng, f)
    xp = arrays.namespace(inputs)
    off = xp.max(xp.abs(forward(Net(stack), inputs)[-1][0, ...] - said))
    if float(arrays.to_host(off)) > 1e-9 * (1 + float(arrays.to_host(xp.max(xp.abs(said))))):
        raise ValueError(f"f = {f!r}: must be the outputs of the net at x")

    def objective(l: int, scale: float) -> Array:
        scaled = tuple(scale * w if k == l else w for k, w in enumerate(stack))
        error = forward(Net(scaled), inputs)[-1] - wanted
        data = xp.sum(error * error, axis=(-2, -1)) / (2 * wanted.shape[0])
        return data + 0.5 * lam * xp.sum(_squares(scaled), axis=-1)

    slopes = xp.stack([objective(l, 1.5) - objective(l, 0.5) for l in range(len(stack))], axis=-1)
    return xp.broadcast_to(slopes, (trials, len(stack))) + arrays.zeros(rng, (trials, 1))
