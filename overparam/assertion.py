"""A claim as a test of one's own suite."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from claims import Claim


def assert_agrees(claims: Claim | Iterable[Claim], **options: Any) -> None:
    """Judge a claim (or several) and raise AssertionError unless it agrees and every decoy is rejected.

    `options` are those of `lab.verify`: tier, seed, backend, jobs, store, max_trials. The message gives each row that
    does not agree with its reason, and each decoy that no row rejected.

    >>> from claims import load_claims
    >>> assert_agrees(load_claims("double_descent")[0], jobs=1)
    """
    from lab import verify
    from lab.judge.finding import AGREES, DISAGREES, OBSERVED
    from lab.summary import explanation

    table = verify(claims, **options)
    own, decoys = table[table.decoy.isna()], table[table.decoy.notna()]
    lines = [
        f"{row.claim} {row.verdict}: {row.quantity} at {row.cell}: {explanation(row)}"
        for _, row in own[~own.verdict.isin([AGREES, OBSERVED])].iterrows()
    ]
    for (slug, decoy), rows in decoys.groupby(["claim", "decoy"], sort=False):
        if DISAGREES not in set(rows.verdict):
            why = "; ".join(dict.fromkeys(reason for reason in rows.reason if reason)) or "every row agrees with it"
            lines.append(f"{slug}: decoy {decoy!r} is not rejected: {why}")
    if lines:
        raise AssertionError("\n".join(lines))
