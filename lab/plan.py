"""The plan of a run: which rows will be judged, at what level, and how many trials each simulation needs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from claims import Claim
from claims.agreement import Bound, Heavy, Identity, Law, Limit, Mean, Moments, Rate
from claims.claim import Decoy
from lab.judge.intervals import trials_needed
from lab.judge.verdicts import limit_weights, scale_of
from lab.run.naming import SOLE, cell_key, column, predictions
from lab.run.simulation import Simulation

BUDGET = 1e-3
"""Probability that a run of true claims raises any false alarm; divided over all its rows."""

PILOT = 256
MOST_TRIALS = {"quick": 2**20, "full": 2**24}
MARGIN = 0.9
"""Trials are planned for this share of the resolution, so that the final interval fits it."""


@dataclass(frozen=True)
class Family:
    """The cells judged together: one cell, or the growing sizes of a Limit or a Rate."""

    cells: tuple[dict[str, Any], ...]

    @property
    def label(self) -> str:
        """The cell as text; for a family the last cell with the list of its sizes is enough to tell it apart."""
        return cell_key(self.cells[-1])


@dataclass(frozen=True)
class Row:
    """One line of the table before it is judged: a quantity of a claim, or of one of its decoys, at a family."""

    claim: Claim
    decoy: Decoy | None
    quantity: str
    family: Family
    theories: tuple[Any, ...]
    simulations: tuple[Simulation, ...]


def families(claim: Claim, tier: str) -> list[Family]:
    """Group a claim's cells: runs of growing size for Limit and Rate, single cells otherwise."""
    cells = [dict(cell) for cell in claim.grid.cells(tier)]
    if not isinstance(claim.kind, Limit | Rate):
        return [Family((cell,)) for cell in cells]
    size = claim.kind.size
    groups: list[list[dict[str, Any]]] = []
    for before, cell in zip([None, *cells], cells, strict=False):
        if before is None or cell[size] <= before[size]:
            groups.append([])
        groups[-1].append(cell)
    short = [group for group in groups if len(group) < 3]
    if short:
        raise ValueError(f"grid of claim {claim.slug!r}: every run of growing {size} must have at least three cells")
    return [Family(tuple(group)) for group in groups]


def rows(claims: tuple[Claim, ...], tier: str, backend: str, seed: int) -> list[Row]:
    """All rows of a run: predictions are made here, simulations only named."""

    @_memo
    def simulation(function: Any, key: str, cell: dict[str, Any]) -> Simulation:
        return Simulation(function, cell, backend, seed)

    found = []
    for claim in claims:
        for family in families(claim, tier):
            for decoy in (None, *claim.decoys):
                simulate = (decoy and decoy.simulate) or claim.simulate
                runs = tuple(simulation(simulate, cell_key(cell), cell) for cell in family.cells)
                found += list(_rows_of(claim, decoy, family, runs))
    return found


def _memo(function: Callable[..., Simulation]) -> Callable[..., Simulation]:
    known: dict[tuple[int, str], Simulation] = {}

    def remembered(run: Any, key: str, cell: dict[str, Any]) -> Simulation:
        if (id(run), key) not in known:
            known[id(run), key] = function(run, key, cell)
        return known[id(run), key]

    return remembered


def _rows_of(claim: Claim, decoy: Decoy | None, family: Family, runs: tuple[Simulation, ...]) -> Iterator[Row]:
    own = [predictions(claim.predict(**cell)) for cell in family.cells]
    wrong = own
    if decoy is not None and decoy.predict is not None:
        wrong = [rename(predictions(decoy.predict(**cell)), own[0]) for cell in family.cells]
    for quantity in wrong[0]:
        yield Row(claim, decoy, quantity, family, tuple(p[quantity] for p in wrong), runs)


def rename(wrong: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """A decoy may return its one number bare."""
    return {next(iter(own)): wrong[SOLE]} if set(wrong) == {SOLE} and len(own) == 1 else wrong


def level_of(planned: list[Row]) -> float:
    """The level of one row's interval: the budget over all rows that could raise a false alarm."""
    return BUDGET / max(1, sum(row.decoy is None for row in planned))


# --- how many trials -------------------------------------------------------------------------------------------------


def pilot_trials(row: Row, level: float) -> int:
    """Trials to run before anything is known: all that the kind fixes in advance, else a pilot."""
    kind = row.claim.kind
    if isinstance(kind, Identity):
        return kind.trials
    if isinstance(kind, Law):
        # Exactly the size at which the DKW band reaches the resolution.
        return math.ceil(math.log(2 / level) / (2 * kind.resolution**2))
    if isinstance(kind, Bound) and kind.on == "draw":
        return kind.trials
    tail = row.claim.tail(row.quantity)
    return PILOT if not isinstance(tail, Moments) or tail.skewness <= 2 else 2 * PILOT


def final_trials(row: Row, pilots: list[dict[str, np.ndarray]], level: float, tier: str) -> list[int]:
    """Trials that each simulation of a row needs for its resolution, from the pilots' spread."""
    kind, slug = row.claim.kind, row.claim.slug
    if isinstance(kind, Identity | Law) or (isinstance(kind, Bound) and kind.on == "draw"):
        return [pilot_trials(row, level)] * len(pilots)
    tail, most = row.claim.tail(row.quantity), MOST_TRIALS[tier]
    shares = _shares(row, kind)
    needed = []
    for pilot, theory, share in zip(pilots, row.theories, shares, strict=True):
        x = column(pilot, row.quantity, slug)
        x = x[np.isfinite(x)]
        if x.size < 2 or not np.isfinite(theory):
            needed.append(PILOT)
            continue
        target = MARGIN * kind.resolution * share * _planning_scale(x, theory, kind, tail)
        needed.append(max(pilot_trials(row, level), trials_needed(x, tail, target, level, most)))
    return needed


def _planning_scale(x: np.ndarray, theory: float, kind: Any, tail: Any) -> float:
    """|theory|; where the pilot is grossly elsewhere, its own size, so that a wrong prediction costs no endless run."""
    centre = float(np.quantile(x, tail.quantile) if isinstance(tail, Heavy) else np.mean(x))
    if isinstance(kind, Rate):
        return abs(centre)
    if isinstance(kind, Bound):  # a loose bound is far off and right: it is judged in its own units
        return scale_of(theory)
    noise = 6 * float(np.std(x)) / math.sqrt(x.size)
    scale = scale_of(theory)
    return abs(centre) if abs(centre) - noise > 2 * scale else scale


def _shares(row: Row, kind: Any) -> list[float]:
    """The share of the final half-width that each size of a family may have, all sizes alike."""
    sizes = [float(cell[kind.size]) for cell in row.family.cells] if isinstance(kind, Limit | Rate) else [1.0]
    if isinstance(kind, Limit):
        weights = limit_weights(sizes, kind.order, kind.terms, [1.0] * len(sizes))
        return [1 / float(np.linalg.norm(weights))] * len(sizes)
    if isinstance(kind, Rate):
        x = np.log(sizes)
        c = (x - x.mean()) / np.sum((x - x.mean()) ** 2)
        return [scale_of(float(row.theories[0])) / float(np.linalg.norm(c))] * len(sizes)
    assert isinstance(kind, Mean | Bound)
    return [1.0]


def needs(planned: list[Row], trials: Callable[[Row], list[int]]) -> dict[str, tuple[Simulation, int]]:
    """For each simulation the largest number of trials that any row asks of it."""
    found: dict[str, tuple[Simulation, int]] = {}
    for row in planned:
        for simulation, n in zip(row.simulations, itertools.cycle(trials(row)), strict=False):
            _, most = found.get(simulation.key, (simulation, 0))
            found[simulation.key] = simulation, max(most, n)
    return found
