"""The blocks of simulations, from the store or run now; a topic's at a time in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TextIO

import numpy as np

from lab.run import schedule
from lab.run.simulation import Simulation
from lab.run.store import Store

Blocks = dict[int, tuple[dict[str, np.ndarray], float]]
Warn = Callable[[str], None]
Wanted = Mapping[str, tuple[Simulation, int]]


class Runner:
    """Has at least so many trials of each simulation, and gives back the first blocks that a plan asked for."""

    def __init__(
        self, store: Store, jobs: int | None, scheduler: str | None, progress: TextIO | None, warn: Warn, fresh: bool
    ) -> None:
        self._store, self._jobs, self._scheduler, self._progress = store, jobs, scheduler, progress
        self._warn, self._fresh = warn, fresh
        self._blocks: dict[str, Blocks] = {}
        self._stale: dict[str, None] = {}
        self.failures: dict[str, str] = {}
        """Why a simulation gave nothing, by its key."""

    def require(self, wanted: Wanted, what: str) -> None:
        """Have at least so many trials of each simulation; one that raises is noted under `failures`."""
        tasks = []
        for key, (simulation, trials) in wanted.items():
            if key in self.failures:
                continue
            if key not in self._blocks:
                self._blocks[key] = self._stored(simulation)
            tasks += [(simulation, b) for b in range(simulation.blocks(trials)) if b not in self._blocks[key]]
        self._explain()
        schedule.run(
            tasks, self._jobs, self._finish, what=what, scheduler=self._scheduler, progress=self._progress,
            seconds=self._seconds_of_a_block,
        )  # fmt: skip

    def data(self, simulation: Simulation, trials: int) -> dict[str, np.ndarray]:
        """The first blocks that hold so many trials, in their order, whatever else is stored."""
        count = simulation.blocks(trials)
        chosen = [self._blocks[simulation.key][block][0] for block in range(count)]
        return {name: np.concatenate([b[name] for b in chosen]) for name in chosen[0]}

    def seconds(self, simulation: Simulation, trials: int) -> float:
        """CPU seconds that these blocks took."""
        blocks = self._blocks[simulation.key]
        return sum(blocks[block][1] for block in range(simulation.blocks(trials)) if block in blocks)

    def release(self) -> None:
        """Forget all blocks in memory (not in the store)."""
        self._blocks = {}

    def _seconds_of_a_block(self, simulation: Simulation) -> float | None:
        if (declared := simulation.seconds) is not None:
            return declared
        known = [seconds for _, seconds in self._blocks.get(simulation.key, {}).values()]
        return sum(known) / len(known) if known else None

    def _stored(self, simulation: Simulation) -> Blocks:
        if self._fresh:
            self._store.forget(simulation)
            return {}
        found = self._store.load(simulation)
        if not found and self._store.stale(simulation):
            self._stale[simulation.name] = None
        return found

    def _explain(self) -> None:
        """Say why what seems to be stored is run again."""
        if self._stale:
            shown = ", ".join([*self._stale][:3]) + (", ..." if len(self._stale) > 3 else "")
            self._warn(f"run again, as their code has changed since: {len(self._stale)} simulations ({shown})")
            self._stale = {}

    def _finish(
        self, simulation: Simulation, block: int, data: dict[str, np.ndarray] | schedule.Failure, seconds: float
    ) -> None:
        if isinstance(data, schedule.Failure):
            self.failures.setdefault(simulation.key, data.text)
            return
        self._store.save(simulation, block, data, seconds)
        self._blocks[simulation.key][block] = data, seconds
