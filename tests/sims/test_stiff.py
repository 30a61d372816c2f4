"""Radau on stacks: closed forms, a stiff problem against another solver, honest errors and failures."""

from __future__ import annotations

import numpy as np
import pytest
import scipy

from sims.stiff import implicit_flow


def logistic(t, y):
    return y * (1 - y)


def slope(t, y):
    return (1 - 2 * y)[..., None]


def exact(t, y0):
    return 1 / (1 + (1 / y0 - 1) * np.exp(-t))


def test_order_three_and_the_error_it_states():
    y0 = np.array([[0.1], [0.01]])
    misses = []
    for steps in (10, 20, 40):
        grid = np.linspace(0, 4, steps + 1)
        points, error = implicit_flow(logistic, slope, y0, grid)
        miss = np.abs(points[:, :, 0] - exact(grid, y0)).max(axis=1)
        assert (miss < error.max(axis=1)).all()
        assert (miss > error.max(axis=1) / 20).all()
        misses.append(miss)
    rate = np.log2(np.array(misses[:-1]) / misses[1:])
    np.testing.assert_allclose(rate, 3.0, atol=0.25)


def test_linear_in_t_is_exact():
    a = np.array([[[1.0, 0.5], [0.0, 2.0]]])
    line = np.array([1.0, -3.0])
    points, error = implicit_flow(
        lambda t, y: line - ((y - line * t)[:, None, :] @ a)[:, 0], lambda t, y: -np.swapaxes(a, 1, 2),
        np.zeros((1, 2)), [0.0, 5.0, 50.0],
    )  # fmt: skip
    np.testing.assert_allclose(points[0], np.outer([0, 5, 50], line), rtol=1e-13)
    assert error.max() < 1e-12


def test_stiff_kinetics_against_another_solver():
    """Robertson's reactions."""

    def field(t, y):
        a, b, c = y[:, 0], y[:, 1], y[:, 2]
        one, two, three = 0.04 * a, 1e4 * b * c, 3e7 * b * b
        return np.stack([two - one, one - two - three, three], axis=-1)

    def jacobian(t, y):
        b, c, zero = y[:, 1], y[:, 2], 0 * y[:, 0]
        rows = [[zero - 0.04, 1e4 * c, 1e4 * b], [zero + 0.04, -1e4 * c - 6e7 * b, -1e4 * b], [zero, 6e7 * b, zero]]
        return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)

    grid = np.concatenate([[0.0], np.geomspace(1e-5, 1e3, 121)])
    points, error = implicit_flow(field, jacobian, np.array([[1.0, 0.0, 0.0]]), grid)
    known = scipy.integrate.solve_ivp(
        lambda t, y: field(t, y[None])[0], (0, 1e3), [1.0, 0.0, 0.0], method="BDF", rtol=1e-10, atol=1e-13
    )
    np.testing.assert_allclose(points[0, -1], known.y[:, -1], atol=1e-5)
    assert error[0, -1] < 1e-4


def test_failure_is_nan_and_leaves_the_others():
    """y' = y^2 ends at t = 1/y0."""
    points, error = implicit_flow(
        lambda t, y: y * y, lambda t, y: 2 * y[..., None], np.array([[0.5], [2.0]]), np.linspace(0, 1, 41)
    )
    assert points[0, -1, 0] == pytest.approx(1.0, abs=1e-5)
    assert np.isnan(points[1, -1]).all()
    assert np.isnan(error[1, -1])


def test_bad_grids():
    for grid in ([0.0], [0.0, 0.0], [1.0, 0.0], [0.0, float("nan")], [0.0, float("inf")]):
        with pytest.raises(ValueError, match="grid = "):
            implicit_flow(logistic, slope, np.ones((1, 1)), grid)
