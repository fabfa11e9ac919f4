"""The demo's gauge is read as a real one is."""

import pytest
import serial

from edge_agent.demo.gauge import Gauge
from edge_agent.observations import Reading
from edge_agent.sensors.serial_line import SerialLine


@pytest.fixture
def gauge(tmp_path):
    """A gauge, plugged in."""
    made = Gauge(tmp_path / "gauge")
    yield made
    made.unplug()


def test_its_lines_are_readings(gauge):
    """What it sends is read by the profile the demo's configuration names, to the last digit."""
    with serial.Serial(str(gauge.link), timeout=5.0) as port:
        gauge.measure(25.034)
        line = port.read_until(b"\r")
    settings = SerialLine(name="gauge", port=str(gauge.link), profile="mitutoyo", characteristic="bore_mm")
    read = settings.rule().read(line.rstrip(b"\r"), 7)
    assert Reading(7, "gauge", "bore_mm", 25.034) == read


def test_unplugged_and_back(gauge):
    """Unplugged its link is gone; plugged in again it works, and doing either twice is harmless."""
    gauge.unplug()
    gauge.unplug()
    gauge.measure(25.0)
    assert not gauge.link.is_symlink()
    gauge.plug()
    gauge.plug()
    assert str(gauge.link.readlink()).startswith("/dev/pts/")


def test_nobody_reads(gauge):
    """With its port full a reading is lost, and the demo goes on."""
    for _ in range(2000):
        gauge.measure(25.0)
