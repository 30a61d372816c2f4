"""The report on planted bugs: how the score is counted, and that every reason is one."""

import csv

from benchmarks.mutants import HERE, Mutant, _change, report


def test_the_score_leaves_equivalent_mutants_out():
    mutants = [
        Mutant("a", "f", "killed", "", ""),
        Mutant("a", "f", "timeout", "", ""),
        Mutant("a", "f", "survived", "x < 1", "x <= 1"),
        Mutant("b", "g", "survived", "y = 1", "y = 2"),
        Mutant("b", "g", "no tests", "y = 1", ""),
    ]
    text = report(mutants, {("a.f", "x <= 1"): ("equivalent", "a tie")}, "0")
    assert "| a | 3 | 2 | 0 | 1 | 100.0 |" in text
    assert "| b | 2 | 0 | 2 | 0 | 0.0 |" in text
    assert "| all of theory | 5 | 2 | 2 | 1 | 50.0 |" in text
    assert "- a.f, equivalent: a tie\n  - `x < 1` -> `x <= 1`" in text
    assert "- b.g, unexplained: survived\n  - `y = 1` -> `y = 2`" in text


def test_the_change_is_what_the_diff_takes_out_and_puts_in():
    assert _change("--- a\n+++ a\n@@ -1 +1 @@\n def f():\n-    x\n+    y\n") == ("x", "y")


def test_every_reason_has_a_verdict():
    with (HERE / "mutants.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({(row["function"], row["change"]) for row in rows}) == len(rows)
    assert {row["verdict"] for row in rows} <= {"equivalent", "accepted", "open"}
    assert all(row["reason"] for row in rows)
