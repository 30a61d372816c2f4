"""The generated suite agrees, its blocks are read back, and the table is written."""

import csv

import numpy as np

from benchmarks import house
from lab import verify


def test_the_generated_suite_agrees_and_its_decoys_are_rejected():
    table = verify(house.generated(3), jobs=1, backend="numpy")
    assert set(table[table.decoy.isna()].verdict) == {"agrees"}
    assert set(table[table.decoy.notna()].verdict) == {"disagrees"}
    assert len({(row.claim, row.cell) for row in table.itertuples()}) == 12


def test_the_table_is_written(tmp_path):
    house.main(["--claims", "2", "--blocks", "3", "--out", str(tmp_path)])
    with (tmp_path / "house.csv").open(newline="") as file:
        rows = {row["what"]: row for row in csv.DictReader(file)}
    stored = next(row for what, row in rows.items() if "blocks (" in what)
    assert 0 < float(stored["CPU s"]) < 60
    assert float(stored["MB"]) > 10
    assert (tmp_path / "house.md").exists()


def test_both_ways_of_packing_hold_the_same_numbers():
    data = {"x": np.arange(6.0).reshape(2, 3)}
    for write, read in ((house.pack, house.unpack), (house._npz, house._from_npz)):
        np.testing.assert_array_equal(read(write(data))["x"], data["x"])
