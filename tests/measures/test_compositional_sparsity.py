"""The additive share of targets with a known answer."""

from __future__ import annotations

import numpy as np
import pytest

from overparam.measures import registry
from overparam.measures.compositional_sparsity import additive_share


def drawn(seed=0, n=600, D=4):
    x = np.random.default_rng(seed).random((n, D))
    return x, np.sin(2 * np.pi * x[:, 0]) + x[:, 1] ** 2


def test_additive_interaction_and_noise():
    x, y = drawn()
    rng = np.random.default_rng(1)
    assert float(additive_share(x, y)) > 0.99
    product = (x[:, 0] - 0.5) * (x[:, 1] - 0.5)
    assert float(additive_share(x, product)) < 0.05
    noise = rng.standard_normal(600)
    nothing = additive_share(x, noise)
    assert nothing.low < 0 < nothing.high or nothing.value < 0
    half = additive_share(x, y + y.std() * noise)
    assert half.low < 0.5 < half.high + 0.1
    assert "%" in half.sentence


def test_it_is_the_error_of_refits_without_each_sample():
    x, y = drawn(2, 40, 2)
    found = additive_share(x, y, 2)
    ranks = (np.argsort(np.argsort(x, axis=0), axis=0) + 0.5) / 40
    A = np.hstack([np.ones((40, 1)), *(np.cos(np.pi * ranks[:, [i]] * np.array([1, 2])) for i in range(2))])
    errors, spread = [], []
    for i in range(40):
        kept = np.arange(40) != i
        errors.append(y[i] - A[i] @ np.linalg.lstsq(A[kept], y[kept], rcond=None)[0])
        spread.append(y[i] - y[kept].mean())
    assert float(found) == pytest.approx(1 - np.sum(np.square(errors)) / np.sum(np.square(spread)), rel=1e-9)


def test_intervals_hold():
    inside = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        x = rng.random((300, 2))
        y = np.cos(np.pi * x[:, 0]) + rng.standard_normal(300) * 0.5**0.5  # a share of one half
        found = additive_share(x, y, 1)
        inside += found.low <= 0.5 <= found.high
    assert inside >= 33


def test_scales_types_and_diagnose():
    x, y = drawn(3)
    found = float(additive_share(x, y))
    assert float(additive_share(1e-40 * x, 1e40 * y)) == pytest.approx(found)
    assert float(additive_share(x.astype(np.float32), y.astype(np.float32))) == pytest.approx(found, abs=1e-4)
    assert float(additive_share(np.exp(5 * x), y)) == pytest.approx(found)
    constant = np.hstack([x, np.ones((600, 1))])
    assert float(additive_share(constant, y)) == pytest.approx(found)
    assert float(additive_share(np.round(3 * x), y)) > 0.5
    (finding,) = [f for f in registry.diagnose({"features": x, "targets": y})
                  if f.measure.topic == "compositional_sparsity"]  # fmt: skip
    assert finding.results[0].value == pytest.approx(found)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((np.ones((50, 2)), np.arange(50.0)), "x = array of equal rows"),
        ((np.random.default_rng(0).random((50, 2)), np.ones(50)), "y = array of equal"),
        ((np.random.default_rng(0).random((7, 2)), np.arange(7.0)), "x = array of shape"),
        ((np.random.default_rng(0).random((50, 2)), np.arange(49.0)), "y = array"),
        ((np.random.default_rng(0).random((50, 2)), np.arange(50.0), 9), "M = 9"),
        ((np.random.default_rng(0).random((50, 2)), np.arange(50.0), 0), "M = 0"),
    ],
)
def test_refusals(arguments, words):
    with pytest.raises(ValueError, match=words):
        additive_share(*arguments)
