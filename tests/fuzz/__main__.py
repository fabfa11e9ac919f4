"""`python -m tests.fuzz [--seconds 60] [TARGET ...]`: every target, two at a time; 1 where something is found.

The control comes first: a bug planted in a target of its own, which must be found. `--replay FILE TARGET` feeds one
stored input again.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.fuzz.search import FOUND, STATISTIC, atheris_is_here, replay, search

NAMES = ("lines", "samples", "commands", "acks", "books", "control", "config", "recording", "journal")
SECONDS = 60
CONTROL = "planted"
LATE_S = 240  # beyond the time asked for: imports with instruments on a busy machine, and the last input
HUNG = 75  # the code of a search that had to be ended
SHOWN = 40  # lines of a failed search's output
ARTIFACT = re.compile(r"Test unit written to (\S+)")


@dataclass(frozen=True)
class Outcome:
    """What came of one search."""

    name: str
    code: int
    output: str

    def __str__(self) -> str:
        figures = {name: self._statistic(name) for name in ("number_of_executed_units", "peak_rss_mb")}
        found = "nothing found" if self.code == 0 else f"FOUND, replay it: {self.replay}"
        inputs, memory = figures.values()
        return f"{self.name:10} {inputs:>12,} inputs, {memory:4} MB at the most; {found}"

    @property
    def replay(self) -> str:
        """The command that shows it again."""
        match = ARTIFACT.search(self.output)
        return f"python -m tests.fuzz --replay {os.path.relpath(match[1])} {self.name}" if match else "see above"

    @property
    def traceback(self) -> str:
        """How it failed, else the end of what the search printed."""
        begin = max(self.output.find("Uncaught Python exception"), self.output.find("Traceback"))
        lines = self.output[max(0, begin) :].splitlines()
        return "\n".join(lines[:SHOWN] if begin >= 0 else lines[-SHOWN:])

    def _statistic(self, name: str) -> int:
        match = re.search(rf"{STATISTIC}{name}:\s+(\d+)", self.output)
        return int(match[1]) if match else 0


def searched(name: str, seconds: int, seed: int) -> Outcome:
    """Search one target in a process of its own."""
    command = [sys.executable, "-m", "tests.fuzz", "--here", "--seconds", str(seconds), "--seed", str(seed), name]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, errors="replace", timeout=seconds + LATE_S, check=False
        )
    except subprocess.TimeoutExpired as late:
        said = b"".join(each for each in (late.stdout, late.stderr) if isinstance(each, bytes)).decode(errors="replace")
        return Outcome(name, HUNG, f"{said}\nan input takes for ever; --here shows where")
    return Outcome(name, done.returncode, done.stdout + done.stderr)


def campaign(names: list[str], seconds: int, at_once: int, seed: int) -> int:
    """The control, then every target; 1 where the control was not found or something else was."""
    how = "coverage (atheris)" if atheris_is_here() else "chance (hypothesis): atheris is not installed"
    say(f"searching by {how}, {seconds} s a target")
    control = searched(CONTROL, seconds, seed)
    if control.code == 0:
        say(f"the control was not found: this search finds nothing\n{control.output}")
        return 1
    say("the planted bug was found")
    failed = 0
    with ThreadPoolExecutor(at_once) as pool:
        for outcome in pool.map(lambda name: searched(name, seconds, seed), names):
            if outcome.code:
                failed = 1
                say(outcome.traceback)
            say(str(outcome))
    return failed


def say(line: str) -> None:
    """Print one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main(words: list[str]) -> int:
    """Search, or replay; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="TARGET", help=f"one or more of {', '.join(NAMES)}; all if left out"
    )
    parser.add_argument("--seconds", type=int, default=SECONDS, help=f"for each target; {SECONDS} if left out")
    parser.add_argument("--at-once", type=int, default=2, help="searches at the same time; 2 if left out")
    parser.add_argument("--seed", type=int, default=0, help="of the search, to have it again; by chance if left out")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="feed this input again")
    parser.add_argument(
        "--found", type=Path, default=FOUND, metavar="FOLDER", help=f"for crashes; {FOUND.name} if left out"
    )
    parser.add_argument("--here", action="store_true", help="in this process, with all that the search prints")
    asked = parser.parse_args(words)
    if unknown := set(asked.names) - {*NAMES, CONTROL}:
        parser.error(f"no target {', '.join(sorted(unknown))}; there are: {', '.join(NAMES)}")
    names = asked.names or list(NAMES)
    if asked.replay is not None:
        return replay(names[0], asked.replay)
    if asked.here:
        return search(names[0], asked.seconds, asked.found, asked.seed)
    return campaign(names, asked.seconds, asked.at_once, asked.seed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
