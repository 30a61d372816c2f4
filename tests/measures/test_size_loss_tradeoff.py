"""Positions in the trade-off: by hand, with intervals that cover, on real data against refits."""

import numpy as np
import pytest
import scipy
from sklearn.datasets import load_diabetes

from overparam.measures import registry
from overparam.measures import size_loss_tradeoff as measures
from overparam.measures.double_descent import predict_test_error
from theory import size_loss_tradeoff as theory


def test_a_position_by_hand():
    found = measures.tradeoff_position(0.25, 0.1, n=100, p=400, sigma2=1.0)
    assert float(found) == pytest.approx(0.1 / (100 / 400 * 0.25))
    assert found.limit == 1
    assert found.null == pytest.approx(float(theory.mp_frontier_at(4.0, 0.25)) / 0.0625)
    assert (found.low, found.high) == (None, None)
    assert "1.6 times" in found.sentence
    assert "250 features" in found.sentence


def test_trained_to_the_noise_or_with_fewer_features_than_the_loss_needs():
    classical = measures.tradeoff_position(1.0, 0.1, n=100, p=400)
    assert float(classical) == np.inf
    assert classical.null is None
    assert classical.detail["min_params"] == 0
    assert "sets no bound" in classical.sentence
    few = measures.tradeoff_position(0.25, 3.0, n=100, p=50)  # below sigma2 (1 - p/n)
    assert few.null is None
    assert few.record()["detail"]["frontier"] is None


def test_impossible_losses_are_said_to_be_impossible():
    found = measures.tradeoff_position(0.0, 0.01, n=100, p=200, sigma2=1.0)
    assert float(found) == pytest.approx(0.02)
    assert "no linear predictor has it" in found.sentence
    # The noise that would make them possible: 1.01 p/(n + p).
    assert found.detail["noise_ceiling"] == pytest.approx(1.01 * 2 / 3)


def runs(rng, count, n=15, p=45, lam=0.02):
    """Training losses and excess risks of ridge on noise of variance 1, nothing integrated."""
    losses = []
    for _ in range(count):
        z, noise = rng.standard_normal((n, p)), rng.standard_normal(n)
        fit = z.T @ np.linalg.solve(z @ z.T + n * lam * np.eye(n), noise)
        losses.append((np.mean((noise - z @ fit) ** 2), fit @ fit))
    return np.asarray(losses).T


def test_intervals_over_runs_cover_the_ratio_of_expectations():
    rng = np.random.default_rng(0)
    train, excess = runs(rng, 5_000)
    truth = float(measures.tradeoff_position(train, excess, 15, 45))
    hits = 0
    for _ in range(100):
        found = measures.tradeoff_position(*runs(rng, 25), 15, 45)
        hits += found.low <= truth <= found.high
    assert hits >= scipy.stats.binom(100, 0.95).ppf(1e-4)


def test_runs_in_any_library_and_order():
    torch = pytest.importorskip("torch")
    train, excess = runs(np.random.default_rng(1), 8)
    found = measures.tradeoff_position(train, excess, 15, 45)
    same = measures.tradeoff_position(torch.tensor(train[::-1].copy()), excess[::-1].tolist(), 15, 45)
    assert float(same) == pytest.approx(float(found), rel=1e-12)
    assert same.low == pytest.approx(found.low, rel=1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"train": -0.1}, "train = array whose least entry is -0.1: must be >= 0"),
        ({"excess": [0.1, -1.0], "train": [0.1, 0.1]}, "excess = array whose least entry is -1: must be >= 0"),
        ({"excess": [0.1, 0.2]}, "excess = array with 2 entries: must have 1, one a run as train"),
        ({"n": 0}, "n = 0: must be an integer >= 1"),
        ({"p": 1.5}, "p = 1.5: must be an integer >= 1"),
        ({"sigma2": 0.0}, r"sigma2 = 0.0: must be a real number in \[1e-30, 1e\+30\]"),
        ({"train": "much"}, "train = array of <U4: must be an array of real numbers"),
        ({"excess": np.nan}, "excess = array, 1 of its entries NaN or infinite: must be finite"),
    ],
)
def test_bad_arguments(change, message):
    with pytest.raises(ValueError, match=message):
        measures.tradeoff_position(**{"train": 0.25, "excess": 0.1, "n": 10, "p": 20} | change)


def noise_room(features, targets):
    found = registry.diagnose({"features": features, "targets": targets})
    (one,) = [f for f in found if f.measure.topic == "size_loss_tradeoff"]
    (result,) = one.results
    return result


@pytest.mark.parametrize("wide", [False, True])
def test_noise_room_by_refits(wide):
    features, targets = (a[:40] for a in load_diabetes(return_X_y=True))
    if wide:  # all products of two
        features = np.hstack([features, *(features[:, [j]] * features[:, : j + 1] for j in range(10))])
    result = noise_room(features, targets)
    lam, n = result.detail["lam"], 40

    def fit(x, y):
        centred = x - x.mean(axis=0)
        w = np.linalg.solve(centred.T @ centred + n * lam * np.eye(x.shape[1]), centred.T @ (y - y.mean()))
        return lambda new: y.mean() + (new - x.mean(axis=0)) @ w

    residual = targets - fit(features, targets)(features)
    assert result.detail["train"] == pytest.approx(residual @ residual / (n - 1), rel=1e-9)
    curve = predict_test_error(features, targets, [lam])
    assert result.detail["test"] == pytest.approx(curve.test_error[0], rel=1e-12)
    expected = theory.noise_ceiling(n - 1, features.shape[1], result.detail["train"], curve.test_error[0])
    assert float(result) == pytest.approx(float(expected), rel=1e-9)
    assert result.low <= float(result) <= result.high <= result.null * 2


def test_noise_room_holds_the_noise():
    """Many features, noise of variance 1: the mean of what is said lies above it, and below the test error."""
    rng = np.random.default_rng(2)
    found = []
    for _ in range(20):
        x = rng.standard_normal((60, 150))
        beta = rng.standard_normal(150) / np.sqrt(150)
        found.append(noise_room(x, x @ beta + rng.standard_normal(60)))
    rooms, tests = np.asarray([float(f) for f in found]), np.asarray([f.null for f in found])
    assert rooms.mean() > 1
    assert (rooms < tests).all()
    assert "is no noise" in found[0].sentence
