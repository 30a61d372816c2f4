"""The shape of a claim: what is stated, where it is from, who predicts, who simulates, and what must be rejected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from claims.agreement import Kind, Moments, Tail

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
    numbers; `simulate(**cell, trials=, rng=)` gives at least the same names with a leading axis of trials. `tails` maps
    a simulated quantity to its tail class where it is not light (`Moments()`).
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
    tails: Mapping[str, Tail] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.decoys:
            raise ValueError(f"decoys = () in claim {self.slug!r}: must hold at least one decoy")
        if not self.grid.quick:
            raise ValueError(f"grid.quick = () in claim {self.slug!r}: must hold at least one cell")

    def tail(self, quantity: str) -> Tail:
        """The declared tail of a simulated quantity (`errors[1,2]` is declared under `errors`)."""
        return self.tails.get(quantity, self.tails.get(quantity.split("[")[0], Moments()))
