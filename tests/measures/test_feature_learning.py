"""Directions and Hermite orders of one's own data: planted ones, none, other libraries and scales, brute force."""

from __future__ import annotations

import json

import numpy as np
import pytest

from claims import load_claims
from overparam.measures import registry
from overparam.measures.feature_learning import gradient_subspace, hermite_profile
from theory.feature_learning import mean_gradient_gram

SLUGS = {claim.slug for claim in load_claims("feature_learning")}


def gaussian(n=600, d=12, seed=0):
    return np.random.default_rng(seed).standard_normal((n, d))


def test_planted_directions_are_found_in_any_coordinates():
    x, rng = gaussian(), np.random.default_rng(1)
    frame = np.linalg.qr(rng.standard_normal((12, 2)))[0]
    z = x @ frame
    y = 3.0 * x[:, 0] + z[:, 0] ** 2 - 0.8 * z[:, 1] ** 2 + 0.3 * rng.standard_normal(600)
    found = gradient_subspace(x, y, 3)
    assert found.number.value == 2
    assert np.linalg.svd(found.directions[:, :2].T @ frame)[1].min() > 0.95
    assert found.number.detail["eigenvalues"][:2].prod() < 0
    # The same in skewed, shifted coordinates: w'x is the same projection up to its sign, scale and shift.
    map_ = rng.standard_normal((12, 12)) * np.geomspace(1e-3, 1e3, 12)
    other = gradient_subspace(x @ map_ + 5.0, 1e6 * y - 7.0, 3)
    np.testing.assert_allclose(
        np.abs(other.number.detail["projections"]), np.abs(found.number.detail["projections"]), rtol=1e-6, atol=1e-6
    )
    seen = (x @ map_ + 5.0) @ other.directions
    assert abs(np.corrcoef(seen[:, 0], found.number.detail["projections"][:, 0])[0, 1]) == pytest.approx(1, abs=1e-9)


def test_chance_alone_is_seen_in_one_case_of_twenty():
    found = [gradient_subspace(gaussian(80, 6, seed), gaussian(80, 1, 1000 + seed)[:, 0]) for seed in range(200)]
    assert 1 <= sum(f.number.value for f in found) <= 24  # 10 expected
    for f in found:
        assert f.number.value == int(abs(f.number.detail["eigenvalues"][0]) > f.number.detail["threshold"])


def test_it_is_the_subspace_of_the_first_gradient_of_a_wide_network():
    """Against the exact mean Gram of many ReLU neurons: its second eigenvector, after the labels' direction."""
    x = gaussian(500, 30)
    y = x[:, 3] ** 2 - 1
    gram = np.linalg.eigh(mean_gradient_gram(x, y))[1]
    found = gradient_subspace(x, y).directions[:, 0]
    assert np.sum((gram[:, -2:].T @ found) ** 2) > 0.9  # both estimate one direction from n = 16 d samples
    assert abs(found[3]) > 0.9


def test_large_dimensions_take_another_route_to_the_same_eigenvectors():
    x = gaussian(1300, 205)
    y = 2 * x[:, 0] ** 2 + x[:, 1]
    found = gradient_subspace(x, y, 2)
    centred = x - x.mean(0)
    white = np.linalg.qr(centred)[0] * 1300**0.5
    e = y - y.mean() - white @ (white.T @ (y - y.mean())) / 1300
    values = np.linalg.eigvalsh((white.T * (e / e.std())) @ white / 1300)
    order = np.argsort(-abs(values))[:2]
    np.testing.assert_allclose(found.number.detail["eigenvalues"], values[order], rtol=1e-5)


def test_constant_and_repeated_columns_are_left_out():
    x = gaussian(200, 4)
    wide = np.column_stack([x, np.ones(200), x[:, 0]])
    y = x[:, 2] ** 2
    np.testing.assert_allclose(
        np.abs(gradient_subspace(wide, y).number.detail["projections"]),
        np.abs(gradient_subspace(x, y).number.detail["projections"]), atol=1e-7,
    )  # fmt: skip


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_the_first_order_is_found_by_ranks_alone(order):
    z = gaussian(4000, 1, order)[:, 0]
    h = [z, (z**2 - 1) / 2**0.5, (z**3 - 3 * z) / 6**0.5, (z**4 - 6 * z**2 + 3) / 24**0.5]
    y = h[order - 1] + 0.5 * gaussian(4000, 1, 99)[:, 0]
    for scale in (z, np.exp(z), -5 * z, 1e6 + z**3):
        found = hermite_profile(scale, y)
        assert found.value == order
        # The threshold is 2.5 standard errors.
        size, error = (abs(found.detail[name][order - 1]) for name in ("coefficients", "threshold"))
        assert abs(size - 1 / 1.25**0.5) < 2 * error


def test_profiles_of_nothing():
    found = [hermite_profile(gaussian(60, 1, seed)[:, 0], gaussian(60, 1, 500 + seed)[:, 0]) for seed in range(400)]
    assert 6 <= sum(f.value > 0 for f in found) <= 40  # 5 % of 400, Bonferroni
    assert hermite_profile(np.arange(100) % 2, np.arange(100) % 2, 3).value == 1


@pytest.mark.parametrize("kind", ["float32", "list", "pandas", "torch", "integers"])
def test_any_library(kind):
    x = np.round(50 * gaussian(200, 3))
    y = x[:, 1] ** 2
    if kind == "pandas":
        given = pytest.importorskip("pandas").DataFrame(x)
    elif kind == "torch":
        given = pytest.importorskip("torch").tensor(x)
    else:
        given = x.tolist() if kind == "list" else x.astype(np.float32 if kind == "float32" else np.int64)
    found = gradient_subspace(given, y.tolist())
    assert abs(found.directions[1, 0]) > 0.95
    assert json.dumps(found.number.record())
    assert hermite_profile(x[:, 1], y).value == 2


@pytest.mark.parametrize(
    ("X", "y", "k", "words"),
    [
        (gaussian(10, 6), np.arange(10.0), 1, "X = array of shape .* at least 12 rows"),
        (np.ones((10, 2)), np.arange(10.0), 1, "X = array of equal rows"),
        (gaussian(30, 2), np.ones(30), 1, "y = array that is constant"),
        (gaussian(30, 2), gaussian(30, 2) @ [1.0, 2.0], 1, "y = array that is constant or a linear"),
        (gaussian(30, 2), np.arange(29.0), 1, "y has 29 entries|y = "),
        (gaussian(30, 2), np.arange(30.0) ** 2, 3, "k = 3"),
        (gaussian(30, 2), np.arange(30.0) ** 2, 0, "k = 0"),
        (np.full((30, 2), np.nan), np.arange(30.0), 1, "X = array"),
    ],
)
def test_refusals(X, y, k, words):
    with pytest.raises(ValueError, match=words):
        gradient_subspace(X, y, k)


@pytest.mark.parametrize(
    ("projection", "y", "orders", "words"),
    [
        (np.ones(30), np.arange(30.0), 4, "projection = array of equal"),
        (np.arange(30.0), np.ones(30), 4, "y = array of equal"),
        (np.arange(30.0), np.arange(29.0), 4, "y = array with 29"),
        (np.arange(5.0), np.arange(5.0), 4, "projection = array with 5"),
        (np.arange(30.0), np.arange(30.0), 11, "orders = 11"),
    ],
)
def test_refusals_of_profiles(projection, y, orders, words):
    with pytest.raises(ValueError, match=words):
        hermite_profile(projection, y, orders)


def test_diagnose_finds_a_direction_on_one_half_and_profiles_it_on_the_other():
    x = gaussian(800, 6)
    y = (x[:, 2] + x[:, 4]) ** 2 + gaussian(800, 1, 3)[:, 0]
    found = [f for f in registry.diagnose({"features": x, "targets": y}) if f.measure.topic == "feature_learning"]
    assert [result.value for result in found[0].results] == [1, 2]
    for result in found[0].results:
        assert set(result.claims) <= SLUGS
    few = [f for f in registry.diagnose({"features": x[:8], "targets": y[:8]}) if f.measure.topic == "feature_learning"]
    assert "features = " in few[0].refusal
