"""A finished block as bytes: one line of JSON that gives each array's shape, then the numbers as they lie in memory."""

from __future__ import annotations

import json
import math

import numpy as np

LONGEST_HEADER = 1 << 20
FLOAT = np.dtype("<f8")


def pack(data: dict[str, np.ndarray]) -> bytes:
    """Return float64 arrays by name as bytes.

    >>> unpack(pack({"x": np.ones(2)}))
    {'x': array([1., 1.])}
    """
    arrays = {name: np.asarray(array, FLOAT) for name, array in data.items()}
    header = json.dumps({name: array.shape for name, array in arrays.items()}).encode()
    # Spaces up to a multiple of eight: the numbers are then aligned where they are read.
    header += b" " * (-(len(header) + 1) % 8) + b"\n"
    return header + b"".join(array.tobytes() for array in arrays.values())


def unpack(value: bytes) -> dict[str, np.ndarray]:
    """Return the arrays of a block, read-only views of its bytes.

    Raises ValueError where the shapes are none, or do not fit the bytes that are there.
    """
    end = value.find(b"\n", 0, LONGEST_HEADER) + 1
    try:
        shapes = json.loads(value[:end])
    except RecursionError:
        raise ValueError("the header of a block is nested") from None
    if not isinstance(shapes, dict) or not all(_is_shape(shape) for shape in shapes.values()):
        raise ValueError("the header of a block must give a shape for each name")
    sizes = {name: math.prod(shape) for name, shape in shapes.items()}
    if len(value) - end != FLOAT.itemsize * sum(sizes.values()):
        raise ValueError(f"a block holds {len(value) - end} bytes: must be those of its shapes")
    data, start = {}, end
    for name, shape in shapes.items():
        data[name] = np.frombuffer(value, FLOAT, sizes[name], start).reshape(shape)
        start += FLOAT.itemsize * sizes[name]
    return data


def _is_shape(shape: object) -> bool:
    return isinstance(shape, list) and all(type(n) is int and n >= 0 for n in shape)
