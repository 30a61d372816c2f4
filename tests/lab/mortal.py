"""A simulation whose first worker dies: for the test of the scheduler."""

import os
import signal
import tempfile
from pathlib import Path

from tests.lab.synthetic import simulate_mean_slow

TOMB = Path(tempfile.gettempdir()) / f"overparam-tomb-{os.getuid()}"


def simulate_once_mortal(n, trials, rng):
    try:
        TOMB.touch(exist_ok=False)
    except FileExistsError:
        return simulate_mean_slow(n, trials, rng)
    os.kill(os.getpid(), signal.SIGKILL)
