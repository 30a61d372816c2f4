"""The API reference: every formula of every docstring becomes MathML, and code stays code."""

import ast
from pathlib import Path

import pytest

from docs.__main__ import ROOMS, Formulas

ROOT = Path(__file__).parents[1]
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
DOCUMENTED = ast.Module | ast.ClassDef | ast.FunctionDef


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_formulas_are_rendered(path):
    formulas = Formulas()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, DOCUMENTED) and (text := ast.get_docstring(node)):
            assert "math::" not in formulas.set_aside(text, "", None)
    for html in formulas.kept.values():
        assert "<math" in html
        assert "latex" not in html, html


def test_a_docstring_keeps_its_prose_and_its_example():
    formulas = Formulas()
    text = "One.\n\n.. math:: a_1 \\le\n    b * c\n\nFor $x_i$, 2 * 3.\n\n>>> 2 * 3\n6"
    prose = formulas.set_aside(text, "", None)
    assert prose.split() == ["One.", "FORMULA0END", "For", "FORMULA1END,", "2", "\\*", "3.", ">>>", "2", "*", "3", "6"]
    assert prose.endswith(">>> 2 * 3\n6")
    assert all("<math" in html for html in formulas.kept.values())
