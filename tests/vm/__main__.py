"""`./dev vm build|test [...]|bench|run COMMAND|image SUITE|boot SUITE COMMAND`: the kernel's own pins, simulated."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from tests.vm import guest, image, kernel, machine

HERE = Path(__file__).parent
TRAVELLING = HERE / "travelling"
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
                return told(*guest.run([sys.executable, "-m", "tests.vm.bench"]))
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


def told(code: int, output: str) -> int:
    """Pass on what was said."""
    sys.stdout.write(output)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
