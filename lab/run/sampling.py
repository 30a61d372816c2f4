"""Per-trial arrays of a simulation, in the suite's random streams and kept in its store: for figures and for users."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from lab.run.backends import resolve
from lab.run.simulation import Simulation
from lab.run.store import Store

Sampler = Callable[[Callable[..., Any], dict[str, Any], int], dict[str, np.ndarray]]


@contextlib.contextmanager
def sampler(arguments: argparse.Namespace) -> Iterator[Sampler]:
    """A function (simulate, cell, trials) -> named arrays of at least that many trials, first axis trials."""
    backend, store = resolve(arguments.backend), Store(arguments.store)

    def sample(function: Callable[..., Any], cell: dict[str, Any], trials: int) -> dict[str, np.ndarray]:
        simulation = Simulation(function, dict(cell), backend, arguments.seed)
        known = store.load(simulation)
        parts = []
        for block in range(simulation.blocks(trials)):
            if block not in known:
                known[block] = simulation.run(block)
                store.save(simulation, block, *known[block])
            parts.append(known[block][0])
        return {name: np.concatenate([part[name] for part in parts])[:trials] for name in parts[0]}

    try:
        yield sample
    finally:
        store.close()
