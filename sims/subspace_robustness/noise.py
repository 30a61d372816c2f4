"""Signal and attack fitted together by least squares, with noise: literal fits of many draws."""

from __future__ import annotations

from typing import Any

from sims import arrays
from sims.arrays import Array, Generator, NonNegative, haar_frames, kernel, namespace


@kernel(floats=lambda S, A, **_: 4 * len(S) + 4 * (len(S[0]) + len(A[0])))
def recovery_noise(
    S: Any, A: Any, noise_std: NonNegative, attack_norm: NonNegative = 1.0, *, trials: int, rng: Generator
) -> Array:
    """Squared error of the signal when y = s + a + noise is fitted on the columns of S and A together.

    S: (n, d_s), A: (n, d_a), orthonormal columns; noise_std >= 0; attack_norm: length of a, whose direction and the
    signal (Gaussian coordinates) are drawn anew. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> recovery_noise([[1.0], [0.0]], [[0.6], [0.8]], 0.1, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    xp = namespace(rng)
    S, A = arrays.asarray(rng, S), arrays.asarray(rng, A)
    signal = rng.standard_normal(size=(trials, S.shape[1]))
    attack = rng.standard_normal(size=(trials, A.shape[1]))
    attack = attack_norm * attack / xp.sqrt(xp.sum(attack**2, axis=-1, keepdims=True))
    y = signal @ S.mT + attack @ A.mT + noise_std * rng.standard_normal(size=(trials, S.shape[0]))
    D = xp.concat((S, A), axis=1)
    fit = arrays.spd_solve(D.mT @ D, D.mT @ y.mT)
    return xp.sum((fit.mT[:, : S.shape[1]] - signal) ** 2, axis=-1)


@kernel(floats=lambda n, d_s, d_a, **_: 3 * n * (d_s + d_a) + 4 * (d_s + d_a) ** 2)
def expected_amplification(n: int, d_s: int, d_a: int, *, trials: int, rng: Generator) -> Array:
    """Error of the signal a unit of noise variance, the noise integrated, for uniform subspaces drawn anew.

    n, d_s, d_a: integers, n > d_s + d_a. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> expected_amplification(12, 2, 3, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    if n <= d_s + d_a:
        raise ValueError(f"n = {n}: must be above d_s + d_a = {d_s + d_a}")
    xp = namespace(rng)
    D = xp.concat((haar_frames(rng, trials, n, d_s), haar_frames(rng, trials, n, d_a)), axis=-1)
    inverse = arrays.spd_inverse(D.mT @ D)[:, :d_s, :d_s]
    return xp.sum(xp.linalg.diagonal(inverse), axis=-1)
