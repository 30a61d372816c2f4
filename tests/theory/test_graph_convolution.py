"""Graph convolutions: values of the contract, the closed form, the damped iteration and limits as second routes."""

from __future__ import annotations

import itertools
import math

import mpmath
import numpy as np
import pytest

from theory.graph_convolution import gcn_risk, optimal_self_loop
from theory.graph_convolution.fixed_point import _step, overlaps
from theory.graph_convolution.no_loop import shrinkage
from theory.graph_convolution.self_loop import self_loop_risk
from theory.marchenko_pastur import companion

# (gam, tau, lam, mu, rho, c), test, train, accuracy of the contract, confirmed there by simulation.
VALUES = [
    ((4, 0.5, 1, 2, 0), 1.3333, 0.3333, 0.6382),
    ((2, 0.25, 2, 1, 0), 0.7081, 0.0, 0.7945),
    ((2.5, 0.5, 2, 1, 0.05), 0.7264, 0.0768, 0.8028),
    ((2 / 3, 0.5, 2, 2, 0.1), 0.3740, 0.0132, 0.908),
    ((2.5, 0.5, 2, 1, 0.05, 0.5), 0.6201, 0.0589, 0.8391),
    ((2.5, 0.5, 2, 1, 0.05, -0.5), 1.2326, 0.1170, 0.6895),
    ((2 / 3, 0.5, 1.5, 2, 0.1, 0.4), 0.4331, 0.0123, 0.8833),
    ((0.5, 0.9, 1.5, 1, 0.01, 3), 0.3537, None, 0.9161),
    ((0.8, 0.7, 1.5, 1, 0.01, -3), 4.788, None, None),
]


@pytest.mark.parametrize(("at", "test", "train", "accuracy"), VALUES)
def test_values_of_the_contract(at, test, train, accuracy):
    found = gcn_risk(*at)
    for value, said in zip(found, (test, train, accuracy), strict=True):
        if said is not None:
            assert value == pytest.approx(said, abs=6e-4 if said > 4 else 3e-4 if said == 0.908 else 6e-5)


def test_printed_output_of_the_authors_notebook():
    """SMGCN, section 1.2: the printed pair belongs to rho = .1; the cell as it stands has rho = .02."""
    assert gcn_risk(5.0, 0.2, 1.0, 1.0, 0.1)[:2] == pytest.approx((1.57492, 0.13073), abs=6e-6)
    assert gcn_risk(5.0, 0.2, 1.0, 1.0, 0.02)[:2] == pytest.approx((2.85956, 0.05909), abs=6e-6)


@pytest.mark.parametrize("lam", [0.5, -2.0])
@pytest.mark.parametrize("mu", [0.0, 1.5])
def test_the_ridgeless_closed_form(lam, mu):
    for gam, tau in ((1.5, 0.8), (4.0, 0.5), (9.0, 0.3)):
        g = gam * tau
        test = g * (gam + mu) / ((g - 1) * (gam + mu + lam**2 * (mu + 1)))
        s2 = lam**2 * (1 + mu) / (gam + mu)
        accuracy = float(mpmath.ncdf(s2 * mpmath.sqrt((1 - 1 / g) / (s2 + 1 / g))))
        assert gcn_risk(gam, tau, lam, mu, 0.0) == pytest.approx((test, test * (1 - 1 / g) ** 2, accuracy), rel=1e-12)


def test_the_cubic_solves_the_equations_for_k():
    for gam, tau, rho in itertools.product((0.3, 1.0, 4.0), (0.1, 0.5, 0.95), (1e-6, 0.1, 50.0)):
        s = shrinkage(gam, tau, rho)
        k = (1 - gam * s) * (1 - s) / s
        t = float(companion(k, gam).v)
        assert t == pytest.approx(s / (1 - s), rel=1e-9)
        assert k * (tau - (1 - k * t) / gam) == pytest.approx(rho, rel=1e-9)


def test_both_forms_agree_without_a_loop():
    for gam, tau, lam, mu, rho in itertools.product((0.4, 2.5), (0.3, 0.8), (-1.0, 2.0), (0.0, 1.0), (0.01, 1.0)):
        closed = gcn_risk(gam, tau, lam, mu, rho)
        assert self_loop_risk(gam, tau, lam, mu, rho, 0.0) == pytest.approx(closed, rel=1e-10)
        assert gcn_risk(gam, tau, lam, mu, rho, 1e-9) == pytest.approx(closed, rel=1e-7)


def test_newton_ends_where_the_damped_steps_end():
    for gam, tau, rho, c in itertools.product((0.5, 2.5), (0.2, 0.7), (0.05, 1.0), (0.3, -3.0)):
        x = np.array([1.0, 1.0, 0.5])
        for _ in range(3000):
            x = 0.5 * (x + _step(x, gam, tau, rho, c)[0])
        assert overlaps(gam, tau, rho, c)[:3] == pytest.approx(x, rel=1e-11)


def test_mirror_images_have_the_same_risk():
    for lam, c, rho in itertools.product((0.3, 2.0), (-2.0, 0.4), (0.0, 0.1)):
        assert gcn_risk(2.0, 0.4, lam, 1.0, rho, c) == pytest.approx(gcn_risk(2.0, 0.4, -lam, 1.0, rho, -c), rel=1e-10)


def test_the_peak_and_its_sides():
    assert gcn_risk(2.0, 0.5, 1.0, 1.0, 0.0) == (math.inf, 0.0, 0.5)
    assert gcn_risk(10 / 3, 0.3, 1.0, 1.0, 0.0, 0.7) == (math.inf, 0.0, 0.5)
    low, high = gcn_risk(2.0, 0.499, 1.0, 1.0, 0.0, 0.5).test, gcn_risk(2.0, 0.501, 1.0, 1.0, 0.0, 0.5).test
    assert low > 50
    assert high > 50


def test_no_signal_is_chance():
    found = gcn_risk(2.0, 0.4, 0.0, 1.0, 0.3)
    assert found.accuracy == 0.5
    assert found.test >= 1
    assert gcn_risk(2.0, 0.4, 1.0, 1.0, 1000.0, 0.5).test == pytest.approx(1.0, abs=0.01)


def test_the_fixed_point_is_found_over_the_whole_domain():
    rng = np.random.default_rng(0)
    for _ in range(300):
        gam, c = 10 ** rng.uniform(-3, 3), rng.choice((-1, 1)) * 10 ** rng.uniform(-3, 2)
        rho, tau = rng.choice((0.0, 10 ** rng.uniform(-12, 3))), rng.uniform(0.01, 0.99)
        found = gcn_risk(gam, tau, 10 ** rng.uniform(-3, 3), 10 ** rng.uniform(-2, 3), rho, c)
        assert np.isfinite(found).all()
        assert found.test > 0
        assert found.train >= 0
        assert 0 <= found.accuracy <= 1


def test_the_best_self_loop():
    assert optimal_self_loop(3.0, 0.5, 2.0, 1.0, 0.05) == pytest.approx(0.499, abs=6e-4)
    assert optimal_self_loop(3.0, 0.5, -1.0, 1.0, 0.05) == pytest.approx(-0.669, abs=6e-4)
    assert optimal_self_loop(0.5, 0.5, 0.1, 0.0, 0.3) == 3.0
    best = optimal_self_loop(2.0, 0.3, 1.0, 0.5, 0.1)
    around = [gcn_risk(2.0, 0.3, 1.0, 0.5, 0.1, c).test for c in np.linspace(0.01, 3, 120)]
    assert gcn_risk(2.0, 0.3, 1.0, 0.5, 0.1, best).test <= min(around)
    with pytest.raises(ValueError, match="lam = 0"):
        optimal_self_loop(2.0, 0.3, 0.0, 0.5, 0.1)
    with pytest.raises(ValueError, match="rho = 0"):
        optimal_self_loop(2.0, 0.5, 1.0, 0.5, 0.0)
