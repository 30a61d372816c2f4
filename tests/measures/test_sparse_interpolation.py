"""The interpolator of least l_p norm of one's own data: planted signals, chance, repeated rows, other libraries."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import scipy.optimize

from claims import load_claims
from overparam.measures.sparse_interpolation import min_lp_interpolator

SLUGS = {claim.slug for claim in load_claims("sparse_interpolation")}


def data(n=16, d=40, noise=0.1, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    return X, 3.0 + 2 * X[:, 1] + noise * rng.standard_normal(n)


@pytest.mark.parametrize("intercept", [True, False])
def test_least_l1_norm_by_a_linear_programme(intercept):
    X, y = data()
    found = min_lp_interpolator(X, y, 1.0, intercept=intercept, shuffles=0)
    np.testing.assert_allclose(X @ found.w + found.intercept, y, atol=1e-9)
    d = X.shape[1]
    A = np.hstack([X, -X, np.ones((16, 1))]) if intercept else np.hstack([X, -X])
    free = [(0, None)] * (2 * d) + [(None, None)] * intercept
    end = scipy.optimize.linprog(np.append(np.ones(2 * d), [0.0] * intercept), A_eq=A, b_eq=y, bounds=free)
    assert found.norm == pytest.approx(end.fun, rel=1e-8)
    assert found.gap < 1e-9
    assert found.share.detail["nonzeros"] == 16 - intercept
    assert (found.intercept != 0) == intercept


def test_p_equal_two_is_least_squares():
    X, y = data()
    found = min_lp_interpolator(X, y, 2, intercept=False, shuffles=0)
    np.testing.assert_allclose(found.w, np.linalg.pinv(X) @ y, rtol=1e-9)


def test_a_signal_has_a_smaller_norm_than_chance_and_noise_has_not():
    assert min_lp_interpolator(*data(), 1.0).share.high < 2
    found = min_lp_interpolator(*data(), 1.0).share
    assert found.value < 0.6 * found.low
    inside = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        share = min_lp_interpolator(rng.standard_normal((10, 25)), rng.standard_normal(10), 1.2).share
        inside += share.low <= share.value <= share.high
        assert ("noise" in share.sentence) == (share.low <= share.value <= share.high)
    assert 30 <= inside <= 40  # 18 of 20 in the mean


def test_scale_shift_and_order_do_not_matter():
    X, y = data()
    base = min_lp_interpolator(X, y, 1.3, shuffles=0)
    moved = min_lp_interpolator(X + 5.0, 1e6 * y - 2.0, 1.3, shuffles=0)
    np.testing.assert_allclose(moved.w, 1e6 * base.w, atol=1e-4)
    turned = min_lp_interpolator(X[::-1], y[::-1], 1.3, shuffles=0)
    np.testing.assert_allclose(turned.w, base.w, atol=1e-7)


def test_repeated_rows_are_taken_once_and_contradictions_are_named():
    X, y = data()
    twice, labels = np.vstack([X, X[:3]]), np.append(y, y[:3])
    base = min_lp_interpolator(X, y, 1.0, intercept=False, shuffles=0)
    again = min_lp_interpolator(twice, labels, 1.0, intercept=False, shuffles=0)
    np.testing.assert_allclose(again.w, base.w, atol=1e-8)
    with pytest.raises(ValueError, match=r"X = .*no w fits"):
        min_lp_interpolator(twice, np.append(y, y[:3] + 1), 1.0)
    with pytest.raises(ValueError, match=r"X = .*no w fits"):
        min_lp_interpolator(X[:, :10], y, 1.0)


def test_other_libraries_and_precisions():
    X, y = data()
    base = min_lp_interpolator(X, y, 1.5, shuffles=0).norm
    assert min_lp_interpolator(X.tolist(), y.tolist(), 1.5, shuffles=0).norm == pytest.approx(base)
    assert min_lp_interpolator(pd.DataFrame(X), pd.Series(y), 1.5, shuffles=0).norm == pytest.approx(base)
    assert min_lp_interpolator(X.astype(np.float32), y, 1.5, shuffles=0).norm == pytest.approx(base, rel=1e-4)
    whole = np.round(10 * X).astype(int)
    assert min_lp_interpolator(whole, np.arange(16), 1.1, shuffles=0).gap < 1e-8


def test_the_record_is_json_and_names_claims():
    share = min_lp_interpolator(*data(), 1.2).share
    json.dumps(share.record(), allow_nan=False)
    json.dumps(min_lp_interpolator(*data(), 1.2, shuffles=0).share.record(), allow_nan=False)
    assert set(share.claims) <= SLUGS


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"X": np.ones(3)}, "X"), ({"X": [[np.nan] * 40] * 16}, "X"), ({"y": np.ones(5)}, "y"),
        ({"y": np.ones(16)}, "y"), ({"y": ["a"] * 16}, "y"), ({"p": 0.9}, "p"), ({"p": 1.001}, "p"),
        ({"p": "two"}, "p"), ({"shuffles": -1}, "shuffles"), ({"seed": 0.5}, "seed"), ({"intercept": 1}, "intercept"),
    ],
)  # fmt: skip
def test_bad_arguments_are_named(change, name):
    X, y = data()
    given = {"X": X, "y": y, "p": 1.5} | change
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        min_lp_interpolator(given.pop("X"), given.pop("y"), given.pop("p"), **given)
