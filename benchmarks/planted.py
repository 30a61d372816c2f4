"""`python -m benchmarks.planted`: the smallest wrong constant in each claim's theory that the tier would catch.

Every prediction is multiplied by a constant (a law is stretched by it) and judged again on the stored blocks, all
claims at once, bisecting for the least constant at which a row disagrees.
"""

from __future__ import annotations

import argparse
import dataclasses
import functools
import math
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.report import Table, aligned, save
from claims import Claim, Decoy, Observation
from lab import verify
from lab.run.naming import predictions
from overparam import choice, cli

RESULTS = Path(__file__).parent / "results"
LEAST, MOST = 1e-13, 1e4
"""Relative errors between which to look."""

SIDES = {"too large by": 1, "too small by": -1}
STEPS = 10
"""Halvings of seventeen decades: the answer is known within 4 %."""


@dataclasses.dataclass(frozen=True)
class Stretched:
    """The law of `factor` times what follows `law`."""

    law: Any
    factor: float

    def cdf(self, x: Any) -> Any:
        """Distribution function."""
        return self.law.cdf(x / self.factor)


def wrong(truth: Callable[..., dict[str, Any]], factor: float, **cell: Any) -> dict[str, Any]:
    """A prediction times a constant."""
    return {name: _times(value, factor) for name, value in truth(**cell).items()}


def _times(value: Any, factor: float) -> Any:
    return Stretched(value, factor) if hasattr(value, "cdf") else value * factor


def planted(claims: tuple[Claim, ...], judge: Callable[[tuple[Claim, ...]], Any]) -> dict[tuple[str, str], float]:
    """For each slug and side the least e at which theory times (1 + e)^side disagrees somewhere; NaN if none does.

    A planted constant is a decoy like any other. `judge` is a verify with its options.
    """
    memory = {claim.slug: _remembered(claim.predict, getattr(claim.kind, "pooled", False)) for claim in claims}
    least = {(claim.slug, side): LEAST for claim in claims for side in SIDES}
    most = dict.fromkeys(least, MOST)

    def caught(errors: dict[tuple[str, str], float]) -> set[tuple[str, str]]:
        table = judge(tuple(dataclasses.replace(c, decoys=_decoys(memory[c.slug], c.slug, errors)) for c in claims))
        disagreeing = table[(table.verdict == "disagrees") & table.decoy.notna()]
        return set(zip(disagreeing.claim, disagreeing.decoy, strict=True))

    seen = caught(most)
    for _ in range(STEPS):
        middle = {key: math.sqrt(least[key] * most[key]) for key in least}
        found = caught(middle)
        for key, error in middle.items():
            (most if key in found else least)[key] = error
    return {key: error if key in seen else math.nan for key, error in most.items()}


def _decoys(truth: Callable[..., Any], slug: str, errors: dict[tuple[str, str], float]) -> tuple[Decoy, ...]:
    factors = {side: (1 + errors[slug, side]) ** power for side, power in SIDES.items()}
    return tuple(
        Decoy(side, f"theory times {f}", predict=functools.partial(wrong, truth, f)) for side, f in factors.items()
    )


def _remembered(predict: Callable[..., Any], pooled: bool) -> Callable[..., dict[str, Any]]:
    known: dict[str, dict[str, Any]] = {}

    def remember(**cell: Any) -> dict[str, Any]:
        if repr(cell) not in known:
            known[repr(cell)] = predictions(predict(**cell), pooled)
        return known[repr(cell)]

    return remember


def table(claims: tuple[Claim, ...], judge: Callable[[tuple[Claim, ...]], Any]) -> Table:
    """One row a claim: the least constant caught above and below, and what the sharpest row of the verdict states.

    An Observation gives no verdict and is left out.
    """
    claims = tuple(claim for claim in claims if not isinstance(claim.kind, Observation))
    error = planted(claims, judge)
    stated = judge(claims)
    stated = stated[stated.decoy.isna()]
    # A zero cannot be multiplied: its row states a shift.
    stated = stated[(stated.theory != 0) | (stated.kind == "Law")].groupby("claim").smallest_error.min()
    rows: list[Sequence[Any]] = [
        [
            c.topic,
            c.slug,
            type(c.kind).__name__,
            *(error[c.slug, side] for side in SIDES),
            float(stated.get(c.slug, math.nan)),
        ]
        for c in claims
    ]
    rows.sort(key=_caught, reverse=True)
    told = [row for row in rows if not math.isnan(row[5])]
    header = ("topic", "claim", "kind", *SIDES, "smallest error stated")
    notes = (
        "too large by e: the least e at which theory times 1 + e disagrees in some row; too small by: over 1 + e.",
        "'-': no constant is seen on that side (a bound is not falsified by a looser one, and a zero has none).",
        "smallest error stated: of the sharpest row, caught on either side (a bound: on the side that tightens it).",
        f"The stated error is caught as stated in {sum(map(_kept, told))} of {len(told)} claims whose theory is not 0.",
        f"An error of 5 % to one side or the other is caught in {sum(map(_small, rows))} of {len(rows)} claims.",
    )
    return Table("planted", "The smallest wrong constant that is caught", header, rows, notes)


def _caught(row: Sequence[Any]) -> float:
    return min((x for x in row[3:5] if not math.isnan(x)), default=math.inf)


def _kept(row: Sequence[Any]) -> bool:
    """Whether what is caught (on both sides, or on the one that a bound, an order or a law sees) is what is stated."""
    found = [x for x in row[3:5] if not math.isnan(x)]
    one_sided = row[2] in ("Bound", "Order", "Law")
    caught = (min(found) if one_sided else max(found)) if found else math.inf
    return bool(caught <= 1.05 * max(row[5], LEAST) or row[5] >= MOST)


def _small(row: Sequence[Any]) -> bool:
    return _caught(row) <= 0.05


@contextmanager
def _copied(store: str) -> Iterator[str]:
    """A copy of a store: the verdicts of false claims are not to be kept."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(store, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("figures"))
        yield folder


def main(words: list[str] | None = None) -> int:
    """Measure, print, and keep the table in benchmarks/results."""
    parser = cli.Parser(prog="python -m benchmarks.planted", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="TOPIC|CLAIM", help="default: everything")
    parser.add_argument("--out", type=Path, help="folder for the table (default: benchmarks/results, of everything)")
    cli.add_run_options(parser)
    return cli.guarded(lambda: _run(parser.parse_args(words)))


def _run(arguments: argparse.Namespace) -> int:
    # An Observation gives no verdict: nothing is planted in it.
    chosen = tuple(claim for claim in choice.choose(arguments.names) if not isinstance(claim.kind, Observation))
    Path(arguments.store).mkdir(parents=True, exist_ok=True)
    with _copied(arguments.store) as folder:
        options = {"tier": arguments.tier, "seed": arguments.seed, "backend": arguments.backend, "jobs": arguments.jobs}
        found = table(chosen, functools.partial(verify, store=folder, **options))
    print(aligned(found))
    # The table that is kept is that of the whole suite: one of a few claims does not replace it.
    if folder := arguments.out or (None if arguments.names else RESULTS):
        save([found], folder)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
