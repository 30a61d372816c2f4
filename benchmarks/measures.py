"""Measures at real sizes: seconds and memory of `diagnose` on large features, each case in a process of its own.

`python -m benchmarks.measures` writes results/measures.csv; the targets are a minute and twice the data's memory.
"""

from __future__ import annotations

import csv
import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

SAMPLES, DIMENSIONS, CLASSES = 50_000, 2_048, 1_000
RESULTS = Path(__file__).parent / "results" / "measures.csv"
CASES = ("spectrum", "ridge targets", "ridge labels", "collapse of labels", "collapse of labels by batches")


def features(samples: int, dimensions: int) -> np.ndarray:
    """Features in single precision with a decaying spectrum and a mean."""
    rng = np.random.default_rng(0)
    rows = rng.standard_normal((samples, dimensions), dtype=np.float32)
    rows *= np.linspace(2, 0.1, dimensions, dtype=np.float32)
    rows += 1
    return rows


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def one(case: str) -> dict[str, object]:
    """Run one case here and return its row: megabytes of the data, megabytes beyond them, seconds."""
    from overparam.measures import benign_overfitting, double_descent, neural_collapse

    rng = np.random.default_rng(1)
    rows = features(SAMPLES, DIMENSIONS)
    targets, labels = rng.standard_normal(SAMPLES), rng.integers(CLASSES, size=SAMPLES)
    before, began, cpu = _peak(), time.perf_counter(), time.process_time()
    if case == "spectrum":
        benign_overfitting.sample_ranks(rows)
    elif case == "ridge targets":
        double_descent.predict_test_error(rows, targets)
    elif case == "ridge labels":
        double_descent.predict_test_error(rows, labels=labels)
    elif case == "collapse of labels":
        neural_collapse.nc_metrics(rows, labels, rng.standard_normal((CLASSES, DIMENSIONS)))
    else:
        seen = neural_collapse.CollapseBatches()
        for start in range(0, SAMPLES, 5_000):
            seen.update(rows[start : start + 5_000], labels[start : start + 5_000])
        seen.result()
    return {
        "case": case, "samples": SAMPLES, "dimensions": DIMENSIONS, "classes": CLASSES if "labels" in case else 0,
        "data_mb": round(rows.nbytes / 2**20), "extra_mb": round(_peak() - before),
        "cpu_seconds": round(time.process_time() - cpu, 1), "wall_seconds": round(time.perf_counter() - began, 1),
        "load": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def main() -> None:
    """Measure all cases, or the one named."""
    if len(sys.argv) > 1:
        csv.writer(sys.stdout).writerow(one(sys.argv[1]).values())
        return
    rows = []
    for case in CASES:
        words = [sys.executable, "-m", "benchmarks.measures", case]
        rows.append(subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip())
        print(rows[-1])
    header = "case,samples,dimensions,classes,data_mb,extra_mb,cpu_seconds,wall_seconds,load"
    RESULTS.write_text("\n".join([header, *rows]) + "\n")


if __name__ == "__main__":
    main()
