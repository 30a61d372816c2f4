"""Shared directions and relevance of tasks of one's own, against plain linear algebra and draws."""

from __future__ import annotations

import numpy as np
import pytest

from claims import load_claims
from overparam.measures import multitask_representation as measures


def estimates(T, d, strengths, tau, seed=0):
    rng = np.random.default_rng(seed)
    left, right = (np.linalg.qr(rng.standard_normal((size, len(strengths))))[0] for size in (T, d))
    return (left * strengths) @ right.T + tau * rng.standard_normal((T, d)), right


@pytest.mark.parametrize(("T", "d"), [(40, 160), (160, 40)])
def test_directions_and_what_they_keep_match_the_draws(T, d):
    tau, weakest = 0.3, 0.3 * (T * d) ** 0.25
    kept, said = [], []
    for seed in range(40):
        thetas, truth = estimates(T, d, np.array([4.0, 2.5]) * weakest, tau, seed)
        found = measures.task_subspace(thetas, tau**2)
        assert found.dimension.value == 2
        assert found.dimension.low <= 2 <= found.dimension.high
        np.testing.assert_allclose(found.basis.T @ found.basis, np.eye(2), atol=1e-12)
        kept.append(np.sum((found.basis.T @ truth) ** 2, axis=0))
        said.append(found.alignment.value)
        assert (found.alignment.low <= found.alignment.value).all()
        assert (found.alignment.value <= found.alignment.high).all()
    np.testing.assert_allclose(np.mean(said, axis=0), np.mean(kept, axis=0), atol=0.03)
    assert found.dimension.detail["weakest"] == pytest.approx(weakest)


@pytest.mark.parametrize(("T", "d"), [(10, 10), (30, 200), (300, 20)])
def test_noise_alone_shows_a_direction_once_in_a_hundred_times(T, d):
    rng = np.random.default_rng(1)
    seen = [measures.task_subspace(rng.standard_normal((T, d)), 1.0) for _ in range(300)]
    assert sum(found.dimension.value > 0 for found in seen) <= 12
    assert 0.3 < np.mean([found.dimension.high > 0 for found in seen]) < 0.7
    assert next(found for found in seen if found.dimension.value == 0).basis.shape == (d, 0)


def test_a_direction_below_the_threshold_is_not_seen():
    thetas, _ = estimates(50, 80, np.array([0.5 * (50 * 80) ** 0.25]), 1.0)
    assert measures.task_subspace(thetas, 1.0).dimension.value == 0


def test_relevance_is_the_least_squares_solution_and_the_split_beats_others():
    rng = np.random.default_rng(2)
    W, w = rng.standard_normal((5, 3)), rng.standard_normal(3)
    found = measures.source_relevance(W, w)
    np.testing.assert_allclose(found.value, np.linalg.lstsq(W.T, w, rcond=None)[0], atol=1e-12)
    nu, shares = found.value, found.detail["shares"]
    best = np.sum(nu**2 / shares)
    assert found.detail["gain"] == pytest.approx(5 * np.sum(nu**2) / best)
    for other in rng.dirichlet(np.ones(5), 200):
        assert np.sum(nu**2 / other) >= best * (1 - 1e-12)
    assert "a split by nu^2 would save nothing" in found.sentence


def test_float32_lists_and_claims():
    W = np.random.default_rng(3).standard_normal((4, 2)).astype(np.float32)
    assert measures.source_relevance(W, [1.0, 2.0]).value.dtype == np.float64
    slugs = {claim.slug for claim in load_claims("multitask_representation")}
    found = measures.task_subspace(W.tolist(), 0.5)
    named = (measures.source_relevance(W, [1, 0]), found.dimension, found.alignment)
    assert all(set(result.claims) <= slugs for result in named)
    assert all(result.record()["sentence"] for result in named)


BAD = [
    (measures.task_subspace, ([[1.0, 2.0], [3.0, 4.0]], 0.0), "tau2"),
    (measures.task_subspace, ([[1.0, 2.0]], 1.0), "thetas"),
    (measures.task_subspace, ([[1.0, np.nan], [1.0, 2.0]], 1.0), "thetas"),
    (measures.task_subspace, ([[1.0, 2.0], [3.0, 4.0]], "x"), "tau2"),
    (measures.source_relevance, ([[1.0, 2.0], [2.0, 4.0]], [1.0, 1.0]), "W"),
    (measures.source_relevance, ([[1.0, 2.0]], [1.0, 1.0]), "W"),
    (measures.source_relevance, ([[1.0, 2.0], [2.0, 5.0]], [1.0, 1.0, 1.0]), "w"),
    (measures.source_relevance, ([[1.0, 2.0], [2.0, 5.0]], [0.0, 0.0]), "w"),
]


@pytest.mark.parametrize(("measure", "arguments", "name"), BAD)
def test_bad_input_is_named(measure, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        measure(*arguments)
