"""The table of sensors: a new kind is one file, its name in `AnySensor`, and one test."""

from __future__ import annotations

from edge_agent.sensors.button import GpioButton
from edge_agent.sensors.cycle import GpioCycle
from edge_agent.sensors.pulse import GpioPulse
from edge_agent.sensors.recording import Recording
from edge_agent.sensors.samples import SampleFile, SerialBlock
from edge_agent.sensors.serial_line import SerialLine
from edge_agent.sensors.wire import Settings

AnySensor = GpioPulse | GpioCycle | GpioButton | SerialLine | SerialBlock | SampleFile | Recording
"""What a `[[sensor]]` of the configuration may be; `kind` says which."""

SENSORS: tuple[type[Settings], ...] = AnySensor.__args__
"""Every kind, in the order of the documentation."""
