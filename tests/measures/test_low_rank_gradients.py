"""Gradients of one's own: shares by hand, random matrices at their null, memory against an Adam that is run."""

from __future__ import annotations

import json

import numpy as np
import pytest

from claims import load_claims
from overparam.measures import weights
from overparam.measures.low_rank_gradients import optimiser_memory, outside_top, stable_rank
from overparam.measures.low_rank_gradients.outside import rank_for
from overparam.measures.registry import diagnose
from sims.low_rank_gradients import bilinear_problem
from theory.low_rank_gradients import break_even_rank, gradient_trajectory

SLUGS = {claim.slug for claim in load_claims("low_rank_gradients")}
BETA, GAMMA = (0.5, 0.8, 1.1, 1.4), (0.6, 0.9, 1.2)


def test_one_name_for_one_thing():
    assert stable_rank is weights.stable_rank


@pytest.mark.parametrize("t", [0, 1, 5, 30])
def test_the_measures_follow_a_descent(t):
    A, B, C, W, *_ = bilinear_problem(BETA, GAMMA, instance=4)
    predicted = gradient_trajectory(A, B, C, W, 0.3, t)
    for _ in range(t):
        W = W + 0.3 * (A - B @ W @ C)
    G = A - B @ W @ C
    assert stable_rank(G).value == pytest.approx(predicted.stable_rank[t], rel=1e-9)
    assert outside_top(G).value == pytest.approx(predicted.kappa[t], rel=1e-6)


def test_shares_and_ranks_by_hand():
    G = np.diag([3.0, 2.0, 1.0])
    assert [outside_top(G, k).value for k in (1, 2, 3)] == pytest.approx([5 / 14, 1 / 14, 0.0])
    assert outside_top(G).detail["rank_for"] == {"0.5": 1, "0.1": 2, "0.01": 3}
    assert rank_for(np.array([1.0, 1.0, 1.0, 1.0]), 0.5) == 2
    assert rank_for(np.array([1.0, 0.0]), 0.0) == 1
    assert outside_top([[1.0, 2.0, 3.0]]).value == outside_top([[1.0, 2.0, 3.0]]).null == 0


@pytest.mark.parametrize(("shape", "k"), [((120, 180), 5), ((180, 120), 40), ((150, 150), 75)])
def test_a_random_matrix_is_at_its_null(shape, k):
    """Within five standard errors and what the law of large matrices is off by, one over the smaller side."""
    found = [outside_top(np.random.default_rng(s).standard_normal(shape), k) for s in range(30)]
    values, null = np.array([one.value for one in found]), found[0].null
    error = values.std(ddof=1) / len(values) ** 0.5
    assert 5 * error < 0.02 * null
    assert abs(values.mean() - null) < 5 * error + null / min(shape)


def test_narrow_types_and_rank_one():
    one = np.outer(np.arange(1.0, 7), np.arange(1.0, 9)).astype(np.float32)
    found = outside_top(one)
    assert found.value < 1e-12
    assert "rounding" in found.sentence
    assert outside_top(np.ones((4, 2, 3, 3))).detail["rank_for"]["0.01"] == 1  # a convolution
    assert outside_top((np.eye(3) * [4, 2, 1]).astype(int).tolist()).value == pytest.approx(5 / 21)


def test_scale_and_transposition_do_not_matter():
    G = np.random.default_rng(1).standard_normal((12, 20)) * 2.0 ** -np.arange(20)
    for other in (1e-30 * G, 1e30 * G, G.T):
        assert outside_top(other, 2).value == pytest.approx(outside_top(G, 2).value)
        assert optimiser_memory(other).detail["projection"] == optimiser_memory(G).detail["projection"]


def test_memory_is_that_of_an_adam_that_is_run():
    """The arrays that a projected Adam keeps between its steps, in numbers."""
    G = np.random.default_rng(2).standard_normal((10, 24)) * 2.0 ** -np.arange(24)
    found = optimiser_memory(G, 3).detail
    basis = np.linalg.svd(G)[0][:, :3]
    first = 0.1 * (basis.T @ G)
    second = 0.001 * (basis.T @ G) ** 2
    assert found["projection"] == basis.size + first.size + second.size
    assert found["full"] == 2 * G.size
    assert found["break_even"] == break_even_rank(10, 24)
    assert found["outside"] == pytest.approx(np.sum((G - basis @ (basis.T @ G)) ** 2) / np.sum(G**2))


def test_the_default_rank_misses_at_most_a_tenth():
    G = np.random.default_rng(3).standard_normal((10, 24)) * 1.5 ** -np.arange(24)
    r = optimiser_memory(G).detail["r"]
    assert outside_top(G, r).value <= 0.1 < outside_top(G, r - 1).value
    assert "No rank" in optimiser_memory([[1.0, 2.0]]).sentence


def test_diagnose_speaks_of_a_gradient():
    G = np.random.default_rng(4).standard_normal((6, 9))
    (found,) = (one for one in diagnose({"grad_W": G}) if one.measure.topic == "low_rank_gradients")
    assert [one.name for one in found.results] == ["share outside the top", "states of a projected optimiser"]
    for one in found.results:
        json.dumps(one.record(), allow_nan=False)
        assert set(one.claims) <= SLUGS
    (refused,) = (one for one in diagnose({"grad_W": 0 * G}) if one.measure.topic == "low_rank_gradients")
    assert "grad_W" in refused.refusal


@pytest.mark.parametrize("measure", [outside_top, optimiser_memory])
@pytest.mark.parametrize("bad", [np.zeros((3, 3)), [[np.nan, 1.0]], "G", [1.0, 2.0], np.empty((0, 3))])
def test_bad_gradients_are_named(measure, bad):
    with pytest.raises(ValueError, match=r"^grad_W = "):
        measure(bad)


@pytest.mark.parametrize("bad", [0, 4, 1.5, "one"])
def test_bad_ranks_are_named(bad):
    with pytest.raises(ValueError, match=r"^k = "):
        outside_top(np.eye(3), bad)
    with pytest.raises(ValueError, match=r"^r = "):
        optimiser_memory(np.eye(3), bad)
