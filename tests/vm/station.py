"""The real station process on a simulated chip: contacts driven and lamps read on their lines."""

from __future__ import annotations

import contextlib
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from edge_agent import clock, config
from edge_agent.control import Client, Request, find_socket
from edge_agent.state import Status
from tests.bench_station import surroundings, written
from tests.vm.chip import Chip
from tests.vm.conftest import WAIT_S, pause
from tests.vm.wires import AT_REST, CYCLE, GREEN, LAMPS


def wired(folder: Path, **settings: Any) -> Path:
    """Write a station.toml for this chip into `folder`; settings are those of `tests.bench_station.written`."""
    path = written(folder, **settings)
    # A simulated line has no wire beside its pull: with a pull of the agent's own nothing would hold it down.
    text = re.sub(r'(pin = "GPIO\d+")', r'\1\npull = "none"\nactive = "low"', path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8")
    return path


class Station:
    """One station process, by its configuration; `module` is what is run."""

    def __init__(self, chip: Chip, path: Path, module: str = "edge_agent") -> None:
        self.chip, self.path, self.log = chip, path, path.with_name("station.log")
        for number, high in AT_REST:
            chip.drive(number, high=high)
        environment = {name: value for name, value in surroundings().items() if name != "GPIOZERO_PIN_FACTORY"}
        self.began_ns = clock.now_ns()
        with self.log.open("ab") as log:
            words = [sys.executable, "-m", module, "station", str(path)]
            self.process = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def lit(self) -> tuple[int, ...]:
        """The outputs that are on."""
        return tuple(number for number in LAMPS if self.chip.level(number))

    def lit_until(self, wanted: Callable[[tuple[int, ...]], bool]) -> list[tuple[int, ...]]:
        """Watch the outputs until they are as wanted; what was on, change after change."""
        late_ns, seen = clock.now_ns() + round(WAIT_S * clock.NS_PER_S), [self.lit()]
        while not wanted(seen[-1]):
            assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
            assert clock.now_ns() < late_ns, f"{seen}; {self.log.read_text(encoding='utf-8')}"
            pause(0.002)  # the station needs the guest's one processor
            if (lit := self.lit()) != seen[-1]:
                seen.append(lit)
        return seen

    def seen(self, *lamps: int) -> int:
        """Wait until just these outputs are on; returns when, in ns."""
        self.lit_until(lambda lit: lit == lamps)
        return clock.now_ns()

    def tested(self) -> list[tuple[int, ...]]:
        """Wait for the end of the lamp test; what was on, change after change."""
        return self.lit_until(bool) + self.lit_until(lambda lit: not lit)

    def works(self) -> None:
        """Make a part after the lamp test: green."""
        self.tested()
        self.press(CYCLE)
        self.seen(GREEN)

    def status(self) -> Status:
        """What it says of itself."""
        found = config.load(self.path)
        status = Client(find_socket(found.journal.path, found.station.name)).ask(Request(do="status")).status
        assert status is not None
        return status

    def press(self, number: int) -> None:
        """Close a contact for as long as it takes to count."""
        for high in (False, True):
            self.chip.drive(number, high=high)
            pause(0.05)

    def kill(self) -> None:
        """End it without a word."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(WAIT_S)


@contextlib.contextmanager
def station(chip: Chip, folder: Path, **settings: Any) -> Iterator[Station]:
    """A station process, from its start to its end."""
    running = Station(chip, wired(folder, **settings))
    try:
        yield running
    finally:
        running.kill()
