"""Kernels of catastrophic forgetting: portable, and equal to naive computations on the same draws."""

import math

import numpy as np
import pytest

from sims import catastrophic_forgetting as cf
from sims.arrays import strict_rng, to_host
from sims.catastrophic_forgetting.cyclic import apply_power
from sims.catastrophic_forgetting.rotations import random_permutation, random_rotation


def numpy_rng(seed):
    return np.random.Generator(np.random.SFC64(seed))


W = [[1.0, 0.0, 0.5, 0.0, 0.0, 0.2], [0.0, 1.0, 0.0, 0.0, -0.3, 0.0], [0.5, 0.5, 0.0, 0.1, 0.0, 0.0]]
X = [[1.0, 0.2, 0.0, 0.1, -0.4], [0.0, 0.9, 0.3, 0.0, 0.5]]
FRAMES = [np.linalg.qr(np.random.default_rng(j).standard_normal((4, s)))[0] for j, s in enumerate((2, 3, 1))]
P = np.stack([N @ N.T for N in FRAMES])
TEACHER = [1.0, -0.5, 0.3, 0.2]
KERNELS = [
    (cf.gaussian_sequence_errors, {"w_star": W, "n": 3, "sigma2": 0.3}),
    (cf.gaussian_sequence_errors, {"w_star": W, "n": 9, "sigma2": 0.3}),
    (cf.ridge_sequence_errors, {"w_star": W, "n": 3, "sigma2": 0.3, "lam": 0.7}),
    (cf.ridge_sequence_errors, {"w_star": W, "n": 9, "sigma2": 0.3, "lam": 0.7}),
    (cf.two_task_forgetting, {"theta": [0.3, 1.0], "k": 4}),
    (cf.two_task_forgetting, {"theta": [0.3, 1.0], "k": 4, "weights": [1.0, 2.0]}),
    (cf.offline_distance, {"theta": [0.0, 1.0], "k": 4}),
    (cf.random_order_loss, {"P": P, "w_star": TEACHER, "k": 5}),
    (cf.goldfarb_forgetting, {"X": X, "y": [1.0, -1.0], "m": 3}),
    (cf.goldfarb_forgetting, {"X": X, "y": [1.0, -1.0], "m": 5}),
    (cf.shared_teacher_forgetting, {"X": X, "w_star": [1.0, 0.0, 1.0, 0.0, 1.0], "m": 3}),
    (cf.permuted_forgetting, {"X": X, "y": [1.0, -1.0], "m": 3}),
    (cf.zigzag_forgetting, {"T": 4, "n": 3, "delta": 0.2}),
    (cf.cyclic_sine_forgetting, {"T": 4, "n": 3, "delta": 0.2}),
    (cf.there_and_back_forgetting, {"T": 5, "n": 3, "delta": 0.2}),
    (cf.cyclic_rotating_forgetting, {"T": 4, "n": 3, "delta": 0.2, "eps": 0.1}),
    (cf.haar_tasks_forgetting, {"d": 4, "r": 2, "k": 3}),
    (cf.two_line_random, {"theta": 0.4, "k": 6}),
    (cf.fan_forgetting, {"T": 4, "n": 3, "delta": 0.2}),
    (cf.gaussian_cyclic_forgetting, {"T": 3, "n": 7, "d": 9, "r": 2}),
    (cf.worst_cyclic_forgetting, {"T": 3, "k": 6, "d": 3, "s": 1, "starts": 2, "iterations": 10}),
    (cf.worst_random_order_loss, {"T": 2, "k": 4, "d": 3, "s": 2, "isotropic": True, "starts": 2, "iterations": 10}),
    (cf.worst_random_order_loss, {"T": 2, "k": 4, "d": 3, "s": 1, "isotropic": False, "starts": 2, "iterations": 10}),
    (cf.replay, {"p": 8, "n1": 4, "n2": 3, "m": 2, "w1": W[0] + [0.0, 0.0], "w2": W[1] + [0.0, 0.0]}),
    (cf.replay_population_error, {"p": 8, "n1": 4, "n2": 3, "m": 0, "w1_norm2": 1.0, "delta_norm2": 2.0}),
    (
        cf.replay_train_loss,
        {"p": 8, "n1": 4, "n2": 3, "m": 1, "w_norm2": 1.0, "cross": 0.4, "delta_norm2": 2.0},
    ),
    (cf.projection_products, {"T": 3, "d": 3, "iterations": 5}),
    (cf.cyclic_products, {"T": 3, "d": 3, "s": 1, "n": 3}),
    (cf.spiral_radius, {"phi": 2.0, "T": 3}),
]


def named(result):
    return result._asdict() if hasattr(result, "_asdict") else {"value": result}


@pytest.mark.parametrize(("function", "cell"), KERNELS, ids=lambda v: getattr(v, "__name__", None))
def test_strict_arrays_give_the_numbers_of_numpy(function, cell):
    strict = named(function(**cell, trials=7, rng=strict_rng(3)))
    plain = named(function(**cell, trials=7, rng=numpy_rng(3)))
    assert function.floats_per_trial(**cell) > 0
    assert strict.keys() == plain.keys()
    for name, value in plain.items():
        assert value.shape[0] == 7
        assert np.all(np.isfinite(value))
        np.testing.assert_array_equal(to_host(strict[name]), value)


# --- sequences -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("n", [3, 9])
@pytest.mark.parametrize("lam", [0.0, 0.8])
def test_sequences_equal_a_plain_simulation_with_nothing_integrated(n, lam):
    optima, sigma2, p, trials = np.array(W), 0.4, 6, 4000
    rng = numpy_rng(0)
    if lam:
        errors = cf.ridge_sequence_errors(W, n, sigma2, lam, trials=trials, rng=numpy_rng(1))
    else:
        errors = cf.gaussian_sequence_errors(W, n, sigma2, trials=trials, rng=numpy_rng(1))
    plain = np.zeros((400, 4, 3))
    for trial in plain:
        w = np.zeros(p)
        trial[0] = np.sum((w - optima) ** 2, axis=1)
        for t, target in enumerate(optima, 1):
            rows = rng.standard_normal((n, p))
            y = rows @ target + math.sqrt(sigma2) * rng.standard_normal(n)
            if lam:
                stacked = np.vstack([rows, math.sqrt(lam) * np.eye(p)])
                w = np.linalg.lstsq(stacked, np.concatenate([y, math.sqrt(lam) * w]), rcond=None)[0]
            else:
                w = w + np.linalg.pinv(rows) @ (y - rows @ w)
            trial[t] = np.sum((w - optima) ** 2, axis=1)
    z = (plain.mean(axis=0) - errors.mean(axis=0))[1:]
    spread = np.sqrt(plain.var(axis=0) / 400 + errors.var(axis=0) / trials)[1:]
    assert np.abs(z / spread).max() < 5
    np.testing.assert_array_equal(plain[:, 0], errors[:400, 0])


def test_error_tables_reduce_to_forgetting_and_overall_error():
    A = np.random.default_rng(0).random((3, 5, 4))
    learned = np.stack([A[:, i + 1, i] for i in range(3)], axis=-1)
    np.testing.assert_allclose(cf.forgetting(A), (A[:, 4, :3] - learned).mean(axis=-1))
    np.testing.assert_allclose(cf.overall_error(A), A[:, 4].mean(axis=-1))


# --- projections -----------------------------------------------------------------------------------------------------


def test_random_order_path_equals_the_loop():
    trials, k = 6, 5
    result = cf.random_order_loss(P, TEACHER, k, trials=trials, rng=numpy_rng(5))
    orders = numpy_rng(5).integers(0, 3, size=(trials, k))
    for i, order in enumerate(orders):
        e, energy = -np.array(TEACHER), 0.0
        for task in order:
            energy += np.sum((e - P[task] @ e) ** 2)
            e = P[task] @ e
        losses = [np.sum((e - Pm @ e) ** 2) for Pm in P]
        assert result.loss[i, k] == pytest.approx(np.mean(losses))
        assert result.forgetting_k[i] == pytest.approx(np.mean([losses[task] for task in order]))
        assert result.err2[i, k] == pytest.approx(e @ e)
        assert result.energy[i] == pytest.approx(energy)


def test_powers_by_doubling():
    M = np.random.default_rng(0).random((3, 4, 4))
    for n in (1, 2, 5, 12):
        x = np.arange(12.0).reshape(3, 4, 1)
        np.testing.assert_allclose(apply_power(M, n, x), np.linalg.matrix_power(M, n) @ x, rtol=1e-12)


@pytest.mark.parametrize("n", [1, 6])
def test_cycles_against_least_squares_at_every_step(n):
    found = cf.gaussian_cyclic_forgetting(3, n, 9, 2, trials=3, rng=numpy_rng(5))
    rng = numpy_rng(5)
    for value, tasks, column in zip(
        found, rng.standard_normal(size=(3, 3, 2, 9)), rng.standard_normal(size=(3, 9, 1)), strict=True
    ):
        w, teacher = np.zeros(9), column[:, 0] / 3
        for rows in [*tasks] * n:
            w = w + np.linalg.lstsq(rows, rows @ (teacher - w))[0]
        assert value == pytest.approx(sum(np.sum((rows @ (w - teacher)) ** 2) for rows in tasks) / 3, rel=1e-9)


# --- rotations -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("m", [1, 2, 4, 6])
def test_random_rotations_are_orthogonal_and_turn_m_dimensions(m):
    p, trials = 6, 400
    forward, back = random_rotation(p, m, trials, numpy_rng(m))
    O = np.stack([forward(np.broadcast_to(e, (trials, p))) for e in np.eye(p)], axis=-1)
    np.testing.assert_allclose(O.mT @ O, np.broadcast_to(np.eye(p), O.shape), atol=1e-13)
    transposed = np.stack([back(np.broadcast_to(e, (trials, p))) for e in np.eye(p)], axis=-1)
    np.testing.assert_allclose(transposed, O.mT, atol=1e-13)
    assert set(np.linalg.matrix_rank(O - np.eye(p), tol=1e-10)) <= {m, m - 1}  # det decides
    # E tr O = p - m and E (tr R)^2 = 1
    traces = np.trace(O, axis1=1, axis2=2) - (p - m)
    assert abs(traces.mean()) < 5 * traces.std() / math.sqrt(trials)
    if m > 1:
        assert traces.var() == pytest.approx(1, abs=0.5)
    # Isotropy: the first entry has the moments of the average over all directions.
    assert O[:, 0, 0].mean() == pytest.approx((p - m) / p, abs=5 * O[:, 0, 0].std() / math.sqrt(trials) + 1e-12)
    assert O[:, 2, 5].mean() == pytest.approx(0, abs=5 * O[:, 2, 5].std() / math.sqrt(trials))


@pytest.mark.parametrize("m", [1, 3, 6])
def test_random_permutations_move_at_most_m_coordinates(m):
    p, trials = 6, 500
    forward, back = random_permutation(p, m, trials, numpy_rng(0))
    x = np.broadcast_to(np.arange(p), (trials, p))
    np.testing.assert_array_equal(np.sort(forward(x), axis=1), x)
    np.testing.assert_array_equal(back(forward(x)), x)
    moved = np.sum(forward(x) != x, axis=1)
    assert moved.max() <= m
    assert moved.mean() == pytest.approx(m - 1, abs=5 * moved.std() / math.sqrt(trials) + 1e-12)


def test_rotated_tasks_equal_the_pinv_loop():
    data, y, w, m, trials = np.array(X), np.array([1.0, -1.0]), np.ones(5), 3, 4
    kernels = [
        (cf.goldfarb_forgetting(X, y, m, trials=trials, rng=numpy_rng(2)), random_rotation, False),
        (cf.shared_teacher_forgetting(X, w, m, trials=trials, rng=numpy_rng(2)), random_rotation, True),
        (cf.permuted_forgetting(X, y, m, trials=trials, rng=numpy_rng(2)), random_permutation, False),
    ]
    for losses, draw, shared in kernels:
        forward, _ = draw(5, m, trials, numpy_rng(2))
        O = np.stack([forward(np.broadcast_to(e, (trials, 5))) for e in np.eye(5)], axis=-1)
        for loss, turn in zip(losses, O, strict=True):
            first = data @ w if shared else y
            second = data @ turn @ w if shared else y
            w1 = np.linalg.pinv(data) @ first
            w2 = w1 + np.linalg.pinv(data @ turn) @ (second - data @ turn @ w1)
            assert loss == pytest.approx(np.sum((data @ w2 - first) ** 2), rel=1e-10)


# --- replay ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("m", [0, 2, 4])
def test_replay_equals_the_lstsq_loop(m):
    p, n1, n2, trials = 9, 4, 3, 5
    w1, w2 = np.arange(p) / 4, np.cos(np.arange(p))
    result = cf.replay(p, n1, n2, m, w1, w2, trials=trials, rng=numpy_rng(4))
    rng = numpy_rng(4)
    first, second = rng.standard_normal((trials, n1, p)), rng.standard_normal((trials, n2, p))
    for i in range(trials):
        w = np.linalg.lstsq(first[i], first[i] @ w1, rcond=None)[0]
        rows = np.vstack([first[i, :m], second[i]])
        labels = np.concatenate([first[i, :m] @ w1, second[i] @ w2])
        w = w + np.linalg.lstsq(rows, labels - rows @ w, rcond=None)[0]
        assert result.population_error[i] == pytest.approx(np.sum((w - w1) ** 2))
        assert result.train_loss[i] == pytest.approx(np.mean((first[i] @ (w - w1)) ** 2))


def test_replay_adapters_build_the_teachers_they_are_asked_for():
    draws = {"p": 8, "n1": 4, "n2": 3, "m": 1, "trials": 5}
    w1, w2 = [2.0] + [0.0] * 7, [2.5, math.sqrt(3 - 0.25)] + [0.0] * 6  # <w1, Delta> = 1, |Delta|^2 = 3
    expected = cf.replay(w1=w1, w2=w2, rng=numpy_rng(0), **draws).train_loss
    result = cf.replay_train_loss(w_norm2=4.0, cross=1.0, delta_norm2=3.0, rng=numpy_rng(0), **draws)
    np.testing.assert_allclose(result, expected)
