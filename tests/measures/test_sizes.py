"""The benchmark of real sizes runs, at small ones."""

import pytest

from benchmarks import measures


@pytest.mark.parametrize("case", measures.CASES)
def test_every_case_gives_its_row(monkeypatch, case):
    monkeypatch.setattr(measures, "SAMPLES", 300)
    monkeypatch.setattr(measures, "DIMENSIONS", 20)
    monkeypatch.setattr(measures, "CLASSES", 5)
    found = measures.one(case)
    assert found["samples"] == 300
    assert found["wall_seconds"] >= 0
