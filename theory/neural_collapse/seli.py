"""The max-margin unconstrained features model for any class sizes: simplex-encoded-labels interpolation."""

from __future__ import annotations

import math
from typing import Annotated, Literal, NamedTuple

import numpy as np

from theory.domain import Floats, In, checked
from theory.neural_collapse.checks import ClassSizes


class SeliGeometry(NamedTuple):
    """The minimum, the Gram matrices (K, K) of classifier and class means, and the singular values (K-1,) of WH."""

    value: float
    WWt: Floats
    HHt: Floats
    singular_values: Floats


@checked
def seli_geometry(n_per_class: ClassSizes) -> SeliGeometry:
    r"""Geometry of classifier and features at the optimum of the unconstrained features support vector machine.

    $$\min\ \tfrac12\|W\|_F^2+\tfrac12\|H\|_F^2\quad\text{s.t.}\quad (w_{y_i}-w_c)^\top h_i\ge1\ \ (c\ne y_i):\qquad
    P\operatorname{diag}(\sqrt n)=USV^\top,\quad P=I-11^\top/K,$$
    $WH=PY$, $WW^\top=USU^\top$, and the class means' Gram matrix is
    $\operatorname{diag}(n)^{-1/2}VSV^\top\operatorname{diag}(n)^{-1/2}$.

    Parameters: n_per_class, sizes >= 1, shape (K,), K >= 2. Needs d >= K-1 features.

    Returns fields value, the minimum trace S; WWt (K, K); HHt (K, K), the Gram matrix of the class means;
    singular_values (K-1,) of WH, descending.

    Raises ValueError outside these domains.

    Source: Thrampoulidis, Kini, Vakilian and Behnia 2022 (arXiv:2208.05512), recalled and derived again here (the dual
    certificate is U V', whose off-diagonal entries are <= 0).

    >>> geometry = seli_geometry([4, 2, 1])
    >>> round(geometry.value, 8), geometry.singular_values.round(4).tolist()
    (2.99785931, [1.7931, 1.2047])
    """
    y = np.sqrt(n_per_class)
    K = y.size
    left, values, right = np.linalg.svd(np.diag(y) - y / K)
    left, values, right = left[:, :-1], values[:-1], right[:-1] / y
    return SeliGeometry(float(values.sum()), (left * values) @ left.T, (right.T * values) @ right, values)


# --- cross-entropy with a small penalty ------------------------------------------------------------------------------


class RidgeConstants(NamedTuple):
    """The distance is C/L + C2/L^2 + O(1/L^3), L = log(1/lam)."""

    C: float
    C2: float


def _polar(X: Floats) -> Floats:
    """U V' of the K-1 leading singular directions: the columns of X sum to 0."""
    left, _, right = np.linalg.svd(X)
    return np.asarray(left[:, :-1] @ right[:-1])


def _root(X: Floats) -> Floats:
    """(X X')^(1/2) = U S U', of unit norm."""
    left, values, _ = np.linalg.svd(X)
    return np.asarray((left * values) @ left.T / np.linalg.norm(values))


def _off_logs(O: Floats, y: Floats) -> Floats:
    """log p_ck - log lam of the wrong classes, 0 on the diagonal."""
    push = -O + np.diag(np.diag(O)) + np.eye(y.size)
    if (push <= 0).any():
        raise ValueError("a wrong class's probability is not positive")
    return np.asarray(np.log(push) + np.log(float(y @ y) / y) * (1 - np.eye(y.size)))


def _centred(margins: Floats) -> Floats:
    """Logits with columns of sum 0 from the margins of the wrong classes (0 on the diagonal)."""
    return np.asarray(margins.mean(axis=0) - margins)


def _fixed_point(y: Floats, L: float, step: float) -> Floats | None:
    """Class logits at lam = e^-L, from those of the limit; None where the iteration meets no solution."""
    off = 1 - np.eye(y.size)
    M = L * (np.eye(y.size) - 1 / y.size)
    for _ in range(3000):
        try:
            logs = _off_logs(_polar(M * y), y) - L
        except ValueError:
            return None
        missing = (np.exp(logs) * off).sum(axis=0)
        if (missing >= 1).any():
            return None
        move = _centred((np.log1p(-missing) - logs) * off) - M
        M = M + step * move
        if np.abs(move).max() <= 1e-14 * np.abs(M).max():
            return M
    return None


@checked
def seli_ridge_distance(
    n_per_class: ClassSizes, lam: Annotated[float, In(0.0, 1.0, open_low=True, open_high=True)]
) -> float:
    r"""Distance in shape of the classifier of penalised cross-entropy from the max-margin solution's.

    $$\left\|\frac{WW^\top}{\|WW^\top\|}-\frac{G_0}{\|G_0\|}\right\|_F,\qquad
    \min_{W,H}\ \frac{1}{N}\sum_i\mathrm{CE}(Wh_i)+\frac{\lambda}{2}(\|W\|^2+\|H\|^2):$$
    with $D=\operatorname{diag}(\sqrt n)$ and the polar factor $O$ of $MD=USV^\top$ the class logits M solve
    $p_{ck}=\lambda(N/\sqrt{n_k})(-O_{ck})$ ($c\ne k$), $M_{kk}-M_{ck}=\log p_{kk}-\log p_{ck}$, and
    $WW^\top=USU^\top$. Computed as the fixed point of this map, in logarithms.

    Parameters: n_per_class, sizes >= 1, shape (K,), K >= 2; lam, penalty of classifier and features on the mean loss,
    in (0, 1), small enough for an optimum of rank K-1.

    Returns a float.

    Raises ValueError outside these domains, and where lam is so large that the map meets no optimum of rank K-1.

    Source: derived here from stationarity; the limit is Thrampoulidis, Kini, Vakilian and Behnia 2022
    (arXiv:2208.05512), recalled.

    >>> round(seli_ridge_distance([4, 2, 1], 1e-6), 8)
    0.02634834
    """
    y = np.sqrt(n_per_class)
    K, L = y.size, -math.log(lam)
    for step in (1.0, 0.3):  # the plain map contracts for large L, the damped one as long as the rank is K - 1
        M = _fixed_point(y, L, step)
        if M is not None:
            break
    else:
        raise ValueError(f"lam = {lam!r}: must be smaller, for an optimum of rank K - 1 = {K - 1}")
    return float(np.linalg.norm(_root(M * y) - _root((np.eye(K) - 1 / K) * y)))


@checked
def seli_ridge_constants(n_per_class: ClassSizes) -> RidgeConstants:
    r"""Constants of the approach of penalised cross-entropy to the max-margin shape.

    $$\mathrm{distance}=\frac CL+\frac{C_2}{L^2}+O(L^{-3}),\qquad L=\log\frac1\lambda .$$

    Parameters: n_per_class, sizes >= 1, shape (K,), K >= 2.

    Returns fields C, C2.

    Raises ValueError outside these domains.

    Source: derived here: the margins of `seli_ridge_distance` are L minus log(N/sqrt(n_k)) minus log(-O_ck), and the
    square root of the Gram matrix is differentiated; the second order by differences of the first.

    >>> [round(c, 4) for c in seli_ridge_constants([4, 2, 1])]
    [0.3646, -0.0177]
    """
    y = np.sqrt(n_per_class)
    X, U, S, V = _centred_labels(y)
    sums = S[:, None] + S
    # X/L = X_0 + E_1/L + E_2/L^2: first the logarithms at the max-margin solution, then their change with O.
    polar = U @ V.T
    first = -_centred(_off_logs(polar, y)) * y
    inner = U.T @ first @ V
    turned = U @ ((inner - inner.T) / sums) @ V.T + (U / S) @ (U.T @ first) @ (np.eye(y.size) - V @ V.T)
    off = 1 - np.eye(y.size)
    second = -_centred(off * turned / (polar * off + np.eye(y.size))) * y
    # G = (X X')^(1/2), order by order, in the basis U.
    x, e1, e2 = U.T @ X, U.T @ first, U.T @ second
    g0 = np.diag(S)
    g1 = (e1 @ x.T + x @ e1.T) / sums
    g2 = (e1 @ e1.T + e2 @ x.T + x @ e2.T - g1 @ g1) / sums
    size, tilt = np.sum(g0 * g0), np.sum(g0 * g1) / np.sum(g0 * g0)
    bend = 1.5 * tilt**2 - (np.sum(g1 * g1) + 2 * np.sum(g0 * g2)) / (2 * size)
    d1, d2 = ((g1 - tilt * g0) / np.sqrt(size), (g2 - tilt * g1 + bend * g0) / np.sqrt(size))
    C = float(np.linalg.norm(d1))
    if C < 1e-14:  # equal sizes: a simplex at every penalty
        return RidgeConstants(0.0, 0.0)
    return RidgeConstants(C, float(np.sum(d1 * d2)) / C)


def _centred_labels(y: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """P diag(y) and its singular vectors and values, the zero left out: X = U diag(S) V'."""
    X = (np.eye(y.size) - 1 / y.size) * y
    left, values, right = np.linalg.svd(X)
    return X, left[:, :-1], values[:-1], right[:-1].T


@checked
def seli_ridge_slope(n_per_class: ClassSizes, logs: Literal["both", "sizes", "frame"] = "both") -> float:
    r"""Return C of `seli_ridge_constants`, or what one of the two logarithms behind it would give alone.

    The logits at first order are $L - \log(N/\sqrt{n_k}) - \log(-O_{ck})$: the class sizes enter by the first
    logarithm, the frame by the second; C is the norm of the Gram matrix's slope along their sum.

    n_per_class: sizes >= 1, shape (K,), K >= 2; logs: which of them to keep. Raises ValueError outside these domains.

    Source: derived here, as `seli_ridge_constants`.

    >>> [round(seli_ridge_slope([4, 2, 1], logs), 4) for logs in ("both", "sizes", "frame")]
    [0.3646, 0.1849, 0.2153]
    """
    y = np.sqrt(n_per_class)
    X, U, S, V = _centred_labels(y)
    off, sizes = 1 - np.eye(y.size), np.log(float(y @ y) / y)
    both = _off_logs(U @ V.T, y)
    kept = {"both": both, "sizes": off * sizes, "frame": both - off * sizes}[logs]
    x, e = U.T @ X, U.T @ (-_centred(kept) * y)
    g0, g1 = np.diag(S), (e @ x.T + x @ e.T) / (S[:, None] + S)
    return float(np.linalg.norm(g1 - np.sum(g0 * g1) / np.sum(g0 * g0) * g0) / np.linalg.norm(g0))
