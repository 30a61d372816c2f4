"""The .safetensors format: eight bytes of header length, a header in JSON, then the numbers of all tensors."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from overparam.diagnosis.errors import DiagnosisError
from overparam.diagnosis.memory import affordable
from overparam.measures.input import PRECISIONS, Given

_HEADER = 100_000_000
_TYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "BF16": "<u2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "<i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "<u1", "BOOL": "|b1",
}  # fmt: skip
_SIZES = {"F8_E4M3": 1, "F8_E5M2": 1, "F8_E8M0": 1, "C64": 8}
"""Types that are counted and left out."""


class Tensor(NamedTuple):
    """Where one tensor stands in its file."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    size: int


class Checkpoint(Mapping[str, Given]):
    """The tensors of a file by name, each read when it is asked for; what is of another type is listed in `left_out`.

    Raises DiagnosisError for a header that is no header: too long, not JSON, offsets outside the file, out of order,
    overlapping, or of another size than shape and type say.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tensors: dict[str, Tensor] = {}
        self.left_out: list[str] = []
        for name, tensor in _header(path).items():
            if tensor.dtype in _TYPES:
                self._tensors[name] = tensor
            else:
                self.left_out.append(f"{name} ({tensor.dtype})")

    @property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The shape of each tensor, without reading it."""
        return {name: tensor.shape for name, tensor in self._tensors.items()}

    def __iter__(self) -> Iterator[str]:
        return iter(self._tensors)

    def __len__(self) -> int:
        return len(self._tensors)

    def __getitem__(self, name: str) -> Given:
        tensor = self._tensors[name]
        affordable(f"{self._path}: {name}", 2 * tensor.size)
        count = math.prod(tensor.shape)
        raw = np.fromfile(self._path, _TYPES[tensor.dtype], count, offset=tensor.start).reshape(tensor.shape)
        if tensor.dtype == "BF16":  # the upper half of a float32
            return Given(name, (raw.astype(np.uint32) << 16).view(np.float32), PRECISIONS["bfloat16"])
        return Given(name, raw, PRECISIONS.get(raw.dtype.name, 2.0**-52))


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name twice")
    return found


def _header(path: Path) -> dict[str, Tensor]:
    size = path.stat().st_size
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if size < 8 or not 2 <= length <= min(_HEADER, size - 8):
            raise DiagnosisError(
                f"{path} claims a header of {length} bytes in a file of {size}: not a safetensors file"
            )
        text = stream.read(length)
    try:
        entries = json.loads(text.decode("utf-8"), object_pairs_hook=_once)
        entries.pop("__metadata__", None)
        found = {name: _entry(entry) for name, entry in entries.items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise DiagnosisError(f"{path} has a header that is not one of a safetensors file: damaged or forged") from None
    end = 0
    for name, (dtype, _shape, start, count) in sorted(found.items(), key=lambda item: (item[1].start, item[1].size)):
        if start != end:
            raise DiagnosisError(f"{path}: {name} starts at byte {start}, not at {end} where the one before ends")
        need = math.prod(_shape) * (_SIZES[dtype] if dtype in _SIZES else np.dtype(_TYPES[dtype]).itemsize)
        if count != need:
            raise DiagnosisError(f"{path}: {name} has {count} bytes, its shape {_shape} of {dtype} needs {need}")
        end += count
    if end != size - 8 - length:
        raise DiagnosisError(f"{path}: the tensors end at byte {end}, the file has {size - 8 - length} for them")
    return {name: tensor._replace(start=tensor.start + 8 + length) for name, tensor in found.items()}


def _entry(entry: dict[str, Any]) -> Tensor:
    dtype, shape, (start, end) = entry["dtype"], tuple(entry["shape"]), entry["data_offsets"]
    numbers = (*shape, start, end)
    if dtype not in _TYPES and dtype not in _SIZES:
        raise ValueError("an unknown type")
    if any(type(n) is not int or n < 0 for n in numbers) or end < start:
        raise ValueError("shape and offsets are integers >= 0")
    return Tensor(dtype, shape, start, end - start)
