import errno
import os
import queue
import threading
from typing import get_args, get_type_hints

import msgspec
import pytest
import serial

from edge_agent import clock
from edge_agent.observations import Gone, Heard, Judged, Reading, Returned, Unreadable
from edge_agent.sensors import serial_reader
from edge_agent.sensors.profiles import PROFILES
from edge_agent.sensors.serial_line import SerialLine
from edge_agent.sensors.serial_reader import UNREADABLE_PER_S, why


@pytest.fixture
def opened(port, inbox):
    wires = []

    def open_wire(*, wait=True, **settings):
        settings = {"name": "gauge", "port": str(port.link), "characteristic": "bore_mm", **settings}
        if "pattern" not in settings:
            settings.setdefault("profile", "mitutoyo")
        wires.append(msgspec.convert({"kind": "serial_line", **settings}, SerialLine).open(inbox.post, None))
        if wait:
            port.wait_opened()
        return wires[-1]

    yield open_wire
    for wire in wires:
        wire.close()


def value(inbox):
    """The next reading, whatever comes before it."""
    while not isinstance(said := inbox.next(), Reading):
        pass
    return said.value


def test_reading_is_stamped_when_its_line_ended(port, inbox, opened):
    """A line that arrives in pieces is one reading, stamped between its last byte's sending and its arrival here."""
    opened()
    port.send(b"01A+0000")
    port.send(b".1")
    sent_ns = clock.now_ns()
    port.send(b"23\r")
    said = inbox.next()
    assert msgspec.structs.replace(said, at_ns=0) == Reading(0, "gauge", "bore_mm", 0.123)
    assert sent_ns <= said.at_ns <= clock.now_ns()


def test_reading_waits_for_no_timeout(port, inbox, opened, monkeypatch):
    """A line is said when its end is read, not when the wait for more is over."""
    monkeypatch.setattr(serial_reader, "READ_WAIT_S", 4.0)
    opened()
    port.send(b"01A+0025.001\r")
    assert isinstance(inbox.next(timeout=2.0), Reading)
    port.unplug()  # wakes the read


def test_one_byte_at_a_time(port, inbox, opened):
    """A dripping port neither hangs nor is misread."""
    opened()
    for byte in b"01A+0025.001\r01A+0025.002\r":
        port.send(bytes([byte]))
    expected = [25.001, 25.002]
    assert expected == [value(inbox), value(inbox)]


def test_megabyte_without_end(port, inbox, opened):
    """A line of 1 MB is told as unreadable once, and the line after it is read."""
    opened()
    port.send(b"9" * (1 << 20) + b"\r01A+0025.001\r")
    expected = ["Unreadable", "Reading"]
    assert expected == [type(inbox.next()).__name__ for _ in range(2)]


def test_garbage_is_rationed_and_counted(port, inbox, opened, monkeypatch):
    """Of 1,000 lines of garbage in a second ten are told; what was withheld is said with the next one."""
    now_ns = [10**12]
    monkeypatch.setattr(serial_reader.clock, "now_ns", lambda: now_ns[0])
    opened()
    port.send(b"\xf3\x80~\r" * 1000 + b"01A+0025.001\r")
    said = inbox.next()
    told = []
    while isinstance(said, Unreadable):
        told.append(said.raw)
        said = inbox.next()
    expected = [r"\xf3\x80~"] * UNREADABLE_PER_S
    assert expected == told
    now_ns[0] += 2 * clock.NS_PER_S
    port.send(b"?\r")
    assert f"? (and {1000 - UNREADABLE_PER_S} lines before it)" == inbox.next().raw


def test_judge_heard_and_reading(port, inbox, opened):
    """An own pattern gives judgements and readings, and ignored lines are only heard."""
    opened(pattern=r"(?P<value>\d+)?(?P<judge>[OX])", good=["O"], bad=["X"], ignore="hello", terminator="etx")
    port.send(b"\x025O\x03\x02X\x03\x02hello\x03")
    said = [msgspec.structs.replace(inbox.next(), at_ns=0) for _ in range(3)]
    judged = Judged(0, "gauge", "bore_mm", False)
    assert [Reading(0, "gauge", "bore_mm", 5.0, True), judged, Heard(0, "gauge")] == said


def test_unplugged_and_back_under_another_number(port, inbox, opened):
    """A device pulled out is gone, with the cause; plugged in again under another number it is back and read."""
    opened()
    port.send(b"01A+0025.001\r")
    assert value(inbox) == 25.001
    first = port.link.readlink()
    port.unplug()
    gone = inbox.next()
    assert isinstance(gone, Gone)
    assert "unplugged" in gone.why
    others = os.openpty()  # somebody else's device takes the number that is free
    port.plug()
    for end in others:
        os.close(end)
    assert isinstance(inbox.next(), Returned)
    port.send(b"01A+0025.002\r")
    assert value(inbox) == 25.002
    assert first != port.link.readlink()


def test_loss_is_told_once(port, inbox, opened):
    """However often the port is tried while it is away, it is gone once."""
    port.unplug()
    opened(wait=False)
    gone = inbox.next()
    assert f"no such port {port.link}" in gone.why
    with pytest.raises(queue.Empty):
        inbox.next(timeout=0.7)  # three tries
    port.plug()
    assert isinstance(inbox.next(), Returned)


def test_port_is_not_shared(port, inbox, opened):
    """A second reader of one port would steal half of each line: it is told that the port is used."""
    opened()
    port.send(b"01A+0025.001\r")
    value(inbox)
    opened(name="second", wait=False)
    assert "used by another program" in inbox.next().why


def test_poll_asks_and_reads(port, inbox, opened):
    """A polled scale is asked with the bytes of the profile, again and again, and its answers are read."""
    opened(profile="mt_sics", poll_every_s=0.1)
    asked = b""
    while asked.count(b"\n") < 3:
        asked += os.read(port.device, 100)
        port.send(b"S S     100.00 g\r\n")
    assert asked.startswith(b"SI\r\nSI\r\nSI\r\n")
    assert value(inbox) == 100.0


@pytest.mark.parametrize("state", ["quiet", "away", "flooded"])
def test_close_is_quick(port, inbox, opened, state):
    """Closing ends the thread within half a second, whatever the port does."""
    if state == "away":
        port.unplug()
    wire = opened(wait=state != "away")
    if state == "away":
        inbox.next()
    elif state == "flooded":
        port.send(b"?\r" * 5000)
        inbox.next()
    began_ns = clock.now_ns()
    wire.close()
    assert clock.now_ns() - began_ns < 0.5 * clock.NS_PER_S
    assert not wire._thread.is_alive()


def test_fault_of_its_own_is_told_and_survived(port, inbox, opened, monkeypatch):
    """An exception nobody expected is told as gone with its name, and the thread goes on."""
    wire = opened()
    faults = iter([RuntimeError("a fault")])
    read = wire._rule.read

    def faulty(line, at_ns):
        for fault in faults:
            raise fault
        return read(line, at_ns)

    monkeypatch.setattr(wire._rule, "read", faulty)
    port.send(b"01A+0025.001\r")
    assert "RuntimeError: a fault" in inbox.next().why
    assert isinstance(inbox.next(), Returned)
    port.send(b"01A+0025.002\r")
    assert value(inbox) == 25.002


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (serial.SerialException(errno.ENOENT, "x"), "no such port"),
        (serial.SerialException(errno.EACCES, "x"), "group dialout"),
        (serial.SerialException(errno.EAGAIN, "x"), "used by another program"),
        (ValueError("Invalid baud rate"), "refuses its settings"),
        (serial.SerialTimeoutException("Write timeout"), "takes no poll"),
        (OSError(errno.EIO, "x"), "unplugged"),
    ],
)
def test_cause_of_a_loss_is_named(error, said):
    """Each cause is told apart, with the port and the remedy."""
    assert said in why(error, "/dev/ttyUSB0")
    assert "/dev/ttyUSB0" in why(error, "/dev/ttyUSB0")


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({}, "exactly one of profile"),
        ({"profile": "ohaus", "pattern": "(?P<value>.)"}, "exactly one of profile"),
        ({"profile": "ohouse"}, "ohouse"),
        ({"pattern": "(?P<value>"}, "no regular expression"),
        ({"profile": "ohaus", "ignore": "("}, "ignore is no regular expression"),
        ({"profile": "ohaus", "poll": "P\\r\\n"}, "poll needs poll_every_s"),
        ({"profile": "ohaus", "poll_every_s": 1.0}, "poll_every_s needs poll"),
        ({"profile": "ohaus", "poll": "\\x1", "poll_every_s": 1.0}, "cannot be sent"),
        ({"profile": "mitutoyo", "unit": "mm"}, "no group"),
        ({"profile": "norbar", "good": ["OK", "NOK"]}, "both good and bad"),
    ],
)
def test_wrong_settings_are_refused(settings, complaint):
    """A serial line that cannot work is refused where it is written, with what to write instead."""
    whole = {"kind": "serial_line", "name": "gauge", "port": "/dev/ttyS0", "characteristic": "bore_mm", **settings}
    with pytest.raises(msgspec.ValidationError, match=complaint):
        msgspec.convert(whole, SerialLine)


def test_settings_override_the_profile():
    """A part that is given counts, a part left out is the profile's, or the usual one without a profile."""
    line = SerialLine(
        name="scale", port="/dev/ttyS0", characteristic="mass_g", profile="mt_sics", baud=2400, parity="even"
    )
    speech = line.speech()
    expected = (2400, "even", "crlf")
    assert expected == (speech.baud, speech.parity, speech.terminator)
    own = SerialLine(name="scale", port="/dev/ttyS0", characteristic="mass_g", pattern="(?P<value>.+)").speech()
    expected = (9600, "none", "auto")
    assert expected == (own.baud, own.parity, own.terminator)


def test_polled_line_must_be_heard():
    """A polled device is heard within three polls, and within 5 s at the least; one that speaks by itself need not."""
    line = SerialLine(name="scale", port="/dev/ttyS0", characteristic="mass_g", profile="mt_sics")
    within_s = [
        msgspec.structs.replace(line, poll_every_s=every_s).source().heard_within_s for every_s in (None, 0.5, 10.0)
    ]
    expected = [None, 5.0, 30.0]
    assert expected == within_s


def test_profiles_are_those_the_settings_name():
    """The profiles a configuration may name are those in the table."""
    names, _none = get_args(get_type_hints(SerialLine)["profile"])
    assert set(PROFILES) == set(get_args(names))


def test_threads_end(opened):
    """No thread is left behind."""
    before = threading.active_count()
    opened().close()
    assert before == threading.active_count()
