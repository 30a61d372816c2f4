"""The directions that many tasks of one's own share, how many they are, and how well they are known."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from overparam.measures.input import Floats, matrix
from overparam.measures.result import Result
from theory.domain import real
from theory.matrix_denoising import debiased_shrinker
from theory.multitask_representation import subspace_alignment

_Z = 1.96
_LEVELS = {"low": 3.2724, "value": 2.0234, "high": -1.2686}
"""Quantiles of the largest eigenvalue's law (Tracy, Widom, beta = 1): 99.9 %, 99 %, 50 %."""
_COUNT = ("subspace-bbp-threshold", "subspace-bbp-near-threshold")
_KEPT = ("subspace-bbp", "subspace-bbp-least-squares", "subspace-bbp-end-to-end")


class TaskSubspace(NamedTuple):
    """Orthonormal shared directions (d, k), their number k, and how much of each true direction they keep, (k,)."""

    basis: Floats
    dimension: Result
    alignment: Result


def task_subspace(thetas: Any, tau2: Any) -> TaskSubspace:
    r"""Return the directions that estimates of many tasks share, as far as they stand above the noise.

    $$s_i^2 > \tau^2\Bigl[\mu + 2.02\sqrt\mu\,\bigl(\tfrac1{\sqrt T}+\tfrac1{\sqrt{d-1}}\bigr)^{1/3}\Bigr],\quad
    \mu = (\sqrt{d-1}+\sqrt T)^2,$$
    what noise alone exceeds once in a hundred times (d the longer side, here). From the strength that brings each of
    them about follows how much of the true direction is kept.

    thetas: (tasks, d), an estimate a row, nothing is centred; tau2 > 0: the noise's variance in each entry, sigma2/n1
    for n1 samples of an orthogonal design, sigma2/(n1 - d - 1) for least squares. Where tasks have unequal noise,
    divide each row by its standard deviation and give 1. Returns fields basis; dimension (null 0, low and high at the
    99.9 % and 50 % quantiles); alignment, squared overlaps (null k/d: random directions; limit 1; low and high two
    standard deviations of a singular value away). Raises ValueError for tau2 <= 0, one task, or one dimension.

    Source: Johnstone 2001 (edge) and Benaych-Georges, Nadakuditi 2012, arXiv:1103.2221 (overlaps), recalled.

    >>> rng = np.random.default_rng(0)
    >>> shared = rng.standard_normal((50, 2)) @ rng.standard_normal((2, 30))
    >>> found = task_subspace(shared + 0.5 * rng.standard_normal((50, 30)), 0.25)
    >>> found.dimension.value, found.basis.shape, bool((found.alignment.value > 0.9).all())
    (2, (30, 2), True)
    """
    given, noise = matrix("thetas", thetas, "tasks, dimensions"), real("tau2", tau2, 0.0, open_low=True)
    T, d = given.shape
    if min(T, d) < 2:
        raise ValueError(f"thetas = array of shape {given.shape}: must have at least 2 tasks and 2 dimensions")
    _, singular, right = np.linalg.svd(given.values, full_matrices=False)
    counts = {word: int(np.count_nonzero(singular**2 > noise * _edge(T, d, q))) for word, q in _LEVELS.items()}
    k = counts["value"]
    return TaskSubspace(right[:k].T, _dimension(counts, noise, T, d), _alignment(singular[:k], noise, T, d))


def _edge(T: int, d: int, quantile: float) -> float:
    """The quantile of the largest squared singular value of standard normals (Johnstone's centring)."""
    a, b = math.sqrt(max(T, d) - 1), math.sqrt(min(T, d))
    return (a + b) ** 2 + quantile * (a + b) * (1 / a + 1 / b) ** (1 / 3)


def _dimension(counts: dict[str, int], noise: float, T: int, d: int) -> Result:
    k, weakest = counts["value"], math.sqrt(noise * math.sqrt(T * d))
    shared = f"share {k} direction{'s' * (k != 1)}" if k else "show no shared direction"
    sentence = (
        f"{T} tasks in {d} dimensions {shared} above their noise ({counts['low']} to {counts['high']}); one weaker "
    )
    sentence += f"than {weakest:.3g} (its singular value) cannot be seen from so many estimates of that noise."
    return Result(
        "shared directions", k, 0.0, None, counts["low"], counts["high"], sentence, _COUNT, {"weakest": weakest}
    )


def _strengths(singular: Floats, noise: float, T: int, d: int) -> Floats:
    """The singular values without noise that would bring these about, 0 where noise does."""
    scale, beta = math.sqrt(noise * max(T, d)), min(T, d) / max(T, d)
    return scale * np.asarray(debiased_shrinker(np.maximum(singular, 0.0) / scale, beta))


def _alignment(singular: Floats, noise: float, T: int, d: int) -> Result:
    if singular.size == 0:
        empty = np.zeros(0)
        return Result("kept of each direction", empty, 0.0, 1.0, empty, empty, "There is no shared direction to keep.")
    shifts = (0.0, -_Z * math.sqrt(noise), _Z * math.sqrt(noise))
    strengths = [_strengths(singular + shift, noise, T, d) for shift in shifts]
    value, low, high = (subspace_alignment(s, noise, d, T) for s in strengths)
    worst = int(np.argmin(value))
    sentence = f"They keep {100 * value.min():.3g} to {100 * value.max():.3g} % of the true directions' squared length"
    sentence += f" (the worst {100 * low[worst]:.3g} to {100 * high[worst]:.3g} %; random ones "
    sentence += f"{100 * singular.size / d:.3g} %)."
    return Result(
        "kept of each direction", value, singular.size / d, 1.0, low, high, sentence, _KEPT,
        {"strengths": strengths[0], "singular": singular},
    )  # fmt: skip
