"""Two tasks that differ by a random rotation of a random subspace: similarity against over-parameterization."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Annotated, Any, NamedTuple

import numpy as np

from theory.catastrophic_forgetting.rotation_tables import OUTPUT, TEACHER, WEIGHTS, Rows
from theory.catastrophic_forgetting.two_tasks import Value, scalar
from theory.domain import Counts, Floats, In, Integers, Matrix, NonNegatives, Shares, Vector, checked, refusal

Columns = Annotated[Integers, In(4)]
Turned = Annotated[Integers, In(2)]


class TaskNorms(NamedTuple):
    """||y||^2, ||X||_F^2 and ||X^+ y||^2 of a task: all of it that matters under random rotations."""

    y_norm2: float
    x_frob2: float
    w1_norm2: float


@checked
def task_norms(X: Matrix, y: Vector) -> TaskNorms:
    r"""Return $\|y\|^2$, $\|X\|_F^2$ and $\|X^+y\|^2$ of a task, as `goldfarb_forgetting` takes them.

    X: data (d, p); y: labels (d,). Returns fields y_norm2, x_frob2, w1_norm2. Raises ValueError outside the domain.

    Source: elementary.

    >>> task_norms([[2.0, 0.0, 0.0]], [4.0])
    TaskNorms(y_norm2=16.0, x_frob2=4.0, w1_norm2=4.0)
    """
    if len(X) != len(y):
        raise ValueError(f"y has {len(y)} entries: must have one for each of {len(X)} rows of X")
    w1 = np.linalg.lstsq(X, y, rcond=None)[0]
    return TaskNorms(float(y @ y), float(np.sum(X * X)), float(w1 @ w1))


def _horner(coefficients: Any, x: int) -> int:
    """Evaluate a polynomial with ascending coefficients in exact integers."""
    value = 0
    for c in reversed(coefficients):
        value = value * x + c
    return value


def _rows(table: Rows, m: int, p: int) -> int:
    return _horner([_horner(row, p) for row in table], m)


def _denominator(p: int) -> int:
    return prod(p + shift for shift in (-3, -2, -1, 0, 1, 2, 4, 6))


# Integer numerators of either sign cancel to a small rest: Python integers keep every digit, and the quotient of two of
# them is rounded once.
def _output(p: int, d: int, m: int) -> float:
    return _horner([_rows(t, m, p) for t in OUTPUT], d) / _denominator(p)


def _weights(p: int, d: int, m: int) -> float:
    return _horner([_rows(t, m, p) for t in WEIGHTS], d) / _denominator(p)


def _teacher(p: int, d: int, m: int) -> float:
    return (_rows(TEACHER, m, p) - d * (p - d) * _rows(WEIGHTS[2], m, p)) / _denominator(p)


def _exactly(function: Callable[[int, int, int], float], p: Integers, d: Integers, m: Integers) -> Floats:
    values = [function(int(a), int(b), int(c)) for a, b, c in zip(p.ravel(), d.ravel(), m.ravel(), strict=True)]
    return np.array(values).reshape(p.shape)


def _check_sizes(p: Integers, d: Integers, m: Integers) -> None:
    if (d > p - 1).any():
        raise refusal("d", d, "an integer from 1 to p - 1")
    if (m > p).any():
        raise refusal("m", m, "an integer from 2 to p")


@checked(broadcast=True)
def goldfarb_forgetting(
    p: Columns, d: Counts, m: Turned, y_norm2: NonNegatives, x_frob2: NonNegatives, w1_norm2: NonNegatives
) -> Value:
    r"""Return the expected loss on task 1 after task 2, which has the same labels on randomly rotated data.

    Task 1 is (X, y), X of rank d with p columns; task 2 is (X O, y), O a Haar rotation of a random m-dimensional
    subspace. $E\|X w_2 - y\|^2 = A(p,d,m)\|y\|^2 + B(p,d,m)\|X\|_F^2\|X^+ y\|^2$ with rational functions A, B,
    evaluated in exact integers. For m = p, with $c = d(p-d)/(p(p-1)(p+2))$: $A = d(d+2)/(p(p+2)) - c$, $B = 1/p + c$.

    p: parameters >= 4; d: rank from 1 to p - 1; m: rotated dimensions from 2 to p; y_norm2: $\|y\|^2$; x_frob2:
    $\|X\|_F^2$; w1_norm2: $\|X^+ y\|^2$, all >= 0; they broadcast. Returns the loss (not divided by the number of
    rows). Raises ValueError outside the domain.

    Source: model of Goldfarb, Evron, Weinberger, Soudry, Hand 2024, arXiv:2401.12617 (recalled); A, B derived here.

    >>> round(goldfarb_forgetting(p=20, d=8, m=8, y_norm2=1.0, x_frob2=8.0, w1_norm2=1.0), 4)
    0.1323
    """
    _check_sizes(p, d, m)
    A, B = _exactly(_output, p, d, m), _exactly(_weights, p, d, m)
    return scalar(A * y_norm2 + B * x_frob2 * w1_norm2)


@checked(broadcast=True)
def goldfarb_asymptotic(alpha: Shares, beta: Shares) -> Value:
    r"""Return the large-p limit of the relative forgetting $E\|X w_2 - y\|^2/\|y\|^2$ for equal singular values.

    With alpha = m/p (1 - alpha is the similarity) and beta = 1 - d/p (over-parameterization), it is
    $A + (1 - \beta)pB$, $A = \alpha^2(1 - 2\beta + \alpha\beta)^2$, $pB = \alpha[2 - 6\beta + 6\beta^2
    - \alpha(1 - 14\beta + 20\beta^2) - \alpha^2(8\beta - 18\beta^2) + \alpha^3(\beta - 5\beta^2)]$: for
    $\beta\to1$ it is $\alpha^2(1 - \alpha)^2$, largest at intermediate similarity; for $\beta\to0$ it is $2\alpha$.

    alpha, beta: in [0, 1]; they broadcast. Returns the relative forgetting; the error at finite p is O(1/p).
    Raises ValueError outside the domain.

    Source: derived here; phenomenon of Goldfarb et al. 2024, arXiv:2401.12617 (abstract seen).

    >>> goldfarb_asymptotic(alpha=0.5, beta=1.0)
    0.0625
    """
    a, b = alpha, beta
    output = a**2 * (1 - 2 * b + a * b) ** 2
    first = 2 - 6 * b + 6 * b**2 - a * (1 - 14 * b + 20 * b**2)
    weights = a * (first - a**2 * (8 * b - 18 * b**2) + a**3 * (b - 5 * b**2))
    return scalar(output + (1 - b) * weights)


@checked(broadcast=True)
def shared_teacher_forgetting(
    p: Columns, d: Counts, m: Turned, x_frob2: NonNegatives, p1w_norm2: NonNegatives
) -> Value:
    r"""Return the expected loss on task 1 after task 2, whose labels come from the same teacher on rotated data.

    As `goldfarb_forgetting`, but $y_1 = X w^*$, $y_2 = X O w^*$: $E\|X w_2 - y_1\|^2 = (\|X\|_F^2/d) f(p,d,m)
    \|P_1 w^*\|^2$ with a rational function f (exact integers). For m = p, $f = d^2(p-d)/(p(p-1)(p+2))$.

    p: parameters >= 4; d: rank from 1 to p - 1; m: rotated dimensions from 2 to p; x_frob2: $\|X\|_F^2 \ge 0$;
    p1w_norm2: $\|P_1 w^*\|^2 \ge 0$, the part of the teacher that task 1 does not see; they broadcast.
    Returns the loss (not divided by the number of rows). Raises ValueError outside the domain.

    Source: derived here (orthogonal Weingarten calculus of degree 4).

    >>> round(shared_teacher_forgetting(p=10, d=4, m=5, x_frob2=4.0, p1w_norm2=1.0), 6)
    0.070491
    """
    _check_sizes(p, d, m)
    return scalar(_exactly(_teacher, p, d, m) * x_frob2 * p1w_norm2)


@checked(broadcast=True)
def shared_teacher_asymptotic(alpha: Shares, beta: Shares) -> Value:
    r"""Return the large-p limit of f of `shared_teacher_forgetting`.

    $f \to \alpha(1 - \beta)[2 - 5\alpha + 4\alpha^2 - \alpha^3
    - \beta(1 - \beta)(6 - 20\alpha + 18\alpha^2 - 5\alpha^3)]$, alpha = m/p, beta = 1 - d/p.

    alpha, beta: in [0, 1]; they broadcast. Returns the limit; the error at finite p is O(1/p).
    Raises ValueError outside the domain.

    Source: derived here.

    >>> shared_teacher_asymptotic(alpha=1.0, beta=0.5)
    0.125
    """
    a, b = alpha, beta
    outer = 2 - 5 * a + 4 * a**2 - a**3
    inner = 6 - 20 * a + 18 * a**2 - 5 * a**3
    return scalar(a * (1 - b) * (outer - b * (1 - b) * inner))
