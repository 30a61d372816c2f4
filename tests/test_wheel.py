"""The wheel, with its core dependencies and nothing else, in an empty folder: everything that a user starts with."""

import importlib.metadata
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.included import ROOT

pytestmark = pytest.mark.slow
OWN = re.search(r"```python\n(# mine.py\n.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.S)


def core():
    """The distributions that overparam needs, and those that they need."""
    found, waiting = {}, ["overparam"]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = importlib.metadata.distribution(name)
            needed = [Requirement(text) for text in found[name].requires or ()]
            waiting += [r.name for r in needed if r.marker is None or r.marker.evaluate({"extra": ""})]
    del found["overparam"]
    return found.values()


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A function that runs a command of the installed wheel in an empty folder."""
    base = tmp_path_factory.mktemp("wheel")
    site, packages, empty = base / "site", base / "packages", base / "empty"
    for folder in (site, packages, empty):
        folder.mkdir()
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(base), str(ROOT)], check=True)
    (wheel,) = base.glob("overparam-*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(site), str(wheel)], check=True)
    for distribution in core():
        for top in {file.parts[0] for file in distribution.files or () if file.parts[0] != ".."}:
            if not (packages / top).exists() and not top.endswith(".pth"):
                (packages / top).symlink_to(distribution.locate_file(top))
    # The interpreter below the virtual environment sees these two folders only: no extra, and no clone.
    environment = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONHOME")}
    environment |= {"PYTHONPATH": os.pathsep.join(map(str, (site, packages))), "HOME": str(base)}
    python = str(Path(getattr(sys, "_base_executable", sys.executable)).resolve())
    start = "import sys; sys.path.remove(''); from overparam.__main__ import main; sys.exit(main(sys.argv[1:]))"

    def run(*words, code=start):
        return subprocess.run(
            [python, "-c", code, *words], cwd=empty, env=environment, capture_output=True, text=True, timeout=600
        )

    (empty / "mine.py").write_text(OWN[1])
    script = (site / "bin" / "overparam").read_text()
    assert "from overparam.__main__ import main" in script
    return run


def test_import_and_version(installed):
    code = "import overparam, theory; print(overparam.theory is theory, overparam.__version__, overparam.__file__)"
    done = installed(code=code)
    assert done.stdout.startswith("True 0."), done.stderr
    assert "site/overparam/__init__.py" in done.stdout
    assert installed("--version").stdout.startswith("overparam 0.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "usage: overparam"),
        (("list", "double_descent"), "isotropic-min-norm-risk"),
        (("list", "mine.py"), "mean-of-the-largest"),
        (("show", "isotropic-min-norm-risk"), "not run yet"),
        (("verify", "isotropic-min-norm-risk"), "1 of 1 claims agree"),
        (("verify", "mine.py", "--jobs", "2"), "1 of 1 claims agree"),
        (("show", "isotropic-min-norm-risk"), "verdict   agrees"),
        (("report", "isotropic-min-norm-risk"), "report: results/report.html"),
        (("report", "mine.py", "--out", "pages"), "report: pages/index.html"),
    ],
)
def test_each_command_of_a_first_hour(installed, words, said):
    done = installed(*words)
    assert done.returncode == 0, done.stderr
    assert said in done.stdout
    assert "Traceback" not in done.stderr


def test_the_report_cites_sources(installed):
    code = "from overparam.bibliography import read; print(read()['belkin2020two'].authors)"
    assert "Belkin" in installed(code=code).stdout
