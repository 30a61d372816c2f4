"""Arc-cosine kernels: against mpmath, Gaussian means by quadrature, and the built activation constants."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest

from theory import arc_cosine


def _exact(order, s):
    with mpmath.workdps(90):
        t = mpmath.pi - mpmath.mpf(s)
        sine, cosine = mpmath.sin(t), mpmath.cos(t)
        values = (
            mpmath.mpf(s),
            sine + mpmath.mpf(s) * cosine,
            3 * sine * cosine + mpmath.mpf(s) * (1 + 2 * cosine**2),
        )
        return float(values[order])


@pytest.mark.parametrize("order", [0, 1, 2])
def test_every_digit_down_to_the_antipode(order):
    grid = [1e-12, 1e-5, 0.01, 0.3, 0.999, 1.0, 1.001, 2.0, 3.0, math.pi]
    values = arc_cosine.J_of_supplement(order, grid)
    np.testing.assert_allclose(values, [_exact(order, s) for s in grid], rtol=5e-15)


@pytest.mark.parametrize("order", [1, 2])
def test_it_is_the_mean_over_the_plane(order):
    for t in (0.4, 1.7, 2.9):
        # In polar coordinates the radius integrates to E R^(2q) = 2^q q! and leaves the angles where both are active.
        radius = 2**order * math.factorial(order)
        angular, _ = mpmath.quad(
            lambda a, t=t: (mpmath.cos(a) * mpmath.cos(a - t)) ** order, [t - math.pi / 2, math.pi / 2], error=True
        )
        mean = radius * float(angular) / (2 * math.pi)
        assert arc_cosine.J(order, t) / (2 * math.pi) == pytest.approx(mean, rel=1e-10)


def test_kappa_is_j_of_the_arc_cosine():
    r = np.linspace(-1, 1, 9)
    for order in (0, 1, 2):
        np.testing.assert_allclose(arc_cosine.kappa(order, r), arc_cosine.J(order, np.arccos(r)) / math.pi, atol=1e-15)
    assert arc_cosine.kappa(1, -1 + 1e-14) == pytest.approx(float(_exact(1, math.sqrt(2e-14)) / math.pi), rel=0.01)


def test_angles_keep_their_digits():
    assert arc_cosine.angle([3.0, 4.0], [-4.0, 3.0]) == pytest.approx(math.pi / 2, rel=1e-15)
    assert arc_cosine.angle([1e200**0.3, 0.0], [1.0, 1e-9]) == pytest.approx(1e-9, rel=1e-12)
    assert arc_cosine.angle([1.0, 0.0], [1.0, 0.0]) == 0.0
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((4, 5)), rng.standard_normal((3, 5))
    cosine = x @ y.T / np.outer(np.linalg.norm(x, axis=1), np.linalg.norm(y, axis=1))
    np.testing.assert_allclose(arc_cosine.angles(x, y), np.arccos(cosine), rtol=1e-13)
    np.testing.assert_allclose(arc_cosine.angles(x, -y), np.pi - np.arccos(cosine), rtol=1e-13)


def test_bad_vectors_are_refused():
    with pytest.raises(ValueError, match="zero vector"):
        arc_cosine.angle([0.0, 0.0], [1.0, 0.0])
    with pytest.raises(ValueError, match="length of x"):
        arc_cosine.angle([1.0, 0.0], [1.0])
    with pytest.raises(ValueError, match="columns"):
        arc_cosine.angles([[1.0, 0.0]], [[1.0]])
    with pytest.raises(ValueError, match="order"):
        arc_cosine.J(3, 1.0)
