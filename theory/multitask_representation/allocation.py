"""How to split a labelling budget over source tasks: what each split costs, and the best one."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import numpy as np

from theory.domain import Count, Floats, In, Matrix, NonNegative, Positive, Vector, checked, refusal

__all__ = ["AllocationGain", "allocation_gain", "allocation_risk", "optimal_allocation", "source_relevance"]


class AllocationGain(NamedTuple):
    """How many times smaller the error is than with an even split: of n_m in proportion to |nu_m|, and to nu_m^2."""

    absolute: float
    squared: float


@checked
def source_relevance(W: Matrix, w: Annotated[Floats, In(ndim=1)]) -> Floats:
    r"""Return how the target is combined from its sources: the smallest nu with W nu = w.

    .. math:: \nu = W^+ w

    W: (k, T), source tasks as columns, of rank k; w: (k,), the target. Returns (T,). For T > k it is the smallest in
    the 2-norm, not the sparsest. Raises ValueError where W has not rank k.

    Source: Chen, Jamieson, Du 2022, arXiv:2202.00911 (recalled).

    >>> source_relevance([[1.0, 0.0, 1.0], [0.0, 2.0, 0.0]], [1.0, 1.0]).round(12).tolist()
    [0.5, 0.5, 0.5]
    """
    k, T = W.shape
    if w.size != k:
        raise ValueError(f"w = array of {w.size} numbers: must be k = {k}, as many as W of shape {W.shape} has rows")
    left, singular, right = np.linalg.svd(W, full_matrices=False)
    floor = max(k, T) * np.finfo(float).eps * singular[0]
    if singular.size < k or singular[-1] <= floor:
        raise ValueError(f"W = array of shape {W.shape}: must have rank k = {k}, independent rows")
    nu: Floats = right.T @ ((left.T @ w) / singular)
    return nu


@checked
def allocation_risk(
    nu: Vector, n_m: Annotated[Floats, In(0.0, ndim=1, like="nu")], d: Count, k: Count, sigma2: NonNegative
) -> float:
    r"""Return rho2, what is left out of the target, with n_m samples on source task m.

    .. math:: \rho^2 = \sigma^2 (d-k) \sum_m \frac{\nu_m^2}{n_m}

    to leading order in the noise: the relative error is of order sigma2 d/(n_m s^2), s the smallest singular value of
    the W of the sources; with more sources than k also sigma2 d |nu|^2/(n_m nu_m^2 s^2), because the squared noise of a
    source moves the directions however little the source counts. Even split of N: (d-k) sigma2/N times T |nu|_2^2; in
    proportion to |nu_m|: |nu|_1^2; to nu_m^2: |nu|_0 |nu|_2^2.

    nu: (T,) of `source_relevance`; n_m >= 0: (T,), real numbers; 1 <= k <= d; sigma2 >= 0. A source with nu_m = 0 costs
    nothing; one with nu_m != 0 and no samples everything: inf. Raises ValueError outside these domains.

    Source: derived here, for the allocations of Chen, Jamieson, Du 2022, arXiv:2202.00911 (recalled).

    >>> allocation_risk([2.0, 1.0, 0.0], [200, 100, 0], 10, 3, 1.0)
    0.21
    """
    if k > d:
        raise refusal("k", k, f"an integer from 1 to d = {d}")
    needed = nu != 0
    if (n_m[needed] == 0).any():
        return float("inf")
    return float(sigma2 * (d - k) * np.sum(nu[needed] ** 2 / n_m[needed]))


@checked
def optimal_allocation(nu: Vector, N: Positive) -> Floats:
    r"""Return the split of N samples that minimises `allocation_risk`, in real numbers that sum to N.

    .. math:: n_m = N |\nu_m| / \|\nu\|_1

    nu: (T,), not 0; N > 0. Raises ValueError outside these domains.

    Source: Cauchy-Schwarz; Wang, Chen, Jamieson, Du 2023, for sampling by the 1-norm (recalled).

    >>> optimal_allocation([2.0, -1.0, 0.0], 300)
    array([200., 100.,   0.])
    """
    return N * _shares(nu)


def _shares(nu: Floats) -> Floats:
    largest = np.abs(nu).max()
    if largest == 0:
        raise refusal("nu", nu.tolist(), "an array with an entry that is not 0")
    shares: Floats = np.abs(nu / largest) / np.sum(np.abs(nu / largest))
    return shares


@checked
def allocation_gain(nu: Vector) -> AllocationGain:
    r"""Return how many times fewer samples two uneven splits need than the even one, for the same error.

    .. math:: \text{by } |\nu_m|: \frac{T \|\nu\|_2^2}{\|\nu\|_1^2} \in [1, T], \qquad
        \text{by } \nu_m^2: \frac{T}{\|\nu\|_0}

    The second is exactly 1 as soon as no nu_m is 0, however small.

    nu: (T,), not 0. Returns fields absolute, squared. Raises ValueError outside the domain.

    Source: derived here; the two splits are those of arXiv:2202.00911 and its successor (recalled).

    >>> [round(gain, 4) for gain in allocation_gain([1.0, 0.7, 0.03])]
    [1.4944, 1.0]
    """
    return AllocationGain(nu.size * float(np.sum(_shares(nu) ** 2)), nu.size / int(np.count_nonzero(nu)))
