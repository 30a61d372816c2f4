"""Matrix sensing: a rank-one target from few Gaussian measurements, by descent on U U^T of full width."""

from __future__ import annotations

from typing import NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, Positive, haar_frames, kernel, namespace


class Sensing(NamedTuple):
    """|U U^T - M|_F from each start, (trials, starts); decades that it falls from one to the next, (trials, starts-1);
    the largest root mean square misfit of the measurements, (trials,)."""

    error: Array
    decades: Array
    misfit: Array


@kernel(
    floats=lambda d, measurements, alphas, **_: measurements * d * d + 6 * len(alphas) * (d * d + measurements),
    block=64,
)
def sensing(
    d: int, measurements: int, alphas: tuple[float, ...], eta: Positive, steps: int, *, trials: int, rng: Generator
) -> Sensing:
    r"""Descend on $\frac1{4m}\sum_i(\langle A_i, UU^\top\rangle - \langle A_i, vv^\top\rangle)^2$ from alpha G, one
    Gaussian G (d, d)/sqrt(d) for all alphas; A_i symmetric Gaussian, v a random unit vector.

    >>> from sims.arrays import strict_rng
    >>> sensing(4, 8, (1.0, 0.1), 0.1, 5, trials=3, rng=strict_rng(0)).decades.shape
    (3, 1)
    """
    v = haar_frames(rng, trials, d, 1)
    A = rng.standard_normal(size=(trials, measurements, d, d))
    G = rng.standard_normal(size=(trials, d, d)) / d**0.5
    xp = namespace(A)
    A = xp.reshape((A + A.mT) / 2, (trials, measurements, d * d))
    sizes = xp.reshape(arrays.asarray(rng, [float(a) for a in alphas]), (1, -1, 1, 1))
    U, M = sizes * G[:, None, ...], (v @ v.mT)[:, None, ...]

    def misfits(U: Array) -> tuple[Array, Array]:
        apart = U @ U.mT - M
        return apart, xp.reshape(apart, (trials, len(alphas), d * d)) @ A.mT

    for _ in range(steps):
        _, misfit = misfits(U)
        slope = xp.reshape(misfit @ A, (trials, len(alphas), d, d)) / measurements
        U = U - eta * (slope @ U)
    apart, misfit = misfits(U)
    error = xp.sqrt(xp.sum(apart * apart, axis=(-2, -1)))
    worst = xp.max(xp.sqrt(xp.mean(misfit * misfit, axis=-1)), axis=-1)
    return Sensing(error, xp.log10(error[:, :-1] / error[:, 1:]), worst)
