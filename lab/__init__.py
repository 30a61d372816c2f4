"""How claims are run and judged: random streams, blocks, store, intervals, verdicts, command line, report."""

from lab.verification import verify

__all__ = ["verify"]
