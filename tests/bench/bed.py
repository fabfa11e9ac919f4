"""What the benchmarks stand on: the example station in a folder of its own, its gauge a pty, its broker at hand."""

from __future__ import annotations

import contextlib
import os
import pty
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from tests.mosquitto import free_port

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "station.toml"
WAIT_S = 20.0  # for anything that starts; it takes under a second on an idle machine
END_S = 5.0  # to end in good order; then by force
PYTHON = sys.executable


class Bed:
    """The example station: `config` is its file, `gauge` the far end of its serial port, `port` its broker's."""

    def __init__(self, folder: Path, *, debounce: bool = True) -> None:
        self.folder = folder
        self.port = free_port()
        self.gauge, self.wire = pty.openpty()
        self.tty = os.ttyname(self.wire)
        self.journal = folder / "st07.db"
        self.config = folder / "station.toml"
        text = EXAMPLE.read_text()
        for was, becomes in (
            ("/dev/serial/by-id/usb-bore-gauge", self.tty),
            ("port = 1883", f"port = {self.port}"),
            ("/var/lib/edge-agent/st07.db", str(self.journal)),
            ("debounce_ms = 30", "debounce_ms = 30" if debounce else "debounce_ms = 0"),
        ):
            if was not in text:
                message = f"{EXAMPLE.name} has no {was!r} any more: change the benchmark with it"
                raise ValueError(message)
            text = text.replace(was, becomes)
        self.config.write_text(text)

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a process of this station: mock pins, its socket beside its journal."""
        left_out = ("XDG_RUNTIME_DIR", "NOTIFY_SOCKET", "WATCHDOG_USEC")
        kept = {name: value for name, value in os.environ.items() if name not in left_out}
        chosen = {"GPIOZERO_PIN_FACTORY": "mock", "RUNTIME_DIRECTORY": str(self.folder), "PYTHONPATH": str(ROOT)}
        return {**kept, **chosen, **more}

    def close(self) -> None:
        """Let go of the port."""
        os.close(self.gauge)
        os.close(self.wire)


@contextlib.contextmanager
def process(command: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A running process, ended when the block is left; what it prints goes to `log`."""
    with log.open("ab") as output:
        running = subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(END_S)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


@contextlib.contextmanager
def mosquitto(bed: Bed) -> Iterator[subprocess.Popen[bytes]]:
    """A real broker on the bed's port, listening."""
    settings = bed.folder / "mosquitto.conf"
    settings.write_text(f"listener {bed.port} 127.0.0.1\nallow_anonymous true\nlog_dest none\n")
    path = os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin"
    with process(["mosquitto", "-c", str(settings)], {"PATH": path}, bed.folder / "mosquitto.log") as running:
        for _ in range(round(WAIT_S / 0.02)):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", bed.port), 1.0):
                break
            rest(0.02)
        else:
            message = "mosquitto does not listen; is it installed? apt install mosquitto"
            raise RuntimeError(message)
        yield running


def rest(seconds: float) -> None:
    """Let this thread be quiet."""
    threading.Event().wait(seconds)
