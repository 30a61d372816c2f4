"""Neural collapse in networks really trained: a Gaussian mixture and scikit-learn's digits, with and without decay."""

from __future__ import annotations

import itertools
import math
from typing import NamedTuple

from sims import dense_nets
from sims.arrays import Array, Generator, asarray, kernel, namespace
from sims.images import sorted_digits
from sims.neural_collapse.metrics import metrics_of

# Training in single precision takes half the time; the metrics are measured in double precision.
DTYPE = "float32"


class Collapse(NamedTuple):
    """Two arms from the same start: with weight decay and (`_plain`) without. All arrays lead with the trials.

    One trial is one run. Logarithms of how much NC1 falls: `fall` from the first step to the last, `late` from a fifth
    of the way to the last, `lead` from the plain arm to the other at the last step (nc3_lead: of NC3; `crossed`: with
    labels that have nothing to do with the classes). Curves of nc1, nc2, nc3 have shape (trials, 2, marks) at
    `marks(steps)`. gap is the mean output of the true class minus that of the others at the last step, and norm_ratio
    is |W|/|H - mean| there, (trials, 2).
    """

    nc1_fall: Array
    nc1_late: Array
    nc1_fall_plain: Array
    nc1_late_plain: Array
    nc1_lead: Array
    nc1_lead_crossed: Array
    nc3_lead: Array
    accuracy: Array
    accuracy_plain: Array
    nc1: Array
    nc2: Array
    nc3: Array
    gap: Array
    norm_ratio: Array


def marks(steps: int) -> tuple[int, ...]:
    """The steps at which the metrics are measured: the first, a fifth of the way, the last, and some between."""
    spaced = (round(steps ** (i / 8)) for i in range(9))
    return tuple(sorted({1, steps // 5, 2 * steps // 5, 7 * steps // 10, steps, *spaced}))


class _Snapshot(NamedTuple):
    nc1: Array
    nc2: Array
    nc3: Array
    crossed: Array
    accuracy: Array
    gap: Array
    norm_ratio: Array


def _snapshot(net: dense_nets.Net, x: Array, Y: Array, crossed: Array) -> _Snapshot:
    """Measure a stack of nets on data with one-hot rows Y (N, C) and crossed one-hot rows."""
    xp = namespace(x)
    layers = dense_nets.forward(net, x)
    H, W = xp.astype(layers[-2], xp.float64).mT, xp.astype(net.weights[-1], xp.float64).mT
    f, true = xp.astype(layers[-1], xp.float64), xp.astype(Y, xp.float64)
    m, C = metrics_of(H, true.mT, W), Y.shape[-1]
    right = xp.sum(f * true, axis=-1)
    gap = xp.mean(right - (xp.sum(f, axis=-1) - right) / (C - 1), axis=-1)
    H -= xp.mean(H, axis=-1, keepdims=True)
    size = xp.sqrt(xp.sum(H * H, axis=(-2, -1)))
    ratio = xp.sqrt(xp.sum(W * W, axis=(-2, -1))) / size
    other = metrics_of(H, xp.astype(crossed, xp.float64).mT).nc1
    return _Snapshot(m.nc1, m.nc2, m.nc3, other, dense_nets.accuracy(f, true), gap, ratio)


def _two_arms(start: dense_nets.Net) -> dense_nets.Net:
    xp = namespace(start.weights[0])
    twice = [tuple(xp.concat([p, p], axis=0) for p in parts) for parts in (start.weights, start.biases)]
    return dense_nets.Net(twice[0], twice[1], start.activation)


def _train_both(
    start: dense_nets.Net, x: Array, Y: Array, loss: str, weight_decay: float, steps: int, lr: float,
    batch: int | None, rng: Generator,
) -> Collapse:  # fmt: skip
    """Train each start with and without weight decay on rows x, (N, d) or (starts, N, d), sorted by class."""
    xp, starts = namespace(x), start.weights[0].shape[0]
    C = Y.shape[-1]
    per_class = x.shape[-2] // C
    net = _two_arms(start)
    if len(x.shape) == 3:
        x = xp.concat([x, x], axis=0)
    single = getattr(xp, DTYPE)
    x, Y = xp.astype(x, single), xp.astype(Y, single)
    # Crossed classes take every C-th sample of each true class, so they share one mean up to noise.
    labels = asarray(rng, [(i % per_class + i // per_class) % C for i in range(C * per_class)])
    crossed = xp.astype(dense_nets.one_hot(labels, C), single)
    decay = xp.astype(asarray(rng, [[[weight_decay]]] * starts + [[[0.0]]] * starts), single)
    optimiser = dense_nets.Adam(net) if batch is None else dense_nets.GradientDescent(net, momentum=0.9)
    shots = {}
    for step, _ in dense_nets.train(
        net, x, Y, loss=loss, steps=steps, lr=lr, optimiser=optimiser, schedule="cosine", weight_decay=decay,
        batch=batch, rng=rng,
    ):  # fmt: skip
        if step in marks(steps):
            shots[step] = _Snapshot(*(xp.reshape(p, (2, -1)) for p in _snapshot(net, x, Y, crossed)))
    first, early, last = shots[1], shots[steps // 5], shots[steps]

    def curve(name: str) -> Array:
        return xp.permute_dims(xp.stack([getattr(shot, name) for shot in shots.values()], axis=-1), (1, 0, 2))

    return Collapse(
        nc1_fall=xp.log(first.nc1[0, :] / last.nc1[0, :]),
        nc1_late=xp.log(early.nc1[0, :] / last.nc1[0, :]),
        nc1_fall_plain=xp.log(first.nc1[1, :] / last.nc1[1, :]),
        nc1_late_plain=xp.log(early.nc1[1, :] / last.nc1[1, :]),
        nc1_lead=xp.log(last.nc1[1, :] / last.nc1[0, :]),
        nc1_lead_crossed=xp.log(last.crossed[1, :] / last.crossed[0, :]),
        nc3_lead=xp.log(last.nc3[1, :] / last.nc3[0, :]),
        accuracy=last.accuracy[0, :],
        accuracy_plain=last.accuracy[1, :],
        nc1=curve("nc1"),
        nc2=curve("nc2"),
        nc3=curve("nc3"),
        gap=last.gap.mT,
        norm_ratio=last.norm_ratio.mT,
    )


def _digits(rng: Generator, per_class: int) -> tuple[Array, Array]:
    """The first per_class images of each digit, sorted by digit and centred, and one-hot labels."""
    images, labels = sorted_digits(per_class)
    return asarray(rng, images), dense_nets.one_hot(asarray(rng, labels), 10)


FEW = 500_000
"""Numbers that a training is charged for at least: a block holds some ten of them, trained as one stack."""


def _floats(widths: tuple[int, ...], samples: int) -> float:
    """Four stacks of parameters and two of layers an arm, in single precision."""
    size = sum(a * b for a, b in itertools.pairwise(widths)) * 4 + sum(widths) * samples * 2
    return max(FEW, size)


@kernel(floats=lambda per_class, hidden, **_: _floats((64, *hidden, 10), 10 * per_class))
def digits_training(
    loss: str, weight_decay: float, per_class: int, hidden: tuple[int, ...], steps: int, lr: float, *,
    trials: int, rng: Generator,
) -> Collapse:  # fmt: skip
    """Train ReLU nets on digits from He starts: full-batch Adam, cosine schedule to 0, L2 term in the gradient.

    loss: "mse" or "cross_entropy"; weight_decay >= 0; per_class: digits of each class; hidden: widths of the ReLU
    layers; steps >= 5, lr > 0. Returns the fields of Collapse.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> digits_training('mse', 1e-3, 5, (16, 16), 20, 1e-2, trials=1, rng=rng).nc1_fall.shape
    (1,)
    """
    x, Y = _digits(rng, per_class)
    net = dense_nets.initialise(rng, trials, (64, *hidden, 10), dtype=DTYPE)
    return _train_both(net, x, Y, loss, weight_decay, steps, lr, None, rng)


@kernel(floats=lambda C, n, d, hidden, **_: _floats((d, *hidden, C), C * n))
def mixture_training(
    loss: str, weight_decay: float, C: int, n: int, d: int, separation: float, hidden: tuple[int, ...], steps: int,
    lr: float, batch: int | None = None, *, trials: int, rng: Generator,
) -> Collapse:  # fmt: skip
    """Train ReLU nets on n samples of each of C Gaussians N(mu_c, I_d), mu_c random of norm about `separation`.

    Every trial has its own data and start. Full-batch Adam, or SGD with momentum 0.9 on batches without replacement.

    loss: "mse" or "cross_entropy"; weight_decay >= 0; C, n, d: classes, samples a class, dimension; separation > 0;
    hidden: widths of the ReLU layers; steps >= 5, lr > 0; batch: samples a step, None for all. Returns the fields of
    Collapse.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> mixture_training('mse', 1e-3, 3, 5, 4, 5.0, (8,), 20, 1e-2, trials=2, rng=rng).accuracy.shape
    (2,)
    """
    xp = namespace(rng)
    means = rng.standard_normal(size=(trials, C, 1, d))
    means *= separation / math.sqrt(d)
    x = xp.reshape(means + rng.standard_normal(size=(trials, C, n, d)), (trials, C * n, d))
    x -= xp.mean(x, axis=-2, keepdims=True)
    Y = dense_nets.one_hot(asarray(rng, [i // n for i in range(C * n)]), C)
    net = dense_nets.initialise(rng, trials, (d, *hidden, C), dtype=DTYPE)
    return _train_both(net, x, Y, loss, weight_decay, steps, lr, batch, rng)


class Widths(NamedTuple):
    """NC2, the gap between true and other outputs over that of the widest layer, accuracy: (trials, widths).

    shrinkage is 1 - gap at the widest layer over what it is where all modes share the features' penalty
    lambda |W|^2/|H - mean|^2, (trials,).
    """

    nc2: Array
    gap_ratio: Array
    accuracy: Array
    shrinkage: Array


@kernel(floats=lambda widths, per_class, hidden, **_: _floats((64, *hidden, max(widths), 10), 10 * per_class))
def digits_bottleneck(
    widths: tuple[int, ...], weight_decay: float, per_class: int, hidden: tuple[int, ...], steps: int, lr: float, *,
    trials: int, rng: Generator,
) -> Widths:  # fmt: skip
    """Train on digits with the square loss through a linear feature layer of each width; the last one is the widest.

    widths: of the feature layer; weight_decay >= 0; per_class: digits of each class; hidden: widths of the ReLU
    layers below; steps, lr > 0: of Adam. Returns the fields of Widths.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> found = digits_bottleneck((2, 9), 1e-3, 5, (16,), 20, 1e-2, trials=1, rng=rng)
    >>> found._fields
    ('nc2', 'gap_ratio', 'accuracy', 'shrinkage')
    """
    xp = namespace(rng)
    x, Y = _digits(rng, per_class)
    single = getattr(xp, DTYPE)
    x, Y = xp.astype(x, single), xp.astype(Y, single)
    shots = []
    for width in widths:
        names = ("relu",) * len(hidden) + ("linear",)
        net = dense_nets.initialise(rng, trials, (64, *hidden, width, 10), activation=names, dtype=DTYPE)
        for _ in dense_nets.train(
            net, x, Y, steps=steps, lr=lr, optimiser=dense_nets.Adam(net), schedule="cosine", weight_decay=weight_decay
        ):
            pass
        shots.append(_snapshot(net, x, Y, Y))
    nc2, gap, accuracy = (xp.stack([getattr(s, k) for s in shots], axis=-1) for k in ("nc2", "gap", "accuracy"))
    expected = 10 * math.sqrt(per_class) * weight_decay * shots[-1].norm_ratio
    return Widths(nc2, gap / gap[:, -1:], accuracy, (1 - gap[:, -1]) / expected)
