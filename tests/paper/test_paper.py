"""The paper's laws: no hand-typed decimal, every citation and reference resolves, only packages that are installed."""

import math
import re
from pathlib import Path

import pytest

from claims import load_claims, topics
from figures import stamps
from figures.draw import pictures
from lab import verify
from lab.summary import summarise
from paper import build
from tests.lab import synthetic

ROOT = Path(__file__).parents[2]
SOURCES = [ROOT / "paper" / "paper.tex", *sorted((ROOT / "paper" / "sections").glob("*.tex"))]
SLUGS = {claim.slug for claim in load_claims()}
BIBLIOGRAPHY = build.bibliography(ROOT / "paper" / "references.bib.d")
KEYS = set(re.findall(r"@\w+\{([^,\s]+)\s*,", BIBLIOGRAPHY))
PACKAGES = {
    "amsmath", "amssymb", "amsthm", "mathtools", "bm", "array", "booktabs", "graphicx", "xcolor", "caption",
    "longtable", "natbib", "hyperref", "microtype", "geometry", "fontenc", "lmodern",
}  # fmt: skip


def text(path):
    return re.sub(r"(?<!\\)%.*", "", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_decimal_is_typed_by_hand(path):
    body = text(path).split(r"\begin{document}")[-1]
    assert not re.findall(r"(?<![\w.:])\d*\.\d+(?!\w*cm|\\linewidth|\\textwidth)", body)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_every_citation_reference_and_number_resolves(path):
    body = text(path)
    cited = {
        key.strip() for keys in re.findall(r"\\cite[tp]?\*?(?:\[[^]]*\])*\{([^}]*)\}", body) for key in keys.split(",")
    }
    assert cited <= KEYS
    assert set(re.findall(r"\\ref\{claim:([^}#]*)\}", body)) <= SLUGS
    named = re.findall(r"\\(?:seen|tightness|simulated|predicted|tightrow|fittedorder)\{([^}#]*)\}", body)
    assert set(named) <= SLUGS


def test_only_packages_of_the_documented_set_are_used():
    used = re.findall(r"\\usepackage(?:\[[^]]*\])?\{([^}]*)\}", text(SOURCES[0]))
    assert {name for names in used for name in names.split(",")} <= PACKAGES


@pytest.mark.parametrize("topic", topics())
def test_every_section_has_its_main_claims_and_all_its_figures_and_cites_each(topic):
    body = text(ROOT / "paper" / "sections" / f"{topic}.tex")
    own = {claim.slug for claim in load_claims(topic)}
    main = build.main_slugs(body)
    assert 3 <= len(main) <= 10
    assert set(main) <= own
    names = {picture.name for picture in pictures(topic)} if topic in stamps.topics() else set()
    assert re.findall(r"\\figureof\{(\w+)\}", body) == [topic] * len(names)
    assert set(re.findall(r"\\figureof\{\w+\}\{(\w+)\}", body)) == names
    assert set(re.findall(rf"\\ref\{{fig:{topic}:(\w+)\}}", body)) == names


def test_a_figure_has_its_label_and_its_claims():
    entry = {"topic": "t", "name": "n", "title": "50 % of it", "claims": ["a-claim"]}
    shown = build.picture(entry, Path("figures"))
    assert r"\label{fig:t:n}" in shown
    assert r"\ref{claim:a-claim}" in shown
    assert r"50 \%" in shown


def test_the_appendix_holds_all_topics():
    assert build.appendix(["double_descent"]).split("\n")[:3] == [
        r"\subsection{Double descent}", r"\claims{double_descent}", r"\verdicts{double_descent}",
    ]  # fmt: skip


def test_every_reference_is_complete():
    for entry in re.split(r"\n(?=@)", BIBLIOGRAPHY):
        for name in ("author", "title", "year"):
            assert re.search(rf"^\s*{name}\s*=", entry, flags=re.MULTILINE), entry
        assert len(KEYS) == len(re.findall(r"^@", BIBLIOGRAPHY, flags=re.MULTILINE))


def test_the_arxiv_id_is_printed():
    assert "note = {arXiv:1903.07571}" in BIBLIOGRAPHY


def test_generated_parts_are_balanced_and_hold_every_claim():
    table = verify(synthetic.ALL, jobs=1)
    claims, verdicts, numbers = (
        build.claims(list(synthetic.ALL)),
        build.verdicts(summarise(table)),
        build.numbers(table),
    )
    for part in (claims, verdicts, numbers):
        assert part.replace(r"\{", "").count("{") == part.replace(r"\}", "").count("}")
    for claim in synthetic.ALL:
        assert claim.slug in claims
        assert claim.slug in verdicts.replace(r"\allowbreak{}", "")
        assert f"seen:{claim.slug}" in numbers


@pytest.mark.parametrize(
    ("x", "expected"),
    [(0.0, "0"), (0.01234, "0.0123"), (1234.5, "1234"), (2e-12, r"$2\times 10^{-12}$"), (math.inf, r"$\infty$")],
)
def test_numbers_in_text(x, expected):
    assert build.number(x) == expected


def test_no_reference_stands_twice():
    files = sorted((ROOT / "paper" / "references.bib.d").glob("*.bib"))
    keys = [key for path in files for key in re.findall(r"^@\w+\{([^,]+),", path.read_text(), re.MULTILINE)]
    assert len(keys) > 100
    assert sorted({key for key in keys if keys.count(key) > 1}) == []
