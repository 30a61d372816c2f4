"""Mixtures of experts: enumeration of all choices, the contract's numbers, and routers built token by token."""

from __future__ import annotations

import itertools
import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory import mixture_of_experts as moe


def every_load(T, experts, k):
    """The loads of all equally likely choices of k distinct experts by T tokens, and the choices themselves."""
    subsets = list(itertools.combinations(range(experts), k))
    for choice in itertools.product(subsets, repeat=T):
        counted = Counter(itertools.chain.from_iterable(choice))
        yield [counted[i] for i in range(experts)]


@pytest.mark.parametrize(("T", "experts", "k"), [(4, 3, 1), (3, 4, 2), (5, 2, 1), (3, 3, 3)])
def test_overflow_and_maximum_by_enumeration(T, experts, k):
    loads = np.array(list(every_load(T, experts, k)))
    for C in range(T + 2):
        dropped = np.maximum(loads - C, 0).sum(1).mean() / (k * T)
        assert moe.overflow_fraction(T, experts, C, k) == pytest.approx(dropped, abs=1e-14)
        if k == 1:
            assert moe.max_load_cdf(T, experts, C) == pytest.approx(np.mean(loads.max(1) <= C), abs=1e-13)
    if k == 1:
        assert moe.max_load_mean(T, experts) == pytest.approx(loads.max(1).mean(), rel=1e-13)


def test_overflow_of_unequal_probabilities_by_enumeration():
    probs, T = (0.5, 0.3, 0.2, 0.0), 4
    for C in range(5):
        dropped = sum(
            math.prod(probs[i] for i in choice) * sum(max(n - C, 0) for n in Counter(choice).values())
            for choice in itertools.product(range(4), repeat=T)
        )
        assert moe.overflow_fraction(T, 4, C, probs=probs) == pytest.approx(dropped / T, abs=1e-14)


def test_values_of_the_contract():
    cases = [((256, 8, 32), 0.06579), ((256, 8, 40), 0.00539), ((1024, 64, 16), 0.09844), ((256, 8, 64, 2), 0.04313)]
    for arguments, value in cases:
        assert moe.overflow_fraction(*arguments) == pytest.approx(value, abs=5.1e-6)
    assert moe.max_load_mean(1024, 64) == pytest.approx(26.1014, abs=5e-5)
    assert moe.uncovered_fraction(1024, 64, 32) == pytest.approx(0.13108, abs=5e-6)
    assert moe.expected_aux_random(8, 32, 1.0) == 1 + 7 / 32


def test_ends():
    assert moe.overflow_fraction(9, 4, 0) == 1.0
    assert moe.overflow_fraction(9, 4, 9) == 0.0
    assert moe.overflow_fraction(9, 4, 5, k=4) == pytest.approx(4 / 9)
    assert moe.max_load_cdf(6, 3, 2) == pytest.approx(90 / 729)
    assert moe.max_load_cdf(6, 1, 5) == 0.0
    assert moe.max_load_mean(7, 1) == 7.0
    assert moe.uncovered_fraction(5, 3, 5) == 0.0


@pytest.mark.parametrize(("experts", "k"), [(8, 1), (8, 2), (2, 1), (64, 1)])
def test_without_slack_the_asymptote_is_reached_at_order_one(experts, k):
    off = [
        moe.overflow_fraction(T, experts, k * T // experts, k) / moe.overflow_asymptote(T, experts, k) - 1
        for T in (1024, 2048, 4096)
    ]
    assert abs(off[0]) < experts / (k * 1024)
    assert off[0] / off[1] == pytest.approx(2, rel=0.02)
    assert off[1] / off[2] == pytest.approx(2, rel=0.02)


@settings(derandomize=True, deadline=None)
@given(T=st.integers(1, 12), experts=st.integers(1, 9), share=st.floats(0, 1))
def test_experts_that_choose_spend_all_their_room(T, experts, share):
    C = round(share * T)
    pmf = moe.expert_choice_pmf(T, experts, C)
    assert pmf.sum() == pytest.approx(1)
    assert pmf @ np.arange(experts + 1) == pytest.approx(C * experts / T)
    assert pmf[0] == pytest.approx(moe.uncovered_fraction(T, experts, C), abs=1e-15)


def tokens_of(E, m, eps):
    """Router probabilities of m tokens, one for each of the first m experts, as the construction says."""
    r = E - m + 1
    p = np.zeros((m, E))
    p[:, m:] = 1 / r - eps / (E - m)
    p[np.arange(m), np.arange(m)] = 1 / r + eps
    return p


@pytest.mark.parametrize(("E", "m"), [(3, 1), (3, 2), (8, 4), (8, 1), (9, 5)])
def test_the_construction_is_a_router(E, m):
    p = tokens_of(E, m, 1e-3)
    np.testing.assert_allclose(p.sum(1), 1)
    assert (p.argmax(1) == np.arange(m)).all()
    f, P = moe.aux_loss_construction(E, m, 1e-3)
    np.testing.assert_allclose(P, p.mean(0), rtol=1e-12)
    np.testing.assert_allclose(f, np.bincount(p.argmax(1), minlength=E) / m)
    assert moe.aux_loss(f, P) == pytest.approx(E / m * (1 / (E - m + 1) + 1e-3))


def test_the_infimum_is_the_best_construction_but_for_two_experts():
    for E in (1, *range(3, 40)):
        best = min(moe.aux_loss(*moe.aux_loss_construction(E, m)) for m in range(1, E + 1))
        assert moe.aux_loss_infimum(E) == pytest.approx(best)
    x = np.linspace(0, 1, 100_001)
    assert moe.aux_loss_infimum(2) == pytest.approx(2 * np.min(x / 2 + (1 - x) ** 2), abs=1e-9)
    assert moe.aux_loss_infimum(4000) * 4000 == pytest.approx(4, rel=1e-3)


def test_balanced_dispatch_costs_one_whatever_the_router():
    P = np.random.default_rng(0).dirichlet(np.ones(7))
    assert moe.aux_loss(np.full(7, 1 / 7), P) == pytest.approx(1)


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (moe.overflow_fraction, (5, 3, 2, 4), "k"),
        (moe.overflow_fraction, (5, 3, -1), "capacity"),
        (moe.overflow_fraction, (5, 2, 1, 2, [0.5, 0.5]), "probs"),
        (moe.overflow_fraction, (5, 2, 1, 1, [0.5, 0.4]), "probs"),
        (moe.overflow_asymptote, (5, 3, 4), "k"),
        (moe.max_load_cdf, (5, 0, 1), "experts"),
        (moe.expert_choice_pmf, (5, 2, 6), "capacity"),
        (moe.uncovered_fraction, (5, 2, 6), "capacity"),
        (moe.aux_loss, ([0.5, 0.6], [0.5, 0.5]), "f"),
        (moe.aux_loss, ([0.5, 0.5], [0.5, 0.6]), "P"),
        (moe.aux_loss_construction, (3, 4), "m"),
        (moe.aux_loss_construction, (3, 3, 0.1), "eps"),
        (moe.expected_aux_random, (4, 5, 0.2), "mean_max_prob"),
    ],
)
def test_bad_input_is_named(function, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        function(*arguments)
