"""A search for the hardest spectrum: random starts, then changes kept only where they make the objective larger."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Count, Generator, kernel


class Spectra(NamedTuple):
    """Per trial: eigenvalues in descending order and squared coefficients (trials, p), ridge (trials,)."""

    eigenvalues: Array
    coef2: Array
    ridge: Array


class Shares(NamedTuple):
    """Per trial: the effective ridge kappa, s = sum L^2/n, and sum (1-L)^2 lam coef2."""

    kappa: Array
    s: Array
    missed: Array


Objective = Callable[[Spectra], Array]


def shares(spectra: Spectra, n: int) -> Shares:
    """Solve sum lam/(lam + kappa) + ridge/kappa = n by bisection in log kappa, for a whole stack."""
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
    return Shares(kappa[:, 0], xp.sum(share**2, axis=-1) / n, missed)


def _spectra(logs: Array, coefs: Array, ridge: Array) -> Spectra:
    xp = arrays.namespace(logs)
    # Keep the range where bisection and bounds are exact to many digits.
    clipped = xp.clip(xp.sort(logs, axis=-1, descending=True), -9.0, 9.0)
    return Spectra(xp.exp(clipped), xp.exp(xp.clip(coefs, -9.0, 9.0)), ridge)


@kernel(floats=lambda p, **_: 12 * p)
def hardest_spectra(
    objective: Objective, n: int, p: int, rounds: Count = 30, ridge: float = 0.0, *, trials: int, rng: Generator
) -> Spectra:
    """Draw spectra and climb: each round proposes a change per trial and keeps it where `objective` grows.

    Starts are sorted exponentials of white noise and of random walks with random spread. Changes shift a random share
    of the log-eigenvalues by a random amount, or level a random tail to one value. `ridge` > 0 also searches over
    penalties up to that size and over coefficients (else the ridge is 0 and all coefficients are 1).
    """
    z = rng.standard_normal(size=(trials, p))
    u = rng.random(size=(trials, 3))
    xp = arrays.namespace(z)
    walk = xp.cumulative_sum(z, axis=-1) / p**0.5 * 3
    logs = 3 * u[:, :1] * xp.where(u[:, 1:2] < 0.5, z, walk)
    coefs = rng.standard_normal(size=(trials, p)) * (3.0 if ridge > 0 else 0.0)
    penalty = ridge * u[:, 2] ** 4
    best = _spectra(logs, coefs, penalty)
    logs, value = xp.log(best.eigenvalues), objective(best)
    rank = arrays.arange(rng, p)
    for _ in range(rounds):
        v = rng.random(size=(trials, 6))
        step = 10.0 ** (1 - 4 * v[:, :1])
        some = rng.random(size=(trials, p)) < v[:, 1:2]
        zero = xp.zeros_like(logs)
        moved = logs + step * xp.where(some, rng.standard_normal(size=(trials, p)), zero)
        cut = xp.astype(xp.floor(p * v[:, 2:3]), xp.int64)
        level = xp.max(xp.where(rank >= cut, logs, zero - 99.0), axis=-1, keepdims=True)
        levelled = xp.where(rank >= cut, level + step * (v[:, 3:4] - 0.5), logs)
        changed = xp.where(v[:, 4:5] < 0.7, moved, levelled)
        new_coefs = coefs + (step * xp.where(some, rng.standard_normal(size=(trials, p)), zero) if ridge > 0 else 0.0)
        new_penalty = penalty * xp.exp(step[:, 0] * (v[:, 5] - 0.5)) if ridge > 0 else penalty
        proposed = _spectra(changed, new_coefs, new_penalty)
        reached = objective(proposed)
        better = (reached > value)[:, None]
        logs = xp.where(better, xp.log(proposed.eigenvalues), logs)
        coefs = xp.where(better, new_coefs, coefs)
        penalty = xp.where(better[:, 0], new_penalty, penalty)
        value = xp.where(better[:, 0], reached, value)
    return _spectra(logs, coefs, penalty)
