"""`python -m benchmarks`: measure everything, print the tables, keep them in benchmarks/results."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from threadpoolctl import threadpool_limits

from benchmarks import peers, tables
from benchmarks.families import FULL, TINY
from benchmarks.report import Table, aligned, machine, save
from lab.run.simulation import keep_freed_memory

RESULTS = Path(__file__).parent / "results"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the benchmarks that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--only", choices=["speed", "growth", "memory", "gpu"], help="one part instead of all")
    parser.add_argument("--tiny", action="store_true", help="small sizes, to see that it runs; numbers mean nothing")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the tables")
    chosen = parser.parse_args(arguments)
    keep_freed_memory()
    peers.jax(), peers.torch()  # imported before the thread limit, which only sees loaded libraries
    shown: list[Table] = []
    print(machine())
    with threadpool_limits(1):
        for part in ("speed", "growth", "memory", "gpu"):
            if chosen.only in (None, part):
                for table in _measure(part, chosen.tiny):
                    shown.append(table)
                    print("\n" + aligned(table), flush=True)
    save(shown, chosen.out)


def _measure(part: str, tiny: bool) -> tuple[Table, ...]:
    if part == "speed":
        return tables.speed((TINY if tiny else FULL).values(), 1 if tiny else 9, 100 if tiny else 1000)
    if part == "growth":
        return (tables.exponents(*((10, 1) if tiny else ())),)
    if part == "memory":
        return (tables.memory(*((0.2, 1.0) if tiny else ())),)
    return (tables.gpu(100 if tiny else 2000),)


if __name__ == "__main__":
    main()
