"""Learned denoisers and test-time shrinkage on images of one's own: brute force, coverage, arrays of every kind."""

import numpy as np
import pytest

import theory.image_reconstruction as theory
from overparam.measures.image_reconstruction import denoiser_curve, ttt_shrinkage
from sims import digits
from sims.image_reconstruction import image_denoiser_risk, population


def _images(m=30, n=6, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((m, n)) ** 3 * np.linspace(0.1, 1, n) + 5.0


def _floor(images, sigma2):
    values = np.linalg.eigvalsh(np.cov(images.T))
    return float(np.sum(values * sigma2 / (values + sigma2)))


def test_the_jackknife_against_leaving_out_one_by_one():
    images, m = _images(), 30
    each = np.asarray([_floor(np.delete(images, i, axis=0), 0.3) for i in range(m)])
    found = denoiser_curve(images, 0.3, [20], z=1.0)
    assert found.limit == pytest.approx(m * _floor(images, 0.3) - (m - 1) * each.mean(), rel=1e-9)
    error = np.sqrt((m - 1) * np.mean((each - each.mean()) ** 2))
    factor = found.value[0] / found.limit
    assert found.high[0] - found.value[0] == pytest.approx(error * factor, rel=1e-9)
    assert found.null == pytest.approx(np.trace(np.cov(images.T)))


def test_the_leverage_is_theorys():
    images = _images()
    found = denoiser_curve(images, 0.3, [20])
    assert found.detail["leverage"] == pytest.approx(theory.leverage_coefficient(images - images.mean(axis=0), 0.3))


def test_gaussian_images_follow_the_exact_law_with_an_intercept():
    rng = np.random.default_rng(1)
    images = rng.standard_normal((20000, 8)) * np.sqrt([1, 1, 0.5, 0.2, 0.1, 0.1, 0.0, 0.0]) + 3.0
    found = denoiser_curve(images, 0.25, [12, 40, 1000])
    exact = theory.gaussian_denoiser_risk([1, 1, 0.5, 0.2, 0.1, 0.1, 0.0, 0.0], [12, 40, 1000], 0.25, intercept=True)
    assert np.all(found.low < exact)
    assert np.all(exact < found.high)
    np.testing.assert_allclose(found.value, exact, rtol=0.02)


@pytest.mark.parametrize(("source", "sigma2", "within"), [("digits", 0.25, 0.01), ("small patches", 0.01, 0.02)])
def test_real_images_against_denoisers_learned_from_them(source, sigma2, within):
    """The mean of these populations is known to be 0, which is worth one image in a thousand here."""
    N = 400
    learned = image_denoiser_risk(source, N, sigma2, trials=200, rng=np.random.default_rng(2)).mean()
    found = denoiser_curve(population(source), sigma2, N)
    assert float(found) == pytest.approx(learned, rel=within)


def test_the_jackknife_takes_out_the_bias_of_few_images():
    pool, floors, plain = digits.load().images, [], []
    truth = _floor(pool, 0.25)
    rng = np.random.default_rng(3)
    for _ in range(40):
        few = pool[rng.integers(len(pool), size=150)]
        floors.append(denoiser_curve(few, 0.25, 100).limit)
        plain.append(_floor(few, 0.25))
    assert abs(np.mean(floors) / truth - 1) < 0.3 * abs(np.mean(plain) / truth - 1)


def test_the_interval_covers():
    rng, covered = np.random.default_rng(4), 0
    truth = sum(v * 0.3 / (v + 0.3) for v in (1.0, 0.5, 0.1))
    for _ in range(300):
        found = denoiser_curve(rng.standard_normal((60, 3)) * np.sqrt([1.0, 0.5, 0.1]), 0.3, 10**9)
        covered += bool(found.low <= truth <= found.high)
    assert 270 <= covered  # 285 of 300 expected


def test_images_of_any_shape_and_library():
    images = _images(n=6)
    whole = denoiser_curve(images, 0.3, [20, 50])
    for other in (images.reshape(30, 2, 3), images.tolist(), images.astype(np.float32)):
        np.testing.assert_allclose(denoiser_curve(other, 0.3, [20, 50]).value, whole.value, rtol=1e-5)
    assert "floor" in whole.sentence
    assert whole.record()["detail"]["sizes"] == [20, 50]


def test_pixels_beyond_the_images_and_constant_ones():
    wide = np.random.default_rng(5).standard_normal((10, 40))
    wide[:, 7] = 2.0
    assert np.isfinite(denoiser_curve(wide, 0.1, 100).value)


# --- test-time training ----------------------------------------------------------------------------------------------


def _frame(n, d, seed=0):
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((n, d)))[0]


def test_the_shrinkage_is_theorys_for_each_image():
    U, y = _frame(9, 4), np.random.default_rng(1).standard_normal((5, 9)) * 2
    found = ttt_shrinkage(y, U, 0.3)
    np.testing.assert_allclose(found.value, [theory.ttt_shrinkage(one, U, 0.3) for one in y], rtol=1e-12)
    assert float(ttt_shrinkage(y[2], U, 0.3)) == pytest.approx(found.value[2])
    assert ttt_shrinkage(y[2], U, 0.3).low == pytest.approx(found.low[2])


def test_the_reported_risk_is_the_minimum_of_the_self_supervised_loss():
    U, y = _frame(9, 4), np.random.default_rng(1).standard_normal(9) * 2
    found = ttt_shrinkage(y, U, 0.3)
    inside, alpha = U.T @ y, float(found)
    loss = np.sum((1 - alpha) ** 2 * inside**2) + 2 * alpha * 4 * 0.3 - 4 * 0.3
    assert found.detail["risk"] == pytest.approx(loss, rel=1e-12)


@pytest.mark.parametrize("energy", [0.0, 1.0, 5.0, 2000.0, 3e6])
def test_its_interval_covers_the_best_shrinkage_of_the_image(energy):
    d, sigma2, trials = 6, 0.5, 400
    rng, U = np.random.default_rng(6), _frame(8, 6)
    x = U @ np.full(d, (energy * sigma2 / d) ** 0.5)
    found = ttt_shrinkage(x + sigma2**0.5 * rng.standard_normal((trials, 8)), U, sigma2, level=0.9)
    best = energy / (energy + d)
    covered = int(np.sum((found.low <= best) & (best <= found.high)))
    # 5 % each side, none below at 0; five standard errors.
    expected = 0.95 if energy == 0 else 0.9
    assert abs(covered - expected * trials) <= 5 * (trials * expected * (1 - expected)) ** 0.5


def test_an_image_of_noise_is_clipped_and_said_so():
    found = ttt_shrinkage([0.1, 0.1, 3.0], np.eye(3)[:, :2], 1.0)
    assert float(found) < 0
    assert found.detail["clipped"] == 0.0
    assert "cannot be told from noise" in found.sentence
    assert "1 of them" in ttt_shrinkage([[0.1, 0.1, 3.0], [9.0, 9.0, 3.0]], np.eye(3)[:, :2], 1.0).sentence


def test_half_precision_bases_are_orthonormal_to_their_own_rounding():
    U = _frame(50, 5)
    y = np.random.default_rng(2).standard_normal(50)
    for dtype in (np.float16, np.float32):
        assert float(ttt_shrinkage(y, U.astype(dtype), 0.1)) == pytest.approx(float(ttt_shrinkage(y, U, 0.1)), rel=0.01)


REFUSALS = [
    (denoiser_curve, (np.ones((3, 2)), 0.1, 10), "images = array of 3 images"),
    (denoiser_curve, (np.ones((9, 2)), 0.1, 10), "images = array of equal images"),
    (denoiser_curve, (_images(), 0.0, 10), "sigma2 = 0.0"),
    (denoiser_curve, (_images(), 0.1, [9, 8]), r"N = \[9, 8\]: must be integers > 8"),
    (denoiser_curve, (np.full((9, 2), np.nan), 0.1, 10), "images = array, 18 of its entries NaN"),
    (ttt_shrinkage, (np.ones(3), np.ones((3, 1)), 0.1), "U = array of shape"),
    (ttt_shrinkage, (np.ones(4), np.eye(3)[:, :1], 0.1), "y = array of shape"),
    (ttt_shrinkage, (np.ones(3), np.eye(3)[:, :1], -1), "sigma2 = -1"),
    (ttt_shrinkage, ([0.0, 1.0, 1.0], np.eye(3)[:, :1], 1.0), "y = image without a part"),
]


@pytest.mark.parametrize(("measure", "arguments", "message"), REFUSALS)
def test_refusals(measure, arguments, message):
    with pytest.raises(ValueError, match=message):
        measure(*arguments)
