"""`overparam show CLAIM`: everything about one claim as text."""

from __future__ import annotations

import dataclasses
import time
from pathlib import Path

from claims import Claim
from lab.run.naming import cell_key
from overparam.choice import address


def describe(claim: Claim, store: str) -> str:
    """Statement, source, grid, decoys and last verdict."""
    lines = [
        f"{claim.slug}  ({claim.topic})",
        claim.title,
        "",
        claim.statement,
        "",
        f"source    {claim.source.key}, {claim.source.where} (wording {claim.source.wording})",
        f"kind      {_kind(claim)}",
        *_cells("quick", claim),
        *_cells("full", claim),
        *[f"decoy     {d.name}: {d.says}" for d in claim.decoys],
        *_verdict(claim, store),
        "",
        f"run it again: overparam verify {address(claim)}",
    ]
    return "\n".join(lines)


def _kind(claim: Claim) -> str:
    """Its name and what is declared of it, without what is left empty."""
    given = {field.name: getattr(claim.kind, field.name) for field in dataclasses.fields(claim.kind)}
    said = [f"{name} {_said(value)}" for name, value in given.items() if value not in ("", None) and value is not False]
    return f"{type(claim.kind).__name__}: {', '.join(said)}"


def _said(value: object) -> str:
    if callable(value):
        return "by cell"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _cells(tier: str, claim: Claim) -> list[str]:
    keys = [cell_key(cell) for cell in claim.grid.cells(tier)]
    shown = [key if len(key) <= 100 else key[:97] + "..." for key in keys]
    return [f"{tier if i == 0 else '':<9} {key}" for i, key in enumerate(shown)]


def _verdict(claim: Claim, store: str) -> list[str]:
    if not (Path(store) / "store.sqlite").exists():
        return ["verdict   not run yet"]
    # Loaded only now: a claim without a verdict is shown at once.
    import pandas as pd

    from lab.run.store import Store
    from lab.summary import percent, summarise

    keeper = Store(store)
    try:
        last = keeper.last_verdict(claim.slug)
    finally:
        keeper.close()
    if last is None:
        return ["verdict   not run yet"]
    s = summarise(pd.DataFrame(last["rows"]))[0]
    when = time.strftime("%Y-%m-%d", time.localtime(last["created"]))
    run = f"{last['tier']} tier, seed {last['seed']}, {last['backend']}, {when}"
    numbers = f"smallest error seen {percent(s.seen)}, decoys rejected {s.rejected}/{s.decoys}, {s.trials} trials"
    return [f"verdict   {s.verdict} ({run}): {numbers}"]
