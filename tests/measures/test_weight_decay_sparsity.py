"""Path penalties by optimisation over rescalings, costs of networks with a known least."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize

from overparam.measures.weight_decay_sparsity import path_penalty, relu_cost_excess


def net(widths, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal((b, a)) for a, b in zip(widths[:-1], widths[1:], strict=True)]  # noqa: RUF007


def test_two_layers_are_a_sum_over_units():
    W, V = net((3, 6, 2))
    expected = np.sum(np.linalg.norm(W, axis=1) * np.linalg.norm(V, axis=0))
    found = path_penalty([W, V])
    assert float(found) == pytest.approx(expected, rel=1e-9)
    assert found.null == pytest.approx(0.5 * (np.sum(W**2) + np.sum(V**2)))
    scales = np.exp(np.random.default_rng(1).standard_normal(6))
    again = path_penalty([scales[:, None] * W, V / scales])
    assert float(again) == pytest.approx(expected, rel=1e-9)
    assert again.detail["excess"] > found.detail["excess"]


def test_deeper_networks_by_a_library():
    layers = net((2, 4, 3, 1), 2)
    squares = [w**2 for w in layers]

    def cost(u):
        a, b = np.exp(u[:4]), np.exp(u[4:])
        return 0.5 * (np.sum(squares[0] * a[:, None]) + np.sum(squares[1] * b[:, None] / a) + np.sum(squares[2] / b))

    best = minimize(cost, np.zeros(7), tol=1e-14).fun
    found = path_penalty(layers)
    assert float(found) == pytest.approx(best, rel=1e-7)
    np.testing.assert_allclose(found.detail["norms"], found.detail["norms"][0], rtol=1e-9)  # layers balance
    huge = [1e40 * layers[0], 1e-40 * layers[1], layers[2]]
    assert float(path_penalty(huge)) == pytest.approx(best, rel=1e-7)


def test_chains_have_the_power_of_the_product():
    found = path_penalty([[[3.0]], [[0.5]], [[-2.0]]])
    assert float(found) == pytest.approx(1.5 * 3.0 ** (2 / 3))


def test_dead_units_cost_nothing():
    W, V = net((3, 4, 2), 3)
    W[1], V[:, 2] = 0.0, 0.0
    alive = [0, 3]
    expected = np.sum(np.linalg.norm(W[alive], axis=1) * np.linalg.norm(V[:, alive], axis=0))
    assert float(path_penalty([W, V])) == pytest.approx(expected, rel=1e-9)
    assert float(path_penalty([W, 0.0 * V])) == 0.0


def test_excess_of_an_optimal_and_a_wasteful_network():
    """relu(x) - 2 relu(x - 1): slopes 0, 1, -1 cost TV = 3, and two units of cost 1 and 2 have that."""
    x, y = [-1.0, 0.0, 1.0, 2.0], [0.0, 0.0, 1.0, 0.0]
    assert float(relu_cost_excess([[[1.0], [1.0]], [[1.0, -2.0]]], x, y)) == pytest.approx(1.0)
    wasteful = relu_cost_excess([[[1.0], [1.0], [1.0], [1.0]], [[2.0, -1.0, 0.0, -2.0]]], x, y)
    assert float(wasteful) == pytest.approx(5 / 3)
    assert "1.67 times" in wasteful.sentence
    assert "do not have these values" in relu_cost_excess([[[1.0]], [[0.1]]], x, y).sentence


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: path_penalty([[[1.0]]]), "weights = list"),
        (lambda: path_penalty(3), "weights = int"),
        (lambda: path_penalty([[[1.0]], [[1.0, 2.0]]]), r"weights\[1\] = array"),
        (lambda: relu_cost_excess(net((2, 3, 1)), [0.0, 1.0], [0.0, 1.0]), "weights = arrays of shapes"),
        (lambda: relu_cost_excess(net((1, 3, 1)), [0.0, 0.0], [0.0, 1.0]), "x = array"),
        (lambda: relu_cost_excess(net((1, 3, 1)), [0.0, 1.0], [0.0]), "y = array"),
        (lambda: relu_cost_excess(net((1, 3, 1)), [0.0, 1.0], [2.0, 2.0]), "y = array"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call()
