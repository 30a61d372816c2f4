"""The closed-loop game of linear maps on data of independent subspaces: the follower, and the leader's deviations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from sims import arrays, optimize
from sims.arrays import Array, Generator, Positive, kernel, namespace
from sims.rate_reduction.linear import drawn_data, full_rank_pinv, left_inverse, relative, whitener
from sims.rate_reduction.rates import Sizes, classes, coded, coding_rates, half_logdet, pair_rates, rate_reductions


class Follower(NamedTuple):
    """Pair rates, summed over classes, of the best of a search over decoders and of the decoder in closed form; the
    gradient of the search; each (trials,)."""

    searched: Array
    closed: Array
    gradient: Array


class BestAnswer(NamedTuple):
    """Of a decoder that turns every class in its own span: the follower's cost; |Zh - Z|/|Z|; what Dec Enc does to the
    data without the turn, |Dec Enc X - X|/|X|; each (trials,)."""

    cost: Array
    moved: Array
    error: Array


class _Cost:
    """The follower's cost as a function of a flat G (problems, D d), for an encoder E and features Z_j."""

    def __init__(self, E: Array, Z: Sequence[Array], eps: float, columns: float) -> None:
        self.E, self.Z, self.eps, self.columns = E, Z, eps, columns

    def __call__(self, x: Array) -> tuple[Array, Array]:
        xp, E, d = namespace(x), self.E, self.E.shape[-2]
        G = xp.reshape(x, (x.shape[0], E.shape[-1], d))
        value, slope = arrays.zeros(x, (x.shape[0],)), xp.zeros_like(G)
        for Z in self.Z:
            m = Z.shape[-1]
            Y = E @ (G @ Z)
            alpha = d / (m * self.eps**2)
            half = alpha / self.columns
            mixed, own = arrays.eye(x, d) + half * (Z @ Z.mT + Y @ Y.mT), coded(Y, self.eps)
            value = value + half_logdet(mixed) - (coding_rates(Z, self.eps) + half_logdet(own)) / 2
            down = half * arrays.spd_solve(mixed, Y) - alpha / 2 * arrays.spd_solve(own, Y)
            slope = slope + E.mT @ (down @ Z.mT)
        return value, xp.reshape(slope, x.shape)


@kernel(floats=lambda m_per_class, D, d, starts=6, **_: 40 * starts * d * (D + sum(m_per_class)), block=4)
def follower_search(
    m_per_class: Sizes,
    d_per_class: Sizes,
    D: int,
    d: int,
    eps: Positive,
    columns: float = 2.0,
    *,
    starts: int = 6,
    steps: int = 1000,
    trials: int,
    rng: Generator,
) -> Follower:
    """Against a random encoder, search the decoder with the least sum of pair rates, and try U (E U)^+.

    The best of `starts` random starts: an encoder that is not injective leaves descents stuck above the minimum.

    columns: samples in the joint term of the pair rate over m, 2 in its definition. Returns `Follower`.

    >>> from sims.arrays import strict_rng
    >>> follower_search((5, 6), (2, 2), 5, 3, 0.5, steps=3, trials=2, rng=strict_rng(0)).closed.shape
    (2,)
    """
    xp = namespace(rng)
    U, C = drawn_data(rng, trials, m_per_class, d_per_class, D)
    E = rng.standard_normal(size=(trials, d, D)) / D**0.5
    start = rng.standard_normal(size=(trials * starts, D * d)) / D**0.5
    X = [basis @ c for basis, c in zip(classes(U, d_per_class), C, strict=True)]
    Z = [
        (m / xp.sum((E @ x) ** 2, axis=(-2, -1), keepdims=True)) ** 0.5 * (E @ x)
        for m, x in zip(m_per_class, X, strict=True)
    ]

    def many(a: Array) -> Array:
        return xp.reshape(xp.broadcast_to(a[:, None, :, :], (trials, starts, *a.shape[1:])), (-1, *a.shape[1:]))

    end = optimize.flattest(_Cost(many(E), [many(z) for z in Z], eps, columns), start, steps, rounds=2)
    values = xp.reshape(end.value, (trials, starts))
    slopes = xp.reshape(optimize.dot(end.gradient, end.gradient)[:, 0] ** 0.5, (trials, starts))
    best = xp.argmin(values + 1e-3 * slopes, axis=-1, keepdims=True)
    value, slope = (xp.take_along_axis(a, best, axis=-1)[:, 0] for a in (values, slopes))
    closed = _Cost(E, Z, eps, columns)(xp.reshape(U @ full_rank_pinv(E @ U), (trials, -1)))[0]
    return Follower(value, closed, slope)


class _Equilibrium(NamedTuple):
    """Features Z_j, the matrix E G on them, the frames Q_j of their spans, and |G E X - X|/|X|."""

    Z: list[Array]
    loop: Array
    Q: list[Array]
    error: Array


def _equilibrium(rng: Generator, trials: int, sizes: Sizes, dims: Sizes, ranks: Sizes, D: int, d: int) -> _Equilibrium:
    """An encoder with orthogonal classes of `ranks` equal singular values, and the decoder U (E U)^+."""
    xp = namespace(rng)
    U, C = drawn_data(rng, trials, sizes, dims, D)
    frames = classes(arrays.haar_frames(rng, trials, d, sum(ranks)), ranks)
    # E U_j = Q_j A_j, A_j the leading rows of a whitener: (E U)^+ = [A_j^+ Q_j'] as the Q_j are orthonormal.
    A = [(m / k) ** 0.5 * whitener(c)[:, :k, :] for m, k, c in zip(sizes, ranks, C, strict=True)]
    E = xp.concat([q @ a for q, a in zip(frames, A, strict=True)], axis=-1) @ left_inverse(U)
    G = U @ xp.concat([full_rank_pinv(a) @ q.mT for q, a in zip(frames, A, strict=True)], axis=-2)
    X = [basis @ c for basis, c in zip(classes(U, dims), C, strict=True)]
    whole = xp.concat(X, axis=-1)
    return _Equilibrium([E @ x for x in X], E @ G, frames, relative(G @ (E @ whole), whole))


def _utility(Z: Sequence[Array], loop: Array, sizes: Sizes, eps: float) -> Array:
    """L = Delta R(Z) + sum_j Delta R(Z_j, loop Z_j)."""
    total = rate_reductions(namespace(Z[0]).concat(list(Z), axis=-1), sizes, eps)
    for own in Z:
        total = total + pair_rates(own, loop @ own, eps)
    return total


@kernel(floats=lambda m_per_class, D, d, **_: 20 * (D + d) * (D + sum(m_per_class)))
def deviation_gain(
    m_per_class: Sizes,
    d_per_class: Sizes,
    ranks: Sizes,
    D: int,
    d: int,
    eps: Positive,
    theta: float,
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """What the leader gains by turning the encoder in a plane of classes 1 and 2, the decoder unchanged: (trials,).

    ranks: how many equal singular values each class has. E' = Q E: features Q Z, re-encoded Q (E G) Q Z.

    >>> from sims.arrays import strict_rng, to_host
    >>> found = deviation_gain((12, 18), (2, 3), (2, 3), 9, 6, 0.5, 0.2, trials=1, rng=strict_rng(0))
    >>> to_host(found).round(7)
    array([0.0857725])
    """
    xp = namespace(rng)
    at = _equilibrium(rng, trials, m_per_class, d_per_class, ranks, D, d)
    a, b = (q[..., :1] for q in at.Q[:2])
    cos, sin = math.cos(theta), math.sin(theta)
    turn = arrays.eye(rng, d) + (cos - 1) * (a @ a.mT + b @ b.mT) + sin * (b @ a.mT - a @ b.mT)
    before = _utility(at.Z, at.loop, m_per_class, eps)
    return xp.asarray(_utility([turn @ Z for Z in at.Z], turn @ at.loop, m_per_class, eps) - before)


@kernel(floats=lambda m_per_class, D, d, **_: 20 * (D + d) * (D + sum(m_per_class)))
def best_answer(
    m_per_class: Sizes,
    d_per_class: Sizes,
    D: int,
    d: int,
    eps: Positive,
    phi: float,
    *,
    trials: int,
    rng: Generator,
) -> BestAnswer:
    """The decoder that also turns each span by phi in planes of its own: G' = G R with all d_j even.

    >>> from sims.arrays import strict_rng, to_host
    >>> found = best_answer((6, 8), (2, 4), 8, 6, 0.5, 3.14159265, trials=1, rng=strict_rng(0))
    >>> to_host(found.moved).round(4)
    array([2.])
    """
    if any(r % 2 for r in d_per_class):
        raise ValueError(f"d_per_class = {tuple(d_per_class)!r}: must be even, as planes are turned")
    xp = namespace(rng)
    at = _equilibrium(rng, trials, m_per_class, d_per_class, d_per_class, D, d)
    turn = arrays.eye(rng, d) + arrays.zeros(rng, (trials, 1, 1))
    for frame in at.Q:
        for i in range(0, frame.shape[-1], 2):
            a, b = frame[..., i : i + 1], frame[..., i + 1 : i + 2]
            turn = turn + (math.cos(phi) - 1) * (a @ a.mT + b @ b.mT) + math.sin(phi) * (b @ a.mT - a @ b.mT)
    loop, cost = at.loop @ turn, arrays.zeros(rng, (trials,))
    for own in at.Z:
        cost = cost + pair_rates(own, loop @ own, eps)
    whole = xp.concat(at.Z, axis=-1)
    return BestAnswer(cost, relative(loop @ whole, whole), at.error)
