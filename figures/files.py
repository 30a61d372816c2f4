"""Writing a figure: SVG, PDF and PNG, byte for byte reproducible, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

FORMATS = ("svg", "pdf", "png")
METADATA: dict[str, dict[str, Any]] = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {"Software": None}}


def save(figure: Any, folder: Path, name: str) -> list[Path]:
    """Write a figure in all formats, close it, and return the paths."""
    import matplotlib.pyplot as plt

    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in FORMATS:
        path = folder / f"{name}.{kind}"
        part = path.with_name(path.name + ".part")
        figure.savefig(part, format=kind, metadata=METADATA[kind])
        os.replace(part, path)
        written.append(path)
    plt.close(figure)
    return written
