"""Draws made on the host and moved to a device, so that every backend gets the same inputs; and transfers counted."""

from __future__ import annotations

import contextlib
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from lab.run.backends import generator
from sims import arrays


def native(backend: str, seed: int) -> Any:
    """The backend's own generator; "strict" stands for the fake device of array_api_strict."""
    return arrays.strict_rng(seed) if backend == "strict" else generator(backend, np.random.SeedSequence(seed))


def host_draws(backend: str, seed: int) -> arrays.HostGenerator:
    """A generator whose numbers are the same on every backend."""
    like = native(backend, 0)
    return arrays.HostGenerator(seed, arrays.namespace(like), arrays.device(like))


@contextlib.contextmanager
def transfers() -> Iterator[Counter[str]]:
    """Count the copies to the host and to the device that kernels make through `sims.arrays`.

    A hidden conversion (`float(x)`, `if x:`) goes past it: that kernels make none is shown on the strict backend.
    """
    counts: Counter[str] = Counter()

    def counted(name: str, direction: str) -> tuple[Any, Any]:
        original = getattr(arrays, name)

        def count(*args: Any) -> Any:
            result = original(*args)
            device_side = args[0] if direction == "to host" else result
            counts[direction] += not isinstance(device_side, np.ndarray)
            return result

        return original, count

    pairs = [counted("to_host", "to host"), counted("asarray", "to device")]
    places = [
        (module, name, new)
        for key, module in list(sys.modules.items())
        if key.split(".")[0] == "sims"
        for name, value in list(vars(module).items())
        for old, new in pairs
        if value is old
    ]
    before = [(module, name, getattr(module, name)) for module, name, _ in places]
    try:
        for module, name, new in places:
            setattr(module, name, new)
        yield counts
    finally:
        for module, name, old in before:
            setattr(module, name, old)
