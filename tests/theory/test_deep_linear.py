"""Modes of deep linear networks: against integrals and paths of mpmath, the logistic of two layers, and descent."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from theory import deep_linear
from theory.neural_collapse import ufm_mode_strength

CASES = [  # u, s, a0, depth
    (1.0, 2.0, 1e-5, 3),
    (1.9999, 2.0, 0.1, 3),
    (0.5, 1.0, 0.4, 4),
    (2.0, 1.0, 5.0, 3),
    (1.0001, 1.0, 5.0, 2),
    (0.3, 1.0, 0.2, 1),
    (1.5, 1.0, 3.0, 1),
    (0.9, 1.0, 1e-3, 7),
    (2.91, 2.9, 7.0, 2),
    (1e60, 1e70, 1e-70, 2),
]


@pytest.mark.parametrize(("u", "s", "a0", "depth"), CASES)
def test_times_against_the_integral_and_the_flow_back_to_the_level(u, s, a0, depth):
    with mpmath.workdps(30):

        def slowness(q):
            v = mpmath.exp(q)
            return v / (depth * v ** (2 - mpmath.mpf(2) / depth) * (s - v))

        exact = mpmath.quad(slowness, mpmath.linspace(mpmath.log(a0), mpmath.log(u), 60))
    found = deep_linear.time_to(u, s, a0, depth)
    assert found == pytest.approx(float(exact), rel=1e-12)
    assert deep_linear.flow(found, s, a0, depth) == pytest.approx(u, rel=1e-12)


@pytest.mark.parametrize("depth", [1, 2, 3, 5])
@pytest.mark.parametrize("a0", [0.01, 3.0])
def test_flow_against_an_integrated_path(depth, a0):
    with mpmath.workdps(20):
        path = mpmath.odefun(lambda t, a: depth * a ** (2 - mpmath.mpf(2) / depth) * (1.5 - a), 0, a0)
        exact = [float(path(t)) for t in (0.25, 1.0)]
    np.testing.assert_allclose(deep_linear.flow([0.25, 1.0], 1.5, a0, depth), exact, rtol=1e-12)


def test_two_layers_are_the_logistic_modes_of_unconstrained_features():
    u0, t = np.array([[0.01], [0.5], [4.0]]), np.linspace(0.0, 90.0, 7)
    n_k, N, lam = 4, 12, 0.005
    expected = ufm_mode_strength(u0, t, n_k, N, lam)
    np.testing.assert_allclose(deep_linear.flow(t / N, np.sqrt(n_k) - N * lam, u0, depth=2), expected, rtol=1e-13)


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_a_null_mode_decays_as_the_limit_of_small_targets(depth):
    t = np.array([0.0, 0.3, 10.0])
    null = deep_linear.flow(t, 0.0, 0.5, depth)
    np.testing.assert_allclose(null, deep_linear.flow(t, 1e-18, 0.5, depth), rtol=1e-12)
    np.testing.assert_allclose(deep_linear.time_to(null, 0.0, 0.5, depth), t, rtol=1e-12, atol=1e-15)


def test_ends():
    assert deep_linear.flow(0.0, 2.0, 0.3, 3) == 0.3
    np.testing.assert_array_equal(deep_linear.flow([1.0, 1e75], 2.0, 2.0, 5), 2.0)
    assert deep_linear.flow(1e75, 2.0, 1e-5, 3) == 2.0
    assert deep_linear.time_to(1.0, 1.0, 0.5, 2) == deep_linear.time_to(1.0, 1.0, 0.5, 1) == np.inf
    assert deep_linear.time_to(1.0, 1.0, 1.0, 4) == deep_linear.time_to(0.5, 1.0, 0.5, 4) == 0.0


@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_descent_nears_the_flow_as_the_step_shrinks(depth):
    exact = deep_linear.flow(2.0, 1.5, 0.2**depth, depth)
    errors = [
        deep_linear.recursion(1.5, 0.2, depth, eta, round(2 / eta))[-1] ** depth - exact for eta in (2e-3, 1e-3, 5e-4)
    ]
    assert abs(2 * errors[2] - errors[1]) < 0.01 * abs(errors[1])
    assert errors[1] / errors[0] == pytest.approx(0.5, rel=0.01)


def test_decay_of_a_factor_without_target_is_geometric_at_depth_one():
    w = deep_linear.recursion(0.0, 1.0, 1, eta=0.1, steps=3, decay=0.5)
    np.testing.assert_allclose(w, 0.85 ** np.arange(4), rtol=1e-15)


def test_levels_on_the_other_side_and_steps_too_large_are_refused():
    for u in (0.1, 2.5):
        with pytest.raises(ValueError, match="u = "):
            deep_linear.time_to(u, 2.0, 0.2, 3)
    with pytest.raises(ValueError, match="eta = "):
        deep_linear.recursion(1.0, 2.0, 3, eta=10.0, steps=100)
    with pytest.raises(ValueError, match="s = "):
        deep_linear.flow(1.0, 1e-80, 1.0, 2)
