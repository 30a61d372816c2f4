"""`make mutants`: how many of mutmut's planted bugs in theory/ the tests find, module by module, and which they miss.

The survivors are explained in mutants.csv beside this file: function, changed line, verdict, reason. "equivalent": no
input tells the mutant from the code beyond rounding, speed or a type annotation; these leave the score.
"accepted": a difference that no user needs to be protected from; "open": a test is missing. The score is killed /
(all - equivalent).
"""

from __future__ import annotations

import csv
import datetime
import importlib.metadata
import platform
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
KILLED = {"killed", "timeout", "segfault", "suspicious"}


class Mutant(NamedTuple):
    """One planted bug: where, what became of it, and for what was not killed the lines before and after."""

    module: str
    function: str
    status: str
    before: str
    after: str

    @property
    def key(self) -> tuple[str, str]:
        """What mutants.csv knows it by: the function, and the changed line (or the one that is gone)."""
        return f"{self.module}.{self.function}", self.after or f"without {self.before}"

    @property
    def alive(self) -> bool:
        """Whether no test noticed."""
        return self.status not in KILLED


def _planted() -> Iterator[Mutant]:
    """All mutants of mutmut's last run in this folder."""
    from mutmut.mutation.data import SourceFileMutationData
    from mutmut.mutation.diff_apply import get_diff_for_mutant
    from mutmut.stats import status_by_exit_code
    from mutmut.utils.file_utils import walk_mutatable_files
    from mutmut.utils.format_utils import orig_function_and_class_names_from_key

    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        for name, code in data.exit_code_by_key.items():
            status = status_by_exit_code[code]
            function, owner = orig_function_and_class_names_from_key(name)
            module = name.rpartition(".")[0].removeprefix("theory.")
            function = f"{owner}.{function}" if owner else function
            diff = "" if status in {*KILLED, "not checked"} else get_diff_for_mutant(name, path=path)
            yield Mutant(module, function, status, *_change(diff))


def _change(diff: str) -> tuple[str, str]:
    """The lines taken out and put in by a unified diff."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    return tuple(" ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")  # type: ignore[return-value]


def _reasons() -> dict[tuple[str, str], tuple[str, str]]:
    """Key of a mutant -> verdict and reason."""
    with (HERE / "mutants.csv").open(newline="") as file:
        return {(row["function"], row["change"]): (row["verdict"], row["reason"]) for row in csv.DictReader(file)}


def report(mutants: list[Mutant], reasons: dict[tuple[str, str], tuple[str, str]], version: str) -> str:
    """The table of modules and the list of survivors with their reasons, as Markdown."""
    survivors = [mutant for mutant in mutants if mutant.alive]
    verdicts = {mutant: reasons.get(mutant.key, ("unexplained", mutant.status)) for mutant in survivors}
    spared = [mutant for mutant in survivors if verdicts[mutant][0] == "equivalent"]
    rows = []
    for module in [*sorted({mutant.module for mutant in mutants}), "all of theory"]:
        total, alive, equal = (
            sum(mutant.module == module or module == "all of theory" for mutant in part)
            for part in (mutants, survivors, spared)
        )
        score = 100 * (total - alive) / max(1, total - equal)
        rows.append(f"| {module} | {total} | {total - alive} | {alive - equal} | {equal} | {score:.1f} |")
    listed: dict[tuple[str, str, str], list[str]] = {}
    for mutant in survivors:
        listed.setdefault((mutant.key[0], *verdicts[mutant]), []).append(f"  - `{mutant.before}` -> `{mutant.after}`")
    return "\n".join([
        "# Planted bugs in theory/",
        "",
        f"mutmut {version}; Python {platform.python_version()}; "
        f"{datetime.date.today()}; tests/theory only, without the examples in the docstrings",
        "",
        "| module | mutants | killed | survived | equivalent | score, % |",
        "|---|---:|---:|---:|---:|---:|",
        *rows,
        "",
        "- score: killed / (mutants - equivalent); survived: all others, listed below with the reason.",
        "",
        "## Not killed",
        "",
        *(f"- {place}, {verdict}: {reason}\n" + "\n".join(lines) for (place, verdict, reason), lines in listed.items()),
        "",
    ])  # fmt: skip


def main() -> None:
    """Write results/mutants.md from mutmut's results and the reasons; print what has no reason yet."""
    planted, reasons = list(_planted()), _reasons()
    mutants = [mutant for mutant in planted if mutant.status != "not checked"]
    text = report(mutants, reasons, importlib.metadata.version("mutmut"))
    (HERE / "results" / "mutants.md").write_text(text)
    print(text.partition("\n## ")[0])
    print(dict(Counter(mutant.status for mutant in planted)))
    alive = {mutant.key for mutant in mutants if mutant.alive}
    for note, keys in (("no reason in", alive - set(reasons)), ("no such survivor, but in", set(reasons) - alive)):
        for function, change in sorted(keys):
            print(f"{note} mutants.csv: {function}: {change}")


if __name__ == "__main__":
    main()
