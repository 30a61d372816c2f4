"""What a figure draws from: the judged table of its topic, and further samples of the same simulations."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure


@dataclass(frozen=True)
class Results:
    """The rows of a topic's claims; `sample(function, cell, trials)` gives per-trial arrays of any simulation.

    Samples are drawn by the lab in the suite's streams and kept in its store, as the claims' own blocks are.
    """

    table: pd.DataFrame
    sample: Callable[[Callable[..., Any], dict[str, Any], int], dict[str, np.ndarray]]

    def rows(self, claim: str, quantity: str | None = None, decoy: str | None = None, **cell: Any) -> pd.DataFrame:
        """The rows of a claim, or of one of its decoys, at cells with these parameters; each parameter is a column."""
        table = self.table[self.table.claim == claim]
        table = table[table.decoy.isna()] if decoy is None else table[table.decoy == decoy]
        if quantity is not None:
            table = table[table.quantity == quantity]
        parameters = pd.DataFrame([json.loads(text) for text in table.cell], index=table.index)
        own = parameters[[name for name in parameters if name not in table]]
        table = pd.concat([table, own], axis=1)
        for name, value in cell.items():
            table = table[parameters.loc[table.index, name] == value]
        return table


@dataclass(frozen=True)
class Picture:
    """One figure of a topic: file name, title, the slugs it shows (its caption is theirs), and how it is drawn."""

    name: str
    title: str
    claims: tuple[str, ...]
    draw: Callable[[Results], Figure]
