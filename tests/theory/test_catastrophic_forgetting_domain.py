"""Bad input of every public function is refused with the name of the argument."""

import math

import numpy as np
import pytest

from theory import catastrophic_forgetting as cf

PROJECTIONS = np.stack([[[1.0, 0.0], [0.0, 0.0]], [[0.5, 0.5], [0.5, 0.5]]])
TABLE = [[1.0, 1.0], [0.5, 1.0], [1.0, 0.5]]
GOOD = {
    cf.gaussian_sequence_errors: {"w_star": [[1.0, 0.0], [0.0, 1.0]], "n": 1, "sigma2": 0.0},
    cf.ridge_sequence_errors: {"w_star": [[1.0, 0.0], [0.0, 1.0]], "n": 1, "sigma2": 0.0, "lam": 1.0},
    cf.forgetting: {"A": TABLE},
    cf.overall_error: {"A": TABLE},
    cf.two_task_forgetting: {"theta": [0.3, 0.4], "k": 2, "weights": [1.0, 2.0]},
    cf.two_task_forgetting_max: {"k": 2},
    cf.offline_distance: {"theta": 0.3, "k": 2},
    cf.random_order_loss: {"P": PROJECTIONS, "w_star": [1.0, 0.0], "k": 2},
    cf.haar_tasks_forgetting: {"d": 4, "r": 1, "k": 2},
    cf.forgetting_leading_term: {"P": PROJECTIONS, "w_star": [1.0, 0.0]},
    cf.random_order_bound: {"d": 2, "r_avg": 1.0, "k": 2},
    cf.goldfarb_forgetting: {"p": 8, "d": 3, "m": 4, "y_norm2": 1.0, "x_frob2": 1.0, "w1_norm2": 1.0},
    cf.shared_teacher_forgetting: {"p": 8, "d": 3, "m": 4, "x_frob2": 1.0, "p1w_norm2": 1.0},
    cf.goldfarb_asymptotic: {"alpha": 0.5, "beta": 0.5},
    cf.shared_teacher_asymptotic: {"alpha": 0.5, "beta": 0.5},
    cf.fan_forgetting: {"T": 3, "n": 1, "delta": 0.1},
    cf.fan_worst: {"T": 3, "n": 1},
    cf.zigzag_forgetting: {"T": 4, "n": 1, "delta": 0.1},
    cf.zigzag_worst: {"T": 4, "n": 1},
    cf.cyclic_bound: {"T": 3, "k": 6, "d": 2, "r_max": 1},
    cf.replay_population_error: {"p": 9, "n1": 4, "n2": 3, "m": 2, "w1_norm2": 1.0, "delta_norm2": 1.0},
    cf.replay_train_loss: {"p": 9, "n1": 4, "n2": 3, "m": 2, "w_norm2": 1.0, "cross": 0.5, "delta_norm2": 1.0},
    cf.cyclic_spiral_bound: {"T": 2, "n": 2},
    cf.spiral_power_sup: {"T": 2, "n": 1},
    cf.spiral_radius: {"phi": 1.0, "T": 2},
    cf.two_line_random: {"theta": 0.3, "k": 2},
    cf.random_order_universal_bound: {"d": 2, "T": 2, "r_avg": 1.0, "k": 2},
    cf.random_order_forgetting_bound: {"loss_before": 0.1, "err2": 0.5, "k": 2},
    cf.cyclic_sine_forgetting: {"T": 3, "n": 1, "delta": 0.1},
    cf.cyclic_sine_worst: {"T": 3, "n": 1},
    cf.cyclic_line_limit: {"T": 3},
    cf.there_and_back_forgetting: {"T": 3, "n": 1, "delta": 0.1},
    cf.there_and_back_worst: {"T": 3, "n": 1},
    cf.cyclic_lower_bound: {"T": 3, "k": 6},
    cf.cyclic_rotating_forgetting: {"T": 4, "n": 1, "delta": 0.1, "eps": 0.1},
    cf.cyclic_rotating_worst: {"T": 4},
    cf.cyclic_rotating_limit: {"T": 4},
    cf.rotating_constant: {"s": 2},
    cf.task_norms: {"X": [[1.0, 0.0]], "y": [1.0]},
}
WRONG = [
    (cf.task_norms, "y", [1.0, 2.0]),
    (cf.gaussian_sequence_errors, "w_star", [1.0, 0.0]),
    (cf.gaussian_sequence_errors, "n", 0),
    (cf.gaussian_sequence_errors, "sigma2", -1.0),
    (cf.ridge_sequence_errors, "lam", 0.0),
    (cf.forgetting, "A", [[1.0], [0.5]]),
    (cf.forgetting, "A", [[1.0, 2.0], [0.5, 1.0]]),
    (cf.two_task_forgetting, "theta", [2.0, 0.1]),
    (cf.two_task_forgetting, "k", 3),
    (cf.two_task_forgetting, "weights", [1.0]),
    (cf.two_task_forgetting, "weights", [1.0, -1.0]),
    (cf.two_task_forgetting_max, "k", 0),
    (cf.offline_distance, "theta", -0.1),
    (cf.random_order_loss, "P", 2 * PROJECTIONS),
    (cf.random_order_loss, "P", PROJECTIONS[:, :1]),
    (cf.random_order_loss, "w_star", [1.0, 0.0, 0.0]),
    (cf.random_order_loss, "k", 0),
    (cf.haar_tasks_forgetting, "d", 1),
    (cf.haar_tasks_forgetting, "r", 4),
    (cf.haar_tasks_forgetting, "k", 0),
    (cf.forgetting_leading_term, "P", 2 * PROJECTIONS),
    (cf.forgetting_leading_term, "P", PROJECTIONS[:1]),
    (cf.forgetting_leading_term, "w_star", [1.0]),
    (cf.random_order_bound, "r_avg", 3.0),
    (cf.random_order_bound, "k", 1),
    (cf.goldfarb_forgetting, "p", 3),
    (cf.goldfarb_forgetting, "d", 8),
    (cf.goldfarb_forgetting, "m", 1),
    (cf.goldfarb_forgetting, "m", 9),
    (cf.goldfarb_forgetting, "y_norm2", -1.0),
    (cf.shared_teacher_forgetting, "d", 0),
    (cf.shared_teacher_forgetting, "m", 1),
    (cf.goldfarb_asymptotic, "alpha", 1.5),
    (cf.shared_teacher_asymptotic, "beta", -0.5),
    (cf.fan_forgetting, "T", 1),
    (cf.fan_worst, "n", 0),
    (cf.zigzag_forgetting, "T", 3),
    (cf.zigzag_worst, "T", 5),
    (cf.cyclic_bound, "T", 2),
    (cf.cyclic_bound, "k", 7),
    (cf.cyclic_bound, "r_max", 3),
    (cf.replay_population_error, "m", 5),
    (cf.replay_population_error, "n1", 9),
    (cf.replay_population_error, "n2", 6),
    (cf.replay_train_loss, "cross", 3.0),
    (cf.spiral_radius, "T", 1),
    (cf.cyclic_spiral_bound, "T", 1),
    (cf.cyclic_spiral_bound, "n", 1),
    (cf.spiral_power_sup, "T", 1),
    (cf.spiral_power_sup, "n", 0),
]
BAD = [(f, name, value) for f, good in GOOD.items() for name in good for value in (math.nan, "a", [], {})]


@pytest.mark.parametrize(("function", "name", "value"), BAD + WRONG, ids=lambda v: getattr(v, "__name__", None))
def test_bad_input_is_refused_by_name(function, name, value):
    function(**GOOD[function])
    with pytest.raises(ValueError, match=rf"\b{name}\b"):
        function(**{**GOOD[function], name: value})


def test_the_table_of_good_calls_is_complete():
    functions = {getattr(cf, name) for name in cf.__all__}
    assert {f for f in functions if not isinstance(f, type)} == set(GOOD)


def test_mismatched_lengths_are_refused():
    with pytest.raises(ValueError, match="alpha"):
        cf.goldfarb_asymptotic([0.1, 0.2], [0.1, 0.2, 0.3])
    with pytest.raises(ValueError, match="d"):
        cf.goldfarb_forgetting([8, 9], [2, 3, 4], 2, 1.0, 1.0, 1.0)
