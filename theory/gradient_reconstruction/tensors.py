"""The tensors that the gradient at random weights estimates, and which of them carry no signal."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from theory.activations import ActivationLike, activation_function
from theory.domain import Count, Floats, In, Matrix, PositiveVector, Real, Vector, checked
from theory.hermite import LARGEST_NORM, Order, hermite_coefficient

_MAX_ENTRIES = 10**8
Cosine = Annotated[float, In(0.0, 1.0, open_high=True)]


def check_batch(X: Floats, r: Floats, name: str = "r", rows: str = "X") -> None:
    """Refuse a batch X (B, d) with huge rows, and numbers r that are not B."""
    if (np.linalg.norm(X, axis=1) > LARGEST_NORM).any():
        raise ValueError(f"{rows} = {X.tolist()}: must have norms of at most {LARGEST_NORM:g}")
    if r.size != len(X):
        raise ValueError(f"{name} = {r.tolist()}: must hold one number for each of the {len(X)} rows of {rows}")


@checked
def failure(activation: ActivationLike, order: Order, *, slope: Real = 0.01, alpha: Real = 1.0) -> bool:
    r"""Return whether the order-p tensor carries no signal, $c_p = 0$.

    If s(z) - s(-z) is proportional to z (relu, leaky_relu, gelu, silu, softplus, abs) all odd p >= 3 fail; if s minus
    a constant is odd (tanh, erf, sin, cubic, sigmoid, step) all even p >= 2 fail; even s also fail at p = 1.

    activation: a name or a vectorised callable; order: an integer from 0 to 30. Named activations are decided by their
    parity, callables by $|c_p| < 10^{-10}$. Raises ValueError for an unknown activation or a negative order.

    Source: derived here.

    >>> failure("relu", 3), failure("relu", 4), failure("tanh", 3)
    (True, False, False)
    """
    value = hermite_coefficient(activation, order, slope=slope, alpha=alpha)
    return value == 0.0 if isinstance(activation, str) else abs(value) < 1e-10


@checked
def population_tensor(
    X: Matrix, r: Vector, activation: ActivationLike, p: Order, *, slope: Real = 0.01, alpha: Real = 1.0
) -> Floats:
    r"""Return $E_w[g(w) H_p(w)] = \sum_i r_i c_p(|x_i|) \hat x_i^{\otimes p}$ for $g = \sum_i r_i s(w x_i)$.

    X: batch (B, d); r: residuals (B,), independent of w; activation, slope, alpha: as in `hermite_coefficient`;
    p: order, an integer from 0 to 30 with d^p <= 1e8. Returns an array of shape (d,)*p (order 0: a 0-d array).
    Raises ValueError for p < 0, an unknown activation or shapes that do not match.

    Source: Wang, Lee, Lei 2023, arXiv:2212.03714 (recalled).

    >>> population_tensor([[2.0, 0.0]], [1.0], "relu", 1)
    array([1., 0.])
    """
    check_batch(X, r)
    d = X.shape[1]
    if d**p > _MAX_ENTRIES:
        raise ValueError(f"p = {p}: must be small enough that d^p <= {_MAX_ENTRIES} (d = {d})")
    norms = np.linalg.norm(X, axis=1)
    weights = [
        c * hermite_coefficient(activation, p, t, slope=slope, alpha=alpha) for c, t in zip(r, norms, strict=True)
    ]
    return rank_one_sum(np.asarray(weights), X / np.where(norms > 0, norms, 1.0)[:, None], p)


class TensorProjections(NamedTuple):
    """Projections of the population tensors on each sample's own direction, each (B,)."""

    order1: Floats
    order2: Floats
    order3: Floats
    order4: Floats


def equiangular_batch(d: int, norms: Floats, cosine: float) -> Floats:
    """Rows of the given norms with one common cosine in [0, 1) between any two; d must exceed their number."""
    if norms.size >= d:
        raise ValueError(f"d = {d}: must be larger than the number of samples in norms, {norms.size}")
    rows = math.sqrt(1 - cosine) * np.eye(norms.size, d)
    rows[:, -1] = math.sqrt(cosine)
    return np.asarray(norms[:, None] * rows)


@checked
def tensor_projections(
    activation: ActivationLike, d: Count, norms: PositiveVector, cosine: Cosine, r: Vector
) -> TensorProjections:
    r"""Return $\langle T_p, \hat x_i^{\otimes p} \rangle = \sum_k r_k c_p(|x_k|) \cos^p(x_i, x_k)$ for p = 1, ..., 4.

    activation: a name or vectorised callable; d: dimension, larger than the number B of samples (no effect otherwise);
    norms: |x_i| > 0 (B,); cosine: common to any two samples, in [0, 1); r: residuals (B,). Returns TensorProjections
    (order1, ..., order4), each (B,). Raises ValueError outside these domains.

    Source: Wang, Lee, Lei 2023, arXiv:2212.03714 (the identity, recalled); closed form derived here.

    >>> tensor_projections("relu", 3, [1.0, 2.0], 0.0, [1.0, 1.0]).order1
    array([0.5, 1. ])
    """
    batch = equiangular_batch(d, norms, cosine)
    check_batch(batch, r, rows="X, one for each of norms")
    sizes = np.linalg.norm(batch, axis=1)
    gram = (batch / sizes[:, None]) @ (batch / sizes[:, None]).T
    return TensorProjections(*(
        gram**p @ (r * [hermite_coefficient(activation, p, t) for t in sizes]) for p in (1, 2, 3, 4)
    ))  # fmt: skip


@checked
def population_tensor_with_output(
    X: Matrix, y: Vector, output_scale: Real, m: Count, activation: ActivationLike, p: Order
) -> Floats:
    r"""Return $E[\hat T_p]$ of a network whose output weights are all $\alpha/m$, so that residuals depend on w.

    $\sum_i \{((m-1)/m\, \alpha c_0(|x_i|) - y_i) c_p(|x_i|) \hat x_i^{\otimes p}
    + (\alpha/m) E[s(w x_i)^2 H_p(w)]\}$, exact for every batch size.

    X: batch (B, d); y: targets (B,); output_scale: alpha; m: neurons >= 1; activation: a name or vectorised callable;
    p: order >= 0. Returns an array of shape (d,)*p. Raises ValueError outside these domains.

    Source: derived here.

    >>> round(float(population_tensor_with_output([[1.0]], [0.3], 2.0, 5, "relu", 2)[0, 0]), 4)
    0.535
    """
    check_batch(X, y, "y")
    function = activation_function(activation)
    norms = np.linalg.norm(X, axis=1)
    c0 = np.array([hermite_coefficient(activation, 0, t) for t in norms])
    linear = population_tensor(X, (m - 1) / m * output_scale * c0 - y, activation, p)
    squared = population_tensor(X, np.ones(len(X)), lambda z: function(z) ** 2, p)
    return np.asarray(linear + output_scale / m * squared)


def rank_one_sum(weights: Floats, rows: Floats, p: int) -> Floats:
    """Return sum_i weights_i rows_i^(tensor p), shape (d,)*p."""
    powers = np.asarray(weights)[:, None]
    for _ in range(p):
        powers = (powers[:, :, None] * rows[:, None, :]).reshape(len(rows), -1)
    return np.asarray(powers.sum(axis=0).reshape((rows.shape[1],) * p))
