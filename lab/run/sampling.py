"""Per-trial arrays of declared simulations, run with the suite's random streams, schedule and store: for figures."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from pathlib import Path
from typing import Any, NamedTuple, TextIO

import numpy as np

from lab.run.backends import resolve
from lab.run.naming import cell_key
from lab.run.runner import Runner, Warn
from lab.run.simulation import Simulation
from lab.run.store import Store

Sample = dict[str, np.ndarray]


class Need(NamedTuple):
    """At least that many trials of a simulation at a cell."""

    function: Callable[..., Any]
    cell: dict[str, Any]
    trials: int


def simulations(needs: Iterable[Need], backend: str, seed: int) -> list[Simulation]:
    """The simulation of each need; its `key` says which blocks answer it."""
    engine = resolve(backend)
    return [Simulation(need.function, dict(need.cell), engine, seed) for need in needs]


def collect(
    needs: Iterable[Need],
    backend: str = "auto",
    seed: int = 0,
    store: str | Path | None = None,
    jobs: int | None = None,
    scheduler: str | None = None,
    progress: TextIO | None = None,
    *,
    warn: Warn = lambda _: None,
    again: Collection[str] = (),
) -> list[Sample]:
    """Have the trials of every need, in their order: named arrays of exactly `trials` rows.

    Blocks are those of the claims, stored or run here, all at once on the processes that `jobs` or `scheduler` give;
    whoever shares a simulation and a cell shares them. `again` holds the keys of simulations to run anew.

    Raises RuntimeError if a simulation raises; BackendError, StoreError or SchedulerError if the machine cannot do it.

    >>> from claims import load_claims
    >>> claim = load_claims("double_descent")[0]
    >>> need = Need(claim.simulate, dict(claim.grid.quick[0]), 100)
    >>> collect([need], jobs=1)[0]["bias"].shape
    (100,)
    """
    wanted = list(needs)
    runs = simulations(wanted, backend, seed)
    most: dict[str, tuple[Simulation, int]] = {}
    for run, need in zip(runs, wanted, strict=True):
        most[run.key] = run, max(need.trials, most.get(run.key, (run, 0))[1])
    keeper = Store(store, warn)
    try:
        for key, (run, _) in most.items():
            if key in again:
                keeper.forget(run)
        runner = Runner(keeper, jobs, scheduler, progress, warn, fresh=False)
        runner.require(most, "pictures")
        for key, failure in runner.failures.items():
            run = most[key][0]
            raise RuntimeError(f"{run.name} at {cell_key(run.cell)} raised {failure}")
        both = zip(runs, wanted, strict=True)
        return [{k: v[: need.trials] for k, v in runner.data(run, need.trials).items()} for run, need in both]
    finally:
        keeper.close()
