"""Kernels of multi-task representations: what must hold on every draw."""

from __future__ import annotations

import numpy as np
import pytest

from sims import multitask_representation as mt
from sims.multitask_representation.allocation import source_tasks
from sims.multitask_representation.subspace import left_out, noisy_estimates
from sims.subspaces import top_directions


def rng(seed=0):
    return np.random.default_rng(seed)


def test_nothing_left_out_and_no_noise_cost_nothing():
    np.testing.assert_allclose(mt.transfer_risk(0.0, 2, 5, 0.0, d=7, trials=4, rng=rng()), 0, atol=1e-24)
    np.testing.assert_allclose(mt.scratch_risk(4, 6, 0.0, 2.0, trials=4, rng=rng()), 0, atol=1e-24)
    np.testing.assert_allclose(mt.scratch_risk(4, 0, 1.0, 2.0, trials=3, rng=rng()), 2.0)


def test_the_risk_is_never_below_what_is_left_out():
    assert (mt.transfer_risk(0.7, 3, 9, 0.0, trials=50, rng=rng()) > 0.7).all()
    found = mt.end_to_end((1.0, 0.5), (5.0, 3.0), 1.0, 9, 7, 8, 0.0, trials=50, rng=rng())
    assert (found.risk > found.rho2).all()


def test_the_head_start_is_the_difference_of_the_two_risks_on_one_design():
    x = rng(3)
    lead = mt.head_start(0.0, 2, 4, 9, 1.5, trials=6, rng=x)
    again = rng(3)
    again.standard_normal((6, 4, 3))
    design = again.standard_normal((6, 9, 4))
    scratch = 1.5 * np.trace(np.linalg.inv(design.mT @ design), axis1=-2, axis2=-1)
    assert (lead < scratch).all()  # less what two dimensions cost
    assert (lead > 0).all()  # and two dimensions of four never cost more than all


def test_projections_match_a_singular_value_decomposition():
    estimates = noisy_estimates(rng(), 5, (6.0, 4.0), 1.0, 7, 5)
    again = mt.subspace_alignment((6.0, 4.0), 1.0, 7, 5, trials=5, rng=rng())
    left = np.linalg.svd(estimates)[0][..., :2]
    np.testing.assert_allclose(again, (left[:, :2] ** 2).sum(-1), rtol=1e-9)
    errors = mt.representation_error((0.3, 0.8), (6.0, 4.0), 1.0, 7, 5, trials=5, rng=rng())
    theta = np.array([0.3, 0.8, 0, 0, 0, 0, 0])
    np.testing.assert_allclose(errors, theta @ theta - np.sum((left.mT @ theta) ** 2, axis=-1), rtol=1e-9)


def test_tasks_fitted_without_noise_give_the_subspace():
    np.testing.assert_allclose(
        mt.least_squares_alignment((3.0, 1.0), 0.0, 9, 6, 4, trials=3, rng=rng()), 1.0, rtol=1e-10
    )
    np.testing.assert_allclose(mt.representation_rate(2, 6, 9, 5, 0.0, trials=3, rng=rng()), 0.0, atol=1e-24)


def test_left_out_sums_over_targets():
    directions = top_directions(rng().standard_normal((3, 6, 4)), 2).directions
    targets = rng(1).standard_normal((3, 6, 5))
    apart = sum(left_out(directions, targets[..., m : m + 1]) for m in range(5))
    np.testing.assert_allclose(left_out(directions, targets), apart, rtol=1e-12)


@pytest.mark.parametrize("k", [1, 2, 4])
def test_source_tasks_have_the_relevance_and_singular_values_asked_for(k):
    nu, s = (1.0, -0.5, 0.0, 0.2), (2.0, 1.0, 0.5, 0.25)[:k]
    W = source_tasks(nu, k, s, 3)
    np.testing.assert_allclose(np.linalg.svd(W, compute_uv=False), s, rtol=1e-12)
    np.testing.assert_allclose(np.linalg.pinv(W) @ (W @ np.array(nu)), nu, atol=1e-12)
    np.testing.assert_allclose(mt.source_relevance(W, W @ np.array(nu)), nu, atol=1e-12)
    assert np.isfinite(source_tasks((1.0,), 1, None, 0)).all()


def test_the_three_splits_are_those_of_the_single_kernel():
    nu, N = (1.0, 0.5, 0.25), 700.0
    three = mt.split_risks(nu, N, 8, 2, 0.5, trials=4, rng=rng())
    for power, found in enumerate(three):
        weights = np.abs(nu) ** power
        alone = mt.allocation_risk(nu, tuple(N * weights / weights.sum()), 8, 2, 0.5, trials=4, rng=rng())
        np.testing.assert_allclose(found, alone, rtol=1e-12)


def test_a_source_without_samples_is_left_out():
    nu = (1.0, 0.5, 0.0)
    two = mt.allocation_risk(nu, (50, 40, 0), 8, 2, 0.5, trials=4, rng=rng())
    assert np.isfinite(two).all()
    with pytest.raises(ValueError, match="n_m"):
        mt.allocation_risk(nu, (50, 0, 0), 8, 2, 0.5, trials=4, rng=rng())


BAD = [
    (mt.transfer_risk, (0.1, 3, 2, 1.0), "n2"),
    (mt.transfer_risk, (0.1, 3, 9, 1.0, 3), "d"),
    (mt.head_start, (0.1, 3, 3, 9, 1.0), "d"),
    (mt.subspace_alignment, ((1.0, 1.0), 1.0, 1, 5), "s"),
    (mt.representation_error, ((1.0,), (1.0, 1.0), 1.0, 4, 5), "theta_coords"),
    (mt.least_squares_alignment, ((1.0,), 1.0, 3, 4, 5), "n1"),
    (mt.end_to_end, ((1.0,), (1.0,), 1.0, 4, 5, 0, 1.0), "n2"),
    (mt.allocation_risk, ((1.0,), (5,), 4, 2, 1.0), "k"),
    (mt.allocation_risk, ((0.0,), (5,), 4, 1, 1.0), "nu"),
]


@pytest.mark.parametrize(("kernel", "arguments", "name"), BAD)
def test_bad_input_is_named(kernel, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        kernel(*arguments, trials=2, rng=rng())
