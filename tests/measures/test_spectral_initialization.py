"""Alignment and residual shares of one's own arrays: planted cases, the law of chance, networks on digits."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from scipy import stats

import sims.spectral_initialization as sims
from claims import load_claims
from overparam.measures.spectral_initialization import alignment, residual_shares

SLUGS = {claim.slug for claim in load_claims("spectral_initialization")}


def rng(seed=0):
    return np.random.default_rng(seed)


def test_descent_from_a_small_start_is_as_aligned_as_it_has_grown():
    d, r, steps = 30, 12, 12
    v = np.linalg.qr(rng().standard_normal((d, 1)))[0]
    M = v @ v.T
    grown = []
    for seed in range(300):
        U = 1e-7 * rng(seed + 1).standard_normal((d, r))
        for _ in range(steps):
            U = U + 0.5 * (M @ U - U @ (U.T @ U))
        grown.append(alignment(U, M))
    assert np.median([found.value for found in grown]) > 0.99
    # growth is defined by the mean: the mean of its inverse square is that of the true factor.
    inverse = np.array([found.detail["growth"] ** -2.0 for found in grown]) * 1.5 ** (2 * steps)
    assert abs(inverse.mean() - 1) < 5 * inverse.std() / len(inverse) ** 0.5


def test_a_random_direction_is_as_close_as_chance_says():
    M = np.diag([3.0, 1.0, 0.0, -5.0])
    found = [alignment(rng(seed).standard_normal((4, 1)), M) for seed in range(800)]
    values, chance = (np.array(part) for part in zip(*((f.value, f.detail["chance"]) for f in found), strict=True))
    assert found[0].null == 0.25
    assert abs(values.mean() - 0.25) < 5 * values.std() / len(values) ** 0.5
    assert stats.kstest(chance, "uniform").pvalue > 1e-6
    assert all(math.isnan(f.detail["growth"]) for f in found)


def test_the_largest_eigenvalue_counts_and_not_the_largest_in_size():
    M = np.diag([1.0, -7.0, 0.5])
    assert alignment(np.eye(3)[:, :1], M).value == pytest.approx(1)
    across = alignment(np.eye(3)[:, 1:2], M)
    assert (across.value, across.detail["angle"], across.detail["chance"]) == (0, 90, 1)


def test_scale_signs_and_turns_of_the_factor_do_not_matter():
    M, U = np.diag([2.0, 1.0, 0.5, 0.0]), rng(3).standard_normal((4, 3))
    turn = np.linalg.qr(rng(4).standard_normal((3, 3)))[0]
    expected = alignment(U, M).value
    assert alignment(-1e20 * U @ turn, 1e-20 * M).value == pytest.approx(expected)
    assert alignment(U.astype(np.float32), M.tolist()).value == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("U", "M", "message"),
    [
        (np.eye(3), np.diag([1.0, 0.5, 0.0]), "U = .*equal"),
        (np.zeros((3, 2)), np.diag([1.0, 0.5, 0.0]), "U = .*not 0"),
        (np.ones((2, 2)), np.eye(3), "U = .*3 rows"),
        (np.ones((3, 1)), np.eye(3), "M = .*equal"),
        (np.ones((3, 1)), -np.diag([1.0, 2.0, 3.0]), "M = .*positive"),
        (np.ones((3, 1)), np.triu(np.ones((3, 3))), "M = .*symmetric"),
        (np.ones((3, 1)), np.ones((3, 2)), "M = .*square"),
        ([[1.0]], [[1.0]], "M = .*2 rows"),
    ],
)
def test_alignment_without_an_answer_is_refused(U, M, message):
    with pytest.raises(ValueError, match=message):
        alignment(U, M)


def test_shares_by_hand_and_left_by_powers():
    J, res = rng(1).standard_normal((6, 9)), rng(2).standard_normal((6, 3))
    K = J @ J.T
    found = residual_shares(K, res, leading=2)
    values, vectors = np.linalg.eigh(K)
    along = ((vectors.T @ res) ** 2).sum(axis=1)[::-1] / (res**2).sum()
    np.testing.assert_allclose(found.detail["shares"], along)
    np.testing.assert_allclose(found.detail["eigenvalues"], values[::-1])
    assert found.value == pytest.approx(along[:2].sum())
    step = np.eye(6) - K / values[-1]
    for t, left in zip(found.detail["steps"], found.detail["left"], strict=True):
        assert left == pytest.approx((np.linalg.matrix_power(step, t) @ res).ravel() @ (
            np.linalg.matrix_power(step, t) @ res).ravel() / (res**2).sum(), abs=1e-12)  # fmt: skip
    assert residual_shares(1e9 * K, 1e-9 * res, leading=2).value == pytest.approx(found.value)


def test_a_random_residual_has_the_share_of_chance_and_labels_on_digits_far_more():
    start = sims.digits_start(128)
    K, res = np.asarray(start.K0), np.asarray(start.res0)
    found = residual_shares(K, res, leading=10)
    random = np.array([residual_shares(K, rng(seed).standard_normal(100), leading=10).value for seed in range(400)])
    assert abs(random.mean() - found.null) < 5 * random.std() / 20
    assert found.null == 0.1
    # Ten directions for ten classes: what the network at its start has wrong lies along its own Jacobian.
    assert found.value > random.max()
    assert residual_shares(K, res).detail["leading"] == round(np.trace(K) ** 2 / np.sum(K * K))


def test_training_on_digits_turns_the_residual_away_from_the_leading_directions():
    start = sims.digits_start(128)
    found = residual_shares(start.K0, start.res0, leading=sims.TOP)
    for t in (5, 20):
        left = sims.digits_residual(128, t, 1.0, 0, trials=1, rng=rng())
        seen = found.value * left.leading[0] + (1 - found.value) * left.others[0]
        assert found.value * left.leading[0] / seen < 0.25 * found.value
    # At ten steps of 1/lambda_max the network is where its linearisation says, to a few hundredths.
    left = sims.digits_residual(128, 10, 1.0, 0, trials=1, rng=rng())
    seen = found.value * left.leading[0] + (1 - found.value) * left.others[0]
    assert seen == pytest.approx(found.detail["left"][1], rel=0.05)


def test_kernels_in_single_precision_and_lists_are_taken():
    J = rng(5).standard_normal((40, 8)).astype(np.float32)
    assert residual_shares(J @ J.T, np.ones(40, dtype=np.float32)).detail["left"].shape == (4,)
    assert residual_shares([[2, 0], [0, 1]], [2, 1], leading=1).value == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("gram", "residual", "leading", "message"),
    [
        (np.eye(3), np.ones(2), None, "residual = .*3 rows"),
        (np.eye(3), np.zeros(3), None, "residual = .*not 0"),
        (np.eye(3), np.ones((3, 1, 1)), None, "residual = "),
        (np.diag([1.0, -1.0]), np.ones(2), None, "gram = .*none below 0"),
        (np.zeros((2, 2)), np.ones(2), None, "gram = "),
        ([[1.0]], [1.0], None, "gram = "),
        (np.eye(3), np.ones(3), 3, "leading = 3"),
        (np.eye(3), np.ones(3), 1.0, "leading = 1.0"),
        (np.eye(3), np.ones(3), True, "leading = True"),
    ],
)
def test_residuals_without_an_answer_are_refused(gram, residual, leading, message):
    with pytest.raises(ValueError, match=message):
        residual_shares(gram, residual, leading)


def test_records_are_json_and_name_claims():
    for found in (alignment([[1.0], [2.0]], np.diag([1.0, 0.0])), residual_shares(np.diag([2.0, 1.0]), [1.0, 1.0])):
        json.dumps(found.record(), allow_nan=False)
        assert set(found.claims) <= SLUGS
