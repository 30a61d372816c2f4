"""The laws of the house that no linter keeps."""

import ast
import importlib
import inspect
import re
from pathlib import Path

import pytest

import claims

ROOT = Path(__file__).parents[1]
SIMS = sorted(path for path in (ROOT / "sims").rglob("*.py"))
FOREIGN = {"numpy", "scipy", "cupy", "torch", "jax", "pandas"}


def imports(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("path", SIMS, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_one_package_of_sims_calls_numpy(path):
    if path.parent.name != "arrays":
        assert not FOREIGN & set(imports(path))


def test_constraints_name_no_registry():
    text = (ROOT / "constraints.txt").read_text()
    assert not re.search(r"http|hash|@|index", text)


@pytest.mark.parametrize("room", ["theory", "sims", "claims", "lab", "figures", "overparam"])
def test_modules_hold_one_idea(room):
    long = {str(p): n for p in (ROOT / room).rglob("*.py") if (n := len(p.read_text().splitlines())) > 400}
    assert not long


def test_the_arrows_between_the_rooms():
    allowed = {
        "theory": {"theory"},
        "sims": {"sims"},
        "claims": {"theory", "sims", "claims"},
        "lab": {"sims", "claims", "lab"},
        "figures": {"theory", "sims", "claims", "lab", "figures"},
        "overparam": {"theory", "sims", "claims", "lab", "figures", "overparam"},
    }
    for room, known in allowed.items():
        for path in (ROOT / room).rglob("*.py"):
            assert set(imports(path)) & set(allowed) <= known, path


@pytest.mark.parametrize("room", ["theory", "sims"])
def test_every_public_function_of_a_topic_shows_how_it_is_called(room):
    package, bare = importlib.import_module(room), []
    for topic in claims.topics():
        module = importlib.import_module(f"{package.__name__}.{topic}")
        functions = {name: getattr(module, name) for name in module.__all__}
        bare += [
            f"{topic}.{n}" for n, f in functions.items() if inspect.isfunction(f) and ">>>" not in (f.__doc__ or "")
        ]
    assert not bare
