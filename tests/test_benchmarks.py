"""The benchmarks run, their variants return the same numbers, and their estimators agree in the mean."""

import functools
import math

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks import device, growth, planted, report
from benchmarks.families import FULL, TINY
from benchmarks.timing import OURS, measure, precision
from claims import load_claims
from lab import verify


def test_every_family_has_a_small_twin():
    assert FULL.keys() == TINY.keys()


@pytest.mark.parametrize("name", TINY)
def test_variants_return_the_same_numbers(name):
    family = TINY[name]()
    answers = {}
    for variant in family.variants:
        values = np.asarray(variant.run())
        assert values.shape[0] == variant.trials
        assert np.isfinite(values).all()
        first = answers.setdefault(variant.answer, values)
        both = min(len(first), len(values))
        error = np.abs(values[:both] - first[:both]).max() / np.abs(first[:both]).max()
        assert error <= family.tolerance, variant.label


@pytest.mark.parametrize("name", TINY)
def test_families_are_timed(name):
    family = TINY[name]()
    timing = measure(family, repeats=1, gemm=50)
    assert timing.dgemm > 0
    assert len(timing.seconds) == len(family.variants)
    assert next(iter(timing.seconds)).startswith(OURS)
    assert all(seconds >= 0 for seconds in timing.seconds.values())


@pytest.mark.parametrize("name", [name for name, make in TINY.items() if make().estimators])
def test_estimators_agree_in_the_mean(name):
    found, z = precision(TINY[name]().estimators, repeats=1, calls=5)
    assert z < 5
    assert found.sd[0] < found.sd[1]


def test_growth_and_memory():
    rows = growth.exponents(shrink=10, repeats=1)
    assert [row.kernel for row in rows] == [sweep[0] for sweep in growth.SWEEPS]
    assert all(math.isfinite(row.time) and row.flops > 0 and math.isfinite(row.memory) for row in rows)
    kernels = {kernel[0]: kernel for kernel in growth.kernels()}
    found = growth.holding(*kernels["double_descent: min_norm_risk"])
    assert 0.3 * found.declared < found.held < 1.05 * found.declared
    slow = growth.holding(*kernels["neural_collapse: ufm_mse_optimum"], limit=0.01)
    assert math.isnan(slow.held)


def test_the_device_rows_on_the_cpu():
    rows, rate = device.measure(30, "numpy", lambda: None, repeats=1)
    assert rate > 0
    assert all(row.share > 0 and row.core > 0 for row in rows)


def test_the_command_writes_tables_without_names_of_places(tmp_path, capsys):
    command.main(["--tiny", "--out", str(tmp_path)])
    shown = capsys.readouterr().out
    assert "Kernels against the loops" in shown
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {f"{n}.{e}" for n in ("speed", "variants", "growth", "memory", "gpu") for e in ("md", "csv")}
    for path in tmp_path.iterdir():
        assert str(command.RESULTS.parent) not in path.read_text()


def test_numbers_in_tables():
    assert [report.number(v) for v in (None, math.nan, 0.12345, 12345.6, 3, "x")] == [
        "-", "-", "0.123", "12,346", "3", "x",
    ]  # fmt: skip


def test_a_planted_constant_is_found():
    claims = tuple(claim for claim in load_claims("catastrophic_forgetting") if claim.slug == "two-task-angle")
    found = planted.planted(claims, functools.partial(verify, jobs=1))
    (kind,) = {claim.kind for claim in claims}
    for side in planted.SIDES:
        assert 0.9 * kind.tolerance < found["two-task-angle", side] < 1.1 * kind.tolerance
