"""verify: topic by topic plan, run the pilots, run the rest, judge, and return one tidy table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np

from claims import Claim
from lab.claim_plan import ClaimPlan, largest
from lab.plan import Planner
from lab.run.backends import resolve
from lab.run.provenance import versions
from lab.run.runner import Runner, Warn
from lab.run.store import Store

if TYPE_CHECKING:
    import pandas as pd

MOST_TRIALS = {"quick": 2**20, "full": 2**24}


def verify(
    claims: Iterable[Claim] | Claim,
    tier: str = "quick",
    seed: int = 0,
    backend: str = "auto",
    jobs: int | None = None,
    store: str | Path | None = None,
    *,
    max_trials: int | None = None,
    scheduler: str | None = None,
    fresh: bool = False,
    progress: TextIO | None = None,
    warn: Warn = lambda _: None,
) -> pd.DataFrame:
    """Judge claims (or one claim) and return one row per cell, quantity and decoy.

    Parameters: `tier` "quick" or "full"; `seed` an integer >= 0; `backend` "auto", "numpy" or "cupy"; `jobs` the number
    of processes (None: all cores; 1: this process); `store` a folder for finished blocks (None keeps nothing);
    `max_trials` the most trials of one simulation (a row that needs more stops after its pilot and says so);
    `scheduler` the address of a Dask scheduler; `fresh` recomputes what is stored; `progress` a stream for a line of
    progress; `warn` is called with a sentence for whatever was set aside or recomputed.

    Returns a DataFrame with the columns topic, claim, quantity, cell, kind, decoy, theory, mean, se, trials, scale,
    low, high, allowance, resolution, smallest_error, tightness, verdict, reason, rejected and more (see
    `lab.judge.finding.Finding`), and a column cell.NAME for every parameter.

    Raises ValueError for a bad argument or a claim that cannot be planned; BackendError, StoreError or SchedulerError
    if the machine cannot do it.

    >>> from claims import load_claims
    >>> table = verify(load_claims("double_descent")[0], jobs=1)
    >>> set(table[table.decoy.isna()].verdict)
    {'agrees'}
    """
    import pandas as pd

    chosen = (claims,) if isinstance(claims, Claim) else tuple(claims)
    lines = [
        line
        for _, rows in verdicts(
            chosen, tier, seed, backend, jobs, store, max_trials=max_trials, scheduler=scheduler, fresh=fresh,
            progress=progress, warn=warn,
        )
        for line in rows
    ]  # fmt: skip
    place = {claim.slug: k for k, claim in enumerate(chosen)}
    return pd.DataFrame(sorted(lines, key=lambda line: place[line["claim"]]))


def verdicts(
    claims: Iterable[Claim],
    tier: str = "quick",
    seed: int = 0,
    backend: str = "auto",
    jobs: int | None = None,
    store: str | Path | None = None,
    *,
    max_trials: int | None = None,
    scheduler: str | None = None,
    fresh: bool = False,
    progress: TextIO | None = None,
    warn: Warn = lambda _: None,
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The rows of `verify`, topic by topic as soon as they are judged: pairs (topic, rows)."""
    chosen = tuple(claims)
    _check(tier, seed, jobs, max_trials)
    engine = resolve(backend)
    most = MOST_TRIALS[tier] if max_trials is None else max_trials
    keeper = Store(store, warn)
    try:
        runner = Runner(keeper, jobs, scheduler, progress, warn, fresh)
        for topic in dict.fromkeys(claim.topic for claim in chosen):
            planner = Planner(tier, engine, int(seed))
            plans = [ClaimPlan(claim, planner.rows(claim), most) for claim in chosen if claim.topic == topic]
            common = {"tier": tier, "seed": int(seed), "backend": engine, "versions": versions()}
            lines = _judge(plans, runner, common)
            for plan in plans:
                own = [line for line in lines if line["claim"] == plan.claim.slug]
                keeper.save_verdict(plan.claim.slug, tier, int(seed), engine, own)
            runner.release()
            yield topic, lines
    finally:
        keeper.close()


def _check(tier: str, seed: int, jobs: int | None, max_trials: int | None) -> None:
    if tier not in ("quick", "full"):
        raise ValueError(f"tier = {tier!r}: must be 'quick' or 'full'")
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed = {seed!r}: must be an integer >= 0")
    for name, value in (("jobs", jobs), ("max_trials", max_trials)):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
            raise ValueError(f"{name} = {value!r}: must be an integer >= 1, or None")


def _judge(plans: list[ClaimPlan], runner: Runner, common: dict[str, Any]) -> list[dict[str, Any]]:
    runner.require(largest(plan.pilots() for plan in plans), "pilot")
    for plan in plans:
        plan.decide(runner)
    runner.require(largest(plan.finals() for plan in plans), "simulating")
    return [line for plan in plans for line in plan.judged(runner, common)]
