"""Lines of text in columns."""

from __future__ import annotations

from typing import Any


def aligned(lines: list[tuple[Any, ...]], left: int) -> list[str]:
    """Columns of equal width, the first `left` of them flush left."""
    columns = []
    for i, values in enumerate(zip(*lines, strict=True)):
        width = max(len(str(v)) for v in values)
        columns.append([str(v).ljust(width) if i < left else str(v).rjust(width) for v in values])
    return ["  ".join(row).rstrip() for row in zip(*columns, strict=True)]
