"""Variants of one piece of work, timed in turn so that a busy machine slows all of them alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

Run = Callable[[], Any]

OURS, FLOOR, LOOP, SKLEARN, JAX, TORCH = "ours", "floor", "loop", "scikit-learn", "JAX", "PyTorch"
RIVALS = (LOOP, SKLEARN, JAX, TORCH)


class Variant(NamedTuple):
    """One way to do the work: its column, a call, how many trials the call does, what it is, and which numbers.

    Variants of equal `answer` return the same numbers for the same trials, whatever they are called.
    """

    column: str
    run: Run
    trials: int
    label: str
    answer: str = "numbers"


class Estimators(NamedTuple):
    """Calls that draw anew and return per-trial estimates of one expectation, (trials,): the kernel's and a user's."""

    ours: Run
    naive: Run


@dataclass(frozen=True)
class Family:
    """One row: flops of the cheapest textbook-exact algorithm of a trial, the variants, and perhaps the estimators.

    note: why the row would miss a target or fall behind a rival; printed where it does.
    """

    name: str
    flops: float
    variants: tuple[Variant, ...]
    target: Mapping[str, float] = field(default_factory=dict)
    estimators: Estimators | None = None
    tolerance: float = 1e-9
    note: str = ""


class Timing(NamedTuple):
    """Least CPU seconds per trial of each variant, and the best DGEMM rate (flop/s) seen in the same rounds."""

    seconds: dict[str, float]
    dgemm: float


def clock(run: Run) -> float:
    """CPU seconds of this process, all threads, for one call."""
    start = time.process_time()
    run()
    return time.process_time() - start


def dgemm(n: int) -> Run:
    """A product of two n x n matrices: 2 n^3 flops."""
    rng = np.random.default_rng(0)
    a, b, out = rng.standard_normal((n, n)), rng.standard_normal((n, n)), np.empty((n, n))
    return lambda: np.matmul(a, b, out=out)


def interleave(runs: Mapping[str, Run], repeats: int) -> dict[str, float]:
    """The least CPU seconds of each call over rounds in which all calls take turns; one round before warms up."""
    for run in runs.values():
        run()
    best = dict.fromkeys(runs, float("inf"))
    for _ in range(repeats):
        for name, run in runs.items():
            best[name] = min(best[name], clock(run))
    return best


def measure(family: Family, repeats: int = 5, gemm: int = 1000) -> Timing:
    """Time the variants of a family in turn, with a matrix product in each round."""
    runs = {f"{v.column}: {v.label}": v.run for v in family.variants}
    best = interleave({**runs, "dgemm": dgemm(gemm)}, repeats)
    seconds = {name: best[name] / v.trials for name, v in zip(runs, family.variants, strict=True)}
    return Timing(seconds, 2 * gemm**3 / best["dgemm"])


class Precision(NamedTuple):
    """Of both estimators: mean, standard deviation of a trial, CPU seconds of a trial."""

    mean: tuple[float, float]
    sd: tuple[float, float]
    seconds: tuple[float, float]

    def cost(self, standard_error: float) -> tuple[float, float]:
        """CPU seconds to a standard error of the mean."""
        ours, naive = ((sd / standard_error) ** 2 * s for sd, s in zip(self.sd, self.seconds, strict=True))
        return ours, naive


def precision(estimators: Estimators, repeats: int = 5, calls: int = 5) -> tuple[Precision, float]:
    """Cost and spread of both estimators, and the difference of their means in standard errors."""
    samples = [np.concatenate([np.asarray(run()).ravel() for _ in range(calls)]) for run in estimators]
    best = interleave({"ours": estimators.ours, "naive": estimators.naive}, repeats)
    per_call = [s.size / calls for s in samples]
    means, sds = [float(s.mean()) for s in samples], [float(s.std(ddof=1)) for s in samples]
    error = np.sqrt(sum(sd**2 / s.size for sd, s in zip(sds, samples, strict=True)))
    seconds = (best["ours"] / per_call[0], best["naive"] / per_call[1])
    z = abs(means[0] - means[1]) / max(error, 1e-12 * max(1.0, abs(means[0])))
    return Precision((means[0], means[1]), (sds[0], sds[1]), seconds), float(z)
