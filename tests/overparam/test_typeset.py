"""Statements as MathML, bibliography entries as citations: what stands in them, and what happens to strange input."""

import re
from xml.etree import ElementTree

import pytest

from claims import load_claims
from overparam import bibliography
from overparam.report import marks
from overparam.typeset import typeset


def formulas(html):
    return [ElementTree.fromstring(m) for m in re.findall(r"<math.*?</math>", html)]


@pytest.mark.parametrize("claim", load_claims(), ids=lambda claim: claim.slug)
def test_every_statement_can_be_typeset(claim):
    for text in (claim.statement, *(decoy.says for decoy in claim.decoys)):
        html = typeset(text)
        assert "<code" not in html, "a formula that latex2mathml cannot convert"
        assert len(formulas(html)) >= text.count("$") // 2


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"\mathrm{Beta}(1, 2)", "Beta(1,2)"),
        (r"X \sim \mathcal{N}(0, \mathbf{I})", "X∼𝒩(0,𝐈)"),
        (r"\operatorname*{argmin}_x f", "argminxf"),
        (r"\mathsf{E}[X]", "E[X]"),
        (r"\int x\,\mathrm{d}x", "∫xdx"),
        (r"a < b", "a<b"),
    ],
)
def test_formula_holds_its_symbols(latex, text):
    assert "".join("".join(m.itertext()) for m in formulas(typeset(f"${latex}$"))) == text


def test_operator_names_are_words_with_space():
    row = formulas(typeset(r"$a \log n$"))[0][0]
    assert [(e.tag, e.text) for e in row] == [
        ("mi", "a"),
        ("mspace", None),
        ("mi", "log"),
        ("mspace", None),
        ("mi", "n"),
    ]


def test_long_formulas_break_after_relations_outside_brackets_only():
    html = typeset(r"$f(x = y, z = w) = |a = b| + \frac{1}{2}xyzuvw \le g(t)$")
    pieces = ["".join(m.itertext()) for m in formulas(html)]
    assert pieces[0] == "f(x=y,z=w)="
    assert pieces[-1] == "g(t)"
    assert html.count("<wbr>") == len(pieces) - 1


@pytest.mark.parametrize("latex", [r"\frac{1}{", r"\nonsense", "", r"\left( x", "}"])
def test_what_cannot_be_converted_is_shown_as_source(latex):
    html = str(typeset(f"a ${latex}$ b"))
    assert html == f'a <code class="latex">{latex}</code> b' or "$" in html or "<math" in html
    assert "\\" not in re.sub(r"<code.*?</code>|alttext=\"[^\"]*\"", "", html)


def test_prose_is_escaped_and_typographic():
    assert (
        typeset(r"``a'' -- <b> & 5\% of~\emph{it}, for \$5") == "“a” – &lt;b&gt; &amp; 5% of\u00a0<em>it</em>, for $5"
    )
    assert typeset("one $ only") == "one $ only"


def test_bibliography(tmp_path):
    (tmp_path / "references.bib.d").mkdir()
    (tmp_path / "references.bib").write_text("@misc{broken\n@misc{a, title = {One}, author = {Only}}", encoding="utf-8")
    (tmp_path / "references.bib.d" / "t.bib").write_text(
        '% comment\n@article{b,\n  author = {M{\\"u}ller, J. and ' + " and ".join(f"A{i}, B" for i in range(7)) + "},\n"
        '  title = "A {GCV}\n    story",\n journal = {arXiv preprint arXiv:2001.01234}, year = 2020\n}\n',
        encoding="utf-8",
    )
    known = bibliography.read(tmp_path)
    assert set(known) == {"a", "b"}
    assert known["a"].authors == "Only"
    assert known["b"] == bibliography.Reference(
        "b", "J. Müller, B A0, B A1 et al.", "A GCV story", "", "2020", "2001.01234", ""
    )
    assert bibliography.read(tmp_path / "absent") == {}


def test_marks_are_well_formed_at_any_input():
    nan, inf = float("nan"), float("inf")
    for low, high in [(-0.01, 0.02), (5.0, 6.0), (-7.0, -6.0), (-9.0, 9.0), (0.0, 0.0), (nan, 1.0), (-inf, inf)]:
        for side in ("", "upper", "lower"):
            for resolution in (0.0, 0.01):
                svg = str(marks.interval(low, high, 0.0, resolution, "agrees", side))
                assert svg == "" or ElementTree.fromstring(svg).tag == "svg"
                assert "nan" not in svg
    for least, most in [(0.001, 0.1), (1e-15, 1e-10), (0.5, 30.0), (0.0, 1.0), (nan, nan)]:
        svg = str(marks.spread(least, most))
        assert svg == "" or ElementTree.fromstring(svg).tag == "svg"
