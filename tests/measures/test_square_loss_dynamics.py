"""Measures of square loss dynamics: gaps by hand, nets at rest and on their way, arrays as users have them."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from overparam import diagnose
from overparam.measures.square_loss_dynamics import balance, balance_gaps, norm_identity_residual
from theory import square_loss_dynamics as theory

RNG = np.random.default_rng(0)
LAM, ETA = 0.05, 0.05


def trained(steps, widths=(4, 7, 5, 2), activation=True):
    """A ReLU (or linear) net without biases after so many steps of descent, by hand: weights, outputs, targets."""
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((9, widths[0])), rng.standard_normal((9, widths[-1]))
    W = [rng.standard_normal((b, a)) / a**0.5 for a, b in itertools.pairwise(widths)]
    for step in range(steps + 1):
        h = [x]
        for l, w in enumerate(W):
            z = h[-1] @ w.T
            h.append(np.maximum(z, 0) if activation and l < len(W) - 1 else z)
        if step == steps:
            return W, h[-1], y
        slope = (h[-1] - y) / len(x)
        gradients = []
        for l in range(len(W) - 1, -1, -1):
            gradients.append(slope.T @ h[l])
            slope = slope @ W[l]
            if activation and l > 0:
                slope = slope * (h[l] > 0)
        W = [(1 - ETA * LAM) * w - ETA * g for w, g in zip(W, gradients[::-1], strict=True)]
    raise AssertionError


def test_gaps_of_a_trained_net_have_decayed_by_the_law():
    start, end = (balance_gaps(trained(steps)[0]) for steps in (0, 400))
    for before, after in zip(start.detail["gaps"], end.detail["gaps"], strict=True):
        law = theory.balance_gap(before, 400 * ETA, LAM)
        assert np.abs(after - law).max() < 0.03 * np.abs(before).max()
    np.testing.assert_allclose(end.detail["layers"], [gap.sum() for gap in end.detail["gaps"]])
    assert end.value < start.value


def test_the_null_is_the_mean_over_all_deals():
    first, second = RNG.standard_normal((5, 3)), RNG.standard_normal((2, 5))
    into, out = (first**2).sum(1), (second**2).sum(0)
    mean = np.abs(into[:, None] - out[None, :]).sum() / 5 / (into.sum() + out.sum())
    assert balance_gaps([first, second]).null == pytest.approx(mean, rel=1e-12)


def test_convolutions_and_biases():
    conv, dense = RNG.standard_normal((3, 2, 2, 2)), RNG.standard_normal((4, 12))  # 3 channels of 4 places, flattened
    found = balance_gaps({"conv": conv, "dense": dense}).detail["gaps"][0]
    np.testing.assert_allclose(found, (conv**2).sum((1, 2, 3)) - (dense**2).reshape(4, 3, 4).sum((0, 2)))
    biased = balance_gaps([conv, dense], biases=[[1.0, 2.0, 0.0]]).detail["gaps"][0]
    np.testing.assert_allclose(biased - found, [1, 4, 0])
    np.testing.assert_allclose(balance_gaps([conv, dense], biases=[[1, 2, 0], np.ones(4)]).detail["gaps"][0], biased)


@pytest.mark.parametrize("convert", [
    lambda a: a.astype(np.float32), lambda a: a.tolist(), pd.DataFrame, lambda a: np.asfortranarray(a),
])  # fmt: skip
def test_arrays_of_users(convert):
    W, f, y = trained(50)
    assert balance_gaps([convert(w) for w in W]).value == pytest.approx(balance_gaps(W).value, rel=1e-6)
    found = norm_identity_residual([convert(w) for w in W], convert(f), convert(y), LAM)
    assert found.value == pytest.approx(norm_identity_residual(W, f, y, LAM).value, rel=1e-5)


def test_integers_are_numbers():
    assert balance_gaps([np.array([[2, 0], [0, 1]]), np.array([[1, 1]])]).detail["gaps"][0].tolist() == [3, 0]


def test_rest_is_reached_and_said():
    start, end = (norm_identity_residual(*trained(steps, activation=False), LAM) for steps in (0, 6000))
    assert start.value > 0.5
    assert end.value < 1e-3
    assert "at rest" in end.sentence
    v = end.detail["v"]
    np.testing.assert_allclose(LAM * end.detail["norms"] ** 2, v, rtol=2e-3)


def test_the_conversion_of_other_objectives_in_the_docstring():
    # Mean squares over N and K outputs, steps W - eta (grad + w W): 2/K times ours, so that w = 2 lam/K.
    W, f, y = trained(6000, activation=False)
    K = f.shape[1]
    slope = 2 / (K * len(f)) * (f - y)
    w = 2 * LAM / K
    last = slope.T @ (trained_hidden(W))
    assert np.abs(last + w * W[-1]).max() < 1e-4
    assert norm_identity_residual(W, f, y, w * K / 2).value < 1e-3


def trained_hidden(W):
    h = np.random.default_rng(1).standard_normal((9, 4))
    for w in W[:-1]:
        h = h @ w.T
    return h


def test_what_does_not_fit_is_refused_by_name():
    a, b = np.ones((3, 2)), np.ones((2, 4))
    for call, message in (
        (lambda: balance_gaps([a, b]), r"weights\[1\] = array of shape \(2, 4\): must have 3 inputs"),
        (lambda: balance_gaps([a]), "weights = 1 layers: must be at least 2"),
        (lambda: balance_gaps([a, np.full((2, 3), np.nan)]), r"weights\[1\]"),
        (lambda: balance_gaps([0 * a, np.zeros((2, 3))]), "weights = 0"),
        (lambda: balance_gaps([a, np.ones((2, 3))], biases=[[1.0]]), r"biases\[0\]"),
        (lambda: norm_identity_residual([a], [1.0], [1.0, 2.0], 0.1), "y = array of shape"),
        (lambda: norm_identity_residual([a], [1.0], [1.0], 0.0), "lam = 0"),
    ):
        with pytest.raises(ValueError, match=message):
            call()


def test_a_checkpoint_is_diagnosed_with_the_balance_of_its_layers():
    W = trained(400)[0]
    report = diagnose({f"{i}.weight": w for i, w in enumerate(W)}).report
    found = report.layers[1].balance
    assert "balance-decay" in found.claims
    np.testing.assert_allclose(found.detail["gaps"], balance_gaps(W).detail["gaps"][0])
    assert balance(W[0], W[1]).value == found.value
