"""Special functions, entrywise, and Fourier transforms along the last axis."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.special

from sims.arrays.namespaces import Array, is_cupy, namespace, on_host


def _special(name: str, x: Array) -> Array:
    if not is_cupy(x):
        return on_host(getattr(scipy.special, name), x)
    import cupyx.scipy.special

    return getattr(cupyx.scipy.special, name)(x)


def erf(x: Array) -> Array:
    """The error function, entrywise."""
    return _special("erf", x)


def normal_cdf(x: Array) -> Array:
    """The standard normal cumulative distribution function, entrywise."""
    return _special("ndtr", x)


def elementwise(function: Callable[[float], Any], x: Array) -> Array:
    """Apply a function of one number to every entry, on the host: all at once where it takes arrays."""
    return on_host(lambda values: _elementwise_host(function, values), x)


def _elementwise_host(function: Callable[[Any], Any], values: np.ndarray) -> np.ndarray:
    flat = values.ravel()
    with (
        np.errstate(all="ignore"),
        contextlib.suppress(Exception),
    ):  # a function of numbers may refuse arrays in any way
        whole = np.asarray(function(flat))
        few = flat[:: max(1, flat.size // 8)]
        if whole.shape == flat.shape and np.array_equal(
            whole[:: max(1, flat.size // 8)], [function(float(v)) for v in few], equal_nan=True
        ):
            return whole.astype(np.float64).reshape(values.shape)
    return np.asarray([float(function(v)) for v in flat.tolist()]).reshape(values.shape)


def fft(x: Array) -> Array:
    """Discrete Fourier transform sum_j x_j exp(-2 pi i jk/n) along the last axis, complex128."""
    xp = namespace(x)
    return xp.fft.fft(x if xp.isdtype(x.dtype, "complex floating") else xp.astype(x, xp.complex128))


def ifft(x: Array) -> Array:
    """Inverse of `fft`: it divides by n."""
    return namespace(x).fft.ifft(x)


def rfft(x: Array) -> Array:
    """The n//2 + 1 first entries of `fft` of a real array, which determine the others."""
    return namespace(x).fft.rfft(x)


def irfft(x: Array, n: int) -> Array:
    """Inverse of `rfft` for arrays of length n."""
    return namespace(x).fft.irfft(x, n=n)
