"""The table of measures: what they need, what fits together, and every claim they name."""

import numpy as np
import pytest

from claims import load_claims
from overparam.measures import registry
from overparam.measures.result import Result


def test_every_measure_needs_known_arrays_and_is_found_by_its_topic():
    for found in registry.measures():
        assert set(found.needs) | set(found.takes) <= set(registry.ARRAYS)
        assert found.topic in (*registry.topics(), "weights")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"feature": np.ones((3, 2))}, "feature: must be among"),
        ({"features": np.ones((3, 2)), "labels": [0, 1]}, "looks transposed"),
        ({"features": np.ones((3, 2)), "targets": np.ones(5)}, "targets = array with 5"),
        ({"features": np.ones((3, 2)), "classifier": np.ones((2, 3))}, "classifier = array of shape"),
        ({"features": np.ones((3, 2)), "labels": [0, 1, 1], "classifier": np.ones((3, 2))}, "must have 2, one a class"),
        ({"grad_W": np.ones((3, 2)), "grad_b": np.ones(2)}, "grad_b = array of shape"),
        ({"grad_W": np.ones((3, 2)), "batch": np.ones((5, 3))}, "batch = array of shape"),
    ],
)
def test_arrays_that_do_not_fit_are_refused_before_anything_is_computed(data, words):
    with pytest.raises(ValueError, match=words):
        registry.diagnose(data)


def test_diagnose_runs_what_it_can_and_says_why_not_otherwise():
    rng = np.random.default_rng(0)
    data = {"features": rng.standard_normal((30, 50)), "targets": rng.standard_normal(30)}
    data |= {"labels": rng.integers(3, size=30), "grad_W": rng.standard_normal((4, 6)), "grad_b": np.ones(4)}
    slugs = {claim.slug for claim in load_claims()}
    for found in registry.diagnose(data):
        assert found.results or found.refusal
        for result in found.results:
            assert isinstance(result, Result)
            assert result.sentence
            assert set(result.claims) <= slugs
            assert result.record()["name"] == result.name


def test_unknown_needs_are_an_error_of_the_topic():
    with pytest.raises(ValueError, match="must be among"):
        registry.measure("x", needs=["feature"])


def test_records_hold_no_nan():
    record = Result("x", np.array([1.0, np.inf]), low=float("nan"), detail={"a": {"b": np.float64("inf")}}).record()
    assert record["value"] == [1.0, None]
    assert record["low"] is None
    assert record["detail"] == {"a": {"b": None}}
