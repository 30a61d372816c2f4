"""How time grows with sizes against the flop counts, and what a trial of each kernel holds against what it declares."""

from __future__ import annotations

import functools
import math
import signal
import time
import tracemalloc
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import sklearn.datasets  # noqa: F401  kernels load it: here, where no time limit can interrupt that

from benchmarks.timing import interleave
from sims.catastrophic_forgetting import gaussian_cyclic_forgetting
from sims.double_descent import min_norm_risk, rf_risk
from sims.gradient_reconstruction.small_moments import third_tensor
from sims.max_margin import max_margin
from sims.neural_collapse.cross_entropy import ufm_ce_path
from theory.deterministic_equivalent import fixed_point, parse_spectrum


class Exponent(NamedTuple):
    """Log-log slopes over `sizes` of one parameter: of time, flop count, peak memory and declared numbers (or NaN)."""

    kernel: str
    parameter: str
    sizes: tuple[int, ...]
    time: float
    flops: float
    memory: float
    declared: float


class Sweep(NamedTuple):
    """A kernel at one size: the call, its flops, and the numbers that it declares (NaN if it is no kernel)."""

    run: Callable[[], Any]
    flops: float
    declared: float = float("nan")


def _rng() -> np.random.Generator:
    return np.random.Generator(np.random.SFC64(2))


def _slope(sizes: tuple[int, ...], values: list[float]) -> float:
    if not np.isfinite(values).all():
        return float("nan")
    return float(np.polyfit(np.log(sizes), np.log(values), 1)[0])


def _min_norm(n: int, p: int, trials: int) -> Sweep:
    rng, m = _rng(), min(n, p)
    flops = trials * (m * n * p + 2 * m**3 / 3)
    declared = trials * min_norm_risk.floats_per_trial(n, p)  # type: ignore[attr-defined]
    return Sweep(lambda: min_norm_risk(n, p, trials=trials, rng=rng), flops, declared)


def _features(N: int) -> Sweep:
    n, d, rng = 200, 100, _rng()
    flops = 2.0 * n * N * d + N * N * d + 2 * n * n * N + n * N * N + n * n * N + 2 * n**3
    declared = 2 * rf_risk.floats_per_trial(d, N, n)  # type: ignore[attr-defined]
    return Sweep(lambda: rf_risk(d, N, n, 1e-2, trials=2, rng=rng), flops, declared)


def _moments(d: int, m: int) -> Sweep:
    W, g = _rng().standard_normal((2, m, d)), _rng().standard_normal((2, m))
    return Sweep(lambda: third_tensor(W, g), m * d * d * (d + 1.0))


def _descent(steps: int) -> Sweep:
    rng = _rng()
    return Sweep(lambda: ufm_ce_path(10, 5, 5e-3, 5e-3, 10, (steps,), trials=16, rng=rng), float(steps))


def _cycles(n: int) -> Sweep:
    rng = _rng()
    return Sweep(lambda: gaussian_cyclic_forgetting(5, n, 50, 10, trials=16, rng=rng), 36e4 + 25e4 * math.log2(n))


def _fixed(modes: int) -> Sweep:
    spectrum, n = parse_spectrum("s", np.arange(1.0, modes + 1) ** -1.5), np.geomspace(5, modes / 2, 50)
    return Sweep(lambda: fixed_point(n, 1e-2, spectrum), float(modes))


def _margin(n: int) -> Sweep:
    a = _rng().standard_normal((4, n, 2 * n))
    return Sweep(lambda: max_margin(a), 2.0 * n**3 + 12 * (n**3 / 3 + 8 * n * n))


SWEEPS: tuple[tuple[str, str, tuple[int, ...], Callable[[int], Sweep]], ...] = (
    ("min_norm_risk", "n (p = 2n)", (100, 200, 400, 800), lambda n: _min_norm(n, 2 * n, 2)),
    ("min_norm_risk", "p (n = 100)", (400, 800, 1600, 3200), lambda p: _min_norm(100, p, 4)),
    ("min_norm_risk", "trials (100 x 200)", (8, 16, 32, 64), lambda t: _min_norm(100, 200, t)),
    ("rf_risk", "N (n = 200, d = 100)", (400, 800, 1600), _features),
    ("third_tensor", "d (m = 2000)", (10, 20, 40), lambda d: _moments(d, 2000)),
    ("third_tensor", "m (d = 20)", (1000, 2000, 4000, 8000), lambda m: _moments(20, m)),
    ("ufm_ce_path", "steps", (50, 100, 200), _descent),
    ("gaussian_cyclic_forgetting", "cycles", (10, 100, 1000), _cycles),
    ("fixed_point", "modes", (1000, 4000, 16000), _fixed),
    ("max_margin", "n (p = 2n)", (50, 100, 200), _margin),
)


def exponents(shrink: int = 1, repeats: int = 3) -> list[Exponent]:
    """Measure all sweeps, sizes divided by `shrink`."""
    rows = []
    for kernel, parameter, full, make in SWEEPS:
        sizes = tuple(max(2, s // shrink) for s in full)
        made = [make(s) for s in sizes]
        best = interleave({str(i): sweep.run for i, sweep in enumerate(made)}, repeats)
        columns = (
            list(best.values()),
            [sweep.flops for sweep in made],
            [float(peak(sweep.run)) for sweep in made],
            [sweep.declared for sweep in made],
        )
        rows.append(Exponent(kernel, parameter, sizes, *(_slope(sizes, values) for values in columns)))
    return rows


# --- memory ----------------------------------------------------------------------------------------------------------


class Holding(NamedTuple):
    """Numbers (of 8 bytes) that one more trial holds at its peak, and how many are declared; held: NaN if too slow."""

    kernel: str
    cell: str
    held: float
    declared: float


class _TooSlowError(Exception):
    pass


def kernels() -> Iterator[tuple[str, Callable[..., Any], dict[str, Any]]]:
    """Every simulation of the claims with the cell of its quick grid that declares most."""
    from claims import load_claims

    largest: dict[str, tuple[float, Callable[..., Any], dict[str, Any]]] = {}
    for claim in load_claims():
        inner = claim.simulate.func if isinstance(claim.simulate, functools.partial) else claim.simulate
        declare = getattr(inner, "floats_per_trial", None)
        if declare is None:
            continue
        fixed = claim.simulate.keywords if isinstance(claim.simulate, functools.partial) else {}
        name = f"{claim.topic}: {inner.__qualname__.strip('_')}"
        for cell in claim.grid.quick:
            declared = float(declare(**{**fixed, **cell}))
            if declared > largest.get(name, (0.0,))[0]:
                largest[name] = (declared, claim.simulate, dict(cell))
    for name, (_, simulate, cell) in sorted(largest.items()):
        yield name, simulate, cell


def peak(run: Callable[[], Any]) -> int:
    """Bytes allocated at the peak of a call, above what there was before."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def holding(name: str, simulate: Callable[..., Any], cell: dict[str, Any], limit: float = 4.0) -> Holding:
    """Numbers a trial holds, from the peaks of blocks of some trials and of three times as many.

    NaN where these take longer than `limit` CPU seconds.
    """
    inner = simulate.func if isinstance(simulate, functools.partial) else simulate
    fixed = simulate.keywords if isinstance(simulate, functools.partial) else {}
    declared = float(inner.floats_per_trial(**{**fixed, **cell}))  # type: ignore[attr-defined]
    few = 1 if declared > 2e5 else 8

    def block(trials: int) -> int:
        return peak(lambda: simulate(**cell, trials=trials, rng=_rng()))

    def late(*_: Any) -> None:
        raise _TooSlowError

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, limit)
    try:
        block(1)  # what is loaded once and kept is no trial's
        low, high = block(few), block(3 * few)
        held = (high - low) / (8.0 * 2 * few)
    except _TooSlowError:
        held = float("nan")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return Holding(name, ", ".join(f"{k}={_short(v)}" for k, v in cell.items()), held, declared)


def _short(value: Any) -> str:
    text = f"{value:.4g}" if isinstance(value, float) else str(value)
    return text if len(text) <= 16 else text[:13] + "..."


def holdings(limit: float = 4.0, budget: float = 240.0) -> list[Holding]:
    """All kernels of the claims, as long as the budget of seconds lasts."""
    start, rows = time.monotonic(), []
    for name, simulate, cell in kernels():
        left = budget - (time.monotonic() - start)
        if left > 0:
            rows.append(holding(name, simulate, cell, min(limit, left)))
    return rows
