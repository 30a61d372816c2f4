"""Rows and families: what is judged together, and how a claim's cells group into it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from claims import Claim
from claims.agreement import Limit, Rate
from claims.claim import Decoy
from lab.errors import Foreseeable
from lab.run.naming import cell_key
from lab.run.simulation import Simulation


class PlanError(ValueError, Foreseeable):
    """A claim cannot be planned as it is declared; the message names it."""


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
    """One line of the table before it is judged: a quantity of a claim, or of one of its decoys, at a family.

    `predicted` holds the claim's own predictions at each cell (the known means of its controls); `trouble` says why
    the row cannot be judged at all.
    """

    claim: Claim
    decoy: Decoy | None
    quantity: str
    family: Family
    theories: tuple[Any, ...]
    simulations: tuple[Simulation, ...]
    predicted: tuple[Mapping[str, Any], ...] = ()
    trouble: str = ""


def families(claim: Claim, tier: str) -> list[Family]:
    """Group a claim's cells: runs of growing size for Limit and Rate, single cells otherwise."""
    cells = [dict(cell) for cell in claim.grid.cells(tier)]
    if not cells:
        raise PlanError(f"grid.{tier} = () in claim {claim.slug!r}: must hold at least one cell")
    if not isinstance(claim.kind, Limit | Rate):
        return [Family((cell,)) for cell in cells]
    size = claim.kind.size
    if any(size not in cell for cell in cells):
        raise PlanError(f"grid of claim {claim.slug!r}: every cell must have {size}, the size of its {_kind(claim)}")
    groups: list[list[dict[str, Any]]] = []
    for before, cell in zip([None, *cells], cells, strict=False):
        full = claim.kind.sizes is not None and len(groups[-1] if groups else []) == claim.kind.sizes
        if before is None or cell[size] <= before[size] or full:
            groups.append([])
        groups[-1].append(cell)
    for group in groups:
        _one_family(claim, group)
    least = claim.kind.terms + 2 if isinstance(claim.kind, Limit) else 3  # one more than the fit has coefficients
    if any(len(group) < least for group in groups):
        number = {3: "three", 4: "four"}.get(least, str(least))
        raise PlanError(f"grid of claim {claim.slug!r}: every run of growing {size} must have at least {number} cells")
    return [Family(tuple(group)) for group in groups]


def _one_family(claim: Claim, group: list[dict[str, Any]]) -> None:
    """PlanError if a run of growing sizes holds two families: a parameter that stands still and then changes."""
    for name in group[0]:
        steps = [cell_key({"": a[name]}) != cell_key({"": b[name]}) for a, b in itertools.pairwise(group)]
        if any(steps) and not all(steps):
            kind = claim.kind
            assert isinstance(kind, Limit | Rate)
            raise PlanError(
                f"grid of claim {claim.slug!r}: {name} changes within a run of growing {kind.size}, so it holds more "
                f"than one family; give {_kind(claim)}(sizes=...), the number of sizes of each"
            )


def _kind(claim: Claim) -> str:
    return type(claim.kind).__name__
