"""Low-rank dynamics: against numbers of the contract, literal descent on matrices, and integrals of mpmath."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest

from theory import deep_linear
from theory import low_rank_dynamics as theory

EPS = (0.4, 0.5, 0.6)


def orthogonal(rng, d):
    return np.linalg.qr(rng.standard_normal((d, d)))[0]


def descend(W, M, eta, decay):
    """One step on a list of matrices, written out."""
    chain = [np.eye(len(M))]
    for w in W:
        chain.append(w @ chain[-1])
    residual, above, found = chain[-1] - M, np.eye(len(M)), []
    for w, below in zip(W[::-1], chain[-2::-1], strict=True):
        found.append((1 - eta * decay) * w - eta * above.T @ residual @ below.T)
        above = above @ w
    return found[::-1]


def start(rng, d, eps):
    return [e * orthogonal(rng, d) for e in eps]


def low_rank(rng, d, s):
    return orthogonal(rng, d)[:, : len(s)] * s @ orthogonal(rng, d)[:, : len(s)].T


# --- the invariant subspace -------------------------------------------------------------------------------------------


def test_rho_of_the_contract():
    rho = theory.rho_trajectory(EPS, 0.1, 0.02, 400)
    assert rho.shape == (401, 3)
    assert abs(rho[400, 1]) == pytest.approx(0.166349, abs=5e-7)
    assert theory.rho_trajectory([0.5] * 3, 0.05, 0.0, 1000)[-1, 0] == pytest.approx(0.260749, abs=5e-7)
    ode = deep_linear.flow(50.0, 0.0, 0.125, 3) ** (1 / 3)
    assert ode == pytest.approx(0.260847, abs=5e-7)


def test_equal_scales_are_the_null_component_and_a_product_that_vanishes_divides_nothing():
    rho = theory.rho_trajectory([0.7] * 4, 0.05, 0.0, 30)
    u = theory.component_recursion([0.0], 0.7, 4, 0.05, 30)
    np.testing.assert_allclose(rho.prod(axis=1), u[:, 0], rtol=1e-13)
    np.testing.assert_array_equal(theory.rho_trajectory([1.0, 1.0], 1.0, 0.0, 2), [[1, 1], [0, 0], [0, 0]])


@pytest.mark.parametrize("decay", [0.0, 0.05])
def test_the_block_form_at_every_step_of_a_literal_descent(decay):
    rng, d, r, eta = np.random.default_rng(0), 9, 2, 0.1
    W, M = start(rng, d, EPS), low_rank(rng, d, [2.0, 1.0])
    V_1, U = theory.invariant_bases(W, M)
    rho = theory.rho_trajectory(EPS, eta, decay, 40)
    gap = theory.compression_error(EPS, eta, decay, 40, d, r)
    small = [e * np.eye(2 * r) for e in EPS]
    for t in range(41):
        for l, (w, right, left) in enumerate(zip(W, [V_1, *U[:-1]], U, strict=True)):
            inside = left @ left.T @ w @ right @ right.T
            np.testing.assert_allclose(inside, w @ right @ right.T, atol=1e-13)
            rest = np.linalg.svd(w - inside)[1]
            np.testing.assert_allclose(rest[: d - 2 * r], abs(rho[t, l]), atol=1e-13)
        F, copy = W[2] @ W[1] @ W[0], U[-1] @ small[2] @ small[1] @ small[0] @ V_1.T
        assert np.linalg.norm(F - copy) == pytest.approx(gap[t], abs=1e-13)
        difference = np.sum((F - M) ** 2) - np.sum((copy - M) ** 2)
        assert difference == pytest.approx(gap[t] ** 2, abs=1e-12)
        W, small = descend(W, M, eta, decay), descend(small, U[-1].T @ M @ V_1, eta, decay)


def test_a_span_with_fewer_dimensions_is_completed():
    rng, d = np.random.default_rng(1), 8
    half = orthogonal(rng, d)[:, :2]
    M, W = half @ np.diag([2.0, 1.0]) @ half.T, [0.5 * np.eye(d)] * 2
    V_1, U = theory.invariant_bases(W, M)
    np.testing.assert_allclose(V_1.T @ V_1, np.eye(4), atol=1e-13)
    np.testing.assert_allclose(V_1 @ V_1.T @ half, half, atol=1e-13)
    np.testing.assert_allclose(U[1], V_1, atol=1e-13)


def test_compression_errors_of_the_contract():
    gap = theory.compression_error(EPS, 0.1, 0.02, 400, 20, 3)
    np.testing.assert_allclose(gap[[0, 1, 11, 400]], [0.4489989, 0.4379703, 0.35121327, 0.01358046], atol=5e-8)


def test_what_cannot_be_is_refused():
    eye = np.eye(4)
    for W, M, name in (
        ([eye, 2.0 * np.diag([1.0, 1, 1, 1.1])], eye[:, :1] @ eye[:1], "W0_list"),
        ([eye, np.eye(3)], eye[:, :1] @ eye[:1], "W0_list"),
        ([eye], np.ones((4, 3)), "M"),
        ([eye], np.diag([1.0, 1.0, 0, 0]), "M"),
    ):
        with pytest.raises(ValueError, match=f"{name} = "):
            theory.invariant_bases(W, M)
    with pytest.raises(ValueError, match="d = 6: must be an integer > 2r = 6"):
        theory.compression_error(EPS, 0.1, 0.0, 3, 6, 3)
    with pytest.raises(ValueError, match="eta"):
        theory.rho_trajectory([9.0, 9.0, 9.0], 1.0, 0.0, 100)


# --- components -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("L", "eps", "times"),
    [(2, 0.1, (0.9501, 1.3233, 2.2976)), (3, 0.2, (1.4679, 2.1576, 4.1297)), (4, 0.2, (4.1132, 6.1508, 12.2136))],
)
def test_half_times_of_the_contract_and_the_first_order_of_descent(L, eps, times):
    s, eta = np.array([3.0, 2.0, 1.0]), 1e-3
    flow = theory.half_time(s, eps, L)
    np.testing.assert_allclose(flow, times, atol=6e-5)
    u = theory.component_recursion(s, eps, L, eta, round(13 / eta))
    f = lambda w: w ** (L - 1) * (s - w**L)  # noqa: E731
    later = eta / 2 * np.log(f((s / 2) ** (1 / L)) / f(eps))
    found = [eta * np.interp(level, column, np.arange(len(u))) for level, column in zip(s / 2, u.T, strict=True)]
    # What is left is of order eta^2, also by the interpolation.
    np.testing.assert_allclose(np.array(found) - flow, later, atol=eta**2 * s[0] ** 2)


def test_the_offsets_of_deep_half_times():
    for L, offset in ((3, -0.850), (4, -0.266)):
        eps = 1e-4 if L == 3 else 1e-3
        assert theory.half_time(1.0, eps, L) - eps ** (2 - L) / (L - 2) == pytest.approx(offset, abs=1e-3)


def test_an_aligned_start_keeps_its_components():
    rng, d, L, eps, eta = np.random.default_rng(2), 5, 3, 0.4, 0.05
    s = np.array([2.0, 1.0, 0.5, 0.0, 0.0])
    bases = [orthogonal(rng, d) for _ in range(L + 1)]
    M = bases[L] * s @ bases[0].T
    W = [eps * after @ before.T for before, after in itertools.pairwise(bases)]
    u = theory.component_recursion(s, eps, L, eta, 50)
    for t in range(51):
        np.testing.assert_allclose(bases[L].T @ W[2] @ W[1] @ W[0] @ bases[0], np.diag(u[t]), atol=1e-13)
        W = descend(W, M, eta, 0.0)


# --- trained bases ----------------------------------------------------------------------------------------------------


def test_mode_times_and_ends_of_the_contract():
    for L, eps, gamma, times in (
        (1, 0.1, 0.5, (0.41437, 0.48290)),
        (2, 0.2, 0.3, (0.84162, 1.26190)),
        (2, 0.2, 0.0, (0.97296, 1.40304)),
        (3, 0.3, 1.0, (1.04328, 1.68819)),
    ):
        np.testing.assert_allclose(theory.trained_mode_time([2.0, 1.2], eps, gamma, L, 0.5), times, atol=6e-6)
    for L, eps, gamma, outer in (
        (1, 0.1, 0.5, (1.30111, 1.17283)),
        (2, 0.2, 0.3, (1.18858, 1.12747)),
        (3, 0.3, 1.0, (1.39032, 1.30465)),
    ):
        ends = [theory.trained_mode_final(s, eps, gamma, L) for s in (2.0, 1.2)]
        np.testing.assert_allclose([end.outer for end in ends], outer, atol=6e-6)
        for s, end in zip((2.0, 1.2), ends, strict=True):
            assert end.outer**2 * end.w**L == pytest.approx(s, rel=1e-13)
            assert theory.outer_singular_values(end.w, eps, gamma) == pytest.approx(end.outer, rel=1e-13)


@pytest.mark.parametrize(
    ("s", "eps", "gamma", "L", "frac"),
    [(2.0, 0.3, 1.0, 3, 0.5), (1.2, 0.01, 0.2, 2, 0.99), (5.0, 0.1, 30.0, 5, 0.9999), (1e3, 1e-9, 0.1, 1, 0.3)],
)
def test_mode_times_against_the_integral(s, eps, gamma, L, frac):
    with mpmath.workdps(30):
        g = lambda w: 1 + gamma * (w * w - mpmath.mpf(eps) ** 2)  # noqa: E731
        end = mpmath.findroot(lambda x: mpmath.log(g(mpmath.exp(x))) + L * x - mpmath.log(frac * s), mpmath.log(s) / L)

        def slowness(x):
            w = mpmath.exp(x)
            return w / (g(w) * w ** (L - 1) * (s - g(w) * w**L))

        # Pieces that shrink towards the end, where s - u may be small.
        first = mpmath.log(eps)
        breaks = [end - (end - first) * mpmath.mpf(2) ** -k for k in range(30)] + [end]
        exact = mpmath.quad(slowness, breaks)
    assert theory.trained_mode_time(s, eps, gamma, L, frac) == pytest.approx(float(exact), rel=1e-11)


def test_frozen_bases_are_the_mode_of_a_deep_linear_net():
    for L in (1, 2, 4):
        frozen = theory.trained_mode_time([2.0, 1.2], 0.3, 0.0, L, 0.7)
        np.testing.assert_allclose(frozen, deep_linear.time_to([1.4, 0.84], [2.0, 1.2], 0.3**L, L), rtol=1e-12)
        assert (theory.trained_mode_time([2.0, 1.2], 0.3, 0.4, L, 0.7) < frozen).all()


def test_the_floor_is_the_least_squares_error_of_the_middle():
    rng = np.random.default_rng(3)
    M, U, V = rng.standard_normal((6, 5)), np.linalg.qr(rng.standard_normal((6, 2)))[0], None
    V = np.linalg.qr(rng.standard_normal((5, 2)))[0]
    design = np.kron(U, V)
    residual = np.linalg.lstsq(design, M.ravel())[1]
    assert theory.frozen_floor(M, U, V) == pytest.approx(float(residual[0]) / 2, rel=1e-12)
    assert theory.frozen_floor(M, U, V) == pytest.approx((np.sum(M**2) - np.sum((U.T @ M @ V) ** 2)) / 2, rel=1e-12)
    for bad in (2 * U, U[:, :1], U[:5]):
        with pytest.raises(ValueError, match=r"^[UV] = "):
            theory.frozen_floor(M, bad, V)
    with pytest.raises(ValueError, match="inner"):
        theory.outer_singular_values(0.0, 2.0, 1.0)
    with pytest.raises(ValueError, match="eps"):
        theory.trained_mode_time(1.0, 0.9, 0.1, 2, 0.5)
