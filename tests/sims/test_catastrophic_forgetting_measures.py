"""Measures for users: against definitions, and on real sequential training."""

import numpy as np
import pytest

from sims import catastrophic_forgetting as cf
from sims.arrays import asarray, strict_rng, to_host


def test_forgetting_matrix_against_the_definitions():
    rng = np.random.default_rng(0)
    R = rng.random((2, 5, 5))
    result = cf.forgetting_matrix(R)
    for b in range(2):
        drops = [max(R[b, t, i] for t in range(i, 4)) - R[b, 4, i] for i in range(4)]
        np.testing.assert_allclose(result.per_task[b], drops)
        assert result.average_forgetting[b] == pytest.approx(np.mean(drops))
        assert result.backward_transfer[b] == pytest.approx(np.mean([R[b, 4, i] - R[b, i, i] for i in range(4)]))
        assert result.average_performance[b] == pytest.approx(R[b, 4].mean())


def test_losses_turn_the_sign_and_unmeasured_entries_do_not_matter():
    R = np.array([[0.9, np.nan, np.nan], [0.7, 0.8, np.nan], [0.6, 0.5, 0.9]])
    accuracy, loss = cf.forgetting_matrix(R), cf.forgetting_matrix(1 - R, higher_is_better=False)
    assert accuracy.average_forgetting == pytest.approx(0.3)
    assert loss.average_forgetting == pytest.approx(0.3)
    assert loss.backward_transfer == pytest.approx(accuracy.backward_transfer)
    assert loss.average_performance == pytest.approx(1 - accuracy.average_performance)


@pytest.mark.parametrize("shape", [(3,), (2, 3), (1, 1)])
def test_forgetting_matrix_refuses_other_shapes(shape):
    with pytest.raises(ValueError, match="R = array of shape"):
        cf.forgetting_matrix(np.zeros(shape))


def planes(theta, p=7, seed=0):
    """Two row spaces with the given principal angles, mixed rows."""
    rng = np.random.default_rng(seed)
    s = len(theta)
    U = np.linalg.qr(rng.standard_normal((p, 2 * s)))[0]
    V1, V2 = U[:, :s], U[:, :s] * np.cos(theta) + U[:, s:] * np.sin(theta)
    return rng.standard_normal((s + 2, s)) @ V1.T, rng.standard_normal((s, s)) @ V2.T


@pytest.mark.parametrize("theta", [[0.3, 1.2], [1e-9, 0.5, np.pi / 2 - 1e-9], [0.0, np.pi / 2]])
def test_principal_angles_keep_their_digits(theta):
    angles = cf.principal_angles(*planes(np.array(theta)))
    np.testing.assert_allclose(angles, theta, rtol=1e-6, atol=1e-13)


def test_principal_angles_of_unequal_ranks_and_strict_arrays():
    rng = np.random.default_rng(1)
    X1, X2 = rng.standard_normal((3, 8)), rng.standard_normal((5, 8))
    angles = cf.principal_angles(X1, X2)
    Q1, Q2 = (np.linalg.qr(X.T)[0] for X in (X1, X2))
    np.testing.assert_allclose(np.cos(angles), np.linalg.svd(Q1.T @ Q2)[1], rtol=1e-12)
    np.testing.assert_allclose(cf.principal_angles(X2, X1), angles, rtol=1e-12)
    strict = cf.principal_angles(*(asarray(strict_rng(0), X) for X in (X1, X2)))
    np.testing.assert_allclose(to_host(strict), angles, rtol=1e-12)


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_prediction_before_training_is_what_training_does(k):
    rng = np.random.default_rng(2)
    tasks = [rng.standard_normal((4, 9)), rng.standard_normal((3, 9)) @ np.diag(np.linspace(0.2, 2, 9))]

    def trained_loss(teacher):
        w = np.zeros(9)
        for t in range(k):
            X = tasks[t % 2]
            w = w + np.linalg.pinv(X) @ (X @ (teacher - w))
        return np.sum((tasks[0] @ (w - teacher)) ** 2)

    teacher = rng.standard_normal(9)
    prediction = cf.predict_forgetting(*tasks, k=k, w_star=teacher)
    assert prediction.given == pytest.approx(trained_loss(teacher), rel=1e-10, abs=1e-20)
    assert prediction.average == pytest.approx(np.mean([trained_loss(e) for e in np.eye(9)]), rel=1e-10, abs=1e-20)
    sample = rng.standard_normal((200, 9))
    assert prediction.worst + 1e-20 >= max(trained_loss(v) / (v @ v) for v in sample)
    assert prediction.worst <= 9 * prediction.average + 1e-20


def test_prediction_for_unit_singular_values_follows_the_angles():
    theta = np.array([0.4, 1.1])
    X1, X2 = (np.linalg.qr(X.T)[0].T for X in planes(theta, seed=3))
    X1 = X1[:2]
    result = cf.predict_forgetting(X1, X2, k=4)
    np.testing.assert_allclose(result.worst, max(np.cos(theta) ** 6 * np.sin(theta) ** 2), rtol=1e-10)


def test_measures_refuse_mismatched_data():
    X = np.eye(3)
    with pytest.raises(ValueError, match="X2"):
        cf.principal_angles(X, np.eye(4))
    with pytest.raises(ValueError, match="X2"):
        cf.predict_forgetting(X, np.eye(4))
    with pytest.raises(ValueError, match="X1"):
        cf.predict_forgetting(np.zeros(3), X)
    with pytest.raises(ValueError, match="k = 0"):
        cf.predict_forgetting(X, X, k=0)
    with pytest.raises(ValueError, match="w_star"):
        cf.predict_forgetting(X, X, w_star=np.zeros(2))
