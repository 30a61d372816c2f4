"""Flows of factors in mirror form: diagonal networks and commuting matrix factorisations, by their convex duals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import numpy as np
import scipy

from theory.domain import Divisor, Floats, In, Matrix, Vector, checked, default, refusal

__all__ = ["commuting_factorisation_limit", "diagonal_network_limit", "least_trace", "trace_excess_bound"]

Scales = Annotated[Floats, In(1e-10, 1e10)]
Tilts = Annotated[Floats, In(-50.0, 50.0)]


def _rows_and_targets(name: str, X: Floats, y: Floats) -> None:
    if X.shape[0] != y.size:
        raise refusal("y", y, f"of length {X.shape[0]}, one for each row of {name}")
    if np.linalg.matrix_rank(X) < X.shape[0]:
        raise refusal(name, X, "of independent rows, no more than columns")


Mirror = Callable[[Floats], tuple[Floats, Floats]]
"""From z to b and db/dz."""


def _solve(X: Floats, y: Floats, z: Floats, mirror: Mirror) -> tuple[Floats, Floats] | None:
    """The point b with X b = y among b = mirror(start + X' nu), and its z; None where none is found.

    Newton's method for a convex function whose third derivative is at most the second: shortening a step of largest
    entry r to log(1 + r)/r makes it descend from everywhere.
    """
    size = max(float(np.abs(y).max()), 1e-300)
    for _ in range(500):
        b, slope = mirror(z)
        rest = y - X @ b
        try:
            step = X.T @ np.linalg.solve((X * slope) @ X.T, rest)
        except np.linalg.LinAlgError:
            return None
        r = float(np.abs(step).max())
        if not r < 600 or np.abs(z).max() > 600:
            return None
        if r <= 1e-11 * max(1.0, float(np.abs(z).max())) and np.abs(rest).max() <= 1e-9 * size:
            return mirror(z + step)[0], z + step
        z = z + step * (np.log1p(r) / r if r > 1e-7 else 1.0)
    return None


def _continued(
    X: Floats, y: Floats, start: Floats, tilt: Floats, largest: float, scale: float,
    mirror: Callable[[float], Mirror], reach: Callable[[float], float],
) -> Floats | None:  # fmt: skip
    """The same at a small scale (of b) from larger ones, a decade a time: nu grows like the largest z of b."""
    current = max(scale, largest)
    found = _solve(X, y, start, mirror(current))
    while found is not None and current > scale:
        b, z = found
        before, current = reach(float(np.abs(b).max()) / current), max(scale, current / 10)
        ratio = reach(float(np.abs(b).max()) / current) / before if before > 1 else 1.0
        found = _solve(X, y, tilt + ratio * (z - tilt), mirror(current))
    return None if found is None else found[0]


@checked
def diagonal_network_limit(X: Matrix, y: Vector, alpha: Scales, tilt: Tilts = default(0.0)) -> Floats:
    r"""Return where gradient flow on a diagonal network beta = u*u - v*v ends, if it interpolates X beta = y.

    $$\beta_i = 2\alpha_i^2\sinh\bigl((X^\top\nu)_i + \tau_i\bigr),\qquad X\beta = y,$$
    which, for $\tau = 0$, minimises $\sum_i \alpha_i^2 q(\beta_i/\alpha_i^2)$, $q(z) = 2 - \sqrt{4+z^2} + z\,
    \mathrm{arcsinh}(z/2)$: the least $\ell_2$ norm for large alpha, the least $\ell_1$ norm for small.

    X: (n, d), independent rows; y: (n,); alpha: a number or d numbers in [1e-10, 1e10], $\alpha_i^2 = u_i(0)v_i(0)$;
    tilt: 0 or d numbers $\tau_i = \log(u_i(0)/v_i(0))$ in [-50, 50]. Returns beta (d,). Raises ValueError outside
    these domains.

    Source: Woodworth, Gunasekar, Lee, Moroshko, Savarese, Golan, Soudry, Srebro 2020, arXiv:2002.09277, Theorem 1
    (recalled); unequal starts derived here.

    >>> diagonal_network_limit([[1.0, 0.5]], [1.0], 1e-4).round(6)
    array([9.9995e-01, 1.0000e-04])
    """
    _rows_and_targets("X", X, y)
    d = X.shape[1]
    for name, value in (("alpha", alpha), ("tilt", tilt)):
        if value.shape not in ((), (1,), (d,)):
            raise refusal(name, value, f"a number or {d} numbers, one for each column of X")
    shape = 2 * alpha**2 * np.ones(d)
    scale = float(shape.min())
    shape, tilts = shape / scale, tilt * np.ones(d)
    least = np.linalg.lstsq(X, y, rcond=None)[0]
    largest = max(scale, float(np.abs(least).max()))
    away = np.linalg.lstsq(X.T, np.arcsinh(least / (largest * shape)) - tilts, rcond=None)[0]

    def mirror(c: float) -> Mirror:
        return lambda z: (c * shape * np.sinh(z), c * shape * np.cosh(z))

    beta = _continued(X, y, X.T @ away + tilts, tilts, largest, scale, mirror, lambda x: float(np.arcsinh(x)))
    if beta is None:
        raise refusal("y", y, "of a size that numbers reach from this X, alpha and tilt")
    return beta


@checked
def commuting_factorisation_limit(A_eigs: Matrix, y: Vector, alpha: Annotated[float, In(1e-10, 10.0)]) -> Floats:
    r"""Return the eigenvalues at which gradient flow on X = UU', U(0) = alpha I, ends for commuting measurements.

    $$x_j = \alpha^2 \exp\bigl(\textstyle\sum_i \nu_i A_{ij}\bigr),\qquad \sum_j A_{ij}x_j = y_i,$$
    which minimises $\sum_j x_j\log(x_j/\alpha^2) - x_j$: the least trace among positive semidefinite solutions as alpha
    goes to 0.

    A_eigs: (m, d), row i the eigenvalues of A_i on the common eigenvectors, rows independent; y: (m,), the
    measurements of some X with positive eigenvalues; alpha in [1e-10, 10]. Returns x (d,). Raises ValueError outside
    these domains.

    Source: Gunasekar, Woodworth, Bhojanapalli, Neyshabur, Srebro 2017, arXiv:1705.09280, Theorem 1 (recalled).

    >>> commuting_factorisation_limit([[1.0, 2.0]], [1.0], 0.001).round(6)
    array([0.000707, 0.499647])
    """
    _rows_and_targets("A_eigs", A_eigs, y)

    def mirror(c: float) -> Mirror:
        return lambda z: (c * np.exp(z), c * np.exp(z))

    zero, scale = np.zeros(A_eigs.shape[1]), alpha * alpha
    largest = max(scale, float(np.abs(np.linalg.lstsq(A_eigs, y, rcond=None)[0]).max()))
    x = _continued(A_eigs, y, zero, zero, largest, scale, mirror, lambda x: float(np.log(max(x, 1.0))))
    if x is None:
        raise refusal("y", y, "measurements, by A_eigs, of some X with eigenvalues well above 0")
    return x


@checked
def least_trace(A_eigs: Matrix, y: Vector) -> Floats:
    r"""Return eigenvalues x >= 0 of least sum with $\sum_j A_{ij} x_j = y_i$: a linear programme.

    A_eigs: (m, d), row i the eigenvalues of A_i; y: (m,), the measurements of some positive semidefinite X. Returns x
    (d,). Raises ValueError outside these domains, or where the trace has no minimum.

    Source: Gunasekar et al. 2017, arXiv:1705.09280 (recalled): the limit of `commuting_factorisation_limit`.

    >>> least_trace([[1.0, 2.0]], [1.0])
    array([0. , 0.5])
    """
    _rows_and_targets("A_eigs", A_eigs, y)
    size = max(float(np.abs(y).max()), 1e-300)
    found = scipy.optimize.linprog(np.ones(A_eigs.shape[1]), A_eq=A_eigs, b_eq=y / size)
    if found.x is None:
        raise refusal("y", y, "measurements, by A_eigs, of some positive semidefinite X")
    return np.asarray(found.x * size)


@checked
def trace_excess_bound(z: Annotated[Floats, In(0.0, ndim=1)], alpha: Divisor) -> float:
    r"""Return a bound of how far the trace of that limit is above the least, for a solution z of least trace.

    $$\sum_j x_j - \sum_j z_j \le \frac{\sum_j (z_j\log z_j - z_j + 1)}{\log \alpha^{-2}}$$

    z: (d,), eigenvalues >= 0 of a solution; alpha in (0, 1). Returns a number. Raises ValueError outside these domains.

    Source: derived here: x minimises the entropy, and $x\log x - x \ge -1$.

    >>> round(trace_excess_bound([1.0, 0.0], 0.01), 5)
    0.10857
    """
    if not alpha < 1:
        raise refusal("alpha", alpha, "a real number in (0, 1)")
    logs = np.log(np.where(z > 0, z, 1.0))
    return float(np.sum(z * logs - z + 1) / (-2 * np.log(alpha)))
