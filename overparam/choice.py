"""Which claims the words of a command line name: topics, slugs, and files of one's own."""

from __future__ import annotations

import difflib
import shlex
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lab.errors import Foreseeable

if TYPE_CHECKING:
    from claims import Claim

_addresses: dict[str, str] = {}
"""FILE.py::CLAIM of each claim that a file gave, by slug."""


class UsageError(Foreseeable):
    """A mistake on the command line; the message says what to type instead."""


def nearest(word: str, known: Iterable[str]) -> str:
    """A hint with the nearest valid names.

    >>> nearest("doubel_descent", ["double_descent", "neural_collapse"])
    "did you mean 'double_descent'?"
    """
    names = list(known)
    close = difflib.get_close_matches(word, names, n=3, cutoff=0.5)
    if close:
        return "did you mean " + " or ".join(map(repr, close)) + "?"
    return "the valid names are " + ", ".join(names) if len(names) <= 40 else "see: overparam list"


def is_file(word: str) -> bool:
    """Whether a word names a file of claims, FILE.py or FILE.py::CLAIM."""
    return word.partition("::")[0].endswith(".py") or "::" in word


def choose(names: Sequence[str]) -> tuple[Claim, ...]:
    """The named claims, each once: those of the suite in the order of its registry, then those of files.

    Raises UsageError with the nearest names where there is no such topic, claim or file, or where a slug stands twice;
    lab.run.own.FileError where a file cannot be loaded.
    """
    from claims import load_claims, topics

    words = [name for name in names if not is_file(name)]
    if names and not any(is_file(name) for name in names) and set(words) <= set(topics()):
        return tuple(claim for topic in topics() if topic in words for claim in load_claims(topic))
    everything = load_claims()
    slugs = {claim.slug for claim in everything}
    for name in words:
        if name not in slugs and name not in topics():
            raise UsageError(f"there is no topic or claim {name!r}; {nearest(name, [*topics(), *sorted(slugs)])}")
    own = _of_files([name for name in names if is_file(name)], {c.slug: f"the suite's {c.topic}" for c in everything})
    suite = tuple(c for c in everything if not names or c.topic in words or c.slug in words)
    return suite + own


def _of_files(names: Sequence[str], taken: dict[str, str]) -> tuple[Claim, ...]:
    """The claims of FILE.py and FILE.py::CLAIM; `taken` says where each slug stands already."""
    from lab.run.own import load

    wanted: dict[Path, list[str]] = {}
    for name in names:
        file, _, slug = name.partition("::")
        path = next((path for path in wanted if path.resolve() == Path(file).resolve()), Path(file))
        if not path.is_file():
            beside = [str(p) for p in sorted(path.parent.glob("*.py"))] if path.parent.is_dir() else []
            raise UsageError(
                f"there is no file {file!r}; {nearest(file, beside) if beside else 'no .py file is there'}"
            )
        wanted.setdefault(path, []).append(slug)
    chosen: list[Claim] = []
    for path, slugs in wanted.items():
        claims = load(path)
        for claim in claims:
            if claim.slug in taken:
                raise UsageError(f"the claim {claim.slug!r} of {path} stands in {taken[claim.slug]} too: rename one")
            taken[claim.slug] = str(path)
            _addresses[claim.slug] = f"{path}::{claim.slug}"
        known = [claim.slug for claim in claims]
        for slug in slugs:
            if slug and slug not in known:
                raise UsageError(f"there is no claim {slug!r} in {path}; {nearest(slug, known)}")
        chosen += [claim for claim in claims if "" in slugs or claim.slug in slugs]
    return tuple(chosen)


def is_own(claim: Claim) -> bool:
    """Whether a claim came from a file."""
    return claim.slug in _addresses


def address(claim: Claim) -> str:
    """The word that names a claim on the command line."""
    return shlex.quote(_addresses.get(claim.slug, claim.slug))
