"""Drawing: one picture is redrawn when it changes, whatever the verdicts are."""

import argparse
import dataclasses

import numpy as np
import pytest

from figures import draw as drawing
from figures import style
from figures.keys import key
from figures.picture import Panel, Picture
from figures.results import along, claim, decoy
from figures.strip import Strip
from lab import verify
from lab.run.sampling import Need, collect
from lab.run.simulation import Simulation

SLUG = "isotropic-min-norm-risk"
DOTS = along(SLUG, 64, "p", np.asarray([10, 20]), n=40, r2=2.0, sigma2=0.5)


def risk(ax, results):
    seen, exact = results.mean(DOTS, "bias"), [1e-9, 1e-9]
    style.theory(ax, [10, 20], exact, 0, "bias")
    style.simulation(ax, [10, 20], *seen, 0)
    style.legend(ax)
    rows = results.rows(SLUG, "variance")
    Strip(ax, results, 0.1).judged(rows, "p").decoy([10, 20], exact, exact)


ONE = Picture("one", "One", (SLUG,), DOTS, (Panel("risk", risk), Panel("again", risk)), height=2.0)
TWO = dataclasses.replace(ONE, name="two", title="Two")


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    shown = [ONE, TWO]
    monkeypatch.setattr(drawing, "pictures", lambda topic: tuple(shown))
    store = tmp_path / "store"

    def call(names=(), wrong=False, **options):
        defaults = {"names": ["double_descent"], "tier": "quick", "seed": 0, "backend": "numpy", "jobs": 1,
                    "store": store, "scheduler": None, "fresh": False, "panel": None, "width": None}  # fmt: skip

        def judge(slugs, fresh):
            chosen = claim(SLUG)
            predict = decoy(SLUG, "n and p exchanged") if wrong else chosen.predict
            return verify([dataclasses.replace(chosen, predict=predict)], jobs=1, store=store, backend="numpy")

        code = drawing.draw(
            argparse.Namespace(**defaults | options), {"double_descent": names}, tmp_path / "out", judge
        )
        lines = capsys.readouterr().out.splitlines()
        return code, [line.split("/")[-1].split(" ")[0] for line in lines if line.startswith("figure")], lines

    call.shown, call.out = shown, tmp_path / "out" / "double_descent"
    return call


def test_only_what_changed_is_drawn_again(run):
    assert run()[:2] == (0, ["one.svg", "two.svg"])
    code, drawn, lines = run()
    assert (code, drawn) == (0, [])
    assert lines[-1].startswith("6 figure files in ")
    assert run(["two"])[1] == []
    (run.out / "two.png").unlink()
    assert run()[1] == ["two.svg"]
    run.shown[0] = dataclasses.replace(ONE, title="One, changed")
    (run.out / ".stamp.json").write_text((run.out / ".stamp.json").read_text().replace('"quick": "', '"quick": "x'))
    assert run()[:2] == (0, ["one.svg"])


def test_the_same_when_some_claim_disagrees(run):
    assert run(wrong=True)[:2] == (1, ["one.svg", "two.svg"])
    assert run(wrong=True)[:2] == (1, [])
    assert run(["one"], wrong=True)[:2] == (1, [])


def test_one_panel_at_column_width_leaves_the_others_alone(run):
    assert run(["one"], panel="b", width="column")[:2] == (0, ["one-b-column.svg"])
    assert not (run.out / "one.svg").exists()
    assert run(panel="c")[:2] == (0, [])


def test_a_picture_that_cannot_be_drawn_is_named(run):
    run.shown[1] = dataclasses.replace(TWO, cells=())
    with pytest.raises(RuntimeError, match=r"picture double_descent/two cannot be drawn: .*not declared"):
        run()


def test_widths():
    figure = ONE.figure(_results(), width="column")
    assert figure.get_size_inches()[0] == style.COLUMN
    with pytest.raises(ValueError, match="panel = 'c': must be one of a, b"):
        ONE.figure(_results(), panel="c")


def test_a_key_depends_on_what_is_shown_and_not_on_its_company():
    options = argparse.Namespace(backend="numpy", seed=0)
    table = _results().table
    own = key("double_descent", ONE, table, options, "")
    assert key("double_descent", ONE, table.assign(**{"cell.other": np.nan, "date": "later"}), options, "") == own
    moved = table.assign(low=table.low + 1e-12)
    for other in (key("double_descent", TWO, table, options, ""), key("double_descent", ONE, moved, options, "")):
        assert other != own


def _results():
    from figures.results import Results

    table = verify([claim(SLUG)], jobs=1, backend="numpy")
    samples = collect(DOTS.needs(), "numpy", jobs=1)
    return Results("one", table, dict(zip(DOTS.names(), samples, strict=True)))


def test_collected_trials_are_the_suites_own_blocks(tmp_path):
    chosen, cell = claim(SLUG), dict(claim(SLUG).grid.quick[0])
    simulation = Simulation(chosen.simulate, cell, "numpy", 3)
    more = simulation.block_trials + 5
    needs = [Need(chosen.simulate, cell, 10), Need(chosen.simulate, cell, more)]
    few, many = collect(needs, "numpy", 3, tmp_path, 1)
    blocks = [simulation.run(block)[0]["bias"] for block in range(2)]
    np.testing.assert_array_equal(many["bias"], np.concatenate(blocks)[:more])
    np.testing.assert_array_equal(few["bias"], blocks[0][:10])
    again = collect(needs[:1], "numpy", 3, tmp_path, 1, again={simulation.key})
    np.testing.assert_array_equal(again[0]["variance"], few["variance"])
