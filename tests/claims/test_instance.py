"""Instances: both witnesses at one recipe, in workers and in fingerprints as if written out."""

import pickle

import numpy as np
import pytest

import sims.double_descent as sims
import theory.double_descent as theory
from claims import Claim, Decoy, Grid, Mean, Source, cells, declared_in, instance
from lab import verify
from lab.run.fingerprint import fingerprint
from lab.run.naming import stream_name
from lab.run.simulation import Simulation


@instance
def doubled(n, ratio):
    """Twice as many features."""
    return {"n": n, "p": int(ratio * n), "r2": 2.0, "sigma2": 0.5}


RNG = np.random.Generator(np.random.SFC64(1))


def test_both_witnesses_get_the_same_arguments():
    assert doubled.of(theory.min_norm_risk)(n=20, ratio=3) == theory.min_norm_risk(20, 60, 2.0, 0.5)
    drawn = doubled.of(sims.min_norm_risk)(n=20, ratio=3, trials=5, rng=RNG)
    assert drawn.bias.shape == (5,)
    assert set(doubled.of(theory.min_norm_risk, "bias")(n=20, ratio=3)) == {"bias"}
    assert doubled.of(theory.min_norm_risk, sigma2=0.0)(n=20, ratio=3).variance == 0


def test_a_bare_result_takes_the_name_of_its_field():
    @instance
    def shaped(n, ratio):
        return {"n": n, "p": int(ratio * n)}

    named = shaped.of(theory.variance_of_variance, "spread")(n=20, ratio=3)
    assert named == {"spread": theory.variance_of_variance(20, 60)}
    drawn = shaped.of(sims.variance_of_variance, "spread", copies=2)(n=20, ratio=3, trials=5, rng=RNG)
    assert drawn["spread"].shape == (5,)


def test_a_claim_on_an_instance_is_judged_in_workers():
    wrong = Decoy("no bias", "bias 0", doubled.of(theory.min_norm_risk, "bias", r2=0.0))
    claim = Claim(
        "on-an-instance", "double_descent", "t", "$x$", Source("nobody", "", "derived"), Mean(0.05),
        doubled.of(theory.min_norm_risk), doubled.of(sims.min_norm_risk), Grid(cells(n=[20], ratio=3), ()), (wrong,),
    )  # fmt: skip
    table = verify([claim], jobs=2)
    assert set(table[table.decoy.isna()].verdict) == {"agrees"}
    assert table[table.decoy.notna()].rejected.all()


def test_the_kernel_declares_through_the_instance():
    through = doubled.of(sims.min_norm_risk)
    plain = Simulation(sims.min_norm_risk, {"n": 400, "p": 1200}, "numpy", 0)
    assert Simulation(through, {"n": 400, "ratio": 3}, "numpy", 0).block_trials == plain.block_trials
    assert stream_name(through) == "double_descent.min_norm_risk@doubled"


def test_a_recipe_is_part_of_the_fingerprint():
    @instance
    def tripled(n, ratio):
        return {"n": n, "p": int(ratio * n), "r2": 3.0, "sigma2": 0.5}

    marks = {fingerprint(each.of(sims.min_norm_risk)) for each in (doubled, doubled, tripled)}
    assert len(marks) == 2
    assert fingerprint(doubled.of(sims.min_norm_risk, sigma2=0.0)) not in marks


def test_a_cell_that_does_not_fit_is_named():
    with pytest.raises(ValueError, match="it knows n, ratio"):
        declared_in("claims.double_descent.x")(
            slug="s", title="t", statement="$x$", source=Source("nobody", "", "derived"), kind=Mean(0.05),
            predict=doubled.of(theory.min_norm_risk), simulate=doubled.of(sims.min_norm_risk),
            grid=Grid(cells(n=[20], p=3), ()), decoys=(Decoy("d", "d", doubled.of(theory.min_norm_risk, r2=0.0)),),
        )  # fmt: skip


def test_an_instance_of_the_suite_is_pickled_by_name():
    from claims.double_descent import min_norm

    found = [value for value in vars(min_norm).values() if type(value).__name__ == "Instance"]
    assert found
    assert all(pickle.loads(pickle.dumps(each)) is each for each in found)
