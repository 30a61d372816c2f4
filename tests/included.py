"""Code in Markdown that is included from files of the suite: what a block must say, and writing it there.

A block is declared by a comment above it, `<!-- PATH: FIRST -->` or `<!-- PATH: FIRST to LAST -->`: the top-level
definitions of that file from FIRST to LAST. `python -m tests.included CONTRIBUTING.md` writes all blocks again.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(
    r"<!-- (?P<path>\S+\.py): (?P<first>\w+)(?: to (?P<last>\w+))? -->\n```python\n(?P<code>.*?)```", re.S
)


class Block(NamedTuple):
    """A declared block: the file, the first and last names that it defines, and the code that stands in the text."""

    path: str
    first: str
    last: str
    code: str


def blocks(text: str) -> list[Block]:
    """The declared blocks of a Markdown text."""
    return [Block(m["path"], m["first"], m["last"] or m["first"], m["code"]) for m in _BLOCK.finditer(text)]


def code_of(path: str, first: str, last: str) -> str:
    """The source of a file's top-level definitions from one to another."""
    source = (ROOT / path).read_text(encoding="utf-8")
    places = {name: node for node in ast.parse(source).body for name in _names(node)}
    start = min([places[first].lineno, *(d.lineno for d in getattr(places[first], "decorator_list", ()))])
    return "\n".join(source.splitlines()[start - 1 : places[last].end_lineno]) + "\n"


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    return [t.id for t in node.targets if isinstance(t, ast.Name)] if isinstance(node, ast.Assign) else []


def filled(text: str) -> str:
    """The text with every declared block as the file has it."""

    def fill(match: re.Match[str]) -> str:
        code = code_of(match["path"], match["first"], match["last"] or match["first"])
        return match[0][: match.start("code") - match.start()] + code + "```"

    return _BLOCK.sub(fill, text)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        Path(name).write_text(filled(Path(name).read_text(encoding="utf-8")), encoding="utf-8")
