"""What the drawing leaves beside the pictures: the list of what they show, and from what each was drawn.

Only the standard library: that nothing has changed is known before NumPy is imported.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import pkgutil
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

from lab.run.files import replace

ROOMS = ("theory", "sims", "claims", "lab", "figures")
MANIFEST, STAMP = "manifest.json", ".stamp.json"
SHARED = {"draw", "files", "gallery", "keys", "own", "picture", "points", "results", "stamps", "strip", "style"}


def topics() -> tuple[str, ...]:
    """The topics that have figures."""
    import figures

    return tuple(sorted(m.name for m in pkgutil.iter_modules(figures.__path__) if m.name not in SHARED))


def quick_keys(arguments: argparse.Namespace) -> Callable[[str | None], str]:
    """A function of a topic (None: all): digest of the bytes of every source that its figures can depend on."""
    root = Path(__file__).resolve().parent.parent
    files = sorted(path for room in ROOMS for path in (root / room).rglob("*.py"))
    digests = {path.relative_to(root): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
    used = [metadata.version(name) for name in ("numpy", "scipy", "matplotlib", "pandas")]
    options = [arguments.tier, arguments.seed, arguments.backend, str(arguments.store)]
    known = topics()

    def quick(topic: str | None) -> str:
        foreign = {(room, t) for room in ("claims", "figures") for t in known if topic not in (t, None)}
        own = {str(p): d for p, d in digests.items() if (p.parts[0], p.parts[1].removesuffix(".py")) not in foreign}
        return hashlib.sha256(json.dumps([own, used, options], sort_keys=True).encode()).hexdigest()

    return quick


class Answer(NamedTuple):
    """So many files are up to date, drawn when the exit code was this."""

    files: int
    code: int


class Stamp:
    """The stamp of a folder of figures: of each picture its key, its files' sizes and the sources last seen."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._path = folder, folder / STAMP
        try:
            kept = json.loads(self._path.read_text(encoding="utf-8"))
            self._pictures: dict[str, Any] = dict(kept["pictures"])
            self._whole: dict[str, Any] = dict(kept["whole"])
        except (OSError, ValueError, KeyError, TypeError):
            self._pictures, self._whole = {}, {}

    def answer(self, stems: Sequence[str], variant: str, quick: str) -> Answer | None:
        """Whether these pictures (none: the whole topic) are as these sources made them; None if not known."""
        wanted, codes = list(stems), []
        if not wanted:
            whole = self._whole.get(variant, {})
            if whole.get("quick") != quick:
                return None
            wanted, codes = whole["stems"], [whole["code"]]
            if not variant and not (self._folder / MANIFEST).exists():
                return None
        entries = [self._pictures.get(stem, {}) for stem in wanted]
        if not all(entry.get("quick") == quick and self._intact(entry) for entry in entries):
            return None
        return Answer(sum(len(e["files"]) for e in entries), max(codes or [e["code"] for e in entries], default=0))

    def key(self, stem: str) -> str | None:
        """From what a picture was drawn."""
        return self._pictures.get(stem, {}).get("key")

    def fresh(self, stem: str, key: str) -> bool:
        """Whether a picture was drawn from this, and its files are as they were written."""
        return self.key(stem) == key and self._intact(self._pictures[stem])

    def _intact(self, entry: dict[str, Any]) -> bool:
        try:
            return all((self._folder / name).stat().st_size == size for name, size in entry["files"].items())
        except (OSError, KeyError, AttributeError, TypeError):
            return False

    def wrote(self, stem: str, key: str, files: Sequence[Path]) -> None:
        """A picture has been written."""
        sizes = {path.name: path.stat().st_size for path in files}
        self._pictures[stem] = {"key": key, "files": sizes, "quick": "", "code": 0}
        self._keep()

    def whole(self, variant: str, stems: Sequence[str]) -> None:
        """All pictures of the topic are these."""
        self._whole[variant] = {"quick": "", "code": 0, "stems": list(stems)}

    def judged(self, stems: Sequence[str], quick: str, code: int, whole: str | None) -> None:
        """These pictures are what these sources make, with this exit code; `whole`: they are the topic's, so varied."""
        for stem in stems:
            self._pictures[stem] |= {"quick": quick, "code": code}
        if whole is not None:
            self._whole[whole] |= {"quick": quick, "code": code}
        self._keep()

    def _keep(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        replace(self._path, json.dumps({"pictures": self._pictures, "whole": self._whole}, indent=1) + "\n")


def write_manifest(folder: Path, topic: str, pictures: Sequence[Any]) -> None:
    """Write what the figures of a topic show, for readers that do not import this room: the report, the paper."""
    listed = [{"topic": topic, "name": p.name, "title": p.title, "claims": list(p.claims)} for p in pictures]
    folder.mkdir(parents=True, exist_ok=True)
    replace(folder / MANIFEST, json.dumps(listed, indent=1) + "\n")
