"""Neighbours, series and kernels on manifolds: closed forms, mpmath, direct integrals and matrices."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
import scipy.integrate
import scipy.stats

from theory import compositional_sparsity, fourier_risk
from theory import manifold_learning as ml


def ball(d):
    return math.pi ** (d / 2) / math.gamma(d / 2 + 1)


def area(d):
    return 2 * math.pi ** ((d + 1) / 2) / math.gamma((d + 1) / 2)


# --- distances -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n", "d", "r"), [(1, 1, 1), (7, 2, 0.3), (50, 3, 1), (4, 5, 2), (200, 2, 3.5), (2, 8, 0.05)])
def test_sphere_against_mpmath(n, d, r):
    def cap(t):
        half = mpmath.betainc(mpmath.mpf(d) / 2, 0.5, 0, mpmath.sin(t) ** 2, regularized=True) / 2
        return half if t <= mpmath.pi / 2 else 1 - half

    # In v = t^r no end is singular.
    ends = [0, *(mpmath.mpf(t) ** r for t in (0.02, 0.1, 0.3, 0.7, 1.1, mpmath.pi / 2, 2.2, mpmath.pi))]
    exact = mpmath.quad(lambda v: (1 - cap(v ** (1 / mpmath.mpf(r)))) ** n, ends)
    assert float(ml.nn_distance_sphere(n, d, r)) == pytest.approx(float(exact), rel=1e-10)


@pytest.mark.parametrize("n", [1, 3, 170, 10**4, 10**6, 10**12])
def test_closed_forms_of_circle_and_sphere(n):
    with mpmath.workdps(40):
        exact = mpmath.sqrt(mpmath.pi) * mpmath.exp(mpmath.loggamma(n + mpmath.mpf("0.5")) - mpmath.loggamma(n + 1))
    assert float(ml.nn_distance_sphere(n, 2)) == pytest.approx(float(exact), rel=1e-12)
    assert float(ml.nn_distance_sphere(n, 1)) == pytest.approx(math.pi / (n + 1), rel=1e-12)
    assert float(ml.nn_distance_sphere(n, 1, 2)) == pytest.approx(2 * math.pi**2 / ((n + 1) * (n + 2)), rel=1e-12)


@pytest.mark.parametrize(("n", "d", "r"), [(5, 1, 2), (29, 2, 0.7), (30, 3, 5), (10**12, 4, 1)])
def test_torus_against_mpmath(n, d, r):
    with mpmath.workdps(50):
        a = mpmath.mpf(r) / d
        exact = mpmath.gamma(1 + a) * mpmath.exp(mpmath.loggamma(n + 1) - mpmath.loggamma(n + 1 + a))
        exact *= (mpmath.pi ** (mpmath.mpf(d) / 2) / mpmath.gamma(mpmath.mpf(d) / 2 + 1)) ** (-a)
    assert float(ml.nn_distance_torus(n, d, r)) == pytest.approx(float(exact), rel=1e-13)


@pytest.mark.parametrize(("d", "order"), [(1, 1), (2, 1), (3, 2 / 3), (5, 2 / 5)])
def test_the_leading_term_is_approached_at_its_order(d, order):
    n = np.array([10**5, 10**6])
    off = np.abs(ml.nn_distance_sphere(n, d) / ml.nn_distance_asymptotic(n, d, area(d)) - 1)
    assert math.log10(off[0] / off[1]) == pytest.approx(order, abs=0.02)


def test_many_points_and_many_dimensions_give_numbers():
    assert float(ml.nn_distance_sphere(1, 10**6)) == pytest.approx(math.pi / 2, rel=1e-3)
    assert float(ml.nn_distance_asymptotic(1, 1, 1e75, 100)) == math.inf
    assert 0 < float(ml.nn_distance_sphere(10**15, 3)) < 1e-4


def test_arrays_are_broadcast():
    found = ml.nn_distance_sphere([[10], [20]], [1, 2, 3])
    assert found.shape == (2, 3)
    assert found[1, 2] == ml.nn_distance_sphere(20, 3)


def test_the_law_is_that_of_the_moments():
    law = ml.nn_distance_law(7, 3)
    mean = scipy.integrate.quad(lambda t: 1 - law.cdf(t), 0, math.pi, epsabs=1e-12)[0]
    assert mean == pytest.approx(float(ml.nn_distance_sphere(7, 3)), rel=1e-9)
    np.testing.assert_array_equal(law.cdf([-1.0, 0.0, math.pi, 9.0]), [0, 0, 1, 1])


def test_ratios_are_those_of_ordered_uniform_numbers():
    """(T_j/T_k)^d of k points, uniform in a ball: by drawing balls."""
    rng = np.random.default_rng(0)
    for d, k in ((1, 3), (3, 4)):
        x = rng.standard_normal((40_000, 12, d))
        radius = np.sort(rng.random((40_000, 12)) ** (1 / d), axis=1)[:, :k]
        assert x.shape[1] >= k
        found = np.log(radius[:, k - 1 :] / radius[:, : k - 1]).mean(axis=1)
        assert scipy.stats.kstest(found, ml.log_ratio_law(d, k).cdf).pvalue > 1e-4


# --- one nearest neighbour -------------------------------------------------------------------------------------------


def test_confirmed_values():
    assert [round(float(ml.one_nn_error_sphere(n, d)), 4) for n, d in ((400, 2), (5, 3), (20, 5))] == [
        0.0282,
        0.289,
        0.243,
    ]
    assert [round(float(ml.one_nn_error_torus(n, d)), 4) for n, d in ((30, 2), (20, 1))] == [0.1148, 0.0476]
    assert [round(float(ml.one_nn_mse_torus(n, d)), 4) for n, d in ((30, 2), (60, 3))] == [0.193, 0.4159]
    assert float(ml.one_nn_error_torus(9, 1)) == pytest.approx(0.1)


@pytest.mark.parametrize(("n", "d"), [(30, 2), (60, 3), (150, 4), (3, 1), (10**6, 2)])
def test_torus_regression_against_bessel_functions(n, d):
    """d E[1 - phi_d(2 pi D)] with D of density n V_d d t^(d-1) (1 - V_d t^d)^(n-1)."""
    with mpmath.workdps(30):
        volume = mpmath.pi ** (mpmath.mpf(d) / 2) / mpmath.gamma(mpmath.mpf(d) / 2 + 1)

        def phi(z):
            return (
                mpmath.gamma(mpmath.mpf(d) / 2)
                * (2 / z) ** (mpmath.mpf(d) / 2 - 1)
                * mpmath.besselj(mpmath.mpf(d) / 2 - 1, z)
            )

        def integrand(u):  # u = V_d t^d
            return n * (1 - u) ** (n - 1) * (1 - phi(2 * mpmath.pi * (u / volume) ** (mpmath.mpf(1) / d)))

        ends = [0, *(min(mpmath.mpf(1), mpmath.mpf(k) / n) for k in (0.1, 0.5, 1, 2, 4, 8, 16, 40, 10**9))]
        exact = d * mpmath.quad(integrand, sorted(set(ends)))
    assert float(ml.one_nn_mse_torus(n, d)) == pytest.approx(float(exact), rel=1e-9)


@pytest.mark.parametrize("n", [1, 2, 100, 10**6])
def test_circle_regression_against_the_integral(n):
    with mpmath.workdps(30):
        ends = [0, *sorted({min(mpmath.mpf("0.5"), mpmath.mpf(k) / n) for k in (0.2, 1, 4, 12, 40, n)})]
        exact = mpmath.quad(lambda t: 2 * mpmath.pi * mpmath.sin(2 * mpmath.pi * t) * (1 - 2 * t) ** n, ends)
    assert float(ml.one_nn_mse_circle(n)) == pytest.approx(float(exact), rel=1e-10)
    assert float(ml.one_nn_mse_torus(n, 1)) == pytest.approx(float(ml.one_nn_mse_circle(n)), rel=1e-14)


def test_general_formulas_are_the_limits_of_exact_ones():
    for d in (1, 2, 3, 6):
        n = 10**9
        assert float(ml.one_nn_error(n, d, 2, 1)) == pytest.approx(float(ml.one_nn_error_torus(n, d)), rel=1e-8)
        sphere = ml.one_nn_error(n, d, area(d - 1) if d > 1 else 2, area(d))
        assert float(sphere) == pytest.approx(float(ml.one_nn_error_sphere(n, d)), rel=0.01)
        grad2 = 2 * math.pi**2 * d
        assert float(ml.one_nn_mse(n, d, grad2, 1)) == pytest.approx(float(ml.one_nn_mse_torus(n, d)), rel=0.02)


# --- noise off the manifold ------------------------------------------------------------------------------------------


def test_one_noisy_direction_by_direct_integration():
    n, tau = 40, 0.08
    normal = scipy.stats.norm.pdf
    z, w = np.polynomial.hermite_e.hermegauss(40)

    angle = np.arange(1, 61) * math.pi / 61
    s, weight = np.cos(angle), math.pi / 61 * np.sin(angle) ** 2  # Chebyshev's rule for the weight sqrt(1 - s^2)

    def hit(t, q):
        return 2 * t * (t / tau) * float(weight @ normal(q + s * t / tau))

    def survival(t):
        return sum(b * (1 - min(hit(t, a), 1)) ** n for a, b in zip(z, w, strict=True) if b > 1e-10) / w.sum()

    mean = sum(
        scipy.integrate.quad(survival, a, b, epsabs=1e-7, limit=20)[0] for a, b in ((0, 0.03), (0.03, 0.1), (0.1, 0.4))
    )
    assert ml.nn_distance_noisy(n, 1, 2, tau) == pytest.approx(mean, rel=1e-4)


def test_without_noise_the_torus_is_left_and_slopes_lie_between():
    for d, D in ((1, 2), (2, 10), (3, 50)):
        assert ml.nn_distance_noisy(500, d, D, 1e-6) == pytest.approx(float(ml.nn_distance_torus(500, d)), rel=1e-4)
    n = [10**k for k in range(2, 9)]
    slopes = np.diff(np.log10([ml.nn_distance_noisy(k, 2, 10, 0.003) for k in n]))
    assert (np.diff(slopes) > 0).all()
    assert -0.5 < slopes[0] < -0.4
    assert -0.12 < slopes[-1] < -0.1


def test_noise_moments_are_ordered():
    mean, square = ml.nn_distance_noisy(200, 2, 10, 0.01), ml.nn_distance_noisy(200, 2, 10, 0.01, 2.0)
    assert mean**2 < square < 1.5 * mean**2


# --- series ----------------------------------------------------------------------------------------------------------


def test_projection_risk_is_the_shared_one_and_has_the_confirmed_value():
    size, coef2 = ml.power_law(1.0, 2, 12)
    assert (size <= 3).sum() == 29
    found = ml.projection_risk(coef2, size <= 3, 150, 0.5)
    assert round(found, 4) == 0.3374
    assert found == fourier_risk.risk(coef2, size <= 3, 150, 0.5)
    assert ml.optimal_projection_rate(1.5, 3) == fourier_risk.rate(1.5, 3)


def test_a_sum_over_coordinates_has_the_risk_that_compositional_sparsity_gives_it():
    """g(x_1) + g(x_2) with |g_1|^2, |g_2|^2 = .3, .1: all modes of the ball of radius 2."""
    found = compositional_sparsity.projection_risk([0.3, 0.1], 2, 1, 50, 0.4, "ball")
    coef2 = [0.0, *[0.3] * 4, *[0.1] * 4, *[0.0] * 4]
    assert ml.projection_risk(coef2, [True] * 5 + [False] * 8, 50, 0.4) == pytest.approx(found, rel=1e-12)


def test_the_best_band_is_found_by_trying_all():
    size, coef2 = ml.power_law(1.3, 2, 15)
    found = ml.best_projection(size, coef2, 300, 0.7)
    tried = {r: ml.projection_risk(coef2, size <= r, 300, 0.7) for r in np.unique(size)}
    assert found.risk == pytest.approx(min(tried.values()), rel=1e-12)
    assert tried[found.radius] == min(tried.values())
    shuffled = np.random.default_rng(0).permutation(size.size)
    assert ml.best_projection(size[shuffled], coef2[shuffled], 300, 0.7).risk == pytest.approx(found.risk, rel=1e-12)


@pytest.mark.parametrize(
    ("s", "d", "largest", "slope"), [(1, 1, 20_000, -0.664), (2, 1, 4000, -0.792), (1, 2, 700, -0.499)]
)
def test_the_exponent_of_the_best_band(s, d, largest, slope):
    size, coef2 = ml.power_law(float(s), d, largest)
    n = np.geomspace(1e4, 1e6, 9).astype(int)
    risks = [ml.best_projection(size, coef2, int(k), 0.5).risk for k in n]
    assert np.polyfit(np.log(n), np.log(risks), 1)[0] == pytest.approx(slope, abs=0.004)


# --- kernels ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kernel", ["laplace", "gauss", "matern32"])
@pytest.mark.parametrize(("N", "d", "modes"), [(8, 1, [[1], [3]]), (5, 2, [[1, 0], [0, 1], [1, -2]])])
def test_the_spectrum_and_the_risk_are_those_of_the_matrices(N, d, modes, kernel):
    a = np.linspace(1, 0.5, len(modes))
    x = np.stack(np.meshgrid(*[np.arange(N) / N] * d, indexing="ij"), axis=-1).reshape(-1, d)
    phase = 2 * np.pi * x @ np.array(modes).T
    points = np.concatenate([a * np.cos(phase), a * np.sin(phase)], axis=1)
    r = np.linalg.norm(points[:, None] - points[None], axis=-1) / 0.7
    value = {"laplace": lambda r: np.exp(-r), "gauss": lambda r: np.exp(-r * r / 2),
             "matern32": lambda r: (1 + 3**0.5 * r) * np.exp(-(3**0.5) * r)}[kernel](r)  # fmt: skip
    mu = ml.torus_kernel_eigenvalues(N, d, modes, a, kernel, 0.7)
    assert mu.shape == (N,) * d
    np.testing.assert_allclose(np.sort(mu.ravel()), np.linalg.eigvalsh(value) / N**d, atol=1e-13)
    f = np.random.default_rng(1).standard_normal(N**d)
    coef2 = np.abs(np.fft.fftn(f.reshape((N,) * d)) / N**d) ** 2
    S = value @ np.linalg.inv(value + N**d * 0.01 * np.eye(N**d))
    exact = np.mean((S @ f - f) ** 2) + 0.3 * np.sum(S**2) / N**d
    assert ml.grid_kernel_ridge_risk(mu, coef2, N**d, 0.3, 0.01) == pytest.approx(exact, rel=1e-10)
    assert ml.grid_kernel_ridge_risk(mu.ravel(), coef2.ravel(), N**d, 0.3, 0.01) == pytest.approx(exact, rel=1e-10)


def test_the_best_ridge_has_the_exponent_of_d_and_saturates():
    def best(n, s):
        k = np.arange(1, 11)
        mu = ml.torus_kernel_eigenvalues(n, 1, k[:, None], k**-2.0, "laplace", 1.0)
        coef2 = ml.smoothness_spectrum(n, 1, s)
        return min(ml.grid_kernel_ridge_risk(mu, coef2, n, 0.25, lam) for lam in np.geomspace(1e-10, 1e-2, 161))

    for s in (1.0, 3.0):
        slope = math.log(best(2**17, s) / best(2**15, s)) / math.log(4)
        assert slope == pytest.approx(ml.kernel_ridge_exponent(s, 1, 2.0), abs=0.01)


def test_modes_that_do_not_separate_points_are_taken():
    mu = ml.torus_kernel_eigenvalues(12, 1, [[2]], [1.0], "laplace", 1.0)
    np.testing.assert_allclose(mu[1::2], 0, atol=1e-15)


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (ml.nn_distance_sphere, (0, 1), "n"),
        (ml.nn_distance_sphere, (5, 0), "d"),
        (ml.nn_distance_torus, (5, 1, 0.0), "r"),
        (ml.nn_distance_asymptotic, (5, 1, 0.0), "volume"),
        (ml.nn_distance_noisy, (500, 2, 2, 0.1), "D"),
        (ml.nn_distance_noisy, (2, 2, 5, 0.1), "n"),
        (ml.one_nn_error, (5, 1, -1.0, 1.0), "boundary"),
        (ml.projection_risk, ([1.0, 0.0], [True], 5, 0.1), "in_band"),
        (ml.projection_risk, ([1.0, 0.0], [1, 0], 5, 0.1), "in_band"),
        (ml.best_projection, ([0.0, 1.0], [1.0], 5, 0.1), "coef2"),
        (ml.power_law, (1.0, 6, 200), "largest"),
        (ml.torus_kernel_eigenvalues, (8, 2, [[1], [2]], [1.0, 1.0], "gauss", 1.0), "modes"),
        (ml.torus_kernel_eigenvalues, (8, 1, [[1], [2]], [1.0], "gauss", 1.0), "amplitudes"),
        (ml.torus_kernel_eigenvalues, (2**13, 2, [[1, 0]], [1.0], "gauss", 1.0), "N"),
        (ml.torus_kernel_eigenvalues, (8, 1, [[1]], [1.0], "cosine", 1.0), "kernel"),
        (ml.grid_kernel_ridge_risk, ([1.0, 0.5], [1.0], 2, 0.1, 0.1), "coef2"),
        (ml.grid_kernel_ridge_risk, ([1.0], [1.0], 1, 0.1, 0.0), "lam"),
        (ml.kernel_ridge_exponent, (1.0, 2, 2.0), "decay"),
        (ml.kernel_ridge_exponent, (0.0, 2, 3.0), "s"),
    ],
)
def test_bad_input_is_named(function, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        function(*arguments)
