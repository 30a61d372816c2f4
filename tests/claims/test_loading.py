"""Reading the claims is quick: what is slow to load is loaded when something is computed."""

import subprocess
import sys
from pathlib import Path

from claims import load_claims
from lab import verify

ROOT = Path(__file__).parents[2]
SLOW = ("scipy.stats", "scipy.optimize", "scipy.integrate", "scipy.sparse", "sklearn", "pandas", "matplotlib")
LIST = """
import sys
from overparam.cli import main
main(["list"])
print(*[name for name in {slow} if name in sys.modules], file=sys.stderr)
"""


def test_a_list_of_the_claims_loads_nothing_slow():
    done = subprocess.run(
        [sys.executable, "-c", LIST.format(slow=SLOW)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.count("\n") > 100
    assert done.stderr.split() == []


SHOW = """
import sys
from overparam.cli import main
main(["show", "isotropic-min-norm-risk", "--store", sys.argv[1]])
print(*[name for name in ("scipy.stats", "sklearn", "matplotlib") if name in sys.modules], file=sys.stderr)
"""


def test_a_claim_is_shown_with_its_verdict_and_nothing_slow(tmp_path):
    claim = next(claim for claim in load_claims("double_descent") if claim.slug == "isotropic-min-norm-risk")
    verify(claim, jobs=1, store=tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", SHOW, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "verdict   agrees" in done.stdout
    assert done.stderr.split() == []
