"""verify: topic by topic plan, run the pilots, run the rest, judge, and return one tidy table."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np

from claims import Claim
from claims.agreement import Bound, Identity, Limit, Observation, Rate
from lab.judge.family import FAMILY
from lab.judge.finding import AGREES, DISAGREES, UNDECIDED, Finding, unknown
from lab.judge.sample import error_of, sample, uncertified, unjudged
from lab.judge.single import SINGLE
from lab.judge.trials import ROW_LEVEL, Need, final_trials, fixed_trials, pilot_trials
from lab.plan import Family, Planner, Row, check_simulated
from lab.run.backends import resolve
from lab.run.naming import json_text
from lab.run.provenance import versions
from lab.run.runner import Runner, Warn
from lab.run.simulation import Simulation
from lab.run.store import Store

if TYPE_CHECKING:
    import pandas as pd

MOST_TRIALS = {"quick": 2**20, "full": 2**24}


def verify(
    claims: Iterable[Claim] | Claim,
    tier: str = "quick",
    seed: int = 0,
    backend: str = "auto",
    jobs: int | None = None,
    store: str | Path | None = None,
    *,
    max_trials: int | None = None,
    scheduler: str | None = None,
    fresh: bool = False,
    progress: TextIO | None = None,
    warn: Warn = lambda _: None,
) -> pd.DataFrame:
    """Judge claims (or one claim) and return one row per cell, quantity and decoy.

    Parameters: `tier` "quick" or "full"; `seed` an integer >= 0; `backend` "auto", "numpy" or "cupy"; `jobs` the number
    of processes (None: all cores; 1: this process); `store` a folder for finished blocks (None keeps nothing);
    `max_trials` the most trials of one simulation (a row that needs more stops after its pilot and says so);
    `scheduler` the address of a Dask scheduler; `fresh` recomputes what is stored; `progress` a stream for a line of
    progress; `warn` is called with a sentence for whatever was set aside or recomputed.

    Returns a DataFrame with the columns topic, claim, quantity, cell, kind, decoy, theory, mean, se, trials, scale,
    low, high, allowance, resolution, smallest_error, tightness, verdict, reason, rejected and more (see
    `lab.judge.finding.Finding`), and a column cell.NAME for every parameter.

    Raises ValueError for a bad argument or a claim that cannot be planned; BackendError, StoreError or SchedulerError
    if the machine cannot do it.

    >>> from claims import load_claims
    >>> table = verify(load_claims("double_descent")[0], jobs=1)
    >>> set(table[table.decoy.isna()].verdict)
    {'agrees'}
    """
    import pandas as pd

    chosen = (claims,) if isinstance(claims, Claim) else tuple(claims)
    lines = [
        line
        for _, rows in verdicts(
            chosen, tier, seed, backend, jobs, store, max_trials=max_trials, scheduler=scheduler, fresh=fresh,
            progress=progress, warn=warn,
        )
        for line in rows
    ]  # fmt: skip
    place = {claim.slug: k for k, claim in enumerate(chosen)}
    return pd.DataFrame(sorted(lines, key=lambda line: place[line["claim"]]))


def verdicts(
    claims: Iterable[Claim],
    tier: str = "quick",
    seed: int = 0,
    backend: str = "auto",
    jobs: int | None = None,
    store: str | Path | None = None,
    *,
    max_trials: int | None = None,
    scheduler: str | None = None,
    fresh: bool = False,
    progress: TextIO | None = None,
    warn: Warn = lambda _: None,
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The rows of `verify`, topic by topic as soon as they are judged: pairs (topic, rows)."""
    chosen = tuple(claims)
    _check(tier, seed, jobs, max_trials)
    engine = resolve(backend)
    most = MOST_TRIALS[tier] if max_trials is None else max_trials
    keeper = Store(store, warn)
    try:
        runner = Runner(keeper, jobs, scheduler, progress, warn, fresh)
        for topic in dict.fromkeys(claim.topic for claim in chosen):
            planner = Planner(tier, engine, int(seed))
            plans = [ClaimPlan(claim, planner.rows(claim), most) for claim in chosen if claim.topic == topic]
            common = {"tier": tier, "seed": int(seed), "backend": engine, "versions": versions()}
            lines = _judge(plans, runner, common)
            for plan in plans:
                own = [line for line in lines if line["claim"] == plan.claim.slug]
                keeper.save_verdict(plan.claim.slug, tier, int(seed), engine, own)
            runner.release()
            yield topic, lines
    finally:
        keeper.close()


def _check(tier: str, seed: int, jobs: int | None, max_trials: int | None) -> None:
    if tier not in ("quick", "full"):
        raise ValueError(f"tier = {tier!r}: must be 'quick' or 'full'")
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed = {seed!r}: must be an integer >= 0")
    for name, value in (("jobs", jobs), ("max_trials", max_trials)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
            raise ValueError(f"{name} = {value!r}: must be an integer >= 1, or None")


def _judge(plans: list[ClaimPlan], runner: Runner, common: dict[str, Any]) -> list[dict[str, Any]]:
    runner.require(_largest(plan.pilots() for plan in plans), "pilot")
    for plan in plans:
        plan.decide(runner)
    runner.require(_largest(plan.finals() for plan in plans), "simulating")
    return [line for plan in plans for line in plan.judged(runner, common)]


def _largest(wanted: Iterable[Mapping[str, tuple[Simulation, int]]]) -> dict[str, tuple[Simulation, int]]:
    """For each simulation the largest number of trials that any claim asks of it."""
    found: dict[str, tuple[Simulation, int]] = {}
    for each in wanted:
        for key, (simulation, trials) in each.items():
            found[key] = simulation, max(trials, found.get(key, (simulation, 0))[1])
    return found


class ClaimPlan:
    """One claim's rows, the trials that they ask of each simulation, and their judgement.

    The trials depend on the claim alone: in whatever company it runs, and whatever is stored, its rows are the same.
    """

    def __init__(self, claim: Claim, rows: list[Row], most: int) -> None:
        self.claim, self.rows = claim, rows
        self._most = most if claim.most is None else min(most, claim.most)
        self._planning = [row for row in rows if _plans(row)]
        self._trials: dict[str, tuple[Simulation, int]] = {}
        self._family: Family | None = None
        self._known: dict[Any, Any] = {}
        self._wanted: dict[str, int] = {}

    def pilots(self) -> dict[str, tuple[Simulation, int]]:
        """The first trials of each simulation, before anything is known."""
        self._trials = _largest(self._first(row) for row in self._planning)
        return self._trials

    def _first(self, row: Row) -> dict[str, tuple[Simulation, int]]:
        wanted = {s.key: (s, min(self._pilot(row), self._most)) for s in row.simulations}
        if isinstance(self.claim.kind, Limit | Rate) and self.claim.kind.trials == 1:
            # A second draw of the smallest size: without randomness it is the same number.
            wanted[row.simulations[0].key] = row.simulations[0], 2
        return wanted

    def _pilot(self, row: Row) -> int:
        return pilot_trials(self.claim.kind, self.claim.tail(row.quantity, row.family.cells[-1]))

    def decide(self, runner: Runner) -> None:
        """Set the trials of each simulation from its pilot."""
        final = dict(self._trials)
        for row in self.rows:
            if row.trouble or any(s.key in runner.failures for s in row.simulations):
                continue
            data = [runner.data(s, self._trials[s.key][1]) for s in row.simulations]
            for each in data:
                check_simulated(row, each)
            if not _plans(row):
                continue
            for simulation, need in zip(row.simulations, self._needs(row, data), strict=True):
                final[simulation.key] = simulation, max(need.trials, final[simulation.key][1])
                self._wanted[simulation.key] = max(need.wanted, self._wanted.get(simulation.key, 0))
        self._trials = final

    def _needs(self, row: Row, data: list[dict[str, np.ndarray]]) -> list[Need]:
        claim, kind = self.claim, self.claim.kind
        if isinstance(kind, Identity):
            return [Need(min(kind.trials, self._most), kind.trials)] * len(data)
        xs = [sample(claim, row.quantity, d, p) for d, p in zip(data, row.predicted, strict=True)]
        sizes = [float(c[kind.size]) for c in row.family.cells] if isinstance(kind, Limit | Rate) else []
        tail, natural = claim.tail(row.quantity, row.family.cells[-1]), claim.scale(row.quantity)
        needs = final_trials(kind, tail, xs, row.theories, sizes, natural, self._most)
        return [Need(min(need.trials, self._most), need.wanted) for need in needs]

    def finals(self) -> dict[str, tuple[Simulation, int]]:
        """The trials that each simulation is judged on."""
        return self._trials

    # --- judging -----------------------------------------------------------------------------------------------------

    def judged(self, runner: Runner, common: dict[str, Any]) -> list[dict[str, Any]]:
        """The lines of the table: own rows, then decoys, family by family."""
        findings = [self._finding(row, runner) for row in self.rows]
        self._family, self._known = None, {}
        rejected = self._rejections(findings)
        return [
            self._line(row, finding, rejected.get(row.decoy.name) if row.decoy else None, runner) | common
            for row, (finding, _) in zip(self.rows, findings, strict=True)
        ]

    def _rejections(self, findings: list[tuple[Finding, bool]]) -> dict[str, bool | None]:
        """For each decoy whether one of its rows disagrees; None where none was judged."""
        found: dict[str, bool | None] = {}
        for row, (finding, was_judged) in zip(self.rows, findings, strict=True):
            if row.decoy is None:
                continue
            before = found.setdefault(row.decoy.name, None)
            if was_judged:
                found[row.decoy.name] = bool(before) or finding.verdict == DISAGREES
        return found

    def _finding(self, row: Row, runner: Runner) -> tuple[Finding, bool]:
        """A row's finding, and whether it was judged at all."""
        trouble = row.trouble or next(
            (f"simulate raised {runner.failures[s.key]}" for s in row.simulations if s.key in runner.failures), ""
        )
        if trouble:
            return unknown(math.nan, 0, math.nan, math.nan, trouble), False
        data = self._data(row, runner)
        foreign = row.decoy is not None and row.decoy.simulate is not None
        for cell, each in zip(row.family.cells, data, strict=True):
            reason = uncertified(self.claim.certificates, each, optional=foreign)
            if reason := reason or unjudged(self.claim, row.quantity, each):
                place = f" at {self._size(cell)}" if len(data) > 1 else ""
                return unknown(_number(row.theories[-1]), 0, math.nan, math.nan, reason + place), False
        return self._explained(row, self._whole(row, data, self._judge(row, data))), True

    def _whole(self, row: Row, data: list[dict[str, np.ndarray]], finding: Finding) -> Finding:
        """A row that was cut short of the trials that its kind fixes in advance does not agree."""
        fixed = fixed_trials(self.claim.kind, self.claim.tail(row.quantity, row.family.cells[-1]))
        run = min(len(next(iter(each.values()))) for each in data)
        if finding.verdict != AGREES or fixed is None or run >= fixed:
            return finding
        return replace(finding, verdict=UNDECIDED, reason=f"{run:,} trials where {fixed:,} are declared")

    def _data(self, row: Row, runner: Runner) -> list[dict[str, np.ndarray]]:
        """The trials of a row; those of one family are put together once, for the claim and all its decoys."""
        if self._family is not row.family:
            self._family, self._known = row.family, {}
        key = tuple(s.key for s in row.simulations)
        if key not in self._known:
            self._known[key] = [runner.data(s, self._trials[s.key][1]) for s in row.simulations]
        found: list[dict[str, np.ndarray]] = self._known[key]
        return found

    def _samples(self, row: Row, data: list[dict[str, np.ndarray]]) -> list[np.ndarray]:
        key = row.quantity, tuple(s.key for s in row.simulations)
        if key not in self._known:
            pairs = zip(data, row.predicted, strict=True)
            self._known[key] = [sample(self.claim, row.quantity, d, p) for d, p in pairs]
        found: list[np.ndarray] = self._known[key]
        return found

    def _size(self, cell: Mapping[str, Any]) -> str:
        kind = self.claim.kind
        return f"{kind.size} = {cell[kind.size]}" if isinstance(kind, Limit | Rate) else ""

    def _judge(self, row: Row, data: list[dict[str, np.ndarray]]) -> Finding:
        claim, kind, cells = self.claim, self.claim.kind, list(row.family.cells)
        xs = self._samples(row, data)
        errors = [error_of(claim, row.quantity, d) for d in data]
        tail, natural = claim.tail(row.quantity, row.family.cells[-1]), claim.scale(row.quantity)
        if isinstance(kind, Limit):
            theories = [float(t) for t in row.theories]
            return FAMILY[Limit](kind, xs, theories, tail, cells, ROW_LEVEL, natural=natural, errors=errors)
        if isinstance(kind, Rate):
            theory = float(row.theories[-1])
            return FAMILY[Rate](kind, xs, theory, tail, cells, ROW_LEVEL, natural=natural, errors=errors)
        return SINGLE[type(kind)](
            kind, xs[0], row.theories[0], tail, cells[0], ROW_LEVEL, natural=natural, error=errors[0]
        )

    def _explained(self, row: Row, finding: Finding) -> Finding:
        """For a row that the run was too short for: the trials that would do."""
        if finding.verdict != UNDECIDED or row.decoy is not None:
            return finding
        wanted = max((self._wanted.get(s.key, 0) for s in row.simulations), default=0)
        if wanted > max(self._trials[s.key][1] for s in row.simulations):
            text = f"needs about {wanted:,} trials of one size, more than the {self._most:,} allowed"
            return replace(finding, reason=f"{finding.reason}; {text}")
        return finding

    def _line(self, row: Row, finding: Finding, rejected: bool | None, runner: Runner) -> dict[str, Any]:
        claim, cell = self.claim, row.family.cells[-1]
        seconds = sum(runner.seconds(s, self._trials[s.key][1]) for s in row.simulations if s.key in self._trials)
        return {
            "topic": claim.topic,
            "claim": claim.slug,
            "quantity": row.quantity,
            "cell": row.family.label,
            "kind": type(claim.kind).__name__,
            "decoy": row.decoy.name if row.decoy else None,
            **vars(finding),
            "rejected": rejected,
            "level": ROW_LEVEL if is_statistical(claim) else math.nan,
            **{f"cell.{name}": _plain(value) for name, value in cell.items()},
            "cpu_seconds": seconds,
            "date": time.strftime("%Y-%m-%d"),
        }


def _plans(row: Row) -> bool:
    """A decoy is judged on the claim's data; only one that simulates something else has trials of its own to plan."""
    return not row.trouble and (row.decoy is None or row.decoy.simulate is not None)


def is_statistical(claim: Claim) -> bool:
    """Whether the claim's rows can raise a false alarm by chance."""
    kind = claim.kind
    if isinstance(kind, Limit | Rate) and kind.trials == 1:
        return False
    return not isinstance(kind, Identity | Observation) and not (isinstance(kind, Bound) and kind.on == "draw")


def _number(theory: Any) -> float:
    return math.nan if hasattr(theory, "cdf") else float(np.asarray(theory).flat[0])


def _plain(value: Any) -> Any:
    """A cell's parameter as a number, a string or JSON text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return json_text(value)
