"""CuPy keeps 32 bits of a seed: no two blocks of the suite's real plan may share them."""

from __future__ import annotations

import collections

import pytest

from claims import load_claims
from lab.claim_plan import ClaimPlan, largest
from lab.plan import Planner
from lab.run.backends import cupy_seed

SPARE = 4
"""Blocks of each simulation beyond the pilot that a run may come to need (a block on a GPU is large)."""


@pytest.mark.parametrize("tier", ["quick", pytest.param("full", marks=pytest.mark.slow)])
def test_every_block_of_the_plan_has_a_cupy_seed_of_its_own(tier: str) -> None:
    planner = Planner(tier, "cupy", 0)
    wanted = largest(ClaimPlan(claim, planner.rows(claim), 2**20).pilots() for claim in load_claims())
    owners = collections.defaultdict(list)
    for simulation, trials in wanted.values():
        for block in range(simulation.blocks(trials) + SPARE):
            owners[cupy_seed(simulation.stream(block))].append(f"{simulation.name} {simulation.cell} block {block}")
    assert len(owners) > len(wanted)
    # Should a new claim ever meet another: shared draws correlate two blocks. Change one of the two cells.
    assert not {seed: met for seed, met in owners.items() if len(met) > 1}
