"""Comparisons that say nothing about trials that say nothing."""

from __future__ import annotations

import numpy as np

from sims import arrays


def test_a_comparison_with_nan_is_nan_not_false(make_rng):
    a = arrays.asarray(make_rng(0), [1.0, 2.0, 3.0, np.nan, 1.0])
    b = arrays.asarray(make_rng(0), [2.0, 2.0, 1.0, 1.0, np.nan])
    np.testing.assert_array_equal(arrays.to_host(arrays.less_equal(a, b)), [1, 1, 0, np.nan, np.nan])
    np.testing.assert_array_equal(arrays.to_host(arrays.less_equal(a, 2.0)), [1, 1, 0, np.nan, 1])


def test_values_of_invalid_trials_are_nan(make_rng):
    value = arrays.asarray(make_rng(0), [0.0, 4.0, 5.0])
    np.testing.assert_array_equal(arrays.to_host(arrays.where_valid(value < 5, value)), [0, 4, np.nan])
    np.testing.assert_array_equal(arrays.to_host(arrays.where_valid(value > 0, value > 4)), [np.nan, 0, 1])
