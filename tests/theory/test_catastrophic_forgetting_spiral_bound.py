"""The supremum over the spiral, by a fine grid, and the bound on forgetting, against exact values."""

import math

import numpy as np
import pytest

from theory import catastrophic_forgetting as cf


@pytest.mark.parametrize(("T", "n"), [(2, 1), (3, 4), (10, 1), (10, 3), (300, 10)])
def test_the_supremum_on_a_grid_of_the_whole_curve(T, n):
    phi = np.linspace(0, 2 * math.pi, 400_001)
    z = cf.spiral_radius(phi, T) * np.exp(1j * phi)
    assert cf.spiral_power_sup(T, n) == pytest.approx(np.max(np.abs(z**n * (1 - z))), rel=1e-8)


@pytest.mark.parametrize(("T", "n", "ratio"), [(2, 10, 0.958), (2, 50, 0.9912), (10, 10, 1.0028), (10, 50, 1.0005)])
def test_the_supremum_tends_to_its_law(T, n, ratio):
    law = 1 / (math.e * n * math.sin(math.pi / (T + 1)))
    assert cf.spiral_power_sup(T, n) / law == pytest.approx(ratio, abs=5.1e-4)


def test_two_lines_need_more_than_the_constant_one():
    worst = 2 / (3 * math.sqrt(3))  # max c (1 - c^2) = |M(1 - M)|, M = c u_2 u_1'
    assert worst / cf.spiral_power_sup(2, 1) == pytest.approx(1.2818, abs=5e-5)
    assert worst < (1 + math.sqrt(2)) * cf.spiral_power_sup(2, 1)


@pytest.mark.parametrize("n", [2, 10, 100])
@pytest.mark.parametrize("T", [3, 8, 16])
def test_the_worst_cycles_known_stay_below(T, n):
    assert max(cf.cyclic_sine_worst(T, n), cf.there_and_back_worst(T, n)) < cf.cyclic_spiral_bound(T, n)
