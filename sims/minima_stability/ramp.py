"""Shallow networks trained by descent whose step is raised stage by stage: which minima are left, and how they bend."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays, instances
from sims.arrays import Array, Generator, Positive, Whole, kernel
from sims.dense_nets import GradientDescent, Net, gradient, initialise
from sims.minima_stability.bends import kinks, smooth_curvature, weighted_kinks
from sims.minima_stability.nets import sharpness
from sims.minima_stability.trained import sine_data

_CLEAR = 1e-4  # a sample whose pre-activation is nearer to 0 counts as on the kink: what moves at a minimum is less


class RampStart(NamedTuple):
    """One ramp: samples x, targets y (n, 1), a stack of networks, and a kick of each parameter before each stage."""

    x: Array
    y: Array
    net: Net
    kicks: list[tuple[Array, ...]]


class Ramp(NamedTuple):
    """What is found at the end of stages.

    At those of `at`, (trials, stages), over the minima with no sample on a kink: curvature, the largest weighted one;
    plain, the same with all kinks alike; sharpness, the largest eta lambda_max/2; NaN where there are none. share: how
    many of the networks these are; loss: the least; tau, strength: kinks of the network with the least loss,
    (trials, stages, h). At those of `beyond`, over all networks: median_curvature and median_sharpness. Over all
    stages, (trials,): kinked, the largest eta lambda_max/2 of the minima with a sample on a kink.
    """

    curvature: Array
    plain: Array
    sharpness: Array
    share: Array
    loss: Array
    tau: Array
    strength: Array
    median_curvature: Array
    median_sharpness: Array
    kinked: Array


def ramp_start(stages: int, count: int, h: int, n: int, activation: str, number: int) -> RampStart:
    """Return the data, `count` networks 1-h-1 (He) and kicks of standard deviation 1e-4, by number.

    >>> len(ramp_start(3, 2, 5, 4, "relu", 0).kicks)
    3
    """
    x, y = sine_data(n, number)
    rng = instances.generator("ramp_start", number)
    gain = 2.0 if activation == "relu" else 1.0
    net = initialise(rng, count, (1, h, 1), gain=gain, activation=activation)
    kicks = [tuple(1e-4 * rng.standard_normal(p.shape) for p in net.parameters) for _ in range(stages)]
    return RampStart(x, y, net, kicks)


def _beside(rng: Generator, start: RampStart) -> RampStart:
    """All of it in the namespace of the generator, parameters copied."""
    net = start.net._replace(
        weights=tuple(arrays.asarray(rng, w) + 0.0 for w in start.net.weights),
        biases=tuple(arrays.asarray(rng, b) + 0.0 for b in start.net.biases),
    )
    kicks = [tuple(arrays.asarray(rng, k) for k in kick) for kick in start.kicks]
    return RampStart(arrays.asarray(rng, start.x), arrays.asarray(rng, start.y), net, kicks)


def _stage(start: RampStart, kick: tuple[Array, ...], eta: float, steps: int) -> None:
    """Kick and descend, in place."""
    descent = GradientDescent(start.net)
    for p, k in zip(start.net.parameters, kick, strict=True):
        p += k
    for _ in range(steps):
        descent.step(start.net, gradient(start.net, start.x, start.y)[1], eta)


def _median(values: Array) -> Array:
    """The middle one of (count,): the upper of two; NaN, of what has diverged, counts as large."""
    return arrays.namespace(values).sort(values)[values.shape[0] // 2]


def _largest(values: Array, where: Array) -> Array:
    """The largest of the values where a condition holds, NaN where it never does."""
    xp = arrays.namespace(values)
    some = xp.max(xp.where(where, values, -xp.ones_like(values)))
    return arrays.where_valid(xp.any(where), some)


def _look(start: RampStart, eta: float, target: float) -> dict[str, Array]:
    net, x, y = start.net, start.x, start.y
    xp, loss = arrays.namespace(x), gradient(net, x, y)[0]
    bent, steep = weighted_kinks(net, x), eta * sharpness(net, x) / 2
    z = x @ net.weights[0] + net.biases[0]
    clear = xp.min(xp.abs(z), axis=(-2, -1)) > _CLEAR
    minimum, least = loss <= target, xp.argmin(xp.where(loss == loss, loss, 0.0 * loss + 1e300))
    tau, strength = kinks(net)
    return {
        "curvature": _largest(bent.weighted, minimum & clear),
        "plain": _largest(bent.plain, minimum & clear),
        "sharpness": _largest(steep, minimum & clear),
        "share": xp.mean(xp.astype(minimum & clear, xp.float64)),
        "loss": xp.min(xp.where(loss == loss, loss, 0.0 * loss + 1e300)),
        "median_curvature": _median(bent.weighted),
        "median_sharpness": _median(steep),
        "kinked": _largest(steep, minimum & ~clear),
        "tau": xp.take(tau, xp.reshape(least, (1,)), axis=0)[0, :],
        "strength": xp.take(strength, xp.reshape(least, (1,)), axis=0)[0, :],
    }


@kernel(floats=lambda etas, count, h, n, **_: 30 * count * h * (n + len(etas)), block=1)
def ramp(
    etas: Sequence[float],
    at: Sequence[int],
    beyond: Sequence[int] = (),
    *,
    count: int,
    h: int,
    n: int,
    number: Whole,
    target: Positive = 1e-10,
    steps: int = 2000,
    trials: int,
    rng: Generator,
) -> Ramp:
    """Train `count` relu networks 1-h-1 on n samples, `steps` updates with each of the steps `etas` after the other.

    at, beyond: stages, counted from 0, at whose end to look. target: the loss at which a network counts as a minimum.
    Returns `Ramp`; all trials are equal.

    >>> from sims.arrays import strict_rng
    >>> ramp((0.05, 0.1), (1,), count=2, h=5, n=4, number=0, steps=3, trials=1, rng=strict_rng(0)).tau.shape
    (1, 1, 5)
    """
    start = _beside(rng, ramp_start(len(etas), count, h, n, "relu", number))
    looks = []
    for eta, kick in zip(etas, start.kicks, strict=True):
        _stage(start, kick, float(eta), steps)
        looks.append(_look(start, float(eta), target))
    xp, spread = arrays.namespace(start.x), arrays.zeros(rng, (trials,))
    every = xp.stack([look["kinked"] for look in looks])
    kinked = _largest(every, every == every)
    found = {"kinked": kinked}
    for name in looks[0]:
        stages = beyond if name.startswith("median") else at
        if name != "kinked":
            found[name] = xp.stack([looks[i][name] for i in stages or (-1,)])
    return Ramp(**{name: value + xp.reshape(spread, (trials, *(1,) * value.ndim)) for name, value in found.items()})


class Smooth(NamedTuple):
    """Medians over the networks after each stage, (trials, stages): weighted curvature, eta lambda_max/2, loss."""

    curvature: Array
    sharpness: Array
    loss: Array


@kernel(floats=lambda etas, count, h, n, **_: 30 * count * h * (n + len(etas) + 400), block=1)
def tanh_ramp(
    etas: Sequence[float],
    *,
    count: int,
    h: int,
    n: int,
    number: Whole,
    steps: int = 2000,
    trials: int,
    rng: Generator,
) -> Smooth:
    """The same with tanh: f'' is smooth, its weighted integral taken by the midpoint rule. Returns `Smooth`.

    >>> from sims.arrays import strict_rng
    >>> tanh_ramp((0.05, 0.1), count=2, h=5, n=4, number=0, steps=3, trials=1, rng=strict_rng(0)).loss.shape
    (1, 2)
    """
    start = _beside(rng, ramp_start(len(etas), count, h, n, "tanh", number))
    looks = []
    for eta, kick in zip(etas, start.kicks, strict=True):
        _stage(start, kick, float(eta), steps)
        values = smooth_curvature(start.net, start.x), float(eta) * sharpness(start.net, start.x) / 2
        looks.append([_median(one) for one in (*values, gradient(start.net, start.x, start.y)[0])])
    xp, spread = arrays.namespace(start.x), arrays.zeros(rng, (trials, 1))
    return Smooth(*(xp.stack([look[i] for look in looks]) + spread for i in range(3)))
