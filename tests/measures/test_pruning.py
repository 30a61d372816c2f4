"""Prices of one's own masks: least squares, other libraries, an intercept, and risks that are right on average."""

from __future__ import annotations

import itertools
import json

import numpy as np
import pandas as pd
import pytest

import theory.pruning as theory
from claims import load_claims
from overparam.measures.pruning import obs_joint_loss, obs_sequence, prune_report

SLUGS = {claim.slug for claim in load_claims("pruning")}


def rng(seed=0):
    return np.random.default_rng(seed)


def regression(n=40, p=7, seed=0, sigma=0.5):
    """Correlated features away from 0, an intercept, and the least-squares fit."""
    r = rng(seed)
    X = r.standard_normal((n, p)) @ (np.eye(p) + 0.4 * r.standard_normal((p, p))) + 5
    y = X @ r.standard_normal(p) + 3 + sigma * r.standard_normal(n)
    return X, y, np.linalg.lstsq(np.column_stack([X, np.ones(n)]), y)[0][:-1]


def loss(X, y, kept):
    """Least squares with an intercept on the columns kept, over 2n."""
    rows = np.column_stack([X[:, kept], np.ones(len(X))])
    return np.sum((y - rows @ np.linalg.lstsq(rows, y)[0]) ** 2) / (2 * len(X))


# --- prices ----------------------------------------------------------------------------------------------------------


def test_the_price_is_that_of_fitting_again():
    X, y, w = regression()
    H = np.cov(X.T, bias=True)
    found = obs_joint_loss(H, w, [4, 1])
    assert found.value == pytest.approx(loss(X, y, [0, 2, 3, 5, 6]) - loss(X, y, list(range(7))), rel=1e-9)
    assert found.null == found.detail["mask_only"] == pytest.approx(theory.mask_only_loss(H, w, [4, 1]))
    assert found.detail["single"] == pytest.approx(sum(theory.obs_joint_loss(H, w, [q]) for q in (1, 4)))
    np.testing.assert_array_equal(found.detail["w_new"][[1, 4]], 0)


def test_increments_end_at_the_price():
    X, _, w = regression()
    H = np.cov(X.T, bias=True)
    price = obs_joint_loss(H, w, [4, 1, 0]).value
    for order in itertools.permutations([4, 1, 0]):
        found = obs_sequence(H, w, order)
        assert found.detail["total"] == pytest.approx(price, rel=1e-11)
        assert found.value[0] == pytest.approx(found.detail["stale"][0])


def test_other_libraries_and_narrow_types_are_taken():
    X, _, w = regression()
    H = np.cov(X.T, bias=True)
    right = obs_joint_loss(H, w, [4, 1]).value
    assert obs_joint_loss(pd.DataFrame(H), pd.Series(w), pd.Index([4, 1])).value == right
    assert obs_joint_loss(H.tolist(), w.tolist(), (4.0, 1.0)).value == right
    assert obs_joint_loss(H.astype(np.float32), w.astype(np.float32), [4, 1]).value == pytest.approx(right, rel=1e-4)
    assert obs_joint_loss(np.diag([2, 3]), [1, 1], np.array([0])).value == pytest.approx(1)
    narrow = prune_report(X.astype(np.float32), w, 2)
    assert narrow.S == prune_report(X, w, 2).S


def test_tensors_are_taken():
    torch = pytest.importorskip("torch")
    H, w = torch.eye(3), torch.ones(3)
    assert obs_joint_loss(H, w, torch.tensor([0, 2])).value == pytest.approx(1)


# --- the report ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("k", [1, 3, 6])
def test_the_report_finds_the_best_set(k):
    X, y, w = regression()
    found = prune_report(X, w, k, y)
    whole = loss(X, y, list(range(7)))
    prices = {S: loss(X, y, [i for i in range(7) if i not in S]) - whole for S in itertools.combinations(range(7), k)}
    assert tuple(found.S) == min(prices, key=prices.__getitem__)
    assert found.price.value == pytest.approx(prices[tuple(found.S)], rel=1e-8)
    assert min(found.price.detail["rules"].values()) == found.price.value
    assert not found.w_new[found.S].any()
    json.dumps(found.price.record(), allow_nan=False)
    assert set(found.price.claims) <= SLUGS


def test_shifts_of_features_and_targets_change_nothing():
    X, y, w = regression()
    a, b = prune_report(X, w, 3, y).price, prune_report(X + 10, w, 3, y - 4).price
    assert b.value == pytest.approx(a.value, rel=1e-9)
    assert b.detail["corrected"] == pytest.approx(a.detail["corrected"], rel=1e-9)


def test_a_ridge_is_part_of_the_loss():
    X, y, _ = regression(n=6)
    centred = X - X.mean(axis=0)
    H = centred.T @ centred / 6 + 0.3 * np.eye(7)
    w = np.linalg.solve(H, centred.T @ y / 6)
    found = prune_report(X, w, 2, y, lam=0.3)
    assert found.price.value == pytest.approx(float(theory.obs_joint_loss(H, w, found.S)), rel=1e-9)
    assert "corrected" not in found.price.detail
    with pytest.raises(ValueError, match=r"\bX = .* depend on each other"):
        prune_report(X, w, 2)


def test_risks_are_right_on_average():
    """Isotropic Gaussian rows, one set: the estimates' means over 1,500 data sets against the exact risks."""
    n, p, sigma2, w = 31, 8, 0.5, np.array([0.6, -0.5, 0.4, 1.0, 1.0, -1.0, 1.0, 1.0])
    from overparam.measures.pruning.report import _risks

    S, r, seen = [0, 1, 2], rng(7), []
    for _ in range(1500):
        X = r.standard_normal((n, p))
        y = X @ w + sigma2**0.5 * r.standard_normal(n)
        centred = X - X.mean(axis=0)
        H = centred.T @ centred / n
        seen.append(_risks(centred, np.linalg.solve(H, centred.T @ y / n), y, H, S, 2.0**-52))
    exact = theory.pruned_risks(n - 1, p, 3, sigma2, float(np.sum(w[S] ** 2)))
    for name, value in (("noise", sigma2), ("corrected", exact.update), ("left", exact.mask)):
        values = np.array([one[name] for one in seen])
        assert abs(values.mean() - value) < 4.5 * values.std() / 1500**0.5, name


def test_advice_follows_the_size_of_what_is_removed():
    r = rng(3)
    X = r.standard_normal((60, 30))
    for size, word in ((0.0, "correct them"), (1.0, "leave them")):
        w = np.full(30, 2.0)
        w[:3] = size
        y = X @ w + r.standard_normal(60)
        fit = np.linalg.lstsq(np.column_stack([X, np.ones(60)]), y)[0][:-1]
        assert word in prune_report(X, fit, 3, y).price.sentence


def test_weights_that_are_not_the_fit_get_no_risks():
    X, y, w = regression()
    found = prune_report(X, 0.9 * w, 2, y).price
    assert "corrected" not in found.detail
    assert "not the least-squares fit" in found.sentence


def test_many_weights_are_not_searched_through():
    r = rng()
    found = prune_report(r.standard_normal((600, 300)), r.standard_normal(300), 150)
    assert set(found.price.detail["rules"]) == {"magnitude", "saliency", "single", "greedy"}
    assert found.price.value < found.price.null


EYE = np.eye(3)


@pytest.mark.parametrize(
    ("function", "arguments", "name"),
    [
        (obs_joint_loss, (np.ones((2, 3)), [1, 1], [0]), "H"),
        (obs_joint_loss, (np.ones((3, 3)), [1, 1, 1], [0]), "H"),
        (obs_joint_loss, ([[1.0, 0.5], [0.0, 1.0]], [1, 1], [0]), "H"),
        (obs_joint_loss, (EYE, [1, 1], [0]), "w"),
        (obs_joint_loss, (EYE, [1, np.nan, 1], [0]), "w"),
        (obs_joint_loss, (EYE, [1, 1, 1], []), "S"),
        (obs_joint_loss, (EYE, [1, 1, 1], [0, 0]), "S"),
        (obs_joint_loss, (EYE, [1, 1, 1], [True, False, True]), "S"),
        (obs_joint_loss, (EYE, [1, 1, 1], "01"), "S"),
        (obs_sequence, (EYE, [1, 1, 1], [3]), "order"),
        (obs_sequence, (EYE, [1, 1, 1], [0.5]), "order"),
        (prune_report, (np.ones((9, 3)), [1, 1, 1], 1), "X"),
        (prune_report, (np.ones((9, 1)), [1], 1), "X"),
        (prune_report, (rng().standard_normal((9, 3)), [1, 1, 1], 3), "k"),
        (prune_report, (rng().standard_normal((9, 3)), [1, 1], 1), "w"),
        (prune_report, (rng().standard_normal((9, 3)), [1, 1, 1], 1, [0.0] * 8), "y"),
    ],
)
def test_bad_input_is_named(function, arguments, name):
    with pytest.raises(ValueError, match=rf"\b{name} = "):
        function(*arguments)
