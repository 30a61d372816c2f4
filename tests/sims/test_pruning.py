"""Kernels of pruning against naive computations on the same draws, and searches that find what is planted."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from sklearn.datasets import load_diabetes, load_digits

from sims import pruning
from sims.pruning.magnitude import mixture
from sims.pruning.problems import correlate
from sims.pruning.search import Removal as Found
from sims.pruning.search import exchanged, one_by_one
from theory import pruning as theory


def rng(seed=0):
    return np.random.default_rng(seed)


def price(H, w, S):
    """The quadratic loss minimised over the others, by solving on the block kept."""
    kept = [i for i in range(len(w)) if i not in set(S)]
    v = np.zeros(len(w))
    if kept:
        v[kept] = np.linalg.solve(H[np.ix_(kept, kept)], (H @ w)[kept])
    return 0.5 * (v - w) @ H @ (v - w), v


# --- instances -------------------------------------------------------------------------------------------------------


def test_columns_have_the_covariance_of_their_distance():
    x = correlate(rng().standard_normal((200_000, 5)), 0.6)
    np.testing.assert_allclose(x.T @ x / len(x), pruning.toeplitz(5, 0.6), atol=0.015)


def test_designs_are_a_stack_of_problems():
    H, w = pruning.designs(20, 6, 0.5, 3)
    assert np.linalg.eigvalsh(H).min() > 0
    assert np.unique(w).size == 18
    assert sorted(pruning.chosen(6, 6, instance=2)) == list(range(6))


def test_real_regressions_by_hand():
    x, y = load_digits(return_X_y=True)
    x = x[:, x.std(axis=0) > 0.5]
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    found = pruning.regression("digits")
    np.testing.assert_allclose(found.features, x, atol=1e-12)
    np.testing.assert_allclose(found.targets, (y - y.mean()) / y.std())
    H, w = pruning.ridge("diabetes", 0.2)
    x, y = load_diabetes(return_X_y=True)
    x, y = (x - x.mean(axis=0)) / x.std(axis=0), (y - y.mean()) / y.std()
    np.testing.assert_allclose(H, x.T @ x / 442 + 0.2 * np.eye(10), atol=1e-12)
    np.testing.assert_allclose(H @ w, x.T @ y / 442, atol=1e-12)
    with pytest.raises(ValueError, match="data = 'iris': must be one of 'digits', 'diabetes'"):
        pruning.regression("iris")


# --- refits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("S", [(2,), (5, 1, 0), tuple(range(6))])
def test_refits_on_the_block_kept(S):
    H, w = pruning.designs(15, 6, 0.7, 4)
    losses = pruning.obs_joint_loss(H, w, S, trials=2, rng=rng())
    updates = pruning.obs_joint_update(H, w, S, trials=2, rng=rng())
    masks = pruning.mask_only_loss(H, w, S, trials=2, rng=rng())
    for i in range(4):
        loss, v = price(H[i], w[i], S)
        np.testing.assert_allclose(losses[:, i], loss, rtol=1e-10)
        np.testing.assert_allclose(updates[:, i], np.stack([v, v]), atol=1e-11)
        part = w[i][list(S)]
        np.testing.assert_allclose(masks[:, i], 0.5 * part @ H[i][np.ix_(S, S)] @ part, rtol=1e-12)
    np.testing.assert_array_equal(updates[..., list(S)], 0)


def test_steps_are_differences_of_refits():
    H, w = pruning.designs(15, 6, 0.7, 2)
    order = (3, 0, 5)
    found = pruning.obs_sequence(H, w, order, trials=1, rng=rng())
    for i in range(2):
        losses = [0.0, *(price(H[i], w[i], order[: t + 1])[0] for t in range(3))]
        np.testing.assert_allclose(found.increments[0, i], np.diff(losses), rtol=1e-9)
        np.testing.assert_allclose(found.w_new[0, i], price(H[i], w[i], order)[1], atol=1e-11)


def test_a_real_refit_is_ridge_on_the_columns_kept():
    x, y = pruning.regression("diabetes")
    S, n = (2, 8, 5), 442

    def minimum(x):
        rows = np.concatenate([x, (n * 0.1) ** 0.5 * np.eye(x.shape[1])])
        v, rest, *_ = np.linalg.lstsq(rows, np.concatenate([y, np.zeros(x.shape[1])]), rcond=None)
        return v, rest[0] / (2 * n)

    v, whole = minimum(x)
    _, left = minimum(np.delete(x, S, axis=1))
    v[list(S)] = 0
    alone = np.sum((y - x @ v) ** 2) / (2 * n) + 0.05 * v @ v
    found = pruning.refit("diabetes", 0.1, S, trials=1, rng=rng())
    assert (found.update[0], found.mask[0]) == (
        pytest.approx(left - whole, rel=1e-9), pytest.approx(alone - whole, rel=1e-9)
    )  # fmt: skip


# --- drawn designs ---------------------------------------------------------------------------------------------------


def test_losses_over_designs_by_least_squares():
    Sigma, w, S = pruning.toeplitz(5, 0.4), np.arange(1.0, 6.0), (3, 0)
    found = pruning.removal_loss(9, Sigma, w, S, trials=4, rng=rng())
    for i, z in enumerate(rng().standard_normal(size=(4, 9, 5))):
        x = z @ np.linalg.cholesky(Sigma).T
        part = x[:, S] @ w[list(S)]
        rest = np.linalg.lstsq(np.delete(x, S, axis=1), part, rcond=None)[1][0]
        assert (found.update[i], found.mask[i]) == (pytest.approx(rest / 18), pytest.approx(part @ part / 18))


def test_the_energy_of_the_smallest_by_sorting():
    found = pruning.magnitude_energy_fraction(0.25, 8, trials=3, rng=rng())
    w = np.sort(rng().standard_normal(size=(3, 8)) ** 2, axis=1)
    np.testing.assert_allclose(found, w[:, :2].sum(axis=1) / 8)
    with pytest.raises(ValueError, match="p = 7"):
        pruning.magnitude_energy_fraction(0.25, 7, trials=1, rng=rng())


def test_components_have_their_energy_exactly():
    w = mixture(rng(), (3, 2), 20, (0.75, 0.25), (0.5, 4.0))
    np.testing.assert_allclose(np.sum(w[..., :15] ** 2, axis=-1), 0.75 * 0.5)
    np.testing.assert_allclose(np.sum(w[..., 15:] ** 2, axis=-1), 0.25 * 4)
    with pytest.raises(ValueError, match="p = 21"):
        mixture(rng(), (3,), 21, (0.75, 0.25), (0.5, 4.0))


@pytest.mark.parametrize(("n", "p"), [(14, 8), (8, 20)])
def test_magnitude_risks_by_the_pseudoinverse(n, p):
    found = pruning.magnitude_risk(n, p, 0.5, (0.5, 0.5), (0.1, 2.0), (0.25, 1.0), copies=3, trials=2, rng=rng())
    r = rng()
    w = mixture(r, (2, 3), p, (0.5, 0.5), (0.1, 2.0))
    x, noise = r.standard_normal(size=(2, n, p)), 0.5**0.5 * r.standard_normal(size=(2, n, 3))
    for i in range(2):
        risks = []
        for j in range(3):
            fit = np.linalg.pinv(x[i]) @ (x[i] @ w[i, j] + noise[i, :, j])
            pruned = np.where(abs(fit) >= np.sort(abs(fit))[-(p // 4)], fit, 0)
            risks.append([np.sum((v - w[i, j]) ** 2) for v in (pruned, fit)])
        np.testing.assert_allclose(found[i], np.mean(risks, axis=0), rtol=1e-10)


def test_drawn_risks_by_least_squares():
    n, p, k, ws = 9, 5, 2, 1.3
    found = pruning.pruned_risks(n, p, k, 0.4, ws, "drawn", trials=3, rng=rng())
    r = rng()
    x, e = r.standard_normal(size=(3, n, p)), r.standard_normal(size=(3, n, 1))[..., 0]
    w = np.array([(ws / k) ** 0.5] * k + [1.0] * (p - k))
    for i in range(3):
        y = x[i] @ w + 0.4**0.5 * e[i]
        fit, left = (np.linalg.lstsq(part, y, rcond=None) for part in (x[i], x[i][:, k:]))
        refitted, alone = np.r_[np.zeros(k), left[0]], np.r_[np.zeros(k), fit[0][k:]]
        assert found.train[i] == pytest.approx((left[1][0] - fit[1][0]) / (2 * n))
        assert found.update[i] == pytest.approx(np.sum((refitted - w) ** 2))
        assert found.mask[i] == pytest.approx(np.sum((alone - w) ** 2))


def test_integrated_noise_is_the_mean_over_drawn_noise():
    """One design, 20,000 noises: training increase and both risks."""
    n, p, k, ws, sigma2 = 9, 5, 2, 1.3, 0.4
    found = pruning.pruned_risks(n, p, k, sigma2, ws, trials=1, rng=rng())
    harm = pruning.update_harm(n, p, k, sigma2, ws, trials=1, rng=rng())
    x = rng().standard_normal(size=(n, p))
    w = np.array([(ws / k) ** 0.5] * k + [1.0] * (p - k))
    y = (x @ w)[:, None] + sigma2**0.5 * rng(1).standard_normal((n, 20_000))
    fit, left = np.linalg.lstsq(x, y)[0], np.linalg.lstsq(x[:, k:], y)[0]
    refitted, alone = np.vstack([np.zeros((k, y.shape[1])), left]), np.vstack([np.zeros((k, y.shape[1])), fit[k:]])
    loss = [np.sum((y - x @ v) ** 2, axis=0) / (2 * n) for v in (fit, refitted, alone)]
    risk = [np.sum((v - w[:, None]) ** 2, axis=0) for v in (refitted, alone)]
    for sample, mean in (
        (loss[1] - loss[0], found.train[0]),
        (risk[0], found.update[0]),
        (risk[1], found.mask[0]),
        (risk[0] - risk[1], harm.raised[0]),
        (loss[2] - loss[1], harm.saved[0]),
    ):
        assert abs(sample.mean() - mean) < 4.5 * sample.std() / 20_000**0.5


def test_real_risks_by_least_squares():
    features, targets, w = pruning.whitened("diabetes")
    raw, _ = pruning.regression("diabetes")
    assert np.var(raw @ np.linalg.lstsq(raw, features[:, 0])[0]) == pytest.approx(1)
    wide = np.linalg.svd(raw)[2][0]
    assert abs(np.corrcoef(raw @ wide, features[:, 0])[0, 1]) == pytest.approx(1)
    np.testing.assert_allclose(features.T @ features / 442, np.eye(10), atol=1e-10)
    np.testing.assert_allclose(w, features.T @ targets / 442, atol=1e-12)
    assert np.mean((targets - features @ w) ** 2) == pytest.approx(1)
    found = pruning.real_risks("diabetes", 30, 3, trials=2, rng=rng())
    rows = (rng().random(size=60) * 442).astype(int).reshape(2, 30)
    leading = [0, 1, 2]
    for i in range(2):
        x, y = features[rows[i]], targets[rows[i]]
        fit = np.linalg.lstsq(x, y, rcond=None)[0]
        fit[leading] = 0
        left = np.linalg.lstsq(np.delete(x, leading, axis=1), y, rcond=None)[0]
        refitted = np.r_[np.zeros(3), left]
        assert found.mask[i] == pytest.approx(np.sum((fit - w) ** 2))
        assert found.update[i] == pytest.approx(np.sum((refitted - w) ** 2))
    np.testing.assert_allclose(found.raised, found.update - found.mask)


# --- searches --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [1, 3, 6])
def test_searches_agree_with_formulas(k):
    for seed in range(4):
        H, w = pruning.designs(15, 6, 0.8, 1, instance=seed)
        for name in ("joint_optimum", "greedy_obs", "swap_search"):
            done, said = (
                getattr(pruning, name)(H[0], w[0], k, trials=1, rng=rng()),
                getattr(theory, name)(H[0], w[0], k),
            )
            assert np.flatnonzero(done.S[0]).tolist() == said.S.tolist()
            assert done.loss[0] == pytest.approx(said.loss, rel=1e-9)


def test_exchanges_find_a_planted_pair():
    """From the two worst weights of five to the best two, through one exchange each."""
    H, w = np.eye(5)[None], np.array([[3.0, 0.1, 2.0, 0.2, 1.0]])
    start = Found(np.array([[1.0, 0.0, 1.0, 0.0, 0.0]]), np.array([6.5]))
    found = exchanged(H, w, start)
    assert np.flatnonzero(found.S[0]).tolist() == [1, 3]
    assert found.loss[0] == pytest.approx(0.025)
    assert one_by_one(H, w, 2).loss[0] == pytest.approx(0.025)


def test_rules_by_brute_force():
    n, p, k = 9, 5, 2
    found = pruning.rules(n, p, k, 0.5, trials=3, rng=rng())
    r = rng()
    x = correlate(r.standard_normal(size=(3, n, p)), 0.5)
    for i, w in enumerate(r.standard_normal(size=(3, p))):
        H = x[i].T @ x[i] / n
        best = min(price(H, w, S)[0] for S in itertools.combinations(range(p), k))
        scores = (abs(w), np.diag(H) * w * w, w * w / np.diag(np.linalg.inv(H)))
        for name, score in zip(("magnitude", "damage", "single"), scores, strict=True):
            chosen = price(H, w, np.argsort(score)[:k])[0]
            assert getattr(found, name)[i] == pytest.approx(np.log(chosen / best), abs=1e-10)
        assert found.swap[i] == pytest.approx(np.log(theory.swap_search(H, w, k).loss / best), abs=1e-10)
        assert found.greedy[i] == pytest.approx(np.log(theory.greedy_obs(H, w, k).loss / best), abs=1e-10)
        assert found.over_greedy[i] == pytest.approx(np.exp(found.swap[i] - found.greedy[i]))
        logs = (found.magnitude, found.damage, found.single, found.greedy, found.swap)
        assert found.best_over[i] == pytest.approx(np.exp(-min(log[i] for log in logs)))


EYE, ONE = np.eye(3), np.ones(3)


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (pruning.obs_joint_loss, (EYE, ONE, (0, 0)), "S"),
        (pruning.obs_joint_update, (EYE, ONE, (3,)), "S"),
        (pruning.mask_only_loss, (EYE, ONE, ()), "S"),
        (pruning.refit, ("diabetes", 0.1, tuple(range(10))), "S"),
        (pruning.removal_loss, (2, EYE, ONE, (0,)), "n"),
        (pruning.removal_loss, (4, EYE, ONE, (0, 1, 2)), "S"),
        (pruning.joint_optimum, (EYE, ONE, 4), "k"),
        (pruning.rules, (3, 4, 2, 0.5), "n"),
        (pruning.rules, (9, 4, 2, 1.0), "r"),
        (pruning.pruned_risks, (6, 5, 2, 1.0, 1.0), "n"),
        (pruning.update_harm, (9, 5, 5, 1.0, 1.0), "k"),
        (pruning.magnitude_risk, (9, 8, 1.0, (1.0,), (1.0,), (0.5,)), "n"),
        (pruning.magnitude_risk, (9, 4, 1.0, (1.0,), (1.0,), (0.0,)), "keep"),
        (pruning.magnitude_risk, (9, 4, 1.0, (1.0,), (1.0, 2.0), (0.5,)), "betas"),
    ],
)
def test_bad_input_is_named(function, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        function(*arguments, trials=1, rng=rng())
