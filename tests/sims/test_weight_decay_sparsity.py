"""Kernels against libraries and naive loops; crippled solvers are not certified."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import linprog

import sims.weight_decay_sparsity as S
import theory.weight_decay_sparsity as T
from sims.weight_decay_sparsity.sequences import scalar_minimiser


def _sfc(seed):
    return np.random.Generator(np.random.SFC64(seed))


def test_shrinkage_searched_is_the_global_one():
    found = S.depth_shrinkage((0.3, 1.2, -2.5), 0.4, 3, trials=2, rng=_sfc(0))
    np.testing.assert_allclose(found.a, np.tile(T.depth_shrinkage([0.3, 1.2, -2.5], 0.4, 3), (2, 1)), atol=1e-7)
    few = S.depth_shrinkage((2.5,), 0.4, 3, starts=4, steps=2, trials=4, rng=_sfc(0))
    assert few.gradient.max() > 1e-6


def test_scalar_minimiser_by_a_grid():
    grid = np.linspace(0, 4, 400_001)
    for y in (0.7, 1.2, 3.0):
        for depth in (2, 3, 8):
            value = 0.5 * (y - grid) ** 2 + T.factor_penalty(grid, 0.4, depth)
            a, residual = scalar_minimiser(np.asarray([y, -y]), 0.4, depth)
            np.testing.assert_allclose(a, grid[int(np.argmin(value))] * np.array([1, -1]), atol=2e-5)
            assert residual.max() < 1e-9


def test_costs_by_a_library():
    x, y = S.data_sets("rough", 5, 3)
    found = S.relu_interpolation_cost(x, y, trials=1, rng=_sfc(1))
    for t in range(3):
        atoms = np.hstack([np.maximum(x[t][:, None] - x[t], 0), np.maximum(x[t] - x[t][:, None], 0)])
        A = np.hstack([atoms, -atoms, np.ones((5, 1)), -np.ones((5, 1))])
        best = linprog(np.r_[np.ones(4 * 5), 0, 0], A_eq=A, b_eq=y[t], bounds=(0, None)).fun
        assert found.value[0, t] == pytest.approx(best, rel=1e-7)


def test_filters_and_matrices_agree_with_the_formula():
    assert S.best_filter_risk(64, 20, 1.5, 0.3, trials=1, rng=_sfc(2))[0] == pytest.approx(
        T.best_linear_risk_box(64, 20, 1.5, 0.3), rel=1e-10
    )
    drawn = S.filtered_risk(64, 20, 1.5, 0.3, trials=400, rng=_sfc(3))
    assert abs(drawn.mean() - T.best_linear_risk_box(64, 20, 1.5, 0.3)) < 4 * drawn.std() / 20


def test_soft_thresholds_by_numpy():
    found = S.spike_risk(12, 1.0, 0.3, (2, 5), trials=2, rng=_sfc(4))
    noise = 0.3 * _sfc(4).standard_normal(size=(2, 12))
    t = 0.3 * np.sqrt(2 * np.log(12))
    for column, k in enumerate((2, 5)):
        mean = np.where(np.arange(12) < k, 1.0 / k, 0.0)
        z = mean + noise
        error = np.sum((np.sign(z) * np.maximum(np.abs(z) - t, 0) - mean) ** 2, axis=1)
        np.testing.assert_allclose(found[:, column], error, rtol=1e-10)
    with pytest.raises(ValueError, match="k = "):
        S.spike_risk(3, 1.0, 0.3, (4,), trials=1, rng=_sfc(4))


def test_total_variation_has_a_gap_and_lies_below_the_linear_risk():
    found = S.total_variation_risk(256, 1.0, 0.25, trials=100, rng=_sfc(5))
    assert found.gap.max() < 1e-7
    assert found.value.mean() < T.best_linear_risk_box(256, 128, 1.0, 0.25)


def test_chains_on_any_design_are_the_lasso():
    data = S.sparse_rows(20, 6)
    found = S.parallel_chains(data.features, data.targets, 2.0, trials=1, rng=_sfc(6))
    expected = T.two_factor_fit(data.features, data.targets, 2.0)
    np.testing.assert_allclose(found.w[0], expected, atol=1e-5)


def test_jump_refuses_two_factors():
    with pytest.raises(ValueError, match="depth = 2"):
        S.jump_point(0.4, 2, trials=1, rng=_sfc(7))
