"""`python -m benchmarks.structured`: a butterfly and a Monarch product against the dense one, timed and counted."""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.report import Table, aligned, machine, save
from benchmarks.timing import Run, interleave
from theory.structured_sparsity import butterfly_nonzeros, monarch_flops

RESULTS = Path(__file__).parent / "results"
SIDES, VECTORS = (64, 256, 1024, 4096), (1, 64)
HEADER = (
    "n", "vectors", "dense us", "Monarch us", "butterfly us", "Monarch speed-up", "butterfly speed-up",
    "Monarch operations saved", "butterfly operations saved", "dense MB", "Monarch MB", "butterfly MB",
)  # fmt: skip


def products(n: int, vectors: int) -> dict[str, Run]:
    """The three products with random weights, of `vectors` vectors at once: calls."""
    rng = np.random.default_rng(0)
    m, bits = math.isqrt(n), n.bit_length() - 1
    x = rng.standard_normal((n, vectors))
    A = rng.standard_normal((n, n))
    L, R = rng.standard_normal((2, m, m, m))  # [j, l, k], [k, j, i]
    weights = rng.standard_normal((bits, 2, 2, n // 2, 1))

    def dense() -> Any:
        return A @ x

    def monarch() -> Any:
        inner = R @ x.reshape(m, m, vectors)  # k, j
        return (L @ inner.transpose(1, 0, 2)).transpose(1, 0, 2).reshape(n, vectors)  # j, l to l, j

    def butterfly() -> Any:
        y = x
        for k in range(bits):
            halves = y.reshape(n >> (k + 1), 2, 1 << k, vectors)
            low, high = (halves[:, part].reshape(n // 2, vectors) for part in (0, 1))
            w = weights[k]
            pair = np.stack([w[0, 0] * low + w[0, 1] * high, w[1, 0] * low + w[1, 1] * high])
            y = pair.reshape(2, n >> (k + 1), 1 << k, vectors).transpose(1, 0, 2, 3).reshape(n, vectors)
        return y

    return {"dense": dense, "Monarch": monarch, "butterfly": butterfly}


def table(sides: Sequence[int] = SIDES, repeats: int = 30) -> Table:
    """Least CPU time of each product over rounds in turn, beside the counts of operations and bytes of weights."""
    rows: list[Sequence[object]] = []
    for n in sides:
        counts = {"dense": n * n, "Monarch": monarch_flops(n), "butterfly": butterfly_nonzeros(n)}
        for vectors in VECTORS:
            # Short calls are repeated inside a round: the clock is coarse.
            inside = max(1, 2_000_000 // (n * n * vectors))
            runs = {name: _often(run, inside) for name, run in products(n, vectors).items()}
            seconds = {name: s / inside for name, s in interleave(runs, repeats).items()}
            rows.append((
                n, vectors, *(1e6 * seconds[name] for name in counts),
                *(seconds["dense"] / seconds[name] for name in ("Monarch", "butterfly")),
                *(counts["dense"] / counts[name] for name in ("Monarch", "butterfly")),
                *(8e-6 * count for count in counts.values()),
            ))  # fmt: skip
    notes = ("One thread, NumPy; the butterfly is log2 n passes over the vector. Saved: dense over structured counts.",)
    return Table("structured", "Structured products against the dense one", HEADER, rows, notes)


def _often(run: Run, times: int) -> Run:
    def repeated() -> None:
        for _ in range(times):
            run()

    return repeated


def main(arguments: Sequence[str] | None = None) -> None:
    """Time, print and keep the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.structured", description=__doc__)
    parser.add_argument("--out", type=Path, default=RESULTS, help="folder for the table")
    out = parser.parse_args(arguments).out
    with threadpool_limits(1):
        found = table()
    print(machine() + "\n\n" + aligned(found))
    save([found], out)


if __name__ == "__main__":
    main()
