"""The decorator that holds a function to the domains in its signature."""

from __future__ import annotations

import functools
import inspect
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, TypeVar, overload

from theory.domain import checks
from theory.domain.declarations import Domain, parse_annotation

R = TypeVar("R")
Checked = Callable[..., R]
_DOMAINS = "__domains__"


def default(value: Any) -> Any:
    """Return the value: a number or list as the default of an argument that the body sees as an array."""
    return value


def domain_of(function: Callable[..., Any]) -> Mapping[str, Domain]:
    """Return the domain of each argument of a checked function, in the order of its signature.

    >>> from theory.double_descent import min_norm_risk
    >>> {name: domain.allowed() for name, domain in domain_of(min_norm_risk).items()}["r2"]
    'real numbers in [0, inf)'
    """
    domains: Mapping[str, Domain] = getattr(function, _DOMAINS)
    return domains


def _declared(function: Callable[..., Any]) -> dict[str, Domain]:
    hints = typing.get_type_hints(function, include_extras=True)
    domains: dict[str, Domain] = {}
    for name in inspect.signature(function).parameters:
        domain = parse_annotation(hints.get(name))
        if domain is None:
            raise TypeError(f"{function.__qualname__}: {name} has no domain in the signature (see theory.domain)")
        if domain.interval.like not in ("", *domains):
            raise TypeError(f"{function.__qualname__}: {name} is like {domain.interval.like}, given later")
        domains[name] = domain
    return domains


@overload
def checked(function: Callable[..., R]) -> Checked[R]: ...
@overload
def checked(*, broadcast: bool = ...) -> Callable[[Callable[..., R]], Checked[R]]: ...
def checked(function: Any = None, *, broadcast: bool = False) -> Any:
    """Hold a function to its signature: arguments are converted by their annotations, or refused by ValueError.

    `broadcast`: the arrays without a fixed dimension are broadcast against each other as well.

    >>> from theory.domain import NonNegative
    >>> @checked
    ... def root(x: NonNegative) -> float:
    ...     return x**0.5
    >>> root(-1)
    Traceback (most recent call last):
    ValueError: x = -1: must be a real number in [0, inf)
    """
    if function is None:
        return functools.partial(_wrap, broadcast=broadcast)
    return _wrap(function, broadcast=broadcast)


def _wrap(function: Callable[..., R], broadcast: bool) -> Checked[R]:
    domains = _declared(function)
    signature = inspect.signature(function)
    names, places = tuple(domains), {name: i for i, name in enumerate(domains)}
    most = sum(p.kind is p.POSITIONAL_OR_KEYWORD for p in signature.parameters.values())
    defaults = {name: p.default for name, p in signature.parameters.items() if p.default is not p.empty}
    steps = tuple((name, d.convert, d.interval.like) for name, d in domains.items())
    together = tuple(n for n, d in domains.items() if broadcast and d.is_array and d.interval.ndim is None)
    spread = checks.broadcast

    def call(*args, **kwargs):  # type: ignore[no-untyped-def]
        given = {**defaults, **dict(zip(names, args)), **kwargs}  # noqa: B905
        wrong = any(places.get(name, -1) < len(args) for name in kwargs) if args or kwargs else False
        if wrong or len(args) > most or len(given) != len(names):
            signature.bind(*args, **kwargs)  # a TypeError in Python's words
        seen: dict[str, Any] = {}
        for name, convert, like in steps:
            size = domains[like].length(seen[like]) if like else None
            seen[name] = convert(name, given[name], size)
        if together:
            arrays = {name: seen[name] for name in together if seen[name] is not None}
            seen.update(zip(arrays, spread(**arrays)))  # noqa: B905
        return function(**seen)

    # The globals of the function's own module: doctest looks there to see whose function this is.
    bare = types.FunctionType(call.__code__, function.__globals__, closure=call.__closure__)
    wrapper = functools.wraps(function)(bare)
    setattr(wrapper, _DOMAINS, types.MappingProxyType(domains))
    return wrapper
