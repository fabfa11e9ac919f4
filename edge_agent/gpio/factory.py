"""gpiozero's pin factory over the kernel's GPIO character device, by libgpiod's own bindings (`gpiod`, version 2).

It needs no daemon, no file in the working directory and no thread until the first edge is asked for. A line is
taken with everything that is known of it in one request, so that an output never shows another level first.
"""

from __future__ import annotations

import contextlib
import errno
import os
from datetime import timedelta
from typing import Any, Literal

import gpiod
from gpiod.line import Bias, Direction, Edge, Value
from gpiozero.exc import (
    PinFixedPull,
    PinInvalidBounce,
    PinInvalidEdges,
    PinInvalidFunction,
    PinInvalidPull,
    PinSetInput,
    PinUnknownPi,
)
from gpiozero.pins.local import LocalPiFactory, LocalPiPin

from edge_agent.gpio import chip as chips
from edge_agent.gpio.edges import Edges

WAITING_EDGES = 1024  # the most the kernel keeps for one request; a second of a line that chatters at 1 kHz
NAME_BYTES = 31  # what the kernel keeps of a consumer's name
NS_PER_S = 1_000_000_000

BIASES = {"floating": Bias.DISABLED, "up": Bias.PULL_UP, "down": Bias.PULL_DOWN}
EDGES = {"none": Edge.NONE, "rising": Edge.RISING, "falling": Edge.FALLING, "both": Edge.BOTH}


class GPIODFactory(LocalPiFactory):  # type: ignore[misc]  # gpiozero ships no types
    """The pins of this machine.

    Args:
        chip: the path of the chip; left out, the one that carries the header.
        consumer: who holds the lines, as `gpioinfo` shows it.

    Raises:
        OSError: there is no such chip, or it may not be opened.
    """

    def __init__(self, chip: str | None = None, consumer: str = "gpiozero") -> None:
        super().__init__()
        self.chip = chips.header_chip() if chip is None else gpiod.Chip(chip)
        self.consumer = consumer.encode()[:NAME_BYTES].decode(errors="ignore")
        self.edges = Edges()
        self.pin_class = GPIODPin
        self._closed = False

    def close(self) -> None:
        """Release every line, end the thread, close the chip."""
        super().close()
        if not self._closed:
            self._closed = True
            self.edges.close()
            self.chip.close()

    def _get_revision(self) -> int:
        try:
            return int(super()._get_revision())
        except PinUnknownPi:
            if (code := chips.revision(self.chip)) is None:
                raise
            return code


class GPIODPin(LocalPiPin):  # type: ignore[misc]  # gpiozero ships no types
    """One line; taken when it is first used, released by `close`, and then ready to be taken again.

    `lost` counts the edges that came faster than they were read and that the kernel threw away.
    """

    def __init__(self, factory: GPIODFactory, info: Any) -> None:
        super().__init__(factory, info)
        self._line = chips.line(factory.chip, self._number)
        self._request: gpiod.LineRequest | None = None
        self._begin()

    def _begin(self) -> None:
        self._function: Literal["input", "output"] = "input"
        self._pull, self._edges = "floating", "both"
        self._bounce_s: float | None = None
        self._seqno: int | None = None
        self.lost = 0

    def close(self) -> None:
        """Release the line."""
        request, self._request, self._when_changed = self._request, None, None
        if request is not None:
            self.factory.edges.remove(request)
            request.release()
        self._begin()

    def output_with_state(self, state: Any) -> None:
        """Make it an output; the level comes with the direction."""
        self._become("output", Value(bool(state)))

    def _get_function(self) -> str:
        return self._function

    def _set_function(self, value: str) -> None:
        if value not in {"input", "output"}:
            message = f"invalid function {value!r} for pin {self!r}"
            raise PinInvalidFunction(message)
        self._become("output" if value == "output" else "input", Value.INACTIVE)

    def _get_state(self) -> bool:
        return self._taken().get_value(self._line) is Value.ACTIVE

    def _set_state(self, value: Any) -> None:
        if self._function == "input":
            message = f"cannot set state of pin {self!r}"
            raise PinSetInput(message)
        self._taken().set_value(self._line, Value(bool(value)))

    def _get_pull(self) -> str:
        return self._pull

    def _set_pull(self, value: str) -> None:
        if self._function != "input":
            message = f"cannot set pull on non-input pin {self!r}"
            raise PinFixedPull(message)
        if self.info.pull not in {value, ""}:
            message = f"{self!r} has a physical pull-{self.info.pull} resistor"
            raise PinFixedPull(message)
        if value not in BIASES:
            message = f"invalid pull {value!r} for pin {self!r}"
            raise PinInvalidPull(message)
        self._pull = value
        self._apply()

    def _get_bounce(self) -> float | None:
        return self._bounce_s

    def _set_bounce(self, value: float | None) -> None:
        if value is not None and value < 0:
            message = "bounce must be 0 or greater"
            raise PinInvalidBounce(message)
        self._bounce_s = value
        self._apply()

    def _get_edges(self) -> str:
        return self._edges

    def _set_edges(self, value: str) -> None:
        if value not in EDGES:
            message = f"invalid edge specification {value!r} for pin {self!r}"
            raise PinInvalidEdges(message)
        self._edges = value
        if self._when_changed is not None:
            self._apply()

    def _enable_event_detect(self) -> None:
        self._seqno = None
        self.factory.edges.add(self._apply(), self._edge)

    def _disable_event_detect(self) -> None:
        self._when_changed = None
        if self._request is not None:
            self.factory.edges.remove(self._request)
            with contextlib.suppress(OSError):  # a chip that is gone tells no edges either
                self._apply()

    def _edge(self, event: gpiod.EdgeEvent) -> None:
        """Hand one edge on, in the thread that reads them."""
        if self._seqno is not None:
            self.lost += event.line_seqno - self._seqno - 1
        self._seqno = event.line_seqno
        if self._when_changed is not None:
            rising = event.event_type is gpiod.EdgeEvent.Type.RISING_EDGE
            self._call_when_changed(event.timestamp_ns / NS_PER_S, int(rising))

    def _become(self, function: Literal["input", "output"], value: Value) -> None:
        self._function = function
        self._apply(value)

    def _taken(self) -> gpiod.LineRequest:
        return self._request or self._apply()

    def _apply(self, value: Value = Value.INACTIVE) -> gpiod.LineRequest:
        """Tell the kernel what is wanted of the line, taking the line if it is not ours yet."""
        config: dict[Any, gpiod.LineSettings | None] = {self._line: self._settings(value)}
        if self._request is not None:
            self._request.reconfigure_lines(config)
            return self._request
        try:
            self._request = self.factory.chip.request_lines(config, self.factory.consumer, WAITING_EDGES)
        except OSError as error:
            if error.errno != errno.EBUSY:
                raise
            holder = self.factory.chip.get_line_info(self._line).consumer or "the kernel"
            raise OSError(errno.EBUSY, f"{os.strerror(errno.EBUSY)}: held by {holder!r}") from error
        return self._request

    def _settings(self, value: Value) -> gpiod.LineSettings:
        if self._function == "output":
            return gpiod.LineSettings(direction=Direction.OUTPUT, output_value=value)
        return gpiod.LineSettings(
            direction=Direction.INPUT,
            bias=BIASES[self._pull],
            edge_detection=EDGES[self._edges] if self._when_changed is not None else Edge.NONE,
            debounce_period=timedelta(seconds=self._bounce_s or 0),
        )
