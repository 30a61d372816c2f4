"""CONTRIBUTING is true: its code is that of the files, and what it says, done literally, adds a claim."""

import re
import shutil
import subprocess
import sys

import pytest

from overparam.__main__ import main
from tests.included import ROOT, blocks, code_of, filled

TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
OLD, NEW = "variance_of_variance", "trace_spread"
SLUG = "isotropic-min-norm-risk-variance-of-variance"


def test_its_code_is_that_of_the_files():
    found = blocks(TEXT)
    assert [block.path.split("/")[0] for block in found] == ["theory", "sims", "claims", "tests", "tests"]
    for block in found:
        assert block.code == code_of(*block[:3]), f"{block.path}: python -m tests.included CONTRIBUTING.md"
    assert filled(TEXT) == TEXT


def test_every_file_and_folder_that_it_names_exists():
    named = re.findall(r"`((?:theory|sims|claims|figures|lab|overparam|tests|paper|benchmarks)/[\w/.]+)`", TEXT)
    assert len(named) > 8
    for name in named:
        if not re.search(r"(^|/)T(\.|$)", name):
            assert (ROOT / name).exists() or (ROOT / f"{name}.py").exists(), name


def test_the_file_of_the_readme_is_judged(capsys, tmp_path, monkeypatch):
    (code,) = re.findall(r"```python\n(# mine.py\n.*?)```", README, flags=re.S)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.py").write_text(code)
    assert main(["verify", "mine.py", "--jobs", "1"]) == 0
    assert "1 of 1 claims agree" in capsys.readouterr().out


def renamed(code):
    """The example under other names, as the text asks for."""
    for old, new in ((SLUG, "trace-spread"), (OLD, NEW), (OLD.upper(), NEW.upper()), ("_SPREADS", "_NEW_SPREADS"),
                     ("_swapped_spread", "_swapped_trace")):  # fmt: skip
        code = code.replace(old, new)
    return code


def replaced(path, old, new):
    text = path.read_text()
    assert old in text, f"{path} holds no {old!r}"
    path.write_text(text.replace(old, new))


@pytest.mark.slow
def test_done_literally_it_adds_a_claim(tmp_path):
    tree = tmp_path / "clone"
    kept = shutil.ignore_patterns(".git", ".venv", "results", "__pycache__", ".*_cache", "mutants", "api")
    shutil.copytree(ROOT, tree, ignore=kept)
    theory, sims, claim, *tests = blocks(TEXT)
    for block in (theory, sims, *tests):  # 1, 2, 5: the code
        path = tree / block.path
        path.write_text(path.read_text() + "\n\n" + renamed(block.code))
    # The exports, as 1, 2 and 3 say.
    replaced(tree / theory.path, f'"{OLD}"]', f'"{NEW}", "{OLD}"]')
    for room, line in (("theory", f"    {OLD},\n"), ("sims", f", {OLD}\n")):
        package = tree / room / "double_descent" / "__init__.py"
        replaced(package, line, line.replace(OLD, f"{NEW}, {OLD}"))
        replaced(package, f'    "{OLD}",\n', f'    "{NEW}",\n    "{OLD}",\n')
    path = tree / claim.path
    replaced(path, "CLAIMS: tuple", f"{renamed(claim.code)}\nCLAIMS: tuple")
    replaced(path, f", {OLD.upper()}, ", f", {OLD.upper()}, {NEW.upper()}, ")

    def run(*words):
        return subprocess.run([sys.executable, "-m", *words], cwd=tree, capture_output=True, text=True, timeout=600)

    done = run("overparam", "verify", "trace-spread", "--jobs", "1")  # 4
    assert done.returncode == 0, done.stderr + done.stdout
    assert "1 of 1 claims agree" in done.stdout
    done = run(
        "pytest", "-p", "no:cacheprovider", "tests/claims/test_contract.py", *(test.path for test in tests),
        "tests/sims/test_same_names.py", "tests/theory/test_domains.py", "theory/double_descent/min_norm.py",
        "sims/double_descent/min_norm.py", "-k", "trace or spread or slugs or streams or budget or name",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert run("ruff", "check", *(block.path for block in blocks(TEXT))).returncode == 0
