"""A kernel's declaration: its costs and its stream, and one refusal for every wrong argument."""

from __future__ import annotations

import functools
import importlib
import inspect
import pickle
import pkgutil
import timeit
from types import FunctionType
from typing import Literal

import numpy as np
import pytest

import claims
import sims
from sims.arrays import Array, Extended, Generator, NonNegative, Share, Whole, kernel, strict_rng
from sims.double_descent import min_norm_risk


@kernel(floats=lambda n, **_: n, seconds=0.25, block=lambda n, **_: 4 * n)
def example(
    n: int,
    p: float,
    sizes: object = (1, 2),
    rounds: int = 0,
    extra: Whole = 3,
    tau: Extended = 1.0,
    d: int | None = None,
    sigma2: NonNegative = 1.0,
    share: Share = 0.5,
    word: Literal["a", "b"] = "a",
    flag: bool = True,
    *,
    trials: int,
    rng: Generator,
) -> Array:
    """The arguments, as they came."""
    return n, p, sizes, rounds, extra, tau, d, trials


RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n": 0}, "n = 0: must be an integer >= 1"),
        ({"n": 2.0}, "n = 2.0: must be an integer >= 1"),
        ({"n": True}, "n = True: must be an integer >= 1"),
        ({"n": "3"}, "n = '3': must be an integer >= 1"),
        ({"trials": 0}, "trials = 0: must be an integer >= 1"),
        ({"trials": None}, "trials = None: must be an integer >= 1"),
        ({"rng": 0}, "rng = 0: must be a random generator"),
        ({"rng": np.random}, "must be a random generator"),
        ({"p": float("nan")}, "p = nan: must be a finite number"),
        ({"p": float("inf")}, "p = inf: must be a finite number"),
        ({"p": np.float64("nan")}, r"p = np.float64\(nan\): must be a finite number"),
        ({"p": "x"}, "p = 'x': must be a finite number"),
        ({"p": None}, "p = None: must be a finite number"),
        ({"sizes": [1.0, float("inf")]}, r"sizes = \[1.0, inf\]: must be finite numbers"),
        ({"sizes": [[1.0], [float("nan")]]}, "must be finite numbers"),
        ({"sizes": np.asarray([np.nan])}, "must be finite numbers"),
        ({"rounds": -1}, "rounds = -1: must be an integer >= 0"),
        ({"extra": -1}, "extra = -1: must be an integer >= 0"),
        ({"tau": float("nan")}, r"tau = nan: must be a real number in \(0, inf\]"),
        ({"tau": 0.0}, r"tau = 0.0: must be a real number in \(0, inf\]"),
        ({"sigma2": -1}, r"sigma2 = -1: must be a real number in \[0, inf\)"),
        ({"share": 1.5}, r"share = 1.5: must be a real number in \[0, 1\]"),
        ({"word": "c"}, "word = 'c': must be one of 'a', 'b'"),
        ({"flag": 1}, "flag = 1: must be True or False"),
        ({"d": 0}, "d = 0: must be an integer >= 1, or None"),
    ],
)
def test_a_wrong_argument_is_named_with_its_value_and_what_is_allowed(arguments, message):
    with pytest.raises(ValueError, match=message):
        example(**{"n": 3, "p": 0.5, "trials": 2, "rng": RNG} | arguments)


def test_the_position_of_an_argument_does_not_matter():
    with pytest.raises(ValueError, match="n = 0: must be an integer >= 1"):
        example(0, 0.5, trials=2, rng=RNG)
    with pytest.raises(TypeError, match="unknown"):
        example(1, 0.5, unknown=2, trials=2, rng=RNG)


def test_what_is_right_passes_as_it_is():
    right = {"n": np.int64(3), "p": 1, "sizes": [1, 2], "rounds": 0, "extra": 0, "tau": float("inf"), "d": None}
    assert example(**right, trials=2, rng=strict_rng(0)) == (*right.values(), 2)


def test_the_declaration_can_be_read_and_the_function_pickled():
    assert example.floats_per_trial(n=7) == 7
    assert example.seconds_per_trial == 0.25
    assert example.block_trials(n=2) == 8
    assert example.stream == "test_declaration.example"
    assert min_norm_risk.stream == "double_descent.min_norm_risk"
    assert min_norm_risk.seconds_per_trial is min_norm_risk.block_trials is None
    assert pickle.loads(pickle.dumps(min_norm_risk)) is min_norm_risk
    assert list(inspect.signature(min_norm_risk).parameters)[:2] == ["n", "p"]


def kernels():
    for room in (sims, claims):
        for module in pkgutil.walk_packages(room.__path__, room.__name__ + "."):
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, FunctionType) and hasattr(value, "stream") and value.__module__ == module.name:
                    yield f"{module.name}.{name}", value


def test_every_stream_has_one_kernel_and_every_kernel_refuses_no_trials_and_no_generator():
    found = dict(kernels())
    streams = [function.stream for function in found.values()]
    assert len(found) > 100
    assert len(streams) == len(set(streams)), sorted({s for s in streams if streams.count(s) > 1})
    for function in found.values():
        needed = [p.name for p in inspect.signature(function).parameters.values() if p.default is p.empty]
        others = dict.fromkeys(set(needed) - {"trials", "rng"}, 2)
        if "trials" in needed:
            with pytest.raises(ValueError, match="trials = 0: must be an integer >= 1"):
                function(trials=0, rng=RNG, **others)
        with pytest.raises(ValueError, match="rng = 0: must be a random generator"):
            function(rng=0, **({"trials": 1} if "trials" in needed else {}), **others)


def test_the_checks_cost_microseconds():
    call = functools.partial(example, 3, 0.5, trials=2, rng=RNG)
    bare = functools.partial(example.declared, 3, 0.5, trials=2, rng=RNG)
    call(), bare()
    extra = min(timeit.repeat(call, number=2000, repeat=5)) - min(timeit.repeat(bare, number=2000, repeat=5))
    assert extra / 2000 < 50e-6  # some 2 microseconds; a block takes milliseconds
