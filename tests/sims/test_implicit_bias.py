"""Kernels of implicit bias: flows against another integrator, descents against loops, attacks against brute force."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import scipy

import sims.implicit_bias as sims
from sims.arrays import strict_rng, to_host
from sims.implicit_bias.factors import _planted
from sims.implicit_bias.robustness import Net, attack


def rng(seed=0):
    return np.random.default_rng(seed)


# --- margins ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "d", "support"), [(3, 3, 3), (9, 4, 3), (5, 6, 1), (4, 2, 2)])
def test_planted_rows_have_the_margin_and_the_support_stated(n, d, support):
    for rows in sims.planted_rows(3, n, d, support, gamma=0.4, theta=2.0):
        found = scipy.optimize.minimize(
            lambda w, rows=rows: w @ w, np.linalg.lstsq(rows, np.full(n, 9.0), rcond=None)[0], method="SLSQP",
            jac=lambda w: 2 * w, options={"ftol": 1e-14, "maxiter": 300},
            constraints={"type": "ineq", "fun": lambda w, rows=rows: rows @ w - 1, "jac": lambda w, rows=rows: rows},
        )  # fmt: skip
        assert found.fun == pytest.approx(1 / 0.16, rel=1e-6)
        margins = rows @ found.x
        np.testing.assert_allclose(margins[:support], 1, atol=1e-5)
        assert (margins[support:] > 1.99).all()


@pytest.mark.parametrize("loss", ["logistic", "exponential"])
def test_flow_against_another_integrator(loss):
    rows = sims.separable_rows(2, 6, 3, 0.3)
    found = sims.margin_path(rows, 6.0, loss, trials=1, rng=rng())
    for i, a in enumerate(rows):

        def field(s, w, a=a):
            m = a @ w
            return a.T @ np.exp(s - (np.logaddexp(0, m) if loss == "logistic" else m))

        w = scipy.integrate.solve_ivp(field, (0, 6), np.zeros(3), method="Radau", rtol=1e-10, atol=1e-12).y[:, -1]
        np.testing.assert_allclose(found.weights[0, i], w, atol=max(found.error[0, i], 1e-9))
        assert found.least[0, i] == pytest.approx((a @ w).min(), abs=1e-3)
        assert found.margin[0, i] == pytest.approx((a @ w).min() / np.linalg.norm(w), abs=1e-3)


def test_descent_follows_the_flow():
    """At t = 1000 the descent with steps of 1/4 is nearer to the flow than with steps of 1."""
    rows = sims.planted_rows(3, 4, 4, 4)
    flow = sims.margin_path(rows, math.log1p(1000.0), trials=1, rng=rng()).weights
    far, near = (
        np.abs(sims.margin_descent(rows, round(1000 / step), step, trials=1, rng=rng()) - flow).max()
        for step in (1.0, 0.25)
    )
    assert near < 0.4 * far < 0.01


def test_descent_is_the_loop():
    rows = sims.separable_rows(1, 5, 3)[0]
    w = np.zeros(3)
    for _ in range(7):
        w = w + 0.5 * rows.T @ (1 / (1 + np.exp(rows @ w)))
    np.testing.assert_allclose(sims.margin_descent(rows[None], 7, 0.5, trials=2, rng=rng())[1, 0], w, rtol=1e-12)


def test_losses_along_the_way():
    rows, t = sims.separable_rows(1, 6, 3), [0.5, 4.0]
    found = sims.exp_loss_path(rows, t, trials=1, rng=rng())
    a = rows[0]
    w = scipy.integrate.solve_ivp(lambda t, w: a.T @ np.exp(-a @ w), (0, 4), np.zeros(3), t_eval=t, rtol=1e-10).y
    np.testing.assert_allclose(np.log(found.loss[0, 0]), np.log(np.exp(-a @ w).sum(axis=0)), atol=found.error.max())
    assert found.error.max() < 1e-2


# --- factors ---------------------------------------------------------------------------------------------------------


def test_diagonal_network_against_another_integrator():
    X, y = sims.orthonormal_problems(2, 2, 4)
    tilt = sims.tilts(2, 4)
    found = sims.diagonal_network_limit(X, y, 0.4, tilt, trials=1, rng=rng())
    for i in range(2):

        def field(t, z, i=i):
            u, v = z[:4], z[4:]
            g = X[i].T @ (X[i] @ (u * u - v * v) - y[i])
            return np.concatenate([-2 * u * g, 2 * v * g])

        start = 0.4 * np.concatenate([np.exp(tilt[i] / 2), np.exp(-tilt[i] / 2)])
        end = scipy.integrate.solve_ivp(field, (0, 300), start, rtol=1e-10, atol=1e-12).y[:, -1]
        np.testing.assert_allclose(found.beta[0, i], end[:4] ** 2 - end[4:] ** 2, atol=1e-6)
    assert found.residual.max() <= 1e-10


def test_the_smallest_coefficient_is_certified_by_halved_steps():
    X, y = sims.orthonormal_problems(3, 2, 4)
    at = [sims.diagonal_network_limit(X, y, 0.1, step=step, trials=1, rng=rng()) for step in (0.4, 0.2)]
    np.testing.assert_allclose(at[0].smallest, np.abs(at[0].beta).min(axis=-1), rtol=1e-12)
    # The kernel's own result is the one of half its step; the other is the half step of a step of 0.8.
    rough = sims.diagonal_network_limit(X, y, 0.1, step=0.8, trials=1, rng=rng()).smallest
    change = np.abs(rough - at[0].smallest) / at[0].smallest
    np.testing.assert_allclose(at[0].smallest_error, change, rtol=1e-6)
    assert (at[1].smallest_error < at[0].smallest_error / 4).all()


def test_a_flow_that_has_not_ended_is_no_number(monkeypatch):
    monkeypatch.setattr("sims.implicit_bias.factors.MOST", 50)
    found = sims.diagonal_network_limit(*sims.orthonormal_problems(2, 3, 6), 1e-3, trials=1, rng=rng())
    assert np.isnan(found.beta).all()
    assert found.residual.min() > 1e-10


def test_factorisation_is_that_of_the_full_matrices():
    A, y = sims.positive_problems(1, 2, 3)
    found = sims.commuting_factorisation_limit(A, y, 0.4, trials=2, rng=rng())
    np.testing.assert_allclose(found.x @ A[0].T, np.broadcast_to(y, (2, 1, 2)), atol=1e-8)
    np.testing.assert_allclose(found.x[0], found.x[1], atol=1e-9)
    assert found.off.max() < 1e-10

    def field(t, u):
        U = u.reshape(3, 3)
        return (-2 * np.diag((A[0] @ np.diag(U @ U.T) - y[0]) @ A[0]) @ U).ravel()

    end = scipy.integrate.solve_ivp(field, (0, 300), 0.4 * np.eye(3).ravel(), rtol=1e-10, atol=1e-12).y[:, -1]
    np.testing.assert_allclose(found.x[0, 0], np.diag(end.reshape(3, 3) @ end.reshape(3, 3).T), atol=1e-6)


@pytest.mark.parametrize("rank", [1, 2])
def test_planted_measurements_have_the_least_trace_stated(rank):
    """No positive semidefinite matrix that meets them has a smaller trace: a search over factors, with multipliers."""
    A, X = _planted(rng(3), 2, 3, 4, rank)
    np.testing.assert_allclose(np.einsum("tkij,tlij->tkl", A, A), np.broadcast_to(np.eye(3), (2, 3, 3)), atol=1e-12)
    for a, x in zip(A, X, strict=True):
        assert np.trace(x) == pytest.approx(1)
        assert np.linalg.matrix_rank(x) == rank
        y = np.einsum("kij,ij->k", a, x)

        def rest(u, a=a, y=y):
            u = u.reshape(4, 4)
            return np.einsum("kij,ij->k", a, u @ u.T) - y

        starts = rng(1).standard_normal((4, 16))
        runs = [
            scipy.optimize.minimize(lambda u: u @ u, u, method="SLSQP", constraints={"type": "eq", "fun": rest},
                                    options={"ftol": 1e-13, "maxiter": 500})
            for u in starts
        ]  # fmt: skip
        assert min(r.fun for r in runs if np.abs(rest(r.x)).max() < 1e-8) == pytest.approx(1, abs=1e-6)


def test_measurements_that_do_not_commute_leave_the_trace_above_its_least():
    gaps = []
    for alpha in (1e-2, 1e-4):
        found = sims.planted_factorisation(3, 4, 2, alpha, trials=6, rng=rng())
        assert found.residual.max() <= 1e-10
        assert found.error.max() < 1e-5
        assert (found.trace > 1 - 1e-9).all()
        gaps.append(found.trace - 1)
    assert (gaps[1] > 0.5 * gaps[0]).any()  # no power of the start


def test_deep_mode():
    t = [0.5, 2.0]
    found = sims.deep_linear_mode(t, 1.3, 0.1, 3, trials=2, rng=rng())
    a = scipy.integrate.solve_ivp(
        lambda t, a: 3 * a ** (4 / 3) * (1.3 - a), (0, 2), [0.1], t_eval=t, rtol=1e-11, atol=1e-13
    ).y[0]
    np.testing.assert_allclose(found.a[1], a, rtol=1e-8)
    w = 0.1 ** (1 / 3) * np.ones(3)
    for _ in range(20):
        w = w + 0.025 * (1.3 - w.prod()) * w.prod() / w
    descended = sims.deep_linear_mode([0.5], 1.3, 0.1, 3, steps=40, scheme="descent", trials=1, rng=rng())
    assert descended.a[0, 0] == pytest.approx(w.prod(), rel=1e-12)


def test_least_squares_descent():
    X, y, w = sims.gaussian_problems(2, 3, 5)
    found = sims.gd_least_squares(X, y, w, 0.2, 4, trials=1, rng=rng())
    for i in range(2):
        v = w[i]
        for _ in range(4):
            v = v - 0.2 * X[i].T @ (X[i] @ v - y[i])
        np.testing.assert_allclose(found[0, i], v, rtol=1e-12)


# --- networks and their attacks --------------------------------------------------------------------------------------


def brute(w, v, x, label):
    """The least |p| with label f(x + p) <= 0: a quadratic programme for each pattern."""
    best = math.inf
    for pattern in itertools.product([0.0, 1.0], repeat=len(v)):
        on = np.array(pattern)
        rows = np.vstack([-label * (v * on) @ w, (2 * on - 1)[:, None] * w])
        found = scipy.optimize.minimize(
            lambda p: p @ p, np.zeros_like(x), jac=lambda p: 2 * p, method="SLSQP", options={"ftol": 1e-14},
            constraints={"type": "ineq", "fun": lambda p, rows=rows: rows @ (x + p), "jac": lambda p, rows=rows: rows},
        )  # fmt: skip
        if found.success:
            best = min(best, float(np.linalg.norm(found.x)))
    return best


def test_attacks_reach_the_least_perturbation_of_random_networks():
    g = rng(4)
    reached = 0
    for _ in range(12):
        w, v, x = g.standard_normal((4, 3)), g.standard_normal(4), g.standard_normal(3)
        value = v @ np.maximum(w @ x, 0)
        label = 1.0 if value > 0 else -1.0
        exact = brute(w, v, x, label)
        starts = 3 * g.standard_normal((1, 64, 3))
        found = float(attack(Net(w[None], v[None], 0.0), x, label, starts, 30)[0][0])
        if math.isfinite(exact):
            assert not found < exact - 1e-5
            reached += abs(found - exact) < 1e-5
    assert reached >= 8  # minima on the edges of a piece, where no piece comes to rest, stay out of reach


def test_a_planted_hole_is_found():
    """A neuron that only answers far off the input makes a radius that random draws at that distance miss."""
    d = 6
    hole = np.zeros(d)
    hole[1] = 1.0
    net = Net(np.stack([np.eye(d)[0], hole])[None], np.array([[1.0, -20.0]]), 0.0)
    x = np.eye(d)[0]
    found = float(attack(net, x, 1.0, np.zeros((1, 1, d)), 10)[0][0])
    assert found == pytest.approx(1 / math.sqrt(401), rel=1e-9)
    draws = rng().standard_normal((1, 2000, d))
    draws *= 1.001 * found / np.linalg.norm(draws, axis=-1, keepdims=True)
    assert (net.at(x + draws)[0] > 0).all()


def test_no_attack_no_number():
    positive = Net(np.zeros((1, 1, 2)), np.ones((1, 1)), -1.0)  # 1 everywhere
    assert np.isnan(attack(positive, np.ones(2), 1.0, np.zeros((1, 3, 2)), 5)[0][0])


def test_trained_network_fits_and_is_attacked():
    found = sims.min_norm_training(2, 1, 1.0, 1e-4, width=60, trials=2, rng=rng())
    assert found.residual.max() <= 1e-10
    assert found.radius.shape == (2, 3)
    assert (found.cost >= math.sqrt(2) + 1 - 1e-9).all()
    np.testing.assert_allclose(found.radius, 1 / math.sqrt(3), rtol=0.02)


# --- arguments and backends ------------------------------------------------------------------------------------------


def test_bad_arguments():
    with pytest.raises(ValueError, match="s = "):
        sims.margin_path(sims.planted_rows(1, 2, 2, 2), 0.0, trials=1, rng=rng())
    with pytest.raises(ValueError, match="label = "):
        sims.orthogonal_radius(1, 1, 1.0, "merged", 0, trials=1, rng=rng())
    for at, name in (((2, 3, 3), "rank"), ((2, 3, 2), "k")):
        with pytest.raises(ValueError, match=f"{name} = "):
            sims.planted_factorisation(*at, 0.1, trials=1, rng=rng())
    with pytest.raises(ValueError, match="support = "):
        sims.planted_rows(1, 3, 2, 3)


def test_strict_arrays_give_the_same():
    rows = sims.planted_rows(2, 4, 3, 3)
    ours = sims.margin_path(rows, 5.0, trials=1, rng=rng())
    strict = sims.margin_path(rows, 5.0, trials=1, rng=strict_rng(0))
    np.testing.assert_allclose(to_host(strict.weights), ours.weights, rtol=1e-10)
    X, y = sims.orthonormal_problems(2, 2, 4)
    ours = sims.diagonal_network_limit(X, y, 0.7, trials=1, rng=rng())
    strict = sims.diagonal_network_limit(X, y, 0.7, trials=1, rng=strict_rng(0))
    np.testing.assert_allclose(to_host(strict.beta), ours.beta, rtol=1e-10)
    at = (2, 3, 1, 0.5)
    strict = sims.planted_factorisation(*at, trials=2, rng=strict_rng(0))
    assert np.isfinite(to_host(strict.trace)).all()
