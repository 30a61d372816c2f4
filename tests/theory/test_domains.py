"""What each argument of each public function may be, word for word as domains.txt says it beside this file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_fuzz import THEORY, good_arguments


def _table() -> dict[str, dict[str, str]]:
    table: dict[str, dict[str, str]] = {}
    for line in Path(__file__).with_name("domains.txt").read_text().splitlines():
        if not line.startswith(" "):
            name = line
            table[name] = {}
        else:
            argument, _, allowed = line.strip().partition(": ")
            table[name][argument] = allowed
    return table


DOMAINS = _table()


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
