"""One claim as the report shows it: its verdict in words, its numbers, its decoys, its power."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from claims import Bound, Claim, Identity, Law, Limit, Mean, Rate
from lab import formats, marks
from lab.judge import AGREES, DISAGREES
from lab.plan import families
from lab.summary import Summary
from lab.typeset import typeset

DECOY_KEPT, LOOSE = "decoy-kept", "loose"
"""What a reader can filter by beside the three verdicts."""

WORDINGS = {
    "seen": "wording seen at the source",
    "recalled": "wording recalled and ours, re-checked here",
    "derived": "derived here",
}


@dataclass(frozen=True)
class Row:
    """One line of a table of numbers, as text; `parameters` are those that vary over the table."""

    parameters: list[str]
    quantity: str
    theory: str
    simulation: str
    trials: str
    interval: str
    mark: Markup
    extra: list[str]
    smallest_error: str
    verdict: str
    note: str


@dataclass(frozen=True)
class Numbers:
    """A claim's table of numbers: headings that depend on the kind of agreement, and what all rows share."""

    parameters: list[str]
    theory: str
    simulation: str
    extra: list[str]
    shared: str
    rows: list[Row]


@dataclass(frozen=True)
class DecoyLine:
    """A decoy: what it says, whether it was rejected, and where it was furthest off."""

    name: str
    says: Markup
    rejected: bool
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
    """The factor by which a bound that holds was never approached, or nothing."""
    if summary.verdict != AGREES or not summary.tightness < 0.5:
        return ""
    return f"×{formats.number(1 / summary.tightness, 2)}" if summary.tightness > 0 else "never approached"


def agreement(claim: Claim) -> str:
    """The kind of agreement in words."""
    kind = claim.kind
    if isinstance(kind, Identity):
        return f"Identity: equal on every draw, up to a relative {formats.share(kind.tolerance)}"
    if isinstance(kind, Mean):
        return "Mean: the expected value of the simulation equals the prediction"
    if isinstance(kind, Limit):
        return f"Limit: equal as {kind.size} grows, the difference vanishing like {kind.size}^(−{kind.order:g})"
    if isinstance(kind, Law):
        return "Law: the whole distribution is the predicted one (Kolmogorov distance)"
    if isinstance(kind, Bound):
        where = "on any draw" if kind.on == "draw" else "in the mean"
        return f"Bound: never {'above' if kind.side == 'upper' else 'below'} the prediction {where}"
    return f"Rate: the power of {kind.size} that the quantity follows is the predicted one"


# --- numbers ---------------------------------------------------------------------------------------------------------


def numbers(claim: Claim, own: pd.DataFrame, tier: str) -> Numbers:
    """The table of a claim's own rows; parameters, allowance and resolution that never vary are said once."""
    sizes = _sizes(claim, tier)
    cells = [_parameters(text, sizes) for text in own.cell]
    names = list(dict.fromkeys(name for cell in cells for name in cell))
    varying = [name for name in names if len({cell.get(name) for cell in cells}) > 1]
    shared = [f"{name} = {cells[0][name]}" for name in names if name not in varying and cells]
    columns = {"allowance": formats.share, "resolution": formats.share}
    extra = [name for name in columns if own[name].nunique() > 1]
    shared += [f"{name} {formats.share(own[name].iloc[0])}" for name in columns if name not in extra]
    if isinstance(claim.kind, Limit):
        extra.append("order")
    if isinstance(claim.kind, Bound):
        extra.append("tightness")
    side = claim.kind.side if isinstance(claim.kind, Bound) else ""
    lines = [_row(row, cell, varying, extra, side) for row, cell in zip(own.itertuples(), cells, strict=True)]
    heads = {"Law": ("theory", "Kolmogorov distance"), "Rate": ("predicted exponent", "fitted exponent")}
    theory, simulation = heads.get(type(claim.kind).__name__, ("theory", "simulation"))
    return Numbers(varying, theory, simulation, extra, ", ".join(shared), lines)


def _sizes(claim: Claim, tier: str) -> dict[str, tuple[str, str]]:
    """For claims judged over growing sizes: which parameter grows, and its values, by the label of the family."""
    if not isinstance(claim.kind, Limit | Rate):
        return {}
    name, found = claim.kind.size, {}
    for family in families(claim, tier):
        values = [formats.value(cell[name]) for cell in family.cells]
        found[family.label] = (name, ", ".join(values if len(values) <= 4 else [*values[:2], "…", values[-1]]))
    return found


def _parameters(text: str, sizes: dict[str, tuple[str, str]]) -> dict[str, str]:
    cell = {name: formats.value(x) for name, x in json.loads(text).items()}
    if text in sizes:
        cell[sizes[text][0]] = sizes[text][1]
    return cell


def _row(row: Any, cell: dict[str, str], varying: list[str], extra: list[str], side: str) -> Row:
    said = {
        "allowance": formats.share(row.allowance),
        "resolution": formats.share(row.resolution),
        "order": _order(row),
        "tightness": formats.number(row.tightness, 3),
    }
    return Row(
        parameters=[cell.get(name, formats.NONE) for name in varying],
        quantity=row.quantity,
        theory="law" if row.kind == "Law" else formats.number(row.theory),
        simulation=formats.uncertain(row.mean, row.se if row.kind != "Identity" else 0.0),
        trials=formats.count(row.trials),
        interval=formats.span(row.low, row.high),
        mark=marks.interval(row.low, row.high, row.allowance, row.resolution, row.verdict, side),
        extra=[said[name] for name in extra],
        smallest_error=formats.share(row.smallest_error),
        verdict=row.verdict,
        note=_note(row),
    )


def _order(row: Any) -> str:
    if math.isnan(row.order):
        return "not resolved"
    return f"{row.order:.2f} ({row.order_low:.2f} to {row.order_high:.2f})".replace("-", "−")


def _note(row: Any) -> str:
    notes = [f"{formats.count(row.rejected)} draws not finite"] if row.rejected else []
    if row.trials_needed > 0:
        notes.append(f"needs {formats.count(row.trials_needed)} trials")
    return ", ".join(notes)


# --- decoys and power ------------------------------------------------------------------------------------------------


def decoys(claim: Claim, rows: pd.DataFrame, tier: str) -> list[DecoyLine]:
    """Each decoy with the row in which it was furthest from the simulation."""
    sizes, lines = _sizes(claim, tier), []
    for decoy in claim.decoys:
        own = rows[rows.decoy == decoy.name]
        against = own[own.verdict == DISAGREES]
        best = max((against if len(against) else own).itertuples(), key=_distance, default=None)
        where = _where(best, sizes) if best is not None else ""
        if len(against):
            where += f"; rejected in {len(against)} of {len(own)} rows"
        distance = _said(best) if len(against) else "" if best is None else f"{best.verdict} everywhere"
        lines.append(DecoyLine(decoy.name, typeset(decoy.says), len(against) > 0, distance, where))
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
        return f"vanishes at order {_order(row)}"
    unit = " in Kolmogorov distance" if row.kind == "Law" else "" if row.theory else " (absolute)"
    errors = abs(row.mean - row.theory) / row.se if row.se > 0 and row.kind in ("Mean", "Limit", "Rate") else math.nan
    beside = f", {formats.count(errors)} standard errors" if errors < 1e6 else ""
    return f"off by at least {formats.share(_distance(row))}{unit}{beside}"


def _where(row: Any, sizes: dict[str, tuple[str, str]]) -> str:
    cell = ", ".join(f"{name} = {x}" for name, x in _parameters(row.cell, sizes).items())
    return f"{row.quantity} at {cell}"


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
    return Power(
        formats.share(least), formats.share(most), unit, _where(best, _sizes(claim, tier)), marks.spread(least, most)
    )
