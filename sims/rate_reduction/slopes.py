"""What the gradient of the rate reduction does: difference quotients, ridge residuals, literal steps; two lines."""

from __future__ import annotations

from typing import NamedTuple

from sims import arrays, instances
from sims.arrays import Array, Generator, NonNegative, Positive, kernel, namespace
from sims.rate_reduction.rates import Sizes, rate_reductions, value_and_slopes


class GradientProblem(NamedTuple):
    """Features Z (d, m), labels (m,) and directions (count, d, m)."""

    Z: Array
    labels: tuple[int, ...]
    directions: Array


def gradient_problem(sizes: Sizes, d: int, count: int = 6, *, instance: int = 0) -> GradientProblem:
    """Return Gaussian features of consecutive classes, and directions of unit length, by number.

    >>> gradient_problem((3, 4), 5).directions.shape
    (6, 5, 7)
    """
    m = sum(sizes)
    Z = instances.gaussian(d, m, instance=(count + 1) * instance)
    others = [instances.gaussian(d, m, instance=(count + 1) * instance + i) for i in range(1, count + 1)]
    # Half of each lies along Z itself: no quotient is small by accident.
    lines = [one / (one * one).sum() ** 0.5 + Z / (Z * Z).sum() ** 0.5 for one in others]
    labels = tuple(j for j, size in enumerate(sizes) for _ in range(size))
    return GradientProblem(Z, labels, arrays.host_stack(lines))


def _sizes(labels: tuple[int, ...]) -> list[int]:
    return [labels.count(j) for j in sorted(set(labels))]


@kernel(floats=lambda Z, directions, **_: 6 * (Z.size + directions.size))
def rate_quotients(
    Z: Array,
    labels: tuple[int, ...],
    directions: Array,
    eps: Positive,
    h: Positive = 1e-3,
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """Difference quotients of fourth order of the rate reduction along the directions: (trials, count).

    Z, labels (sorted), directions: as `gradient_problem`; h: the step. All trials are equal.

    >>> from sims.arrays import strict_rng
    >>> rate_quotients(*gradient_problem((3, 4), 5), 0.5, trials=2, rng=strict_rng(0)).shape
    (2, 6)
    """
    at, lines = (arrays.asarray(rng, one) + arrays.zeros(rng, (trials, 1, 1, 1)) for one in (Z, directions))
    sizes = _sizes(labels)

    def difference(step: float) -> Array:
        up, down = (rate_reductions(at + s * lines, sizes, eps) for s in (step, -step))
        return (up - down) / (2 * step)

    return (4 * difference(h) - difference(2 * h)) / 3


@kernel(floats=lambda Z, **_: 6 * Z.shape[-1] * sum(Z.shape))
def ridge_residuals(Z: Array, eps: Positive, *, trials: int, rng: Generator) -> Array:
    """alpha (z - Z q) for all columns z, q their ridge regression on all columns: (trials, d, m).

    q minimises alpha |z - Z q|^2 + |q|^2. All trials are equal.

    >>> from sims.arrays import strict_rng
    >>> ridge_residuals(gradient_problem((3, 4), 5).Z, 0.5, trials=2, rng=strict_rng(0)).shape
    (2, 5, 7)
    """
    at = arrays.asarray(rng, Z) + arrays.zeros(rng, (trials, 1, 1))
    d, m = at.shape[-2:]
    alpha, gram = d / (m * eps**2), at.mT @ at
    return alpha * (at - at @ arrays.spd_solve(arrays.eye(at, m) + alpha * gram, alpha * gram))


@kernel(floats=lambda m, d, **_: 8 * d * (m + d))
def redunet_step_sv(
    sigma: tuple[float, ...],
    m_j: int,
    m: int,
    d: int,
    eps: Positive,
    eta: NonNegative,
    *,
    layers: int,
    trials: int,
    rng: Generator,
) -> Array:
    """Singular values of the first of two orthogonal classes after each of `layers` literal ascent steps.

    sigma: those at the start, descending, as many as this class has directions; the other class has m - m_j Gaussian
    samples in the rest of R^d. Returns (trials, layers, len(sigma)).

    >>> from sims.arrays import strict_rng
    >>> redunet_step_sv((2.0, 1.0), 4, 9, 5, 0.5, 0.1, layers=3, trials=2, rng=strict_rng(0)).shape
    (2, 3, 2)
    """
    xp, k = namespace(rng), len(sigma)
    frame = arrays.haar_frames(rng, trials, d, d)
    right = arrays.haar_frames(rng, trials, m_j, k)
    first = (frame[..., :k] * arrays.asarray(rng, list(sigma))) @ right.mT
    parts = [first, frame[..., k:] @ rng.standard_normal(size=(trials, d - k, m - m_j))]
    found = []
    for _ in range(layers):
        _, slopes = value_and_slopes(parts, eps)
        parts = [Z + eta * slope for Z, slope in zip(parts, slopes, strict=True)]
        found.append(arrays.singular_values(parts[0])[..., :k])
    return xp.stack(found, axis=1)


@kernel(floats=lambda m1, m2, d, **_: 6 * d * (m1 + m2 + d))
def rate_reduction_two_lines(
    m1: int, m2: int, d: int, eps: Positive, theta: float, *, trials: int, rng: Generator
) -> Array:
    """The rate reduction of unit vectors of random sign on two random lines at the angle theta: (trials,).

    >>> from sims.arrays import strict_rng, to_host
    >>> to_host(rate_reduction_two_lines(10, 10, 4, 0.5, 0.3, trials=1, rng=strict_rng(0))).round(7)
    array([0.1421306])
    """
    xp = namespace(rng)
    plane = arrays.haar_frames(rng, trials, d, 2)
    angle = arrays.asarray(rng, [theta])
    second = plane[..., :1] * xp.cos(angle) + plane[..., 1:] * xp.sin(angle)
    signs = arrays.random_signs(rng, (trials, 1, m1 + m2))
    Z = xp.concat([plane[..., :1] * signs[..., :m1], second * signs[..., m1:]], axis=-1)
    return rate_reductions(Z, (m1, m2), eps)
