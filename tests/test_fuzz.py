"""Nothing that a user may pass ends in anything but an answer or a ValueError that names the argument."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import random
import re
from typing import Any

import pytest

import claims
import theory
from overparam import cli
from tests.fuzzing import Arguments, baseline, complaint, perturbed
from tests.lab import synthetic

TOPICS = sorted(claims.topics())
SHARED = sorted({module.name for module in pkgutil.iter_modules(theory.__path__)} - set(TOPICS))


def public(topic: str) -> dict[str, Any]:
    """The functions of a module that take arguments, as their signatures declare them."""
    module = importlib.import_module(f"theory.{topic}")
    names = getattr(module, "__all__", [n for n, v in vars(module).items() if inspect.isfunction(v)])
    found = {n: getattr(module, n) for n in names if not n.startswith("_") and inspect.isfunction(getattr(module, n))}
    return {n: f for n, f in found.items() if hasattr(f, "__domains__") and _arguments(f)}


def _arguments(function: Any) -> list[str]:
    return list(inspect.signature(function).parameters)


THEORY = {f"{topic}.{name}": function for topic in TOPICS for name, function in public(topic).items()}
THEORY |= {
    f"{module}.{name}": function
    for module in SHARED
    for name, function in public(module).items()
    if function not in THEORY.values()
}
FULL = 10_000


def measures(topic: str) -> dict[str, Any]:
    """The functions of a topic's measures."""
    module = importlib.import_module(f"overparam.measures.{topic}")
    found = {name: getattr(module, name) for name in module.__all__}
    return {f"{topic}.{name}": function for name, function in found.items() if inspect.isfunction(function)}


MEASURES = {name: function for topic in TOPICS for name, function in measures(topic).items()}


def good_arguments(function: Any) -> Arguments:
    found = baseline(function)
    assert found is not None, f"{function.__name__}: its docstring must have an example that calls it"
    return found


def complaints(function: Any, good: Arguments, count: int) -> list[str]:
    rng = random.Random(function.__name__)
    found = []
    for _ in range(count):
        name = rng.choice(list(good))
        found.append(complaint(function, good, name, perturbed(good[name], rng)))
    return sorted(set(found) - {""})


@pytest.mark.parametrize("name", THEORY)
def test_theory_answers_or_names_the_argument(name: str) -> None:
    assert not complaints(THEORY[name], good_arguments(THEORY[name]), 25)


@pytest.mark.slow
@pytest.mark.parametrize("name", THEORY)
def test_theory_answers_or_names_the_argument_full(name: str) -> None:
    assert not complaints(THEORY[name], good_arguments(THEORY[name]), -(-FULL // len(THEORY)))


@pytest.mark.parametrize("name", MEASURES)
def test_measures_answer_or_name_the_argument(name: str) -> None:
    assert not complaints(MEASURES[name], good_arguments(MEASURES[name]), 100)


@pytest.mark.slow
@pytest.mark.parametrize("name", MEASURES)
def test_measures_answer_or_name_the_argument_full(name: str) -> None:
    assert not complaints(MEASURES[name], good_arguments(MEASURES[name]), 1000)


def test_the_valid_arguments_are_valid() -> None:
    for measure in MEASURES.values():
        measure(**good_arguments(measure))


# --- the command line -------------------------------------------------------------------------------------------------

WORDS = (
    "verify", "list", "show", "figures", "report", "diagnose", "verfiy", "synthetic", "a-law", "a-mean", "a-lwa", "",
    "--tier", "--seed", "--backend", "--jobs", "--scheduler", "--store", "--json", "--csv", "--parquet", "--fresh",
    "--out", "--help", "-h", "--", "-", "--x", "quick", "full", "numpy", "cupy", "auto", "1", "0", "-1", "1e9", "nan",
    "é", "\x00", "\n", "a" * 5000, "/", ".", "..", "store", "store/table.json", "/dev/null/x", "tcp://127.0.0.1:1",
    "missing.npz", "--seed=7", "--tier=quick", "--jobs=2", "--store=", "--json=", "%s", "{}", "$HOME", "a\ud800",
)  # fmt: skip


def command_line(rng: random.Random) -> list[str]:
    words = [rng.choice(WORDS) for _ in range(rng.randrange(7))]
    return words if rng.random() < 0.2 else [rng.choice(("verify", "list", "show", "diagnose", "verify")), *words]


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """The synthetic claims only, in a fresh folder; commands that start other processes are stubs."""
    monkeypatch.setattr(claims, "topics", lambda: ("synthetic",))
    monkeypatch.setattr(claims, "load_claims", lambda topic=None: (synthetic.LAW, synthetic.IDENTITY))
    for command in ("figures", "report", "diagnose"):
        monkeypatch.setitem(cli.COMMANDS, command, lambda arguments: 0)
    monkeypatch.chdir(tmp_path)


def check_command_lines(count: int, capsys: pytest.CaptureFixture[str], seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(count):
        arguments = command_line(rng)
        code = cli.main(arguments)
        _, err = capsys.readouterr()
        assert code in (0, 1, 2), arguments
        assert "Traceback" not in err, arguments
        if code == 2:
            assert re.fullmatch(r"(overparam: [^\n]+\n)+", err), (arguments, err)


def test_any_command_line_ends_in_an_exit_code(capsys: pytest.CaptureFixture[str], registry: None) -> None:
    check_command_lines(150, capsys, 1)


@pytest.mark.slow
def test_any_command_line_ends_in_an_exit_code_full(capsys: pytest.CaptureFixture[str], registry: None) -> None:
    check_command_lines(3000, capsys, 2)
