"""The gradient of a bilinear model along gradient descent: its spectrum at every step, and its way to rank one."""

from __future__ import annotations

import math
from typing import Annotated, NamedTuple

import numpy as np

from theory.domain import Floats, In, checked, refusal
from theory.low_rank_gradients.model import Moderate, Step, check_shape, check_step, eigen

__all__ = ["GradientTrajectory", "gradient_trajectory", "kappa_constant", "kappa_rate"]

Steps = Annotated[int, In(0)]
PositiveSpectrum = Annotated[Floats, In(0.0, 1e30, open_low=True, ndim=1)]


class GradientTrajectory(NamedTuple):
    """Rows t = 0, ..., steps: singular values (T, min(m, n)), descending; stable rank and kappa, (T,)."""

    singular_values: Floats
    stable_rank: Floats
    kappa: Floats


@checked
def gradient_trajectory(
    A: Moderate, B: Moderate, C: Moderate, W0: Moderate, eta: Step, steps: Steps
) -> GradientTrajectory:
    r"""Return the spectrum of $G_t = A - BW_tC$ under $W_{t+1} = W_t + \eta G_t$, at every step.

    $$G_{t+1} = G_t - \eta BG_tC, \qquad (U^\top G_tV)_{ij} = (1-\eta\beta_i\gamma_j)^t\,(U^\top G_0V)_{ij}$$
    $$\mathrm{sr} = \|G\|_F^2/\|G\|_2^2, \qquad \kappa = 1 - \|G\|_2^2/\|G\|_F^2$$

    A, W0: (m, n); B: (m, m) and C: (n, n), symmetric positive semidefinite, of eigenpairs (beta_i, u_i), (gamma_j,
    v_j); entries up to 1e30; 0 < eta < 1/(beta_max gamma_max); steps >= 0. Entries are taken relative to the largest,
    so that stable_rank and kappa outlive the underflow of G; kappa below 1e-30 is rounding. Returns fields
    singular_values (steps + 1, min(m, n)), stable_rank, kappa (steps + 1,). Raises ValueError outside these domains
    and where G_0 = 0.

    Source: gradient model of Zhao et al. 2024, arXiv:2403.03507 (recalled); spectrum derived here.

    >>> found = gradient_trajectory([[2.0, 1.0], [1.0, 0.0]], np.diag([0.5, 1.0]), np.eye(2), np.zeros((2, 2)), 0.5, 9)
    >>> found.stable_rank[[0, 3, 9]].round(6)
    array([1.029437, 1.003415, 1.000027])
    """
    left, right = eigen("B", B), eigen("C", C)
    shape = (len(left.values), len(right.values))
    check_shape("A", A, shape, "B and C")
    check_shape("W0", W0, shape, "B and C")
    check_step(eta, left.values, right.values)
    G0 = A - B @ W0 @ C
    if not np.any(G0):
        raise ValueError("A = B W0 C: must leave a gradient A - B W0 C that is not 0")
    H0 = left.vectors.T @ G0 @ right.vectors
    with np.errstate(divide="ignore"):
        size = np.log(np.abs(H0))
    decay = np.log1p(-eta * np.outer(left.values, right.values))
    rows = []
    for t in range(steps + 1):
        now = size + t * decay
        scale = float(now.max())
        rows.append((scale, np.linalg.svd(np.sign(H0) * np.exp(now - scale), compute_uv=False)))
    scales, relative = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    energy = (relative / relative[:, :1]) ** 2
    rest = energy[:, 1:].sum(axis=1)
    return GradientTrajectory(relative * np.exp(scales)[:, None], 1 + rest, rest / (1 + rest))


@checked
def kappa_rate(beta: PositiveSpectrum, gamma: PositiveSpectrum, eta: Step) -> float:
    r"""Return the slope a step of log kappa, and of log(sr - 1), once the gradient is almost of rank one.

    $$2\log q, \qquad q = \frac{(1-\eta\beta_1\gamma_2)(1-\eta\beta_2\gamma_1)}{(1-\eta\beta_1\gamma_1)^2}$$
    The product of the rates of row and column: rank one is reached faster than one product of eigenvalues decays
    against the next.

    beta, gamma: eigenvalues > 0, ascending, two or more, the smallest simple; 0 < eta < 1/(beta_max gamma_max). Returns
    a negative float. Raises ValueError outside these domains.

    Source: the limit, Refael et al. 2024, arXiv:2410.17881, Lemma 1 (recalled); exponent derived here.

    >>> round(kappa_rate([0.5, 0.8, 1.1, 1.4], [0.6, 0.9, 1.2], 0.5 / 1.68), 5)
    -0.22177
    """
    for name, values in (("beta", beta), ("gamma", gamma)):
        if len(values) < 2 or np.any(np.diff(values) < 0) or values[0] == values[1]:
            raise refusal(name, values, "two or more numbers in increasing order, the smallest of them simple")
    check_step(eta, beta, gamma)
    logs = [math.log1p(-eta * float(b) * float(g)) for b, g in ((beta[0], gamma[1]), (beta[1], gamma[0]))]
    return 2 * (sum(logs) - 2 * math.log1p(-eta * float(beta[0] * gamma[0])))


@checked
def kappa_constant(H0: Annotated[Floats, In(-1e15, 1e15, ndim=2)]) -> float:
    r"""Return the constant of $\kappa_t \sim (h_{12}h_{21}/h_{11}^2)^2\,q^{2t}$, with q of `kappa_rate`.

    H0: U'G_0V, (m, n) with m, n >= 2, eigenvectors in ascending order; h_11 not 0; entries up to 1e15. h_22 plays no
    part: its product with h_11 decays faster. Raises ValueError outside these domains.

    Source: derived here.

    >>> kappa_constant([[2.0, 1.0], [3.0, 5.0]])
    0.5625
    """
    if min(H0.shape) < 2:
        raise ValueError(f"H0 = array of shape {H0.shape}: must have two rows and two columns at least")
    if H0[0, 0] == 0:
        raise refusal("H0", H0, "a matrix whose first entry is not 0")
    return float((H0[0, 1] / H0[0, 0]) * (H0[1, 0] / H0[0, 0])) ** 2
