"""The sources of claims: the entries of paper/references.bib(.d), as far as a citation needs them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

PAPER = Path(__file__).resolve().parent.parent / "paper"
INSTALLED = Path(__file__).resolve().parent
"""Where a wheel has the same files."""

_COMBINING = {'"': "\u0308", "'": "\u0301", "`": "\u0300", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307"}
_LETTER_ACCENTS = {"c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "k": "\u0328", "r": "\u030a"}
_LETTERS = {
    r"\ss": "ß",
    r"\o": "ø",
    r"\O": "Ø",
    r"\l": "ł",
    r"\L": "Ł",
    r"\ae": "æ",
    r"\aa": "å",
    r"\i": "i",
    r"\&": "&",
}


class Reference(NamedTuple):
    """One entry; what it does not say is an empty string."""

    key: str
    authors: str
    title: str
    venue: str
    year: str
    arxiv: str
    doi: str


def read(folder: Path = PAPER) -> dict[str, Reference]:
    """Return all entries by key, of the paper or, in an installed package, of the copy that came with it.

    >>> read()["belkin2020two"].authors
    'Mikhail Belkin, Daniel Hsu and Ji Xu'
    """
    files = [folder / "references.bib", *sorted((folder / "references.bib.d").glob("*.bib"))]
    files += sorted((INSTALLED / "references.bib.d").glob("*.bib"))
    texts = [path.read_text(encoding="utf-8") for path in files if path.is_file()]
    return {reference.key: reference for text in texts for reference in parse(text)}


def parse(text: str) -> Iterator[Reference]:
    """Yield the entries of a BibTeX file.

    >>> next(parse("@misc{k, author = {Doe, J. and Roe, A.}, title = {On {B}ayes}, year = 2020}")).title
    'On Bayes'
    """
    for entry in re.split(r"^\s*@", text, flags=re.MULTILINE)[1:]:
        head = re.match(r"\w+\s*\{\s*([^,\s]+)\s*,", entry)
        if head is None:
            continue
        fields = _fields(entry[head.end() :])
        venue = fields.get("journal") or fields.get("booktitle") or fields.get("publisher") or ""
        arxiv = fields.get("eprint", "")
        if not arxiv and (number := re.search(r"arXiv[: ]*(\d{4}\.\d{4,5})", venue, re.IGNORECASE)):
            arxiv, venue = number[1], ""
        yield Reference(
            head[1], _authors(fields.get("author", "")), fields.get("title", ""), venue,
            fields.get("year", ""), arxiv, fields.get("doi", ""),
        )  # fmt: skip


def _fields(body: str) -> dict[str, str]:
    """The fields of an entry: names in lower case, values as plain text."""
    fields, position = {}, 0
    while match := re.compile(r"(\w+)\s*=\s*").search(body, position):
        end = _end(body, match.end())
        fields[match[1].lower()] = plain(body[match.end() : end].strip().strip('"'))
        position = max(end, match.end())
    return fields


def _end(body: str, start: int) -> int:
    """Where a value that begins at `start` ends: at the comma or brace outside all its braces and quotes."""
    depth, quoted = 0, False
    for i in range(start, len(body)):
        character = body[i]
        if character == '"' and depth == 0:
            quoted = not quoted
        if not quoted and depth == 0 and character in ",}":
            return i
        depth += (character == "{") - (character == "}")
    return len(body)


def plain(tex: str) -> str:
    r"""LaTeX text as Unicode.

    >>> plain(r'Holzm{\"u}ller, Andr\'e and {\L}uczak')
    'Holzmüller, André and Łuczak'
    """
    for name, letter in _LETTERS.items():
        tex = re.sub(re.escape(name) + r"(?![A-Za-z])(\{\})?\s*", letter, tex)
    tex = re.sub(r"\\([\"'`^~=.])\s*\{?(\w)\}?", lambda m: m[2] + _COMBINING[m[1]], tex)
    tex = re.sub(r"\\([cvuHkr])\s*\{(\w)\}", lambda m: m[2] + _LETTER_ACCENTS[m[1]], tex)
    tex = re.sub(r"[{}$]", "", tex).replace("~", "\u00a0").replace("---", "—").replace("--", "–")
    return unicodedata.normalize("NFC", re.sub(r"\s*\n\s*", " ", tex))


def _authors(field: str) -> str:
    """First names first; of more than six authors the first three.

    >>> _authors("Belkin, Mikhail and Xu, Ji and others")
    'Mikhail Belkin, Ji Xu et al.'
    """
    names = [" ".join(reversed([p.strip() for p in name.split(",", 1)])) for name in re.split(r"\s+and\s+", field)]
    others = names[-1] == "others"
    names = names[:-1] if others else names
    if others or len(names) > 6:
        return ", ".join(names if others else names[:3]) + " et al."
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
