"""Low-rank gradients: literal descents in many digits, exact small cases, the contract's numbers, counterexamples."""

from __future__ import annotations

import itertools
import math

import mpmath
import numpy as np
import pytest

from claims import load_claims
from theory import low_rank_gradients as lrg

I2 = np.eye(2)
BETA, GAMMA, ETA = (0.5, 0.8, 1.1, 1.4), (0.6, 0.9, 1.2), 0.5 / 1.68


def psd(values, rng):
    q, _ = np.linalg.qr(rng.standard_normal((len(values), len(values))))
    return q * np.asarray(values) @ q.T, q


@pytest.fixture
def problem():
    rng = np.random.default_rng(0)
    (B, U), (C, V) = psd(BETA, rng), psd(GAMMA, rng)
    A, W0 = rng.standard_normal((4, 3)), rng.standard_normal((4, 3))
    return A, (B + B.T) / 2, (C + C.T) / 2, W0, U, V


def exact_path(A, B, C, W0, steps):
    """W <- W + eta G in fifty digits; the singular values of G at the end."""
    with mpmath.workdps(50):
        A, B, C, W = (mpmath.matrix(x.tolist()) for x in (A, B, C, W0))
        for _ in range(steps):
            W = W + mpmath.mpf(ETA) * (A - B * W * C)
        return [float(s) for s in mpmath.svd_r(A - B * W * C, compute_uv=False)]


@pytest.mark.parametrize("steps", [0, 1, 7, 60])
def test_the_spectrum_is_that_of_the_descent(problem, steps):
    A, B, C, W0, *_ = problem
    found = lrg.gradient_trajectory(A, B, C, W0, ETA, steps)
    exact = np.array(exact_path(A, B, C, W0, steps))
    np.testing.assert_allclose(found.singular_values[-1], exact, rtol=1e-12 * exact[0] / exact[-1])
    assert found.stable_rank[-1] == pytest.approx(np.sum(exact**2) / exact[0] ** 2)
    assert found.kappa[-1] == pytest.approx(np.sum(exact[1:] ** 2) / np.sum(exact**2), rel=1e-8)


def test_exponent_and_constant(problem):
    A, B, C, W0, U, V = problem
    kappa = lrg.gradient_trajectory(A, B, C, W0, ETA, 241).kappa
    slope = np.diff(np.log(kappa))
    rate = lrg.kappa_rate(BETA, GAMMA, ETA)
    assert rate == pytest.approx(-0.22177, abs=5e-6)
    assert abs(slope[240] - rate) < abs(slope[200] - rate) < abs(slope[160] - rate)
    assert slope[240] == pytest.approx(rate, rel=2e-3)
    constant = lrg.kappa_constant(U.T @ (A - B @ W0 @ C) @ V)
    assert kappa[200] / math.exp(200 * rate) == pytest.approx(constant, rel=0.02)
    # The products alone would say -.1005: too slow.
    slow = 2 * (math.log1p(-ETA * 0.45) - math.log1p(-ETA * 0.3))
    assert slow == pytest.approx(-0.1005, abs=1e-4)


def test_the_line_of_the_claim_is_late_enough():
    """The next order at the steps where the claim looks, by the exact spectrum: below a third of its tolerance."""
    (found,) = (one for one in load_claims("low_rank_gradients") if one.slug == "gradient-rank-one-rate")
    for cell in (*found.grid.quick, *found.grid.full):
        beta, gamma, t, end = cell["beta"], cell["gamma"], cell["t"], cell["t"] + cell["span"]
        kappa = lrg.gradient_trajectory(
            cell["H0"], np.diag(beta), np.diag(gamma), np.zeros((len(beta), len(gamma))), cell["eta"], end
        ).kappa
        rate = math.log(kappa[end] / kappa[t]) / cell["span"]
        assert rate == pytest.approx(lrg.kappa_rate(beta, gamma, cell["eta"]), rel=3e-4)
        assert kappa[t] * math.exp(-t * rate) == pytest.approx(lrg.kappa_constant(cell["H0"]), rel=3e-4)


def test_the_stable_rank_outlives_the_gradient():
    found = lrg.gradient_trajectory(
        [[1.0, 1.0], [1.0, 2.0]], np.diag([0.9, 1.0]), np.eye(2), np.zeros((2, 2)), 0.9, 2000
    )
    assert found.singular_values[-1, 0] == 0
    assert found.stable_rank[-1] == 1
    assert np.isfinite(found.kappa).all()


def test_the_stable_rank_can_rise_first():
    H0 = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 3]])
    B = np.diag([0.1, 0.2, 1.0])
    found = lrg.gradient_trajectory(H0, B, np.eye(3), np.zeros((3, 3)), 0.5, 3)
    assert found.stable_rank[0] == pytest.approx(11 / 9)
    assert found.stable_rank[1] > found.stable_rank[0]


@pytest.mark.parametrize("t", [0, 1, 5, 40])
def test_the_bound_holds_over_random_starts(t):
    rng = np.random.default_rng(1)
    for _ in range(300):
        beta, gamma = rng.uniform(0.05, 1, 3), rng.uniform(0.05, 1, 3)
        if rng.random() < 0.3:
            beta[0] = 0.0
        H0 = np.exp(2 * rng.standard_normal((3, 3))) * rng.choice([-1, 1], (3, 3))
        H = H0 * (1 - 0.9 * np.outer(beta, gamma)) ** t
        s = np.linalg.svd(H, compute_uv=False)
        bound = lrg.stable_rank_bound(H0, beta, gamma, np.eye(3), np.eye(3), 0.9, t)
        assert np.sum(s**2) / s[0] ** 2 <= bound * (1 + 1e-12)


def test_the_bound_is_attained():
    """All of G_0 in the two slowest eigenspaces, orthogonal, the second no larger."""
    t = np.array([0, 1, 5])
    bound = lrg.stable_rank_bound(np.eye(2), [0.5, 1.0], [1.0, 1.0], np.eye(2), np.eye(2), 0.5, t)
    np.testing.assert_allclose(bound, 1 + (0.5 / 0.75) ** (2 * t))


def test_the_failure_where_both_are_singular():
    G0, values = np.array([[-1.0, 1.0], [1.0, 1.0]]), [1.0, 0.0]
    with pytest.raises(ValueError, match="both singular"):
        lrg.stable_rank_bound(G0, values, values, I2, I2, 0.3, 0)
    t = np.array([0, 1, 2, 5])
    limit = np.array([[0.0, 1.0], [1.0, 1.0]])
    norm = np.linalg.norm(limit, 2)
    naive = (3 + 0.7 ** (2 * t)) / norm**2
    np.testing.assert_allclose(naive, [1.528, 1.333, 1.238, 1.157], atol=5e-4)
    sr = [
        np.linalg.norm(limit + q * (G0 - limit)) ** 2 / np.linalg.norm(limit + q * (G0 - limit), 2) ** 2 for q in 0.7**t
    ]
    np.testing.assert_allclose(sr, [2.000, 1.632, 1.436, 1.222], atol=5e-4)
    assert (sr > naive).all()
    assert (sr <= lrg.both_singular_bound(G0, values, values, I2, I2, 0.3, t) + 1e-12).all()


def test_the_bound_for_both_singular_over_random_starts():
    rng = np.random.default_rng(2)
    for t, _ in itertools.product((0, 1, 4, 30), range(200)):
        beta, gamma = rng.uniform(0.05, 1, 4), rng.uniform(0.05, 1, 3)
        beta[rng.integers(4)] = gamma[rng.integers(3)] = 0.0
        H0 = np.exp(2 * rng.standard_normal((4, 3))) * rng.choice([-1, 1], (4, 3))
        s = np.linalg.svd(H0 * (1 - 0.9 * np.outer(beta, gamma)) ** t, compute_uv=False)
        assert np.sum(s**2) / s[0] ** 2 <= lrg.both_singular_bound(H0, beta, gamma, np.eye(4), np.eye(3), 0.9, t) + 1e-9


def test_projected_descent(problem):
    A, B, C, _, U, _ = problem
    P = np.linalg.qr(U[:, :2] + 0.3)[0]
    W, t = np.zeros_like(A), 0
    for t in range(4001):
        G = A - B @ W @ C
        if t in (0, 3, 50):
            np.testing.assert_allclose(lrg.projected_residual(A, B, C, P, ETA, t), P.T @ G, atol=1e-13)
        W = W + ETA * P @ P.T @ G
    np.testing.assert_allclose(A - B @ W @ C, lrg.projection_floor(A, B, P), atol=1e-10)
    with pytest.raises(ValueError, match="not singular"):
        lrg.projection_floor(np.eye(2), np.diag([0.0, 1.0]), [[1.0], [0.0]])


def test_refreshes():
    s = [5, 4, 3, 2, 1.5, 1, 0.5, 0.2]
    found = lrg.refreshed_loss(s, 2, 6, 0.2, 8)
    np.testing.assert_allclose(found[[1, 3, 8]], [9.678749, 1.777771, 0.0538215], rtol=1e-6)
    np.testing.assert_allclose(lrg.refreshed_loss(s[::-1], 8, 1, 0.5, 3), found[0] / 4.0 ** np.arange(4))
    np.testing.assert_allclose(lrg.random_refresh_loss(found[0], 8, 8, 1, 0.5, 3), found[0] / 4.0 ** np.arange(4))
    assert lrg.random_refresh_loss(found[0], 8, 2, 6, 0.2, 3)[3] == pytest.approx(12.9907, abs=1e-4)


def test_range_finder_ends():
    flat = [1e9] * 3 + [2.0] * 9
    for p in range(2, 10):
        share = lrg.range_finder_flat(9, 3, p, 2.0) / lrg.range_finder_bound(flat, 3, p, "F2")
        assert share == pytest.approx((9 - p) / 9)
    assert lrg.range_finder_flat(20, 2, 6) == pytest.approx(19.6)
    assert lrg.range_finder_bound([1.0, 2.0], 0, 0, "2") == 2
    assert lrg.range_finder_bound([1.0, 2.0], 0, 0, "F2") == pytest.approx(5)
    assert lrg.range_finder_bound([1.0, 0.0, 0.0], 1, 1, "2") == 0
    assert lrg.range_finder_bound([1.0] * 5, 2, 0, "2") == math.inf
    assert lrg.range_finder_flat(5, 2, 1) == math.inf
    assert lrg.range_finder_flat(1, 2, 1) == 0
    assert lrg.range_finder_flat(5, 0, 1) == 4


def test_the_flat_case_by_the_inverse_wishart():
    """Spikes infinite: Q holds them; what is left is a sketch of p columns and a leak of k, by Monte Carlo."""
    rng, N, k, p = np.random.default_rng(3), 6, 2, 5
    errors = []
    for _ in range(20_000):
        omega = rng.standard_normal((N + k, k + p))
        # In coordinates where the spikes' rows are [L 0]: the error of the tail is |T_2's complement (I, -T_1 L^-1)|.
        q, low = np.linalg.qr(omega[:k].T, mode="complete")
        rotated = omega[k:] @ q
        first, rest = rotated[:, :k], rotated[:, k:]
        basis = np.linalg.qr(rest)[0]
        out = np.eye(N) - basis @ basis.T
        errors.append(np.trace(out) + np.sum((out @ first @ np.linalg.inv(low[:k].T)) ** 2))
    value = np.mean(errors)
    assert abs(value - lrg.range_finder_flat(N, k, p)) < 5 * np.std(errors) / math.sqrt(len(errors))


def test_memory():
    assert lrg.optimiser_memory(4, 6, 3, "full") == (24, 48)
    assert lrg.optimiser_memory(4, 6, 3, "lora") == (54, 60)
    for m, n in ((8, 8), (64, 128), (10, 17)):
        full = lrg.optimiser_memory(m, n, 1, "full").states
        for r in range(1, m + 1):
            low, lora = (lrg.optimiser_memory(m, n, r, method).states for method in ("projection", "lora"))
            assert lora - low == m * r
            assert (low < full) == (r * (m + 2 * n) < 2 * m * n) == (r <= lrg.break_even_rank(m, n))
    assert lrg.gradient_rank_cap(5, 10, 128, True) == 5
    assert lrg.gradient_rank_cap(64, 10, 128) == 10
    assert lrg.gradient_rank_cap(3, 1, 4, True) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: lrg.gradient_trajectory(I2, [[1.0, 1.0], [0.0, 1.0]], I2, I2, 0.1, 1), "B = .*symm"),
        (lambda: lrg.gradient_trajectory(I2, -I2, I2, I2, 0.1, 1), "B = .*positive semi"),
        (lambda: lrg.gradient_trajectory(I2, I2, I2, I2, 0.1, 1), "A = B W0 C"),
        (lambda: lrg.gradient_trajectory(I2, I2, I2, np.eye(3), 0.1, 1), "W0 = array of shape"),
        (lambda: lrg.gradient_trajectory(2 * I2, I2, I2, I2, 1.0, 1), "eta = 1.0"),
        (lambda: lrg.kappa_rate([1.0, 1.0], [1.0, 2.0], 0.1), "beta = "),
        (lambda: lrg.kappa_rate([1.0, 2.0], [2.0, 1.0], 0.1), "gamma = "),
        (lambda: lrg.kappa_constant([[0.0, 1.0], [1.0, 1.0]]), "H0 = "),
        (lambda: lrg.stable_rank_bound(I2, [1, 2], [1, 2], 2 * I2, I2, 0.1, 1), "U = .*orthonormal"),
        (lambda: lrg.both_singular_bound(I2, [1, 2], [0, 2], I2, I2, 0.1, 1), "beta = .*partly 0"),
        (lambda: lrg.projected_residual(I2, I2, I2, [[2.0], [0.0]], 0.1, 1), "P = .*orthonormal"),
        (lambda: lrg.refreshed_loss([1.0], 2, 1, 0.1, 1), "r = 2"),
        (lambda: lrg.random_refresh_loss(1.0, 2, 3, 1, 0.1, 1), "r = 3"),
        (lambda: lrg.range_finder_bound([1.0], 1, 1, "F"), "k = 1"),
        (lambda: lrg.range_finder_flat(2, 1, 3), "p = 3"),
        (lambda: lrg.optimiser_memory(3, 2, 1, "full"), "m = 3"),
        (lambda: lrg.optimiser_memory(2, 3, 3, "full"), "r = 3"),
        (lambda: lrg.break_even_rank(3, 2), "m = 3"),
    ],
)  # fmt: skip
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()
