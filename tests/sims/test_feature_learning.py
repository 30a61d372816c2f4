"""Kernels of feature learning: the same draws by another route, cases by hand, and what must not depend on a choice."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sims import feature_learning as sims
from sims.arrays import to_host
from sims.feature_learning.hermite import hermite_features, hermite_series
from sims.feature_learning.sgd import moved


def rng(seed=0):
    return np.random.Generator(np.random.SFC64(seed))


def test_features_are_orthonormal():
    x = rng().standard_normal((200_000, 3))
    features = hermite_features(x, (0, 1, 2, 3))
    assert features.shape == (200_000, math.comb(6, 3))
    gram = features.T @ features / len(x)
    assert abs(gram - np.eye(20)).max() < 0.1  # sixth moments, 200,000 draws
    np.testing.assert_allclose(hermite_series(np.asarray([2.0]), (1.0, 0.0, 1.0)), 1 + 3 / 2**0.5)


def test_the_gradient_of_a_quadratic_target_is_that_of_the_literal_mean(make_rng):
    A, w = [[1.0, 0.3], [0.3, -0.5]], [0.6, 0.8]
    found = to_host(sims.population_gradient_quadratic(A, w, copies=5, trials=2, rng=make_rng(1)))
    x = rng(1).standard_normal((2, 5, 2))
    x = np.concatenate([x, -x], axis=1)
    y = 0.5 * (np.einsum("tci,ij,tcj->tc", x, A, x) - 0.5)
    expected = ((y * (x @ w > 0))[..., None] * x).mean(axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_energies_of_one_gradient_by_hand(make_rng):
    A, w = np.diag([1.0, -2.0, 0.0]), np.array([0.6, 0.0, 0.8])
    found = sims.gradient_energy(A, w, 4, 0.0, trials=2, rng=make_rng(2))
    x = rng(2).standard_normal((2, 4, 3))
    y = 0.5 * (np.einsum("tni,ij,tnj->tn", x, A, x) + 1)
    g = ((y * (x @ w > 0))[..., None] * x).mean(axis=1)
    np.testing.assert_allclose(to_host(found.total), (g**2).sum(-1), rtol=1e-12)
    np.testing.assert_allclose(to_host(found.relevant), (g[:, :2] ** 2).sum(-1), rtol=1e-12)


def test_a_target_of_full_rank_has_all_energy_and_noise_adds_to_it():
    found = sims.mean_gradient_energy(np.eye(3), 9, 0.0, trials=5, rng=rng())
    np.testing.assert_allclose(found.fraction, 1)
    np.testing.assert_allclose(sims.planted(4, 4), math.sqrt(0.5) * np.eye(4))
    noisy = sims.mean_gradient_energy(sims.planted(3), 9, 100.0, trials=200, rng=rng())
    assert noisy.total.mean() > 10


def test_forms_of_all_directions_are_the_energy():
    X, y, directions = sims.sample_problem(7, 2)
    assert directions.T @ directions == pytest.approx(np.eye(2))
    np.testing.assert_allclose(abs(directions[:, 0] @ (X.T @ y)), np.linalg.norm(X.T @ y))
    found = sims.gradient_forms(X, y, np.eye(2), neurons=3, trials=2, rng=rng(3))
    w = rng(3).standard_normal((2, 2, 3))
    g = np.einsum("n,ni,tnj->tij", y, X, X @ w > 0) / 7
    np.testing.assert_allclose(found, (g**2).mean(-1))


def test_the_spike_of_many_samples_is_the_direction():
    found = sims.one_step_spike((0.0, 1.0), 0.0, 6, 400.0, trials=4, rng=rng())
    assert found.alignment.min() > 0.98
    assert (found.alignment <= 1 + 1e-12).all()
    two = sims.one_step_spike((0.0, 1.0), 0.3, 4, 2.0, trials=1, rng=rng(2))
    draws = rng(2)
    x, w = draws.standard_normal((8, 4)), draws.standard_normal((4, 8))
    y = x[:, 0] + 0.3**0.5 * draws.standard_normal(8)
    G = (x * y[:, None]).T @ (1 - np.tanh(x @ (w / np.linalg.norm(w, axis=0))) ** 2)  # signs turn columns only
    top = np.linalg.svd(G)[0][:, 0]
    assert two.alignment[0] == pytest.approx(top[0] ** 2)
    assert 1 - two.sine[0] ** 2 == pytest.approx((top @ x.T @ y) ** 2 / np.sum((x.T @ y) ** 2))
    short = sims.label_energy((0.0, 1.0), 0.0, 1, 5, trials=3, rng=rng())
    np.testing.assert_array_equal(short.along, short.total)


def test_the_chain_is_the_literal_step(make_rng):
    """One step of whole vectors, and the chain at the numbers read off from them."""
    draws, d, k, rate, sigma2 = rng(5), 7, 3, 0.05, 0.4
    w, x, noise = draws.standard_normal(d), draws.standard_normal(d), draws.standard_normal()
    w /= np.linalg.norm(w)
    p, m = float(w @ x), float(w[0])
    e = (np.eye(d)[0] - m * w) / math.sqrt(1 - m * m)
    q = float(e @ x)
    one = lambda value: 0 * make_rng(0).standard_normal(size=(1,)) + float(value)  # noqa: E731
    found = moved(one(m), k, rate, sigma2, one(p), one(q), one(x @ x - p * p - q * q), one(noise))
    h2, h3 = (p * p - 1) / 2**0.5, (x[0] ** 3 - 3 * x[0]) / 6**0.5
    after = w + rate * math.sqrt(3) * (h3 + math.sqrt(sigma2) * noise) * h2 * x
    assert float(to_host(found)[0]) == pytest.approx(after[0] / np.linalg.norm(after), rel=1e-12)


def test_chain_and_literal_run_have_one_law():
    cell = {"k": 2, "delta": 0.4, "m0": 0.4, "s": (0.0, 0.5, 2.0), "sigma2": 0.3, "d": 12, "trials": 4000}
    chain, literal = sims.sgd_overlap(**cell, rng=rng(6)), sims.literal_overlap(**cell, rng=rng(7))
    np.testing.assert_allclose(literal[:, 0], 0.4)
    np.testing.assert_array_equal(chain[:, 0], 0.4)
    for power in (1, 2):
        first, second = chain[:, 1:] ** power, literal[:, 1:] ** power
        error = np.sqrt((first.var(0) + second.var(0)) / 4000)
        assert (abs(first.mean(0) - second.mean(0)) < 5 * error).all()


def test_escape_is_counted_in_steps_and_the_drift_is_the_first_of_them():
    found = sims.escape_steps(1, 0.5, 0.3, 0.2, d=9, most=50, trials=3, rng=rng())
    np.testing.assert_array_equal(found, 0)
    found = sims.escape_steps(1, 0.5, 0.1, 0.5, d=30, most=5000, trials=200, rng=rng())
    assert 10 < found.mean() < 100
    assert found.max() < 5000
    drift = sims.sgd_drift(1, 0.5, 0.1, d=30, copies=3, trials=5, rng=rng(4))
    path = sims.sgd_overlap(1, 0.5, 0.1, (1 / 30,), d=30, trials=15, rng=rng(4))[:, 0]
    np.testing.assert_allclose(drift, 30 * (path - 0.1).reshape(5, 3).mean(1))


def test_regression_on_all_features_leaves_nothing_and_one_sample_little():
    assert sims.fixed_feature_risk(2, 3, trials=20, rng=rng()).max() < 1e-6
    np.testing.assert_allclose(sims.rank_one_lower_bound(3, 6, trials=5, rng=rng()), 0, atol=1e-12)
    trace = sims.rank_one_lower_bound(3, 1, trials=5, rng=rng())
    np.testing.assert_allclose(trace, 2 / 3)  # |x|^2 - d holds 1/d of each target
    for word, n in (("quadratic", 6), ("polynomial", 10)):  # all functions of the kernel: the target is found
        assert sims.kernel_risk(3, n, word, tests=20, trials=20, rng=rng()).max() < 1e-6


def test_polynomials_of_known_directions_fit_exactly_without_noise():
    found = sims.transfer_in_sample_risk(2, 3, 15, 0.0, d=6, trials=4, rng=rng())
    assert found.max() < 1e-16
    # As many samples as polynomials: the noise is fitted.
    full = sims.transfer_in_sample_risk(1, 1, 2, 1.0, d=3, trials=4000, rng=rng())
    assert full.mean() == pytest.approx(1, abs=0.08)


def test_labels_lead_and_the_direction_follows_until_there_are_many_samples():
    """The two change places at n = pi d^2/4: 452 at d = 24, 113 at d = 12."""
    found = sims.one_step_features(24, 200, trials=20, rng=rng())
    np.testing.assert_allclose(found.both, found.first + found.second)
    assert np.median(found.first) < 0.4 < np.median(found.second)
    assert np.median(found.labels) > 0.8
    many = sims.one_step_features(12, 600, trials=20, rng=rng())
    assert np.median(many.first) > 0.8
    assert np.median(many.labels) < 0.4
    assert np.median(many.explained) > 0.7
    assert (many.explained <= 1).all()


def test_what_is_explained_is_one_less_the_risk():
    """Against a mean over fresh points, with the same draws."""
    d, n = 5, 60
    found = sims.one_step_features(d, n, trials=1, rng=rng(8))
    draws = rng(8)
    x, w = draws.standard_normal((n, d)), draws.standard_normal((1, d, 8 * d))[0]
    y = (x[:, 0] ** 2 - 1) / 2**0.5
    V = np.linalg.svd((x * y[:, None]).T @ (x @ w > 0))[0][:, :2]
    fit = np.linalg.lstsq(hermite_features(x @ V, (0, 1, 2)), y)[0]
    fresh = rng(9).standard_normal((400_000, d))
    error = (hermite_features(fresh @ V, (0, 1, 2)) @ fit - (fresh[:, 0] ** 2 - 1) / 2**0.5) ** 2
    assert abs(1 - error.mean() - found.explained[0]) < 5 * error.std() / 400_000**0.5


def test_words_and_sizes_are_refused():
    with pytest.raises(ValueError, match="kernel = 'x'"):
        sims.kernel_risk(3, 4, "x", trials=1, rng=rng())
    with pytest.raises(ValueError, match="sigma2 = -1"):
        sims.label_energy((0.0, 1.0), -1.0, 3, 3, trials=1, rng=rng())
