"""The suite itself on the device, each in a process of its own: the gpu-marked tests, and the quick tier by topic."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class Tests(NamedTuple):
    """What pytest counted of the gpu-marked tests."""

    tests: int
    failed: int
    skipped: int
    seconds: float
    first: str
    verdict: str


class Quick(NamedTuple):
    """The quick tier of a topic: claims, how many pass (own rows agree, every decoy is rejected), and the time."""

    topic: str
    claims: int
    passed: int
    not_passed: str
    seconds: float
    verdict: str


def _run(command: list[str], timeout: float) -> tuple[int | None, str, float]:
    """Exit code (None: cut off), the end of what was said, and wall-clock seconds."""
    start = time.perf_counter()
    try:
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, timeout=max(1.0, timeout)
        )
    except subprocess.TimeoutExpired:
        return None, "", time.perf_counter() - start
    said = (done.stderr.strip() or done.stdout.strip()).splitlines()
    return done.returncode, said[-1][:160] if said else "", time.perf_counter() - start


def gpu_tests(where: tuple[str, ...] = ("tests",), timeout: float = 240.0) -> Tests | None:
    """Run what is marked gpu; None if it was cut off."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "tests.xml"
        code, said, seconds = _run(["-m", "pytest", "-m", "gpu", f"--junitxml={path}", *where], timeout)
        if code is None:
            return None
        if not path.exists():
            return Tests(0, 0, 0, seconds, said, "did not run")
        cases = list(ElementTree.parse(path).iter("testcase"))
    failed = [c.get("name", "") for c in cases if c.find("failure") is not None or c.find("error") is not None]
    skipped = sum(case.find("skipped") is not None for case in cases)
    verdict = "failed" if failed or code not in (0, 5) else "all skipped" if skipped == len(cases) else "passed"
    return Tests(len(cases), len(failed), skipped, seconds, ", ".join(failed[:3]), verdict)


def quick(names: list[str], topic: str, backend: str, store: Path, timeout: float) -> Quick | None:
    """Verify a topic, or some of its claims; None if it was cut off, its finished blocks kept for the next start."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.json"
        options = ["--backend", backend, "--store", str(store), "--json", str(path)]
        code, said, seconds = _run(["-m", "overparam", "verify", *names, *options], timeout)
        if code is None:
            return None
        if not path.exists():
            return Quick(topic, 0, 0, said, seconds, "did not run")
        rows = json.loads(path.read_text(encoding="utf-8"))
    claims = list(dict.fromkeys(row["claim"] for row in rows))
    bad = {row["claim"] for row in rows if row["decoy"] is None and row["verdict"] != "agrees"}
    decoys = {(row["claim"], row["decoy"]) for row in rows if row["decoy"] is not None}
    rejected = {(row["claim"], row["decoy"]) for row in rows if row["verdict"] == "disagrees"}
    bad |= {claim for claim, _ in decoys - rejected}
    verdict = "passed" if not bad else "not passed"
    return Quick(topic, len(claims), len(claims) - len(bad), ", ".join(sorted(bad)), seconds, verdict)
