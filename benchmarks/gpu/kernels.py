"""Every simulation of the claims on a backend: against NumPy on equal inputs, and on draws of its own."""

from __future__ import annotations

import functools
import inspect
import math
import time
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from scipy.stats import ks_2samp

from benchmarks.gpu.draws import host_draws, native, transfers
from claims import Claim, load_claims
from lab.run.fingerprint import fingerprint
from lab.run.naming import column, named, predictions, samples

ROUNDING = 1e-7
"""Relative: descents and iterations to convergence amplify the last bit of a product summed in another order."""

LEVEL = 1e-6
"""Of one comparison of two samples: a thousand of them stay below one false alarm in a thousand runs."""

TRIALS, SECONDS = (16, 256), 0.3

Simulate = Callable[..., Any]


class Match(NamedTuple):
    """A kernel on draws made on the host: its worst quantity against NumPy, and its transfers in one block."""

    kernel: str
    backend: str
    quantities: int
    difference: float
    worst: str
    to_device: int
    to_host: int
    results: int
    verdict: str


class Alike(NamedTuple):
    """A kernel on the backend's own draws: the least p-value of two-sample Kolmogorov-Smirnov tests against NumPy."""

    kernel: str
    backend: str
    quantities: int
    trials: int
    p: float
    least: str
    verdict: str


def chosen(topic: str | None = None) -> list[Claim]:
    """One claim for each simulation, of a topic or of all."""
    return list({claim.simulate: claim for claim in reversed(load_claims(topic))}.values())[::-1]


def name(claim: Claim) -> str:
    """Topic and slug: how a kernel is called in the tables."""
    return f"{claim.topic}: {claim.slug}"


def code(claim: Claim) -> str:
    """The fingerprint of what a claim simulates."""
    return fingerprint(claim.simulate)


def cell_and_kernel(claim: Claim) -> tuple[dict[str, Any], Simulate]:
    """The quick cell that declares least memory, and the kernel there, its descents cut to 20 steps."""
    bare = claim.simulate.func if isinstance(claim.simulate, functools.partial) else claim.simulate
    floats = getattr(bare, "floats_per_trial", lambda **_: 1)
    cell = dict(min(claim.grid.quick, key=lambda cell: floats(**cell)))
    known = inspect.signature(claim.simulate).parameters
    lengths = {key: cell.get(key, known[key].default) for key in ("steps", "sweeps") if key in known}
    short = cell | {key: min(length or 20, 20) for key, length in lengths.items()}  # None: as many as it takes
    return cell, functools.partial(claim.simulate, **short)


def _scale(theory: Any, x: np.ndarray) -> float:
    """|theory| (1 where it is 0), or the largest number simulated if that is more; laws have no number."""
    size = 0.0 if hasattr(theory, "cdf") else abs(theory) or 1.0
    seen = np.abs(x[np.isfinite(x)])
    return max(size if math.isfinite(size) else 0.0, float(seen.max()) if seen.size else 0.0) or 1.0


def match(claim: Claim, backend: str, trials: int = 4) -> Match:
    """The same draws on NumPy and on the backend must give the same numbers to rounding, NaN where NaN."""
    cell, kernel = cell_and_kernel(claim)
    host = samples(kernel(trials=trials, rng=host_draws("numpy", 3)), trials, "numpy")
    with transfers() as counts:
        raw = kernel(trials=trials, rng=host_draws(backend, 3))
        inside = dict(counts)
    found = samples(raw, trials, backend)
    differences = {}
    for quantity, theory in predictions(claim.predict(**cell)).items():
        a, b = (column(data, quantity, claim.slug) for data in (host, found))
        scale = _scale(theory, a)
        same = (a == b) | (np.isnan(a) & np.isnan(b))
        with np.errstate(invalid="ignore"):
            gaps = np.where(same, 0.0, np.abs(a - b) / scale)
        differences[quantity] = float(np.max(np.where(np.isnan(gaps), np.inf, gaps)))
    worst = max(differences, key=lambda quantity: differences[quantity])
    return Match(
        name(claim), backend, len(differences), differences[worst], worst,
        inside.get("to device", 0), inside.get("to host", 0), len(named(raw)),
        "equal" if differences[worst] <= ROUNDING else "differs",
    )  # fmt: skip


def alike(claim: Claim, backend: str) -> Alike:
    """Draws of the backend's own must have NumPy's distribution, quantity by quantity."""
    cell, kernel = cell_and_kernel(claim)
    start = time.perf_counter()
    kernel(trials=4, rng=native("numpy", 5))
    trials = int(np.clip(4 * SECONDS / (time.perf_counter() - start), *TRIALS))
    streams = (("numpy", 5), (backend, 7))
    host, found = (samples(kernel(trials=trials, rng=native(*which)), trials, which[0]) for which in streams)
    values = {}
    for quantity, theory in predictions(claim.predict(**cell)).items():
        a, b = (column(data, quantity, claim.slug) for data in (host, found))
        grain = 1e-9 * _scale(theory, a)  # rounding alone is no difference
        a, b = (np.nan_to_num(np.round(x / grain), nan=np.inf) for x in (a, b))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # ties or many trials: the asymptotic p-value instead
            values[quantity] = float(ks_2samp(a, b).pvalue)
    least = min(values, key=lambda quantity: values[quantity])
    verdict = "alike" if values[least] >= LEVEL else "differs"
    return Alike(name(claim), backend, len(values), trials, values[least], least, verdict)
