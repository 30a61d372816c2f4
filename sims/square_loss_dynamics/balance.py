"""Incoming against outgoing weights of every hidden neuron, along the training of whole nets."""

from __future__ import annotations

import itertools
from typing import Literal, NamedTuple

from sims import arrays, digits, instances
from sims.arrays import Array, Generator, NonNegative, Positive, Whole, kernel
from sims.dense_nets import Net, initialise, one_hot, train

Loss = Literal["mse", "cross_entropy"]
Data = Literal["gaussian", "digits"]


class Balance(NamedTuple):
    """How gaps at the end are those at the start, times one number.

    ratio, scatter: of the gaps of a layer's neurons (linear nets: the whole matrix W_out W_out' - W_in' W_in), the
    coefficient of their regression on those at the start and the size of what is left, relative to the start; (trials,
    hidden layers). layers: ratio of the differences of squared norms of neighbouring layers. start, end: all gaps, and
    incoming: squared norms of incoming weights at the end (trials, hidden neurons).
    """

    ratio: Array
    scatter: Array
    layers: Array
    start: Array
    end: Array
    incoming: Array


def gap_matrices(net: Net, count_biases: bool) -> tuple[Array, ...]:
    """W_l' W_l - W_{l+1} W_{l+1}' (trials, h, h) of each hidden layer: incoming minus outgoing, neurons as columns."""
    found = []
    for l, (into, out) in enumerate(itertools.pairwise(net.weights)):
        gap = into.mT @ into - out @ out.mT
        if count_biases and net.biases:
            gap = gap + net.biases[l].mT @ net.biases[l]
        found.append(gap)
    return tuple(found)


def _diagonal(stack: Array) -> Array:
    xp = arrays.namespace(stack)
    return xp.sum(stack * xp.eye(stack.shape[-1], dtype=stack.dtype, device=stack.device), axis=-1)


def problem(rng: Generator, trials: int, widths: tuple[int, ...], n: int, data: str) -> tuple[Array, Array]:
    """Inputs and targets: n Gaussian rows of unit mean square norm with Gaussian targets a trial; or n digits."""
    if data == "digits":
        if widths[0] != 64 or widths[-1] != 10:
            raise ValueError(f"widths = {widths!r}: must begin with 64 pixels and end with 10 classes for digits")
        every = len(digits.load().labels) // n
        rows = slice(0, n * every, every)
        labels = arrays.asarray(rng, digits.load().labels[rows])
        return arrays.asarray(rng, digits.scaled_images()[rows]), one_hot(labels, 10)
    x = rng.standard_normal(size=(trials, n, widths[0])) / widths[0] ** 0.5
    y = rng.standard_normal(size=(trials, n, widths[-1]))
    return x, y


def _floats(widths: tuple[int, ...], n: int, **_: object) -> int:
    return 6 * sum(a * b for a, b in itertools.pairwise(widths)) + 4 * n * sum(widths)


@kernel(floats=_floats, block=4)
def norm_balance(
    widths: tuple[int, ...],
    n: int,
    lam: NonNegative,
    time: Positive,
    eta: Positive,
    *,
    loss: Loss = "mse",
    activation: Literal["relu", "linear"] = "relu",
    biases: bool = False,
    count_biases: bool = True,
    whole: bool = False,
    data: Data = "gaussian",
    instance: Whole = 0,
    trials: int,
    rng: Generator,
) -> Balance:
    """Train a net of these widths by full-batch descent for a time, step eta, on the loss + (lam/2) |parameters|^2.

    Weights start as N(0, 2/d_in) and biases, where there are any, as N(0, 1/4). loss: "mse" is halved; for
    "cross_entropy" Gaussian targets are replaced by their largest entry. count_biases: squared biases belong to the
    incoming weights. whole: compare matrices, not only their diagonals, in ReLU nets too. instance: number of the data
    and the start; trials are equal. Returns `Balance`.

    >>> from sims.arrays import strict_rng, to_host
    >>> found = norm_balance((3, 5, 2), 4, 0.1, 1.0, 0.01, trials=1, rng=strict_rng(0))
    >>> to_host(found.ratio).round(2)  # exp(-0.2)
    array([[0.82]])
    """
    x, y, net = _instance(rng, widths, n, data, loss, activation, biases, instance)
    xp = arrays.namespace(x)
    before = gap_matrices(net, count_biases)
    for _ in train(net, x, y, loss=loss, steps=round(time / eta), lr=eta, weight_decay=lam):
        pass
    after = gap_matrices(net, count_biases)
    ratios, scatters, layers = [], [], []
    for old, new in zip(before, after, strict=True):
        a, b = (old, new) if whole or activation == "linear" else (_diagonal(old)[..., None], _diagonal(new)[..., None])
        size = xp.sum(a * a, axis=(-2, -1))
        ratio = xp.sum(a * b, axis=(-2, -1)) / size
        ratios.append(ratio)
        scatters.append(xp.sqrt(xp.sum((b - ratio[:, None, None] * a) ** 2, axis=(-2, -1)) / size))
        layers.append(xp.sum(_diagonal(new), axis=-1) / xp.sum(_diagonal(old), axis=-1))
    start, end = (xp.concat([_diagonal(gap) for gap in gaps], axis=-1) for gaps in (before, after))
    incoming = xp.concat([xp.sum(w * w, axis=-2) for w in net.weights[:-1]], axis=-1)
    found = (*(xp.stack(each, axis=-1) for each in (ratios, scatters, layers)), start, end, incoming)
    return Balance(*(arrays.zeros(rng, (trials, 1)) + each for each in found))


def _instance(
    rng: Generator,
    widths: tuple[int, ...],
    n: int,
    data: str,
    loss: str,
    activation: str,
    biases: bool,
    instance: int,
) -> tuple[Array, Array, Net]:
    """Inputs, targets and one net, drawn on the host from the number alone and moved beside `rng`."""
    host = instances.generator("norm_balance", instance)
    x, y = problem(host, 1, widths, n, data)
    net = initialise(host, 1, widths, biases=biases, activation=activation)
    shifts = tuple(0.5 * host.standard_normal(size=tuple(b.shape)) for b in net.biases)
    x, y = arrays.asarray(rng, x), arrays.asarray(rng, y)
    if loss == "cross_entropy" and data == "gaussian":
        y = one_hot(arrays.namespace(y).argmax(y, axis=-1), widths[-1])
    weights, moved = (tuple(arrays.asarray(rng, w) for w in part) for part in (net.weights, shifts))
    return x, y, Net(weights, moved, net.activation)
