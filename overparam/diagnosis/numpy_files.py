"""NumPy's .npy and .npz files as data, never as code: headers are checked before any array is made."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.lib import format as npy

from overparam.diagnosis.errors import DiagnosisError
from overparam.diagnosis.memory import affordable

_DEFLATE = 1032
"""No deflated byte stands for more."""


def read_npy(path: Path) -> np.ndarray[Any, Any]:
    """Return the array of a .npy file. Raises DiagnosisError for anything else, and for objects (pickles)."""
    with path.open("rb") as stream:
        return _array(str(path), stream, path.stat().st_size)


def read_npz(path: Path) -> dict[str, np.ndarray[Any, Any]]:
    """Return the arrays of a .npz file by name. Raises DiagnosisError for what is no archive of plain arrays."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if member.filename.endswith(".npy")]
            affordable(str(path), sum(member.file_size for member in members))
            return {member.filename[:-4]: _member(path, archive, member) for member in members}
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        if isinstance(error, DiagnosisError):
            raise
        raise DiagnosisError(f"{path} is not an .npz file of plain arrays: write it with numpy.savez") from None


def _member(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> np.ndarray[Any, Any]:
    name = f"{path}: {member.filename[:-4]}"
    if member.file_size > _DEFLATE * member.compress_size + 64:
        raise DiagnosisError(f"{name} claims {member.file_size} bytes from {member.compress_size}: damaged or forged")
    with archive.open(member) as stream:
        return _array(name, stream, member.file_size)


def _array(name: str, stream: IO[bytes], size: int) -> np.ndarray[Any, Any]:
    """Read one array; `size` is how many bytes its header and numbers may take."""
    try:
        version = npy.read_magic(stream)
        reader = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}[version]
        shape, fortran, dtype = reader(stream)
    except (ValueError, KeyError, EOFError, TypeError, SyntaxError, OverflowError):
        raise DiagnosisError(f"{name} is not an array that NumPy has written: write it with numpy.savez") from None
    if dtype.hasobject:
        raise DiagnosisError(f"{name} holds Python objects: loading them would run code; save plain numbers or text")
    need, left = math.prod(shape) * dtype.itemsize, size - stream.tell()
    if any(side < 0 for side in shape) or need != left:
        raise DiagnosisError(
            f"{name} declares shape {shape} of {dtype}, {need} bytes, but {left} are there: damaged or forged"
        )
    affordable(name, need)
    content = stream.read(need)
    if len(content) != need:
        raise DiagnosisError(f"{name} ends after {len(content)} of {need} bytes: damaged or forged")
    return np.frombuffer(content, dtype).reshape(shape, order="F" if fortran else "C")
