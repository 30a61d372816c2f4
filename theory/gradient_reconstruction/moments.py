"""Errors of the moment tensors of one gradient, and of the subspace read from them."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Annotated, Literal, NamedTuple

import numpy as np
import scipy.special

from theory.activations import ActivationLike, activation_function
from theory.domain import Count, Floats, In, Matrix, PositiveVector, Vector, checked
from theory.gradient_reconstruction.tensors import Cosine, check_batch, equiangular_batch, failure
from theory.hermite import hermite_coefficient


def arc_cosine_kernel(X: Floats) -> Floats:
    r"""Return $K_{ik} = E[\mathrm{relu}(w x_i) \mathrm{relu}(w x_k)]$ of the rows of X (B, d), shape (B, B)."""
    norms = np.linalg.norm(X, axis=1)
    scale = np.outer(norms, norms)
    cosine = np.clip(X @ X.T / np.where(scale > 0, scale, 1.0), -1.0, 1.0)
    angle = np.arccos(cosine)
    return np.asarray(scale * (np.sqrt(1 - cosine**2) + (math.pi - angle) * cosine) / (2 * math.pi))


@checked
def tensor_mse(X: Matrix, r: Vector, m: Count, order: Annotated[int, In(1, 3)]) -> float:
    r"""Return $E|\hat T_p - T_p|_F^2$ of the relu network's moment tensor over m random neurons.

    $\hat T_p = \frac1m \sum_j g_j H_p(w_j)$ has error $(q_p(d) S - |T_p|_F^2)/m$ with $S = r^\top K r = E g^2$ (K the
    arc-cosine kernel) and $q_1 = d+2$, $q_2 = (d+1)(d+4)$, $q_3 = (d+2)[(d+4)(d+6) - 6(d+4) + 3d+6]$; exact at all
    m, d, B.

    X: batch (B, d); r: fixed residuals (B,); m: neurons >= 1; order: 1, 2 or 3. Returns a float. Raises ValueError
    outside these domains.

    Source: derived here.

    >>> tensor_mse([[1.0, 0.0]], [1.0], 1, 1)
    1.75
    """
    check_batch(X, r)
    d = X.shape[1]
    second_moment = float(r @ arc_cosine_kernel(X) @ r)
    factor = {1: d + 2, 2: (d + 1) * (d + 4), 3: (d + 2) * ((d + 4) * (d + 6) - 6 * (d + 4) + 3 * d + 6)}[order]
    # <x_i^(tensor p), x_k^(tensor p)> = (x_i x_k)^p: the tensor itself is never formed.
    coefficient = hermite_coefficient("relu", order)
    norms = np.linalg.norm(X, axis=1)
    directions = X / np.where(norms > 0, norms, 1.0)[:, None]
    weights = r * norms * coefficient
    squared = float(weights @ (directions @ directions.T) ** order @ weights)
    return float((factor * second_moment - squared) / m)


class TensorErrors(NamedTuple):
    """Mean squared Frobenius errors of the moment tensors of orders 1, 2 and 3."""

    order1: float
    order2: float
    order3: float


@checked
def tensor_errors(d: Count, norms: PositiveVector, cosine: Cosine, r: Vector, m: Count) -> TensorErrors:
    """Return `tensor_mse` of all three orders for a batch of given norms with one common cosine in [0, 1).

    d: dimension, larger than the number of samples; norms, r: (B,); cosine: common to any two samples; m: neurons.
    Raises ValueError outside these domains.

    Source: derived here.

    >>> tensor_errors(2, [1.0], 0.0, [1.0], 1).order1
    1.75
    """
    batch = equiangular_batch(d, norms, cosine)
    return TensorErrors(*(tensor_mse(batch, r, m, order) for order in (1, 2, 3)))


@checked
def subspace_error(r: Vector, d: Count, m: Count) -> float:
    r"""Return the leading order of $E|\sin\Theta(\hat V, V)|_F^2$ for the top-B eigenvectors of $\hat T_2$ (relu).

    $\frac{d-B}{m} \sum_i E[g^2 u_i^2]/(r_i^2 c_2^2)$ for orthonormal samples, relative error O(d/m), with
    $E[g^2u_i^2] = \sum_k r_k^2 (\frac32 \text{ if } k = i \text{ else } \frac12) + \sum_{k \ne l} r_k r_l
    (\frac1\pi \text{ if } i \in \{k,l\} \text{ else } \frac1{2\pi})$ and $c_2^2 = 1/2\pi$.

    r: residuals (B,), none of them 0; d: dimension > B; m: neurons >= 1. Returns a float. Raises ValueError outside
    these domains.

    Source: derived here (first-order perturbation of eigenvectors).

    >>> round(subspace_error([1.0], 20, 4000), 5)
    0.04477
    """
    if (r == 0).any():
        raise ValueError(f"r = {r.tolist()}: must hold no zero (a sample without residual leaves no trace)")
    batch = r.size
    if batch >= d:
        raise ValueError(f"d = {d}: must be larger than the number of samples in r, {batch}")
    squares, total = r**2, r.sum()
    own = squares.sum() / 2 + squares
    cross_all = (total**2 - squares.sum()) / (2 * math.pi)
    cross_own = 2 * r * (total - r) / (2 * math.pi)
    return float((d - batch) / m * ((own + cross_all + cross_own) * 2 * math.pi / squares).sum())


class AttackError(NamedTuple):
    """Mean squared error of a direction over the batch, and squared sine between estimated and true span."""

    mean_error: float
    subspace: float


@checked
def tensor_attack_error(activation: ActivationLike, r: Vector, d: Count, m: Count) -> AttackError:
    r"""Return the leading errors of the order-3 tensor attack on one or two orthonormal samples, before any polish.

    First order in the noise of $\hat T_3$: the estimate of $x_k$ leans towards a direction e orthogonal to it by
    $\frac{1}{r_k c_3} \frac1m \sum_j g_j (w_j e)((w_j x_k)^2 - 1)$, inside the span and outside alike, whatever the
    contraction vectors. Hence $E|\hat x_k - x_k|^2 = \frac{1}{m r_k^2 c_3^2} [(d-B) E g^2 (u_k^2-1)^2 +
    \sum_{i \ne k} E g^2 u_i^2 (u_k^2-1)^2]$, and $E|\sin\Theta|_F^2$ of the span keeps the first term, summed over k;
    relative error O(d/m).

    activation: a name or vectorised callable with $c_3 \ne 0$; r: one or two residuals, not 0; d: dimension larger than
    their number; m: neurons >= 1. Returns AttackError(mean_error, subspace). Raises ValueError outside these domains.

    Source: derived here; the attack is Wang, Lee, Lei 2023, arXiv:2212.03714 (recalled).

    >>> round(tensor_attack_error("sin", [1.0], 5, 1000).mean_error, 6)
    0.009402
    """
    s, batch = activation, r.size
    if batch > 2 or (r == 0).any():
        raise ValueError(f"r = {r.tolist()}: must hold one or two nonzero residuals")
    if batch >= d:
        raise ValueError(f"d = {d}: must be larger than the number of samples in r, {batch}")
    if failure(s, 3):
        raise ValueError(f"activation = {activation!r}: must have a third Hermite coefficient (it is 0: no signal)")
    function = activation_function(s)
    plain = [hermite_coefficient(s, p) for p in (0, 2, 4)]
    square = [hermite_coefficient(lambda z: function(z) ** 2, p) for p in (0, 2, 4)]
    # u^2 = He_2 + 1 and (u^2 - 1)^2 = He_4 + 4 He_2 + 2, against s and s^2.
    (mean, mean2, mean4), (power, power2, power4) = (
        (c[0], c[1] + c[0], c[2] + 4 * c[1] + 2 * c[0]) for c in (plain, square)
    )
    signal = hermite_coefficient(s, 3) ** 2
    errors, span = [], 0.0
    for k, own in enumerate(r):
        rest = np.delete(r, k)
        squares, cross = float(rest @ rest), 2 * own * mean4 * float(rest.sum())
        outside = own**2 * power4 + 2 * squares * power + cross * mean
        inside = own**2 * power4 + 2 * squares * power2 + cross * mean2 if batch == 2 else 0.0
        errors.append(((d - batch) * outside + inside) / (own**2 * signal * m))
        span += (d - batch) * outside / (own**2 * signal * m)
    return AttackError(float(np.mean(errors)), float(span))


def reconstruction_rate() -> float:
    """Return the exponent of the squared reconstruction error in the number of neurons, -1, before any polish.

    Source: Wang, Lee, Lei 2023, arXiv:2212.03714 (error O(sqrt(d/m)), recalled).

    >>> reconstruction_rate()
    -1.0
    """
    return -1.0


@checked
def query_coefficient(
    distribution: Literal["gaussian", "uniform", "rademacher"], support: Annotated[int, In(1, 500)]
) -> float:
    r"""Return $E[\mathrm{relu}(w x)\,((w x)^2 - 1)]$ for a unit x spread evenly over `support` coordinates.

    It is what $x^\top T_2 x$ becomes when the query weights w have independent coordinates of unit variance that need
    not be Gaussian; Gaussian ones give $c_2 = 1/\sqrt{2\pi}$ at every support, Rademacher ones exactly 0 at support 1.
    Exact finite sums (Rademacher; uniform by the Irwin-Hall moments).

    distribution: 'gaussian', 'uniform' or 'rademacher'; support: k >= 1, at most 500. Returns a float. Raises
    ValueError outside these domains.

    Source: derived here.

    >>> [round(query_coefficient("rademacher", k), 4) for k in (1, 2, 4)]
    [0.0, 0.3536, 0.375]
    """
    k = support
    if distribution == "gaussian":
        return hermite_coefficient("relu", 2)
    if distribution == "rademacher":
        ups = np.arange(k + 1)
        z = (2.0 * ups - k) / math.sqrt(k)
        weights = np.exp(scipy.special.gammaln(k + 1) - scipy.special.gammaln(ups + 1)
                         - scipy.special.gammaln(k - ups + 1) - k * math.log(2))  # fmt: skip
        return float(weights @ (np.maximum(z, 0) * (z**2 - 1)))
    # (E|z|^3 - E|z|)/2 for a sum z of k uniforms of unit variance, divided by sqrt(k)
    return (math.sqrt(3 / k) ** 3 * _absolute_moment(k, 3) - math.sqrt(3 / k) * _absolute_moment(k, 1)) / 2


def _absolute_moment(k: int, power: int) -> float:
    """E|S|^power (odd power) of a sum S of k uniforms on [-1, 1]: a k-th central difference, in exact arithmetic."""
    terms = (
        (-1) ** j * math.comb(k, j) * (1 if 2 * j < k else -1) * (k - 2 * j) ** (power + k)
        for j in range(k + 1)
        if 2 * j != k
    )
    return float(Fraction(math.factorial(power) * sum(terms), 2**k * math.factorial(power + k)))
