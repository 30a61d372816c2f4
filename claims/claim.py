"""The shape of a claim: what is stated, where it is from, who predicts, who simulates, and what must be rejected."""

from __future__ import annotations

import functools
import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from claims.agreement import Kind, Moments, Observation, Tail, complaint

Cell = Mapping[str, Any]
Function = Callable[..., Any]
Tier = Literal["quick", "full"]


@dataclass(frozen=True)
class Source:
    """Where a claim is from: BibTeX key of paper/references.bib, place in it, and how its wording came to us.

    `wording`: "seen" (read at the source), "recalled" (from memory, re-checked here) or "derived" (derived here).
    """

    key: str
    where: str
    wording: Literal["seen", "recalled", "derived"]


@dataclass(frozen=True)
class Grid:
    """The cells (keyword arguments of predict and simulate) of each tier."""

    quick: tuple[Cell, ...]
    full: tuple[Cell, ...]

    def __post_init__(self) -> None:
        for tier in ("quick", "full"):
            cells = getattr(self, tier)
            if not isinstance(cells, tuple | list) or not all(isinstance(cell, Mapping) for cell in cells):
                raise ValueError(f"grid.{tier} = {cells!r}: must be a tuple of mappings, one a cell (a comma missing?)")

    def cells(self, tier: str) -> tuple[Cell, ...]:
        """The cells of one tier."""
        if tier not in ("quick", "full"):
            raise ValueError(f"tier = {tier!r}: must be 'quick' or 'full'")
        return self.quick if tier == "quick" else self.full


@dataclass(frozen=True)
class Decoy:
    """A nearby wrong statement that the same run must reject: a wrong prediction, or a wrong simulation.

    The part that is None is the claim's own. A decoy may predict fewer quantities than the claim.
    """

    name: str
    says: str
    predict: Function | None = None
    simulate: Function | None = None

    def __post_init__(self) -> None:
        if self.predict is None and self.simulate is None:
            raise ValueError(f"predict = None in decoy {self.name!r}: must be given unless simulate is")


@dataclass(frozen=True)
class Claim:
    """One published statement, declared so that it can be judged.

    `statement` is one sentence of mathematics in LaTeX, mathematics between dollar signs. `predict(**cell)` gives named
    numbers; `simulate(**cell, trials=, rng=)` gives at least the same names with a leading axis of trials.

    `tails` maps a simulated quantity to its tail class where it is not light (`Moments()`), or to a function of
    the cell; of a ratio of means it is the ratio's, under the name that is predicted. `certificates` maps a simulated
    quantity (duality gap, gradient norm over its scale, residual, share of starts that missed) to its limit: a trial
    counts only if |certificate| <= limit; one that does not leaves its cell undecided. `errors` maps a judged quantity
    to a simulated bound on its own error, which widens its interval. `controls` names simulated quantities whose
    expectation predict also gives: the others are regressed on them.
    `scales` gives the natural scale of a quantity whose prediction is 0. `most` caps the trials.
    """

    slug: str
    topic: str
    title: str
    statement: str
    source: Source
    kind: Kind
    predict: Function
    simulate: Function
    grid: Grid
    decoys: tuple[Decoy, ...]
    tails: Mapping[str, Tail | Callable[..., Tail]] = field(default_factory=dict)
    certificates: Mapping[str, float] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    controls: tuple[str, ...] = ()
    scales: Mapping[str, float] = field(default_factory=dict)
    most: int | None = None

    def __post_init__(self) -> None:
        observed = isinstance(self.kind, Observation)
        if not self.decoys and not observed:
            raise ValueError(f"decoys = () in claim {self.slug!r}: must hold at least one decoy")
        if self.decoys and observed:
            raise ValueError(f"decoys in claim {self.slug!r}: an Observation has none, it gives no verdict")
        if not self.grid.quick:
            raise ValueError(f"grid.quick = () in claim {self.slug!r}: must hold at least one cell")
        if isinstance(self.controls, str):
            raise ValueError(f"controls = {self.controls!r} in claim {self.slug!r}: must be a tuple of names")
        if wrong := complaint(self.kind):
            raise ValueError(f"{type(self.kind).__name__} of claim {self.slug!r}: {wrong}")
        names = [decoy.name for decoy in self.decoys]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"decoys of claim {self.slug!r}: the name {twice!r} must not be used twice")
        if not all(0 < scale < math.inf for scale in self.scales.values()):
            raise ValueError(f"scales = {dict(self.scales)} in claim {self.slug!r}: must be > 0 and finite")
        if not all(0 <= limit < math.inf for limit in self.certificates.values()):
            raise ValueError(
                f"certificates = {dict(self.certificates)} in claim {self.slug!r}: must be >= 0 and finite"
            )
        self._check_cells()

    def _check_cells(self) -> None:
        """A key that a function does not know, or one it needs and a cell lacks, is an error at once."""
        parts = [("predict", self.predict), ("simulate", self.simulate)]
        for decoy in self.decoys:
            parts += [(f"decoy {decoy.name!r}'s predict", decoy.predict)] if decoy.predict else []
            parts += [(f"decoy {decoy.name!r}'s simulate", decoy.simulate)] if decoy.simulate else []
        keys = dict.fromkeys(frozenset(cell) for cell in (*self.grid.quick, *self.grid.full))
        for what, function in parts:
            for names in keys:
                extra = ("trials", "rng") if what.endswith("simulate") else ()
                if complaint := misfit(function, names | frozenset(extra)):
                    raise ValueError(f"grid of claim {self.slug!r}: {what} {complaint}")

    def tail(self, quantity: str, cell: Cell) -> Tail:
        """The declared tail of a simulated quantity at a cell (`errors[1,2]` is declared under `errors`)."""
        declared = self.tails.get(quantity, self.tails.get(quantity.split("[")[0], Moments()))
        return declared(**cell) if callable(declared) else declared

    def scale(self, quantity: str) -> float:
        """The natural scale of a quantity whose prediction is 0."""
        return float(self.scales.get(quantity, self.scales.get(quantity.split("[")[0], 1.0)))


@functools.cache
def _signature(function: Function) -> inspect.Signature | None:
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):  # a builtin without one
        return None


def misfit(function: Function, names: frozenset[str]) -> str:
    """Why a function cannot be called with these keywords, or nothing."""
    try:
        signature = _signature(function)
    except TypeError:  # unhashable
        signature = inspect.signature(function)
    if signature is None:
        return ""
    try:
        signature.bind(**dict.fromkeys(names))
    except TypeError as error:
        known = [name for name in signature.parameters if name not in ("trials", "rng")]
        return f"cannot take a cell: {error}; it knows {', '.join(known)}"
    return ""
