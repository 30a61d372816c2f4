"""What can be wrong with a claim before it runs: its predictions, declarations and the names of what it simulates."""

from __future__ import annotations

import math
import typing
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from claims import Claim
from claims.agreement import Identity, Law, Mean
from lab.judge.finding import concession
from lab.plan.rows import Family, PlanError, Row
from lab.run.naming import SOLE, cell_key, column, named, predictions, result_names


def predicted(claim: Claim, predict: Callable[..., Any], cell: dict[str, Any], whose: str = "") -> dict[str, Any]:
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


def check_family(claim: Claim, family: Family) -> None:
    """What the claim declares at each cell: a finite allowance, a tail that its kind can judge."""
    for cell in family.cells:
        allowance = concession(getattr(claim.kind, "allowance", 0.0), cell)
        if not (math.isfinite(allowance) and allowance >= 0):
            raise PlanError(
                f"allowance = {allowance} in claim {claim.slug!r} at {cell_key(cell)}: must be finite, >= 0"
            )


def check_own(claim: Claim, own: tuple[dict[str, Any], ...]) -> None:
    """The claim's own quantities are those of every size, and what regresses them has a known mean."""
    for prediction in own:
        if odd := sorted(set(prediction) ^ set(own[0])):
            raise PlanError(f"claim {claim.slug!r}: predict gives {odd[0]} at some sizes of a family only")
        if missing := [name for name in claim.controls if name not in prediction]:
            raise PlanError(f"controls of claim {claim.slug!r}: predict must give the known mean of {missing[0]!r}")


def check_declared(claim: Claim, known: set[str]) -> None:
    """A scale or an error for a quantity that is nowhere predicted is a slip of the pen: the row would go without.

    So is a tail of the parts of a ratio: judged is the ratio. Otherwise claims may share a table of tails.
    """
    known = known | {name.partition("[")[0] for name in known}
    for what in ("scales", "errors", *(("tails",) if getattr(claim.kind, "per", None) else ())):
        if odd := [name for name in getattr(claim, what) if name not in known]:
            raise PlanError(f"{what} of claim {claim.slug!r}: {odd[0]!r} is not predicted; it predicts {sorted(known)}")


def rename(wrong: dict[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """A decoy may return its one number bare."""
    return {next(iter(own)): wrong[SOLE]} if set(wrong) == {SOLE} and len(own) == 1 else wrong


def simulated_names(function: Callable[..., Any]) -> tuple[str, ...] | None:
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
