"""A file of a user's as named arrays: data that measures know, or the tensors of a checkpoint."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from overparam.diagnosis.errors import DiagnosisError
from overparam.diagnosis.numpy_files import read_npy, read_npz
from overparam.diagnosis.safetensors_file import Checkpoint
from overparam.diagnosis.table_file import read_csv
from overparam.measures.registry import ARRAYS

CODE = (".pt", ".pth", ".pkl", ".pickle", ".ckpt", ".bin", ".joblib")
KINDS = (".npz", ".npy", ".csv", ".safetensors")


class Content(NamedTuple):
    """data: arrays that measures know by name; or weights: tensors by name; notes: what was left out."""

    data: dict[str, Any]
    weights: Mapping[str, Any]
    notes: tuple[str, ...]


def read(path: Path, label: str | None = None, target: str | None = None) -> Content:
    """Read a .npz, .npy, .csv or .safetensors file; raises DiagnosisError with what is wrong and what would do."""
    suffix = path.suffix.lower()
    if suffix in CODE:
        raise DiagnosisError(f"{path}: loading it would run code; save as .safetensors (or .npz), then diagnose that")
    if suffix not in KINDS:
        raise DiagnosisError(f"{path} is none of the files known: must be {', '.join(KINDS)}")
    if (label is not None or target is not None) and suffix != ".csv":
        raise DiagnosisError("--label and --target name columns of a .csv file; other files hold labels and targets")
    if not path.is_file():
        raise DiagnosisError(f"there is no file {path}")
    if suffix == ".csv":
        data, notes = read_csv(path, label, target)
        return Content(data, {}, tuple(notes))
    if suffix == ".npy":
        return Content({"features": read_npy(path)}, {}, ())
    found = read_npz(path) if suffix == ".npz" else Checkpoint(path)
    return _sorted_out(path, found)


def _sorted_out(path: Path, found: Mapping[str, Any]) -> Content:
    left = getattr(found, "left_out", [])
    notes = [f"tensors of types that are not read: {', '.join(left)}"] if left else []
    known = [name for name in found if name in ARRAYS]
    if known:
        other = [name for name in found if name not in ARRAYS]
        notes += [f"not used: {', '.join(other)}"] if other else []
        return Content({name: found[name] for name in known}, {}, tuple(notes))
    if not len(found):
        raise DiagnosisError(f"{path} holds no arrays; {expected()}")
    return Content({}, found, tuple(notes))


def expected() -> str:
    """What a file may hold, in one sentence."""
    names = ", ".join(f"{name} ({axes})" for name, axes in ARRAYS.items())
    return f"a file holds the weights of a model by any names, or some of {names}"
