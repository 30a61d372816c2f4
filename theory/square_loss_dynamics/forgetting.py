r"""What SGD with weight decay forgets: the null space of the data, and all of a layer but the last batches' rank.

A step is $W \leftarrow (1-2\mu\lambda)W - \mu\nabla$ (the literature's convention); the gradient of a fully connected
layer by a batch of B samples has rank B at most.
"""

from __future__ import annotations

from typing import Annotated

import numpy as np

from theory.domain import Counts, Divisors, Floats, In, Integers, NonNegatives, checked, refusal

__all__ = ["adversary_tightness", "guaranteed_rank", "low_rank_tail_bound", "null_space_factor"]

Wholes = Annotated[Integers, In(0)]


def _kept(mu: Floats, lam: Floats, steps: Integers) -> Floats:
    """(1 - 2 mu lam)^steps, by the logarithm: relatively exact also for small decay and many steps."""
    lost = 2 * mu * lam
    if (lost > 1).any():
        raise refusal("lam", lam, "so small that 2 mu lam <= 1")
    all_lost = lost == 1
    kept = np.exp(steps * np.log1p(-np.where(all_lost, 0.0, lost)))
    return np.where(all_lost & (steps > 0), 0.0, kept)


@checked(broadcast=True)
def null_space_factor(mu: Divisors, lam: NonNegatives, t: Wholes) -> Floats:
    r"""Return what is left after t steps of SGD of the first layer outside the span of the inputs.

    $$W_1(t)P_\perp = (1-2\mu\lambda)^tW_1(0)P_\perp$$
    for any loss, net and order of batches: no gradient reaches these weights. Without decay they stay for ever.

    mu >= 1e-75, lam >= 0: step and decay, 2 mu lam <= 1; t >= 0: steps; they broadcast. Returns an array of their
    shape. Raises ValueError outside these domains.

    Source: derived here.

    >>> null_space_factor(0.1, 0.02, [0, 500]).round(6)
    array([1.      , 0.134794])
    """
    return _kept(mu, lam, t)[()]


@checked(broadcast=True)
def low_rank_tail_bound(mu: Divisors, lam: NonNegatives, m: Wholes, norm_past: NonNegatives) -> Floats:
    r"""Return the bound on what a layer has beyond rank mB, by its norm m steps of SGD (1 - 2 mu lam a step) earlier.

    $$\Bigl(\sum_{i>mB}\sigma_i(W_t)^2\Bigr)^{1/2} \le (1-2\mu\lambda)^m\|W_{t-m}\|_F, \qquad
    \sigma_{mB+1}(W_t) \le (1-2\mu\lambda)^m\sigma_1(W_{t-m})$$
    because m gradients of rank B at most stand between the two.

    mu >= 1e-75, lam >= 0: step and decay, 2 mu lam <= 1; m >= 0: steps; norm_past >= 0: the Frobenius or the spectral
    norm; they broadcast. Returns an array of their shape. Raises ValueError outside these domains.

    Source: Galanti, Siegel, Gupte, Poggio, arXiv:2206.05794 (abstract seen, bound recalled and derived again); spectral
    form derived here (Weyl).

    >>> low_rank_tail_bound(0.1, 0.02, [5, 95], 1.0).round(4)
    array([0.9802, 0.6833])
    """
    return (_kept(mu, lam, m) * norm_past)[()]


@checked(broadcast=True)
def guaranteed_rank(B: Counts, mu: Divisors, lam: NonNegatives, eps: Divisors, norm_ratio: NonNegatives) -> Floats:
    r"""Return the smallest rank mB beyond which `low_rank_tail_bound` leaves at most a share eps of a layer.

    $$mB, \qquad m = \lceil\frac{\log(\nu/\epsilon)}{-\log(1-2\mu\lambda)}\rceil, \quad
    \nu = \frac{\|W_{t-m}\|}{\|W_t\|}, \qquad \approx \frac{B\log(1/\epsilon)}{2\mu\lambda}$$
    More than the layer's width says nothing: so with the usual steps, decays and batches.

    B: batch size, integers >= 1; mu >= 1e-75, lam >= 0: step and decay, 2 mu lam <= 1; eps >= 1e-75; norm_ratio >= 0:
    nu, 1 where the norm has settled; they broadcast. Returns an array of their shape: 0 where nu <= eps, else inf where
    lam = 0. Raises ValueError outside these domains.

    Source: arXiv:2206.05794 (abstract seen); derived here.

    >>> guaranteed_rank([1, 128], [0.1, 0.1], [0.05, 5e-4], 0.01, 1.0)
    array([4.5900e+02, 5.8944e+06])
    """
    lost = 2 * mu * lam
    if (lost > 1).any():
        raise refusal("lam", lam, "so small that 2 mu lam <= 1")
    with np.errstate(divide="ignore", over="ignore"):
        rate = -np.log1p(-lost)
        wanted = np.log(np.where(norm_ratio > eps, norm_ratio, eps)) - np.log(eps)
        steps = np.maximum(np.ceil(np.where(rate > 0, wanted / np.where(rate > 0, rate, 1.0), np.inf)), 1.0)
    return np.where(norm_ratio <= eps, 0.0, B * steps)[()]


@checked(broadcast=True)
def adversary_tightness(m: Wholes, B: Counts, n: Counts) -> Floats:
    r"""Return which share of `low_rank_tail_bound` a flat spectrum reaches over m steps with zero gradients.

    $$\sqrt{1 - mB/n}$$
    n equal singular values shrink alike, and mB of them are not in the tail. In the spectral form it reaches the whole.

    m >= 0: steps; B, n: batch size and number of equal singular values, integers >= 1; they broadcast. Returns an array
    of their shape, 0 for mB >= n. Raises ValueError outside these domains.

    Source: derived here.

    >>> adversary_tightness([0, 10, 200], 2, 200).round(6)
    array([1.      , 0.948683, 0.      ])
    """
    return np.sqrt(np.maximum(0.0, 1 - m * (B / n)))[()]
