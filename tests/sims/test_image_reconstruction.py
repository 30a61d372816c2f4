"""Kernels of image reconstruction: every backend the same numbers, and the same as naive linear algebra."""

from __future__ import annotations

import numpy as np
import pytest

from sims import arrays
from sims import image_reconstruction as ir
from sims.image_reconstruction.pictures import population

KERNELS = [
    (ir.learned_denoiser_risk, {"n": 6, "d": 2, "N": 12, "tau2": 1.3, "sigma2": 0.4}),
    (ir.learned_denoiser_excess, {"n": 6, "d": 2, "N": 12, "tau2": 1.3, "sigma2": 0.4}),
    (ir.gaussian_denoiser_risk, {"eigenvalues": (1.0, 0.3, 0.0), "N": 9, "sigma2": 0.4}),
    (ir.gaussian_denoiser_risk, {"eigenvalues": (1.0, 0.3, 0.0), "N": 9, "sigma2": 0.4, "intercept": True}),
    (ir.ridge_denoiser_risk, {"n": 6, "d": 2, "N": 4, "tau2": 1.3, "sigma2": 0.4, "ridge": 0.0}),
    (ir.ridge_denoiser_risk, {"n": 6, "d": 2, "N": 4, "tau2": 1.3, "sigma2": 0.4, "ridge": 0.7}),
    (ir.ridge_denoiser_risk, {"n": 6, "d": 2, "N": 9, "tau2": 1.3, "sigma2": 0.4, "ridge": 0.7}),
    (ir.image_denoiser_risk, {"source": "digits", "N": 70, "sigma2": 0.25}),
    (ir.image_denoiser_risk, {"source": "photographs", "N": 70, "sigma2": 0.01}),
    (ir.image_excess_coefficient, {"source": "small patches", "N": 30, "sigma2": 0.01}),
    (ir.pca_denoiser_risk, {"n": 8, "d": 2, "N": 5, "tau2": 1.3, "sigma2": 0.4}),
    (ir.pca_denoiser_risk, {"n": 5, "d": 2, "N": 8, "tau2": 1.3, "sigma2": 0.4}),
    (ir.ttt_risk, {"d": 4, "tau2": 1.3, "sigma2": 0.4}),
    (ir.ttt_risk, {"d": 4, "tau2": 0.3, "sigma2": 1.4, "k": 3.0, "positive_part": True}),
    (ir.ttt_excess, {"d": 4, "tau2": 1.3, "sigma2": 0.4}),
    (ir.shift_risk, {"d": 4, "alpha": 0.3, "tau2": 1.3, "sigma2": 0.4}),
    (ir.shift_gap, {"d": 4, "alpha": 0.3, "tau2": 1.3, "sigma2": 0.4}),
    (ir.mixture_shrinkage, {"tau2": (1.0, 2.0), "sigma2": (0.3, 0.1)}),
    (ir.shift_trend, {"alpha": 0.3, "tau2": 1.3, "sigma2": 0.4, "tau2_test": 0.5, "sigma2_test": 1.0}),
]


def _sfc(seed):
    return np.random.Generator(np.random.SFC64(seed))


def _fields(result):
    named = result._asdict() if hasattr(result, "_asdict") else {"value": result}
    return {name: arrays.to_host(value) for name, value in named.items()}


@pytest.mark.parametrize(("kernel", "cell"), KERNELS)
def test_every_backend_gives_the_same_finite_numbers(kernel, cell):
    here, strict = (_fields(kernel(**cell, trials=5, rng=rng)) for rng in (_sfc(3), arrays.strict_rng(3)))
    assert kernel.floats_per_trial(**cell) > 0
    for name, values in here.items():
        assert values.shape == (5,)
        assert np.isfinite(values).all()
        np.testing.assert_allclose(values, strict[name], rtol=1e-11, err_msg=name)


# --- against naive linear algebra, one draw at a time ----------------------------------------------------------------

MODEL = {"n": 6, "d": 2, "tau2": 1.3, "sigma2": 0.4}


def _pairs(N, n, d, tau2, sigma2, trials=3):
    rng = _sfc(1)
    c = np.sqrt(tau2) * rng.standard_normal(size=(trials, N, d))
    z = np.sqrt(sigma2) * rng.standard_normal(size=(trials, N, n))
    x = np.concatenate([c, np.zeros((trials, N, n - d))], axis=-1)
    return x, x + z


def _population_risk(W, n, d, tau2, sigma2):
    U = np.eye(n)[:, :d]
    return tau2 * np.sum(((W - np.eye(n)) @ U) ** 2) + sigma2 * np.sum(W**2)


@pytest.mark.parametrize(("N", "ridge"), [(4, 0.0), (4, 0.7), (12, 0.0), (12, 0.7)])
def test_least_squares_against_the_stacked_system(N, ridge):
    found = ir.ridge_denoiser_risk(**MODEL, N=N, ridge=ridge, trials=3, rng=_sfc(1))
    for x, y, risk in zip(*_pairs(N, **MODEL), found, strict=True):
        tall = np.concatenate([y, np.sqrt(ridge) * np.eye(6)])
        W = (np.linalg.pinv(tall) @ np.concatenate([x, np.zeros((6, 6))])).T
        assert risk == pytest.approx(_population_risk(W, **MODEL), rel=1e-9)


def test_risk_is_the_floor_and_the_excess():
    cell = {**MODEL, "N": 12}
    risk, excess = (f(**cell, trials=4, rng=_sfc(2)) for f in (ir.learned_denoiser_risk, ir.learned_denoiser_excess))
    best = np.diag([1.3 / 1.7] * 2 + [0.0] * 4)
    np.testing.assert_allclose(risk - excess, _population_risk(best, **MODEL), rtol=1e-9)


def test_any_covariance_contains_the_subspace():
    found = ir.gaussian_denoiser_risk((1.3, 1.3, 0.0), 9, 0.4, trials=3, rng=_sfc(4))
    rng = _sfc(4)
    x = rng.standard_normal(size=(3, 9, 3)) * np.sqrt([1.3, 1.3, 0.0])
    y = x + np.sqrt(0.4) * rng.standard_normal(size=(3, 9, 3))
    for one, noisy, risk in zip(x, y, found, strict=True):
        W = np.linalg.lstsq(noisy, one)[0].T
        assert risk == pytest.approx(_population_risk(W, 3, 2, 1.3, 0.4), rel=1e-9)


def test_an_intercept_is_a_column_of_ones():
    found = ir.gaussian_denoiser_risk((1.0, 0.3), 9, 0.4, True, trials=3, rng=_sfc(4))
    rng = _sfc(4)
    x = rng.standard_normal(size=(3, 9, 2)) * np.sqrt([1.0, 0.3])
    y = x + np.sqrt(0.4) * rng.standard_normal(size=(3, 9, 2))
    for one, noisy, risk in zip(x, y, found, strict=True):
        *B, shift = np.linalg.lstsq(np.column_stack([noisy, np.ones(9)]), one)[0]
        off = np.asarray(B).T - np.eye(2)
        exact = np.sum(off**2 * [1.0, 0.3]) + 0.4 * np.sum(np.square(B)) + np.sum(shift**2)
        assert risk == pytest.approx(exact, rel=1e-9)


@pytest.mark.parametrize("N", [5, 12])
def test_principal_components_against_svd(N):
    found = ir.pca_denoiser_risk(**MODEL, N=N, trials=3, rng=_sfc(1))
    for (_, y), risk, cos2 in zip(zip(*_pairs(N, **MODEL), strict=True), *found, strict=True):
        V = np.linalg.svd(y)[2][:2].T
        assert cos2 == pytest.approx(np.sum(V[:2] ** 2) / 2, rel=1e-9)
        assert risk == pytest.approx(_population_risk(1.3 / 1.7 * V @ V.T, **MODEL), rel=1e-9)


def test_real_images_are_whole_populations():
    for source, count in (("digits", 1797), ("photographs", 8480), ("small patches", 33920)):
        images = population(source)
        assert images.shape == (count, 16 if source == "small patches" else 64)
        np.testing.assert_allclose(images.mean(axis=0), 0, atol=1e-12)
        spectrum = np.linalg.svd(images, compute_uv=False) ** 2 / count
        np.testing.assert_allclose(sorted(ir.image_spectrum(source)), sorted(spectrum), atol=1e-10)


def test_risk_on_digits_over_the_population():
    found = ir.image_denoiser_risk("digits", 90, 0.25, trials=1, rng=_sfc(5))
    rng, pool = _sfc(5), population("digits")
    x = pool[rng.integers(0, len(pool), size=(90,))]
    W = np.linalg.lstsq(x + 0.5 * rng.standard_normal(size=(1, 90, 64))[0], x)[0].T
    exact = np.mean(np.sum((pool @ W.T - pool) ** 2, axis=1)) + 0.25 * np.sum(W**2)
    assert found[0] == pytest.approx(exact, rel=1e-9)


def test_leverage_is_the_excess_over_the_best():
    cell = {"source": "small patches", "N": 40, "sigma2": 0.01}
    risk, scaled = (f(**cell, trials=3, rng=_sfc(5)) for f in (ir.image_denoiser_risk, ir.image_excess_coefficient))
    values = np.asarray(ir.image_spectrum("small patches"))
    floor = np.sum(values * 0.01 / (values + 0.01))
    np.testing.assert_allclose(scaled, (risk / floor - 1) * (40 - 17) / 16, rtol=1e-8)


def test_training_at_test_time():
    images = ir.projected_images(5, 7, 3, 1.0, 0.3, instance=2)
    np.testing.assert_allclose(images.U.mT @ images.U, np.broadcast_to(np.eye(3), (5, 3, 3)), atol=1e-12)
    energy = np.sum((images.U.mT @ images.y[..., None]) ** 2, axis=(-2, -1))
    np.testing.assert_allclose(ir.ttt_shrinkage(*images, 0.3), 1 - 0.9 / energy, rtol=1e-12)
    together = ir.tuned_images(*images, 0.3, trials=1, rng=_sfc(0))
    np.testing.assert_array_equal(together[0], ir.ttt_shrinkage(*images, 0.3))


def test_differences_are_paired():
    cell = {"d": 5, "tau2": 1.0, "sigma2": 0.5}
    risk, excess, best = (
        ir.ttt_risk(**cell, trials=9, rng=_sfc(6)), ir.ttt_excess(**cell, trials=9, rng=_sfc(6)),
        ir.shift_risk(**cell, alpha=1 / 1.5, trials=9, rng=_sfc(6)),
    )  # fmt: skip
    np.testing.assert_allclose(risk - best, excess, rtol=1e-9)
    shifted, gap = (f(**cell, alpha=0.9, trials=9, rng=_sfc(6)) for f in (ir.shift_risk, ir.shift_gap))
    np.testing.assert_allclose(shifted - best, gap, rtol=1e-9)


REFUSALS = [
    (ir.learned_denoiser_risk, {"n": 6, "d": 2, "N": 7, "tau2": 1.0, "sigma2": 1.0}, "N = 7"),
    (ir.ridge_denoiser_risk, {"n": 6, "d": 7, "N": 7, "tau2": 1.0, "sigma2": 1.0, "ridge": 1.0}, "d = 7"),
    (ir.pca_denoiser_risk, {"n": 6, "d": 3, "N": 2, "tau2": 1.0, "sigma2": 1.0}, "d = 3"),
    (ir.gaussian_denoiser_risk, {"eigenvalues": (1.0, 1.0), "N": 2, "sigma2": 1.0}, "N = 2"),
    (ir.image_denoiser_risk, {"source": "digits", "N": 65, "sigma2": 1.0}, "N = 65"),
    (ir.image_denoiser_risk, {"source": "faces", "N": 75, "sigma2": 1.0}, "source = 'faces'"),
    (ir.ttt_risk, {"d": 2, "tau2": 1.0, "sigma2": 1.0}, "d = 2"),
    (ir.mixture_shrinkage, {"tau2": (1.0, 2.0), "sigma2": (1.0,)}, "sigma2 = "),
]


@pytest.mark.parametrize(("kernel", "cell", "message"), REFUSALS)
def test_refusals(kernel, cell, message):
    with pytest.raises(ValueError, match=message):
        kernel(**cell, trials=2, rng=_sfc(0))
