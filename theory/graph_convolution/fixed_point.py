"""The fixed point of a graph convolution with self-loops: damped steps, then Newton in the logarithms."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from theory.domain import Floats

STEP = 1e-30
"""Of the complex derivative, which has no cancellation: the map uses sums, products and quotients only."""


class Overlaps(NamedTuple):
    """Inverse resolvent traces of the labelled (1) and the unlabelled (2) rows; e_j = 1/(1 + d_j t)."""

    t: float
    d1: float
    d2: float
    D: float
    e1: float
    e2: float


def _step(u: np.ndarray, gam: float, tau: float, rho: float, c: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The map of (t, d1, d2); with it D and (e1, e2). Columns are independent problems."""
    t, d1, d2 = u
    e1, e2 = 1 / (1 + d1 * t), 1 / (1 + d2 * t)
    # tau e1/e2 stays positive on the way; the equal form tau (1 - c^2 D t e1) does not.
    B = tau * e1 / e2
    D = 1 / (1 + t * (tau * e1 + (1 - tau) * e2))
    one, two = D * (c * c + B), D * B
    return np.array([1 / (rho + gam * (tau * one * e1 + (1 - tau) * two * e2)), one, two]), D, np.array([e1, e2])


def _newton(x: Floats, *at: float) -> tuple[Floats, float]:
    """One Newton step for log x - log map(x), at most a factor e^2 a coordinate; and the residual before it."""
    u = x[:, None] * np.exp(1j * STEP * np.eye(3))  # column j: the logarithm of coordinate j moves
    image = np.log(_step(u, *at)[0])
    residual = np.log(x) - image[:, 0].real
    jacobian = np.eye(3) - image.imag / STEP
    move = np.linalg.solve(jacobian, residual)
    largest = float(np.abs(move).max())
    return x * np.exp(-move * min(1.0, 2.0 / max(largest, 1e-300))), float(np.abs(residual).max())


def overlaps(gam: float, tau: float, rho: float, c: float) -> Overlaps:
    """Solve for (t, d1, d2) to a relative change of 1e-13; ValueError where no step arrives there.

    30 damped steps, then Newton; where Newton goes astray, ten times as many damped steps before it tries again.
    """
    at = (gam, tau, rho, c)
    start, damped = np.array([1.0, 1.0, 0.5]), 30
    for _ in range(4):
        for _ in range(damped):
            start = 0.5 * (start + _step(start, *at)[0])
        x = start
        for _ in range(60):
            try:
                x, residual = _newton(x, *at)
            except np.linalg.LinAlgError:
                break
            if not np.isfinite(x).all():
                break
            if residual < 1e-13:
                _, D, e = _step(x, *at)
                return Overlaps(float(x[0]), float(x[1]), float(x[2]), float(D), float(e[0]), float(e[1]))
        damped *= 10
    raise ValueError(f"rho = {rho!r}: must be larger for the fixed point to be found at gam = {gam!r}, c = {c!r}")
