"""Does every training point become a support vector of the hard-margin machine?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

from sims import arrays
from sims.arrays import Array, Generator, kernel
from sims.benign_overfitting.classification import interpolate


class SupportVectors(NamedTuple):
    """Per trial: number of points with y_i (K^-1 y)_i <= 0, and whether there is none; NaN if K is singular."""

    violations: Array
    all_support: Array


class MachineAgreement(NamedTuple):
    """Per trial: whether both statements are true or both false (NaN where the machine has not converged), and the
    certificate `gap`, the machine's primal less its dual value over the latter."""

    agreement: Array
    gap: Array


def _margins(x: Array, y: Array) -> Array:
    """y_i (K^-1 y)_i for labels (..., n, 1), shape (..., n)."""
    return (y * arrays.spd_solve(x @ x.mT, y))[..., 0]


def _rows(rng: Generator, trials: int, n: int, p: int, entries: str, spread: Sequence[float]) -> Array:
    if entries == "rademacher":
        return arrays.random_signs(rng, (trials, n, p))
    x = rng.standard_normal(size=(trials, n, p))
    if entries == "student":  # five degrees of freedom; margins do not depend on the scale
        xp = arrays.namespace(x)
        x /= xp.sqrt(rng.chisquare(5.0, size=(trials, n, p)))
    if entries == "spread":
        low, high = spread
        x *= arrays.asarray(rng, [(low + (high - low) * i / (p - 1)) ** 0.5 for i in range(p)])
    return x


@kernel(floats=lambda n, p, **_: 2 * n * p + 3 * n * n)
def support_vectors(
    n: int,
    p: int,
    entries: Literal["gaussian", "rademacher", "student", "spread"] = "gaussian",
    spread: Sequence[float] = (0.2, 1.8),
    *,
    trials: int,
    rng: Generator,
) -> SupportVectors:
    """Whole the training points that the interpolator of random labels does not support, shape (trials,) each.

    `entries`: "gaussian", "rademacher", "student" (5 degrees of freedom) or "spread" (Gaussian with variances rising
    linearly over the features between the two values of `spread`).

    n, p: samples and features, integers >= 1, p >= n.

    >>> from sims.arrays import strict_rng
    >>> support_vectors(8, 40, trials=3, rng=strict_rng(0)).violations.shape
    (3,)
    """
    labels = arrays.random_signs(rng, (trials, n, 1))
    margins = _margins(_rows(rng, trials, n, p, entries, spread), labels)
    xp = arrays.namespace(margins)
    violations = xp.sum(arrays.less_equal(margins, 0.0), axis=-1)
    return SupportVectors(violations, arrays.less_equal(violations, 0.0))


@kernel(floats=lambda n, p, **_: 2 * n * p + 3 * n * n)
def expected_violations(n: int, p: int, *, trials: int, rng: Generator) -> Array:
    """Number of points that are not support vectors by interpolation, shape (trials,).

    n, p: samples and features, integers >= 1, p >= n.

    >>> from sims.arrays import strict_rng
    >>> expected_violations(8, 40, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    return support_vectors(n, p, trials=trials, rng=rng).violations


@kernel(floats=lambda n, p, **_: 2 * n * p + 3 * n * n)
def prob_all_support(n: int, p: int, *, trials: int, rng: Generator) -> Array:
    """1 where all training points are support vectors, shape (trials,).

    n, p: samples and features, integers >= 1, p >= n.

    >>> from sims.arrays import strict_rng
    >>> prob_all_support(8, 40, trials=3, rng=strict_rng(0)).shape
    (3,)
    """
    return support_vectors(n, p, trials=trials, rng=rng).all_support


@kernel(floats=lambda n, p, **_: 4 * n * p + 4 * n * n)
def machine_is_interpolator(
    n: int, p: int, inverse: bool = True, sweeps: int = 3000, *, trials: int, rng: Generator
) -> MachineAgreement:
    """Tell where "hard-margin SVM = minimum-norm interpolator" and "all margins positive" are both true or both false.

    Two predictors are equal at a squared distance of 1e-10 of the second; a machine's gap of 1e-12 bounds its own. The
    machine (no intercept) is found from its dual, max sum a - a' diag(y) K diag(y) a/2 over a >= 0, by coordinate
    ascent. With inverse=False the signs of y_i (K y)_i are taken instead of y_i (K^-1 y)_i.

    n, p: samples and features, p >= n. Returns the fields of MachineAgreement, each (trials,).

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> machine_is_interpolator(5, 60, trials=2, rng=rng)[0].shape
    (2,)
    """
    labels = arrays.random_signs(rng, (trials, n, 1))
    x = rng.standard_normal(size=(trials, n, p))
    xp = arrays.namespace(x)
    gram = x @ x.mT
    signed = labels * gram * labels.mT
    dual = arrays.zeros(rng, (trials, n))
    for _ in range(sweeps):
        for i in range(n):
            slack = 1 - xp.sum(signed[:, i, :] * dual, axis=-1)
            dual[:, i] = xp.maximum(dual[:, i] + slack / signed[:, i, i], xp.zeros_like(slack))
    machine = x.mT @ (labels * dual[..., None])
    interpolator = interpolate(x, labels)
    distance = xp.sum((machine - interpolator) ** 2, axis=(-2, -1)) / xp.sum(interpolator**2, axis=(-2, -1))
    margins = _margins(x, labels) if inverse else (labels * (gram @ labels))[..., 0]
    equal = arrays.less_equal(distance, 1e-10)
    positive = 1 - arrays.less_equal(xp.min(margins, axis=-1), 0.0)
    gap = _duality_gap(signed, dual)
    return MachineAgreement(arrays.where_valid(gap <= 1e-12, 1 - xp.abs(equal - positive)), gap)


def _duality_gap(signed: Array, dual: Array) -> Array:
    """The machine scaled until its smallest margin is 1 against the dual value, over the latter; inf if it separates
    nothing."""
    xp = arrays.namespace(dual)
    margins = (signed @ dual[..., None])[..., 0]
    size, least = xp.sum(margins * dual, axis=-1), xp.min(margins, axis=-1)
    value = xp.sum(dual, axis=-1) - 0.5 * size
    reached = xp.where(least > 0, least, xp.ones_like(least))
    return xp.where(least > 0, (0.5 * size / reached**2 - value) / value, xp.full_like(value, xp.inf))
