"""The checks of the domains themselves: what passes and becomes what, what is refused in which words."""

from __future__ import annotations

import inspect
import math
from typing import Annotated, Any, Literal

import numpy as np
import pytest

from theory import domain

INF = math.inf


def refusal(function: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(ValueError) as error:
        function(*args, **kwargs)
    return str(error.value)


@pytest.mark.parametrize("value", [[0.0, 1.0], (0, 1), np.array([0, 1], dtype=np.uint8), np.float32([0, 1])])
def test_real_numbers_become_float64(value: Any) -> None:
    array = domain.reals("t", value, 0.0, 1.0)
    assert array.dtype == np.float64
    assert array.tolist() == [0.0, 1.0]


@pytest.mark.parametrize(
    ("ends", "interval"),
    [
        ({}, "(-inf, inf)"),
        ({"low": 0.5}, "[0.5, inf)"),
        ({"high": 0.5}, "(-inf, 0.5]"),
        ({"low": -1.0, "high": 2.0}, "[-1, 2]"),
        ({"low": -1.0, "high": 2.0, "open_low": True}, "(-1, 2]"),
        ({"low": -1.0, "high": 2.0, "open_high": True}, "[-1, 2)"),
        ({"low": -1.0, "high": 2.0, "open_low": True, "open_high": True}, "(-1, 2)"),
    ],
)
def test_ends_of_an_interval(ends: dict[str, Any], interval: str) -> None:
    low, high = ends.get("low", -1e75), ends.get("high", 1e75)
    for end, is_open in ((low, "open_low" in ends), (high, "open_high" in ends)):
        inward = math.nextafter(end, low + high - end)
        for good in [inward] if is_open else [inward, end]:
            assert domain.reals("t", [good], **ends).tolist() == [good]
            assert domain.real("t", good, **ends) == good
        outward = math.nextafter(end, -INF if end == low else INF)
        for bad in [outward, end] if is_open else [outward] if abs(end) < 1e75 else []:
            assert refusal(domain.reals, "t", bad, **ends) == f"t = {bad!r}: must be real numbers in {interval}"
            assert refusal(domain.real, "t", bad, **ends) == f"t = {bad!r}: must be a real number in {interval}"
    for bad in (math.nan, "x", None, 1j, True, [], [[1.0], [1.0, 2.0]], INF, -INF):
        assert refusal(domain.reals, "t", bad, **ends) == f"t = {bad!r}: must be real numbers in {interval}"
        assert refusal(domain.real, "t", bad, **ends) == f"t = {bad!r}: must be a real number in {interval}"


def test_one_entry_outside_is_enough() -> None:
    for value in ([1.0, -2.0], [1.0, 3.0], [math.nan, 1.0], [1.0, INF]):
        assert refusal(domain.reals, "t", value, -1.0, 2.0) == f"t = {value!r}: must be real numbers in [-1, 2]"


def test_infinite_numbers_pass_where_allowed() -> None:
    assert domain.reals("t", [1.0, INF], 0.0, infinite=True).tolist() == [1.0, INF]
    assert domain.real("t", INF, 0.0, infinite=True) == INF
    assert refusal(domain.real, "t", -INF, 0.0, infinite=True) == "t = -inf: must be a real number in [0, inf)"
    assert refusal(domain.real, "t", math.nan, infinite=True) == "t = nan: must be a real number in (-inf, inf)"


def test_numbers_that_cannot_be_multiplied_are_refused() -> None:
    assert domain.reals("t", [1e75, -1e75]).tolist() == [1e75, -1e75]
    for bad in (1.1e75, -1.1e75, [1.0, 1e300]):
        tail = "real numbers in (-inf, inf), no finite one beyond 1e+75 in size"
        assert refusal(domain.reals, "t", bad) == f"t = {bad!r}: must be {tail}"
    assert refusal(domain.real, "t", 1e76) == f"t = 1e+76: must be {tail}"
    assert "no finite one beyond 1e+75" in refusal(domain.reals, "t", [INF, 1e76], infinite=True)


def test_shapes() -> None:
    assert domain.reals("X", [[1.0, 2.0]], ndim=2, size=2).shape == (1, 2)
    tail = "a 2-dimensional array of real numbers in [0, inf)"
    for bad in ([1.0, 2.0], 1.0, [[[1.0]]]):
        assert refusal(domain.reals, "X", bad, 0.0, ndim=2) == f"X = {bad!r}: must be {tail}"
    bad = [1.0, 2.0, 3.0]
    assert refusal(domain.reals, "w", bad, size=2) == f"w = {bad}: must be real numbers in (-inf, inf), 2 of them"
    message = refusal(domain.reals, "w", bad, ndim=1, size=2, like="X")
    assert message == f"w = {bad}: must be a 1-dimensional array of real numbers in (-inf, inf), 2 of them as in X"
    assert refusal(domain.real, "t", [1.0]) == "t = [1.0]: must be a real number in (-inf, inf)"


def test_long_values_are_cut() -> None:
    assert refusal(domain.real, "t", "x" * 78) == "t = '" + "x" * 78 + "': must be a real number in (-inf, inf)"
    assert refusal(domain.real, "t", "x" * 79) == "t = '" + "x" * 76 + "...: must be a real number in (-inf, inf)"


@pytest.mark.parametrize(
    ("ends", "some", "one"),
    [
        ({}, "integers >= 1", "an integer >= 1"),
        ({"low": -2}, "integers >= -2", "an integer >= -2"),
        ({"low": 0, "high": 7}, "integers from 0 to 7", "an integer from 0 to 7"),
    ],
)
def test_integers(ends: dict[str, int], some: str, one: str) -> None:
    low, high = ends.get("low", 1), ends.get("high", 2**53)
    array = domain.integers("n", [float(low), high], **ends)
    assert array.dtype == np.int64
    assert array.tolist() == [low, high]
    for end in (low, high):
        assert domain.integer("n", float(end), **ends) == end
    assert type(domain.integer("n", np.float64(low), **ends)) is int
    for bad in (low - 1, high + 2, 1.5, math.nan, "2", [], INF):
        assert refusal(domain.integers, "n", bad, **ends) == f"n = {bad!r}: must be {some}"
        assert refusal(domain.integer, "n", bad, **ends) == f"n = {bad!r}: must be {one}"
    assert refusal(domain.integer, "n", [low], **ends) == f"n = [{low}]: must be {one}"
    assert refusal(domain.integers, "n", [low, low + 0.5], **ends) == f"n = [{low}, {low + 0.5}]: must be {some}"


def test_shapes_of_integers() -> None:
    assert domain.integers("n", [[2, 3]], ndim=2, size=2).tolist() == [[2, 3]]
    assert refusal(domain.integers, "n", 2, ndim=1) == "n = 2: must be a 1-dimensional array of integers >= 1"
    message = refusal(domain.integers, "n", [2], 0, 9, ndim=1, size=3)
    assert message == "n = [2]: must be a 1-dimensional array of integers from 0 to 9, 3 of them"


def test_words_and_flags() -> None:
    assert domain.one_of("loss", "a", iter(["a", "b"])) == "a"
    for bad in ("c", 1, None, np.array(["a"])):
        assert refusal(domain.one_of, "loss", bad, iter(["a", "b"])) == f"loss = {bad!r}: must be one of 'a', 'b'"
    assert domain.flag("covered", np.True_) is True
    assert domain.flag("covered", False) is False
    assert refusal(domain.flag, "covered", 1) == "covered = 1: must be True or False"


def test_broadcasting() -> None:
    n, p = domain.broadcast(n=np.array([1.0, 2.0]), p=np.array([[3.0]]))
    assert (n.tolist(), p.tolist()) == ([[1.0, 2.0]], [[3.0, 3.0]])
    message = refusal(domain.broadcast, n=np.ones(2), p=np.ones((1, 3)))
    assert message == "shapes do not broadcast (n: (2,), p: (1, 3)): must be equal or of length one"


# --- the decorator ----------------------------------------------------------------------------------------------------


@domain.checked(broadcast=True)
def example(
    n: domain.Counts,
    X: domain.Matrix,
    w: Annotated[domain.Floats, domain.In(ndim=1, like="X")],
    flow: Literal["a", "b"] = "a",
    *,
    t: domain.Reals = domain.default(0.5),
    sure: bool = False,
    least: domain.Positive | None = None,
) -> dict[str, Any]:
    """What the body sees."""
    return {"n": n, "X": X, "w": w, "flow": flow, "t": t, "sure": sure, "least": least}


def test_the_body_sees_what_the_annotation_says() -> None:
    seen = example([1, 2], [[1, 2]], w=[0, 3], t=[[1], [2]], least=2)
    assert (seen["n"].tolist(), seen["n"].dtype) == ([[1, 2], [1, 2]], np.int64)
    assert (seen["t"].tolist(), seen["t"].dtype) == ([[1.0, 1.0], [2.0, 2.0]], np.float64)
    assert (seen["X"].tolist(), seen["w"].tolist(), seen["flow"], seen["sure"]) == ([[1, 2]], [0, 3], "a", False)
    assert (type(seen["least"]), seen["least"]) == (float, 2.0)
    assert example(1, [[1.0]], [1.0])["least"] is None


def test_the_signature_and_its_errors_are_python_s() -> None:
    assert str(inspect.signature(example)).startswith("(n: 'domain.Counts', X: 'domain.Matrix', w: ")
    assert (example.__doc__, example.__name__) == ("What the body sees.", "example")
    for args, kwargs, words in [
        ((1, [[1.0]]), {}, "missing a required argument: 'w'"),
        ((1, [[1.0]], [1.0]), {"n": 2}, "multiple values for argument 'n'"),
        ((1, [[1.0]], [1.0], "a", 0.5), {}, "too many positional arguments"),
        ((1, [[1.0]], [1.0]), {"other": 2}, "got an unexpected keyword argument 'other'"),
    ]:
        with pytest.raises(TypeError, match=words):
            example(*args, **kwargs)


def test_declared_domains_are_refused_in_the_same_words() -> None:
    good: dict[str, Any] = {"n": 1, "X": [[1.0, 2.0]], "w": [1.0, 2.0]}
    size = "w = [1.0]: must be a 1-dimensional array of real numbers in (-inf, inf), 2 of them as in X"
    assert refusal(example, **{**good, "w": [1.0]}) == size
    assert refusal(example, **good, flow="c") == "flow = 'c': must be one of 'a', 'b'"
    assert refusal(example, **good, sure=1) == "sure = 1: must be True or False"
    assert refusal(example, **good, least=0) == "least = 0: must be a real number in (0, inf)"
    assert "shapes do not broadcast (n: (2,), t: (3,))" in refusal(example, **{**good, "n": [1, 2]}, t=[1, 2, 3])
    declared = domain.domain_of(example)
    assert declared["w"].allowed() == "a 1-dimensional array of real numbers in (-inf, inf), as many as in X"
    assert (declared["least"].optional, declared["n"].is_array, declared["sure"].kind) == (True, True, "flag")


def test_an_argument_without_a_domain_is_an_error_of_the_author() -> None:
    def forgotten(n: domain.Count, x: float) -> float:
        return x

    def backwards(w: Annotated[domain.Floats, domain.In(ndim=1, like="X")], X: domain.Matrix) -> None: ...

    with pytest.raises(TypeError, match="x has no domain in the signature"):
        domain.checked(forgotten)
    with pytest.raises(TypeError, match="w is like X, given later"):
        domain.checked(backwards)


def even(name: str, value: Any) -> int:
    if value % 2:
        raise domain.refusal(name, value, "even")
    return int(value)


@domain.checked
def half(k: Annotated[int, domain.Parsed(even, "even")]) -> float:
    return k / 2


def test_a_domain_of_its_own() -> None:
    assert half(4) == 2
    assert refusal(half, np.array(3)) == "k = 3: must be even"
    assert domain.domain_of(half)["k"].allowed() == "even"
