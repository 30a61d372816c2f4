"""State evolution of interpolators and the lasso against exact integrals, other parametrisations, and limits."""

from __future__ import annotations

import itertools
import math

import mpmath
import numpy as np
import pytest
import scipy

from theory import sparse_interpolation as si
from theory.shrinkage import soft_moments

# --- noise alone ------------------------------------------------------------------------------------------------------


def exact_noise_risk(ratio):
    """R/sigma2 of least l1 norm, by mpmath at sixty digits."""
    with mpmath.workdps(60):
        target = mpmath.mpf(1) / mpmath.mpf(ratio)
        start = mpmath.sqrt(2 * mpmath.log(ratio)) if ratio > 3 else 1 - target
        alpha = mpmath.findroot(lambda a: mpmath.log(mpmath.erfc(a / mpmath.sqrt(2))) - mpmath.log(target), start)
        density = mpmath.exp(-alpha * alpha / 2) / mpmath.sqrt(2 * mpmath.pi)
        rho = 1 + alpha**2 - 2 * alpha * density * ratio
        return float(rho / (1 - rho))


@pytest.mark.parametrize("ratio", [1.001, 1.2, 2.0, 3.1, 4.0, 16.0, 1e3, 1e10, 1e30, 1e100, 1e140])
def test_noise_risk_to_all_digits(ratio):
    assert si.min_l1_noise_risk(1, ratio, 1.0) == pytest.approx(exact_noise_risk(ratio), rel=3e-12)


def test_noise_risk_near_the_square_case_and_far_out():
    # d = n(1 + e): alpha = e sqrt(pi/2) and 1 - rho = alpha sqrt(2/pi) = e, at first order.
    assert si.min_l1_noise_risk(1.0, 1 + 2.0**-40, 1.0) == pytest.approx(2.0**40, rel=1e-11)
    far = [si.min_l1_noise_risk(1, 10.0**k, 1.0) * k * math.log(10) for k in (2, 6, 24, 100, 149)]
    assert np.all(np.diff(far) < 0)
    assert far[-1] == pytest.approx(1, abs=0.006)
    assert far[-1] > 1


def test_the_contracts_cells():
    assert [round(si.min_l1_noise_risk(60, d, 1.0), 4) for d in (120, 240, 960)] == [1.485, 0.7509, 0.3784]
    assert round(si.min_l1_risk(80, 640, [1, 0], [1, 639], 0.25), 4) == 0.1478
    assert round(si.min_l1_risk(100, 300, [1, 0], [10, 290], 0.5), 4) == 0.8372
    assert [round(si.min_lp_risk(60, d, 1.2, [0], [d], 1.0), 4) for d in (240, 960)] == [0.4893, 0.1439]
    risks = [si.min_lp_risk(100, 1600, p, [1, 0], [1, 1599], 0.1) for p in (1.05, 1.1, 1.2, 1.5, 2)]
    np.testing.assert_allclose(risks, [0.0402, 0.0385, 0.0547, 0.558, 0.944], rtol=2e-3)


def test_scale():
    base = si.min_l1_risk(20, 60, [0.7, 0.0, -0.2], [2, 50, 8], 0.3)
    assert si.min_l1_risk(20, 60, [7.0, 0.0, -2.0], [2, 50, 8], 30.0) == pytest.approx(100 * base, rel=1e-12)
    other = si.min_lp_risk(20, 60, 1.3, [0.7, 0.0, -0.2], [2, 50, 8], 0.3)
    assert si.min_lp_risk(20, 60, 1.3, [-7.0, 0.0, 2.0], [2, 50, 8], 30.0) == pytest.approx(100 * other, rel=1e-11)
    # Twice of everything, spikes smaller by the root of two: the same problem.
    twice = si.min_l1_risk(40, 120, np.array([0.7, 0.0, -0.2]) / math.sqrt(2), [4, 100, 16], 0.3)
    assert twice == pytest.approx(base, rel=1e-12)


# --- with a truth -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "d", "h", "s", "sigma2"), [(80, 240, 2.0, 3, 1.0), (50, 60, 0.3, 20, 2.0)])
def test_the_l1_fixed_point_by_damped_iteration_and_quadrature(n, d, h, s, sigma2):
    values, counts = np.array([h, 0.0]), np.array([s, d - s])
    z = np.linspace(-12, 12, 40001)
    density = np.exp(-z * z / 2) / math.sqrt(2 * math.pi) * (z[1] - z[0])
    risk = sigma2 + s * h * h
    for _ in range(400):
        tau = math.sqrt((sigma2 + risk) / n)

        def active(theta, tau=tau):
            return sum(c * (scipy.stats.norm.sf((theta - v) / tau) + scipy.stats.norm.sf((theta + v) / tau))
                       for v, c in zip(values, counts, strict=True)) - n  # fmt: skip

        theta = scipy.optimize.brentq(active, 0, 50 * tau, xtol=1e-14)
        new = 0.0
        for v, c in zip(values, counts, strict=True):
            x = v + tau * z
            new += c * np.sum(density * (np.sign(x) * np.maximum(np.abs(x) - theta, 0) - v) ** 2)
        risk = 0.5 * (risk + new)
    assert si.min_l1_risk(n, d, values, counts, sigma2) == pytest.approx(risk, rel=1e-6)


@pytest.mark.parametrize("p", [1.15, 1.5, 1.9])
def test_the_lp_fixed_point_holds_with_scipys_own_integrals(p):
    n, d, h, s, sigma2 = 30, 90, 0.6, 4, 0.5
    risk = si.min_lp_risk(n, d, p, [h, 0.0], [s, d - s], sigma2)
    tau = math.sqrt((sigma2 + risk) / n)

    def eta(x, theta):
        if x == 0:
            return 0.0
        root = scipy.optimize.brentq(lambda u: u + theta * u ** (p - 1) - abs(x), 0, abs(x), xtol=1e-15)
        return math.copysign(root, x)

    def mean(function, m):
        def weighted(z):
            return function(z, m) * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

        return scipy.integrate.quad(weighted, -9, 9, points=[-m], limit=200, epsrel=1e-9)[0]

    def spent(log_theta):
        theta = math.exp(log_theta)
        total = sum(c * mean(lambda z, m: z * eta(m + z, theta), m) for m, c in ((h / tau, s), (0.0, d - s)))
        return total - n

    theta = math.exp(scipy.optimize.brentq(spent, -5, 8, xtol=1e-9))
    again = tau**2 * sum(
        c * mean(lambda z, m: (eta(m + z, theta) - m) ** 2, m) for m, c in ((h / tau, s), (0.0, d - s))
    )
    assert again == pytest.approx(risk, rel=1e-6)


def test_the_ends_of_the_family():
    truth = ([1.0, 0.0], [4, 156], 0.5)
    assert si.min_lp_risk(40, 160, 1.001, *truth) == pytest.approx(si.min_l1_risk(40, 160, *truth), rel=5e-3)
    assert si.min_lp_risk(40, 160, 2 - 1e-7, *truth) == pytest.approx(si.min_lp_risk(40, 160, 2, *truth), rel=1e-6)
    assert si.min_lp_risk(40, 160, 2, *truth) == pytest.approx(0.5 * 40 / 120 + 4 * 0.75)
    gaps = [si.min_l1_noise_risk(1, 4, 1) - si.min_lp_risk(1, 4, 1 + e, [0], [4], 1) for e in (0.004, 0.002, 0.001)]
    assert np.all(np.diff(gaps) < 0)


def test_noise_alone_is_a_truth_of_nothing():
    assert si.min_l1_risk(20, 70, [0.0], [70], 2.0) == si.min_l1_noise_risk(20, 70, 2.0)
    for p in (1.1, 1.6):
        pure = si.min_lp_risk(20, 70, p, [0.0], [70], 2.0)
        assert si.min_lp_risk(20, 70, p, [1e-9, 0.0], [1, 69], 2.0) == pytest.approx(pure, rel=1e-9)
    assert si.min_l1_risk(20, 70, [1e-9, 0.0], [1, 69], 2.0) == pytest.approx(
        si.min_l1_noise_risk(20, 70, 2.0), rel=1e-9
    )


def test_far_out_the_noise_costs_its_constant():
    for p in (1.1, 1.3, 1.5, 1.9):
        found = si.min_lp_risk(1, 1e90, p, [0.0], [1e90], 1.0) * 1e90
        assert found == pytest.approx(si.lp_noise_constant(p), rel=1e-9)
    assert si.min_lp_risk(1, 1e4, 1.1, [0.0], [1e4], 1.0) * 1e4 == pytest.approx(47.7, rel=1e-2)
    with mpmath.workdps(40):
        for p in (1.02, 1.37, 1.9):
            q = mpmath.mpf(p) / (mpmath.mpf(p) - 1)
            moment = [2 ** (k / 2) * mpmath.gamma((k + 1) / 2) / mpmath.sqrt(mpmath.pi) for k in (2 * q - 2, q)]
            assert si.lp_noise_constant(p) == pytest.approx(float(moment[0] / moment[1] ** 2), rel=1e-11)


def test_huge_dimensions_are_legal():
    assert si.min_l1_risk(100, 10**102, [1.0, 0.0], [1, 1e102], 0.1) > si.min_l1_noise_risk(100, 1e102, 0.1)
    assert 0 < si.min_lp_risk(100, 1e32, 1.3, [1.0, 0.0], [1, 1e32], 0.1) <= 1.0 + 1e-9


# --- the lasso --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chi", [0.9, 1.8, 3.0])
def test_the_lasso_holds_its_own_equations(chi):
    n, d, truth = 40, 60, ([1.0, -0.3, 0.0], [5, 10, 45], 0.4)
    risk, lam = si.lasso_risk(n, d, *truth, chi)
    tau = math.sqrt((0.4 + risk) / n)
    parts = soft_moments(np.array(truth[0]), tau, chi * tau)
    assert parts.risk @ truth[1] == pytest.approx(risk, rel=1e-11)
    active = parts.active @ truth[1] / n
    assert lam == pytest.approx(chi * tau * n * (1 - active), rel=1e-11)
    fit = si.lasso_fit(n, d, *truth, lam)
    assert (fit.risk, fit.active, fit.chi) == pytest.approx((risk, active, chi), rel=1e-9)
    assert fit.residual == pytest.approx((0.4 + risk) * (1 - active) ** 2, rel=1e-9)


def test_a_vanishing_penalty_is_the_interpolator_or_least_squares():
    truth = ([1.0, 0.0], [4, 76], 0.5)
    assert si.lasso_fit(20, 80, *truth, 1e-9).risk == pytest.approx(si.min_l1_risk(20, 80, *truth), rel=1e-6)
    classical = si.lasso_risk(80, 20, [1.0, 0.0], [4, 16], 0.5, 0.0)
    assert classical == pytest.approx((0.5 * 20 / 60, 0.0))


def test_the_best_lasso_beats_every_interpolator():
    truth = ([1.0, 0.0], [1, 1599], 0.1)
    assert si.lasso_risk(100, 1600, *truth, 2.8).risk == pytest.approx(0.01135, rel=1e-3)
    assert min(si.min_lp_risk(100, 1600, p, *truth) for p in (1.05, 1.1, 1.2)) > 3 * 0.01135


# --- norms of given data ----------------------------------------------------------------------------------------------


def test_least_norms_of_one_row_are_dual_norms():
    x, y = np.array([[1.0, -2.0, 0.5]]), np.array([3.0])
    for p in (1.0, 1.1, 1.5, 2.0):
        q = math.inf if p == 1 else p / (p - 1)
        assert si.min_lp_norm(x, y, p) == pytest.approx(3 / np.linalg.norm(x[0], q), rel=1e-9)
    assert si.min_lp_norm(x, [0.0], 1.5) == 0
    assert si.min_lp_norm(1e8 * x, 1e8 * y, 1.2) == pytest.approx(si.min_lp_norm(x, y, 1.2), rel=1e-9)


@pytest.mark.parametrize("p", [1.2, 1.6])
def test_least_norms_by_another_search(p):
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((4, 9)), rng.standard_normal(4)
    null, start = scipy.linalg.null_space(X), np.linalg.pinv(X) @ y
    best = min(
        scipy.optimize.minimize(lambda z: np.linalg.norm(start + null @ z, p), z0, method="Nelder-Mead",
                                options={"xatol": 1e-10, "fatol": 1e-13, "maxiter": 20_000}).fun
        for z0 in (np.zeros(5), rng.standard_normal(5))
    )  # fmt: skip
    found = si.min_lp_norm(X, y, p)
    assert found <= best * (1 + 1e-9)
    assert found == pytest.approx(best, rel=1e-4)


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: si.min_l1_noise_risk(10, 10, 1.0), "d"),
        (lambda: si.min_l1_noise_risk(10, 1e151, 1.0), "d"),
        (lambda: si.min_l1_noise_risk(10, math.nan, 1.0), "d"),
        (lambda: si.min_l1_noise_risk(10, "20", 1.0), "d"),
        (lambda: si.min_l1_noise_risk(10, 20, 0.0), "sigma2"),
        (lambda: si.min_l1_risk(10, 20, [1.0, 0.0], [1, 18], 1.0), "counts"),
        (lambda: si.min_l1_risk(10, 20, [1.0, 0.0], [20], 1.0), "counts"),
        (lambda: si.min_l1_risk(10, 20, [1.0, 0.0], [-1, 21], 1.0), "counts"),
        (lambda: si.min_lp_risk(10, 20, 1.0, [0.0], [20], 1.0), "p"),
        (lambda: si.min_lp_risk(10, 20, 2.1, [0.0], [20], 1.0), "p"),
        (lambda: si.lasso_risk(10, 20, [0.0], [20], 1.0, 0.6), "chi"),
        (lambda: si.lasso_fit(10, 20, [0.0], [20], 1.0, 1e29), "lam"),
        (lambda: si.min_lp_norm(np.ones((3, 2)), np.ones(3), 1.0), "X"),
        (lambda: si.min_lp_norm(np.ones((2, 3)), np.ones(2), 1.0), "X"),
        (lambda: si.min_lp_norm(np.ones((1, 3)), np.ones(2), 1.0), "y"),
        (lambda: si.min_lp_norm(np.ones((1, 3)), np.ones(1), 1.005), "p"),
    ],
)
def test_refusals_name_the_argument(call, name):
    with pytest.raises(ValueError, match=rf"^{name} = .*must be"):
        call()


@pytest.mark.parametrize(("d", "h", "s"), list(itertools.product((60, 160, 800), (0.3, 1.0, 3.0), (1, 6))))
def test_one_root(d, h, s):
    # sigma2 + the risk at effective noise v, less v, crosses 0 once over seven decades.
    n, counts, excess = 40, np.array([s, d - s]), []
    for v in np.geomspace(1e-1, 1e6, 100):
        m = np.array([h, 0.0]) / math.sqrt(v / n)
        c = scipy.optimize.brentq(lambda t, m=m: counts @ soft_moments(m, 1.0, t).active - n, 0, 60)
        excess.append(1.0 + v / n * (counts @ soft_moments(m, 1.0, c).risk) - v)
    assert np.count_nonzero(np.diff(np.sign(excess))) == 1
