"""The table of a claim's own rows as the report shows it."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

import pandas as pd
from markupsafe import Markup

from claims import Bound, Claim, Limit, Rate
from lab.plan import families
from overparam import formats
from overparam.report import marks


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


def numbers(claim: Claim, own: pd.DataFrame, tier: str) -> Numbers:
    """The table of a claim's own rows; parameters, allowance and resolution that never vary are said once."""
    sizes = sizes_of(claim, tier)
    cells = [parameters_of(text, sizes) for text in own.cell]
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


def sizes_of(claim: Claim, tier: str) -> dict[str, tuple[str, str]]:
    """For claims judged over growing sizes: which parameter grows, and its values, by the label of the family."""
    if not isinstance(claim.kind, Limit | Rate):
        return {}
    name, found = claim.kind.size, {}
    for family in families(claim, tier):
        values = [formats.value(cell[name]) for cell in family.cells]
        found[family.label] = (name, ", ".join(values if len(values) <= 4 else [*values[:2], "…", values[-1]]))
    return found


def parameters_of(text: str, sizes: dict[str, tuple[str, str]]) -> dict[str, str]:
    cell = {name: formats.value(x) for name, x in json.loads(text).items()}
    if text in sizes:
        cell[sizes[text][0]] = sizes[text][1]
    return cell


def _row(row: Any, cell: dict[str, str], varying: list[str], extra: list[str], side: str) -> Row:
    said = {
        "allowance": formats.share(row.allowance),
        "resolution": formats.share(row.resolution),
        "order": order_of(row),
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


def order_of(row: Any) -> str:
    if math.isnan(row.order):
        return "not resolved"
    return f"{row.order:.2f} ({row.order_low:.1f} to {row.order_high:.1f})".replace("-", "−")


def _note(row: Any) -> str:
    return str(row.reason)
