"""Runs on a real Dask cluster of local processes: the same bits, and what happens when parts of it die."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

pytest.importorskip("distributed")

from claims import Claim
from lab import verify
from lab.run.schedule import SchedulerError
from tests.lab.cluster import LOOPBACK, ROOT, Cluster
from tests.lab.synthetic import ALL, LAW, SLOW
from tests.lab.test_verify import same


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    (tmp_path / "dask").mkdir()
    with Cluster(tmp_path / "dask") as running:
        yield running


def blocks(store: Path) -> int:
    """How many blocks a store holds; 0 while it does not exist."""
    try:
        database = sqlite3.connect(f"file:{store / 'store.sqlite'}?mode=ro", uri=True)
    except sqlite3.OperationalError:
        return 0
    try:
        return int(database.execute("SELECT count(*) FROM block").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        database.close()


def when(store: Path, count: int, action: object, *arguments: object) -> threading.Thread:
    """Do something as soon as the store holds so many blocks."""

    def watch() -> None:
        deadline = time.monotonic() + 60
        while blocks(store) < count and time.monotonic() < deadline:
            time.sleep(0.02)
        action(*arguments)  # type: ignore[operator]

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


@pytest.fixture(scope="module")
def slow_table() -> pd.DataFrame:
    return verify([SLOW], jobs=1)


@pytest.mark.parametrize("chosen", [(LAW,), pytest.param(ALL, marks=pytest.mark.slow)], ids=["one", "all"])
def test_a_cluster_gives_the_table_of_one_process_to_the_last_bit(cluster: Cluster, chosen: tuple[Claim, ...]) -> None:
    same(verify(chosen, jobs=1), verify(chosen, scheduler=cluster.address))


@pytest.mark.slow
def test_a_worker_killed_in_mid_run_costs_only_its_blocks(
    cluster: Cluster, slow_table: pd.DataFrame, tmp_path: Path
) -> None:
    killer = when(tmp_path, 20, cluster.kill, cluster.workers[0])
    table = verify([SLOW], scheduler=cluster.address, store=tmp_path)
    killer.join()
    assert cluster.workers[0].poll() is not None
    same(table, slow_table)


@pytest.mark.slow
def test_all_workers_killed_and_a_new_one_started(cluster: Cluster, slow_table: pd.DataFrame, tmp_path: Path) -> None:
    def replace() -> None:
        for worker in list(cluster.workers):
            cluster.kill(worker)
        cluster.workers.append(cluster.add_worker())

    changer = when(tmp_path, 20, replace)
    table = verify([SLOW], scheduler=cluster.address, store=tmp_path)
    changer.join()
    same(table, slow_table)


@pytest.mark.slow
def test_the_scheduler_killed_in_mid_run_and_the_run_resumed(
    cluster: Cluster, slow_table: pd.DataFrame, tmp_path: Path
) -> None:
    killer = when(tmp_path, 20, cluster.kill, cluster.scheduler)
    with pytest.raises(SchedulerError, match=r"(?s)lost in the middle of the run.*are kept in the store"):
        verify([SLOW], scheduler=cluster.address, store=tmp_path)
    killer.join()
    kept = blocks(tmp_path)
    assert kept >= 20
    (tmp_path / "second").mkdir()
    with Cluster(tmp_path / "second") as other:
        same(verify([SLOW], scheduler=other.address, store=tmp_path), slow_table)
    assert blocks(tmp_path) > kept


COMMAND = """
import sys, claims
from tests.lab import synthetic
claims.topics = lambda: ("synthetic",)
claims.load_claims = lambda topic=None: (synthetic.SLOW,)
from overparam import cli
sys.exit(cli.main(sys.argv[1:]))
"""


@pytest.mark.slow
def test_a_lost_scheduler_is_one_paragraph_on_the_command_line(
    cluster: Cluster, slow_table: pd.DataFrame, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", COMMAND, "verify", "--scheduler", cluster.address, "--store", str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    killer = when(tmp_path, 20, cluster.kill, cluster.scheduler)
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    killer.join()
    assert done.returncode == 2
    assert not done.stdout
    assert re.fullmatch(r"overparam: the Dask cluster at [^\n]+ was lost [^\n]+\n", done.stderr), done.stderr
    same(verify([SLOW], jobs=1, store=tmp_path), slow_table)


def test_nothing_listens_beyond_the_loopback_interface(cluster: Cluster) -> None:
    assert cluster.address.startswith(f"tcp://{LOOPBACK}:")
    # /proc/net/tcp: local address in hexadecimal, 0A is LISTEN; the inodes of our processes' sockets.
    inodes = set()
    for process in (cluster.scheduler, *cluster.workers):
        for link in Path(f"/proc/{process.pid}/fd").iterdir():
            inodes.add(os.readlink(link))
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = [line[1] for line in lines if line[3] == "0A" and f"socket:[{line[9]}]" in inodes]
    assert listening
    assert all(address.startswith("0100007F") for address in listening)
