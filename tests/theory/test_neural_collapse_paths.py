"""Central path and logistic modes: high-precision roots, the differential equations, limits, refused input."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest

from theory.neural_collapse import central_path_omega, ufm_collapse_rate, ufm_mode_strength, ufm_within_class_decay

# --- central path ----------------------------------------------------------------------------------------------------


def test_central_path_equals_the_confirmed_numbers():
    start = (2.467, 1.377, 1.178)  # given to four digits in the contract
    projected = central_path_omega(start, 4000.0, 4, 8)
    renormalised = central_path_omega(start, 4000.0, 4, 8, flow="renormalised")
    np.testing.assert_allclose(projected, (6.18508, 6.06262, 6.04455), rtol=2e-5)
    np.testing.assert_allclose(renormalised, (15.5359, 15.2530, 15.1965), rtol=2e-5)


@pytest.mark.parametrize("flow", ["projected", "renormalised"])
@pytest.mark.parametrize("omega0", [1e-120, 1e-6, 0.3, 2.0, 50.0, 1e40])
@pytest.mark.parametrize("t", [1e-12, 0.5, 300.0, 1e9])
def test_central_path_solves_its_law_to_rounding(flow, omega0, t):
    classes, n = 5, 3
    with mpmath.workdps(400):
        start, time = mpmath.mpf(omega0), mpmath.mpf(t)

        def law(u):
            w = mpmath.exp(2 * u)
            if flow == "projected":
                return classes**2 * u + classes * w + w * w / 4
            return classes * u + w / 2

        target = law(mpmath.log(start)) + time / (n if flow == "projected" else n * classes)
        low = mpmath.log(start)
        guess = mpmath.log(mpmath.mpf(float(central_path_omega(omega0, t, classes, n, flow=flow))))
        root = mpmath.findroot(lambda u: law(u) - target, (guess, guess + mpmath.mpf("1e-9")), tol=1e-300, maxsteps=60)
        expected = mpmath.exp(root)
        assert root >= low
        assert abs(central_path_omega(omega0, t, classes, n, flow=flow) / expected - 1) < 1e-13 * (1 + abs(low))


def test_central_path_obeys_its_differential_equations():
    classes, n, t, h = 4, 6, 20.0, 1e-3
    w = central_path_omega(1.3, t, classes, n)
    slope = (central_path_omega(1.3, t + h, classes, n) - central_path_omega(1.3, t - h, classes, n)) / (2 * h)
    assert slope == pytest.approx(w / (n * (classes + w * w) ** 2), rel=1e-7)
    w, above, below = (central_path_omega(1.3, t + s, classes, n, flow="renormalised") for s in (0, h, -h))
    assert (above - below) / (2 * h) == pytest.approx(w / (classes * n * (classes + w * w)), rel=1e-7)


def test_central_path_late_powers_and_shape():
    late = central_path_omega([0.5, 2.0], [[1e14], [1e15]], 3, 2)
    assert late.shape == (2, 2, 1)
    np.testing.assert_allclose(late[:, :, 0], (4 * np.array([1e14, 1e15]) / 2) ** 0.25 * np.ones((2, 1)), rtol=1e-5)
    late = central_path_omega(0.5, 1e12, 3, 2, flow="renormalised")
    assert late == pytest.approx((2e12 / 6) ** 0.5, rel=1e-5)
    assert central_path_omega(0.7, 0.0, 3, 2) == pytest.approx(0.7, rel=1e-15)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("omega0", {"omega0": 0.0}),
        ("omega0", {"omega0": [1.0, -1.0]}),
        ("omega0", {"omega0": []}),
        ("omega0", {"omega0": "one"}),
        ("omega0", {"omega0": float("nan")}),
        ("t", {"t": -1.0}),
        ("t", {"t": [0.0, float("nan")]}),
        ("t", {"t": float("inf")}),
        ("C", {"C": 1}),
        ("C", {"C": 2.5}),
        ("n", {"n": 0}),
        ("n", {"n": [3, 4]}),
        ("flow", {"flow": "free"}),
        ("flow", {"flow": None}),
    ],
)
def test_central_path_refuses_bad_input(name, change):
    with pytest.raises(ValueError, match=f"^{name} = "):
        central_path_omega(**{"omega0": 1.0, "t": 1.0, "C": 3, "n": 2, "flow": "projected", **change})


# --- logistic modes --------------------------------------------------------------------------------------------------


def _exact(u0, t, n_k, total, lam, aligned):
    """The contract's formulas, with 50 digits; at u* = 0 their limits."""
    with mpmath.workdps(60):
        u0, t, lam = mpmath.mpf(u0), mpmath.mpf(t), mpmath.mpf(lam)
        target = mpmath.sqrt(n_k) - total * lam
        if target == 0:
            return 1 / (1 / u0 + 2 * t / total), mpmath.exp(-lam * t) / mpmath.sqrt(1 + 2 * u0 * t / total)
        s = 2 * target * t / total
        strength = target / (1 + (target / u0 - 1) * mpmath.exp(-s))
        decay = mpmath.exp(-lam * t)
        if aligned:
            decay /= mpmath.sqrt(1 + u0 / target * mpmath.expm1(s))
        return strength, decay


@pytest.mark.parametrize("u0", [1e-8, 0.1, 3.0])
@pytest.mark.parametrize("t", [0.0, 1e-7, 2.0, 90.0])
@pytest.mark.parametrize("lam", [0.0, 5e-3, 0.125, 0.125 + 1e-12, 0.4])  # 0.125 is u* = 0 for n_k = 4, N = 16
def test_logistic_modes_against_high_precision(u0, t, lam):
    strength, decay = _exact(u0, t, 4, 16, lam, aligned=True)
    assert ufm_mode_strength(u0, t, 4, 16, lam) == pytest.approx(float(strength), rel=1e-13, abs=0)
    assert ufm_within_class_decay(u0, t, 4, 16, lam) == pytest.approx(float(decay), rel=1e-13, abs=0)
    assert ufm_within_class_decay(u0, t, 4, 16, lam, aligned=False) == pytest.approx(np.exp(-lam * t), rel=1e-14, abs=0)


def test_logistic_modes_do_not_overflow():
    assert ufm_mode_strength(1e-3, 1e9, 4, 16, 0.0) == pytest.approx(2.0, rel=1e-14)
    assert ufm_mode_strength(1e-3, 1e9, 4, 16, 1.0) == 0.0
    assert ufm_within_class_decay(1e-3, 1e9, 4, 16, 0.0) == 0.0
    assert ufm_mode_strength(0.0, 5.0, 4, 16, 0.0) == 0.0


def test_logistic_modes_broadcast():
    found = ufm_mode_strength(np.array([[0.1], [0.2]]), [0.0, 1.0, 2.0], 4, 12, 0.01)
    assert found.shape == (2, 3)
    np.testing.assert_allclose(found[:, 0], (0.1, 0.2), rtol=1e-15)
    assert ufm_within_class_decay(0.1, 1.0, [4, 8], 12, 0.01).shape == (2,)


def test_mode_strength_obeys_its_differential_equation():
    h, total, n_k, lam = 1e-4, 12, 5, 0.02
    u = ufm_mode_strength(0.3, 4.0, n_k, total, lam)
    slope = (ufm_mode_strength(0.3, 4 + h, n_k, total, lam) - ufm_mode_strength(0.3, 4 - h, n_k, total, lam)) / (2 * h)
    assert slope == pytest.approx(2 * u * (np.sqrt(n_k) - u - total * lam) / total, rel=1e-7)


@pytest.mark.parametrize("function", [ufm_mode_strength, ufm_within_class_decay])
@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("u0", {"u0": -0.1}),
        ("u0", {"u0": float("nan")}),
        ("u0", {"u0": "small"}),
        ("t", {"t": -1.0}),
        ("t", {"t": []}),
        ("n_k", {"n_k": 0}),
        ("n_k", {"n_k": 13}),
        ("n_k", {"n_k": 2.5}),
        ("N", {"N": 1}),
        ("N", {"N": [12, 12]}),
        ("lam", {"lam": -1e-3}),
        ("lam", {"lam": float("inf")}),
    ],
)
def test_logistic_modes_refuse_bad_input(function, name, change):
    with pytest.raises(ValueError, match=f"^{name} = "):
        function(**{"u0": 0.1, "t": 1.0, "n_k": 4, "N": 12, "lam": 0.01, **change})


@pytest.mark.parametrize("lam", [-1e-9, float("nan"), "one", []])
def test_collapse_rate_refuses_bad_input(lam):
    with pytest.raises(ValueError, match=r"^lam = "):
        ufm_collapse_rate(lam)


def test_collapse_rate_is_six_times_the_decay():
    np.testing.assert_allclose(ufm_collapse_rate([0.0, 0.5]), [0.0, 3.0])


def test_logistic_modes_refuse_mismatched_shapes_and_no_truth_value():
    with pytest.raises(ValueError, match="u0"):
        ufm_mode_strength([0.1, 0.2], [1.0, 2.0, 3.0], 4, 12, 0.01)
    with pytest.raises(ValueError, match="aligned"):
        ufm_within_class_decay(0.1, 1.0, 4, 12, 0.01, aligned="yes")
