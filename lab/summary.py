"""From the table of rows to one line a claim."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lab.columns import aligned
from lab.judge.finding import AGREES, DISAGREES, OBSERVED, UNDECIDED

SHARP = 0.05
"""A bound that would not see this error is loose; every other claim must see it somewhere."""


class Summary(NamedTuple):
    """One claim in brief.

    `effect` is the largest |simulation - theory| in standard errors; `seen` and `worst` are the smallest relative
    errors that its sharpest and its bluntest row would have caught. `loose` is the factor within which a bound that is
    not attained lies (of a bound of 0: one plus its distance in the natural scale; NaN: attained, or no bound).
    `reason` says why the first row that does not agree does not.
    """

    topic: str
    claim: str
    kind: str
    verdict: str
    effect: float
    seen: float
    worst: float
    rejected: int
    decoys: int
    tightness: float
    loose: float
    trials: int
    seconds: float
    reason: str

    @property
    def passes(self) -> bool:
        """The claim agrees and every decoy is rejected (an observation has neither)."""
        return self.verdict == OBSERVED or (self.verdict == AGREES and self.rejected == self.decoys)


def summarise(table: pd.DataFrame) -> list[Summary]:
    """One summary a claim, in the order of the table."""
    return [_summary(rows) for _, rows in table.groupby("claim", sort=False)]


def _summary(rows: pd.DataFrame) -> Summary:
    own, decoys = rows[rows.decoy.isna()], rows[rows.decoy.notna()]
    verdicts = set(own.verdict)
    verdict = next((v for v in (DISAGREES, UNDECIDED, AGREES) if v in verdicts), OBSERVED)
    # None where predict raised: nothing was judged.
    rejected = [DISAGREES in set(each.verdict) for _, each in decoys.groupby("decoy", sort=False)]
    first = own.drop_duplicates("cell")
    seen = (own[own.theory != 0] if (own.theory != 0).any() else own).smallest_error
    kind, best = str(own.kind.iloc[0]), float(seen.min())
    return Summary(
        topic=str(own.topic.iloc[0]),
        claim=str(own.claim.iloc[0]),
        kind=kind,
        verdict=verdict,
        effect=_effect(own),
        seen=best,
        worst=float(own.smallest_error.max()),
        rejected=sum(rejected),
        decoys=len(rejected),
        tightness=float(own.tightness.max()),
        loose=1 + best if kind == "Bound" and best > SHARP else math.nan,
        trials=int(first.trials.sum()),
        seconds=float(first.cpu_seconds.sum()),
        reason=_reason(own, verdict),
    )


def _reason(own: pd.DataFrame, verdict: str) -> str:
    """One sentence on the first row that has the claim's verdict, where that is no agreement."""
    if verdict not in (DISAGREES, UNDECIDED):
        return ""
    row = own[own.verdict == verdict].iloc[0]
    where = f"{row.quantity} at {row.cell}" if row.quantity else f"at {row.cell}"
    return f"{where}: {explanation(row)}"


def explanation(row: Any) -> str:
    """Why a row is undecided, or by how much it disagrees."""
    if row.verdict != DISAGREES:
        return str(row.reason)
    if row.kind == "Identity":
        worst = row.low if abs(row.low) > abs(row.high) else row.high
        return f"predicted {row.theory:.6g}, off by {percent(abs(worst))} on some draw where {row.allowance:.2g} passes"
    conceded = f"where {percent(row.allowance)} is conceded" if row.allowance else "where nothing is conceded"
    ends = f"{100 * row.low:+.3g} to {100 * row.high:+.3g} %"
    return f"predicted {row.theory:.6g}, seen {row['mean']:.6g}; off by {ends} {conceded}"


def _effect(own: pd.DataFrame) -> float:
    statistical = own[own.kind.isin(["Mean", "Limit", "Rate"]) & (own.se > 0)]
    if statistical.empty:
        return math.nan
    # For a Limit the mean is the extrapolated one, so the difference is the one judged.
    return float(np.max(np.abs(statistical["mean"] - statistical.theory) / statistical.se))


def passes(table: pd.DataFrame) -> bool:
    """Whether all claims agree and every decoy is rejected."""
    return all(summary.passes for summary in summarise(table))


def text(table: pd.DataFrame) -> str:
    """The table that `overparam verify` ends in."""
    head = ("claim", "verdict", "effect/se", "smallest error seen", "decoys rejected", "trials", "seconds")
    lines: list[tuple[Any, ...]] = [head]
    for s in summarise(table):
        verdict = s.verdict
        if s.verdict == AGREES and s.loose > 0:
            verdict += f", loose x{s.loose:.3g}"
        effect = "" if math.isnan(s.effect) else f"{s.effect:.1f}"
        lines.append(
            (s.claim, verdict, effect, percent(s.seen), f"{s.rejected}/{s.decoys}", s.trials, f"{s.seconds:.1f}")
        )
    body = aligned(lines, left=2)
    return "\n".join([body[0], "-" * len(body[0]), *body[1:], "", *closing(summarise(table))])


def closing(summaries: list[Summary]) -> list[str]:
    """What does not pass and why, then the count."""
    lines = [f"{s.claim} {s.verdict}: {s.reason}" for s in summaries if s.reason]
    for s in summaries:
        if s.verdict == AGREES and not s.passes:
            lines.append(f"{s.claim} agrees, but {s.decoys - s.rejected} of its decoys could not be rejected")
    judged = [s for s in summaries if s.verdict != OBSERVED]
    loose = sum(s.loose > 0 for s in judged)
    count = f"{sum(s.passes for s in judged)} of {len(judged)} claims agree with every decoy rejected"
    notes = [f"{loose} of them bounds that are not attained"] * bool(loose)
    if shown := len(summaries) - len(judged):
        notes.append(f"{shown} observation{'s' * (shown > 1)} beside them")
    return [*lines, "; ".join([count, *notes]) + "."]


def percent(x: float) -> str:
    """A relative error as text.

    >>> percent(0.0123), percent(2e-10), percent(1.01)
    ('1.2 %', '2e-10', '101 %')
    """
    if math.isnan(x):
        return ""
    if x >= 10:
        return f"{1 + x:.3g}-fold"
    if x >= 0.995:
        return f"{100 * x:.0f} %"
    return f"{100 * x:.2g} %" if x >= 1e-5 else f"{x:.0e}"
