"""verify end to end: the table, replacing parts of a claim, determinism, reuse of stored blocks."""

import dataclasses
import itertools
import random

import numpy as np
import pytest

from claims import Bound, Grid, Mean
from lab import verify
from lab.run import schedule
from lab.run.simulation import Simulation
from tests.lab import synthetic
from tests.lab.synthetic import ALL, MEAN, SLOW, same

COLUMNS = {
    "topic", "claim", "quantity", "cell", "kind", "decoy", "theory", "mean", "se", "trials", "scale", "low", "high",
    "allowance", "resolution", "smallest_error", "tightness", "verdict",
}  # fmt: skip


@pytest.fixture(scope="module")
def table():
    return verify(ALL, jobs=1)


def test_every_true_claim_agrees_and_every_decoy_is_rejected(table):
    assert set(table) >= COLUMNS
    own, decoys = table[table.decoy.isna()], table[table.decoy.notna()]
    assert set(own.verdict) == {"agrees"}
    assert decoys.groupby("claim").verdict.agg(lambda v: "disagrees" in set(v)).all()
    assert (own.smallest_error > 0).all()
    assert np.isfinite(own.smallest_error).all()
    assert (table.scale > 0).all()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_other_seeds_agree_too(seed):
    table = verify(ALL, seed=seed, jobs=1)
    assert set(table[table.decoy.isna()].verdict) == {"agrees"}


def test_two_workers_and_shuffled_order_give_the_same_bits(table, monkeypatch):
    same(table, verify(ALL, jobs=2))
    run = schedule.run

    def shuffled(tasks, *args, **kwargs):
        random.Random(3).shuffle(tasks)
        run(tasks, *args, **kwargs)

    monkeypatch.setattr(schedule, "run", shuffled)
    same(table, verify(ALL, jobs=1))


def test_a_store_changes_nothing_but_the_work(table, tmp_path, monkeypatch):
    same(table, verify(ALL, jobs=1, store=tmp_path))
    monkeypatch.setattr(Simulation, "run", lambda *_: pytest.fail("simulated again"))
    same(table, verify(ALL, jobs=1, store=tmp_path))


def test_a_replaced_prediction_is_judged_on_the_stored_blocks(tmp_path, monkeypatch):
    verify([MEAN], jobs=1, store=tmp_path)
    monkeypatch.setattr(Simulation, "run", lambda *_: pytest.fail("simulated again"))
    wrong = dataclasses.replace(MEAN, predict=synthetic.predict_mean_wrong)
    table = verify([wrong], jobs=1, store=tmp_path)
    assert "disagrees" in set(table[table.decoy.isna()].verdict)


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_replaced_simulation_is_run_even_where_blocks_are_stored(tmp_path, jobs):
    verify([MEAN], jobs=1, store=tmp_path)

    def biased(n, trials, rng):
        result = synthetic.simulate_mean(n, trials, rng)
        return {**result, "mean": 1.1 * result["mean"]}

    table = verify([dataclasses.replace(MEAN, simulate=biased)], jobs=jobs, store=tmp_path)
    own = table[table.decoy.isna()]
    assert set(own[own.quantity == "mean"].verdict) == {"disagrees"}


def test_two_closures_of_one_code_are_two_simulations():
    def scaled(factor):
        def simulate(n, trials, rng):
            return synthetic.simulate_law(n, trials, rng) * factor

        return simulate

    runs = [Simulation(scaled(f), {"n": 1}, "numpy", 0) for f in (1.0, 2.0)]
    assert runs[0].key != runs[1].key


def test_extending_a_run_keeps_its_first_blocks(tmp_path):
    verify([MEAN], jobs=1, store=tmp_path)
    finer = dataclasses.replace(MEAN, kind=Mean(0.015))
    longer = verify([finer], jobs=1, store=tmp_path)
    same(longer, verify([finer], jobs=1))


def test_every_stream_of_a_plan_is_its_own():
    cells = [{"n": n} for n in range(1, 51)]
    names = (synthetic.simulate_mean, synthetic.simulate_law)
    runs = [Simulation(f, cell, "numpy", seed) for f, cell, seed in itertools.product(names, cells, (0, 1))]
    words = {tuple(run.stream(block).generate_state(4)) for run in runs for block in range(20)}
    assert len(words) == len(runs) * 20


def test_claims_that_share_a_simulation_share_its_blocks(monkeypatch):
    count = []
    run = Simulation.run
    monkeypatch.setattr(Simulation, "run", lambda self, block: count.append(self.key) or run(self, block))
    twin = dataclasses.replace(MEAN, slug="a-twin")
    verify([MEAN, twin], jobs=1)
    assert len(count) == len(set(zip(count, _number(count), strict=True)))
    assert len(set(count)) == len(MEAN.grid.quick)


def _number(keys):
    seen = {}
    for key in keys:
        seen[key] = seen.get(key, -1) + 1
        yield seen[key]


def test_a_dead_worker_costs_only_its_blocks(monkeypatch):
    from tests.lab import mortal

    monkeypatch.setenv(synthetic.PAUSE, "0.01")
    mortal.TOMB.unlink(missing_ok=True)
    table = verify([dataclasses.replace(SLOW, simulate=mortal.simulate_once_mortal)], jobs=2)
    assert mortal.TOMB.exists()
    mortal.TOMB.unlink()
    assert set(table[table.decoy.isna()].verdict) == {"agrees"}


def test_a_grossly_wrong_prediction_costs_no_endless_run():
    tiny = dataclasses.replace(MEAN, predict=lambda n: {"mean": 1e-7}, grid=Grid(({"n": 10},), ()))
    table = verify([tiny], jobs=1)
    assert set(table[table.decoy.isna()].verdict) == {"disagrees"}
    assert table.trials.max() < 200_000


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"tier": "quik"}, "tier"),
        ({"seed": -1}, "seed"),
        ({"seed": 1.5}, "seed"),
        ({"jobs": 0}, "jobs"),
        ({"backend": "torch"}, "backend"),
    ],
)
def test_bad_arguments_are_named(options, name):
    with pytest.raises(ValueError, match=name):
        verify([MEAN], **options)


def test_a_simulation_without_a_trial_axis_is_undecided_and_says_why():
    wrong = dataclasses.replace(MEAN, simulate=lambda n, trials, rng: {"mean": 1.0})
    assert verify([wrong], jobs=1).reason.str.contains("leading axis").all()


def test_a_loose_bound_in_the_mean_is_decided():
    loose = dataclasses.replace(
        MEAN, kind=Bound(on="mean", resolution=0.02), predict=lambda n: {"mean": 5.0}, grid=Grid(({"n": 10},), ()),
        decoys=(dataclasses.replace(MEAN.decoys[0], predict=lambda n: {"mean": 0.9}),),
    )  # fmt: skip
    table = verify([loose], jobs=1)
    assert list(table.verdict) == ["agrees", "disagrees"]
    assert table.tightness.iloc[0] == pytest.approx(0.2, rel=0.02)
    low = dataclasses.replace(MEAN, kind=Bound("lower", on="mean", resolution=0.02), predict=lambda n: {"mean": 0.2})
    assert set(verify([low], jobs=1).verdict) >= {"agrees"}
