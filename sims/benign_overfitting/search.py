"""A search for the hardest spectrum: random starts, then changes kept only where they make the objective larger."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Whole, kernel


class Spectra(NamedTuple):
    """Per trial: eigenvalues in descending order and squared coefficients (trials, p), ridge (trials,)."""

    eigenvalues: Array
    coef2: Array
    ridge: Array


class Hardest(NamedTuple):
    """Per trial: the spectrum, squared coefficients (trials, p) and ridge of the largest objective found, its `value`,
    and the certificate `missed`, the share of starts that did not come within 5 % of it, each (trials,)."""

    eigenvalues: Array
    coef2: Array
    ridge: Array
    value: Array
    missed: Array


class Shares(NamedTuple):
    """Per trial: the effective ridge kappa, s = sum L^2/n, sum (1-L)^2 lam coef2, and the certificate of the root,
    |sum lam/(lam + kappa) + ridge/kappa - n|/n."""

    kappa: Array
    s: Array
    missed: Array
    residual: Array


Objective = Callable[[Spectra], Array]


def shares(spectra: Spectra, n: int) -> Shares:
    """Solve sum lam/(lam + kappa) + ridge/kappa = n by bisection in log kappa, for a whole stack.

    spectra: as `Spectra`, p > n positive eigenvalues. Returns the fields of Shares, each (trials,).

    >>> import numpy as np
    >>> shares(Spectra(np.ones((1, 8)), np.ones((1, 8)), np.zeros(1)), 2).kappa.round(12)
    array([3.])
    """
    lam, ridge = spectra.eigenvalues, spectra.ridge[:, None]
    xp = arrays.namespace(lam)
    high = xp.log((xp.sum(lam, axis=-1, keepdims=True) + ridge) / n)
    low = high - 60.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        kappa = xp.exp(middle)
        too_small = xp.sum(lam / (lam + kappa), axis=-1, keepdims=True) + ridge / kappa > n
        low, high = xp.where(too_small, middle, low), xp.where(too_small, high, middle)
    kappa = xp.exp(0.5 * (low + high))
    share = lam / (lam + kappa)
    missed = xp.sum((kappa / (lam + kappa)) ** 2 * lam * spectra.coef2, axis=-1)
    residual = xp.abs(xp.sum(share, axis=-1) + (ridge / kappa)[:, 0] - n) / n
    return Shares(kappa[:, 0], xp.sum(share**2, axis=-1) / n, missed, residual)


class _State(NamedTuple):
    """Log-eigenvalues, log-coefficients (trials, starts, p) and the logarithm of the share of the largest ridge
    (trials, starts, 1), of all starts."""

    logs: Array
    coefs: Array
    penalty: Array


@kernel(floats=lambda p, starts=16, **_: 14 * p * starts, seconds=0.05, block=16)  # a few searches are enough
def hardest_spectra(
    objective: Objective,
    n: int,
    p: int,
    rounds: Whole = 100,
    ridge: float = 0.0,
    starts: int = 16,
    *,
    trials: int,
    rng: Generator,
) -> Hardest:
    """Draw spectra and climb: each round proposes a change per start and keeps it where `objective` grows.

    Starts are sorted exponentials of white noise and of random walks with random spread. Changes shift a random share
    of the log-eigenvalues by a random amount, level a random tail to one value, or go part of the way to the best start
    of the trial and along the difference of two others (differential evolution). `ridge` > 0 also searches over
    penalties up to that size and over coefficients (else the ridge is 0 and all coefficients are 1).

    objective: maps `Spectra` of n samples' problem to values (trials,); p > n. Returns the fields of Hardest.

    Source: the third kind of change: Storn and Price 1997 (recalled).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> hardest_spectra(lambda spectra: shares(spectra, 2).s, 2, 6, rounds=3, starts=4, trials=1, rng=rng).value.shape
    (1,)
    """
    state = _starts(p, ridge, (trials, starts), rng)
    value = _values(objective, state, ridge)
    xp = arrays.namespace(value)
    for count in range(rounds):
        # The last quarter gathers: a start that jumped ahead late must be joined, or it was luck.
        alone = 0.6 if 4 * count < 3 * rounds else 0.0
        proposed = _proposal(state, value, count, ridge > 0, alone, rng)
        reached = _values(objective, proposed, ridge)
        better = (reached > value)[..., None]
        state = _State(*(xp.where(better, new, old) for new, old in zip(proposed, state, strict=True)))
        value = xp.where(better[..., 0], reached, value)
    top, best = _best(state, value)
    missed = xp.mean(1 - arrays.less_equal(0.95 * top[:, None], value), axis=-1)
    return Hardest(*_spectra(_State(*(part[:, 0, :] for part in best)), ridge), top, missed)


def _starts(p: int, ridge: float, shape: tuple[int, int], rng: Generator) -> _State:
    z, u = rng.standard_normal(size=(*shape, p)), rng.random(size=(*shape, 3))
    xp = arrays.namespace(z)
    walk = xp.cumulative_sum(z, axis=-1) / p**0.5 * 3
    logs = 3 * u[..., :1] * xp.where(u[..., 1:2] < 0.5, z, walk)
    coefs = rng.standard_normal(size=(*shape, p)) * (3.0 if ridge > 0 else 0.0)
    return _State(_ordered(logs), coefs, xp.clip(4 * xp.log(u[..., 2:]), -20.0, 0.0))


def _ordered(logs: Array) -> Array:
    """Descending, in the range where bisection and bounds are exact to many digits."""
    xp = arrays.namespace(logs)
    return xp.clip(xp.sort(logs, axis=-1, descending=True), -9.0, 9.0)


def _spectra(state: _State, ridge: float) -> Spectra:
    xp = arrays.namespace(state.logs)
    coef2 = xp.exp(xp.clip(state.coefs, -9.0, 9.0))
    return Spectra(xp.exp(state.logs), coef2, ridge * xp.exp(state.penalty[..., 0]))


def _values(objective: Objective, state: _State, ridge: float) -> Array:
    xp, (trials, starts) = arrays.namespace(state.logs), state.logs.shape[:2]
    flat = (xp.reshape(part, (trials * starts, -1)) for part in state)
    return xp.reshape(objective(_spectra(_State(*flat), ridge)), (trials, starts))


def _best(state: _State, value: Array) -> tuple[Array, _State]:
    """The largest value of each trial (trials,), and its start (trials, 1, ...)."""
    xp = arrays.namespace(value)
    index = xp.argmax(value, axis=-1, keepdims=True)[..., None]
    chosen = (xp.take_along_axis(x, xp.broadcast_to(index, (*index.shape[:2], x.shape[-1])), axis=1) for x in state)
    return xp.max(value, axis=-1), _State(*chosen)


def _proposal(state: _State, value: Array, count: int, coefficients: bool, alone: float, rng: Generator) -> _State:
    """A change of each start, with probability `alone` without looking at the others."""
    logs, coefs, penalty = state
    (trials, starts, p), xp = logs.shape, arrays.namespace(logs)
    v = rng.random(size=(trials, starts, 7))
    step = 10.0 ** (1 - 4 * v[..., :1])
    some = rng.random(size=(trials, starts, p)) < v[..., 1:2]
    zero = xp.zeros_like(logs)
    moved = logs + step * xp.where(some, rng.standard_normal(size=(trials, starts, p)), zero)
    tail = arrays.arange(rng, p) >= xp.astype(xp.floor(p * v[..., 2:3]), xp.int64)
    level = xp.max(xp.where(tail, logs, zero - 99.0), axis=-1, keepdims=True)
    levelled = xp.where(tail, level + step * (v[..., 3:4] - 0.5), logs)
    own = (xp.where(v[..., 4:5] < 0.4, moved, levelled), coefs, penalty + step * (v[..., 5:6] - 0.5))
    if coefficients:
        own = (own[0], coefs + step * xp.where(some, rng.standard_normal(size=(trials, starts, p)), zero), own[2])
    _, best = _best(state, value)
    first, second = 1 + count % max(starts - 1, 1), 1 + (3 * count + 1) % max(starts - 1, 1)
    weight, social = v[..., 6:], v[..., 4:5] >= alone
    mixed = (
        x + weight * (top - x + xp.roll(x, first, axis=1) - xp.roll(x, second, axis=1))
        for x, top in zip(state, best, strict=True)
    )
    changed = _State(*(xp.where(social, new, old) for new, old in zip(mixed, own, strict=True)))
    return changed._replace(logs=_ordered(changed.logs), penalty=xp.clip(changed.penalty, -20.0, 0.0))
