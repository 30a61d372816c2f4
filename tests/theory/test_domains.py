"""Bad arguments of every public function, from the domains that its signature declares."""

from __future__ import annotations

import inspect
import math
from typing import Any

import numpy as np
import pytest

from tests.test_fuzz import THEORY, good_arguments
from theory.domain import Domain, domain_of

BAD: tuple[Any, ...] = (
    None, True, 1j, math.nan, [], [1.0, math.nan], [[1.0], [1.0, 2.0]], ["1.0"], np.zeros((0, 3)), {},
    np.array(["2020"], dtype="datetime64[Y]"),
)  # fmt: skip
ARGUMENTS = [(name, argument) for name, function in THEORY.items() for argument in domain_of(function)]


def _size(name: str, domain: Domain, good: dict[str, Any]) -> int | None:
    """The length that `like` refers to, of the argument as the function sees it."""
    like = domain.interval.like
    if not like:
        return None
    other = domain_of(THEORY[name])[like]
    return other.length(other.convert(like, good[like]))


def _refusal(name: str, argument: str, value: Any) -> str:
    with pytest.raises(ValueError) as refusal:
        THEORY[name](**{**good_arguments(THEORY[name]), argument: value})
    return str(refusal.value)


@pytest.mark.parametrize("name", THEORY)
def test_every_argument_is_declared(name: str) -> None:
    assert list(domain_of(THEORY[name])) == list(inspect.signature(THEORY[name]).parameters)


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS)
def test_the_refusal_says_name_value_and_domain(name: str, argument: str) -> None:
    domain, good = domain_of(THEORY[name])[argument], good_arguments(THEORY[name])
    allowed = domain.allowed(_size(name, domain, good))
    assert _refusal(name, argument, "?") == f"{argument} = '?': must be {allowed}"
    if domain.own is not None:
        return
    for bad in BAD:
        if (bad is None and domain.optional) or (bad is True and domain.kind == "flag"):
            continue
        text = repr(bad)
        text = text if len(text) <= 80 else text[:77] + "..."
        assert _refusal(name, argument, bad) == f"{argument} = {text}: must be {allowed}"


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS)
def test_the_ends_of_the_interval_are_the_declared_ones(name: str, argument: str) -> None:
    domain, good = domain_of(THEORY[name])[argument], good_arguments(THEORY[name])
    if domain.kind in ("word", "flag", "parsed"):
        return
    ends, whole = domain.interval, domain.kind.startswith("integer")
    allowed = domain.allowed(_size(name, domain, good))
    for end, is_open, outward in ((ends.low, ends.open_low, -math.inf), (ends.high, ends.open_high, math.inf)):
        if math.isinf(end):
            if not ends.infinite:
                assert _refusal(name, argument, outward).endswith(f"must be {allowed}")
            continue
        beyond = end + math.copysign(1, outward) if whole else end if is_open else math.nextafter(end, outward)
        assert _refusal(name, argument, _with(good[argument], beyond)).endswith(f"must be {allowed}")


def _complaint(name: str, argument: str, value: Any) -> str:
    """What a function says of a value in its declared domain: something of the others that it does not fit, or ""."""
    try:
        THEORY[name](**{**good_arguments(THEORY[name]), argument: value})
    except ValueError as refusal:
        return str(refusal)
    return ""


def _with(value: Any, entry: float) -> Any:
    """The value with its first number replaced."""
    array = np.asarray(0.0 if value is None else value, dtype=np.float64).copy()
    array.flat[0] = entry
    return array.tolist()


def test_words_are_the_declared_ones() -> None:
    for name, function in THEORY.items():
        for argument, domain in domain_of(function).items():
            for word in domain.words:
                assert "one of" not in _complaint(name, argument, word)
