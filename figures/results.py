"""What a picture declares, and what it draws from: the judged rows of its topic and the cells that it declared."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from claims import Claim, load_claims
from lab.run.naming import cell_key, named, stream_name
from lab.run.sampling import Need, Sample

Recipe = Callable[..., Any]


@dataclass(frozen=True, eq=False)
class Cells:
    """At least `trials` trials at each of these cells of the simulation of a claim (its slug), or of a recipe."""

    of: str | Recipe
    trials: int
    cells: tuple[dict[str, Any], ...]

    def names(self) -> list[tuple[str, str]]:
        """What each cell is called: its simulation and its parameters."""
        label = self.of if isinstance(self.of, str) else stream_name(self.of)
        return [(label, cell_key(cell)) for cell in self.cells]

    def needs(self) -> list[Need]:
        """What the lab must have run."""
        simulate = claim(self.of).simulate if isinstance(self.of, str) else self.of
        return [Need(simulate, cell, self.trials) for cell in self.cells]


def cells(of: str | Recipe, trials: int, *own: Mapping[str, Any]) -> Cells:
    """Single cells of the simulation of a claim, or of a recipe that stands in claims/T."""
    return Cells(of, trials, tuple(dict(cell) for cell in own))


def along(of: str | Recipe, trials: int, name: str, values: Iterable[Any], **fixed: Any) -> Cells:
    """The dots of a curve: cells that differ in one parameter.

    >>> along("isotropic-min-norm-risk", 512, "p", (10, 30), n=20, r2=1.0, sigma2=1.0).cells[1]["p"]
    30
    """
    return cells(
        of, trials, *({**fixed, name: value.item() if isinstance(value, np.generic) else value} for value in values)
    )


@functools.cache
def _claims() -> dict[str, Claim]:
    return {claim.slug: claim for claim in load_claims()}


def claim(slug: str) -> Claim:
    """A claim by its slug."""
    if slug not in _claims():
        raise ValueError(f"slug = {slug!r}: must be a claim of the suite (see overparam list)")
    return _claims()[slug]


def prediction(slug: str) -> Callable[..., dict[str, Any]]:
    """What a claim predicts, as named numbers."""
    return lambda **cell: named(claim(slug).predict(**cell))


def decoy(slug: str, name: str) -> Callable[..., dict[str, Any]]:
    """The wrong prediction of a claim's decoy, as named numbers."""
    wrong = {d.name: d.predict for d in claim(slug).decoys if d.predict is not None}
    if name not in wrong:
        raise ValueError(f"name = {name!r}: must be a decoy of {slug} that predicts: {', '.join(wrong)}")
    return lambda **cell: named(wrong[name](**cell))


class Estimate(NamedTuple):
    """Means of a quantity along cells, with their standard errors."""

    mean: np.ndarray
    se: np.ndarray

    @property
    def interval(self) -> tuple[np.ndarray, np.ndarray]:
        """The ends of the 95 % intervals."""
        return self.mean - 1.96 * self.se, self.mean + 1.96 * self.se

    def over(self, scale: Any) -> Estimate:
        """The same in units of `scale`."""
        return Estimate(self.mean / scale, self.se / scale)


@dataclass(frozen=True)
class Results:
    """The rows of a topic's claims and the trials of one picture's declared cells; nothing is simulated here.

    `brief` is true in the gallery, where a panel is read at 5 cm.
    """

    picture: str
    table: pd.DataFrame
    data: Mapping[tuple[str, str], Sample] = field(default_factory=dict)
    brief: bool = False

    def samples(self, declared: Cells) -> list[Sample]:
        """Per-trial arrays at each cell."""
        missing = [name for name in declared.names() if name not in self.data]
        if missing:
            raise ValueError(
                f"picture {self.picture!r} asks for {missing[0][0]} at {missing[0][1]}, which it has not declared: put "
                "it into the picture's `cells`"
            )
        return [{k: v[: declared.trials] for k, v in self.data[name].items()} for name in declared.names()]

    def mean(self, declared: Cells, quantity: str | Callable[[Sample], np.ndarray]) -> Estimate:
        """Mean and standard error of a quantity (a name, or a function of the sample) at each cell.

        Of a single cell whose quantity is an array a trial, along that array.
        """
        take = quantity if callable(quantity) else lambda sample: sample[quantity]
        values = [np.asarray(take(sample)) for sample in self.samples(declared)]
        error = [v.std(axis=0, ddof=1) / np.sqrt(len(v)) if len(v) > 1 else np.zeros(v.shape[1:]) for v in values]
        found = Estimate(np.asarray([v.mean(axis=0) for v in values]), np.asarray(error))
        return Estimate(found.mean[0], found.se[0]) if len(values) == 1 and values[0].ndim > 1 else found

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


def flat(declared: Any) -> Iterator[Cells]:
    """The cells in a nest of tuples, lists and dictionaries of them."""
    if isinstance(declared, Cells):
        yield declared
    else:
        for one in declared.values() if isinstance(declared, Mapping) else declared:
            yield from flat(one)
