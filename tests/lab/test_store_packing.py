"""Blocks as bytes: back to the last bit, and refused where the header and the bytes do not fit."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from lab.run.packing import pack, unpack

BLOCKS = st.dictionaries(
    st.text(min_size=1, max_size=8),
    arrays(np.float64, array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)),
    max_size=4,
)


@given(BLOCKS)
def test_blocks_come_back_to_the_last_bit(data):
    found = unpack(pack(data))
    assert list(found) == list(data)
    for name, array in data.items():
        assert found[name].shape == array.shape
        assert found[name].tobytes() == array.tobytes()


def test_arrays_of_other_layouts_and_types_come_back():
    grid = np.arange(12).reshape(3, 4)
    found = unpack(pack({"transposed": grid.T, "half": grid[:, ::2], "flags": grid > 5}))
    np.testing.assert_array_equal(found["transposed"], grid.T)
    np.testing.assert_array_equal(found["half"], grid[:, ::2])
    np.testing.assert_array_equal(found["flags"], grid > 5)


@pytest.mark.parametrize("name", ["x", "xy", "a name", "ä"])
def test_numbers_are_aligned_and_cannot_be_changed(name):
    value = pack({name: np.ones(3)})
    assert (value.index(b"\n") + 1) % 8 == 0
    assert not unpack(value)[name].flags.writeable


@pytest.mark.parametrize(
    "header",
    [
        {"x": [10**12]}, {"x": [2]}, {"x": [4]}, {"x": [-1, -3]}, {"x": [3.0]}, {"x": [True, 3]}, {"x": 3}, [3], 3,
        {"x": [10**30, 10**30]}, {"x": [3], "y": [1]},
    ],
)  # fmt: skip
def test_a_header_that_does_not_fit_the_bytes_is_refused(header):
    with pytest.raises(ValueError, match="block"):
        unpack(json.dumps(header).encode() + b"\n" + np.ones(3).tobytes())


@pytest.mark.parametrize("value", [b"", b"\n", b"no json\n", b"\xff\xfe\n", b'{"x": [1]}', b"[" * 10**5 + b"\n"])
def test_bytes_without_a_header_are_refused(value):
    with pytest.raises(ValueError):
        unpack(value)
