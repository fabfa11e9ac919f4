"""The thread behind a serial port: reads what is there, polls, and opens the port again when it was gone."""

from __future__ import annotations

import errno
import threading
from typing import TYPE_CHECKING

import serial

from edge_agent import clock
from edge_agent.observations import Gone, Heard, Judged, Reading, Returned, Unreadable
from edge_agent.observations.raw import Contact, RawBytes, RawLine
from edge_agent.sensors.framing import Framing
from edge_agent.sensors.serial_line import SerialLine, unescaped

if TYPE_CHECKING:
    from edge_agent.sensors.tap import Tap
    from edge_agent.sensors.wire import Post

READ_WAIT_S = 0.2  # wakes five times a second, so that `close` is quick and a quiet port costs nothing
CHUNK = 1024  # bytes taken in one read
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0  # a gauge plugged in again is read within this time
UNREADABLE_PER_S = 10  # garbage at a wrong baud rate gives hundreds of lines a second, and one says it all
LONGEST_WHY = 200  # characters; a driver may quote whatever it likes
LONGEST_CLOSE_S = 2.0  # a driver that hangs in the kernel must not hold the agent; the thread is a daemon
PARITIES = {"none": serial.PARITY_NONE, "even": serial.PARITY_EVEN, "odd": serial.PARITY_ODD}


class SerialReader:
    """One port at work, from construction to `close`; posts `Gone` and `Returned` once for each loss."""

    def __init__(self, settings: SerialLine, post: Post) -> None:
        self._settings = settings
        self._speech = settings.speech()
        self._rule = settings.rule()
        self._post = post
        self._question = unescaped(self._speech.poll or "")
        self._unreadable = Ration(UNREADABLE_PER_S)
        self._closing = threading.Event()
        self._tap: Tap | None = None
        self._gone = False
        self._pause_s = FIRST_PAUSE_S
        self._thread = threading.Thread(target=self._run, name=f"serial {settings.name}", daemon=True)
        self._thread.start()

    def listen(self, tap: Tap | None) -> None:
        """Tell `tap` every byte from now on, and what is made of it."""
        self._tap = tap

    def contacts(self) -> tuple[Contact, ...]:
        """It has none."""
        return ()

    def close(self) -> None:
        """Stop reading; returns when the thread has ended, within 0.5 s."""
        self._closing.set()
        self._thread.join(LONGEST_CLOSE_S)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                with self._opened() as port:
                    self._listen(port)
            except Exception as error:  # noqa: BLE001 - termios.error is no OSError, and no fault may end the thread; shown as Gone
                self._lost(error)
            self._closing.wait(self._pause_s)
            self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    def _opened(self) -> serial.Serial:
        """Open the port by its path, for this process alone."""
        speech = self._speech
        every_s = self._settings.poll_every_s
        port = serial.Serial(
            self._settings.port,
            baudrate=speech.baud,
            bytesize=speech.bytesize,
            parity=PARITIES[speech.parity],
            stopbits=speech.stopbits,
            timeout=READ_WAIT_S if every_s is None else min(READ_WAIT_S, every_s / 4),  # so polls are late by a quarter
            write_timeout=READ_WAIT_S,
            exclusive=True,
        )
        if self._gone:
            self._gone = False
            self._post(Returned(clock.now_ns(), self._settings.name))
        return port

    def _listen(self, port: serial.Serial) -> None:
        framing = Framing(self._speech.terminator)
        poll_ns = clock.now_ns()
        while not self._closing.is_set():
            poll_ns = self._poll(port, poll_ns)
            chunk = port.read(1)
            if not chunk:
                continue
            chunk += port.read(min(port.in_waiting, CHUNK))
            self._pause_s = FIRST_PAUSE_S  # it speaks: the next loss is a new one
            at_ns = clock.now_ns()
            if (tap := self._tap) is not None:
                tap.take(RawBytes(at_ns, sensor=self._settings.name, data=chunk))
            for line in framing.feed(chunk):
                self._say(line, at_ns)

    def _poll(self, port: serial.Serial, poll_ns: int) -> int:
        """Ask where it is time to; gives the instant of the next question."""
        every_s = self._settings.poll_every_s
        if every_s is None or clock.now_ns() < poll_ns:
            return poll_ns
        port.write(self._question)
        return clock.now_ns() + round(every_s * clock.NS_PER_S)

    def _say(self, line: bytes, at_ns: int) -> None:
        said = self._rule.read(line, at_ns)
        if (tap := self._tap) is not None:
            tap.take(RawLine(at_ns, sensor=self._settings.name, line=line, made=in_words(said)))
        if isinstance(said, Unreadable):
            if not self._unreadable.take(at_ns):
                return
            if withheld := self._unreadable.withheld():
                said = Unreadable(at_ns, said.sensor, f"{said.raw} (and {withheld} lines before it)")
        self._post(said)

    def _lost(self, error: Exception) -> None:
        if not self._gone and not self._closing.is_set():
            self._gone = True
            self._post(Gone(clock.now_ns(), self._settings.name, why(error, self._settings.port)[:LONGEST_WHY]))


class Ration:
    """At most so many a second; what was withheld is counted, so that it can be said.

    >>> ration = Ration(2)
    >>> [ration.take(at_ns) for at_ns in (0, 1, 2)], ration.take(1_000_000_000), ration.withheld()
    ([True, True, False], True, 1)
    """

    def __init__(self, per_s: int) -> None:
        self._per_s = per_s
        self._second_ns = -clock.NS_PER_S
        self._taken = 0
        self._withheld = 0

    def take(self, at_ns: int) -> bool:
        """Whether one more may be said now."""
        if at_ns - self._second_ns >= clock.NS_PER_S:
            self._second_ns, self._taken = at_ns, 0
        self._taken += 1
        if self._taken <= self._per_s:
            return True
        self._withheld += 1
        return False

    def withheld(self) -> int:
        """How many were withheld since this was last asked."""
        count, self._withheld = self._withheld, 0
        return count


def in_words(said: Reading | Judged | Heard | Unreadable) -> str:
    """What was made of a line, for who tests the port.

    >>> in_words(Reading(0, "gauge", "bore_mm", 25.004))
    'reading 25.004'
    """
    match said:
        case Reading():
            return f"reading {said.value:g}" + ("" if said.good is None else " good" if said.good else " bad")
        case Judged():
            return "judged good" if said.good else "judged bad"
        case Heard():
            return "heard, nothing to read"
        case Unreadable():
            return "unreadable by its rule"


def why(error: Exception, port: str) -> str:
    """Say what is wrong with a port, and what to do."""
    code = getattr(error, "errno", None)
    if code == errno.ENOENT:
        return (
            f"no such port {port}: plug the device in, or correct port; ls -l /dev/serial/by-id shows those there are"
        )
    if code in {errno.EACCES, errno.EPERM}:
        return f"no permission for {port}: add the agent's user to the group dialout"
    if code in {errno.EAGAIN, errno.EBUSY}:
        return f"{port} is used by another program, or by another sensor of this station: give each its own port"
    if isinstance(error, ValueError):
        return f"{port} refuses its settings: {error}; correct baud, bytesize, parity or stopbits"
    if isinstance(error, serial.SerialTimeoutException):
        return f"{port} takes no poll: the device holds the line; check its cable and its handshake"
    return f"unplugged or failed: {port}: {type(error).__name__}: {error}"
