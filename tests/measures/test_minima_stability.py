"""The largest stable step of arrays that users have, against batches enumerated and drawn."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from overparam.measures.minima_stability import largest_stable_step
from overparam.measures.registry import diagnose
from sims.minima_stability import sgd_threshold

G = np.random.default_rng(0).standard_normal((6, 4)) * np.arange(1, 7)[:, None]


@pytest.mark.parametrize(("B", "replacement"), [(1, False), (3, False), (6, False), (2, True)])
def test_the_step_is_that_of_all_batches_enumerated(B, replacement):
    found = largest_stable_step(G, B, replacement)
    brute = sgd_threshold(G, B, replacement, trials=1, rng=np.random.default_rng(0)).step[0]
    assert found.value == pytest.approx(brute, rel=1e-9)
    assert found.limit == found.detail["gd_step"] == pytest.approx(2 / np.linalg.eigvalsh(G.T @ G / 6)[-1])
    assert found.value <= found.limit * (1 + 1e-12)


def test_orthogonal_gradients_of_one_size_are_the_null():
    for B in (1, 2, 5):
        found = largest_stable_step(3 * np.eye(5), B)
        assert found.value == pytest.approx(found.null, rel=1e-12)
    assert largest_stable_step(3 * np.eye(5), 4, replacement=True).null == pytest.approx(
        largest_stable_step(3 * np.eye(5), 4, replacement=True).value
    )


def test_arrays_of_any_kind_and_shape():
    wide = np.hstack([G, np.zeros((6, 70000))])
    for given in (G.tolist(), pd.DataFrame(G), G.astype(np.float32), wide):
        assert largest_stable_step(given, 2).value == pytest.approx(largest_stable_step(G, 2).value, rel=1e-5)
    whole = np.array([[1, 2], [3, 4]])
    assert largest_stable_step(whole).value == largest_stable_step(whole.astype(float)).value


def test_what_is_no_set_of_gradients_is_named():
    for bad in (np.zeros((3, 2)), np.ones(3), [[np.nan, 1.0]], np.ones((2000, 2000), dtype=np.float32)):
        with pytest.raises(ValueError, match="per_sample_gradients = "):
            largest_stable_step(bad)
    for B in (0, 7, 1.5, "2"):
        with pytest.raises(ValueError, match="B = "):
            largest_stable_step(G, B)
    with pytest.raises(ValueError, match="replacement = "):
        largest_stable_step(G, 2, "yes")


def test_gradients_are_diagnosed():
    many = np.random.default_rng(1).standard_normal((40, 5))
    (finding,) = [f for f in diagnose({"per_sample_gradients": many}) if f.measure.topic == "minima_stability"]
    assert [result.detail["B"] for result in finding.results] == [1, 32]
    assert finding.results[0].value < finding.results[1].value < finding.results[1].limit
