"""What is measured, as tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

from benchmarks import device, growth
from benchmarks.families import Make
from benchmarks.report import Table
from benchmarks.timing import FLOOR, OURS, RIVALS, Family, Timing, measure, precision

STANDARD_ERROR = 1e-4


def _best(timing: Timing, column: str) -> float:
    """Least seconds among the variants of a column, NaN if there is none."""
    return min((s for name, s in timing.seconds.items() if name.startswith(f"{column}:")), default=math.nan)


def _verdicts(family: Family, measured: Mapping[str, float]) -> str:
    """Each target with what was measured, marked where it is missed."""
    parts = []
    for key, wanted in family.target.items():
        ratio = next((value for name, value in measured.items() if key in name), None)
        if ratio is not None:
            mark = "" if ratio >= wanted else " MISSED"
            parts.append(f"{key} {ratio:.3g} (>= {wanted:g}){mark}")
    return "; ".join(parts) or "-"


def _shortfalls(family: Family, verdict: str, ratios: Mapping[str, float], floor: float) -> Iterator[str]:
    """Where a row misses a target or a rival is ahead, and why."""
    missed = [part.split()[0] for part in verdict.split("; ") if part.endswith("MISSED")]
    ahead = [f"{rival} is {1 / ratio:.2f} times as fast" for rival, ratio in ratios.items() if ratio < 1]
    found = [*(f"misses its target for {key}" for key in missed), *ahead]
    if found:
        share = "" if math.isnan(floor) else f" (that alone is {floor:.0%} of our time)"
        yield f"{family.name}: {', '.join(found)}: {family.note or 'not explained'}{share}."


def speed(makes: Iterable[Make], repeats: int = 5, gemm: int = 1000) -> tuple[Table, Table]:
    """One row per family with the best rival of each kind, and one row per variant."""
    rows, details, shortfalls = [], [], []
    for make in makes:
        family = make()
        timing = measure(family, repeats, gemm)
        ours = _best(timing, OURS)
        ratios = {column: _best(timing, column) / ours for column in RIVALS}
        share = family.flops / ours / timing.dgemm
        measured = {name: seconds / ours for name, seconds in timing.seconds.items() if not name.startswith(OURS)}
        costs: tuple[float, float] = (math.nan, math.nan)
        if family.estimators:
            found, _ = precision(family.estimators, repeats)
            costs = found.cost(STANDARD_ERROR)
            measured["precision"] = costs[1] / costs[0]
        verdict = _verdicts(family, {**measured, "share": share})
        shortfalls += _shortfalls(family, verdict, ratios, _best(timing, FLOOR) / ours)
        rows.append([family.name, 1e3 * ours, *(ratios[c] for c in RIVALS), share, *costs, verdict])
        for name, seconds in timing.seconds.items():
            details.append([f"{family.name}: {name}", 1e3 * seconds, seconds / ours])
    header = ("kernel", "ms/trial", *(f"x {c}" for c in RIVALS), "of DGEMM", "s to 1e-4", "naive s to 1e-4", "targets")
    notes = (
        "x: how many times longer the fastest variant of that kind takes; '-': not installed or none.",
        "of DGEMM: textbook flops over time, as a share of the 1000 x 1000 product's rate in the same rounds.",
        "s to 1e-4: CPU seconds to a standard error of 1e-4, for ours and for the loop with noise and a test set.",
        "fixed points: a trial is one sample size; the scalar bisection of the target goes mode by mode.",
        *(shortfalls or ["every target is met and no rival is ahead."]),
    )
    return (
        Table("speed", "Kernels against the loops a user would write", header, rows, notes),
        Table("variants", "All variants", ("variant", "ms/trial", "over ours"), details),
    )


def exponents(shrink: int = 1, repeats: int = 3) -> Table:
    """Growth of time against growth of flops, and of memory against what is declared."""
    rows = [
        [f"{e.kernel}, {e.parameter}", ", ".join(map(str, e.sizes)), e.time, e.flops, e.memory, e.declared]
        for e in growth.exponents(shrink, repeats)
    ]
    header = ("kernel and size", "sizes", "time", "flops", "memory", "declared memory")
    notes = (
        "Exponents: least-squares slopes of log against log; memory is the peak of one call, '-': nothing is declared.",
        "Below the flops' exponent: small products run below the machine's rate, and overheads fade.",
    )
    return Table("growth", "Growth of time and memory with size", header, rows, notes)


def memory(limit: float = 4.0, budget: float = 240.0) -> Table:
    """Peak numbers held by a trial against those declared, the worst first."""
    found = growth.holdings(limit, budget)
    found.sort(key=lambda h: -math.inf if math.isnan(h.held) else h.held / h.declared, reverse=True)
    rows = [[h.kernel, h.held, h.declared, h.held / h.declared, h.held > 1.05 * h.declared, h.cell] for h in found]
    over = [h.kernel for h in found if h.held > 1.05 * h.declared]
    notes = (
        f"Hold more than 1.05 of what they declare: {', '.join(over) or 'none'}.",
        "'-': a block takes too long to be traced.",
    )
    header = ("kernel", "numbers held", "declared", "ratio", "exceeds", "cell")
    return Table("memory", "Working set of a trial", header, rows, notes)


def gpu(n: int = 2000) -> Table:
    """The dense kernels on a GPU, or the reason why not."""
    rows, line = device.report(n)
    shown = [[r.kernel, 1e3 * r.device, 1e3 * r.core, r.core / r.device, r.share] for r in rows]
    header = ("kernel", "ms/trial", "one core", "ratio", "of fp64 product")
    return Table("gpu", "On a GPU", header, shown, (line,))
