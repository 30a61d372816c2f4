"""Simulated points of a curve: one cell each, with mean and standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from figures.results import Results

Measured = dict[str, tuple[np.ndarray, np.ndarray]]


def points(
    results: Results, simulate: Callable[..., Any], cells: Iterable[dict[str, Any]], trials: int, *names: str
) -> Measured:
    """Mean and standard error of simulated quantities at each cell."""
    samples = [results.sample(simulate, cell, trials) for cell in cells]
    return {name: _summary([sample[name] for sample in samples]) for name in names}


def _summary(samples: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    errors = [sample.std(ddof=1) / np.sqrt(len(sample)) for sample in samples]
    return np.asarray([sample.mean() for sample in samples]), np.asarray(errors)
