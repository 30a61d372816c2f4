"""What was measured, piece by piece, under the code that was measured: what is there is not measured again."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def digest(*parts: object) -> str:
    """A short digest of texts."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]


def sources(*rooms: str) -> str:
    """A digest of the source of folders (or single files) of the repository."""
    paths = sorted(path for room in rooms for path in [*(ROOT / room).rglob("*.py"), ROOT / room] if path.is_file())
    return digest(*(f"{path.relative_to(ROOT)}={path.read_text(encoding='utf-8')}" for path in paths))


class Ledger:
    """Pieces in one JSON file: piece (part and name) -> its code, the rows it gave and the seconds it took."""

    def __init__(self, path: Path, fresh: bool = False) -> None:
        self._path = path
        self._pieces: dict[str, dict[str, Any]] = {}
        if path.exists() and not fresh:
            self._pieces = json.loads(path.read_text(encoding="utf-8"))

    def has(self, piece: str, code: str) -> bool:
        """Whether a piece was measured with this code."""
        return self._pieces.get(piece, {}).get("code") == code

    def keep(self, piece: str, code: str, rows: list[list[Any]], seconds: float) -> None:
        """Make a piece's rows durable."""
        self._pieces[piece] = {"code": code, "rows": rows, "seconds": seconds}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        new = self._path.with_suffix(".new")
        new.write_text(json.dumps(dict(sorted(self._pieces.items())), indent=1) + "\n", encoding="utf-8")
        os.replace(new, self._path)

    def rows(self, pieces: list[str]) -> list[Sequence[object]]:
        """The rows of pieces, in their order."""
        return [row for piece in pieces for row in self._pieces.get(piece, {}).get("rows", [])]

    def seconds(self, pieces: list[str]) -> float:
        """What the pieces took, whenever that was."""
        return float(sum(self._pieces.get(piece, {}).get("seconds", 0.0) for piece in pieces))
