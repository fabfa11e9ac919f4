"""`python -m tests.simulation`: the tables; `--write`: into the README; `real`: detectors on a labelled real signal."""

from __future__ import annotations

import sys

from tests.simulation import real, tables

USAGE = "usage: python -m tests.simulation [--write | real]\n"


def main(arguments: list[str]) -> int:
    """Do what is asked; 2 for what there is not."""
    match arguments:
        case []:
            sys.stdout.write(tables.text(tables.Size()))
        case ["--write"]:
            tables.write(tables.Size())
        case ["real"]:
            sys.stdout.write(real.text())
        case _:
            sys.stderr.write(USAGE)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
