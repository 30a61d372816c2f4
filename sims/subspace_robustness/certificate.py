"""Dual certificates drawn and the convex programme solved: sums of block norms under an affine constraint."""

from __future__ import annotations

from typing import Any, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Positive, haar_frames, kernel, namespace
from sims.proximal import block_soft, douglas_rachford


class ConvexRecovery(NamedTuple):
    """What recovery misses, relative to |y|, where a condition holds, else 0; each (trials,).

    missed: where the certificate holds; with_signals: where it is asked of the signal blocks alone; with_slack: of
    thresholds 1.2 times as large; with_plain_dual: of w = D q. residual: of the solver where the certificate holds.
    """

    missed: Array
    with_signals: Array
    with_slack: Array
    with_plain_dual: Array
    residual: Array


def _unit(x: Array) -> Array:
    return x / namespace(x).sqrt(namespace(x).sum(x * x, axis=-1, keepdims=True))


def _dual(S: Array, A: Array, c: Array, b: Array, lam: float, plain: bool = False) -> Array:
    """w = D (D'D)^{-1} q, or D q, shape (..., n)."""
    xp = namespace(S)
    D = xp.concat((S, A), axis=-1)
    q = xp.concat((_unit(c), lam * _unit(b)), axis=-1)[..., None]
    return (D @ (q if plain else arrays.spd_solve(D.mT @ D, q)))[..., 0]


def _largest(blocks: Array, w: Array) -> Array:
    """The largest |S_i'w| over blocks (T, K, n, d), for w (T, n) or (n,)."""
    xp = namespace(blocks)
    shadows = (blocks.mT @ (w[..., None, :, None] if w.ndim > 1 else w[:, None]))[..., 0]
    return xp.max(xp.sqrt(xp.sum(shadows**2, axis=-1)), axis=-1)


def _frames(rng: Generator, trials: int, K: int, n: int, d: int) -> Array:
    return namespace(rng).reshape(haar_frames(rng, trials * K, n, d), (trials, K, n, d))


def _number(holds: Array) -> Array:
    xp = namespace(holds)
    return xp.astype(holds, xp.float64)


@kernel(floats=lambda n, d_s, d_a, K_s, K_a, **_: 3 * n * (d_s * K_s + d_a * K_a))
def certificate_probability(
    S1: Any,
    A1: Any,
    c: Any,
    b: Any,
    n: int,
    d_s: int,
    d_a: int,
    K_s: int,
    K_a: int,
    lam: Positive,
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """Whether the least dual vector of a fixed true pair certifies, the other subspaces drawn uniformly.

    S1 (n, d_s), A1 (n, d_a), c (d_s,), b (d_a,): the true pair; K_s, K_a >= 2: how many subspaces there are of each
    kind; lam > 0. Returns (trials,), 1.0 or 0.0.

    >>> from sims.arrays import strict_rng
    >>> from sims.subspace_robustness import pair
    >>> certificate_probability(*pair(8, 2, 2), 8, 2, 2, 3, 2, 1.0, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    S1, A1, c, b = (arrays.asarray(rng, a) for a in (S1, A1, c, b))
    w = _dual(S1, A1, c, b, lam)
    signals = _largest(_frames(rng, trials, K_s - 1, n, d_s), w)
    attacks = _largest(_frames(rng, trials, K_a - 1, n, d_a), w)
    return arrays.less(signals, 1.0) * arrays.less(attacks, lam)


@kernel(floats=lambda n, d_s, d_a, K_s, K_a, **_: 4 * n * (d_s * K_s + d_a * K_a) + n * n)
def convex_recovery(
    n: int, d_s: int, d_a: int, K_s: int, K_a: int, lam: Positive, steps: int = 2000, *, trials: int, rng: Generator
) -> ConvexRecovery:
    """Draw problems, solve min sum |c_i| + lam sum |b_j| by Douglas and Rachford, and see what it misses where.

    n: dimension, at most d_s K_s + d_a K_a; d_s, d_a: of the subspaces; K_s, K_a >= 2: how many; lam > 0; steps.
    Returns `ConvexRecovery`.

    >>> from sims.arrays import strict_rng
    >>> convex_recovery(6, 2, 2, 2, 2, 1.0, 10, trials=3, rng=strict_rng(0)).missed.shape
    (3,)
    """
    xp = namespace(rng)
    S, A = _frames(rng, trials, K_s, n, d_s), _frames(rng, trials, K_a, n, d_a)
    c, b = rng.standard_normal(size=(trials, d_s)), rng.standard_normal(size=(trials, d_a))
    S1, A1 = S[:, 0, :, :], A[:, 0, :, :]
    y = (S1 @ c[..., None] + A1 @ b[..., None])[..., 0]
    found, residual = _solve(S, A, y, lam, steps)
    truth = xp.concat(
        (c, arrays.zeros(rng, (trials, d_s * (K_s - 1))), b, arrays.zeros(rng, (trials, d_a * (K_a - 1)))), axis=-1
    )
    length = xp.sqrt(xp.sum(y * y, axis=-1))
    missed = xp.sqrt(xp.sum((found - truth) ** 2, axis=-1)) / length
    w, plain = _dual(S1, A1, c, b, lam), _dual(S1, A1, c, b, lam, plain=True)
    signals, attacks = _largest(S[:, 1:, :, :], w), _largest(A[:, 1:, :, :], w)
    holds = _number((signals < 1) & (attacks < lam))
    loose = _number((signals < 1.2) & (attacks < 1.2 * lam))
    of_plain = _number((_largest(S[:, 1:, :, :], plain) < 1) & (_largest(A[:, 1:, :, :], plain) < lam))
    return ConvexRecovery(
        holds * missed, _number(signals < 1) * missed, loose * missed, of_plain * missed, holds * residual / length
    )


def _solve(S: Array, A: Array, y: Array, lam: float, steps: int) -> tuple[Array, Array]:
    """Coordinates (T, m) of the least sum of norms with sum S_i c_i + sum A_j b_j = y, and the solver's residuals."""
    xp = namespace(S)
    T, K_s, n, d_s = S.shape
    K_a, d_a = A.shape[1], A.shape[3]
    split = K_s * d_s
    blocks = [xp.reshape(xp.permute_dims(B, (0, 2, 1, 3)), (T, n, -1)) for B in (S, A)]
    B = xp.concat(blocks, axis=-1)
    back = arrays.spd_solve(B @ B.mT, B).mT
    least = (back @ y[..., None])[..., 0]
    threshold = 0.3 * _scale(y)

    def project(z: Array) -> Array:
        return z - (back @ (B @ z[..., None]))[..., 0] + least

    def prox(z: Array) -> Array:
        signals = block_soft(xp.reshape(z[:, :split], (T, K_s, d_s)), threshold)
        attacks = block_soft(xp.reshape(z[:, split:], (T, K_a, d_a)), lam * threshold)
        return xp.concat((xp.reshape(signals, (T, split)), xp.reshape(attacks, (T, K_a * d_a))), axis=-1)

    return douglas_rachford(prox, project, least, steps)


def _scale(y: Array) -> Array:
    """|y|/sqrt(n), (T, 1, 1): thresholds in these units make the steps those of the problem scaled to |y| = sqrt(n)."""
    xp = namespace(y)
    return xp.sqrt(xp.sum(y * y, axis=-1) / y.shape[-1])[:, None, None]
