"""Two tasks learned in turn: forgetting as a function of the principal angles between them."""

from __future__ import annotations

import math
from typing import Annotated, Any, NamedTuple

import numpy as np

from theory.domain import Floats, In, Integers, NonNegatives, checked, refusal

Value = float | Floats
Steps = Annotated[Integers, In(2)]
Angles = Annotated[Floats, In(0.0, math.pi / 2)]


class WorstAngle(NamedTuple):
    """The largest possible forgetting and the angle at which it is reached."""

    value: Value
    theta: Value


def _check_even(k: Integers) -> None:
    if (k % 2).any():
        raise refusal("k", k, "even (whole passes over the two tasks)")


def scalar(value: Any) -> Value:
    """Return a zero-dimensional array as a float, any other array as it is."""
    return float(value) if np.ndim(value) == 0 else value


@checked
def two_task_forgetting(theta: Angles, k: Steps, weights: NonNegatives | None = None) -> Value:
    r"""Return the forgetting after k steps 1, 2, 1, 2, ... on two tasks with a shared teacher.

    The loss is averaged over both tasks:
    $F(k) = \frac12\sum_i a_i^2\cos(\theta_i)^{2(k-1)}\sin(\theta_i)^2$; for the worst teacher of norm 1 the sum becomes
    the maximum over i.

    theta: principal angles between the tasks' row spaces, in [0, pi/2], along the last axis (a number is one angle);
    k: even numbers of steps >= 2; weights: $a_i^2 \ge 0$, the squared coefficients of $P_1 w^*$ on the principal
    vectors of null(X_1), along the last axis, or None for the worst teacher. The other axes broadcast with k.
    Returns the forgetting, a number where all are. Raises ValueError outside the domain.

    Source: Evron, Moroshko, Ward, Srebro, Soudry 2022, arXiv:2205.09588, two-task section (exact form derived here).

    >>> two_task_forgetting(math.pi / 4, k=2)
    0.125
    """
    _check_even(k)
    angles, steps = np.atleast_1d(theta), k[..., None]
    per_angle = np.cos(angles) ** (2 * (steps - 1)) * np.sin(angles) ** 2
    if weights is None:
        return scalar(0.5 * np.max(per_angle, axis=-1))
    shares = np.atleast_1d(weights)
    if shares.shape[-1] != angles.shape[-1]:
        raise ValueError(f"weights has {shares.shape[-1]} entries: must have one for each of {angles.shape[-1]} angles")
    try:
        return scalar(0.5 * np.sum(shares * per_angle, axis=-1))
    except ValueError:
        raise ValueError(f"weights has shape {shares.shape}: must broadcast with theta {angles.shape} and k") from None


@checked
def two_task_forgetting_max(k: Steps) -> WorstAngle:
    r"""Return the largest forgetting of any two tasks and any teacher of norm 1, and its angle.

    $F_{\max}(k) = \frac1{2k}(1 - 1/k)^{k-1}$ at $\cos^2\theta = 1 - 1/k$, between $1/(2ek)$ and $1/(2e(k-1))$.

    k: even numbers of steps >= 2. Returns fields value, theta. Raises ValueError outside the domain.

    Source: derived here; Evron, Moroshko, Ward, Srebro, Soudry 2022, arXiv:2205.09588, give the bound 1/(2e(k-1))
    (recalled).

    >>> two_task_forgetting_max(2).value
    0.125
    """
    _check_even(k)
    value = np.exp((k - 1) * np.log1p(-1 / k)) / (2 * k)
    return WorstAngle(scalar(value), scalar(np.arcsin(1 / np.sqrt(k))))


@checked
def offline_distance(theta: Angles, k: Steps) -> Value:
    r"""Return the worst squared distance to the offline solution after k steps on two tasks, for teachers of norm 1.

    $\|e_k - P_\cap e_0\|^2 = \cos(\theta_F)^{2(k-1)}$, $\theta_F$ the smallest nonzero (Friedrichs) angle and
    $P_\cap$ the projection on the intersection of the null spaces; 0 if no angle is nonzero.

    theta: principal angles in [0, pi/2]; k: even numbers of steps >= 2. Returns the distance, shaped like k.
    Raises ValueError outside the domain.

    Source: Evron, Moroshko, Ward, Srebro, Soudry 2022, arXiv:2205.09588 (recalled).

    >>> round(offline_distance([0.0, math.pi / 4], k=2), 12)
    0.5
    """
    _check_even(k)
    nonzero = theta[theta > 0]
    if nonzero.size == 0:
        return scalar(np.zeros(k.shape))
    return scalar(np.cos(nonzero.min()) ** (2 * (k - 1)))
