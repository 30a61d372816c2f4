"""Arrays of one's own, of any library and precision: checked by name, brought to the host, computed in float64.

NumPy, CuPy, PyTorch (bfloat16 and float16 too), JAX, pandas, lists: all become a `Given`, which remembers the precision
of what was given, because tolerances follow from it. A measure calls `matrix` or `vector` on every argument before it
computes anything; what is already a `Given` passes through, so checks are made once.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]

LARGEST, SMALLEST = 1e75, 1e-75
"""A product of four entries must be a float, and so must a quotient by the square of the largest."""

PRECISIONS = {"float16": 2.0**-10, "bfloat16": 2.0**-7, "float32": 2.0**-23}
"""Spacing of the numbers next to one, for types narrower than float64."""

_BLOCK = 2**22  # numbers in a block: 32 MB in float64


@dataclass(frozen=True, eq=False)
class Given:
    """An array as it was given: real, finite, not empty, on the host.

    raw: the numbers in the type given (bfloat16 widened to float32); eps: the spacing of that type at one; memo: what
    measures have computed from them and others need too, such as a decomposition.
    """

    name: str
    raw: NDArray[Any]
    eps: float
    memo: dict[Any, Any] = field(default_factory=dict, repr=False)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the array."""
        return self.raw.shape

    @property
    def values(self) -> Floats:
        """The numbers in float64: a copy where they are narrower, else the array itself (do not write into it)."""
        return self.raw.astype(np.float64, copy=False)

    def blocks(self) -> Iterator[Floats]:
        """Yield the rows in float64, a few at a time: for what must not double the memory of the data."""
        step = max(1, _BLOCK // max(1, math.prod(self.shape[1:])))
        for start in range(0, self.shape[0], step):
            yield self.raw[start : start + step].astype(np.float64, copy=False)


def _brief(value: object) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= 80 else text[:77] + "..."


def _from_library(name: str, value: Any) -> tuple[Any, float | None]:
    """Return something that NumPy understands, and the precision where NumPy cannot tell it."""
    module = type(value).__module__.split(".")[0]
    if np.ma.isMaskedArray(value):
        missing = int(np.count_nonzero(np.ma.getmaskarray(value)))
        if missing:
            raise ValueError(f"{name} = masked array, {missing} of its entries masked: fill them or drop their rows")
        return value.data, None
    if module == "torch":
        kind = str(value.dtype).removeprefix("torch.")
        if value.is_sparse or value.is_quantized or value.is_complex():
            raise ValueError(f"{name} = tensor of type {kind}, layout {value.layout}: must be dense and real")
        # NumPy has no bfloat16; float32 holds all of its numbers.
        wide = value.detach().float() if kind == "bfloat16" else value.detach()
        return wide.cpu().numpy(), PRECISIONS.get(kind)
    if hasattr(value, "toarray"):
        raise ValueError(f"{name} = sparse matrix: must be dense, pass {name}.toarray()")
    if module == "cupy":
        return value.get(), None
    if module == "array_api_strict":
        return value._array, None
    return (value.to_numpy() if hasattr(value, "to_numpy") else value), None


def host(name: str, value: Any) -> tuple[NDArray[Any], float | None]:
    """Return any array-like as a NumPy array of whatever type, and its precision where the type no longer says it."""
    try:
        found, eps = _from_library(name, value)
        array = np.asarray(found)
    except (TypeError, AttributeError, RuntimeError):
        raise ValueError(f"{name} = {_brief(value)}: must be an array of numbers") from None
    except ValueError as error:
        if str(error).startswith(f"{name} ="):
            raise
        raise ValueError(f"{name} = {_brief(value)}: must be an array of numbers, its rows of equal length") from None
    if array.dtype.name == "bfloat16":  # ml_dtypes, which JAX uses
        return array.astype(np.float32), PRECISIONS["bfloat16"]
    return array, eps


def _real(name: str, array: NDArray[Any], value: object) -> NDArray[Any]:
    if array.dtype.kind == "O":
        try:
            return array.astype(np.float64)
        except (TypeError, ValueError):
            raise ValueError(f"{name} = {_brief(value)}: must hold numbers only, no text and no gaps") from None
    if array.dtype.kind == "b":
        return array.astype(np.float64)
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} = array of {array.dtype}: must be an array of real numbers")
    return array


def _within_range(name: str, array: NDArray[Any]) -> None:
    low, high = float(array.min()), float(array.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        bad = sum(int(np.count_nonzero(~np.isfinite(row))) for row in np.atleast_2d(array))
        raise ValueError(f"{name} = array, {bad} of its entries NaN or infinite: must be finite")
    largest = max(-low, high)
    if largest > LARGEST or 0 < largest < SMALLEST:
        raise ValueError(
            f"{name} = array whose largest entry is {largest:.2g}: must lie between {SMALLEST:g} and {LARGEST:g} in "
            "size, rescale it"
        )


def array(name: str, value: Any, axes: str) -> Given:
    """Return what is given as real finite numbers with the `axes` named, such as "samples, dimensions".

    Raises ValueError naming the argument for text, gaps, masked entries, other shapes, empty arrays, NaN, or numbers
    whose fourth power overflows.

    >>> array("features", [[1, 2], [3, 4]], "samples, dimensions").values
    array([[1., 2.],
           [3., 4.]])
    """
    if isinstance(value, Given):
        found, eps = value.raw, value.eps
    else:
        raw, narrow = host(name, value)
        found = _real(name, raw, value)
        eps = narrow if narrow is not None else PRECISIONS.get(found.dtype.name, 2.0**-52)
    count = len(axes.split(", "))
    if found.ndim != count or found.size == 0:
        shown = f"({axes}{',' if count == 1 else ''})"
        raise ValueError(f"{name} = array of shape {found.shape}: must be {shown}, not empty")
    if isinstance(value, Given):
        return value
    _within_range(name, found)
    return Given(name, found, eps)


def matrix(name: str, value: Any, axes: str = "samples, dimensions") -> Given:
    """Return a two-dimensional array; see `array`."""
    return array(name, value, axes)


def layer(name: str, value: Any, axes: str = "outputs, inputs") -> Given:
    """Return a layer's weights or gradient as a matrix; a convolution's (out, in, height, width) is unfolded to
    (out, in height width), the matrix that acts on patches. See `array`."""
    if isinstance(value, Given):
        return array(name, value, axes)
    raw, eps = host(name, value)
    found = array(name, raw.reshape(raw.shape[0], -1) if raw.ndim > 2 and raw.size else raw, axes)
    return found if eps is None else Given(name, found.raw, eps)


def vector(name: str, value: Any, axes: str = "samples") -> Given:
    """Return a one-dimensional array; a single column counts as one. See `array`."""
    if isinstance(value, Given):
        return array(name, value, axes)
    raw, eps = host(name, value)
    found = array(name, raw[:, 0] if raw.ndim == 2 and raw.shape[1] == 1 else raw, axes)
    return found if eps is None else Given(name, found.raw, eps)


def choices(name: str, value: Any) -> Given:
    """Return integers >= 0 as a matrix, one row a token; a vector has one choice a token. See `array`."""
    if isinstance(value, Given):
        return array(name, value, "tokens, choices")
    raw, _ = host(name, value)
    found = array(name, raw[:, None] if raw.ndim == 1 else raw, "tokens, choices")
    if (found.raw < 0).any() or (found.raw != np.floor(found.raw)).any():
        raise ValueError(f"{name} = array of shape {found.shape}: must hold integers >= 0, the numbers of experts")
    return found


def same_rows(features: Given, name: str, size: int) -> None:
    """Refuse `size` entries of `name` unless there is one for each row of `features`; recognise transposed features."""
    n, d = features.shape
    if size == n:
        return
    if size == d:
        raise ValueError(
            f"{features.name} = array of shape {features.shape} looks transposed: {name} has {size} entries, and "
            f"samples are rows; pass {features.name}.T"
        )
    raise ValueError(f"{name} = array with {size} entries: must have {n}, one for each row of {features.name}")
