"""What a picture depends on: its rows, the blocks of its cells, its claims' formulas and its own source."""

from __future__ import annotations

import argparse
import hashlib
import inspect
import json
from importlib import metadata

import matplotlib
import pandas as pd

from figures.picture import Picture
from figures.results import claim
from lab.run.fingerprint import fingerprint, module_fingerprint
from lab.run.sampling import simulations

ROOMS = ("theory", "figures", "claims")
PASSING = ("cpu_seconds", "date", "versions", "level")
"""Columns that say how a row came about and not what it says."""


def source(module: str) -> str:
    """Digest of a module of figures and of what it imports in theory, figures and claims."""
    return module_fingerprint(module, ROOMS)


def key(topic: str, picture: Picture, table: pd.DataFrame, arguments: argparse.Namespace, variant: str) -> str:
    """Digest of all that a picture shows, and of how."""
    # In other company the table has other parameters' columns; a cell's own stand in `cell`.
    kept = [c for c in table if c not in PASSING and not c.startswith("cell.")]
    rows = table.loc[table.claim.isin(picture.claims), kept]
    needs = picture.needs()
    runs = simulations(needs, arguments.backend, arguments.seed)
    formulas = [
        fingerprint(function)
        for slug in picture.claims
        for function in (claim(slug).predict, *(d.predict for d in claim(slug).decoys))
        if function is not None
    ]
    modules = {module.__name__ for panel in picture.panels if (module := inspect.getmodule(_inner(panel.draw)))}
    parts = [
        topic, variant, picture.name, picture.title, picture.layout, picture.height, picture.width, picture.ratios,
        [p.title for p in picture.panels],
        hashlib.sha256(rows.to_csv(index=False).encode()).hexdigest(),
        [(run.key, need.trials) for run, need in zip(runs, needs, strict=True)],
        formulas,
        [source(module) for module in sorted(modules)],
        matplotlib.__version__,
        metadata.version("numpy"),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _inner(function: object) -> object:
    """The function inside a partial one."""
    return getattr(function, "func", function)
