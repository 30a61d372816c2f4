"""JAX and PyTorch where they are installed, in double precision on one CPU thread; None where they are not."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any

import numpy as np


@functools.cache
def jax() -> Any:
    """The module jax, or None."""
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
    os.environ.setdefault("JAX_PLATFORMS", "cpu")
    try:
        import jax as module
    except ImportError:
        return None
    module.config.update("jax_enable_x64", True)
    return module


@functools.cache
def torch() -> Any:
    """The module torch, or None."""
    try:
        import torch as module
    except ImportError:
        return None
    module.set_num_threads(1)
    module.set_default_dtype(module.float64)
    return module


def jitted(function: Callable[..., Any], *host: Any) -> Callable[[], np.ndarray]:
    """jit(vmap(function)) on host arrays with a leading axis of trials: a call that waits and returns host numbers."""
    module = jax()
    compiled = module.jit(module.vmap(function))
    inputs = [a if hasattr(a, "block_until_ready") else module.numpy.asarray(a) for a in host]
    return lambda: np.asarray(compiled(*inputs).block_until_ready())


def tensors(*host: np.ndarray) -> list[Any]:
    """Host arrays as PyTorch tensors."""
    return [torch().as_tensor(a) for a in host]


class Prepared(np.random.Generator):
    """A generator that hands out prepared normals, one array a call, in turn: for kernels timed with the data given."""

    def __init__(self, *normals: np.ndarray) -> None:
        super().__init__(np.random.SFC64(0))
        self._normals, self._next = normals, 0

    def standard_normal(self, size: Any = None, *_: Any, **__: Any) -> np.ndarray:  # type: ignore[override]
        """The next prepared array; its shape must be the one asked for."""
        array = self._normals[self._next % len(self._normals)]
        self._next += 1
        if array.shape != size:
            raise ValueError(f"size = {size!r}: must be {array.shape}, the shape prepared")
        return array
