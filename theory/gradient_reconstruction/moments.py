"""Errors of the moment tensors of one gradient, and of the subspace read from them."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import scipy.special

from theory.domain import Floats, integer, one_of, reals
from theory.gradient_reconstruction.activations import check_batch
from theory.gradient_reconstruction.hermite import hermite_coefficient


def arc_cosine_kernel(X: Floats) -> Floats:
    r"""Return $K_{ik} = E[\mathrm{relu}(w x_i) \mathrm{relu}(w x_k)]$ of the rows of X (B, d), shape (B, B)."""
    norms = np.linalg.norm(X, axis=1)
    scale = np.outer(norms, norms)
    cosine = np.clip(X @ X.T / np.where(scale > 0, scale, 1.0), -1.0, 1.0)
    angle = np.arccos(cosine)
    return np.asarray(scale * (np.sqrt(1 - cosine**2) + (math.pi - angle) * cosine) / (2 * math.pi))


def tensor_mse(X: object, r: object, m: int, order: int) -> float:
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
    batch, residuals = check_batch(X, r)
    m, order = integer("m", m), integer("order", order, 1, 3)
    d = batch.shape[1]
    second_moment = float(residuals @ arc_cosine_kernel(batch) @ residuals)
    factor = {1: d + 2, 2: (d + 1) * (d + 4), 3: (d + 2) * ((d + 4) * (d + 6) - 6 * (d + 4) + 3 * d + 6)}[order]
    # <x_i^(tensor p), x_k^(tensor p)> = (x_i x_k)^p: the tensor itself is never formed.
    coefficient = hermite_coefficient("relu", order)
    norms = np.linalg.norm(batch, axis=1)
    directions = batch / np.where(norms > 0, norms, 1.0)[:, None]
    weights = residuals * norms * coefficient
    squared = float(weights @ (directions @ directions.T) ** order @ weights)
    return float((factor * second_moment - squared) / m)


def subspace_error(r: object, d: int, m: int) -> float:
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
    residuals = reals("r", r, ndim=1)
    if (residuals == 0).any():
        raise ValueError(f"r = {r!r}: must hold no zero (a sample without residual leaves no trace)")
    d, m = integer("d", d), integer("m", m)
    batch = residuals.size
    if batch >= d:
        raise ValueError(f"d = {d}: must be larger than the number of samples, {batch}")
    squares, total = residuals**2, residuals.sum()
    own = squares.sum() / 2 + squares
    cross_all = (total**2 - squares.sum()) / (2 * math.pi)
    cross_own = 2 * residuals * (total - residuals) / (2 * math.pi)
    return float((d - batch) / m * ((own + cross_all + cross_own) * 2 * math.pi / squares).sum())


def reconstruction_rate() -> float:
    """Return the exponent of the squared reconstruction error in the number of neurons, -1, before any polish.

    Source: Wang, Lee, Lei 2023, arXiv:2212.03714 (error O(sqrt(d/m)), recalled).

    >>> reconstruction_rate()
    -1.0
    """
    return -1.0


def query_coefficient(distribution: str, support: int) -> float:
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
    name = one_of("distribution", distribution, ("gaussian", "uniform", "rademacher"))
    k = integer("support", support, 1, 500)
    if name == "gaussian":
        return hermite_coefficient("relu", 2)
    if name == "rademacher":
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
