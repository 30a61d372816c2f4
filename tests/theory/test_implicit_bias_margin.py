"""The margin law: planted multipliers, the flow by another solver, quadratic programming by another route."""

from __future__ import annotations

import numpy as np
import pytest
import scipy

from theory.implicit_bias import exp_loss_bound, margin_law, margin_path


def planted(seed, n=12, d=4, k=3, gamma=0.6):
    """Rows with known direction, multipliers and supports (the first k)."""
    rng = np.random.default_rng(seed)
    share = rng.uniform(0.5, 1.5, k)
    alpha = share / share.sum() / gamma**2
    across = rng.standard_normal((k, d - 1))
    across[-1] = -(alpha[:-1] @ across[:-1]) / alpha[-1]
    other = rng.standard_normal((n - k, d - 1))
    along = gamma * np.concatenate([np.ones(k), rng.uniform(1.5, 4.0, n - k)])
    turn = np.linalg.qr(rng.standard_normal((d, d)))[0]
    return np.column_stack([along, np.vstack([across, other])]) @ turn.T, alpha, turn[:, 0]


@pytest.mark.parametrize("seed", range(5))
def test_planted_multipliers_are_found(seed):
    rows, alpha, u = planted(seed)
    law = margin_law(rows)
    assert law.gamma == pytest.approx(0.6, rel=1e-12)
    np.testing.assert_allclose(law.alpha[:3], alpha, rtol=1e-10)
    assert not law.alpha[3:].any()
    assert law.direction_gap_constant is None
    np.testing.assert_allclose(law.gamma * law.alpha @ rows, u, atol=1e-12)
    constant = 0.6 * (np.log(alpha).max() - 0.36 * alpha @ np.log(alpha))
    assert law.margin_gap_constant == pytest.approx(constant, rel=1e-9)
    assert law.rate <= 1 + 1e-12
    path = margin_path(rows, [10.0, 20.0])
    assert path.weights is None
    assert path.least[1] - path.least[0] == pytest.approx(10.0)
    assert path.along[1] - path.along[0] == pytest.approx(10.0 / 0.6)


def test_another_quadratic_programme():
    rng = np.random.default_rng(3)
    rows = np.abs(rng.standard_normal((9, 3))) + 0.2
    found = scipy.optimize.minimize(
        lambda w: w @ w, np.full(3, 9.0), jac=lambda w: 2 * w, method="SLSQP", options={"ftol": 1e-15, "maxiter": 500},
        constraints={"type": "ineq", "fun": lambda w: rows @ w - 1, "jac": lambda w: rows},
    )  # fmt: skip
    assert margin_law(rows).loss_constant == pytest.approx(found.fun, rel=1e-7)


@pytest.mark.parametrize("loss", ["exponential", "logistic"])
def test_the_flow_by_another_solver(loss):
    rows = np.array([[1.0, 0.2, 0.0, 0.3], [-0.2, 1.1, 0.4, 0.0], [0.1, -0.3, 0.9, 0.2]])

    def field(s, w):
        m = rows @ w
        return rows.T @ np.exp(s - (np.logaddexp(0, m) if loss == "logistic" else m))

    w = scipy.integrate.solve_ivp(field, (0, 45), np.zeros(4), method="Radau", rtol=1e-10, atol=1e-11).y[:, -1]
    path = margin_path(rows, 45.0)
    np.testing.assert_allclose(w, path.weights, atol=1e-7)
    u = margin_law(rows).gamma * margin_law(rows).alpha @ rows
    assert (rows @ w).min() == pytest.approx(path.least, abs=1e-7)
    assert u @ w == pytest.approx(path.along, abs=1e-7)
    assert (rows @ w).min() / np.linalg.norm(w) == pytest.approx(path.margin, abs=1e-9)
    assert np.linalg.norm(w / np.linalg.norm(w) - u) == pytest.approx(path.direction_gap, abs=1e-8)


def test_constants_are_the_limits_of_the_path():
    rows = np.array([[1.0, 0.2], [0.6, 1.0]])
    law, s = margin_law(rows), np.array([1e4, 1e5])
    path = margin_path(rows, s)
    np.testing.assert_allclose((law.gamma - path.margin) * s, law.margin_gap_constant, rtol=1e-3)
    np.testing.assert_allclose(path.direction_gap * s, law.direction_gap_constant, rtol=1e-3)


def test_scaling():
    """Rows c times longer: the margin is c times larger, the gap constant too, multipliers c^2 times smaller."""
    rows = planted(7)[0]
    law, scaled = margin_law(rows), margin_law(3.0 * rows)
    np.testing.assert_allclose(scaled.alpha, law.alpha / 9, rtol=1e-9)
    assert scaled.margin_gap_constant == pytest.approx(3 * law.margin_gap_constant, rel=1e-9)
    assert scaled.rate == pytest.approx(law.rate, rel=1e-9)


def test_refusals():
    with pytest.raises(ValueError, match="separable"):
        margin_law([[1.0, 0.0], [-1.0, 0.0]])
    with pytest.raises(ValueError, match="separable"):
        margin_law([[1.0, 0.0], [0.0, 0.0]])
    with pytest.raises(ValueError, match="general position"):
        margin_law([[1.0, 0.0], [1.0, 0.0]])
    with pytest.raises(ValueError, match="general position"):
        margin_law([[1.0, 0.0], [1.0, 1.0]])


def test_the_bound_solves_its_equation():
    t = np.array([0.0, 0.3, 5.0, 1e30])
    bound = exp_loss_bound(t, 0.5, 2.0)
    assert bound[0] == 2.0
    step = 1e-6
    slope = (exp_loss_bound(0.3 + step, 0.5, 2.0) - exp_loss_bound(0.3 - step, 0.5, 2.0)) / (2 * step)
    assert slope == pytest.approx(-0.25 * bound[1] ** 2, rel=1e-6)
    assert bound[3] * 1e30 == pytest.approx(4.0)


def test_a_single_sample_attains_the_bound():
    a, t = 0.7, 12.0
    found = scipy.integrate.solve_ivp(lambda t, m: a * a * np.exp(-m), (0, t), [0.0], rtol=1e-10, atol=1e-12)
    assert np.exp(-found.y[0, -1]) == pytest.approx(exp_loss_bound(t, a, 1.0), rel=1e-7)
