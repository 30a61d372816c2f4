"""`overparam report`: everything that a run says, as one self-contained HTML page."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from markupsafe import Markup

from claims import Claim
from lab.judge.finding import AGREES, DISAGREES, UNDECIDED
from lab.run.files import replace
from lab.summary import Summary, summarise
from overparam import bibliography, formats
from overparam.choice import address
from overparam.report import claim as report_claim
from overparam.report import facts as report_facts
from overparam.report import numbers as report_numbers
from overparam.report.own import FOLDER
from overparam.typeset import plain, typeset
from overparam.verdicts import RULES

FILTERS = {
    AGREES: "agrees",
    DISAGREES: "disagrees",
    UNDECIDED: "undecided",
    report_claim.DECOY_KEPT: "decoy not rejected",
    report_claim.LOOSE: "loose bound",
}


@dataclass(frozen=True)
class Entry:
    """One claim with all that is shown of it."""

    claim: Claim
    summary: Summary
    status: list[str]
    loose: str
    more: str
    effect: str
    seen: str
    tightness: str
    statement: Markup
    references: list[bibliography.Reference | str]
    wording: str
    agreement: str
    numbers: report_numbers.Numbers
    decoys: list[report_claim.DecoyLine]
    power: report_claim.Power
    functions: list[tuple[str, str]]
    rerun: str
    drawings: list[report_facts.Drawing]
    elsewhere: list[tuple[str, str]]


@dataclass(frozen=True)
class Topic:
    """The entries of a topic; `status` holds what any of them can be filtered by."""

    name: str
    title: str
    about: str
    entries: list[Entry] = field(default_factory=list)

    @property
    def status(self) -> list[str]:
        """The filters under which the topic has something to show."""
        return [name for name in FILTERS if any(name in entry.status for entry in self.entries)]


def write_report(
    path: Path,
    claims: Sequence[Claim],
    table: pd.DataFrame,
    figures: Path,
    arguments: argparse.Namespace,
    calibration: Iterable[dict[str, Any]] | None = None,
) -> None:
    """Write the page, whole or not at all.

    `figures` is the folder that `overparam figures` has drawn into (it may be absent); `arguments` has tier, seed and
    backend; `calibration` has rows with kind, tail, claims, nominal, false alarms, band, missed.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    replace(path, page(claims, table, figures, arguments, calibration))


def page(
    claims: Sequence[Claim],
    table: pd.DataFrame,
    figures: Path,
    arguments: argparse.Namespace,
    calibration: Iterable[dict[str, Any]] | None = None,
) -> str:
    """Return the page as text."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined,
    )  # fmt: skip
    topics = _topics(claims, table, figures, arguments)
    entries = [entry for topic in topics for entry in topic.entries]
    return environment.get_template("report.html.j2").render(
        topics=topics,
        entries=entries,
        passed=sum(entry.summary.passes for entry in entries),
        filters=[(name, label, sum(name in e.status for e in entries)) for name, label in FILTERS.items()],
        calibration=None if calibration is None else report_facts.calibrated(calibration),
        provenance=report_facts.provenance(table, arguments),
        rules=RULES,
        rerun=_command(" ".join(["report", *map(shlex.quote, getattr(arguments, "names", ()))]), arguments),
        formats=formats,
        plain=plain,
    )


# --- topics and claims -----------------------------------------------------------------------------------------------


def _topics(claims: Sequence[Claim], table: pd.DataFrame, figures: Path, arguments: argparse.Namespace) -> list[Topic]:
    known = bibliography.read()
    summaries = {} if table.empty else {summary.claim: summary for summary in summarise(table)}
    judged = [claim for claim in claims if claim.slug in summaries]
    titles = {claim.slug: plain(claim.title) for claim in judged}
    drawn = [
        drawing
        for name in dict.fromkeys([*(c.topic for c in judged), FOLDER])
        for drawing in report_facts.drawings(figures, name, titles)
    ]
    topics: dict[str, Topic] = {}
    for claim in judged:
        topic = topics.setdefault(claim.topic, Topic(claim.topic, _title(claim.topic), _about(claim.topic)))
        rows = table[table.claim == claim.slug]
        topic.entries.append(_entry(claim, summaries[claim.slug], rows, known, drawn, arguments))
    return list(topics.values())


def _entry(
    claim: Claim,
    summary: Summary,
    rows: pd.DataFrame,
    known: dict[str, bibliography.Reference],
    drawn: list[report_facts.Drawing],
    arguments: argparse.Namespace,
) -> Entry:
    own, tier = rows[rows.decoy.isna()], arguments.tier
    keys = [key for key in claim.source.key.replace(";", ",").replace(" ", ",").split(",") if key]
    return Entry(
        claim=claim,
        summary=summary,
        status=report_claim.status(summary),
        loose=report_claim.looseness(summary),
        more=report_claim.more(summary),
        effect=formats.NONE if summary.effect != summary.effect else f"{summary.effect:.1f}",
        seen=formats.share(summary.seen),
        tightness=formats.number(summary.tightness, 2),
        statement=typeset(claim.statement),
        references=[known.get(key, key) for key in keys],
        wording=report_claim.WORDINGS.get(claim.source.wording, claim.source.wording),
        agreement=report_claim.agreement(claim),
        numbers=report_numbers.numbers(claim, own, tier),
        decoys=report_claim.decoys(claim, rows, tier),
        power=report_claim.power(claim, own, tier),
        functions=[("theory", _function(claim.predict)), ("simulation", _function(claim.simulate))],
        rerun=_command(f"verify {address(claim)}", arguments),
        drawings=[drawing for drawing in drawn if drawing.claims[0] == claim.slug],
        elsewhere=[(d.title, d.claims[0]) for d in drawn if claim.slug in d.claims[1:]],
    )


def _title(topic: str) -> str:
    return topic.replace("_", " ").capitalize()


def _about(topic: str) -> str:
    """The topic in one line: the first line of its declarations."""
    module = sys.modules.get(f"claims.{topic}")
    return ((module and module.__doc__) or "").strip().split("\n")[0]


def _function(function: Any) -> str:
    inner = getattr(function, "func", function)  # functools.partial
    return f"{getattr(inner, '__module__', '')}.{getattr(inner, '__qualname__', type(inner).__name__)}"


def _command(what: str, arguments: argparse.Namespace) -> str:
    backend = f" --backend {arguments.backend}" if getattr(arguments, "backend", "auto") != "auto" else ""
    return f"overparam {what} --tier {arguments.tier} --seed {arguments.seed}{backend}"
