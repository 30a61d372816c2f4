"""Explored share and layer densities: brute force, exact means, any library, refusals."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from overparam.measures import registry
from overparam.measures.dynamic_sparse_training import erk_densities, explored_rate
from theory import dynamic_sparse_training as theory


def test_the_null_by_enumeration_of_what_might_have_come():
    """All histories with the counts given: one weight, then two, of those not active; drops do not matter."""
    N = 5
    values, found = [], None
    for first in itertools.combinations(range(N), 2):
        for one in set(range(N)) - set(first):
            second = (first[0], one)
            for two in itertools.combinations(sorted(set(range(N)) - set(second)), 2):
                masks = np.zeros((3, N))
                for row, support in zip(masks, (first, second, two), strict=True):
                    row[list(support)] = 1
                found = explored_rate(masks)
                values.append(found.value)
    assert found is not None
    assert found.null == pytest.approx(np.mean(values))
    assert found.detail["null_sd"] == pytest.approx(np.std(values))


def history(rng, N, s, k, rounds, score):
    masks = [rng.permutation(N) < s]
    for t in range(rounds):
        mask = masks[-1].copy()
        off, on = np.flatnonzero(~mask), np.flatnonzero(mask)
        mask[rng.choice(on, k, replace=False)] = False
        mask[off[np.argsort(-score(off, t))[:k]]] = True
        masks.append(mask)
    return np.array(masks)


def test_random_regrowth_has_its_law():
    rng = np.random.default_rng(0)
    found = [explored_rate(history(rng, 200, 40, 10, 8, lambda off, t: rng.random(off.size))) for _ in range(400)]
    assert found[0].null == pytest.approx(float(theory.set_explored_rate(200, 40, 10, 8, False)))
    assert found[0].detail["null_sd"] ** 2 == pytest.approx(float(theory.set_explored_var(200, 40, 10, 8, False)))
    z = np.array([one.detail["z"] for one in found])
    assert abs(z.mean()) < 5 / 20
    assert z.std() == pytest.approx(1, abs=0.2)
    assert "as random ones" in found[0].sentence


def test_what_comes_back_is_seen():
    masks = history(np.random.default_rng(1), 400, 80, 20, 30, lambda off, t: -off.astype(float))
    found = explored_rate(masks)
    assert found.detail["z"] < -10
    assert "come back" in found.sentence
    np.testing.assert_array_equal(found.detail["path"], np.logical_or.accumulate(masks).mean(1))


def test_any_library_shape_and_diagnose():
    masks = history(np.random.default_rng(2), 60, 12, 4, 5, lambda off, t: off % 7.0)
    whole = explored_rate(masks).value
    weights = np.where(masks, np.random.default_rng(3).standard_normal(masks.shape), 0.0).astype(np.float32)
    for other in (masks.tolist(), masks.reshape(6, 6, 10), masks.astype(np.int8), weights):
        assert explored_rate(other).value == whole
    (found,) = registry.diagnose({"masks": masks.reshape(6, 5, 3, 4)})
    assert found.results[0].value == whole


def test_ends():
    still = explored_rate([[1, 0, 0], [1, 0, 0]])
    assert (still.value, still.null) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert "nothing was explored" in still.sentence
    assert explored_rate(np.ones((3, 4))).value == 1
    assert explored_rate([[1, 0], [0, 1], [1, 0]]).null == 1


def test_densities_and_dead_units():
    shapes = [(3, 3, 3, 64), (3, 3, 64, 128), (3, 3, 128, 256), (256, 10)]
    found = erk_densities(shapes, 0.1)
    np.testing.assert_array_equal(found.value, theory.erk_densities(shapes, 0.1))
    sizes = np.array([math.prod(shape) for shape in shapes])
    assert abs(found.detail["kept"].sum() - 0.1 * sizes.sum()) <= 2
    assert found.detail["dead_units"][0] == 0
    small = erk_densities([(4, 50), (50, 2)], 0.05)
    s = small.detail["kept"][0]
    rng = np.random.default_rng(0)
    masks = [(rng.permutation(200) < s).reshape(4, 50) for _ in range(2000)]
    dead = np.array([(mask.sum(0) == 0).mean() for mask in masks])
    assert abs(dead.mean() - small.detail["dead_units"][0]) < 5 * dead.std() / 2000**0.5 + 1e-12


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [
        (explored_rate, ([[1, 0, 1]],), "masks = array of 1 mask"),
        (explored_rate, ([1, 0, 1],), "masks = array of shape"),
        (explored_rate, ([[1, math.nan], [1, 0]],), "masks = array, 1 of its"),
        (erk_densities, ([(3, 4)], 0.0), "density = 0"),
        (erk_densities, ([(3,)], 0.5), "shapes = "),
        (erk_densities, ("no", 0.5), "shapes = "),
    ],
)
def test_refusals(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(*arguments)
