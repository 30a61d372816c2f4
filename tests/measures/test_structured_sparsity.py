"""The nearest Monarch matrix of one's own weights: planted structure, chance, other libraries, brute force."""

from __future__ import annotations

import json

import numpy as np
import pytest

import theory.structured_sparsity as theory
from claims import load_claims
from overparam.measures.structured_sparsity import monarch_project

SLUGS = {claim.slug for claim in load_claims("structured_sparsity")}


def rng(seed=0):
    return np.random.default_rng(seed)


def planted(m, seed=0):
    return theory.monarch_matrix(*rng(seed).standard_normal((2, m, m, m)))


def test_a_planted_monarch_matrix_has_share_nothing():
    found = monarch_project(planted(4))
    np.testing.assert_allclose(found.matrix, planted(4), atol=1e-13)
    np.testing.assert_allclose(theory.monarch_matrix(found.L, found.R), found.matrix, atol=1e-13)
    assert found.share.value < 1e-25
    assert "chance" not in found.share.sentence


@pytest.mark.parametrize("m", [2, 3, 6, 8])
def test_a_random_matrix_has_share_one_within_the_spread(m):
    found = [monarch_project(rng(s).standard_normal((m * m, m * m))).share for s in range(200)]
    values = np.array([share.value for share in found])
    spread = found[0].detail["spread"]
    assert np.std(values) == pytest.approx(spread, rel=5 * (0.5 / 200) ** 0.5)
    assert values.mean() == pytest.approx(1, abs=5 * spread / 200**0.5)
    assert np.mean(["chance" in share.sentence for share in found]) > 0.95


def test_the_error_is_that_of_the_slices_and_scale_does_not_matter():
    A = rng().standard_normal((9, 9)) + planted(3)
    brute = sum(
        np.sum(np.linalg.svd(A[[3 * l + j for l in range(3)]][:, 3 * k : 3 * k + 3], compute_uv=False)[1:] ** 2)
        for j in range(3)
        for k in range(3)
    )
    found = monarch_project(A).share
    assert found.detail["error"] == pytest.approx(brute / np.sum(A**2))
    assert monarch_project(1e20 * A).share.value == pytest.approx(found.value)
    singular = np.linalg.svd(A, compute_uv=False)
    assert found.detail["rank"] == pytest.approx(np.sum(singular[3:] ** 2) / np.sum(singular**2))


def test_an_order_can_be_worse_than_chance():
    """The Fourier transform's real part in natural order: its slices have equal singular values, nearly."""
    found = monarch_project(np.fft.fft(np.eye(64)).real).share
    assert found.value > 1.05
    assert "less than chance" in found.sentence


def test_lists_and_narrow_types_are_taken():
    A = planted(3)
    assert monarch_project(A.tolist()).share.value < 1e-25
    assert monarch_project(A.astype(np.float32)).share.value < 1e-10


def test_the_record_is_json_and_names_claims():
    share = monarch_project(planted(2)).share
    json.dumps(share.record(), allow_nan=False)
    assert set(share.claims) <= SLUGS
    assert (share.null, share.limit) == (1.0, 0.0)


@pytest.mark.parametrize(
    "bad", [np.ones((3, 3)), np.ones((4, 9)), np.ones((1, 1)), np.zeros((4, 4)), [[np.nan] * 4] * 4, "A"]
)
def test_bad_matrices_are_named(bad):
    with pytest.raises(ValueError, match=r"\bA = "):
        monarch_project(bad)
