"""Incoming against outgoing weights of every hidden neuron, along the training of whole nets."""

from __future__ import annotations

import itertools
from typing import Literal, NamedTuple

from sims import arrays, digits
from sims.arrays import Array, Generator, NonNegative, Positive, kernel
from sims.dense_nets import Net, initialise, one_hot, train

Loss = Literal["mse", "cross_entropy"]
Data = Literal["gaussian", "digits"]


class Balance(NamedTuple):
    """How gaps at the end are those at the start, times one number.

    ratio, scatter: of the gaps of a layer's neurons (linear nets: the whole matrix W_out W_out' - W_in' W_in), the
    coefficient of their regression on those at the start and the size of what is left, relative to the start; (trials,
    hidden layers). layers: ratio of the differences of squared norms of neighbouring layers. start, end: all gaps
    (trials, hidden neurons). moved: |change|/|start| of all weights (trials,).
    """

    ratio: Array
    scatter: Array
    layers: Array
    start: Array
    end: Array
    moved: Array


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


class Path(NamedTuple):
    """(trials, looks, hidden neurons): gaps; (trials, looks, ...): the incoming squared norms of the same neurons."""

    gaps: Array
    incoming: Array


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
    trials: int,
    rng: Generator,
) -> Balance:
    """Train a net of these widths by full-batch descent for a time, step eta, on the loss + (lam/2) |parameters|^2.

    Weights start as N(0, 2/d_in) and biases, where there are any, as N(0, 1/4). loss: "mse" is halved; for
    "cross_entropy" Gaussian targets are replaced by their largest entry. count_biases: squared biases belong to the
    incoming weights. whole: compare matrices, not only their diagonals, in ReLU nets too. Returns `Balance`.

    >>> from sims.arrays import strict_rng, to_host
    >>> found = norm_balance((3, 5, 2), 4, 0.1, 1.0, 0.01, trials=1, rng=strict_rng(0))
    >>> to_host(found.ratio).round(2)  # exp(-0.2)
    array([[0.82]])
    """
    x, y = problem(rng, trials, widths, n, data)
    xp = arrays.namespace(x)
    if loss == "cross_entropy" and data == "gaussian":
        y = one_hot(xp.argmax(y, axis=-1), widths[-1])
    net = initialise(rng, trials, widths, biases=biases, activation=activation)
    for b in net.biases:
        b += 0.5 * rng.standard_normal(size=tuple(b.shape))
    before = gap_matrices(net, count_biases)
    first = [w + 0.0 for w in net.weights]
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
    change = sum(xp.sum((w - v) ** 2, axis=(-2, -1)) for w, v in zip(net.weights, first, strict=True))
    moved = xp.sqrt(change / sum(xp.sum(v**2, axis=(-2, -1)) for v in first))
    ends = [xp.concat([_diagonal(gap) for gap in gaps], axis=-1) for gaps in (before, after)]
    return Balance(xp.stack(ratios, axis=-1), xp.stack(scatters, axis=-1), xp.stack(layers, axis=-1), *ends, moved)


@kernel(floats=_floats, block=4)
def gaps_along(
    widths: tuple[int, ...],
    n: int,
    lam: NonNegative,
    eta: Positive,
    *,
    every: int,
    looks: int,
    trials: int,
    rng: Generator,
) -> Path:
    """Train a ReLU net as in `norm_balance` and look at the start and after each `every` steps. Returns `Path`."""
    x, y = problem(rng, trials, widths, n, "gaussian")
    xp = arrays.namespace(x)
    net = initialise(rng, trials, widths, biases=False)
    gaps, incoming = [], []

    def look() -> None:
        gaps.append(xp.concat([_diagonal(gap) for gap in gap_matrices(net, True)], axis=-1))
        incoming.append(xp.concat([xp.sum(w * w, axis=-2) for w in net.weights[:-1]], axis=-1))

    look()
    for done, _ in train(net, x, y, steps=every * looks, lr=eta, weight_decay=lam):
        if done % every == 0:
            look()
    return Path(xp.stack(gaps, axis=1), xp.stack(incoming, axis=1))
