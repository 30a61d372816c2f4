"""One claim in a run: the trials that its rows ask of each simulation, and their judgement."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from claims import Claim
from claims.agreement import Bound, Identity, Limit, Observation, Rate
from lab.judge.family import FAMILY
from lab.judge.finding import AGREES, DISAGREES, UNDECIDED, Finding, unknown
from lab.judge.sample import error_of, sample, uncertified, unjudged
from lab.judge.single import SINGLE
from lab.judge.trials import ROW_LEVEL, Need, final_trials, fixed_trials, pilot_trials
from lab.plan import Family, Row, check_simulated
from lab.run.naming import json_text
from lab.run.runner import Runner
from lab.run.simulation import Simulation


def largest(wanted: Iterable[Mapping[str, tuple[Simulation, int]]]) -> dict[str, tuple[Simulation, int]]:
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
        self._trials = largest(self._first(row) for row in self._planning)
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
