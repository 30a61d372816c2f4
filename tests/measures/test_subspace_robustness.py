"""Certified radii and class angles of arrays that a user would have."""

from __future__ import annotations

import math

import numpy as np
import pytest

from overparam.measures import registry
from overparam.measures.subspace_robustness import certified_radius, class_angles
from sims.digits import load
from sims.subspace_robustness import point, subspaces


def test_bases_of_any_columns_and_precision():
    bases = subspaces(8, (2, 3))
    x = point(bases[0])
    found = certified_radius(x, bases)
    rng = np.random.default_rng(0)
    mixed = [B @ rng.standard_normal((B.shape[1], B.shape[1])) for B in bases]
    assert float(certified_radius(x, mixed)) == pytest.approx(float(found), rel=1e-9)
    narrow = certified_radius(x.astype(np.float32), [B.astype(np.float32) for B in bases])
    assert float(narrow) == pytest.approx(float(found), rel=1e-5)
    assert "projection" not in narrow.sentence
    assert float(certified_radius(x.tolist(), [B.tolist() for B in bases])) == pytest.approx(float(found))
    assert (found.detail["own"], found.detail["nearest"]) == (0, 1)


def test_what_lies_outside_is_told():
    e = np.eye(4)
    found = certified_radius(e[0] + 0.5 * e[3], [e[:, :1], e[:, 1:2]])
    assert found.detail["outside"] == pytest.approx(0.2)
    assert float(found) == pytest.approx(math.sqrt(0.5))
    assert "projection: 20 %" in found.sentence


def test_shortest_attack_is_as_long_as_it_says():
    """Random attacks a little shorter never move the point."""
    bases = subspaces(6, (2, 2, 2), instance=3)
    x = point(bases[0], instance=3)
    radius = float(certified_radius(x, bases))
    attack = np.random.default_rng(1).standard_normal((5000, 6))
    z = x + 0.999 * radius * attack / np.linalg.norm(attack, axis=1, keepdims=True)
    assert (np.argmax([np.sum((z @ B) ** 2, axis=1) for B in bases], axis=0) == 0).all()


def test_digits_classes():
    digits = load()
    found = class_angles(digits.images, digits.labels, 5)
    assert 0.1 < float(found) < 0.6
    table = found.detail["between"]
    assert table[table > 0].min() == pytest.approx(float(found))
    assert "degrees of each other" in found.sentence
    text = class_angles(digits.images, [f"digit {k}" for k in digits.labels], 5)
    assert text.detail["pair"][0].startswith("digit")
    assert float(text) == pytest.approx(float(found))


def test_planted_angle_is_found():
    rng = np.random.default_rng(2)
    e = np.eye(6)
    other = math.cos(0.3) * e[0] + math.sin(0.3) * e[2]
    x = np.vstack([rng.standard_normal((20, 2)) @ e[:2], rng.standard_normal((20, 2)) @ np.stack([other, e[3]])])
    assert float(class_angles(x, [0] * 20 + [1] * 20, 2)) == pytest.approx(0.3, rel=1e-9)


def test_diagnose_takes_labelled_features():
    digits = load()
    found = [f for f in registry.diagnose({"features": digits.images[:300], "labels": digits.labels[:300]})
             if f.measure.topic == "subspace_robustness"]  # fmt: skip
    assert [r.name for f in found for r in f.results] == ["smallest class angle"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: certified_radius([0.0, 0.0], [[[1.0], [0.0]], [[0.0], [1.0]]]), "x = array"),
        (lambda: certified_radius([1.0, 0.0, 0.0], [[[1.0], [0.0]], [[0.0], [1.0]]]), "x = array of shape"),
        (lambda: certified_radius([1.0, 0.0], [[[1.0], [0.0]]]), "bases = list"),
        (lambda: certified_radius([1.0, 0.0], 3), "bases = int"),
        (lambda: certified_radius([1.0, 0.0], [[[1.0], [0.0]], [[1.0], [0.0], [0.0]]]), "bases = arrays of shapes"),
        (lambda: certified_radius([1.0, 0.0], [[[1.0, 2.0], [1.0, 2.0]], [[1.0], [0.0]]]), r"bases\[0\] = array"),
        (lambda: certified_radius([0.0, 0.0, 1.0], [np.eye(3)[:, :1], np.eye(3)[:, 1:2]]), "right angles"),
        (lambda: class_angles(np.eye(3), [0, 0, 0], 1), "labels = array with 1 class"),
        (lambda: class_angles(np.eye(3), [0, 0, 1], 2), "directions = 2"),
        (lambda: class_angles(np.eye(3), [0, 1], 1), "labels = array"),
        (lambda: class_angles(np.full((3, 2), np.nan), [0, 1, 1], 1), "features = array"),
    ],
)
def test_refusals(call, words):
    with pytest.raises(ValueError, match=words):
        call()
