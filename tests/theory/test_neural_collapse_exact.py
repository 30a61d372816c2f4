"""neural_collapse: formulas at sizes where no factor is 1, and input that NumPy itself refuses."""

import numpy as np
import pytest

from theory import neural_collapse as nc


def test_critical_penalty_of_a_head_of_five_factors():
    sizes = np.array([9.0, 4.0])
    exact = sizes ** (4 / 5) * 3 ** (3 / 5) * 4 ** (-8 / 5) / 13
    assert nc.deep_head_optimum([9, 4], [1.0] * 5)["c_crit"] == pytest.approx(exact, rel=1e-14)


def test_ragged_classes_are_refused():
    with pytest.raises(ValueError, match=r"^off = "):
        nc.saddle_curvature([3, 2], 0.1, 0.1, [[0], [0, 1]])
