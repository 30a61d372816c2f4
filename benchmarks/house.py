"""Speed of the house, not of the kernels: `python -m benchmarks.house`.

A generated suite of 400 claims whose 10,000 blocks are all stored is verified in a process of its own; so are the
commands that should answer at once. `--real DIR` adds the real suite on a store that holds it.
"""

from __future__ import annotations

import argparse
import functools
import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.report import Table, aligned, save
from claims import Claim, Decoy, Grid, Mean, Source
from lab.run.packing import pack, unpack
from sims.arrays import kernel

RESULTS = Path(__file__).parent / "results"
ROOT = Path(__file__).parents[1]
SPREAD = 0.0865
"""Of a trial, so that a cell needs some 3,200 trials: six or seven blocks of 512."""

RUN = "from benchmarks import house; house.verify_generated({claims}, {store!r})"


# --- the generated suite ---------------------------------------------------------------------------------------------


@kernel(floats=lambda **_: 12_000)
def simulate(number: int, size: int, trials: int, rng: Any) -> dict[str, Any]:
    """Two judged quantities and two more, normal around what `predict` says."""
    x = SPREAD * rng.standard_normal(size=(trials, 4))
    return {name: (1 + x[:, i]) * (number + i) * size for i, name in enumerate(("risk", "bias", "noise", "check"))}


def predict(number: int, size: int) -> dict[str, float]:
    """The means of two of the four."""
    return {"risk": 1.0 * number * size, "bias": (number + 1.0) * size}


def _wrong(factor: float, number: int, size: int) -> dict[str, float]:
    return {name: factor * value for name, value in predict(number, size).items()}


def generated(claims: int = 400) -> tuple[Claim, ...]:
    """Claims of four cells, two quantities and two decoys each."""
    source = Source("nobody2026", "generated", "derived")
    decoys = tuple(
        Decoy(f"times-{factor}", "a constant is wrong", functools.partial(_wrong, factor)) for factor in (1.05, 0.95)
    )
    return tuple(
        Claim(
            f"generated-{number}", "generated", "A mean", "$E x = 1$", source, Mean(resolution=0.01), predict, simulate,
            Grid(cells := tuple({"number": number, "size": size} for size in (1, 2, 3, 4)), cells), decoys,
        )
        for number in range(1, claims + 1)
    )  # fmt: skip


def verify_generated(claims: int, store: str) -> None:
    """Verify the generated suite in this process."""
    from benchmarks import house  # as importable functions, whoever is __main__
    from lab import verify

    table = verify(house.generated(claims), store=store, jobs=1, backend="numpy")
    assert set(table[table.decoy.isna()].verdict) == {"agrees"}


# --- measuring -------------------------------------------------------------------------------------------------------


class Cost(NamedTuple):
    """What a process of its own used."""

    cpu: float
    wall: float
    megabytes: float


def cost(command: list[str]) -> Cost:
    """Run Python with these arguments; CPU seconds with children, wall-clock seconds and peak memory."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, *command], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in ((0,) if command[0] == "-c" else (0, 1)):  # 1: a verdict, or an error of Python's
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}")
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - start, used.ru_maxrss / 1024)


def _cpu(run: Callable[[], Any], repeats: int = 3) -> float:
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        run()
        best = min(best, time.process_time() - start)
    return best


def _npz(data: dict[str, np.ndarray]) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **data)  # type: ignore[arg-type]
    return buffer.getvalue()


def _from_npz(value: bytes) -> dict[str, np.ndarray]:
    with np.load(io.BytesIO(value), allow_pickle=False) as archive:
        return dict(archive)


def packing(blocks: int) -> list[tuple[str, float]]:
    """CPU seconds to write and to read blocks of 4 x 512 numbers, as we do and as .npz."""
    data = {name: np.arange(512.0) for name in ("risk", "bias", "noise", "check")}
    routes: tuple[tuple[str, Callable[..., bytes], Callable[..., Any]], ...] = (
        ("raw", pack, unpack), (".npz", _npz, _from_npz),
    )  # fmt: skip
    found = []
    for name, write, read in routes:
        value = write(data)
        found.append(
            (f"{blocks} blocks written, {name}", _cpu(lambda write=write: [write(data) for _ in range(blocks)]))
        )
        found.append(
            (f"{blocks} blocks read, {name}", _cpu(lambda read=read, v=value: [read(v) for _ in range(blocks)]))
        )
    return found


def measure(claims: int, blocks: int, real: str | None) -> list[list[Any]]:
    """Rows: what, CPU seconds, wall-clock seconds, megabytes, and the goal for CPU seconds and megabytes."""
    rows: list[list[Any]] = []

    def add(what: str, command: list[str], goal: tuple[float, float] | None = None) -> None:
        found = cost(command)
        reached = "-" if goal is None else "yes" if found.cpu <= goal[0] and found.megabytes <= goal[1] else "NO"
        rows.append([what, *found, *(goal or (None, None)), reached])

    add("python -c 'import overparam'", ["-c", "import overparam"])
    add("overparam --help", ["-m", "overparam", "--help"])
    add("overparam list", ["-m", "overparam", "list"], (1.0, float("inf")))
    with tempfile.TemporaryDirectory() as store:
        run = RUN.format(claims=claims, store=store)
        add(f"verify of {claims} generated claims, nothing stored", ["-c", run])
        size = os.path.getsize(Path(store) / "store.sqlite") / 2**20
        what = f"verify of {claims} generated claims, all {_blocks(store)} blocks ({size:.0f} MB) stored"
        add(what, ["-c", run], (10.0, 500.0))
    if real:
        add(
            "verify of the real suite, stored",
            ["-m", "overparam", "verify", "--jobs", "1", "--store", real],
            (10.0, 500.0),
        )
    rows += [[what, seconds, None, None, None, None, "-"] for what, seconds in packing(blocks)]
    return rows


def _blocks(store: str) -> int:
    import sqlite3

    database = sqlite3.connect(Path(store) / "store.sqlite")
    try:
        return int(database.execute("SELECT count(*) FROM block").fetchone()[0])
    finally:
        database.close()


def profile(claims: int) -> None:
    """Print where a verify with everything stored spends its time."""
    import cProfile
    import pstats

    with tempfile.TemporaryDirectory() as store:
        verify_generated(claims, store)
        profiler = cProfile.Profile()
        profiler.runcall(verify_generated, claims, store)
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(45)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, print the table and keep it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.house", description=__doc__)
    parser.add_argument("--claims", type=int, default=400, help="claims of the generated suite")
    parser.add_argument("--blocks", type=int, default=3000, help="blocks packed and unpacked")
    parser.add_argument("--real", metavar="DIR", help="a store that holds the real suite")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the table")
    parser.add_argument("--profile", action="store_true", help="only show where a stored verify spends its time")
    chosen = parser.parse_args(arguments)
    if chosen.profile:
        profile(chosen.claims)
        return
    header = ("what", "CPU s", "wall s", "MB", "CPU s goal", "MB goal", "reached")
    notes = (
        "Each in a process of its own, the interpreter's start included; blocks read and written: least of three.",
    )
    table = Table("house", "Speed of the house", header, measure(chosen.claims, chosen.blocks, chosen.real), notes)
    print(aligned(table))
    save([table], chosen.out)


if __name__ == "__main__":
    main()
