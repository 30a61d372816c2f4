"""Networks trained for real: a mixture, against what linear layers can reach, and digits, layer by layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays, images
from sims.arrays import Array, Generator, Positive, kernel, namespace
from sims.dense_nets import Adam, Net, accuracy, forward, initialise, one_hot, train
from sims.equi_separation.floor import mixture
from sims.scatter import fuzziness


class MixtureSeparation(NamedTuple):
    """-log of the fuzziness of the last hidden layer of a linear and a ReLU network, loss of the latter: (trials,)."""

    linear: Array
    relu: Array
    loss: Array


class DigitsSeparation(NamedTuple):
    """Correlation of depth with log fuzziness at the start, and minus that at the end; decay a layer; accuracy.

    Each (trials,). logs: log fuzziness of the input and of all hidden layers at the start, after a twentieth of the
    steps and at the end, (trials, 3, layers).
    """

    rise: Array
    fall: Array
    decay: Array
    accuracy: Array
    logs: Array


@kernel(floats=lambda d, sizes, width, **_: 30 * width * (sum(sizes) + width))
def mixture_separation(
    d: int,
    sizes: Sequence[int],
    width: int,
    steps: int,
    lr: Positive = 0.01,
    *,
    instance: int = 0,
    trials: int,
    rng: Generator,
) -> MixtureSeparation:
    """Train linear and ReLU networks of three layers on a mixture by cross-entropy, and see what they separate.

    d, sizes, instance: as `mixture`; width: of both hidden layers, at least d; steps, lr: of Adam, full batch.

    >>> from sims.arrays import strict_rng
    >>> mixture_separation(4, (6, 7), 5, 2, trials=1, rng=strict_rng(0)).linear.shape
    (1,)
    """
    if width < d:
        raise ValueError(f"width = {width}: must be at least d = {d}")
    xp = namespace(rng)
    H, Y = (arrays.asarray(rng, part) for part in mixture(d, sizes, instance=instance))
    found = []
    for activation in ("linear", "relu"):
        net = initialise(rng, trials, (d, width, width, len(sizes)), activation=activation)
        loss = arrays.zeros(rng, (trials,))
        run = train(net, H.mT, Y.mT, loss="cross_entropy", steps=steps, lr=lr, optimiser=Adam(net), schedule="cosine")
        for _, loss in run:  # noqa: B007 - the last one is kept
            pass
        found.append(-xp.log(fuzziness(forward(net, H.mT)[-2].mT, Y)))
    return MixtureSeparation(found[0], found[1], loss)


def _logs(net: Net, x: Array, Y: Array) -> Array:
    """log fuzziness of the input and the hidden layers, (trials, layers), in float64."""
    xp = namespace(x)
    layers = [xp.astype(h, xp.float64).mT for h in forward(net, x)[:-1]]
    found = [xp.log(fuzziness(h, Y)) for h in layers]
    trials = net.weights[0].shape[0]
    return xp.stack([one + xp.zeros((trials,), dtype=xp.float64, device=x.device) for one in found], axis=-1)


def _correlation(logs: Array) -> tuple[Array, Array]:
    """Pearson correlation with the depth, and the slope."""
    xp, count = namespace(logs), logs.shape[-1]
    depth = xp.arange(count, dtype=logs.dtype, device=logs.device) - (count - 1) / 2
    centred = logs - xp.mean(logs, axis=-1, keepdims=True)
    both, square = xp.sum(depth * centred, axis=-1), xp.sum(depth * depth)
    return both / xp.sqrt(square * xp.sum(centred * centred, axis=-1)), both / square


@kernel(floats=lambda per_class, width, depth, **_: 8 * depth * width * (10 * per_class + width), block=12)
def digits_separation(
    per_class: int, width: int, depth: int, steps: int, lr: Positive = 2e-3, *, trials: int, rng: Generator
) -> DigitsSeparation:
    """Train a ReLU network on digits by cross-entropy, and follow the fuzziness through its layers.

    per_class: images of each digit, centred; width, depth: of the hidden layers, with biases; steps, lr: of Adam in
    float32, full batch, falling along a cosine. The correlation counts the input as layer 0. Returns
    `DigitsSeparation`.

    >>> from sims.arrays import strict_rng
    >>> digits_separation(3, 12, 3, 2, trials=1, rng=strict_rng(0)).logs.shape
    (1, 3, 4)
    """
    xp = namespace(rng)
    data = images.sorted_digits(per_class)
    Y = one_hot(arrays.asarray(rng, data.labels), 10)
    x = xp.astype(arrays.asarray(rng, data.images), xp.float32)
    net = initialise(rng, trials, (64, *(width,) * depth, 10), dtype="float32")
    targets = xp.astype(Y, xp.float32)
    run = train(net, x, targets, loss="cross_entropy", steps=steps, lr=lr, optimiser=Adam(net), schedule="cosine")
    logs, early = [_logs(net, x, Y.mT)], max(steps // 20, 1)
    for count, _ in run:
        if count in (early, steps):
            logs.append(_logs(net, x, Y.mT))
    start, end = _correlation(logs[0]), _correlation(logs[-1])
    right = xp.astype(accuracy(forward(net, x)[-1], targets), xp.float64)
    return DigitsSeparation(start[0], -end[0], xp.exp(end[1]), right, xp.stack(logs, axis=1))
