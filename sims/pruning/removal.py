"""Weights removed and the others refitted: the loss minimised over those kept, no inverse curvature anywhere."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, kernel, namespace
from sims.pruning.problems import Data, regression


class RemovalSteps(NamedTuple):
    """Loss that each removal adds (trials, ..., k), and the weights left (trials, ..., p)."""

    increments: Array
    w_new: Array


class Refit(NamedTuple):
    """Increase of a real training loss after refitting, and with the mask alone, each (trials,)."""

    update: Array
    mask: Array


def quadratic(H: Array, e: Array) -> Array:
    """(1/2) e'He."""
    return 0.5 * namespace(e).sum(e * (H @ e[..., None])[..., 0], axis=-1)


def refitted(H: Array, w: Array, removed: Array) -> Array:
    """The weights (..., p) that minimise (v - w)'H(v - w) where `removed` is 0.0, and are 0 where it is 1.0.

    Each set is a system of its own, H on the weights kept and the identity on those removed.
    """
    xp = namespace(H)
    kept = 1.0 - removed
    p = H.shape[-1]
    system = H * kept[..., :, None] * kept[..., None, :] + removed[..., :, None] * arrays.eye(H, p)
    pull = kept * (H @ w[..., None])[..., 0]
    lead = xp.broadcast_arrays(system, pull[..., None] + 0 * system)[1].shape[:-2]
    return kept * arrays.solve(system, xp.broadcast_to(pull, (*lead, p))[..., None])[..., 0]


def indicator(rng: Generator, p: int, S: Sequence[int]) -> Array:
    """1.0 at the indices, 0.0 elsewhere. Raises ValueError for an index outside or repeated, and for none."""
    if not S or len(set(S)) < len(S) or not all(0 <= i < p for i in S):
        raise ValueError(f"S = {S!r}: must be distinct integers from 0 to {p - 1}")
    return arrays.asarray(rng, [float(i in set(S)) for i in range(p)])


def _moved(rng: Generator, H: Array, w: Array) -> tuple[Array, Array]:
    return arrays.asarray(rng, H), arrays.asarray(rng, w)


@kernel(floats=lambda H, w, S: 4 * H.size)
def obs_joint_update(H: Array, w: Array, S: Sequence[int], *, trials: int, rng: Generator) -> Array:
    """The weights after removing S and refitting the others, from the normal equations of those kept.

    H: (..., p, p) positive definite; w: (..., p); S: distinct integers from 0 to p - 1. Returns (trials, ..., p), all
    trials equal.

    >>> from sims.arrays import host_array, strict_rng
    >>> H, w = host_array([[2.0, 1.0], [1.0, 2.0]]), host_array([1.0, -1.0])
    >>> float(obs_joint_update(H, w, (0,), trials=1, rng=strict_rng(0))[0, 1])
    -0.5
    """
    H, w = _moved(rng, H, w)
    new = refitted(H, w, indicator(rng, H.shape[-1], S))
    return new + arrays.zeros(rng, (trials, *(1,) * new.ndim))


@kernel(floats=lambda H, w, S: 4 * H.size)
def obs_joint_loss(H: Array, w: Array, S: Sequence[int], *, trials: int, rng: Generator) -> Array:
    """The loss (1/2)(v - w)'H(v - w) at the refitted weights v of `obs_joint_update`. Returns (trials, ...).

    >>> from sims.arrays import host_array, strict_rng
    >>> H, w = host_array([[2.0, 1.0], [1.0, 2.0]]), host_array([1.0, -1.0])
    >>> float(obs_joint_loss(H, w, (0,), trials=1, rng=strict_rng(0))[0])
    0.75
    """
    H, w = _moved(rng, H, w)
    loss = quadratic(H, refitted(H, w, indicator(rng, H.shape[-1], S)) - w)
    return loss + arrays.zeros(rng, (trials, *(1,) * loss.ndim))


@kernel(floats=lambda H, w, S: 4 * H.size)
def mask_only_loss(H: Array, w: Array, S: Sequence[int], *, trials: int, rng: Generator) -> Array:
    """The loss (1/2)(v - w)'H(v - w) with v = w but for zeros on S. Returns (trials, ...).

    >>> from sims.arrays import host_array, strict_rng
    >>> H, w = host_array([[2.0, 1.0], [1.0, 2.0]]), host_array([1.0, -1.0])
    >>> float(mask_only_loss(H, w, (0,), trials=1, rng=strict_rng(0))[0])
    1.0
    """
    H, w = _moved(rng, H, w)
    loss = quadratic(H, -w * indicator(rng, H.shape[-1], S))
    return loss + arrays.zeros(rng, (trials, *(1,) * loss.ndim))


@kernel(floats=lambda H, w, order: 4 * H.size)
def obs_sequence(H: Array, w: Array, order: Sequence[int], *, trials: int, rng: Generator) -> RemovalSteps:
    """Remove the weights one after another, each time refitting all that are left from the start.

    H: (..., p, p) positive definite; w: (..., p); order: distinct integers from 0 to p - 1. Returns `RemovalSteps`.

    >>> from sims.arrays import host_array, strict_rng, to_host
    >>> H, w = host_array([[2.0, 1.0], [1.0, 2.0]]), host_array([1.0, -1.0])
    >>> to_host(obs_sequence(H, w, (0, 1), trials=1, rng=strict_rng(0)).increments)
    array([[0.75, 0.25]])
    """
    H, w = _moved(rng, H, w)
    xp, p = namespace(H), H.shape[-1]
    losses, new = [0.0 * quadratic(H, w)], w
    for t in range(1, len(order) + 1):
        new = refitted(H, w, indicator(rng, p, tuple(order[:t])))
        losses.append(quadratic(H, new - w))
    steps = xp.stack([after - before for before, after in itertools.pairwise(losses)], axis=-1)
    return RemovalSteps(
        steps + arrays.zeros(rng, (trials, *(1,) * steps.ndim)), new + arrays.zeros(rng, (trials, *(1,) * new.ndim))
    )


@kernel(floats=lambda data, lam, S: 1800 * 60)
def refit(data: Data, lam: NonNegative, S: Sequence[int], *, trials: int, rng: Generator) -> Refit:
    """Increase of the loss |y - Xv|^2/(2n) + lam |v|^2/2 of a real regression when weights of its ridge fit go.

    The columns in S are taken out of the data, and the fit is done again on the others. data: see
    `problems.regression`; lam >= 0; S: distinct indices of columns. Returns `Refit`, all trials equal.

    >>> from sims.arrays import strict_rng
    >>> found = refit("diabetes", 0.1, (0, 3), trials=1, rng=strict_rng(0))
    >>> bool(found.mask[0] > found.update[0])
    True
    """
    features, targets = regression(data)
    x, y = arrays.asarray(rng, features), arrays.asarray(rng, targets)
    xp, n = namespace(x), len(features)

    def fit(x: Array) -> Array:
        p = x.shape[-1]
        return arrays.spd_solve(x.mT @ x + n * lam * arrays.eye(x, p), (x.mT @ y[:, None]))[:, 0]

    def loss(x: Array, v: Array) -> Array:
        rest = y - x @ v
        return 0.5 * (xp.sum(rest * rest) / n + lam * xp.sum(v * v))

    removed = indicator(rng, x.shape[-1], S)
    if len(S) == x.shape[-1]:
        raise ValueError(f"S = {S!r}: must leave a column")
    kept = arrays.asarray(rng, [i for i in range(x.shape[-1]) if i not in S])
    w, left = fit(x), xp.take(x, kept, axis=1)
    whole, none = loss(x, w), arrays.zeros(rng, (trials,))
    return Refit(loss(left, fit(left)) - whole + none, loss(x, w * (1 - removed)) - whole + none)
