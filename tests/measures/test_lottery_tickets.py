"""Tickets of one's own: brute force over subsets, planted masks, chance, other libraries, and widths that shrink."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pandas as pd
import pytest

import theory.lottery_tickets as theory
from claims import load_claims
from overparam.measures.lottery_tickets import subset_coverage, ticket_width

SLUGS = {claim.slug for claim in load_claims("lottery_tickets")}


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("n", [1, 2, 5, 8])
def test_the_nearest_subset_by_brute_force(n):
    weights, targets = rng(n).standard_normal(n), rng(n + 1).standard_normal(30)
    masks = np.array(list(itertools.product((0, 1), repeat=n)))
    exact = np.abs(masks @ weights - targets[:, None]).min(1)
    found = subset_coverage(weights, targets, 0.1)
    np.testing.assert_allclose(np.abs(found.errors), exact, atol=1e-14)
    np.testing.assert_allclose(targets - found.masks @ weights, found.errors, atol=1e-14)
    assert found.share.value == np.mean(exact <= 0.1)


def test_rows_of_their_own():
    weights, targets = rng().standard_normal((6, 5)), rng(1).standard_normal(6)
    found = subset_coverage(weights, targets, 0.1)
    for j in range(6):
        one = subset_coverage(weights[j], targets[j : j + 1], 0.1)
        np.testing.assert_array_equal(found.masks[j], one.masks[0])


def test_planted_subsets_of_many_weights_are_reached():
    weights = rng().standard_normal(32)
    planted = rng(1).random((5, 32)) < 0.5
    found = subset_coverage(weights, planted @ weights, 1e-9)
    assert found.share.value == 1.0
    assert found.share.null < 0.5 < 1 == found.share.limit


def test_random_weights_reach_what_the_law_says():
    targets = 0.4 + 0.01 * np.arange(4)
    found = [subset_coverage(2 * rng(s).random(12) - 1, targets, 1e-3).share for s in range(300)]
    assert np.mean([s.value for s in found]) == pytest.approx(np.mean([s.null for s in found]), abs=0.07)
    assert 0.5 < found[0].null < 1


def test_many_targets_are_compared_at_quantiles():
    targets = rng().random(1000)
    null = subset_coverage(rng(1).standard_normal(8), targets, 0.01).share.null
    ex2 = float(np.mean(rng(1).standard_normal(8) ** 2))
    exact = np.mean([1.0 if z <= 0.01 else theory.subset_hit_prob(8, 0.01, z, ex2) for z in targets])
    assert null == pytest.approx(exact, abs=1e-3)


def test_other_arrays_are_taken():
    plain = subset_coverage([0.5, 0.25], [0.75, 0.3], 0.01)
    for kind in (lambda x: np.asarray(x, dtype=np.float32), pd.Series, tuple):
        again = subset_coverage(kind([0.5, 0.25]), kind([0.75, 0.3]), 0.01)
        np.testing.assert_array_equal(again.masks, plain.masks)
    assert subset_coverage([1, 2, 4], [5, 7], 1e-3).share.value == 1.0


def test_the_width_reaches_what_it_says_and_no_less_does():
    weights = rng().standard_normal((8, 9))
    found = ticket_width(weights, 0.02, 0.9)
    sizes = np.abs(weights).ravel() / np.abs(weights).max()

    def reached(N):
        return np.mean([1.0 if w <= 0.02 else theory.relu_gadget_prob(N, 0.02, float(w)) for w in sizes])

    # Weights are taken in twelve groups: near the share asked for, within a unit.
    assert reached(found.value + 1) >= 0.9 > reached(found.value - 2)
    items = found.detail["items"]
    assert found.limit == pytest.approx(np.log2(50))
    assert items < found.value < found.detail["single"]


def test_one_weight_needs_what_its_laws_say():
    found = ticket_width([[1.0]], 0.05, 0.5)
    assert theory.pick_one_prob(found.detail["single"], 0.05, 1.0) >= 0.5
    assert theory.pick_one_prob(found.detail["single"] - 1, 0.05, 1.0) < 0.5
    assert theory.relu_gadget_prob(found.value, 0.05, 1.0) >= 0.5 > theory.relu_gadget_prob(found.value - 1, 0.05, 1.0)


def test_finer_accuracy_costs_bits_and_scale_nothing():
    weights = rng().standard_normal((4, 5))
    coarse, fine = ticket_width(weights, 1e-2).value, ticket_width(weights, 1e-4).value
    assert 8 <= fine - coarse <= 20
    assert ticket_width(1e20 * weights, 1e-2).value == coarse
    assert ticket_width(weights.astype(np.float32).tolist(), 1e-2).value == coarse
    assert ticket_width([[1.0] + [1e-5] * 999], 1e-2).value == 0


def test_records_are_json_and_name_claims():
    for found in (ticket_width(np.eye(3)), subset_coverage([1.0], [1.0], 0.1).share):
        json.dumps(found.record(), allow_nan=False)
        assert set(found.claims) <= SLUGS
        assert str(found)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: subset_coverage(np.ones(41), [1.0], 0.1), "weights"),
        (lambda: subset_coverage(np.ones(40), np.ones(2**9), 0.1), "weights"),
        (lambda: subset_coverage(np.zeros(4), [1.0], 0.1), "weights"),
        (lambda: subset_coverage(np.ones((3, 4)), [1.0], 0.1), "weights"),
        (lambda: subset_coverage([np.nan, 1.0], [1.0], 0.1), "weights"),
        (lambda: subset_coverage([[1.0, 2.0], [3.0]], [1.0], 0.1), "weights"),
        (lambda: subset_coverage([1.0], [], 0.1), "targets"),
        (lambda: subset_coverage([1.0], [1.0], 0.0), "eps"),
        (lambda: ticket_width(np.zeros((2, 2))), "weights"),
        (lambda: ticket_width(np.eye(2), eps=1.0), "eps"),
        (lambda: ticket_width(np.eye(2), share=1.0), "share"),
    ],
)
def test_bad_arrays_are_named(call, name):
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        call()
