"""`make readme`: the verdict table in brief and the gallery of the README, from the stored results."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pandas as pd

from lab.judge.finding import AGREES, OBSERVED
from lab.run.files import replace
from lab.summary import Summary, closing, percent, summarise
from overparam import cli

ROOT = Path(__file__).resolve().parent.parent
VERIFY = "`overparam verify` prints one line a claim"
MARKS = re.compile(r"(<!-- verdicts -->\n).*?(<!-- /verdicts -->)", flags=re.DOTALL)


def brief(summaries: list[Summary], seed: int, tier: str) -> str:
    """One line a topic: how many claims agree, decoys rejected, how small an error was seen."""
    lines = [
        "| topic | claims that agree | decoys rejected | smallest error seen (median) | CPU seconds |",
        "|---|---|---|---|---|",
    ]
    for topic in dict.fromkeys(s.topic for s in summaries):
        own = [s for s in summaries if s.topic == topic]
        judged = [s for s in own if s.verdict != OBSERVED]
        agree = sum(s.verdict == AGREES for s in judged)
        decoys = f"{sum(s.rejected for s in own)} of {sum(s.decoys for s in own)}"
        # Identities and bounds on every draw are exact to rounding: the median is over what is measured.
        seen = float(pd.Series([s.seen for s in judged if s.seen > 1e-5]).median())
        seconds = sum(s.seconds for s in own)
        name = topic.replace("_", " ")
        lines.append(f"| {name} | {agree} of {len(judged)} | {decoys} | {percent(seen)} | {seconds:.0f} |")
    return "\n".join(lines) + f"\n\n{closing(summaries)[-1]}\n({tier} tier, seed {seed}; {VERIFY}.)\n"


def main(argv: list[str] | None = None) -> int:
    """Rewrite the README's table and figure."""
    parser = cli.Parser(prog="python -m paper.readme", description="Renew the README's table and figure.")
    cli.add_run_options(parser)

    def command() -> int:
        from claims import load_claims

        arguments = parser.parse_args(argv)
        summaries = summarise(cli.run(arguments, load_claims()))
        readme = ROOT / "README.md"
        table = brief(summaries, arguments.seed, arguments.tier)
        replace(readme, MARKS.sub(lambda m: m[1] + table + m[2], readme.read_text(encoding="utf-8")))
        (ROOT / "docs").mkdir(exist_ok=True)
        shutil.copy(Path(arguments.store) / "figures" / "gallery.png", ROOT / "docs" / "gallery.png")
        return 0

    return cli.guarded(command)


if __name__ == "__main__":
    raise SystemExit(main())
