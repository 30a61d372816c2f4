"""Loads of experts: brute force, exact means under random routing, coverage, refusals."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from overparam.measures import registry
from overparam.measures.mixture_of_experts import expert_load
from theory.mixture_of_experts import overflow_fraction


@pytest.mark.parametrize(("T", "E", "k"), [(4, 3, 1), (3, 4, 2)])
def test_the_means_of_random_routing_by_enumeration(T, E, k):
    subsets = list(itertools.combinations(range(E), k))
    found = [expert_load(np.array(one), E, 1) for one in itertools.product(subsets, repeat=T)]
    assert np.mean([one.dispersion.value for one in found]) == pytest.approx(1)
    assert np.mean([one.dropped.value for one in found]) == pytest.approx(found[0].dropped.null)


def test_numbers_by_hand():
    found = expert_load([3, 3, 3, 0, 1, 3], 4, 2)
    assert found.dispersion.detail["loads"].tolist() == [1, 1, 0, 4]
    assert found.dispersion.value == pytest.approx((0.5**2 * 2 + 1.5**2 + 2.5**2) / (4 * 6 * 0.25 * 0.75))
    assert found.dropped.value == pytest.approx(2 / 6)
    assert found.dropped.detail["expected"] == overflow_fraction(6, 4, 2, probs=np.array([1, 1, 0, 4]) / 6)
    assert expert_load([0, 1], 2).dropped is None


def test_perfect_balance():
    found = expert_load(np.arange(400) % 8, 8, 40)
    assert found.dispersion.value == 0
    assert [found.dropped.value, found.dropped.limit] == pytest.approx([0.2, 0.2])
    assert "balances" in found.dispersion.sentence


@pytest.mark.parametrize("probs", [[1 / 8] * 8, [0.16, 0.15, 0.14, 0.13, 0.12, 0.11, 0.1, 0.09], [0.65] + [0.05] * 7])
def test_the_interval_covers_the_mean_dispersion(probs):
    rng, T, E, trials = np.random.default_rng(0), 400, 8, 500
    p = np.array(probs)
    mean = (T * np.sum(p * (1 - p)) + T**2 * np.sum((p - 1 / E) ** 2)) / (E * T * (1 / E) * (1 - 1 / E))
    found = [expert_load(rng.choice(E, size=T, p=p), E).dispersion for _ in range(trials)]
    covered = np.mean([one.low <= mean <= one.high for one in found])
    # Conservative at the null: the linear part, 0 there, is kept where it comes out positive.
    assert 0.9 <= covered <= (1.0 if min(p) == max(p) else 0.99)
    assert np.mean([one.value for one in found]) == pytest.approx(mean, rel=0.1)


def test_the_p_value_is_uniform_under_random_routing():
    rng = np.random.default_rng(1)
    for k in (1, 2):
        chances = [
            expert_load(rng.random((300, 8)).argsort(1)[:, :k], 8).dispersion.detail["p_value"] for _ in range(400)
        ]
        assert abs(np.mean(np.array(chances) < 0.1) - 0.1) < 5 * 0.015


def test_any_library_and_diagnose():
    choice = np.random.default_rng(2).integers(4, size=(60,))
    whole = expert_load(choice, 4).dispersion.value
    for other in (choice.tolist(), choice[:, None], choice.astype(np.float32)):
        assert expert_load(other, 4).dispersion.value == whole
    (found,) = registry.diagnose({"choice": choice})
    assert found.results[0].value == whole
    assert "experts" in found.results[0].sentence


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0, 4], 4), "choice = array with 4"),
        (([0, -1], 4), "choice = array of shape"),
        (([0.5, 1], 4), "choice = array of shape"),
        (([0], 4), "choice = array of 1 token"),
        (([[0, 0], [1, 2]], 4), "twice in a row"),
        (([[0, 1], [1, 0]], 2), "fewer than E = 2"),
        (([0, 1], 1), "E = 1"),
        (([0, 1], 2, -1), "capacity = -1"),
    ],
)
def test_refusals(arguments, message):
    with pytest.raises(ValueError, match=message):
        expert_load(*arguments)
