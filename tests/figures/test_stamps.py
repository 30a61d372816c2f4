"""What the drawing leaves beside the pictures: the list of what they show, and from what each was drawn."""

import argparse
import json
import subprocess
import sys

import pytest

from figures import stamps
from figures.picture import Picture
from figures.stamps import Stamp


def written(folder, name):
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.svg"
    path.write_text("<svg/>")
    return [path]


@pytest.fixture
def drawn(tmp_path):
    folder = tmp_path / "topic"
    stamp = Stamp(folder)
    for name in ("one", "two"):
        stamp.wrote(name, f"key of {name}", written(folder, name))
    stamps.write_manifest(folder, "topic", [Picture("one", "One", ("a-claim",), (), ())])
    stamp.whole("", ["one", "two"])
    stamp.judged(["one", "two"], "these sources", 1, "")
    return folder


def test_the_manifest_says_what_is_shown(drawn):
    listed = json.loads((drawn / "manifest.json").read_text(encoding="utf-8"))
    assert listed == [{"topic": "topic", "name": "one", "title": "One", "claims": ["a-claim"]}]


def test_what_is_up_to_date_keeps_its_exit_code_wherever_the_folder_is(drawn):
    moved = drawn.rename(drawn.with_name("moved"))
    assert Stamp(moved).answer([], "", "these sources") == (2, 1)
    assert Stamp(moved).answer(["one"], "", "these sources") == (1, 1)
    assert Stamp(moved).answer([], "", "other sources") is None
    assert Stamp(moved).answer([], "-a", "these sources") is None
    assert Stamp(moved).answer(["three"], "", "these sources") is None


def test_a_damaged_file_a_lost_manifest_or_a_damaged_stamp_is_noticed(drawn):
    assert Stamp(drawn).fresh("one", "key of one")
    assert not Stamp(drawn).fresh("one", "another key")
    (drawn / "manifest.json").rename(drawn / "kept.json")
    assert Stamp(drawn).answer([], "", "these sources") is None
    (drawn / "kept.json").rename(drawn / "manifest.json")
    (drawn / "one.svg").write_text("<svg>")
    assert not Stamp(drawn).fresh("one", "key of one")
    assert Stamp(drawn).answer([], "", "these sources") is None
    assert Stamp(drawn).answer(["two"], "", "these sources") == (1, 1)
    (drawn / ".stamp.json").write_text('{"pictures": 3')
    assert Stamp(drawn).answer(["two"], "", "these sources") is None


def test_the_options_of_the_run_are_part_of_what_is_asked_first():
    options = {"tier": "quick", "seed": 0, "backend": "numpy", "store": "results"}
    first, second = (
        stamps.quick_keys(argparse.Namespace(**options | {"seed": seed}))("double_descent") for seed in (0, 1)
    )
    assert first != second


def test_whether_anything_has_changed_is_asked_without_numpy():
    code = "import sys, figures.draw, overparam.cli; print(*{'numpy', 'pandas', 'matplotlib'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
