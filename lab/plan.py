"""The plan of a run: which rows will be judged, on which simulations, and how many trials each claim asks of them.

Whatever is wrong with a prediction (no quantity, a number that is not finite, a name that is not simulated) is an error
here, before anything runs. A prediction that raises leaves its claim undecided; the others go on.
"""

from __future__ import annotations

import itertools
import math
import typing
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from claims import Claim
from claims.agreement import Heavy, Identity, Law, Limit, Mean, Rate
from claims.claim import Decoy
from lab.errors import Foreseeable
from lab.judge.finding import concession
from lab.run.naming import SOLE, cell_key, column, named, predictions, result_names
from lab.run.own import where
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


class Planner:
    """The rows of claims on one backend under one seed: predictions are made here, simulations only named."""

    def __init__(self, tier: str, backend: str, seed: int) -> None:
        self._tier, self._backend, self._seed = tier, backend, seed
        self._known: dict[tuple[int, str, int | None], Simulation] = {}

    def rows(self, claim: Claim) -> list[Row]:
        """All rows of one claim and of its decoys."""
        found = []
        known: set[str] = set()
        for family in families(claim, self._tier):
            _check_family(claim, family)
            runs = self._runs(claim, claim.simulate, family)
            try:
                own = tuple(_predict(claim, claim.predict, cell) for cell in family.cells)
            except PlanError:
                raise
            except Exception as error:
                found.append(Row(claim, None, "", family, (), runs, trouble=f"predict raised {where(error)}"))
                continue
            _check_own(claim, own)
            known |= set().union(*own)
            found += self._rows_of(claim, None, family, own, own, runs)
            for decoy in claim.decoys:
                found += self._decoy_rows(claim, decoy, family, own, runs)
        if not any(row.trouble for row in found):
            _check_declared(claim, known)
        heard = [row.decoy for row in found]
        silent = [decoy.name for decoy in claim.decoys if decoy not in heard]
        if silent and not any(row.trouble for row in found):
            raise PlanError(f"claim {claim.slug!r}: decoy {silent[0]!r} predicts nothing at any cell of the grid")
        return found

    def _decoy_rows(self, claim: Claim, decoy: Decoy, family: Family, own: Any, runs: Any) -> list[Row]:
        wrong = own
        try:
            if decoy.predict is not None:
                made = (_predict(claim, decoy.predict, cell, f"decoy {decoy.name!r}'s ") for cell in family.cells)
                wrong = tuple(rename(prediction, own[0]) for prediction in made)
        except PlanError:
            raise
        except Exception as error:
            return [Row(claim, decoy, "", family, (), runs, trouble=f"predict raised {where(error)}")]
        if decoy.simulate is not None:
            runs = self._runs(claim, decoy.simulate, family)
        return list(self._rows_of(claim, decoy, family, wrong, own, runs))

    @staticmethod
    def _rows_of(
        claim: Claim, decoy: Decoy | None, family: Family, theories: Any, own: Any, runs: tuple[Simulation, ...]
    ) -> Iterator[Row]:
        names = _simulated_names(decoy.simulate if decoy is not None and decoy.simulate else claim.simulate)
        for quantity in theories[0]:
            check_name(claim, quantity, names)
            if isinstance(claim.kind, Limit) and isinstance(claim.tail(quantity, family.cells[-1]), Heavy):
                raise PlanError(f"tails of claim {claim.slug!r}: {quantity!r} is Heavy, but a Limit is one of means")
            if any(quantity not in theory for theory in theories):
                continue  # a decoy that speaks of some sizes only
            values = tuple(theory[quantity] for theory in theories)
            yield Row(claim, decoy, quantity, family, values, runs, own)

    def _runs(self, claim: Claim, function: Callable[..., Any], family: Family) -> tuple[Simulation, ...]:
        # A family without randomness is one trial; a block of more would only repeat it.
        block = 1 if isinstance(claim.kind, Limit | Rate) and claim.kind.trials == 1 else None
        return tuple(self._simulation(function, cell, block) for cell in family.cells)

    def _simulation(self, function: Callable[..., Any], cell: dict[str, Any], block: int | None) -> Simulation:
        key = (id(function), cell_key(cell), block)
        if key not in self._known:
            self._known[key] = Simulation(function, cell, self._backend, self._seed, block)
        return self._known[key]


def _predict(claim: Claim, predict: Callable[..., Any], cell: dict[str, Any], whose: str = "") -> dict[str, Any]:
    pooled = isinstance(claim.kind, Identity) and claim.kind.pooled
    result = predict(**cell)
    found = predictions(result, pooled)
    who = f"claim {claim.slug!r}: {whose}predict"
    for name, value in named(result).items():
        if not hasattr(value, "cdf") and np.size(value) == 0:
            raise PlanError(f"{who} gives an empty {name} at {cell_key(cell)}: must hold at least one number")
    if not found and not whose:  # a decoy may speak of some cells only
        raise PlanError(f"{who} gives no quantity at {cell_key(cell)}: must name at least one")
    for name, value in found.items():
        if not name:
            raise PlanError(f"{who} gives a quantity without a name at {cell_key(cell)}")
        if isinstance(claim.kind, Law) != hasattr(value, "cdf"):
            needed = "a law, anything with cdf" if isinstance(claim.kind, Law) else "a number"
            raise PlanError(f"{who} gives {name} = {value!r} at {cell_key(cell)}: must be {needed}")
        if not hasattr(value, "cdf") and not np.isfinite(value).all():
            raise PlanError(f"{who} gives {name} = {value} at {cell_key(cell)}: must be finite")
    return found


def _check_family(claim: Claim, family: Family) -> None:
    """What the claim declares at each cell: a finite allowance, a tail that its kind can judge."""
    for cell in family.cells:
        allowance = concession(getattr(claim.kind, "allowance", 0.0), cell)
        if not (math.isfinite(allowance) and allowance >= 0):
            raise PlanError(
                f"allowance = {allowance} in claim {claim.slug!r} at {cell_key(cell)}: must be finite, >= 0"
            )


def _check_own(claim: Claim, own: tuple[dict[str, Any], ...]) -> None:
    """The claim's own quantities are those of every size, and what regresses them has a known mean."""
    for prediction in own:
        if odd := sorted(set(prediction) ^ set(own[0])):
            raise PlanError(f"claim {claim.slug!r}: predict gives {odd[0]} at some sizes of a family only")
        if missing := [name for name in claim.controls if name not in prediction]:
            raise PlanError(f"controls of claim {claim.slug!r}: predict must give the known mean of {missing[0]!r}")


def _check_declared(claim: Claim, known: set[str]) -> None:
    """A scale or an error for a quantity that is nowhere predicted is a slip of the pen: the row would go without."""
    known = known | {name.partition("[")[0] for name in known}
    for what in ("scales", "errors"):
        if odd := [name for name in getattr(claim, what) if name not in known]:
            raise PlanError(f"{what} of claim {claim.slug!r}: {odd[0]!r} is not predicted; it predicts {sorted(known)}")


def rename(wrong: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A decoy may return its one number bare."""
    return {next(iter(own)): wrong[SOLE]} if set(wrong) == {SOLE} and len(own) == 1 else wrong


def _simulated_names(function: Callable[..., Any]) -> tuple[str, ...] | None:
    """The names that a simulation's annotated result has, or None where only a run can tell."""
    inner = getattr(function, "func", function)
    try:
        result = typing.get_type_hints(inner).get("return")
    except Exception:  # an annotation that only a type checker can resolve
        return None
    return getattr(result, "_fields", None)


def check_name(claim: Claim, quantity: str, names: tuple[str, ...] | None) -> None:
    """PlanError if a predicted quantity is not simulated under that very name."""
    if names is None or (isinstance(claim.kind, Mean) and claim.kind.of):
        return
    if quantity.partition("[")[0] not in names:
        raise PlanError(
            f"claim {claim.slug!r}: {quantity!r} is predicted, but simulate gives {', '.join(names) or 'nothing'}: "
            "must be the same names"
        )


def check_simulated(row: Row, data: Mapping[str, np.ndarray]) -> None:
    """The same check on what a run gave, ratio parts, controls and certificates included."""
    names, claim = result_names(data), row.claim
    check_name(claim, row.quantity, names)
    kind = claim.kind
    parts = [kind.of, kind.per] if isinstance(kind, Mean) and kind.of else []
    needed = [*parts, *claim.controls, *claim.errors.values()]
    if row.decoy is None:
        needed += claim.certificates
    if missing := [name for name in needed if name not in names]:
        raise PlanError(f"claim {claim.slug!r}: simulate gives {', '.join(names)}: must also give {', '.join(missing)}")
    shapes = dict.fromkeys([*parts, *claim.controls], ()) | ({} if parts else {row.quantity: np.shape(row.theories[0])})
    for name, shape in shapes.items():
        seen = column(data, name, claim.slug).shape[1:]
        if seen != shape:
            raise PlanError(
                f"claim {claim.slug!r}: simulated {name} has shape {seen} a trial: must fit predicted {name}"
            )
