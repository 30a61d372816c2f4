"""A Dask cluster in processes of its own on the loopback interface: for tests that kill parts of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).parents[2]
LOOPBACK = "127.0.0.1"


class Cluster:
    """One scheduler and single-threaded workers, each a process; leaving the context kills what is left."""

    def __init__(self, folder: Path, workers: int = 2) -> None:
        self._file, self._log = folder / "scheduler.json", (folder / "cluster.log").open("wb")
        self._file.unlink(missing_ok=True)
        files = ("--scheduler-file", str(self._file), "--dashboard-address", f"{LOOPBACK}:0")
        self.scheduler = self._start("dask_scheduler", "--port", "0", *files)
        self.address = self._wait()
        self.workers = [self.add_worker() for _ in range(workers)]

    def add_worker(self) -> subprocess.Popen[bytes]:
        """Start one more worker."""
        folder = ("--local-directory", str(self._file.parent))
        return self._start("dask_worker", self.address, "--nthreads", "1", "--no-nanny", "--memory-limit", "0", *folder)

    def _start(self, module: str, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{module}", *options, "--host", LOOPBACK, "--no-dashboard"]
        environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        return subprocess.Popen(command, cwd=self._file.parent, env=environment, stdout=self._log, stderr=self._log)

    def _wait(self) -> str:
        for _ in range(300):
            if self._file.exists() and (text := self._file.read_text()).strip().endswith("}"):
                return str(json.loads(text)["address"])
            time.sleep(0.1)
        raise TimeoutError("the scheduler did not start")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill -9."""
        process.send_signal(signal.SIGKILL)
        process.wait()

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        for process in (*self.workers, self.scheduler):
            if process.poll() is None:
                self.kill(process)
        self._log.close()
