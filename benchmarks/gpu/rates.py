"""How fast: dense kernels against the device's own matrix product, small batched problems against all cores."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from typing import Any, NamedTuple

import joblib

from benchmarks.device import measure
from lab.run.simulation import Simulation
from sims.catastrophic_forgetting import gaussian_cyclic_forgetting
from sims.double_descent import min_norm_risk, rf_risk
from sims.neural_collapse import ufm_ce_path

DENSE_GOAL, SMALL_GOAL = 0.5, 10.0


class Dense(NamedTuple):
    """Milliseconds a trial on the device and on one core, and the share of the device's fp64 matrix product."""

    kernel: str
    device_ms: float
    core_ms: float
    share: float
    verdict: str


class Small(NamedTuple):
    """Microseconds a trial on the device and on all cores of this machine, in blocks as the plan makes them."""

    kernel: str
    block: int
    device_us: float
    cores_us: float
    cores: int
    ratio: float
    verdict: str


def _verdict(value: float, goal: float) -> str:
    return "reached" if value >= goal else "MISSED"


def dense(n: int, backend: str) -> list[Dense]:
    """The kernels of `benchmarks.device` at one size."""
    rows, _ = measure(n, backend, synchronizer(backend), repeats=3)
    return [Dense(r.kernel, 1e3 * r.device, 1e3 * r.core, r.share, _verdict(r.share, DENSE_GOAL)) for r in rows]


def synchronizer(backend: str) -> Callable[[], Any]:
    """What waits until the device has finished."""
    if backend != "cupy":
        return lambda: None
    import cupy

    return cupy.cuda.runtime.deviceSynchronize


def small_problems(tiny: bool = False) -> dict[str, tuple[Callable[..., Any], dict[str, Any]]]:
    """Kernels of several topics at n = 50 to 200, with their cells."""
    found: dict[str, tuple[Callable[..., Any], dict[str, Any]]] = {}
    for n in (10,) if tiny else (50, 100, 200):
        cell = {"d": n // 2, "N": 2 * n, "n": n, "lam": 1e-2}
        found[f"min_norm_risk n={n} p={2 * n}"] = min_norm_risk, {"n": n, "p": 2 * n}
        found[f"rf_risk d={n // 2} n={n} N={2 * n}"] = rf_risk, cell
        found[f"gaussian_cyclic_forgetting d={n}"] = gaussian_cyclic_forgetting, {"T": 5, "n": 100, "d": n, "r": n // 5}
    path: dict[str, Any] = {"K": 10, "n": 5, "lambda_W": 5e-3, "lambda_H": 5e-3, "d": 10, "times": (50,)}
    found["ufm_ce_path K=10 n=5, 50 steps"] = ufm_ce_path, path
    return found


def _seconds(run: Callable[[], Any], repeats: int = 2) -> float:
    best = math.inf
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best


def _block(simulation: Simulation, block: int) -> None:
    simulation.run(block)


def small(kernel: str, backend: str, tiny: bool = False) -> Small:
    """One kernel: whole blocks on the device in this process, and on a pool of one process a core."""
    function, cell = small_problems(tiny)[kernel]
    there, here = (Simulation(function, cell, b, 0) for b in (backend, "numpy"))
    there.run(0)  # compiles
    device = _seconds(lambda: there.run(1)) / there.block_trials
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    cores = 1 if tiny else cores
    blocks = cores * (1 if tiny else math.ceil(0.5 / _seconds(lambda: here.run(0))))
    with joblib.Parallel(n_jobs=cores) as pool:
        pool(joblib.delayed(_block)(here, b) for b in range(cores))  # starts the workers
        wall = _seconds(lambda: pool(joblib.delayed(_block)(here, b) for b in range(blocks)))
    host = wall / (blocks * here.block_trials)
    ratio = host / device
    return Small(kernel, there.block_trials, 1e6 * device, 1e6 * host, cores, ratio, _verdict(ratio, SMALL_GOAL))
