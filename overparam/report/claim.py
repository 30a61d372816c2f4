"""One claim as the report shows it: its verdict in words, its decoys, its power."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from claims import Bound, Claim, Identity, Law, Limit, Mean, Observation, Order
from lab.judge.finding import AGREES, DISAGREES
from lab.summary import Summary
from overparam import formats
from overparam.report import marks
from overparam.report.numbers import order_of, parameters_of, sizes_of
from overparam.typeset import typeset

DECOY_KEPT, LOOSE = "decoy-kept", "loose"
"""What a reader can filter by beside the three verdicts."""

WORDINGS = {
    "seen": "wording seen at the source",
    "recalled": "wording recalled and ours, re-checked here",
    "derived": "derived here",
}


@dataclass(frozen=True)
class DecoyLine:
    """A decoy: what it says, in how many rows it was rejected, and where it was furthest off."""

    name: str
    says: Markup
    rejected: bool
    rows: str
    distance: str
    where: str


@dataclass(frozen=True)
class Power:
    """What a claim's rows would have caught."""

    least: str
    most: str
    unit: str
    where: str
    mark: Markup


def status(summary: Summary) -> list[str]:
    """What a reader can filter a claim by: its verdict, and what qualifies it."""
    kept = [DECOY_KEPT] if summary.rejected < summary.decoys else []
    return [summary.verdict, *kept, *([LOOSE] if looseness(summary) else [])]


def looseness(summary: Summary) -> str:
    """The factor within which a bound that is not attained lies, or nothing."""
    return f"×{formats.number(summary.loose, 3)}" if summary.verdict == AGREES and summary.loose > 0 else ""


def more(summary: Summary) -> str:
    """Why a claim does not agree."""
    return summary.reason


def agreement(claim: Claim) -> Markup:
    """The kind of agreement in words."""
    return typeset(_agreement(claim))


def _agreement(claim: Claim) -> str:
    kind = claim.kind
    if isinstance(kind, Identity):
        return f"Identity: equal on every draw, up to a relative error of {formats.share(kind.tolerance)}"
    if isinstance(kind, Mean):
        return "Mean: the expected value of the simulation equals the prediction"
    if isinstance(kind, Limit):
        return f"Limit: equal as ${kind.size}$ grows, the difference vanishing like ${kind.size}^{{-{kind.order:g}}}$"
    if isinstance(kind, Law):
        return "Law: the whole distribution is the predicted one (Kolmogorov distance)"
    if isinstance(kind, Bound):
        where = "on any draw" if kind.on == "draw" else "in the mean"
        return f"Bound: never {'above' if kind.side == 'upper' else 'below'} the prediction {where}"
    if isinstance(kind, Order):
        return "Order: the simulated quantity lies above the predicted margin"
    if isinstance(kind, Observation):
        return "Observation: a number beside a prediction that no theorem makes at that size; no verdict"
    return f"Rate: the power of ${kind.size}$ that the quantity follows is the predicted one"


# --- decoys and power ------------------------------------------------------------------------------------------------


def decoys(claim: Claim, rows: pd.DataFrame, tier: str) -> list[DecoyLine]:
    """Each decoy with the row in which it was furthest from the simulation."""
    sizes, varying, lines = sizes_of(claim, tier), _varying(rows), []
    for decoy in claim.decoys:
        own = rows[rows.decoy == decoy.name]
        against = own[own.verdict == DISAGREES]
        best = max(against.itertuples(), key=_distance, default=None)
        where = _where(best, sizes, varying) if len(against) else ""
        distance = _said(best) if len(against) else " or ".join(dict.fromkeys(own.verdict)) + " everywhere"
        share = f"{len(against)} of {len(own)}"
        lines.append(DecoyLine(decoy.name, typeset(decoy.says), len(against) > 0, share, distance, where))
    return lines


def _distance(row: Any) -> float:
    """How far from the prediction the simulation is for certain, in units of the prediction."""
    if math.isnan(row.low):
        return -1.0
    if row.kind in ("Identity", "Bound"):
        return float(max(-row.low, row.high))
    return float(max(row.low, -row.high, 0.0))


def _said(row: Any) -> str:
    if not math.isfinite(row.theory):
        return f"predicts {formats.number(row.theory)} where the simulation is finite"
    if _distance(row) <= row.allowance and not math.isnan(row.order):
        return f"vanishes at order {order_of(row)}"
    errors = abs(row.mean - row.theory) / row.se if row.se > 0 and row.kind in ("Mean", "Limit", "Rate") else math.nan
    beside = f", {formats.count(errors)} standard errors" if errors < 1e6 else ""
    least = formats.share(_distance(row)) if row.theory else formats.number(_distance(row), 2)
    return f"off by at least {least}{' in distance' if row.kind == 'Law' else ''}{beside}"


def _varying(rows: pd.DataFrame) -> set[str]:
    """The parameters that tell a claim's cells apart."""
    cells = [json.loads(text) for text in rows.cell.unique()]
    return {name for cell in cells for name in cell if len({json.dumps(c.get(name)) for c in cells}) > 1}


def _where(row: Any, sizes: dict[str, tuple[str, str]], varying: set[str]) -> str:
    cell = ", ".join(f"{name}\u00a0=\u00a0{x}" for name, x in parameters_of(row.cell, sizes).items() if name in varying)
    return f"{row.quantity} at {cell}" if cell else str(row.quantity)


def power(claim: Claim, own: pd.DataFrame, tier: str) -> Power:
    """The smallest and the largest of the errors that a claim's rows would have caught."""
    seen = own[own.theory != 0] if (own.theory != 0).any() else own
    seen = seen[seen.smallest_error.notna()]
    if seen.empty:
        return Power(formats.NONE, formats.NONE, "", "no row can tell", Markup(""))
    best = next(seen.loc[[seen.smallest_error.idxmin()]].itertuples())
    units = {"Law": "Kolmogorov distance", "Rate": "of the exponent"}
    unit = units.get(best.kind, "relative" if best.theory else "absolute")
    least, most = float(seen.smallest_error.min()), float(seen.smallest_error.max())
    low, high = (formats.share(x) if best.theory else formats.number(x, 2) for x in (least, most))
    return Power(low, high, unit, _where(best, sizes_of(claim, tier), _varying(own)), marks.spread(least, most))
