"""Statements for the report: prose with LaTeX between dollar signs becomes HTML with MathML."""

from __future__ import annotations

import re
import unicodedata
from xml.etree import ElementTree

from markupsafe import Markup, escape

RELATIONS = set("=<>≤≥≈≃∼∝→≡≠∈≍≲≳↦≪≫⟶")
LONG = 24
"""Formulas of more characters of LaTeX may be broken over lines."""

_PROSE = (("---", "—"), ("--", "–"), ("``", "“"), ("''", "”"), ("~", "\u00a0"), (r"\%", "%"), (r"\&", "&"))
_OPENING, _CLOSING, _BARS = set("([{⟨⌊⌈"), set(")]}⟩⌋⌉"), set("|‖∣∥")
# Spellings that the converter gets wrong, as ones that it gets right.
_SPELLED = (
    (r"\\operatorname\*", r"\\operatorname"),
    (r"\\mathsf\b", r"\\mathrm"),
    (r"\\arg\b", r"\\operatorname{arg}"),
    (r"\\(?:[bB]igg?[lr]?)\s*(\\[{}])", r"\1"),
    (r"\\mathrm\s*\{\s*(\w)\s*\}", r"\\text{\1}"),
)
_SUMS = set("+−±")


def typeset(text: str) -> Markup:
    """Return HTML: mathematics between dollar signs as MathML, or as its source where it cannot be converted."""
    parts = re.split(r"(?<!\\)\${1,2}", text)
    if len(parts) % 2 == 0:  # a dollar sign without its partner: nothing is known to be mathematics
        return _prose(text)
    return Markup("").join(_math(part) if i % 2 else _prose(part) for i, part in enumerate(parts))


def plain(text: str) -> str:
    """Return a title as text for attributes, where no markup can stand.

    >>> plain(r"Risk at $p = n$")
    'Risk at p = n'
    """
    return text.replace("$", "").replace("\\", "")


def _prose(text: str) -> Markup:
    for tex, character in _PROSE:
        text = text.replace(tex, character)
    return Markup(re.sub(r"\\(?:emph|textit)\{([^{}]*)\}", r"<em>\1</em>", str(escape(text)).replace(r"\$", "$")))


def _math(latex: str) -> Markup:
    try:
        pieces = _pieces(_tree(latex), breakable=len(latex) > LONG)
    except Exception:  # whatever a converter makes of strange input, the reader still gets the formula
        return Markup('<code class="latex">{}</code>').format(latex.strip())
    if len(pieces) == 1:
        pieces[0].set("alttext", latex.strip())
    # Inline mathematics is one unbreakable box: long formulas are several, with places to break between.
    return Markup("<wbr>".join(ElementTree.tostring(piece, encoding="unicode") for piece in pieces))


def _tree(latex: str) -> ElementTree.Element:
    from latex2mathml.converter import convert

    if not latex.strip():
        raise ValueError("empty formula")
    for pattern, replacement in _SPELLED:
        latex = re.sub(pattern, replacement, latex)
    root = ElementTree.fromstring(convert(latex, xmlns=""))
    _mend(root)
    unknown = [element.text for element in root.iter() if "\\" in (element.text or "")]
    if unknown:
        raise ValueError(f"unknown commands {unknown}")
    return root


def _mend(element: ElementTree.Element) -> None:
    """Make MathML Core show what TeX would: words in one piece, alphabets as characters, bars without space."""
    variant = element.get("mathvariant", "normal")
    if variant != "normal":
        del element.attrib["mathvariant"]
        element.text = "".join(_letter(c, variant) for c in element.text or "")
    elif element.text == "~":
        element.tag, element.text = "mo", "∼"
    elif element.tag == "mo" and _name(element):
        element.tag = "mi"  # log, max: as an operator it would have space on both sides
    elif element.tag == "mo" and element.text in {*_BARS, "/"}:
        element.attrib.update(lspace="0", rspace="0")
    children = list(element)
    if element.tag == "mrow" and len(children) > 1 and all(c.get("mathvariant") == "normal" for c in children):
        element[:] = [ElementTree.Element("mi")]
        element[0].text = "".join(c.text or "" for c in children)
    for child in element:
        _mend(child)
    if element.tag in ("mrow", "math"):
        _space(element)


def _space(row: ElementTree.Element) -> None:
    """Put a thin space between an operator's name and what stands beside it."""
    children = list(row)
    for i in range(len(children) - 2, -1, -1):
        named = [_name(_base(child)) for child in children[i : i + 2]]
        if any(named) and not any(_base(child).tag in ("mo", "mspace", "mtext") for child in children[i : i + 2]):
            row.insert(i + 1, ElementTree.Element("mspace", width="0.167em"))


def _base(element: ElementTree.Element) -> ElementTree.Element:
    while element.tag in ("mrow", "msub", "msup", "msubsup", "munder") and len(element):
        if element.tag == "mrow" and len(element) > 1:
            return element
        element = element[0]
    return element


def _name(element: ElementTree.Element) -> bool:
    text = (element.text or "").replace("\u2009", "")
    return element.tag in ("mi", "mo") and len(text) > 1 and text.isascii() and text.isalpha()


def _pieces(root: ElementTree.Element, breakable: bool) -> list[ElementTree.Element]:
    """Split a formula after its relations and sums, outside all brackets, as TeX would break it."""
    row = root[0] if len(root) == 1 and root[0].tag == "mrow" else root
    pieces, current, depth, bars = [], [], 0, False
    for child in row:
        current.append(child)
        text = _base(child).text or "" if _base(child).tag == "mo" else ""
        if breakable and depth == 0 and text in _OPENING and len(current) > 10:  # between two factors
            pieces.append(current[:-1])
            current = [child]
        depth += (text in _OPENING) - (text in _CLOSING)
        bars ^= text in _BARS
        free = breakable and child.tag == "mo" and depth == 0 and not bars
        if free and (text in RELATIONS or (text in _SUMS and len(current) > 4)):
            child.set("form", "infix")
            pieces.append(current)
            current = []
    pieces += [current] if current else []
    return [_wrapped(piece) for piece in pieces]


def _wrapped(children: list[ElementTree.Element]) -> ElementTree.Element:
    math = ElementTree.Element("math")
    ElementTree.SubElement(math, "mrow").extend(children)
    return math


def _letter(character: str, variant: str) -> str:
    """The character of a mathematical alphabet, by its Unicode name; itself where there is none.

    >>> _letter("N", "script"), _letter("B", "script"), _letter("1", "bold")
    ('𝒩', 'ℬ', '𝟏')
    """
    name = unicodedata.name(character, "").replace("LATIN ", "").replace("GREEK ", "").replace("LETTER ", "")
    for full in (f"MATHEMATICAL {variant.replace('-', ' ').upper()} {name}", f"{variant.upper()} {name}"):
        try:
            return unicodedata.lookup(full)
        except KeyError:
            continue
    return character
