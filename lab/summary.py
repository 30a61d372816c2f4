"""From the table of rows to one line a claim."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from lab.columns import aligned
from lab.judge.verdicts import AGREES, DISAGREES, UNDECIDED


class Summary(NamedTuple):
    """One claim in brief.

    `effect` is the largest |simulation - theory| in standard errors, `seen` the smallest relative error that the
    sharpest row would have caught.
    """

    topic: str
    claim: str
    verdict: str
    effect: float
    seen: float
    rejected: int
    decoys: int
    tightness: float
    trials: int
    seconds: float
    more: float

    @property
    def passes(self) -> bool:
        """The claim agrees and every decoy is rejected."""
        return self.verdict == AGREES and self.rejected == self.decoys


def summarise(table: pd.DataFrame) -> list[Summary]:
    """One summary a claim, in the order of the table."""
    return [_summary(rows) for _, rows in table.groupby("claim", sort=False)]


def _summary(rows: pd.DataFrame) -> Summary:
    own, decoys = rows[rows.decoy.isna()], rows[rows.decoy.notna()]
    verdicts = set(own.verdict)
    verdict = next((v for v in (DISAGREES, UNDECIDED) if v in verdicts), AGREES)
    rejected = decoys.groupby("decoy", sort=False).verdict.agg(lambda v: DISAGREES in set(v))
    first = own.drop_duplicates("cell")
    return Summary(
        topic=str(own.topic.iloc[0]),
        claim=str(own.claim.iloc[0]),
        verdict=verdict,
        effect=_effect(own),
        seen=float((own[own.theory != 0] if (own.theory != 0).any() else own).smallest_error.min()),
        rejected=int(rejected.sum()),
        decoys=len(rejected),
        tightness=float(own.tightness.max()),
        trials=int(first.trials.sum()),
        seconds=float(first.cpu_seconds.sum()),
        more=float(own.trials_needed.max()),
    )


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
        if s.verdict == UNDECIDED and s.more > 0:
            verdict += f" (needs {s.more:.0f} trials)"
        if s.verdict == AGREES and s.tightness < 0.5:
            verdict += f", loose x{1 / s.tightness:.1f}" if s.tightness > 0 else ", loose"
        effect = "" if math.isnan(s.effect) else f"{s.effect:.1f}"
        lines.append(
            (s.claim, verdict, effect, percent(s.seen), f"{s.rejected}/{s.decoys}", s.trials, f"{s.seconds:.1f}")
        )
    body = aligned(lines, left=2)
    good = sum(s.passes for s in summarise(table))
    closing = f"{good} of {len(lines) - 1} claims agree with every decoy rejected."
    return "\n".join([body[0], "-" * len(body[0]), *body[1:], "", closing])


def percent(x: float) -> str:
    """A relative error as text.

    >>> percent(0.0123), percent(2e-10)
    ('1.2 %', '2e-10')
    """
    if math.isnan(x):
        return ""
    return f"{100 * x:.2g} %" if x >= 1e-5 else f"{x:.0e}"
