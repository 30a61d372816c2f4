"""verify: plan, run the pilots, run the rest, judge, and return one tidy table."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np

from claims import Claim
from claims.agreement import Limit, Rate
from lab.judge.intervals import trials_needed
from lab.judge.verdicts import SINGLE, UNDECIDED, Finding, judge_limit, judge_rate
from lab.plan import Row, final_trials, level_of, needs, pilot_trials, rows
from lab.run import schedule
from lab.run.backends import resolve
from lab.run.naming import column
from lab.run.simulation import Simulation
from lab.run.store import Store, versions

if TYPE_CHECKING:
    import pandas as pd

Warn = Callable[[str], None]
Blocks = dict[int, tuple[dict[str, np.ndarray], float]]


def verify(
    claims: Iterable[Claim],
    tier: str = "quick",
    seed: int = 0,
    backend: str = "auto",
    jobs: int | None = None,
    store: str | Path | None = None,
    *,
    scheduler: str | None = None,
    fresh: bool = False,
    progress: TextIO | None = None,
    warn: Warn = lambda _: None,
) -> pd.DataFrame:
    """Judge claims and return one row per cell, quantity and decoy.

    Parameters: `tier` "quick" or "full"; `seed` an integer >= 0; `backend` "auto", "numpy" or "cupy"; `jobs` the number
    of processes (None: all cores; 1: this process); `store` a folder for finished blocks (None keeps nothing);
    `scheduler` the address of a Dask scheduler; `fresh` recomputes what is stored; `progress` a stream for a line of
    progress; `warn` is called with a sentence for whatever was set aside or recomputed.

    Returns a DataFrame with the columns topic, claim, quantity, cell, kind, decoy, theory, mean, se, trials, scale,
    low, high, allowance, resolution, smallest_error, tightness, verdict and more (see `lab.judge.Finding`).

    Raises ValueError for a bad argument, BackendError, StoreError or SchedulerError if the machine cannot do it.

    >>> from claims import load_claims
    >>> table = verify(load_claims("double_descent")[:1], jobs=1)
    >>> set(table[table.decoy.isna()].verdict)
    {'agrees'}
    """
    import pandas as pd

    chosen = tuple(claims)
    if tier not in ("quick", "full"):
        raise ValueError(f"tier = {tier!r}: must be 'quick' or 'full'")
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed = {seed!r}: must be an integer >= 0")
    if jobs is not None and (isinstance(jobs, bool) or not isinstance(jobs, int) or jobs < 1):
        raise ValueError(f"jobs = {jobs!r}: must be an integer >= 1, or None for all cores")
    engine = resolve(backend)
    planned = rows(chosen, tier, engine, int(seed))
    keeper = Store(store, warn)
    try:
        runner = _Runner(keeper, jobs, scheduler, progress, warn, fresh)
        level = level_of(planned)
        runner.require(needs(planned, lambda row: [pilot_trials(row, level)]), "pilot")
        pilots = {key: runner.data(key) for key in runner.blocks}
        # A decoy is judged on the claim's data; only one that simulates something else has trials of its own to plan.
        own = [row for row in planned if row.decoy is None or row.decoy.simulate is not None]
        runner.require(needs(own, lambda row: _final(row, pilots, level, tier)), "simulating")
        table = [_line(row, runner, level, tier, engine, int(seed)) for row in planned]
        for claim in chosen:
            keeper.save_verdict(claim.slug, tier, int(seed), engine, [r for r in table if r["claim"] == claim.slug])
    finally:
        keeper.close()
    return pd.DataFrame(table)


def _final(row: Row, pilots: dict[str, dict[str, np.ndarray]], level: float, tier: str) -> list[int]:
    return final_trials(row, [pilots[s.key] for s in row.simulations], level, tier)


class _Runner:
    """The blocks of all simulations, in memory, loaded from the store or run."""

    def __init__(
        self, store: Store, jobs: int | None, scheduler: str | None, progress: TextIO | None, warn: Warn, fresh: bool
    ) -> None:
        self._store, self._jobs, self._scheduler, self._progress = store, jobs, scheduler, progress
        self._warn, self._fresh = warn, fresh
        self.blocks: dict[str, Blocks] = {}
        self._joined: dict[tuple[str, int], dict[str, np.ndarray]] = {}
        self.trials: dict[str, int] = {}
        self._stale: dict[str, None] = {}

    def require(self, wanted: dict[str, tuple[Simulation, int]], what: str) -> None:
        """Have at least so many trials of each simulation."""
        tasks = []
        for key, (simulation, trials) in wanted.items():
            if key not in self.blocks:
                self.blocks[key] = self._stored(simulation)
            self.trials[key] = simulation.blocks(trials)
            tasks += [(simulation, b) for b in range(self.trials[key]) if b not in self.blocks[key]]
        self._explain()
        schedule.run(tasks, self._jobs, self._finish, what=what, scheduler=self._scheduler, progress=self._progress)

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

    def _finish(self, simulation: Simulation, block: int, data: dict[str, np.ndarray], seconds: float) -> None:
        self._store.save(simulation, block, data, seconds)
        self.blocks[simulation.key][block] = data, seconds

    def data(self, key: str) -> dict[str, np.ndarray]:
        """The trials that the plan asked for, in the order of their blocks (more may be stored)."""
        count = self.trials[key]
        if (key, count) not in self._joined:
            chosen = [self.blocks[key][block][0] for block in range(count)]
            self._joined[key, count] = {name: np.concatenate([b[name] for b in chosen]) for name in chosen[0]}
        return self._joined[key, count]

    def seconds(self, key: str) -> float:
        return sum(self.blocks[key][block][1] for block in range(self.trials[key]))


def _line(row: Row, runner: _Runner, level: float, tier: str, backend: str, seed: int) -> dict[str, Any]:
    claim, kind = row.claim, row.claim.kind
    tail = claim.tail(row.quantity)
    xs = [column(runner.data(s.key), row.quantity, claim.slug) for s in row.simulations]
    if isinstance(kind, Limit):
        finding = judge_limit(kind, xs, list(row.theories), tail, list(row.family.cells), level)
    elif isinstance(kind, Rate):
        finding = judge_rate(kind, xs, float(row.theories[-1]), tail, list(row.family.cells), level)
    else:
        finding = SINGLE[type(kind)](kind, xs[0], row.theories[0], tail, row.family.cells[0], level)
    return {
        "topic": claim.topic,
        "claim": claim.slug,
        "quantity": row.quantity,
        "cell": row.family.label,
        "kind": type(kind).__name__,
        "decoy": row.decoy.name if row.decoy else None,
        **vars(finding),
        "trials_needed": _more(row, finding, xs, level),
        "level": level,
        "tier": tier,
        "seed": seed,
        "backend": backend,
        "versions": versions(),
        "cpu_seconds": sum(runner.seconds(s.key) for s in row.simulations),
        "date": time.strftime("%Y-%m-%d"),
    }


def _more(row: Row, finding: Finding, xs: list[np.ndarray], level: float) -> float:
    """For an undecided row: the trials that would do, as far as the run itself can tell."""
    if finding.verdict != UNDECIDED or row.decoy is not None or any(not np.isfinite(x).all() for x in xs):
        return math.nan
    half = 0.5 * (finding.high - finding.low)
    if isinstance(row.claim.kind, Limit | Rate):
        return math.ceil(finding.trials * (half / finding.resolution) ** 2)
    target = finding.resolution * finding.scale
    return trials_needed(xs[0], row.claim.tail(row.quantity), target, level, 2**40)
