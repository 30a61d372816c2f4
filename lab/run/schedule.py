"""Running blocks: in this process, on all cores, or on an existing cluster; with progress, surviving dead workers."""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from typing import Any, NamedTuple, TextIO

import joblib
import numpy as np
from joblib.externals.loky.process_executor import TerminatedWorkerError

from lab.errors import Foreseeable
from lab.run.own import by_value, where
from lab.run.simulation import Simulation

Task = tuple[Simulation, int]


class Failure(NamedTuple):
    """What a block raised, where a result should be: one line."""

    text: str


Finished = tuple[Simulation, int, dict[str, np.ndarray] | Failure, float]


class SchedulerError(Foreseeable):
    """The cluster's scheduler cannot be used; the message says what to do."""


class Progress:
    """A line on a terminal (a line every ten seconds elsewhere): blocks done, seconds left."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self._start = self._last = time.monotonic()

    def show(self, what: str, done: int, total: int, share: float | None = None) -> None:
        """Report that `done` of `total` blocks are finished, a `share` of the work if it is known."""
        if self._stream is None:
            return
        now = time.monotonic()
        terminal = self._stream.isatty()
        if now - self._last < (0.1 if terminal else 10.0) and done < total:
            return
        if not terminal and done == total and now - self._start < 10.0:
            return
        self._last = now
        share = done / total if share is None else share
        left = (now - self._start) * (1 - share) / max(share, 1e-9)
        line = f"{what}: {done}/{total} blocks, {left:.0f} s left"
        self._stream.write(f"\r{line:<60}" if terminal else line + "\n")
        if terminal and done == total:
            self._stream.write("\r" + " " * 60 + "\r")
        self._stream.flush()


def _run(task: Task) -> Finished:
    simulation, block = task
    try:
        return simulation, block, *simulation.run(block)
    except Exception as error:  # whatever a kernel raises is its claim's trouble, not the run's
        return simulation, block, Failure(where(error)), 0.0


def run(
    tasks: list[Task],
    jobs: int | None,
    finish: Callable[..., None],
    *,
    what: str = "simulating",
    scheduler: str | None = None,
    progress: TextIO | None = None,
    seconds: Callable[[Simulation], float | None] = lambda _: None,
) -> None:
    """Run the tasks and call `finish(simulation, block, data, seconds)` here for each, in the order they end.

    `seconds` estimates a block of a simulation: the longest go first, and the time left is counted in them. A dead
    worker costs the blocks in flight: what is missing is planned again, until three rounds bring nothing.
    """
    line = Progress(progress)
    costs = {simulation.key: seconds(simulation) for simulation, _ in tasks}
    known = [cost for cost in costs.values() if cost is not None]
    usual = sum(known) / len(known) if known else 1.0
    weights = {key: usual if cost is None else max(cost, 1e-4) for key, cost in costs.items()}
    tasks = sorted(tasks, key=lambda task: -weights[task[0].key])
    waiting = {(simulation.key, block): (simulation, block) for simulation, block in tasks}
    total, idle, work, done = len(waiting), 0, sum(weights[simulation.key] for simulation, _ in tasks), 0.0
    while waiting:
        before = len(waiting)
        try:
            for simulation, block, data, took in _engine(list(waiting.values()), jobs, scheduler):
                finish(simulation, block, data, took)
                del waiting[simulation.key, block]
                done += weights[simulation.key]
                line.show(what, total - len(waiting), total, done / work)
        except TerminatedWorkerError:
            idle = idle + 1 if len(waiting) == before else 0
            if idle == 3:
                raise
            if progress is not None:
                print(f"a worker died; {len(waiting)} blocks are planned again", file=progress)


def local_pool(jobs: int | None, backend: str) -> dict[str, Any]:
    """Options of joblib.Parallel for this machine's processes: as many as asked for or as cores, one on a GPU."""
    workers = 1 if backend == "cupy" else jobs or os.cpu_count() or 1
    return {"n_jobs": workers} if workers == 1 else {"n_jobs": workers, "idle_worker_timeout": 30}


def _engine(tasks: list[Task], jobs: int | None, scheduler: str | None) -> Iterator[Finished]:
    options = {} if scheduler else local_pool(jobs, tasks[0][0].backend)
    if scheduler is None and (options["n_jobs"] == 1 or len(tasks) == 1):
        yield from map(_run, tasks)
        return
    with _cluster(scheduler):
        by_value()
        # An idle worker leaves; one that is needed again is started again, and that is no news for a user.
        warnings.filterwarnings("ignore", message="A worker stopped while some jobs", category=UserWarning)
        parallel = joblib.Parallel(return_as="generator_unordered", **options)
        yield from parallel(joblib.delayed(_run)(task) for task in tasks)


@contextlib.contextmanager
def _cluster(address: str | None) -> Iterator[None]:
    if address is None:
        yield
        return
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        raise SchedulerError("--scheduler needs Dask: pip install 'overparam[cluster]'") from None
    # Dask logs each failed attempt to reconnect with its traceback; the one error below says it all.
    for part in ("client", "core", "utils"):
        logging.getLogger(f"distributed.{part}").setLevel(logging.CRITICAL + 1)
    try:
        client = distributed.Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise SchedulerError(f"no Dask scheduler answers at {address}: {error}; is it running there?") from None
    try:
        with client, joblib.parallel_config(backend="dask"):
            yield
    except (CancelledError, OSError, distributed.KilledWorker) as error:
        raise SchedulerError(
            f"the Dask cluster at {address} was lost in the middle of the run ({error}). Finished blocks are kept in "
            "the store: start the cluster again, then run the same command with its address"
        ) from None


def stderr() -> TextIO:
    """Where progress goes."""
    return sys.stderr
