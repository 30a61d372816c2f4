"""A digits net whose first layer is sparse and changes its mask while it is trained."""

from __future__ import annotations

from collections import deque
from typing import Any, Literal, NamedTuple

from sims import arrays, digits
from sims.arrays import Array, Generator, Share, kernel
from sims.dense_nets import Adam, accuracy, forward, gradient, initialise, one_hot, train
from sims.dynamic_sparse_training.regrowth import check_sizes, exchange
from sims.masks import fixed_count

WIDTH, BATCH, RATE = 64, 64, 0.01


class Trained(NamedTuple):
    """Share of the layer's weights ever active after each round (trials, rounds + 1) and after the last, and the
    accuracy on the digits that were not trained on, each (trials,)."""

    path: Array
    explored: Array
    accuracy: Array


@kernel(floats=lambda **_: 60 * WIDTH * WIDTH, seconds=lambda rounds, every, **_: 1.2e-3 * rounds * every, block=4)
def digits_training(
    method: Literal["set", "rigl"],
    sparsity: Share,
    zeta: Share,
    rounds: int,
    every: int,
    include_pruned: bool = False,
    *,
    trials: int,
    rng: Generator,
) -> Trained:
    """Train a 64-64-10 net on digits by Adam, its first 64 x 64 layer sparse; every `every` steps a round.

    A round drops the share zeta of the active weights, the smallest, and grows as many, which start at 0: random ones
    (set) or those of largest gradient of the loss over all training digits, taken before the drop (rigl).
    include_pruned: whether those just dropped may return. Every other image is for testing. Returns `Trained`.

    >>> from sims.arrays import strict_rng
    >>> digits_training("set", 0.5, 0.1, 1, 2, trials=1, rng=strict_rng(0)).path.shape
    (1, 2)
    """
    N = WIDTH * WIDTH
    s = round((1 - sparsity) * N)
    k = round(zeta * s)
    check_sizes(N, max(1, s), max(1, k), include_pruned)
    images, labels = digits.load()
    x, y = (arrays.asarray(rng, half) for half in (images[::2], 1.0 * labels[::2]))
    x_new, y_new = (arrays.asarray(rng, half) for half in (images[1::2], 1.0 * labels[1::2]))
    targets, wanted = one_hot(y, 10), one_hot(y_new, 10)
    net = initialise(rng, trials, (64, WIDTH, 10))
    xp = arrays.namespace(x)
    mask = fixed_count(rng, trials, N, s)
    ever, dense, adam = mask, xp.ones((WIDTH, 10), device=arrays.device(x)), Adam(net)
    path = [xp.mean(ever, axis=-1)]
    for _ in range(rounds):
        masks = (xp.reshape(mask, (trials, 64, WIDTH)), dense)
        how: dict[str, Any] = {"loss": "cross_entropy", "optimiser": adam, "masks": masks, "batch": BATCH, "rng": rng}
        deque(train(net, x, targets, steps=every, lr=RATE, **how), maxlen=0)
        if method == "set":
            score = rng.random(size=(trials, N))
        else:
            score = xp.abs(xp.reshape(gradient(net, x, targets, "cross_entropy")[1].weights[0], (trials, N)))
        size = xp.abs(xp.reshape(net.weights[0], (trials, N)))
        new = exchange(mask, size, score, s, k, include_pruned)
        net.weights[0][...] *= xp.reshape(mask * new, (trials, 64, WIDTH))
        mask = new
        ever = xp.maximum(ever, mask)
        path.append(xp.mean(ever, axis=-1))
    steps = xp.stack(path, axis=-1)
    return Trained(steps, steps[:, -1], accuracy(forward(net, x_new)[-1], wanted))
