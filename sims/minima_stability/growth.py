"""A network displaced from a minimum along the steepest direction, and what steps of descent make of that."""

from __future__ import annotations

import itertools
from typing import Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Positive, kernel
from sims.dense_nets import GradientDescent, Net, backward, copy, forward, gradient, initialise
from sims.tangent import tangent_gram

_DISPLACED = 1e-8


class Growth(NamedTuple):
    """Factor of each step (trials, steps), and how many activations are not those of the minimum at any step."""

    factor: Array
    flips: Array


def _steepest(net: Net, x: Array) -> tuple[Array, Net]:
    """lambda_max (trials,), and the direction in the parameters, of norm one."""
    xp, n = arrays.namespace(x), x.shape[-2]
    values, vectors = arrays.eigh(tangent_gram(net, x) / n)
    top = vectors[..., -1:]
    along = backward(net, forward(net, x), top)
    size = xp.sqrt(n * values[..., -1])[:, None, None]
    return values[..., -1], Net(tuple(w / size for w in along.weights), tuple(b / size for b in along.biases))


def _signs(net: Net, x: Array) -> list[Array]:
    return [layer > 0 for layer in forward(net, x)[1:-1]]


@kernel(floats=lambda widths=(3, 12, 1), n=6, **_: 40 * sum(widths) * (max(widths) + n), block=64)
def gd_growth(
    eta: NonNegative,
    lam: Positive,
    *,
    widths: tuple[int, ...] = (3, 12, 1),
    n: int = 6,
    activation: Literal["relu", "tanh"] = "relu",
    steps: int = 12,
    trials: int,
    rng: Generator,
) -> Growth:
    """Displace random networks, which label their own n samples, by 1e-8 along the top eigenvector of H, and descend.

    The loss is multiplied such that its largest curvature is lam. A factor is that of the displacement's component
    along that direction. Returns `Growth`.

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(gd_growth(0.5, 3.0, trials=1, steps=2, rng=strict_rng(0)).factor).round(4)
    array([[-0.5, -0.5]])
    """
    net = initialise(rng, trials, widths, activation=activation)
    x = rng.standard_normal(size=(trials, n, widths[0]))
    xp, y = arrays.namespace(x), forward(net, x)[-1]
    largest, along = _steepest(net, x)
    moved, signs = copy(net), _signs(net, x)
    for p, v in zip(moved.parameters, along.parameters, strict=True):
        p += _DISPLACED * v
    lr = (eta * lam / largest)[:, None, None]
    flips, sizes = 0.0 * largest, []
    for step in range(steps + 1):
        parts = zip(moved.parameters, net.parameters, along.parameters, strict=True)
        sizes.append(sum(xp.sum((p - p0) * v, axis=(-2, -1)) for p, p0, v in parts))
        if activation == "relu":
            for now, then in zip(_signs(moved, x), signs, strict=True):
                flips = flips + xp.sum(xp.astype(now != then, xp.float64), axis=(-2, -1))
        if step < steps:
            grad = gradient(moved, x, y)[1]
            GradientDescent(moved).step(moved, grad, lr)
    factors = xp.stack([after / before for before, after in itertools.pairwise(sizes)], axis=-1)
    return Growth(factors, flips)
