"""An instance: how a cell becomes the arguments of both witnesses, written once.

    @instance
    def subset(n, p, D, sigma2):
        return {"n": n, "p": p, "D": D, "beta_sq": decaying(D), "sigma2": sigma2}

    Claim(predict=subset.of(theory.subset_risk), simulate=subset.of(sims.subset_risk), ...)

Where the cell is itself the arguments, theory and simulation are named directly and no instance is needed.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from claims.claim import Claim

Arguments = Mapping[str, Any]


class Instance:
    """A recipe from a cell's parameters to the arguments that theory and simulation share."""

    def __init__(self, recipe: Callable[..., Arguments]) -> None:
        functools.update_wrapper(self, recipe)
        self._recipe = recipe

    def __call__(self, **cell: Any) -> Arguments:
        return self._recipe(**cell)

    def of(self, function: Callable[..., Any], *fields: str, **constants: Any) -> Through:
        """The function at this instance's arguments and `constants`; of several results only the `fields` named.

        One field names a bare result. For a decoy: `subset.of(theory.subset_risk, sigma2=0.0)` is the right formula at
        a wrong argument.
        """
        return Through(self, function, fields, constants)

    @property
    def made_of(self) -> tuple[Any, ...]:
        """What decides the result: for the fingerprint of a simulation."""
        return (self._recipe,)

    def __reduce__(self) -> Any:
        # The module's name stands for the instance, not for the bare recipe: by name, where it can be found again.
        module, name = self._recipe.__module__, self._recipe.__qualname__
        if module.partition(".")[0] == "claims":
            return _found, (module, name)
        return Instance, (self._recipe,)


def _found(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


def instance(recipe: Callable[..., Arguments]) -> Instance:
    """Declare a recipe as an instance."""
    return Instance(recipe)


class Through:
    """A theory function or a simulation, called with a cell of an instance."""

    def __init__(
        self, at: Instance, function: Callable[..., Any], fields: tuple[str, ...], constants: dict[str, Any]
    ) -> None:
        self.at, self.func, self.fields, self.constants = at, function, fields, constants
        simulates = "rng" in inspect.signature(function).parameters
        own = inspect.signature(at._recipe).parameters.values()
        drawn = [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in ("trials", "rng")] * simulates
        self.__signature__ = inspect.Signature([*own, *drawn])
        self.__module__ = at._recipe.__module__
        self.__qualname__ = f"{at._recipe.__qualname__}.of({getattr(function, '__qualname__', function)})"
        if simulates:
            self._declare()

    @property
    def made_of(self) -> tuple[Any, ...]:
        """What decides the result: for the fingerprint of a simulation."""
        return (self.at, self.func, self.fields, sorted(self.constants.items()))

    def _declare(self) -> None:
        """What the kernel declares of itself, at this instance's arguments; its stream is the kernel's, by recipe."""
        for name in ("floats_per_trial", "seconds_per_trial", "block_trials"):
            if (declared := getattr(self.func, name, None)) is not None:
                setattr(self, name, functools.partial(self._declared, declared) if callable(declared) else declared)
        chosen = f"({', '.join(f'{k}={v}' for k, v in sorted(self.constants.items()))})" if self.constants else ""
        kernel = getattr(self.func, "stream", self.func.__qualname__)
        self.stream = f"{kernel}@{self.at._recipe.__qualname__}{chosen}"

    def _declared(self, declared: Callable[..., Any], **cell: Any) -> Any:
        return declared(**{**self.at(**cell), **self.constants})

    def __call__(self, **cell: Any) -> Any:
        drawn = {name: cell.pop(name) for name in ("trials", "rng") if name in cell}
        result = self.func(**{**self.at(**cell), **self.constants}, **drawn)
        if not self.fields:
            return result
        if not hasattr(result, "_fields"):
            (name,) = self.fields
            return {name: result}
        return {name: getattr(result, name) for name in self.fields}


def cells(**axes: Any) -> tuple[dict[str, Any], ...]:
    """The product of axes: a list is an axis, all else (a tuple too) one value that all cells share.

    >>> cells(n=40, p=[10, 30])
    ({'n': 40, 'p': 10}, {'n': 40, 'p': 30})
    """
    values: list[Iterable[Any]] = [axis if isinstance(axis, list) else [axis] for axis in axes.values()]
    return tuple(dict(zip(axes, chosen, strict=True)) for chosen in itertools.product(*values))


def declared_in(module: str) -> Callable[..., Claim]:
    """`Claim` with the topic of the module that declares: `claim = declared_in(__name__)`.

    >>> declared_in("claims.double_descent.min_norm").keywords
    {'topic': 'double_descent'}
    """
    return functools.partial(Claim, topic=module.split(".")[1])
