"""Recordings of a known spread, and a station to tune."""

import numpy as np
import pytest

from edge_agent import recording
from edge_agent.observations import CycleEnd, Reading

STATION = """\
[station]
enterprise = "acme"
site = "plant1"
area = "assembly"
line = "line4"
name = "st07"
timezone = "UTC"

[standard]
standard_cycle_s = 55.0
takt_s = 60.0

[[sensor]]
name = "press"
kind = "gpio_pulse"
pin = "GPIO17"

[[sensor]]
name = "gauge"
kind = "serial_line"
port = "/dev/serial/by-id/usb-gauge"
profile = "mitutoyo"
characteristic = "bore_mm"

[[characteristic]]
name = "bore_mm"
nominal = 25.0
lower = 24.98
upper = 25.02

[[detect]]
kind = "cycle_overrun"         # the first to be tuned

[[detect]]
kind = "slow_drift"
h = 9.5                        # too quiet
mode = "observe"

[[detect]]
kind = "run_rules"
of = "press"
rules = ["N1", "N2"]
mode = "light"

[[detect]]
kind = "reading_drift"

[[detect]]
kind = "defect_rate"

[[detect]]
kind = "consecutive_defects"

[[detect]]
kind = "no_cycle"

[response]

[stack]
green = "GPIO25"
yellow = "GPIO24"
red = "GPIO23"

[journal]
path = "st07.db"
"""


def station_file(folder):
    """Write the file of the station; returns where."""
    path = folder / "station.toml"
    path.write_text(STATION)
    return path


@pytest.fixture
def station(tmp_path):
    """The file of the station."""
    return station_file(tmp_path)


def cycles(count, *, seed=1, correlation=0.0, spread=0.05, median_s=52.0):
    """Lognormal cycle times in s, neighbours correlated on the logarithms."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=count)
    for place in range(1, count):
        noise[place] = correlation * noise[place - 1] + np.sqrt(1 - correlation**2) * noise[place]
    return median_s * np.exp(spread * noise)


def recorded(path, durations_s, readings=()):
    """Write a recording of these cycles, and of a reading a second after each."""
    at_ns = 1_000_000_000
    steps = [recording.Begin(at_ns, "acme/plant1/assembly/line4/st07", "1"), turn(CycleEnd(at_ns, "press"))]
    for place, duration_s in enumerate(durations_s):
        at_ns += round(duration_s * 1e9)
        steps.append(turn(CycleEnd(at_ns, "press")))
        if place < len(readings):
            steps.append(turn(Reading(at_ns + 1_000_000_000, "gauge", "bore_mm", float(readings[place]))))
    path.write_bytes(b"".join(recording.ENCODE(step) + b"\n" for step in steps))
    return path


def turn(seen):
    """A step that was told of `seen` at once."""
    return recording.Turn(seen.at_ns, seen)
