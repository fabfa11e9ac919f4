"""The three ways to watch the demo: drawn on a terminal, as plain lines, or as JSON for programs."""

from __future__ import annotations

import os
import shutil
import sys
from typing import Protocol, TextIO

from edge_agent.andon.legend import Tier
from edge_agent.demo.screen import LOWEST, NARROWEST, View, frame
from edge_agent.demo.words import lamp, meaning, told
from edge_agent.signals.payloads import CloudEvent
from edge_agent.state import State

HIDE_CURSOR, SHOW_CURSOR = "\x1b[?25l", "\x1b[?25h"
CUT_LINES, WRAP_LINES = "\x1b[?7l", "\x1b[?7h"  # a line too long for the terminal would move all below it
CLEAR_LINE, CLEAR_BELOW = "\x1b[K", "\x1b[J"  # the first before a line: after a full one it takes its end away


class Face(Protocol):
    """Shows what happens."""

    def event(self, payload: bytes, event: CloudEvent) -> None:
        """An event was received."""

    def state(self, state: State) -> None:
        """The station's snapshot was received."""

    def output(self, name: str, on: bool) -> None:
        """A tier or the buzzer has been switched."""

    def press(self, text: str) -> None:
        """Something new goes on at the press."""

    def draw(self, elapsed_s: float) -> None:
        """Everything known so far can be shown now."""

    def close(self, lines: list[str]) -> None:
        """The last words."""


def face(as_json: bool, length_s: float) -> Face:
    """The way to show it here: JSON if asked for, drawn on a terminal that can, else lines."""
    if as_json:
        return Json(sys.stdout)
    if can_draw(sys.stdout):
        return Screen(sys.stdout, length_s, colour=not os.environ.get("NO_COLOR"))
    return Lines(sys.stdout)


def can_draw(stream: TextIO) -> bool:
    """Whether this is a terminal that knows how to move its cursor, has the letters, and is large enough."""
    columns, rows = shutil.get_terminal_size()
    speaks = stream.encoding.lower() == "utf-8" and os.environ.get("TERM", "dumb") != "dumb"
    return stream.isatty() and speaks and columns >= NARROWEST and rows >= LOWEST


class Json:
    """Each event received, as it came, a line each; nothing else."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def event(self, payload: bytes, event: CloudEvent) -> None:  # noqa: ARG002 - part of the contract
        """Write it as it was received."""
        self._stream.write(payload.decode() + "\n")
        self._stream.flush()

    def state(self, state: State) -> None:
        """No event."""

    def output(self, name: str, on: bool) -> None:
        """No event."""

    def press(self, text: str) -> None:
        """No event."""

    def draw(self, elapsed_s: float) -> None:
        """Nothing to draw."""

    def close(self, lines: list[str]) -> None:
        """Nothing but events."""


class Lines:
    """Events, changes of the lamp and what goes on at the press, a line each."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lamp = ""

    def event(self, payload: bytes, event: CloudEvent) -> None:  # noqa: ARG002 - part of the contract
        """One line."""
        said = told(event)
        about = f"{said.about}: " if said.about and said.text else said.about
        self._write("event", f"{said.time} {said.head} {about}{said.text}".rstrip())

    def state(self, state: State) -> None:
        """One line where the lamp has changed: each blink would be too many."""
        if (now := lamp(state)) != self._lamp:
            self._lamp = now
            self._write("lamp", f"{now}: {meaning(state)}")

    def output(self, name: str, on: bool) -> None:
        """Blinks are not told."""

    def press(self, text: str) -> None:
        """One line."""
        self._write("press", text)

    def draw(self, elapsed_s: float) -> None:
        """Nothing to draw."""

    def close(self, lines: list[str]) -> None:
        """As they are."""
        self._stream.write("".join(f"{line}\n" for line in lines))
        self._stream.flush()

    def _write(self, what: str, text: str) -> None:
        self._stream.write(f"{what:<6} {text}\n")
        self._stream.flush()


class Screen:
    """Draws in place, below what the terminal showed before; the last picture stays."""

    def __init__(self, stream: TextIO, length_s: float, *, colour: bool) -> None:
        self._stream = stream
        self._colour = colour
        self._view = View(length_s=length_s, press="Starting a broker, the station and its uplink.")
        self._shown: list[str] = []
        self._stream.write(HIDE_CURSOR + CUT_LINES)
        self.draw(0.0)

    def event(self, payload: bytes, event: CloudEvent) -> None:  # noqa: ARG002 - part of the contract
        """Put it under the last."""
        self._view.events.append(told(event))

    def state(self, state: State) -> None:
        """What the lamp means."""
        self._view.state = state

    def output(self, name: str, on: bool) -> None:
        """Light a tier, or darken it."""
        if name == "buzzer":
            self._view.sound = on
        elif on:
            self._view.lit.add(Tier(name))
        else:
            self._view.lit.discard(Tier(name))

    def press(self, text: str) -> None:
        """What goes on now."""
        self._view.press = text

    def draw(self, elapsed_s: float) -> None:
        """Write the picture over the last one, where it differs."""
        self._view.elapsed_s = min(elapsed_s, self._view.length_s)
        columns, rows = shutil.get_terminal_size()
        lines = frame(self._view, columns, rows, self._colour)
        if lines == self._shown:
            return
        up = f"\x1b[{len(self._shown)}A\r" if self._shown else ""
        self._stream.write(up + "".join(f"{CLEAR_LINE}{line}\r\n" for line in lines) + CLEAR_BELOW)
        self._stream.flush()
        self._shown = lines

    def close(self, lines: list[str]) -> None:
        """Give the terminal back as it was, the last words under the picture."""
        self._stream.write("".join(f"{line}\n" for line in ["", *lines]) if lines else "")
        self._stream.write(WRAP_LINES + SHOW_CURSOR)
        self._stream.flush()
