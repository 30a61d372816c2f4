"""The dimension of one's own data: known manifolds, intervals, other libraries, what cannot be told."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from sklearn.datasets import load_digits

from claims import load_claims
from overparam.measures.manifold_learning import intrinsic_dimension
from overparam.measures.manifold_learning.neighbours import nearest
from overparam.measures.registry import diagnose

SLUGS = {claim.slug for claim in load_claims("manifold_learning")}


def rng(seed=0):
    return np.random.default_rng(seed)


def torus(n, d, seed=0):
    x = 2 * np.pi * rng(seed).random((n, d))
    return np.concatenate([np.cos(x), np.sin(x)], axis=1)


@pytest.mark.parametrize("d", [1, 2, 3])
def test_tori_in_many_dimensions_have_their_dimension(d):
    turned = torus(1500, d) @ rng(1).standard_normal((2 * d, 40))
    frame = np.linalg.qr(rng(1).standard_normal((40, 2 * d)))[0]
    found = intrinsic_dimension(torus(1500, d) @ frame.T + 1000)
    assert found.low < d * 1.03
    assert found.high > d
    assert found.value == pytest.approx(intrinsic_dimension(torus(1500, d)).value, rel=1e-6)
    assert found.null > 1.5 * d
    assert intrinsic_dimension(turned).value == pytest.approx(d, rel=0.15)


def test_the_interval_covers_and_is_not_much_too_wide():
    """Circles, where curvature hardly counts: 1/d is unbiased."""
    found = [intrinsic_dimension(torus(250, 1, seed)) for seed in range(150)]
    assert np.mean([f.low <= 1 <= f.high for f in found]) > 0.95
    inverse = np.array([1 / f.value for f in found])
    width = np.mean([(1 / f.low - 1 / f.high) / (2 * 1.96) for f in found])
    assert 1 < width / inverse.std() < 2


def test_a_gaussian_cloud_is_its_own_null():
    found = intrinsic_dimension(rng().standard_normal((600, 8)) * [5, 4, 3, 2, 1, 1, 1, 1])
    assert found.value == pytest.approx(found.null, rel=0.1)
    assert "no structure" in found.sentence or "fill less" in found.sentence or "noise" in found.sentence


def test_digits_have_a_tenth_of_their_pixels_and_half_of_what_their_variances_span():
    found = intrinsic_dimension(load_digits().data)
    assert 6.5 < found.low < found.value < found.high < 8.5
    assert found.null > 2 * found.high
    assert "fill less" in found.sentence
    assert found.detail["nearer"].shape == (9,)
    assert found.detail["nearer"][-1] == pytest.approx(found.value)


def test_scale_shift_order_and_repeated_rows_do_not_matter():
    x = torus(200, 2)
    value = intrinsic_dimension(x).value
    assert intrinsic_dimension(1e30 * x).value == pytest.approx(value, rel=1e-9)
    assert intrinsic_dimension(np.concatenate([x, x[:50]])).value == pytest.approx(value, rel=1e-9)
    assert intrinsic_dimension(x[::-1]).value == pytest.approx(value, rel=1e-9)
    assert intrinsic_dimension(x.tolist()).value == value
    assert intrinsic_dimension(x.astype(np.float32)).value == pytest.approx(value, rel=1e-3)


def test_of_many_rows_some_are_asked():
    x = rng().standard_normal((9000, 2))
    found = intrinsic_dimension(x)
    assert found.detail["asked"] == 4096
    assert found.low < 2 < found.high * 1.05


def test_neighbours_by_brute_force():
    x = rng().standard_normal((60, 5))
    x -= x.mean(axis=0)
    found = nearest(x, 4)
    apart = np.linalg.norm(x[:, None] - x[None], axis=-1)
    np.fill_diagonal(apart, np.inf)
    np.testing.assert_allclose(found.distance, np.sort(apart, axis=1)[:, :4], rtol=1e-12)
    np.testing.assert_array_equal(found.near, np.argsort(apart, axis=1)[:, :4])


def test_the_jackknife_is_that_of_leaving_rows_out():
    x = torus(40, 1)
    found = intrinsic_dimension(x, 4)
    each = [1 / intrinsic_dimension(np.delete(x, i, axis=0), 4).value for i in range(40)]
    spread = math.sqrt(39 / 40 * np.sum((each - np.mean(each)) ** 2))
    assert 1 / found.low - 1 / found.value == pytest.approx(1.96 * spread, rel=1e-6)


def test_diagnose_takes_features():
    findings = [f for f in diagnose({"features": torus(100, 2)}) if f.measure.topic == "manifold_learning"]
    assert len(findings) == 1
    assert findings[0].results[0].name == "intrinsic dimension"
    few = [f for f in diagnose({"features": torus(8, 2)}) if f.measure.topic == "manifold_learning"]
    assert "12 distinct rows" in few[0].refusal


def test_the_record_is_json_and_names_claims():
    found = intrinsic_dimension(torus(60, 1))
    json.dumps(found.record(), allow_nan=False)
    assert set(found.claims) <= SLUGS


@pytest.mark.parametrize("bad", [np.ones((30, 2)), np.eye(20), torus(11, 1), [[np.nan] * 3] * 20, "X", np.ones(5)])
def test_bad_features_are_named(bad):
    with pytest.raises(ValueError, match=r"\bX = "):
        intrinsic_dimension(bad)


@pytest.mark.parametrize("bad", [2, 0, 2.5, "ten", None, True])
def test_bad_counts_are_named(bad):
    with pytest.raises(ValueError, match=r"\bneighbours = "):
        intrinsic_dimension(torus(50, 1), bad)
