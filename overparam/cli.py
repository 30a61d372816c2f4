"""The command line `overparam`: list, verify, figures, report, show, diagnose.

Exit codes: 0 all agree and every decoy is rejected; 1 something disagrees or is undecided; 2 usage or environment
error; 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from lab.errors import Foreseeable
from overparam.choice import UsageError, choose, is_own, nearest
from overparam.verdicts import help_text

if TYPE_CHECKING:
    from claims import Claim

DEFAULT_STORE = "results"


class Parser(argparse.ArgumentParser):
    """Errors in one paragraph with the nearest valid name."""

    def error(self, message: str) -> NoReturn:
        if match := re.search(r"invalid choice: '([^']*)' \(choose from (.*)\)", message):
            choices = [choice.strip("' ") for choice in match[2].split(",")]
            message = f"{message.split(':')[0]}: {match[1]!r} is not valid; {nearest(match[1], choices)}"
        elif match := re.search(r"unrecognized arguments: (\S+)", message):
            message = f"{match[1]!r} is not an option here; {nearest(match[1], self._options())}"
        raise UsageError(message)

    def _options(self) -> list[str]:
        own = list(self._option_string_actions)
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                own += [option for parser in action.choices.values() for option in parser._option_string_actions]
        return sorted(set(own) - {"-h"})


def positive(text: str) -> int:
    """An integer >= 1."""
    if not re.fullmatch(r"\d{1,9}", text) or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} must be an integer >= 1")
    return int(text)


def natural(text: str) -> int:
    """An integer >= 0."""
    if not re.fullmatch(r"\d{1,40}", text):
        raise argparse.ArgumentTypeError(f"{text!r} must be an integer >= 0")
    return int(text)


def add_run_options(parser: argparse.ArgumentParser) -> None:
    """The options of every command that runs claims."""
    parser.add_argument("--tier", choices=("quick", "full"), default="quick", help="size of the grid (default: quick)")
    parser.add_argument("--seed", type=natural, default=0, help="suite seed (default: 0)")
    parser.add_argument("--backend", choices=("auto", "numpy", "cupy"), default="auto", help="array library")
    parser.add_argument("--jobs", type=positive, help="processes (default: all cores)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="run on the Dask cluster at this address")
    parser.add_argument("--store", metavar="DIR", default=DEFAULT_STORE, help="folder of finished blocks")
    parser.add_argument("--json", metavar="FILE", help="write the whole table as records")
    parser.add_argument("--csv", metavar="FILE", help="write the whole table as CSV")
    parser.add_argument("--parquet", metavar="FILE", help="write the whole table as Parquet (needs pyarrow)")
    parser.add_argument("--fresh", action="store_true", help="simulate again what is stored")


OWN = "A FILE.py is Python of your own that defines CLAIMS, a tuple of claims: its code is executed."

RULE = f"""\
How verdicts work

{help_text()}

{OWN}

exit codes: 0 all agree and every decoy is rejected; 1 something disagrees or is undecided; 2 usage or environment
error; 130 interrupted"""


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        import overparam

        print(f"overparam {overparam.__version__}")
        parser.exit()


def _parser() -> argparse.ArgumentParser:
    from overparam.diagnosis_command import add_arguments as add_diagnose_arguments

    parser = Parser(prog="overparam", description="Published claims on over-parameterized learning, judged.")
    parser.add_argument("--version", action=_Version, nargs=0, help="print the version")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=Parser)
    listing = commands.add_parser("list", help="topics, claims, sources", epilog=OWN)
    listing.add_argument("names", nargs="*", metavar="TOPIC|FILE.py", help="default: every topic")
    listing.add_argument("--grep", metavar="WORD", help="only claims that say WORD in slug, title, statement or source")
    verify = commands.add_parser(
        "verify", help="simulate, compare with theory, judge", epilog=RULE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    verify.add_argument("names", nargs="*", metavar="TOPIC|CLAIM|FILE.py|FILE.py::CLAIM", help="default: everything")
    add_run_options(verify)
    verify.add_argument("--max-trials", metavar="N", type=positive, help="most trials of one simulation")
    figures = commands.add_parser("figures", help="draw the figures")
    figures.add_argument("names", nargs="*", metavar="TOPIC|TOPIC/PICTURE", help="default: every topic")
    figures.add_argument("--panel", metavar="a", help="one panel of each picture, at column width")
    figures.add_argument("--width", choices=("column", "page"), help="width of a journal's column or page")
    figures.add_argument("--out", metavar="DIR", help="folder for the figures (default: STORE/figures)")
    figures.add_argument("--force", action="store_true", help="draw again what is up to date")
    add_run_options(figures)
    report = commands.add_parser("report", help="write one self-contained HTML page", epilog=OWN)
    report.add_argument("names", nargs="*", metavar="TOPIC|CLAIM|FILE.py", help="default: every topic")
    report.add_argument(
        "--out", metavar="FILE.html|DIR", help="the page, or a folder for its index.html (default: STORE/report.html)"
    )
    add_run_options(report)
    diagnose = commands.add_parser("diagnose", help="which theory applies to data of your own")
    add_diagnose_arguments(diagnose, f"{DEFAULT_STORE}/diagnosis")
    show = commands.add_parser("show", help="one claim: statement, source, grid, decoys, last verdict", epilog=OWN)
    show.add_argument("claim", metavar="CLAIM|FILE.py::CLAIM")
    show.add_argument("--store", metavar="DIR", default=DEFAULT_STORE, help="folder of finished blocks")
    return parser


def _check_word(word: str) -> None:
    """No file system and no terminal takes these, and each would fail in its own way."""
    if "\0" in word or any("\ud800" <= c <= "\udfff" for c in word):
        raise UsageError(f"{word!r} is no text: NUL and half characters are not valid on the command line")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""

    def command() -> int:
        words = sys.argv[1:] if argv is None else list(argv)
        for word in words:
            _check_word(word)
        parser = _parser()
        if not words:
            parser.print_help()
            return 0
        if words[0].startswith("-") and words[0] not in parser._option_string_actions:
            parser.error(f"unrecognized arguments: {words[0]}")
        arguments = parser.parse_args(words)
        return int(COMMANDS[arguments.command](arguments))

    return guarded(command)


def guarded(command: Callable[[], int]) -> int:
    """Run a command; every foreseeable failure is one paragraph on stderr and exit code 2."""
    try:
        code = command()
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader of our output has gone: `overparam list | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return complain("interrupted; finished blocks are kept, the same command goes on from there", code=130)
    except SystemExit as stop:  # --help
        return int(stop.code or 0)
    except Foreseeable as error:
        return complain(str(error))
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        return complain(f"{error.strerror or error}{where}; free some space or choose another place, then try again")


def complain(message: str, code: int = 2) -> int:
    """Say what is wrong on stderr, in one paragraph; return the exit code."""
    print("overparam: " + " ".join(message.split()), file=sys.stderr)
    return code


def run(arguments: argparse.Namespace, chosen: tuple[Claim, ...]) -> Any:
    """verify with the options of the command line; writes the exports asked for."""
    from overparam.export import prepare, write

    prepare(arguments)
    table = judge(arguments, chosen, arguments.fresh)
    write(table, arguments)
    return table


def judge(arguments: argparse.Namespace, chosen: tuple[Claim, ...], fresh: bool) -> Any:
    """verify with the options of the command line."""
    from lab.verification import verify

    return verify(
        chosen, arguments.tier, arguments.seed, arguments.backend, arguments.jobs, arguments.store,
        max_trials=getattr(arguments, "max_trials", None), scheduler=arguments.scheduler, fresh=fresh,
        progress=sys.stderr, warn=_warn,
    )  # fmt: skip


def _warn(message: str) -> None:
    print("overparam: " + message, file=sys.stderr)


def _list(arguments: argparse.Namespace) -> int:
    from lab.columns import aligned

    groups: dict[str, list[tuple[str, str, str]]] = {}
    for c in choose(arguments.names):
        line = (c.slug, c.title, f"{c.source.key}, {c.source.where} ({c.source.wording})")
        said = "\n".join((c.topic, *line, c.statement)).casefold()
        if arguments.grep is None or arguments.grep.casefold() in said:
            groups.setdefault(c.topic, []).append(line)
    if not groups:
        raise UsageError(f"no claim says {arguments.grep!r}; see: overparam list")
    for topic, lines in groups.items():
        print(topic)
        print("\n".join("  " + line for line in aligned(lines, left=3)) + "\n")
    return 0


def _verify(arguments: argparse.Namespace) -> int:
    from lab.summary import passes, text

    table = run(arguments, choose(arguments.names))
    print(text(table))
    return 0 if passes(table) else 1


def named_topics(names: Sequence[str]) -> tuple[str, ...]:
    """The named topics, or all; UsageError with the nearest name where there is none."""
    from claims import topics

    for name in names:
        if name not in topics():
            raise UsageError(f"there is no topic {name!r}; {nearest(name, topics())}")
    return tuple(t for t in topics() if not names or t in names)


def named_pictures(names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The pictures of each named topic, () for all; UsageError with the nearest name where there is no such topic."""
    chosen: dict[str, tuple[str, ...]] = {}
    for name in names:
        topic, _, picture = name.partition("/")
        named_topics([topic])
        if topic not in chosen or not picture:
            chosen[topic] = (picture,) if picture else ()
        elif chosen[topic]:
            chosen[topic] = (*chosen[topic], picture)
    return {topic: chosen.get(topic, ()) for topic in named_topics(list(chosen))}


def _figures(arguments: argparse.Namespace) -> int:
    if arguments.panel and not re.fullmatch(r"[a-j]", arguments.panel):
        raise UsageError(f"--panel {arguments.panel!r}: must be the letter of a panel, a to j")
    out = Path(arguments.out or Path(arguments.store) / "figures")
    return draw_figures(arguments, named_pictures(arguments.names), out, arguments.force)


def draw_figures(
    arguments: argparse.Namespace, chosen: Mapping[str, Sequence[str]], out: Path, force: bool = False
) -> int:
    """Judge and draw what is not up to date."""
    from figures.draw import draw
    from figures.stamps import topics
    from overparam.export import prepare, write

    prepare(arguments)
    tables: list[Any] = []

    def judged(names: Sequence[str], fresh: bool) -> Any:
        tables.append(judge(arguments, choose(names), fresh))
        return tables[-1]

    code = draw(arguments, {t: names for t, names in chosen.items() if t in topics()}, out, judged, force)
    if tables and any((arguments.json, arguments.csv, arguments.parquet)):
        import pandas as pd

        write(pd.concat(tables).drop_duplicates(["claim", "quantity", "cell", "decoy"]), arguments)
    return code


def _report(arguments: argparse.Namespace) -> int:
    from claims import topics
    from lab.judge.calibration import calibrate
    from lab.summary import passes
    from overparam.report.own import draw
    from overparam.report.page import write_report

    chosen = choose(arguments.names)
    figures = Path(arguments.store) / "figures"
    whole = [name for name in topics() if name in arguments.names or not arguments.names]
    if whole:
        draw_figures(arguments, dict.fromkeys(whole, ()), figures)
        arguments.fresh = False
    table = run(arguments, chosen)
    draw([claim for claim in chosen if is_own(claim)], table, figures)
    path = _page(Path(arguments.out) if arguments.out else Path(arguments.store) / "report.html")
    write_report(path, chosen, table, figures, arguments, [s._asdict() for s in calibrate()])
    print(f"report: {path}")
    return 0 if passes(table) else 1


def _page(out: Path) -> Path:
    """The page itself: a name ending in .html is a file, all else a folder."""
    path = out if out.suffix == ".html" else out / "index.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _diagnose(arguments: argparse.Namespace) -> int:
    from overparam.diagnosis_command import run as run_diagnosis

    return run_diagnosis(arguments)


def _show(arguments: argparse.Namespace) -> int:
    from claims import topics
    from overparam.show import describe

    if arguments.claim in topics():
        raise UsageError(f"{arguments.claim!r} is a topic, show takes one claim: see overparam list {arguments.claim}")
    print("\n\n".join(describe(claim, arguments.store) for claim in choose([arguments.claim])))
    return 0


COMMANDS = {
    "list": _list,
    "verify": _verify,
    "figures": _figures,
    "report": _report,
    "diagnose": _diagnose,
    "show": _show,
}
