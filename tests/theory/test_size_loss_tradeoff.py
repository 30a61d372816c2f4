"""The universal bound against its proof, the frontier against mpmath and the law's quadrature, exact laws."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from theory import size_loss_tradeoff as slt
from theory.marchenko_pastur import expectation

SIZES = st.integers(1, 400)
POSITIVE = st.floats(0.01, 100.0)

# --- the universal bound ----------------------------------------------------------------------------------------------


@settings(derandomize=True, max_examples=60, deadline=None)
@given(n=SIZES, p=SIZES, share=st.floats(0.0001, 0.999), sigma2=POSITIVE)
def test_the_bound_is_the_best_multiplier_of_the_proof(n: int, p: int, share: float, sigma2: float) -> None:
    train = share * sigma2

    def minus(log_nu: float) -> float:
        nu = math.exp(log_nu)
        return -(nu * sigma2 / (1 + nu * p / n) - nu * train)

    best = scipy.optimize.minimize_scalar(minus, bracket=(-2.0, 2.0), tol=1e-12)
    assert slt.excess_lower_bound(n, p, train, sigma2) == pytest.approx(-best.fun, rel=1e-6)


@settings(derandomize=True, max_examples=100, deadline=None)
@given(n=SIZES, p=SIZES, share=st.floats(0.0, 0.999), sigma2=POSITIVE)
def test_its_solutions_for_the_other_numbers_are_inverse(n: int, p: int, share: float, sigma2: float) -> None:
    train = share * sigma2
    excess = float(slt.excess_lower_bound(n, p, train, sigma2))
    assert slt.min_params(n, train, excess, sigma2) == pytest.approx(p, rel=1e-9)
    assert slt.noise_ceiling(n, p, train, sigma2 + excess) == pytest.approx(sigma2, rel=1e-9)


def test_above_the_noise_floor_nothing_is_asked() -> None:
    assert slt.excess_lower_bound(10, 20, [1.0, 2.0], 1.0).tolist() == [0.0, 0.0]
    assert slt.min_params(10, 1.0, 0.0, 1.0) == 0
    assert slt.min_params(10, 0.25, 0.0, 1.0) == math.inf
    assert slt.min_params(10, 0.0, 0.0, 0.0) == 0
    assert slt.noise_ceiling(10, 20, 2.0, 1.0) == 1.0
    assert slt.noise_ceiling(10, 20, 0.0, 0.0) == 0.0


@settings(derandomize=True, max_examples=60, deadline=None)
@given(n=SIZES, p=SIZES, train=st.floats(0.0, 3.0), test=st.floats(0.01, 3.0))
def test_no_larger_noise_fits_the_losses(n: int, p: int, train: float, test: float) -> None:
    ceiling = float(slt.noise_ceiling(n, p, train, test))

    def least(sigma2: float) -> float:
        return sigma2 + float(slt.excess_lower_bound(n, p, train, sigma2))

    assert least(ceiling) == pytest.approx(test, rel=1e-9)
    assert least(1.01 * ceiling) > test * 1.005


def test_near_the_noise_floor_no_digit_is_lost() -> None:
    train = 1 - 2.0**-40
    exact = mpmath.mpf(1) / 2 * (1 - mpmath.sqrt(mpmath.mpf(train))) ** 2
    assert slt.excess_lower_bound(10, 20, train) == pytest.approx(float(exact), rel=1e-14)


# --- the frontier -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("l", [1e-6, 0.3, 2.0, 1e8])
@pytest.mark.parametrize("g", [0.1, 0.5, 0.9, 1.0, 1.1, 4.0, 1e4])
def test_the_frontier_is_the_contracts_formula_in_many_digits(g: float, l: float) -> None:
    with mpmath.workdps(60):
        G, L = mpmath.mpf(g), mpmath.mpf(l)
        v = (-(L + G - 1) + mpmath.sqrt((L + G - 1) ** 2 + 4 * L)) / (2 * L)
        slope = -v / (L + G / (1 + v) ** 2)
        train, excess = float(-L * L * slope), float(v + L * slope)
    point = slt.mp_frontier(g, l, 3.0)
    assert point.train == pytest.approx(3 * train, rel=1e-12)
    assert point.excess == pytest.approx(3 * excess, rel=1e-12)


@pytest.mark.parametrize("l", [0.01, 0.7, 30.0])
@pytest.mark.parametrize("g", [0.4, 1.0, 3.0])
def test_the_frontier_is_an_integral_over_eigenvalues(g: float, l: float) -> None:
    # Means over the n eigenvalues x of ZZ'/n by those over the p eigenvalues of Z'Z/n; they differ in zeros.
    inside = expectation(lambda x: np.stack([x * (2 * l + x) / (x + l) ** 2, x / (x + l) ** 2]), g)
    point = slt.mp_frontier(g, l)
    assert 1 - point.train == pytest.approx(g * inside[0], rel=1e-10)
    assert point.excess == pytest.approx(g * inside[1], rel=1e-10)


def test_the_ends() -> None:
    found = slt.mp_frontier([0.5, 1.0, 3.0], 0.0, 2.0)
    assert found.train.tolist() == [1.0, 0.0, 0.0]
    assert found.excess.tolist() == [2.0, math.inf, 1.0]
    assert slt.mp_frontier_at([0.5, 1.0, 3.0], [1.0, 0.0, 0.0], 2.0).tolist() == [2.0, math.inf, 1.0]
    assert slt.mp_frontier_at(0.5, [2.0, 5.0], 2.0).tolist() == [0.0, 0.0]
    assert slt.mp_frontier(1.0, 0.0, 0.0).excess == 0
    near = slt.mp_frontier([0.5, 1.0, 3.0], 1e-280, 2.0)
    assert near.train[0] == 1.0
    assert near.excess[[0, 2]].tolist() == [2.0, 1.0]
    assert near.excess[1] == pytest.approx(1e140, rel=1e-9)


def test_below_the_floor_of_least_squares_is_refused() -> None:
    with pytest.raises(ValueError, match=r"train = 0.4: must be at least sigma2 max\(0, 1-g\), here 0.5"):
        slt.mp_frontier_at(0.5, 0.4)


@settings(derandomize=True, max_examples=60, deadline=None)
@given(g=st.floats(0.05, 50.0), log_l=st.floats(-7.0, 7.0), sigma2=POSITIVE)
def test_the_inverse(g: float, log_l: float, sigma2: float) -> None:
    point = slt.mp_frontier(g, math.exp(log_l), sigma2)
    floor = max(0.0, 1 - g)
    # How the excess answers to a rounding of the training loss: steeply near the floor.
    lost = 1e-14 / max(float(point.train) / sigma2 - floor, 1e-14) if floor else 0.0
    assert slt.mp_frontier_at(g, point.train, sigma2) == pytest.approx(point.excess, rel=1e-10 + lost)


def test_the_inverse_where_the_bracket_must_be_wide() -> None:
    for g, train in ((4.0, 1e-10), (2.0, 1 - 1e-6), (1.0, 1e-140), (30.0, 1 - 2.0**-52)):
        excess = float(slt.mp_frontier_at(g, train))
        log_l = scipy.optimize.brentq(lambda s: _gap(g, s, train), -660.0, 100.0, xtol=1e-12)  # noqa: B023
        assert excess == pytest.approx(_point(g, log_l)[1], rel=1e-8)


def _point(g: float, log_l: float) -> tuple[mpmath.mpf, float]:
    with mpmath.workdps(700):
        l = mpmath.exp(log_l)
        b = l + mpmath.mpf(g) - 1
        v = (-b + mpmath.sqrt(b * b + 4 * l)) / (2 * l)
        slope = -v / (l + g / (1 + v) ** 2)
        return -l * l * slope, float(v + l * slope)


def _gap(g: float, log_l: float, train: float) -> float:
    with mpmath.workdps(700):
        found = _point(g, log_l)[0]
        return float(mpmath.log((found / train) if train < 0.5 else (1 - mpmath.mpf(train)) / (1 - found)))


@settings(derandomize=True, max_examples=100, deadline=None)
@given(g=st.floats(0.05, 50.0), share=st.floats(0.0, 0.999))
def test_the_frontier_lies_above_the_bound_and_falls(g: float, share: float) -> None:
    floor = max(0.0, 1 - g)
    train = floor + share * (1 - floor)
    excess = float(slt.mp_frontier_at(g, train))
    n = 10**6
    assert excess >= slt.excess_lower_bound(n, round(g * n), train) * (1 - 1e-5)
    assert slt.mp_frontier_at(g, train + 0.0005 * (1 - floor)) < excess


def test_the_frontier_meets_the_bound_for_many_features() -> None:
    assert slt.mp_frontier_at(1e6, 0.25) == pytest.approx(float(slt.excess_lower_bound(1, 10**6, 0.25)), rel=2e-6)
    assert slt.mp_frontier_at(5.0, 0.0) == pytest.approx(5 / 4 * float(slt.excess_lower_bound(1, 5, 0.0)), rel=1e-12)


def test_confirmed_numbers() -> None:
    found = slt.mp_frontier_at([0.5, 0.5, 1.5, 1.5, 4.0, 16.0, 16.0], [0.55, 0.9, 0.0, 0.25, 0.25, 0.25, 0.64])
    np.testing.assert_allclose(found, [0.3619, 0.005887, 2.0, 0.2574, 0.07161, 0.016131, 0.0025317], rtol=2e-4)


# --- interpolation ----------------------------------------------------------------------------------------------------


@settings(derandomize=True, max_examples=60, deadline=None)
@given(n=st.integers(2, 60), more=st.integers(2, 60), sigma2=POSITIVE)
def test_the_order_of_the_bounds(n: int, more: int, sigma2: float) -> None:
    p = n + more
    universal, full_rank, gaussian = slt.interpolation_excess(n, p, sigma2)
    assert universal == pytest.approx(float(slt.excess_lower_bound(n, p, 0.0, sigma2)), rel=1e-12)
    assert universal < full_rank < slt.sphere_interpolation_excess(n, p, sigma2) < gaussian


@pytest.mark.parametrize(("n", "p"), [(2, 5), (7, 12), (30, 90)])
def test_rows_on_the_sphere_by_the_distance_of_a_row(n: int, p: int) -> None:
    distance = scipy.stats.beta((p - n + 1) / 2, (n - 1) / 2)
    mean = scipy.integrate.quad(lambda x: distance.pdf(x) / x, 0, 1, epsrel=1e-11)[0]
    assert slt.sphere_interpolation_excess(n, p) == pytest.approx(n * mean / p, rel=1e-8)


def test_interpolation_at_the_edge() -> None:
    assert slt.interpolation_excess(5, [5, 6, 7]).gaussian.tolist() == [math.inf, math.inf, 5.0]
    assert slt.sphere_interpolation_excess(5, [5, 6]).tolist() == [math.inf, math.inf]
    assert slt.sphere_interpolation_excess(1, [1, 2, 3], 6.0).tolist() == [6.0, 3.0, 2.0]
    assert slt.sphere_interpolation_excess(5, 5, 0.0) == 0
    for function in (slt.interpolation_excess, slt.sphere_interpolation_excess):
        with pytest.raises(ValueError, match="p = 4: must be an integer >= n = 5"):
            function(5, 4)
