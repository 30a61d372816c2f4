"""The command `overparam`, also as `python -m overparam`: first of all it sees to it that nothing hides our rooms."""

import sys
from collections.abc import Sequence

from overparam.rooms import hidden


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    if complaint := hidden():
        print(f"overparam: {complaint}", file=sys.stderr)
        return 2
    from overparam.cli import main as run

    return run(argv)


if __name__ == "__main__":
    raise SystemExit(main())
