"""Small initialisation: closed forms against integrated flows, many digits, the contract's numbers, and each other."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from scipy import integrate

from theory import spectral_initialization as si


def symmetric(values, seed):
    q = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(values), len(values))))[0]
    return (q * values) @ q.T


def flowed(M, U0, t):
    field = lambda _, u: ((M - (U := u.reshape(U0.shape)) @ U.T) @ U).ravel()  # noqa: E731
    U = integrate.solve_ivp(field, (0, t), U0.ravel(), rtol=1e-11, atol=1e-13).y[:, -1].reshape(U0.shape)
    return U @ U.T


@pytest.mark.parametrize("values", [(1.0, 0.5, 0.0, 0.0), (1.0, 0.3, -0.4, -2.0), (-1.0, -0.5, -0.1, 0.0)])
@pytest.mark.parametrize("r", [1, 3, 6])
def test_riccati_against_the_integrated_flow(values, r):
    M, U0 = symmetric(values, 0), 0.4 * np.random.default_rng(r).standard_normal((4, r))
    np.testing.assert_allclose(si.riccati_gram(M, U0, 5.0), flowed(M, U0, 5.0), atol=1e-9)
    np.testing.assert_allclose(si.riccati_gram(M, U0, 0.0), U0 @ U0.T, atol=1e-15)


def in_many_digits(M, U0, t):
    with mpmath.workdps(120):
        E, Q = mpmath.eigsy(mpmath.matrix(M.tolist()))
        start = mpmath.matrix(U0.tolist())
        grown = Q * mpmath.diag([mpmath.exp(e * t) for e in E]) * Q.T
        phi = Q * mpmath.diag([mpmath.expm1(2 * e * t) / e for e in E]) * Q.T
        inner = mpmath.inverse(mpmath.eye(U0.shape[1]) + start.T * phi * start)
        return np.array((grown * start * inner * start.T * grown).tolist(), dtype=float)


@pytest.mark.parametrize("alpha", [1.0, 1e-2, 1e-6])
def test_riccati_late_against_many_digits(alpha):
    M, U0 = symmetric((1.0, 0.7, 0.2, -0.3), 1), alpha * np.random.default_rng(2).standard_normal((4, 3))
    for t in (1.0, 30.0, 150.0):
        np.testing.assert_allclose(si.riccati_gram(M, U0, t), in_many_digits(M, U0, t), atol=1e-13)


def test_riccati_null_and_refusals():
    zero = np.zeros((2, 2))
    assert si.riccati_gram(zero, [[0.2], [0.0]], 20.0)[0, 0] == pytest.approx(si.null_mode(0.04, 20.0), rel=1e-14)
    for arguments, message in (
        (([[0.0, 1.0], [0.0, 0.0]], [[1.0], [0.0]], 1.0), "M = .* symmetric"),
        (([[0.0, 1.0]], [[1.0]], 1.0), "M = .* symmetric"),
        ((zero, [[1.0]], 1.0), "U0 = .*2 rows"),
        ((zero, [[1.0], [0.0]], -1.0), "t = -1"),
        ((np.eye(2), [[1.0], [0.0]], 1e5), "lambda_max"),
    ):
        with pytest.raises(ValueError, match=message):
            si.riccati_gram(*arguments)


def test_modes_are_the_aligned_case_of_riccati():
    s, a0, t = np.array([3.0, 1.0, 0.4]), np.array([1e-3, 0.02, 0.6]), 1.7
    gram = si.riccati_gram(np.diag(s), np.diag(np.sqrt(a0)), t)
    np.testing.assert_allclose(gram, np.diag(si.mode_strength(s, a0, t)), atol=1e-14)


def test_mode_times_invert_strengths_and_keep_the_order():
    s, frac = np.array([3.0, 1.0, 0.3]), np.array([[0.1], [0.5], [0.99]])
    t = si.mode_time(s, 1e-8, frac)
    np.testing.assert_allclose(si.mode_strength(s, 1e-8, t), frac * s, rtol=1e-9)
    assert (np.diff(t, axis=1) > 0).all()
    ratio = 2 * s * si.mode_time(s, 1e-16, 0.5) / math.log(1e16)
    np.testing.assert_allclose(ratio, [1.030, 1.000, 0.967], atol=5e-4)
    assert si.mode_time(2.0, 1.0, 0.5) == 0
    for arguments in ((1.0, 0.6, 0.5), (1.0, 0.1, 1.0), (1.0, 0.1, 0.0), (0.0, 0.1, 0.5)):
        with pytest.raises(ValueError, match=r"a0|frac|s ="):
            si.mode_time(*arguments)


def test_the_contracts_strengths():
    found = si.mode_strength([3.0, 1.5, 0.5], 1e-3, 4.0)
    np.testing.assert_allclose(found, [2.99999966, 1.486311, 0.049312], atol=5e-7)
    assert si.mode_strength(1.0, 1e-3, 1e6) == 1


@pytest.mark.parametrize(("r", "k"), [(4, 2), (5, 3), (3, 3)])
def test_the_delay_against_draws_of_what_is_left(r, k):
    g = np.random.default_rng(0).standard_normal((200_000, k, r))
    gram = g @ g.swapaxes(1, 2)
    left = np.linalg.det(gram) / (np.linalg.det(gram[:, : k - 1, : k - 1]) * gram[:, -1, -1])
    delay = -np.log(left) / (2 * 0.5)
    assert abs(si.mode_delay(0.5, r, k) - delay.mean()) < 5 * delay.std() / len(g) ** 0.5
    assert si.mode_delay(0.5, r, 1) == 0
    law = si.delay_law(r, k)
    assert law.cdf(np.quantile(left, 0.4)) == pytest.approx(0.4, abs=5 * 0.5 / len(g) ** 0.5)
    assert -law.expect(np.log) / (2 * 0.5) == pytest.approx(si.mode_delay(0.5, r, k), rel=1e-6)


def test_the_delay_is_what_riccati_says_of_a_tiny_start():
    s, alpha, g = np.array([2.0, 0.5]), 1e-6, np.random.default_rng(5).standard_normal((2, 3))
    aligned = float(si.mode_time(0.5, alpha**2 * g[1] @ g[1], 0.5))
    cosine2 = (g[0] @ g[1]) ** 2 / (g[0] @ g[0]) / (g[1] @ g[1])
    late = aligned - math.log(1 - cosine2) / (2 * 0.5)
    assert si.riccati_gram(np.diag(s), alpha * g, late)[1, 1] == pytest.approx(0.25, rel=1e-6)


def test_the_power_phase_by_its_expansion():
    rng = np.random.default_rng(3)
    M, G, eta = symmetric((1.0, 0.5, 0.0), 3), rng.standard_normal((3, 2)), 0.1
    with mpmath.workdps(60):
        alpha, Z = mpmath.mpf(10) ** -12, mpmath.eye(3) + eta * mpmath.matrix(M.tolist())
        U = X = alpha * mpmath.matrix(G.tolist())
        for _ in range(7):
            U, X = Z * U - eta * (U * (U.T * U)), Z * X
        expected = np.array(((U - X) / alpha**3).tolist(), dtype=float)
    np.testing.assert_allclose(si.power_phase_coefficient(M, G, eta, 7), expected, rtol=1e-12)
    with pytest.raises(ValueError, match="t = "):
        si.power_phase_coefficient(M, G, 1.0, 10**4)


def test_the_alignment_law_and_its_mean():
    for d, r in ((60, 10), (30, 60), (5, 3)):
        law = si.alignment_law(d, r, 2.0, 0.1, 7)
        assert law.mean() == pytest.approx(si.alignment_tan2(d, r, 2.0, 0.1, 7))
        assert si.alignment_tan2(d, r, 2.0, 0.1, 7) * 1.2**14 == pytest.approx((d - 1) / (r - 2))
    assert si.alignment_tan2(60, 2, 1.0, 0.1, 3) == si.alignment_tan2(60, 1, 1.0, 0.1, 3) == math.inf
    rng = np.random.default_rng(0)
    ratio = rng.chisquare(11, 50_000) / rng.chisquare(4, 50_000)
    assert si.alignment_law(12, 4, 1.0, 0.1, 0).cdf(np.quantile(ratio, 0.3)) == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize(("d", "r", "k"), [(6, 5, 2), (4, 7, 1), (5, 3, 3)])
def test_the_residual_is_what_riccati_leaves(d, r, k):
    rng = np.random.default_rng(d)
    V, G = np.linalg.qr(rng.standard_normal((d, k)))[0], rng.standard_normal((d, r))
    M = V @ np.diag(np.linspace(1, 0.8, k)) @ V.T
    for alpha, t in ((0.1, 60.0), (1e-3, 60.0)):  # e^(-48) of signal and rest overlap
        left = np.linalg.norm(si.riccati_gram(M, alpha * G, t) - M)
        assert si.off_signal_residual(G, V, alpha, t) == pytest.approx(left, rel=1e-8, abs=1e-13)
    perp = np.linalg.svd(V)[0][:, k:]
    G1, G2 = V.T @ G, perp.T @ G
    plain = np.linalg.norm(G2 @ (np.eye(r) - np.linalg.pinv(G1) @ G1) @ G2.T)
    assert si.off_signal_residual(G, V, 0.1) == pytest.approx(0.01 * plain, abs=1e-14)


def test_the_residuals_refusals():
    for G, V, message in (
        ([[1.0]], np.eye(2), "G = "),
        ([[1.0], [2.0]], [[1.0], [1.0]], "V = "),
        ([[1.0], [1]], np.eye(2), "G"),
    ):
        with pytest.raises(ValueError, match=message):
            si.off_signal_residual(G, V, 0.1)


def test_the_linearised_residual_by_powers():
    rng = np.random.default_rng(1)
    J, res = rng.standard_normal((4, 6)), rng.standard_normal((4, 2))
    K, eta = J @ J.T, 0.01
    step = np.linalg.matrix_power(np.eye(4) - eta * K, 9)
    np.testing.assert_allclose(si.linearized_residual(K, res, eta, 9), step @ res, atol=1e-13)
    np.testing.assert_allclose(si.linearized_residual(K, res[:, 0], eta, 9), step @ res[:, 0], atol=1e-13)
    for arguments, message in (
        ((K, res, 1.0, 1), "eta = 1.0"),
        ((-np.eye(4), res, 0.1, 1), "K0 = .*negative"),
        ((K, res[:3], 0.01, 1), "res0 = "),
    ):
        with pytest.raises(ValueError, match=message):
            si.linearized_residual(*arguments)


def test_shares_of_the_linearised_residual():
    rng = np.random.default_rng(4)
    J, res = rng.standard_normal((6, 9)), rng.standard_normal((6, 3))
    K = J @ J.T
    values, vectors = np.linalg.eigh(K)
    left = vectors.T @ si.linearized_residual(K, res, 1.2 / values[-1], 5)
    before = vectors.T @ res
    found = si.linearized_shares(K, res, 1.2, 5, 2)
    assert found.leading == pytest.approx((left[-2:] ** 2).sum() / (before[-2:] ** 2).sum())
    assert found.others == pytest.approx((left[:-2] ** 2).sum() / (before[:-2] ** 2).sum())
    for arguments, message in (
        ((K, res, 2.0, 1, 1), "rate"),
        ((K, res, 1.0, 1, 6), "leading = 6"),
        ((K, 0 * res, 1.0, 1, 1), "res0"),
        ((0 * K, res, 1.0, 1, 1), "K0"),
    ):
        with pytest.raises(ValueError, match=message):
            si.linearized_shares(*arguments)
