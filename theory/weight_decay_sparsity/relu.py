"""What weight decay costs a two-layer ReLU network of one input: total variation of the slope, and a little more."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from theory.domain import Floats, In, Integers, NonNegative, Vector, checked, refusal

__all__ = ["relu_decay_minimum", "relu_function_cost", "relu_interpolation_cost"]


@checked
def relu_function_cost(slopes: Annotated[Floats, In(ndim=1)]) -> float:
    r"""Return the least $\frac12\sum_j(v_j^2+w_j^2)$ of $f(x) = c + \sum_j v_j(w_jx+b_j)_+$, any number of units.

    $$\max\Bigl(\int|f''|,\ |f'(-\infty)+f'(+\infty)|\Bigr) = \max\Bigl(\sum_k|m_{k+1}-m_k|,\ |m_0+m_K|\Bigr)$$

    for a piecewise linear f of slopes $m_0, \dots, m_K$ from left to right; biases are not penalised.

    slopes: real numbers (K + 1,), K >= 0 (a line). Returns a number. Raises ValueError for other arrays.

    Source: Savarese, Evron, Soudry, Srebro 2019, arXiv:1902.05040 (recalled).

    >>> relu_function_cost([0.0, 1.0, 0.0]), relu_function_cost([1.0])
    (2.0, 2.0)
    """
    return float(max(np.sum(np.abs(np.diff(slopes))), abs(slopes[0] + slopes[-1])))


def _slopes(x: Floats, y: Floats) -> tuple[Integers, Floats]:
    """Order of the points, and slopes between neighbours."""
    if x.size != y.size:
        raise refusal("y", y, f"{x.size} numbers, one for each of x")
    order = np.argsort(x)
    gaps = np.diff(x[order])
    if (gaps <= 0).any():
        raise refusal("x", x, "distinct real numbers")
    return order, np.diff(y[order]) / gaps


@checked
def relu_interpolation_cost(x: Vector, y: Vector) -> float:
    r"""Return the least $\frac12\sum_j(v_j^2+w_j^2)$ of a two-layer ReLU network through all points (x_i, y_i).

    $$\max\bigl(T,\ \tfrac12(T + |s_1 + s_{n-1}|)\bigr),\qquad T = \sum_i|s_{i+1}-s_i|,$$

    $s_i$ the slopes between neighbours. The second applies to data that are nearly a line: bending the function beyond
    the data by d costs d in the first term of `relu_function_cost` and saves d in the second.

    x: distinct real numbers (n,), in any order; y (n,); n >= 1. Returns a number, 0 for one point. Raises ValueError
    outside these domains.

    Source: derived here from `relu_function_cost`; without the second term Parhi, Nowak 2020, arXiv:2006.05626
    (recalled).

    >>> relu_interpolation_cost([0.0, 1.0, 2.0], [0.0, 1.0, 0.0]), relu_interpolation_cost([0.0, 2.0], [0.0, 1.0])
    (2.0, 0.5)
    """
    _, slopes = _slopes(x, y)
    if not slopes.size:
        return 0.0
    total = float(np.sum(np.abs(np.diff(slopes))))
    return max(total, 0.5 * (total + abs(float(slopes[0] + slopes[-1]))))


def _gradient(x: Floats, y: Floats) -> Floats:
    """Derivative of the interpolation cost by y, NaN where it has none."""
    order, slopes = _slopes(x, y)
    bends, ends = np.diff(slopes), float(slopes[0] + slopes[-1])
    total = float(np.sum(np.abs(bends)))
    if (bends == 0).any() or total == abs(ends):
        return np.full(x.size, np.nan)
    by_slope = np.diff(np.concatenate([[0.0], -np.sign(bends), [0.0]]))
    if abs(ends) > total:
        by_slope *= 0.5
        by_slope[0] += 0.5 * np.sign(ends)
        by_slope[-1] += 0.5 * np.sign(ends)
    weights = by_slope / np.diff(x[order])
    found = np.empty(x.size)
    found[order] = np.diff(np.concatenate([[0.0], -weights, [0.0]]))
    return found


@checked
def relu_decay_minimum(x: Vector, y: Vector, lam: NonNegative) -> float:
    r"""Return the least loss with weight decay over two-layer ReLU networks f of one input, for small weight decay.

    $$\min_f \tfrac12\sum_i(f(x_i)-y_i)^2 + \frac\lambda2\sum_j(v_j^2+w_j^2)
    = \lambda R(y) - \tfrac12\lambda^2|\nabla R(y)|^2,$$

    R of `relu_interpolation_cost`: it is linear near y, and the fit is $y - \lambda\nabla R(y)$.

    x: distinct real numbers (n,), n >= 2; y (n,); lam >= 0, so small that the fit bends the same way everywhere.
    Returns a number. Raises ValueError outside these domains: also where two neighbouring slopes are equal.

    Source: derived here.

    >>> round(relu_decay_minimum([0.0, 1.0, 2.0], [0.0, 1.0, 0.0], 0.01), 6)  # gradient -1, 2, -1
    0.0197
    """
    if x.size < 2:
        raise refusal("x", x, "two distinct real numbers or more")
    slope = _gradient(x, y)
    if np.isnan(slope).any():
        raise refusal("y", y, "values at which neighbouring slopes differ")
    if lam > 0 and not np.array_equal(np.round(_gradient(x, y - lam * slope) - slope, 9), np.zeros(x.size)):
        raise refusal("lam", lam, "so small that the fit keeps the bends of the data")
    return lam * relu_interpolation_cost(x, y) - 0.5 * lam * lam * float(slope @ slope)
