"""What each argument of each public function may be, and is if left out, as domains.txt says it beside this file."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.test_fuzz import THEORY, good_arguments


def _tables() -> tuple[dict[str, dict[str, str]], dict[str, dict[str, Any]]]:
    """Function -> argument -> domain, and function -> argument -> default."""
    domains: dict[str, dict[str, str]] = {}
    defaults: dict[str, dict[str, Any]] = {}
    for line in Path(__file__).with_name("domains.txt").read_text().splitlines():
        if not line.startswith(" "):
            name = line
            domains[name], defaults[name] = {}, {}
        else:
            argument, _, allowed = line.strip().partition(": ")
            argument, _, default = argument.partition(" = ")
            domains[name][argument] = allowed
            if default:
                defaults[name][argument] = ast.literal_eval(default)
    return domains, defaults


DOMAINS, DEFAULTS = _tables()


def test_the_table_is_complete() -> None:
    assert {name: list(domains) for name, domains in DOMAINS.items()} == {
        name: list(good_arguments(function)) for name, function in THEORY.items()
    }


@pytest.mark.parametrize("name", DOMAINS)
def test_the_refusal_says_name_value_and_domain(name: str) -> None:
    good = good_arguments(THEORY[name])
    for argument, allowed in DOMAINS[name].items():
        with pytest.raises(ValueError) as refusal:
            THEORY[name](**{**good, argument: "?"})
        assert str(refusal.value) == f"{argument} = '?': must be {allowed}"


@pytest.mark.parametrize("name", [name for name, defaults in DEFAULTS.items() if defaults])
def test_what_is_left_out_takes_its_default(name: str) -> None:
    function, good = THEORY[name], good_arguments(THEORY[name])
    parameters = inspect.signature(function).parameters.values()
    assert {p.name for p in parameters if p.default is not p.empty} == set(DEFAULTS[name])
    for argument, default in DEFAULTS[name].items():
        if default is not None:
            others = {key: value for key, value in good.items() if key != argument}
            results = [function(**others), function(**others, **{argument: default})]
            np.testing.assert_equal(*(getattr(result, "kwds", result) for result in results))
