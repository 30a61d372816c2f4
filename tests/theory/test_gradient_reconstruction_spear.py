"""Identifiable directions and lucky draws against enumeration."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from theory import gradient_reconstruction as gr


def covers(rows, columns):
    """Whether a matching of the rows covers all columns: generic entries at the ones then have full column rank."""
    return any(
        all(rows[r][c] for c, r in enumerate(choice)) for choice in itertools.permutations(range(len(rows)), columns)
    )


def fails(masks):
    """Whether some sample of a pattern (m, b) is not identifiable."""
    b = len(masks[0])
    for i in range(b):
        rows = [[row[j] for j in range(b) if j != i] for row in masks if not row[i]]
        if len(rows) < b - 1 or not covers(rows, b - 1):
            return True
    return False


def failure(b, m):
    """The exact probability, over patterns with multiplicities."""
    kinds = list(itertools.product((0, 1), repeat=b))
    total = 0.0
    for pattern in itertools.combinations_with_replacement(range(len(kinds)), m):
        if fails([kinds[k] for k in pattern]):
            counts = np.bincount(pattern, minlength=len(kinds))
            total += math.factorial(m) / math.prod(math.factorial(c) for c in counts)
    return total / len(kinds) ** m


def failure_of_three(m):
    """The same for b = 3, by a chain over the numbers of rows of each kind, counted up to two."""
    kinds = [k for k in itertools.product((0, 1), repeat=3) if 0 < sum(k) < 3]
    law = {(0,) * 6: 1.0}
    for _ in range(m):
        new = {}
        for counts, p in law.items():
            new[counts] = new.get(counts, 0.0) + p / 4
            for k in range(6):
                more = (*counts[:k], min(2, counts[k] + 1), *counts[k + 1 :])
                new[more] = new.get(more, 0.0) + p / 8
        law = new
    rows = {n: [(0,) * 3, *(kind for kind, c in zip(kinds, n, strict=True) for _ in range(c))] for n in law}
    return sum(p for n, p in law.items() if fails(rows[n]))


@pytest.mark.parametrize("m", [1, 2, 4, 8])
def test_pairs_by_enumeration(m):
    assert gr.spear_pair_probability(m, math.pi / 2) == pytest.approx(1 - failure(2, m), abs=1e-12)
    # Off and on, on and off, same: theta/2pi, theta/2pi, the rest.
    theta = 1.1
    share = theta / (2 * math.pi)
    exact = sum(
        math.comb(m, i) * math.comb(m - i, j) * share ** (i + j) * (1 - 2 * share) ** (m - i - j)
        for i in range(1, m + 1) for j in range(1, m - i + 1)
    )  # fmt: skip
    assert gr.spear_pair_probability(m, theta) == pytest.approx(exact, abs=1e-12)


def test_opposite_inputs():
    assert gr.spear_pair_probability(1, math.pi) == 0.0
    assert gr.spear_pair_probability(3, math.pi) == pytest.approx(1 - 2 / 8)


def test_the_leading_order_is_approached():
    # Exact at b = 2: what is left out is 2^-m, a share (2/3)^m/2 of the leading order.
    for m in (10, 20, 40):
        assert 1 - gr.spear_pair_probability(m, math.pi / 2) == pytest.approx(
            gr.spear_failure_leading(2, m), rel=(2 / 3) ** m
        )
    assert failure_of_three(4) == pytest.approx(failure(3, 4), rel=1e-12)
    off = {m: failure_of_three(m) / gr.spear_failure_leading(3, m) - 1 for m in (12, 14, 16, 32)}
    assert off[12] == pytest.approx(-0.0055, abs=5e-4)
    assert 0.01 < off[14] < off[16] < 0.026
    assert 0 < off[32] < 0.007
    assert gr.spear_failure_leading(5, 30) == pytest.approx(20 * 0.75**30)


@pytest.mark.parametrize("b", [2, 3, 4])
def test_lucky_draws_by_enumeration(b):
    k, lucky, singular = b - 1, 0, 0
    for flat in itertools.product((0, 1), repeat=k * k):
        rows = [flat[k * r : k * r + k] for r in range(k)]
        lucky += covers(rows, k)
        singular += np.linalg.matrix_rank(np.array(rows)) < k
    patterns = 2 ** (k * k)
    assert gr.spear_direction_probability(b) == pytest.approx(b / 2**k * lucky / patterns)
    assert gr.spear_direction_probability(b, True) == pytest.approx(b / 2**k * (1 - singular / patterns))


def test_confirmed_draws():
    got = [gr.spear_direction_probability(b) for b in range(2, 7)]
    assert got == pytest.approx([0.5, 0.328125, 0.241211, 0.180354, 0.129590], abs=1e-6)
    assert gr.spear_direction_probability(6, True) == pytest.approx(0.069929, abs=1e-6)
    # The collector's chain for b = 3: from i directions a draw adds one with probability (3 - i) p / 3.
    p = gr.spear_direction_probability(3)
    assert gr.spear_expected_draws(3) == pytest.approx(sum(3 / ((3 - i) * p) for i in range(3)))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gr.spear_pair_probability(0, 1.0), "m = 0"),
        (lambda: gr.spear_pair_probability(3, 0.0), "theta = 0"),
        (lambda: gr.spear_pair_probability(3, 3.2), "theta = 3.2"),
        (lambda: gr.spear_failure_leading(1, 3), "b = 1"),
        (lambda: gr.spear_failure_leading(2, 0), "m = 0"),
        (lambda: gr.spear_direction_probability(7), "b = 7"),
        (lambda: gr.spear_expected_draws(1), "b = 1"),
    ],
)
def test_bad_input_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
