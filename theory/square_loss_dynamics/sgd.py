r"""Where mini-batch SGD with weight decay settles on a linear model with orthogonal inputs, and how much it fluctuates.

N samples on inputs $x_i = re_i$ with targets $rw_0$; batches of exactly B without replacement; a step is $w \leftarrow
(1-2\mu\lambda)w - \mu\nabla$ with the batch mean of the unhalved squared error.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from theory.domain import Counts, Divisors, Floats, Integers, NonNegatives, Reals, checked, refusal

__all__ = ["Stationary", "sgd_critical_step", "sgd_stationary"]


class Stationary(NamedTuple):
    """Mean and variance of each coordinate in the stationary law."""

    mean: Floats
    var: Floats


def _batches(N: Integers, B: Integers) -> Floats:
    """p(1-p) of p = B/N, or ValueError."""
    if (B > N).any():
        raise refusal("B", B, "integers from 1 to N")
    return np.asarray((B / N) * ((N - B) / N))


def _critical(N: Integers, B: Integers, lam: Floats, r2: Floats) -> tuple[Floats, Floats]:
    """The critical step, and r2^2 p(1-p)/B^2: the variance of the curvature that a batch sees."""
    spread = (r2 / B) ** 2 * _batches(N, B)
    mean = lam + r2 / N
    return np.asarray(mean / (mean * mean + spread)), np.asarray(spread)


@checked(broadcast=True)
def sgd_critical_step(N: Counts, B: Counts, lam: NonNegatives, r2: Divisors) -> Floats:
    r"""Return the step mu (of w <- (1 - 2 mu lam) w - mu grad, unhalved loss) below which the variance is finite.

    $$\mu_c = \frac{\lambda + r^2/N}{p(\lambda + r^2/B)^2 + (1-p)\lambda^2}, \qquad p = B/N$$
    where $E[(1-2\mu\lambda-2\mu r^2c/B)^2] = 1$ with c the indicator of the batch. No decay: $B/r^2$.

    N, B: samples and batch size, integers >= 1, B <= N; lam >= 0: the decay; r2 >= 1e-75: squared norm of the inputs;
    they broadcast. Returns an array of their shape. On the halved loss, with steps w <- (1 - eta lam) w - eta grad, the
    critical step is twice as large. Raises ValueError outside these domains.

    Source: derived here.

    >>> sgd_critical_step(10, [1, 10], 0.0, 1.0)
    array([ 1., 10.])
    """
    return _critical(N, B, lam, r2)[0][()]


@checked(broadcast=True)
def sgd_stationary(N: Counts, B: Counts, mu: Divisors, lam: NonNegatives, r2: Divisors, w0: Reals) -> Stationary:
    r"""Return mean and variance of a coordinate under SGD (steps w <- (1 - 2 mu lam) w - mu grad, unhalved loss).

    $$\bar w = \frac{w_0r^2}{r^2+N\lambda}, \qquad
    V = \frac{g^2p(1-p)(w_0-\bar w)^2}{1-(1-s-gp)^2-g^2p(1-p)}, \qquad
    g = \frac{2\mu r^2}B,\ s = 2\mu\lambda,\ p = B/N$$
    The mean is the full-batch ridge solution whatever mu and B; V > 0 if and only if lam > 0 and B < N.

    N, B: samples and batch size, integers >= 1, B <= N; mu >= 1e-75: the step, below `sgd_critical_step`; lam >= 0: the
    decay; r2 >= 1e-75: squared norm of the inputs; w0: the target's coefficients; they broadcast. Returns fields mean
    and var, arrays of their shape, var exactly 0 at B = N and at lam = 0. Raises ValueError outside these domains: from
    the critical step on there is no stationary second moment.

    Source: that the noise does not vanish: Xu, Rangamani, Liao, Galanti, Poggio 2023, Research, and arXiv:2206.05794
    (abstracts seen); law derived here.

    >>> mean, var = sgd_stationary(10, 1, 0.3, 0.02, 1.0, 1.0)
    >>> round(float(mean), 5), round(float(var), 7)
    (0.83333, 0.0084574)
    """
    critical, spread = _critical(N, B, lam, r2)
    if (mu >= critical).any():
        raise refusal("mu", mu, "less than sgd_critical_step(N, B, lam, r2)")
    missed = w0 * (N * lam / (r2 + N * lam))  # w0 - wbar
    # With a = lam + r2/N and v the spread: V/missed^2 = mu v/(a - mu (a^2 + v)) = mu v/((a^2 + v)(mu_c - mu)).
    squares = (lam + r2 / N) ** 2 + spread
    var = mu * spread / (squares * (critical - mu)) * missed**2
    return Stationary((w0 * (r2 / (r2 + N * lam)))[()], var[()])
