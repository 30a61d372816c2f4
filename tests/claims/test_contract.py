"""What every claim of the suite must keep, whatever its topic."""

import ast
import functools
import importlib
import inspect
import json
import math
import pkgutil
import re
from pathlib import Path

import array_api_strict
import numpy as np
import pytest

from claims import Bound, Claim, Identity, Law, Mean, Observation, Order, load_claims, topics
from claims.instance import Through
from lab.claim_plan import is_statistical
from lab.judge.trials import MOST_ROWS
from lab.plan import Planner, families
from lab.plan import rename as renamed
from lab.run.fingerprint import is_importable
from lab.run.naming import cell_key, column, predictions, samples, stream_name
from sims import arrays

CLAIMS = load_claims()
KERNELS = list({claim.simulate: claim for claim in CLAIMS}.values())  # one claim a simulation
ROOT = Path(__file__).parents[2]
BIBLIOGRAPHY = {
    key for path in ROOT.glob("paper/references.bib.d/*.bib") for key in re.findall(r"@\w+\{([^,]+),", path.read_text())
}


def by_slug(claim: Claim) -> str:
    return claim.slug


def smallest(claim):
    """The cheapest quick cell: the one that declares least memory a trial."""
    simulate = claim.simulate.func if isinstance(claim.simulate, functools.partial) else claim.simulate
    floats = getattr(simulate, "floats_per_trial", lambda **_: 1)
    return dict(min(claim.grid.quick, key=lambda cell: floats(**cell)))


def few_steps(claim, cell):
    """The simulation of a cell; a training or a descent is as portable after a few steps."""
    known = inspect.signature(claim.simulate).parameters
    lengths = {name: cell.get(name, known[name].default) for name in ("steps", "sweeps") if name in known}
    return functools.partial(claim.simulate, **cell | {name: min(length, 20) for name, length in lengths.items()})


def test_slugs_are_unique_and_topics_load():
    slugs = [claim.slug for claim in CLAIMS]
    assert len(slugs) == len(set(slugs))
    assert all(claim.topic == topic for topic in topics() for claim in load_claims(topic))
    with pytest.raises(ValueError, match="topic = 'nonsense'"):
        load_claims("nonsense")


@pytest.mark.parametrize("claim", CLAIMS, ids=by_slug)
def test_a_claim_is_complete(claim):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", claim.slug)
    assert claim.title
    assert "$" in claim.statement
    assert claim.statement.count("$") % 2 == 0
    assert claim.source.wording in ("seen", "recalled", "derived")
    assert claim.source.key in BIBLIOGRAPHY, f"{claim.source.key} is not in paper/references.bib.d"
    assert claim.grid.full, "the full tier has no cells"
    assert len({decoy.name for decoy in claim.decoys}) == len(claim.decoys)
    # A simulation goes to the workers by its name, or as a kernel at an instance of claims; a prediction stays at home.
    for simulate in (claim.simulate, *(decoy.simulate for decoy in claim.decoys if decoy.simulate)):
        assert is_importable(getattr(simulate, "func", simulate))
        assert not isinstance(simulate, Through) or simulate.__module__.startswith(f"claims.{claim.topic}.")


# --- what is said of an allowance, and what claims may compute ------------------------------------------------------


def without_reason(claim):
    kind = claim.kind
    return bool(getattr(kind, "allowance", 0.0)) and not kind.because


@pytest.mark.parametrize("topic", topics())
def test_every_allowance_has_its_reason(topic):
    bare = [claim.slug for claim in load_claims(topic) if without_reason(claim)]
    assert not bare


def computing(module):
    """Names in a module of claims that draw, solve, or stand for SciPy."""
    tree = ast.parse(Path(importlib.util.find_spec(module).origin).read_text())
    for node in ast.walk(tree):
        imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        imported += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        yield from (name for name in imported if name.split(".")[0] == "scipy" or name.startswith("numpy.random"))
        name = getattr(node, "attr", getattr(node, "id", None))
        if name in ("default_rng", "Generator", "lstsq", "solve", "scipy"):
            yield name


@pytest.mark.parametrize("topic", topics())
def test_claims_hold_no_computing(topic):
    package = importlib.import_module(f"claims.{topic}")
    modules = [package.__name__, *(f"{package.__name__}.{m.name}" for m in pkgutil.iter_modules(package.__path__))]
    found = {module: sorted(set(computing(module))) for module in modules}
    found = {module: names for module, names in found.items() if names}
    assert not found


@pytest.mark.parametrize("claim", CLAIMS, ids=by_slug)
def test_cells_are_plain_distinct_and_form_families(claim):
    for tier in ("quick", "full"):
        keys = [cell_key(cell) for cell in claim.grid.cells(tier)]
        assert len(keys) == len(set(keys))
        assert all(json.loads(key) is not None for key in keys)
        assert families(claim, tier)


@pytest.mark.parametrize("claim", CLAIMS, ids=by_slug)
def test_sizes_have_the_ratio_that_is_predicted(claim):
    """A rounded number of features would be simulated at another ratio than the limit's."""
    for cell in (*claim.grid.quick, *claim.grid.full):
        for size, ratio in (("n", "gamma"), ("d", "psi1"), ("d", "psi2")):
            if size in cell and ratio in cell:
                number = np.multiply(cell[ratio], cell[size])
                assert np.allclose(number, np.round(number), rtol=0, atol=1e-9), cell


@pytest.mark.parametrize("claim", CLAIMS, ids=by_slug)
def test_each_quantity_sees_five_percent_in_some_row(claim):
    """By what is declared: an interval of half-width r, anywhere it may be, excludes what is off by a + 2 r."""
    kind = claim.kind
    if isinstance(kind, Order | Observation):
        return
    if isinstance(kind, Identity) or (isinstance(kind, Bound) and kind.on == "draw"):
        assert max(getattr(kind, "tolerance", 0), 0) <= 0.025
        return
    least = {}
    for cell in claim.grid.quick:
        allowance = kind.allowance(**cell) if callable(kind.allowance) else kind.allowance
        for name in {name.split("[")[0] for name in predictions(claim.predict(**cell))}:
            least[name] = min(least.get(name, math.inf), allowance + 2 * kind.resolution)
    assert all(seen <= 0.05 + 1e-12 for seen in least.values()), least


@pytest.mark.parametrize("claim", CLAIMS, ids=by_slug)
def test_decoys_differ_from_the_claim(claim):
    if isinstance(claim.kind, Law):
        return  # laws have no numbers to compare
    right = [predictions(claim.predict(**cell)) for cell in claim.grid.quick]
    for decoy in claim.decoys:
        if decoy.predict is not None:
            wrong = [renamed(predictions(decoy.predict(**cell)), right[0]) for cell in claim.grid.quick]
            # A decoy may speak of another simulated quantity: then it differs by that.
            pairs = [(w[name], r.get(name, math.nan)) for w, r in zip(wrong, right, strict=True) for name in w]
            assert any(not math.isclose(w, r, rel_tol=1e-9) for w, r in pairs), decoy.name


def judged(claim, cell):
    """The simulated quantities that the verdict rests on: of a ratio its two parts."""
    ratio = isinstance(claim.kind, Mean) and claim.kind.of
    return (claim.kind.of, claim.kind.per) if ratio else tuple(predictions(claim.predict(**cell)))


def hidden_transfer(self, *args):
    raise AssertionError("a kernel turned an array into a Python number: on a GPU that is a hidden synchronisation")


@pytest.mark.parametrize("claim", KERNELS, ids=by_slug)
def test_a_kernel_is_portable_and_gives_numpys_numbers(claim, monkeypatch):
    """On the strict backend's fake device, without data-dependent shapes and without a hidden transfer to the host."""
    cell, trials, rng = smallest(claim), 2, np.random.Generator(np.random.SFC64(3))
    simulate = few_steps(claim, cell)
    expected = samples(simulate(trials=trials, rng=rng), trials, "numpy")
    for name in ("__float__", "__int__", "__bool__", "__index__", "__complex__"):
        monkeypatch.setattr(array_api_strict._array_object.Array, name, hidden_transfer)
    with array_api_strict.ArrayAPIStrictFlags(boolean_indexing=False, data_dependent_shapes=False):
        result = simulate(trials=trials, rng=arrays.strict_rng(3))
    strict = samples(result, trials, "strict")
    for quantity in judged(claim, cell):
        a, b = (column(data, quantity, claim.slug) for data in (expected, strict))
        # Iterations to convergence may amplify the last bit of a product summed in another order.
        np.testing.assert_allclose(a, b, rtol=1e-7, atol=1e-9, err_msg=quantity)


@pytest.mark.gpu
@pytest.mark.parametrize("claim", KERNELS, ids=by_slug)
def test_a_kernel_runs_on_cupy(claim):
    from lab.run.backends import generator, probe

    if probe():
        pytest.skip(probe())
    cell = smallest(claim)
    result = claim.simulate(**cell, trials=4, rng=generator("cupy", np.random.SeedSequence(3)))
    found = samples(result, 4, "cupy")
    for quantity in judged(claim, cell):
        assert np.isfinite(column(found, quantity, claim.slug)).all()


def test_streams_are_named_once():
    functions = {f for claim in load_claims() for f in (claim.simulate, *(d.simulate for d in claim.decoys)) if f}
    names = [stream_name(function) for function in functions]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("tier", ["quick", "full"])
def test_the_budget_is_divided_over_enough_rows(tier):
    planner = Planner(tier, "numpy", 0)
    alarming = [row for claim in CLAIMS if is_statistical(claim) for row in planner.rows(claim) if row.decoy is None]
    assert len(alarming) <= MOST_ROWS
