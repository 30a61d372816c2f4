"""Forgetting of one's own tasks: by refits with lstsq, by angles from scipy, and by the scales that are stated."""

import math

import numpy as np
import pandas as pd
import pytest
import scipy.linalg

from overparam.measures import panels
from overparam.measures.catastrophic_forgetting import forgetting_matrix, predict_forgetting, principal_angles
from theory.catastrophic_forgetting import two_task_forgetting

RNG = np.random.default_rng(0)
X1, X2 = RNG.standard_normal((4, 9)), RNG.standard_normal((3, 9))
W1, W2 = RNG.standard_normal((2, 9))


def refit(tasks, targets, steps):
    w = np.zeros(tasks[0].shape[1])
    for t in range(steps):
        X, y = tasks[t % 2], targets[t % 2]
        w = w + np.linalg.lstsq(X, y - X @ w, rcond=None)[0]
    return np.sum((tasks[0] @ w - targets[0]) ** 2)


def test_angles_are_those_of_scipy_and_know_what_they_cost():
    found = principal_angles(X1, X2, k=4)
    np.testing.assert_allclose(found.value, scipy.linalg.subspace_angles(X1.T, X2.T)[::-1], rtol=1e-10)
    assert found.detail["forgetting"] == pytest.approx(two_task_forgetting(found.value, k=4))
    assert "3 angles" in str(found)
    assert principal_angles(X1.tolist(), pd.DataFrame(X2)).value == pytest.approx(found.value, rel=1e-12)


def test_ranks_follow_the_precision_of_the_input():
    rows = RNG.standard_normal((2, 9))
    double = np.concatenate([rows, rows[:1] + rows[1:]])
    assert principal_angles(double.astype(np.float32), X2).value.size == 2
    assert principal_angles((100 * double).round().astype(np.float16), X2).value.size <= 3


@pytest.mark.parametrize("k", [1, 2, 3, 6])
def test_teachers_shared_and_own(k):
    shared = predict_forgetting(X1, X2, k, w_star=W1)
    assert shared.given.value == pytest.approx(refit((X1, X2), (X1 @ W1, X2 @ W1), k), rel=1e-9, abs=1e-20)
    own = predict_forgetting(X1, X2, k, w_star=(W1, W2))
    assert own.given.value == pytest.approx(refit((X1, X2), (X1 @ W1, X2 @ W2), k), rel=1e-9, abs=1e-20)
    noisy = (RNG.standard_normal(4), RNG.standard_normal(3))
    assert predict_forgetting(X1, X2, k, y=noisy).given.value == pytest.approx(
        refit((X1, X2), noisy, k), rel=1e-9, abs=1e-20
    )
    assert own.given.null == pytest.approx(np.sum((X1 @ W1) ** 2))


def test_average_and_worst_over_teachers():
    found = predict_forgetting(X1, X2, 2)
    losses = [refit((X1, X2), (X1 @ w, X2 @ w), 2) for w in np.eye(9)]
    assert found.average.value == pytest.approx(np.mean(losses), rel=1e-10)
    units = RNG.standard_normal((200, 9))
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    assert max(refit((X1, X2), (X1 @ w, X2 @ w), 2) for w in units) < found.worst.value
    assert found.given is None


def test_the_scale_is_twice_that_of_two_task_forgetting():
    rows = [np.linalg.qr(X.T)[0].T for X in (X1, X2)]
    found = predict_forgetting(*rows, k=4)
    assert found.worst.value / 2 == pytest.approx(two_task_forgetting(principal_angles(*rows).value, k=4), rel=1e-10)


def test_more_samples_than_dimensions_warn():
    tall = RNG.standard_normal((12, 9))
    with pytest.warns(UserWarning, match="X2 has 12 samples in 9 dimensions"):
        found = predict_forgetting(X1, tall, y=(X1 @ W1, tall @ W2))
    assert found.given.value == pytest.approx(refit((X1, tall), (X1 @ W1, tall @ W2), 2), rel=1e-9)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"X2": X2.T}, "X2 .*looks transposed"),
        ({"X2": X2[:, :5]}, "X2 = .*9 dimensions"),
        ({"X1": 0 * X1}, "X1 = 0"),
        ({"X1": np.where(X1 > 0, np.nan, X1)}, "X1 = .*NaN"),
        ({"w_star": W1[:4]}, r"w_star = .*\(9,\)"),
        ({"w_star": (W1, W2[:4])}, r"w_star = .*\(9,\)"),
        ({"w_star": W1, "y": (W1, W2)}, "y = targets"),
        ({"y": W1}, "y: must be a pair"),
        ({"y": (X1 @ W1, X1 @ W1)}, "y2 = array with 4"),
        ({"k": 0}, "k = 0"),
    ],
)
def test_bad_tasks_are_refused_by_name(arguments, words):
    with pytest.raises(ValueError, match=words):
        predict_forgetting(**{"X1": X1, "X2": X2, **arguments})


def test_tables_of_accuracies():
    table = pd.DataFrame([[0.9, None, None], [0.7, 0.8, None], [0.6, 0.5, 0.9]])
    found = forgetting_matrix(table)
    assert found.average_forgetting.value == pytest.approx(0.3)
    assert "task 1" in str(found.average_forgetting) or "task 2" in str(found.average_forgetting)
    assert "it harms" in str(found.backward_transfer)
    assert found.average_performance.value == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match="R = "):
        forgetting_matrix([["a", "b"], ["c", "d"]])
    with pytest.raises(ValueError, match="R = "):
        forgetting_matrix(np.ones((2, 3)))


def test_the_picture_of_angles_and_of_a_layer():
    found = principal_angles(X1, X2)
    axes = panels.draw([found]).axes[0]
    assert axes.get_xlabel() == "principal angle (degrees)"
    drawn = axes.lines[1]
    np.testing.assert_allclose(drawn.get_xdata(), np.degrees(found.value))
    np.testing.assert_allclose(drawn.get_ydata(), [two_task_forgetting(float(t), k=2) for t in found.value])
    tabled = panels.draw(list(forgetting_matrix([[1.0, 0.0], [0.5, 1.0]])))
    assert next(label.get_text() for label in tabled.axes[0].get_yticklabels()) == "average forgetting"
    assert math.isfinite(tabled.axes[0].get_xlim()[0])
