"""The tangent kernel of a user's network against gradients, closed forms and the limit, fast enough for digits."""

from __future__ import annotations

import itertools
import time

import numpy as np
import pytest

import theory.pruned_ntk as theory
from overparam.measures.pruned_ntk import tangent_gram
from sims.digits import load


def net(widths, seed=0):
    rng = np.random.default_rng(seed)
    return [rng.standard_normal((b, a)) * (2 / a) ** 0.5 for a, b in itertools.pairwise(widths)]


def jacobian(weights, biases, X, activation):
    """Gradients of all outputs by all parameters, by central differences."""
    kinds = {"relu": lambda z: np.maximum(z, 0), "tanh": np.tanh, "linear": lambda z: z}

    def run(parameters):
        h = X.T
        for l in range(len(weights)):
            h = parameters[l] @ h + (parameters[len(weights) + l][:, None] if biases else 0)
            h = kinds[activation](h) if l < len(weights) - 1 else h
        return h.T

    parameters = [p.astype(float) for p in (*weights, *(biases or ()))]
    columns = []
    for p in parameters:
        for index in np.ndindex(*p.shape):
            kept = p[index]
            p[index] = kept + 1e-6
            up = run(parameters)
            p[index] = kept - 1e-6
            columns.append((up - run(parameters)) / 2e-6)
            p[index] = kept
    return np.stack(columns, axis=-1)


@pytest.mark.parametrize("activation", ["relu", "tanh", "linear"])
@pytest.mark.parametrize("biased", [True, False])
def test_by_finite_differences(activation, biased):
    weights, X = net((3, 5, 4, 2)), np.random.default_rng(1).standard_normal((6, 3))
    biases = [0.3 * np.arange(len(w)) for w in weights] if biased else None
    found = tangent_gram(weights, X, biases=biases, activation=activation)
    J = jacobian(weights, biases, X, activation)
    np.testing.assert_allclose(found.value, np.einsum("ikp,jkp->ij", J, J), rtol=1e-6)
    half = tangent_gram(weights, X[:2], X[2:], biases, activation)
    np.testing.assert_allclose(half.value, found.value[:2, 2:], rtol=1e-10)
    np.testing.assert_allclose(found.detail["eigenvalues"], np.linalg.eigvalsh(found.value))


def test_by_autograd():
    torch = pytest.importorskip("torch")
    weights, X = net((3, 6, 2)), np.random.default_rng(2).standard_normal((4, 3))
    parameters = [torch.tensor(w, requires_grad=True) for w in weights]
    rows = []
    for x in torch.tensor(X):
        for k in range(2):
            out = parameters[1] @ torch.relu(parameters[0] @ x)
            rows.append(torch.cat([g.ravel() for g in torch.autograd.grad(out[k], parameters)]).numpy())
    J = np.reshape(rows, (4, 2, -1))
    np.testing.assert_allclose(tangent_gram(parameters, X).value, np.einsum("ikp,jkp->ij", J, J), rtol=1e-10)


def test_wide_networks_have_the_limit():
    rng, m, d = np.random.default_rng(3), 4000, 5
    X = rng.standard_normal((4, d))
    # The convention of theory: sqrt(2/m) in front of each hidden layer.
    first, last = rng.standard_normal((m, d)), rng.standard_normal((1, m))
    found = 2 / m * tangent_gram([first, last], X).value
    np.testing.assert_allclose(found, theory.relu_ntk(X), rtol=0.2, atol=0.05 * np.trace(found) / 4)


def test_masks_are_those_of_pruning():
    weights, X = net((4, 6, 1), 4), np.random.default_rng(4).standard_normal((3, 4))
    masks = [np.ones((6, 4)), (np.arange(6) % 2)[None].astype(float)]
    found = tangent_gram(weights, X, masks=masks).value
    kept = [weights[0][1::2], weights[1][:, 1::2]]
    np.testing.assert_allclose(found, tangent_gram(kept, X).value, rtol=1e-12)


def test_digits_in_time():
    images = load().images[:1000]
    start = time.process_time()
    found = tangent_gram(net((64, 256, 256, 10)), images.astype(np.float32))
    assert time.process_time() - start < 10
    assert found.value.shape == (1000, 1000)
    assert "times later" in found.sentence
    np.testing.assert_allclose(found.value, found.value.T, rtol=1e-9)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([[[1.0, 2.0]]], [[1.0]]), r"weights\[0\] = array"),
        (([[[1.0]], [[1.0, 1.0]]], [[1.0]]), r"weights\[1\] = array"),
        ((3, [[1.0]]), "weights = int"),
        (([], [[1.0]]), "weights = list"),
        (([[[1.0]]], [[1.0]], [[1.0, 2.0]]), "X2 = array"),
        (([[[1.0]]], [[1.0]], None, [[1.0, 2.0]]), "biases = 1 arrays"),
        (([[[1.0]]], [[1.0]], None, None, "step"), "activation = 'step'"),
        (([[[1.0]]], [[1.0]], None, None, "relu", [[[1.0, 1.0]]]), "masks = 1 arrays"),
        (([[[1e60]]] * 6, [[1e60]]), "weights = arrays whose products overflow"),
    ],
)
def test_refusals(arguments, words):
    with pytest.raises(ValueError, match=words):
        tangent_gram(*arguments)
