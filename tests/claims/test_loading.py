"""Reading the claims is quick: what is slow to load is loaded when something is computed."""

import subprocess
import sys
from pathlib import Path

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
