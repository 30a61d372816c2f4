"""Batched L-BFGS against known minima and against SciPy's, and the choice among starts."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from sims import arrays
from sims.optimize import Minimum, best_of, lbfgs


def test_quadratics_of_any_condition_are_solved(make_rng):
    rng = make_rng(0)
    x = rng.standard_normal(size=(6, 5))
    xp = arrays.namespace(rng)
    scales = arrays.asarray(rng, np.logspace(0, 4, 5))
    target = arrays.asarray(rng, np.arange(5.0))

    def objective(x):
        residual = x - target
        return 0.5 * xp.sum(scales * residual * residual, axis=-1), scales * residual

    end = lbfgs(objective, x, 60)
    np.testing.assert_allclose(arrays.to_host(end.point), np.tile(np.arange(5.0), (6, 1)), atol=1e-10)
    assert arrays.to_host(end.value).max() < 1e-18


def rosenbrock(x):
    a, b = 1 - x[:, :-1], x[:, 1:] - x[:, :-1] ** 2
    gradient = np.zeros_like(x)
    gradient[:, :-1] += -2 * a - 400 * x[:, :-1] * b
    gradient[:, 1:] += 200 * b
    return np.sum(a**2 + 100 * b**2, axis=-1), gradient


def one_rosenbrock(x):
    value, gradient = rosenbrock(x[None])
    return value[0], gradient[0]


def test_rosenbrock_is_descended_as_far_as_by_scipy():
    starts = np.random.default_rng(1).standard_normal((8, 6))
    end = lbfgs(rosenbrock, starts, 150)
    for start, point, value in zip(starts, end.point, end.value, strict=True):
        reference = minimize(one_rosenbrock, start, jac=True, method="L-BFGS-B", options={"gtol": 1e-10})
        assert value <= max(reference.fun, 1e-18) * (1 + 1e-6)  # the same of the two minima, or the better
        assert np.abs(rosenbrock(point[None])[1]).max() < 1e-6


def test_problems_do_not_see_each_other():
    starts = np.random.default_rng(2).standard_normal((4, 4))
    together = lbfgs(rosenbrock, starts, 40)
    alone = [lbfgs(rosenbrock, start[None], 40) for start in starts]
    np.testing.assert_array_equal(together.point, np.concatenate([end.point for end in alone]))


def test_infinite_and_undefined_trial_values_are_walked_around():
    def barrier(x):
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.sum(x - np.log(x), axis=-1), 1 - 1 / x

    end = lbfgs(barrier, np.array([[30.0, 0.01], [0.5, 1e-3]]), 80)
    np.testing.assert_allclose(end.point, 1.0, atol=1e-7)


def test_the_best_start_is_the_lowest_and_of_equals_the_flattest(make_rng):
    rng = make_rng(0)
    points = np.arange(12.0).reshape(6, 2)
    values = np.array([3.0, 1.0, 2.0, 5.0, 5.0, 5.0])
    gradients = np.array([[0, 0], [0, 0], [0, 0], [1e-3, 0], [1e-9, 0], [0, 1e-2]])
    best = best_of(Minimum(*(arrays.asarray(rng, a) for a in (points, values, gradients))), 3)
    np.testing.assert_array_equal(arrays.to_host(best.point), points[[1, 4]])
    np.testing.assert_array_equal(arrays.to_host(best.value), [1.0, 5.0])
    np.testing.assert_array_equal(arrays.to_host(best.worst), [3.0, 5.0])
    assert arrays.to_host(best.reached) == pytest.approx([1 / 3, 1.0])
    assert arrays.to_host(best.gradient) == pytest.approx([0.0, 1e-9])
