"""The tables: read on a terminal, kept as Markdown and CSV with machine, versions and date."""

from __future__ import annotations

import csv
import datetime
import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

Row = Sequence[object]


class Table(NamedTuple):
    """A titled table; `name` is its file's stem."""

    name: str
    title: str
    header: tuple[str, ...]
    rows: list[Row]
    notes: tuple[str, ...] = ()


def machine() -> str:
    """CPU model, cores of this process and their load, libraries, date and commit: no host names, no paths."""
    model = platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text().splitlines()
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), model)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    libraries = []
    for name in ("numpy", "scipy", "scikit-learn", "jax", "torch", "cupy-cuda12x", "cupy-cuda13x"):
        try:
            libraries.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    busy = f", load average {os.getloadavg()[1]:.1f}" if hasattr(os, "getloadavg") else ""
    parts = [f"{model}, {cores} cores, one thread{busy}", f"Python {platform.python_version()}", *libraries]
    return "; ".join([*parts, f"{blas['name']} {blas['version']}", " ".join([today, *_commit()])])


def _commit() -> list[str]:
    """The state of the repository that is measured, if git can tell."""
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    try:
        found = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return []
    return [f"({found.stdout.strip()})"] if found.returncode == 0 else []


def number(value: object) -> str:
    """Three significant digits; a dash for what was not measured."""
    if value is None:
        return "-"
    if not isinstance(value, float):
        return str(value)
    if np.isnan(value):
        return "-"
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def aligned(table: Table, separator: str = "  ") -> str:
    """The table with columns aligned: words to the left, numbers to the right."""
    cells = [list(table.header), *([number(v) for v in row] for row in table.rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(table.header))]
    lines = [
        separator.join([row[0].ljust(widths[0]), *(c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))])
        for row in cells
    ]
    return "\n".join([table.title, "", lines[0], "-" * len(lines[0]), *lines[1:], *table.notes])


def markdown(table: Table, about: str) -> str:
    """The table in Markdown, under its title and the machine."""
    rows = ["| " + " | ".join(number(v) for v in row) + " |" for row in table.rows]
    head = ["| " + " | ".join(table.header) + " |", "|---" + "|---:" * (len(table.header) - 1) + "|"]
    notes = [f"- {note}" for note in table.notes]
    return "\n".join([f"# {table.title}", "", about, "", *head, *rows, *([""] if notes else []), *notes, ""])


def save(tables: Sequence[Table], folder: Path, about: str = "") -> None:
    """Write every table as .md and .csv, with the machine (or what is said `about` it)."""
    folder.mkdir(parents=True, exist_ok=True)
    about = about or machine()
    for table in tables:
        (folder / f"{table.name}.md").write_text(markdown(table, about), encoding="utf-8")
        with (folder / f"{table.name}.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([*table.header, "machine"])
            full = ([f"{v:.6g}" if isinstance(v, float) else number(v) for v in row] for row in table.rows)
            writer.writerows([*row, about] for row in full)
