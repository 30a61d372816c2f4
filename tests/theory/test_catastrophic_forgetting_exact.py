"""Small cases in exact fractions, ends of the domains, and the words of the refusals that involve two arguments."""

import re
from fractions import Fraction as Q

import numpy as np
import pytest

from theory import catastrophic_forgetting as cf
from theory.catastrophic_forgetting.ridge_sequence import shrinkage

U = np.array([0.6, 0.8])
ACROSS = np.array([-0.8, 0.6])
LINE = np.outer(U, U)
PAIR = np.stack([LINE, np.diag([1.0, 0.0])])


def moved(p, n2, m):
    return Q(n2, p) + Q(m, p) * Q(n2, p - m - n2 - 1)


@pytest.mark.parametrize(("p", "n1", "n2", "m"), [(3, 2, 1, 0), (5, 2, 2, 1), (12, 7, 4, 3), (10**7, 10**6, 10**5, 7)])
def test_replay_in_fractions(p, n1, n2, m):
    w, delta, cross = Q(3), Q(5, 2), Q(-7, 4)
    population = (1 - Q(n2, p - m)) * (1 - Q(n1, p)) * w + delta * moved(p, n2, m)
    assert cf.replay_population_error(p, n1, n2, m, 3.0, 2.5) == pytest.approx(float(population), rel=1e-13)
    q = p - m
    seen = q * Q(n2 * (q - n2), q * (q - 1) * (q + 2)) * (1 - Q(n1, p)) * (w + 2 * cross)
    train = Q(n1 - m, n1) * (seen + delta * moved(p, n2, m))
    assert cf.replay_train_loss(p, n1, n2, m, 3.0, -1.75, 2.5) == pytest.approx(float(train), rel=1e-13)


def test_replay_of_opposite_tasks_is_the_end_of_cauchy_schwarz():
    assert cf.replay_train_loss(9, 4, 3, 2, w_norm2=1.0, cross=-2.0, delta_norm2=4.0) > 0
    with pytest.raises(ValueError, match=re.escape("cross = 2.4: must satisfy cross^2 <= w_norm2 * delta_norm2")):
        cf.replay_train_loss(9, 4, 3, 2, w_norm2=1.0, cross=2.4, delta_norm2=4.0)


@pytest.mark.parametrize(("n", "lam"), [(3, 2.0), (6, 0.7), (20, 5.0)])
def test_ridge_sequence_by_the_error_on_the_task_just_learned(n, lam):
    # w_t - w_i = (w*_t - w_i) + S (w_{t-1} - w*_t) with E S = c1, E S^2 = c2: needs only the error on task t before it.
    w = np.random.default_rng(4).standard_normal((4, 6))
    sigma2, c = 0.3, shrinkage(6, n, lam)
    errors, mean = cf.ridge_sequence_errors(w, n, sigma2, lam), np.zeros(6)
    assert errors[0] == pytest.approx(np.sum(w**2, axis=1), rel=1e-14)
    for t in range(4):
        step = w[t] - w
        expected = np.sum(step**2, axis=1) + 2 * c.c1 * step @ (mean - w[t]) + c.c2 * errors[t, t] + sigma2 * c.noise
        assert errors[t + 1] == pytest.approx(expected, rel=1e-12)
        mean = w[t] + c.c1 * (mean - w[t])


def test_shrinkage_keeps_the_digits_of_a_small_penalty_with_many_rows():
    c = shrinkage(50, 100, 1e-14)  # c1 = z/(1 - g) + O(z^2) with z = 1e-16, g = 1/2
    assert c.c1 == pytest.approx(2e-16, rel=1e-12, abs=0)


def test_summaries_of_a_table():
    table = [[9.0, 9.0, 9.0], [1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 15.0]]
    assert cf.forgetting(table) == ((7 - 1) + (8 - 5)) / 2
    assert cf.overall_error(table) == 10.0


def test_ends_of_the_bounds():
    assert cf.cyclic_bound(3, 6, 2, [0, 2]) == pytest.approx([1.5, 0.0])
    assert cf.random_order_bound(2, [0.0, 2.0], 2) == pytest.approx([0.5, 0.0])
    assert cf.zigzag_worst(2, 3) == pytest.approx(cf.two_task_forgetting_max(6).value, rel=1e-12)
    assert cf.zigzag_forgetting(2000, 2**53, 0.1) == 0.0  # the exponent is beyond 64-bit integers
    assert cf.fan_forgetting(2000, 2**53, 0.1) == 0.0


@pytest.mark.parametrize("T", [2, 4, 10, 60])
@pytest.mark.parametrize("n", [1, 7, 300])
def test_no_angle_of_a_fine_grid_is_worse_than_the_worst(T, n):
    grid = np.linspace(0, np.pi / 2, 300 * T + 20001)
    for curve, worst in ((cf.fan_forgetting, cf.fan_worst), (cf.zigzag_forgetting, cf.zigzag_worst)):
        highest = curve(T, n, grid).max()
        assert highest * (1 - 1e-13) <= worst(T, n) <= highest * (1 + 1e-3)


def test_lines_of_several_counts_at_once():
    for curve in (cf.fan_forgetting, cf.zigzag_forgetting):
        assert curve([2, 4, 10], 2, 0.3) == pytest.approx([curve(T, 2, 0.3) for T in (2, 4, 10)], rel=1e-14)


def test_weights_of_the_angles_are_summed_for_each_k_alone():
    value = cf.two_task_forgetting([0.3, 0.4], [2, 4, 6], [[1.0, 2.0]] * 3)
    single = [[cf.two_task_forgetting(theta, k) for theta in (0.3, 0.4)] for k in (2, 4, 6)]
    assert value == pytest.approx([a + 2 * b for a, b in single], rel=1e-14)


def test_one_number_is_a_python_float():
    for value in (cf.spiral_radius(1.0, 2), cf.two_task_forgetting(0.3, 2, [1.0]), cf.offline_distance(0.0, 2)):
        assert type(value) is float


# --- orthogonal projections -------------------------------------------------------------------------------------------


def test_nearly_orthogonal_projections_pass():
    tilted = LINE + 1e-10 * np.outer(U, ACROSS)
    assert cf.random_order_loss([tilted], U, 1).err2 == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize("matrix", [LINE + 1e-6 * np.outer(U, ACROSS), (1 + 1e-6) * LINE], ids=["oblique", "longer"])
def test_other_matrices_do_not(matrix):
    with pytest.raises(
        ValueError, match=r"^P: must be orthogonal projections on the tasks' null spaces \(P = P' = P P\)"
    ):
        cf.random_order_loss([matrix], U, 1)


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (cf.cyclic_bound, (3, 7, 2, 1), "k = 7: must be a multiple of T (whole passes)"),
        (cf.cyclic_bound, (3, 6, 2, 3), "r_max = 3: must be an integer from 0 to d"),
        (cf.fan_worst, (1600, 1), "T = 1600, n = 1: must satisfy T^2 max(2, sqrt(n)) <= 5e6 (a long search)"),
        (cf.zigzag_worst, (5, 1), "T = 5: must be even (out and back)"),
        (cf.zigzag_forgetting, (5, 1, 0.1), "T = 5: must be even (out and back)"),
        (cf.two_task_forgetting, (0.3, 3), "k = 3: must be even (whole passes over the two tasks)"),
        (cf.two_task_forgetting, ([0.3, 0.4], 2, [1.0]), "weights has 1 entries: must have one for each of 2 angles"),
        (cf.two_task_forgetting, ([0.3], [2, 4], [[1.0]] * 3),
         "weights has shape (3, 1): must broadcast with theta (1,) and k"),
        (cf.random_order_bound, (2, 3.0, 2), "r_avg = 3.0: must be real numbers in [0, d]"),
        (cf.random_order_loss, (PAIR[:, :1], U, 2), "P has shape (2, 1, 2): must be (T, d, d)"),
        (cf.random_order_loss, (np.eye(32)[None], np.ones(32), 97657),
         "k = 97657: must be at most 1e8 over the 1024 entries of P, which every step keeps"),
        (cf.goldfarb_forgetting, (8, 8, 4, 1.0, 1.0, 1.0), "d = 8: must be an integer from 1 to p - 1"),
        (cf.shared_teacher_forgetting, (8, 3, 9, 1.0, 1.0), "m = 9: must be an integer from 2 to p"),
        (cf.replay_population_error, (9, 9, 3, 2, 1.0, 1.0), "n1 = 9: must be an integer from 1 to p - 1"),
        (cf.replay_population_error, (9, 4, 3, 5, 1.0, 1.0),
         "m = 5: must be an integer from 0 to n1 (rows of task 1 that are replayed)"),
        (cf.replay_train_loss, (9, 4, 6, 2, 1.0), "m = 2 with n2 = 6: m + n2 must be at most p - 2"),
        (cf.forgetting, ([[1.0, 2.0], [0.5, 1.0]],),
         "A has shape (2, 2): must be (T + 1, T), row t after task t, row 0 before any"),
        (cf.forgetting, ([[1.0], [0.5]],), "A has 1 task: must hold at least 2"),
    ],
)  # fmt: skip
def test_refusals_word_for_word(function, arguments, message):
    with pytest.raises(ValueError) as refusal:
        function(*arguments)
    assert str(refusal.value) == message
