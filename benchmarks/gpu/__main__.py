"""`python -m benchmarks.gpu`: run what is not yet measured with this code, within a budget, and write the tables.

Exit codes: 0 everything is measured and right; 1 something differs, fails, misses its goal or is left for the next
start; 2 the backend cannot run here.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from threadpoolctl import threadpool_limits

from benchmarks.gpu import kernels, rates, suite
from benchmarks.gpu.ledger import Ledger, digest, sources
from benchmarks.report import Table, aligned, machine, save
from claims import topics
from lab.run.backends import probe

RESULTS = Path(__file__).parents[1] / "results" / "gpu"
ROOMS = ("theory", "sims", "claims", "lab", "overparam")
WRONG = {"differs", "failed", "error", "not passed", "did not run", "MISSED"}

Rows = list[Any] | None


class Piece(NamedTuple):
    """The least that is measured at once: its part, name, code, and a call that gives rows (None: cut off)."""

    part: str
    name: str
    code: str
    run: Callable[[float], Rows]


class Part(NamedTuple):
    """A table: title, the shape of its rows, what they mean."""

    title: str
    row: type
    note: str


PARTS = {
    "match": Part(
        "Kernels on equal inputs, against NumPy", kernels.Match,
        "Draws made on the host; 4 trials of the smallest quick cell, at most 20 steps; equal: within "
        f"{kernels.ROUNDING:g} of the scale. to device, to host: copies inside the kernel (on strict they say nothing "
        "of a GPU); results: arrays copied at its end.",
    ),
    "alike": Part(
        "Kernels on draws of their own, against NumPy's distribution", kernels.Alike,
        f"Two-sample Kolmogorov-Smirnov tests, the least p-value of the quantities; differs: below {kernels.LEVEL:g}.",
    ),
    "tests": Part("Tests marked gpu", suite.Tests, "pytest -m gpu, in a process of its own."),
    "dense": Part(
        "Dense kernels", rates.Dense,
        f"share: textbook flops over time, of the fp64 matrix product in the same run; goal {rates.DENSE_GOAL:g}.",
    ),
    "small": Part(
        "Small batched problems", rates.Small,
        f"Wall-clock time a trial, in blocks as planned for each backend; ratio: cores over device, goal "
        f"{rates.SMALL_GOAL:g} against 16 cores.",
    ),
    "quick": Part("The quick tier", suite.Quick, "overparam verify TOPIC, in a process of its own, from nothing."),
}  # fmt: skip


def pieces(chosen: argparse.Namespace) -> Iterator[Piece]:
    """All pieces of the parts asked for, in the order in which they run."""
    backend, tiny = chosen.backend, chosen.tiny
    own = digest(backend, device_name(backend), tiny, sources("benchmarks/gpu", "benchmarks/device.py"))
    routes = ("numpy", "strict") if backend == "numpy" else (backend,)
    claims = kernels.chosen(chosen.topic)[: 4 if tiny else None]
    for part, measure in (("match", kernels.match), ("alike", kernels.alike)):
        for claim in claims:
            code = digest(own, kernels.code(claim))
            yield Piece(
                part, kernels.name(claim), code,
                lambda _, claim=claim, measure=measure: [measure(claim, route) for route in routes],
            )  # fmt: skip
    whole = digest(own, sources(*ROOMS), sources("tests"))
    where = ("tests/sims/test_max_margin.py",) if tiny else ("tests",)
    yield Piece("tests", "tests", whole, lambda left: _row(suite.gpu_tests(where, left)))
    speed = digest(own, sources("sims"))
    yield Piece("dense", "dense", speed, lambda _: rates.dense(40 if tiny else 2000, backend))
    for kernel in rates.small_problems(tiny):
        yield Piece("small", kernel, speed, lambda _, kernel=kernel: [rates.small(kernel, backend, tiny)])
    for topic in (chosen.topic,) if chosen.topic else topics()[: 1 if tiny else None]:
        code = digest(own, sources(*(r for r in ROOMS if r != "claims"), "claims/claim.py", f"claims/{topic}"))
        names, store = ([c.slug for c in claims[:1]] if tiny else [topic]), chosen.out / "store"
        yield Piece(
            "quick", topic, code,
            lambda left, names=names, topic=topic, store=store: _row(suite.quick(names, topic, backend, store, left)),
        )  # fmt: skip


def _row(found: Any) -> Rows:
    return None if found is None else [found]


def device_name(backend: str) -> str:
    """The GPU's name, or "CPU"."""
    if backend != "cupy":
        return "CPU"
    import cupy

    return str(cupy.cuda.runtime.getDeviceProperties(0)["name"].decode())


def _error(piece: Piece) -> list[list[Any]]:
    """A row that names what went wrong, its numbers left open."""
    kind, value, trace = sys.exc_info()
    where = traceback.extract_tb(trace)[-1]
    print(f"{piece.part} {piece.name}: {kind.__name__ if kind else ''}: {value} ({where.name}, line {where.lineno})")
    size = len(PARTS[piece.part].row.__annotations__)
    return [[piece.name, *[None] * (size - 2), "error"]]


def _lost(backend: str) -> bool:
    """Whether the device answers no more: after some errors it does not, until the process is a new one."""
    try:
        rates.synchronizer(backend)()
    except Exception:
        return True
    return False


def measure(planned: list[Piece], ledger: Ledger, budget: float, backend: str) -> list[Piece]:
    """Run what the ledger lacks while the budget of seconds lasts; the pieces left over."""
    start = time.monotonic()
    waiting = [piece for piece in planned if not ledger.has(f"{piece.part}: {piece.name}", piece.code)]
    for number, piece in enumerate(waiting):
        left = budget - (time.monotonic() - start)
        if left <= 0:
            return waiting[number:]
        began = time.monotonic()
        try:
            rows = piece.run(left)
        except Exception:
            rows = _error(piece)
        if rows is not None:
            taken = time.monotonic() - began
            ledger.keep(f"{piece.part}: {piece.name}", piece.code, [list(row) for row in rows], taken)
        if _lost(backend):
            print(f"the device is lost after {piece.part}: {piece.name}; run again to go on behind it")
            return waiting[number + 1 :]
    return [piece for piece in waiting if not ledger.has(f"{piece.part}: {piece.name}", piece.code)]


def tables(planned: list[Piece], ledger: Ledger) -> list[Table]:
    """The parts that have rows."""
    found = []
    for part, (title, row, note) in PARTS.items():
        keys = [f"{piece.part}: {piece.name}" for piece in planned if piece.part == part]
        rows = ledger.rows(keys)
        if rows:
            header = tuple(name.replace("_", " ") for name in row.__annotations__)
            notes = (note, f"{ledger.seconds(keys):.0f} s for this part.")
            found.append(Table(part, title, header, rows, notes))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the parts asked for and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=__doc__)
    parser.add_argument("--backend", choices=("cupy", "numpy"), default="cupy", help="numpy: see that all of it runs")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part (may be repeated)")
    parser.add_argument("--topic", choices=topics(), help="kernels and quick tier of this topic only")
    parser.add_argument("--budget", type=float, default=460.0, help="seconds after which nothing new begins")
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the tables")
    parser.add_argument("--fresh", action="store_true", help="measure again what is there")
    parser.add_argument("--tiny", action="store_true", help="a few kernels at small sizes; numbers mean nothing")
    chosen = parser.parse_args(arguments)
    if chosen.backend == "cupy" and probe():
        print(f"nothing was measured: {probe()}", file=sys.stderr)
        return 2
    ledger = Ledger(chosen.out / "pieces.json", chosen.fresh)
    planned = [piece for piece in pieces(chosen) if piece.part in (chosen.only or PARTS)]
    with threadpool_limits(1):
        left = measure(planned, ledger, chosen.budget, chosen.backend)
    shown = tables(planned, ledger)
    save(shown, chosen.out, f"{device_name(chosen.backend)}; {machine()}")
    for table in shown:
        print("\n" + aligned(table))
    if left:
        print(f"\nleft for the next start: {len(left)} pieces, the first is {left[0].part}: {left[0].name}")
    wrong = sum(row[-1] in WRONG for table in shown for row in table.rows)
    print(f"\n{wrong} rows are wrong or miss their goal")
    return 1 if left or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
