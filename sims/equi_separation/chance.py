"""Fuzziness by chance: drawn features without classes, random layers on population scatters."""

from __future__ import annotations

from collections.abc import Sequence

from sims import arrays
from sims.arrays import Array, Generator, haar_frames, kernel, namespace
from sims.scatter import fuzziness


def indicator(sizes: Sequence[int]) -> list[list[float]]:
    """One-hot labels (K, N) of classes of the sizes given, one after the other."""
    labels = [k for k, n in enumerate(sizes) for _ in range(n)]
    return [[float(label == k) for label in labels] for k in range(len(sizes))]


@kernel(floats=lambda sizes, d, **_: 4 * sum(sizes) * d + 4 * len(sizes) ** 2)
def fuzziness_without_classes(
    sizes: Sequence[int], d: int, scale: float = 1.0, *, trials: int, rng: Generator
) -> Array:
    """Fuzziness of Gaussian features that know nothing of their classes.

    sizes: of the K classes, integers >= 1; d: dimension; scale: ratio of the largest to the smallest standard deviation
    of the coordinates, > 0, 1 for the covariance I. Returns (trials,).

    >>> from sims.arrays import strict_rng
    >>> fuzziness_without_classes((6, 3, 9), 15, trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    if scale <= 0:
        raise ValueError(f"scale = {scale!r}: must be a positive number")
    H = rng.standard_normal(size=(trials, d, sum(sizes)))
    if scale != 1:
        spread = [scale ** (i / max(d - 1, 1)) for i in range(d)]
        H = H * arrays.asarray(rng, spread)[:, None]
    return fuzziness(H, arrays.asarray(rng, indicator(sizes)))


@kernel(floats=lambda d, widths, **_: 3 * max(a * b for a, b in zip((d, *widths), widths, strict=False)) + 3 * d * d)
def random_linear_fuzziness_ratio(
    d: int, K: int, widths: Sequence[int], spread: float = 1.0, *, trials: int, rng: Generator
) -> Array:
    """Fuzziness after random linear layers over that before, the data integrated: population scatters.

    d, K, widths: as in theory; spread: the singular values of the means run from 1 to it. Returns (trials,).

    With S_B = U diag(s^2) U' and the layers' product A, D = sum_j |row j of (AU)^+ A|^2/s_j^2.

    >>> from sims.arrays import strict_rng
    >>> random_linear_fuzziness_ratio(8, 3, (9, 10), trials=2, rng=strict_rng(0)).shape
    (2,)
    """
    r = K - 1
    if r < 1 or d < r or min(widths) < r:
        raise ValueError(f"widths = {widths!r}: must be at least K - 1 = {r} >= 1 each, and d = {d} too")
    xp = namespace(rng)
    U = haar_frames(rng, trials, d, r)
    A, below = arrays.eye(rng, d), d
    for width in widths:
        A = (rng.standard_normal(size=(trials, width, below)) / width**0.5) @ A
        below = width
    M = A @ U
    left = arrays.spd_solve(M.mT @ M, M.mT @ A)
    weights = arrays.asarray(rng, [spread ** (-2 * j / max(r - 1, 1)) for j in range(r)])
    return xp.sum(weights * xp.sum(left * left, axis=-1), axis=-1) / xp.sum(weights)
