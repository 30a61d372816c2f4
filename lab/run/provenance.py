"""What may change the last bit of a result: versions and the kernels that BLAS chose for this processor."""

from __future__ import annotations

import functools
import platform
from importlib import metadata

from threadpoolctl import threadpool_info


@functools.cache
def versions() -> str:
    """Versions and the BLAS core type, as one short text. Bits are equal on machines of one kind only."""
    known = []
    for name in ("numpy", "scipy", "overparam"):
        try:
            known.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return ", ".join([f"python {platform.python_version()}", *known, *core_types()])


def core_types() -> list[str]:
    """The kinds of processor for which the loaded BLAS libraries run, such as 'openblas Haswell'."""
    found = (f"{pool['internal_api']} {pool['architecture']}" for pool in threadpool_info() if pool.get("architecture"))
    return sorted(set(found))
