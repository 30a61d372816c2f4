"""Every array function that the simulations call exists, with its keywords, in the standard and in CuPy.

Needs no GPU: importing CuPy is enough to know its names.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import pytest

SIMS = Path(__file__).parents[2] / "sims"
# Data types and constants are no functions; `arrays` itself speaks to NumPy, SciPy and CuPy and says where.
FILES = sorted(path for path in SIMS.rglob("*.py") if path.parent != SIMS / "arrays")


class Use(NamedTuple):
    """A name of a namespace, such as "linalg.svd", with the keywords of the call and where it stands."""

    name: str
    keywords: tuple[str, ...]
    where: str


def _is_namespace(node: ast.expr) -> bool:
    """`xp`, or a call of `namespace` or `arrays.namespace`."""
    if isinstance(node, ast.Name):
        return node.id == "xp"
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    return (isinstance(function, ast.Name) and function.id == "namespace") or (
        isinstance(function, ast.Attribute) and function.attr == "namespace"
    )


def _dotted(node: ast.expr) -> str | None:
    """The name below a namespace: "sum" for xp.sum, "linalg.svd" for namespace(x).linalg.svd; else None."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    return ".".join(parts) if parts and _is_namespace(node) else None


def uses(tree: ast.AST, where: str) -> Iterator[Use]:
    """All names of a namespace that a module uses; called ones with their keywords."""
    called = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and id(node) not in inner and (name := _dotted(node)):
            call = called.get(id(node))
            keywords = tuple(k.arg for k in call.keywords if k.arg) if call else ()
            yield Use(name, keywords, f"{where}:{node.lineno}")


USES = [use for path in FILES for use in uses(ast.parse(path.read_text()), str(path.relative_to(SIMS.parent)))]


def missing(use: Use, xp: ModuleType) -> str:
    """Why a namespace cannot serve a use; "" if it can."""
    found: object = xp
    for part in use.name.split("."):
        if not hasattr(found, part):
            return f"{use.where}: {xp.__name__} has no {use.name}"
        found = getattr(found, part)
    if not use.keywords:
        return ""
    try:
        known = inspect.signature(found).parameters  # type: ignore[arg-type]
    except (TypeError, ValueError):  # a ufunc: its keywords are not told
        return ""
    if any(p.kind is p.VAR_KEYWORD for p in known.values()):
        return ""
    bad = [k for k in use.keywords if k not in known]
    return f"{use.where}: {xp.__name__}.{use.name} has no keyword {', '.join(bad)}" if bad else ""


@pytest.mark.parametrize("module", ["array_api_strict", "array_api_compat.numpy", "array_api_compat.cupy"])
def test_every_name_and_keyword_exists(module: str) -> None:
    if module.endswith("cupy"):
        pytest.importorskip("cupy", exc_type=ImportError)
    xp = importlib.import_module(module)
    assert not [why for use in USES if (why := missing(use, xp))]


def test_the_walk_sees_names_keywords_and_what_is_missing() -> None:
    import array_api_strict

    source = "y = xp.sum(x, axis=0) + arrays.namespace(x).linalg.svd(x, hermitian=True)\nz = xp.einsum, xp.float64\n"
    found = list(uses(ast.parse(source), "a"))
    assert {(use.name, use.keywords) for use in found} == {
        ("sum", ("axis",)), ("linalg.svd", ("hermitian",)), ("einsum", ()), ("float64", ()),
    }  # fmt: skip
    assert sorted(why for use in found if (why := missing(use, array_api_strict))) == [
        "a:1: array_api_strict.linalg.svd has no keyword hermitian", "a:2: array_api_strict has no einsum",
    ]  # fmt: skip


def test_the_simulations_are_seen() -> None:
    assert len(USES) > 200
    assert {"sum", "where", "linalg.svdvals"} <= {use.name for use in USES}
