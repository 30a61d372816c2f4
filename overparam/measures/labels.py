"""Class labels of any kind: strings, integers with gaps, floats that are integers, pandas columns."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from overparam.measures.input import Given, host, same_rows


class Labels(NamedTuple):
    """classes (C,): the distinct labels, ascending; codes (n,): the class of each sample, 0..C-1; counts (C,)."""

    classes: NDArray[Any]
    codes: NDArray[np.intp]
    counts: NDArray[np.intp]


def _plain(name: str, found: NDArray[Any]) -> NDArray[Any]:
    """Return labels as text or integers."""
    if found.dtype.kind == "O":
        kinds = {type(label) for label in found}
        if all(issubclass(kind, str) for kind in kinds):
            return found.astype(str)
        if not all(issubclass(kind, int | float | np.integer | np.floating | np.bool_) for kind in kinds):
            shown = ", ".join(sorted(kind.__name__ for kind in kinds))
            raise ValueError(f"{name} = array of {shown}: must be all text or all integers, without gaps")
        found = found.astype(np.float64)
    if found.dtype.kind == "f":
        if not np.isfinite(found).all():
            raise ValueError(f"{name} = array with NaN or infinite entries: must give every sample a class")
        if (found != np.round(found)).any() or np.abs(found).max() > 2.0**53:
            raise ValueError(f"{name} = array with fractions: must be integers or text, one class a sample")
        return found.astype(np.int64)
    if found.dtype.kind == "b":
        return found.astype(np.int64)
    if found.dtype.kind not in "iuUS":
        raise ValueError(f"{name} = array of {found.dtype}: must be integers or text, one class a sample")
    return found


def labels(name: str, value: Any, features: Given | None = None) -> Labels:
    """Return the classes of the samples, their codes and sizes; no one-hot matrix is ever made.

    value: (samples,) or one column; where `features` are given, one label for each of their rows. Raises ValueError
    for gaps, fractions, other shapes or a length that does not fit.

    >>> labels("labels", ["dog", "cat", "dog"])
    Labels(classes=array(['cat', 'dog'], dtype='<U3'), codes=array([1, 0, 1]), counts=array([1, 2]))
    """
    if isinstance(value, Labels):
        checked = value
    else:
        found, _ = host(name, value)
        if found.ndim == 2 and found.shape[1] == 1:
            found = found[:, 0]
        if found.ndim == 2 and found.shape[1] > 1:
            raise ValueError(f"{name} = array of shape {found.shape}: must be (samples,); one-hot rows have .argmax(1)")
        if found.ndim != 1 or found.size == 0:
            raise ValueError(f"{name} = array of shape {found.shape}: must be (samples,), not empty")
        classes, codes, counts = np.unique(_plain(name, found), return_inverse=True, return_counts=True)
        checked = Labels(classes, codes, counts)
    if features is not None:
        same_rows(features, name, checked.codes.size)
    return checked
