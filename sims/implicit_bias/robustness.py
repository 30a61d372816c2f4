"""Two-layer ReLU networks on orthogonal inputs: trained from small scale, and attacked."""

from __future__ import annotations

import math
from typing import Annotated, Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Positive, Whole, kernel, namespace, top_k_mask, where_valid
from sims.arrays.domain import In
from sims.iterate import until

Solution = Literal["merged", "split", "threshold"]
Sign = Annotated[int, In(-1)]


class Trained(NamedTuple):
    """Half the squared weights, radii of all inputs (trials, m), the share of inputs that one perturbation for a class
    flips, and the largest residual; (trials,) where not said."""

    cost: Array
    radius: Array
    flipped: Array
    residual: Array


class Universal(NamedTuple):
    """Coordinates of one perturbation along the own and the other class, their spread, and the largest output left,
    (trials,) each."""

    own: Array
    other: Array
    spread: Array
    worst: Array


class Net(NamedTuple):
    """f(x) = sum_j v_j relu(w_j.x - bias): w (T, k, d), v (T, k)."""

    w: Array
    v: Array
    bias: float

    def at(self, x: Array, label: float = 0.0) -> tuple[Array, Array]:
        """Values (T, S) and slopes (T, S, d) at points x (T, S, d); a neuron at 0 is on if v works against `label`."""
        xp = namespace(x)
        before, v = x @ self.w.mT - self.bias, self.v[:, None, :]
        on = xp.astype((before > 0) | ((before == 0) & (label * v < 0)), x.dtype) * v
        return xp.sum(on * before, axis=-1), on @ self.w


def _labels(rng: Generator, m_pos: int, m_neg: int) -> Array:
    return arrays.asarray(rng, [1.0] * m_pos + [-1.0] * m_neg)


def attack(net: Net, x: Array, label: float, starts: Array, steps: int) -> tuple[Array, Array]:
    """The least |p| (T,) found with label f(x + p) <= 0, and p (T, d): x (d,), starts (T, S, d); NaN where none was.

    Each step solves the problem exactly for the pattern of active neurons at the present p: the shortest p on the
    plane where the linear piece vanishes; at a kink the piece that lowers the output. A start that comes to rest has
    the least norm of its piece.

    >>> import numpy as np
    >>> net = Net(np.eye(2)[None], np.array([[1.0, -1.0]]), 0.0)
    >>> attack(net, np.array([1.0, 0.0]), 1.0, np.zeros((1, 1, 2)), 5)[1].round(6)
    array([[-0.5,  0.5]])
    """
    xp = namespace(x)
    p, found = starts, xp.zeros_like(starts[:, 0, :])
    best = xp.zeros_like(p[:, 0, 0]) + math.inf
    for _ in range(steps):
        value, slope = net.at(x + p, label)
        square = xp.sum(slope * slope, axis=-1)
        height = value - xp.sum(slope * p, axis=-1)  # of the linear piece at p = 0
        # label (height + slope.p) = 0; where the piece is flat or the input is wrong already, p stays.
        moves = (square > 0) & (label * height > 0)
        p = xp.where(moves[..., None], -(height / xp.where(moves, square, 1.0))[..., None] * slope, p)
        reached = label * net.at(x + p)[0] <= 1e-10
        length = xp.where(reached, xp.sqrt(xp.sum(p * p, axis=-1)), math.inf)
        shortest = xp.sum(p * top_k_mask(-xp.clip(length, None, 1e300), 1)[..., None], axis=1)
        better = xp.min(length, axis=-1) < best
        found = xp.where(better[:, None], shortest, found)
        best = xp.where(better, xp.min(length, axis=-1), best)
    return where_valid(best < math.inf, best), where_valid((best < math.inf)[:, None], found)


def _random_starts(rng: Generator, trials: int, starts: int, m: int, norm: float) -> Array:
    """Directions at random, lengths up to the norm of an input."""
    p = rng.standard_normal(size=(trials, starts, m))
    xp = namespace(p)
    return p * (norm * rng.random(size=(trials, starts, 1)) / xp.sqrt(xp.sum(p * p, axis=-1, keepdims=True)))


@kernel(floats=lambda m_pos, m_neg, starts=32, **_: 7 * starts * (m_pos + m_neg))
def orthogonal_radius(
    m_pos: int,
    m_neg: int,
    norm: Positive,
    solution: Solution,
    label: Sign = 1,
    *,
    starts: int = 32,
    trials: int,
    rng: Generator,
) -> Array:
    """The radius of an input of an exact network, by attacks from random starts.

    m_pos, m_neg: orthogonal inputs of either label; norm: their length; solution: "merged" (a neuron for each class),
    "split" (one for each input) or "threshold" (split, with biases); label: of the input, 1 or -1. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> round(float(orthogonal_radius(1, 1, 1.0, "merged", trials=1, rng=strict_rng(0))[0]), 6)
    0.707107
    """
    net, x, p = _exact(m_pos, m_neg, norm, solution, label, starts, trials, rng)
    return attack(net, x, float(label), p, 12)[0]


def _exact(
    m_pos: int, m_neg: int, norm: float, solution: Solution, label: int, starts: int, trials: int, rng: Generator
) -> tuple[Net, Array, Array]:
    """An exact network, an input of the label, and random starts of attacks."""
    if label not in (-1, 1):
        raise ValueError(f"label = {label!r}: must be 1 or -1")
    m, y = m_pos + m_neg, _labels(rng, m_pos, m_neg)
    xp = namespace(y)
    if solution == "merged":
        w, v = xp.stack([xp.clip(y, 0.0), xp.clip(-y, 0.0)]) / norm, arrays.asarray(rng, [1.0, -1.0])
    else:
        w, v = arrays.eye(rng, m) / norm, y * (2.0 if solution == "threshold" else 1.0)
    net = Net(w[None, :, :], v[None, :], 0.5 if solution == "threshold" else 0.0)
    x = norm * arrays.eye(rng, m)[0 if label == 1 else m_pos, :]
    return net, x, _random_starts(rng, trials, starts, m, norm)


@kernel(floats=lambda m_pos, m_neg, starts=32, **_: 7 * starts * (m_pos + m_neg))
def universal_perturbation(
    m_pos: int, m_neg: int, norm: Positive, label: Sign = 1, *, starts: int = 32, trials: int, rng: Generator
) -> Universal:
    """The shortest perturbation found for one input of the merged network, put on every input of its class.

    m_pos, m_neg: orthogonal inputs of either label; norm: their length; label: of the class, 1 or -1. Returns fields
    own, other (the mean coordinate of the perturbation along the inputs of either class), spread (the largest
    deviation from these) and worst (the largest output, times the label, that it leaves in the class), (trials,) each.

    >>> from sims.arrays import strict_rng
    >>> round(float(universal_perturbation(1, 1, 1.0, trials=1, rng=strict_rng(0)).other[0]), 6)
    0.5
    """
    net, x, starting = _exact(m_pos, m_neg, norm, "merged", label, starts, trials, rng)
    p = attack(net, x, float(label), starting, 12)[1]
    xp = namespace(p)
    inputs = norm * arrays.eye(rng, m_pos + m_neg)
    first, second = p[:, :m_pos], p[:, m_pos:]
    own, other = (first, second) if label == 1 else (second, first)
    inputs = inputs[:m_pos, :] if label == 1 else inputs[m_pos:, :]
    values = label * net.at(inputs[None, :, :] + p[:, None, :])[0]
    means = [xp.mean(part, axis=-1) for part in (own, other)]
    spread = [xp.max(xp.abs(part - mean[:, None]), axis=-1) for part, mean in zip((own, other), means, strict=True)]
    return Universal(means[0], means[1], xp.maximum(*spread), xp.max(values, axis=-1))


def universal(m_pos: int, m_neg: int, norm: float, rng: Generator) -> Array:
    """The perturbation (m,) that takes every input of label 1 to 0 in the merged network; minus it, of label -1."""
    return -_labels(rng, m_pos, m_neg) * norm / (m_pos + m_neg)


@kernel(
    floats=lambda m_pos, m_neg, width=400, starts=32, **_: 6 * width * (m_pos + m_neg + starts),
    seconds=0.3,
    block=4,
)
def min_norm_training(
    m_pos: int,
    m_neg: int,
    norm: Positive,
    scale: Positive,
    width: int = 400,
    starts: int = 32,
    steps: Whole = 4000,
    *,
    trials: int,
    rng: Generator,
) -> Trained:
    """Train a two-layer ReLU network by gradient descent on half the squared error, and attack it.

    m_pos, m_neg: inputs norm e_i of labels 1 and -1; scale: |w_j| = |v_j| at the start, directions and signs random;
    width: neurons; starts: random starts of every attack; steps: at most so many, of 0.02/norm. Returns fields cost
    (half of all weights squared), radius of every input, flipped (share of inputs that 1.02 times one perturbation of
    length norm/sqrt(m), the same for all of a class, flips), and the certificate residual.

    >>> from sims.arrays import strict_rng
    >>> min_norm_training(1, 1, 1.0, 0.1, width=8, starts=2, steps=20, trials=1, rng=strict_rng(0)).radius.shape
    (1, 2)
    """
    m, y = m_pos + m_neg, _labels(rng, m_pos, m_neg)
    xp = namespace(y)
    w = rng.standard_normal(size=(trials, width, m))
    w = scale * w / xp.sqrt(xp.sum(w * w, axis=-1, keepdims=True))
    v = scale * arrays.random_signs(rng, (trials, width))
    eta = 0.02 / norm

    def rest(w: Array, v: Array) -> tuple[Array, Array]:
        hidden = xp.clip(norm * w, 0.0)  # of neuron j on input i
        return (v[:, None, :] @ hidden)[:, 0, :] - y, hidden

    def descend(state: tuple[Array, Array]) -> tuple[Array, Array]:
        w, v = state
        r, hidden = rest(w, v)
        on = xp.astype(w > 0, w.dtype)
        return w - eta * norm * v[..., None] * on * r[:, None, :], v - eta * (hidden @ r[..., None])[..., 0]

    def missed(state: tuple[Array, Array]) -> Array:
        return xp.max(xp.abs(rest(*state)[0]), axis=-1)

    (w, v), residual = until(descend, (w, v), missed, 1e-10, steps, every=50)
    net = Net(w, v, 0.0)
    identity = norm * arrays.eye(rng, m)
    p = _random_starts(rng, trials, starts, m, norm)
    radii = xp.stack([attack(net, identity[i, :], 1.0 if i < m_pos else -1.0, p, 12)[0] for i in range(m)], axis=-1)
    moved = identity + 1.02 * y[:, None] * universal(m_pos, m_neg, norm, rng)
    values = net.at(xp.zeros_like(p[:, :1, :]) + moved)[0]
    flipped = xp.mean(xp.astype(y * values <= 0, y.dtype), axis=-1)
    cost = 0.5 * (xp.sum(w * w, axis=(-2, -1)) + xp.sum(v * v, axis=-1))
    return Trained(cost, radii, flipped, residual)
