"""The store: durable, and never silently wrong."""

import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lab import verify
from lab.run.simulation import Simulation
from lab.run.store import Store, StoreError
from tests.lab.synthetic import MEAN, PAUSE, SLOW, simulate_mean
from tests.lab.test_verify import same

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def table():
    return verify([MEAN], jobs=1)


def judged(folder):
    said = []
    return verify([MEAN], jobs=1, store=folder, warn=said.append), said


def test_a_file_that_is_no_database_is_named_and_set_aside(tmp_path, table):
    (tmp_path / "store.sqlite").write_bytes(b"not a database at all" * 200)
    found, said = judged(tmp_path)
    same(table, found)
    assert any("set aside as store.sqlite.damaged-1" in line for line in said)
    assert (tmp_path / "store.sqlite.damaged-1").read_bytes().startswith(b"not a database")


def test_a_foreign_database_is_set_aside(tmp_path, table):
    database = sqlite3.connect(tmp_path / "store.sqlite")
    database.execute("CREATE TABLE block (something TEXT)")
    database.commit()
    database.close()
    found, said = judged(tmp_path)
    same(table, found)
    assert any("not a store of overparam" in line for line in said)


def test_a_store_of_a_newer_version_is_set_aside(tmp_path, table):
    judged(tmp_path)
    database = sqlite3.connect(tmp_path / "store.sqlite")
    database.execute("PRAGMA user_version = 99")
    database.close()
    found, said = judged(tmp_path)
    same(table, found)
    assert any("format is 99" in line for line in said)


def test_a_store_of_the_first_format_is_named_and_set_aside(tmp_path, table):
    judged(tmp_path)
    database = sqlite3.connect(tmp_path / "store.sqlite")
    database.execute("PRAGMA user_version = 1")
    database.close()
    found, said = judged(tmp_path)
    same(table, found)
    assert any("format is 1" in line and "set aside as store.sqlite.damaged-1" in line for line in said)


def test_a_file_is_checked_once_a_process_and_again_when_it_has_changed(tmp_path, monkeypatch):
    checks = []

    class Spy(sqlite3.Connection):
        def execute(self, statement, *values):
            checks.extend(["check"] if "quick_check" in statement else [])
            return super().execute(statement, *values)

    judged(tmp_path)
    plain = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **kwargs: plain(*args, factory=Spy, **kwargs))
    for _ in range(3):
        Store(tmp_path).close()
    assert checks == []
    database = plain(tmp_path / "store.sqlite")
    database.execute("DELETE FROM verdict")
    database.commit()
    database.close()
    for _ in range(3):
        Store(tmp_path).close()
    assert checks == ["check"]


def test_a_block_whose_header_lies_is_dropped(tmp_path, table):
    judged(tmp_path)
    value = b'{"mean": [1000000000000]}\n'
    database = sqlite3.connect(tmp_path / "store.sqlite")
    digest = hashlib.sha256(value).hexdigest()
    database.execute("UPDATE block SET value = ?, digest = ? WHERE block = 1", (value, digest))
    database.commit()
    database.close()
    found, said = judged(tmp_path)
    same(table, found)
    assert any("block 1" in line and "recomputed" in line for line in said)


def test_a_truncated_store_is_set_aside(tmp_path, table):
    judged(tmp_path)
    path = tmp_path / "store.sqlite"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    found, said = judged(tmp_path)
    same(table, found)
    assert said


@pytest.mark.parametrize("change", ["value = zeroblob(100)", "digest = 'x'", "value = 'text'", "value = NULL"])
def test_a_damaged_row_is_named_and_recomputed(tmp_path, table, change):
    judged(tmp_path)
    database = sqlite3.connect(tmp_path / "store.sqlite")
    database.execute(f"UPDATE block SET {change} WHERE block = 1")
    database.commit()
    database.close()
    found, said = judged(tmp_path)
    same(table, found)
    assert any("block 1" in line and "recomputed" in line for line in said)
    assert not judged(tmp_path)[1]


def test_a_folder_that_cannot_be_made_is_an_error_with_advice(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="--store"):
        Store(tmp_path / "file" / "folder")


def test_a_full_disk_is_a_clear_error_and_keeps_finished_blocks(tmp_path, table, monkeypatch):
    connect = Store._connect

    def small(self):
        database = connect(self)
        database.execute("PRAGMA max_page_count = 24")
        return database

    with monkeypatch.context() as patch:
        patch.setattr(Store, "_connect", small)
        with pytest.raises(StoreError, match=r"finished blocks are kept"):
            judged(tmp_path)
    database = sqlite3.connect(tmp_path / "store.sqlite")
    assert database.execute("SELECT count(*) FROM block").fetchone()[0] > 0
    database.close()
    same(table, judged(tmp_path)[0])


def test_changed_code_is_recomputed_and_the_user_is_told(tmp_path):
    judged(tmp_path)
    database = sqlite3.connect(tmp_path / "store.sqlite")
    database.execute("UPDATE block SET key = 'old' || key, code = 'old'")
    database.commit()
    database.close()
    _, said = judged(tmp_path)
    assert any("code has changed since: 1 simulations" in line for line in said)


def test_a_block_is_read_back_to_the_last_bit(tmp_path):
    simulation = Simulation(simulate_mean, {"n": 5}, "numpy", 3)
    data, seconds = simulation.run(2)
    store = Store(tmp_path)
    store.save(simulation, 2, data, seconds)
    store.close()
    store = Store(tmp_path)
    again, _ = store.load(simulation)[2]
    store.close()
    assert all((again[name] == data[name]).all() for name in data)


RUN = "from lab import verify; from tests.lab.synthetic import SLOW; verify([SLOW], jobs={}, store={!r})"


@pytest.mark.parametrize("wait", [1.5, 3.0])
def test_kill_nine_at_any_moment_loses_only_the_blocks_in_flight(tmp_path, wait, monkeypatch):
    command = [sys.executable, "-c", RUN.format(2, str(tmp_path))]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    time.sleep(wait)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    monkeypatch.setenv(PAUSE, "0")
    resumed = verify([SLOW], jobs=1, store=tmp_path)
    shutil.rmtree(tmp_path)
    same(resumed, verify([SLOW], jobs=2))


def test_two_runs_on_one_store_at_once(tmp_path, monkeypatch):
    environment = os.environ | {"PYTHONPATH": str(ROOT), PAUSE: "0.02"}
    command = [sys.executable, "-c", RUN.format(1, str(tmp_path))]
    runs = [subprocess.Popen(command, cwd=ROOT, env=environment) for _ in range(2)]
    assert [run.wait(timeout=120) for run in runs] == [0, 0]
    monkeypatch.setenv(PAUSE, "0")
    same(verify([SLOW], jobs=1, store=tmp_path), verify([SLOW], jobs=1))
