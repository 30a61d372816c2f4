"""How much may be allocated: what a file declares is checked against this before anything is."""

from __future__ import annotations

import os
from pathlib import Path

from overparam.diagnosis.errors import DiagnosisError


def free() -> int | None:
    """Bytes of memory that are free, None where the system does not say."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def affordable(what: str, size: int) -> None:
    """Refuse what does not fit into the memory that is free."""
    room = free()
    if room is not None and size > room:
        raise DiagnosisError(f"{what} needs {size / 2**30:.1f} GiB: {room / 2**30:.1f} GiB of memory are free")
