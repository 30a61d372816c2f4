"""neural_collapse: formulas at sizes where no factor is 1, and input that NumPy itself refuses."""

import numpy as np
import pytest

from theory import neural_collapse as nc


def test_critical_penalty_of_a_head_of_five_factors():
    sizes = np.array([9.0, 4.0])
    exact = sizes ** (4 / 5) * 3 ** (3 / 5) * 4 ** (-8 / 5) / 13
    assert nc.deep_head_optimum([9, 4], [1.0] * 5).c_crit == pytest.approx(exact, rel=1e-14)


def test_ragged_classes_are_refused():
    with pytest.raises(ValueError, match=r"^off = "):
        nc.saddle_curvature([3, 2], 0.1, 0.1, [[0], [0, 1]])


def test_ties_keep_the_lowest_classes():
    sizes = np.array([4, 2] * 20)
    kept = ~nc.ufm_mse_optimum(sizes, 1e-3, 1e-3, d=25).collapsed
    np.testing.assert_array_equal(np.flatnonzero(kept), sorted([*range(0, 40, 2), *range(1, 11, 2)]))


def test_critical_bias_penalty_of_a_weak_mode():
    # N c = 3 * 0.2 against sqrt(n) = 1
    assert nc.ufm_mse_bias(3, 1, 0.2, 0.2, 1.0).lambda_b_crit == pytest.approx(0.6 / 0.4, rel=1e-14)


def test_singular_values_of_the_max_margin_geometry():
    y = np.sqrt([4.0, 2.0, 1.0])
    exact = np.linalg.svd((np.eye(3) - 1 / 3) * y, compute_uv=False)[:2]
    assert nc.seli_geometry([4, 2, 1]).singular_values == pytest.approx(exact, rel=1e-12)
