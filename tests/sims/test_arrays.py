"""Choices, counts, comparisons and transforms on every backend, against NumPy by another route."""

import numpy as np
import pytest

from sims import arrays
from sims.arrays import asarray, to_host


def test_the_mask_of_the_largest_scores(make_rng):
    rng = make_rng(0)
    scores = rng.standard_normal(size=(5, 3, 11))
    host = to_host(scores)
    for k in (0, 1, 4, 11):
        mask = to_host(arrays.top_k_mask(scores, k))
        assert np.array_equal(mask.sum(-1), np.full((5, 3), float(k)))
        smallest_kept = np.where(mask == 1, host, np.inf).min(-1)
        assert (np.where(mask == 0, host, -np.inf).max(-1) < smallest_kept).all()
    with pytest.raises(ValueError, match="k = 12: must be an integer from 0 to 11"):
        arrays.top_k_mask(scores, 12)


def test_equal_scores_and_scores_that_are_no_numbers(make_rng):
    scores = asarray(make_rng(0), [[2.0, 1.0, 2.0, 2.0], [1.0, np.nan, 3.0, 0.0], [0.0, 0.0, 0.0, 0.0]])
    mask = to_host(arrays.top_k_mask(scores, 2))
    assert mask[0].tolist() == [1, 0, 1, 0]
    assert np.isnan(mask[1]).all()
    assert mask[2].tolist() == [1, 1, 0, 0]


def test_counts_of_choices(make_rng):
    rng = make_rng(1)
    choice = rng.integers(0, 6, size=(4, 5, 40))
    host = to_host(choice)
    expected = (host[..., None] == np.arange(6)).sum(-2)
    assert np.array_equal(to_host(arrays.counts(choice, 6)), expected)


def test_a_choice_outside_is_refused():
    with pytest.raises(ValueError, match="choice from 0 to 3: must be integers from 0 to 2"):
        arrays.counts(np.asarray([[0, 3]]), 3)


def test_comparisons_know_what_is_no_number(make_rng):
    rng, nan = make_rng(0), np.nan
    a, b = asarray(rng, [1.0, 2.0, 3.0, nan, 1.0, np.inf]), asarray(rng, [2.0, 2.0, 2.0, 2.0, nan, 1.0])

    def same(found, expected):
        return np.array_equal(to_host(found), np.asarray(expected), equal_nan=True)

    assert same(arrays.less_equal(a, b), [1, 1, 0, nan, nan, 0])
    assert same(arrays.less(a, b), [1, 0, 0, nan, nan, 0])
    assert same(arrays.less_equal(a, 2.0), [1, 1, 0, nan, 1, 0])
    assert same(arrays.agree(a, b, 1.0), [1, 1, 1, nan, nan, 0])
    assert same(arrays.where_valid(a < b, b), [2, nan, nan, nan, nan, nan])
    assert same(arrays.where_valid(arrays.less_equal(a, b), b), [2, 2, nan, nan, nan, nan])


@pytest.mark.parametrize("n", [1, 2, 7, 8])
def test_transforms_are_sums_of_waves(make_rng, n):
    x = make_rng(2).standard_normal(size=(3, n))
    wave = np.exp(-2j * np.pi * np.outer(np.arange(n), np.arange(n)) / n)
    expected = to_host(x) @ wave
    tolerance = 1e-14 * n * np.abs(to_host(x)).max()
    assert np.abs(to_host(arrays.fft(x)) - expected).max() <= tolerance
    assert np.abs(to_host(arrays.rfft(x)) - expected[:, : n // 2 + 1]).max() <= tolerance
    assert np.abs(to_host(arrays.ifft(arrays.fft(x))) - to_host(x)).max() <= tolerance
    assert np.abs(to_host(arrays.irfft(arrays.rfft(x), n)) - to_host(x)).max() <= tolerance
