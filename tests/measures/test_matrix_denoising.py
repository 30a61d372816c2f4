"""Denoising of one's own matrices: against brute force over shrinkers, planted ranks, any library and precision."""

from __future__ import annotations

import json

import numpy as np
import pytest

import theory.matrix_denoising as theory
from claims import load_claims
from overparam.measures import registry
from overparam.measures.matrix_denoising import denoise, signal_rank
from overparam.measures.matrix_denoising.stein import stein

SLUGS = {claim.slug for claim in load_claims("matrix_denoising")}


def planted(m, n, strengths, sigma=0.7, seed=0):
    """A matrix of given singular values in units of sigma sqrt(max(m, n)), and it in noise."""
    rng = np.random.default_rng(seed)
    k = len(strengths)
    left, right = (np.linalg.qr(rng.standard_normal((size, k)))[0] for size in (m, n))
    clean = sigma * max(m, n) ** 0.5 * (left * strengths) @ right.T
    return clean, clean + sigma * rng.standard_normal((m, n))


@pytest.mark.parametrize("shape", [(60, 120), (120, 60), (80, 80)])
def test_noise_alone_has_no_rank_and_planted_directions_are_counted(shape):
    wrong = 0
    for seed in range(20):
        noise = signal_rank(planted(*shape, [], seed=seed)[1])
        wrong += int(noise.value != 0 or not noise.detail["misfit"] < 5 / 60)
        found = signal_rank(planted(*shape, [2.5, 3.0, 6.0], seed=seed)[1])
        assert (found.value, found.low, found.high) == (3, 3, 3)
        assert found.detail["sigma"] == pytest.approx(0.7, rel=4 / 60)
        assert "does not look" not in found.sentence
    assert wrong == 0


def test_many_directions_do_not_raise_the_noise():
    """A quarter of the directions: the median of all singular values says too much by a tenth."""
    _, noisy = planted(80, 160, np.linspace(3, 9, 20))
    found = signal_rank(noisy)
    assert found.value == 20
    assert found.detail["sigma"] == pytest.approx(0.7, rel=4 / 60)
    naive = np.median(np.linalg.svd(noisy, compute_uv=False)) * theory.median_threshold_coef(0.5)
    assert naive > 1.05 * found.detail["threshold"] * 160**0.5


def test_the_interval_holds_the_number_of_strong_directions():
    """Strengths around the break-even point: how many are above it is in the interval nearly always."""
    strengths = theory.break_even_strength(0.5) * np.array([0.8, 0.9, 1.0, 1.1, 1.3])
    inside = [signal_rank(planted(60, 120, strengths, seed=seed)[1], 0.7) for seed in range(40)]
    truth = 2.5  # the third is at it: two or three
    assert sum(r.low <= np.ceil(truth) and r.high >= np.floor(truth) for r in inside) >= 36


def test_denoising_beats_every_other_shrinkage_by_what_it_says():
    measured, said = [], []
    for seed in range(20):
        clean, noisy = planted(60, 120, [1.5, 2.5], seed=seed)
        found = denoise(noisy)
        measured.append(np.mean((found.matrix - clean) ** 2) / 0.7**2)
        said.append(float(found.error))
        assert found.error.low < found.error.value
        assert found.error.high is None
        u, s, vt = np.linalg.svd(noisy, full_matrices=False)
        # Rank one and two truncation and soft thresholds of any level do no better than a tenth below.
        others = [np.mean(((u[:, :k] * s[:k]) @ vt[:k] - clean) ** 2) for k in range(4)]
        others += [np.mean(((u * np.maximum(s - t, 0)) @ vt - clean) ** 2) for t in np.linspace(0, s[0], 40)]
        assert np.mean((found.matrix - clean) ** 2) < 1.1 * min(others)
    assert np.mean(said) == pytest.approx(np.mean(measured), rel=0.1)
    assert np.mean(said) == pytest.approx(theory.spiked_matrix([1.5, 2.5], 0.5).optimal / 60, rel=0.1)


def test_steins_estimate_is_unbiased_and_its_interval_holds():
    """Also of directions too weak to be seen, whose share the estimate without sigma leaves out."""
    told, left, inside, blind = [], [], 0, []
    for seed in range(300):
        clean, noisy = planted(20, 40, np.linspace(0.3, 2.5, 12), seed=seed)
        found = denoise(noisy, 0.7)
        told.append(float(found.error))
        left.append(np.mean((found.matrix - clean) ** 2) / 0.7**2)
        blind.append(float(denoise(noisy).error))
        inside += found.error.low <= left[-1] <= found.error.high
    difference = np.subtract(told, left)
    assert abs(difference.mean()) < 4 * difference.std() / 300**0.5
    assert 0.92 <= inside / 300 <= 1.0
    assert np.mean(blind) < 0.8 * np.mean(left)


def test_the_divergence_is_that_of_finite_differences():
    rng = np.random.default_rng(3)
    y = rng.standard_normal((5, 7)) + 3 * np.outer(np.eye(5)[0], np.eye(7)[1])
    step, beta, total = 1e-6, 5 / 7, 0.0

    def shrunk(matrix):
        u, s, vt = np.linalg.svd(matrix / 7**0.5, full_matrices=False)
        return (u * theory.optimal_shrinker(s, beta)) @ vt * 7**0.5

    for i in range(5):
        for j in range(7):
            moved = step * np.outer(np.eye(5)[i], np.eye(7)[j])
            total += (shrunk(y + moved) - shrunk(y - moved))[i, j] / (2 * step)
    sure = -35 + np.sum((shrunk(y) - y) ** 2) + 2 * total
    assert stein(np.linalg.svd(y / 7**0.5, compute_uv=False), 5, 7).error * 7 == pytest.approx(sure, rel=1e-5)
    assert np.isfinite(stein(np.array([3.0, 3.0, 2.9, 0.0, 0.0]), 5, 7)).all()


def test_shapes_scales_and_known_noise():
    clean, noisy = planted(40, 90, [3.0])
    found, turned = denoise(noisy), denoise(noisy.T)
    np.testing.assert_allclose(found.matrix, turned.matrix.T, atol=1e-10)
    np.testing.assert_allclose(denoise(1e6 * noisy).matrix, 1e6 * found.matrix, rtol=1e-8, atol=1e-3)
    known = denoise(noisy, 0.7)
    assert float(known.noise) == 0.7
    assert np.mean((known.matrix - clean) ** 2) < 0.1 * np.mean((noisy - clean) ** 2)
    u, s, vt = np.linalg.svd(noisy, full_matrices=False)
    unit = 0.7 * 90**0.5
    np.testing.assert_allclose(known.matrix, (u * theory.optimal_shrinker(s / unit, 40 / 90) * unit) @ vt, atol=1e-10)


@pytest.mark.parametrize("kind", ["float32", "list", "pandas", "torch"])
def test_any_library(kind):
    noisy = planted(25, 30, [4.0])[1]
    if kind == "pandas":
        given = pytest.importorskip("pandas").DataFrame(noisy)
    elif kind == "torch":
        given = pytest.importorskip("torch").tensor(noisy)
    else:
        given = noisy.astype(np.float32) if kind == "float32" else noisy.tolist()
    assert signal_rank(given).value == 1
    assert denoise(given).matrix.shape == (25, 30)
    assert json.dumps(denoise(given).rank.record())


@pytest.mark.parametrize(
    ("Y", "sigma", "words"),
    [
        (np.ones((20, 30)), None, "no noise to tell"),
        (np.zeros((20, 30)), None, "no noise to tell"),
        (np.random.default_rng(0).standard_normal((5, 30)), None, "at least 20 rows and columns"),
        (np.ones((20, 30)), 0.0, "sigma = 0"),
        (np.ones((20, 30)), -1.0, "sigma = -1"),
        (np.ones((20, 30)), 1e-70, "sigma = 1e-70: must be above"),
        (np.ones((20, 30)), "x", "sigma = 'x'"),
        (np.full((20, 30), np.nan), None, "Y = array"),
        (np.ones(20), 1.0, r"Y = array of shape \(20,\)"),
    ],
)
def test_refusals(Y, sigma, words):
    for function in (denoise, signal_rank):
        with pytest.raises(ValueError, match=words):
            function(Y, sigma)


def test_zero_with_known_noise_stays_zero():
    found = denoise(np.zeros((3, 4)), 1.0)
    assert not found.matrix.any()
    assert (found.rank.value, float(found.error)) == (0, 0.0)
    assert found.rank.sentence.startswith("Nothing in this matrix is told from known noise")


def test_what_is_no_white_noise_is_said():
    rng = np.random.default_rng(0)
    coloured = rng.standard_normal((100, 200)) * np.linspace(0.05, 3, 200)
    assert "does not look like white noise" in signal_rank(coloured).sentence


def test_diagnose_counts_directions_of_centred_features():
    rng = np.random.default_rng(1)
    features = (
        5.0 + rng.standard_normal((80, 40)) + 4 * np.outer(rng.standard_normal(80), np.tile([1, -1], 20)) / 40**0.5
    )
    found = [f for f in registry.diagnose({"features": features}) if f.measure.topic == "matrix_denoising"]
    assert [r.name for f in found for r in f.results] == ["signal rank"]
    assert found[0].results[0].value == 1
    assert signal_rank(features).value == 2  # the mean is a direction, where it is not taken out
    for result in (found[0].results[0], *denoise(features)[1:]):
        assert set(result.claims) <= SLUGS
    refused = [f for f in registry.diagnose({"features": np.ones((30, 25))}) if f.measure.topic == "matrix_denoising"]
    assert "no noise to tell" in refused[0].refusal
