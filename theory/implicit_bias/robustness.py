"""Two-layer ReLU networks on orthogonal inputs: the least norm, and how near an adversary stands."""

from __future__ import annotations

import math
from typing import Annotated, Literal, NamedTuple

from theory.domain import Count, Divisor, Parsed, checked, integer, refusal

__all__ = [
    "UniversalPerturbation",
    "best_orthogonal_radius",
    "min_norm_cost",
    "orthogonal_radius",
    "universal_perturbation",
]


def _sign(name: str, value: object) -> int:
    try:
        label = integer(name, value, -1)
    except ValueError:
        label = 0
    if label not in (-1, 1):
        raise refusal(name, value, "1 or -1")
    return label


Label = Annotated[int, Parsed(_sign, "1 or -1")]
Solution = Literal["merged", "split", "threshold"]


class UniversalPerturbation(NamedTuple):
    """Coordinates along every x_i/R of the own class, and of the other."""

    own: float
    other: float


@checked
def min_norm_cost(m_pos: Count, m_neg: Count, norm: Divisor) -> float:
    r"""Return the least $\tfrac12\sum_j(|w_j|^2 + v_j^2)$ of $\sum_j v_j\mathrm{relu}(w_j^\top x)$ with all y f >= 1.

    $$(\sqrt{m_+} + \sqrt{m_-})/R,$$
    attained by one function: $\mathrm{relu}(g_+^\top x) - \mathrm{relu}(g_-^\top x)$, $g_\pm = \sum_\pm x_i/R^2$.

    m_pos, m_neg >= 1: orthogonal inputs of label 1 and -1; norm: R >= 1e-75, their length. Returns a number. Raises
    ValueError outside these domains.

    Source: derived here (setting of Vardi, Yehudai, Shamir 2022, arXiv:2202.04347).

    >>> round(min_norm_cost(3, 3, 1.0), 6)
    3.464102
    """
    return (math.sqrt(m_pos) + math.sqrt(m_neg)) / norm


@checked
def orthogonal_radius(m_pos: Count, m_neg: Count, norm: Divisor, solution: Solution, label: Label = 1) -> float:
    r"""Return the length of the smallest perturbation p of a training input with y f(x + p) <= 0.

    "merged", the function of least norm: $R/\sqrt m$; "split", $\sum_i y_i\mathrm{relu}(x_i^\top x)/R^2$:
    $R/\sqrt{1+m_-}$ for label 1 and $R/\sqrt{1+m_+}$ for -1; "threshold",
    $2\sum_i y_i\mathrm{relu}(x_i^\top x/R^2 - \tfrac12)$: R/2.

    m_pos, m_neg >= 1: orthogonal inputs of label 1 and -1; norm: R >= 1e-75; solution: one of the words; label: 1 or
    -1. Returns a number. Raises ValueError outside these domains.

    Source: Vardi, Yehudai, Shamir 2022, arXiv:2202.04347 (recalled, up to constants); constants derived here.

    >>> round(orthogonal_radius(4, 6, 1.5, "merged"), 7), round(orthogonal_radius(4, 6, 1.5, "split", label=-1), 7)
    (0.4743416, 0.6708204)
    """
    if solution == "threshold":
        return norm / 2
    return norm / math.sqrt(m_pos + m_neg if solution == "merged" else 1 + (m_neg if label == 1 else m_pos))


@checked
def universal_perturbation(m_pos: Count, m_neg: Count, norm: Divisor, label: Label = 1) -> UniversalPerturbation:
    r"""Return one perturbation of length $R/\sqrt m$ that takes every input of a class to f = 0 in "merged".

    $$p = \frac Rm\Bigl(\sum_{other}\frac{x_i}{R} - \sum_{own}\frac{x_i}{R}\Bigr)$$

    m_pos, m_neg >= 1; norm: R >= 1e-75; label: 1 or -1, whose inputs are taken there: for -1 it is minus that for 1, so
    that the coordinates along the own and the other class are the same. Returns fields own, other: the coordinates.
    Raises ValueError outside these domains.

    Source: as `orthogonal_radius`.

    >>> universal_perturbation(3, 3, 1.5)
    UniversalPerturbation(own=-0.25, other=0.25)
    """
    return UniversalPerturbation(-norm / (m_pos + m_neg), norm / (m_pos + m_neg))


@checked
def best_orthogonal_radius(norm: Divisor) -> float:
    r"""Return $R/\sqrt2$, half the distance of two orthogonal inputs: no classifier has a larger radius at both.

    norm: R >= 1e-75. Returns a number. Raises ValueError outside this domain.

    Source: elementary.

    >>> round(best_orthogonal_radius(1.0), 6)
    0.707107
    """
    return norm / math.sqrt(2)
