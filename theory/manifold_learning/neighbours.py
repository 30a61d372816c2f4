"""Errors of the nearest neighbour's answer where labels have no noise: classes with a smooth boundary, smooth f."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaln

from theory.domain import Counts, Divisors, Floats, NonNegatives, checked
from theory.manifold_learning.distances import nn_distance_asymptotic, nn_distance_sphere, nn_distance_torus
from theory.manifold_learning.volumes import Dimensions, log_ball, log_mean_cosine, log_rising

__all__ = ["one_nn_error", "one_nn_error_sphere", "one_nn_error_torus", "one_nn_mse", "one_nn_mse_circle",
           "one_nn_mse_torus"]  # fmt: skip


@checked(broadcast=True)
def one_nn_error(n: Counts, d: Dimensions, boundary: NonNegatives, volume: Divisors) -> Floats:
    r"""Return the leading term of the test error of one nearest neighbour for two classes without noise.

    .. math:: \frac{|\partial M|}{|M|}\,\Gamma(1+1/d)\Bigl(\frac{|M|}{nV_d}\Bigr)^{1/d}
        \frac{\Gamma(d/2)}{\sqrt\pi\,\Gamma((d+1)/2)}

    It is (|dM|/|M|) E D E|u_1|, u uniform on the unit sphere of R^d; the relative error is of order n^(-2/d) (n^-1 for
    d = 1). At small n it may exceed 1.

    n >= 1 points, d from 1 to 10^6; boundary >= 0: the (d-1)-volume between the classes (d = 1: the number of points;
    torus with label x_1 < 1/2: 2); volume >= 1e-75, broadcast. Returns the error, of that shape. Raises ValueError
    outside these domains.

    Source: derived here.

    >>> round(float(one_nn_error(60, 1, 2, 1)), 5)  # 1/n on the circle of length 1
    0.01667
    """
    with np.errstate(over="ignore"):
        return (boundary / volume * nn_distance_asymptotic(n, d, volume) * np.exp(log_mean_cosine(d)))[()]


@checked(broadcast=True)
def one_nn_error_torus(n: Counts, d: Dimensions) -> Floats:
    r"""Return the test error of one nearest neighbour on the flat torus [0, 1)^d with the label x_1 < 1/2.

    .. math:: 2\,E D\,E|u_1|, \qquad E|u_1| = \Gamma(d/2)/(\sqrt\pi\,\Gamma((d+1)/2))

    exact up to (1 - V_d 2^{-d})^n, as `nn_distance_torus`.

    n >= 1 points, d from 1 to 10^6, broadcast. Returns the error, of that shape. Raises ValueError outside these
    domains.

    Source: derived here.

    >>> round(float(one_nn_error_torus(20, 1)), 4), round(float(one_nn_error_torus(30, 2)), 4)
    (0.0476, 0.1148)
    """
    return (2 * nn_distance_torus(n, d) * np.exp(log_mean_cosine(d)))[()]


@checked(broadcast=True)
def one_nn_error_sphere(n: Counts, d: Dimensions) -> Floats:
    r"""Return the test error of one nearest neighbour on S^d whose classes are two hemispheres: $E D/\pi$, exactly.

    n >= 1 points, d from 1 to 10^6, broadcast. Returns the error, of that shape. Raises ValueError outside these
    domains.

    Source: derived here: a pair at angle D in a random direction is cut by a great sphere with probability D/pi.

    >>> round(float(one_nn_error_sphere(5, 3)), 4), round(float(one_nn_error_sphere(1, 7)), 4)
    (0.289, 0.5)
    """
    return (nn_distance_sphere(n, d) / math.pi)[()]


@checked(broadcast=True)
def one_nn_mse(n: Counts, d: Dimensions, grad2: NonNegatives, volume: Divisors) -> Floats:
    r"""Return the leading term of the mean squared error of one nearest neighbour for a smooth f without noise.

    .. math:: \frac{E|\nabla f|^2}{d}\,\Gamma(1+2/d)\Bigl(\frac{|M|}{nV_d}\Bigr)^{2/d}

    n >= 1 points, d from 1 to 10^6; grad2 >= 0: the mean of the squared gradient over M; volume >= 1e-75, broadcast.
    Returns the error, of that shape. Raises ValueError outside these domains.

    Source: derived here.

    >>> round(float(one_nn_mse(1000, 2, 4 * math.pi**2, 1.0)), 6)
    0.006283
    """
    with np.errstate(over="ignore"):
        return (grad2 / d * nn_distance_asymptotic(n, d, volume, 2.0))[()]


@checked
def one_nn_mse_circle(n: Counts) -> Floats:
    r"""Return the mean squared error of one nearest neighbour for sin(2 pi x) on the circle of length 1, exactly.

    .. math:: \int_0^{1/2} 2\pi\sin(2\pi t)(1-2t)^n\,dt = -\sum_{j\ge1}\prod_{i\le j}\frac{-\pi^2}{(n+2i-1)(n+2i)}

    n >= 1, of any shape. Returns the error, of that shape; 1 for one point. Raises ValueError outside the domain.

    Source: derived here.

    >>> round(float(one_nn_mse_circle(1)), 12), float(f"{one_nn_mse_circle(100):.4g}")
    (1.0, 0.0009571)
    """
    return _series(n.astype(float), np.ones(n.shape))[()]


@checked(broadcast=True)
def one_nn_mse_torus(n: Counts, d: Dimensions) -> Floats:
    r"""Return the mean squared error of one nearest neighbour for sum_i sin(2 pi x_i) on the flat torus [0, 1)^d.

    .. math:: d\,E[1-\phi_d(2\pi D)] = d\sum_{j\ge1} \frac{(-1)^{j+1}\pi^{2j}\,\Gamma(d/2)}{j!\,\Gamma(d/2+j)} E D^{2j},
        \qquad \phi_d(z) = \Gamma(d/2)(2/z)^{d/2-1}J_{d/2-1}(z)

    exact up to (1 - V_d 2^{-d})^n, as `nn_distance_torus`.

    n >= 1 points, d from 1 to 10^6, broadcast. Returns the error, of that shape. Raises ValueError outside these
    domains.

    Source: derived here.

    >>> round(float(one_nn_mse_torus(30, 2)), 4), round(float(one_nn_mse_torus(150, 4)), 4)
    (0.193, 0.5995)
    """
    return _series(n.astype(float), d.astype(float))[()]


def _series(n: Floats, d: Floats) -> Floats:
    """The alternating series; its terms add up to 12 at most (cosh pi, at d = 1), so little is lost."""
    total: Floats = np.zeros(np.shape(n))
    j = 0
    while True:
        j += 1
        log = 2 * j * math.log(math.pi) - math.lgamma(j + 1) - log_rising(0.5 * d, float(j))
        log = log + gammaln(1 + 2 * j / d) - log_rising(n + 1, 2 * j / d) - 2 * j / d * log_ball(d)
        term = d * np.exp(log)
        total = total - (-1) ** j * term
        if j > 4 and np.all(term <= 1e-17 * np.abs(total)):
            return total
