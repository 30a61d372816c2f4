"""A checkpoint's tensors as layers: convolutions unfolded, fused attention taken apart, in the order of their names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from overparam.measures.input import Given, array

_FUSED = re.compile(r"qkv|query_key_value|in_proj_weight|c_attn", re.IGNORECASE)


def natural(name: str) -> list[tuple[int, str]]:
    """The key by which layer 2 comes before layer 10.

    >>> sorted(["h.10.w", "h.2.w"], key=natural)
    ['h.2.w', 'h.10.w']
    """
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]


def layers(tensors: Mapping[str, Any]) -> Iterator[tuple[str, Given]]:
    """Yield the matrices (outputs, inputs) of a checkpoint, one tensor in memory at a time.

    A convolution (out, in, height, width) is unfolded to (out, in height width). A fused attention weight, by its name
    (qkv, query_key_value, in_proj_weight, c_attn) and the ratio 3 of its sides, becomes name[q], name[k], name[v]. Left
    out are vectors and matrices with a side of one.

    tensors: names to arrays of any library. Raises ValueError naming the tensor for entries that are not finite.

    >>> import numpy as np
    >>> found = layers({"conv": np.ones((4, 2, 3, 3)), "bias": np.ones(4), "attn.qkv": np.ones((6, 2))})
    >>> [(name, matrix.shape) for name, matrix in found]
    [('attn.qkv[q]', (2, 2)), ('attn.qkv[k]', (2, 2)), ('attn.qkv[v]', (2, 2)), ('conv', (4, 18))]
    """
    for name in sorted(tensors, key=natural):
        if _matrix(_shape(tensors, name)):
            yield from _parts(name, _checked(name, tensors[name]))


def left_out(tensors: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the tensors that are no layers."""
    return tuple(name for name in tensors if not _matrix(_shape(tensors, name)))


def _shape(tensors: Mapping[str, Any], name: str) -> tuple[int, ...]:
    """The shape of a tensor; a file tells it without reading the numbers."""
    known = getattr(tensors, "shapes", {})
    return tuple(known[name] if name in known else getattr(tensors[name], "shape", ()))


def _matrix(shape: tuple[int, ...]) -> bool:
    rest = 1
    for side in shape[1:]:
        rest *= side
    return len(shape) >= 2 and min(shape[0], rest) > 1


def _checked(name: str, value: Any) -> Given:
    axes = ", ".join(["outputs", "inputs", "height", "width", "depth"][: len(value.shape)])
    if isinstance(value, Given):
        found = Given(name, array(name, value.raw, axes).raw, value.eps)
    else:
        found = array(name, value, axes)
    return Given(name, found.raw.reshape(found.shape[0], -1), found.eps)


def _parts(name: str, matrix: Given) -> Iterator[tuple[str, Given]]:
    out, inputs = matrix.shape
    if not _FUSED.search(name) or 3 * min(out, inputs) != max(out, inputs):
        yield name, matrix
        return
    for i, part in enumerate("qkv"):
        chosen = slice(i * min(out, inputs), (i + 1) * min(out, inputs))
        raw = matrix.raw[chosen] if out > inputs else matrix.raw[:, chosen]
        yield f"{name}[{part}]", Given(f"{name}[{part}]", raw, matrix.eps)
