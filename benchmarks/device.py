"""The dense kernels on a GPU: rates as a share of its own fp64 matrix product, and the ratio to one CPU core."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from lab.run.backends import generator, probe
from sims.arrays import namespace
from sims.double_descent import min_norm_risk, rf_risk


class DeviceRow(NamedTuple):
    """Seconds a trial on the device and on one core, and the rate as a share of the device's matrix product."""

    kernel: str
    device: float
    core: float
    share: float


Work = tuple[str, float, int, Callable[[int, Any], Any]]


def works(n: int) -> list[Work]:
    """Kernel, flops of a trial, trials of a block on the device, call."""
    p, d, N = 2 * n, n // 2, 2 * n
    min_norm = n * n * p + 2 * n**3 / 3
    features = 2.0 * n * N * d + N * N * d + 3 * n * n * N + 2 * n * N * N + 2 * n**3
    return [
        (f"min_norm_risk n={n} p={p}", min_norm, 8, lambda t, rng: min_norm_risk(n, p, trials=t, rng=rng)),
        (f"rf_risk d={d} n={n} N={N}", features, 4, lambda t, rng: rf_risk(d, N, n, 1e-2, trials=t, rng=rng)),
    ]


def wall(run: Callable[[], Any], synchronize: Callable[[], Any], repeats: int = 5) -> float:
    """Least wall-clock seconds of a call that ends when the device has."""
    best = float("inf")
    for _ in range(repeats + 1):  # the first warms up
        start = time.perf_counter()
        run()
        synchronize()
        best = min(best, time.perf_counter() - start)
    return best


def measure(n: int, backend: str, synchronize: Callable[[], Any], repeats: int = 5) -> tuple[list[DeviceRow], float]:
    """Rows on a backend, and the rate (flop/s) of its fp64 matrix product in the same run."""
    rng, host = (generator(b, np.random.SeedSequence(0)) for b in (backend, "numpy"))
    a = rng.standard_normal(size=(2 * n, 2 * n))
    rate = 2 * (2 * n) ** 3 / wall(lambda: namespace(a).matmul(a, a), synchronize, repeats)
    rows = []
    for name, flops, trials, call in works(n):
        seconds = wall(lambda call=call, trials=trials: call(trials, rng), synchronize, repeats) / trials
        core = wall(lambda call=call: call(1, host), lambda: None, 1)
        rows.append(DeviceRow(name, seconds, core, flops / seconds / rate))
    return rows, rate


def report(n: int = 2000) -> tuple[list[DeviceRow], str]:
    """Rows on CuPy and a line about the device, or no rows and the reason."""
    if reason := probe():
        return [], f"skipped: {reason}"
    import cupy

    rows, rate = measure(n, "cupy", cupy.cuda.runtime.deviceSynchronize)
    name = cupy.cuda.runtime.getDeviceProperties(0)["name"].decode()
    return rows, f"{name}, fp64 matrix product {rate / 1e12:.1f} Tflop/s in this run"
