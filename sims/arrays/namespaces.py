"""Namespaces, devices and transfers: from where an array or a generator comes, and how to make others beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

try:
    import array_api_compat as compat
except ImportError:  # a node without package registry: SciPy ships a copy
    try:
        from scipy._lib import array_api_compat as compat  # type: ignore[no-redef]
    except ImportError:
        from scipy._external import array_api_compat as compat  # type: ignore[no-redef]

Array = Any
"""An array of any array-API namespace; shapes are given in the docstrings."""

Namespace = Any
Generator = Any
"""A numpy.random.Generator, a cupy.random.Generator or a HostGenerator: all draw with a `size` keyword."""


class HostGenerator:
    """A NumPy generator whose draws are moved to the device of another namespace: the same numbers on every backend."""

    def __init__(self, seed: int, namespace: Namespace, device: Any) -> None:
        self._rng = np.random.Generator(np.random.SFC64(seed))
        self.namespace, self.device = namespace, device

    def __getattr__(self, name: str) -> Callable[..., Array]:
        method = getattr(self._rng, name)
        return lambda *args, **kwargs: self.namespace.asarray(np.asarray(method(*args, **kwargs)), device=self.device)


def strict_rng(seed: int) -> HostGenerator:
    """Return a generator of array_api_strict arrays on a fake device: catches whatever is not portable.

    Its draws are those of NumPy's SFC64 from the same seed.
    """
    import array_api_strict

    return HostGenerator(seed, array_api_strict, array_api_strict.Device("device1"))


def namespace(source: Array | Generator) -> Namespace:
    """Return the array-API namespace of an array or of a generator's draws."""
    if isinstance(source, HostGenerator):
        return source.namespace
    if isinstance(source, np.random.Generator):
        return compat.array_namespace(np.empty(0))
    if type(source).__module__.startswith("cupy.random"):
        import array_api_compat.cupy

        return array_api_compat.cupy
    return compat.array_namespace(source)


def device(source: Array | Generator) -> Any:
    """Return the device on which new arrays must be made to mix with `source` (an array or a generator)."""
    if isinstance(source, HostGenerator):
        return source.device
    if isinstance(source, np.random.Generator):
        return "cpu"
    if type(source).__module__.startswith("cupy.random"):
        return None
    return compat.device(source)


def asarray(source: Array | Generator, host: Any) -> Array:
    """Return host data (NumPy array, number or nested list) as an array beside `source`, floats as float64."""
    if isinstance(source, np.random.Generator | np.ndarray):
        return np.asarray(host)
    return namespace(source).asarray(np.asarray(host), device=device(source))


def host_array(values: Any) -> np.ndarray:
    """Return numbers as a NumPy array, floats as float64: for scalar preparations of a kernel."""
    return np.asarray(values)


def zeros(source: Array | Generator, shape: tuple[int, ...]) -> Array:
    """Return float64 zeros beside `source`."""
    xp = namespace(source)
    return xp.zeros(shape, dtype=xp.float64, device=device(source))


def eye(source: Array | Generator, n: int) -> Array:
    """Return the float64 identity of size n beside `source`."""
    xp = namespace(source)
    return xp.eye(n, dtype=xp.float64, device=device(source))


def arange(source: Array | Generator, n: int) -> Array:
    """Return the integers 0..n-1 (int64) beside `source`."""
    xp = namespace(source)
    return xp.arange(n, dtype=xp.int64, device=device(source))


def to_host(array: Array) -> np.ndarray:
    """Return a NumPy copy (or view) of any array: strict, CuPy, PyTorch or NumPy."""
    if isinstance(array, np.ndarray):
        return array
    if hasattr(array, "_array"):  # array_api_strict
        return np.asarray(array._array)
    if hasattr(array, "get"):  # CuPy
        return array.get()
    if hasattr(array, "detach"):  # PyTorch
        return array.detach().cpu().numpy()
    return np.asarray(array)


def is_cupy(array: Array) -> bool:
    """Whether an array lives in CuPy."""
    return type(array).__module__.split(".")[0] == "cupy"


def is_generator(source: Any) -> bool:
    """Whether `source` is a random generator that the kernels can draw from."""
    return isinstance(source, np.random.Generator | HostGenerator) or type(source).__module__.startswith("cupy.random")


def on_host(function: Callable[..., Any], *arrays: Array) -> Any:
    """Run a NumPy function on arrays of any CPU backend and return its result beside the first of them."""
    results = function(*(to_host(a) for a in arrays))
    if isinstance(results, tuple):
        return tuple(asarray(arrays[0], r) for r in results)
    return asarray(arrays[0], results)
