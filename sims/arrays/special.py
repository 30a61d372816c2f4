"""Special functions, entrywise, and Fourier transforms along the last axis."""

from __future__ import annotations

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
