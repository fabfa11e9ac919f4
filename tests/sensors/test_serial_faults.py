"""Each read of a serial port fails once: it is told as gone and as back, and every line sent then is read once."""

from __future__ import annotations

import errno

import msgspec
import pytest
import serial

from edge_agent.observations import Gone, Reading, Returned
from edge_agent.sensors import serial_reader
from edge_agent.sensors.serial_line import SerialLine

LINES = 3  # each is read in two calls, and its number of bytes is asked for
ERRORS = (errno.EIO, errno.ENODEV)


class Plan:
    """Which look at the port fails, of those after a byte was there: quiet waits are not counted."""

    def __init__(self, nth: int, code: int) -> None:
        self.seen, self.nth, self.code = 0, nth, code

    def look(self) -> None:
        """Count one, or fail."""
        self.seen += 1
        if self.seen == self.nth:
            raise OSError(self.code, "the n-th look")


def failing(plan: Plan) -> type[serial.Serial]:
    class Port(serial.Serial):  # type: ignore[misc]  # pyserial's class is made for each system
        def read(self, size: int = 1) -> bytes:
            found = bytes(super().read(size))
            if found:
                plan.look()
            return found

        @property
        def in_waiting(self) -> int:
            plan.look()
            return int(super().in_waiting)

    return Port


def values(port, inbox) -> tuple[list[float], list[Gone]]:
    """Send line after line, each again where the port was lost meanwhile; what was read, and the losses."""
    read, lost = [], []
    while len(read) < LINES:
        port.send(b"01A+0025.00%d\r" % len(read))
        while not isinstance(said := inbox.next(), Reading | Returned):
            lost.append(said)
        if isinstance(said, Reading):
            read.append(said.value)
    return read, lost


@pytest.mark.parametrize("code", ERRORS)
def test_each_read_of_the_port_fails_once(port, inbox, monkeypatch: pytest.MonkeyPatch, code: int):
    """For every n: one loss is told with the port's name, the reader opens it again, and no reading is doubled."""
    monkeypatch.setattr(serial_reader, "FIRST_PAUSE_S", 0.001)
    nth = 0
    told = True
    while told:
        nth += 1
        plan = Plan(nth, code)
        monkeypatch.setattr(serial, "Serial", failing(plan))
        port.unplug()
        port.plug()
        wire = msgspec.convert(
            {"kind": "serial_line", "name": "gauge", "port": str(port.link), "characteristic": "bore_mm"}
            | {"profile": "mitutoyo"},
            SerialLine,
        ).open(inbox.post, None)
        port.wait_opened()
        read, lost = values(port, inbox)
        wire.close()
        told = plan.seen >= nth
        assert [25.0, 25.001, 25.002] == read
        assert [Gone] * told == [type(each) for each in lost]
        assert all(str(port.link) in each.why for each in lost)
    assert nth > 2 * LINES
