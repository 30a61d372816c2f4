"""The table of a checkpoint: a row a layer, each number with its null."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from overparam.measures.input import Given
from overparam.measures.result import Result
from overparam.measures.weights.change import moving_directions
from overparam.measures.weights.layers import layers, left_out
from overparam.measures.weights.neighbours import balance
from overparam.measures.weights.singular import signal_rank_of, spectrum, stable_rank_of


class Layer(NamedTuple):
    """One row; balance is None where the layer before does not meet it, moving without an earlier checkpoint."""

    name: str
    shape: tuple[int, int]
    stable_rank: Result
    signal_rank: Result
    balance: Result | None = None
    moving: Result | None = None

    def results(self) -> tuple[Result, ...]:
        """The measures that were taken."""
        return tuple(r for r in self[2:] if isinstance(r, Result))


class Report(NamedTuple):
    """Rows; names of tensors that are no layers (or zero); names in one checkpoint only, or of another shape."""

    layers: tuple[Layer, ...]
    left_out: tuple[str, ...]
    unmatched: tuple[str, ...]


def weight_report(weights: Mapping[str, Any], earlier: Mapping[str, Any] | None = None) -> Report:
    """Return the table of a model's weights, and against an earlier checkpoint what moved.

    weights, earlier: names to tensors of any library; tensors are matched by name. Raises ValueError naming the tensor
    for entries that are not finite, and where there is no layer.

    >>> import numpy as np
    >>> rng = np.random.default_rng(0)
    >>> table = weight_report({"0.weight": rng.standard_normal((30, 20)), "1.weight": rng.standard_normal((5, 30))})
    >>> [(row.name, row.shape, row.signal_rank.value, row.balance is None) for row in table.layers]
    [('0.weight', (30, 20), 0, True), ('1.weight', (5, 30), 0, False)]
    """
    rows: list[Layer] = []
    skipped = list(left_out(weights))
    before: Given | None = None
    unmatched = [] if earlier is None else [name for name in earlier if name not in weights]
    for name, matrix in layers(weights):
        if not matrix.raw.any():
            skipped.append(f"{name} (zero)")
            continue
        moving = None
        if earlier is not None:
            past = _same(earlier, name, matrix)
            if past is None:
                unmatched.append(name)
            else:
                moving = moving_directions(past, matrix)
        rows.append(_row(name, matrix, before, moving))
        before = matrix
    if not rows:
        raise ValueError("weights = tensors without a matrix: must hold a layer of at least two rows and columns")
    return Report(tuple(rows), tuple(skipped), tuple(unmatched))


def _same(earlier: Mapping[str, Any], name: str, matrix: Given) -> Given | None:
    """The layer of that name and shape in the other checkpoint."""
    tensor = name.split("[")[0]
    found = dict(layers({tensor: earlier[tensor]})).get(name) if tensor in earlier else None
    return found if found is not None and found.shape == matrix.shape else None


def _row(name: str, matrix: Given, before: Given | None, moving: Result | None) -> Layer:
    found = spectrum(matrix)
    m, d = matrix.shape
    meets = before is not None and before.shape[0] == d and not name.endswith(("[k]", "[v]"))
    return Layer(
        name, (m, d), stable_rank_of(found), signal_rank_of(found), balance(before, matrix) if meets else None, moving
    )
