"""Layer terms against gradients by finite differences, draw by draw; integrated outputs against drawn ones."""

from __future__ import annotations

import math

import numpy as np
import pytest

import sims.pruned_ntk as S
import theory.pruned_ntk as T
from sims.pruned_ntk.network import Masked, forward, inputs, kernel_of, masked


def _sfc(seed):
    return np.random.Generator(np.random.SFC64(seed))


def gradient_kernel(W, M, x, y):
    """Inner product of the gradients with respect to all weights behind their masks, by central differences."""
    m = W[1].shape[0] if len(W) > 2 else W[0].shape[0]

    def run(weights, point):
        h = point
        for l, w in enumerate(weights):
            g = (w * M[l]) @ h
            h = math.sqrt(2 / m) * np.maximum(g, 0) if l < len(weights) - 1 else g
        return float(h[0])

    total = 0.0
    for l, w in enumerate(W):
        for index in np.ndindex(*w.shape):
            slopes = []
            for point in (x, y):
                moved = [v.copy() for v in W]
                moved[l][index] += 1e-6
                up = run(moved, point)
                moved[l][index] -= 2e-6
                slopes.append((up - run(moved, point)) / 2e-6)
            total += slopes[0] * slopes[1]
    return total


@pytest.mark.parametrize("rescaled", [True, False])
def test_kernel_is_the_product_of_gradients(rescaled):
    rng, d, m, alpha = _sfc(0), 3, 5, 0.6
    X, X2 = rng.standard_normal(size=(2, d)), rng.standard_normal(size=(2, d))
    columns, inner = inputs(rng, X, X2)
    first = rng.standard_normal(size=(1, m, d))
    passed = forward(rng, first @ columns, [alpha], rescaled)
    out = masked(rng, (1, m, 1), alpha, rescaled)
    found = kernel_of(passed, out, inner)[0]
    scale = 1 / alpha if rescaled else 1.0
    layers, masks = [first[0]], [np.ones((m, d))]
    for layer in (passed.layers[0], out):
        M = np.sqrt(layer.squares[0])
        W = np.where(M > 0, layer.weights[0] / np.where(M > 0, M, 1), 0.0)
        layers.append(W if W.shape[1] != 1 else W.T)
        masks.append(M if M.shape[1] != 1 else M.T)
    assert set(np.unique(masks[1] ** 2).round(12)) <= {0.0, round(scale, 12)}
    for i in range(2):
        assert found[i] == pytest.approx(gradient_kernel(layers, masks, X[i], X2[i]), rel=1e-6)


def test_signs_have_the_mean_of_gaussian_outputs():
    """Over all outputs and masks given the hidden layers, by drawing many."""
    rng, alpha, m = _sfc(1), 0.5, 6
    pair = S.pairs(0.3, 2)
    columns, inner = inputs(rng, pair["X"], pair["X2"])
    passed = forward(rng, rng.standard_normal(size=(1, m, 4)) @ columns, [alpha], False)
    many = 20_000
    spread = type(passed)(
        [np.repeat(u, many, 0) for u in passed.units], [np.repeat(s, many, 0) for s in passed.slopes],
        [Masked(*(np.repeat(a, many, 0) for a in layer)) for layer in passed.layers],
    )  # fmt: skip
    drawn = kernel_of(spread, masked(rng, (many, m, 1), alpha, False), inner)
    signs = math.sqrt(alpha) * np.sign(rng.standard_normal(size=(many, m, 1)))
    ours = kernel_of(spread, Masked(signs, alpha + 0 * signs), inner)
    error = np.sqrt(drawn.var(axis=0) / many + ours.var(axis=0) / many)
    assert (np.abs(drawn.mean(axis=0) - ours.mean(axis=0)) < 4 * error).all()
    assert (ours.std(axis=0) < drawn.std(axis=0)).all()


def test_one_hidden_layer_by_the_naive_loop():
    pair = S.pairs(0.4, 3)
    found = S.relu_ntk(pair["X"], pair["X2"], width=5, trials=2, rng=_sfc(2))
    W = _sfc(2).standard_normal(size=(2, 5, 6))
    for t in range(2):
        total = 0.0
        for x, y in zip(pair["X"], pair["X2"], strict=True):
            g, h = W[t] @ x, W[t] @ y
            both = (g > 0) & (h > 0)
            total += 2 / 5 * np.sum((g * h + x @ y) * both)
        assert found[t] == pytest.approx(total / 3, rel=1e-12)


def test_dense_pruning_and_full_input_layers_are_dense():
    pair = S.pairs(0.1, 2)
    dense = S.relu_ntk(pair["X"], pair["X2"], 2, width=6, trials=3, rng=_sfc(3))
    np.testing.assert_allclose(S.pruned_ntk_limit(pair["X"], pair["X2"], 2, 1.0, width=6, trials=3, rng=_sfc(3)), dense)
    np.testing.assert_allclose(
        S.input_pruned_ntk(pair["X"], pair["X2"], 1.0, 2, width=6, trials=3, rng=_sfc(3)), dense, rtol=1e-12
    )


def test_pruned_inputs_by_the_naive_loop():
    pair, alpha, m = S.pairs(0.4, 2), 0.5, 4
    found = S.input_pruned_ntk(pair["X"], pair["X2"], alpha, width=m, trials=1, rng=_sfc(4))[0]
    rng = _sfc(4)
    W, mask = rng.standard_normal(size=(1, m, 4))[0], (rng.random(size=(1, m, 4)) < alpha)[0]
    total = 0.0
    for x, y in zip(pair["X"], pair["X2"], strict=True):
        for j in range(m):
            a, b = W[j] * mask[j] @ x / math.sqrt(alpha), W[j] * mask[j] @ y / math.sqrt(alpha)
            total += (a > 0) * (b > 0) * 2 / m * (a * b + np.sum(mask[j] * x * y) / alpha)
    assert found == pytest.approx(total / 2, rel=1e-12)


def test_variance_is_that_of_the_kernel():
    """The exact two-layer variance from half-differences of literal networks, over the width."""
    pair = S.pairs(0.5, 4)
    found = S.deep_fluctuation(pair["X"], pair["X2"], 0.5, 1, width=8, trials=20_000, rng=_sfc(5)) / 8
    expected = T.ntk_variance_two_layer(0.5, 8, 0.5)
    assert abs(found.mean() - expected) < 4 * found.std() / 20_000**0.5


def test_digits_gram_is_that_of_weights():
    """The same covariance from weights of 64 pixels."""
    found = S.kernel_error(6, 10, 0.5, trials=4000, rng=_sfc(6))
    rng, x = _sfc(7), S.digits_images(6)
    W = rng.standard_normal(size=(2, 3000, 10, 64))
    out, mask = rng.standard_normal(size=(2, 3000, 10, 1)) ** 2, (rng.random(size=(2, 3000, 10, 1)) < 0.5) / 0.5
    g = W @ x.T
    on, units = 1.0 * (g > 0), np.maximum(g, 0)
    K = 0.2 * ((units * mask).swapaxes(-1, -2) @ units + x @ x.T * ((on * out * mask).swapaxes(-1, -2) @ on))
    naive = np.sum((K[0] - K[1]) ** 2, axis=(-2, -1)) / 2
    error = math.hypot(found.std() / 4000**0.5, naive.std() / 3000**0.5)
    assert abs(found.mean() - naive.mean()) < 4 * error


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda r: S.relu_ntk([[1.0]], [[1.0, 0.0]], trials=1, rng=r), "X2 = array"),
        (lambda r: S.pruned_ntk_limit([[1.0]], [[1.0]], 2, [0.5], trials=1, rng=r), "alpha = "),
        (lambda r: S.kernel_error(60, 4, 0.5, trials=1, rng=r), "count = 60"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call(_sfc(0))
