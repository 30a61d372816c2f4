"""Training inside a subspace: what a fixed one leaves, what refreshed ones reach."""

from __future__ import annotations

from typing import Annotated

import numpy as np

from theory.domain import Count, Floats, In, NonNegative, NonNegativeVector, checked, refusal
from theory.low_rank_gradients.model import Moderate, Step, check_columns, check_shape, check_step, eigen

__all__ = ["projected_residual", "projection_floor", "random_refresh_loss", "refreshed_loss"]

Cycles = Annotated[int, In(0)]
UnitStep = Annotated[float, In(0.0, 1.0, open_low=True, open_high=True)]


@checked
def projected_residual(
    G0: Moderate, B: Moderate, C: Moderate, P: Moderate, eta: Step, t: Annotated[int, In(0)]
) -> Floats:
    r"""Return $R_t = P^\top G_t$ under the projected descent $W \leftarrow W + \eta PP^\top G$, G = A - B W C.

    $$R_t = \hat U\bigl[(\hat U^\top R_0V) \circ (1-\eta\hat\beta_i\gamma_j)^t\bigr]V^\top,
    \qquad P^\top BP = \hat U\,\mathrm{diag}(\hat\beta)\,\hat U^\top$$

    G0: (m, n); B: (m, m), C: (n, n), symmetric positive semidefinite; P: (m, r), orthonormal columns; entries up to
    1e30; 0 < eta < 1/(beta_max gamma_max); t >= 0. Returns (r, n). Raises ValueError outside these domains.

    Source: convergence, Zhao et al. 2024, arXiv:2403.03507 (recalled); closed form derived here.

    >>> projected_residual(np.eye(2), np.diag([1.0, 2.0]), np.eye(2), [[1.0], [0.0]], 0.25, 2)
    array([[0.5625, 0.    ]])
    """
    left, right = eigen("B", B), eigen("C", C)
    m = len(left.values)
    check_shape("G0", G0, (m, len(right.values)), "B and C")
    check_columns("P", P, m, "B")
    check_step(eta, left.values, right.values)
    inner = eigen("P'BP", P.T @ B @ P)
    start = inner.vectors.T @ (P.T @ G0) @ right.vectors
    factors = (1 - eta * np.outer(inner.values, right.values)) ** t
    return np.asarray(inner.vectors @ (start * factors) @ right.vectors.T)


@checked
def projection_floor(G0: Moderate, B: Moderate, P: Moderate) -> Floats:
    r"""Return the gradient that a descent inside the fixed columns of P never removes, for any positive definite C.

    $$G_\infty = \bigl(I - BP(P^\top BP)^{-1}P^\top\bigr)G_0$$
    It is not $(I-PP^\top)G_0$: an update inside P moves the gradient outside it through B.

    G0: (m, n); B: (m, m) symmetric positive semidefinite; P: (m, r), orthonormal columns, P'BP not singular; entries up
    to 1e30. Returns (m, n). Raises ValueError outside these domains.

    Source: derived here.

    >>> projection_floor([[1.0], [1.0]], [[2.0, 1.0], [1.0, 2.0]], [[1.0], [0.0]])
    array([[0. ],
           [0.5]])
    """
    eigen("B", B)
    check_shape("G0", G0, (len(B), G0.shape[1]), "B")
    check_columns("P", P, len(B), "B")
    inner = eigen("P'BP", P.T @ B @ P)
    if inner.values[0] == 0:
        raise refusal("P", P, f"such that P'BP is not singular, B = {B.tolist()}")
    return np.asarray(G0 - B @ P @ np.linalg.solve(P.T @ B @ P, P.T @ G0))


@checked
def refreshed_loss(s: NonNegativeVector, r: Count, T: Count, eta: UnitStep, cycles: Cycles) -> Floats:
    r"""Return the loss $\|G\|_F^2/2$ after each cycle of T steps in the top r left singular vectors of G, B = C = I.

    Every cycle multiplies the r largest singular values by $(1-\eta)^T$; they are sorted again.

    s: singular values >= 0 of G_0, any order; r: from 1 to their number; T >= 1; 0 < eta < 1; cycles >= 0. Returns
    (cycles + 1,). Raises ValueError outside these domains.

    Source: refresh of Zhao et al. 2024, arXiv:2403.03507 (recalled); closed form derived here.

    >>> refreshed_loss([5, 4, 3, 2, 1.5, 1, 0.5, 0.2], 2, 6, 0.2, 3).round(6)
    array([28.77    ,  9.678749,  3.625426,  1.777771])
    """
    if r > len(s):
        raise refusal("r", r, f"an integer from 1 to the number of singular values, {len(s)}")
    values, losses = np.sort(s)[::-1], []
    for _ in range(cycles + 1):
        losses.append(0.5 * float(values @ values))
        values = np.sort(np.concatenate([values[:r] * (1 - eta) ** T, values[r:]]))[::-1]
    return np.array(losses)


@checked
def random_refresh_loss(loss0: NonNegative, m: Count, r: Count, T: Count, eta: UnitStep, cycles: Cycles) -> Floats:
    r"""Return the expected loss after each cycle of T steps in a fresh uniformly random r-dimensional subspace.

    $$\mathrm{E}\,\mathrm{loss}_c = \mathrm{loss}_0\,\bigl[1 - \tfrac rm\bigl(1-(1-\eta)^{2T}\bigr)\bigr]^c$$

    With B = C = I. loss0 >= 0: $\|G_0\|_F^2/2$; m: rows, r: from 1 to m; T >= 1; 0 < eta < 1; cycles >= 0. Returns
    (cycles + 1,). Raises ValueError outside these domains.

    Source: derived here.

    >>> random_refresh_loss(1.0, 4, 1, 1, 0.5, 2)
    array([1.        , 0.8125    , 0.66015625])
    """
    if r > m:
        raise refusal("r", r, f"an integer from 1 to m = {m}")
    kept = 1 - r / m * (1 - (1 - eta) ** (2 * T))
    return np.asarray(loss0 * kept ** np.arange(cycles + 1))
