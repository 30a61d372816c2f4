"""A network and its narrow copy, trained side by side; and what is left of it where only some entries are seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, Share, kernel
from sims.factor_descent import Factors, descend, product
from sims.low_rank_dynamics.descent import Numbers, descent, orthogonal_start, squares, target, watch
from sims.low_rank_dynamics.outer_bases import train_with_bases
from sims.masks import bernoulli
from sims.subspaces import orthonormal, top_directions


class Compression(NamedTuple):
    """(trials, times): distance of the products, difference of the losses, and the two losses."""

    gap: Array
    excess: Array
    full: Array
    compressed: Array


class Completion(NamedTuple):
    """|F - M|/|M| over all entries (trials,): the full network, frozen bases, trained bases."""

    full: Array
    frozen: Array
    trained: Array


def moving_bases(W: Factors, eps: Numbers, right: Array, left: Array) -> tuple[Array, Array]:
    """V_1 spanning `right` and the image of `left` under Q', and U_L = Q V_1."""
    xp = arrays.namespace(right)
    rotation = product(W) / math.prod(eps)
    V = orthonormal(xp.concat([right, rotation.mT @ left], axis=-1))
    return V, rotation @ V


@kernel(floats=lambda eps, d, **_: 10 * len(eps) * d * d, block=4)
def compression_error(
    eps: Numbers,
    eta: NonNegative,
    weight_decay: NonNegative,
    steps: int,
    d: int,
    r: int,
    *,
    s: Numbers,
    half: bool = False,
    at: Sequence[int] | None = None,
    trials: int,
    rng: Generator,
) -> Compression:
    """Train a network of width d and its copy of width 2r (r where `half`) on a target of singular values s, r of them.

    The copy starts at eps_l I, its target is U_L' M V_1. at: updates after which to look, ascending, those beyond steps
    taken as it; None: all. Losses are |F - M|^2/2 without the penalty. Returns `Compression`.

    >>> from sims.arrays import strict_rng, to_host
    >>> found = compression_error((0.5, 0.6), 0.1, 0.0, 2, 5, 1, s=(1.0,), at=(0,), trials=1, rng=strict_rng(0))
    >>> to_host(found.gap).round(6).tolist()  # sqrt(5 - 2) * 0.5 * 0.6
    [[0.519615]]
    """
    if len(s) != r or d <= 2 * r:
        raise ValueError(f"s = {s!r}: must be r = {r} numbers, and 2r < d = {d}")
    M, left, right = target(rng, trials, d, s)
    W = orthogonal_start(rng, trials, d, eps)
    V, U = moving_bases(W, eps, right, left)
    if half:
        V, U = V[..., :r], U[..., :r]
    narrow = tuple(float(e) * arrays.eye(M, V.shape[-1]) + arrays.zeros(M, (trials, 1, 1)) for e in eps)
    step, narrow_step = descent(M, eta, weight_decay), descent(U.mT @ M @ V, eta, weight_decay)

    def both(pair: tuple[Factors, Factors]) -> tuple[Factors, Factors]:
        return step(pair[0]), narrow_step(pair[1])

    def look(pair: tuple[Factors, Factors]) -> Compression:
        F, copy = product(pair[0]), U @ product(pair[1]) @ V.mT
        full, compressed = squares(F - M) / 2, squares(copy - M) / 2
        return Compression(squares(F - copy) ** 0.5, full - compressed, full, compressed)

    return watch(both, (W, narrow), steps, at, look)


@kernel(floats=lambda d, L, **_: 12 * (L + 2) * d * d, seconds=0.02, block=4)
def completion_error(
    d: int,
    s: Numbers,
    L: int,
    observed: Share,
    *,
    eps: float = 0.3,
    eta: float = 0.1,
    gamma: NonNegative = 0.05,
    steps: int = 1500,
    trials: int,
    rng: Generator,
) -> Completion:
    """Complete a d x d matrix of singular values s, each entry seen with probability `observed`, by three networks.

    The loss is the sum over seen entries, divided by `observed`. full: L layers of width d. The narrow ones have width
    4r, between bases from the first slope of the loss (2r singular pairs); frozen: bases at rest; trained: their step
    is gamma times the inner one. Returns `Completion`: relative errors over all entries.

    >>> from sims.arrays import strict_rng
    >>> completion_error(6, (1.0,), 2, 0.8, steps=3, trials=2, rng=strict_rng(0)).full.shape
    (2,)
    """
    M, r = target(rng, trials, d, s)[0], len(s)
    if 4 * r > d:
        raise ValueError(f"d = {d!r}: must be an integer >= 4r = {4 * r}")
    seen = bernoulli(rng, (trials, d, d), observed) / observed
    W = orthogonal_start(rng, trials, d, (eps,) * L)

    def slope(F: Array) -> Array:
        return seen * (F - M)

    first = slope(product(W))
    V, U = moving_bases(
        W, (eps,) * L, top_directions(first.mT, 2 * r).directions, top_directions(first, 2 * r).directions
    )
    for _ in range(steps):
        W = descend(W, slope, eta)
    norm = squares(M)
    ends = [product(train_with_bases(U, V, slope, eps, g, L, eta, steps)) for g in (0.0, gamma)]
    return Completion(*((squares(F - M) / norm) ** 0.5 for F in (product(W), *ends)))
