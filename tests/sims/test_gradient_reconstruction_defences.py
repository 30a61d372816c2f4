"""Kernels of defended gradients against slow, independent computations."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sims import gradient_reconstruction as gr


def sfc(seed):
    return np.random.Generator(np.random.SFC64(seed))


@pytest.mark.parametrize("prior", [math.inf, 0.7])
def test_pruned_error_row_by_row(prior):
    m, B, keep, s, pixels = 9, 3, 2 / 3, 0.4, 2
    got = gr.pruned_gradient_error(m, B, keep, s, prior, pixels=pixels, trials=2, rng=sfc(4))
    rng = sfc(4)
    Delta, score = rng.standard_normal((2, 1, m, B)), rng.random((2, pixels, m))
    for t in range(2):
        errors = []
        for pixel in range(pixels):
            rows = Delta[t, 0, np.argsort(score[t, pixel])[-6:]]
            errors.append(np.trace(np.linalg.inv(np.eye(B) / prior**2 + rows.T @ rows / s**2)) / B)
        assert got[t] == pytest.approx(np.mean(errors), rel=1e-10)


def test_keeping_all_rows_is_no_pruning():
    got = gr.pruned_gradient_error(9, 3, 1.0, 0.4, 0.7, trials=4, rng=sfc(2))
    np.testing.assert_allclose(got, gr.noise_mmse_asymptotic(9, 3, 0.4, 0.7, trials=4, rng=sfc(2)), rtol=1e-12)


@pytest.mark.parametrize("kind", ["orthogonal", "simplex", "random"])
def test_the_likelihood_decides(kind):
    K, d, steps, trials = 4, 5, 3, 40
    got = gr.candidate_success(K, 0.8, kind, d=d, steps=steps, trials=trials, rng=sfc(7))
    rng = sfc(7)
    truth = rng.integers(0, K, size=trials)
    directions = rng.standard_normal((trials, K, d) if kind == "random" else (1, 1))
    basis = np.eye(K) if kind == "orthogonal" else np.eye(K) - 1 / K
    g = directions if kind == "random" else np.broadcast_to(basis, (trials, K, K))
    g = 0.8 * g / np.linalg.norm(g, axis=-1, keepdims=True)
    noise = rng.standard_normal((trials, steps, g.shape[-1]))
    for t in range(trials):
        y = g[t, truth[t]] + noise[t]
        distance = [np.sum((y - candidate) ** 2) for candidate in g[t]]
        assert got[t] == (np.argmin(distance) == truth[t])
    assert 0 < got.mean() < 1
