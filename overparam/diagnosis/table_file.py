"""A .csv table: one column of labels, one of targets, and all other columns of numbers are features."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import Any

from overparam.diagnosis.errors import DiagnosisError


def read_csv(path: Path, label: str | None, target: str | None) -> tuple[dict[str, Any], list[str]]:
    """Return the arrays of a table, and notes on what was left out.

    Raises DiagnosisError for what is no table, a column that is not there, and a table without numbers.
    """
    import pandas as pd

    try:
        table = pd.read_csv(path)
    except (ValueError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        reason = " ".join(str(error).split())
        raise DiagnosisError(f"{path} is not a table of comma-separated values with a header: {reason}") from None
    data: dict[str, Any] = {}
    for name, column in (("labels", label), ("targets", target)):
        if column is not None:
            data[name] = _column(table, path, column)
    rest = table.drop(columns=[column for column in (label, target) if column is not None])
    numbers = rest.select_dtypes(["number", "bool"])
    if numbers.shape[1] == 0:
        raise DiagnosisError(f"{path} has no column of numbers beside labels and targets: must hold features")
    data["features"] = numbers.to_numpy(dtype=float)
    left = [str(column) for column in rest.columns if column not in numbers.columns]
    notes = [f"columns of text, not used: {', '.join(left)} (--label COL takes one as labels)"] if left else []
    return data, notes


def _column(table: Any, path: Path, column: str) -> Any:
    if column in table.columns:
        return table[column].to_numpy()
    names = [str(name) for name in table.columns]
    close = difflib.get_close_matches(column, names, n=1, cutoff=0.5)
    hint = f"did you mean {close[0]!r}?" if close else f"the columns are {', '.join(names[:20])}"
    raise DiagnosisError(f"{path} has no column {column!r}; {hint}")
