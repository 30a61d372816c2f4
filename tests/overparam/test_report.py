"""The report page, read as HTML: complete in itself, every claim in it, every link inside it resolves."""

import argparse
import base64
import dataclasses
import itertools
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from markupsafe import escape

from claims import Bound, Decoy, Source
from lab import verify
from lab.summary import summarise
from overparam import verdicts
from overparam.report import page as report
from tests.lab import synthetic

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="504pt" height="180pt"><rect width="9" height="9"/></svg>'
FALSE = dataclasses.replace(
    synthetic.MEAN,
    slug="a-false-mean",
    topic="broken_things",
    title="A claim that is <script>false</script>",
    statement=r"$\nonsense{x}$ is not LaTeX & $\mathrm{tr}\,H < n$ is",
    predict=synthetic.predict_mean_wrong,
    decoys=(Decoy("truth", "what is true", predict=synthetic.predict_mean),),
    source=Source("belkin2020two", "Theorem 1", "seen"),
)
LOOSE = dataclasses.replace(
    synthetic.BOUND, slug="a-loose-bound", topic="broken_things", kind=Bound(), predict=synthetic.predict_limit
)
CLAIMS = (*synthetic.ALL, FALSE, LOOSE)
ARGUMENTS = argparse.Namespace(tier="quick", seed=7, backend="numpy")
VOID = {"meta", "input", "img", "br", "wbr", "path", "rect", "circle", "mspace"}


class Page(HTMLParser):
    """All tags with their attributes and the text inside them, in the order of the page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self._open = [], []
        self.feed(text)
        assert not self._open, f"never closed: {self._open}"

    def handle_starttag(self, tag, attrs):
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> says {names}"
        element = {"tag": tag, "text": "", "inside": tuple(i for _, i in self._open), **dict(attrs)}
        self.tags.append(element)
        if tag not in VOID:
            self._open.append((tag, len(self.tags) - 1))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self._open, f"</{tag}> closes nothing"
            assert self._open.pop()[0] == tag

    def handle_data(self, data):
        for _, i in self._open:
            self.tags[i]["text"] += data

    def all(self, tag, within=None, **attributes):
        found = [e for e in self.tags if e["tag"] == tag and all(e.get(k) == v for k, v in attributes.items())]
        return found if within is None else [e for e in found if self.tags.index(within) in e["inside"]]

    def one(self, tag, within=None, **attributes):
        (element,) = self.all(tag, within, **attributes)
        return element


@pytest.fixture(scope="module")
def table():
    return verify(CLAIMS, seed=7, jobs=1)


@pytest.fixture(scope="module")
def figures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("figures")
    (folder / "synthetic").mkdir()
    (folder / "synthetic" / "both.svg").write_text(SVG, encoding="utf-8")
    listed = [
        {"topic": "synthetic", "name": "both", "title": "Both means", "claims": ["a-mean", "a-limit", "not-run"]},
        {"topic": "synthetic", "name": "gone", "title": "Not drawn", "claims": ["a-mean"]},
    ]
    (folder / "synthetic" / "manifest.json").write_text(json.dumps(listed), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def text(table, figures):
    return report.page(CLAIMS, table, figures, ARGUMENTS)


@pytest.fixture(scope="module")
def page(text):
    return Page(text)


def test_asks_nothing_of_a_network(page, text):
    assert not {"script", "link", "iframe", "object", "base"} & {e["tag"] for e in page.tags}
    assert all(e["src"].startswith("data:image/svg+xml;base64,") for e in page.tags if "src" in e)
    assert not re.search(r"url\(|@import", page.one("style")["text"])
    policy = page.one("meta", **{"http-equiv": "Content-Security-Policy"})["content"]
    assert policy.startswith("default-src 'none'")
    outside = {e["href"] for e in page.all("a") if not e["href"].startswith("#")}
    assert outside <= {"https://arxiv.org/abs/1903.07571"}
    assert str(Path.cwd()) not in text


def test_links_resolve_and_ids_are_unique(page):
    ids = [e["id"] for e in page.tags if "id" in e]
    assert len(ids) == len(set(ids))
    assert {e["href"][1:] for e in page.all("a") if e["href"].startswith("#")} <= set(ids)
    assert {claim.slug for claim in CLAIMS} <= set(ids)
    labels = [e["aria-labelledby"] for e in page.tags if "aria-labelledby" in e]
    assert set(labels) <= set(ids)


def test_can_be_heard(page):
    assert page.one("html")["lang"] == "en"
    levels = [int(e["tag"][1]) for e in page.tags if re.fullmatch(r"h[1-6]", e["tag"])]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert all(page.all("caption", t) for t in page.all("table"))
    assert all(e.get("scope") in ("col", "row", "rowgroup") and e["text"].strip() for e in page.all("th"))
    assert all(e["alt"] for e in page.all("img"))
    assert all(e["text"].strip() for e in page.all("label"))


def test_verdict_table_says_what_the_summary_says(page, table):
    verdicts = page.all("table")[0]
    assert verdicts["class"] == "verdicts"
    lines = [e for e in page.all("tr", verdicts) if "data-status" in e]
    for line, s in zip(lines, sorted(summarise(table), key=lambda s: s.topic != "synthetic"), strict=True):
        cells = [e["text"].strip() for e in page.all("td", line)]
        assert page.one("a", line)["href"] == f"#{s.claim}"
        assert s.verdict in cells[0]
        assert cells[3] == f"{s.rejected}/{s.decoys}"
        assert cells[5].replace("\u202f", "") == str(s.trials)
    status = {page.one("a", line)["text"]: line["data-status"] for line in lines}
    assert status["a-mean"] == "agrees"
    assert status["a-false-mean"] == "disagrees decoy-kept"
    assert status["a-loose-bound"] == "agrees loose"
    assert f"{len(CLAIMS) - 1} of {len(CLAIMS)} claims agree" in page.one("p", **{"class": "lead"})["text"]


def test_filters_have_their_rules(page):
    style = page.one("style")["text"]
    topics = page.all("input", name="topic")
    assert len(topics) == 1 + 2
    for radio in [*topics, *page.all("input", name="verdict")]:
        assert ("checked" in radio) == (f"#{radio['id']}:checked)" not in style)
    assert "disabled" in page.one("input", id="v-undecided")
    assert {e["data-topic"] for e in page.all("article")} == {"1", "2"}


def test_each_claim_is_told_in_full(page, table):
    for claim in CLAIMS:
        article = page.one("article", id=claim.slug)
        own = table[(table.claim == claim.slug) & table.decoy.isna()]
        numbers, decoys = page.all("table", article)
        assert len(page.all("tr", numbers)) == 1 + len(own)
        assert [e["text"] for e in page.all("th", decoys, scope="row")] == [d.name for d in claim.decoys]
        command = f"overparam verify {claim.slug} --tier quick --seed 7 --backend numpy"
        assert page.one("pre", article)["text"] == command
        assert claim.simulate.__name__ in article["text"]
        assert len(page.all("math", article)) >= 1
    assert "off by at least" in page.one("article", id="a-mean")["text"]
    assert "✗ not rejected" in page.one("article", id="a-false-mean")["text"]


def test_the_rule_is_printed_as_it_is_applied(text):
    assert all(str(escape(rule)) in text for names in verdicts.RULES for rule in names)


def test_text_is_escaped_and_bad_latex_is_shown(page):
    article = page.one("article", id="a-false-mean")
    assert page.one("h3", article)["text"] == FALSE.title
    assert page.one("code", article, **{"class": "latex"})["text"] == r"\nonsense{x}"
    assert "is not LaTeX & " in article["text"]
    assert "Mikhail Belkin, Daniel Hsu and Ji Xu, Two models of double descent" in article["text"]
    assert "wording seen at the source" in article["text"]


def test_figure_stands_once_and_is_linked(page):
    image = page.one("img")
    assert base64.b64decode(image["src"].split(",")[1]).decode() == SVG
    assert "Both means" in image["alt"]
    assert "Title of a-limit" in image["alt"]
    assert page.all("img", page.one("article", id="a-mean")) == [image]
    assert page.all("a", page.one("article", id="a-limit"), href="#a-mean")


def test_power_and_provenance(page):
    power = next(t for t in page.all("table") if "Smallest wrong constant" in t["text"])
    assert {e["href"] for e in page.all("a", power)} == {f"#{claim.slug}" for claim in CLAIMS}
    facts = dict(zip(*([e["text"] for e in page.all(tag)] for tag in ("dt", "dd")), strict=True))
    assert facts["seed"] == "7"
    assert facts["backend"] == "numpy"
    assert "numpy " in facts["versions"]


def test_long_tables_are_folded(figures):
    long = synthetic.claim(
        "a-long-identity", synthetic.IDENTITY.kind, synthetic.predict_one, synthetic.simulate_identity,
        synthetic.predict_off, sizes=range(2, 22),
    )  # fmt: skip
    page = Page(report.page([long], verify([long], jobs=1), figures, ARGUMENTS))
    folded = page.one("details", page.one("article", id="a-long-identity"))
    assert page.one("summary", folded)["text"] == "All 20 rows"
    assert len(page.all("tr", folded)) == 21


def test_calibration_is_optional(page, table, figures):
    assert "part-calibration" not in {e.get("id") for e in page.tags}
    rows = [
        {"kind": "Mean", "tail": "normal", "claims": 1000, "nominal": 0.01, "false alarms": 9, "band": 20, "missed": 2},
        {"kind": "Law", "tail": "t < 0", "claims": 1000, "level": 0.01, "false_alarms": 8, "false_alarm_band": 20},
    ]
    shown = Page(report.page(CLAIMS, table, figures, ARGUMENTS, rows))
    lines = shown.all("tr", next(t for t in shown.all("table") if "Errors of the judge" in t["text"]))
    assert [e["text"] for e in shown.all("td", lines[1])] == ["normal", "1\u202f000", "0.01", "9", "20", "2"]
    assert [e["text"] for e in shown.all("td", lines[2])] == ["t < 0", "1\u202f000", "0.01", "8", "20", "–"]


def test_written_whole_and_the_same_each_time(tmp_path, table, figures, text):
    path = tmp_path / "new" / "report.html"
    report.write_report(path, CLAIMS, table, figures, ARGUMENTS)
    assert path.read_text(encoding="utf-8") == text
    assert [p.name for p in path.parent.iterdir()] == ["report.html"]


@pytest.mark.parametrize("manifest", [None, "{not json", '[{"name": "x"}]', "[3]", "7"])
def test_without_figures(tmp_path, table, manifest):
    if manifest is not None:
        (tmp_path / "synthetic").mkdir()
        (tmp_path / "synthetic" / "manifest.json").write_text(manifest, encoding="utf-8")
    page = Page(report.page(CLAIMS, table, tmp_path, ARGUMENTS))
    assert page.all("img") == []


def test_without_claims(tmp_path):
    page = Page(report.page([], pd.DataFrame([]), tmp_path, ARGUMENTS))
    assert "0 of 0 claims" in page.one("p", **{"class": "lead"})["text"]
