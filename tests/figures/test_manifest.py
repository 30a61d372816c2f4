"""What `python -m figures` leaves beside the pictures: the list of what they show, and the stamp."""

import json

import matplotlib.pyplot as plt

from figures import draw as command
from figures.files import save
from figures.results import Picture


def test_manifest_and_stamp(tmp_path):
    picture = Picture("risk", "The risk", ("a-claim", "another"), lambda results: plt.figure())
    listed = command._list(tmp_path / "topic", "topic", [picture])
    assert json.loads(listed.read_text(encoding="utf-8")) == [
        {"topic": "topic", "name": "risk", "title": "The risk", "claims": ["a-claim", "another"]}
    ]
    written = [*save(picture.draw(None), tmp_path / "topic", "risk"), listed]
    files = {str(path.relative_to(tmp_path)): path.stat().st_size for path in written}
    stamp = tmp_path / ".all.json"
    stamp.write_text(json.dumps({"key": "k", "files": files}), encoding="utf-8")
    assert command._up_to_date(stamp, "k") == 3
    assert command._up_to_date(stamp, "other") == 0
    moved = tmp_path.rename(tmp_path.with_name("moved"))  # the folder may move: its stamp speaks of what lies beside it
    assert command._up_to_date(moved / ".all.json", "k") == 3
    (moved / "topic" / "manifest.json").unlink()
    assert command._up_to_date(moved / ".all.json", "k") == 0
