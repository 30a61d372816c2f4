"""The table as files: CSV, JSON records, Parquet."""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lab.run.files import replace

if TYPE_CHECKING:
    import pandas as pd


def prepare(arguments: argparse.Namespace) -> None:
    """Fail before the run, not after it, when an export cannot be written."""
    for name in ("json", "csv", "parquet"):
        target = getattr(arguments, name, None)
        if target is not None:
            folder = Path(target).parent
            folder.mkdir(parents=True, exist_ok=True)
            # A device or a pipe would be replaced by a file.
            if (Path(target).exists() and not Path(target).is_file()) or not os.access(folder, os.W_OK):
                raise OSError(0, "cannot write this file", str(target))
    if getattr(arguments, "parquet", None) and importlib.util.find_spec("pyarrow") is None:
        raise OSError(0, "--parquet needs pyarrow: pip install 'overparam[parquet]'", None)


def write(table: pd.DataFrame, arguments: argparse.Namespace) -> None:
    """Write the exports that the command line asks for."""
    if getattr(arguments, "json", None):
        replace(Path(arguments.json), records(table))
    if getattr(arguments, "csv", None):
        replace(Path(arguments.csv), table.to_csv(index=False))
    if getattr(arguments, "parquet", None):
        table.to_parquet(arguments.parquet)


def records(table: pd.DataFrame) -> str:
    """JSON records in the order of the table, floats in full, NaN and infinities as null."""
    rows = [{str(k): _plain(v) for k, v in row.items()} for row in table.to_dict("records")]
    return json.dumps(rows, indent=1, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and (value != value or abs(value) == float("inf")) else value
