"""Kernels by the contract's recursion at high precision, variances by other routes, masks by enumeration."""

from __future__ import annotations

import itertools
import math

import mpmath
import numpy as np
import pytest

import theory.pruned_ntk as T


def _kappas(r):
    t = mpmath.acos(r)
    return (mpmath.pi - t) / mpmath.pi, (mpmath.sqrt(1 - r * r) + r * (mpmath.pi - t)) / mpmath.pi


def recursion(x, y, depth):
    """The contract's words: (kernel, units), at 40 digits."""
    x, y = ([mpmath.mpf(float(v)) for v in row] for row in (x, y))
    a, b = (mpmath.sqrt(mpmath.fsum(v * v for v in row)) for row in (x, y))
    theta = mpmath.fsum(u * v for u, v in zip(x, y, strict=True))
    r = theta / (a * b)
    for _ in range(depth):
        k0, k1 = _kappas(r)
        theta, r = a * b * k1 + theta * k0, k1
    return theta, a * b * r


@pytest.mark.parametrize("depth", [1, 2, 3, 10])
def test_kernels_by_the_recursion(depth):
    rng = np.random.default_rng(depth)
    X, X2 = rng.standard_normal((3, 4)), 5 * rng.standard_normal((2, 4))
    with mpmath.workdps(40):
        exact = [[recursion(x, y, depth) for y in X2] for x in X]
    np.testing.assert_allclose(T.relu_ntk(X, X2, depth), [[float(e[0]) for e in row] for row in exact], rtol=1e-12)
    np.testing.assert_allclose(T.relu_nngp(X, X2, depth), [[float(e[1]) for e in row] for row in exact], rtol=1e-12)


@pytest.mark.parametrize("distance", [1e-9, 1e-6, 1e-3])
def test_near_and_opposite_inputs_keep_their_digits(distance):
    x, y = np.array([[1.0, 0.0]]), np.array([[math.cos(distance), math.sin(distance)]])
    with mpmath.workdps(60):
        t = mpmath.mpf(distance)
        c = mpmath.cos(t)
        near = c
        for depth in range(1, 4):
            k0, k1 = _kappas(c)
            near, c = k1 + near * k0, k1
            assert float(T.relu_ntk(x, y, depth)[0, 0] / near - 1) == pytest.approx(0, abs=1e-13)
            assert float(T.relu_nngp(x, y, depth)[0, 0] / c - 1) == pytest.approx(0, abs=1e-13)
        units = (mpmath.sin(t) - t * mpmath.cos(t)) / mpmath.pi
    assert T.relu_nngp(x, -y, 1)[0, 0] == pytest.approx(float(units), rel=1e-9)


def test_diagonal_is_exact_and_lengths_scale():
    X = np.random.default_rng(1).standard_normal((4, 6))
    np.testing.assert_allclose(np.diag(T.relu_ntk(X, depth=7)), 8 * np.sum(X**2, axis=1), rtol=1e-13)
    np.testing.assert_allclose(T.relu_ntk(1e-20 * X, 1e20 * X, 2), T.relu_ntk(X, X, 2), rtol=1e-12)
    np.testing.assert_allclose(np.diag(T.input_pruned_ntk(X, alpha=0.3)), 2 * np.sum(X**2, axis=1), rtol=1e-12)


def test_the_scaling_is_the_product():
    X = np.random.default_rng(2).standard_normal((2, 3))
    dense = T.relu_ntk(X, depth=3)
    np.testing.assert_allclose(T.pruned_ntk_limit(X, depth=3, alpha=[0.5, 0.2, 0.4]), 0.04 * dense, rtol=1e-14)
    np.testing.assert_allclose(T.pruned_ntk_limit(X, depth=3, alpha=0.5), 0.125 * dense, rtol=1e-14)
    np.testing.assert_array_equal(T.pruned_ntk_limit(X, depth=3, alpha=0.5, rescaled=True), dense)


def test_variance_by_quadrature_of_one_unit():
    """Second moment of 2 [g h M^2 + v^2 M^2 rho] on the common half-space, all its factors one by one."""
    for rho, alpha in ((0.3, 0.25), (-0.6, 0.1), (0.9, 1.0)):
        phi = mpmath.acos(rho)

        def wedge(power, t=phi):
            """E (g h)^power 1 by angle: radial moment times the integral of (cos a cos(a - t))^power."""
            radial = {0: 1, 1: 2, 2: 8}[power]
            inner = mpmath.quad(
                lambda a: (mpmath.cos(a) * mpmath.cos(a - t)) ** power, [t - mpmath.pi / 2, mpmath.pi / 2]
            )
            return radial * inner / (2 * mpmath.pi)

        first = wedge(1) + rho * wedge(0)
        second = wedge(2) + 2 * rho * wedge(1) + 3 * rho**2 * wedge(0)
        expected = float(4 * (second / alpha - first**2)) / 7
        assert T.ntk_variance_two_layer(rho, 7, alpha) == pytest.approx(expected, rel=1e-12)
    assert T.ntk_variance_two_layer(1.0, 256, 0.1) == pytest.approx(4 / 256 * 39)
    assert T.ntk_variance_two_layer(-1.0, 3, 0.5) == 0.0


def test_three_layers_reduce_to_numbers_drawn_here():
    """The three parts by drawing: first layer's linear statistic with slopes by differences, one row of the second."""
    from theory.arc_cosine import kappa
    from theory.pruned_ntk.fluctuation import _three_layer

    rng, rho, alpha, n = np.random.default_rng(3), 0.3, 0.4, 4_000_000

    def limit(A, B, C, D):
        c = C / math.sqrt(A * B)
        return math.sqrt(A * B) * float(kappa(1, c)) + (C + rho * D) * float(kappa(0, c))

    centre = np.array([1.0, 1.0, float(kappa(1, rho)), float(kappa(0, rho))])
    slopes = [(limit(*(centre + 1e-5 * e)) - limit(*(centre - 1e-5 * e))) / 2e-5 for e in np.eye(4)]
    g = rng.standard_normal(n)
    h = rho * g + math.sqrt(1 - rho**2) * rng.standard_normal(n)
    u, v = np.maximum(g, 0), np.maximum(h, 0)
    below = np.var(2 * (slopes[0] * u * u + slopes[1] * v * v + slopes[2] * u * v + slopes[3] * (u * v > 0)))
    c, first = centre[2], centre[2] + rho * centre[3]
    h = c * g + math.sqrt(1 - c * c) * rng.standard_normal(n)
    both, mask = (g > 0) & (h > 0), (rng.random(n) < alpha) / alpha
    rows = np.var(2 * (g * h + rng.standard_normal(n) ** 2 * first) * both * mask)
    # Pairs j, k: v_j v_k (D_j D'_k + D_k D'_j) K_jk over 2, K_jk of variance 2 kappa_0/m.
    common = np.mean(both)
    pairs = rho**2 * 4 * (0.25 + common**2) * 2 * centre[3]
    assert _three_layer(rho, alpha) == pytest.approx(below + rows + pairs, rel=0.01)
    assert below + rows + pairs - rows > 3  # no part is lost in the tolerance
    assert pairs / (below + rows + pairs) > 0.005
    assert T.ntk_variance_three_layer([0.3, 0.8], 1.0).shape == (2,)


def test_masks_one_by_one():
    rng = np.random.default_rng(4)
    X, X2, alpha = rng.standard_normal((2, 5)), rng.standard_normal((3, 5)), 0.35
    expected = np.zeros((2, 3))
    for bits in itertools.product((0, 1), repeat=5):
        mask = np.array(bits)
        share = alpha ** sum(bits) * (1 - alpha) ** (5 - sum(bits))
        for i, j in itertools.product(range(2), range(3)):
            a, b = X[i] * mask / math.sqrt(alpha), X2[j] * mask / math.sqrt(alpha)
            if a.any() and b.any():
                expected[i, j] += share * T.relu_ntk(a[None], b[None])[0, 0]
    np.testing.assert_allclose(T.input_pruned_ntk(X, X2, alpha), expected, rtol=1e-12)
    np.testing.assert_allclose(T.input_pruned_ntk(X, X2, 1.0, 3), T.relu_ntk(X, X2, 3), rtol=1e-7)


def test_contracts_numbers():
    x, y = np.array([[1.0, 0.0]]), np.array([[0.3, math.sqrt(1 - 0.09)]])
    assert T.relu_ntk(x, y, 2)[0, 0] == pytest.approx(1.0346, abs=5e-5)
    assert T.relu_ntk(x, y, 3)[0, 0] == pytest.approx(1.4040, abs=5e-5)
    assert T.relu_ntk(x, y, 1)[0, 0] == pytest.approx(0.6618, abs=5e-5)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: T.relu_ntk([[0.0, 0.0]]), "X = "),
        (lambda: T.relu_ntk([[1.0, 0.0]], [[1.0]]), "X2 = array of shape"),
        (lambda: T.relu_ntk([[1.0]], depth=0), "depth = 0"),
        (lambda: T.relu_ntk([[1.0]], depth=1.5), "depth = 1.5"),
        (lambda: T.pruned_ntk_limit([[1.0]], depth=2, alpha=[0.5, 0.5, 0.5]), "alpha = "),
        (lambda: T.pruned_ntk_limit([[1.0]], alpha=0.0), "alpha = "),
        (lambda: T.pruned_ntk_limit([[1.0]], alpha=0.0, rescaled=True), "alpha = "),
        (lambda: T.ntk_variance_two_layer(1.2, 3, 0.5), "rho = 1.2"),
        (lambda: T.ntk_variance_two_layer(0.2, 0, 0.5), "width = 0"),
        (lambda: T.ntk_variance_three_layer(1.0, 0.5), "rho = 1"),
        (lambda: T.input_pruned_ntk(np.ones((1, 15))), "X = array of shape"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call()
