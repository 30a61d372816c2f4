"""Graph convolution with self-loops: first and second moments of the fitted weights at the fixed point."""

from __future__ import annotations

import math

import numpy as np

from theory.graph_convolution.fixed_point import Overlaps, overlaps
from theory.graph_convolution.no_loop import GcnRisk, normal_cdf

RIDGELESS = 1e-11
"""Stands for rho = 0 where there are fewer labels than features: the error is proportional to rho."""


def _first_moments(at: Overlaps, gam: float, tau: float, lam: float, mu: float, c: float) -> np.ndarray:
    """Solve for (m1, m2, om, a): overlaps with the labels of both kinds of nodes, with u, and of the residuals."""
    t, d1, d2, D, e1, e2 = at
    p1, p2, root = tau, 1 - tau, math.sqrt(mu)
    # al_j as rows on (m1, m2, om, a, 1).
    m = np.array([p1, p2, 0, 0, 0])
    one, a, om = np.eye(5)[4], np.eye(5)[3], np.eye(5)[2]
    al2 = D * lam * a
    al1 = al2 + D * c * (one - lam * m)
    rows = np.array([
        np.eye(5)[0] - e1 * (t * al1 + root * om),
        np.eye(5)[1] - e2 * (t * al2 + root * om),
        om * (1 / t + mu * (p1 * d1 * e1 + p2 * d2 * e2)) - root * (p1 * e1 * al1 + p2 * e2 * al2),
        a - tau * (one - lam * m) + c * tau * np.eye(5)[0],
    ])  # fmt: skip
    return np.linalg.solve(rows[:, :4], -rows[:, 4])


def self_loop_risk(gam: float, tau: float, lam: float, mu: float, rho: float, c: float) -> GcnRisk:
    """The risks at any c; gam tau = 1 at rho = 0 is the caller's."""
    few = gam * tau < 1 or gam <= 1
    at = overlaps(gam, tau, max(rho, RIDGELESS) if few else rho, c)
    t, d1, d2, D, e1, e2 = at
    p, d, e = np.array([tau, 1 - tau]), np.array([d1, d2]), np.array([e1, e2])
    m1, m2, om, a = _first_moments(at, gam, tau, lam, mu, c)
    left = 1 - lam * (p[0] * m1 + p[1] * m2)
    al = D * lam * a + np.array([D * c * left, 0.0])

    dt = -gam * p * e**2 * t**2 / (1 - gam * t**2 * float(p @ (d * e) ** 2))
    S = -(e**2) * (dt[:, None] - t**2 * np.eye(2))  # S[j, i]
    K = np.zeros(2)
    for th, eta in ((math.sqrt(mu) * om, al - d * math.sqrt(mu) * om), (math.sqrt(gam) * om, -d * math.sqrt(gam) * om)):
        K += S @ (p * eta**2) + 2 * p * th * t * e * eta + p * th**2
    # Q = K + D^2 c^2 s2 p1 S_j1 + D^2 R2 (p1 S_j1 + p2 S_j2), s2 = Q1 + Q2, R2 linear in Q1 and s2.
    by_s2, by_r2 = D**2 * c**2 * p[0] * S[:, 0], D**2 * (S @ p)
    r_const = left**2 * tau - 2 * left * c * tau * m1
    r_s2 = tau - 2 * c**2 * D * tau * t * e1
    # Unknowns (Q1, Q2).
    r_q = np.array([c**2 + r_s2, r_s2])
    system = np.eye(2) - by_s2[:, None] * np.ones(2) - by_r2[:, None] * r_q
    Q = np.linalg.solve(system, K + by_r2 * r_const)
    s2 = float(Q.sum())
    test = left**2 - 2 * c * left * m2 + c**2 * Q[1] / p[1] + s2
    if not test > 1e-8 * (left**2 + abs(2 * c * left * m2) + c**2 * float(np.abs(Q).max()) / p[1] + abs(s2)):
        raise ValueError(f"tau = {tau!r}: must be farther from 1 for the risk to survive rounding at c = {c!r}")
    train = 0.0 if few and rho == 0 else max(0.0, D**2 * (r_const + float(r_q @ Q)) / tau)
    spread = s2 + c**2 * (Q[1] / p[1] - m2**2)
    shift = float((1 - left) + c * m2)
    return GcnRisk(float(test), float(train), normal_cdf(shift / math.sqrt(spread)) if spread > 0 else 0.5)
