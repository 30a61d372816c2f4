"""Claims of a file of one's own: judged like ours, in this process, in workers, on a cluster, beside any file."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from overparam.__main__ import main
from tests.lab.cluster import ROOT, Cluster

MINE = """
from dataclasses import dataclass, replace

import numpy as np

import helper
from claims import Claim, Decoy, Grid, Mean, Source, cells, instance
from theory import double_descent as theory


@dataclass
class Sizes:
    n: int
    p: int


@instance
def tall(n, p):
    return {"n": n, "p": p, "sigma2": 2.0}


def variance(n, p, sigma2, *, trials, rng):
    x = rng.standard_normal(size=(trials, n, p))
    return {"variance": sigma2 * helper.inverse_trace(x.mT @ x)}


def raising(n, p):
    raise RuntimeError("a predict that raises")


def failing(n, p, *, trials, rng):
    return np.linalg.inv(rng.standard_normal(size=(trials, n, p)))


def lemma(slug, predict, simulate=tall.of(variance)):
    return Claim(
        slug=slug, topic="lemmas", title="Trace of an inverse Wishart matrix", statement="$E = p/(n-p-1)$",
        source=Source("mine", "Lemma 1", "derived"), kind=Mean(0.02), predict=predict, simulate=simulate,
        grid=Grid(cells(n=30, p=[5, 8]), ()),
        decoys=(Decoy("swapped", "n for p", lambda n, p: {"variance": 2.0 * n / (n - p - 1)}),),
    )


def true(n, p):
    size = Sizes(n, p)
    return {"variance": theory.min_norm_risk(size.n, size.p, sigma2=2.0).variance}


def wrong(n, p):
    return {"variance": 1.05 * true(n, p)["variance"]}


CLAIMS = (
    lemma("true-lemma", true), lemma("wrong-lemma", wrong), lemma("raising-predict", raising),
    lemma("raising-simulate", true, failing),
)
"""
HELPER = """
import numpy as np

def inverse_trace(gram):
    return np.linalg.trace(np.linalg.inv(gram))
"""
ROOMS = ("theory", "sims", "lab", "figures", "claims")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with claims, with what they import, and with files that are named like our rooms."""
    (tmp_path / "mine.py").write_text(MINE)
    (tmp_path / "helper.py").write_text(HELPER)
    for room in ROOMS:
        (tmp_path / f"{room}.py").write_text("raise RuntimeError('this is not ours')\n")
    monkeypatch.chdir(tmp_path)
    path, modules = list(sys.path), dict(sys.modules)
    yield tmp_path
    sys.path[:] = path
    for name in set(sys.modules) - set(modules):
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def run(capsys, *arguments):
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def line_of(words):
    """The line of the file that holds these words."""
    return next(number for number, line in enumerate(MINE.splitlines(), 1) if words in line)


def judged(out):
    """The verdict of each claim in the table of verify."""
    return dict(re.findall(r"^([a-z-]+) +(agrees|disagrees|undecided)", out, flags=re.MULTILINE))


EXPECTED = {
    "true-lemma": "agrees",
    "wrong-lemma": "disagrees",
    "raising-predict": "undecided",
    "raising-simulate": "undecided",
}


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_each_claim_of_a_file_is_judged_and_one_that_raises_stops_no_other(capsys, folder, jobs):
    code, out, err = run(capsys, "verify", "mine.py", "--jobs", jobs, "--json", "table.json")
    assert code == 1, err
    assert judged(out) == EXPECTED
    assert re.search(rf"raising-predict undecided: .*a predict that raises \(mine.py, line {line_of('raise ')}\)", out)
    assert re.search(rf"raising-simulate undecided: .*LinAlgError.*\(mine.py, line {line_of('linalg.inv')}\)", out)
    assert re.search(r"wrong-lemma disagrees: variance at .*off by", out)
    rows = json.loads((folder / "table.json").read_text())
    assert {row["topic"] for row in rows} == {"lemmas"}


@pytest.mark.slow
def test_a_cluster_that_knows_neither_the_file_nor_its_helper_gives_the_same_rows(capsys, folder):
    (folder / "dask").mkdir()
    run(capsys, "verify", "mine.py", "--jobs", "1", "--store", "one", "--json", "one.json")
    with Cluster(folder / "dask") as cluster:
        code, out, err = run(
            capsys, "verify", "mine.py", "--scheduler", cluster.address, "--store", "two", "--json", "two.json"
        )
    assert code == 1, err
    assert judged(out) == EXPECTED
    one, two = (
        [{k: v for k, v in row.items() if k != "cpu_seconds"} for row in json.loads((folder / name).read_text())]
        for name in ("one.json", "two.json")
    )
    assert one == two


CONSOLE = "import sys; sys.path.remove(''); from overparam.__main__ import main; sys.exit(main(sys.argv[1:]))"


def command(folder, *words, module=False):
    """Run as a user would, in that folder: the console script, or `python -m`, which puts the folder first."""
    script = ["-m", "overparam"] if module else ["-c", CONSOLE]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, *script, *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=300
    )


def test_in_a_folder_with_files_named_like_our_rooms(folder):
    done = command(folder, "verify", "mine.py::true-lemma", "--jobs", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert judged(done.stdout) == {"true-lemma": "agrees"}


@pytest.mark.parametrize("room", ["theory", "lab"])
def test_a_hidden_room_is_named_and_none_of_its_code_runs(folder, room):
    for other in set(ROOMS) - {room}:
        (folder / f"{other}.py").unlink()
    done = command(folder, "list", module=True)
    assert done.returncode == 2
    assert not done.stdout
    words = f"overparam: {room}.py in {folder} hides overparam's {room}: rename it or run elsewhere\n"
    assert done.stderr == words


def test_the_facade_refuses_a_hidden_room(folder):
    code = "import overparam\ntry:\n    overparam.theory\nexcept ImportError as error:\n    print(error)"
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True)
    assert "theory.py in " in done.stdout
    assert "hides overparam's theory" in done.stdout


def test_the_facade_loads_a_topic_when_it_is_asked_for():
    code = (
        "import overparam\n"
        "print(overparam.theory.double_descent.__name__, overparam.measures.neural_collapse.__name__)\n"
        "try:\n    overparam.sims.doubledescent\nexcept AttributeError as error:\n    print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        "theory.double_descent overparam.measures.neural_collapse", "module 'sims' has no attribute 'doubledescent'",
    ], done.stderr  # fmt: skip


@pytest.mark.parametrize("words", [("list", "mine.py"), ("list", "mine.py", "--grep", "WISHART")])
def test_list_shows_the_claims_of_a_file(capsys, folder, words):
    code, out, _ = run(capsys, *words)
    assert code == 0
    assert all(slug in out for slug in EXPECTED)
    assert run(capsys, "list", "mine.py", "--grep", "absent")[0] == 2


def test_show_gives_a_claim_of_a_file_and_its_last_verdict(capsys, folder):
    code, out, _ = run(capsys, "show", "mine.py::true-lemma")
    assert code == 0
    assert "not run yet" in out
    assert "overparam verify mine.py::true-lemma" in out
    run(capsys, "verify", "mine.py::true-lemma", "--jobs", "1")
    assert "verdict   agrees" in run(capsys, "show", "mine.py::true-lemma")[1]


@pytest.mark.slow
def test_report_shows_the_claims_of_a_file(capsys, folder):
    code, _, err = run(capsys, "report", "mine.py", "--out", "pages", "--jobs", "1")
    assert code == 1, err
    page = (folder / "pages" / "index.html").read_text()
    assert "true-lemma" in page
    assert "overparam verify mine.py::wrong-lemma" in page
    assert page.count("<img ") == 2  # the two that have numbers
    assert {path.name for path in (folder / "results/figures/own").glob("*.svg")} == {"claim-1.svg", "claim-2.svg"}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("x = 1\ny = 1 / 0\n", r"bad.py, line 2: ZeroDivisionError: division by zero"),
        ("def f(:\n", r"bad.py, line 1: SyntaxError: .*"),
        ("import sys\nsys.exit('enough')\n", r"bad.py, line 2: SystemExit: enough"),
        ("import absent_module\n", r"bad.py, line 1: ModuleNotFoundError: .*absent_module.*"),
        ("x = 1\n", r"bad.py defines no CLAIMS: it must end in CLAIMS = \(claim, ...\)"),
        ("CLAIMS = ()\n", r"bad.py: CLAIMS = \(\): must hold at least one claim"),
        ("CLAIMS = (1,)\n", r"bad.py: CLAIMS holds 1: must hold claims only"),
        ("import claims\nCLAIMS = claims.Grid((1,), ())\n", r"bad.py, line 2: ValueError: grid.quick .*"),
    ],
)
def test_what_is_wrong_with_a_file_is_one_line_with_its_place(capsys, folder, source, message):
    (folder / "bad.py").write_text(source)
    code, out, err = run(capsys, "verify", "bad.py")
    assert (code, out) == (2, "")
    assert re.fullmatch(f"overparam: {message}\n", err), err


def test_a_wrong_name_gets_the_nearest(capsys, folder):
    assert "did you mean 'mine.py'" in run(capsys, "verify", "mein.py")[2]
    assert "did you mean 'true-lemma'" in run(capsys, "verify", "mine.py::true-lema")[2]


def test_a_slug_stands_once(capsys, folder):
    (folder / "other.py").write_text(MINE)
    code, _, err = run(capsys, "verify", "mine.py", "other.py")
    assert code == 2
    assert "'true-lemma' of other.py stands in mine.py too" in err
    (folder / "other.py").write_text(MINE.replace("true-lemma", "isotropic-min-norm-risk"))
    code, _, err = run(capsys, "show", "other.py::wrong-lemma")
    assert code == 2
    assert "'isotropic-min-norm-risk' of other.py stands in the suite's double_descent too" in err


def test_an_edit_of_what_a_file_uses_runs_again_and_moving_it_changes_no_number(folder, capsys):
    words = ("mine.py::true-lemma", "--jobs", "1", "--store", "store", "--json", "table.json")

    def numbers(*arguments):
        run(capsys, "verify", *arguments)
        return [(row["mean"], row["verdict"]) for row in json.loads(Path("table.json").read_text())]

    first = numbers(*words)
    (folder / "moved").mkdir()
    (folder / "mine.py").rename(folder / "moved" / "mine.py")
    assert numbers("moved/mine.py::true-lemma", *words[1:]) == first
    (folder / "moved" / "mine.py").rename(folder / "mine.py")
    del sys.modules["helper"]
    (folder / "helper.py").write_text(HELPER.replace("np.linalg.trace(", "1.5 * np.linalg.trace("))
    changed = numbers(*words)
    assert [x for x, _ in changed] == pytest.approx([1.5 * x for x, _ in first], rel=0.02)  # other trials
    assert "disagrees" in {verdict for _, verdict in changed}


def test_the_help_says_that_code_is_executed(capsys):
    for name in ("verify", "list", "show", "report"):
        assert "its code is executed" in " ".join(run(capsys, name, "--help")[1].split())


def test_assert_agrees_in_a_suite_of_ones_own(folder):
    (folder / "test_mine.py").write_text(
        MINE.replace("CLAIMS = (", "FOUND = (")
        + textwrap.dedent("""
        import overparam
        import pytest

        def test_true():
            overparam.assert_agrees(FOUND[0], jobs=2)

        def test_wrong():
            with pytest.raises(AssertionError, match="wrong-lemma disagrees: variance at .*off by") as caught:
                overparam.assert_agrees(FOUND[:2], jobs=1)
            assert "true-lemma" not in str(caught.value)
    """)
    )
    for room in ROOMS:
        (folder / f"{room}.py").unlink()
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--import-mode=importlib", "-p", "no:cacheprovider", "test_mine.py"],
        cwd=folder, env=environment | {"PYTHONPATH": f"{ROOT}{os.pathsep}{folder}"}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
