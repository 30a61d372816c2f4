"""The store in hard times: killed again and again, read-only, full, and under a clock that goes backwards."""

from __future__ import annotations

import dataclasses
import itertools
import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab import verify
from lab.run.store import Store, StoreError
from tests.lab.synthetic import LAW, MEAN, SLOW, predict_mean_wrong
from tests.lab.test_verify import same

ROOT = Path(__file__).parents[2]
NOBODY = 65534
DRIVER = """
import sys, claims
from tests.lab import synthetic
claims.topics = lambda: ("synthetic",)
claims.load_claims = lambda topic=None: (synthetic.MEAN, synthetic.SLOW)
from overparam import cli
sys.exit(cli.main(sys.argv[1:]))
"""


def start(*arguments: str, **options: object) -> subprocess.Popen[str]:
    """The command line with the synthetic claims, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER, *arguments], env=os.environ | {"PYTHONPATH": str(ROOT)}, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options,
    )  # type: ignore[call-overload, no-any-return]  # fmt: skip


def blocks(store: Path) -> int:
    if not (store / "store.sqlite").exists():
        return 0
    database = sqlite3.connect(store / "store.sqlite", timeout=60)
    found = database.execute("SELECT count(*) FROM sqlite_master WHERE name = 'block'").fetchone()[0]
    count = database.execute("SELECT count(*) FROM block").fetchone()[0] if found else 0
    database.close()
    return int(count)


@pytest.mark.slow
def test_kill_nine_at_thirty_random_moments(tmp_path: Path) -> None:
    rng, expected = random.Random(8), verify([SLOW], jobs=1)
    store, kept, resumed = tmp_path / "0", 0, 0
    for moment in range(30):
        run = start("verify", SLOW.slug, "--jobs", "2", "--store", str(store))
        # A third of the moments lie in the start-up, the others after the run's first block.
        while moment % 3 and run.poll() is None and blocks(store) == kept:
            time.sleep(0.02)
        try:
            run.wait(timeout=rng.uniform(0.0, 2.0))
        except subprocess.TimeoutExpired:
            os.killpg(run.pid, signal.SIGKILL)
        run.communicate()
        found = blocks(store)
        assert found >= kept, "a finished block was lost"
        resumed += found > kept > 0
        kept = found
        if run.returncode == 0 or moment % 6 == 5:
            same(verify([SLOW], jobs=1, store=store), expected)
            store, kept = tmp_path / str(moment + 1), 0
    assert resumed > 0, "no run went on from where another was killed"


@pytest.fixture
def locked(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A folder that may be read but not written; a root user becomes nobody for it."""
    verify([MEAN], jobs=1)  # everything is imported before rights are given up
    folder = Path(tempfile.mkdtemp(prefix="overparam-locked-"))
    if request.param == "finished":
        verify([MEAN], jobs=1, store=folder)
    folder.chmod(0o555)
    for file in folder.iterdir():
        file.chmod(0o444)
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)
        shutil.rmtree(folder)


@pytest.mark.parametrize("locked", ["empty", "finished"], indirect=True)
def test_a_read_only_folder_is_a_clear_error(locked: Path) -> None:
    before = sorted(file.name for file in locked.iterdir())
    with pytest.raises(StoreError, match=r"store\.sqlite cannot be (opened|written).*--store"):
        verify([LAW], jobs=1, store=locked)
    with pytest.raises(StoreError, match="cannot be made"):
        verify([LAW], jobs=1, store=locked / "below")
    assert sorted(file.name for file in locked.iterdir()) == before


def small_files() -> None:
    """No file may grow beyond 300 kB: what a full disk looks like to those who write."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))


def test_a_full_disk_on_the_command_line(tmp_path: Path) -> None:
    run = start("verify", MEAN.slug, "--jobs", "1", "--store", str(tmp_path), preexec_fn=small_files)
    out, err = run.communicate(timeout=120)
    assert (run.returncode, out) == (2, "")
    assert re.fullmatch(r"overparam: the store [^\n]+ cannot be written: [^\n]+ finished blocks are kept[^\n]+\n", err)
    assert blocks(tmp_path) > 0
    same(verify([MEAN], jobs=1, store=tmp_path), verify([MEAN], jobs=1))


def test_a_clock_that_goes_backwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = verify([MEAN], jobs=1)
    down = itertools.count(2_000_000_000, -86_400)
    monkeypatch.setattr(time, "time", lambda: float(next(down)))
    same(verify([MEAN], jobs=1, store=tmp_path), expected)
    monkeypatch.setattr(time, "monotonic", lambda: float(next(down)))
    wrong = dataclasses.replace(MEAN, predict=predict_mean_wrong)
    verify([wrong], jobs=1, store=tmp_path)
    store = Store(tmp_path)
    last = store.last_verdict(MEAN.slug)
    store.close()
    assert last is not None
    assert "disagrees" in {row["verdict"] for row in last["rows"] if row["decoy"] is None}


def test_an_export_never_replaces_a_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    run = start("verify", MEAN.slug, "--jobs", "1", "--store", str(tmp_path), "--json", str(pipe))
    _, err = run.communicate(timeout=120)
    assert run.returncode == 2
    assert str(pipe) in err
    assert pipe.is_fifo()
