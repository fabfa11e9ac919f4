"""`python -m tests.bench [NAME ...]`: all benchmarks, or those named."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from tests.bench.figures import say

NAMES = sorted(path.stem.removeprefix("bench_") for path in Path(__file__).parent.glob("bench_*.py"))


def main(names: list[str]) -> int:
    """Run them one after another; 2 for a name there is not."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        sys.stderr.write(f"no benchmark {', '.join(unknown)}; there are: {', '.join(NAMES)}\n")
        return 2
    for name in names or NAMES:
        module = import_module(f"tests.bench.bench_{name}")
        say(f"## {name}: {module.__doc__.strip()}")
        say()
        module.run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
