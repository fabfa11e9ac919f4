"""A real station process on mock pins for tests: pins driven and read back over its standard input and output."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from edge_agent import clock, config
from edge_agent.control import Client, Recorded, Request, Said, StateSaid, find_socket
from edge_agent.standard import to_ns, to_s
from edge_agent.state import Status
from edge_agent.station.picture import TEST_STEP_NS

WAIT_S = 20.0  # for anything a test waits for; it is there within a second on a quiet machine
CYCLE, CORD, RESET = "GPIO17", "GPIO27", "GPIO22"
RED, YELLOW, GREEN, WHITE, BUZZER = "GPIO23", "GPIO24", "GPIO25", "GPIO12", "GPIO16"
LAMPS = (RED, YELLOW, GREEN, WHITE, BUZZER)
AT_REST = (f"{CYCLE} 1", f"{CORD} 0", f"{RESET} 1")  # contacts open, but for the cord, which is normally closed
CORD_OPEN = (f"{CYCLE} 1", f"{CORD} 1", f"{RESET} 1")

STATION = """\
[station]
enterprise = "acme"
site = "plant1"
area = "assembly"
line = "line4"
name = "st07"
timezone = "UTC"

[standard]
standard_cycle_s = {standard_s}

[[sensor]]
name = "press"
kind = "gpio_pulse"
pin = "GPIO17"

[[sensor]]
name = "cord"
kind = "gpio_button"
pin = "GPIO27"
normally_closed = true
debounce_ms = {bounce_ms}
call = "help"

[[sensor]]
name = "reset"
kind = "gpio_button"
pin = "GPIO22"
action = "restore"

[[detect]]
kind = "cycle_overrun"

[[detect]]
kind = "no_cycle"
after = "600s"

[response]
acknowledge = "{acknowledge}"
attend = "{attend}"
fixed_position = "{fixed_position}"

[[response.escalate]]
after = "{escalate}"
to = "group_leader"

[stack]
red = "GPIO23"
yellow = "GPIO24"
green = "GPIO25"
white = "GPIO12"
buzzer = "GPIO16"

[journal]
path = "{journal}"
recording_days = 1
"""
GAUGE = """
[[sensor]]
name = "gauge"
kind = "serial_line"
port = "{port}"
profile = "mitutoyo"
characteristic = "bore_mm"

[[characteristic]]
name = "bore_mm"
lower = 24.98
upper = 25.02

[[detect]]
kind = "out_of_spec"
"""
BROKER = """
[mqtt]
host = "127.0.0.1"
port = {mqtt}
"""


def written(
    folder: Path,
    *,
    standard_s: float = 600.0,
    acknowledge: str = "200s",
    attend: str = "300s",
    fixed_position: str = "100s",
    escalate: str = "400s",
    port: Path | None = None,
    mqtt: int | None = None,
    bounce_ms: int = 0,
    journal: Path | None = None,
) -> Path:
    """Write a station.toml into `folder`; times left out do not come within a test, and its cord does not bounce.

    The journal lies beside it, where none is named.
    """
    text = STATION.format(
        standard_s=standard_s,
        acknowledge=acknowledge,
        attend=attend,
        fixed_position=fixed_position,
        escalate=escalate,
        journal=journal or folder / "st07.db",
        bounce_ms=bounce_ms,
    )
    text += GAUGE.format(port=port) if port is not None else ""
    text += BROKER.format(mqtt=mqtt) if mqtt is not None else ""
    path = folder / "station.toml"
    path.write_text(text, encoding="utf-8")
    return path


def surroundings() -> dict[str, str]:
    """The environment of a process under test: its socket lies beside its journal, its pins are mock ones."""
    left_out = {"RUNTIME_DIRECTORY", "XDG_RUNTIME_DIR", "NOTIFY_SOCKET", "WATCHDOG_USEC", "PYTHONUNBUFFERED"}
    kept = {name: value for name, value in os.environ.items() if name not in left_out}
    return kept | {"GPIOZERO_PIN_FACTORY": "mock", "PYTHONPATH": str(Path(__file__).parent.parent)}


class Process:
    """One process of the agent; what it logs is in the file `log`."""

    def __init__(self, module: str, *words: str, log: Path, levels: tuple[str, ...] = ()) -> None:
        self.log = log
        with log.open("a", encoding="utf-8") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, *words],
                env=surroundings(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self.changes: queue.SimpleQueue[tuple[str, bool, int]] = queue.SimpleQueue()
        self.levels: dict[str, bool] = {}  # as last waited for
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        self.write(*levels, "")

    def write(self, *lines: str) -> None:
        """Say lines to it; a process that has ended hears nothing."""
        with contextlib.suppress(BrokenPipeError):
            self._stdin.write("".join(f"{line}\n" for line in lines))
            self._stdin.flush()

    def end(self, number: int) -> int:
        """Send a signal and wait for the end; returns the exit code."""
        self.process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Wait for the end; returns the exit code."""
        code = self.process.wait(WAIT_S)
        self._thread.join(WAIT_S)
        return code

    def close(self) -> None:
        """Kill it where it still runs, and let go of its pipes."""
        self.process.kill()
        self.wait()
        with contextlib.suppress(BrokenPipeError):
            self._stdin.close()
        if not self._thread.is_alive():  # else a child it has left behind still holds the other end
            self._stdout.close()

    @property
    def _stdin(self):
        assert self.process.stdin is not None
        return self.process.stdin

    @property
    def _stdout(self):
        assert self.process.stdout is not None
        return self.process.stdout

    def _read(self) -> None:
        for line in self._stdout:
            name, level, at_ns = line.split()
            self.changes.put((name, level == "1", int(at_ns)))


class BenchStation(Process):
    """The station process, its pins in the hand of the test."""

    def __init__(self, path: Path, levels: tuple[str, ...] = AT_REST, module: str = "edge_agent.demo.bench") -> None:
        super().__init__(module, str(path), log=path.with_name("station.log"), levels=levels)
        found = config.load(path)
        self.client = Client(find_socket(found.journal.path, found.station.name))

    def drive(self, *changes: str) -> None:
        """Put levels on pins, in order: `GPIO17 0`."""
        self.write(*changes)

    def cycle(self) -> None:
        """One pulse of the press."""
        self.drive(f"{CYCLE} 0", f"{CYCLE} 1")

    def seen(self, name: str, level: bool) -> int:
        """Wait until an output changes so; returns the instant in ns. Earlier changes are passed over."""
        ends_ns = clock.now_ns() + to_ns(WAIT_S)  # other lamps may blink all the time
        while (change := self._change(ends_ns)) is not None:
            changed, new, at_ns = change
            if (changed, new) == (name, level):
                return at_ns
        message = f"{name} has not become {level}; lamps {self.levels}; log:\n{self.log.read_text()}"
        raise AssertionError(message)

    def seen_nothing(self, for_s: float) -> None:
        """Let a contact be as it is for so long; what is lit meanwhile is noted."""
        ends_ns = clock.now_ns() + to_ns(for_s)
        while self._change(ends_ns) is not None:
            pass

    def seen_alone(self, name: str) -> bool:
        """Wait until an output is on; whether every other is off by then."""
        self.seen(name, True)
        return [name] == self.lit()

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Another process of `edge-agent` beside it."""
        return ran(*words)

    def tested(self) -> None:
        """Wait for the end of the lamp test: the buzzer is its last step, if a busy machine leaves time for it."""
        changed, level, at_ns = self._change(clock.now_ns() + to_ns(WAIT_S)) or ("", False, 0)
        assert changed, f"no lamp test; log:\n{self.log.read_text()}"
        ends_ns, sounded = at_ns + len(LAMPS) * TEST_STEP_NS, (changed, level) == (BUZZER, True)
        while (change := self._change(ends_ns)) is not None and not (sounded and change[:2] == (BUZZER, False)):
            sounded |= change[:2] == (BUZZER, True)

    def _change(self, until_ns: int) -> tuple[str, bool, int] | None:
        """The next change of an output, None where none comes in time."""
        with contextlib.suppress(queue.Empty):
            change = self.changes.get(timeout=max(0.0, to_s(until_ns - clock.now_ns())))
            self.levels[change[0]] = change[1]
            return change
        return None

    def blinks(self, name: str) -> None:
        """Wait until a lamp has gone on, off and on again."""
        for level in (True, False, True):
            self.seen(name, level)

    def status(self) -> Status:
        """What the station says of itself."""
        status = self.client.ask(Request(do="status")).status
        assert status is not None
        return status

    def until(self, wanted: Callable[[Status], bool]) -> Status:
        """Wait until the station says of itself what is wanted."""
        return next(said.status for said in self._followed() if isinstance(said, StateSaid) and wanted(said.status))

    def recorded(self, seq: int) -> None:
        """Wait until the journal has committed so many events."""
        next(said for said in self._followed() if isinstance(said, Recorded) and said.seq >= seq)

    def _followed(self) -> Iterator[Said]:
        with self.client.follow() as following:
            following._connection.settimeout(WAIT_S)
            yield from following

    def lit(self) -> list[str]:
        """Outputs that are on after everything it wrote."""
        while not self.changes.empty():
            name, level, _ = self.changes.get()
            self.levels[name] = level
        return [name for name in LAMPS if self.levels.get(name)]


@contextlib.contextmanager
def station(path: Path, levels: tuple[str, ...] = AT_REST) -> Iterator[BenchStation]:
    """A station process, after its lamp test."""
    running = BenchStation(path, levels)
    try:
        running.tested()
        yield running
    finally:
        running.close()


@contextlib.contextmanager
def uplink(path: Path) -> Iterator[Process]:
    """The uplink process beside it."""
    running = Process("edge_agent", "uplink", str(path), log=path.with_name("uplink.log"))
    try:
        yield running
    finally:
        running.close()


def ran(*words: str) -> subprocess.CompletedProcess[str]:
    """One run of `edge-agent` to its end."""
    command = [sys.executable, "-m", "edge_agent", *words]
    return subprocess.run(command, env=surroundings(), capture_output=True, text=True, timeout=3 * WAIT_S, check=False)


def kill(number: int, how: signal.Signals) -> None:
    """Send a signal to one process."""
    os.kill(number, how)
