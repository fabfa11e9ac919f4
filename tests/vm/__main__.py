"""`./dev vm build|test|bench|cuts|run|image|boot|units [...]`: see README.md."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from tests.cuts.__main__ import main as cuts
from tests.units.__main__ import main as units
from tests.vm import guest, image, kernel, machine, peers

HERE = Path(__file__).parent
TRAVELLING = HERE / "travelling"
BENCH_S = 7200.0  # 24 rows of 1,000 edges: a quarter of an hour on an idle machine
PYTEST = (sys.executable, "-m", "pytest", "--import-mode=importlib", "-p", "no:cacheprovider", "--basetemp=/run/pytest")


def main(words: list[str]) -> int:
    """Do it; 0 well, 2 usage, 69 where there is no kernel."""
    verb, rest = (words[0], words[1:]) if words else ("", [])
    try:
        match verb:
            case "build":
                sys.stdout.write(f"{kernel.build()}\n")
                return 0
            case "test":
                return tested(rest)
            case "bench":
                return bench(rest)
            case "cuts":
                return cuts(rest)
            case "units":
                return units(rest)
            case "run" if rest:
                return told(*guest.run(rest))
            case "image":
                sys.stdout.write("".join(f"{image.build(suite)}\n" for suite in rest or image.SUITES))
                return 0
            case "boot" if len(rest) > 1:
                with machine.booted(image.built(rest[0])) as booted:
                    return told(0, booted.run(shlex.join(rest[1:])) + "\n")
            case _:
                sys.stderr.write(f"{__doc__}\n")
                return 2
    except (kernel.NoKernel, image.NoImage) as error:
        sys.stderr.write(f"vm: {error}\n")
        return 69


def tested(words: list[str]) -> int:
    """What is asked for, else everything: first on the machine's clock, then where sleeping takes no time."""
    if words:
        return told(*guest.run([*PYTEST, *words], time_travel="travelling" in words[0]))
    here = told(*guest.run([*PYTEST, f"--ignore={TRAVELLING}", str(HERE)]))
    return told(*guest.run([*PYTEST, str(TRAVELLING)], time_travel=True)) or here


def bench(words: list[str]) -> int:
    """Make the peers out here, and measure in there."""
    made = kernel.folder() / f"peers-{sys.version_info.major}.{sys.version_info.minor}"
    for missing in peers.prepared(made):
        sys.stderr.write(f"vm: left out: {missing}\n")
    return told(*guest.run([sys.executable, "-m", "tests.vm.bench", str(made), *words], longest_s=BENCH_S))


def told(code: int, output: str) -> int:
    """Pass on what was said."""
    sys.stdout.write(output)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
