"""Formulas of pruning against least squares, exact fractions, integrals in high precision and brute force."""

from __future__ import annotations

import itertools
from fractions import Fraction

import mpmath
import numpy as np
import pandas as pd
import pytest
import scipy

from theory import pruning


def rng(seed=0):
    return np.random.default_rng(seed)


def design(n=20, p=8, seed=0):
    """A correlated design with its curvature and weights."""
    r = rng(seed)
    root = np.linalg.cholesky(scipy.linalg.toeplitz(0.7 ** np.arange(p)))
    X, w = r.standard_normal((n, p)) @ root.T, r.standard_normal(p)
    return X, X.T @ X / n, w


def least_squares(X, w, S):
    """Loss and weights of least squares of the fitted values Xw on the columns kept."""
    kept = [i for i in range(X.shape[1]) if i not in set(S)]
    new = np.zeros(X.shape[1])
    if kept:
        new[kept] = np.linalg.lstsq(X[:, kept], X @ w, rcond=None)[0]
    return np.sum((X @ (new - w)) ** 2) / (2 * len(X)), new


# --- the joint price -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("S", [(3,), (5, 0, 2), (7, 6, 5, 4, 3, 1, 0), tuple(range(8))])
def test_the_joint_price_is_that_of_least_squares_on_the_columns_kept(S):
    for seed in range(5):
        X, H, w = design(seed=seed)
        loss, new = least_squares(X, w, S)
        assert pruning.obs_joint_loss(H, w, S) == pytest.approx(loss, rel=1e-11)
        found = pruning.obs_joint_update(H, w, S)
        np.testing.assert_allclose(found, new, atol=1e-11)
        assert not found[list(S)].any()
        alone = np.where(np.isin(range(8), S), 0, w) - w
        assert pruning.mask_only_loss(H, w, S) == pytest.approx(np.sum((X @ alone) ** 2) / 40, rel=1e-13)


def test_the_price_in_fractions():
    """H = tridiag(1, 2, 1) of 3, H^-1 = (1/4) [[3, -2, 1], [-2, 4, -2], [1, -2, 3]]."""
    H, w = np.array([[2, 1, 0], [1, 2, 1], [0, 1, 2]]), [1, -2, 3]
    assert pruning.obs_joint_loss(H, w, [1]) == pytest.approx(float(Fraction(4, 2)), rel=1e-14)
    # S = {0, 2}: ([H^-1]_SS)^-1 = 4 [[3, 1], [1, 3]]^-1 = [[3/2, -1/2], [-1/2, 3/2]].
    exact = Fraction(1, 2) * (Fraction(3, 2) * (1 + 9) - Fraction(1, 2) * 2 * 3)
    assert pruning.obs_joint_loss(H, w, [2, 0]) == pytest.approx(float(exact), rel=1e-14)
    np.testing.assert_allclose(pruning.obs_joint_update(H, w, [2, 0]), [0, 0, 0], atol=1e-15)
    assert pruning.mask_only_loss(H, w, [0, 2]) == 10.0


def test_an_ill_conditioned_curvature_against_high_precision():
    H, w, S = scipy.linalg.hilbert(6), np.arange(1.0, 7.0), [1, 4]
    mpmath.mp.dps = 60
    exact, kept = mpmath.matrix(H.tolist()), [0, 2, 3, 5]
    block = mpmath.matrix([[exact[i, j] for j in S] for i in S])
    mixed = mpmath.matrix([[exact[i, j] for j in kept] for i in S])
    rest = mpmath.matrix([[exact[i, j] for j in kept] for i in kept])
    schur = block - mixed * rest**-1 * mixed.T
    removed = mpmath.matrix([w[i] for i in S])
    value = float((removed.T * schur * removed)[0] / 2)
    mpmath.mp.dps = 15
    assert pruning.obs_joint_loss(H, w, S) == pytest.approx(value, rel=1e-9)  # condition number 1.5e7
    assert pruning.obs_sequence(H, w, S).increments.sum() == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("order", [(2, 7, 0, 4), (4, 0, 7, 2), tuple(range(8))])
def test_single_removals_add_up_and_each_is_a_refit(order):
    X, H, w = design()
    found = pruning.obs_sequence(H, w, order)
    losses = [0.0, *(least_squares(X, w, order[: t + 1])[0] for t in range(len(order)))]
    np.testing.assert_allclose(found.increments, np.diff(losses), rtol=1e-9)
    np.testing.assert_allclose(found.w_new, pruning.obs_joint_update(H, w, order), atol=1e-12)
    assert not found.w_new[list(order)].any()
    assert found.increments.sum() == pytest.approx(pruning.obs_joint_loss(H, w, order), rel=1e-11)


def test_stacks_lists_and_frames_are_taken():
    problems = [design(seed=s) for s in range(3)]
    H, w = np.stack([one[1] for one in problems]), np.stack([one[2] for one in problems])
    for function in (pruning.obs_joint_loss, pruning.obs_joint_update, pruning.mask_only_loss):
        each = [function(a, b, [1, 3]) for a, b in zip(H, w, strict=True)]
        np.testing.assert_allclose(function(H, w, [1, 3]), each, rtol=1e-13)
        np.testing.assert_allclose(function(pd.DataFrame(H[0]), w[0].tolist(), (1, 3)), each[0], rtol=1e-13)
        np.testing.assert_allclose(function(H, w[0], [1, 3])[0], each[0], rtol=1e-13)
    steps = pruning.obs_sequence(H, w, [1, 3])
    np.testing.assert_allclose(steps.increments[2], pruning.obs_sequence(H[2], w[2], [1, 3]).increments, rtol=1e-13)
    assert steps.w_new.shape == (3, 8)
    single = pruning.obs_joint_loss(H[0].astype(np.float32), w[0], [1, 3])
    assert single == pytest.approx(pruning.obs_joint_loss(H[0], w[0], [1, 3]), rel=1e-4)


def test_arguments_are_left_as_they_are():
    _, H, w = design()
    before = H.copy(), w.copy()
    pruning.obs_sequence(H, w, [0, 1])
    pruning.greedy_obs(H, w, 3)
    np.testing.assert_array_equal(H, before[0])
    np.testing.assert_array_equal(w, before[1])


# --- laws ------------------------------------------------------------------------------------------------------------


def test_the_law_is_that_of_schur_complements():
    """Prices over 2,000 Wishart matrices of a correlated design: mean, variance and distribution."""
    n, p, S, r = 14, 6, [1, 4], rng(3)
    Sigma, w = scipy.linalg.toeplitz(0.6 ** np.arange(p)), np.arange(1.0, p + 1)
    X = r.standard_normal((2000, n, p)) @ np.linalg.cholesky(Sigma).T
    losses = pruning.obs_joint_loss(X.mT @ X / n, w, S)
    q = 2 * pruning.obs_joint_loss(Sigma, w, S)
    mean, variance = pruning.removal_loss_mean(n, p, 2, q), pruning.removal_loss_var(n, p, 2, q)
    assert abs(losses.mean() - mean) < 4 * (variance / 2000) ** 0.5
    assert losses.var() == pytest.approx(variance, rel=4 * (2 + 12 / 10) ** 0.5 / 2000**0.5)
    assert scipy.stats.kstest(losses, lambda x: pruning.removal_loss_cdf(x, n, p, 2, q)).pvalue > 1e-4


def test_moments_and_distribution_belong_together():
    law = pruning.removal_loss_law(9, 6, 2, 1.3)
    assert law.mean() == pytest.approx(pruning.removal_loss_mean(9, 6, 2, 1.3), rel=1e-14)
    assert law.var() == pytest.approx(pruning.removal_loss_var(9, 6, 2, 1.3), rel=1e-14)
    x = np.array([-1.0, 0.0, 0.1, 0.7, 30.0])
    np.testing.assert_allclose(pruning.removal_loss_cdf(x, 9, 6, 2, 1.3), law.cdf(x), rtol=1e-12)
    # n = p, k = 1: one degree of freedom, P(Z^2 <= 2 n x/q) = erf(sqrt(n x/q)).
    assert pruning.removal_loss_cdf(0.3, 4, 4, 1, 2.0) == pytest.approx(float(mpmath.erf(mpmath.sqrt(0.6))), rel=1e-13)


def test_a_price_without_spread_is_a_step():
    np.testing.assert_array_equal(pruning.removal_loss_cdf([-1e-300, 0.0, 1.0], 5, 3, 1, 0.0), [0, 1, 1])
    np.testing.assert_array_equal(pruning.removal_loss_cdf([-1.0, 0.0, 1.0], 5, 3, 1, 1e-310), [0, 0, 1])
    assert pruning.removal_loss_cdf(1e75, 5, 3, 1, 1e-300) == 1.0


@pytest.mark.parametrize("s", [1e-12, 1e-4, 0.3, 0.5, 0.9, 1 - 1e-9])
def test_the_energy_of_the_smallest_by_its_integral(s):
    mpmath.mp.dps = 40
    u = mpmath.sqrt(2) * mpmath.erfinv(mpmath.mpf(s))
    value = float(2 * mpmath.quad(lambda x: x * x * mpmath.npdf(x), [0, u / 2, u]))
    mpmath.mp.dps = 15
    assert pruning.magnitude_energy_fraction(s) == pytest.approx(value, rel=1e-10)


def test_the_energy_at_the_ends():
    np.testing.assert_array_equal(pruning.magnitude_energy_fraction([0.0, 1.0]), [0, 1])
    assert pruning.magnitude_energy_fraction(1e-5) == pytest.approx(np.pi / 6 * 1e-15, rel=1e-8)


# --- update or mask alone --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("sigma2", "ws"), [(0.5, 1.0), (2.0, 0.0), (0.0, 3.0)])
def test_two_weights_by_chi_square_means(sigma2, ws):
    """p = 2, k = 1: E 1/|x|^2 = 1/(n-2), E [(X'X)^-1]_22 = 1/(n-3), E |z - projection|^2 = (n-1) |w|^2."""
    n, found = 9, pruning.pruned_risks(9, 2, 1, sigma2, ws)
    assert found.train == pytest.approx(((n - 1) * ws + sigma2) / (2 * n))
    assert found.update == pytest.approx(ws + (ws + sigma2) / (n - 2))
    assert found.mask == pytest.approx(ws + sigma2 / (n - 3))


@pytest.mark.parametrize(("n", "p", "k"), [(60, 40, 10), (5, 3, 1), (1000, 400, 399)])
def test_update_and_mask_cross_at_the_threshold(n, p, k):
    at = pruning.update_threshold(n, p, k, 0.5)
    there = pruning.pruned_risks(n, p, k, 0.5, at)
    assert there.update == pytest.approx(there.mask, rel=1e-12)
    for factor in (0.99, 1.01):
        found = pruning.pruned_risks(n, p, k, 0.5, at * factor)
        assert (found.update > found.mask) == (factor > 1)


@pytest.mark.parametrize(("n", "p", "k"), [(60, 40, 10), (5, 3, 1), (30, 20, 19)])
def test_what_the_update_changes_is_the_difference_of_risks(n, p, k):
    for ws in (0.0, 0.3, 2.0):
        found, risks = pruning.update_harm(n, p, k, 0.5, ws), pruning.pruned_risks(n, p, k, 0.5, ws)
        assert found.raised == pytest.approx(risks.update - risks.mask, abs=1e-13)
        assert found.saved > 0


def test_what_the_update_saves_of_two_weights():
    """p = 2, k = 1: the mask adds (x_1 w_1-hat)^2/2n of |x_1|^2 (w_1^2 + sigma2/|x_1 off x_2|^2)."""
    n, sigma2, ws = 9, 0.7, 1.3
    # |x_1|^2/|x_1 off x_2|^2 = 1 + chi2_1/chi2_{n-1}, of mean 1 + 1/(n - 3).
    mask = (n * ws + sigma2 * (1 + 1 / (n - 3))) / (2 * n)
    saved = mask - pruning.pruned_train_increase(n, 2, 1, sigma2, ws)
    assert pruning.update_harm(n, 2, 1, sigma2, ws).saved == pytest.approx(saved, rel=1e-13)


def test_the_training_increase_is_the_joint_price_of_the_estimate():
    """E dL_S of w_hat = w + (X'X)^-1 X'e: means of the two parts, by the law of the first."""
    n, p, k, sigma2, ws = 12, 6, 2, 0.7, 1.9
    signal = pruning.removal_loss_mean(n, p, k, ws)
    assert pruning.pruned_train_increase(n, p, k, sigma2, ws) == pytest.approx(signal + k * sigma2 / (2 * n))


# --- which weights ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [1, 3, 6])
def test_the_optimum_by_brute_force(k):
    X, H, w = design(n=15, p=6, seed=4)
    losses = {S: least_squares(X, w, S)[0] for S in itertools.combinations(range(6), k)}
    best = min(losses, key=losses.__getitem__)
    found = pruning.joint_optimum(H, w, k)
    assert found.S.tolist() == list(best)
    assert found.loss == pytest.approx(losses[best], rel=1e-11)


@pytest.mark.parametrize("seed", range(6))
def test_greedy_and_swaps_by_refits(seed):
    X, H, w = design(n=15, p=9, seed=seed)
    S = []
    for _ in range(4):
        S.append(min(set(range(9)) - set(S), key=lambda i: least_squares(X, w, [*S, i])[0]))
    greedy = pruning.greedy_obs(H, w, 4)
    assert greedy.S.tolist() == sorted(S)
    assert greedy.loss == pytest.approx(least_squares(X, w, S)[0], rel=1e-10)
    swapped = pruning.swap_search(H, w, 4)
    assert swapped.loss == pytest.approx(least_squares(X, w, swapped.S)[0], rel=1e-10)
    for i, j in itertools.product(swapped.S, set(range(9)) - set(swapped.S)):
        assert least_squares(X, w, (set(swapped.S) - {i}) | {j})[0] >= swapped.loss * (1 - 1e-9)
    assert pruning.joint_optimum(H, w, 4).loss <= swapped.loss * (1 + 1e-12) <= greedy.loss * (1 + 2e-12)


def test_exchanges_need_not_reach_the_optimum():
    H = scipy.linalg.toeplitz(0.4 ** np.arange(11)) + 0.1 * np.eye(11)
    w = np.sin(1.7 * np.arange(1, 12)) + 0.3
    assert pruning.swap_search(H, w, 6).loss == pytest.approx(0.50289, abs=5e-6)
    assert pruning.greedy_obs(H, w, 6).loss == pytest.approx(0.50289, abs=5e-6)
    assert pruning.joint_optimum(H, w, 6).loss == pytest.approx(0.45505, abs=5e-6)


def test_magnitude_is_best_on_an_isotropic_curvature():
    w = rng().standard_normal(9)
    expected = sorted(np.argsort(abs(w))[:4])
    for rule in (pruning.joint_optimum, pruning.greedy_obs, pruning.swap_search):
        assert rule(2.5 * np.eye(9), w, 4).S.tolist() == expected


@pytest.mark.parametrize(("r", "a2"), [(0.95, 0.0625), (0.9, 0.15), (0.5, 0.6)])
def test_the_pair(r, a2):
    H, w, pair, small = pruning.pair_example(r, a2**0.5)
    assert 1 - r < a2 < 1 - r * r
    assert pruning.obs_joint_loss(H, w, [0, 1]) == pytest.approx(pair, rel=1e-12) == 1 - r
    assert pruning.obs_joint_loss(H, w, [2, 3]) == pytest.approx(small, rel=1e-12)
    assert pruning.joint_optimum(H, w, 2).S.tolist() == [0, 1]
    assert pruning.greedy_obs(H, w, 2).S.tolist() == pruning.swap_search(H, w, 2).S.tolist() == [2, 3]


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (pruning.obs_joint_loss, ([[1.0, 2.0], [2.0, 1.0]], [1, 1], [0]), "H"),
        (pruning.obs_joint_loss, ([[1.0, 0.1], [0.2, 1.0]], [1, 1], [0]), "H"),
        (pruning.obs_joint_loss, (np.ones((3, 3)), [1, 1, 1], [0]), "H"),
        (pruning.obs_joint_loss, (np.eye(2), [1, 1, 1], [0]), "w"),
        (pruning.obs_joint_loss, (np.eye(2), [1, np.nan], [0]), "w"),
        (pruning.obs_joint_loss, (np.eye(2), [1, 1], []), "S"),
        (pruning.obs_joint_update, (np.eye(2), [1, 1], [0, 0]), "S"),
        (pruning.mask_only_loss, (np.eye(2), [1, 1], [2]), "S"),
        (pruning.mask_only_loss, (np.eye(2), [1, 1], [-1]), "S"),
        (pruning.obs_sequence, (np.eye(2), [1, 1], [0.5]), "order"),
        (pruning.removal_loss_mean, (3, 4, 1, 1.0), "n"),
        (pruning.removal_loss_var, (5, 4, 5, 1.0), "k"),
        (pruning.removal_loss_law, (5, 4, 2, 0.0), "q"),
        (pruning.magnitude_energy_fraction, (1.5,), "s"),
        (pruning.pruned_risks, (5, 4, 2, 1.0, 1.0), "n"),
        (pruning.pruned_test_risk_mask, (9, 4, 4, 1.0, 1.0), "k"),
        (pruning.magnitude_risk, (9, 8, 1.0, [1.0], [1.0], 0.5), "n"),
        (pruning.magnitude_risk, (9, 5, 1.0, [0.5, 0.6], [1.0, 1.0], 0.5), "pis"),
        (pruning.magnitude_risk, (9, 5, 1.0, [1.0], [1.0, 2.0], 0.5), "betas"),
        (pruning.magnitude_threshold, (9, 5, 1.0, [1.0], [1.0], 0.0), "keep"),
        (pruning.joint_optimum, (np.eye(40), np.ones(40), 20), "k"),
        (pruning.greedy_obs, (np.eye(3), np.ones(3), 4), "k"),
        (pruning.swap_search, (np.stack([np.eye(3)] * 2), np.ones(3), 1), "H"),
        (pruning.pair_example, (1.0, 0.5), "r"),
    ],
)  # fmt: skip
def test_bad_input_is_named(function, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        function(*arguments)
