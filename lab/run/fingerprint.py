"""What code a simulation runs: a digest that changes when the simulation does and not with comments or layout.

A function of sims is identified by its module and all that this imports from sims; any other function (an adapter in
claims, a user's own) by its byte code, its constants and closure, and the functions it names. Theory does not enter
unless the simulation itself calls it.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.util
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from lab.run.own import PRIVATE, travels

ROOMS = ("sims", "theory")


def _digest(*parts: object) -> str:
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()[:16]


def _without_docstrings(tree: ast.AST) -> str:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and body and isinstance(body, list):
            first = body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                body[0] = ast.Pass()
    return ast.dump(tree)


@functools.cache
def _parse(module: str, rooms: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The source digest of a module of ours and the modules of these rooms that it imports."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        return "", ()
    tree = ast.parse(Path(spec.origin).read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            modules = {name for name in inner if name.split(".")[0] in rooms and _exists(name)}
            names |= modules or {node.module}
    ours = tuple(sorted(name for name in names if name.split(".")[0] in rooms))
    return _digest(_without_docstrings(tree)), ours


def _exists(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


@functools.cache
def module_fingerprint(module: str, rooms: tuple[str, ...] = ROOMS) -> str:
    """Digest of a module and of everything it imports from these rooms, directly or not."""
    seen: dict[str, str] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen[name], imports = _parse(name, rooms)
            waiting += imports
    return _digest(*(f"{name}={seen[name]}" for name in sorted(seen)))


def is_importable(function: Any) -> bool:
    """Whether the function can be found again by its module and name."""
    target: Any = sys.modules.get(getattr(function, "__module__", ""), None)
    for part in getattr(function, "__qualname__", "").split("."):
        target = getattr(target, part, None)
    return target is function


def fingerprint(function: Callable[..., Any]) -> str:
    """Digest of the code that a simulation runs."""
    return _fingerprint(function, frozenset())


def _fingerprint(function: Any, above: frozenset[int]) -> str:
    if id(function) in above:
        return "recursion"
    above = above | {id(function)}
    if isinstance(function, functools.partial):
        words = _text(function.args, above), _text(sorted(function.keywords.items()), above)
        return _digest(_fingerprint(function.func, above), *words)
    module = getattr(function, "__module__", "") or ""
    if module.split(".")[0] in ROOMS and is_importable(function):
        return _digest(module_fingerprint(module), function.__qualname__)
    if not isinstance(function, FunctionType):
        return _object(function, above)
    if vars(function).get("declared", 0) is vars(function).get("__wrapped__"):
        return _fingerprint(function.declared, above)  # type: ignore[attr-defined]  # a kernel: its checks draw nothing
    code = function.__code__
    cells = [_value(cell.cell_contents, code, above) for cell in function.__closure__ or ()]
    defaults = _text((function.__defaults__, sorted((function.__kwdefaults__ or {}).items())), above)
    used = [
        f"{name}={_value(function.__globals__[name], code, above)}"
        for name in sorted(_names(code))
        if name in function.__globals__
    ]
    return _digest(_code(code, function.__doc__), cells, defaults, used)


def _object(function: Any, above: frozenset[int]) -> str:
    """A callable that is no plain function: what it is made of, what it wraps (functools.cache), or its attributes and
    its __call__."""
    if (parts := getattr(function, "made_of", None)) is not None:
        return _digest(*(_value(part, None, above) for part in parts))
    if hasattr(function, "__wrapped__"):
        return _fingerprint(function.__wrapped__, above)
    call = vars(type(function)).get("__call__")
    code = call.__code__ if isinstance(call, FunctionType) else None
    attributes = sorted(vars(function).items()) if hasattr(function, "__dict__") else None
    state = repr(function) if attributes is None else [f"{name}={_value(v, code, above)}" for name, v in attributes]
    return _digest(state, _fingerprint(call, above) if code else "")


def _value(value: Any, code: CodeType | None, above: frozenset[int]) -> str:
    """What a name that a function uses stands for."""
    if isinstance(value, ModuleType):
        if travels(value):
            return _own_module(value, code, above)
        if value.__name__.split(".")[0] not in ROOMS:
            return value.__name__
        used = sorted(_names(code)) if code else []
        called = [getattr(value, name) for name in used if callable(getattr(value, name, None))]
        return _digest(*(_fingerprint(f, above) for f in called)) if called else module_fingerprint(value.__name__)
    if isinstance(value, type):
        return _class(value, above)
    if hasattr(value, "tobytes"):
        return _digest(value.dtype, value.shape, value.tobytes().hex())
    return _fingerprint(value, above) if callable(value) else _text(value, above)


def _own_module(module: ModuleType, code: CodeType | None, above: frozenset[int]) -> str:
    """What a function uses of a user's own module."""
    if id(module) in above:
        return "recursion"
    above = above | {id(module)}
    used = [name for name in sorted(_names(code)) if hasattr(module, name)] if code else []
    return _digest(*(f"{name}={_value(getattr(module, name), code, above)}" for name in used))


def _class(value: type, above: frozenset[int]) -> str:
    """A class by its name; a user's own by its methods too."""
    module = sys.modules.get(value.__module__)
    path = value.__module__.split(".")
    name = ".".join([*(path[1:] if path[0].startswith(PRIVATE) else path), value.__qualname__])
    if id(value) in above or not travels(module):
        return name
    methods = [f for _, f in sorted(vars(value).items()) if isinstance(f, FunctionType)]
    return _digest(name, *(_fingerprint(f, above | {id(value)}) for f in methods))


def _text(value: Any, above: frozenset[int] = frozenset()) -> str:
    """repr where it says all; else part by part, as it shortens an array and gives an object by its address.

    The order of a set, which differs from process to process, does not count.
    """
    if _said(value):
        return repr(sorted(map(repr, value))) if isinstance(value, set | frozenset) else repr(value)
    if id(value) in above:
        return "recursion"
    above = above | {id(value)}
    if isinstance(value, Mapping):
        parts = [f"{_value(key, None, above)}={_value(v, None, above)}" for key, v in value.items()]
    elif isinstance(value, tuple | list):
        parts = [_value(part, None, above) for part in value]
    elif isinstance(value, set | frozenset):
        parts = sorted(_value(part, None, above) for part in value)
    elif attributes := getattr(value, "__dict__", None):
        parts = [f"{name}={_value(v, None, above)}" for name, v in sorted(attributes.items())]
    else:
        parts = [repr(value)]
    return _digest(_class(type(value), above), *parts)


def _said(value: Any) -> bool:
    """Whether repr tells the value apart from every other one: numbers, strings, and collections of them."""
    if isinstance(value, Mapping):
        return type(value) is dict and all(_said(key) and _said(v) for key, v in value.items())
    if isinstance(value, tuple | list | set | frozenset):
        return all(map(_said, value))
    return value is None or value is Ellipsis or isinstance(value, bool | int | float | complex | str | bytes | range)


def _names(code: CodeType) -> set[str]:
    inner = [c for c in code.co_consts if isinstance(c, CodeType)]
    return set(code.co_names).union(*map(_names, inner))


def _code(code: CodeType, docstring: str | None = None) -> str:
    constants = [_code(c) if isinstance(c, CodeType) else _text(c) for c in code.co_consts]
    if docstring is not None and code.co_consts and code.co_consts[0] == docstring:
        constants = constants[1:]
    return _digest(code.co_code.hex(), constants, code.co_names, code.co_varnames)
