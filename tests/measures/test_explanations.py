"""Energy by scale and invented edges of images of one's own: planted cases, chance, other libraries."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

import theory.explanations as theory
from claims import load_claims
from overparam.measures.explanations import haar2, invented_edges
from sims import digits

SLUGS = {claim.slug for claim in load_claims("explanations")}


def rng(seed=0):
    return np.random.default_rng(seed)


def rectangles(n=32, seed=0):
    r, image = rng(seed), np.full((n, n), 0.5)
    for grey in (0.25, 0.75, 1.0):
        top, left = r.integers(0, n // 2, 2)
        image[top : top + n // 2, left : left + n // 3] = grey
    return image


def test_shuffled_pixels_have_share_one():
    image = rng().random((16, 16))
    values = []
    for seed in range(400):
        values.append(haar2(rng(seed).permutation(image.ravel()).reshape(16, 16)).finest.value)
    assert np.mean(values) == pytest.approx(1, abs=5 * np.std(values) / 20)


def test_block_images_have_no_fine_detail_and_checkerboards_all():
    assert haar2(np.kron(rng().random((4, 4)), np.ones((2, 2)))).finest.value == 0
    checks = np.indices((8, 8)).sum(axis=0) % 2
    assert haar2(checks).finest.value == pytest.approx(63 / 48)
    found = haar2(rectangles())
    energy, own = found.finest.detail["energy"], theory.haar2(rectangles()).details
    np.testing.assert_allclose(energy, [np.sum(level**2) for level in own])
    np.testing.assert_array_equal(found.details[1], own[1])


def test_pixel_masks_come_to_the_null():
    image = rectangles()
    shares = [invented_edges(image, image * (rng(s).random(image.shape) < 0.5)).value for s in range(300)]
    assert np.mean(shares) == pytest.approx(0.5, abs=5 * np.std(shares) / 300**0.5)


def test_haar_masks_invent_nothing_inside_squares():
    image = rectangles()
    details, average = theory.haar2(image)
    masked = theory.ihaar2((tuple(level * rng(1).random(level.shape) for level in details), average))
    found = invented_edges(image, masked)
    assert found.detail["inside"] == 0
    assert found.value > 0
    assert "dyadic" in found.sentence
    pixels = invented_edges(image, image * (rng(2).random(image.shape) < 0.5))
    assert pixels.detail["inside"] == pytest.approx(0.5, abs=0.1)
    assert "dyadic" not in pixels.sentence


def test_counts_by_hand_and_a_threshold():
    image, masked = [[1, 1, 0], [1, 2, 0]], [[1, 0.7, 0], [1, 2, 0.1]]
    found = invented_edges(image, masked)
    assert (found.detail["invented"], found.detail["equal"]) == (2, 3)
    assert found.detail["null_here"] == pytest.approx(2 / 6)
    assert invented_edges(image, masked, least=0.2).detail["invented"] == 1
    assert "inside" not in found.detail


def test_the_image_itself_has_no_new_edges_in_any_precision():
    image = rectangles()
    again = theory.ihaar2(theory.haar2(image))
    for one in (image, again, image.astype(np.float32), again.astype(np.float16)):
        assert invented_edges(image, one).value == 0
    photograph = digits.load().images[0].reshape(8, 8)
    assert invented_edges(photograph, pd.DataFrame(photograph)).value == 0


def test_lists_integers_and_torch_are_taken():
    checks = (np.indices((8, 8)).sum(axis=0) % 2).astype(np.uint8)
    assert haar2(checks.tolist()).finest.value == haar2(checks).finest.value
    torch = pytest.importorskip("torch")
    assert haar2(torch.tensor(checks)).finest.value == haar2(checks).finest.value


def test_records_are_json_and_name_claims():
    for result in (haar2(rectangles()).finest, invented_edges(rectangles(), rectangles())):
        json.dumps(result.record(), allow_nan=False)
        assert set(result.claims) <= SLUGS


@pytest.mark.parametrize(
    "bad", [np.ones((3, 3)), np.ones((4, 8)), np.ones((4, 4)), [[np.nan, 1], [0, 1]], "image", np.ones(4), [[1.0]]]
)
def test_bad_images_are_named(bad):
    with pytest.raises(ValueError, match=r"^image = "):
        haar2(bad)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ((np.ones((2, 2)), np.ones((2, 3))), "masked"),
        (([[1, 2], [3, 4]], [[1, 2], [3, 4]]), "image"),
        (([[1, 1]], [[1, 1]], -1), "least"),
        (([[1, 1]], [[1, 1]], "x"), "least"),
        (([[1, 1]], [[1, 1]], np.nan), "least"),
    ],
)
def test_bad_pairs_are_named(arguments, name):
    with pytest.raises(ValueError, match=rf"^{name} = "):
        invented_edges(*arguments)
