"""Files of users' are data, never code, and what they declare is checked before anything is allocated."""

import io
import json
import os
import pickle
import struct
import zipfile

import numpy as np
import pytest

from overparam import cli
from overparam.diagnosis import DiagnosisError, diagnose, memory, read
from overparam.measures.weights import weight_report

RNG = np.random.default_rng(0)


class Trap:
    """Unpickled, it leaves a file behind."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (open, (str(self.path), "w"))


@pytest.mark.parametrize("suffix", [".pt", ".pth", ".pkl", ".ckpt", ".bin", ".PT"])
def test_pickles_are_refused_unread(capsys, tmp_path, suffix):
    path, mark = tmp_path / f"model{suffix}", tmp_path / "mark"
    path.write_bytes(pickle.dumps(Trap(mark)))
    assert cli.main(["diagnose", str(path)]) == 2
    err = capsys.readouterr().err
    assert "loading it would run code; save as .safetensors" in err
    assert err.count("\n") == 1
    assert not mark.exists()


@pytest.mark.parametrize("suffix", [".npy", ".npz"])
def test_arrays_of_objects_are_refused_unread(tmp_path, suffix):
    path, mark = tmp_path / f"data{suffix}", tmp_path / "mark"
    objects = np.array([Trap(mark)], dtype=object)
    if suffix == ".npy":
        np.save(path, objects, allow_pickle=True)
    else:
        np.savez(path, features=objects)
    with pytest.raises(DiagnosisError, match="would run code"):
        read(path)
    assert not mark.exists()


def header(shape, descr="<f8"):
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": descr, "fortran_order": False, "shape": shape})
    return stream.getvalue()


def test_a_small_archive_that_declares_a_huge_array(tmp_path):
    path = tmp_path / "bomb.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("features.npy", header((200_000, 200_000)))
    assert path.stat().st_size < 350
    with pytest.raises(DiagnosisError, match=r"320000000000 bytes, but 0 are there"):
        read(path)


def test_an_archive_whose_directory_lies_too(tmp_path, monkeypatch):
    path = tmp_path / "bomb.npz"
    content = header((200_000, 200_000))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("features.npy", content)
    raw, need = path.read_bytes(), 200_000 * 200_000 * 8 % 2**32 + len(content)
    path.write_bytes(raw.replace(struct.pack("<I", len(content)), struct.pack("<I", need)))
    with pytest.raises(DiagnosisError, match=r"damaged or forged|GiB"):
        read(path)


def test_zeros_that_deflate_well_need_free_memory(tmp_path, monkeypatch):
    path = tmp_path / "zeros.npz"
    np.savez_compressed(path, features=np.zeros((2000, 500)))
    assert read(path).data["features"].shape == (2000, 500)
    monkeypatch.setattr(memory, "free", lambda: 2**20)
    with pytest.raises(DiagnosisError, match="of memory are free"):
        read(path)


def test_free_memory_is_known_here():
    found = memory.free()
    assert found is None or 2**20 < found < 2**50


def test_arrays_come_back_as_they_were(tmp_path):
    arrays = {
        "features": np.asfortranarray(RNG.standard_normal((5, 3)).astype(np.float32)), "labels": np.array(["a", "bc"]),
        "targets": np.arange(5), "mask": np.eye(3) > 0, "spectrum": RNG.standard_normal(4).astype(">f8"),
    }  # fmt: skip
    np.savez(tmp_path / "plain.npz", **arrays)
    np.savez_compressed(tmp_path / "packed.npz", **arrays)
    for name in ("plain.npz", "packed.npz"):
        found = read(tmp_path / name).data
        for key, value in arrays.items():
            np.testing.assert_array_equal(found[key], value)
            assert found[key].dtype == value.dtype
    np.save(tmp_path / "rows.npy", arrays["features"])
    np.testing.assert_array_equal(read(tmp_path / "rows.npy").data["features"], arrays["features"])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("text.npz", b"hello", "numpy.savez"),
        ("text.npy", b"hello", "not an array"),
        ("short.npy", header((3, 3)) + b"x" * 70, "72 bytes, but 70"),
        ("long.npy", header((3, 3)) + b"x" * 80, "72 bytes, but 80"),
        ("negative.npy", header((-3, -3)) + b"x" * 72, "damaged or forged"),
        ("data.h5", b"hello", "none of the files known"),
        ("empty.safetensors", b"", "not a safetensors file"),
    ],
)
def test_files_that_are_not_what_they_say(capsys, tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    assert cli.main(["diagnose", str(tmp_path / name)]) == 2
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


def test_files_that_are_not_there(capsys, tmp_path):
    assert cli.main(["diagnose", str(tmp_path / "missing.npz")]) == 2
    assert "there is no file" in capsys.readouterr().err
    assert cli.main(["diagnose", str(tmp_path)]) == 2


def safetensors(path, entries, body, length=None):
    text = entries if isinstance(entries, bytes) else json.dumps(entries).encode()
    path.write_bytes(struct.pack("<Q", len(text) if length is None else length) + text + body)
    return path


def entry(dtype, shape, start, end):
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


def test_tensors_of_every_type(tmp_path):
    values = np.arange(-3.0, 3.0).reshape(2, 3)
    bfloat = (values.astype(np.float32).view(np.uint32) >> 16).astype("<u2").tobytes()  # exact for these numbers
    body = values.tobytes() + values.astype("<f4").tobytes() + values.astype("<f2").tobytes() + bfloat
    body += values.astype("<i8").tobytes() + bytes(6)
    entries = {
        "__metadata__": {"format": "pt"}, "a": entry("F64", [2, 3], 0, 48), "b": entry("F32", [2, 3], 48, 72),
        "c": entry("F16", [2, 3], 72, 84), "d": entry("BF16", [2, 3], 84, 96), "e": entry("I64", [2, 3], 96, 144),
        "f": entry("F8_E4M3", [2, 3], 144, 150),
    }  # fmt: skip
    found = read(safetensors(tmp_path / "m.safetensors", entries, body))
    assert list(found.weights) == ["a", "b", "c", "d", "e"]
    for name in found.weights:
        np.testing.assert_array_equal(found.weights[name].values, values)
    assert found.weights["d"].eps == 2.0**-7
    assert found.weights["c"].eps == 2.0**-10
    assert "f (F8_E4M3)" in found.notes[0]


def test_bfloat16_is_widened_bit_by_bit(tmp_path):
    bits = RNG.integers(0, 0x7F00, size=(16, 16), dtype=np.uint16)
    path = safetensors(tmp_path / "m.safetensors", {"w": entry("BF16", [16, 16], 0, 512)}, bits.astype("<u2").tobytes())
    sign, exponent, mantissa = bits >> 15, (bits >> 7) & 255, bits & 127
    normal = np.ldexp(1 + mantissa / 128, exponent.astype(int) - 127)
    expected = np.where(exponent == 0, np.ldexp(mantissa / 128, -126), normal) * np.where(sign == 1, -1, 1)
    np.testing.assert_array_equal(read(path).weights["w"].values, expected)


GOOD = entry("F64", [2, 2], 0, 32)
BODY = np.arange(4.0).tobytes()
ONE = '{"dtype": "U8", "shape": [1], "data_offsets": [0, 1]}'
TWICE = f'{{"w": {ONE}, "w": {ONE}}}'.encode()


@pytest.mark.parametrize(
    ("entries", "body", "length", "words"),
    [
        ({"w": GOOD}, BODY, 2**40, "claims a header"),
        ({"w": GOOD}, BODY, 1, "claims a header"),
        ({"w": GOOD}, BODY, 5, "damaged or forged"),
        (b"not json at all", BODY, None, "damaged or forged"),
        (b"[1, 2]", BODY, None, "damaged or forged"),
        (b'{"w": 3}', BODY, None, "damaged or forged"),
        (b"[" * 5000, BODY, None, "damaged or forged"),
        (TWICE, b"ab", None, "damaged or forged"),
        ({"w": entry("F99", [2, 2], 0, 32)}, BODY, None, "damaged or forged"),
        ({"w": entry("F64", [2.0, 2], 0, 32)}, BODY, None, "damaged or forged"),
        ({"w": entry("F64", [-2, -2], 0, 32)}, BODY, None, "damaged or forged"),
        ({"w": entry("F64", [2, 2], 32, 0)}, BODY, None, "damaged or forged"),
        ({"w": entry("F64", [200_000, 200_000], 0, 32)}, BODY, None, "has 32 bytes"),
        ({"w": entry("F64", [2, 3], 0, 48)}, BODY, None, "end at byte 48"),
        ({"w": entry("F64", [2, 2], 8, 40)}, BODY + bytes(8), None, "starts at byte 8"),
        ({"w": GOOD, "v": entry("F64", [2, 2], 24, 56)}, BODY * 2, None, "starts at byte 24"),
        ({"w": GOOD, "v": GOOD}, BODY, None, "starts at byte 0"),
        ({"w": GOOD}, BODY + b"x", None, "end at byte 32"),
        ({}, b"", None, "holds no arrays"),
    ],
)  # fmt: skip
def test_a_header_that_lies_is_refused(capsys, tmp_path, entries, body, length, words):
    path = safetensors(tmp_path / "m.safetensors", entries, body, length)
    assert cli.main(["diagnose", str(path), "--out", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1


def test_data_in_a_safetensors_file_and_infinite_weights(tmp_path):
    rows = RNG.standard_normal((9, 4))
    path = safetensors(tmp_path / "d.safetensors", {"features": entry("F64", [9, 4], 0, 288)}, rows.tobytes())
    assert diagnose(path).record() == diagnose({"features": rows}).record()
    bad = safetensors(tmp_path / "w.safetensors", {"w": GOOD}, np.array([1, np.inf, 2, 3]).tobytes())
    with pytest.raises(DiagnosisError, match="w = array, 1 of its entries NaN or infinite"):
        diagnose(bad)


def test_the_library_writes_what_is_read_here(tmp_path):
    library = pytest.importorskip("safetensors.numpy", reason="safetensors (extra: weights) is not installed")
    tensors = {"b": RNG.standard_normal((3, 4)), "a": RNG.standard_normal((2, 2)).astype(np.float16)}
    library.save_file(tensors, tmp_path / "m.safetensors")
    found = read(tmp_path / "m.safetensors").weights
    for name, value in tensors.items():
        np.testing.assert_array_equal(found[name].raw, value)
    assert [row.name for row in weight_report(found).layers] == ["a", "b"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(capsys, tmp_path):
    path = tmp_path / "closed.npz"
    np.savez(path, spectrum=np.ones(3))
    path.chmod(0)
    assert cli.main(["diagnose", str(path)]) == 2
