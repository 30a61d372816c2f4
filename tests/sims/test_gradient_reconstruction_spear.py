"""Kernels on the zeros of relu gradients against slow, independent computations."""

from __future__ import annotations

import math

import numpy as np
import pytest

from sims import gradient_reconstruction as gr
from sims.gradient_reconstruction import spear


def sfc(seed):
    return np.random.Generator(np.random.SFC64(seed))


def all_identifiable(Delta):
    b = Delta.shape[1]
    ranks = [np.linalg.matrix_rank(np.delete(Delta[Delta[:, i] == 0], i, axis=1)) for i in range(b)]
    return min(ranks) == b - 1


def test_identifiable_by_ranks():
    rng = np.random.default_rng(3)
    Delta = (rng.random((300, 7, 3)) < 0.5) * rng.standard_normal((300, 7, 3))
    got = spear.identifiable(Delta)
    np.testing.assert_array_equal(got, [all_identifiable(D) for D in Delta])
    assert 0.1 < got.mean() < 0.9


def test_a_pair_has_its_angle():
    theta, m = 0.9, 6
    got = gr.spear_pair_probability(m, theta, trials=50, rng=sfc(1))
    w = sfc(1).standard_normal((50, m, 2))
    x = np.array([[1.0, 0.0], [math.cos(theta), math.sin(theta)]])
    on = w @ x.T > 0
    expected = [(a & ~b).any() and (b & ~a).any() for a, b in zip(on[..., 0], on[..., 1], strict=True)]
    np.testing.assert_array_equal(got, expected)


def test_more_neurons_fail_less():
    few, many = (gr.spear_failure(3, m, trials=400, rng=sfc(5)).mean() for m in (6, 20))
    assert few > 0.5 > 0.1 > many


@pytest.mark.parametrize("call", [lambda rng: gr.spear_pair_probability(3, 0.0, trials=2, rng=rng)])
def test_bad_input_is_refused(call):
    with pytest.raises(ValueError, match="theta = 0"):
        call(sfc(0))


def test_a_draw_gives_a_direction_where_the_kernel_is_an_axis():
    b, trials = 3, 300
    got = gr.spear_direction_probability(b, trials=trials, rng=sfc(2))
    rng = sfc(2)
    rows = (rng.random((trials, b - 1, b)) < 0.5) * rng.standard_normal((trials, b - 1, b))
    kernels = [np.linalg.svd(r)[2][-1] for r in rows]
    ranks = [np.linalg.matrix_rank(r) for r in rows]
    expected = [rank == b - 1 and np.sum(np.abs(k) > 1e-7) == 1 for rank, k in zip(ranks, kernels, strict=True)]
    np.testing.assert_array_equal(got, expected)


def test_draws_are_counted_in_order():
    b, trials = 2, 5
    got = gr.spear_expected_draws(b, trials=trials, rng=sfc(3))
    assert len(set(got)) > 1
    assert (got >= b).all()
    assert np.isnan(gr.spear_expected_draws(b, most=1, trials=trials, rng=sfc(3))).all()
    few = gr.spear_expected_draws(b, most=int(np.min(got)), trials=trials, rng=sfc(3))
    np.testing.assert_array_equal(few, np.where(got == got.min(), got, np.nan))


def test_too_few_draws_recover_nothing():
    assert np.isnan(gr.spear_batch(3, 100, 8, rounds=1, trials=3, rng=sfc(4)).error).all()
