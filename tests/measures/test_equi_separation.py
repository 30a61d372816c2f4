"""Fuzziness of a user's features: the definition, chance, the floor, layers."""

from __future__ import annotations

import numpy as np
import pytest

from overparam.measures import registry
from overparam.measures.equi_separation import layer_separation, separation_fuzziness
from sims.digits import load
from tests.sims.test_equi_separation import naive_fuzziness


def drawn(seed=0, n=60, d=5, K=3):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, K, n)
    return rng.standard_normal((n, d)) + 2 * rng.standard_normal((K, d))[labels], labels


def test_it_is_the_definition():
    for K, d in ((3, 5), (6, 3)):
        x, labels = drawn(K, d=d, K=K)
        found = separation_fuzziness(x, labels)
        assert float(found) == pytest.approx(naive_fuzziness(x.T, labels), rel=1e-9)
        for scale in (1e-30, 1e30):
            assert float(separation_fuzziness(scale * x, labels)) == pytest.approx(float(found), rel=1e-9)
        moved = separation_fuzziness(x + 1000.0, [f"class {k}" for k in labels])
        assert float(moved) == pytest.approx(float(found), rel=1e-6)


def test_chance_is_what_features_without_classes_have():
    rng = np.random.default_rng(1)
    values = [separation_fuzziness(rng.standard_normal((18, 15)), np.repeat([0, 1, 2], 6)) for _ in range(600)]
    mean = np.mean([float(v) for v in values])
    assert abs(mean - values[0].null) < 4 * np.std([float(v) for v in values]) / 600**0.5


def test_no_linear_map_goes_below_the_floor():
    x, labels = drawn(2)
    found = separation_fuzziness(x, labels)
    rng = np.random.default_rng(2)
    for _ in range(20):
        assert float(separation_fuzziness(x @ rng.standard_normal((5, 4)), labels)) >= found.limit * (1 - 1e-9)
    centred = x - np.stack([x[labels == k].mean(axis=0) for k in range(3)])[labels]
    white = x @ np.linalg.inv(np.linalg.cholesky(centred.T @ centred)).T
    assert float(separation_fuzziness(white, labels)) == pytest.approx(found.limit, rel=1e-9)


def test_a_singular_scatter_has_no_floor():
    x, labels = drawn(3)
    assert separation_fuzziness(np.hstack([x, x[:, :1]]), labels).limit is None
    assert separation_fuzziness(x[:, :2], labels).limit is not None
    assert "linear layer" in separation_fuzziness(x, labels).sentence


def test_layers_of_a_planted_law():
    rng = np.random.default_rng(4)
    labels = np.repeat(np.arange(4), 30)
    means, noise = 3 * np.eye(4, 6), rng.standard_normal((120, 6))
    layers = [means[labels] + 0.8**l * noise for l in range(6)]
    found = layer_separation(layers, labels)
    assert float(found) == pytest.approx(0.64, rel=0.05)
    assert found.detail["correlation"] < -0.99
    assert "falls" in found.sentence
    assert "below" in found.sentence
    back = layer_separation(layers[::-1], labels)
    assert float(back) == pytest.approx(1 / float(found), rel=1e-9)


def test_digits_in_float32_and_diagnose():
    digits = load()
    x = digits.images.astype(np.float32)
    found = separation_fuzziness(x, digits.labels)
    assert float(found) == pytest.approx(float(separation_fuzziness(digits.images, digits.labels)), rel=1e-4)
    assert found.limit is None  # three pixels are always 0
    (finding,) = [f for f in registry.diagnose({"features": x, "labels": digits.labels})
                  if f.measure.topic == "equi_separation"]  # fmt: skip
    assert finding.results[0].value == pytest.approx(float(found))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda x, y: separation_fuzziness(x, np.zeros(60)), "labels = array with 1 class"),
        (lambda x, y: separation_fuzziness(np.ones((60, 3)), y), "features = array of shape"),
        (lambda x, y: separation_fuzziness(x, y[:7]), "labels = array"),
        (lambda x, y: layer_separation([x, x], y), "layers = list"),
        (lambda x, y: layer_separation([x, x, x[:5]], y), r"layers\[2\] = array"),
        (lambda x, y: layer_separation([x, x, np.eye(3)[y]], y), r"layers\[2\] = array .*vary within"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call(*drawn())
