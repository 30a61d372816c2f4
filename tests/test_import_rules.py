"""The import rules of pyproject catch, by name, each way of breaking DESIGN's table "Who may import whom"."""

import re
import shutil
import subprocess
import sys

from tests.included import ROOT

ROOMS = ("theory", "sims", "claims", "lab", "figures", "overparam")
BROKEN = {
    "theory/a.py": "import sims.arrays",
    "sims/a.py": "import theory",
    "claims/a.py": "import lab.plan",
    "lab/a.py": "import sims.double_descent.ridge",
    "lab/b.py": "import claims.double_descent",
    "lab/c.py": "import theory.domain",
    "lab/d.py": "import sims.rounding",
    "lab/judge/e.py": "from sims import new_topic",
    "figures/a.py": "import sims.double_descent",
    "figures/b.py": "import overparam.cli",
    "overparam/a.py": "import benchmarks",
    "lab/f.py": "import tests.lab.synthetic",
}
NEW_TOPIC = {"sims/new_topic.py": ""}


def test_each_wrong_import_is_caught_and_named(tmp_path):
    for room in ROOMS:
        shutil.copytree(ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for path, code in (NEW_TOPIC | BROKEN).items():
        (tmp_path / path).write_text(code + "\n")
    lint = (
        "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command; lint_imports_command()"
    )
    done = subprocess.run([sys.executable, "-c", lint, "--no-cache"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1
    caught = set(re.findall(r"([\w.]+) -> [\w.]+ \(l\.1\)", done.stdout))
    assert {path[:-3].replace("/", ".") for path in BROKEN} <= caught, done.stdout
