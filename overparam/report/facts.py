"""What the report shows beside the claims: figures, the calibration of the judge, where the numbers are from."""

from __future__ import annotations

import argparse
import base64
import json
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from overparam import formats
from overparam.typeset import plain

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Drawing:
    """A figure as a data URI; it stands at the first of its claims, the others link to it."""

    title: str
    alt: str
    uri: str
    width: int
    claims: tuple[str, ...]


def drawings(figures: Path, topic: str, titles: dict[str, str]) -> list[Drawing]:
    """The figures that the manifest of a topic names and that show any of the judged claims."""
    try:
        listed = json.loads((figures / topic / "manifest.json").read_text(encoding="utf-8"))
        items = [(str(item["name"]), str(item["title"]), list(item["claims"])) for item in listed]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    found = []
    for name, title, slugs in items:
        shown = tuple(slug for slug in slugs if slug in titles)
        path = figures / topic / f"{name}.svg"
        if not shown or not path.is_file():
            continue
        picture = path.read_bytes()
        uri = "data:image/svg+xml;base64," + base64.b64encode(picture).decode("ascii")
        about = "; ".join(titles[slug] for slug in shown)
        alt = f"{plain(title)}. Theory as lines, simulation as dots, decoys dashed. Shows: {about}."
        found.append(Drawing(title, alt, uri, _width(picture), shown))
    return found


def _width(picture: bytes) -> int:
    """The width in pixels at which a figure's 8 pt type is as large as the page's tables."""
    points = re.search(rb'<svg[^>]*?\swidth="([\d.]+)pt"', picture)
    return round(1.45 * float(points[1])) if points else 730


def calibrated(rows: Iterable[dict[str, Any]]) -> list[dict[str, str]]:
    """The rows with their names in one spelling and their numbers as text."""
    names = {"level": "nominal", "false alarm band": "band", "false alarms band": "band"}
    tidy = []
    for row in rows:
        spelled = {str(name).replace("_", " "): value for name, value in row.items()}
        tidy.append({names.get(name, name): _said(value) for name, value in spelled.items()})
    return tidy


def _said(value: Any) -> str:
    if isinstance(value, list | tuple):
        return " to ".join(_said(v) for v in value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    return formats.count(value) if isinstance(value, int) else formats.number(value, 3)


def provenance(table: pd.DataFrame, arguments: argparse.Namespace) -> list[tuple[str, str]]:
    facts = {"tier": str(arguments.tier), "seed": str(arguments.seed), "backend": str(arguments.backend)}
    if not table.empty:
        facts |= {name: ", ".join(map(str, dict.fromkeys(table[name]))) for name in ("backend", "versions", "date")}
        own = table[table.decoy.isna()]
        facts["rows judged"] = f"{formats.count(len(own))}, and {formats.count(len(table) - len(own))} of decoys"
        facts["level of one row"] = formats.number(float(own.level.iloc[0]), 3)
        seconds = own.drop_duplicates(["claim", "cell"]).cpu_seconds.sum()
        facts["simulation, CPU seconds"] = formats.seconds(seconds)
    return [*facts.items(), *([("commit", commit)] if (commit := _commit()) else [])]


def _commit() -> str:
    """The commit of the source tree, where this runs from one."""
    if not (ROOT / ".git").exists():  # an installed package inside somebody else's repository
        return ""

    def git(*words: str) -> str:
        return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=True).stdout

    try:
        changed = git("status", "--porcelain", "--untracked-files=no").strip()
        return git("rev-parse", "--short=12", "HEAD").strip() + (" with uncommitted changes" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return ""
