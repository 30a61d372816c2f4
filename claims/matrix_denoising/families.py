"""Families of sizes that the claims share, and what stays of a cell in the limit.

Where families follow each other the next one must begin below the end of the last: a growing n would join them.
"""

from __future__ import annotations

from typing import Any

from claims import cells, instance

Named = dict[str, Any]


def rows(quick: tuple[int, ...], full: tuple[int, ...], **fixed: Any) -> tuple[tuple[Named, ...], tuple[Named, ...]]:
    """A family of growing n in each tier."""
    return cells(**fixed, n=list(quick)), cells(**fixed, n=list(full))


@instance
def limit(x: tuple[float, ...], beta: float, n: int) -> Named:
    """All but the size, which goes to infinity."""
    return {"x": x, "beta": beta}


HALF = rows((40, 80, 160), (100, 200, 400), x=(1.5, 2.5), beta=0.5)
FLAT = rows((160, 320, 640), (320, 640, 1280), x=(0.9, 2.0), beta=1 / 16)
SQUARE = rows((32, 64, 128), (64, 128, 256), x=(1.1, 3.0), beta=1.0)
BELOW = rows((512, 1024, 2048), (1024, 2048, 4096), x=(0.2,), beta=1 / 64)
"""The spike of strength .2 lies between sqrt(beta) = .125 and the threshold beta^(1/4) = .354."""
FAR_BELOW = rows((256, 512, 1024), (512, 1024, 2048), x=(0.2,), beta=1 / 16)
