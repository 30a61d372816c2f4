"""Minima stability: the contract's numbers, sums by hand, brute force over batches, integrals by mpmath."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest

from theory import minima_stability as theory
from theory import square_loss_dynamics
from theory.minima_stability import mean_square

CLUSTER = ([1.0], [0.5], [2.0])


def net(seed, h=4, n=7):
    rng = np.random.default_rng(seed)
    return (*rng.standard_normal((3, h)), rng.standard_normal(n))


def jacobian(w1, b1, w2, x):
    """Rows: the gradients of f by w1, b1, w2 and b2."""
    z = np.multiply.outer(x, w1) + b1
    on = 1.0 * (z > 0)
    return np.hstack([on * w2 * x[:, None], on * w2, on * z, np.ones((len(x), 1))])


def enumerated(G, B, eta, replacement=False):
    batches = itertools.product(range(len(G)), repeat=B) if replacement else itertools.combinations(range(len(G)), B)
    steps = [np.eye(G.shape[1]) - eta / B * sum(np.outer(G[i], G[i]) for i in batch) for batch in batches]
    return np.mean([np.kron(A, A) for A in steps], axis=0)


# --- curvature --------------------------------------------------------------------------------------------------------


def test_weights_of_a_kink_are_the_sums_of_their_definition():
    x = np.array([-1.0, 0.5, 0.5, 2.0, 3.0])
    for tau in (-2.0, -1.0, 0.0, 0.5, 1.0, 3.0, 9.0):
        found, above, below = theory.g_weight(tau, x), x[x > tau], x[x < tau]
        plus = (len(above) / 5) ** 2 * (above.mean() - tau) * np.hypot(1, above.mean()) if len(above) else 0.0
        minus = (len(below) / 5) ** 2 * (tau - below.mean()) * np.hypot(1, below.mean()) if len(below) else 0.0
        assert found.g_plus == pytest.approx(plus, abs=1e-15)
        assert found.g_minus == pytest.approx(minus, abs=1e-15)
        assert found.g == min(found.g_plus, found.g_minus)
    assert theory.g_weight(np.zeros((2, 3)), x).g.shape == (2, 3)


@pytest.mark.parametrize("tau", [-0.9, 0.0, 0.3])
def test_uniform_inputs_are_an_integral_and_the_limit_of_samples(tau):
    share = (1 - mpmath.mpf(tau)) / 2
    mean = mpmath.quad(lambda s: s / 2, [tau, 1]) / share
    exact = share**2 * (mean - tau) * mpmath.sqrt(1 + mean**2)
    assert theory.uniform_weight(tau).g_plus == pytest.approx(float(exact), rel=1e-14)
    x = (np.arange(20000) + 0.5) / 10000 - 1
    for many, limit in zip(theory.g_weight(tau, x), theory.uniform_weight(tau), strict=True):
        assert many == pytest.approx(limit, rel=1e-6)


def test_the_sum_over_neurons_is_that_of_kinks_times_weights():
    for seed in range(5):
        w1, b1, w2, x = net(seed)
        weight, size = theory.g_weight(-b1 / w1, x), np.abs(w1 * w2)
        sided = np.where(w1 > 0, weight.g_plus, weight.g_minus)
        assert theory.weighted_curvature(w1, b1, w2, x) == pytest.approx(np.sum(size * weight.g), rel=1e-12)
        assert theory.weighted_curvature(w1, b1, w2, x, True) == pytest.approx(np.sum(size * sided), rel=1e-12)


def test_a_neuron_without_a_kink_is_left_out_and_a_tiny_slope_divides_nothing():
    assert theory.weighted_curvature([0.0], [1.0], [5.0], [1.0, 2.0], True) == 0.0
    assert theory.flattest_trace([0.0], [1.0], [5.0], [1.0, 2.0]) == 1.0
    tiny = theory.weighted_curvature([1e-200], [1.0], [1.0], [1.0, 2.0], True)
    assert tiny == pytest.approx(np.hypot(1, 1.5), rel=1e-14)


def test_the_bound_on_random_networks_and_its_bracket():
    smallest = np.inf
    for seed in range(300):
        given = net(seed, h=1 + seed % 6, n=1 + seed % 8)
        J = jacobian(*given)
        top = np.linalg.eigvalsh(J @ J.T / len(J))[-1]
        below, weighted = (theory.weighted_curvature(*given, directional=d) for d in (True, False))
        assert weighted <= below + 1e-12
        assert top >= 1 + 2 * below - 1e-9
        assert np.trace(J @ J.T) / len(J) >= theory.flattest_trace(*given) - 1e-9
        assert theory.flattest_trace(*given) >= 1 + 2 * below - 1e-9
        smallest = min(smallest, (top - 1) / (2 * below) if below else np.inf)
    assert 1 <= smallest < 1.01


def test_the_cluster_of_the_contract():
    bend = theory.weighted_curvature(*CLUSTER, [1.0] * 5, directional=True)
    assert 1 + 2 * bend == pytest.approx(9.48528, abs=5e-6)
    assert bend == pytest.approx(4.243, abs=5e-4)
    assert theory.curvature_budget(2 / (1 + 2 * bend)) == pytest.approx(bend, rel=1e-14)
    a = np.sqrt(2 * np.hypot(1, 1) / 1.5)  # balanced: w1^2 E[(x - tau)^2] = w2^2 (1 + x^2)
    for spread, top in ((0.5, 9.8141), (0.1, 9.4982), (0.01, 9.48541)):
        x = 1 + spread * np.array([-1, -0.5, 0, 0.5, 1])
        J = jacobian(np.array([a]), np.array([0.5 * a]), np.array([2 / a]), x)
        assert np.linalg.eigvalsh(J @ J.T / 5)[-1] == pytest.approx(top, abs=6e-5)


def test_the_flattest_trace_is_that_at_the_balanced_weights():
    w1, b1, w2, x = net(3)
    z = np.multiply.outer(w1, x) + b1[:, None]
    outer, inner = np.mean(np.maximum(z, 0) ** 2, axis=1), w2**2 * np.mean((z > 0) * (1 + x**2), axis=1)
    a = np.where(outer > 0, (inner / np.where(outer > 0, outer, 1)) ** 0.25, 1.0)
    J = jacobian(a * w1, a * b1, w2 / a, x)
    assert theory.flattest_trace(w1, b1, w2, x) == pytest.approx(np.trace(J @ J.T) / len(x), rel=1e-12)


# --- descent and batches ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("B", "replacement"), [(1, False), (2, False), (5, False), (2, True), (3, True)])
def test_the_operator_is_the_mean_over_all_batches(B, replacement):
    G = np.random.default_rng(0).standard_normal((5, 3))
    Q = theory.second_moment_operator(G, B, 0.3, replacement)
    np.testing.assert_allclose(Q, enumerated(G, B, 0.3, replacement), atol=1e-13)
    v = np.array([1.0, -2.0, 0.5])
    powers = [(np.linalg.matrix_power(Q, t) @ np.outer(v, v).ravel()).reshape(3, 3).trace() for t in (1, 2, 3)]
    np.testing.assert_allclose(theory.mean_square_distance(G, B, 0.3, v, 3, replacement), powers, rtol=1e-12)
    step = theory.sgd_threshold(G, B, replacement)
    rates = [np.abs(np.linalg.eigvals(enumerated(G, B, k * step, replacement))).max() for k in (0.999, 1, 1.001)]
    assert rates[0] < 1 < rates[2]
    assert rates[1] == pytest.approx(1, abs=1e-12)


def test_all_samples_are_gradient_descent_and_orthogonal_ones_a_closed_form():
    G = np.random.default_rng(1).standard_normal((8, 3))
    top = np.linalg.eigvalsh(G.T @ G / 8)[-1]
    assert theory.sgd_threshold(G, 8) == pytest.approx(2 / top, rel=1e-13)
    assert theory.gd_growth(2 / top, top) == pytest.approx(-1)
    for B, step in ((1, 0.285714), (3, 0.857143), (7, 2.0)):
        assert theory.sgd_threshold(np.sqrt(7) * np.eye(7), B) == pytest.approx(step, abs=5e-7)
        assert theory.sgd_threshold(3.0 * np.eye(7), B) == pytest.approx(2 * B / 9, rel=1e-13)
    assert theory.sgd_threshold([[2.0]], 1) == 0.5


def test_the_square_loss_without_decay_has_half_the_step():
    for n, B, r2 in ((7, 3, 7.0), (5, 1, 0.3), (4, 4, 2.0)):
        mu = square_loss_dynamics.sgd_critical_step(n, B, 0.0, r2)
        assert 2 * mu == pytest.approx(theory.sgd_threshold(np.sqrt(r2) * np.eye(n), B), rel=1e-12)


def test_thresholds_do_not_depend_on_the_basis_scale_units_or_route(monkeypatch):
    rng = np.random.default_rng(2)
    G = rng.standard_normal((6, 4))
    wide = np.hstack([G, np.zeros((6, 30))]) @ np.linalg.qr(rng.standard_normal((34, 34)))[0]
    assert theory.sgd_threshold(wide, 2) == pytest.approx(theory.sgd_threshold(G, 2), rel=1e-12)
    for scale in (1e-60, 1e60):
        assert theory.sgd_threshold(scale * G, 2) * scale**2 == pytest.approx(theory.sgd_threshold(G, 2), rel=1e-12)
    dense = theory.sgd_threshold(G, 2)
    monkeypatch.setattr(mean_square, "_DENSE", 0)
    assert theory.sgd_threshold(G, 2) == pytest.approx(dense, rel=1e-12)


def test_no_gradients_allow_any_step_and_bad_batches_are_named():
    assert theory.sgd_threshold(np.zeros((3, 2)), 2) == np.inf
    assert theory.sgd_threshold(np.full((3, 2), 1e-200), 2) == np.inf
    assert theory.sgd_threshold(np.eye(3), 5, replacement=True) > 0
    for call in (
        lambda: theory.sgd_threshold(np.eye(3), 4),
        lambda: theory.second_moment_operator(np.eye(3), 4, 0.1),
        lambda: theory.mean_square_distance(np.eye(3), 4, 0.1, [1.0, 0, 0], 2),
    ):
        with pytest.raises(ValueError, match="B = 4: must be an integer from 1 to n = 3"):
            call()
    with pytest.raises(ValueError, match="G = "):
        theory.second_moment_operator(np.ones((2, 61)), 1, 0.1)
    with pytest.raises(ValueError, match="v0 = "):
        theory.mean_square_distance(np.eye(3), 1, 0.1, [1.0], 2)
    with pytest.raises(ValueError, match="eta = "):
        theory.mean_square_distance(np.eye(3), 1, 1e60, [1.0, 0, 0], 5)
