"""Ranks, inversions, counts, noise bounds and the split data set against exact small cases and outside numbers."""

from __future__ import annotations

import itertools
import math

import mpmath
import numpy as np
import pytest
import scipy.optimize
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from theory import gradient_reconstruction as gr


def random(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


# --- ranks and row spaces --------------------------------------------------------------------------------------------


def layer_jacobian(B, d, K, loss):
    """Central differences of the last layer's gradient by the inputs."""
    rng = np.random.default_rng(1)
    W, b, X = rng.standard_normal((K, d)), rng.standard_normal(K), rng.standard_normal((B, d))
    Y = np.eye(K)[rng.integers(K, size=B)] if loss == "softmax" else rng.standard_normal((B, K))

    def gradient(flat):
        Z = flat.reshape(B, d) @ W.T + b
        if loss == "softmax":
            Z = np.exp(Z - Z.max(axis=1, keepdims=True))
            Z /= Z.sum(axis=1, keepdims=True)
        delta = Z - Y
        return np.concatenate([(delta.T @ flat.reshape(B, d)).ravel(), delta.sum(axis=0)])

    h, x = 1e-5, X.ravel()
    return np.array([(gradient(x + h * e) - gradient(x - h * e)) / (2 * h) for e in np.eye(B * d)]).T


@pytest.mark.parametrize(("d", "K", "loss"), [(7, 4, "softmax"), (6, 3, "squared")])
@pytest.mark.parametrize("B", [1, 2, 3, 4, 5])
def test_rank_of_the_jacobian(B, d, K, loss):
    rank = np.linalg.matrix_rank(layer_jacobian(B, d, K, loss), tol=1e-6)
    assert rank == gr.gradient_jacobian_rank(B, d, K, loss) == gr.wide_layer_jacobian_rank(B, d, K, loss)
    threshold = gr.max_identifiable_batch(d, K, loss)
    assert (rank == B * d) == (threshold >= B)


@pytest.mark.parametrize(("B", "d", "K", "loss"), [(9, 3, 5, "softmax"), (9, 3, 5, "squared"), (4, 3, 5, "squared")])
def test_rank_of_a_layer_wider_than_its_input(B, d, K, loss):
    rank = np.linalg.matrix_rank(layer_jacobian(B, d, K, loss), tol=1e-6)
    assert rank == gr.wide_layer_jacobian_rank(B, d, K, loss)


def test_confirmed_ranks_of_digits():
    assert [gr.gradient_jacobian_rank(B, 64, 10, "softmax") for B in (8, 9, 10)] == [512, 576, 585]


@pytest.mark.parametrize(("B", "m", "d", "rank"), [(3, 10, 6, 3), (9, 4, 6, 4), (9, 10, 6, 6)])
def test_gradient_rank(B, m, d, rank):
    assert gr.gradient_rank(B, m, d) == rank == np.linalg.matrix_rank(random(m, B) @ random(B, d, seed=1))


def test_inversion_uses_the_largest_row():
    x, delta = random(5), np.array([0.0, 1e-9, -2.0, 0.5])
    np.testing.assert_allclose(gr.invert_single_sample(np.outer(delta, x), delta), x, rtol=1e-15)


def test_row_space_angles():
    X, delta = random(3, 8), random(5, 3, seed=2)
    np.testing.assert_allclose(gr.row_space_angles(delta.T @ np.eye(5, 5)[:5] @ random(5, 8), X).shape, (3,))
    assert gr.row_space_angles(delta @ X, X).max() < 1e-12
    tilted = gr.row_space_angles([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], [[1.0, 0.0, 0.0], [0.0, 3.0, 3.0]])
    np.testing.assert_allclose(tilted, [math.pi / 4, 0.0], atol=1e-15)


# --- counts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("B", "rho", "h", "m", "expected"),
    [(8, 0, 0, 256, 5.0627), (8, 0, 1.150, 64, 7.6808), (8, 0.5, 0.5, 64, 6.0929), (2, 0.5, 0, 10, 1.6770)],
)
def test_exclusive_confirmed_values(B, rho, h, m, expected):
    assert gr.expected_exclusive(B, m, h, rho) == pytest.approx(expected, abs=6e-5)


@pytest.mark.parametrize("rho", [0.1, 0.5, 0.99, 1 - 1e-9])
def test_two_samples_at_zero_threshold_see_the_angle(rho):
    alone = math.acos(rho) / (2 * math.pi)
    assert gr.expected_exclusive(2, 1, 0.0, rho) == pytest.approx(2 * alone, rel=1e-9)


@pytest.mark.parametrize("rho", [1e-6, 1e-3, 0.3, 0.9, 0.9999])
def test_equicorrelated_exclusive_against_high_precision(rho):
    B, h = 5, 0.8
    root, rest = mpmath.sqrt(rho), mpmath.sqrt(1 - mpmath.mpf(rho))

    def integrand(t):
        q = mpmath.ncdf((root * t - h) / rest)
        return mpmath.npdf(t) * q * (1 - q) ** (B - 1)

    step, width = h / root, rest / root
    points = [-12, *sorted(float(step + c * width) for c in (-9, -3, 0, 3, 9) if abs(step + c * width) < 12), 12]
    alone = float(mpmath.quad(integrand, points))
    assert gr.expected_exclusive(B, 1, h, rho) == pytest.approx(B * alone, rel=1e-9)


def test_exclusive_limits():
    assert gr.expected_exclusive(1, 3, 0.0, 0.4) == pytest.approx(1 - 0.5**3, rel=1e-14)
    tiny = scipy.stats.norm.sf(10.0)
    assert gr.expected_exclusive(3, 2, 10.0) == pytest.approx(6 * tiny, rel=1e-12, abs=0)  # no cancellation
    best = scipy.stats.norm.isf(1 / 8)
    grid = gr.expected_exclusive(8, 10, best + np.array([-0.05, 0.0, 0.05]))
    assert grid.argmax() == 1


def occupancy(n, k):
    """Exact mean, variance and all-alone probability by enumeration of the k^n placements."""
    alone = [sum(1 for b in bins if bins.count(b) == 1) for bins in itertools.product(range(k), repeat=n)]
    return np.mean(alone), np.var(alone), np.mean(np.array(alone) == n)


@pytest.mark.parametrize(("n", "k"), [(1, 2), (2, 2), (3, 4), (5, 3), (6, 2)])
def test_imprint_against_enumeration(n, k):
    mean, variance, everyone = occupancy(n, k)
    assert gr.imprint_expected(n, k) == pytest.approx(mean, rel=1e-12)
    assert gr.imprint_variance(n, k) == pytest.approx(variance, abs=1e-12)
    assert gr.imprint_all(n, k) == pytest.approx(everyone, abs=1e-14)


def test_imprint_without_the_lowest_bin():
    alone = [sum(1 for b in bins if b > 0 and bins.count(b) == 1) for bins in itertools.product(range(4), repeat=5)]
    assert gr.imprint_expected(5, 3, covered=False) == pytest.approx(np.mean(alone), rel=1e-12)


def test_imprint_broadcasts_and_is_precise_for_many_bins():
    np.testing.assert_allclose(gr.imprint_expected([8, 32, 64], [16, 64, 256]), [5.0920, 19.639, 50.014], atol=6e-4)
    assert gr.imprint_variance(32, 64) == pytest.approx(10.66, abs=5e-3)
    with mpmath.workdps(40):
        k = 10**12
        exact = float(mpmath.exp(mpmath.loggamma(k + 1) - mpmath.loggamma(k + 1 - 10**6) - 10**6 * mpmath.log(k)))
        larger = float(mpmath.exp(mpmath.loggamma(k + 1) - mpmath.loggamma(k - 2 * 10**6 + 1) - 2e6 * mpmath.log(k)))
    assert gr.imprint_all(10**6, k) == pytest.approx(exact, rel=1e-10)
    assert gr.imprint_all(2 * 10**6, k) == pytest.approx(larger, rel=1e-6)
    assert gr.imprint_all(10**9, 10**10) == 0.0


@pytest.mark.parametrize(("m", "expected"), [(16, 0.2272), (20, 0.5881), (24, 0.8463)])
def test_relu_recovery(m, expected):
    assert gr.relu_recovery_probability(m, 10) == pytest.approx(expected, abs=5e-5)
    tail = sum(math.comb(m, j) for j in range(10, m + 1)) / 2**m
    assert gr.relu_recovery_probability(m, 10) == pytest.approx(tail, rel=1e-12)


# --- noise -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(5, 3), (3, 5)])
@pytest.mark.parametrize(("s", "tau"), [(0.1, 1.0), (3.0, 0.2), (1.0, 1e9), (1e-9, 1.0), (1.0, 1e-200)])
def test_bayes_error_is_the_trace_of_the_posterior_covariance(shape, s, tau):
    delta = random(*shape)
    with mpmath.workdps(60):
        D = mpmath.matrix(delta.tolist())
        posterior = mpmath.eye(shape[1]) / mpmath.mpf(tau) ** 2 + D.T * D / mpmath.mpf(s) ** 2
        inverse = posterior**-1
        trace = float(sum(inverse[i, i] for i in range(shape[1])) / shape[1])
    assert gr.noise_mmse(delta, s, tau) == pytest.approx(trace, rel=1e-9)


def test_flat_prior():
    delta = random(6, 2)
    expected = 4 * np.trace(np.linalg.inv(delta.T @ delta)) / 2
    assert gr.noise_mmse(delta, 2.0, math.inf) == pytest.approx(expected, rel=1e-12)
    assert gr.noise_mmse(random(2, 3), 1.0, math.inf) == math.inf


@pytest.mark.parametrize(
    ("m", "B", "s", "tau", "expected"),
    [
        (40, 20, 1.0, 1.0, 0.0456),
        (800, 400, 4.47, 1.0, 0.045556),
        (40, 20, 5.0, 1.0, 0.4611),
        (20, 40, 0.01, 1.0, 0.5000),
        (20, 40, 3.0, 1.0, 0.6314),
        (60, 30, 1.0, 1e8, 0.03333),
    ],
)
def test_asymptotic_bayes_error_confirmed_values(m, B, s, tau, expected):
    assert gr.noise_mmse_asymptotic(m, B, s, tau) == pytest.approx(expected, rel=2e-3)


def test_asymptotic_bayes_error_limits():
    assert gr.noise_mmse_asymptotic(60, 30, 1.0, math.inf) == pytest.approx(1 / 30, rel=1e-14)
    np.testing.assert_array_equal(gr.noise_mmse_asymptotic([30, 20], 30, 1.0, math.inf), [math.inf, math.inf])
    assert gr.noise_mmse_asymptotic(20, 40, 1e-9, 2.0) == pytest.approx(4.0 * 0.5, rel=1e-12)
    # Marchenko-Pastur by brute force: one large random matrix.
    delta = random(1600, 800)
    large = gr.noise_mmse(delta, 30.0, 1.0)
    assert gr.noise_mmse_asymptotic(1600, 800, 30.0, 1.0) == pytest.approx(large, rel=5e-3)


@pytest.mark.parametrize(
    ("m", "d", "theta", "expected"),
    [(100, 400, 1.0, 0.3750), (400, 100, 2.0, 0.6000), (400, 100, 1.6, 0.2802), (100, 400, 0.5, 0.0)],
)
def test_spectral_overlap_confirmed_values(m, d, theta, expected):
    assert gr.spectral_overlap(m, d, theta * math.sqrt(d), 1.0, 1.0) == pytest.approx(expected, abs=5e-5)


def test_spectral_overlap_at_its_ends():
    assert gr.spectral_overlap(10, 20, 1.0, 1.0, 0.0) == 1.0
    assert gr.spectral_overlap(10, 20, 0.0, 1.0, 0.0) == 0.0
    for tiny in (1e-40, 1e-90, 1e-200, 5e-324):  # powers of theta underflow
        assert gr.spectral_overlap(100, 400, tiny, 1.0, 1.0) == 0.0
        assert gr.spectral_overlap(100, 400, tiny, tiny, 1.0) == 0.0
    critical = gr.critical_noise(10, 20, 3.0, 2.0)
    assert gr.spectral_overlap(10, 20, 3.0, 2.0, critical * 1.0001) == 0.0
    assert 0 < gr.spectral_overlap(10, 20, 3.0, 2.0, critical * 0.999) < 0.01


def test_cramer_rao_is_the_trace_of_the_inverse_information():
    w, x, y, s = random(6), random(6, seed=1), 0.3, 0.02
    a = w @ x
    jacobian = (a - y) * np.eye(6) + np.outer(x, w)
    information = jacobian.T @ jacobian / s**2
    assert gr.reconstruction_crlb(w, x, y, s) == pytest.approx(np.trace(np.linalg.inv(information)), rel=1e-10)
    assert gr.reconstruction_trace_bound(w, x, y, s) == pytest.approx(36 / np.trace(information), rel=1e-12)


@given(st.integers(0, 1000))
def test_the_trace_bound_is_weaker(seed):
    w, x = random(4, seed=seed), random(4, seed=seed + 1)
    arguments = (w, x, 0.7, 0.1)
    assert gr.reconstruction_trace_bound(*arguments) <= gr.reconstruction_crlb(*arguments) * (1 + 1e-12)


@pytest.mark.parametrize(("s", "ratio"), [(1.0, 6.873), (3.0, 4.231), (10.0, 4.020)])
def test_renyi_ratio(s, ratio):
    assert s**2 / gr.renyi_reconstruction_bound(s, 1.0) == pytest.approx(ratio, abs=5e-4)
    assert gr.renyi_reconstruction_bound(1e-3, 1.0) == 0.0


# --- two data sets with one predictor ---------------------------------------------------------------------------------


def test_max_margin_is_the_quadratic_programme():
    X = random(6, 9)
    y = np.array([1, -1, 1, 1, -1, -1])
    w, dual = gr.max_margin(X, y)
    margins = y * (X @ w)
    assert margins.min() == pytest.approx(1, abs=1e-9)
    assert dual.min() >= 0
    np.testing.assert_allclose((dual * y) @ X, w, atol=1e-12)
    np.testing.assert_allclose(dual * (margins - 1), 0, atol=1e-9)
    outside = scipy.optimize.minimize(
        lambda v: v @ v, w + 0.1, jac=lambda v: 2 * v, method="SLSQP", options={"ftol": 1e-14, "maxiter": 500},
        constraints={"type": "ineq", "fun": lambda v: y * (X @ v) - 1, "jac": lambda v: y[:, None] * X},
    ).x  # fmt: skip
    np.testing.assert_allclose(w, outside, atol=1e-5)


@pytest.mark.parametrize("t", [0.1, 50.0])
def test_a_split_data_set_has_the_same_predictor(t):
    X, y = random(5, 8, seed=3), np.array([1.0, -1, 1, -1, 1])
    w = gr.max_margin(X, y).w
    v = random(8, seed=4)
    v -= (v @ w) / (w @ w) * w
    pairs, labels = gr.split_dataset(X, y, v, t)
    assert pairs.shape == (10, 8)
    np.testing.assert_allclose(pairs[0] + pairs[1], 2 * X[0], atol=1e-12)
    np.testing.assert_array_equal(labels, np.repeat(y, 2))
    np.testing.assert_allclose(gr.max_margin(pairs, labels).w, w, rtol=1e-9, atol=1e-9 * np.abs(w).max())
