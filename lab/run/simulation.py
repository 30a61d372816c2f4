"""One simulation at one cell: its identity, its blocks, their random streams, and the running of one block."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import hashlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from lab.run.backends import generator
from lab.run.fingerprint import fingerprint
from lab.run.naming import cell_key, samples, stream_name

WORKING_SET = {"numpy": 50e6, "cupy": 8e9}
"""Bytes that one block may keep alive: what fits the caches' neighbourhood on a CPU, what fills a GPU."""

LARGEST_BLOCK = {"numpy": 1024, "cupy": 65536}
DEFAULT_FLOATS = 100_000


def _word(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


@dataclass(frozen=True)
class Simulation:
    """A kernel at a cell, on a backend, under a suite seed. Equal keys mean equal blocks, to the last bit."""

    function: Callable[..., Any]
    cell: dict[str, Any]
    backend: str
    seed: int
    block: int | None = None
    name: str = field(init=False)
    key: str = field(init=False)
    code: str = field(init=False)
    block_trials: int = field(init=False)

    def __post_init__(self) -> None:
        cell, code = cell_key(self.cell), fingerprint(self.function)
        size = self.block or self._block()
        name = stream_name(self.function)
        parts = (name, cell, self.backend, self.seed, size, code)
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "block_trials", size)
        object.__setattr__(self, "key", hashlib.sha256(repr(parts).encode()).hexdigest()[:32])

    def _block(self) -> int:
        """Trials a block: what the kernel declares, else what its memory a trial lets fit; never the machine's say."""
        if (block := self._declared("block_trials")) is not None:
            return max(1, int(block))
        floats = self._declared("floats_per_trial")
        per_trial = max(8.0, 8 * (DEFAULT_FLOATS if floats is None else floats))
        fitting = max(1, min(WORKING_SET[self.backend] / per_trial, LARGEST_BLOCK[self.backend]))
        return 2 ** int(math.log2(fitting))

    def _declared(self, what: str) -> float | None:
        """What the kernel declares of itself at this cell (partial functions declare what they wrap)."""
        function = self.function
        while isinstance(function, functools.partial):
            function = function.func
        value = getattr(function, what, None)
        return value(**self.cell) if callable(value) else value

    @property
    def seconds(self) -> float | None:
        """CPU seconds that the kernel declares a block to take, if it does."""
        each = self._declared("seconds_per_trial")
        return None if each is None else each * self.block_trials

    def stream(self, block: int) -> np.random.SeedSequence:
        """The random stream of a block: a function of suite seed, simulation, cell and block, and of nothing else."""
        return np.random.SeedSequence(self.seed, spawn_key=(_word(self.name), _word(cell_key(self.cell)), block))

    def blocks(self, trials: int) -> int:
        """How many blocks hold at least that many trials."""
        return -(-trials // self.block_trials)

    def run(self, block: int) -> tuple[dict[str, np.ndarray], float]:
        """Simulate one block with one BLAS thread; return per-trial arrays by name and the CPU seconds it took."""
        start = time.process_time()
        trials = self.block_trials
        # The number of BLAS threads would change the last bit.
        with _threads().limit(limits=1):
            result = self.function(**self.cell, trials=trials, rng=generator(self.backend, self.stream(block)))
            data = samples(result, trials, self.name)
        return data, time.process_time() - start


def keep_freed_memory() -> None:
    """Ask the C library (glibc; nothing elsewhere) to keep freed memory for the next block of this process.

    By default every large array is mapped anew, and a page fault for each 4 kB costs up to a fifth of a kernel's time.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):
        for option, size in ((-1, 2**30), (-2, 2**26), (-3, 2**30)):  # M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD
            ctypes.CDLL(None).mallopt(option, size)


@functools.cache
def _threads() -> ThreadpoolController:
    keep_freed_memory()  # once a process, as the thread pools are found
    return ThreadpoolController()
