"""Excess risks against estimators written out with whole matrices, filters against descents, draws against moments."""

from __future__ import annotations

import numpy as np
import pytest
import scipy

import sims.size_loss_tradeoff as sims
from sims.size_loss_tradeoff import rows
from sims.size_loss_tradeoff.algorithms import excess_of, problem, train_of
from sims.size_loss_tradeoff.matching import flow_filter, match, ridge_filter


def rng(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(seed))


@pytest.mark.parametrize("features", ["gaussian", "sphere", "power", "relu", "frame"])
def test_rows_are_whitened(features):
    n, p, trials = 5, 8, 4000
    drawn = rows.draw(rng(0), trials, n, p, features)
    z = drawn.whitened.reshape(-1, p)
    error = 6  # in standard errors: entries of z z' have variances of order 1
    assert np.abs(z.T @ z / len(z) - np.eye(p)).max() < error / np.sqrt(len(z))
    raw = drawn.raw.reshape(-1, p)
    moment = np.asarray(drawn.moment)
    assert np.abs(raw.T @ raw / len(raw) - moment).max() < error * moment.max() / np.sqrt(len(raw))
    root = scipy.linalg.sqrtm(moment)
    np.testing.assert_allclose(drawn.raw[0], drawn.whitened[0] @ root.real, atol=1e-10)
    if features == "frame":
        np.testing.assert_allclose(drawn.whitened[0] @ drawn.whitened[0].T, p * np.eye(n), atol=1e-12)


def test_students_entries_have_the_law_of_unit_variance():
    """Their fourth moment is infinite: the whole law instead of a sample variance."""
    z = rows.unit_rows(rng(0), 10, 20, 30, "student").ravel()
    law = scipy.stats.t(3.5, scale=np.sqrt(1.5 / 3.5))
    assert law.var() == pytest.approx(1)
    assert scipy.stats.kstest(z, law.cdf).pvalue > 1e-4


def test_frames_need_room():
    with pytest.raises(ValueError, match="p = 4: must be an integer >= n = 5 for a frame"):
        rows.draw(rng(0), 1, 5, 4, "frame")
    with pytest.raises(ValueError, match="p = 4: must be an integer >= n = 5"):
        sims.interpolation_excess(5, 4, trials=1, rng=rng(0))
    with pytest.raises(ValueError, match=r"g = 0.33: g n must be an integer >= 1 for n = 10"):
        sims.mp_frontier(0.33, 1.0, n=10, trials=1, rng=rng(0))


def written_out(raw, moment, whitened, estimator, bent, sigma2, signal):
    """Mean losses over noise and signal of a linear estimator (p, n), by whole matrices."""
    n, p = raw.shape
    root = scipy.linalg.sqrtm(moment).real
    M, residual = root @ estimator, np.eye(n) - raw @ estimator
    spread = sigma2 * np.eye(n) + np.outer(bent, bent)
    signal_error = M @ whitened - np.eye(p)  # of beta, in whitened coordinates
    excess = np.trace(M @ spread @ M.T) + signal / p * np.sum(signal_error**2)
    train = (np.trace(residual @ spread @ residual.T) + signal / p * np.sum((residual @ whitened) ** 2)) / n
    return train, excess


@pytest.mark.parametrize("features", ["gaussian", "power", "relu"])
@pytest.mark.parametrize(("n", "p"), [(6, 15), (9, 4)])
def test_losses_of_ridge_and_descent_by_whole_matrices(features, n, p):
    drawn = rows.draw(rng(1), 1, n, p, features)
    raw, z, moment = drawn.raw[0], drawn.whitened[0], np.asarray(drawn.moment)
    bent, sigma2 = np.sign(z[:, 0] * z[:, -1]), 0.7
    metric = raw @ moment @ raw.T
    one = problem(raw[None], metric[None], bent[None, :, None], sigma2, 1.0, z[None])
    l = 0.3
    ridge = raw.T @ np.linalg.inv(raw @ raw.T + n * l * np.eye(n))
    eta = 0.9 / np.linalg.eigvalsh(raw @ raw.T / n).max()
    steps = 20_000
    eta, steps = eta / 1000, steps  # small steps: descent is close to flow, time eta * steps
    descent = np.zeros((p, n))
    for _ in range(steps):
        descent += eta / n * raw.T @ (np.eye(n) - raw @ descent)
    flow_time = eta * steps
    for estimator, left, tolerance in (
        (ridge, ridge_filter(one.eigenvalues, np.asarray([[l]])), 1e-9),
        (descent, flow_filter(one.eigenvalues, np.asarray([[1 / flow_time]])), 1e-2),
    ):
        train, excess = written_out(raw, moment, z, estimator, bent, sigma2, 1.0)
        assert train_of(one, left)[0] == pytest.approx(train, rel=tolerance)
        assert excess_of(one, left)[0] == pytest.approx(excess, rel=tolerance)


def test_losses_with_everything_drawn():
    """Ridge on a linear and quadratic target, nothing integrated: losses on a training set and on fresh rows."""
    n, p, l, trials = 12, 20, 0.4, 20_000
    g = rng(2)
    z = g.standard_normal((n, p))
    bent = np.sign(z[:, 0] * z[:, -1])
    one = problem(z[None], (z @ z.T)[None], bent[None, :, None], 1.0, 1.0, z[None])
    left = ridge_filter(one.eigenvalues, np.asarray([[l]]))
    beta = g.standard_normal((trials, p))
    beta /= np.linalg.norm(beta, axis=1, keepdims=True)
    y = beta @ z.T + bent + g.standard_normal((trials, n))
    fit = y @ np.linalg.solve(z @ z.T + n * l * np.eye(n), z)
    train = np.mean((y - fit @ z.T) ** 2, axis=1)
    excess = np.sum((fit - beta) ** 2, axis=1)
    for seen, expected in ((train, train_of(one, left)[0]), (excess, excess_of(one, left)[0])):
        assert abs(seen.mean() - expected) < 5 * seen.std() / np.sqrt(trials)


def test_algorithms_stop_at_the_training_loss():
    found = sims.excess_at(10, 30, 0.25, features="power", misfit=1.0, trials=8, rng=rng(3))
    assert found.residual.max() < 1e-12
    assert (found.oracle < found.ridge).all()
    assert (found.oracle < found.flow).all()
    impossible = sims.excess_at(20, 10, 0.25, trials=4, rng=rng(3))  # below sigma2 (1 - p/n) = 0.5
    assert impossible.residual.min() > 0.1


def test_interpolation_is_the_same_for_all_of_them():
    found = sims.excess_at(10, 30, 0.0, features="gaussian", trials=4, rng=rng(4))
    np.testing.assert_allclose(found.flow, found.ridge, rtol=1e-12)
    z = rng(4).standard_normal((4, 10, 30))
    np.testing.assert_allclose(found.oracle, [np.sum(np.linalg.pinv(one) ** 2) for one in z], rtol=1e-10)
    same = sims.interpolation_excess(10, 30, trials=4, rng=rng(4))
    np.testing.assert_allclose(found.oracle, same, rtol=1e-10)


def test_no_linear_estimator_beats_the_oracle():
    """A search over all p x n matrices finds the oracle's excess and no less: the planted optimum of a search."""
    n, p, target = 4, 6, 0.3
    z = rng(5).standard_normal((1, n, p))
    mine = sims.excess_at(n, p, target, trials=1, rng=rng(5))
    one = problem(z, z @ z.mT, np.zeros((1, n, 1)), 1.0, 0.0)

    def losses(flat):
        M = flat.reshape(p, n)
        return np.sum((np.eye(n) - z[0] @ M) ** 2) / n, np.sum(M * M)

    constraint = {"type": "eq", "fun": lambda m: losses(m)[0] - target}
    best = scipy.optimize.minimize(
        lambda m: losses(m)[1], rng(6).standard_normal(p * n) / 5, constraints=[constraint], tol=1e-13,
        options={"maxiter": 2000},
    )  # fmt: skip
    assert best.fun == pytest.approx(mine.oracle[0], rel=1e-6)
    l, _ = match(lambda s: train_of(one, ridge_filter(one.eigenvalues, s)), target, one.eigenvalues.max(-1))
    assert train_of(one, ridge_filter(one.eigenvalues, l))[0] == pytest.approx(target, rel=1e-12)


def test_frontiers_of_one_design_by_whole_matrices():
    n, g, l = 6, 1.5, 0.4
    z = rng(7).standard_normal((3, n, 9))
    point = sims.mp_frontier(g, l, 2.0, n=n, trials=3, rng=rng(7))
    for i in range(3):
        estimator = z[i].T @ np.linalg.inv(z[i] @ z[i].T + n * l * np.eye(n))
        assert point.train[i] == pytest.approx(2 * np.sum((np.eye(n) - z[i] @ estimator) ** 2) / n)
        assert point.excess[i] == pytest.approx(2 * np.sum(estimator**2))
    at = sims.mp_frontier_at(g, 0.5, 2.0, n=n, trials=3, rng=rng(7))
    same = sims.excess_at(n, 9, 0.5, 2.0, trials=3, rng=rng(7))
    np.testing.assert_allclose(at.excess, same.oracle, rtol=1e-10)
    assert at.residual.max() < 1e-12


def test_frontiers_with_fewer_features_than_samples():
    n, p, l = 10, 4, 0.4
    z = rng(8).standard_normal((2, n, p))
    point = sims.mp_frontier(p / n, l, n=n, trials=2, rng=rng(8))
    for i in range(2):
        estimator = z[i].T @ np.linalg.inv(z[i] @ z[i].T + n * l * np.eye(n))
        assert point.train[i] == pytest.approx(np.sum((np.eye(n) - z[i] @ estimator) ** 2) / n)
        assert point.excess[i] == pytest.approx(np.sum(estimator**2))
