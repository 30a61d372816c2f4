r"""Norms of the layers of a homogeneous net: their balance in time, their values at rest, the residual that stays.

Loss $\tfrac1{2N}\sum_i\|f_i-y_i\|^2 + \tfrac\lambda2\sum_l\|W_l\|_F^2$, no biases, L layers; $\bar f$ is the net with
layers of unit norm, $f = \rho\bar f$, $\rho = \prod_l\|W_l\|_F$.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np

from theory.domain import (
    Divisors,
    Floats,
    In,
    Integers,
    NonNegative,
    NonNegatives,
    Parsed,
    Reals,
    checked,
    reals,
    refusal,
)  # fmt: skip

__all__ = ["balance_gap", "norm_identity_residual", "quasi_interpolation_margin"]

_LAYERS = "a non-empty sequence of matrices of real numbers, one a layer"
_NEWTON = 40


@checked(broadcast=True)
def balance_gap(delta0: Reals, t: NonNegatives, lam: NonNegatives) -> Floats:
    r"""Return the difference of squared norms of a neuron's incoming and outgoing weights after gradient flow.

    $$\Delta_j(t) = \|\mathrm{in}_j\|^2 - \|\mathrm{out}_j\|^2 = e^{-2\lambda t}\Delta_j(0)$$
    for any data and loss and the penalty $\tfrac\lambda2\sum_l\|W_l\|_F^2$; a decayed bias counts with the incoming
    weights, $\Delta_j = \|\mathrm{in}_j\|^2 + b_j^2 - \|\mathrm{out}_j\|^2$. Sums over a layer's neurons and, for
    linear activations, the matrix $W_{l+1}^\top W_{l+1} - W_lW_l^\top$ follow the same law.

    delta0: gaps at time 0; t >= 0: times of the flow (number of steps times their size); lam >= 0; they broadcast.
    Returns an array of their shape. SGD written as (1 - 2 mu lam) W - mu grad has made t = 2 mu a step.
    Raises ValueError outside these domains.

    Source: lam = 0: Du, Hu, Lee 2018, arXiv:1806.00900 (recalled); with decay derived here.

    >>> balance_gap([2.0, -1.0], 10.0, 0.05).round(6)
    array([ 0.735759, -0.367879])
    """
    return np.asarray(delta0 * np.exp(-2 * lam * t))[()]


def _layers(name: str, value: Any) -> list[Floats]:
    try:
        found = [reals(name, layer, ndim=2) for layer in value]
    except (TypeError, ValueError):
        raise refusal(name, value, _LAYERS) from None
    if not found:
        raise refusal(name, value, _LAYERS)
    return found


@checked
def norm_identity_residual(
    weights: Annotated[list[Floats], Parsed(_layers, _LAYERS)], f: Reals, y: Reals, lam: NonNegative
) -> Floats:
    r"""Return how far each layer is from the norm that a stationary point of square loss with decay gives it.

    $$\lambda\|W_l\|_F^2 - v, \qquad v = \frac1N\sum_i\langle y_i - f_i, f_i\rangle$$
    It is the derivative of the loss (halved, with $\tfrac\lambda2\sum_l\|W_l\|_F^2$) by the logarithm of the layer's
    scale: 0 for every layer at every stationary point of a net without biases.

    weights: the layers, matrices of any shapes; f, y: outputs and targets of the training set, (N,) or (N, outputs), of
    one shape (v divides by N alone); lam >= 0. Returns (layers,), signed. Raises ValueError outside these domains.

    Source: derived here; rho at equilibrium in Xu et al. 2023, Research (recalled).

    >>> norm_identity_residual([[[2.0]], [[0.5]]], [0.9], [1.0], 0.1).round(6)
    array([ 0.31 , -0.065])
    """
    if f.ndim not in (1, 2):
        raise refusal("f", f, "an array (N,) or (N, outputs)")
    if y.shape != f.shape:
        raise refusal("y", y, f"an array of the shape of f, {f.shape}")
    v = float(np.sum((y - f) * f)) / len(f)
    return np.array([lam * float(np.sum(w * w)) - v for w in weights])


@checked(broadcast=True)
def quasi_interpolation_margin(lam: NonNegatives, L: Annotated[Integers, In(2, 1000)], fbar: Divisors) -> Floats:
    r"""Return the margin y f of the global minimum where all margins are equal: below 1 for any decay.

    $$1 - f = cf^{2/L-1}, \quad c = \lambda\bar f^{-2/L}; \qquad
    L = 2:\ \max(0, 1-c); \qquad L \ge 3:\ 0 \text{ from } c = \frac{(L-2)^{1-2/L}}{(L-1)^{2-2/L}} \text{ on}$$
    the largest root, above (L-2)/(L-1), by Newton's method from below. At the threshold the collapsed net has the same
    loss.

    lam >= 0: the decay, of $\tfrac\lambda2\sum_l\|W_l\|_F^2$ beside the halved loss; L: layers, from 2 to 1000; fbar >=
    1e-75: the margin with layers of unit norm ($N^{-1/2}$ for N orthonormal inputs and one output); they broadcast.
    Returns an array of their shape, 1 at lam = 0. Raises ValueError outside these domains.

    Source: derived here; that regularised square loss quasi-interpolates: Xu et al. 2023, Research (recalled).

    >>> quasi_interpolation_margin(0.02, [2, 3], 6**-0.5).round(6)
    array([0.95101 , 0.963201])
    """
    depth = L.astype(float)
    c, power = lam * fbar ** (-2 / depth), 1 - 2 / depth
    threshold = np.where(L == 2, 1.0, np.maximum(depth - 2, 1.0) ** power / (depth - 1) ** (1 + power))
    kept = c < threshold
    safe = np.where(kept, c, 0.0)
    # 1 - f = c x with log x + power log(1 - c x) = 0: increasing and concave in x below the root, which lies above 1.
    x = np.ones_like(safe)
    for _ in range(_NEWTON):
        u = 1 - safe * x
        step = -(np.log(x) + power * np.log(u)) / (1 / x - power * safe / u)
        x = np.where(L == 2, x, x + step)
    converged = (L == 2) | (np.abs(step) <= 1e-14 * x)
    return np.where(kept, np.where(converged, 1 - safe * x, np.nan), 0.0)[()]
