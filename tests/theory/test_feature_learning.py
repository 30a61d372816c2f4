"""Feature learning: numbers of the contract, mpmath, enumeration of moments, literal integrals."""

from __future__ import annotations

import itertools
import math

import mpmath
import numpy as np
import pytest

from theory import feature_learning as theory
from theory.hermite import orthonormal_coefficients
from theory.quadrature import normal_rule


def hermite(k, z):
    values = [np.ones_like(z), z]
    for j in range(1, k):
        values.append((z * values[j] - j**0.5 * values[j - 1]) / (j + 1) ** 0.5)
    return values[k]


def quadratic(rng, d, r=None):
    q = np.linalg.qr(rng.standard_normal((d, d)))[0][:, : r or d]
    return (q * rng.standard_normal(r or d)) @ q.T


def sphere(rng, count, d):
    w = rng.standard_normal((count, d))
    return w / np.linalg.norm(w, axis=1, keepdims=True)


# --- the mean gradient ------------------------------------------------------------------------------------------------


def test_relu_coefficients_are_those_of_the_shared_room_and_of_exact_integers():
    np.testing.assert_allclose(theory.relu_hermite(np.arange(400)), orthonormal_coefficients("relu", 399), rtol=1e-12)
    with mpmath.workdps(40):
        for k in (2, 10, 172, 1000, 100_000):
            exact = mpmath.fac2(k - 3) / mpmath.sqrt(2 * mpmath.pi * mpmath.factorial(k)) * (-1) ** ((k - 2) // 2)
            assert theory.relu_hermite(k) == pytest.approx(float(exact), rel=1e-12)
    assert theory.relu_hermite(3) == theory.relu_hermite(10**15 - 1) == 0
    assert theory.relu_hermite(10**15) < 0


@pytest.mark.parametrize("m", [-0.7, 0.0, 0.6])
def test_single_index_gradient_against_quadrature_in_the_plane(m):
    c, root = np.array([0.3, 0.7, 0.5, -0.4, 0.3]), math.sqrt(1 - m * m)
    z, weights = normal_rule(60)
    f = sum(ck * hermite(k, z) for k, ck in enumerate(c))
    along, across = np.meshgrid(z, z, indexing="ij")
    mass = np.outer(weights, weights) * f[:, None]
    # s = h_2 + h_3/2: s' = sqrt(2) z + sqrt(3)/2 h_2.
    w = m * along + root * across
    slope = math.sqrt(2) * w + math.sqrt(3) / 2 * hermite(2, w)
    g_u, g_e = (float(np.sum(mass * slope * part)) for part in (along, across))
    found = theory.single_index_gradient(c, [0, 0, 1, 0.5, 0, 0, 0], m)
    assert found.alpha + m * found.beta == pytest.approx(g_u, abs=1e-12)
    assert root * found.beta == pytest.approx(g_e, abs=1e-12)


def test_numbers_of_the_contract_and_quadratic_targets_as_single_index_ones():
    a = theory.relu_hermite(np.arange(9))
    found = theory.single_index_gradient([0, 0.7, 0.5, -0.4, 0.3], a, 0.6)
    assert found.alpha + 0.6 * found.beta == pytest.approx(0.47338, abs=1e-5)
    assert 0.8 * found.beta == pytest.approx(-0.03302, abs=1e-5)
    u, w = np.array([1.0, 0, 0]), np.array([0.6, 0.8, 0])
    one = theory.single_index_gradient([0, 0, 1.0], a, [0.6])
    expected = one.alpha * u + one.beta * w
    np.testing.assert_allclose(theory.population_gradient_quadratic(2**0.5 * np.outer(u, u), w), expected, rtol=1e-14)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="a = "):
        theory.single_index_gradient([0, 0, 1.0], theory.relu_hermite(np.arange(4)), 0.1)
    for A, w, name in (
        ([[1.0, 2.0], [0.0, 1.0]], [1.0, 0.0], "A"),
        (np.eye(2), [1.0, 1.0], "w"),
        (np.eye(3), [1.0], "w"),
    ):
        for call in (theory.population_gradient_quadratic, lambda A, w: theory.gradient_energy(A, w, 3, 0.0)):
            with pytest.raises(ValueError, match=f"{name} = "):
                call(A, w)


# --- energies ---------------------------------------------------------------------------------------------------------


def _second_moment(A, w, sigma2):
    """E v v' of v = y 1{w.x > 0} x by a rule exact in every coordinate, w the first axis: half of the even part."""
    d = len(A)
    z, weights = normal_rule(8)
    total = np.zeros((d, d))
    for index in itertools.product(range(8), repeat=d):
        x, mass = z[list(index)], np.prod(weights[list(index)])
        y2 = (0.5 * (x @ A @ x - np.trace(A))) ** 2 + sigma2
        total += mass * y2 * np.outer(x, x) / 2
    return total


@pytest.mark.parametrize("r", [1, 3])
def test_gradient_energy_by_enumeration(r):
    rng = np.random.default_rng(r)
    A, w, n, sigma2 = quadratic(rng, 3, r), sphere(rng, 1, 3)[0], 7, 0.4
    g = theory.population_gradient_quadratic(A, w)
    second = _second_moment(A, w, sigma2) / n + (1 - 1 / n) * np.outer(g, g)
    values, vectors = np.linalg.eigh(A)
    P = vectors[:, abs(values) > 1e-9]
    found = theory.gradient_energy(A, w, n, sigma2)
    assert found.total == pytest.approx(np.trace(second), rel=1e-12)
    assert found.relevant == pytest.approx(np.trace(P.T @ second @ P), rel=1e-12)


def test_mean_energy_is_the_mean_over_neurons():
    rng = np.random.default_rng(2)
    A = quadratic(rng, 5, 2)
    each = np.array([theory.gradient_energy(A, w, 50, 0.1) for w in sphere(rng, 3600, 5)])
    # The energies are bounded: five standard errors of 3,600 draws.
    for seen, expected in zip(each.T, theory.mean_gradient_energy(A, 50, 0.1), strict=True):
        assert abs(seen.mean() - expected) < 5 * seen.std() / 60


def test_the_share_tends_to_its_limit_and_is_that_of_the_contract():
    def share(d, ratio):
        A = np.zeros((d, d))
        A[0, 0] = 2**0.5
        energy = theory.mean_gradient_energy(A, round(ratio * math.pi * d * d / 2), 0.0)
        return energy.relevant / energy.total

    np.testing.assert_allclose([share(40, r) for r in (0.25, 1, 4)], [0.267, 0.516, 0.787], atol=5e-4)
    assert share(80, 1) == pytest.approx(0.5075, abs=5e-4)
    for ratio in (0.25, 1.0, 4.0):
        errors = [share(d, ratio) - theory.relevant_fraction(d, round(ratio * math.pi * d * d / 2)) for d in (200, 400)]
        assert errors[1] / errors[0] == pytest.approx(0.5, abs=0.05)  # of order 1/d


def test_the_gram_of_gradients_against_random_neurons_and_its_expansion():
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((6, 3)), rng.standard_normal(6)
    W = rng.standard_normal((3, 400_000))
    G = (X * y[:, None]).T @ (X @ W > 0) / 6
    found = theory.mean_gradient_gram(X, y)
    error = np.sqrt(((G[:, None] * G[None]) ** 2).mean(-1) / W.shape[1])
    assert (abs(G @ G.T / W.shape[1] - found) < 5 * error).all()
    # In high dimension: the labels' direction, the square of the sample Hessian, and noise without direction.
    d, n = 400, 200
    X, y = rng.standard_normal((n, d)), rng.standard_normal(n)
    labels, hessian = X.T @ y / n, (X * y[:, None]).T @ X / n
    noise = (0.25 - 1 / (2 * math.pi)) * (X * (y**2)[:, None]).T @ X / n**2
    rest = (
        theory.mean_gradient_gram(X, y) - np.outer(labels, labels) / 4 - hessian @ hessian / (2 * math.pi * d) - noise
    )
    assert np.linalg.norm(rest, 2) < 0.15 * np.linalg.norm(hessian @ hessian, 2) / (2 * math.pi * d)
    for X, y, name in (([[0.0, 0.0], [1.0, 1.0]], [1.0, 1.0], "X"), ([[1.0]], [1.0, 2.0], "y")):
        with pytest.raises(ValueError, match=f"{name} = "):
            theory.mean_gradient_gram(X, y)


# --- the spike --------------------------------------------------------------------------------------------------------


def test_label_moments_by_quadrature_and_alignment():
    c, sigma2 = np.array([0.2, 0.8, -0.3, 0.5]), 0.4
    z, weights = normal_rule(20)
    y = sum(ck * hermite(k, z) for k, ck in enumerate(c))
    found = theory.label_moments(c, sigma2)
    expected = (weights @ (y * z), weights @ y**2 + sigma2, weights @ (y * z) ** 2 + sigma2)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    # n = 1: the direction of x itself: E y^2 z^2 over E y^2 |x|^2.
    assert theory.one_step_alignment(*found, 7, 1) == pytest.approx(found.Ey2z2 / (6 * found.Ey2 + found.Ey2z2))
    limit = found.c1**2 / (found.c1**2 + found.Ey2 / 2)
    assert theory.one_step_alignment(*found, 10**7, 2 * 10**7) == pytest.approx(limit, rel=1e-6)
    assert theory.one_step_alignment(0.0, 1.0, 0.0, [1, 5], 3).tolist() == [1.0, 0.0]
    with pytest.raises(ValueError, match="Ey2z2 = "):
        theory.one_step_alignment(1.0, 1.0, 0.5, 3, 3)


# --- online descent ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [1, 2, 3, 4, 7])
def test_noise_against_quadrature(k):
    z, weights = normal_rule(40)
    for m in (0.0, 0.5, -0.9, 1.0):
        Y, Z = np.meshgrid(z, z, indexing="ij")
        other = m * Y + math.sqrt(1 - m * m) * Z
        mean = np.sum(np.outer(weights, weights) * (hermite(k, Y) ** 2 + 0.3) * hermite(k - 1, other) ** 2)
        assert theory.sgd_noise(k, m, 0.3) == pytest.approx(k * mean, rel=1e-10)


def test_noise_and_overlaps_of_the_contract():
    np.testing.assert_allclose(theory.sgd_noise(2, [0.0, 0.5, 1.0]), [2, 4, 10])
    np.testing.assert_allclose(theory.sgd_noise(3, [0.0, 0.5, 1.0]), [3, 15.375, 93])
    assert theory.sgd_noise(4, 0.5) == pytest.approx(60)
    for k, delta, m0, s, sigma2, expected in (
        (1, 0.5, 0.1, [1, 2, 4], 0.5, [0.4876, 0.6913, 0.8107]),
        (2, 0.2, 0.3, [1.5, 3, 6], 0.0, [0.4564, 0.6134, 0.7709]),
        (3, 0.02, 0.5, [3, 6, 12], 0.0, [0.5300, 0.5616, 0.6276]),
    ):
        np.testing.assert_allclose(theory.sgd_overlap(k, delta, m0, s, sigma2), expected, atol=5e-5)


def test_overlap_in_closed_form_and_its_shapes():
    # k = 1: a Riccati equation with roots m+ and m-.
    delta, sigma2, m0 = 0.5, 0.5, 0.1
    b = delta / 2 * (1 + sigma2)
    high, low = ((-b + sign * math.sqrt(b * b + 4)) / 2 for sign in (1, -1))
    s = np.array([[0.0, 0.3], [7.0, 1.0]])
    ratio = (m0 - high) / (m0 - low) * np.exp(-delta * (high - low) * s)
    np.testing.assert_allclose(
        theory.sgd_overlap(1, delta, m0, s, sigma2), (high - low * ratio) / (1 - ratio), rtol=1e-9
    )
    assert theory.sgd_overlap(2, 0.3, 0.2, 0.0) == 0.2
    assert theory.sgd_overlap(2, 0.3, -0.2, 3.0) == pytest.approx(-theory.sgd_overlap(2, 0.3, 0.2, 3.0), rel=1e-9)
    assert theory.sgd_overlap(30, 100.0, 1.0, 1e6, 1e6) == pytest.approx(0, abs=1e-6)  # stiff


def test_times_are_the_inverse_of_the_overlap():
    for k, delta, m0, sigma2 in ((1, 0.5, 0.0, 0.5), (2, 0.2, 0.01, 0.0), (3, 0.02, 0.1, 0.3)):
        time = theory.sgd_time(k, delta, m0, 0.4, sigma2)
        assert theory.sgd_overlap(k, delta, m0, time, sigma2) == pytest.approx(0.4, rel=1e-6)
    assert theory.sgd_time(2, 0.2, 0.0, 0.1) == math.inf
    assert theory.sgd_time(3, 1.01 * theory.max_step(3, 0.1), 0.1, 0.2) == math.inf
    assert theory.sgd_time(3, 0.5, 0.3, 0.3) == 0


def test_the_largest_step_balances_gain_and_noise():
    for k, m0, sigma2 in ((2, 1e-4, 0.7), (3, 1e-5, 0.2), (5, 1e-3, 0.0)):
        delta = theory.max_step(k, m0, sigma2)
        gain = delta * k * m0 ** (k - 1)
        assert abs(theory.sgd_drift(k, delta, m0, sigma2)) < 100 * m0**2 * gain
        assert theory.sgd_drift(k, 0.5 * delta, m0, sigma2) == pytest.approx(0.25 * gain, rel=1e-4)
    assert theory.max_step(2, 0.0) == 2
    assert theory.max_step([1, 3], 0.0).tolist() == [math.inf, 0]


# --- fixed features ---------------------------------------------------------------------------------------------------


def test_fixed_feature_bounds():
    assert theory.fixed_feature_risk(12, 20) == pytest.approx(0.7436, abs=5e-5)
    assert theory.fixed_feature_risk(4, 5, 3) == 0.75
    np.testing.assert_allclose(theory.rank_one_lower_bound(12, [20, 50]), [0.6905, 0.3333], atol=5e-5)
    for d in (1, 2, 9):
        D = d * (d + 1) // 2
        for bound in (theory.fixed_feature_risk, theory.rank_one_lower_bound):
            assert bound(d, [0, D]).tolist() == [1, 0]
            with pytest.raises(ValueError, match="n = "):
                bound(d, D + 1)


def test_the_second_moment_of_a_random_square():
    """Eigenvalues of E t t' for t the coefficients of h_2(u.x): what n functions can hold at most."""
    d, u = 4, sphere(np.random.default_rng(4), 200_000, 4)
    pairs = [(i, j) for i in range(d) for j in range(i, d)]
    t = np.stack([(1 if i == j else 2**0.5) * u[:, i] * u[:, j] for i, j in pairs], axis=1)
    eigenvalues = np.linalg.eigvalsh(t.T @ t / len(t))[::-1]
    expected = 1 - theory.rank_one_lower_bound(d, np.arange(11))
    np.testing.assert_allclose(np.cumsum(eigenvalues), expected[1:], atol=5e-3)  # 1/sqrt(200,000) twice


def test_transfer():
    assert theory.transfer_in_sample_risk(2, 3, 60, 0.25) == pytest.approx(0.041667, abs=5e-7)
    with pytest.raises(ValueError, match="n = 9: must be at least the number of polynomials, 10"):
        theory.transfer_in_sample_risk(2, 3, 9, 0.25)
