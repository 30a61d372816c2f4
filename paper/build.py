"""Generated parts of the paper: claims in theorem form, verdict tables, figures with captions, and single numbers."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from claims import Claim
from lab.judge.calibration import Score
from lab.summary import Summary, summarise

WORDING = {
    "seen": "wording seen at the source",
    "recalled": "source recalled; the wording is ours",
    "derived": "derived here",
}


KEY = (
    r"Lines: theory; dots: simulation with 95\,\% intervals; thin dashed grey: decoys; dotted: what a claim asserts; "
    "strips: relative differences, pale bars as judged."
)


def number(x: float) -> str:
    """A number for running text: three significant digits, powers of ten in mathematics.

    >>> number(0.01234), number(2e-12), number(float("nan"))
    ('0.0123', '$2\\\\times 10^{-12}$', '--')
    """
    if math.isnan(x):
        return "--"
    if math.isinf(x):
        return r"$\infty$"
    if x == 0 or 1e-3 <= abs(x) < 1e5:
        text = f"{x:.3g}"
        return text if "e" not in text else f"{x:.0f}"
    mantissa, exponent = f"{x:.2e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    return rf"${mantissa}\times 10^{{{int(exponent)}}}$"


def percent(x: float) -> str:
    """A relative error for a table."""
    return number(x) if not math.isfinite(x) or x < 1e-5 else f"{100 * x:.2g}\\,\\%"


def escape(text: str) -> str:
    """Plain text for LaTeX, mathematics between dollar signs left alone."""
    parts = text.split("$")
    parts[::2] = [re.sub(r"([&%#_])", r"\\\1", re.sub(r'"([^"]*)"', r"``\1''", part)) for part in parts[::2]]
    return "$".join(parts)


def claims(chosen: list[Claim]) -> str:
    """Claims in theorem form, each with its source."""
    lines = []
    for c in chosen:
        lines += [
            rf"\begin{{claim}}[{escape(c.title)}]\label{{claim:{c.slug}}}",
            escape(c.statement),
            rf"\hfill{{\footnotesize \citet{{{c.source.key}}}, {escape(c.source.where)}; {WORDING[c.source.wording]}. "
            rf"\texttt{{{c.slug}}}}}",
            r"\end{claim}",
        ]
    return "\n".join(lines) + "\n"


def verdicts(summaries: list[Summary]) -> str:
    """The verdict table of a topic."""
    lines = [
        r"\begin{center}\footnotesize\begin{longtable}{@{}>{\raggedright\arraybackslash}p{0.35\linewidth}lrrrr@{}}\toprule",
        r"claim & verdict & effect/se & smallest error seen & decoys & trials\\\midrule\endhead",
    ]
    for s in summaries:
        verdict = s.verdict + (f", loose $\\times{s.loose:.3g}$" if s.loose > 0 else "")
        effect = "" if math.isnan(s.effect) else f"{s.effect:.1f}"
        slug = s.claim.replace("-", r"-\allowbreak{}")
        lines.append(
            rf"\texttt{{{slug}}} & {verdict} & {effect} & {percent(s.seen)} & {s.rejected}/{s.decoys} & {s.trials}\\"
        )
    return "\n".join([*lines, r"\bottomrule\end{longtable}\end{center}"]) + "\n"


def picture(entry: Mapping[str, Any], folder: Path) -> str:
    """One figure of a topic with its label; its caption names its claims."""
    topic, name = entry["topic"], entry["name"]
    shown = ", ".join(rf"\ref{{claim:{slug}}}" for slug in entry["claims"])
    path = (folder / topic / f"{name}.pdf").resolve()
    return "\n".join(
        [
            r"\begin{figure}[htbp]\centering",
            rf"\includegraphics[scale=0.87]{{{path}}}",
            rf"\caption{{{escape(str(entry['title']))}. {KEY} Claims {shown}.}}",
            rf"\label{{fig:{topic}:{name}}}\end{{figure}}",
        ]
    ) + "\n"  # fmt: skip


def main_claims(chosen: Sequence[Claim], summaries: Sequence[Summary]) -> str:
    """The main claims of a topic, by the numbers that they have in the appendix, and their verdicts."""
    lines = []
    for c in chosen:
        lines += [
            rf"\begin{{restated}}{{{c.slug}}}{{{escape(c.title)}; \citealt{{{c.source.key}}}}}",
            escape(c.statement),
            r"\end{restated}",
        ]
    slugs = {c.slug for c in chosen}
    return "\n".join(lines) + "\n" + verdicts([s for s in summaries if s.claim in slugs])


def main_slugs(section: str) -> list[str]:
    """The slugs that a section names as its main claims."""
    found = re.search(r"\\mainclaims\{\w+\}\{([^}]*)\}", section)
    return [] if found is None else [slug.strip() for slug in found[1].split(",")]


def appendix(topics: Sequence[str]) -> str:
    """All claims and verdicts, a subsection a topic."""
    lines = []
    for topic in topics:
        title = topic.replace("_", " ").capitalize()
        lines += [rf"\subsection{{{title}}}", rf"\claims{{{topic}}}", rf"\verdicts{{{topic}}}"]
    return "\n".join(lines) + "\n"


def numbers(table: pd.DataFrame) -> str:
    r"""One TeX name a number: \seen{slug}, \tightness{slug}, and \simulated{slug}{k}, \predicted{slug}{k} for row k."""
    lines = []

    def define(name: str, value: str) -> None:
        lines.append(rf"\expandafter\def\csname number:{name}\endcsname{{{value}}}")

    summaries = summarise(table)
    define("claims", str(len(summaries)))
    define("agree", str(sum(s.passes for s in summaries)))
    define("decoys", str(sum(s.decoys for s in summaries)))
    define("rejected", str(sum(s.rejected for s in summaries)))
    define("rows", str(int(table.decoy.isna().sum())))
    define("level", number(float(table.level.iloc[0])))
    define("trials", str(sum(s.trials for s in summaries)))
    define("cpu", f"{sum(s.seconds for s in summaries):.0f}")
    define("seed", str(table.seed.iloc[0]))
    define("tier", str(table.tier.iloc[0]))
    define("versions", escape(str(table.versions.iloc[0])))
    seen = pd.Series([s.seen for s in summaries])
    define("median-seen", percent(float(seen.median())))
    define("most-seen", percent(float(seen.max())))
    define("seen-one", str(int((seen <= 0.01).sum())))
    define("seen-five", str(int((seen <= 0.05).sum())))
    for s in summaries:
        define(f"seen:{s.claim}", percent(s.seen))
        define(f"tightness:{s.claim}", number(s.tightness))
    for slug, rows in table[table.decoy.isna()].groupby("claim", sort=False):
        for k, row in enumerate(rows.itertuples(), start=1):
            define(f"simulated:{slug}:{k}", number(float(row.mean)))  # type: ignore[arg-type]
            define(f"predicted:{slug}:{k}", number(float(row.theory)))
            define(f"tight:{slug}:{k}", number(float(row.tightness)))
            define(f"order:{slug}:{k}", number(float(row.order)))
    return "\n".join(lines) + "\n"


def calibration(scores: list[Score]) -> str:
    """The calibration table of the judge."""
    lines = [
        r"\begin{center}\footnotesize\begin{tabular}{@{}llrrrrr@{}}\toprule",
        r"kind & tail & trials & false alarms & at most & missed & at most\\\midrule",
    ]
    for s in scores:
        counts = (s.trials, s.false_alarms, s.false_alarm_band, s.missed, s.missed_band)
        lines.append(rf"{s.kind} & {escape(s.tail)} & {' & '.join(map(str, counts))}\\")
    return "\n".join([*lines, r"\bottomrule\end{tabular}\end{center}"]) + "\n"


def bibliography(folder: Path) -> str:
    """All topics' references in one file, each key once; the arXiv id as a note, which the style prints."""
    entries: dict[str, str] = {}
    for path in sorted(folder.glob("*.bib")):
        for entry in re.split(r"\n(?=@)", path.read_text(encoding="utf-8").strip()):
            if match := re.match(r"@\w+\{([^,\s]+)\s*,", entry):
                entries.setdefault(match[1], _with_note(entry.strip()))
    return "\n\n".join(entries.values()) + "\n"


def _with_note(entry: str) -> str:
    identifier = re.search(r"eprint\s*=\s*[{\"]([^}\"]+)", entry)
    if identifier is None or re.search(r"\bnote\s*=", entry):
        return entry
    return entry.replace(",", f",\n  note = {{arXiv:{identifier[1]}}},", 1)


def manifest(figures: Path) -> list[dict[str, object]]:
    """The list of figures that the drawing left beside them."""
    return [entry for path in sorted(figures.glob("*/manifest.json")) for entry in json.loads(path.read_text())]
