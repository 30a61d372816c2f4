"""Graphs of one's own: brute force, drawn graphs with known parameters, and refusals."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from overparam.measures.graph_convolution import homophily, suggest_self_loop
from theory.graph_convolution import optimal_self_loop


def rng(seed=0):
    return np.random.default_rng(seed)


def blocks(n, degree, lam, generator):
    """A directed graph of two blocks with the model's edge probabilities."""
    y = np.arange(n) % 2
    same = np.where(y[:, None] == y, 1.0, -1.0)
    p = (degree + np.sqrt(degree * (1 - degree / n)) * lam * same) / n
    return (generator.random((n, n)) < p).astype(float), y


def test_brute_force_with_weights_and_loops():
    a, y = rng().random((7, 7)) * (rng(1).random((7, 7)) < 0.5), np.array([0, 1, 2, 0, 1, 2, 2])
    pairs = [(i, j) for i in range(7) for j in range(7) if i != j]
    share = sum(a[i, j] for i, j in pairs if y[i] == y[j]) / sum(a[i, j] for i, j in pairs)
    found = homophily(a, y)
    assert found.value == pytest.approx(share)
    assert found.null == pytest.approx(np.mean([y[i] == y[j] for i, j in pairs]))
    assert homophily(a + np.diag(np.arange(7.0)), y).value == pytest.approx(share)
    assert homophily(a.astype(np.float32).tolist(), [f"class {k}" for k in y]).value == pytest.approx(share, rel=1e-6)


def test_the_null_is_the_mean_over_all_labellings():
    a, y = rng().random((6, 6)), [0, 0, 1, 1, 1, 1]
    values = [homophily(a, list(order)).value for order in set(itertools.permutations(y))]
    assert np.mean(values) == pytest.approx(homophily(a, y).null)


def test_the_interval_covers_the_share_of_the_model():
    hits = 0
    for seed in range(60):
        a, y = blocks(120, 8, 1.0, rng(seed))
        found = homophily(a, y)
        truth = 0.5 * (1 + np.sqrt((1 - 8 / 120) / 8))
        hits += found.low <= truth <= found.high
    assert hits >= 50  # of 57 expected; 49 or fewer have probability 1e-4


@pytest.mark.parametrize("lam", [1.5, -1.5])
def test_the_suggestion_finds_the_parameters_of_the_model(lam):
    n, f, mu = 1200, 480, 4.0
    a, y = blocks(n, 25, lam, rng())
    x = rng(1).standard_normal((n, f)) / np.sqrt(f)
    x[:, 0] += np.sqrt(mu / n) * (2 * y - 1)
    found = suggest_self_loop(a, 3.0 * x, y, tau=0.4)
    assert found.detail["lam"] == pytest.approx(lam, abs=0.15)
    assert found.detail["mu"] == pytest.approx(mu, abs=2.5)
    assert found.detail["gam"] == 2.5
    assert found.value == pytest.approx(optimal_self_loop(2.5, 0.4, lam, mu, 0.05), abs=0.15)
    assert found.low <= found.value <= found.high
    assert found.detail["risk"] < found.detail["risk_without"]
    assert ("differ" in found.sentence) == (lam < 0)


def test_weights_of_one_size_change_nothing_but_the_raw_loop():
    a, y = blocks(60, 6, 1.0, rng(4))
    x = rng(1).standard_normal((60, 30))
    one, three = suggest_self_loop(a, x, y), suggest_self_loop(3 * a, x, y)
    assert three.value == pytest.approx(one.value, rel=1e-6)
    assert three.detail["raw"] == pytest.approx(3 * one.detail["raw"], rel=1e-6)
    off = a[~np.eye(60, dtype=bool)]
    assert one.detail["raw"] == pytest.approx(one.value * np.sqrt(60 * off.var()))


def test_a_graph_without_homophily_does_not_settle_the_sign():
    a, y = blocks(60, 6, 0.0, rng(4))
    found = suggest_self_loop(a, rng(1).standard_normal((60, 30)), y)
    assert "do not settle" in found.sentence
    assert found.low < 0 < found.high


@pytest.mark.parametrize(
    ("a", "y", "words"),
    [
        (np.ones((3, 4)), [0, 1, 1], "A = array of shape"),
        (-np.ones((3, 3)), [0, 1, 1], "negative"),
        (np.eye(3), [0, 1, 1], "without edges"),
        (np.ones((3, 3)), [0, 1], "labels = array with 2 entries"),
        (np.ones((3, 3)), [1, 1, 1], "one class"),
        (np.full((3, 3), np.nan), [0, 1, 1], "NaN"),
    ],
)
def test_refusals(a, y, words):
    with pytest.raises(ValueError, match=words):
        homophily(a, y)


def test_refusals_of_the_suggestion():
    a, x = np.ones((6, 6)), rng().standard_normal((6, 2))
    with pytest.raises(ValueError, match="3 classes"):
        suggest_self_loop(a, x, [0, 1, 2, 0, 1, 2])
    with pytest.raises(ValueError, match="equal weights"):
        suggest_self_loop(a, x, [0, 1, 0, 1, 0, 1])
    with pytest.raises(ValueError, match="without spread"):
        suggest_self_loop(np.eye(6, k=1), np.zeros((6, 2)), [0, 0, 0, 1, 1, 1])
    with pytest.raises(ValueError, match=r"must have 5"):
        suggest_self_loop(a, x[:5], [0, 1, 0, 1, 0, 1])
