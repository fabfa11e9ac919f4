import fcntl
import os
import queue
import select
import struct
import termios
from contextlib import suppress

import gpiozero.pins.mock
import pytest
from gpiozero.pins.mock import MockFactory

NS_PER_MS = 1_000_000
TELL, TELL_NOT = struct.pack("i", 1), struct.pack("i", 0)  # whether a pty tells what is done to its port


class Bench:
    """Mock pins whose contacts bounce at instants the test chooses."""

    def __init__(self):
        self.factory = MockFactory()
        self.now_ns = 1_000_000_000_000

    def monotonic(self):
        """The clock the mock pins stamp their edges with."""
        return self.now_ns / 1e9

    def wire(self, name, pull, *, high):
        """Pull a pin and put a level on it before the agent starts."""
        pin = self.factory.pin(name)
        pin.pull = {"none": "floating"}.get(pull, pull)
        self.drive(name, high, 0)

    def drive(self, name, high, after_ms):
        """Put a level on a pin, so many ms after the last time."""
        self.now_ns += round(after_ms * NS_PER_MS)
        pin = self.factory.pin(name)
        (pin.drive_high if high else pin.drive_low)()


class Port:
    """A pty behind a link, as a USB port behind its by-id link; plugged in again it has another number."""

    def __init__(self, link):
        self.link = link
        self.device = None
        self.plug()

    def plug(self):
        """Put the device in, under a new number."""
        self.device, port = os.openpty()
        self.link.unlink(missing_ok=True)
        self.link.symlink_to(os.ttyname(port))
        self.port = port  # held open: a pty whose port nobody holds reads as unplugged
        fcntl.ioctl(self.device, termios.TIOCPKT, TELL)

    def wait_opened(self):
        """Wait until the agent has opened the port and thrown away what was in it."""
        told = b""
        while not (told and told[0] & termios.TIOCPKT_FLUSHREAD):
            ready, _, _ = select.select([self.device], [], [], 5.0)
            assert ready, "the agent has not opened the port"
            told = os.read(self.device, 100)
        fcntl.ioctl(self.device, termios.TIOCPKT, TELL_NOT)

    def unplug(self):
        """Pull the device out; its link goes with it."""
        self.link.unlink(missing_ok=True)
        for end in (self.device, self.port):
            with suppress(OSError, TypeError):
                os.close(end)
        self.device = self.port = None

    def send(self, data):
        """Say all of `data`, as fast as the port takes it."""
        while data:
            data = data[os.write(self.device, data) :]


class Inbox:
    """Where observations go; waits for them instead of sleeping."""

    def __init__(self):
        self.queue = queue.SimpleQueue()

    def post(self, observation):
        """Take one in, from any thread."""
        self.queue.put(observation)

    def next(self, timeout=5.0):
        """Wait for one; queue.Empty after `timeout` seconds."""
        return self.queue.get(timeout=timeout)

    def all(self):
        """What has come so far."""
        return [self.queue.get() for _ in range(self.queue.qsize())]


@pytest.fixture
def bench(monkeypatch):
    bench = Bench()
    monkeypatch.setattr(gpiozero.pins.mock, "monotonic", bench.monotonic)
    yield bench
    bench.factory.reset()


@pytest.fixture
def inbox():
    return Inbox()


@pytest.fixture
def port(tmp_path):
    port = Port(tmp_path / "usb-gauge")
    yield port
    port.unplug()
