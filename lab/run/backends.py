"""Which array library the kernels run on: a probe that does real work once, and generators for it."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from lab.errors import Foreseeable

BACKENDS = ("auto", "numpy", "cupy")


class BackendError(Foreseeable):
    """The backend asked for is not usable here; the message says why and what to do."""


@functools.cache
def probe() -> str:
    """Return "" if CuPy and a GPU work here, else the reason why not (importing CuPy proves nothing)."""
    try:
        import cupy
    except ImportError as error:
        return f"CuPy is not installed ({error}); install it with: pip install 'overparam[gpu]'"
    try:
        count = cupy.cuda.runtime.getDeviceCount()
    except Exception as error:
        return f"CuPy {cupy.__version__} is installed, but there is no usable GPU or driver: {error}"
    if count == 0:
        return "no CUDA device is visible (is CUDA_VISIBLE_DEVICES empty?)"
    try:
        a = 2 * cupy.eye(2)[None]
        cupy.linalg.cholesky(a)
        cupy.random.Generator(cupy.random.Philox4x3210(0, size=256)).standard_normal(size=2)
        (a @ a).get()
        import cupyx.scipy.linalg
        import cupyx.scipy.special  # noqa: F401
    except Exception as error:
        return f"a GPU is visible, but a CUDA library does not load: {error}; pip install 'overparam[gpu]' brings them"
    return ""


def resolve(backend: str) -> str:
    """Return "numpy" or "cupy" for a backend's name; BackendError if CuPy was asked for and cannot run.

    >>> resolve("numpy")
    'numpy'
    """
    if backend not in BACKENDS:
        raise ValueError(f"backend = {backend!r}: must be one of {', '.join(BACKENDS)}")
    if backend == "auto":
        return "numpy" if probe() else "cupy"
    if backend == "cupy" and probe():
        raise BackendError(f"--backend cupy cannot run here: {probe()}. Without a GPU use --backend numpy.")
    return backend


def generator(backend: str, sequence: np.random.SeedSequence) -> Any:
    """A random generator of the backend, a function of the seed sequence alone (on CuPy: of its first 32 bits)."""
    if backend == "numpy":
        return np.random.Generator(np.random.SFC64(sequence))
    import cupy

    # A fixed size: by default it depends on the GPU model, and so would the numbers.
    return cupy.random.Generator(cupy.random.Philox4x3210(cupy_seed(sequence), size=65536))


def cupy_seed(sequence: np.random.SeedSequence) -> int:
    """The 32 bits to which CuPy cuts a seed: two streams of one plan could meet, and a test counts that none do."""
    return int(sequence.generate_state(1)[0])
