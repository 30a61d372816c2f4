"""`make paper`: judge (from the store), draw, generate, run LaTeX."""

from __future__ import annotations

import argparse
import shutil
import subprocess
from pathlib import Path

from overparam import cli

HERE = Path(__file__).resolve().parent
MISSING = (
    "latexmk is not installed; on Debian or Ubuntu: sudo apt-get install --no-install-recommends latexmk "
    "texlive-latex-recommended texlive-fonts-recommended lmodern"
)


def main(argv: list[str] | None = None) -> int:
    """Write paper/paper.pdf; exit codes as of overparam."""
    parser = cli.Parser(prog="python -m paper", description="Build the paper.")
    cli.add_run_options(parser)
    return cli.guarded(lambda: _build(parser.parse_args(argv)))


def _build(arguments: argparse.Namespace) -> int:
    if shutil.which("latexmk") is None:
        raise cli.UsageError(MISSING)
    arguments.names = []
    figures = Path(arguments.store) / "figures"
    cli.draw_figures(arguments, cli.named_pictures([]), figures)
    arguments.fresh = False
    _generate(arguments, figures)
    # -g: after a failed run latexmk would refuse to try again while no source has changed.
    command = ["latexmk", "-g", "-pdf", "-silent", "-interaction=nonstopmode", "-halt-on-error", "paper.tex"]
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True)
    if done.returncode:
        log = (HERE / "paper.log").read_text(errors="replace") if (HERE / "paper.log").exists() else done.stdout
        error = next((line for line in log.splitlines() if line.startswith("!")), "see paper/paper.log")
        raise cli.UsageError(f"LaTeX failed: {error}")
    print(f"paper: {HERE / 'paper.pdf'}")
    return 0


def _section(topic: str) -> Path:
    return HERE / "sections" / f"{topic}.tex"


def _main(topic: str) -> list[str]:
    from paper import build

    return build.main_slugs(_section(topic).read_text(encoding="utf-8")) if _section(topic).exists() else []


def _generate(arguments: argparse.Namespace, figures: Path) -> None:
    from claims import load_claims, topics
    from lab.judge.calibration import calibrate
    from lab.summary import summarise
    from paper import build

    table = cli.run(arguments, load_claims())
    generated = HERE / "generated"
    generated.mkdir(exist_ok=True)
    drawn, known = build.manifest(figures), {claim.slug: claim for claim in load_claims()}
    for topic in topics():
        rows = table[table.topic == topic]
        parts = {
            "claims": build.claims(list(load_claims(topic))),
            "verdicts": build.verdicts(summarise(rows)),
            "main": build.main_claims([known[slug] for slug in _main(topic)], summarise(rows)),
        }
        parts |= {f"figure-{one['name']}": build.picture(one, figures) for one in drawn if one["topic"] == topic}
        for part, text in parts.items():
            (generated / f"{topic}-{part}.tex").write_text(text, encoding="utf-8")
    (generated / "numbers.tex").write_text(build.numbers(table), encoding="utf-8")
    (generated / "calibration.tex").write_text(build.calibration(calibrate()), encoding="utf-8")
    (generated / "references.bib").write_text(build.bibliography(HERE / "references.bib.d"), encoding="utf-8")
    # Each section ends its page, so that its figures stand in it.
    sections = [rf"\input{{sections/{topic}}}\clearpage" for topic in topics() if _section(topic).exists()]
    (generated / "appendix.tex").write_text(build.appendix(topics()), encoding="utf-8")
    (generated / "sections.tex").write_text("\n".join(sections) + "\n", encoding="utf-8")


if __name__ == "__main__":
    raise SystemExit(main())
