"""`python -m lab` is the command `overparam`."""

from lab.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
