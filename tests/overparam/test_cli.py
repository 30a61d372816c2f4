"""The command line: exit codes, one-paragraph errors with the nearest name, exports."""

import json
import os
import signal
import subprocess
import sys
import time

import pandas as pd
import pytest

import claims
import overparam
from lab.judge.single import SHOWN_LEVEL
from lab.judge.trials import MOST_ROWS, ROW_LEVEL
from lab.summary import SHARP
from overparam import cli, verdicts
from tests.lab import synthetic
from tests.lab.cluster import ROOT
from tests.lab.test_cluster import blocks


@pytest.fixture(autouse=True)
def registry(monkeypatch, tmp_path):
    """The command line sees the synthetic claims only, and writes into a fresh folder."""
    monkeypatch.setattr(claims, "topics", lambda: ("synthetic",))
    monkeypatch.setattr(claims, "load_claims", lambda topic=None: synthetic.ALL)
    monkeypatch.chdir(tmp_path)


def run(capsys, *arguments):
    code = cli.main(arguments)
    out, err = capsys.readouterr()
    return code, out, err


def test_verify_ends_in_a_table_and_exit_code_zero(capsys):
    code, out, _ = run(capsys, "verify", "--jobs", "1")
    assert code == 0
    assert "7 of 7 claims agree" in out
    assert all(claim.slug in out for claim in synthetic.ALL)
    assert "1/1" in out


def test_verify_takes_topics_and_claims(capsys):
    assert "1 of 1" in run(capsys, "verify", "a-law", "--jobs", "1")[1]
    assert "7 of 7" in run(capsys, "verify", "synthetic", "--jobs", "1")[1]


def test_a_false_claim_gives_exit_code_one(capsys, monkeypatch):
    import dataclasses

    false = dataclasses.replace(synthetic.RATE, predict=synthetic.predict_slope_wrong)
    monkeypatch.setattr(claims, "load_claims", lambda topic=None: (false,))
    code, out, _ = run(capsys, "verify", "--jobs", "1")
    assert code == 1
    assert "disagrees" in out


def test_an_undecided_decoy_gives_exit_code_one(capsys, monkeypatch):
    import dataclasses

    twin = dataclasses.replace(synthetic.RATE.decoys[0], predict=synthetic.predict_slope)
    toothless = dataclasses.replace(synthetic.RATE, decoys=(twin,))
    monkeypatch.setattr(claims, "load_claims", lambda topic=None: (toothless,))
    code, out, _ = run(capsys, "verify", "--jobs", "1")
    assert code == 1
    assert "0/1" in out


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("verfy",), "verify"),
        (("verify", "a-lwa"), "a-law"),
        (("show", "a-men"), "a-mean"),
        (("verify", "--teir", "quick"), "--tier"),
        (("verify", "--tier", "quik"), "quick"),
        (("verify", "--backend", "cuppy"), "cupy"),
        (("verify", "--jobs", "0"), "integer >= 1"),
        (("verify", "--jobs", "two"), "integer >= 1"),
        (("verify", "--seed", "-3"), "--seed"),
        (("verify", "--seed", "1e3"), "integer >= 0"),
        (("report", "synthetik"), "synthetic"),
        (("--verson",), "--version"),
        (("verify", ""), "a-mean"),
    ],
)
def test_mistakes_are_one_paragraph_on_stderr(capsys, arguments, hint):
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert not out
    assert hint in err
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_cupy_without_a_gpu_says_what_to_install(capsys, monkeypatch):
    from lab.run import backends

    monkeypatch.setattr(backends, "probe", lambda: "CuPy is not installed; pip install 'overparam[gpu]'")
    code, _, err = run(capsys, "verify", "--backend", "cupy")
    assert code == 2
    assert "overparam[gpu]" in err


def test_an_unusable_store_and_an_unwritable_file_are_clear(capsys, tmp_path):
    (tmp_path / "file").write_text("")
    code, _, err = run(capsys, "verify", "a-law", "--store", str(tmp_path / "file" / "x"))
    assert (code, "Traceback" in err) == (2, False)
    assert "--store" in err
    assert run(capsys, "verify", "a-law", "--json", str(tmp_path))[0] == 2
    assert run(capsys, "verify", "a-law", "--json", str(tmp_path / "file" / "x.json"))[0] == 2


def test_no_scheduler_at_the_address_is_clear(capsys, monkeypatch):
    distributed = pytest.importorskip("distributed")
    client = distributed.Client
    monkeypatch.setattr(distributed, "Client", lambda address, timeout: client(address, timeout="1s"))
    code, _, err = run(capsys, "verify", "a-mean", "--scheduler", "tcp://127.0.0.1:1")
    assert code == 2
    assert "127.0.0.1:1" in err


def test_interruption_keeps_what_is_finished(capsys, monkeypatch):
    from lab.run import schedule

    def interrupted(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(schedule, "run", interrupted)
    code, _, err = run(capsys, "verify", "a-law")
    assert code == 130
    assert "finished blocks are kept" in err


INTERRUPTED = """
import sys, claims
from tests.lab import synthetic
claims.topics = lambda: ("synthetic",)
claims.load_claims = lambda topic=None: (synthetic.SLOW,)
from overparam import cli
sys.exit(cli.main(sys.argv[1:]))
"""


def test_ctrl_c_in_mid_run_is_one_message_whatever_the_workers_say(tmp_path):
    # Long blocks: on a busy machine a short run would be over before it is seen to have begun.
    environment = os.environ | {"PYTHONPATH": str(ROOT), synthetic.PAUSE: "0.3"}
    command = [sys.executable, "-c", INTERRUPTED, "verify", "--jobs", "2", "--store", "store"]
    process = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        start_new_session=True,
        # A shell starts its background jobs with SIGINT ignored, and children inherit it.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    deadline = time.monotonic() + 60
    while blocks(tmp_path / "store") < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to every process of the run
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert not out
    assert err == "overparam: interrupted; finished blocks are kept, the same command goes on from there\n"


def test_bare_command_and_version(capsys):
    code, out, _ = run(capsys)
    assert code == 0
    assert "verify" in out
    code, out, _ = run(capsys, "--version")
    assert (code, out) == (0, f"overparam {overparam.__version__}\n")


def test_a_cap_on_trials_leaves_undecided_what_needs_more(capsys):
    code, out, _ = run(capsys, "verify", "a-mean", "--jobs", "1", "--max-trials", "300")
    assert code == 1
    assert "more than the 300 allowed" in out


def test_one_rule_in_help_readme_and_report_with_the_numbers_of_the_judge():
    text = " ".join(" ".join(rule) for rule in verdicts.RULES)
    assert f"level {ROW_LEVEL:.1e}".replace("e-07", "e-7") in text
    assert f"{MOST_ROWS:,} such rows" in text
    assert f"{100 * SHARP:.0f} %" in text
    assert f"{100 * (1 - SHOWN_LEVEL):.0f} % interval" in text
    assert verdicts.markdown() in (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(name in verdicts.help_text() for name, _ in verdicts.RULES)


def test_exports_hold_the_whole_table_and_are_equal_for_equal_runs(capsys, tmp_path):
    free = ("seconds", "time", "date", "host", "store", "path", "pid", "jobs", "workers")
    tables = []
    for jobs, store in (("1", "one"), ("2", "two")):
        target = tmp_path / f"{store}.json"
        run(capsys, "verify", "--jobs", jobs, "--store", store, "--json", str(target), "--csv", f"{store}.csv")
        rows = json.loads(target.read_text())
        tables.append([{k: v for k, v in row.items() if not k.endswith(free)} for row in rows])
    assert tables[0] == tables[1]
    assert len(pd.read_csv("one.csv")) == len(tables[0])


def test_list_and_show(capsys):
    code, out, _ = run(capsys, "list")
    assert code == 0
    assert "a-law" in out
    code, out, _ = run(capsys, "show", "a-law")
    assert code == 0
    assert "not run yet" in out
    run(capsys, "verify", "a-law", "--jobs", "1")
    assert "agrees" in run(capsys, "show", "a-law")[1]
