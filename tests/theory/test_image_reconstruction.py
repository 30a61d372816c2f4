"""Image reconstruction: the contract's numbers, closed forms against mpmath and second routes, refusals."""

from __future__ import annotations

import itertools

import mpmath
import numpy as np
import pytest
import scipy

import theory.image_reconstruction as ir
from theory import double_descent


@pytest.mark.parametrize(("N", "expected"), [(50, 4.537), (100, 1.39831), (400, 0.92618)])
def test_learned_denoiser_has_the_contracts_numbers(N: int, expected: float) -> None:
    assert float(ir.learned_denoiser_risk(40, 5, N, 1.0, 0.2)) == pytest.approx(expected, abs=6e-6 if N > 50 else 6e-5)
    assert float(ir.bayes_floor(5, 1.0, 0.2)) == pytest.approx(0.83333, abs=5e-6)


def test_low_rank_images_are_one_covariance_among_all() -> None:
    spectrum = [1.3] * 3 + [0.0] * 9
    risk = ir.learned_denoiser_risk(12, 3, [20, 50], 1.3, 0.4)
    np.testing.assert_allclose(ir.gaussian_denoiser_risk(spectrum, [20, 50], 0.4), risk, rtol=1e-14)


def test_an_intercept_costs_an_image_and_a_share_of_the_mean() -> None:
    # E (W - W*) y's risk with p = n regressors and N samples, conditioned on the mean of y: t-statistics by hand.
    floor = ir.gaussian_denoiser_risk([1.0], 10**9, 1.0)
    for N in (5, 9, 30):
        exact = floor * (1 + 1 / N) * (1 + 1 / (N - 3))  # n = 1: 1/N for the mean, (1 + 1/N) E 1/chi2_(N-1) beside it
        assert float(ir.gaussian_denoiser_risk([1.0], N, 1.0, intercept=True)) == pytest.approx(exact, rel=1e-8)


def _by_mpmath(n: int, d: int, N: int, tau2: float, sigma2: float, ridge: float) -> float:
    mpmath.mp.dps = 30
    s, kappa = mpmath.mpf(tau2) + mpmath.mpf(sigma2), mpmath.mpf(0)
    if ridge > 0 or N < n:
        kappa = mpmath.findroot(
            lambda k: d * s / (s + k) + (n - d) * sigma2 / (sigma2 + k) + ridge / k - N,
            (mpmath.mpf("1e-12"), mpmath.mpf(1e6)), solver="anderson", tol=1e-25,
        )  # fmt: skip
    L1, L2 = s / (s + kappa), sigma2 / (sigma2 + kappa)
    amplified = N / (N - d * L1**2 - (n - d) * L2**2)
    return float(d * amplified * ((1 - L1) ** 2 * tau2**2 / s + tau2 * sigma2 / s))


@pytest.mark.parametrize(("n", "d"), [(40, 5), (12, 12), (30, 1)])
def test_the_same_risk_from_mpmaths_root(n: int, d: int) -> None:
    for N, ridge in itertools.product([7, 20, 33, 90], [0.0, 0.3, 10.0]):
        found = float(ir.ridge_denoiser_risk(n, d, N, 1.3, 0.4, ridge))
        assert found == pytest.approx(_by_mpmath(n, d, N, 1.3, 0.4, ridge), rel=1e-9)


@pytest.mark.parametrize(
    ("N", "ridge", "expected"),
    [(100, 5, 1.1051), (60, 10, 1.1562), (30, 10, 1.4985), (20, 3, 1.6277), (20, 0, 2.0293)],
)
def test_ridge_denoiser_has_the_contracts_numbers(N: int, ridge: float, expected: float) -> None:
    assert float(ir.ridge_denoiser_risk(40, 5, N, 1.0, 0.2, ridge)) == pytest.approx(expected, abs=5e-5)


def test_images_that_fill_the_space_are_ridge_regression() -> None:
    """Each output is a regression on isotropic inputs: double descent's own equivalent, in its conventions."""
    n, tau2, sigma2, ridge, N = 30, 1.0, 0.5, 4.0, np.asarray([10, 50])
    a, noise = tau2 / (tau2 + sigma2), tau2 * sigma2 / (tau2 + sigma2)
    for size, found in zip(N, ir.ridge_denoiser_risk(n, n, N, tau2, sigma2, ridge), strict=True):
        one = double_descent.ridge_risk(ridge / size, int(size), ([tau2 + sigma2], [n]), [a * a / n], noise)
        assert float(found) == pytest.approx(n * float(one.bias + one.variance + noise), rel=1e-12)


def test_ridgeless_peak_and_noiseless_images() -> None:
    assert float(ir.ridge_denoiser_risk(40, 5, 40, 1.0, 0.2, 0.0)) == np.inf
    assert ir.ridge_denoiser_risk(40, 5, [5, 10, 40], 1.0, 0.0, 0.0).tolist() == [0.0, 0.0, 0.0]
    assert float(ir.ridge_denoiser_risk(40, 5, 4, 1.0, 0.0, 0.0)) > 0.5
    assert ir.ridge_denoiser_risk(40, 5, [4, 40], 0.0, 1.0, [0.0, 1.0]).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("N", [8, 30, 40, 41, 200, 3000])
def test_the_optimal_ridge_is_the_least_of_all(N: int) -> None:
    best = ir.optimal_denoiser_ridge(40, 5, N, 1.0, 0.2)
    grid = np.append(0.0, np.geomspace(1e-6, 1e6, 4001))
    others = ir.ridge_denoiser_risk(40, 5, N, 1.0, 0.2, grid)
    assert float(ir.ridge_denoiser_risk(40, 5, N, 1.0, 0.2, best)) <= others.min() * (1 + 1e-9)


def test_the_optimal_ridge_has_no_peak() -> None:
    sizes = np.arange(2, 400)
    risks = [float(ir.ridge_denoiser_risk(40, 5, N, 1.0, 0.2, ir.optimal_denoiser_ridge(40, 5, int(N), 1.0, 0.2)))
             for N in sizes]  # fmt: skip
    assert np.all(np.diff(risks) < 0)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [((200, 3, 40, 1.0, 0.25), 2.6), ((200, 3, 100, 1.0, 0.25), 1.8), ((200, 3, 400, 1.0, 0.25), 1.0),
     ((600, 1, 100, 1.0, 0.25), 0.92), ((600, 1, 1000, 1.0, 0.25), 0.3565), ((600, 1, 200, 0.5, 1.0), 0.6111)],
)  # fmt: skip
def test_pca_denoiser_has_the_contracts_numbers(cell: tuple[int, int, int, float, float], expected: float) -> None:
    n, _, N, tau2, sigma2 = cell
    risk, cos2 = ir.pca_denoiser_risk(*cell)
    l, g = tau2 / sigma2, n / N
    assert float(risk) == pytest.approx(expected, abs=5e-5)
    assert float(cos2) == pytest.approx((1 - g / l**2) / (1 + g / l) if l * l > g else 0.0, rel=1e-12)


def test_pca_denoiser_at_its_ends() -> None:
    assert float(ir.pca_denoiser_risk(200, 3, 50, 1.0, 0.5).cos2) == pytest.approx(0.0, abs=1e-12)  # the threshold
    many = ir.pca_denoiser_risk(10, 2, 10**12, 1.0, 0.5)
    assert float(many.risk) == pytest.approx(float(ir.bayes_floor(2, 1.0, 0.5)), rel=1e-9)
    assert ir.pca_denoiser_risk(10, 2, 20, 0.0, 0.5) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("cell", "plain", "stein", "clipped"),
    [
        ((10, 1.0, 0.5), 3.75, 3.6667, 3.6944),
        ((30, 0.3, 1.0), 8.5714, 8.4615, 7.9414),
        ((6, 2.0, 1.0), 5.0, None, None),
    ],
)
def test_test_time_training_has_the_contracts_numbers(
    cell: tuple[int, float, float], plain: float, stein: float | None, clipped: float | None
) -> None:
    assert float(ir.ttt_risk(*cell)) == pytest.approx(plain, abs=5e-5)
    if stein is not None:
        assert float(ir.ttt_risk(*cell, k=cell[0] - 2)) == pytest.approx(stein, abs=5e-5)
        assert float(ir.ttt_risk(*cell, positive_part=True)) == pytest.approx(clipped, abs=5e-5)


@pytest.mark.parametrize(("d", "tau2", "sigma2", "k"), [(3, 1.0, 0.5, 3), (10, 0.2, 1.0, 8), (200, 1.0, 2.0, 200)])
def test_clipping_against_an_integral(d: int, tau2: float, sigma2: float, k: float) -> None:
    s = tau2 + sigma2
    mpmath.mp.dps = 25

    def integrand(x: mpmath.mpf) -> mpmath.mpf:
        alpha = max(mpmath.mpf(0), 1 - k * sigma2 / (s * x))
        weight = mpmath.exp((mpmath.mpf(d) / 2 - 1) * mpmath.log(x) - x / 2)
        return (alpha - tau2 / s) ** 2 * s * x * weight / (mpmath.mpf(2) ** (mpmath.mpf(d) / 2) * mpmath.gamma(d / 2))

    cut = k * sigma2 / s
    ends = sorted({0.0, cut, *np.linspace(0.2 * d, 3 * d, 8).tolist(), 20.0 * d})
    exact = mpmath.quad(integrand, [*map(mpmath.mpf, ends), mpmath.inf]) + d * tau2 * sigma2 / s
    assert float(ir.ttt_risk(d, tau2, sigma2, k, positive_part=True)) == pytest.approx(float(exact), rel=1e-10)


def test_clipping_never_hurts_and_broadcasts() -> None:
    d = np.asarray([[3], [20], [100]])
    plain, clipped = (ir.ttt_risk(d, [0.1, 1.0], 0.7, None, clip) for clip in (False, True))
    assert plain.shape == (3, 2)
    assert np.all(clipped < plain)
    assert np.all(clipped > ir.bayes_floor(d, [0.1, 1.0], 0.7))
    assert float(ir.ttt_risk(5, 0.0, 2.0, positive_part=True)) < float(ir.ttt_risk(5, 0.0, 2.0))
    assert float(ir.ttt_risk(5, 2.0, 0.0)) == 0.0


def test_the_shrinkage_minimises_the_self_supervised_loss() -> None:
    rng = np.random.default_rng(0)
    U, y = np.linalg.qr(rng.standard_normal((9, 4)))[0], rng.standard_normal(9)
    P = U @ U.T

    def loss(alpha: float) -> float:
        return float(np.sum((y - alpha * P @ y) ** 2) + 2 * alpha * 4 * 0.3)

    found = scipy.optimize.minimize_scalar(loss, bracket=(-1, 1), tol=1e-12).x
    assert ir.ttt_shrinkage(y, U, 0.3) == pytest.approx(found, rel=1e-6)


@pytest.mark.parametrize(
    ("cell", "expected"), [((10, 1.0, 0.5), 3.87755), ((30, 0.3, 1.0), 9.22438), ((6, 2.0, 1.0), 4.65306)]
)
def test_shift_has_the_contracts_numbers(cell: tuple[int, float, float], expected: float) -> None:
    d, tau2, sigma2 = cell
    alpha = 3 * tau2 / (3 * tau2 + sigma2)
    assert float(ir.shift_risk(d, alpha, tau2, sigma2)) == pytest.approx(expected, abs=5e-6)


@pytest.mark.parametrize("alpha", [-0.7, 0.0, 0.4, 1.0, 2.5])
def test_gap_is_risk_above_the_floor(alpha: float) -> None:
    gap = ir.shift_risk(7, alpha, 1.3, 0.4) - ir.bayes_floor(7, 1.3, 0.4)
    assert float(ir.shift_gap(7, alpha, 1.3, 0.4)) == pytest.approx(float(gap), rel=1e-12)


def test_the_trend_is_the_slope_of_the_arc() -> None:
    P, Q, h = (3.0, 0.5), (1.0, 0.7), 1e-3
    for alpha in (-0.5, 0.2, 0.7, 1.4):
        ahead, behind = ([float(ir.shift_risk(4, alpha + step, *which)) for which in (P, Q)] for step in (h, -h))
        slope = (ahead[1] - behind[1]) / (ahead[0] - behind[0])
        assert ir.shift_trend(alpha, *P, *Q) == pytest.approx(slope, rel=1e-8)
    between = ir.shift_trend(0.7, *P, *Q)
    assert between < 0 < ir.shift_trend(0.2, *P, *Q)


def test_the_arc_is_a_parabola() -> None:
    """A conic through (R_P, R_Q) whose quadratic part is a square."""
    alphas = np.linspace(-1, 2, 9)
    x, y = (ir.shift_risk(1, alphas, *which) for which in ((3.0, 0.5), (1.0, 0.7)))
    conic = np.linalg.svd(np.stack([x * x, x * y, y * y, x, y, np.ones(9)], axis=1))
    assert conic.S[-1] < 1e-12 < 1e-6 < conic.S[-2]
    a, b, c = conic.Vh[-1][:3]
    assert b * b - 4 * a * c == pytest.approx(0.0, abs=1e-10)


def test_mixture_minimises_the_mean_risk() -> None:
    tau2, sigma2 = np.asarray([3.0, 0.5, 1.0]), np.asarray([0.2, 1.0, 0.0])
    found = scipy.optimize.minimize_scalar(lambda a: float(ir.shift_risk(1, a, tau2, sigma2).mean())).x
    assert ir.mixture_shrinkage(tau2, sigma2) == pytest.approx(found, rel=1e-7)


def test_leverage_against_drawn_noise() -> None:
    rng = np.random.default_rng(0)
    images = rng.standard_normal((6, 4)) ** 3
    images[:, 3] = 0.0  # a pixel that never varies
    sigma2, noise = 0.4, rng.standard_normal((400_000, 6, 4)) * 0.4**0.5
    second = images.T @ images / 6
    noisy = second + sigma2 * np.eye(4)
    y = images + noise
    error = np.sum((images - y @ np.linalg.solve(noisy, second)) ** 2, axis=-1)
    energy = np.einsum("...i,ij,...j->...", y, np.linalg.inv(noisy), y)
    drawn = np.mean(error * energy) / (4 * np.mean(error))
    assert ir.leverage_coefficient(images, sigma2) == pytest.approx(drawn, rel=5e-3)


def test_leverage_is_one_for_gaussian_images() -> None:
    # Two points a direction, at +-sqrt 3 with weight 1/6 and 0 with 2/3, have the moments of a Gaussian up to order 5.
    points = np.asarray([-(3**0.5), 0.0, 0.0, 0.0, 0.0, 3**0.5])
    grid = np.stack(np.meshgrid(points, points, points), axis=-1).reshape(-1, 3) * [1.0, 2.0, 0.1]
    assert ir.leverage_coefficient(grid, 0.3) == pytest.approx(1.0, rel=1e-12)
    assert ir.leverage_coefficient(7 * grid, 49 * 0.3) == pytest.approx(1.0, rel=1e-12)
    assert ir.leverage_coefficient(grid[:2], 1e-9) > 0


REFUSALS = [
    (ir.learned_denoiser_risk, (40, 5, 41, 1.0, 0.2), r"N = 41: must be larger than n \+ 1, n = 40 pixels"),
    (ir.learned_denoiser_risk, (4, 5, 41, 1.0, 0.2), "d = 5: must be at most n = 4"),
    (ir.learned_denoiser_risk, (4, 2, 41, 0.0, 0.0), "tau2 = 0.0, sigma2 = 0.0: must not both be 0"),
    (ir.gaussian_denoiser_risk, ([1.0, 2.0], 4, 1.0, True), r"N = 4: must be larger than n \+ 2, n = 2 pixels"),
    (ir.ridge_denoiser_risk, (4, 2, 41, 0.0, 0.0, 1.0), "tau2 = 0.0, sigma2 = 0.0: must not both be 0"),
    (ir.ridge_denoiser_risk, (4, 5, 41, 1.0, 1.0, 1.0), "d = 5: must be at most n = 4"),
    (ir.pca_denoiser_risk, (4, 2, 41, 1.0, 0.0), "sigma2 = 0.0: must be"),
    (ir.ttt_risk, (2, 1.0, 1.0), "d = 2: must be integers >= 3"),
    (ir.ttt_risk, (3, 0.0, 0.0), "must not both be 0"),
    (ir.ttt_shrinkage, ([1.0, 2.0], [[1.0], [0.0], [0.0]], 1.0), r"y = array of shape \(2,\): must have 3 entries"),
    (ir.ttt_shrinkage, ([1.0, 2.0], [[1.0], [1.0]], 1.0), "U = .*: must be a matrix with orthonormal columns"),
    (ir.ttt_shrinkage, ([0.0, 2.0], [[1.0], [0.0]], 1.0), "y = .*: must be an image with a part in the span of U"),
    (ir.leverage_coefficient, ([[0.0, 0.0]], 1.0), "images = .*: must be an array with an entry that is not 0"),
    (ir.mixture_shrinkage, ([1.0, 2.0], [1.0]), "sigma2 = .*: must be"),
    (ir.shift_trend, (0.75, 3.0, 1.0, 1.0, 1.0), "alpha = 0.75: must differ from 0.75"),
    (ir.shift_trend, (0.75, 3.0, 1.0, 0.0, 0.0), "must not both be 0"),
]  # fmt: skip


@pytest.mark.parametrize(("function", "arguments", "message"), REFUSALS)
def test_refusals(function: object, arguments: tuple[object, ...], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        function(*arguments)  # type: ignore[operator]
