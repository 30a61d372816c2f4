"""Domains that the topic shares: images, covariances, indices that are kept, coefficients of transforms."""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from theory.domain import Floats, In, Parsed, Vector, reals, refusal

_IMAGE = "a square array of real numbers with a side 2^k, no entry beyond 1e+75 in size"
_COVARIANCE = "a symmetric positive semidefinite matrix, no entry beyond 1e+75 in size"
_KEEP = "distinct integers >= 0, possibly none"
_HAAR = "a pair (details, average): details[j-1] of shape (3, n/2^j, n/2^j) for j = 1, ..., log2 n, average (1, 1)"
_WAVELET = "a pair (details, average): details[j-1] of length n/2^j, average as long as the last of them"


def _square(name: str, value: Any, allowed: str) -> Floats:
    try:
        array = reals(name, value, ndim=2)
    except ValueError:
        raise refusal(name, value, allowed) from None
    if array.shape[0] != array.shape[1]:
        raise refusal(name, array, allowed)
    return array


def _image(name: str, value: Any) -> Floats:
    array = _square(name, value, _IMAGE)
    side = array.shape[0]
    if side & (side - 1):
        raise refusal(name, array, _IMAGE)
    return array


def _covariance(name: str, value: Any) -> Floats:
    array = _square(name, value, _COVARIANCE)
    size = float(np.abs(array).max())
    if np.abs(array - array.T).max() > 1e-12 * size:
        raise refusal(name, array, _COVARIANCE)
    array = (array + array.T) / 2
    # The rounding of an eigenvalue is a few units in the last place of the largest.
    if np.linalg.eigvalsh(array)[0] < -1e-13 * len(array) * size:
        raise refusal(name, array, _COVARIANCE)
    return array


def _keep(name: str, value: Any) -> NDArray[np.int64]:
    try:
        array = np.asarray(value)
    except ValueError:
        raise refusal(name, value, _KEEP) from None
    if array.ndim == 1 and array.size == 0 and array.dtype.kind in "fiu":
        return np.zeros(0, dtype=np.int64)
    whole = array.ndim == 1 and array.dtype.kind in "iu" and not (array < 0).any()
    if not whole or (array > 2**31).any() or len(np.unique(array)) != array.size:
        raise refusal(name, value, _KEEP)
    return array.astype(np.int64)


def _pair(name: str, value: Any, allowed: str, ndim: int) -> tuple[tuple[Floats, ...], Floats]:
    """Details and average as arrays, ndim of each detail; a single level may not be given bare."""
    if not isinstance(value, tuple | list) or len(value) != 2 or not isinstance(value[0], tuple | list):
        raise refusal(name, value, allowed)
    try:
        details = tuple(reals(name, level, ndim=ndim) for level in value[0])
        average = reals(name, value[1], ndim=1 if ndim == 1 else 2)
    except ValueError:
        raise refusal(name, value, allowed) from None
    return details, average


def _haar(name: str, value: Any) -> tuple[tuple[Floats, ...], Floats]:
    details, average = _pair(name, value, _HAAR, 3)
    sides = [2**j for j in reversed(range(len(details)))]
    if average.shape != (1, 1) or [d.shape for d in details] != [(3, side, side) for side in sides]:
        raise refusal(name, value, _HAAR)
    return details, average


def _wavelet(name: str, value: Any) -> tuple[tuple[Floats, ...], Floats]:
    details, average = _pair(name, value, _WAVELET, 1)
    lengths = [average.size * 2**j for j in reversed(range(len(details)))]
    if not details or [d.size for d in details] != lengths:
        raise refusal(name, value, _WAVELET)
    return details, average


Image = Annotated[Floats, Parsed(_image, _IMAGE)]
Rectangle = Annotated[Floats, In(ndim=2)]
Covariance = Annotated[Floats, Parsed(_covariance, _COVARIANCE)]
Keep = Annotated[NDArray[np.int64], Parsed(_keep, _KEEP)]
HaarCoefficients = Annotated[tuple[tuple[Floats, ...], Floats], Parsed(_haar, _HAAR)]
WaveletCoefficients = Annotated[tuple[tuple[Floats, ...], Floats], Parsed(_wavelet, _WAVELET)]
Moments = Annotated[int, In(1, 12)]
Levels = Annotated[int, In(1, 40)]
LikeW = Annotated[Floats, In(ndim=1, like="w")]
Signal = Vector
