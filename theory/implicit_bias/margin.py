"""Gradient flow on a loss of margins with an exponential tail: its limit, its next order, and a bound of its loss."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from theory.domain import Floats, Matrix, NonNegatives, Positive, checked, refusal
from theory.max_margin import separator

__all__ = ["MarginLaw", "MarginPath", "exp_loss_bound", "margin_law", "margin_path"]


class MarginLaw(NamedTuple):
    """The constants of `margin_law`: floats, and alpha (n,), zero off the support."""

    gamma: float
    alpha: Floats
    loss_constant: float
    margin_gap_constant: float
    direction_gap_constant: float | None
    rate: float


class MarginPath(NamedTuple):
    """The late flow at the times e^s, (...) each, and weights (..., d); None unless the support vectors span."""

    loss_times_t: Floats
    along: Floats
    least: Floats
    margin: Floats | None
    direction_gap: Floats | None
    weights: Floats | None


class _Support(NamedTuple):
    rows: Floats
    alpha: Floats
    where: NDArray[np.bool]
    spans: bool


def _support(rows: Floats) -> _Support:
    """The support vectors and their multipliers, exact on the active set."""
    found = separator(rows)
    if found is None:
        raise refusal("rows", rows, "separable: some w with rows w > 0")
    where = found.dual > 0
    chosen = rows[where]
    alpha = np.linalg.lstsq(chosen @ chosen.T, np.ones(len(chosen)), rcond=None)[0]
    margins = rows @ (chosen.T @ alpha)
    others = margins[~where].min(initial=np.inf)
    generic = (alpha > 0).all() and np.abs(margins[where] - 1).max() < 1e-8 and others > 1 + 1e-8
    if not generic or np.linalg.matrix_rank(chosen) < len(chosen):
        raise refusal("rows", rows, "in general position: support vectors independent, their multipliers positive")
    return _Support(chosen, alpha, where, np.linalg.matrix_rank(rows) == len(chosen))


@checked
def margin_law(rows: Matrix) -> MarginLaw:
    r"""Return how gradient flow on separable data comes to the maximum margin.

    $$tL \to \gamma^{-2},\quad
    (\gamma - m)\log t \to \gamma\bigl(\max_i\log\alpha_i - \gamma^2\sum\alpha_i\log\alpha_i\bigr),\quad
    \|\tfrac{w}{\|w\|} - u\|\log t \to \gamma\|(I - uu^\top)\tilde w\|$$
    for $L = \sum_i \ell(a_i^\top w)$, $\ell = e^{-m}$ or $\log(1 + e^{-m})$, no intercept; m is the least $a_i^\top
    w/\|w\|$, $u = \gamma w_{svm}$, $w_{svm} = \sum \alpha_i a_i$ the shortest w with all $a_i^\top w \ge 1$, and
    $\tilde w$ the shortest with $a_i^\top\tilde w = -\log\alpha_i$ on support vectors. From there the flow's own
    distance falls like a power of t.

    rows: A (n, d), rows $a_i = y_i x_i$. Returns fields gamma (the margin 1/|w_svm|), alpha (n,), loss_constant,
    margin_gap_constant, direction_gap_constant (None unless the support vectors span what all rows span), rate: the
    least eigenvalue, at most 1, of $A_S^\top \mathrm{diag}(\alpha) A_S$ on the span of the support vectors, with which
    their margins settle, $t^{-rate}$. Raises ValueError unless some w has A w > 0 and no support vector is degenerate.

    Source: Soudry, Hoffer, Nacson, Gunasekar, Srebro 2018, arXiv:1710.10345, Theorem 3 (recalled); constants and rate
    derived here.

    >>> law = margin_law([[1.0, 0.2], [0.6, 1.0]])
    >>> round(law.loss_constant, 5), round(law.margin_gap_constant, 4)
    (1.03306, 0.2501)
    """
    chosen, alpha, where, spans = _support(rows)
    total = float(alpha.sum())
    gamma = total**-0.5
    logs = np.log(alpha)
    mean = float(alpha @ logs) / total
    full = np.zeros(len(rows))
    full[where] = alpha
    root = np.sqrt(alpha)
    direction = None
    if spans:
        offset = np.linalg.lstsq(chosen, -logs, rcond=None)[0]
        u = gamma * (alpha @ chosen)
        direction = gamma * float(np.linalg.norm(offset - (u @ offset) * u))
    rate = float(np.linalg.eigvalsh(root[:, None] * (chosen @ chosen.T) * root)[0])
    return MarginLaw(gamma, full, total, gamma * float(logs.max() - mean), direction, rate)


@checked
def margin_path(rows: Matrix, s: NonNegatives) -> MarginPath:
    r"""Return the late gradient flow at time $t = e^s$, without expansion in 1/s.

    $$tL = \gamma^{-2},\quad u^\top w = s/\gamma - \gamma\sum\alpha_i\log\alpha_i,\quad
    \min_i a_i^\top w = s - \max_i\log\alpha_i,\quad w = w_{svm}s + \tilde w,$$
    up to powers of t: $t^{-rate}$, $t^{1-\theta}$ with the next margin $\theta > 1$ off the support, and 1/t. The last
    form, and what follows from it, holds where the support vectors span what the rows span.

    rows: (n, d), as in `margin_law`; s >= 0, any shape: logarithms of times. Returns fields loss_times_t, along (the
    length of w in the direction u), least (margin not divided by a length), margin (divided by |w|), direction_gap
    (|w/|w| - u|), weights; the last three are None unless the support vectors span. Raises ValueError as `margin_law`.

    Source: derived here from $e^{-a_i^\top\tilde w} = \alpha_i$ (`margin_law`).

    >>> path = margin_path([[1.0, 0.2], [0.6, 1.0]], 60.0)
    >>> path.weights.round(4), round(float(path.margin), 5)
    (array([54.6476, 28.3829]), 0.97963)
    """
    law = margin_law(rows)
    chosen = rows[law.alpha > 0]
    alpha = law.alpha[law.alpha > 0]
    logs = np.log(alpha)
    along = s / law.gamma - law.gamma * float(alpha @ logs)
    least = s - logs.max()
    constant = np.full(s.shape, law.loss_constant)[()]
    if law.direction_gap_constant is None:
        return MarginPath(constant, along[()], least[()], None, None, None)
    svm = alpha @ chosen
    weights = s[..., None] * svm + np.linalg.lstsq(chosen, -logs, rcond=None)[0]
    length = np.linalg.norm(weights, axis=-1)
    gap = np.linalg.norm(weights / length[..., None] - law.gamma * svm, axis=-1)
    return MarginPath(constant, along[()], least[()], (least / length)[()], gap[()], weights)


@checked
def exp_loss_bound(t: NonNegatives, gamma: Positive, loss0: Positive) -> Floats:
    r"""Return the bound $L(t) \le 1/(1/L(0) + \gamma^2 t)$ of the exponential loss under gradient flow.

    Because $\|\nabla L\| \ge \gamma L$; attained by a single sample, and by all data as t grows.

    t >= 0: times, any shape; gamma > 0: the maximum margin, not normalised by the size of the data; loss0 > 0: the loss
    (a sum over samples) at time 0. Returns an array of the shape of t. Raises ValueError outside these domains.

    Source: standard argument; constant derived here.

    >>> exp_loss_bound([0.0, 10.0], 0.5, 3.0).round(5)
    array([3.     , 0.35294])
    """
    with np.errstate(over="ignore"):
        return (1 / (1 / loss0 + gamma * (gamma * t)))[()]
