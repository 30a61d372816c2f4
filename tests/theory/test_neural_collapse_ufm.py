"""Optima of the unconstrained features model: built from their formulas, they are stationary and cost what is said."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from theory import neural_collapse as nc
from theory.neural_collapse.seli import seli_geometry

sizes = st.lists(st.integers(1, 30), min_size=2, max_size=6)
penalty = st.floats(1e-4, 0.3)


def one_hot(n_per_class):
    return np.repeat(np.eye(len(n_per_class)), n_per_class, axis=1)


def mse_objective(W, H, b, Y, lambdas):
    """Squared loss with penalties (W, H, b) and its gradients."""
    lambda_W, lambda_H, lambda_b = lambdas
    N = Y.shape[1]
    residual = W @ H + b[:, None] - Y
    value = np.sum(residual**2) / (2 * N) + 0.5 * (
        lambda_W * np.sum(W**2) + lambda_H * np.sum(H**2) + lambda_b * np.sum(b**2)
    )
    gradients = (
        residual @ H.T / N + lambda_W * W,
        W.T @ residual / N + lambda_H * H,
        residual.sum(axis=1) / N + lambda_b * b,
    )
    return value, gradients


def softmax(Z):
    p = np.exp(Z - Z.max(axis=0))
    return p / p.sum(axis=0)


# --- squared loss ----------------------------------------------------------------------------------------------------


@given(sizes, penalty, penalty)
def test_mse_optimum_is_stationary_and_costs_its_loss(n, lambda_W, lambda_H):
    optimum, Y = nc.ufm_mse_optimum(n, lambda_W, lambda_H), one_hot(n)
    W = np.diag(np.sqrt(optimum.w_sqnorm))
    H = np.diag(np.sqrt(optimum.h_sqnorm)) @ Y
    value, (g_W, g_H, _) = mse_objective(W, H, np.zeros(len(n)), Y, (lambda_W, lambda_H, 0.0))
    assert value == pytest.approx(optimum.loss, rel=1e-12)
    assert max(np.abs(g_W).max(), np.abs(g_H).max()) < 1e-14
    np.testing.assert_array_equal(optimum.collapsed, optimum.z == 0)
    # The threshold as the contract words it, away from ties.
    c2 = lambda_W * lambda_H
    clear = np.abs(np.asarray(n) / (sum(n) ** 2 * c2) - 1) > 1e-9
    np.testing.assert_array_equal(optimum.collapsed[clear], (np.asarray(n) <= sum(n) ** 2 * c2)[clear])


@given(sizes, penalty, penalty)
def test_mse_optimum_is_certified_by_the_dual(n, lambda_W, lambda_H):
    optimum, Y, N = nc.ufm_mse_optimum(n, lambda_W, lambda_H), one_hot(n), sum(n)
    G = (Y - (optimum.z / np.sqrt(n))[:, None] * Y) / N
    assert np.linalg.norm(G, 2) <= math.sqrt(lambda_W * lambda_H) * (1 + 1e-12)
    assert np.sum(G * Y) - 0.5 * N * np.sum(G**2) == pytest.approx(optimum.loss, rel=1e-12)


def test_mse_optimum_confirmed_numbers():
    wide, narrow = (nc.ufm_mse_optimum([12, 6, 3, 1], 5e-3, 2e-3, d) for d in (6, 2))
    assert wide.loss == pytest.approx(0.026899921, abs=5e-10)
    np.testing.assert_allclose(wide.z, [3.394532, 2.379920, 1.662481, 0.930430], atol=5e-7)
    assert narrow.loss == pytest.approx(0.109389509, abs=5e-10)
    assert narrow.collapsed.tolist() == [False, False, True, True]
    ties = nc.ufm_mse_optimum([2, 4, 4, 4], 1e-4, 1e-4, 2)
    assert ties.collapsed.tolist() == [True, False, False, True]


@given(st.integers(2, 6), st.integers(1, 10), penalty, penalty, st.floats(0, 10))
def test_mse_bias_is_stationary_and_costs_its_loss(K, n, lambda_W, lambda_H, lambda_b):
    optimum, Y = nc.ufm_mse_bias(K, n, lambda_W, lambda_H, lambda_b), one_hot([n] * K)
    root = math.sqrt(optimum.z) * (np.eye(K) - 1 / K) + math.sqrt(optimum.z0) / K
    ratio = (lambda_H / lambda_W) ** 0.25
    W, H, b = root * ratio, root @ Y / (ratio * math.sqrt(n)), np.full(K, optimum.bias)
    value, gradients = mse_objective(W, H, b, Y, (lambda_W, lambda_H, lambda_b))
    assert value == pytest.approx(optimum.loss, rel=1e-11)
    assert max(np.abs(g).max() for g in gradients) < 1e-13
    means = H[:, ::n]
    if np.linalg.norm(means) > 1e-6:
        cosine = means[:, 0] @ means[:, 1] / np.linalg.norm(means[:, 0]) / np.linalg.norm(means[:, 1])
        assert cosine == pytest.approx(optimum.cos_uncentred, abs=1e-7)
    else:
        assert np.isnan(optimum.cos_uncentred)


def test_mse_bias_confirmed_numbers_and_broadcast():
    critical = nc.ufm_mse_bias(4, 5, 5e-3, 2e-3, 1.0).lambda_b_crit
    assert critical == pytest.approx(0.0291076, abs=5e-8)
    found = nc.ufm_mse_bias(4, 5, 5e-3, 2e-3, critical * np.array([0.5, 1.5, 10.0]))
    np.testing.assert_allclose(found.z0, [0, 0.724274, 1.955540], atol=5e-7)
    np.testing.assert_allclose(found.bias, [0.246414, 0.161953, 0.0242929], atol=5e-7)
    dead = nc.ufm_mse_bias(3, 4, 1.0, 1.0, 0.5)
    assert dead.lambda_b_crit == math.inf
    # Free of W and H: (t - sqrt n)^2/2N + lambda_b t^2/2N at t = sqrt(n)/(1 + lambda_b), beside two dead modes.
    assert dead.loss == pytest.approx(2 * 4 / 24 + 4 * 0.5 / 1.5 / 24)


@given(sizes, penalty, penalty)
def test_free_bias_against_the_explicit_matrix(n, lambda_W, lambda_H):
    optimum, Y = nc.ufm_mse_free_bias(n, lambda_W, lambda_H), one_hot(n)
    N, c = sum(n), math.sqrt(lambda_W * lambda_H)
    left, sigma, right = np.linalg.svd(Y - Y.mean(axis=1, keepdims=True), full_matrices=False)
    z = np.maximum(sigma - N * c, 0)
    np.testing.assert_allclose(optimum.z, z[: len(n) - 1], atol=1e-10)
    residual = (left * (sigma - z)) @ right
    assert optimum.loss == pytest.approx(np.sum(residual**2) / (2 * N) + c * z.sum(), rel=1e-10, abs=1e-12)


def test_free_bias_confirmed_numbers_and_balanced_limit():
    optimum = nc.ufm_mse_free_bias([12, 6, 3, 1], 5e-3, 2e-3)
    assert optimum.loss == pytest.approx(0.0184797713, abs=5e-11)
    np.testing.assert_allclose(optimum.z, [2.81698, 1.87639, 1.04609], atol=5e-6)
    balanced, penalised = nc.ufm_mse_free_bias([5] * 4, 5e-3, 2e-3), nc.ufm_mse_bias(4, 5, 5e-3, 2e-3, 0.0)
    assert balanced.loss == pytest.approx(penalised.loss, rel=1e-12)
    np.testing.assert_allclose(balanced.z, penalised.z, rtol=1e-12)


# --- cross-entropy ---------------------------------------------------------------------------------------------------


def ce_objective(W, H, Y, lambda_W, lambda_H):
    p = softmax(W @ H)
    residual = (p - Y) / Y.shape[1]
    value = -np.mean(np.log(np.sum(p * Y, axis=0))) + 0.5 * (lambda_W * np.sum(W**2) + lambda_H * np.sum(H**2))
    return value, residual @ H.T + lambda_W * W, W.T @ residual + lambda_H * H


@pytest.mark.parametrize("nonnegative", [False, True])
@pytest.mark.parametrize(
    ("K", "n", "lambda_W", "lambda_H"), [(4, 5, 5e-3, 2e-3), (3, 4, 5e-3, 4e-3), (6, 1, 0.1, 0.02)]
)
def test_ce_optimum_is_stationary_and_costs_its_loss(K, n, lambda_W, lambda_H, nonnegative):
    optimum, Y = nc.ufm_ce_optimum(K, n, lambda_W, lambda_H, nonnegative), one_hot([n] * K)
    centring = np.eye(K) - 1 / K
    directions = (np.eye(K) if nonnegative else centring * math.sqrt(K / (K - 1))) @ Y
    W = centring * math.sqrt(optimum.w_sqnorm * K / (K - 1))
    H = directions * math.sqrt(optimum.h_sqnorm)
    value, g_W, g_H = ce_objective(W, H, Y, lambda_W, lambda_H)
    assert value == pytest.approx(optimum.loss, rel=1e-13)
    assert np.abs(g_W).max() < 1e-15
    if nonnegative:  # projected: pushes only against the constraint
        assert np.abs(g_H[H > 0]).max() < 1e-15
        assert g_H[H == 0].min() > 0
    else:
        assert np.abs(g_H).max() < 1e-15
    p = softmax(W @ H)
    np.testing.assert_allclose(np.sum(p * Y, axis=0), optimum.p_true, rtol=1e-13)
    np.testing.assert_allclose((W @ H)[0, 0] - (W @ H)[1, 0], optimum.tau, rtol=1e-13)


def test_ce_optimum_confirmed_numbers():
    assert nc.ufm_ce_optimum(5, 3, 0.01, 0.01).tau == pytest.approx(3.984065, abs=5e-7)
    relu = nc.ufm_ce_optimum(3, 4, 5e-3, 4e-3, True)
    assert relu.tau == pytest.approx(4.491857, abs=5e-7)
    assert nc.ufm_ce_optimum(4, 3, 0.1, (0.97 / math.sqrt(64 / 3)) ** 2 / 0.3, True).loss == pytest.approx(
        1.384970, abs=5e-7
    )
    dead = nc.ufm_ce_optimum(4, 5, 0.1, 0.2)
    assert dead == pytest.approx((0.0, math.log(4), 0.0, 0.0, 0.25))


def test_ce_optimum_is_continuous_at_collapse_and_broadcasts():
    a = np.array([0.25 * (1 - 1e-9), 0.25, 0.25 * (1 + 1e-9)])
    found = nc.ufm_ce_optimum(4, 1, a, a)
    np.testing.assert_allclose(found.loss, math.log(4), rtol=1e-12)
    assert found.tau[0] == pytest.approx(4e-9 / 0.75 * 0.75, rel=1e-5, abs=0)
    assert (found.tau[1:] == 0).all()


# --- max margin ------------------------------------------------------------------------------------------------------


@given(sizes)
def test_seli_is_feasible_tight_and_certified(n):
    geometry, K = seli_geometry(n), len(n)
    P = np.eye(K) - 1 / K
    left, values, right = np.linalg.svd(P @ np.diag(np.sqrt(n)))
    W, means = left * np.sqrt(values), (np.sqrt(values)[:, None] * right) / np.sqrt(n)
    np.testing.assert_allclose(W @ means, P, atol=1e-10)
    np.testing.assert_allclose(geometry.WWt, W @ W.T, atol=1e-9)
    np.testing.assert_allclose(geometry.HHt, means.T @ means, atol=1e-9)
    assert geometry.value == pytest.approx(0.5 * (np.sum(W**2) + np.sum(means**2 * np.asarray(n))), rel=1e-9)
    certificate = left[:, :-1] @ right[:-1]
    assert (certificate - np.diag(np.diag(certificate))).max() <= 1e-10


def test_seli_confirmed_numbers_and_balanced_simplex():
    assert seli_geometry([6, 6, 1, 1]).value == pytest.approx(5.3203184, abs=5e-8)
    assert seli_geometry([7, 1, 2, 3]).value == pytest.approx(5.1892836, abs=5e-8)
    np.testing.assert_allclose(seli_geometry([4] * 3).WWt, 2 * (np.eye(3) - 1 / 3), atol=1e-14)


# --- saddles ---------------------------------------------------------------------------------------------------------


def numerical_curvature(n, lambda_W, lambda_H, off, d):
    """Smallest Hessian eigenvalue by central differences of the gradient at the critical point."""
    Y, N, K = one_hot(n), sum(n), len(n)
    z = np.maximum(np.sqrt(n) - N * math.sqrt(lambda_W * lambda_H), 0)
    z[list(off)] = 0
    ratio = (lambda_H / lambda_W) ** 0.25
    W, H = np.eye(K, d) * ratio * np.sqrt(z)[:, None], np.eye(d, K) @ (np.sqrt(z / n)[:, None] / ratio * Y)
    x = np.concatenate([W.ravel(), H.ravel()])

    def gradient(x):
        W, H = x[: K * d].reshape(K, d), x[K * d :].reshape(d, N)
        _, (g_W, g_H, _) = mse_objective(W, H, np.zeros(K), Y, (lambda_W, lambda_H, 0.0))
        return np.concatenate([g_W.ravel(), g_H.ravel()])

    assert np.abs(gradient(x)).max() < 1e-13
    step = 1e-5 * np.eye(x.size)
    hessian = np.array([(gradient(x + e) - gradient(x - e)) / 2e-5 for e in step])
    return np.linalg.eigvalsh(0.5 * (hessian + hessian.T))[0]


@pytest.mark.parametrize("off", [(), (0,), (2,), (1, 2), (0, 1, 2)])
@pytest.mark.parametrize(("n", "lambda_W", "lambda_H"), [((5, 4, 2), 0.02, 0.01), ((4, 3, 1), 0.3, 0.06)])
def test_saddle_curvature_against_the_hessian(n, lambda_W, lambda_H, off):
    found = nc.saddle_curvature(n, lambda_W, lambda_H, off)
    assert found == pytest.approx(numerical_curvature(n, lambda_W, lambda_H, off, 4), abs=1e-9)


def test_saddle_curvature_confirmed_numbers_and_sign():
    found = [nc.saddle_curvature([5, 4, 2], 0.02, 0.01, off) for off in ([0, 1, 2], [1, 2], [2], [])]
    np.testing.assert_allclose(found, [-0.188340390, -0.166886919, -0.113662060, 0.0], atol=5e-10)
    # Nothing can live: the minimum is at zero and curves upwards.
    assert nc.saddle_curvature([3, 3], 1.0, 1.0, [0, 1]) == pytest.approx(1 - math.sqrt(3) / 6)
