"""Deep heads against arbitrary precision, minority collapse against nested minimisation."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from theory import neural_collapse as nc

# --- deep heads ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("L", [3, 4, 7])
@pytest.mark.parametrize("share", [0.01, 0.6, 0.999])
def test_deep_head_root_and_cost_against_mpmath(L, share):
    n, c = [9, 4], share * nc.deep_head_optimum([9, 4], [1.0] * L).c_crit[1]
    optimum = nc.deep_head_optimum(n, [c] * L)
    loss = mpmath.mpf(0)
    with mpmath.workdps(40):
        for size, z in zip(n, optimum.z, strict=True):
            y, cost = mpmath.sqrt(size), 13 * mpmath.mpf(c)
            root = mpmath.findroot(lambda x: x - y + cost * x ** (mpmath.mpf(2) / L - 1), float(z))  # noqa: B023
            assert float(z) == pytest.approx(float(root), rel=1e-13)
            assert y * (L - 2) / (L - 1) < root < y
            loss += (root - y) ** 2 / 26 + mpmath.mpf(L) / 2 * c * root ** (mpmath.mpf(2) / L)
    assert optimum.loss == pytest.approx(float(loss), rel=1e-13)


def test_deep_head_changes_at_equal_cost_and_jumps():
    critical = nc.deep_head_optimum([4, 4, 4], [1.0] * 3).c_crit[0]
    below, above = (nc.deep_head_optimum([4, 4, 4], [critical * f] * 3) for f in (1 - 1e-9, 1 + 1e-9))
    assert below.loss == pytest.approx(above.loss, rel=1e-8)
    assert below.z[0] == pytest.approx(1.0, rel=1e-7)
    assert above.collapsed.all()
    assert (above.z == 0).all()
    assert (above.layer_sv == 0).all()


def test_deep_head_of_two_layers_is_the_soft_threshold():
    deep, flat = nc.deep_head_optimum([12, 6, 3, 1], [0.05, 0.1]), nc.ufm_mse_optimum([12, 6, 3, 1], 0.1, 0.05)
    np.testing.assert_allclose(deep.z, flat.z, rtol=1e-12)
    assert deep.loss == pytest.approx(flat.loss, rel=1e-12)
    np.testing.assert_allclose(deep.layer_sv[1] ** 2, flat.w_sqnorm, rtol=1e-12)
    np.testing.assert_array_equal(deep.collapsed, flat.collapsed)


def test_deep_head_layers_share_the_cost():
    lambdas = np.array([4e-3, 2e-3, 8e-3, 3e-3])
    optimum = nc.deep_head_optimum([9, 4, 2], lambdas)
    np.testing.assert_allclose(np.prod(optimum.layer_sv, axis=0), optimum.z, rtol=1e-12)
    np.testing.assert_allclose(
        lambdas[:, None] * optimum.layer_sv**2 - lambdas[0] * optimum.layer_sv[0] ** 2, 0, atol=1e-15
    )
    assert nc.deep_head_optimum([9, 4, 2], [4e-3] * 3).z == pytest.approx([2.958203, 1.951991, 1.360059], abs=5e-7)


# --- minority collapse -----------------------------------------------------------------------------------------------

PEELED = [((3, 7, 1, 5), 245.497), ((5, 5, 1, 5), 12.1924), ((7, 3, 1, 5), 4.00047), ((2, 3, 1, 2), 11.1444)]


@pytest.mark.parametrize(("model", "ratio"), [*PEELED, ((4, 3, 10, 10), 2.99e7)])
def test_peeled_ratio_confirmed_numbers(model, ratio):
    assert nc.minority_collapse_ratio_lpm(*model) == pytest.approx(ratio, rel=1e-3 if ratio > 1e6 else 5e-6)


@pytest.mark.parametrize(("K_A", "K_B", "R"), [(3, 7, 20.0), (5, 5, 3.0), (1, 4, 10.0)])
def test_peeled_energy_against_nested_minimisation(K_A, K_B, R):
    g, N = math.sqrt(1 / K_A + 1 / K_B), K_A * R + K_B

    def objective(v):
        alpha, a, b = v
        alpha *= K_A > 1
        major = math.log1p((K_A - 1) * math.exp(-alpha) + K_B * math.exp(-alpha * (1 - 1 / K_A) - a * g))
        minor = math.log(K_B + K_A * math.exp(-b * g))
        norm = (K_A - 1) * alpha + math.sqrt(K_A * a**2 + K_B * b**2 + 1e-300)
        return K_A * R / N * major + K_B / N * minor + norm / N

    best = minimize(
        objective, [2.0, 1.0, 0.3], method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-15, "maxiter": 4000}
    )
    alpha, a, b = best.x
    rho = (K_A - 1) * alpha + math.sqrt(K_A * a**2 + K_B * b**2)
    assert nc.layer_peeled_energy(K_A, K_B, R) * (K_A + K_B) == pytest.approx(rho, rel=1e-6)


@given(st.integers(1, 10), st.integers(2, 10), st.floats(1e-3, 20))
def test_peeled_ratio_and_energy_are_inverse(K_A, K_B, energy):
    ratio = nc.minority_collapse_ratio_lpm(K_A, K_B, energy, energy)
    assert ratio > 1
    assert nc.layer_peeled_energy(K_A, K_B, ratio) == pytest.approx(energy, rel=1e-9)


def test_peeled_ratio_extremes():
    assert nc.minority_collapse_ratio_lpm(2, 2, 1e4, 1e4) == math.inf
    assert nc.minority_collapse_ratio_lpm(3, 3, 1e-6, 1e-6) == pytest.approx(1 + 4e-7, rel=1e-9)
    with pytest.raises(ValueError, match="multiplier"):
        nc.layer_peeled_energy(5, 5, 2.0, 0.1)


def test_penalised_ratio_is_where_the_sizes_meet():
    ratio = nc.minority_collapse_ratio_ufm(2, 3, 4, 0.01, [0.01, 0.02])
    N = 2 * 4 * ratio + 3 * 4
    np.testing.assert_allclose(N**2 * 0.01 * np.array([0.01, 0.02]), 4, rtol=1e-12)
    assert nc.minority_collapse_ratio_ufm(2, 3, 4, 1.0, 1.0) < 0


def test_balanced_peeled_loss():
    assert nc.lpm_balanced_loss(4, 1.3, 0.7) == pytest.approx(0.6102436, abs=5e-8)
    np.testing.assert_allclose(nc.lpm_balanced_loss([2, 3], 1e-12, 1e-12), np.log([2, 3]), rtol=1e-9)
