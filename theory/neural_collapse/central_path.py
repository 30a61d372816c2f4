"""The central path: how the class means grow when the classifier is always the least-squares one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import numpy as np

from theory.domain import Count, Floats, In, NonNegatives, Positives, checked

Step = Callable[[Floats], Floats]


@checked
def central_path_omega(
    omega0: Positives,
    t: NonNegatives,
    C: Annotated[int, In(2)],
    n: Count,
    flow: Literal["projected", "renormalised"] = "projected",
) -> Floats:
    r"""Singular values $\omega_j(t)$ of the whitened class means on the central path of the square loss.

    With $N = Cn$ samples, the classifier (with bias) least-squares at every instant, the within-class covariance
    kept at the identity and $L = |WH + b1^\top - Y|^2/(2N) = \tfrac12\sum_j 1/(C+\omega_j^2)$:
    projected, the Riemannian gradient flow on $\{\Sigma_W = I\}$,
    $$\dot\omega = \frac{\omega}{n(C+\omega^2)^2}, \qquad
      \Big[C^2\log\omega + C\omega^2 + \tfrac14\omega^4\Big]_0^t = \frac tn;$$
    renormalised, the gradient flow of $H$ followed by $H \leftarrow \Sigma_W^{-1/2}H$ at every instant,
    $$\dot\omega = \frac{\omega}{N(C+\omega^2)}, \qquad
      \Big[C\log\omega + \tfrac12\omega^2\Big]_0^t = \frac tN.$$

    omega0: initial singular values > 0, any shape; t: times >= 0, any shape; C >= 2 classes of n >= 1 samples; flow:
    'projected' or 'renormalised'. Returns omega(t), shape omega0.shape + t.shape, to a few units in the last place
    (Newton in log omega from above: the left side is convex, so every step stays above the root). The collapse
    $NC1 = \sum_j \omega_j^{-2}$ falls as $t^{-1/2}$, respectively $t^{-1}$.

    Raises ValueError for omega0 <= 0, t < 0, C < 2, n < 1 or an unknown flow.

    Source: Han, Papyan, Donoho 2021, arXiv:2106.02073 (projected form seen in summary; constants and the second flow
    derived here).

    >>> central_path_omega([2.467, 1.377], 4000.0, C=4, n=8).round(4)
    array([6.1851, 6.0626])
    >>> central_path_omega(1.0, [0.0, 50.0], C=2, n=1, flow="renormalised").round(4)
    array([1.    , 6.5922])
    """
    shape, classes = omega0.shape + t.shape, float(C)
    u0 = np.broadcast_to(np.log(omega0).reshape(omega0.shape + (1,) * t.ndim), shape)
    clock = np.broadcast_to(t / n, shape)
    v = (
        _growth_projected(u0, clock, classes)
        if flow == "projected"
        else _growth_renormalised(u0, clock / classes, classes)
    )
    return np.asarray(np.exp(u0 + v))[()]


def _first_guess(u0: Floats, clock: Floats, classes: float, power: int) -> Floats:
    """A point above the root: each term of the law alone would need a longer way than all together."""
    with np.errstate(divide="ignore"):
        fast = np.logaddexp(0.0, np.log(power * clock) - power * u0) / power
    return np.asarray(np.minimum(clock / classes ** (power // 2), fast))


def _newton(step: Step, v: Floats) -> Floats:
    for _ in range(100):
        move = step(v)
        v = np.maximum(v - move, 0.0)
        if np.all(move <= 4e-16 * np.maximum(v, 1e-300)):
            break
    return v


def _growth_projected(u0: Floats, clock: Floats, classes: float) -> Floats:
    """The root v = log(omega/omega_0) of C^2 v + C (w - w_0) + (w^2 - w_0^2)/4 = clock with w = omega^2."""

    def step(v: Floats) -> Floats:
        w = np.exp(2 * (u0 + v))
        a, b = classes / (classes + w), w / (classes + w)
        law = a * a * v - a * b * np.expm1(-2 * v) - 0.25 * b * b * np.expm1(-4 * v)
        return np.asarray(law - clock / (classes + w) / (classes + w))

    return _newton(step, _first_guess(u0, clock, classes, 4))


def _growth_renormalised(u0: Floats, clock: Floats, classes: float) -> Floats:
    """The root v = log(omega/omega_0) of C v + (w - w_0)/2 = clock with w = omega^2."""

    def step(v: Floats) -> Floats:
        w = np.exp(2 * (u0 + v))
        law = classes * v - 0.5 * w * np.expm1(-2 * v)
        return np.asarray((law - clock) / (classes + w))

    return _newton(step, _first_guess(u0, clock, classes, 2))
