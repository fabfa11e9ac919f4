"""What the tests in the guest share: a simulated chip, the pins on it, and what an input heard."""

from __future__ import annotations

import queue
import threading
from pathlib import Path

import pytest
from gpiozero.devices import Device

from edge_agent.gpio.factory import GPIODFactory
from edge_agent.pins import InputLine
from tests.vm.chip import CONFIG, simulated

# Looked through for doctests, it would import lgpio, which writes a pipe into the folder that pytest is started in.
collect_ignore = ["hasty_lgpio.py"]
HERE = Path(__file__).parent
WAIT_S = 60.0  # for anything a test waits for; a start of the station took 15 s on a machine with five times its work


def pause(length_s):
    """Let a wire rest: the pace of what is driven, never a wait for what comes of it."""
    threading.Event().wait(length_s)


def pytest_addoption(parser):
    parser.addoption("--edges", type=int, default=6000, help="how many edges at 1 kHz; 60000 are a minute")


def pytest_collection_modifyitems(items):
    """Outside the guest there is nothing to drive."""
    if not CONFIG.is_dir():
        outside = pytest.mark.skip(reason="needs simulated pins: ./dev vm test")
        for item in items:
            if item.path.is_relative_to(HERE):  # asked for beside others, the hook is told of all
                item.add_marker(outside)


@pytest.fixture
def chip():
    with simulated() as chip:
        yield chip


@pytest.fixture
def pins(chip):  # noqa: ARG001 - it finds the chip by itself, as on a real machine
    with GPIODFactory(consumer="edge-agent test") as pins:
        yield pins


@pytest.fixture
def default_pins(monkeypatch):
    """Leave the choice of the driver to us, and nothing of it behind."""
    monkeypatch.setattr(Device, "pin_factory", None)
    monkeypatch.delenv("GPIOZERO_PIN_FACTORY", raising=False)


class Ear:
    """An input, and what it heard."""

    def __init__(self, pins, name, pull="up"):
        self.heard = queue.SimpleQueue()
        self.line = InputLine(pins, name, pull=pull, on_edge=lambda level, at_ns: self.heard.put((level, at_ns)))

    def next(self):
        """Wait for one edge: the level after it, and its stamp."""
        return self.heard.get(timeout=WAIT_S)

    def all(self):
        """What has come so far."""
        return [self.heard.get() for _ in range(self.heard.qsize())]


@pytest.fixture
def ear(pins):
    ears = []

    def listen(name, pull="up"):
        ears.append(Ear(pins, name, pull))
        return ears[-1]

    yield listen
    for one in ears:
        one.line.close()
