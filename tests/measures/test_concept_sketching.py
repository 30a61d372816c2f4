"""Sketches of one's own points, and how alike two sets are: theory, permutations, other libraries."""

from __future__ import annotations

import itertools
import json
import math

import numpy as np
import pandas as pd
import pytest

import theory.concept_sketching as theory
from claims import load_claims
from overparam.measures.concept_sketching import relu_sketch, sketch_similarity

SLUGS = {claim.slug for claim in load_claims("concept_sketching")}


def rng(seed=0):
    return np.random.default_rng(seed)


def with_one(points):
    return np.column_stack([points, np.ones(len(points))])


# --- sketches --------------------------------------------------------------------------------------------------------


def test_sketches_have_the_kernel_of_the_theory():
    S, T = rng().standard_normal((7, 3)), 0.5 + rng(1).standard_normal((4, 3))
    for bias in (True, False):
        a, b = (with_one(S), with_one(T)) if bias else (S, T)
        found = [
            relu_sketch(S, m=512, seed=s, bias=bias) @ relu_sketch(T, m=512, seed=s, bias=bias) for s in range(200)
        ]
        assert np.mean(found) == pytest.approx(theory.set_kernel(a, b), abs=5 * np.std(found) / 200**0.5)


def test_a_sketch_is_the_mean_of_a_layer_whatever_the_blocks():
    S = rng().standard_normal((3000, 2))
    whole = relu_sketch(S, m=4096)
    np.testing.assert_allclose(whole, np.mean([relu_sketch(part, m=4096) for part in np.split(S, 3)], axis=0))
    W = np.random.Generator(np.random.SFC64(0)).standard_normal((4096, 3)) * (2 / 4096) ** 0.5
    np.testing.assert_allclose(whole, np.maximum(with_one(S) @ W.T, 0).mean(axis=0))
    assert (relu_sketch(S, m=8, seed=1) != relu_sketch(S, m=8, seed=2)).any()


# --- similarity ------------------------------------------------------------------------------------------------------


def test_similarity_is_that_of_the_theory():
    S, T = rng().standard_normal((30, 4)), rng(1).standard_normal((50, 4)) + 0.3
    for bias in (True, False):
        a, b = (with_one(S), with_one(T)) if bias else (S, T)
        found = sketch_similarity(S, T, bias=bias)
        cosine = theory.set_kernel(a, b) / math.sqrt(theory.set_kernel(a, a) * theory.set_kernel(b, b))
        assert found.value == pytest.approx(cosine, rel=1e-12)
        assert found.detail["distance"] == pytest.approx(theory.set_distance(a, b), rel=1e-9)
        assert found.detail["collision"] == pytest.approx(theory.sketch_collision(a, b), rel=1e-10)
        assert found.detail["centroid_distance"] == pytest.approx(theory.linear_distance(a, b), rel=1e-12)


def test_means_over_splits_by_all_of_them():
    points, n = rng().standard_normal((6, 2)), 2
    distances, cross, inside = [], [], ([], [])
    for chosen in itertools.combinations(range(6), n):
        a, b = with_one(points[list(chosen)]), with_one(np.delete(points, chosen, axis=0))
        distances.append(theory.set_distance(a, b))
        cross.append(theory.set_kernel(a, b))
        inside[0].append(theory.set_kernel(a, a))
        inside[1].append(theory.set_kernel(b, b))
    found = sketch_similarity(points[:n], points[n:])
    assert found.detail["split_distance"] == pytest.approx(np.mean(distances), rel=1e-12)
    null = np.mean(cross) / math.sqrt(np.mean(inside[0]) * np.mean(inside[1]))
    assert found.null == pytest.approx(null, rel=1e-12)


def test_alike_and_different():
    S = rng().standard_normal((200, 5))
    same = [sketch_similarity(S, rng(s).standard_normal((150, 5))).detail for s in range(1, 41)]
    values = np.array([d["p_value"] for d in same])
    # One set is shared by all, so that the p-values move together: far from all small is what can be asked.
    assert np.mean(values < 0.05) < 0.3
    other = sketch_similarity(S, 0.5 * rng(2).standard_normal((200, 5)))  # equal means, other spread
    assert other.detail["p_value"] == 1 / 200
    assert other.detail["ratio"] > 5
    assert "chance does not explain" in other.sentence
    assert other.value < other.null


def test_p_values_of_random_splits_are_uniform():
    points = rng().standard_normal((40, 3))
    found = []
    for s in range(200):
        order = rng(s).permutation(40)
        found.append(sketch_similarity(points[order[:15]], points[order[15:]]).detail["p_value"])
    assert np.mean(found) == pytest.approx(0.5, abs=5 * 0.29 / 200**0.5)
    assert np.mean(np.array(found) <= 0.1) == pytest.approx(0.1, abs=5 * 0.3 / 200**0.5)


def test_equal_sets_and_equal_points():
    S = rng().standard_normal((20, 3))
    found = sketch_similarity(S, S)
    assert found.value == pytest.approx(1.0, abs=1e-12)
    assert found.detail["p_value"] == 1.0
    one = sketch_similarity(np.ones((3, 2)), np.ones((2, 2)))
    assert one.value == pytest.approx(1.0)
    json.dumps(one.record(), allow_nan=False)


def test_lists_narrow_types_and_frames_are_taken():
    S, T = rng().integers(-5, 5, (6, 2)), rng(1).integers(-5, 5, (4, 2))
    value = sketch_similarity(S, T).value
    for given in (S.tolist(), S.astype(np.float32), pd.DataFrame(S, columns=["a", "b"])):
        assert sketch_similarity(given, T).value == pytest.approx(value, rel=1e-12)
        np.testing.assert_allclose(relu_sketch(given, m=8), relu_sketch(S, m=8))


def test_the_record_is_json_and_names_claims():
    found = sketch_similarity(rng().standard_normal((5, 2)), rng(1).standard_normal((4, 2)))
    json.dumps(found.record(), allow_nan=False)
    assert set(found.claims) <= SLUGS
    assert found.limit == 1.0


@pytest.mark.parametrize("bad", [np.ones(3), np.zeros((0, 2)), [[math.nan, 1.0]], "points", [[1.0], [1.0, 2.0]]])
def test_bad_points_are_named(bad):
    with pytest.raises(ValueError, match=r"\bpoints = "):
        relu_sketch(bad)
    with pytest.raises(ValueError, match=r"\bS = "):
        sketch_similarity(bad, np.ones((2, 2)))
    with pytest.raises(ValueError, match=r"\bT = "):
        sketch_similarity(np.ones((2, 2)), bad)


def test_other_bad_input_is_named():
    with pytest.raises(ValueError, match=r"\bT = "):
        sketch_similarity(np.ones((2, 2)), np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"\bS = array of zeros"):
        sketch_similarity(np.zeros((2, 2)), np.ones((2, 2)), bias=False)
    with pytest.raises(ValueError, match=r"\bS = .*10000"):
        sketch_similarity(np.ones((10_000, 1)), np.ones((2, 1)))
    with pytest.raises(ValueError, match=r"\bm = "):
        relu_sketch(np.ones((2, 2)), m=0)
    with pytest.raises(ValueError, match=r"\bbias = "):
        relu_sketch(np.ones((2, 2)), bias="yes")
