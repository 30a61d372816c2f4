"""`python -m benchmarks.cores`: the same verdicts on every kind of processor that this one can play.

OpenBLAS chooses its kernels by the processor; OPENBLAS_CORETYPE makes it choose those of another. Claims that are not
statistical (identities, bounds on every draw, families without randomness) are judged under each type, so that no
verdict rests on the last bit. A type that the processor cannot run crashes, so each is tried in a process of its own.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile

from claims import Observation, load_claims
from lab.claim_plan import is_statistical
from overparam import cli

TYPES = ("Haswell", "Nehalem", "Sandybridge", "SkylakeX")
PROBE = """
import numpy as np
from lab.run.provenance import core_types
a = np.random.default_rng(0).standard_normal((200, 200))
assert np.isfinite(np.linalg.solve(a @ a.T + np.eye(200), a)).all()
print(*core_types(), sep=";")
"""


def environment(core: str) -> dict[str, str]:
    """This process's environment with another core type and one BLAS thread."""
    return {**os.environ, "OPENBLAS_CORETYPE": core, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def runnable(core: str) -> bool:
    """Whether BLAS runs as this core type here, and says so."""
    tried = subprocess.run(
        [sys.executable, "-c", PROBE], env=environment(core), capture_output=True, text=True, timeout=120
    )
    return tried.returncode == 0 and f"openblas {core}" in tried.stdout.strip().split(";")


def judge(core: str, slugs: list[str], seed: int, jobs: int | None) -> tuple[int, str]:
    """Exit code and closing lines of `overparam verify` under a core type, on a store of its own."""
    command = [sys.executable, "-m", "overparam", "verify", *slugs, "--seed", str(seed)]
    with tempfile.TemporaryDirectory() as store:
        command += ["--store", store, *(["--jobs", str(jobs)] if jobs else [])]
        done = subprocess.run(command, env=environment(core), capture_output=True, text=True)
    return done.returncode, (done.stdout.strip() or done.stderr.strip()).rpartition("\n\n")[2]


def _parser() -> argparse.ArgumentParser:
    parser = cli.Parser(prog="python -m benchmarks.cores", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="TOPIC|CLAIM", help="default: everything")
    parser.add_argument("--types", type=cli.positive, default=3, help="core types to try at most (default: 3)")
    parser.add_argument("--seeds", type=cli.positive, default=1, help="seeds 0 to N - 1 (default: 1)")
    parser.add_argument("--jobs", type=cli.positive, help="processes (default: all cores)")
    return parser


def main(words: list[str] | None = None) -> int:
    """Judge, print one line a core type and seed, and return 0 if all agree."""

    def command() -> int:
        arguments = _parser().parse_args(words)
        chosen = cli.choose(arguments.names) if arguments.names else load_claims()
        slugs = [c.slug for c in chosen if not is_statistical(c) and not isinstance(c.kind, Observation)]
        types = [core for core in TYPES if runnable(core)][: arguments.types]
        if not types:
            print("this BLAS knows no core types (it is not OpenBLAS, or not an x86 processor): nothing to compare")
            return 0
        worst = 0
        for core in types:
            for seed in range(arguments.seeds):
                code, text = judge(core, slugs, seed, arguments.jobs)
                print(f"{core}, seed {seed}: {text}", flush=True)
                worst = max(worst, code)
        return worst

    return cli.guarded(command)


if __name__ == "__main__":
    raise SystemExit(main())
